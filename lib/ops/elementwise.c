/* Operations that compute each value of the output from one value of each operand. */
#include "core/account.h"
#include "ops/operand.h"

/* Options that change neither shape nor dtype. */
static const nwt_option harmless_options[] = {
    NWT_OPTION_OPAQUE("alpha", "scale of the negative part"),
    NWT_OPTION_OPAQUE("approximate", "use a faster formula"),
    NWT_OPTION_OPAQUE("assume_unique", "no value occurs twice"),
    NWT_OPTION_OPAQUE("axis", "the axis it works along"),
    NWT_OPTION_OPAQUE("b", "smoothness"),
    NWT_OPTION_OPAQUE("data_format", "which axis holds the channels"),
    NWT_OPTION_OPAQUE("decimals", "digits that are kept"),
    NWT_OPTION_OPAQUE("default_value", "value below the threshold"),
    NWT_OPTION_OPAQUE("epsilon", "added to what it divides by"),
    NWT_OPTION_OPAQUE("equal_nan", "NaN equals NaN"),
    NWT_OPTION_OPAQUE("interpolation", "how values between pixels are found"),
    NWT_OPTION_OPAQUE("invert", "give the opposite"),
    NWT_OPTION_OPAQUE("k", "the diagonal"),
    NWT_OPTION_OPAQUE("kernel_size", "size of the window"),
    NWT_OPTION_OPAQUE("nan", "what NaN becomes"),
    NWT_OPTION_OPAQUE("negative_slope", "slope of the negative part"),
    NWT_OPTION_OPAQUE("neginf", "what minus infinity becomes"),
    NWT_OPTION_OPAQUE("order", "order of the norm"),
    NWT_OPTION_OPAQUE("posinf", "what infinity becomes"),
    NWT_OPTION_OPAQUE("rms_scaling", "divide by the deviation only"),
    NWT_OPTION_OPAQUE("seed", "seed of the random numbers"),
    NWT_OPTION_OPAQUE("shift", "places it moves"),
    NWT_OPTION_OPAQUE("sigma", "standard deviation"),
    NWT_OPTION_OPAQUE("threshold", "where it begins"),
    NWT_OPTION_OPAQUE("x_max", "upper bound"),
    NWT_OPTION_OPAQUE("x_min", "lower bound"),
    NWT_OPTION_END};

static int32_t unary(nwt_op *op, int32_t rule)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    return nwti_operand_output(op, &x, rule);
}

static int32_t binary(nwt_op *op, int32_t rule)
{
    nwti_operand x1;
    nwti_operand x2;

    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    nwti_operand_merge(op, &x1, &x2);
    nwt_op_flops(op, 1, x1.rank, x1.dims);
    nwti_op_part(op, NWTI_MERGED, nwti_elements(x1.rank, x1.dims));
    return nwti_operand_output(op, &x1, rule);
}

#define CALLBACK(name, function, rule)                \
    static int32_t name(nwt_op *op, const void *self) \
    {                                                 \
        (void)self;                                   \
        return function(op, rule);                    \
    }

CALLBACK(unary_same, unary, NWTI_AS_IS)
CALLBACK(unary_floating, unary, NWTI_FLOATING)
CALLBACK(unary_boolean, unary, NWTI_BOOLEAN)
CALLBACK(unary_integer, unary, NWTI_INTEGER)
CALLBACK(unary_number, unary, NWTI_NUMBER)
CALLBACK(binary_same, binary, NWTI_AS_IS)
CALLBACK(binary_floating, binary, NWTI_FLOATING)
CALLBACK(binary_boolean, binary, NWTI_BOOLEAN)
CALLBACK(binary_number, binary, NWTI_NUMBER)

/* An activation function that other counters set apart. */
static int32_t relu_shape(nwt_op *op, const void *self)
{
    (void)self;
    nwti_op_activation(op, "relu", nwt_op_rank(op, 0), nwt_op_dims(op, 0));
    return unary(op, NWTI_AS_IS);
}

static int32_t softmax_shape(nwt_op *op, const void *self)
{
    (void)self;
    nwti_op_activation(op, "softmax", nwt_op_rank(op, 0), nwt_op_dims(op, 0));
    return unary(op, NWTI_AS_IS);
}

/* By tanh, as Keras's operation has it where nothing is said, or by erf. */
static int32_t gelu_shape(nwt_op *op, const void *self)
{
    const nwti_value *approximate = nwti_op_option(op, "approximate");
    int32_t by_erf = approximate != NULL && approximate->type == NWTI_BOOL &&
                     !approximate->as.integer;

    (void)self;
    nwt_op_flops(op, by_erf ? 5 : 8, nwt_op_rank(op, 0), nwt_op_dims(op, 0));
    return unary(op, NWTI_AS_IS);
}

#define UNARY_COSTS(symbol, name, callback, ...)                                         \
    KIND(op_##symbol, "ops." name, .about = "computes each value from one of its input", \
         .options = harmless_options, .arguments = nwti_unary_arguments,                 \
         .arguments_size = sizeof(struct nwti_unary), .shape = callback, __VA_ARGS__)
/* One FLOP for each element, or as many as are stated. */
#define UNARY(symbol, name, callback) FUNCTION(symbol, name, callback, 1)
#define FUNCTION(symbol, name, callback, each) \
    UNARY_COSTS(symbol, name, callback, .work = NWT_WORK_ELEMENTWISE, .flops = each)
#define UNARY_MOVES(symbol, name, callback) \
    UNARY_COSTS(symbol, name, callback, .work = NWT_WORK_MOVES)
#define UNARY_SORTS(symbol, name, callback) \
    UNARY_COSTS(symbol, name, callback, .work = NWT_WORK_UNCOUNTED)

UNARY(abs, "Abs", unary_same);
UNARY(absolute, "Absolute", unary_same);
UNARY(bitwise_invert, "BitwiseInvert", unary_same);
UNARY(bitwise_not, "BitwiseNot", unary_same);
FUNCTION(celu, "Celu", unary_same, 4);
UNARY(conj, "Conj", unary_same);
UNARY(conjugate, "Conjugate", unary_same);
UNARY_MOVES(copy, "Copy", unary_same);
UNARY_COSTS(elastic_transform, "ElasticTransform", unary_same, .work = NWT_WORK_UNKNOWN);
FUNCTION(elu, "Elu", unary_same, 3);
UNARY(erf, "Erf", unary_same);
UNARY(erfinv, "Erfinv", unary_same);
UNARY_MOVES(flip, "Flip", unary_same);
UNARY_MOVES(fliplr, "Fliplr", unary_same);
UNARY_MOVES(flipud, "Flipud", unary_same);
UNARY_COSTS(gaussian_blur, "GaussianBlur", unary_same, .work = NWT_WORK_UNKNOWN);
UNARY_COSTS(gelu, "Gelu", gelu_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE);
FUNCTION(hard_shrink, "HardShrink", unary_same, 2);
FUNCTION(hard_sigmoid, "HardSigmoid", unary_same, 4);
FUNCTION(hard_silu, "HardSilu", unary_same, 5);
FUNCTION(hard_tanh, "HardTanh", unary_same, 2);
UNARY_MOVES(imag, "Imag", unary_same);
FUNCTION(leaky_relu, "LeakyRelu", unary_same, 2);
FUNCTION(log_sigmoid, "LogSigmoid", unary_same, 4);
FUNCTION(log_softmax, "LogSoftmax", unary_same, 5);
UNARY(nan_to_num, "NanToNum", unary_same);
UNARY(negative, "Negative", unary_same);
UNARY_MOVES(real, "Real", unary_same);
UNARY_COSTS(relu, "Relu", relu_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE);
FUNCTION(relu6, "Relu6", unary_same, 2);
UNARY_MOVES(roll, "Roll", unary_same);
UNARY(round, "Round", unary_same);
UNARY(rsqrt, "Rsqrt", unary_same);
FUNCTION(selu, "Selu", unary_same, 4);
UNARY(sigmoid, "Sigmoid", unary_same);
UNARY(sign, "Sign", unary_same);
FUNCTION(silu, "Silu", unary_same, 2);
FUNCTION(soft_shrink, "SoftShrink", unary_same, 4);
UNARY_COSTS(softmax, "Softmax", softmax_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE);
FUNCTION(softplus, "Softplus", unary_same, 2);
FUNCTION(softsign, "Softsign", unary_same, 3);
UNARY_SORTS(sort, "Sort", unary_same);
FUNCTION(sparse_plus, "SparsePlus", unary_same, 5);
FUNCTION(sparse_sigmoid, "SparseSigmoid", unary_same, 4);
UNARY_SORTS(sparsemax, "Sparsemax", unary_same);
FUNCTION(squareplus, "Squareplus", unary_same, 5);
UNARY_MOVES(stop_gradient, "StopGradient", unary_same);
FUNCTION(tanh_shrink, "TanhShrink", unary_same, 2);
UNARY(threshold, "Threshold", unary_same);
UNARY_MOVES(tril, "Tril", unary_same);
UNARY_MOVES(triu, "Triu", unary_same);
UNARY(trunc, "Trunc", unary_same);

UNARY(angle, "Angle", unary_floating);
UNARY(arccos, "Arccos", unary_floating);
UNARY(arccosh, "Arccosh", unary_floating);
UNARY(arcsin, "Arcsin", unary_floating);
UNARY(arcsinh, "Arcsinh", unary_floating);
UNARY(arctan, "Arctan", unary_floating);
UNARY(arctanh, "Arctanh", unary_floating);
UNARY(cbrt, "Cbrt", unary_floating);
UNARY(ceil, "Ceil", unary_floating);
UNARY(cos, "Cos", unary_floating);
UNARY(cosh, "Cosh", unary_floating);
UNARY(deg2rad, "Deg2rad", unary_floating);
UNARY(erfc, "Erfc", unary_floating);
UNARY(exp, "Exp", unary_floating);
UNARY(exp2, "Exp2", unary_floating);
UNARY(expm1, "Expm1", unary_floating);
UNARY(fabs, "Fabs", unary_floating);
UNARY(floor, "Floor", unary_floating);
UNARY(log, "Log", unary_floating);
UNARY(log10, "Log10", unary_floating);
UNARY(log1p, "Log1p", unary_floating);
UNARY(log2, "Log2", unary_floating);
UNARY(rad2deg, "Rad2deg", unary_floating);
UNARY(sin, "Sin", unary_floating);
UNARY(sinc, "Sinc", unary_floating);
UNARY(sinh, "Sinh", unary_floating);
UNARY(sqrt, "Sqrt", unary_floating);
UNARY(tan, "Tan", unary_floating);
UNARY(tanh, "Tanh", unary_floating);

UNARY(isfinite, "Isfinite", unary_boolean);
UNARY(isinf, "Isinf", unary_boolean);
UNARY(isnan, "Isnan", unary_boolean);
UNARY(isneginf, "Isneginf", unary_boolean);
UNARY(isposinf, "Isposinf", unary_boolean);
UNARY(isreal, "Isreal", unary_boolean);
UNARY(logical_not, "LogicalNot", unary_boolean);
UNARY(signbit, "Signbit", unary_boolean);

UNARY_SORTS(argsort, "Argsort", unary_integer);
UNARY(clip, "Clip", unary_number);
UNARY(square, "Square", unary_number);

/* Keras gives these float32 whatever comes in. */
static int32_t unary_single(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), NWT_DTYPE_FLOAT32);
}

FUNCTION(normalize, "Normalize", unary_single, 3);
UNARY(reciprocal, "Reciprocal", unary_single);

#define BINARY(symbol, name, callback)                                                      \
    KIND(op_##symbol, "ops." name, .about = "computes each value from one of each operand", \
         .options = harmless_options, .arguments = nwti_binary_arguments,                   \
         .arguments_size = sizeof(struct nwti_binary), .shape = callback,                   \
         .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE)

BINARY(add, "Add", binary_same);
BINARY(bitwise_and, "BitwiseAnd", binary_same);
BINARY(bitwise_left_shift, "BitwiseLeftShift", binary_same);
BINARY(bitwise_or, "BitwiseOr", binary_same);
BINARY(bitwise_right_shift, "BitwiseRightShift", binary_same);
BINARY(bitwise_xor, "BitwiseXor", binary_same);
BINARY(floor_divide, "FloorDivide", binary_same);
BINARY(fmax, "Fmax", binary_same);
BINARY(fmin, "Fmin", binary_same);
BINARY(left_shift, "LeftShift", binary_same);
BINARY(maximum, "Maximum", binary_same);
BINARY(minimum, "Minimum", binary_same);
BINARY(multiply, "Multiply", binary_same);
BINARY(power, "Power", binary_same);
BINARY(right_shift, "RightShift", binary_same);
BINARY(subtract, "Subtract", binary_same);

BINARY(arctan2, "Arctan2", binary_floating);
BINARY(divide, "Divide", binary_floating);
BINARY(divide_no_nan, "DivideNoNan", binary_floating);
BINARY(logaddexp, "Logaddexp", binary_floating);
BINARY(logaddexp2, "Logaddexp2", binary_floating);
BINARY(true_divide, "TrueDivide", binary_floating);

BINARY(equal, "Equal", binary_boolean);
BINARY(greater, "Greater", binary_boolean);
BINARY(greater_equal, "GreaterEqual", binary_boolean);
BINARY(less, "Less", binary_boolean);
BINARY(less_equal, "LessEqual", binary_boolean);
BINARY(logical_and, "LogicalAnd", binary_boolean);
BINARY(logical_or, "LogicalOr", binary_boolean);
BINARY(logical_xor, "LogicalXor", binary_boolean);
BINARY(not_equal, "NotEqual", binary_boolean);

BINARY(fmod, "Fmod", binary_number);
BINARY(mod, "Mod", binary_number);

static const nwt_option isclose_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct nwti_binary, x1, "None", 0, NWT_MAX_RANK, "a tensor or a number"),
    NWT_ARGUMENT_TENSOR(struct nwti_binary, x2, "None", 0, NWT_MAX_RANK, "a tensor or a number"),
    NWT_OPTION_OPAQUE("rtol", "relative tolerance"),
    NWT_OPTION_OPAQUE("atol", "absolute tolerance"), NWT_OPTION_END};

KIND(op_isclose, "ops.Isclose", .about = "compares its operands", .options = harmless_options,
     .arguments = isclose_arguments, .arguments_size = sizeof(struct nwti_binary),
     .shape = binary_boolean, .work = NWT_WORK_FLOPS);

struct where {
    int32_t condition;
    int32_t x1;
    int32_t x2;
};

static const nwt_option where_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct where, condition, "None", 0, NWT_MAX_RANK, "which one is taken"),
    NWT_ARGUMENT_TENSOR(struct where, x1, "None", 0, NWT_MAX_RANK, "what is taken where it holds"),
    NWT_ARGUMENT_TENSOR(struct where, x2, "None", 0, NWT_MAX_RANK, "what is taken elsewhere"),
    NWT_OPTION_END};

static int32_t where_shape(nwt_op *op, const void *self)
{
    const struct where *where = nwt_op_arguments(op);
    nwti_operand condition;
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!nwti_operand_read(op, where->condition, "condition", &condition) ||
        !nwti_operand_read(op, where->x1, "x1", &x1) ||
        !nwti_operand_read(op, where->x2, "x2", &x2)) {
        return nwt_op_output_unknown(op);
    }
    condition.dtype = x1.dtype;
    nwti_operand_merge(op, &condition, &x1);
    nwti_operand_merge(op, &condition, &x2);
    return nwti_operand_output(op, &condition, NWTI_AS_IS);
}

KIND(op_where, "ops.Where", .about = "takes each value from one of two operands",
     .arguments = where_arguments, .arguments_size = sizeof(struct where), .shape = where_shape,
     .work = NWT_WORK_MOVES);
