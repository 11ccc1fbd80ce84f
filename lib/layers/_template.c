/*
 * The file to copy for a new kind.
 *
 * 1. Copy it to lib/layers/NAME.c; replace Scale and scale.
 * 2. Describe each option in a row: its place, default, range and help. The
 *    order is that of Keras's constructor.
 * 3. Declare the weights with labelled axes, in Keras's order and with its
 *    names; write the outputs. Leave out what is the default: no weights, the
 *    input's shape.
 * 4. Say what it costs to run: `work`, and in `shape` nwt_op_macs for its products. What is not
 *    said is unknown.
 * 5. Add KIND(scale) to lib/layers/kinds.def, under its file; a constructor, if it has one, to
 *    include/netweight.h.
 * 6. Add cases made by Keras itself: tests/golden/kinds/NAME.json (see tests/oracle).
 */
#include "core/builtin.h"

struct scale {
    int64_t axis;
    int32_t use_bias;
};

static const nwt_option scale_options[] = {
    NWT_OPTION_INT(struct scale, axis, "-1", INT64_MIN, INT64_MAX, "the axis that is scaled"),
    NWT_OPTION_BOOL(struct scale, use_bias, "True", "add a bias to each feature"),
    NWT_OPTION_INITIALIZER("scale", "the scale"), NWT_OPTION_END};

static int32_t scale_weights(nwt_op *op, const void *self)
{
    const struct scale *scale = self;
    int64_t features = nwt_op_dim(op, 0, scale->axis);

    NWT_WEIGHT(op, "scale", {"features", features});
    return scale->use_bias ? NWT_WEIGHT(op, "bias", {"features", features}) : 0;
}

KIND(scale, "Scale", .about = "multiplies each feature of an axis by a weight",
     .options = scale_options, .self_size = sizeof(struct scale), .weights = scale_weights,
     .work = NWT_WORK_ELEMENTWISE, .flops = 2);
