/* Flatten, Reshape, Permute and RepeatVector: the same numbers in another shape. */
#include "core/builtin.h"
#include "core/opaque.h"
#include "core/window.h"
#include "support/checked.h"

#include <string.h>

/* The product of dims, -1 if one of them is None; fails if it overflows. */
static int64_t size_of(nwt_op *op, int32_t count, const int64_t *dims)
{
    int64_t size = 1;

    for (int32_t i = 0; i < count; i++) {
        if (dims[i] < 0) {
            return -1;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        if (!nwti_multiply(size, dims[i], &size)) {
            nwt_op_fail(op, "the elements of {0} are too many to count", 0, NULL);
            return -1;
        }
    }
    return size;
}

static int32_t flatten_shape(nwt_op *op, const void *self)
{
    const int64_t *dims = nwt_op_dims(op, 0);
    int64_t output[] = {dims[0], size_of(op, nwt_op_rank(op, 0) - 1, dims + 1)};

    (void)self;
    return nwt_op_output(op, 2, output, nwt_op_dtype(op, 0));
}

struct flatten {
    int32_t data_format;
};

static const nwt_option flatten_options[] = {DATA_FORMAT_ROW(struct flatten, data_format),
                                             NWT_OPTION_END};

NWT_ONE_TENSOR(flatten_arguments, 1, NWT_MAX_RANK, "(batch, ...)");

KIND(flatten, "Flatten", .about = "joins all axes but the batch", .options = flatten_options,
     .arguments = flatten_arguments, .self_size = sizeof(struct flatten),
     .arguments_size = sizeof(nwt_one_tensor), .shape = flatten_shape, .work = NWT_WORK_VIEW,
     .remark = "It decides the count of a Dense behind it, which has a weight for each value of "
               "the flattened sample and each unit.");

CONSTRUCTOR(nwt_flatten, flatten)

struct reshape {
    nwt_ints target_shape;
};

static int32_t reshape_make(nwt_op *op, void *self)
{
    const nwt_ints *target = &((const struct reshape *)self)->target_shape;
    int32_t unknown = 0;

    if (target->count >= NWT_MAX_RANK) {
        return NWT_FAIL(op, "target_shape has {} axes, more than {}", target->count,
                        NWT_MAX_RANK - 1);
    }
    for (int64_t i = 0; i < target->count; i++) {
        unknown += target->items[i] == -1;
    }
    return unknown > 1 ? NWT_FAIL(op,
                                  "target_shape has {} axes of -1; at most one can be worked "
                                  "out",
                                  unknown)
                       : 0;
}

/* Replaces the -1 in `target`, if there is one, by what is left of `size`. */
static void work_out(nwt_op *op, int32_t count, int64_t *target, int64_t size)
{
    int64_t *unknown = NULL;
    int64_t known = 1;

    for (int32_t i = 0; i < count; i++) {
        if (target[i] == -1) {
            unknown = &target[i];
        } else if (!nwti_multiply(known, target[i], &known)) {
            nwt_op_fail(op, "the elements of target_shape are too many to count", 0, NULL);
            return;
        }
    }
    if (unknown == NULL ? known != size : known == 0 || size % known != 0) {
        NWT_FAIL(
            op,
            unknown == NULL
                ? "target_shape has {} elements, the input {0} has {}"
                : "target_shape has {} elements beside the -1, which does not divide the {} of "
                  "the input {0}",
            known, size);
    } else if (unknown != NULL) {
        *unknown = size / known;
    }
}

static int32_t reshape_shape(nwt_op *op, const void *self)
{
    const nwt_ints *target = &((const struct reshape *)self)->target_shape;
    const int64_t *dims = nwt_op_dims(op, 0);
    int64_t size = size_of(op, nwt_op_rank(op, 0) - 1, dims + 1);
    int64_t output[NWT_MAX_RANK] = {dims[0]};

    for (int64_t i = 0; i < target->count; i++) {
        int32_t is_none = target->items[i] == NWT_NONE_INT;

        output[i + 1] = is_none ? -1 : target->items[i];
        size = is_none ? -1 : size;
    }
    if (size >= 0) {
        work_out(op, (int32_t)target->count, output + 1, size);
    }
    return nwt_op_output(op, (int32_t)target->count + 1, output, nwt_op_dtype(op, 0));
}

static const nwt_option reshape_options[] = {
    NWTI_OPTION_LIST(struct reshape, target_shape, NULL, -1, INT64_MAX,
                     "the new shape without the batch; one axis may be -1, for what is left"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(reshape_arguments, 1, NWT_MAX_RANK, "(batch, ...)");

KIND(reshape, "Reshape", .about = "gives the same elements another shape",
     .options = reshape_options, .arguments = reshape_arguments,
     .self_size = sizeof(struct reshape), .arguments_size = sizeof(nwt_one_tensor),
     .make = reshape_make, .shape = reshape_shape, .work = NWT_WORK_VIEW,
     .flags = NWT_KIND_BUILT_AT_ONCE);

nwt_layer *nwt_reshape(nwt_context *ctx, int32_t rank, const int64_t *target_shape,
                       const char *options)
{
    nwti_value dims[NWT_MAX_RANK];
    nwti_value shape = {NWTI_TUPLE, 0, 0, {.items = dims}};

    if (rank < 0 || (rank > 0 && target_shape == NULL)) {
        shape.type = NWTI_NONE;
        rank = 0;
    }
    for (int32_t i = 0; i < rank && i < NWT_MAX_RANK; i++) {
        dims[i] = (nwti_value){NWTI_INT, 0, 0, {.integer = target_shape[i]}};
        shape.length++;
    }
    return nwti_construct(ctx, NWTI_KIND_reshape, 1, &shape, options);
}

struct permute {
    nwt_ints dims;
};

static int32_t permute_make(nwt_op *op, void *self)
{
    const nwt_ints *dims = &((const struct permute *)self)->dims;
    int32_t seen[NWT_MAX_RANK] = {0};

    if (dims->count >= NWT_MAX_RANK) {
        return NWT_FAIL(op, "dims has {} axes, more than {}", dims->count, NWT_MAX_RANK - 1);
    }
    for (int64_t i = 0; i < dims->count; i++) {
        int64_t dim = dims->items[i];

        if (dim < 1 || dim > dims->count || seen[dim]++ > 0) {
            return NWT_FAIL(op,
                            "dims must hold each axis from 1 to {} once; {} is too large or "
                            "stands there twice",
                            dims->count, dim);
        }
    }
    return 0;
}

static int32_t permute_shape(nwt_op *op, const void *self)
{
    const nwt_ints *dims = &((const struct permute *)self)->dims;
    int32_t rank = nwt_op_rank(op, 0);
    int64_t output[NWT_MAX_RANK] = {nwt_op_dim(op, 0, 0)};

    if (rank != dims->count + 1) {
        return NWT_FAIL(op, "dims permutes {} axes beside the batch, the input {0} has {}",
                        dims->count, rank - 1);
    }
    for (int32_t i = 1; i < rank; i++) {
        output[i] = nwt_op_dim(op, 0, dims->items[i - 1]);
    }
    return nwt_op_output(op, rank, output, nwt_op_dtype(op, 0));
}

static const nwt_option permute_options[] = {
    NWTI_OPTION_LIST(struct permute, dims, NULL, 1, NWT_MAX_RANK,
                     "the axes in their new order; the first after the batch is 1"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(permute_arguments, 1, NWT_MAX_RANK, "(batch, ...)");

KIND(permute, "Permute", .about = "puts the axes into another order", .options = permute_options,
     .arguments = permute_arguments, .self_size = sizeof(struct permute),
     .arguments_size = sizeof(nwt_one_tensor), .make = permute_make, .shape = permute_shape,
     .work = NWT_WORK_MOVES);

struct repeat_vector {
    int64_t n;
};

static int32_t repeat_vector_shape(nwt_op *op, const void *self)
{
    const struct repeat_vector *repeat = self;
    const int64_t *dims = nwt_op_dims(op, 0);
    int64_t output[] = {dims[0], repeat->n, dims[1]};

    return nwt_op_output(op, 3, output, 0);
}

static const nwt_option repeat_vector_options[] = {
    NWT_OPTION_INT(struct repeat_vector, n, NULL, 1, INT64_MAX, "how often the input is repeated"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(repeat_vector_arguments, 2, 2, "(batch, features)");

KIND(repeat_vector, "RepeatVector", .about = "repeats its input along a new axis",
     .options = repeat_vector_options, .arguments = repeat_vector_arguments,
     .self_size = sizeof(struct repeat_vector), .arguments_size = sizeof(nwt_one_tensor),
     .shape = repeat_vector_shape, .work = NWT_WORK_MOVES);
