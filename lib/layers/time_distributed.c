#include "layers/rnn.h"

struct time_distributed {
    nwt_layer *layer;
};

static const nwt_option time_distributed_options[] = {
    NWT_OPTION_LAYER(struct time_distributed, layer, NULL, 0, "the layer that runs on each step"),
    NWT_OPTION_END};

static const nwt_option time_distributed_arguments[] = {
    NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, 3, NWT_MAX_RANK, "(batch, time, ...)"),
    NWT_OPTION_OPAQUE("training", "what the layer within is told"), NWTI_MASK_ROW, NWT_OPTION_END};

static int32_t time_distributed_shape(nwt_op *op, const void *self)
{
    const struct time_distributed *wrapper = self;
    nwt_op *step = nwti_step_run(op, wrapper->layer, 0, 1);

    if (nwt_op_ended(step)) {
        return 0;
    }
    if (nwt_op_output_count(step) != 1) {
        return NWT_FAIL(op, "the layer within has {} outputs; 1 is allowed",
                        nwt_op_output_count(step));
    }
    return nwti_step_output(op, step, 0, 1, nwt_op_dim(op, 0, 1));
}

KIND(time_distributed, "TimeDistributed", .about = "runs one layer on each step of a sequence",
     .options = time_distributed_options, .arguments = time_distributed_arguments,
     .self_size = sizeof(struct time_distributed), .arguments_size = sizeof(nwt_one_tensor),
     .shape = time_distributed_shape, .work = NWT_WORK_STATED,
     .remark = "It adds no parameters, whatever the number of steps: all steps use the one "
               "layer within.");

CONSTRUCTOR_LAYER(nwt_time_distributed, time_distributed, layer)
