/* Keras 1's Merge over branches: the first layer of a Sequential, which has the inputs of them all.
   */
#include "core/builtin.h"

enum { MOST_BRANCHES = 256 };

struct merge {
    nwt_layers layers;
    nwt_layer *merging;
};

static const nwt_option merge_options[] = {
    NWT_OPTION_LAYERS(struct merge, layers, NULL, 0, "the branches: models that have an input"),
    NWT_OPTION_LAYER(struct merge, merging, NULL, NWT_FLAG_TEMPLATE,
                     "the layer that merges their outputs"),
    NWT_OPTION_END};

struct merge_arguments {
    nwt_range inputs;
};

static const nwt_option merge_arguments[] = {NWT_ARGUMENT_TENSORS(struct merge_arguments, inputs,
                                                                  NULL, 1, 0, NWT_MAX_RANK,
                                                                  "the inputs of all branches"),
                                             NWT_OPTION_END};

static int32_t merge_make(nwt_op *op, void *self)
{
    const struct merge *merge = self;
    int64_t i;

    if (merge->layers.count < 2 || merge->layers.count > MOST_BRANCHES) {
        return NWT_FAIL(op, "layers holds {} branches; 2 to {} are allowed", merge->layers.count,
                        MOST_BRANCHES);
    }
    for (i = 0; i < merge->layers.count; i++) {
        if (nwt_model_input_count(nwt_layer_as_model(merge->layers.items[i])) < 1) {
            return NWT_FAIL(op,
                            "branch {} of layers is no model with an input: the first layer "
                            "of each branch needs an input_shape",
                            i);
        }
    }
    return 0;
}

/* Runs a branch on the inputs from *first on. */
static nwt_op *run_branch(nwt_op *op, nwt_layer *branch, int32_t *first)
{
    nwt_op *run = nwt_op_child(op, branch);
    int32_t end = *first + nwt_model_input_count(nwt_layer_as_model(branch));

    for (; *first < end && *first < nwt_op_input_count(op); ++*first) {
        nwt_op_add_input(run, nwt_op_rank(op, *first), nwt_op_dims(op, *first),
                         nwt_op_dtype(op, *first));
    }
    nwt_op_run(run);
    return run;
}

static int32_t merge_shape(nwt_op *op, const void *self)
{
    const struct merge *merge = self;
    int32_t first = 0, count = (int32_t)merge->layers.count, i;
    nwt_op *runs[MOST_BRANCHES], *merged;

    for (i = 0; i < count; i++) {
        runs[i] = run_branch(op, merge->layers.items[i], &first);
        if (nwt_op_ended(runs[i])) {
            return 0;
        }
    }
    merged = nwt_op_child(op, merge->merging);
    for (i = 0; i < count; i++) {
        nwt_op_add_input(merged, nwt_op_output_rank(runs[i], 0), nwt_op_output_dims(runs[i], 0),
                         nwt_op_output_dtype(runs[i], 0));
    }
    nwt_op_run(merged);
    return nwt_op_ended(merged)
               ? 0
               : nwt_op_output(op, nwt_op_output_rank(merged, 0), nwt_op_output_dims(merged, 0),
                               nwt_op_output_dtype(merged, 0));
}

KIND(merge, "Merge", .about = "merges the outputs of models, its branches",
     .options = merge_options, .arguments = merge_arguments, .self_size = sizeof(struct merge),
     .arguments_size = sizeof(struct merge_arguments), .make = merge_make, .shape = merge_shape,
     .work = NWT_WORK_STATED, .flags = NWTI_KIND_COUNTS_APART);
