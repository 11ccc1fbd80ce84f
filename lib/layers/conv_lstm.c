/* ConvLSTM1D, 2D and 3D: an LSTM whose products are convolutions. */
#include "core/builtin.h"
#include "core/opaque.h"
#include "core/products.h"
#include "layers/past.h"
#include "layers/rnn.h"

#include "support/checked.h"

#include <string.h>

enum { GATES = 4 }; /* input, forget, cell, output */

struct conv_lstm {
    struct nwti_window window;
    int64_t filters;
    double dropout;
    double recurrent_dropout;
    const char *activation;
    const char *recurrent_activation;
    nwt_layer *cell;
    int32_t use_bias;
    int32_t unit_forget_bias;
    int32_t return_sequences;
    int32_t return_state;
    int32_t go_backwards;
    int32_t stateful;
    int32_t unroll;
    int32_t zero_output_for_mask;
};

struct conv_lstm_call {
    int32_t sequences;
    nwt_range initial_state;
};

/* ----------------------------------------------------------------------- cell */

/* The same struct serves the cell. It has no user but ConvLSTM, whatever the number of axes. */
static int32_t cell_weights(nwt_op *op, const void *self)
{
    const struct conv_lstm *cell = self;

    WINDOW_WEIGHT(op, "kernel", &cell->window,
                  {"input channels", nwti_channels(op, cell->window.data_format)}, {"gates", GATES},
                  {"filters", cell->filters, NWT_AXIS_JOINED});
    WINDOW_WEIGHT(op, "recurrent_kernel", &cell->window, {"filters", cell->filters},
                  {"gates", GATES}, {"filters", cell->filters, NWT_AXIS_JOINED});
    return cell->use_bias ? NWT_WEIGHT(op, "bias", {"gates", GATES},
                                       {"filters", cell->filters, NWT_AXIS_JOINED})
                          : 0;
}

/* The recurrent convolution is 'same', of stride 1, on the grid of the output. Per unit: the sums
   of both products, three gates and what they let in, and four operations more. */
static void cell_work(nwt_op *op, const struct conv_lstm *cell, struct nwti_grid out)
{
    const nwt_axis input[] = {
        {"input channels", nwti_channels(op, cell->window.data_format), NWT_AXIS_JOINED},
        {"gates", GATES, NWT_AXIS_JOINED},
        {"filters", cell->filters, NWT_AXIS_JOINED}};
    const nwt_axis state[] = {{"recurrent filters", cell->filters, NWT_AXIS_JOINED},
                              {"gates", GATES, NWT_AXIS_JOINED},
                              {"filters", cell->filters, NWT_AXIS_JOINED}};
    int64_t gates = nwti_activation_flops(cell->recurrent_activation);
    int64_t outer = nwti_activation_flops(cell->activation), valid = 1;

    nwti_window_products(op, &cell->window, &out, 3, input);
    for (int32_t i = 0; i < out.count && valid >= 0; i++) {
        int64_t length = out.dims[out.first + i];
        int64_t pairs = nwti_pairs(length, 1, cell->window.size[i], 1,
                                   (cell->window.size[i] - 1) / 2, length);

        valid = pairs >= 0 && nwti_multiply(valid, pairs, &valid) ? valid : -1;
    }
    nwti_grid_products(op, &cell->window, &out, valid, 3, state);
    nwti_op_keep(op, GATES + 2, out.rank, out.dims);
    nwt_op_flops(
        op, gates < 0 || outer < 0 ? -1 : (cell->use_bias ? GATES : 0) + 8 + 3 * gates + 2 * outer,
        out.rank, out.dims);
}

/* The output, then the states. */
static int32_t cell_shape(nwt_op *op, const void *self)
{
    const struct conv_lstm *cell = self;
    struct nwti_grid out = nwti_blocked_grid(op, &cell->window, cell->filters);

    if (nwti_op_is_accounted(op)) {
        cell_work(op, cell, out);
    }
    for (int32_t i = 0; i < 3; i++) {
        nwt_op_output(op, out.rank, out.dims, 0);
    }
    return 0;
}

#define CELL_ROW(key, field) \
    SPATIAL_ROW(struct conv_lstm, key, field, NWTI_MAX_SPATIAL, "1", 0, "as in ConvLSTM")
static const nwt_option conv_lstm_cell_options[] = {
    NWT_OPTION_INT(struct conv_lstm, filters, NULL, 1, INT64_MAX, "number of output channels"),
    CELL_ROW("kernel_size", window.size),
    CELL_ROW("strides", window.strides),
    WINDOW_PADDING(struct conv_lstm, nwti_paddings),
    WINDOW_DATA_FORMAT(struct conv_lstm),
    CELL_ROW("dilation_rate", window.dilation_rate),
    NWT_OPTION_FUNCTION(struct conv_lstm, activation, "'tanh'", "function applied to the output"),
    NWT_OPTION_FUNCTION(struct conv_lstm, recurrent_activation, "'sigmoid'",
                        "function applied to the gates"),
    NWT_OPTION_BOOL(struct conv_lstm, use_bias, "True", "add a bias to each gate"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(conv_lstm_cell_arguments, 3, 2 + NWTI_MAX_SPATIAL, "one step of a sequence");

KIND(conv_lstm_cell, "ConvLSTMCell", .about = "is one step of a ConvLSTM",
     .options = conv_lstm_cell_options, .arguments = conv_lstm_cell_arguments,
     .self_size = sizeof(struct conv_lstm), .arguments_size = sizeof(nwt_one_tensor),
     .weights = cell_weights, .shape = cell_shape, .work = NWT_WORK_STATED,
     .remark = "The size of the image and the number of steps change no count. The 4 gates are "
               "those of an LSTM.");

/* ---------------------------------------------------------------------- layer */

static int32_t conv_lstm_make(nwt_op *op, void *self)
{
    struct conv_lstm *lstm = self;
    const struct nwti_window *window = &lstm->window;

    if (nwti_window_check(op, window)) {
        return 1;
    }
    lstm->cell = nwt_op_derive(op, "ConvLSTMCell", "conv_lstm_cell");
    /* Keras makes it without a word of trainable. */
    nwt_layer_set_bool(lstm->cell, "trainable", 1);
    nwt_layer_set_ints(lstm->cell, "kernel_size", NWTI_MAX_SPATIAL, window->size);
    nwt_layer_set_ints(lstm->cell, "strides", NWTI_MAX_SPATIAL, window->strides);
    return nwt_layer_set_ints(lstm->cell, "dilation_rate", NWTI_MAX_SPATIAL, window->dilation_rate);
}

/* It has no weights of its own, but is as strict as Keras when it is built. */
static int32_t conv_lstm_weights(nwt_op *op, const void *self)
{
    const struct conv_lstm *lstm = self;
    int32_t first = lstm->window.data_format == NWTI_CHANNELS_FIRST ? 3 : 2;
    int32_t spatial = nwt_op_rank(op, 0) - 3;

    for (int32_t i = first; i < first + spatial; i++) {
        if (nwt_op_dim(op, 0, i) < 0 && !nwti_op_is_before_3(op)) {
            return NWT_FAIL(op,
                            "axis {} of the input {0} is None; the state of a convolutional "
                            "LSTM needs every length but those of batch and steps",
                            i);
        }
    }
    if (lstm->stateful && spatial > 0 && nwt_op_dim(op, 0, 0) < 0) {
        return nwt_op_fail(op, "stateful=True needs a fixed batch, the input's is None", 0, NULL);
    }
    return 0;
}

static int32_t conv_lstm_shape(nwt_op *op, const void *self)
{
    const struct conv_lstm *lstm = self;
    const int64_t *dims = nwt_op_dims(op, 0);
    int32_t rank = nwt_op_rank(op, 0);
    nwt_op *cell = nwt_op_child(op, lstm->cell);
    int64_t step[NWT_MAX_RANK] = {dims[0]};
    int64_t output[NWT_MAX_RANK] = {dims[0], dims[1]};
    const int64_t *state;

    memcpy(step + 1, dims + 2, (size_t)(rank - 2) * sizeof *dims);
    nwt_op_add_input(cell, rank - 1, step, nwt_op_dtype(op, 0));
    nwt_op_repeat(cell, "steps", dims[1]);
    if (nwt_op_run(cell) || nwt_op_ended(cell)) {
        return 1;
    }
    state = nwt_op_output_dims(cell, 0);
    memcpy(output + 2, state + 1, (size_t)(rank - 2) * sizeof *state);
    nwt_op_output(op, lstm->return_sequences ? rank : rank - 1,
                  lstm->return_sequences ? output : state, 0);
    for (int32_t i = 0; lstm->return_state && i < 2; i++) {
        nwt_op_output(op, rank - 1, state, 0);
    }
    return 0;
}

#define CONV_LSTM_FLAG(field, help) NWT_OPTION_BOOL(struct conv_lstm, field, "False", help)
/* It wrote time_major, but gave its sequences the batch first. */
#define PAST_UNHEARD NWT_PAST_DROPPED("implementation time_major", 30000)
static const nwt_past conv_lstm_past[] = {PAST_UNHEARD, NWT_PAST_END};
static const nwt_past conv_lstm2d_past[] = {
    NWT_PAST_POSITIONS(NULL,
                       "nb_filter nb_row nb_col init inner_init forget_bias_init activation "
                       "inner_activation dim_ordering border_mode subsample" PAST_RECURRENT_TAIL,
                       0, 20000),
    PAST_SIZE_2,
    PAST_FILTERS,
    PAST_RECURRENT,
    PAST_UNHEARD,
    NWT_PAST_END};

#define CONV_LSTM(n, was)                                                                         \
    static const nwt_option conv_lstm##n##d_options[] = {                                         \
        NWT_OPTION_INT(struct conv_lstm, filters, NULL, 1, INT64_MAX,                             \
                       "number of output channels"),                                              \
        WINDOW_SIZE(struct conv_lstm, "kernel_size", n, NULL, "lengths of the kernels"),          \
        WINDOW_STRIDES(struct conv_lstm, n, "1"),                                                 \
        WINDOW_PADDING(struct conv_lstm, nwti_paddings),                                          \
        WINDOW_DATA_FORMAT(struct conv_lstm),                                                     \
        WINDOW_DILATION(struct conv_lstm, n, "1"),                                                \
        NWT_OPTION_FUNCTION(struct conv_lstm, activation, "'tanh'",                               \
                            "function applied to the output"),                                    \
        NWT_OPTION_FUNCTION(struct conv_lstm, recurrent_activation, "'sigmoid'",                  \
                            "function applied to the gates"),                                     \
        NWT_OPTION_BOOL(struct conv_lstm, use_bias, "True", "add a bias to each gate"),           \
        RNN_INITIALIZERS,                                                                         \
        NWT_OPTION_BOOL(struct conv_lstm, unit_forget_bias, "True",                               \
                        "begin with 1 as the forget gate's bias"),                                \
        RNN_REGULARIZERS,                                                                         \
        NWT_OPTION_ACTIVITY_REGULARIZER,                                                          \
        RNN_CONSTRAINTS,                                                                          \
        NWT_OPTION_FLOAT(struct conv_lstm, dropout, "0.0", -DBL_MAX, DBL_MAX,                     \
                         "fraction of the inputs dropped"),                                       \
        NWT_OPTION_FLOAT(struct conv_lstm, recurrent_dropout, "0.0", -DBL_MAX, DBL_MAX,           \
                         "fraction of the state dropped"),                                        \
        NWTI_OPTION_SEED("seed of the dropout"),                                                  \
        CONV_LSTM_FLAG(return_sequences, "return the output of each step, not of the last"),      \
        CONV_LSTM_FLAG(return_state, "return the states too"),                                    \
        CONV_LSTM_FLAG(go_backwards, "read the sequence from its end"),                           \
        CONV_LSTM_FLAG(stateful, "keep the states from batch to batch"),                          \
        CONV_LSTM_FLAG(unroll, "unroll the loop over the steps"),                                 \
        CONV_LSTM_FLAG(zero_output_for_mask, "output zeros for masked steps"),                    \
        NWT_OPTION_LAYER(struct conv_lstm, cell, "None", NWT_FLAG_HIDDEN, "the step"),            \
        NWT_OPTION_END};                                                                          \
    static const nwt_option conv_lstm##n##d_arguments[] = {                                       \
        NWT_ARGUMENT_TENSOR(struct conv_lstm_call, sequences, NULL, n + 3, n + 3,                 \
                            "(batch, steps, ...), with one axis of channels"),                    \
        NWT_ARGUMENT_TENSORS(struct conv_lstm_call, initial_state, "None", 0, 0, NWT_MAX_RANK,    \
                             "the states to begin with"),                                         \
        NWTI_MASK_ROW, NWT_OPTION_END};                                                           \
    KIND(conv_lstm##n##d, "ConvLSTM" #n "D",                                                      \
         .about = "is an LSTM over sequences of images, with convolutions for products",          \
         .past = was, .options = conv_lstm##n##d_options, .arguments = conv_lstm##n##d_arguments, \
         .self_size = sizeof(struct conv_lstm), .arguments_size = sizeof(struct conv_lstm_call),  \
         .make = conv_lstm_make, .weights = conv_lstm_weights, .shape = conv_lstm_shape,          \
         .work = NWT_WORK_STATED)

CONV_LSTM(1, conv_lstm_past);
CONV_LSTM(2, conv_lstm2d_past);
CONV_LSTM(3, conv_lstm_past);
