/* Layers that turn values into categories. Their vocabularies are tables, not weights. */
#include "core/builtin.h"
#include "core/constant.h"

#include <string.h>

enum { INT_MODE, ONE_HOT, MULTI_HOT, COUNT, TF_IDF };

static const char *const output_modes[] = {"int", "one_hot", "multi_hot", "count", "tf_idf", NULL};

#define OUTPUT_MODE(t, fallback) \
    NWT_OPTION_CHOICE(t, output_mode, fallback, output_modes, "what the output holds")
#define SPARSE NWT_OPTION_OPAQUE("sparse", "give a sparse tensor")
#define SALT NWT_OPTION_OPAQUE("salt", "salt of the hash")

/* One category for each value: `depth` joins the shape, or takes the place of a last axis of 1.
   Else one vector for each sample, over `axis`. */
static int32_t encoded(nwt_op *op, int32_t mode, int64_t depth, int32_t axis, int32_t dtype)
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
    return nwt_op_output(op, rank, dims, dtype);
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

    return encoded(op, encoding->output_mode, encoding->num_tokens, nwt_op_rank(op, 0) - 1, 0);
}

KIND(category_encoding, "CategoryEncoding", .about = "encodes integers as vectors",
     .options = category_encoding_options, .arguments = category_encoding_arguments,
     .self_size = sizeof(struct category_encoding),
     .arguments_size = sizeof(struct category_encoding_arguments), .make = category_encoding_make,
     .shape = category_encoding_shape, .work = NWT_WORK_MOVES);

ONE_INPUT(categorical_input, 0, NWT_MAX_RANK - 1, "(batch, ...)");

struct discretization {
    int64_t num_bins;
    int32_t output_mode;
};

static const nwt_option discretization_options[] = {
    NWT_OPTION_OPAQUE("bin_boundaries", "where bins meet"),
    NWT_OPTION_INT(struct discretization, num_bins, "None", 1, INT64_MAX, "number of bins"),
    NWT_OPTION_OPAQUE("epsilon", "precision of learnt boundaries"),
    OUTPUT_MODE(struct discretization, "'int'"),
    SPARSE,
    NWT_OPTION_END};

static int32_t discretization_shape(nwt_op *op, const void *self)
{
    const struct discretization *discretization = self;
    const nwti_value *boundaries = nwti_op_option(op, "bin_boundaries");
    int64_t bins = discretization->num_bins;

    if (discretization->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), NWT_DTYPE_INT32);
    }
    if (nwti_is_sequence(boundaries)) {
        bins = (int64_t)boundaries->length + 1;
    }
    if (bins == NWT_NONE_INT) {
        return nwt_op_output_unknown(op);
    }
    return encoded(op, discretization->output_mode, bins, nwt_op_rank(op, 0) > 1, 0);
}

KIND(discretization, "Discretization", .about = "puts numbers into bins",
     .options = discretization_options, .arguments = categorical_input,
     .self_size = sizeof(struct discretization), .arguments_size = sizeof(struct nwti_one_input),
     .shape = discretization_shape, .work = NWT_WORK_MOVES);

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

static int32_t integer_dtype(nwt_op *op)
{
    return nwt_op_variable_dtype(op) == NWT_DTYPE_INT32 ? NWT_DTYPE_INT32 : NWT_DTYPE_INT64;
}

static int32_t hashing_shape(nwt_op *op, const void *self)
{
    const struct hashing *hashing = self;

    if (hashing->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), integer_dtype(op));
    }
    return encoded(op, MULTI_HOT, hashing->num_bins, nwt_op_rank(op, 0) - 1, 0);
}

KIND(hashing, "Hashing", .about = "hashes values into bins", .options = hashing_options,
     .arguments = categorical_input, .self_size = sizeof(struct hashing),
     .arguments_size = sizeof(struct nwti_one_input), .shape = hashing_shape,
     .work = NWT_WORK_MOVES);

static const nwt_option hashed_crossing_options[] = {
    NWT_OPTION_INT(struct hashing, num_bins, NULL, 1, INT64_MAX, "number of bins"),
    OUTPUT_MODE(struct hashing, "'int'"), SPARSE, NWT_OPTION_END};

struct hashed_crossing_arguments {
    nwt_range inputs;
};

static const nwt_option hashed_crossing_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct hashed_crossing_arguments, inputs, NULL, 2, 0, 2,
                         "the values that are crossed, of one shape"),
    NWT_OPTION_END};

static int32_t hashed_crossing_shape(nwt_op *op, const void *self)
{
    const struct hashing *crossing = self;

    if (crossing->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), integer_dtype(op));
    }
    return encoded(op, ONE_HOT, crossing->num_bins, 0, 0);
}

KIND(hashed_crossing, "HashedCrossing", .about = "hashes combinations of values into bins",
     .options = hashed_crossing_options, .arguments = hashed_crossing_arguments,
     .self_size = sizeof(struct hashing),
     .arguments_size = sizeof(struct hashed_crossing_arguments), .shape = hashed_crossing_shape,
     .work = NWT_WORK_MOVES);

struct lookup {
    int64_t max_tokens;
    int32_t output_mode;
    int32_t pad_to_max_tokens;
    int64_t output_sequence_length;
};

#define MAX_TOKENS \
    NWT_OPTION_INT(struct lookup, max_tokens, "None", 1, INT64_MAX, "largest vocabulary")
#define PAD_TO_MAX_TOKENS \
    NWT_OPTION_BOOL(struct lookup, pad_to_max_tokens, "False", "vectors have max_tokens values")
#define LOOKUP_BEGIN                                                                  \
    MAX_TOKENS, NWT_OPTION_OPAQUE("num_oov_indices", "categories of unknown tokens"), \
        NWT_OPTION_OPAQUE("mask_token", "the token of category 0"),                   \
        NWT_OPTION_OPAQUE("oov_token", "what unknown tokens turn into"), VOCABULARY
#define VOCABULARY NWT_OPTION_OPAQUE("vocabulary", "the tokens")
#define IDF_WEIGHTS NWT_OPTION_OPAQUE("idf_weights", "inverse document frequencies")
#define INVERT NWT_OPTION_OPAQUE("invert", "turn categories into tokens")
#define ENCODING NWT_OPTION_OPAQUE("encoding", "encoding of the tokens")

static const nwt_option integer_lookup_options[] = {
    LOOKUP_BEGIN,
    NWT_OPTION_OPAQUE("vocabulary_dtype", "dtype of the tokens"),
    IDF_WEIGHTS,
    INVERT,
    OUTPUT_MODE(struct lookup, "'int'"),
    SPARSE,
    PAD_TO_MAX_TOKENS,
    NWT_OPTION_OPAQUE("oov_method", "how unknown tokens are hashed"),
    SALT,
    NWT_OPTION_END};

static const nwt_option string_lookup_options[] = {
    LOOKUP_BEGIN,      IDF_WEIGHTS, INVERT,   OUTPUT_MODE(struct lookup, "'int'"),
    PAD_TO_MAX_TOKENS, SPARSE,      ENCODING, SALT,
    NWT_OPTION_END};

/* A vocabulary may be learnt later: only a padded one says how long vectors are. */
static int32_t lookup_vectors(nwt_op *op, const struct lookup *lookup)
{
    if (!lookup->pad_to_max_tokens || lookup->max_tokens == NWT_NONE_INT) {
        return nwt_op_output_unknown(op);
    }
    return encoded(op, lookup->output_mode, lookup->max_tokens, nwt_op_rank(op, 0) - 1,
                   NWT_DTYPE_FLOAT32);
}

static int32_t lookup_shape(nwt_op *op, const void *self)
{
    const struct lookup *lookup = self;

    if (lookup->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), NWT_DTYPE_INT64);
    }
    return lookup_vectors(op, lookup);
}

#define LOOKUP(symbol, name, words, was, callback)                               \
    KIND(symbol, name, .about = words, .past = was, .options = symbol##_options, \
         .arguments = categorical_input, .self_size = sizeof(struct lookup),     \
         .arguments_size = sizeof(struct nwti_one_input), .shape = callback,     \
         .work = NWT_WORK_MOVES)

LOOKUP(integer_lookup, "IntegerLookup", "looks up integers in a vocabulary", NULL, lookup_shape);
LOOKUP(string_lookup, "StringLookup", "looks up strings in a vocabulary", NULL, lookup_shape);

static const nwt_option text_vectorization_options[] = {
    MAX_TOKENS,
    NWT_OPTION_OPAQUE("standardize", "how texts are cleaned"),
    NWT_OPTION_OPAQUE("split", "how texts are split"),
    NWT_OPTION_OPAQUE("ngrams", "lengths of sequences of tokens"),
    OUTPUT_MODE(struct lookup, "'int'"),
    NWT_OPTION_INT(struct lookup, output_sequence_length, "None", 1, INT64_MAX,
                   "tokens of each text"),
    PAD_TO_MAX_TOKENS,
    VOCABULARY,
    IDF_WEIGHTS,
    SPARSE,
    NWT_OPTION_OPAQUE("ragged", "give a ragged tensor"),
    ENCODING,
    NWT_OPTION_END};

static int32_t text_vectorization_shape(nwt_op *op, const void *self)
{
    const struct lookup *text = self;
    int64_t dims[2];

    if (text->output_mode != INT_MODE) {
        return nwt_op_rank(op, 0) < 2 ? nwt_op_output_unknown(op) : lookup_vectors(op, text);
    }
    dims[0] = nwt_op_rank(op, 0) > 0 ? nwt_op_dim(op, 0, 0) : -1;
    dims[1] = text->output_sequence_length == NWT_NONE_INT ? -1 : text->output_sequence_length;
    return nwt_op_output(op, 2, dims, NWT_DTYPE_INT64);
}

static const nwt_past text_vectorization_past[] = {
    NWT_PAST_CLASS("TextVectorizationV1", 20000, 30000), NWT_PAST_END};

LOOKUP(text_vectorization, "TextVectorization", "turns texts into tokens of a vocabulary",
       text_vectorization_past, text_vectorization_shape);
