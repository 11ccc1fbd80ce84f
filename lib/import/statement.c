/*
 * The lines of a text, as tutorials have them: model = Sequential(), then
 * model.add(Dense(10)), with constants and parts of models in variables. What
 * is done with a model afterwards (compile, fit, summary) is passed over.
 */
#include "import/expression.h"
#include "core/builtin.h"
#include "core/error.h"
#include "core/note.h"
#include "support/literal.h"

#include <string.h>

typedef struct statement {
    nwti_expression *e;
    const char *text; /* the whole */
    size_t start;
    size_t end;
    int32_t is_last; /* nothing follows */
} statement;

static int32_t is_letter(char c)
{
    return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

/* Past the name at `at`, of which the parts may be joined by dots. */
static size_t name_end(const statement *s, size_t at)
{
    while (at < s->end && (is_letter(s->text[at]) || s->text[at] == '.' ||
                           (s->text[at] >= '0' && s->text[at] <= '9'))) {
        at++;
    }
    return at;
}

static size_t skip_blanks(const statement *s, size_t at)
{
    while (at < s->end && (s->text[at] == ' ' || s->text[at] == '\t')) {
        at++;
    }
    return at;
}

/* "line 2, column 5: what", of an offset behind `start`. */
static const char *place_of(const statement *s, size_t start, const nwti_syntax_error *error)
{
    size_t line = 1, column = 1, i;
    char place[300];

    for (i = 0; i < start + error->offset && s->text[i] != '\0'; i++) {
        column = s->text[i] == '\n' ? 1 : column + 1;
        line += s->text[i] == '\n';
    }
    nwti_format(place, sizeof place, "line %z, column %z: %s", line, column, error->what);
    return nwti_copy_string(s->e->ctx, place, strlen(place));
}

static int32_t fail_at(const statement *s, size_t start, const nwti_syntax_error *error)
{
    const char *place;

    if (error->what == NULL) {
        return nwti_out_of_memory(s->e->ctx);
    }
    place = place_of(s, start, error);
    return place != NULL ? nwti_error(s->e->ctx, NWT_STATUS_UNREADABLE, "%s", place)
                         : s->e->ctx->status;
}

static const nwti_value *read_value(const statement *s, size_t start, nwti_syntax_error *error)
{
    return nwti_literal_read(&s->e->ctx->arena, s->text + start, s->end - start,
                             (size_t)s->e->ctx->max_depth * 4, error);
}

/* ------------------------------------------------------------------ assignments */

static nwti_variable *set_variable(const statement *s, size_t start, size_t end)
{
    nwt_context *ctx = s->e->ctx;
    const char *name = nwti_copy_string(ctx, s->text + start, end - start);
    nwti_variable *variable = nwti_new(ctx, sizeof *variable);
    void **place;

    if (name == NULL || variable == NULL) {
        return NULL;
    }
    memset(variable, 0, sizeof *variable);
    place = nwti_map_at(&s->e->variables, name, end - start);
    if (place == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    *place = variable;
    return variable;
}

/* A call that makes a layer is made at once, so that the variable is one layer wherever it stands.
   */
static int32_t assign(const statement *s, nwti_variable *variable, const nwti_value *value)
{
    nwti_expression *e = s->e;
    nwt_model *model;

    if (value->type == NWTI_CALL && (value->flags & NWTI_VALUE_BARE) == 0 &&
        nwti_expression_is_layer(e, value->as.items->as.string)) {
        variable->layer = nwti_expression_layer(e, value);
        model = nwt_layer_as_model(variable->layer);
        e->model = model != NULL ? model : e->model;
        return e->ctx->status;
    }
    value = nwti_expression_resolve(e, value);
    if (value == NULL) {
        /* It needs what can't be read, and so can't be read either. */
        variable->fault = nwti_copy_string(e->ctx, nwt_message(e->ctx),
                                           strlen(nwt_message(e->ctx)));
        if (e->ctx->status == NWT_STATUS_UNREADABLE && variable->fault != NULL) {
            nwt_context_clear_error(e->ctx);
        }
        return e->ctx->status;
    }
    if (value->type == NWTI_CALL && (value->flags & NWTI_VALUE_BARE) != 0) {
        const nwti_variable *same = nwti_map_get(&e->variables, value->as.items->as.string,
                                                 value->as.items->length);

        if (same != NULL) {
            *variable = *same;
            return 0;
        }
    }
    variable->value = value;
    return 0;
}

/* name, name = value, value */
static int32_t assign_many(const statement *s, size_t at, size_t equals)
{
    size_t start = equals + 1, end;
    nwti_syntax_error error;
    const nwti_value *values = nwti_literal_read_arguments(
        &s->e->ctx->arena, s->text + start, s->end - start, (size_t)s->e->ctx->max_depth * 4,
        &error);
    const nwti_value *pairs = values != NULL ? values->as.items + 1 : NULL;
    const char *fault = values == NULL && error.what != NULL ? place_of(s, start, &error) : NULL;
    uint32_t i;

    if (values == NULL && fault == NULL) {
        return nwti_out_of_memory(s->e->ctx);
    }
    for (i = 0; at < equals; i++) {
        nwti_variable *variable;

        end = name_end(s, at);
        variable = set_variable(s, at, end);
        if (variable == NULL) {
            return s->e->ctx->status;
        }
        if (values == NULL || i >= values->length) {
            variable->fault = fault != NULL ? fault : "there are fewer values than names";
        } else if (assign(s, variable, pairs + 2 * (size_t)i + 1)) {
            return s->e->ctx->status;
        }
        at = skip_blanks(s, end);
        at += at < equals && s->text[at] == ',';
        at = skip_blanks(s, at);
    }
    return s->e->ctx->status;
}

/* What can't be read may be data that the model does not need; a model must be read. */
static int32_t assign_one(const statement *s, size_t end, size_t equals)
{
    nwti_variable *variable = set_variable(s, s->start, end);
    size_t start = equals + 1, length = strlen(nwti_kind_sequential.name);
    nwti_syntax_error error;
    const nwti_value *value;

    if (variable == NULL) {
        return s->e->ctx->status;
    }
    value = read_value(s, start, &error);
    if (value != NULL) {
        return assign(s, variable, value);
    }
    start = skip_blanks(s, start);
    end = name_end(s, start);
    if (error.what == NULL || s->is_last ||
        (end - start >= length &&
         memcmp(s->text + end - length, nwti_kind_sequential.name, length) == 0)) {
        return fail_at(s, equals + 1, &error);
    }
    variable->fault = place_of(s, equals + 1, &error);
    return s->e->ctx->status;
}

/* The '=' of an assignment to one name or several, or 0. */
static size_t find_equals(const statement *s, int32_t *names)
{
    size_t at = s->start, end;

    for (*names = 1;; ++*names) {
        end = name_end(s, at);
        if (end == at || memchr(s->text + at, '.', end - at) != NULL) {
            return 0;
        }
        at = skip_blanks(s, end);
        if (at < s->end && s->text[at] == '=' && s->text[at + 1] != '=') {
            return at;
        }
        if (at >= s->end || s->text[at] != ',') {
            return 0;
        }
        at = skip_blanks(s, at + 1);
    }
}

/* -------------------------------------------------------------------- methods */

static int32_t add_layer(const statement *s, nwt_model *model, const nwti_value *call)
{
    nwt_layer *layer = NULL;

    if (call->length != 1) {
        return nwti_error(s->e->ctx, NWT_STATUS_INVALID, "add() takes one layer, not %d",
                          (int64_t)call->length);
    }
    layer = nwti_expression_layer(s->e, call->as.items + 2);
    return layer != NULL ? nwti_import_add(&s->e->import, model, layer) : s->e->ctx->status;
}

/* model.build((None, 784)) */
static int32_t build(const statement *s, nwt_model *model, const nwti_value *call)
{
    const nwti_value *shape = call->length > 0 ? nwti_expression_resolve(s->e, call->as.items + 2)
                                               : NULL;
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = nwti_import_dims(shape, dims);

    if (s->e->ctx->status != NWT_STATUS_OK || model->built || rank < 0) {
        return s->e->ctx->status;
    }
    return nwti_sequential_build(model, rank, dims, NWT_DTYPE_FLOAT32);
}

/* Of what is done with a model, what changes it. */
static int32_t call_method(const statement *s, nwt_model *model, const char *method)
{
    nwti_syntax_error error;
    const nwti_value *value;

    if (strcmp(method, "add") != 0 && strcmp(method, "pop") != 0 && strcmp(method, "build") != 0) {
        s->e->model = model;
        return 0;
    }
    value = read_value(s, s->start, &error);
    if (value == NULL) {
        return fail_at(s, s->start, &error);
    }
    s->e->model = model;
    if (strcmp(method, "pop") == 0) {
        return nwt_sequential_pop(model);
    }
    return strcmp(method, "add") == 0 ? add_layer(s, model, value) : build(s, model, value);
}

/* ------------------------------------------------------------------ statements */

/* A value that stands for a model: Sequential(...), a list of layers, a layer alone. */
static int32_t take_model(nwti_expression *e, const nwti_value *value)
{
    nwt_layer *const *layers;
    nwt_layer *layer;

    if (value->type == NWTI_LIST || value->type == NWTI_TUPLE) {
        layers = nwti_expression_layers(e, value);
        e->model = layers != NULL ? nwti_import_begin(&e->import, NULL) : NULL;
        return layers != NULL ? nwti_expression_add(e, e->model, value->length, layers)
                              : e->ctx->status;
    }
    layer = nwti_expression_layer(e, value);
    if (layer == NULL) {
        return e->ctx->status;
    }
    e->model = nwt_layer_as_model(layer);
    if (e->model == NULL) {
        e->model = nwti_import_begin(&e->import, NULL);
        return nwti_import_add(&e->import, e->model, layer);
    }
    return 0;
}

/* Calls that make no model: print(model), np.random.seed(7). */
static int32_t is_idle(nwti_expression *e, const char *name)
{
    return strcmp(name, "print") == 0 ||
           (strchr(name, '.') != NULL && !nwti_expression_is_layer(e, name));
}

/* Whether a statement may make or change a model, as far as its text tells. */
static int32_t is_of_model(const statement *s)
{
    const char *const words[] = {nwti_kind_sequential.name, ".add(", ".pop("};
    size_t at, i;

    for (at = s->start; at < s->end; at++) {
        for (i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (strncmp(s->text + at, words[i], strlen(words[i])) == 0) {
                return 1;
            }
        }
    }
    return s->is_last && s->e->model == NULL;
}

/* What can't be read is passed over if it is about something else: data, a plot. */
static int32_t take_value(const statement *s)
{
    nwti_syntax_error error;
    const nwti_value *value = read_value(s, s->start, &error);

    if (value == NULL) {
        return error.what == NULL || is_of_model(s) ? fail_at(s, s->start, &error) : 0;
    }
    if (value->type == NWTI_CALL || value->type == NWTI_LIST || value->type == NWTI_TUPLE ||
        is_of_model(s)) {
        return take_model(s->e, value);
    }
    return 0;
}

/* name(...) or name.method(...) */
static int32_t take_call(const statement *s, size_t end)
{
    nwti_expression *e = s->e;
    const char *name = nwti_copy_string(e->ctx, s->text + s->start, end - s->start);
    const char *dot = name != NULL ? strchr(name, '.') : NULL;
    const nwti_variable *variable;

    if (name == NULL) {
        return e->ctx->status;
    }
    if (dot != NULL) {
        variable = nwti_map_get(&e->variables, name, (size_t)(dot - name));
        if (variable != NULL && nwt_layer_as_model(variable->layer) != NULL) {
            return call_method(s, nwt_layer_as_model(variable->layer), dot + 1);
        }
        if (variable == NULL && strcmp(dot, ".add") == 0) {
            return nwti_error(e->ctx, NWT_STATUS_INVALID, "'%s' is added to, but it is no model",
                              name);
        }
    }
    return is_idle(e, name) ? 0 : take_value(s);
}

static int32_t begins_with(const statement *s, const char *word)
{
    size_t length = strlen(word);

    return s->end - s->start >= length && memcmp(s->text + s->start, word, length) == 0;
}

static int32_t begins_with_one(const statement *s, const char *const *words)
{
    for (; *words != NULL && !begins_with(s, *words); words++) {
    }
    return *words != NULL;
}

static int64_t line_of(const statement *s)
{
    int64_t line = 1;
    size_t i;

    for (i = 0; i < s->start; i++) {
        line += s->text[i] == '\n';
    }
    return line;
}

/* Lines around a model: 1 if this is one. Nothing is run, so a loop is an error, and of a condition
   a note says that all its branches are read. */
static int32_t is_frame(const statement *s)
{
    static const char *const idle[] = {"import ", "from ", "def ", "return", "with ", "@",
                                       "class ",  "try:",  "pass", "del ",   NULL};
    static const char *const loops[] = {"for ", "while ", NULL};
    static const char *const conditions[] = {"if ", "elif ", "else:", "except", NULL};

    if (begins_with_one(s, loops)) {
        nwti_error(s->e->ctx, NWT_STATUS_UNREADABLE,
                   "line %d: a loop is not read: write each layer", line_of(s));
        return 1;
    }
    if (begins_with_one(s, conditions)) {
        nwti_note_add(s->e->ctx, "line %d: a condition is not read: what follows is taken",
                      line_of(s));
        return 1;
    }
    return begins_with_one(s, idle);
}

static int32_t run_statement(const statement *s)
{
    size_t end = name_end(s, s->start), equals;
    int32_t names;

    if (is_frame(s)) {
        return s->e->ctx->status;
    }
    equals = find_equals(s, &names);
    if (equals != 0) {
        return names == 1 ? assign_one(s, end, equals) : assign_many(s, s->start, equals);
    }
    return end > s->start && s->text[skip_blanks(s, end)] == '(' ? take_call(s, end)
                                                                 : take_value(s);
}

/* Past the string that begins at text[at]: with one quote, or with three. */
static size_t skip_string(const char *text, size_t at)
{
    char quote = text[at];
    size_t width = text[at + 1] == quote && text[at + 2] == quote ? 3 : 1;

    for (at += width; text[at] != '\0'; at++) {
        if (text[at] == '\\' && text[at + 1] != '\0') {
            at++;
        } else if (text[at] == quote &&
                   (width == 1 || (text[at + 1] == quote && text[at + 2] == quote))) {
            return at + width;
        }
    }
    return at;
}

/* The end of the statement that begins at `start`: a newline or a semicolon outside of brackets and
   strings, or a comment. */
static size_t statement_end(const char *text, size_t start)
{
    int64_t depth = 0;
    size_t i = start;

    while (text[i] != '\0') {
        char c = text[i];

        if (c == '\'' || c == '"') {
            i = skip_string(text, i);
            continue;
        }
        if (c == '#' && depth > 0) {
            i += strcspn(text + i, "\n");
            continue;
        }
        if (c == '#' || ((c == '\n' || c == ';') && depth <= 0)) {
            return i;
        }
        depth += (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
        i++;
    }
    return i;
}

/* Past blanks, ends of statements, comments and Python's prompts. */
static size_t skip_between(const char *text, size_t at)
{
    for (;;) {
        at += strspn(text + at, " \t\r\n;");
        if (text[at] == '#') {
            at += strcspn(text + at, "\n");
        } else if (strncmp(text + at, ">>>", 3) == 0 || strncmp(text + at, "...", 3) == 0) {
            at += 3;
        } else {
            return at;
        }
    }
}

int32_t nwti_expression_run(nwti_expression *e, const char *text)
{
    statement s = {e, text, 0, 0, 0};
    size_t next = skip_between(text, 0);

    while (text[next] != '\0') {
        s.start = next;
        s.end = statement_end(text, next);
        next = skip_between(text, s.end);
        s.is_last = text[next] == '\0';
        if (run_statement(&s)) {
            return e->ctx->status;
        }
    }
    if (e->model == NULL) {
        return nwti_error(e->ctx, NWT_STATUS_UNREADABLE, "the text has no model: it is empty");
    }
    return 0;
}
