/* Keras 1's Merge over branches: the first layer of a Sequential, which has the inputs of them all.
   */
#include "core/builtin.h"
#include "layers/lambda.h"

enum { MOST_BRANCHES = 256 };

struct merge {
    nwt_layers layers;
    nwt_layer *merging;
    int64_t axes[2];
    int64_t axis;
    int32_t mode;
    int32_t normalize;
};

static const char *const modes[] = {"sum", "mul", "concat", "ave", "cos", "dot", "max", NULL};
static const char *const kinds[] = {"Add", "Multiply", "Concatenate", "Average",
                                    "Dot", "Dot",      "Maximum"};

enum { COS = 4 };

static const nwt_option merge_options[] = {
    NWT_OPTION_LAYERS(struct merge, layers, NULL, 0, "the branches: models that have an input"),
    NWT_ROW_(struct merge, mode, "'sum'", "how they are merged; None: by a function", modes, 0, 0,
             NWT_TYPE_CHOICE, NWT_FLAG_NULLABLE, 1),
    NWT_OPTION_INT(struct merge, axis, "-1", INT64_MIN, INT64_MAX, "the axis of 'concat'"),
    NWT_OPTION_TUPLE(struct merge, axes, 2, "-1", -NWT_MAX_RANK, NWT_MAX_RANK - 1,
                     "the axes of 'dot' and 'cos'"),
    NWT_OPTION_OPAQUE("output_shape", "shape that a function gives, without the batch"),
    NWT_ROW_(struct merge, normalize, "False", "of 'cos'", NULL, 0, 1, NWT_TYPE_BOOL,
             NWT_FLAG_HIDDEN, 1),
    NWT_OPTION_LAYER(struct merge, merging, "None", NWT_FLAG_TEMPLATE | NWT_FLAG_HIDDEN,
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
    struct merge *merge = self;
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
    if (merge->mode >= 0) {
        merge->normalize = merge->mode == COS;
        merge->merging = nwt_op_derive(op, kinds[merge->mode], "merging");
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
    if (merge->merging == NULL) {
        return nwti_lambda_outputs(op);
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

static const nwt_past merge_past[] = {
    NWT_PAST_CLASS("Merge", 0, 20000),
    NWT_PAST_POSITIONS(NULL,
                       "layers mode concat_axis dot_axes output_shape output_mask arguments "
                       "node_indices tensor_indices name",
                       0, 20000),
    NWT_PAST_KEY("concat_axis", "axis", 20000),
    NWT_PAST_KEY("dot_axes", "axes", 20000),
    NWT_PAST_TURNED("mode", "mode", NWT_TURN_IF_TEXT, NULL, 0),
    NWT_PAST_TURNED("mode_type", "mode", NWT_TURN_TYPE, NULL, 20000),
    NWT_PAST_TURNED("output_shape_type", "output_shape", NWT_TURN_TYPE, NULL, 20000),
    NWT_PAST_DROPPED("output_mask output_mask_type arguments node_indices tensor_indices", 20000),
    NWT_PAST_END};

KIND(merge, "Merge", .about = "merges the outputs of models, its branches", .past = merge_past,
     .options = merge_options, .arguments = merge_arguments, .self_size = sizeof(struct merge),
     .arguments_size = sizeof(struct merge_arguments), .make = merge_make, .shape = merge_shape,
     .work = NWT_WORK_STATED, .flags = NWT_KIND_COUNTS_APART);
