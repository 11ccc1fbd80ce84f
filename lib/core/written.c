#include "core/written.h"
#include "core/context.h"
#include "core/dtype.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/shared.h"
#include "support/literal.h"
#include "support/text.h"

#include <string.h>

/* A number; where None may stand, NaN is that. */
static const nwti_value *of_number(nwt_context *ctx, const nwt_option *row, double number)
{
    nwti_value *value = nwti_arena_zeroed(&ctx->scratch, sizeof *value);

    if (value == NULL) {
        nwti_out_of_memory(ctx);
    } else if (number == number || !nwti_option_may_be_none(row)) {
        *value = (nwti_value){NWTI_FLOAT, 0, 0, {.number = number}};
    }
    return value;
}

/* What stands at the row's place in the layer's struct: its text, read again. */
static const nwti_value *of_place(const nwt_layer *layer, const nwt_option *row)
{
    nwt_context *ctx = layer->kind->ctx;
    const nwti_value *value = NULL;
    nwti_syntax_error error;
    nwti_text text;

    if (row->value_type == NWT_TYPE_FLOAT) {
        return of_number(ctx, row, *(const double *)((const char *)layer->self + row->offset));
    }
    nwti_text_init(&text, &ctx->heap);
    nwti_option_text(&text, row, layer->self, NULL);
    if (text.length == 0) {
        nwti_text_string(&text, "None");
    }
    if (!text.failed) {
        value = nwti_literal_read(&ctx->scratch, text.data, text.length, 8, &error);
    }
    nwti_text_free(&text);
    if (value == NULL) {
        nwti_out_of_memory(ctx);
    }
    return value;
}

/* What was given where the struct does not hold all of it: opaque values, functions that are
   objects, lists that may be one number. */
static const nwti_value *as_given(const nwt_layer *layer, const nwt_option *row)
{
    const nwti_value *value = NULL;

    if (row->value_type == NWT_TYPE_OPAQUE || row->value_type == NWT_TYPE_FUNCTION ||
        row->value_type == NWT_TYPE_INTS) {
        value = nwti_value_given(layer->values, &layer->kind->options, row->key);
    }
    if (value != NULL && row->value_type == NWT_TYPE_FUNCTION &&
        (value->type == NWTI_STRING || (value->flags & NWTI_VALUE_BARE))) {
        return NULL;
    }
    return value;
}

/* A list of one where Keras has a number: some of its kinds take nothing else. */
static const nwti_value *number_of(const nwt_option *row, const nwti_value *value)
{
    int32_t is_list = value->type == NWTI_LIST || value->type == NWTI_TUPLE;
    const char *fallback = row->fallback != NULL ? row->fallback : "None";
    int32_t is_number = row->value_type == NWT_TYPE_TUPLE ||
                        (row->value_type == NWT_TYPE_INTS && fallback[0] != '(' &&
                         fallback[0] != 'N');

    return is_list && value->length == 1 && is_number ? value->as.items : value;
}

static int32_t is_default(const nwt_layer *layer, const nwt_option *row)
{
    size_t offset = (size_t)row->offset;
    const unsigned char *ours = (const unsigned char *)layer->self + offset;
    const unsigned char *theirs = (const unsigned char *)layer->kind->options.defaults + offset;
    const nwt_ints *a = (const void *)ours, *b = (const void *)theirs;
    const char *text, *other;

    if (row->value_type == NWT_TYPE_INTS) {
        return a->count == b->count && !a->items == !b->items &&
               (a->count == 0 ||
                memcmp(a->items, b->items, (size_t)a->count * sizeof *a->items) == 0);
    }
    if (row->value_type == NWT_TYPE_STRING || row->value_type == NWT_TYPE_FUNCTION) {
        text = *(const char *const *)(const void *)ours;
        other = *(const char *const *)(const void *)theirs;
        return text == other || (text != NULL && other != NULL && strcmp(text, other) == 0);
    }
    return memcmp(ours, theirs, nwti_option_size(row)) == 0;
}

static int32_t fill(const nwt_layer *layer, const nwt_option *row, nwti_written *option)
{
    memset(option, 0, sizeof *option);
    option->key = row->key;
    option->is_required = row->fallback == NULL;
    if (nwti_option_holds_layers(row)) {
        option->is_list = row->value_type == NWT_TYPE_LAYERS;
        option->layer_count = nwti_option_layers(row, layer->self, &option->layers);
        if (!option->is_list && option->layers[0] == NULL) {
            option->layer_count = 0;
        }
        option->is_default = option->layer_count == 0;
        return 1;
    }
    option->value = as_given(layer, row);
    option->is_default = option->value == NULL &&
                         (row->value_type == NWT_TYPE_OPAQUE || is_default(layer, row));
    if (option->value == NULL) {
        option->value = of_place(layer, row);
    }
    if (option->value != NULL) {
        option->value = number_of(row, option->value);
    }
    return option->value != NULL;
}

/* What only earlier Kerases had is written if it says something, for Keras 3 to refuse. */
static int32_t is_hidden(const nwt_layer *layer, const nwt_option *row)
{
    return row->flags & NWT_FLAG_HIDDEN &&
           (!(row->flags & NWTI_FLAG_PAST) || is_default(layer, row));
}

int32_t nwti_written_next(const nwt_layer *layer, int32_t *row, nwti_written *option)
{
    const nwti_layout *layout = &layer->kind->options;

    while (*row < layout->count && is_hidden(layer, nwti_row(layout, *row))) {
        ++*row;
    }
    return *row < layout->count ? fill(layer, nwti_row(layout, (*row)++), option) : 0;
}

/* The dtype or policy that it was given; NULL: none. */
static const nwti_value *given_dtype(const nwt_layer *layer)
{
    return nwti_policy_for(nwti_value_given(layer->values, &layer->kind->options, "dtype"),
                           layer->name);
}

const nwti_value *nwti_written_history(const nwt_layer *layer)
{
    const nwti_value *length = nwti_value_get(nwti_value_get(given_dtype(layer), "config"),
                                              "amax_history_length");

    return length != NULL && length->type == NWTI_INT && length->as.integer != 1024 ? length : NULL;
}

const char *nwti_written_policy(const nwt_layer *layer, char *buffer, size_t size)
{
    const nwti_value *given = given_dtype(layer);
    const nwti_value *config = nwti_value_get(given, "config");
    const char *name = nwti_value_string(nwti_value_get(config, "name"));
    const char *mode = nwti_value_string(nwti_value_get(config, "mode"));
    const char *source = nwti_value_string(nwti_value_get(config, "source_name"));

    name = name != NULL ? name : nwti_value_string(given);
    if (mode != NULL && source != NULL) {
        nwti_format(buffer, size, "%s_from_%s", mode, source);
        return buffer;
    }
    if (name != NULL && strstr(name, "_from_") != NULL) {
        return name;
    }
    nwti_format(buffer, size, layer->compute_dtype != layer->variable_dtype ? "mixed_%s" : "%s",
                nwt_dtype_name(layer->compute_dtype));
    return buffer;
}
