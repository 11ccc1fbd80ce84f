#include "layers/rnn.h"
#include "core/kind.h"
#include "core/layer.h"
#include "layers/past.h"

#include <string.h>

nwt_op *nwti_step_run(nwt_op *op, nwt_layer *child, int32_t input, int32_t time)
{
    int32_t rank = nwt_op_rank(op, input);
    const int64_t *dims = nwt_op_dims(op, input);
    int64_t step[NWT_MAX_RANK];
    nwt_op *run = nwt_op_child(op, child);

    step[0] = dims[1 - time];
    memcpy(step + 1, dims + 2, (size_t)(rank - 2) * sizeof *dims);
    nwt_op_add_input(run, rank - 1, step, nwt_op_dtype(op, input));
    /* One step is shaped, all are run. */
    nwt_op_repeat(run, "steps", dims[time]);
    nwt_op_run(run);
    return run;
}

int32_t nwti_step_output(nwt_op *op, nwt_op *step, int32_t output, int32_t time, int64_t steps)
{
    int32_t rank = nwt_op_output_rank(step, output);
    const int64_t *dims = nwt_op_output_dims(step, output);
    int64_t whole[NWT_MAX_RANK + 1];

    if (rank < 1) {
        return nwt_op_fail(op, "what runs on each step gives an output without a batch", 0, NULL);
    }
    whole[1 - time] = dims[0];
    whole[time] = steps;
    memcpy(whole + 2, dims + 1, (size_t)(rank - 1) * sizeof *dims);
    return nwt_op_output(op, rank + 1, whole, nwti_op_wrapped_dtype(op, step, output));
}

int32_t nwti_rnn_derive(nwt_op *op, struct nwti_rnn *rnn, const char *kind, const char *name)
{
    rnn->cell = nwt_op_derive(op, kind, name);
    if (rnn->frees_cell) {
        nwti_op_freeze_nothing(op);
        nwt_layer_set_bool(rnn->cell, "trainable", 1);
    }
    return 0;
}

struct stacked {
    nwt_layers cells;
    int32_t reverses_states;
};

/* The cells of a StackedRNNCells; of another cell none. */
static nwt_layers cells_of(const nwt_layer *cell)
{
    return cell->kind->descriptor == &nwti_kind_stacked_rnn_cells
               ? ((const struct stacked *)cell->self)->cells
               : (nwt_layers){NULL, 0};
}

/* Whether a stack within the stack has a cell with several states: to Keras the shapes of its
   states are lists within a list, which no output has. */
static int32_t states_nest(const nwt_layer *cell)
{
    nwt_layers outer = cells_of(cell), inner;
    int64_t i, j;

    for (i = 0; i < outer.count; i++) {
        inner = cells_of(outer.items[i]);
        for (j = 0; j < inner.count; j++) {
            if (cells_of(inner.items[j]).count > 0 ||
                inner.items[j]->kind->descriptor == &nwti_kind_lstm_cell) {
                return 1;
            }
        }
    }
    return 0;
}

/* Sizes of an initial state are not compared with the cell's: Keras does not either. */
int32_t nwti_rnn_shape(nwt_op *op, const void *self)
{
    const struct nwti_rnn *rnn = self;
    const struct nwti_rnn_arguments *call = nwt_op_arguments(op);
    const int64_t *dims = nwt_op_dims(op, call->sequences);
    int32_t time = rnn->time_major ? 0 : 1;
    nwt_op *step;

    if (rnn->stateful && dims[1 - time] == -1) {
        return nwt_op_fail(op, "stateful=True needs a fixed batch; that of the input is None", 0,
                           NULL);
    }
    if (rnn->return_state && !nwti_op_is_before_3(op) && states_nest(rnn->cell)) {
        return nwt_op_fail(op,
                           "return_state=True needs cells whose states do not nest: LSTMCell "
                           "in a stack within a stack has two",
                           0, NULL);
    }
    step = nwti_step_run(op, rnn->cell, call->sequences, time);
    if (nwt_op_ended(step)) {
        return 0;
    }
    if (nwt_op_output_count(step) < 2) {
        return nwt_op_fail(op,
                           "its cell has no state: a cell gives its output and then its "
                           "states, as LSTMCell does",
                           0, NULL);
    }
    if (rnn->return_sequences) {
        nwti_step_output(op, step, 0, time, dims[time]);
    } else {
        nwt_op_output(op, nwt_op_output_rank(step, 0), nwt_op_output_dims(step, 0),
                      nwti_op_wrapped_dtype(op, step, 0));
    }
    for (int32_t i = 1; rnn->return_state && i < nwt_op_output_count(step); i++) {
        nwt_op_output(op, nwt_op_output_rank(step, i), nwt_op_output_dims(step, i),
                      nwti_op_wrapped_dtype(op, step, i));
    }
    return 0;
}

static int32_t rnn_make(nwt_op *op, void *self)
{
    if (((const struct nwti_rnn *)self)->frees_cell) {
        nwti_op_freeze_nothing(op);
    }
    return 0;
}

static const char *const stacked_cells[] = {"StackedRNNCells", NULL};

static const nwt_option rnn_options[] = {
    NWT_ROW_(struct nwti_rnn, cell, NULL, "the cell that runs on each step, or a list of cells",
             stacked_cells, 0, 0, NWT_TYPE_LAYER, 0, 1),
    RNN_RETURNS,
    RNN_UNROLL,
    RNN_ZERO_OUTPUT,
    RNN_TIME_MAJOR,
    RNN_FREES_CELL,
    NWT_OPTION_END};

RNN_ARGUMENTS(rnn_arguments, 3, NWT_MAX_RANK, "(batch, time, ...)");

static const nwt_past rnn_past[] = {PAST_STEPS, PAST_TIME_MAJOR, PAST_FREES_CELL, NWT_PAST_END};

KIND(rnn, "RNN", .about = "runs a cell on each step of a sequence", .past = rnn_past,
     .options = rnn_options, .arguments = rnn_arguments, .self_size = sizeof(struct nwti_rnn),
     .arguments_size = sizeof(struct nwti_rnn_arguments), .make = rnn_make, .shape = nwti_rnn_shape,
     .work = NWT_WORK_STATED);

/* ------------------------------------------------------------- StackedRNNCells */

enum { MOST_CELLS = 64 };

static const nwt_option stacked_options[] = {
    NWT_OPTION_LAYERS(struct stacked, cells, NULL, 0, "the cells, each fed by the one before"),
    PAST_QUIRK(struct stacked, reverses_states, "the last cell's states came first"),
    NWT_OPTION_END};

struct stacked_arguments {
    int32_t inputs;
    nwt_range states;
};

static const nwt_option stacked_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct stacked_arguments, inputs, NULL, 2, NWT_MAX_RANK,
                        "(batch, features)"),
    NWT_ARGUMENT_TENSORS(struct stacked_arguments, states, "None", 0, 1, NWT_MAX_RANK,
                         "the cells' states"),
    NWT_OPTION_END};

static int32_t stacked_make(nwt_op *op, void *self)
{
    const struct stacked *stacked = self;

    if (stacked->cells.count < 1 || stacked->cells.count > MOST_CELLS) {
        return NWT_FAIL(op, "cells holds {} cells; 1 to {} are allowed", stacked->cells.count,
                        MOST_CELLS);
    }
    return 0;
}

static int32_t stacked_shape(nwt_op *op, const void *self)
{
    const struct stacked *stacked = self;
    const struct stacked_arguments *call = nwt_op_arguments(op);
    int32_t count = (int32_t)stacked->cells.count, rank = nwt_op_rank(op, call->inputs);
    int32_t dtype = nwt_op_dtype(op, call->inputs);
    const int64_t *dims = nwt_op_dims(op, call->inputs);
    int32_t is_within = nwt_op_is_within(op);
    nwt_op *runs[MOST_CELLS];

    if (!is_within && call->states.count == 0) {
        return nwt_op_fail(op, "call argument 'states' is missing", 0, NULL);
    }
    for (int32_t i = 0; i < count; i++) {
        runs[i] = nwt_op_child(op, stacked->cells.items[i]);
        nwt_op_add_input(runs[i], rank, dims, dtype);
        if (!is_within && i < call->states.count) { /* a cell of one state has it from the call */
            int32_t state = call->states.first + i;

            nwt_op_add_input(runs[i], nwt_op_rank(op, state), nwt_op_dims(op, state),
                             nwt_op_dtype(op, state));
        }
        nwt_op_run(runs[i]);
        if (nwt_op_ended(runs[i])) {
            return 0;
        }
        rank = nwt_op_output_rank(runs[i], 0);
        dims = nwt_op_output_dims(runs[i], 0);
        dtype = nwt_op_output_dtype(runs[i], 0);
    }
    /* A layer that runs it has the last word on the dtype. */
    nwt_op_output(op, rank, dims, is_within ? 0 : nwt_op_output_dtype(runs[count - 1], 0));
    for (int32_t i = 0; i < count; i++) {
        nwt_op *run = runs[stacked->reverses_states ? count - 1 - i : i];

        for (int32_t state = 1; state < nwt_op_output_count(run); state++) {
            nwt_op_output(op, nwt_op_output_rank(run, state), nwt_op_output_dims(run, state),
                          is_within ? 0 : nwt_op_output_dtype(run, state));
        }
    }
    return 0;
}

static const nwt_past stacked_past[] = {PAST_DID(reverses_states, 20009, 20203), NWT_PAST_END};

KIND(stacked_rnn_cells, "StackedRNNCells", .about = "runs cells one after the other as one cell",
     .past = stacked_past, .options = stacked_options, .arguments = stacked_arguments,
     .self_size = sizeof(struct stacked), .arguments_size = sizeof(struct stacked_arguments),
     .make = stacked_make, .shape = stacked_shape, .work = NWT_WORK_STATED);
