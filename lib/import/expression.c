/*
 * Constructor text as people write it: Sequential([Dense(10, input_dim=4), ...]), a list of layers,
 * a layer alone, or the lines of a tutorial: model = Sequential(), model.add(Dense(10)), ...
 */
#include "import/import.h"
#include "core/kinds.h"
#include "support/literal.h"

#include <string.h>

static nwt_layer *layer_of(void *user, const nwti_value *value);

/* The class in a dotted name: "Dense" of "keras.layers.Dense". */
static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

/* ---------------------------------------------------------------------- layers */

/* A layer of a kind that is known, or an error that names the nearest. */
static nwt_layer *make_layer(nwti_import *import, const nwti_value *call)
{
    nwti_kind *kind = nwti_kind_wanted(import->ctx, call->as.items->as.string);
    nwt_layer *layer = kind != NULL ? nwti_layer_begin(import->ctx, kind) : NULL;

    if (layer == NULL || nwti_layer_options(layer, call, layer_of, import) ||
        nwti_layer_complete(layer)) {
        return NULL;
    }
    return layer;
}

static nwt_layer *layer_of(void *user, const nwti_value *value)
{
    nwti_import *import = user;
    const nwti_value *call;
    const char *written;
    nwt_layer *layer;

    if (value->type != NWTI_CALL || value->flags & NWTI_VALUE_BARE) {
        nwti_error(import->ctx, NWT_INVALID, "a layer is written as a call: Dense(10)");
        return NULL;
    }
    written = last_part(value->as.items->as.string);
    if (strcmp(written, "Model") == 0 || strcmp(written, "Functional") == 0) {
        nwti_error(import->ctx, NWT_INVALID,
                   "%s: text describes Sequential models; for others, save the config as JSON",
                   written);
        return NULL;
    }
    call = nwti_legacy_call(import, written, value);
    layer = call != NULL ? make_layer(import, call) : NULL;
    return import->era == 1 ? nwti_import_written(layer, written) : layer;
}

/* ---------------------------------------------------------------------- models */

typedef struct text_reading {
    nwti_import import;
    nwt_context *ctx;
    const char *text;
    nwt_model *model;
} text_reading;

static int32_t syntax_error(text_reading *r, size_t start, const nwti_syntax_error *error)
{
    size_t line = 1, column = 1, i;

    if (error->what == NULL) {
        return nwti_out_of_memory(r->ctx);
    }
    for (i = 0; i < start + error->offset && r->text[i] != '\0'; i++) {
        column = r->text[i] == '\n' ? 1 : column + 1;
        line += r->text[i] == '\n';
    }
    return nwti_error(r->ctx, NWT_UNREADABLE, "line %z, column %z: %s", line, column, error->what);
}

/* Layers of a list are added to the model. */
static int32_t add_layers(text_reading *r, const nwti_value *list)
{
    uint32_t i;

    for (i = 0; i < list->length; i++) {
        if (nwt_sequential_add(r->model, layer_of(&r->import, list->as.items + i))) {
            return r->ctx->status;
        }
    }
    return 0;
}

/* A value that stands for a model: Sequential(...), a list of layers, a layer alone. */
static int32_t take_model(text_reading *r, const nwti_value *value)
{
    nwt_layer *layer;

    if (value->type == NWTI_LIST || value->type == NWTI_TUPLE) {
        r->model = nwt_sequential(r->ctx, NULL);
        return r->model != NULL ? add_layers(r, value) : r->ctx->status;
    }
    layer = layer_of(&r->import, value);
    if (layer == NULL) {
        return r->ctx->status;
    }
    r->model = nwt_layer_model(layer);
    if (r->model == NULL) {
        r->model = nwt_sequential(r->ctx, NULL);
        return nwt_sequential_add(r->model, layer);
    }
    return 0;
}

/* What people do with a model that does not change it. */
static int32_t is_idle(const char *method)
{
    static const char *const idle[] = {"compile", "fit", "summary", "evaluate", "build", "save",
                                       "predict", "print", NULL};
    int32_t i;

    for (i = 0; idle[i] != NULL; i++) {
        if (strcmp(idle[i], method) == 0) {
            return 1;
        }
    }
    return 0;
}

/* One statement from `start` to `end`; of "name = value" the value. */
static int32_t take_statement(text_reading *r, size_t start, size_t end)
{
    const char *text = r->text;
    size_t name = start;
    nwti_syntax_error error;
    const nwti_value *value;
    const char *method;

    while (name < end && ((text[name] | 0x20) >= 'a' && (text[name] | 0x20) <= 'z')) {
        name++;
    }
    while (name < end && (text[name] == '_' || text[name] == ' ' ||
                          (text[name] >= '0' && text[name] <= '9') ||
                          ((text[name] | 0x20) >= 'a' && (text[name] | 0x20) <= 'z'))) {
        name++;
    }
    if (name < end && text[name] == '=') {
        start = name + 1;
    } else if ((end - start > 7 && strncmp(text + start, "import ", 7) == 0) ||
               (end - start > 5 && strncmp(text + start, "from ", 5) == 0)) {
        return 0;
    }
    value = nwti_literal_read(&r->ctx->arena, text + start, end - start,
                              (size_t)r->ctx->max_depth * 4, &error);
    if (value == NULL) {
        return syntax_error(r, start, &error);
    }
    method = value->type == NWTI_CALL ? last_part(value->as.items->as.string) : "";
    if (is_idle(method)) {
        return 0;
    }
    if (strcmp(method, "add") == 0 && method != value->as.items->as.string && r->model != NULL) {
        const nwti_value list = {NWTI_LIST, 0, value->length > 0, {.items = value->as.items + 2}};

        return add_layers(r, &list);
    }
    return take_model(r, value);
}

/* The end of the statement that begins at `start`: a newline or a semicolon outside of brackets and
   strings. */
static size_t end_of_statement(const char *text, size_t start)
{
    int64_t depth = 0;
    size_t i;

    for (i = start; text[i] != '\0'; i++) {
        char c = text[i];

        if (c == '\'' || c == '"') {
            for (i++; text[i] != '\0' && text[i] != c; i++) {
                i += text[i] == '\\' && text[i + 1] != '\0';
            }
            if (text[i] == '\0') {
                return i;
            }
        } else if (c == '#') {
            i += strcspn(text + i, "\n");
            i--;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (c == ')' || c == ']' || c == '}') {
            depth--;
        } else if ((c == '\n' || c == ';') && depth <= 0) {
            return i;
        }
    }
    return i;
}

static int32_t is_blank(const char *text, size_t start, size_t end)
{
    while (start < end && strchr(" \t\r\n;", text[start]) != NULL) {
        start++;
    }
    return start == end || text[start] == '#';
}

static int32_t take_all(text_reading *r)
{
    size_t start = 0, end;

    while (r->text[start] != '\0') {
        start += strspn(r->text + start, " \t\r\n;");
        end = end_of_statement(r->text, start);
        if (!is_blank(r->text, start, end) && take_statement(r, start, end)) {
            return r->ctx->status;
        }
        start = end;
    }
    if (r->model == NULL) {
        return nwti_error(r->ctx, NWT_UNREADABLE, "the text has no model: it is empty");
    }
    return 0;
}

/* --------------------------------------------------------------------- options */

typedef struct parse_options {
    int64_t keras;
} parse_options;

static const nwt_option parse_rows[] = {
    NWT_OPTION_INT(parse_options, keras, "3", 1, 3, "whose positions, defaults and names"),
    NWT_OPTION_END
};

static int32_t read_options(nwt_context *ctx, const char *options, int32_t *era)
{
    nwti_layout layout = {parse_rows, sizeof parse_rows[0], 1, sizeof(parse_options), NULL, 0, {0}};
    parse_options read = {3};
    nwti_assignment to = {ctx, &layout, "nwt_model_parse", &read, 0, layer_of, NULL, 0, 0};
    nwti_syntax_error error;
    const nwti_value *values;
    uint32_t i;

    *era = 3;
    if (options == NULL) {
        return 0;
    }
    values = nwti_literal_read_arguments(&ctx->arena, options, strlen(options), 8, &error);
    if (values == NULL) {
        return error.what == NULL ? nwti_out_of_memory(ctx)
                                  : nwti_error(ctx, NWT_INVALID, "nwt_model_parse: options: %s",
                                               error.what);
    }
    for (i = 0; i < values->length; i++) {
        const nwti_value *pair = values->as.items + 1 + 2 * (size_t)i;

        if (!nwti_value_is(pair, "keras")) {
            return nwti_error(ctx, NWT_INVALID, "nwt_model_parse: unknown option '%s'",
                              pair->type == NWTI_STRING ? pair->as.string : "");
        }
        if (nwti_assign(&to, 0, pair + 1)) {
            return ctx->status;
        }
    }
    *era = (int32_t)read.keras;
    return 0;
}

nwt_model *nwt_model_parse(nwt_context *ctx, const char *text, const char *options)
{
    text_reading r;

    if (ctx == NULL) {
        return NULL;
    }
    if (text == NULL) {
        nwti_error(ctx, NWT_INVALID, "nwt_model_parse: the text is NULL");
        return NULL;
    }
    memset(&r, 0, sizeof r);
    r.ctx = ctx;
    r.text = text;
    r.import.ctx = ctx;
    r.import.minor = -1;
    if (read_options(ctx, options, &r.import.era)) {
        return NULL;
    }
    ctx->era = r.import.era;
    return take_all(&r) == 0 ? r.model : NULL;
}
