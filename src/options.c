/* Reads the options and words of the command line. */
#include "command.h"
#include "option_rows.h"

#include <stdio.h>
#include <string.h>

enum { MOST_ROWS = 64 };

typedef struct reading {
    options *into;
    int seen[MOST_ROWS];
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
        if ((strspn(digits, "0") == length || read_number(digits, INT64_MAX / size - 1, &whole)) &&
            whole * size + part * size / scale > 0) {
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

    r->seen[of - option_rows] = 1;
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
    int i;

    for (i = 0; i < option_row_count; i++) {
        if (letter != 0 ? option_rows[i].letter == letter
                        : option_rows[i].name != NULL && strlen(option_rows[i].name) == length &&
                              strncmp(option_rows[i].name, name, length) == 0) {
            return &option_rows[i];
        }
    }
    return NULL;
}

static int unknown(const char *argument, size_t length)
{
    char option[80], what[160];
    nearest to;
    int i;

    snprintf(option, sizeof option, "%.*s", (int)(length < 64 ? length : 64), argument);
    to = nearest_to(option[1] == '-' ? option + 2 : option + 1);
    for (i = 0; i < option_row_count; i++) {
        if (option_rows[i].name != NULL) {
            nearest_offer(&to, option_rows[i].name);
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

static int command_named(const char *word)
{
    int i;

    for (i = 1; i < command_count; i++) {
        if (strcmp(word, commands[i].name) == 0) {
            return commands[i].bit;
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

/* A word that is too much may follow a command that was misspelt. */
static int too_many(const options *given, int most)
{
    nearest to = nearest_to(given->words[0]);
    char what[64];
    int i;

    for (i = 1; i < command_count; i++) {
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
    int most = command_of(given->command)->words;

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
    int i;

    for (i = 0; i < option_row_count; i++) {
        if (r->seen[i] && !(option_rows[i].commands & r->into->command)) {
            return wrong(&option_rows[i], "", command_of(r->into->command)->name,
                         " has no such option");
        }
    }
    return DONE;
}

/* What is no table is text or JSON. */
static int check_format(const options *given)
{
    if ((given->command & (COMMAND_MEMORY | COMMAND_DIFF)) && given->format != NULL &&
        strcmp(given->format, "text") != 0 && strcmp(given->format, "json") != 0) {
        return wrong_usage(command_of(given->command)->name, "has only the formats text and json");
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
    if (status != DONE || into->help || into->version || into->completion != NULL) {
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

/* Formats that have no columns and no order of their own. */
static const struct {
    const char *format;
    const char *where;
} without_columns[] = {
    {"json", "in JSON"}, {"html", "in HTML"},       {"svg", "in SVG"},
    {"dot", "in DOT"},   {"config", "in a config"}, {"constructor", "in constructor text"},
};

static const char *no_columns(const options *given)
{
    size_t i;

    for (i = 0; i < sizeof without_columns / sizeof without_columns[0]; i++) {
        if (has_format(given, without_columns[i].format)) {
            return without_columns[i].where;
        }
    }
    return given->style != NULL && has_format(given, "text") ? "with --style" : NULL;
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
        return no_columns(given);
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
    int i;

    for (i = 0; i < option_row_count; i++) {
        const char *why = why_idle(given, &option_rows[i]);

        if (why != NULL && is_given(given, &option_rows[i])) {
            snprintf(what, sizeof what, "note: --%s changes nothing %s", option_rows[i].name, why);
            fail(title, what);
        }
    }
}
