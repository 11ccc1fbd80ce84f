/* The handle that a kind's callbacks read from and write to. */
#include "core/context.h"
#include "core/error.h"
#include "core/dtype.h"
#include "core/tensor.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/weight.h"
#include "core/layer.h"
#include "core/op.h"
#include "support/text.h"
#include "core/builtin.h"
#include "core/work.h"
#include "support/checked.h"

#include <string.h>

/* Dims of what is not there: whoever reads them after an error finds None. */
const int64_t nwti_no_dims[NWT_MAX_RANK] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

void nwti_op_begin(nwt_op *op, nwt_layer *layer, nwt_op *parent, nwti_arena *results)
{
    memset(op, 0, sizeof *op);
    op->ctx = layer->kind->ctx;
    op->layer = layer;
    op->parent = parent;
    op->results = results;
    op->mark = nwti_arena_mark(&op->ctx->scratch);
}

void nwti_op_end(nwt_op *op)
{
    nwti_arena_rewind(&op->ctx->scratch, op->mark);
}

void nwti_op_out_of_memory(nwt_op *op)
{
    nwti_out_of_memory(op->ctx);
    op->state = NWTI_OP_FAILED;
}

int32_t nwti_op_status(const nwt_op *op)
{
    return op == NULL ? NWT_STATUS_INVALID : op->state == NWTI_OP_FAILED ? op->ctx->status : 0;
}

int32_t nwti_op_is_live(const nwt_op *op)
{
    return op != NULL && op->state == NWTI_OP_OK;
}

/* ------------------------------------------------------------------- reading */

int32_t nwt_op_input_count(const nwt_op *op)
{
    int32_t count = op != NULL ? op->input_count : 0;

    /* Masks stand last and are no business of the kind's. */
    while (count > 0 && op->inputs[count - 1] == NULL) {
        count--;
    }
    return count;
}

static const nwt_tensor *input_of(nwt_op *op, int32_t input)
{
    if (op != NULL && input >= 0 && input < op->input_count && op->inputs[input] != NULL) {
        return op->inputs[input];
    }
    if (nwti_op_is_live(op)) {
        NWT_FAIL(op, "its kind asks for input {}, which is not there", input);
    }
    return NULL;
}

int32_t nwt_op_rank(nwt_op *op, int32_t input)
{
    const nwt_tensor *tensor = input_of(op, input);

    if (tensor != NULL && tensor->rank < 0 && op->state == NWTI_OP_OK) {
        op->state = NWTI_OP_UNKNOWN;
    }
    return tensor != NULL ? tensor->rank : -1;
}

int64_t nwt_op_dim(nwt_op *op, int32_t input, int64_t axis)
{
    int32_t rank = nwt_op_rank(op, input);
    int64_t index;

    if (rank < 0) {
        return -1;
    }
    index = axis < 0 ? axis + rank : axis;
    if (index < 0 || index >= rank) {
        int64_t values[1] = {axis};
        char text[64];

        nwti_format(text, sizeof text, "its input of shape {%d} has no axis {}", (int64_t)input);
        nwt_op_fail(op, text, 1, values);
        return -1;
    }
    return op->inputs[input]->dims[index];
}

const int64_t *nwt_op_dims(nwt_op *op, int32_t input)
{
    return nwt_op_rank(op, input) >= 0 ? op->inputs[input]->dims : nwti_no_dims;
}

/* Keras casts floats to the layer's compute dtype before the call, but not those of operations. */
int32_t nwt_op_input_dtype(const nwt_op *op, int32_t input)
{
    return op != NULL && input >= 0 && input < op->input_count && op->inputs[input] != NULL
               ? op->inputs[input]->dtype
               : NWT_DTYPE_UNKNOWN;
}

int32_t nwt_op_is_within(const nwt_op *op)
{
    return op != NULL && op->parent != NULL && !(op->parent->layer->flags & NWTI_IS_MODEL);
}

static int32_t casts_nothing(const nwt_layer *layer)
{
    return layer->rare != NULL && layer->rare->casts_nothing;
}

int32_t nwt_op_dtype(const nwt_op *op, int32_t input)
{
    int32_t dtype = nwt_op_input_dtype(op, input);

    /* In a model called on other shapes Keras asks layers for their shapes, and casts nothing. */
    if (op != NULL && op->parent != NULL && op->parent->layer->flags & NWTI_IS_MODEL &&
        op->work == NULL && !nwti_op_is_tensorflow(op)) {
        return dtype;
    }
    return nwti_dtype_is_float(dtype) && nwti_dtype_is_float(op->layer->compute_dtype) &&
                   !op->layer->kind->is_operation && !casts_nothing(op->layer)
               ? op->layer->compute_dtype
               : dtype;
}

int32_t nwti_op_is_before_3(const nwt_op *op)
{
    return op->layer->marks & NWTI_BEFORE_3;
}

int32_t nwti_op_is_tensorflow(const nwt_op *op)
{
    return op->layer->marks & NWTI_TENSORFLOW;
}

void nwti_op_freeze_nothing(nwt_op *op)
{
    op->layer->marks |= NWTI_FREEZES_NOTHING;
}

int32_t nwt_op_axis(nwt_op *op, const char *key, int64_t axis, int32_t rank)
{
    int64_t values[3] = {axis, -(int64_t)rank, (int64_t)rank - 1}, index;
    char text[160];

    if (op == NULL) {
        return 0;
    }
    if (rank < 0) {
        op->state = op->state == NWTI_OP_OK ? NWTI_OP_UNKNOWN : op->state;
        return 0;
    }
    index = axis < 0 ? axis + rank : axis;
    if (index < 0 || index >= rank) {
        nwti_format(text, sizeof text, "%s {} does not exist: it must be from {} to {}",
                    key != NULL ? key : "axis");
        nwt_op_fail(op, text, 3, values);
        return 0;
    }
    return (int32_t)index;
}

int32_t nwt_op_compute_dtype(const nwt_op *op)
{
    return op != NULL ? op->layer->compute_dtype : NWT_DTYPE_UNKNOWN;
}

int32_t nwt_op_variable_dtype(const nwt_op *op)
{
    return op != NULL ? op->layer->variable_dtype : NWT_DTYPE_UNKNOWN;
}

const void *nwt_op_arguments(const nwt_op *op)
{
    return op != NULL ? op->arguments : NULL;
}

nwt_context *nwt_op_context(const nwt_op *op)
{
    return op != NULL ? op->ctx : NULL;
}

void *nwt_op_user(const nwt_op *op)
{
    return op != NULL ? op->layer->kind->descriptor->user : NULL;
}

const nwt_value *nwt_op_option(const nwt_op *op, const char *key)
{
    if (op == NULL || key == NULL) {
        return NULL;
    }
    op->ctx->asides += op->layer->values != NULL; /* else there is nothing to be found */
    return nwti_value_given(op->layer->values, &op->layer->kind->options, key);
}

const nwt_value *nwt_op_argument(const nwt_op *op, const char *key)
{
    if (op == NULL || key == NULL) {
        return NULL;
    }
    op->ctx->asides += op->values != NULL;
    return nwti_value_given(op->values, &op->layer->kind->arguments, key);
}

int32_t nwt_op_ended(const nwt_op *op)
{
    return !nwti_op_is_live(op);
}

/* ------------------------------------------------------------------- writing */

static int32_t add_output(nwt_op *op, int32_t rank, const int64_t *dims, int32_t dtype)
{
    nwt_tensor *output = nwti_tensor_new(op->results, rank, dims, dtype);

    if (output == NULL) {
        nwti_op_out_of_memory(op);
        return op->ctx->status;
    }
    output->index = op->output_count++;
    if (op->last_output != NULL) {
        op->last_output->next = output;
    } else {
        op->outputs = output;
    }
    op->last_output = output;
    return 0;
}

/* Keras says that of the layer. Before 3 it said that of TensorFlow's tensor, and what computes
   with nothing but its input leaves integers integers. */
static int32_t usual_dtype(const nwt_op *op)
{
    int32_t dtype = nwt_op_input_dtype(op, 0);

    return op->layer->marks & NWTI_BEFORE_3 && op->layer->kind->descriptor->weights == NULL &&
                   dtype != NWT_DTYPE_UNKNOWN && !nwti_dtype_is_float(dtype)
               ? dtype
               : op->layer->compute_dtype;
}

int32_t nwt_op_output(nwt_op *op, int32_t rank, const int64_t *dims, int32_t dtype)
{
    int32_t i;

    if (!nwti_op_is_live(op)) {
        return nwti_op_status(op);
    }
    if (rank < 0 || rank > NWT_MAX_RANK || (rank > 0 && dims == NULL)) {
        return NWT_FAIL(op, "its kind writes an output of rank {}; the largest rank is {}", rank,
                        NWT_MAX_RANK);
    }
    for (i = 0; i < rank; i++) {
        if (dims[i] < -1) {
            return NWT_FAIL(op, "axis {} of its output would be {}", i, dims[i]);
        }
    }
    if (dtype != 0 && nwt_dtype_name(dtype) == NULL) {
        return NWT_FAIL(op, "its kind writes an output of dtype {}, which is none", dtype);
    }
    return add_output(op, rank, dims, dtype != 0 ? dtype : usual_dtype(op));
}

int32_t nwti_cast_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), op->layer->compute_dtype);
}

int32_t nwt_op_output_unknown(nwt_op *op)
{
    return nwti_op_is_live(op) ? add_output(op, -1, NULL, op->layer->compute_dtype)
                               : nwti_op_status(op);
}

static const char *keep_text(nwt_op *op, const char *text)
{
    const char *copy = text;

    if (op->layer->kind->copies_text) {
        copy = nwti_arena_string(&op->ctx->scratch, text, strlen(text));
        if (copy == NULL) {
            nwti_op_out_of_memory(op);
        }
    }
    return copy;
}

static int32_t wrong_axis(nwt_op *op, const char *name, const nwt_axis *axis)
{
    char text[256];

    if (axis->size == -1) {
        nwti_format(text, sizeof text,
                    "the size of its %s depends on '%s', which is None: that axis of the input "
                    "must be known",
                    name, axis->label);
    } else {
        nwti_format(text, sizeof text, "the size of its %s along '%s' is {}", name, axis->label);
    }
    return nwt_op_fail(op, text, 1, &axis->size);
}

/* Product of the sizes, and the rank; 0 after a failure. */
static int32_t measure(nwt_op *op, nwti_declared *weight)
{
    int64_t bytes;
    char text[160];
    int32_t i;

    weight->params = 1;
    weight->rank = 0;
    for (i = 0; i < weight->count; i++) {
        if (weight->axes[i].size == -1 && op->layer->flags & NWTI_BUILT) {
            weight->params = 0; /* the weights are there, and Keras asks no more */
            continue;
        }
        if (weight->axes[i].size < 0) {
            wrong_axis(op, weight->name, &weight->axes[i]);
            return 0;
        }
        weight->rank += !(weight->axes[i].flags & NWT_AXIS_JOINED) || i == 0;
        if (!nwti_multiply(weight->params, weight->axes[i].size, &weight->params)) {
            weight->params = -1;
            break;
        }
    }
    if (weight->params < 0 ||
        !nwti_multiply(weight->params, nwt_dtype_size(weight->dtype), &bytes)) {
        nwti_format(text, sizeof text, "its %s would hold more than 2^63 - 1 bytes", weight->name);
        nwt_op_fail(op, text, 0, NULL);
        return 0;
    }
    return 1;
}

const nwt_axis *nwti_op_axes(const nwt_op *op, int32_t count, const nwt_axis *axes, nwt_axis *room)
{
    size_t stride = op->layer->kind->descriptor->axis_size;
    int32_t i;

    if (stride == 0 || stride == sizeof *axes) {
        return axes;
    }
    for (i = 0; i < count; i++) {
        memcpy(&room[i], (const unsigned char *)axes + (size_t)i * stride, sizeof *room);
    }
    return room;
}

/* What a plug-in may get wrong. */
static int32_t wrong_weight(nwt_op *op, const char *name, int32_t flags, int32_t dtype)
{
    const nwti_declared *other = op->declared;
    char text[160];

    while (other != NULL && strcmp(other->name, name) != 0) {
        other = other->next;
    }
    if (other != NULL) {
        nwti_format(text, sizeof text, "its kind declares two weights called '%s'", name);
        return nwt_op_fail(op, text, 0, NULL);
    }
    if (flags & ~(NWT_WEIGHT_NON_TRAINABLE | NWT_WEIGHT_FROZEN) ||
        (dtype != 0 && nwt_dtype_name(dtype) == NULL)) {
        nwti_format(text, sizeof text,
                    "its kind declares the weight '%s' with flags or a dtype that are not known",
                    name);
        return nwt_op_fail(op, text, 0, NULL);
    }
    return 0;
}

/* A name and axes are there, and it is the time of weights. */
static int32_t check_weight(nwt_op *op, const char *name, int32_t count, const nwt_axis *axes)
{
    char text[160];

    if (name == NULL || count < 0 || count > NWT_MAX_RANK || (count > 0 && axes == NULL)) {
        return NWT_FAIL(op, "its kind declares a weight of {} axes; the largest rank is {}", count,
                        NWT_MAX_RANK);
    }
    if (op->phase != NWTI_IN_WEIGHTS) {
        nwti_format(text, sizeof text, "its kind declares '%s' outside of its callback `weights`",
                    name);
        return nwt_op_fail(op, text, 0, NULL);
    }
    return 0;
}

/* What does not fit counts as it is. */
void nwti_op_stand_for(nwt_op *op, int32_t since, int32_t count, const nwt_axis *axes)
{
    const nwti_declared *declared = op->declared;
    int64_t params = count > 0;
    int32_t i;

    for (i = 0; i < count; i++) {
        if (axes[i].size < 0 || !nwti_multiply(params, axes[i].size, &params)) {
            return;
        }
    }
    for (i = op->declared_count; i > since && declared != NULL; i--, declared = declared->next) {
        params -= declared->params;
    }
    op->logical_more += params;
}

static void declare(nwt_op *op, nwti_declared *weight)
{
    weight->next = op->declared;
    op->declared = weight;
    op->declared_count++;
}

static nwti_declared *declaration(nwt_op *op, int32_t count)
{
    nwti_declared *weight = nwti_arena_zeroed(
        &op->ctx->scratch, sizeof *weight + (size_t)count * sizeof weight->axes[0]);

    if (weight == NULL) {
        nwti_op_out_of_memory(op);
    }
    return weight;
}

int32_t nwt_op_weight(nwt_op *op, const char *name, int32_t count, const nwt_axis *axes,
                      int32_t flags, int32_t dtype)
{
    nwti_declared *weight;
    nwt_axis room[NWT_MAX_RANK];
    int32_t i;

    if (!nwti_op_is_live(op) || check_weight(op, name, count, axes)) {
        return nwti_op_status(op);
    }
    if (op->layer->kind->copies_text && wrong_weight(op, name, flags, dtype)) {
        return nwti_op_status(op);
    }
    weight = declaration(op, count);
    if (weight == NULL) {
        return op->ctx->status;
    }
    weight->name = keep_text(op, name);
    weight->count = count;
    weight->flags = flags;
    weight->dtype = dtype != 0 ? dtype : op->layer->variable_dtype;
    axes = nwti_op_axes(op, count, axes, room);
    for (i = 0; i < count; i++) {
        if (axes[i].label == NULL) {
            return NWT_FAIL(op, "its kind declares a weight whose axis {} has no label", i);
        }
        weight->axes[i] = axes[i];
        weight->axes[i].label = keep_text(op, axes[i].label);
    }
    if (op->state == NWTI_OP_OK && measure(op, weight)) {
        declare(op, weight);
    }
    return nwti_op_status(op);
}

int32_t nwt_op_take_weight(nwt_op *op, nwt_layer *child, int64_t index)
{
    nwti_declared *weight;

    if (!nwti_op_is_live(op)) {
        return nwti_op_status(op);
    }
    if (op->phase != NWTI_IN_WEIGHTS || child == NULL || child->kind->has_children || index < 0 ||
        index >= child->weight_count) {
        return NWT_FAIL(op, "its kind takes weight {} of a layer that has none such of its own",
                        index);
    }
    weight = declaration(op, 0);
    if (weight == NULL) {
        return op->ctx->status;
    }
    if (nwti_weights_own(child)) {
        op->state = NWTI_OP_FAILED;
        return op->ctx->status;
    }
    weight->lender = child;
    weight->taken = &child->weights[index];
    weight->name = weight->taken->form->name;
    declare(op, weight);
    return 0;
}

/* The names from the top layer down to the op's: "bidirectional/forward_lstm". */
static size_t path_of(const nwt_op *op, char *buffer, size_t size)
{
    const nwt_op *chain[16];
    int32_t count = 0;
    size_t length = 0;
    char title[128];

    for (; op != NULL && count < 16; op = op->parent) {
        chain[count++] = op;
    }
    while (count > 0 && length < size) {
        const nwt_op *one = chain[--count];
        const char *name = one->phase == NWTI_IN_MAKE && one->layer->name == NULL
                               ? nwti_layer_class(one->layer)
                               : nwti_layer_title(one->layer, title, sizeof title);

        length += nwti_format(buffer + length, size - length, "%s%s", length > 0 ? "/" : "", name);
    }
    return length;
}

/* The value of an option that a message names: "{equation}". */
static size_t fill_option(const nwt_op *op, char *buffer, size_t size, const char *key,
                          size_t length)
{
    char name[64];
    size_t needed;

    nwti_format(name, length + 1 < sizeof name ? length + 1 : sizeof name, "%s", key);
    needed = nwt_layer_option(op->layer, name, buffer, size);
    return needed > 0 ? needed : nwti_format(buffer, size, "{%s}", name);
}

/* Replaces "{}" by the next value, "{0}" by the shape of input 0, "{key}" by an option's value. */
static void fill_in(const nwt_op *op, char *buffer, size_t size, const char *text, int32_t count,
                    const int64_t *values)
{
    size_t length = 0;
    int32_t next = 0;

    while (*text != '\0' && length < size) {
        char *end = buffer + length;
        size_t room = size - length;

        if (text[0] == '{' && text[1] == '}' && next < count) {
            length += nwti_format(end, room, "%d", values[next++]);
            text += 2;
        } else if (text[0] == '{' && text[1] >= '0' && text[1] <= '9' && text[2] == '}') {
            int32_t input = text[1] - '0';

            length += input < op->input_count && op->inputs[input] != NULL
                          ? nwti_shape_text(end, room, op->inputs[input]->rank,
                                            op->inputs[input]->dims)
                          : nwti_format(end, room, "?");
            text += 3;
        } else if (text[0] == '{' && text[1] >= 'a' && text[1] <= 'z') {
            size_t key = strcspn(text + 1, "}");

            length += fill_option(op, end, room, text + 1, key);
            text += 1 + key + (text[1 + key] == '}');
        } else {
            char one[2] = {*text++, '\0'};

            length += nwti_format(end, room, "%s", one);
        }
    }
}

int32_t nwt_op_fail(nwt_op *op, const char *text, int32_t count, const int64_t *values)
{
    char path[384], message[640];

    if (op == NULL) {
        return NWT_STATUS_INVALID;
    }
    if (op->state != NWTI_OP_FAILED && op->ctx->status == NWT_STATUS_OK) {
        path_of(op, path, sizeof path);
        fill_in(op, message, sizeof message, text != NULL ? text : "its kind failed",
                values != NULL ? count : 0, values);
        nwti_error(op->ctx, NWT_STATUS_INVALID, "%s: %s", path, message);
    }
    op->state = NWTI_OP_FAILED;
    return op->ctx->status;
}
