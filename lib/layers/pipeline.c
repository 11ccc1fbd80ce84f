/* Pipeline: a chain of layers that is no model, and casts nothing. */
#include "core/builtin.h"

struct pipeline {
    nwt_layers layers;
};

static const nwt_option pipeline_options[] = {
    NWT_OPTION_LAYERS(struct pipeline, layers, NULL, 0, "the layers, each fed by the one before"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(pipeline_arguments, 0, NWT_MAX_RANK, "what the first layer takes");

static int32_t pipeline_shape(nwt_op *op, const void *self)
{
    const struct pipeline *pipeline = self;
    int32_t rank = nwt_op_rank(op, 0), dtype = nwt_op_input_dtype(op, 0);
    const int64_t *dims = nwt_op_dims(op, 0);

    if (pipeline->layers.count == 0) {
        return nwt_op_fail(op, "it has no layers", 0, NULL);
    }
    for (int64_t i = 0; i < pipeline->layers.count; i++) {
        nwt_op *run = nwt_op_child(op, pipeline->layers.items[i]);

        nwt_op_add_input(run, rank, dims, dtype);
        nwt_op_run(run);
        if (nwt_op_ended(run)) {
            return 0;
        }
        if (nwt_op_output_count(run) != 1) {
            return NWT_FAIL(op, "layer {} has {} outputs; 1 is allowed", i,
                            nwt_op_output_count(run));
        }
        rank = nwt_op_output_rank(run, 0);
        dims = nwt_op_output_dims(run, 0);
        dtype = nwt_op_output_dtype(run, 0);
    }
    return nwt_op_output(op, rank, dims, dtype);
}

KIND(pipeline, "Pipeline", .about = "runs layers one after the other", .options = pipeline_options,
     .arguments = pipeline_arguments, .self_size = sizeof(struct pipeline),
     .arguments_size = sizeof(nwt_one_tensor), .shape = pipeline_shape, .work = NWT_WORK_STATED);
