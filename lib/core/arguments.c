/* Call arguments: which tensor is which, and what else a call is given. */

#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/builtin.h"
#include "support/text.h"

#include <string.h>

/* Call arguments that every layer takes; none changes a shape. A kind has a row of one, of any
   value, where Keras takes it by position too. */
static const char *const common[] = {"mask", "training", NULL};

int32_t nwti_argument_is_common(const char *name)
{
    int32_t i;

    for (i = 0; common[i] != NULL; i++) {
        if (strcmp(common[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

typedef struct binding {
    const nwti_call_request *request;
    const nwti_layout *layout;
    nwti_assignment to;
    uint8_t *rows;
    int32_t positional; /* the row that takes the next positional tensor */
} binding;

static int32_t is_tensor_row(const nwt_option *row)
{
    return row->value_type == NWT_TYPE_TENSOR || row->value_type == NWT_TYPE_TENSORS;
}

static int32_t fail(binding *b, const char *format, const char *name, int64_t number)
{
    return nwti_error(b->to.ctx, NWT_STATUS_INVALID, format, b->to.owner, name, number);
}

/* Gives tensor number `index` to a row. */
static int32_t put(binding *b, int32_t row, int32_t index)
{
    const nwt_option *option = nwti_row(b->layout, row);
    void *place = (unsigned char *)b->to.self + option->offset;

    if (option->value_type == NWT_TYPE_TENSOR) {
        if (b->to.given >> row & 1) {
            return fail(b, "%s: argument '%s' is given twice", option->key, 0);
        }
        *(int32_t *)place = index;
    } else {
        nwt_range *range = place;

        if (range->count > 0 && range->first + range->count != index) {
            return fail(b, "%s: the tensors of argument '%s' must stand together", option->key, 0);
        }
        range->first = range->count > 0 ? range->first : index;
        range->count++;
    }
    b->to.given |= (uint64_t)1 << row;
    b->rows[index] = (uint8_t)row;
    return 0;
}

static int32_t put_positional(binding *b, int32_t index, int32_t is_constant)
{
    const nwt_option *row;

    while (b->positional < b->layout->count && !is_tensor_row(nwti_row(b->layout, b->positional))) {
        b->positional++;
    }
    if (b->positional == b->layout->count) {
        return is_constant ? 0
                           : fail(b, "%s: %s%d tensors are more than the layer takes", "",
                                  b->request->count);
    }
    row = nwti_row(b->layout, b->positional);
    if (is_constant || row->value_type == NWT_TYPE_TENSOR) {
        b->positional++;
    }
    return is_constant ? 0 : put(b, b->positional - (row->value_type == NWT_TYPE_TENSOR), index);
}

static int32_t put_named(binding *b, const char *name, int32_t index)
{
    int32_t row = nwti_row_find(b->layout, name, strlen(name));
    int32_t status;

    if (nwti_argument_is_common(name) &&
        (row < 0 || nwti_row(b->layout, row)->value_type == NWT_TYPE_OPAQUE)) {
        b->rows[index] = NWTI_ROW_COMMON | NWTI_ROW_NAMED;
        return 0;
    }
    if (row < 0) {
        return nwti_unknown_option(&b->to, name);
    }
    if (nwti_row(b->layout, row)->value_type == NWT_TYPE_OPAQUE) { /* within a slice */
        b->rows[index] = (uint8_t)(row | NWTI_ROW_NAMED);
        return 0;
    }
    if (!is_tensor_row(nwti_row(b->layout, row))) {
        return fail(b, "%s: argument '%s' takes no tensor", name, 0);
    }
    status = put(b, row, index);
    b->rows[index] |= NWTI_ROW_NAMED;
    return status;
}

static int32_t put_tensors(binding *b)
{
    const nwti_call_request *request = b->request;
    int32_t i, index = 0, status = 0;

    for (i = 0; i < request->count && status == 0; i++) {
        const char *name = request->names != NULL ? request->names[i] : NULL;

        if (name != NULL) {
            status = put_named(b, name, index);
        } else {
            status = put_positional(b, index, request->tensors[i] == NULL);
        }
        index += request->tensors[i] != NULL;
    }
    return status;
}

/* What a config has beyond the table is no shape's business. */
static int32_t take_common(nwti_assignment *to, const nwti_value *key, const nwti_value *value)
{
    (void)value;
    return to->lenient || nwti_argument_is_common(key->as.string);
}

/* The arguments that are no tensors. */
static int32_t put_values(binding *b)
{
    const nwti_value *values = b->request->arguments;

    if (values == NULL) {
        return 0;
    }
    b->to.kept = b->to.given;
    b->to.lenient = values->type != NWTI_CALL;
    b->to.by_position = 0;
    return nwti_assign_all(&b->to, values);
}

static int32_t check_required(binding *b)
{
    int32_t i;

    for (i = 0; i < b->layout->count; i++) {
        const nwt_option *row = nwti_row(b->layout, i);

        if (row->fallback == NULL && !(b->to.given >> i & 1)) {
            return fail(b, "%s: call argument '%s' is missing", row->key, 0);
        }
    }
    return 0;
}

/* A kind without a table takes one tensor; an unknown class any number. */
static int32_t bind_without_table(const nwti_call_request *request, binding *b)
{
    int32_t i, index = 0, plain = 0;

    for (i = 0; i < request->count; i++) {
        const char *name = request->names != NULL ? request->names[i] : NULL;

        if (request->tensors[i] != NULL) {
            int32_t aside = name != NULL && nwti_argument_is_common(name);

            plain += !aside;
            b->rows[index++] = (uint8_t)((aside ? NWTI_ROW_COMMON : 0) |
                                         (name != NULL ? NWTI_ROW_NAMED : 0));
        }
    }
    if (plain != 1 && !request->layer->kind->unknown) {
        return fail(b, "%s: the layer takes one tensor, %snot %d", "", plain);
    }
    return 0;
}

/* The written names of the inputs, which leave out what is no tensor. */
static int32_t keep_written(const nwti_call_request *request, nwti_arena *arena,
                            nwti_call_given *given)
{
    const char **written;
    int32_t i, index = 0;

    given->written = NULL;
    if (request->written == NULL) {
        return 0;
    }
    written = nwti_arena_array(arena, (size_t)request->count, sizeof *written);
    if (written == NULL) {
        return nwti_out_of_memory(request->layer->kind->ctx);
    }
    for (i = 0; i < request->count; i++) {
        if (request->tensors[i] != NULL && request->tensors[i]->call != NULL) {
            written[index++] = request->written[i];
        }
    }
    given->written = written;
    return 0;
}

/* The operands, if arrays are among them. */
static int32_t keep_arrays(const nwti_call_request *request, nwti_arena *arena,
                           nwti_call_given *given)
{
    nwti_operand_given *operand;
    int32_t i, inputs = 0, arrays = 0;

    given->operands = NULL;
    given->operand_count = 0;
    for (i = 0; i < request->count && request->arrays != NULL; i++) {
        given->operand_count += request->tensors[i] != NULL;
        arrays += request->arrays[i] != NULL;
    }
    if (arrays == 0) {
        return 0;
    }
    operand = nwti_arena_array(arena, (size_t)request->count, sizeof *operand);
    if (operand == NULL) {
        return nwti_out_of_memory(request->layer->kind->ctx);
    }
    given->operands = operand;
    for (i = 0; i < request->count; i++) {
        if (request->arrays[i] != NULL) {
            *operand++ = (nwti_operand_given){request->tensors[i], request->arrays[i], -1};
        } else if (request->tensors[i] != NULL) {
            *operand++ = (nwti_operand_given){NULL, NULL, inputs++};
        }
    }
    return 0;
}

/* Most calls: one tensor, to a kind that asks for no more. */
static int32_t is_simple(const nwti_call_request *request)
{
    const nwti_kind *kind = request->layer->kind;

    return request->count == 1 && request->names == NULL && request->arguments == NULL &&
           request->tensors[0] != NULL && request->tensors[0]->call != NULL && kind->takes_one;
}

/* Of a call that is not simple. */
static int32_t bind(const nwti_call_request *request, nwti_arena *arena,
                    const nwti_call_given **given)
{
    nwti_kind *kind = request->layer->kind;
    int32_t has_table = kind->descriptor->arguments != NULL;
    nwti_call_given *made;
    char title[256];
    binding b = {request, &kind->arguments, {0}, NULL, 0};

    b.to.ctx = kind->ctx;
    b.to.layout = b.layout;
    b.to.owner = nwti_layer_title(request->layer, title, sizeof title);
    b.to.what = "call argument";
    b.to.arena = arena;
    b.to.take_other = take_common;
    made = nwti_arena_alloc(arena, sizeof *made);
    b.rows = nwti_arena_zeroed(arena, (size_t)request->count + 1);
    b.to.self = nwti_arena_alloc(arena, kind->arguments.size);
    if (made == NULL || b.rows == NULL || b.to.self == NULL) {
        return nwti_out_of_memory(kind->ctx);
    }
    memcpy(b.to.self, kind->arguments.defaults, kind->arguments.size);
    made->arguments = has_table ? b.to.self : NULL;
    made->values = request->arguments;
    made->rows = b.rows;
    if (keep_written(request, arena, made) || keep_arrays(request, arena, made)) {
        return kind->ctx->status;
    }
    *given = made;
    if (!has_table) {
        return bind_without_table(request, &b);
    }
    if (put_tensors(&b) || put_values(&b) || check_required(&b)) {
        return kind->ctx->status;
    }
    return 0;
}

int32_t nwti_arguments_bind(const nwti_call_request *request, nwti_arena *arena,
                            const nwti_call_given **given)
{
    *given = NULL;
    return is_simple(request) ? 0 : bind(request, arena, given);
}

const void *nwti_call_arguments(const nwt_layer *layer, const nwti_call_given *given)
{
    return given != NULL ? given->arguments : layer->kind->single;
}

static int32_t check_rank(nwt_op *op, const nwt_option *row, int32_t input)
{
    int32_t rank = op->inputs[input]->rank;
    int64_t values[2] = {row->minimum, row->maximum};
    char text[128];

    if (rank < 0 || (rank >= row->minimum && rank <= row->maximum)) {
        return 0;
    }
    nwti_format(text, sizeof text, "%s has shape {%d}, but its rank must be %s", row->key,
                (int64_t)input,
                row->minimum == row->maximum   ? "{}"
                : row->maximum >= NWT_MAX_RANK ? "at least {}"
                                               : "from {} to {}");
    return nwt_op_fail(op, text, 2, values);
}

int32_t nwti_arguments_check_list(const nwti_call_request *request)
{
    const nwt_layer *layer = request->layer;
    char title[256];

    if (request->count != 1 || !(layer->kind->descriptor->flags & NWTI_TAKES_LIST)) {
        return 0;
    }
    return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID,
                      "%s: it merges a list of tensors, but is given one tensor by itself",
                      nwti_layer_title(layer, title, sizeof title));
}

int32_t nwti_arguments_check(nwt_op *op)
{
    const nwti_layout *layout = &op->layer->kind->arguments;
    int32_t i, j;

    for (i = 0; i < layout->count && op->arguments != NULL; i++) {
        const nwt_option *row = nwti_row(layout, i);
        const void *place = (const unsigned char *)op->arguments + row->offset;
        nwt_range range = {0, 0};

        if (row->value_type == NWT_TYPE_TENSOR) {
            range.first = *(const int32_t *)place;
            range.count = range.first >= 0 ? 1 : 0;
        } else if (row->value_type == NWT_TYPE_TENSORS) {
            range = *(const nwt_range *)place;
            if (range.count < row->count) {
                return NWT_FAIL(op, "it takes at least {} tensors, not {}", row->count,
                                range.count);
            }
        }
        for (j = 0; j < range.count; j++) {
            if (check_rank(op, row, range.first + j)) {
                return op->ctx->status;
            }
        }
    }
    return 0;
}
