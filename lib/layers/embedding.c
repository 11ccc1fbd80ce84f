#include "core/account.h"
#include "core/builtin.h"
#include "layers/adaptation.h"
#include "layers/past.h"

#include <string.h>

struct embedding {
    int64_t input_dim;
    int64_t output_dim;
    int64_t lora_rank;
    int32_t mask_zero;
    int32_t keeps_two_axes;
    int32_t checks_length;
    nwt_ints told_length;
};

static const nwt_option embedding_options[] = {
    NWT_OPTION_INT(struct embedding, input_dim, NULL, 1, INT64_MAX, "size of the vocabulary"),
    NWT_OPTION_INT(struct embedding, output_dim, NULL, 1, INT64_MAX, "features of each entry"),
    NWT_OPTIONS_OF_WEIGHT("embeddings", "each embedding"),
    NWT_OPTION_BOOL(struct embedding, mask_zero, "False", "mask steps whose input is 0"),
    NWT_OPTION_OPAQUE("weights", "the first values of the embeddings"),
    LORA_OPTIONS(struct embedding),
    NWT_OPTION_OPAQUE("quantization_config", "how the weights are quantised"),
    NWT_ROW_(struct embedding, told_length, "None",
             "the steps that it told of, whatever its input's", NULL, 0, INT64_MAX, NWT_TYPE_INTS,
             NWT_FLAG_HIDDEN | NWTI_FLAG_QUIRK, 1),
    PAST_QUIRK(struct embedding, keeps_two_axes, "the shape told of the input's first two only"),
    PAST_QUIRK(struct embedding, checks_length, "input_length must be that of the input"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(embedding_arguments, 0, NWT_MAX_RANK - 1, "indices of entries, of any shape");

static int32_t embedding_make(nwt_op *op, void *self)
{
    return nwti_lora_check(op, ((struct embedding *)self)->lora_rank, "embeddings_constraint");
}

static int32_t embedding_weights(nwt_op *op, const void *self)
{
    const struct embedding *e = self;
    struct nwti_quantization quantization;

    if (nwti_embeddings_weights(op, &quantization, e->input_dim, e->output_dim, e->lora_rank)) {
        return 0;
    }
    nwti_embeddings_adaptation(op, e->input_dim, e->output_dim, e->lora_rank);
    return 0;
}

/* Whether the steps that input_length told of can be those of an input of such a shape. */
static int32_t fits_length(const struct embedding *e, int32_t rank, const int64_t *dims)
{
    const nwt_ints *told = &e->told_length;

    if (rank == 0 || (e->checks_length && told->count != rank - 1)) {
        return 0;
    }
    for (int32_t i = 0; e->checks_length && i < told->count; i++) {
        if (told->items[i] >= 0 && dims[i + 1] >= 0 && told->items[i] != dims[i + 1]) {
            return 0;
        }
    }
    return 1;
}

/* Before TensorFlow's own, input_length stood for the steps of the input in the output's shape. */
static int32_t tell_length(const struct embedding *e, int32_t rank, int64_t *dims)
{
    int64_t count = e->told_length.count;

    count = count < NWT_MAX_RANK - 2 ? count : NWT_MAX_RANK - 2;
    count = e->keeps_two_axes && count > 1 ? 1 : count;
    for (int64_t i = 0; i < count; i++) {
        if (e->told_length.items[i] > 0 || i + 1 >= rank) {
            dims[i + 1] = e->told_length.items[i];
        }
    }
    return (int32_t)count + 1;
}

static int32_t embedding_shape(nwt_op *op, const void *self)
{
    const struct embedding *e = self;
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK];

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    if (nwti_lora_is_apart(op, e->lora_rank)) {
        nwti_rows_macs(op, rank, dims, 2,
                       (nwt_axis[]){{"rank", e->lora_rank}, {"features", e->output_dim}});
    }
    rank = rank > 2 && e->keeps_two_axes ? 2 : rank;
    if (e->told_length.count > 0) {
        if (!fits_length(e, rank, dims)) {
            return NWT_FAIL(op, "input_length {told_length} is not that of its input of shape {0}",
                            0);
        }
        rank = tell_length(e, rank, dims);
    }
    dims[rank] = e->output_dim;
    return nwt_op_output(op, rank + 1, dims, 0);
}

/* Its input's length was its own option, and the dtype of its input that of the layer. */
static const nwt_past embedding_past[] = {
    NWT_PAST_POSITIONS(NULL,
                       "input_dim output_dim init input_length W_regularizer activity_regularizer "
                       "W_constraint mask_zero weights dropout",
                       0, 20000),
    NWT_PAST_KEY("init", "embeddings_initializer", 20000),
    NWT_PAST_KEY("W_regularizer", "embeddings_regularizer", 20000),
    NWT_PAST_KEY("W_constraint", "embeddings_constraint", 20000),
    NWT_PAST_DROPPED("dropout", 20000),
    PAST_DID(keeps_two_axes, 0, 20005),
    PAST_DID(checks_length, 20203, 20400),
    NWT_PAST_DROPPED("sparse", 30000),
    NWT_PAST_KEY("input_length", "told_length", 20400),
    NWT_PAST_ROW_(NULL, "input_length", "input_shape",
                  "input_length is read as the input's shape, as in Keras 1 and 2; Keras 3 ignores "
                  "it",
                  NWT_SAYS_KEY, NWT_TURN_ITEM, 0, 0, 30000),
    NWT_PAST_DEFAULT("input_shape", "(None,)", 0, 30000),
    NWT_PAST_TURNED("dtype", "input_dtype", NWT_TURN_INTEGERS, NULL, 0),
    NWT_PAST_DEFAULT("input_dtype", "'int32'", 0, 20000),
    NWT_PAST_END};

KIND(embedding, "Embedding", .about = "looks up a row of a table for each index",
     .past = embedding_past, .options = embedding_options, .arguments = embedding_arguments,
     .self_size = sizeof(struct embedding), .arguments_size = sizeof(nwt_one_tensor),
     .make = embedding_make, .weights = embedding_weights, .shape = embedding_shape,
     .work = NWT_WORK_MOVES,
     .remark = "The length of the sequence changes no count: the table has one row for each "
               "entry of the vocabulary, however often it is looked up.");

CONSTRUCTOR_INTS(nwt_embedding, embedding, input_dim, output_dim)
