/* Layers that look tokens up in a vocabulary, which is a table and no weight. */
#include "core/constant.h"
#include "core/context.h"
#include "core/op.h"
#include "core/opaque.h"
#include "support/hash.h"
#include "layers/categorical.h"

#include <string.h>

struct lookup {
    int64_t max_tokens;
    int64_t num_oov_indices;
    int64_t output_sequence_length;
    int64_t vocabulary_size;
    int32_t output_mode;
    int32_t pad_to_max_tokens;
    int32_t invert;
    int32_t split;
};

static const char *const oov_methods[] = {"floormod", "farmhash", NULL};

#define MAX_TOKENS \
    NWT_OPTION_INT(struct lookup, max_tokens, "None", 2, INT64_MAX, "largest vocabulary")
#define PAD_TO_MAX_TOKENS \
    NWT_OPTION_BOOL(struct lookup, pad_to_max_tokens, "False", "vectors have max_tokens values")
#define LOOKUP_BEGIN                                                      \
    MAX_TOKENS,                                                           \
        NWT_OPTION_INT(struct lookup, num_oov_indices, "1", 0, INT64_MAX, \
                       "categories of unknown tokens"),                   \
        NWT_OPTION_OPAQUE("mask_token", "the token of category 0"),       \
        NWT_OPTION_OPAQUE("oov_token", "what unknown tokens turn into"), VOCABULARY
#define VOCABULARY NWT_OPTION_OPAQUE("vocabulary", "the tokens")
#define IDF_WEIGHTS NWT_OPTION_OPAQUE("idf_weights", "inverse document frequencies")
#define INVERT NWT_OPTION_BOOL(struct lookup, invert, "False", "turn categories into tokens")
#define ENCODING NWT_OPTION_OPAQUE("encoding", "encoding of the tokens")
#define OOV_METHOD                                                                      \
    {                                                                                   \
        "oov_method", "'floormod'", "how unknown tokens are hashed", oov_methods, 0, 0, \
            NWT_TYPE_OPAQUE, NWTI_FLAG_CHOICE, 0, 0, 0, 0                               \
    }
/* What a config states: the table's size, and whether it was given or learnt. */
#define STATED_SIZE                                                                          \
    NWT_OPTION_INT(struct lookup, vocabulary_size, "None", 0, INT64_MAX,                     \
                   "size of the vocabulary with its special tokens, as a config states it"), \
        NWT_OPTION_OPAQUE("has_input_vocabulary", "the vocabulary was not learnt")

static const nwt_option integer_lookup_options[] = {
    LOOKUP_BEGIN,
    NWT_OPTION_OPAQUE("vocabulary_dtype", "dtype of the tokens"),
    IDF_WEIGHTS,
    INVERT,
    OUTPUT_MODE(struct lookup, "'int'"),
    SPARSE,
    PAD_TO_MAX_TOKENS,
    OOV_METHOD,
    SALT,
    STATED_SIZE,
    NWT_OPTION_END};

static const nwt_option string_lookup_options[] = {
    LOOKUP_BEGIN,      IDF_WEIGHTS, INVERT,        OUTPUT_MODE(struct lookup, "'int'"),
    PAD_TO_MAX_TOKENS, SPARSE,      ENCODING,      SALT,
    OOV_METHOD,        STATED_SIZE, NWT_OPTION_END};

static const nwt_option text_vectorization_options[] = {
    MAX_TOKENS,
    NWT_OPTION_OPAQUE("standardize", "how texts are cleaned"),
    NWT_ROW_(struct lookup, split, "'whitespace'", "how texts are split; None: not", NULL, 0, 0,
             NWT_TYPE_OPAQUE, NWT_FLAG_NULLABLE, 1),
    NWT_OPTION_OPAQUE("ngrams", "lengths of sequences of tokens"),
    OUTPUT_MODE(struct lookup, "'int'"),
    NWT_OPTION_INT(struct lookup, output_sequence_length, "None", 0, INT64_MAX,
                   "tokens of each text"),
    PAD_TO_MAX_TOKENS,
    VOCABULARY,
    IDF_WEIGHTS,
    SPARSE,
    NWT_OPTION_OPAQUE("ragged", "give a ragged tensor"),
    ENCODING,
    STATED_SIZE,
    NWT_OPTION_END};

static int32_t equal(const nwti_value *a, const nwti_value *b)
{
    if (a->type != b->type) {
        return 0;
    }
    return a->type == NWTI_STRING
               ? a->length == b->length && memcmp(a->as.string, b->as.string, a->length) == 0
               : a->as.integer == b->as.integer;
}

/* The vocabulary as it was given: a list, or an array that a config holds; NULL for none, and for
   the name of a file, which is not read. */
static const nwti_value *tokens_of(nwt_op *op)
{
    const nwti_value *tokens = nwt_op_option(op, "vocabulary");

    if (tokens != NULL && tokens->type == NWTI_DICT) {
        tokens = nwti_value_get(nwti_value_get(tokens, "config"), "value");
    }
    return nwt_value_count(tokens) >= 0 ? tokens : NULL;
}

/* What stands before the tokens: one for the mask in 'int' mode, and the unknown ones. */
static int64_t special_tokens(nwt_op *op, const struct lookup *lookup, int32_t is_text)
{
    int32_t has_mask = is_text || nwt_op_option(op, "mask_token") != NULL;

    return (lookup->output_mode == INT_MODE && has_mask) + lookup->num_oov_indices;
}

/* The mask's token, or NULL, and that of unknown ones, as they are given or by default. */
struct special {
    const nwti_value *mask;
    const nwti_value *oov;
};

static struct special special_of(nwt_op *op, const nwti_value *tokens, int32_t is_text)
{
    static const nwti_value none = {NWTI_STRING, 0, 0, {.string = ""}};
    static const nwti_value unknown = {NWTI_STRING, 0, 5, {.string = "[UNK]"}};
    static const nwti_value minus_one = {NWTI_INT, 0, 0, {.integer = -1}};
    struct special special = {&none, &unknown};

    if (!is_text) {
        special.mask = nwt_op_option(op, "mask_token");
        special.oov = nwt_op_option(op, "oov_token");
    }
    if (special.oov == NULL) {
        special.oov = tokens->length > 0 && tokens->as.items->type == NWTI_INT ? &minus_one
                                                                               : &unknown;
    }
    return special;
}

/* 1 if the vocabulary itself begins with the special tokens. */
static int32_t begins_with_special(nwt_op *op, const struct lookup *lookup,
                                   const nwti_value *tokens, int64_t count, int32_t is_text)
{
    struct special special = special_of(op, tokens, is_text);
    int64_t i, masks = count - lookup->num_oov_indices;

    if (tokens->length < count) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        const nwti_value *wanted = i < masks ? special.mask : special.oov;

        if (wanted == NULL || !equal(tokens->as.items + i, wanted)) {
            return 0;
        }
    }
    return 1;
}

/* The size of the table with its special tokens; NWT_NONE_INT if it is to be learnt. */
static int64_t vocabulary_size(nwt_op *op, const struct lookup *lookup, int32_t is_text)
{
    const nwti_value *tokens = tokens_of(op);
    int64_t special = special_tokens(op, lookup, is_text);

    if (tokens == NULL) {
        return lookup->vocabulary_size;
    }
    return begins_with_special(op, lookup, tokens, special, is_text)
               ? (int64_t)tokens->length
               : (int64_t)tokens->length + special;
}

static int32_t check_modes(nwt_op *op, const struct lookup *lookup)
{
    int32_t has_idf = nwt_op_option(op, "idf_weights") != NULL;

    if (lookup->pad_to_max_tokens && lookup->max_tokens == NWT_NONE_INT) {
        return nwt_op_fail(op, "pad_to_max_tokens=True needs max_tokens", 0, NULL);
    }
    if (lookup->invert && lookup->output_mode != INT_MODE) {
        return nwt_op_fail(op, "invert=True needs output_mode='int'", 0, NULL);
    }
    if (has_idf && lookup->output_mode != TF_IDF) {
        return nwt_op_fail(op, "idf_weights go with output_mode='tf_idf' only", 0, NULL);
    }
    if (lookup->output_mode == TF_IDF && !has_idf && nwt_op_option(op, "vocabulary") != NULL) {
        return nwt_op_fail(op, "a vocabulary needs idf_weights for output_mode='tf_idf'", 0, NULL);
    }
    return 0;
}

/* The bytes by which a token is known. */
static const char *token_bytes(const nwti_value *token, size_t *length)
{
    *length = token->type == NWTI_STRING ? token->length : sizeof token->as.integer;
    return token->type == NWTI_STRING ? token->as.string : (const char *)&token->as.integer;
}

/* Each token behind the special ones stands once, and is none of them; that of the unknown ones
   matters only where categories are turned back. */
static int32_t check_tokens(nwt_op *op, const struct lookup *lookup, const nwti_value *tokens,
                            int64_t first, int32_t is_text)
{
    struct special special = special_of(op, tokens, is_text);
    const nwti_value *reserved[] = {special.mask, lookup->invert ? special.oov : NULL};
    const char *fault = NULL, *bytes;
    nwti_map places;
    void **place;
    size_t length;

    nwti_map_init(&places, &op->ctx->heap);
    for (int64_t i = first; i < (int64_t)tokens->length && fault == NULL; i++) {
        bytes = token_bytes(tokens->as.items + i, &length);
        place = nwti_map_at(&places, bytes, length);
        if (place == NULL) {
            nwti_op_out_of_memory(op);
            break;
        }
        fault = *place != NULL ? "vocabulary has a token twice: number {}, from 0 on" : NULL;
        *place = op;
        for (int32_t j = 0; j < 2; j++) {
            if (reserved[j] != NULL && equal(tokens->as.items + i, reserved[j])) {
                fault = "vocabulary has a special token at {}: they must stand first, or nowhere";
            }
        }
        if (fault != NULL) {
            nwt_op_fail(op, fault, 1, &i);
        }
    }
    nwti_map_free(&places);
    return nwt_op_ended(op);
}

static int32_t check_vocabulary(nwt_op *op, const struct lookup *lookup, int32_t is_text)
{
    const nwti_value *tokens = tokens_of(op), *weights = nwt_op_option(op, "idf_weights");
    int64_t size = vocabulary_size(op, lookup, is_text);

    if (tokens == NULL) {
        return 0;
    }
    if (tokens->length == 0) {
        return nwt_op_fail(op, "vocabulary is empty", 0, NULL);
    }
    if (check_tokens(op, lookup, tokens,
                     size == (int64_t)tokens->length ? special_tokens(op, lookup, is_text) : 0,
                     is_text)) {
        return 1;
    }
    if (lookup->max_tokens != NWT_NONE_INT && size > lookup->max_tokens) {
        return NWT_FAIL(op, "the vocabulary has {} tokens, more than max_tokens {}", size,
                        lookup->max_tokens);
    }
    if (nwt_value_count(weights) >= 0 && weights->length != tokens->length) {
        return NWT_FAIL(op, "there are {} idf_weights for {} tokens", weights->length,
                        tokens->length);
    }
    return 0;
}

static int32_t make(nwt_op *op, struct lookup *lookup, int32_t is_text)
{
    lookup->output_mode = lookup->output_mode == BINARY ? MULTI_HOT : lookup->output_mode;
    lookup->output_mode = lookup->output_mode == TF_IDF_1 ? TF_IDF : lookup->output_mode;
    if (is_text) {
        lookup->num_oov_indices = 1;
    }
    return check_modes(op, lookup) || nwti_sparse_check(op, lookup->output_mode) ||
           check_vocabulary(op, lookup, is_text);
}

static int32_t string_lookup_make(nwt_op *op, void *self)
{
    return make(op, self, 0) || nwti_salt_check(op, nwt_op_option(op, "salt"));
}

static int32_t integer_lookup_make(nwt_op *op, void *self)
{
    const nwti_value *dtype = nwt_op_option(op, "vocabulary_dtype");

    if (dtype != NULL && !nwti_value_is(dtype, "int64") &&
        !(nwti_op_is_before_3(op) && ((struct lookup *)self)->invert &&
          nwti_value_is(dtype, "int32"))) {
        return nwt_op_fail(op, "vocabulary_dtype must be 'int64'", 0, NULL);
    }
    if (nwt_op_option(op, "salt") != NULL &&
        !nwti_value_is(nwt_op_option(op, "oov_method"), "farmhash")) {
        return nwt_op_fail(op, "salt needs oov_method='farmhash'", 0, NULL);
    }
    return string_lookup_make(op, self);
}

static int32_t text_vectorization_make(nwt_op *op, void *self)
{
    const struct lookup *text = self;

    if (text->output_mode != INT_MODE && text->output_sequence_length != NWT_NONE_INT) {
        return nwt_op_fail(op, "output_sequence_length goes with output_mode='int' only", 0, NULL);
    }
    return make(op, self, 1);
}

/* A vector of the vocabulary's size over the last axis, or for each token. A size that is not known
   is None. */
static int32_t vectors(nwt_op *op, const struct lookup *lookup, int32_t rank, const int64_t *from,
                       int32_t is_text)
{
    int64_t depth = lookup->pad_to_max_tokens ? lookup->max_tokens
                                              : vocabulary_size(op, lookup, is_text);
    int64_t dims[NWT_MAX_RANK + 2];

    memcpy(dims, from, (size_t)rank * sizeof *dims);
    if (lookup->output_mode != ONE_HOT || (rank > 1 && dims[rank - 1] == 1)) {
        rank -= rank > 0;
    }
    dims[rank] = depth == NWT_NONE_INT ? -1 : depth;
    return nwt_op_output(op, rank + 1, dims, NWT_DTYPE_FLOAT32);
}

/* Before Keras 3 what turned categories back gave tokens, not numbers of them. */
static int32_t looked_up(nwt_op *op, const struct lookup *lookup, int32_t token)
{
    if (lookup->output_mode == INT_MODE) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0),
                             lookup->invert && nwti_op_is_before_3(op) ? token : NWT_DTYPE_INT64);
    }
    return vectors(op, lookup, nwt_op_rank(op, 0), nwt_op_dims(op, 0), 0);
}

static int32_t string_lookup_shape(nwt_op *op, const void *self)
{
    return looked_up(op, self, NWT_DTYPE_STRING);
}

static int32_t integer_lookup_shape(nwt_op *op, const void *self)
{
    return looked_up(op, self,
                     nwti_value_is(nwt_op_option(op, "vocabulary_dtype"), "int32")
                         ? NWT_DTYPE_INT32
                         : NWT_DTYPE_INT64);
}

static int32_t text_vectorization_shape(nwt_op *op, const void *self)
{
    const struct lookup *text = self;
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK + 1];

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    if (text->output_mode == INT_MODE && nwti_op_is_before_3(op) && !text->split) {
        for (int32_t i = rank > 1 ? 0 : rank;
             i < rank && text->output_sequence_length != NWT_NONE_INT; i++) {
            dims[i] = -1; /* cut or filled by lengths that it computed */
        }
        return nwt_op_output(op, rank, dims, NWT_DTYPE_INT64);
    }
    if (text->output_mode == INT_MODE) {
        if (rank < 3 ||
            !nwti_op_is_before_3(op)) { /* else the texts are along the last axis, of 1 */
            dims[0] = rank > 0 ? dims[0] : -1;
            rank = 2;
        }
        dims[rank - 1] = text->output_sequence_length == NWT_NONE_INT
                             ? -1
                             : text->output_sequence_length;
        return nwt_op_output(op, rank, dims, NWT_DTYPE_INT64);
    }
    if (text->split) {
        dims[rank++] = -1;
    } else if (rank <= 1) {
        dims[rank++] = 1;
    }
    return vectors(op, text, rank, dims, 1);
}

#define LOOKUP(symbol, name, words, was, callback)                                           \
    KIND(symbol, name, .about = words, .past = was, .options = symbol##_options,             \
         .arguments = nwti_categorical_input, .self_size = sizeof(struct lookup),            \
         .arguments_size = sizeof(nwt_one_tensor), .make = symbol##_make, .shape = callback, \
         .work = NWT_WORK_MOVES)

LOOKUP(integer_lookup, "IntegerLookup", "looks up integers in a vocabulary", NULL,
       integer_lookup_shape);
LOOKUP(string_lookup, "StringLookup", "looks up strings in a vocabulary", NULL,
       string_lookup_shape);
static const nwt_past text_vectorization_past[] = {
    NWT_PAST_CLASS("TextVectorizationV1", 20000, 30000), NWT_PAST_END};

LOOKUP(text_vectorization, "TextVectorization", "turns texts into tokens of a vocabulary",
       text_vectorization_past, text_vectorization_shape);
