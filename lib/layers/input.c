#include "core/builtin.h"
#include "core/option.h"

#include <string.h>

struct input {
    nwt_ints shape;
    int64_t batch_size;
    int32_t dtype;
    nwt_ints batch_shape;
};

static const nwt_option input_options[] = {
    NWT_OPTION_INTS(struct input, shape, "None", 0, INT64_MAX, "shape without the batch"),
    NWT_OPTION_INT(struct input, batch_size, "None", 0, INT64_MAX, "size of the batch"),
    NWT_OPTION_DTYPE(struct input, dtype, "None", "dtype of the values, float32 if not given"),
    NWT_OPTION_OPAQUE("sparse", "expect a sparse tensor"),
    NWT_OPTION_OPAQUE("ragged", "expect a ragged tensor"),
    NWT_OPTION_INTS(struct input, batch_shape, "None", 0, INT64_MAX, "shape with the batch"),
    NWT_OPTION_OPAQUE("input_tensor", "a tensor to wrap"),
    NWT_OPTION_OPAQUE("optional", "the input may be left out"),
    NWT_OPTION_OPAQUE_("type_spec", "shape and dtype in one", NWT_FLAG_HIDDEN | NWTI_FLAG_PAST),
    NWT_OPTION_END};

static const nwt_option input_arguments[] = {NWT_OPTION_END};

/* A part of a TypeSpec, which Keras 2 could have in place of a shape: 0 is the shape, 1 the dtype.
   NULL: none is given. */
static const nwt_value *part_of_spec(nwt_op *op, int64_t index)
{
    const nwt_value *spec = nwt_op_option(op, "type_spec"), *parts, *part;

    parts = nwt_value_get(spec, "config");
    parts = parts != NULL ? parts : nwt_value_get(spec, "serialized");
    part = nwt_value_item(parts, index);
    return nwt_value_get(part, "items") != NULL ? nwt_value_get(part, "items") : part;
}

/* Whether it is one of TensorFlow's own: what another means by its parts nobody knows. */
static int32_t is_known_spec(const nwt_value *spec)
{
    static const char *const names[] = {"TensorSpec", "RaggedTensorSpec", "SparseTensorSpec"};
    const nwt_value *name = nwt_value_get(spec, "spec_name");
    const char *text = nwt_value_string(name != NULL ? name : nwt_value_get(spec, "type_spec"));

    if (text != NULL && strncmp(text, "tf.", 3) == 0) {
        text += 3;
    }
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t spec_shape(nwt_op *op, const nwt_value *shape)
{
    const char *dtype = nwt_value_string(part_of_spec(op, 1));
    int64_t dims[NWT_MAX_RANK], rank = nwt_value_count(shape);

    if (!is_known_spec(nwt_op_option(op, "type_spec"))) {
        return nwt_op_output_unknown(op);
    }
    for (int64_t i = 0; i < rank; i++) {
        dims[i] = nwt_value_int(nwt_value_item(shape, i), -1);
    }
    return nwt_op_output(op, (int32_t)rank, dims,
                         dtype != NULL ? nwt_dtype_by_name(dtype) : NWT_DTYPE_FLOAT32);
}

static int32_t input_make(nwt_op *op, void *self)
{
    const struct input *input = self;
    int64_t largest = NWT_MAX_RANK - !input->batch_shape.items;
    int64_t rank = nwt_value_count(part_of_spec(op, 0));

    if (!input->shape.items && !input->batch_shape.items && rank >= 0 && rank <= NWT_MAX_RANK) {
        return 0;
    }
    if (!input->shape.items == !input->batch_shape.items) {
        return NWT_FAIL(op, "needs one of shape and batch_shape", 0);
    }
    if (input->batch_shape.items && input->batch_size != NWT_NONE_INT) {
        return NWT_FAIL(op, "batch_size {} stands beside batch_shape, which holds the batch",
                        input->batch_size);
    }
    if (input->shape.count > largest || input->batch_shape.count > largest) {
        return NWT_FAIL(op, "a shape may have at most {} axes with the batch", NWT_MAX_RANK);
    }
    return 0;
}

static int32_t input_shape(nwt_op *op, const void *self)
{
    const struct input *input = self;
    const nwt_ints *shape = input->batch_shape.items ? &input->batch_shape : &input->shape;
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = 0;

    if (!input->batch_shape.items && !input->shape.items) {
        return spec_shape(op, part_of_spec(op, 0));
    }
    if (!input->batch_shape.items) {
        dims[rank++] = input->batch_size == NWT_NONE_INT ? -1 : input->batch_size;
    }
    for (int64_t i = 0; i < shape->count; i++) {
        dims[rank++] = shape->items[i];
    }
    return nwt_op_output(op, rank, dims, input->dtype ? input->dtype : NWT_DTYPE_FLOAT32);
}

static const nwt_past input_past[] = {NWT_PAST_CLASS("Input", 0, 0),
                                      NWT_PAST_NAME(NULL, "input", 0, 30000),
                                      NWT_PAST_KEY("batch_input_shape", "batch_shape", 30000),
                                      NWT_PAST_KEY("input_shape", "shape", 30000),
                                      NWT_PAST_KEY("input_dtype", "dtype", 20000),
                                      NWT_PAST_END};

KIND(input_layer, "InputLayer", .about = "only names an input of the model", .past = input_past,
     .options = input_options, .arguments = input_arguments, .self_size = sizeof(struct input),
     .make = input_make, .shape = input_shape, .work = NWT_WORK_MOVES,
     .flags = NWT_KIND_BUILT_AT_ONCE);
