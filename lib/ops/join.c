/* Operations that join tensors or split one. */
#include "ops/operand.h"

#include "core/broadcast.h"
#include "core/constant.h"
#include "support/checked.h"

struct join {
    int64_t axis;
};

static const nwt_option join_options[] = {
    NWT_OPTION_INT(struct join, axis, "0", INT64_MIN, INT64_MAX, "the axis along which"),
    NWT_OPTION_END};

static int32_t promoted(nwt_op *op)
{
    int32_t dtype = nwt_op_dtype(op, 0);

    for (int32_t i = 1; i < nwt_op_input_count(op); i++) {
        dtype = nwti_join(dtype, nwt_op_dtype(op, i));
    }
    return nwti_result_dtype(op, NWTI_AS_IS, nwti_promote(op, dtype, dtype));
}

static int32_t join(nwt_op *op, int64_t given)
{
    int32_t axis = nwt_op_axis(op, "axis", given, nwt_op_rank(op, 0));
    int64_t dims[NWT_MAX_RANK];

    if (nwt_op_ended(op) || nwti_concatenate(op, axis, dims)) {
        return 0;
    }
    return nwt_op_output(op, nwt_op_rank(op, 0), dims, promoted(op));
}

/* TensorFlow's sum of tensors of one shape: what one of them knows of it, all do. */
static int32_t add_n_shape(nwt_op *op, const void *self)
{
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = nwt_op_rank(op, 0);

    (void)self;
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    for (int32_t i = 1; i < nwt_op_input_count(op); i++) {
        if (nwt_op_rank(op, i) != rank) {
            return NWT_FAIL(op, "its inputs have {} and {} axes: {0}", rank, nwt_op_rank(op, i));
        }
        for (int32_t axis = 0; axis < rank; axis++) {
            dims[axis] = dims[axis] < 0 ? nwt_op_dim(op, i, axis) : dims[axis];
        }
    }
    return nwt_op_output(op, rank, dims, nwt_op_dtype(op, 0));
}

KIND(op_add_n, "ops.AddN", .about = "adds tensors of one shape",
     .arguments = nwti_several_arguments, .arguments_size = sizeof(struct nwti_several),
     .shape = add_n_shape, .work = NWT_WORK_ELEMENTWISE, .flops = 1);

static int32_t concatenate_shape(nwt_op *op, const void *self)
{
    return join(op, ((const struct join *)self)->axis);
}

static int32_t vstack_shape(nwt_op *op, const void *self)
{
    (void)self;
    return join(op, 0);
}

static int32_t hstack_shape(nwt_op *op, const void *self)
{
    (void)self;
    return join(op, 1);
}

/* Gives a tensor three axes at least. */
static void deepen(nwti_operand *x)
{
    if (x->rank < 2) {
        x->dims[1] = x->rank == 1 ? x->dims[0] : 1;
        x->dims[0] = 1;
    }
    if (x->rank < 3) {
        x->dims[2] = 1;
        x->rank = 3;
    }
}

/* Adds what `x` has on the third axis to `all`, whose other axes must be the same. */
static int32_t stack_deep(nwt_op *op, nwti_operand *all, const nwti_operand *x)
{
    int32_t differ = x->rank != all->rank;

    for (int32_t i = 0; i < all->rank && !differ; i++) {
        differ = i != 2 && x->dims[i] != all->dims[i] && x->dims[i] >= 0 && all->dims[i] >= 0;
    }
    if (differ) {
        return NWT_FAIL(op, "its inputs must have one shape but for the third axis", 0);
    }
    if (all->dims[2] < 0 || x->dims[2] < 0) {
        all->dims[2] = -1;
    } else if (!nwti_add(all->dims[2], x->dims[2], &all->dims[2])) {
        return NWT_FAIL(op, "its output is too large", 0);
    }
    return 0;
}

static int32_t dstack_shape(nwt_op *op, const void *self)
{
    nwti_operand all;
    nwti_operand x;

    (void)self;
    nwti_operand_read(op, 0, "xs", &all);
    deepen(&all);
    for (int32_t i = 1; i < nwt_op_input_count(op); i++) {
        nwti_operand_read(op, i, "xs", &x);
        deepen(&x);
        if (stack_deep(op, &all, &x)) {
            return NWT_STATUS_INVALID;
        }
    }
    return nwt_op_output(op, all.rank, all.dims, promoted(op));
}

static int32_t stack_shape(nwt_op *op, const void *self)
{
    const struct join *stack = self;
    int32_t rank = nwt_op_rank(op, 0);
    int32_t axis = nwt_op_axis(op, "axis", stack->axis, rank + 1);
    int64_t dims[NWT_MAX_RANK + 1];

    for (int32_t i = 1; i < nwt_op_input_count(op); i++) {
        for (int32_t j = 0; j < rank && nwt_op_rank(op, i) == rank; j++) {
            int64_t first = nwt_op_dim(op, 0, j);
            int64_t other = nwt_op_dim(op, i, j);

            if (first != other && first != -1 && other != -1) {
                return NWT_FAIL(op,
                                "the inputs' shapes differ: on axis {} input {} has {}, "
                                "input 0 has {}",
                                j, i, other, first);
            }
        }
        if (nwt_op_rank(op, i) != rank) {
            return NWT_FAIL(op, "the inputs' ranks differ: input {} has {} axes, input 0 has {}", i,
                            nwt_op_rank(op, i), rank);
        }
    }
    for (int32_t i = 0; i < rank; i++) {
        dims[i + (i >= axis)] = nwt_op_dim(op, 0, i);
    }
    dims[axis] = nwt_op_input_count(op);
    return nwt_op_output(op, rank + 1, dims, promoted(op));
}

#define JOIN(symbol, name, words, table, callback)                              \
    KIND(op_##symbol, "ops." name, .about = words, .options = table,            \
         .arguments = nwti_several_arguments, .self_size = sizeof(struct join), \
         .arguments_size = sizeof(struct nwti_several), .shape = callback, .work = NWT_WORK_MOVES)

JOIN(concatenate, "Concatenate", "joins its inputs along an axis", join_options, concatenate_shape);
JOIN(dstack, "Dstack", "joins its inputs along the third axis", NULL, dstack_shape);
JOIN(hstack, "Hstack", "joins its inputs along the second axis", NULL, hstack_shape);
static const nwt_option stack_arguments[] = {{"x", NULL, "a list of tensors", NULL, 0, NWT_MAX_RANK,
                                              NWT_TYPE_TENSORS, 0,
                                              (int32_t)offsetof(struct nwti_several, xs), 1},
                                             NWT_OPTION_END};

KIND(op_stack, "ops.Stack", .about = "joins its inputs along a new axis", .options = join_options,
     .arguments = stack_arguments, .self_size = sizeof(struct join),
     .arguments_size = sizeof(struct nwti_several), .shape = stack_shape, .work = NWT_WORK_MOVES);

JOIN(vstack, "Vstack", "joins its inputs along the first axis", NULL, vstack_shape);

static const nwt_option append_options[] = {
    NWT_OPTION_INT(struct join, axis, "None", INT64_MIN, INT64_MAX,
                   "the axis along which; None: both are flattened"),
    NWT_OPTION_END};

static int32_t append_shape(nwt_op *op, const void *self)
{
    const struct join *append = self;
    nwti_operand x1;
    nwti_operand x2;
    int64_t size;
    int64_t other;

    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (append->axis != NWT_NONE_INT) {
        return nwt_op_input_count(op) == 2 ? join(op, append->axis) : nwt_op_output_unknown(op);
    }
    size = nwti_operand_size(op, &x1);
    other = nwti_operand_size(op, &x2);
    if (size == -1 || other == -1) {
        size = -1;
    } else if (!nwti_add(size, other, &size)) {
        return NWT_FAIL(op, "the output has too many elements", 0);
    }
    return nwt_op_output(op, 1, &size,
                         nwti_result_dtype(op, NWTI_AS_IS, nwti_promote(op, x1.dtype, x2.dtype)));
}

KIND(op_append, "ops.Append", .about = "joins two tensors along an axis", .options = append_options,
     .arguments = nwti_binary_arguments, .self_size = sizeof(struct join),
     .arguments_size = sizeof(struct nwti_binary), .shape = append_shape, .work = NWT_WORK_MOVES);

static const nwt_option split_options[] = {
    {"indices_or_sections", NULL, "how many parts, or where they begin", NULL, 0, 0,
     NWT_TYPE_OPAQUE, 0, 0, 0},
    NWT_OPTION_INT(struct join, axis, "0", INT64_MIN, INT64_MAX, "the axis along which"),
    NWT_OPTION_END};

/* As many outputs as Keras would list; a bound for what a file may ask for. */
enum { MOST_PARTS = 65536 };

/* Equal parts; of array_split the first ones may have one more. */
static int32_t split_evenly(nwt_op *op, int32_t axis, int64_t parts, int32_t exactly)
{
    nwti_operand x;
    int64_t size;

    nwti_unary_read(op, &x);
    size = x.dims[axis];
    if (parts < 1 || parts > MOST_PARTS || (exactly && size != -1 && size % parts != 0)) {
        return NWT_FAIL(op, "indices_or_sections {} does not divide axis {} of {0}", parts, axis);
    }
    for (int64_t i = 0; i < parts; i++) {
        x.dims[axis] = size == -1 ? -1 : size / parts + (i < size % parts);
        nwti_operand_output(op, &x, NWTI_AS_IS);
    }
    return 0;
}

/* Parts that begin where `indices` say. */
static int32_t split_at(nwt_op *op, int32_t axis, const nwt_value *indices)
{
    nwti_operand x;
    int64_t size;
    int64_t start = 0;

    nwti_unary_read(op, &x);
    size = x.dims[axis];
    for (int64_t i = 0; i <= nwt_value_count(indices); i++) {
        const nwt_value *index = nwt_value_item(indices, i);
        int64_t end = index ? nwt_value_int(index, -1) : size;

        if (index &&
            (nwt_value_type(index) != NWT_VALUE_INT || end < start || (size != -1 && end > size))) {
            return NWT_FAIL(op, "indices_or_sections must rise within axis {} of {0}", axis);
        }
        x.dims[axis] = end == -1 ? -1 : end - start;
        nwti_operand_output(op, &x, NWTI_AS_IS);
        start = end;
    }
    return 0;
}

static int32_t split(nwt_op *op, int64_t given, int32_t exactly)
{
    const nwt_value *parts = nwt_op_option(op, "indices_or_sections");
    int32_t axis = nwt_op_axis(op, "axis", given, nwt_op_rank(op, 0));

    if (nwt_op_ended(op)) {
        return 0;
    }
    if (nwt_value_count(parts) >= 0 && nwt_value_count(parts) < MOST_PARTS) {
        return split_at(op, axis, parts);
    }
    if (nwt_value_type(parts) == NWT_VALUE_INT) {
        return split_evenly(op, axis, nwt_value_int(parts, 1), exactly);
    }
    return nwt_op_output_unknown(op);
}

static int32_t split_shape(nwt_op *op, const void *self)
{
    return split(op, ((const struct join *)self)->axis, 1);
}

static int32_t array_split_shape(nwt_op *op, const void *self)
{
    return split(op, ((const struct join *)self)->axis, 0);
}

#define SPLIT(symbol, name, callback)                                                   \
    KIND(op_##symbol, "ops." name, .about = "splits its input along an axis",           \
         .options = split_options, .arguments = nwti_unary_arguments,                   \
         .self_size = sizeof(struct join), .arguments_size = sizeof(struct nwti_unary), \
         .shape = callback, .work = NWT_WORK_MOVES)

SPLIT(array_split, "ArraySplit", array_split_shape);
SPLIT(split, "Split", split_shape);

static const nwt_option parts_options[] = {
    NWTI_KEPT_ROW("indices_or_sections", NULL, "how many parts, or where they begin"),
    NWT_OPTION_END};

static int32_t vsplit_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_rank(op, 0) < 2 ? NWT_FAIL(op, "its input has fewer than 2 axes: {0}", 0)
                                  : split(op, 0, 1);
}

static int32_t hsplit_shape(nwt_op *op, const void *self)
{
    (void)self;
    return split(op, nwt_op_rank(op, 0) == 1 ? 0 : 1, 1);
}

static int32_t dsplit_shape(nwt_op *op, const void *self)
{
    (void)self;
    return split(op, 2, 1);
}

#define SPLIT_AT(symbol, name)                                                           \
    KIND(op_##symbol, "ops." name, .about = "splits its input along an axis",            \
         .options = parts_options, .self_size = sizeof(struct join),                     \
         .arguments = nwti_unary_arguments, .arguments_size = sizeof(struct nwti_unary), \
         .shape = symbol##_shape, .work = NWT_WORK_MOVES)

SPLIT_AT(dsplit, "Dsplit");
SPLIT_AT(hsplit, "Hsplit");
SPLIT_AT(vsplit, "Vsplit");

struct unstack {
    int64_t num;
    int64_t axis;
};

static const nwt_option unstack_options[] = {
    NWT_OPTION_INT(struct unstack, num, "None", 1, MOST_PARTS, "size of the axis, if it is None"),
    NWT_OPTION_INT(struct unstack, axis, "0", INT64_MIN, INT64_MAX, "the axis that is taken apart"),
    NWT_OPTION_END};

static int32_t unstack_shape(nwt_op *op, const void *self)
{
    const struct unstack *unstack = self;
    int32_t axis = nwt_op_axis(op, "axis", unstack->axis, nwt_op_rank(op, 0));
    int64_t parts = unstack->num;
    nwti_operand x;

    if (nwt_op_ended(op)) {
        return 0;
    }
    nwti_unary_read(op, &x);
    parts = parts == NWT_NONE_INT ? x.dims[axis] : parts;
    if (parts < 1 || parts > MOST_PARTS) {
        return NWT_FAIL(op, "axis {} of {0} cannot be taken apart", axis);
    }
    x.rank--;
    for (int32_t i = axis; i < x.rank; i++) {
        x.dims[i] = x.dims[i + 1];
    }
    for (int64_t i = 0; i < parts; i++) {
        nwti_operand_output(op, &x, NWTI_AS_IS);
    }
    return 0;
}

KIND(op_unstack, "ops.Unstack", .about = "takes an axis apart", .options = unstack_options,
     .arguments = nwti_unary_arguments, .self_size = sizeof(struct unstack),
     .arguments_size = sizeof(struct nwti_unary), .shape = unstack_shape, .work = NWT_WORK_MOVES);
