#include "core/account.h"
#include "layers/rnn.h"
#include "support/checked.h"

#include <string.h>

struct bidirectional {
    nwt_layer *layer;
    nwt_layer *backward_layer;
    nwt_layer *forward;
    nwt_layer *backward;
    int32_t merge_mode;
};

enum { CONCAT, AVERAGE = 3, NO_MERGE = -1 };

static const char *const merge_modes[] = {"concat", "sum", "mul", "ave", NULL};

static const nwt_option bidirectional_options[] = {
    NWT_OPTION_LAYER(struct bidirectional, layer, NULL, NWT_FLAG_TEMPLATE,
                     "the recurrent layer; a copy of it reads forward"),
    NWT_ROW_(struct bidirectional, merge_mode, "'concat'", "how the two outputs become one",
             merge_modes, 0, 0, NWT_TYPE_CHOICE, NWT_FLAG_NULLABLE, 1),
    NWT_OPTION_OPAQUE("weights", "the first values of the weights"),
    NWT_OPTION_LAYER(struct bidirectional, backward_layer, "None", NWT_FLAG_TEMPLATE,
                     "the layer that reads backward; None: a copy of `layer`"),
    NWT_OPTION_LAYER(struct bidirectional, forward, "None", NWT_FLAG_HIDDEN, "reads forward"),
    NWT_OPTION_LAYER(struct bidirectional, backward, "None", NWT_FLAG_HIDDEN, "reads backward"),
    NWT_OPTION_END};

RNN_ARGUMENTS(bidirectional_arguments, 3, NWT_MAX_RANK, "(batch, time, ...)");

static const struct {
    const char *key;
    const char *text;
} must_be_equal[] = {
    {"return_sequences",
     "return_sequences is {} of layer and {} of backward_layer; they must be equal"},
    {"return_state", "return_state is {} of layer and {} of backward_layer; they must be equal"},
    {"stateful", "stateful is {} of layer and {} of backward_layer; they must be equal"},
};

static int32_t check_given_backward(nwt_op *op, const struct bidirectional *both)
{
    if (nwt_op_child_int(op, both->layer, "go_backwards", 0) ==
        nwt_op_child_int(op, both->backward_layer, "go_backwards", 1)) {
        return nwt_op_fail(op,
                           "layer and backward_layer have the same go_backwards; it must "
                           "differ",
                           0, NULL);
    }
    for (size_t i = 0; i < sizeof must_be_equal / sizeof *must_be_equal; i++) {
        int64_t values[] = {nwt_op_child_int(op, both->layer, must_be_equal[i].key, 0),
                            nwt_op_child_int(op, both->backward_layer, must_be_equal[i].key, 0)};

        if (values[0] != values[1]) {
            return nwt_op_fail(op, must_be_equal[i].text, 2, values);
        }
    }
    return 0;
}

static int32_t bidirectional_make(nwt_op *op, void *self)
{
    struct bidirectional *both = self;

    both->forward = nwt_op_clone(op, both->layer, "forward_", NULL);
    both->backward = both->backward_layer;
    if (nwt_op_child_int(op, both->layer, "stateful", 0) == 1 &&
        nwt_op_child_int(op, both->layer, "return_state", 0) == 1 && !nwti_op_is_before_3(op)) {
        return nwt_op_fail(op, "layer has stateful=True and return_state=True; one is allowed", 0,
                           NULL);
    }
    if (both->backward) {
        return check_given_backward(op, both);
    }
    if (nwt_op_child_int(op, both->layer, "go_backwards", 0) == 1 && !nwti_op_is_before_3(op)) {
        return nwt_op_fail(op,
                           "layer has go_backwards=True; give a backward_layer with False, or "
                           "a layer with False",
                           0, NULL);
    }
    both->backward = nwt_op_clone(op, both->layer, "backward_", "go_backwards");
    return 0;
}

static nwt_op *run(nwt_op *op, nwt_layer *layer, int32_t input)
{
    nwt_op *child = nwt_op_child(op, layer);

    nwt_op_add_input(child, nwt_op_rank(op, input), nwt_op_dims(op, input),
                     nwt_op_dtype(op, input));
    nwt_op_run(child);
    return child;
}

static void add_states(nwt_op *op, nwt_op *direction)
{
    for (int32_t i = 1; i < nwt_op_output_count(direction); i++) {
        nwt_op_output(op, nwt_op_output_rank(direction, i), nwt_op_output_dims(direction, i),
                      nwti_op_wrapped_dtype(op, direction, i));
    }
}

/* Keras gives both directions the forward layer's shapes, whatever the backward layer's are; only
   TensorFlow's own gave the backward layer's states. */
static int32_t bidirectional_shape(nwt_op *op, const void *self)
{
    const struct bidirectional *both = self;
    const struct nwti_rnn_arguments *call = nwt_op_arguments(op);
    nwt_op *forward = run(op, both->forward, call->sequences);
    nwt_op *backward = run(op, both->backward, call->sequences);
    int64_t dims[NWT_MAX_RANK];
    int32_t rank;

    if (nwt_op_ended(forward) || nwt_op_ended(backward)) {
        return 0;
    }
    rank = nwt_op_output_rank(forward, 0);
    if (rank < 1) {
        return nwt_op_fail(op, "layer gives an output without a batch", 0, NULL);
    }
    memcpy(dims, nwt_op_output_dims(forward, 0), (size_t)rank * sizeof *dims);
    if (both->merge_mode == CONCAT && dims[rank - 1] != -1 &&
        !nwti_multiply(dims[rank - 1], 2, &dims[rank - 1])) {
        return NWT_FAIL(op, "twice {} features are more than can be counted", dims[rank - 1]);
    }
    nwt_op_output(op, rank, dims, nwti_op_wrapped_dtype(op, forward, 0));
    if (both->merge_mode > CONCAT) {
        nwt_op_flops(op, both->merge_mode == AVERAGE ? 2 : 1, rank, dims);
    }
    if (both->merge_mode == NO_MERGE) {
        nwt_op_output(op, rank, dims, nwti_op_wrapped_dtype(op, forward, 0));
    }
    add_states(op, forward);
    add_states(op, nwti_op_is_tensorflow(op) ? backward : forward);
    return 0;
}

KIND(bidirectional, "Bidirectional", .about = "reads a sequence forward and backward",
     .options = bidirectional_options, .arguments = bidirectional_arguments,
     .self_size = sizeof(struct bidirectional), .arguments_size = sizeof(struct nwti_rnn_arguments),
     .make = bidirectional_make, .shape = bidirectional_shape, .work = NWT_WORK_STATED,
     .remark = "It holds its layer twice, once for each direction, so its count is double that "
               "of the layer. The next layer's count is not doubled; with merge_mode='concat' "
               "it gets twice the features.");

CONSTRUCTOR_LAYER(nwt_bidirectional, bidirectional, layer)
