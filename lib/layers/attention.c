/* Attention and AdditiveAttention: a query's rows weigh those of a value. */
#include "core/account.h"
#include "core/broadcast.h"
#include "core/builtin.h"
#include "layers/seed.h"

#include <string.h>

struct attention {
    double dropout;
    int32_t use_scale;
    int32_t score_mode;
};

enum { DOT, CONCAT };

static const char *const score_modes[] = {"dot", "concat", NULL};

#define DROPOUT                                                           \
    NWT_OPTION_FLOAT(struct attention, dropout, "0.0", -DBL_MAX, DBL_MAX, \
                     "fraction of the scores dropped")
#define SEED NWT_OPTION_OPAQUE("seed", "seed of the dropout")

static const nwt_option attention_options[] = {
    NWT_OPTION_BOOL(struct attention, use_scale, "False", "multiply the scores by a weight"),
    NWT_OPTION_CHOICE(struct attention, score_mode, "'dot'", score_modes, "how scores are found"),
    DROPOUT, SEED, NWT_OPTION_END};

static const nwt_option additive_options[] = {
    NWT_OPTION_BOOL(struct attention, use_scale, "True", "multiply each feature by a weight"),
    DROPOUT, SEED, NWT_OPTION_END};

struct attention_arguments {
    nwt_range inputs;
    int32_t return_attention_scores;
    int32_t use_causal_mask;
};

static const nwt_option attention_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct attention_arguments, inputs, NULL, 2, 1, NWT_MAX_RANK,
                         "query, value and key, else the value: (batch, steps, features) each"),
    NWT_OPTION_OPAQUE("mask", "the steps of query and value that count"),
    NWT_OPTION_BOOL(struct attention_arguments, return_attention_scores, "False",
                    "give the scores too"),
    NWT_OPTION_BOOL(struct attention_arguments, use_causal_mask, "False",
                    "let no position look at later ones"),
    NWT_OPTION_END};

/* Which input is which. */
struct attention_inputs {
    int32_t query;
    int32_t value;
    int32_t key;
};

static struct attention_inputs inputs_of(nwt_op *op)
{
    nwt_range inputs = ((const struct attention_arguments *)nwt_op_arguments(op))->inputs;

    return (struct attention_inputs){inputs.first, inputs.first + 1,
                                     inputs.first + (inputs.count > 2 ? 2 : 1)};
}

static int32_t attention_weights(nwt_op *op, const void *self)
{
    const struct attention *attention = self;

    if (attention->use_scale) {
        nwt_op_weight(op, "scale", 0, NULL, 0, 0);
    }
    if (attention->score_mode == CONCAT) {
        nwt_op_weight(op, "concat_score_weight", 0, NULL, 0, 0);
    }
    return 0;
}

static int32_t additive_weights(nwt_op *op, const void *self)
{
    const struct attention *attention = self;
    struct attention_inputs inputs = inputs_of(op);

    return attention->use_scale
               ? NWT_WEIGHT(
                     op, "scale",
                     {"features",
                      nwt_op_dim(op, nwti_op_is_before_3(op) ? inputs.value : inputs.query, -1)})
               : 0;
}

/* Products of scores and of their sum with the values; a softmax of the scores. Scores that are
   sums are no products: for each feature an addition, a tanh, a factor if there is one, and the
   sum. */
static void attention_work(nwt_op *op, const struct attention *self, int32_t additive)
{
    struct attention_inputs in = inputs_of(op);
    int64_t queries = nwti_elements(nwt_op_rank(op, in.query) - 1, nwt_op_dims(op, in.query));
    int64_t values = nwt_op_rank(op, in.key) > 1 ? nwt_op_dim(op, in.key, -2) : -1;
    int64_t features = nwt_op_dim(op, in.query, -1);
    int64_t scores[] = {queries, values, features};

    if (!additive) {
        NWT_MACS(op, {"queries", queries}, {"values", values}, {"query features", features});
    } else {
        nwt_op_flops(op, 3 + (self->use_scale != 0), 3, scores);
    }
    NWT_MACS(op, {"queries", queries}, {"values", values},
             {"value features", nwt_op_dim(op, in.value, -1)});
    nwt_op_flops(op, !additive && self->use_scale ? 6 : 5, 2, scores);
    nwti_op_part(op, NWTI_SOFTMAX, nwti_elements(2, scores));
    nwti_op_keep(op, 2, 2, scores);
}

/* TensorFlow's own Keras multiplied what it was given: the axes before the last two broadcast. */
static void broadcast(nwt_op *op, struct attention_inputs in, int32_t *rank, int64_t *dims)
{
    const int32_t others[] = {in.key, in.value};
    int64_t steps = *rank > 1 ? dims[*rank - 2] : -1;
    int32_t before = *rank > 2 ? *rank - 2 : 0;

    if (*rank < 2) {
        return;
    }
    for (int32_t i = 0; i < 2; i++) {
        int32_t count = nwt_op_rank(op, others[i]) - 2;

        if (count > 0) {
            nwti_broadcast(&before, dims, count, nwt_op_dims(op, others[i]), NWTI_NUMBER_WINS);
        }
    }
    dims[before] = steps;
    *rank = before + 2;
}

/* The query's shape, its last axis that of the value; of the scores, as many as there are keys. */
static int32_t write_outputs(nwt_op *op)
{
    const struct attention_arguments *call = nwt_op_arguments(op);
    struct attention_inputs in = inputs_of(op);
    int32_t rank = nwt_op_rank(op, in.query);
    int64_t dims[NWT_MAX_RANK];

    if (call->inputs.count > 3) {
        return NWT_FAIL(op, "it takes 2 or 3 tensors, not {}", call->inputs.count);
    }
    memcpy(dims, nwt_op_dims(op, in.query), (size_t)rank * sizeof *dims);
    if (nwti_op_is_tensorflow(op)) {
        broadcast(op, in, &rank, dims);
    }
    dims[rank - 1] = nwt_op_dim(op, in.value, -1);
    nwt_op_output(op, rank, dims, 0);
    if (call->return_attention_scores) {
        dims[rank - 1] = nwt_op_dim(op, in.key, -2);
        nwt_op_output(op, rank, dims, 0);
    }
    return 0;
}

static int32_t attention_shape(nwt_op *op, const void *self)
{
    const struct attention *attention = self;

    attention_work(op, attention, attention->score_mode == CONCAT);
    return write_outputs(op);
}

static int32_t additive_shape(nwt_op *op, const void *self)
{
    attention_work(op, self, 1);
    return write_outputs(op);
}

static const nwt_past attention_past[] = {NWT_PAST_DROPPED("causal", 30000), NWT_PAST_END};

static int32_t attention_make(nwt_op *op, void *self)
{
    return nwti_seed_check(op, ((const struct attention *)self)->dropout);
}

KIND(attention, "Attention", .about = "sums values, weighed by how queries match keys",
     .past = attention_past, .options = attention_options, .arguments = attention_arguments,
     .self_size = sizeof(struct attention), .make = attention_make,
     .arguments_size = sizeof(struct attention_arguments), .weights = attention_weights,
     .shape = attention_shape, .work = NWT_WORK_STATED, .flags = NWTI_GIVES_TUPLE,
     .remark = "Unlike MultiHeadAttention it projects nothing: its only weights are factors of "
               "the scores, with use_scale=True or score_mode='concat'.");
KIND(additive_attention, "AdditiveAttention",
     .about = "sums values, weighed by a sum of queries and keys", .past = attention_past,
     .options = additive_options, .arguments = attention_arguments,
     .self_size = sizeof(struct attention), .make = attention_make,
     .arguments_size = sizeof(struct attention_arguments), .weights = additive_weights,
     .shape = additive_shape, .work = NWT_WORK_STATED, .flags = NWTI_GIVES_TUPLE);
