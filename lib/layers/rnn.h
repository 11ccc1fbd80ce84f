/* What layers share that run a child on each step of a sequence: (batch, time, ...). */
#ifndef NWTI_LAYERS_RNN_H
#define NWTI_LAYERS_RNN_H

#include "core/builtin.h"
#include "layers/past.h"

/* The struct of a recurrent layer begins with this one. */
struct nwti_rnn {
    nwt_layer *cell;
    int32_t return_sequences;
    int32_t return_state;
    int32_t go_backwards;
    int32_t stateful;
    int32_t unroll;
    int32_t zero_output_for_mask;
    int32_t time_major;
    int32_t frees_cell;
};

#define RNN_RETURNS                                                                                \
    NWT_OPTION_BOOL(struct nwti_rnn, return_sequences, "False", "give the output of every step"),  \
        NWT_OPTION_BOOL(struct nwti_rnn, return_state, "False", "give the last states too"),       \
        NWT_OPTION_BOOL(struct nwti_rnn, go_backwards, "False", "read the sequence from its end"), \
        NWT_OPTION_BOOL(struct nwti_rnn, stateful, "False", "begin with the last batch's states")
#define RNN_UNROLL \
    NWT_OPTION_BOOL(struct nwti_rnn, unroll, "False", "unroll the loop over the steps")
#define RNN_ZERO_OUTPUT \
    NWT_OPTION_BOOL(struct nwti_rnn, zero_output_for_mask, "False", "give zeros for masked steps")
/* Before Keras 3 only. */
#define RNN_TIME_MAJOR                                                                       \
    NWT_ROW_(struct nwti_rnn, time_major, "False", "the first axis is the time", NULL, 0, 0, \
             NWT_TYPE_BOOL, NWT_FLAG_HIDDEN | NWTI_FLAG_PAST, 1)
#define RNN_FREES_CELL \
    PAST_QUIRK(struct nwti_rnn, frees_cell, "trainable=False said nothing of the cell")
#define PAST_FREES_CELL PAST_DID(frees_cell, 20009, 20100)
/* The cell of a layer that makes its own. */
#define RNN_HIDDEN_CELL \
    NWT_OPTION_LAYER(struct nwti_rnn, cell, "None", NWT_FLAG_HIDDEN, "what runs on each step")

/* Of the weights of a cell. */
#define RNN_INITIALIZERS                                             \
    NWT_OPTION_INITIALIZER("kernel", "the kernel"),                  \
        NWT_OPTION_INITIALIZER("recurrent", "the recurrent kernel"), \
        NWT_OPTION_INITIALIZER("bias", "the bias")
#define RNN_REGULARIZERS                                             \
    NWT_OPTION_REGULARIZER("kernel", "the kernel"),                  \
        NWT_OPTION_REGULARIZER("recurrent", "the recurrent kernel"), \
        NWT_OPTION_REGULARIZER("bias", "the bias")
#define RNN_CONSTRAINTS                                             \
    NWT_OPTION_CONSTRAINT("kernel", "the kernel"),                  \
        NWT_OPTION_CONSTRAINT("recurrent", "the recurrent kernel"), \
        NWT_OPTION_CONSTRAINT("bias", "the bias")

struct nwti_rnn_arguments {
    int32_t sequences;
    nwt_range initial_state;
};

/* A table of a recurrent layer's call arguments, for sequences of a rank from `low` to `high`. */
#define RNN_ARGUMENTS(table, low, high, help)                                                      \
    static const nwt_option table[] = {                                                            \
        NWT_ARGUMENT_TENSOR(struct nwti_rnn_arguments, sequences, NULL, low, high, help),          \
        NWT_ARGUMENT_TENSORS(struct nwti_rnn_arguments, initial_state, "None", 0, 1, NWT_MAX_RANK, \
                             "the states to begin with"),                                          \
        NWTI_MASK_ROW, NWT_OPTION_END}

/* Runs the child on one step of an input: its axis `time`, 0 or 1, taken out. */
nwt_op *nwti_step_run(nwt_op *op, nwt_layer *child, int32_t input, int32_t time);
/* Writes an output of such a run with that axis put in, of so many steps. */
int32_t nwti_step_output(nwt_op *op, nwt_op *step, int32_t output, int32_t time, int64_t steps);

/* For `make`: the cell of a layer that makes its own. */
int32_t nwti_rnn_derive(nwt_op *op, struct nwti_rnn *rnn, const char *kind, const char *name);
/* The shape callback: a cell's outputs are its output and then its states. */
int32_t nwti_rnn_shape(nwt_op *op, const void *self);

#endif
