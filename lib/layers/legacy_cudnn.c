/* CuDNNLSTM and CuDNNGRU, of Keras 2: both products have biases of their own, and there is no cell.
   */
#include "layers/rnn.h"
#include "layers/past.h"

struct cudnn {
    struct nwti_rnn rnn; /* of which the cell is unused */
    int64_t units;
    int32_t unit_forget_bias;
};

#define ROWS(between)                                                                              \
    NWT_OPTION_INT(struct cudnn, units, NULL, 1, INT64_MAX, "size of the output and the states"),  \
        RNN_INITIALIZERS, between RNN_REGULARIZERS, NWT_OPTION_ACTIVITY_REGULARIZER,               \
        RNN_CONSTRAINTS,                                                                           \
        NWT_OPTION_BOOL(struct nwti_rnn, return_sequences, "False",                                \
                        "give the output of every step"),                                          \
        NWT_OPTION_BOOL(struct nwti_rnn, return_state, "False", "give the last states too"),       \
        NWT_OPTION_BOOL(struct nwti_rnn, stateful, "False", "begin with the last batch's states"), \
        NWT_OPTION_BOOL(struct nwti_rnn, go_backwards, "False", "read the sequence from its end"), \
        RNN_TIME_MAJOR, NWT_OPTION_END

#define UNIT_FORGET_BIAS \
    NWT_OPTION_BOOL(struct cudnn, unit_forget_bias, "True", "begin the forget gate's bias at 1"),

static const nwt_option lstm_options[] = {ROWS(UNIT_FORGET_BIAS)};
static const nwt_option gru_options[] = {ROWS()};

RNN_ARGUMENTS(arguments, 3, 3, "(batch, time, features)");

static int32_t declare(nwt_op *op, const struct cudnn *cudnn, int64_t gates)
{
    const struct nwti_rnn_arguments *call = nwt_op_arguments(op);

    NWT_WEIGHT(op, "kernel", {"input features", nwt_op_dim(op, call->sequences, -1)},
               {"gates", gates}, {"units", cudnn->units, NWT_AXIS_JOINED});
    NWT_WEIGHT(op, "recurrent_kernel", {"recurrent units", cudnn->units}, {"gates", gates},
               {"units", cudnn->units, NWT_AXIS_JOINED});
    return NWT_WEIGHT(op, "bias", {"input and recurrent", 2}, {"gates", gates, NWT_AXIS_JOINED},
                      {"units", cudnn->units, NWT_AXIS_JOINED});
}

static int32_t lstm_weights(nwt_op *op, const void *self)
{
    return declare(op, self, 4);
}

static int32_t gru_weights(nwt_op *op, const void *self)
{
    return declare(op, self, 3);
}

/* An LSTM's or GRU's work, `each` FLOPs a step and unit beside the products. */
static void step_work(nwt_op *op, const struct cudnn *cudnn, int64_t gates, int64_t each,
                      const int64_t *whole)
{
    const struct nwti_rnn_arguments *call = nwt_op_arguments(op);
    int32_t time = cudnn->rnn.time_major ? 0 : 1;

    NWT_MACS(op, {"samples", whole[1 - time]}, {"steps", whole[time]},
             {"input features", nwt_op_dim(op, call->sequences, -1)},
             {"gates", gates, NWT_AXIS_JOINED}, {"units", cudnn->units, NWT_AXIS_JOINED});
    NWT_MACS(op, {"samples", whole[1 - time]}, {"steps", whole[time]},
             {"recurrent units", cudnn->units}, {"gates", gates, NWT_AXIS_JOINED},
             {"units", cudnn->units, NWT_AXIS_JOINED});
    nwt_op_flops(op, each, 3, whole);
}

static int32_t write_outputs(nwt_op *op, const struct cudnn *cudnn, int32_t states)
{
    const struct nwti_rnn_arguments *call = nwt_op_arguments(op);
    int64_t whole[] = {nwt_op_dim(op, call->sequences, 0), nwt_op_dim(op, call->sequences, 1),
                       cudnn->units};
    int64_t state[] = {whole[cudnn->rnn.time_major ? 1 : 0], cudnn->units};
    int32_t i;

    step_work(op, cudnn, states == 2 ? 4 : 3, states == 2 ? 21 : 17, whole);

    if (cudnn->rnn.return_sequences) {
        nwt_op_output(op, 3, whole, 0);
    } else {
        nwt_op_output(op, 2, state, 0);
    }
    for (i = 0; i < states && cudnn->rnn.return_state; i++) {
        nwt_op_output(op, 2, state, 0);
    }
    return 0;
}

static int32_t lstm_shape(nwt_op *op, const void *self)
{
    return write_outputs(op, self, 2);
}

static int32_t gru_shape(nwt_op *op, const void *self)
{
    return write_outputs(op, self, 1);
}

static const nwt_past cudnn_past[] = {PAST_STEPS, PAST_TIME_MAJOR, NWT_PAST_END};

KIND(cudnn_lstm, "CuDNNLSTM", .about = "runs an LSTM over a sequence on a GPU", .past = cudnn_past,
     .options = lstm_options, .arguments = arguments, .self_size = sizeof(struct cudnn),
     .arguments_size = sizeof(struct nwti_rnn_arguments), .weights = lstm_weights,
     .shape = lstm_shape, .work = NWT_WORK_STATED);
KIND(cudnn_gru, "CuDNNGRU", .about = "runs a GRU over a sequence on a GPU", .past = cudnn_past,
     .options = gru_options, .arguments = arguments, .self_size = sizeof(struct cudnn),
     .arguments_size = sizeof(struct nwti_rnn_arguments), .weights = gru_weights,
     .shape = gru_shape, .work = NWT_WORK_STATED);
