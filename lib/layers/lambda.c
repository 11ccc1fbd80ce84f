#include "core/builtin.h"
#include "layers/lambda.h"
#include "layers/past.h"

static const nwt_option lambda_options[] = {
    {"function", NULL, "what is applied to the inputs", NULL, 0, 0, NWT_TYPE_OPAQUE, 0, 0, 0},
    NWT_OPTION_OPAQUE("output_shape", "the output's shape without the batch"),
    NWT_OPTION_OPAQUE("mask", "the output's mask"),
    NWT_OPTION_OPAQUE("arguments", "further arguments of the function"),
    NWT_OPTION_END};

struct lambda_arguments {
    nwt_range inputs;
};

static const nwt_option lambda_arguments[] = {NWT_ARGUMENT_TENSORS(struct lambda_arguments, inputs,
                                                                   NULL, 1, 0, NWT_MAX_RANK,
                                                                   "what the function takes"),
                                              NWT_OPTION_END};

/* The output of one shape, if it is a list of ints and Nones. */
static int32_t lambda_output(nwt_op *op, const nwt_value *shape)
{
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = 1;
    int32_t known = nwt_value_count(shape) >= 0 && nwt_value_count(shape) < NWT_MAX_RANK;

    dims[0] = nwt_op_rank(op, 0) > 0 ? nwt_op_dim(op, 0, 0) : -1;
    for (int64_t i = 0; known && i < nwt_value_count(shape); i++) {
        const nwt_value *dim = nwt_value_item(shape, i);

        dims[rank++] = nwt_value_int(dim, -1);
        known = nwt_value_type(dim) == NWT_VALUE_NONE ||
                (nwt_value_type(dim) == NWT_VALUE_INT && nwt_value_int(dim, -1) >= 0);
    }
    return known ? nwt_op_output(op, rank, dims, 0) : nwt_op_output_unknown(op);
}

int32_t nwti_lambda_outputs(nwt_op *op)
{
    const nwt_value *shape = nwt_op_option(op, "output_shape");

    if (!shape) {
        return nwt_op_output_unknown(op);
    }
    if (nwt_value_count(nwt_value_item(shape, 0)) < 0) {
        return lambda_output(op, shape);
    }
    for (int64_t i = 0; i < nwt_value_count(shape); i++) {
        lambda_output(op, nwt_value_item(shape, i));
    }
    return 0;
}

static int32_t lambda_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwti_lambda_outputs(op);
}

static const nwt_past lambda_past[] = {
    PAST_MERGE("function"),
    NWT_PAST_CLASS_IF("Merge", "mode_type='lambda', layers=None", 0, 20000),
    NWT_PAST_CLASS_IF("Merge", "mode_type='function', layers=None", 0, 20000),
    NWT_PAST_KEY("mode", "function", 20000),
    NWT_PAST_TURNED("output_shape_type", "output_shape", NWT_TURN_TYPE, NULL, 30000),
    NWT_PAST_DROPPED("function_type module output_shape_module", 30000),
    PAST_MERGE_REST,
    NWT_PAST_END};

KIND(lambda, "Lambda", .about = "applies a function of its own, which has no weights",
     .past = lambda_past, .options = lambda_options, .arguments = lambda_arguments,
     .arguments_size = sizeof(struct lambda_arguments), .shape = lambda_shape);
