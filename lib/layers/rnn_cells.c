/* The cells SimpleRNNCell, LSTMCell and GRUCell, and the layers that run one each. */
#include "core/account.h"
#include "core/broadcast.h"
#include "core/dtype.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/opaque.h"
#include "layers/rnn.h"
#include "layers/past.h"

#include <string.h>

/* Cells leave `rnn` alone; layers hand the rest to their cell, by key. */
struct recurrent {
    struct nwti_rnn rnn;
    int64_t units;
    double dropout;
    double recurrent_dropout;
    const char *activation;
    const char *recurrent_activation;
    int32_t use_bias;
    int32_t unit_forget_bias;
    int32_t reset_after;
};

#define UNITS \
    NWT_OPTION_INT(struct recurrent, units, NULL, 1, INT64_MAX, "size of the output and the states")
#define ACTIVATION \
    NWT_OPTION_FUNCTION(struct recurrent, activation, "'tanh'", "function applied to the output")
#define RECURRENT_ACTIVATION                                                 \
    NWT_OPTION_FUNCTION(struct recurrent, recurrent_activation, "'sigmoid'", \
                        "function applied to the gates")
#define USE_BIAS NWT_OPTION_BOOL(struct recurrent, use_bias, "True", "add a bias to each unit")
#define UNIT_FORGET_BIAS \
    NWT_OPTION_BOOL(struct recurrent, unit_forget_bias, "True", "begin the forget gate's bias at 1")
#define DROPOUTS                                                                        \
    NWT_OPTION_FLOAT(struct recurrent, dropout, "0.0", -DBL_MAX, DBL_MAX,               \
                     "fraction of the inputs dropped"),                                 \
        NWT_OPTION_FLOAT(struct recurrent, recurrent_dropout, "0.0", -DBL_MAX, DBL_MAX, \
                         "fraction of the states dropped")
#define RESET_AFTER                                        \
    NWT_OPTION_BOOL(struct recurrent, reset_after, "True", \
                    "reset after the product, with a second bias")
#define SEED NWTI_OPTION_SEED("seed of the dropout")
/* SimpleRNN of Keras 3 never looks at it. */
#define ACTIVITY_IGNORED NWT_OPTION_OPAQUE("activity_regularizer", "penalty on the output")
/* clang-format off */
#define USE_CUDNN                                                                         \
    {"use_cudnn", "'auto'", "use the fast implementation of a GPU", NULL, 0, 0,           \
     NWT_TYPE_OPAQUE, NWTI_FLAG_AUTO, 0, 0, 0, 0}
/* clang-format on */
#define IMPLEMENTATION NWT_OPTION_OPAQUE("implementation", "how the products are grouped")

static const nwt_option simple_rnn_cell_options[] = {
    UNITS,           ACTIVATION, USE_BIAS, RNN_INITIALIZERS, RNN_REGULARIZERS,
    RNN_CONSTRAINTS, DROPOUTS,   SEED,     NWT_OPTION_END};
static const nwt_option simple_rnn_options[] = {UNITS,
                                                ACTIVATION,
                                                USE_BIAS,
                                                RNN_INITIALIZERS,
                                                RNN_REGULARIZERS,
                                                ACTIVITY_IGNORED,
                                                RNN_CONSTRAINTS,
                                                DROPOUTS,
                                                RNN_RETURNS,
                                                RNN_UNROLL,
                                                SEED,
                                                RNN_ZERO_OUTPUT,
                                                RNN_TIME_MAJOR,
                                                RNN_FREES_CELL,
                                                RNN_HIDDEN_CELL,
                                                NWT_OPTION_END};
static const nwt_option lstm_cell_options[] = {UNITS,
                                               ACTIVATION,
                                               RECURRENT_ACTIVATION,
                                               USE_BIAS,
                                               RNN_INITIALIZERS,
                                               UNIT_FORGET_BIAS,
                                               RNN_REGULARIZERS,
                                               RNN_CONSTRAINTS,
                                               DROPOUTS,
                                               SEED,
                                               IMPLEMENTATION,
                                               NWT_OPTION_END};
static const nwt_option lstm_options[] = {UNITS,
                                          ACTIVATION,
                                          RECURRENT_ACTIVATION,
                                          USE_BIAS,
                                          RNN_INITIALIZERS,
                                          UNIT_FORGET_BIAS,
                                          RNN_REGULARIZERS,
                                          NWT_OPTION_ACTIVITY_REGULARIZER,
                                          RNN_CONSTRAINTS,
                                          DROPOUTS,
                                          SEED,
                                          RNN_RETURNS,
                                          RNN_UNROLL,
                                          USE_CUDNN,
                                          IMPLEMENTATION,
                                          RNN_ZERO_OUTPUT,
                                          RNN_TIME_MAJOR,
                                          RNN_FREES_CELL,
                                          RNN_HIDDEN_CELL,
                                          NWT_OPTION_END};
static const nwt_option gru_cell_options[] = {
    UNITS,           ACTIVATION, RECURRENT_ACTIVATION, USE_BIAS, RNN_INITIALIZERS, RNN_REGULARIZERS,
    RNN_CONSTRAINTS, DROPOUTS,   RESET_AFTER,          SEED,     IMPLEMENTATION,   NWT_OPTION_END};
static const nwt_option gru_options[] = {UNITS,
                                         ACTIVATION,
                                         RECURRENT_ACTIVATION,
                                         USE_BIAS,
                                         RNN_INITIALIZERS,
                                         RNN_REGULARIZERS,
                                         NWT_OPTION_ACTIVITY_REGULARIZER,
                                         RNN_CONSTRAINTS,
                                         DROPOUTS,
                                         SEED,
                                         RNN_RETURNS,
                                         RNN_UNROLL,
                                         RESET_AFTER,
                                         USE_CUDNN,
                                         IMPLEMENTATION,
                                         RNN_ZERO_OUTPUT,
                                         RNN_TIME_MAJOR,
                                         RNN_FREES_CELL,
                                         RNN_HIDDEN_CELL,
                                         NWT_OPTION_END};

RNN_ARGUMENTS(layer_arguments, 3, 3, "(batch, time, features)");

struct cell_arguments {
    int32_t inputs;
    nwt_range states;
};

static const nwt_option cell_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct cell_arguments, inputs, NULL, 1, NWT_MAX_RANK, "(batch, features)"),
    NWT_ARGUMENT_TENSORS(struct cell_arguments, states, "None", 0, 1, NWT_MAX_RANK,
                         "the states after the step before"),
    NWT_OPTION_END};

static int64_t input_features(nwt_op *op)
{
    const struct cell_arguments *call = nwt_op_arguments(op);

    return nwt_op_dim(op, call->inputs, -1);
}

/* The products of one step, with `each` FLOPs for each unit beside them, `gates` activations by
   recurrent_activation, and `activations` by activation. */
static void cell_work(nwt_op *op, const struct recurrent *cell, int64_t gates, int64_t each,
                      int64_t recurrent, int64_t activations)
{
    const struct cell_arguments *call = nwt_op_arguments(op);
    int64_t dims[] = {nwt_op_dim(op, call->inputs, 0), cell->units};
    int64_t inner = nwti_activation_flops(recurrent > 0 ? cell->recurrent_activation : NULL);
    int64_t outer = nwti_activation_flops(cell->activation);

    NWT_MACS(op, {"samples", dims[0]}, {"input features", input_features(op)},
             {"gates", gates, NWT_AXIS_JOINED}, {"units", cell->units, NWT_AXIS_JOINED});
    NWT_MACS(op, {"samples", dims[0]}, {"recurrent units", cell->units},
             {"gates", gates, NWT_AXIS_JOINED}, {"units", cell->units, NWT_AXIS_JOINED});
    nwti_op_keep(op, gates + (recurrent > 0) + (activations > 1), 2, dims);
    nwt_op_flops(op, inner < 0 || outer < 0 ? -1 : each + recurrent * inner + activations * outer,
                 2, dims);
}

/* Keras tries it with numbers for None: a None goes with another and with 1 only. */
static int32_t broadcasts(nwt_op *op, int32_t input, int32_t rank, const int64_t *dims)
{
    int32_t other = nwt_op_rank(op, input);
    const int64_t *others = nwt_op_dims(op, input);

    for (int32_t i = 1; i <= rank && i <= other; i++) {
        int64_t a = dims[rank - i], b = others[other - i];

        if (a != b && a != 1 && b != 1) {
            return 0;
        }
    }
    return 1;
}

/* Called by itself a cell takes its states as arguments, and the products of inputs and states
   broadcast, before Keras 3 as TensorFlow has it. Gates are split along axis 1. */
static int32_t merge_states(nwt_op *op, const struct recurrent *cell, int32_t states, int32_t *rank,
                            int64_t *dims)
{
    const struct cell_arguments *call = nwt_op_arguments(op);
    int32_t was = nwti_op_is_before_3(op);

    if (call->states.count < states) {
        return NWT_FAIL(op, "states: {} are given, it needs {}", call->states.count, states);
    }
    *rank = nwt_op_rank(op, call->inputs);
    memcpy(dims, nwt_op_dims(op, call->inputs), (size_t)*rank * sizeof *dims);
    dims[*rank - 1] = cell->units;
    for (int32_t i = 0; i < states; i++) {
        int32_t input = call->states.first + i;

        if (nwt_op_dim(op, input, -1) != cell->units && !(was && nwt_op_dim(op, input, -1) == -1)) {
            return NWT_FAIL(op, "state {} has {} features, not units {}", i,
                            nwt_op_dim(op, input, -1), cell->units);
        }
        if ((!was && !broadcasts(op, input, *rank, dims)) ||
            nwti_broadcast(rank, dims, nwt_op_rank(op, input), nwt_op_dims(op, input),
                           was ? NWTI_NUMBER_WINS : NWTI_NONE_WINS)) {
            return NWT_FAIL(op, "state {} does not broadcast with the input {0}", i);
        }
    }
    return 0;
}

/* With autocast=False nothing is cast where it is called by itself, nor are its weights: outputs
   have the dtype of the widest of them. 0: the compute dtype. */
static int32_t uncast_dtype(const nwt_op *op)
{
    int32_t dtype = nwt_op_variable_dtype(op), i, other;

    if (op->layer->rare == NULL || !op->layer->rare->casts_nothing) {
        return 0;
    }
    for (i = 0; i < op->input_count; i++) {
        other = nwt_op_input_dtype(op, i);
        if (nwti_dtype_is_float(other) && other != dtype) {
            dtype = other == NWT_DTYPE_FLOAT64 || dtype == NWT_DTYPE_FLOAT64 ? NWT_DTYPE_FLOAT64
                                                                             : NWT_DTYPE_FLOAT32;
        }
    }
    return dtype;
}

/* The output and `states` states. */
static int32_t cell_shape(nwt_op *op, const struct recurrent *cell, int32_t states,
                          int32_t has_gates)
{
    const struct cell_arguments *call = nwt_op_arguments(op);
    int64_t dims[NWT_MAX_RANK] = {nwt_op_dim(op, call->inputs, 0), cell->units};
    int32_t rank = 2, dtype = 0;

    if (!nwt_op_is_within(op) || call->states.count > 0) {
        if (merge_states(op, cell, states, &rank, dims)) {
            return 0;
        }
        dtype = uncast_dtype(op);
    }
    if (rank != 2 && has_gates && (!nwti_op_is_before_3(op) || states > 1)) {
        return nwt_op_fail(op, "inputs {0} and states must give rank 2: its gates lie on axis 1", 0,
                           NULL);
    }
    for (int32_t i = 0; i <= states; i++) {
        nwt_op_output(op, rank, dims, dtype);
    }
    return 0;
}

/* Called by itself this cell, unlike the others, makes its dropout masks whether it trains or not:
   of the dtypes of its input and its state, of which those of integers have none. */
static int32_t masks_are_floats(nwt_op *op, const struct recurrent *cell)
{
    const struct cell_arguments *call = nwt_op_arguments(op);

    return call->states.count == 0 ||
           ((!(cell->dropout > 0) || nwti_dtype_is_float(nwt_op_dtype(op, call->inputs))) &&
            (!(cell->recurrent_dropout > 0) ||
             nwti_dtype_is_float(nwt_op_dtype(op, call->states.first))));
}

static int32_t simple_rnn_shape(nwt_op *op, const void *self)
{
    const struct recurrent *cell = self;

    if (!masks_are_floats(op, cell)) {
        return nwt_op_fail(op, "dropout needs floats, the input {0} or the state are none", 0,
                           NULL);
    }
    cell_work(op, cell, 1, (cell->use_bias != 0) + 1, 0, 1);
    return cell_shape(op, cell, 1, 0);
}

/* The sums of both products, three gates and the memory they let in, and four operations more. */
static int32_t lstm_shape(nwt_op *op, const void *self)
{
    const struct recurrent *cell = self;

    cell_work(op, cell, 4, (cell->use_bias ? 4 : 0) + 8, 3, 2);
    return cell_shape(op, cell, 2, 1);
}

static int32_t gru_shape(nwt_op *op, const void *self)
{
    const struct recurrent *cell = self;

    cell_work(op, cell, 3, (cell->use_bias ? cell->reset_after ? 6 : 3 : 0) + 8, 2, 1);
    return cell_shape(op, cell, 1, 1);
}

static int32_t simple_rnn_weights(nwt_op *op, const void *self)
{
    const struct recurrent *cell = self;

    NWT_WEIGHT(op, "kernel", {"input features", input_features(op)}, {"units", cell->units});
    NWT_WEIGHT(op, "recurrent_kernel", {"recurrent units", cell->units}, {"units", cell->units});
    return cell->use_bias ? NWT_WEIGHT(op, "bias", {"units", cell->units}) : 0;
}

static void gate_kernels(nwt_op *op, const struct recurrent *cell, int64_t gates)
{
    NWT_WEIGHT(op, "kernel", {"input features", input_features(op)}, {"gates", gates},
               {"units", cell->units, NWT_AXIS_JOINED});
    NWT_WEIGHT(op, "recurrent_kernel", {"recurrent units", cell->units}, {"gates", gates},
               {"units", cell->units, NWT_AXIS_JOINED});
}

static int32_t lstm_weights(nwt_op *op, const void *self)
{
    const struct recurrent *cell = self;

    gate_kernels(op, cell, 4);
    return cell->use_bias
               ? NWT_WEIGHT(op, "bias", {"gates", 4}, {"units", cell->units, NWT_AXIS_JOINED})
               : 0;
}

static int32_t gru_weights(nwt_op *op, const void *self)
{
    const struct recurrent *cell = self;

    gate_kernels(op, cell, 3);
    if (!cell->use_bias) {
        return 0;
    }
    if (cell->reset_after) {
        return NWT_WEIGHT(op, "bias", {"biases", 2}, {"gates", 3},
                          {"units", cell->units, NWT_AXIS_JOINED});
    }
    return NWT_WEIGHT(op, "bias", {"gates", 3}, {"units", cell->units, NWT_AXIS_JOINED});
}

static int32_t simple_rnn_make(nwt_op *op, void *self)
{
    return nwti_rnn_derive(op, self, "SimpleRNNCell", "simple_rnn_cell");
}

static int32_t lstm_make(nwt_op *op, void *self)
{
    return nwti_rnn_derive(op, self, "LSTMCell", "lstm_cell");
}

static int32_t gru_make(nwt_op *op, void *self)
{
    return nwti_rnn_derive(op, self, "GRUCell", "gru_cell");
}

#define PAST_RESET_AFTER NWT_PAST_DEFAULT("reset_after", "False", 0, 20400)
static const nwt_past simple_rnn_cell_past[] = {PAST_IMPLEMENTATION, NWT_PAST_END};
static const nwt_past lstm_cell_past[] = {NWT_PAST_CLASS("LSTMCellV1", 20000, 30000),
                                          PAST_IMPLEMENTATION, NWT_PAST_END};
static const nwt_past gru_cell_past[] = {NWT_PAST_CLASS("GRUCellV1", 20000, 30000),
                                         PAST_IMPLEMENTATION, PAST_RESET_AFTER, NWT_PAST_END};
static const nwt_past simple_rnn_past[] = {
    NWT_PAST_POSITIONS(NULL, "output_dim init inner_init activation" PAST_RECURRENT_TAIL, 0, 20000),
    PAST_STEPS,
    PAST_UNITS,
    PAST_RECURRENT,
    PAST_TIME_MAJOR,
    PAST_FREES_CELL,
    PAST_IMPLEMENTATION,
    NWT_PAST_END};
static const nwt_past lstm_past[] = {
    NWT_PAST_CLASS("LSTMV1 LSTMV2", 20000, 30000),
    PAST_IMPLEMENTATION,
    NWT_PAST_POSITIONS("LSTM",
                       "output_dim init inner_init forget_bias_init activation "
                       "inner_activation" PAST_RECURRENT_TAIL,
                       0, 20000),
    PAST_STEPS,
    PAST_UNITS,
    PAST_RECURRENT,
    PAST_TIME_MAJOR,
    PAST_FREES_CELL,
    NWT_PAST_END};
static const nwt_past gru_past[] = {
    NWT_PAST_CLASS("GRUV1 GRUV2", 20000, 30000),
    PAST_IMPLEMENTATION,
    NWT_PAST_POSITIONS("GRU",
                       "output_dim init inner_init activation inner_activation" PAST_RECURRENT_TAIL,
                       0, 20000),
    PAST_RESET_AFTER,
    PAST_STEPS,
    PAST_UNITS,
    PAST_RECURRENT,
    PAST_TIME_MAJOR,
    PAST_FREES_CELL,
    NWT_PAST_END};

#define CELL                                                                          \
    .work = NWT_WORK_STATED, .flags = NWTI_GIVES_STATES, .arguments = cell_arguments, \
    .arguments_size = sizeof(struct cell_arguments), .self_size = sizeof(struct recurrent)
#define LAYER                                                                          \
    .arguments = layer_arguments, .arguments_size = sizeof(struct nwti_rnn_arguments), \
    .self_size = sizeof(struct recurrent), .shape = nwti_rnn_shape, .work = NWT_WORK_STATED

KIND(simple_rnn_cell, "SimpleRNNCell", .about = "is one step of SimpleRNN", CELL,
     .past = simple_rnn_cell_past, .options = simple_rnn_cell_options,
     .weights = simple_rnn_weights, .shape = simple_rnn_shape,
     .remark = "The number of steps changes no count: the same weights serve each step.");
KIND(lstm_cell, "LSTMCell", .about = "is one step of LSTM", CELL, .past = lstm_cell_past,
     .options = lstm_cell_options, .weights = lstm_weights, .shape = lstm_shape,
     .remark = "The number of steps changes no count: the same weights serve each step. The 4 "
               "gates are three gates and the new memory that they let in, with one bias each; "
               "PyTorch's LSTM has two, so gates x units more.");
KIND(gru_cell, "GRUCell", .about = "is one step of GRU", CELL, .past = gru_cell_past,
     .options = gru_cell_options, .weights = gru_weights, .shape = gru_shape,
     .remark = "The number of steps changes no count: the same weights serve each step. The 3 "
               "gates are two gates and the new state that they let in. With reset_after=True, "
               "the default since TensorFlow 2, each has two biases, for the input and for the "
               "state; with False one.");
KIND(simple_rnn, "SimpleRNN", .about = "runs over a sequence and feeds its output back", LAYER,
     .past = simple_rnn_past, .options = simple_rnn_options, .make = simple_rnn_make);
KIND(lstm, "LSTM", .about = "runs over a sequence with a memory behind three gates", LAYER,
     .past = lstm_past, .options = lstm_options, .make = lstm_make);
KIND(gru, "GRU", .about = "runs over a sequence with a memory behind two gates", LAYER,
     .past = gru_past, .options = gru_options, .make = gru_make);

CONSTRUCTOR_INT(nwt_lstm, lstm, units)
CONSTRUCTOR_INT(nwt_gru, gru, units)
