/* Layers that turn values into categories. Their vocabularies are tables, not weights. */
#include "core/constant.h"
#include "core/opaque.h"
#include "layers/categorical.h"

#include <string.h>

/* One category for each value: `depth` joins the shape, or takes the place of a last axis of 1.
   Else one vector for each sample, over `axis`. */
int32_t nwti_encoded(nwt_op *op, int32_t mode, int64_t depth, int32_t axis, int32_t dtype)
{
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK + 1];

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    if (mode != ONE_HOT && rank > 0) {
        rank--;
        memmove(dims + axis, dims + axis + 1, (size_t)(rank - axis) * sizeof *dims);
    } else if (rank > 1 && dims[rank - 1] == 1) {
        rank--;
    }
    dims[rank++] = depth;
    return nwt_op_output(op, rank, dims, dtype != 0 ? dtype : nwt_op_compute_dtype(op));
}

const nwt_option nwti_categorical_input[] = {
    NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, 0, NWT_MAX_RANK - 1, "(batch, ...)"),
    NWT_OPTION_END};

const char *const nwti_output_modes[] = {"int",    "one_hot", "multi_hot", "count",
                                         "tf_idf", "binary",  "tf-idf",    NULL};

int32_t nwti_salt_check(nwt_op *op, const nwti_value *salt)
{
    if (salt == NULL || salt->type == NWTI_INT || salt->type == NWTI_BOOL ||
        (nwt_value_count(salt) >= 0 && salt->length == 2)) {
        return 0;
    }
    return nwt_op_fail(op, "salt must be an integer or a tuple of 2 integers", 0, NULL);
}

struct category_encoding {
    int64_t num_tokens;
    int32_t output_mode;
};

static const nwt_option category_encoding_options[] = {
    NWT_OPTION_INT(struct category_encoding, num_tokens, NULL, 1, INT64_MAX,
                   "number of categories"),
    OUTPUT_MODE(struct category_encoding, "'multi_hot'"), SPARSE, NWT_OPTION_END};

struct category_encoding_arguments {
    int32_t inputs;
    int32_t count_weights;
};

static const nwt_option category_encoding_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct category_encoding_arguments, inputs, NULL, 0, NWT_MAX_RANK - 1,
                        "(batch, ...) of integers"),
    NWT_ARGUMENT_TENSOR(struct category_encoding_arguments, count_weights, "None", 0, NWT_MAX_RANK,
                        "what each value counts"),
    NWT_OPTION_END};

static int32_t category_encoding_make(nwt_op *op, void *self)
{
    const struct category_encoding *encoding = self;

    if (encoding->output_mode == INT_MODE || encoding->output_mode == TF_IDF) {
        return NWT_FAIL(op, "output_mode must be 'one_hot', 'multi_hot' or 'count'", 0);
    }
    return 0;
}

static int32_t category_encoding_shape(nwt_op *op, const void *self)
{
    const struct category_encoding *encoding = self;

    return nwti_encoded(op, encoding->output_mode, encoding->num_tokens, nwt_op_rank(op, 0) - 1, 0);
}

KIND(category_encoding, "CategoryEncoding", .about = "encodes integers as vectors",
     .options = category_encoding_options, .arguments = category_encoding_arguments,
     .self_size = sizeof(struct category_encoding),
     .arguments_size = sizeof(struct category_encoding_arguments), .make = category_encoding_make,
     .shape = category_encoding_shape, .work = NWT_WORK_MOVES);

int32_t nwti_sparse_check(nwt_op *op, int32_t mode)
{
    const nwti_value *sparse = nwt_op_option(op, "sparse");

    if (mode != INT_MODE || sparse == NULL || nwti_option_is_false(sparse) ||
        nwti_op_is_before_3(op)) {
        return 0;
    }
    return nwt_op_fail(op, "sparse=True does not go with output_mode='int'", 0, NULL);
}

struct discretization {
    int64_t num_bins;
    int32_t output_mode;
};

static const nwt_option discretization_options[] = {
    NWT_OPTION_OPAQUE("bin_boundaries", "where bins meet"),
    NWT_OPTION_INT(struct discretization, num_bins, "None", 0, INT64_MAX, "number of bins"),
    NWT_OPTION_OPAQUE("epsilon", "precision of learnt boundaries"),
    OUTPUT_MODE(struct discretization, "'int'"),
    SPARSE,
    NWT_OPTION_END};

/* Keras's own configs state both once the boundaries were learnt. */
static int32_t discretization_make(nwt_op *op, void *self)
{
    const struct discretization *discretization = self;

    if (discretization->num_bins == NWT_NONE_INT && nwt_op_option(op, "bin_boundaries") == NULL) {
        return nwt_op_fail(op, "num_bins or bin_boundaries must be given", 0, NULL);
    }
    if (discretization->output_mode == TF_IDF) {
        return nwt_op_fail(op, "output_mode must be 'int', 'one_hot', 'multi_hot' or 'count'", 0,
                           NULL);
    }
    return nwti_sparse_check(op, discretization->output_mode);
}

static int32_t discretization_shape(nwt_op *op, const void *self)
{
    const struct discretization *discretization = self;
    const nwt_value *boundaries = nwt_op_option(op, "bin_boundaries");
    int64_t bins = discretization->num_bins;

    if (discretization->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0),
                             nwti_op_is_before_3(op) ? NWT_DTYPE_INT64 : NWT_DTYPE_INT32);
    }
    if (nwt_value_count(boundaries) >= 0) {
        bins = nwt_value_count(boundaries) + 1;
    }
    return nwti_encoded(op, discretization->output_mode, bins, nwt_op_rank(op, 0) > 1, 0);
}

KIND(discretization, "Discretization", .about = "puts numbers into bins",
     .options = discretization_options, .arguments = nwti_categorical_input,
     .self_size = sizeof(struct discretization), .arguments_size = sizeof(nwt_one_tensor),
     .make = discretization_make, .shape = discretization_shape, .work = NWT_WORK_MOVES);

struct hashing {
    int64_t num_bins;
    int32_t output_mode;
};

static const nwt_option hashing_options[] = {
    NWT_OPTION_INT(struct hashing, num_bins, NULL, 1, INT64_MAX, "number of bins"),
    NWT_OPTION_OPAQUE("mask_value", "a value with a bin of its own"),
    SALT,
    OUTPUT_MODE(struct hashing, "'int'"),
    SPARSE,
    NWT_OPTION_END};

static int32_t hashing_make(nwt_op *op, void *self)
{
    const struct hashing *hashing = self;
    const nwti_value *salt = nwt_op_option(op, "salt");
    int32_t dtype = nwt_op_variable_dtype(op);

    if (hashing->output_mode == TF_IDF) {
        return nwt_op_fail(op, "output_mode must be 'int', 'one_hot', 'multi_hot' or 'count'", 0,
                           NULL);
    }
    if (hashing->output_mode == INT_MODE && (nwt_op_option(op, "dtype") != NULL) &&
        dtype != NWT_DTYPE_INT32 && dtype != NWT_DTYPE_INT64) {
        return nwt_op_fail(op, "dtype must be 'int32' or 'int64' for output_mode='int'", 0, NULL);
    }
    return nwti_salt_check(op, salt) || nwti_sparse_check(op, hashing->output_mode);
}

static int32_t hashing_shape(nwt_op *op, const void *self)
{
    const struct hashing *hashing = self;

    if (hashing->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0),
                             (nwt_op_option(op, "dtype") != NULL) ? nwt_op_variable_dtype(op)
                                                                  : NWT_DTYPE_INT64);
    }
    return nwti_encoded(op, nwti_op_is_before_3(op) ? hashing->output_mode : MULTI_HOT,
                        hashing->num_bins, nwt_op_rank(op, 0) - 1, nwt_op_variable_dtype(op));
}

KIND(hashing, "Hashing", .about = "hashes values into bins", .options = hashing_options,
     .arguments = nwti_categorical_input, .self_size = sizeof(struct hashing),
     .arguments_size = sizeof(nwt_one_tensor), .make = hashing_make, .shape = hashing_shape,
     .work = NWT_WORK_MOVES);

static const nwt_option hashed_crossing_options[] = {
    NWT_OPTION_INT(struct hashing, num_bins, NULL, 1, INT64_MAX, "number of bins"),
    OUTPUT_MODE(struct hashing, "'int'"), SPARSE, NWT_OPTION_END};

struct hashed_crossing_arguments {
    nwt_range inputs;
};

static const nwt_option hashed_crossing_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct hashed_crossing_arguments, inputs, NULL, 2, 1, NWT_MAX_RANK - 1,
                         "the values that are crossed, of one shape"),
    NWT_OPTION_END};

static int32_t hashed_crossing_make(nwt_op *op, void *self)
{
    const struct hashing *crossing = self;

    if (crossing->output_mode != INT_MODE && crossing->output_mode != ONE_HOT) {
        return nwt_op_fail(op, "output_mode must be 'int' or 'one_hot'", 0, NULL);
    }
    return 0;
}

/* Keras compares the last axes alone, and of the first input alone it takes the shape. */
static int32_t hashed_crossing_shape(nwt_op *op, const void *self)
{
    const struct hashing *crossing = self;
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = nwt_op_rank(op, 0);

    if (nwt_op_input_count(op) != 2 && !nwti_op_is_before_3(op)) {
        return NWT_FAIL(op, "it crosses {} inputs; 2 are allowed", nwt_op_input_count(op));
    }
    if (nwt_op_input_count(op) > 1 && nwt_op_dim(op, 0, -1) != nwt_op_dim(op, 1, -1)) {
        return nwt_op_fail(op, "the last axes of {0} and {1} must be equal", 0, NULL);
    }
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    if (nwti_op_is_before_3(op) && rank > 0) {
        dims[0] = -1; /* it crossed sparse tensors, which know no sizes */
    }
    if (crossing->output_mode == INT_MODE) {
        return nwt_op_output(op, rank, dims,
                             (nwt_op_option(op, "dtype") != NULL) ? nwt_op_compute_dtype(op)
                                                                  : NWT_DTYPE_INT64);
    }
    rank -= dims[rank - 1] == 1;
    dims[rank] = crossing->num_bins;
    return nwt_op_output(op, rank + 1, dims, nwt_op_compute_dtype(op));
}

KIND(hashed_crossing, "HashedCrossing", .about = "hashes combinations of values into bins",
     .options = hashed_crossing_options, .arguments = hashed_crossing_arguments,
     .self_size = sizeof(struct hashing),
     .arguments_size = sizeof(struct hashed_crossing_arguments), .make = hashed_crossing_make,
     .shape = hashed_crossing_shape, .work = NWT_WORK_MOVES);
