/* Products that sum over axes of their operands. */
#include "core/account.h"
#include "ops/operand.h"

#include "core/constant.h"

#include <string.h>

enum { ONE_PRODUCT = -2 };

/* int8 products are summed as int32. */
static int32_t product_dtype(const nwt_op *op, int32_t a, int32_t b)
{
    int32_t dtype = a == NWT_DTYPE_INT8 && b == NWT_DTYPE_INT8 ? NWT_DTYPE_INT32
                                                               : nwti_promote(op, a, b);

    return nwti_result_dtype(op, NWTI_AS_IS, dtype);
}

static int32_t check_inner(nwt_op *op, int64_t a, int64_t b)
{
    if (a != b && a != -1 && b != -1) {
        return NWT_FAIL(op, "the axes summed over differ: {} in x1, {} in x2", a, b);
    }
    return 0;
}

static void remove_axis(nwti_operand *x, int32_t axis)
{
    x->rank--;
    memmove(x->dims + axis, x->dims + axis + 1, (size_t)(x->rank - axis) * sizeof *x->dims);
}

/* Products of all elements of an output, each the sum over `summed`. */
static void output_macs(nwt_op *op, int32_t rank, const int64_t *dims, int64_t summed)
{
    NWT_MACS(op, {"outputs", nwti_elements(rank, dims)}, {"summed", summed});
}

/* The axes of x1, then those of x2; each element sums over `summed`; ONE_PRODUCT: it is one, which
   is no multiply-accumulate. */
static int32_t both(nwt_op *op, const nwti_operand *x1, const nwti_operand *x2, int64_t summed)
{
    int64_t dims[2 * NWT_MAX_RANK];

    if (x1->rank + x2->rank > NWT_MAX_RANK) {
        return NWT_FAIL(op, "its output has more than {} axes", NWT_MAX_RANK);
    }
    memcpy(dims, x1->dims, (size_t)x1->rank * sizeof *dims);
    memcpy(dims + x1->rank, x2->dims, (size_t)x2->rank * sizeof *dims);
    if (summed == ONE_PRODUCT) {
        nwt_op_flops(op, 1, x1->rank + x2->rank, dims);
    } else {
        output_macs(op, x1->rank + x2->rank, dims, summed);
    }
    return nwt_op_output(op, x1->rank + x2->rank, dims,
                         nwti_result_dtype(op, NWTI_AS_IS, nwti_promote(op, x1->dtype, x2->dtype)));
}

/* An operand of one axis is a row on the left, a column on the right. */
static int32_t matmul_shape(nwt_op *op, const void *self)
{
    nwti_operand x1;
    nwti_operand x2;
    int64_t last[2];
    int64_t summed;
    int32_t count = 0;
    int32_t dtype;

    (void)self;
    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (x1.rank == 0 || x2.rank == 0) {
        return NWT_FAIL(op, "needs operands with axes, not numbers", 0);
    }
    dtype = product_dtype(op, x1.dtype, x2.dtype);
    summed = x1.dims[x1.rank - 1];
    if (check_inner(op, summed, x2.dims[x2.rank - (x2.rank > 1) - 1])) {
        return NWT_STATUS_INVALID;
    }
    summed = summed < 0 ? x2.dims[x2.rank - (x2.rank > 1) - 1] : summed;
    if (x1.rank > 1) {
        last[count++] = x1.dims[x1.rank - 2];
    }
    if (x2.rank > 1) {
        last[count++] = x2.dims[x2.rank - 1];
    }
    x1.rank = x1.rank > 2 ? x1.rank - 2 : 0;
    x2.rank = x2.rank > 2 ? x2.rank - 2 : 0;
    if (nwti_operand_merge(op, &x1, &x2)) {
        return NWT_STATUS_INVALID;
    }
    memcpy(x1.dims + x1.rank, last, (size_t)count * sizeof *last);
    output_macs(op, x1.rank + count, x1.dims, summed);
    return nwt_op_output(op, x1.rank + count, x1.dims, dtype);
}

static int32_t dot_shape(nwt_op *op, const void *self)
{
    nwti_operand x1;
    nwti_operand x2;
    int64_t summed;
    int32_t inner;

    (void)self;
    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (x1.rank == 0 || x2.rank == 0) {
        nwti_operand_merge(op, &x1, &x2);
        nwt_op_flops(op, 1, x1.rank, x1.dims);
        return nwti_operand_output(op, &x1, NWTI_AS_IS);
    }
    inner = x2.rank - (x2.rank > 1) - 1;
    if (check_inner(op, x1.dims[x1.rank - 1], x2.dims[inner])) {
        return NWT_STATUS_INVALID;
    }
    summed = x1.dims[x1.rank - 1] < 0 ? x2.dims[inner] : x1.dims[x1.rank - 1];
    remove_axis(&x1, x1.rank - 1);
    remove_axis(&x2, inner);
    return both(op, &x1, &x2, summed);
}

static int32_t inner_shape(nwt_op *op, const void *self)
{
    int64_t summed = ONE_PRODUCT;
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (x1.rank > 0 && x2.rank > 0) {
        if (check_inner(op, x1.dims[x1.rank - 1], x2.dims[x2.rank - 1])) {
            return NWT_STATUS_INVALID;
        }
        x1.rank--;
        x2.rank--;
        summed = x1.dims[x1.rank] < 0 ? x2.dims[x2.rank] : x1.dims[x1.rank];
    }
    return both(op, &x1, &x2, summed);
}

static int32_t outer_shape(nwt_op *op, const void *self)
{
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    x1.dims[0] = nwti_operand_size(op, &x1);
    x2.dims[0] = nwti_operand_size(op, &x2);
    x1.rank = x2.rank = 1;
    return both(op, &x1, &x2, ONE_PRODUCT);
}

#define PRODUCT(symbol, name, words, callback)                                         \
    KIND(op_##symbol, "ops." name, .about = words, .arguments = nwti_binary_arguments, \
         .arguments_size = sizeof(struct nwti_binary), .shape = callback, .work = NWT_WORK_STATED)

PRODUCT(dot, "Dot", "multiplies, summing over the last axis", dot_shape);
PRODUCT(inner, "Inner", "multiplies, summing over the last axes", inner_shape);
PRODUCT(matmul, "Matmul", "multiplies matrices", matmul_shape);
PRODUCT(outer, "Outer", "multiplies each element of one by all of the other", outer_shape);

static const nwt_option tensordot_options[] = {
    NWTI_KEPT_ROW("axes", "2", "how many axes, or which, are summed over"), NWT_OPTION_END};

/* Takes the axes that `list` names out of `x`, their sizes into `sizes`. Returns how many; -1 if
   they are not known. */
static int32_t take_axes(nwt_op *op, const nwt_value *list, nwti_operand *x, int64_t *sizes)
{
    int32_t gone[NWT_MAX_RANK] = {0};
    int32_t rank = 0;

    if (nwt_value_count(list) < 0 || nwt_value_count(list) > NWT_MAX_RANK) {
        return -1;
    }
    for (int64_t i = 0; i < nwt_value_count(list); i++) {
        const nwt_value *item = nwt_value_item(list, i);
        int32_t axis = nwt_value_type(item) == NWT_VALUE_INT
                           ? nwt_op_axis(op, "axes", nwt_value_int(item, 0), x->rank)
                           : -1;

        if (axis < 0 || nwt_op_ended(op)) {
            return -1;
        }
        gone[axis] = 1;
        sizes[i] = x->dims[axis];
    }
    for (int32_t i = 0; i < x->rank; i++) {
        if (!gone[i]) {
            x->dims[rank++] = x->dims[i];
        }
    }
    x->rank = rank;
    return (int32_t)nwt_value_count(list);
}

static int32_t tensordot_shape(nwt_op *op, const void *self)
{
    const nwt_value *axes = nwt_op_option(op, "axes");
    int64_t given = !axes ? 2 : nwt_value_int(axes, -1);
    nwti_operand x1;
    nwti_operand x2;
    int64_t sizes1[NWT_MAX_RANK];
    int64_t sizes2[NWT_MAX_RANK];
    int64_t summed;
    int32_t count;

    (void)self;
    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (given >= 0) {
        int32_t of2 = given < x2.rank ? (int32_t)given : x2.rank;

        given = given < x1.rank ? given : x1.rank;
        x1.rank -= (int32_t)given;
        x2.rank -= of2;
        summed = nwti_elements((int32_t)given, x1.dims + x1.rank);
        memmove(x2.dims, x2.dims + of2, (size_t)x2.rank * sizeof *x2.dims);
        return both(op, &x1, &x2, summed);
    }
    if (nwt_value_count(axes) < 0) {
        return nwt_op_output_unknown(op);
    }
    if (nwt_value_count(axes) != 2 ||
        nwt_value_count(nwt_value_item(axes, 0)) != nwt_value_count(nwt_value_item(axes, 1))) {
        return NWT_FAIL(op, "axes must be a number, or name as many of x1 as of x2", 0);
    }
    count = take_axes(op, nwt_value_item(axes, 0), &x1, sizes1);
    if (count < 0 || take_axes(op, nwt_value_item(axes, 1), &x2, sizes2) != count) {
        return nwt_op_output_unknown(op);
    }
    for (int32_t i = 0; i < count; i++) {
        if (check_inner(op, sizes1[i], sizes2[i])) {
            return NWT_STATUS_INVALID;
        }
    }
    return both(op, &x1, &x2, nwti_elements(count, sizes1));
}

KIND(op_tensordot, "ops.Tensordot", .about = "multiplies, summing over some axes",
     .options = tensordot_options, .arguments = nwti_binary_arguments,
     .arguments_size = sizeof(struct nwti_binary), .shape = tensordot_shape,
     .work = NWT_WORK_STATED);

static const char *const correlations[] = {"valid", "same", "full", NULL};

struct correlate {
    int32_t mode;
};

static const nwt_option correlate_options[] = {
    NWT_OPTION_CHOICE(struct correlate, mode, "'valid'", correlations, "how far they overlap"),
    NWT_OPTION_END};

static int32_t correlate_shape(nwt_op *op, const void *self)
{
    int32_t mode = ((const struct correlate *)self)->mode;
    nwti_operand x1;
    nwti_operand x2;
    int64_t longer;
    int64_t shorter;
    int64_t length;
    int32_t dtype;

    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (x1.rank != 1 || x2.rank != 1) {
        return NWT_FAIL(op, "x1 and x2 must have one axis each, not {} and {}", x1.rank, x2.rank);
    }
    if (x1.dims[0] < 0 || x2.dims[0] < 0) {
        return NWT_FAIL(op, "x1 and x2 must have known sizes, not None", 0);
    }
    longer = x1.dims[0] > x2.dims[0] ? x1.dims[0] : x2.dims[0];
    shorter = x1.dims[0] > x2.dims[0] ? x2.dims[0] : x1.dims[0];
    length = mode == 0 ? longer - shorter + 1 : mode == 1 ? longer : longer - 1 + shorter;
    dtype = nwti_promote(op, x1.dtype, x2.dtype);
    if (dtype != NWT_DTYPE_BFLOAT16 && dtype != NWT_DTYPE_FLOAT16) {
        dtype = NWT_DTYPE_FLOAT32;
    }
    return nwt_op_output(op, 1, &length, dtype);
}

KIND(op_correlate, "ops.Correlate", .about = "multiplies vectors at each shift",
     .options = correlate_options, .self_size = sizeof(struct correlate),
     .arguments = nwti_binary_arguments, .arguments_size = sizeof(struct nwti_binary),
     .shape = correlate_shape, .work = NWT_WORK_UNCOUNTED);

struct attention_arguments {
    int32_t query;
    int32_t key;
    int32_t value;
    int32_t bias;
    int32_t mask;
};

static const nwt_option attention_options[] = {
    NWTI_KEPT_ROW("is_causal", "False", "hide what comes later"),
    NWT_OPTION_OPAQUE("flash_attention", "use a faster way"),
    NWT_OPTION_OPAQUE("attn_logits_soft_cap", "bound of the scores"), NWT_OPTION_END};

static const nwt_option attention_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct attention_arguments, query, NULL, 0, NWT_MAX_RANK, "what asks"),
    NWT_ARGUMENT_TENSOR(struct attention_arguments, key, NULL, 0, NWT_MAX_RANK, "what is compared"),
    NWT_ARGUMENT_TENSOR(struct attention_arguments, value, NULL, 0, NWT_MAX_RANK, "what is summed"),
    NWT_ARGUMENT_TENSOR(struct attention_arguments, bias, "None", 0, NWT_MAX_RANK,
                        "added to the scores"),
    NWT_ARGUMENT_TENSOR(struct attention_arguments, mask, "None", 0, NWT_MAX_RANK, "which count"),
    NWT_OPTION_OPAQUE("scale", "factor of the scores"),
    NWT_OPTION_END};

static void attention_work(nwt_op *op, const struct attention_arguments *call)
{
    const int64_t *query = nwt_op_dims(op, call->query);
    int64_t keys = nwt_op_dim(op, call->key, 1);
    int64_t scores[] = {query[0], query[2], query[1], keys};

    NWT_MACS(op, {"samples", query[0]}, {"heads", query[2]}, {"queries", query[1]}, {"keys", keys},
             {"features of each key", query[3]});
    NWT_MACS(op, {"samples", query[0]}, {"heads", query[2]}, {"queries", query[1]}, {"keys", keys},
             {"features of each value", nwt_op_dim(op, call->value, 3)});
    nwt_op_flops(op, 1, 4, query);
    nwt_op_flops(op, 5, 4, scores);
    nwti_op_part(op, NWTI_SOFTMAX, nwti_elements(4, scores));
    nwti_op_keep(op, 2, 4, scores);
}

/* Keras takes the query's shape as it is. */
static int32_t attention_shape(nwt_op *op, const void *self)
{
    const struct attention_arguments *call = nwt_op_arguments(op);
    int32_t dtype = nwti_join(nwt_op_dtype(op, call->query), nwt_op_dtype(op, call->key));

    (void)self;
    if (nwt_op_rank(op, call->query) == 4 && nwt_op_rank(op, call->key) == 4 &&
        nwt_op_rank(op, call->value) == 4) {
        attention_work(op, call);
    } else {
        NWT_MACS(op, {"products", -1});
    }
    return nwt_op_output(op, nwt_op_rank(op, call->query), nwt_op_dims(op, call->query),
                         nwti_promote(op, dtype, nwt_op_dtype(op, call->value)));
}

KIND(op_dot_product_attention, "ops.DotProductAttention",
     .about = "sums values by how well query and key agree", .options = attention_options,
     .arguments = attention_arguments, .arguments_size = sizeof(struct attention_arguments),
     .shape = attention_shape, .work = NWT_WORK_STATED);
