/* Who feeds whom, as Keras 3 writes it: inbound_nodes, input_layers, output_layers. */
#include "report/config.h"
#include "core/constant.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"

#include <string.h>

static void triple(nwti_text *out, const nwti_edge *edge, int32_t call)
{
    nwti_text_string(out, "[");
    nwti_config_string(out, edge->name);
    nwti_text_string(out, ", ");
    nwti_text_int(out, call);
    nwti_text_string(out, ", ");
    nwti_text_int(out, edge->tensor);
    nwti_text_string(out, "]");
}

static void tensor(nwti_text *out, const nwt_tensor *value, const nwti_edge *edge)
{
    nwti_text_string(out, "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": ");
    nwti_config_shape(out, value->rank, value->dims);
    nwti_text_string(out, ", \"dtype\": ");
    nwti_config_string(out, value->dtype != 0 ? nwt_dtype_name(value->dtype) : "float32");
    nwti_text_string(out, ", \"keras_history\": ");
    triple(out, edge, edge->call);
    nwti_text_string(out, "}}");
}

/* ---------------------------------------------------------------------- calls */

/* The row of an operand's argument; kinds without a table have one. */
static int32_t row_of(const nwti_call *call, int32_t operand)
{
    int32_t row = call->given != NULL ? call->given->rows[operand] & NWTI_ROW_MASK : 0;

    return row < call->layer->kind->arguments.count || row == NWTI_ROW_COMMON ? row : 0;
}

static int32_t is_named(const nwti_call *call, int32_t operand)
{
    return call->given != NULL && call->given->rows[operand] & NWTI_ROW_NAMED;
}

static const nwt_option *option_of(const nwti_call *call, int32_t row)
{
    const nwti_layout *layout = &call->layer->kind->arguments;

    return row < layout->count ? nwti_row(layout, row) : NULL;
}

/* Keras takes a list of numbers where a tensor may stand only as an array. */
static void array_text(nwti_text *out, const nwti_value *value)
{
    nwti_constant constant;

    if (nwt_value_count(value) < 0 || !nwti_constant_read(value, &constant)) {
        nwti_config_value(out, value);
        return;
    }
    nwti_text_string(out, "{\"class_name\": \"__numpy__\", \"config\": {\"value\": ");
    nwti_config_value(out, value);
    nwti_text_string(out, ", \"dtype\": ");
    nwti_config_string(out, nwt_dtype_name(nwti_constant_dtype(&constant)));
    nwti_text_string(out, "}}");
}

static void operand(nwti_text *out, const nwti_row_call *of, int32_t index)
{
    nwti_operand_given given = nwti_call_operand(of->call, index);

    if (given.array != NULL) {
        array_text(out, given.value);
    } else {
        tensor(out, of->call->inputs[given.input], &of->inputs[given.input]);
    }
}

/* The keys of a model's dict of inputs, if `count` tensors are all of them: a call gives it one. */
static const char *const *keys_of(const nwti_call *call, int32_t count)
{
    const nwt_model *model = call->layer->rare != NULL ? call->layer->rare->model : NULL;
    int32_t i;

    if (model == NULL || model->input_keys == NULL || count != model->input_count) {
        return NULL;
    }
    for (i = 0; i < count; i++) {
        if (model->input_keys[i] == NULL) {
            return NULL;
        }
    }
    return model->input_keys;
}

/* The operands of one argument, which stand together from `first`: one, a list, or a dict. */
static void operands(nwti_text *out, const nwti_row_call *of, int32_t first, int32_t count,
                     int32_t is_list)
{
    const char *const *keys = keys_of(of->call, count);
    int32_t i;

    is_list = is_list || count > 1;
    nwti_text_string(out, keys != NULL ? "{" : is_list ? "[" : "");
    for (i = first; i < first + count; i++) {
        nwti_text_string(out, i > first ? ", " : "");
        if (keys != NULL) {
            nwti_config_key(out, keys[i - first]);
        }
        operand(out, of, i);
    }
    nwti_text_string(out, keys != NULL ? "}" : is_list ? "]" : "");
}

/* A model takes its one input as it is; a list of tensors is one even of one. */
static int32_t takes_list(const nwti_call *call, const nwt_option *option)
{
    return option != NULL && option->value_type == NWT_TYPE_TENSORS &&
           !(call->layer->flags & NWTI_IS_MODEL);
}

static const nwti_value *constant(const nwti_call *call, const nwt_option *option)
{
    return option != NULL && call->given != NULL
               ? nwti_value_given(call->given->values, &call->layer->kind->arguments, option->key)
               : NULL;
}

/* The number of operands of a row that stand together from `first`, all by name or none. */
static int32_t run_of(const nwti_call *call, int32_t first)
{
    int32_t end = first;

    while (end < nwti_call_operand_count(call) && row_of(call, end) == row_of(call, first) &&
           is_named(call, end) == is_named(call, first)) {
        end++;
    }
    return end - first;
}

static int32_t is_called(const nwti_call *call, int32_t how)
{
    return (call->layer->kind->descriptor->flags & how) != 0;
}

/* An argument that is no tensor. */
static void constant_text(nwti_text *out, const nwt_option *option, const nwti_value *value)
{
    if (option != NULL && option->value_type == NWT_TYPE_TENSOR) {
        array_text(out, value);
    } else {
        nwti_config_value(out, value);
    }
}

/* One argument by position: its tensors, a constant, or None. */
static void positional_row(nwti_text *out, const nwti_row_call *of, int32_t row)
{
    const nwti_call *call = of->call;
    const nwt_option *option = option_of(call, row);
    const nwti_value *value = constant(call, option);
    int32_t count = nwti_call_operand_count(call), first = 0, i;

    while (first < count && (row_of(call, first) != row || is_named(call, first))) {
        first++;
    }
    if (first == count) {
        constant_text(out, option, value != NULL ? value : &(nwti_value){NWTI_NONE, 0, 0, {0}});
    } else if (is_called(call, NWT_KIND_TAKES_EACH)) {
        count = run_of(call, first);
        for (i = 0; i < count; i++) {
            nwti_text_string(out, i > 0 ? ", " : "");
            operand(out, of, first + i);
        }
    } else {
        operands(out, of, first, run_of(call, first), takes_list(call, option));
    }
}

/* The arguments by position: up to the last operand that was given so, with constants or None
   between. Returns how many rows they are. */
static int32_t positional(nwti_text *out, const nwti_row_call *of)
{
    const nwti_call *call = of->call;
    int32_t is_list = is_called(call, NWT_KIND_TAKES_ONE_LIST);
    int32_t last = 0, row, i;

    for (i = 0; i < nwti_call_operand_count(call); i++) {
        if (!is_named(call, i) && row_of(call, i) >= last) {
            last = row_of(call, i) + 1;
        }
    }
    nwti_text_string(out, is_list ? "{\"args\": [[" : "{\"args\": [");
    for (row = 0; row < last; row++) {
        nwti_text_string(out, row > 0 ? ", " : "");
        positional_row(out, of, row);
    }
    nwti_text_string(out, is_list ? "]]" : "]");
    return last;
}

/* What Keras 3 takes: arguments of the kind, and those that every layer has. */
static int32_t is_taken(const nwti_call *call, const nwti_value *pair, int32_t after)
{
    const nwti_layout *layout = &call->layer->kind->arguments;
    int32_t row = pair->type == NWTI_STRING ? nwti_row_find(layout, pair->as.string, pair->length)
                                            : -1;

    if (pair->type != NWTI_STRING || (row >= 0 && row < after)) {
        return 0;
    }
    return row >= 0 || call->layer->kind->unknown ||
           (pair[1].type != NWTI_NONE && strcmp(pair->as.string, "training") == 0);
}

static const nwt_option *option_of_key(const nwti_call *call, const nwti_value *key)
{
    const nwti_layout *layout = &call->layer->kind->arguments;
    int32_t row = nwti_row_find(layout, key->as.string, key->length);

    return row >= 0 ? nwti_row(layout, row) : NULL;
}

/* A mask may have been given by position, where the kind has no row of tensors for it. */
static const char *key_of(const nwti_call *call, int32_t operand)
{
    const nwt_option *option = option_of(call, row_of(call, operand));
    int32_t input = nwti_call_operand(call, operand).input;
    const char *name = option != NULL ? option->key
                       : input >= 0   ? nwti_call_input_name(call, input)
                                      : NULL;

    return name != NULL ? name : "mask";
}

static void named(nwti_text *out, const nwti_row_call *of, int32_t after)
{
    const nwti_call *call = of->call;
    const nwti_value *values = call->given != NULL ? call->given->values : NULL;
    const nwti_value *pair = values == NULL ? NULL : values->as.items + (values->type == NWTI_CALL);
    const char *comma = "";
    int32_t i, count;
    uint32_t j;

    nwti_text_string(out, ", \"kwargs\": {");
    for (i = 0; i < nwti_call_operand_count(call); i += count) {
        const nwt_option *option = option_of(call, row_of(call, i));

        count = run_of(call, i);
        if (is_named(call, i)) {
            nwti_text_string(out, comma);
            nwti_config_key(out, key_of(call, i));
            operands(out, of, i, count, takes_list(call, option));
            comma = ", ";
        }
    }
    for (j = 0; values != NULL && j < values->length; j++, pair += 2) {
        if (is_taken(call, pair, after)) {
            nwti_text_string(out, comma);
            nwti_config_key(out, pair->as.string);
            constant_text(out, option_of_key(call, pair), pair + 1);
            comma = ", ";
        }
    }
    nwti_text_string(out, "}}");
}

void nwti_config_call(nwti_text *out, const nwti_row_call *call)
{
    named(out, call, positional(out, call));
}

/* ----------------------------------------------------------------------- ends */

/* Building a functional model counts as its call 0 here. */
static void end(nwti_text *out, const nwti_edge *edge)
{
    const nwt_layer *layer = edge->layer;

    triple(out, edge, edge->call + (edge->is_model && !layer->rare->model->is_sequential ? 1 : 0));
}

typedef struct walk {
    nwt_context *ctx;
    nwti_text *out;
    const nwti_edge *edges;
    int32_t count;
    int32_t next;
} walk;

static int32_t is_leaf(const nwti_value *value)
{
    return value->type == NWTI_LIST && value->length >= 3 && value->as.items->type == NWTI_STRING;
}

/* The structure once more, with today's numbers of calls. Tensors are flattened with the keys of
   dicts in their order. Recursion follows the text's nesting, which has a limit. */
static void structure(walk *w, const nwti_value *value)
{
    const nwti_value **pairs;
    uint32_t i;

    if (is_leaf(value)) {
        if (w->next < w->count) {
            end(w->out, &w->edges[w->next++]);
        }
        return;
    }
    if (value->type != NWTI_DICT) {
        nwti_text_string(w->out, "[");
        for (i = 0; value->type == NWTI_LIST && i < value->length; i++) {
            nwti_text_string(w->out, i > 0 ? ", " : "");
            structure(w, value->as.items + i);
        }
        nwti_text_string(w->out, "]");
        return;
    }
    pairs = nwti_value_by_key(&w->ctx->scratch, value);
    if (pairs == NULL) {
        nwti_out_of_memory(w->ctx);
        return;
    }
    nwti_text_string(w->out, "{");
    for (i = 0; i < value->length; i++) {
        nwti_text_string(w->out, i > 0 ? ", " : "");
        nwti_config_key(w->out, pairs[i]->as.string);
        structure(w, pairs[i] + 1);
    }
    nwti_text_string(w->out, "}");
}

void nwti_config_ends(nwt_context *ctx, nwti_text *out, int32_t count, const nwti_edge *edges,
                      const char *const *keys, const nwti_value *as_read)
{
    walk w = {ctx, out, edges, count, 0};
    int32_t i;

    if (as_read != NULL) {
        structure(&w, as_read);
        return;
    }
    nwti_text_string(out, keys != NULL ? "{" : count != 1 ? "[" : "");
    for (i = 0; i < count; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        if (keys != NULL) {
            nwti_config_key(out, keys[i]);
        }
        end(out, &edges[i]);
    }
    nwti_text_string(out, keys != NULL ? "}" : count != 1 ? "]" : "");
}
