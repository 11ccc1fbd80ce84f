/* The options: one table for reading them, for what goes together, and for the help. */
#include "command.h"

#include <stdio.h>
#include <string.h>

enum { FLAG, NUMBER, BATCH, SIZE, CHOICE, TEXT, LIST };

/* Where an option has an effect; elsewhere a note says that it has none. */
enum { ALWAYS, IN_STYLE, IN_OWN_TABLE, IN_EXPRESSION };

typedef struct row {
    const char *name;
    const char *argument; /* how the help calls it; NULL: none */
    const char *help;
    const char *const *choices;
    size_t place; /* in options */
    int64_t maximum;
    int commands;
    int type;
    int when;
    char letter; /* 0: none */
} row;

static const char *const formats[] = {"text", "json", "csv",    "markdown",    "html",
                                      "svg",  "dot",  "config", "constructor", NULL};
static const char *const styles[] = {"keras-1.0",  "keras-1", "keras-2.0", "keras-2.7",
                                     "keras-2.13", "keras-3", NULL};
static const char *const likes[] = {"calflops", "fvcore", "keras-flops", "ptflops",
                                    "thop",     "torch",  "torchinfo",   NULL};
static const char *const sorts[] = {"params", NULL};

enum {
    SHAPED = COMMAND_TABLE | COMMAND_EXPLAIN | COMMAND_MEMORY | COMMAND_DIFF,
    MODELS = COMMAND_TABLE | COMMAND_EXPLAIN | COMMAND_MEMORY,
    REPORTS = COMMAND_TABLE | COMMAND_MEMORY | COMMAND_DIFF,
    EVERY = COMMAND_TABLE | COMMAND_EXPLAIN | COMMAND_MEMORY | COMMAND_DIFF | COMMAND_KINDS
};

#define PLACE(member) offsetof(options, member)

static const row rows[] = {
    {NULL, "TEXT", "the model as constructor text, in place of FILE", NULL, PLACE(expression), 0,
     MODELS, TEXT, ALWAYS, 'e'},
    {"format", "FORMAT",
     "text (the default), json, csv, markdown, html, svg, dot,\n"
     "config or constructor",
     formats, PLACE(format), 0, REPORTS, CHOICE, ALWAYS, 'f'},
    {"style", "STYLE",
     "the table of a version of Keras, to the byte: keras-1.0,\n"
     "keras-1, keras-2.0, keras-2.7, keras-2.13 or keras-3",
     styles, PLACE(style), 0, COMMAND_TABLE | COMMAND_EXPLAIN, CHOICE, ALWAYS, 0},
    {"line-length", "N", "the width of that table", NULL, PLACE(line_length), 1000000,
     COMMAND_TABLE, NUMBER, IN_STYLE, 0},
    {"positions", "LIST", "where its columns end: 0.33,0.55,0.67,1", NULL, PLACE(positions), 0,
     COMMAND_TABLE, TEXT, IN_STYLE, 0},
    {"width", "N",
     "the width of the terminal that keras-3 believes in\n"
     "(default: $COLUMNS, else 80)",
     NULL, PLACE(width), 1000000, COMMAND_TABLE, NUMBER, ALWAYS, 0},
    {"show-trainable", NULL, "show what is trainable", NULL, PLACE(show_trainable), 0,
     COMMAND_TABLE, FLAG, ALWAYS, 0},
    {"expand-nested", NULL, "show the layers within models and wrappers", NULL,
     PLACE(expand_nested), 0, COMMAND_TABLE, FLAG, ALWAYS, 0},
    {"columns", "LIST",
     "the columns, in their order: name, class, input, output,\n"
     "kernel, activation, params, trainable, bytes, dtype,\n"
     "connected, share, macs, flops, activation_bytes, like,\n"
     "lanes (who feeds whom, drawn)",
     NULL, PLACE(columns), 0, COMMAND_TABLE, TEXT, IN_OWN_TABLE, 0},
    {"work", NULL, "show MACs, FLOPs and bytes of activations", NULL, PLACE(work), 0, COMMAND_TABLE,
     FLAG, ALWAYS, 0},
    {"work-like", "NAME",
     "the same, and the work as another project counts it:\n"
     "calflops, fvcore, keras-flops, ptflops, thop, torch or\n"
     "torchinfo",
     likes, PLACE(work_like), 0, COMMAND_TABLE, CHOICE, ALWAYS, 0},
    {"sort", "KEY", "params: the largest layers first", sorts, PLACE(sort), 0, COMMAND_TABLE,
     CHOICE, IN_OWN_TABLE, 0},
    {"top", "N", "only the first N rows", NULL, PLACE(top), INT64_MAX, COMMAND_TABLE, NUMBER,
     IN_OWN_TABLE, 0},
    {"unicode", NULL, "draw with more than ASCII", NULL, PLACE(unicode), 0, COMMAND_TABLE, FLAG,
     IN_OWN_TABLE, 0},
    {"batch", "N", "the first axis of every input", NULL, PLACE(batch), INT64_MAX, SHAPED, BATCH,
     ALWAYS, 0},
    {"input-shape", "DIMS",
     "another input shape, without the batch: 28,28,1 or\n"
     "NAME=28,28,1 for each of several inputs",
     NULL, PLACE(shapes), 0, MODELS, LIST, ALWAYS, 0},
    {"keras", "N",
     "with -e: whose argument positions, defaults and names are\n"
     "meant, those of Keras 1, 2 or 3 (default 3, or by --style)",
     NULL, PLACE(keras), 3, MODELS, NUMBER, IN_EXPRESSION, 0},
    {"optimizer", "TEXT",
     "memory: what it is trained with, adam or\n"
     "'Adam(amsgrad=True)' (default: as it was compiled, or Adam)",
     NULL, PLACE(optimizer), 0, COMMAND_MEMORY, TEXT, ALWAYS, 0},
    {"inference", NULL, "memory: run, not trained", NULL, PLACE(inference), 0, COMMAND_MEMORY, FLAG,
     ALWAYS, 0},
    {"budget", "SIZE",
     "memory: the largest batch that fits in SIZE bytes, KiB,\n"
     "MiB or GiB: 512MiB",
     NULL, PLACE(budget), 0, COMMAND_MEMORY, SIZE, ALWAYS, 0},
    {"check", NULL, "memory: exit with 3 if the batch does not fit the budget", NULL, PLACE(check),
     0, COMMAND_MEMORY, FLAG, ALWAYS, 0},
    {"plan", NULL, "memory: list the tensors, where they lie and how long", NULL, PLACE(plan), 0,
     COMMAND_MEMORY, FLAG, ALWAYS, 0},
    {"help", NULL, "this text", NULL, PLACE(help), 0, EVERY, FLAG, ALWAYS, 'h'},
    {"version", NULL, "the version", NULL, PLACE(version), 0, EVERY, FLAG, ALWAYS, 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

typedef struct reading {
    options *into;
    int seen[ROWS];
} reading;

static void add_name(text *to, const row *of)
{
    char letter[] = {'-', of->letter, '\0'};

    text_string(to, of->name != NULL ? "--" : letter);
    text_string(to, of->name != NULL ? of->name : "");
}

/* "netweight: --OPTION: BEFORE'VALUE'AFTER" */
static int wrong(const row *of, const char *before, const char *value, const char *after)
{
    text option = {0}, what = {0};
    int status;

    add_name(&option, of);
    text_string(&what, before);
    text_string(&what, value != NULL ? "'" : "");
    text_string(&what, value != NULL ? value : "");
    text_string(&what, value != NULL ? "'" : "");
    text_string(&what, after);
    status = option.failed || what.failed ? out_of_memory() : wrong_usage(option.data, what.data);
    text_free(&option);
    text_free(&what);
    return status;
}

static int read_number(const char *digits, int64_t maximum, int64_t *number)
{
    int64_t value = 0;

    if (*digits == '\0') {
        return 0;
    }
    for (; *digits != '\0'; digits++) {
        int digit = *digits - '0';

        if (digit < 0 || digit > 9 || digit > maximum || value > (maximum - digit) / 10) {
            return 0;
        }
        value = 10 * value + digit;
    }
    *number = value;
    return value > 0;
}

static int take_number(const row *of, const char *value, int64_t *number)
{
    char allowed[80];

    if (of->type == BATCH && strcmp(value, "None") == 0) {
        *number = -1;
        return DONE;
    }
    if (read_number(value, of->maximum, number)) {
        return DONE;
    }
    snprintf(allowed, sizeof allowed, " is not %san integer from 1 to %lld",
             of->type == BATCH ? "None or " : "", (long long)of->maximum);
    return wrong(of, "", value, allowed);
}

/* Bytes, or a number of KiB, MiB or GiB, with a fraction: 1.5GiB. */
static int take_size(const row *of, const char *value, int64_t *number)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB"};
    char digits[32];
    size_t length = strspn(value, "0123456789"), i, places = 0;
    const char *unit = value + length;
    int64_t whole, part = 0, scale = 1;

    if (*unit == '.') {
        places = strspn(unit + 1, "0123456789");
        places = places < 6 ? places : 6;
        for (i = 0; i < places; i++, scale *= 10) {
            part = 10 * part + (unit[1 + i] - '0');
        }
        unit += 1 + strspn(unit + 1, "0123456789");
    }
    unit += strspn(unit, " ");
    snprintf(digits, sizeof digits, "%.*s", (int)(length < 31 ? length : 31), value);
    for (i = 0; i < 4 && strcmp(unit, units[i]) != 0; i++) {
    }
    if (i < 4 && length > 0 && length < 20 && (i > 0 || scale == 1)) {
        int64_t size = (int64_t)1 << (10 * i);

        whole = 0;
        if ((read_number(digits, INT64_MAX / size - 1, &whole) || whole == 0) &&
            strspn(digits, "0") <= length && whole * size + part * size / scale > 0) {
            *number = whole * size + part * size / scale;
            return DONE;
        }
    }
    return wrong(of, "", value, " is no size: bytes from 1, or KiB, MiB, GiB as in 512MiB");
}

static int take_choice(const row *of, const char *value, const char **choice)
{
    char what[160] = ", only ";
    int i;

    for (i = 0; of->choices[i] != NULL; i++) {
        if (strcmp(of->choices[i], value) == 0) {
            *choice = of->choices[i];
            return DONE;
        }
        strcat(what, i == 0 ? "" : of->choices[i + 1] != NULL ? ", " : " and ");
        strcat(what, of->choices[i]);
    }
    return wrong(of, "there is no ", value, what);
}

static int take(reading *r, const row *of, const char *value)
{
    void *place = (char *)r->into + of->place;

    r->seen[of - rows] = 1;
    switch (of->type) {
    case FLAG:
        *(int *)place = 1;
        return DONE;
    case NUMBER:
    case BATCH:
        return take_number(of, value, place);
    case SIZE:
        return take_size(of, value, place);
    case CHOICE:
        return take_choice(of, value, place);
    case LIST:
        if (r->into->shape_count == MOST_SHAPES) {
            return wrong(of, "given too often", NULL, "");
        }
        r->into->shapes[r->into->shape_count++] = value;
        return DONE;
    default:
        *(const char **)place = value;
        return DONE;
    }
}

static const row *find(const char *name, size_t length, char letter)
{
    size_t i;

    for (i = 0; i < ROWS; i++) {
        if (letter != 0 ? rows[i].letter == letter
                        : rows[i].name != NULL && strlen(rows[i].name) == length &&
                              strncmp(rows[i].name, name, length) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static int unknown(const char *argument, size_t length)
{
    char option[80], what[160];
    nearest to;
    size_t i;

    snprintf(option, sizeof option, "%.*s", (int)(length < 64 ? length : 64), argument);
    to = nearest_to(option[1] == '-' ? option + 2 : option + 1);
    for (i = 0; i < ROWS; i++) {
        if (rows[i].name != NULL) {
            nearest_offer(&to, rows[i].name);
        }
    }
    if (to.best != NULL) {
        snprintf(what, sizeof what, "no such option; did you mean --%s?", to.best);
    }
    return wrong_usage(option, to.best != NULL ? what : "no such option");
}

/* One option at arguments[*index], which moves to the last argument that it takes. */
static int read_option(reading *r, int count, char **arguments, int *index)
{
    const char *argument = arguments[*index];
    const char *value = NULL;
    const row *of;

    if (argument[1] == '-') {
        size_t length = strcspn(argument, "=");

        of = find(argument + 2, length - 2, 0);
        if (of == NULL) {
            return unknown(argument, length);
        }
        value = argument[length] == '=' ? argument + length + 1 : NULL;
    } else {
        of = find(NULL, 0, argument[1]);
        if (of == NULL || (of->type == FLAG && argument[2] != '\0')) {
            return unknown(argument, strlen(argument));
        }
        value = argument[2] != '\0' ? argument + 2 : NULL;
    }
    if (of->type == FLAG && value != NULL) {
        return wrong(of, "", value, " was given, but it takes no value");
    }
    if (of->type != FLAG && value == NULL) {
        if (*index + 1 >= count) {
            return wrong(of, "needs a value: ", NULL, of->argument);
        }
        value = arguments[++*index];
    }
    return take(r, of, value);
}

static const struct {
    const char *name;
    int command;
    int words; /* at most, FILE included */
} commands[] = {{"", COMMAND_TABLE, 1},
                {"explain", COMMAND_EXPLAIN, 2},
                {"memory", COMMAND_MEMORY, 1},
                {"diff", COMMAND_DIFF, 2},
                {"kinds", COMMAND_KINDS, 1}};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int command_named(const char *word)
{
    int i;

    for (i = 1; i < COMMANDS; i++) {
        if (strcmp(word, commands[i].name) == 0) {
            return commands[i].command;
        }
    }
    return 0;
}

/* The first word may be a command, unless it stands behind "--". */
static int take_word(options *into, const char *word, int behind)
{
    if (into->word_count == 0 && into->command == 0) {
        into->command = behind ? COMMAND_TABLE : command_named(word);
        if (into->command > COMMAND_TABLE) {
            return DONE;
        }
        into->command = COMMAND_TABLE;
    }
    if (into->word_count == 2) {
        return wrong_usage(word, "one argument too many");
    }
    into->words[into->word_count++] = word;
    return DONE;
}

/* The row of a command in `commands`. */
static int command_row(int command)
{
    int i = 0;

    while (i < COMMANDS - 1 && commands[i].command != command) {
        i++;
    }
    return i;
}

static const char *command_name(int command)
{
    return commands[command_row(command)].name;
}

/* A word that is too much may follow a command that was misspelt. */
static int too_many(const options *given, int most)
{
    nearest to = nearest_to(given->words[0]);
    char what[64];
    int i;

    for (i = 1; i < COMMANDS; i++) {
        nearest_offer(&to, commands[i].name);
    }
    if (given->command != COMMAND_TABLE || to.best == NULL) {
        return wrong_usage(given->words[most], "one argument too many");
    }
    snprintf(what, sizeof what, "no such command; did you mean '%s'?", to.best);
    return wrong_usage(given->words[0], what);
}

/* How many words a command takes: FILE and for explain LAYER, the first of them in -e. */
static int check_words(const options *given)
{
    int most = commands[command_row(given->command)].words;

    if (given->command == COMMAND_DIFF && given->word_count < 2) {
        return wrong_usage("diff", "needs two files, OLD and NEW");
    }
    if (given->command != COMMAND_KINDS) {
        most -= given->expression != NULL;
        if (given->expression != NULL && given->command != COMMAND_EXPLAIN &&
            given->word_count > 0) {
            return wrong_usage(given->words[0], "FILE and -e can't both be given");
        }
        if (given->expression == NULL && given->word_count == 0) {
            return wrong_usage(NULL, "neither FILE nor -e TEXT was given");
        }
    }
    if (given->word_count > most) {
        return too_many(given, most);
    }
    return DONE;
}

static int check_commands(const reading *r)
{
    size_t i;

    for (i = 0; i < ROWS; i++) {
        if (r->seen[i] && !(rows[i].commands & r->into->command)) {
            return wrong(&rows[i], "", command_name(r->into->command), " has no such option");
        }
    }
    return DONE;
}

/* What is no table is text or JSON. */
static int check_format(const options *given)
{
    if ((given->command & REPORTS & ~COMMAND_TABLE) && given->format != NULL &&
        strcmp(given->format, "text") != 0 && strcmp(given->format, "json") != 0) {
        return wrong_usage(command_name(given->command), "has only the formats text and json");
    }
    if (given->check && given->budget == 0) {
        return wrong_usage("--check", "needs a --budget");
    }
    if (given->inference && given->optimizer != NULL) {
        return wrong_usage("--optimizer", "there is none with --inference");
    }
    return DONE;
}

int options_read(options *into, int count, char **arguments)
{
    reading r = {into, {0}};
    int i, status = DONE, behind = 0;

    memset(into, 0, sizeof *into);
    for (i = 1; i < count && status == DONE; i++) {
        if (behind || arguments[i][0] != '-' || arguments[i][1] == '\0') {
            status = take_word(into, arguments[i], behind);
        } else if (strcmp(arguments[i], "--") == 0) {
            behind = 1;
        } else {
            status = read_option(&r, count, arguments, &i);
        }
    }
    into->command = into->command == 0 ? COMMAND_TABLE : into->command;
    if (status != DONE || into->help || into->version) {
        return status;
    }
    status = check_commands(&r);
    status = status == DONE ? check_words(into) : status;
    return status == DONE ? check_format(into) : status;
}

static int has_format(const options *given, const char *format)
{
    return strcmp(given->format != NULL ? given->format : "text", format) == 0;
}

/* Why an option changes nothing; NULL: it does. */
static const char *why_idle(const options *given, const row *of)
{
    switch (of->when) {
    case IN_STYLE:
        return given->style == NULL        ? "without --style"
               : has_format(given, "text") ? NULL
                                           : "outside text";
    case IN_OWN_TABLE:
        return has_format(given, "json")                           ? "in JSON"
               : has_format(given, "html")                         ? "in HTML"
               : has_format(given, "svg")                          ? "in SVG"
               : has_format(given, "dot")                          ? "in DOT"
               : given->style != NULL && has_format(given, "text") ? "with --style"
                                                                   : NULL;
    case IN_EXPRESSION:
        return given->expression == NULL ? "without -e" : NULL;
    default:
        return NULL;
    }
}

static int is_given(const options *given, const row *of)
{
    const char *place = (const char *)given + of->place;

    return of->type == FLAG     ? *(const int *)(const void *)place != 0
           : of->type == NUMBER ? *(const int64_t *)(const void *)place != 0
                                : *(const char *const *)(const void *)place != NULL;
}

void options_note_idle(const options *given, const char *title)
{
    char what[120];
    size_t i;

    for (i = 0; i < ROWS; i++) {
        const char *why = why_idle(given, &rows[i]);

        if (why != NULL && is_given(given, &rows[i])) {
            snprintf(what, sizeof what, "note: --%s changes nothing %s", rows[i].name, why);
            fail(title, what);
        }
    }
}

void options_help(text *to)
{
    enum { INDENT = 24 };
    size_t i;

    for (i = 0; i < ROWS; i++) {
        const char *line = rows[i].help;
        size_t start = to->length;
        char letter[] = {'-', rows[i].letter, ',', ' ', '\0'};

        text_string(to, "  ");
        text_string(to, !rows[i].letter ? "    " : rows[i].name != NULL ? letter : "");
        add_name(to, &rows[i]);
        if (rows[i].argument != NULL) {
            text_string(to, " ");
            text_string(to, rows[i].argument);
        }
        while (line != NULL) {
            size_t length = strcspn(line, "\n");

            text_spaces(to, to->length - start < INDENT ? INDENT - (to->length - start) : 2);
            text_add(to, line, length);
            text_string(to, "\n");
            start = to->length;
            line = line[length] == '\n' ? line + length + 1 : NULL;
        }
    }
}
