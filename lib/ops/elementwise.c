/* Operations that compute each value of the output from one value of each operand. */
#include "core/account.h"
#include "ops/operand.h"

/* Refuses an axis, or one of several, that `x` does not have. */
static void check_axes(nwt_op *op, const nwti_operand *x)
{
    const nwt_value *axis = nwt_op_option(op, "axis");

    if (nwt_value_type(axis) == NWT_VALUE_INT) {
        nwti_operand_axis(op, "axis", nwt_value_int(axis, 0), x);
    }
    for (int64_t i = 0; i < nwt_value_count(axis); i++) {
        nwti_operand_axis(op, "axis", nwt_value_int(nwt_value_item(axis, i), 0), x);
    }
}

static int32_t unary(nwt_op *op, int32_t rule)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    check_axes(op, &x);
    return nwti_operand_output(op, &x, rule);
}

/* Whether the second operand is an integer of Python's. */
static int32_t is_integer(nwt_op *op)
{
    const nwt_value *value = nwt_op_argument(op, "y");

    return nwt_value_type(value) == NWT_VALUE_INT || nwt_value_type(value) == NWT_VALUE_BOOL;
}

/* What shifts bits takes an integer as the second operand, but only there. */
static void check_typed(nwt_op *op, int32_t rule)
{
    const struct nwti_binary *arguments = nwt_op_arguments(op);
    const nwt_option *rows = op->layer->kind->descriptor->arguments;

    if (rule & (NWTI_TYPED | NWTI_FIRST)) {
        nwti_operand_check_typed(op, arguments->x1, rows[0].key);
        if (rule & NWTI_TYPED || !is_integer(op)) {
            nwti_operand_check_typed(op, arguments->x2, rows[1].key);
        }
    }
}

/* A number, of whatever type, counts as a tensor of float32. */
static void number_as_float(nwt_op *op, int32_t index, nwti_operand *operand)
{
    const struct nwti_binary *arguments = nwt_op_arguments(op);

    if (nwti_operand_is_number(op, index == 0 ? arguments->x1 : arguments->x2,
                               op->layer->kind->descriptor->arguments[index].key)) {
        operand->dtype = NWT_DTYPE_FLOAT32;
    }
}

static int32_t binary(nwt_op *op, int32_t rule)
{
    nwti_operand x1;
    nwti_operand x2;

    if (!nwti_binary_read(op, &x1, &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (!nwti_op_is_tensorflow(op)) {
        check_typed(op, rule);
    }
    if (rule & NWTI_NUMBERS_FLOAT) {
        number_as_float(op, 0, &x1);
        number_as_float(op, 1, &x2);
    }
    if (rule & NWTI_STRONG) {
        x1.dtype = nwti_result_dtype(op, NWTI_AS_IS, x1.dtype);
        x2.dtype = nwti_result_dtype(op, NWTI_AS_IS, x2.dtype);
    }
    if (rule & NWTI_FIRST) {
        x1.dtype = is_integer(op) ? x1.dtype : nwti_promote(op, x1.dtype, x2.dtype);
    } else {
        nwti_operand_merge(op, &x1, &x2);
    }
    nwt_op_flops(op, 1, x1.rank, x1.dims);
    nwti_op_part(op, NWTI_MERGED, nwti_elements(x1.rank, x1.dims));
    return nwti_operand_output(op, &x1, rule);
}

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
    int32_t by_erf = !nwt_value_int(nwt_op_option(op, "approximate"), 1);

    (void)self;
    nwt_op_flops(op, by_erf ? 5 : 8, nwt_op_rank(op, 0), nwt_op_dims(op, 0));
    return unary(op, NWTI_AS_IS);
}

#define CALLBACK(symbol, function, rule)                        \
    static int32_t symbol##_shape(nwt_op *op, const void *self) \
    {                                                           \
        (void)self;                                             \
        return function(op, NWTI_##rule);                       \
    }

/* What they are called on, by the names that Keras gives it: most have tables in common. */
static const nwt_option called_x[] = {NWTI_TENSOR_ROW(struct nwti_unary, x, "x"), NWT_OPTION_END};
static const nwt_option called_images[] = {NWTI_TENSOR_ROW(struct nwti_unary, x, "images"),
                                           NWT_OPTION_END};
static const nwt_option called_variable[] = {NWTI_TENSOR_ROW(struct nwti_unary, x, "variable"),
                                             NWT_OPTION_END};
static const nwt_option called_x_y[] = {
    NWTI_OPERAND_ROW(struct nwti_binary, x1, "x", "a tensor or a number"),
    NWTI_OPERAND_ROW(struct nwti_binary, x2, "y", "a tensor or a number"), NWT_OPTION_END};
static const nwt_option called_x1_x2[] = {
    NWTI_OPERAND_ROW(struct nwti_binary, x1, "x1", "a tensor or a number"),
    NWTI_OPERAND_ROW(struct nwti_binary, x2, "x2", "a tensor or a number"), NWT_OPTION_END};

/* What the rows of ops.def are here. */
#define OPTION(...) NWTI_KEPT_ROW(__VA_ARGS__),
#define NONE
#define UNARY(symbol, name, operand, rule, costs, each, ...)                             \
    static const nwt_option symbol##_options[] = {__VA_ARGS__ NWT_OPTION_END};           \
    CALLBACK(symbol, unary, rule)                                                        \
    KIND(op_##symbol, "ops." name, .about = "computes each value from one of its input", \
         .options = symbol##_options, .arguments = called_##operand,                     \
         .arguments_size = sizeof(struct nwti_unary), .shape = symbol##_shape,           \
         .work = NWT_WORK_##costs, .flops = each);
#define BINARY(symbol, name, left, right, rule)                                              \
    CALLBACK(symbol, binary, rule)                                                           \
    KIND(op_##symbol, "ops." name, .about = "computes each value from one of each operand",  \
         .arguments = called_##left##_##right, .arguments_size = sizeof(struct nwti_binary), \
         .shape = symbol##_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE);
#define REDUCTION(symbol, ...)
#define OPERATION(symbol)
#include "ops/ops.def"

#define ACTIVATION(symbol, name, table)                                                  \
    KIND(op_##symbol, "ops." name, .about = "computes each value from one of its input", \
         .options = table, .arguments = nwti_unary_arguments,                            \
         .arguments_size = sizeof(struct nwti_unary), .shape = symbol##_shape,           \
         .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE)

static const nwt_option gelu_options[] = {OPTION("approximate", "True", "by tanh, not by erf")
                                              NWT_OPTION_END};
static const nwt_option softmax_options[] = {OPTION("axis", "-1", "the axis it works along")
                                                 NWT_OPTION_END};

ACTIVATION(gelu, "Gelu", gelu_options);
ACTIVATION(relu, "Relu", NULL);
ACTIVATION(softmax, "Softmax", softmax_options);

#define FLIP(symbol, name, rank)                                                               \
    static const nwt_option symbol##_arguments[] = {                                           \
        NWT_ARGUMENT_TENSOR(struct nwti_unary, x, NULL, rank, NWT_MAX_RANK, "what is turned"), \
        NWT_OPTION_END};                                                                       \
    CALLBACK(symbol, unary, AS_IS)                                                             \
    KIND(op_##symbol, "ops." name, .about = "turns an axis round",                             \
         .arguments = symbol##_arguments, .arguments_size = sizeof(struct nwti_unary),         \
         .shape = symbol##_shape, .work = NWT_WORK_MOVES)

FLIP(fliplr, "Fliplr", 2);
FLIP(flipud, "Flipud", 1);

static const nwt_option isclose_options[] = {OPTION("equal_nan", "False", "NaN equals NaN")
                                                 NWT_OPTION_END};
static const nwt_option isclose_arguments[] = {
    NWTI_OPERAND_ROW(struct nwti_binary, x1, "x1", "a tensor or a number"),
    NWTI_OPERAND_ROW(struct nwti_binary, x2, "x2", "a tensor or a number"),
    OPTION("rtol", "1e-05", "relative tolerance") OPTION("atol", "1e-08", "absolute tolerance")
        NWT_OPTION_END};

CALLBACK(isclose, binary, BOOLEAN)

KIND(op_isclose, "ops.Isclose", .about = "compares its operands", .options = isclose_options,
     .arguments = isclose_arguments, .arguments_size = sizeof(struct nwti_binary),
     .shape = isclose_shape, .work = NWT_WORK_FLOPS);

struct where {
    int32_t condition;
    int32_t x1;
    int32_t x2;
};

static const nwt_option where_arguments[] = {
    NWTI_OPERAND_ROW(struct where, condition, "condition", "which one is taken"),
    NWT_ARGUMENT_TENSOR(struct where, x1, "None", 0, NWT_MAX_RANK, "what is taken where it holds"),
    NWT_ARGUMENT_TENSOR(struct where, x2, "None", 0, NWT_MAX_RANK, "what is taken elsewhere"),
    NWT_OPTION_END};

/* What is not given counts as an integer. */
static int32_t read_choice(nwt_op *op, int32_t input, const char *key, nwti_operand *choice)
{
    if (input < 0 && nwt_op_argument(op, key) == NULL) {
        *choice = (nwti_operand){{0}, 0, NWT_DTYPE_INT32};
        return 1;
    }
    return nwti_operand_read(op, input, key, choice);
}

static int32_t where_shape(nwt_op *op, const void *self)
{
    const struct where *where = nwt_op_arguments(op);
    nwti_operand condition;
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!nwti_operand_read(op, where->condition, "condition", &condition) ||
        !read_choice(op, where->x1, "x1", &x1) || !read_choice(op, where->x2, "x2", &x2)) {
        return nwt_op_output_unknown(op);
    }
    if (nwti_op_is_tensorflow(op) && where->x1 < 0 && nwt_op_argument(op, "x1") == NULL) {
        int64_t places[] = {-1, condition.rank}; /* of what holds */

        return nwt_op_output(op, 2, places, NWT_DTYPE_INT64);
    }
    nwti_operand_merge(op, &condition, &x1);
    nwti_operand_merge(op, &condition, &x2);
    condition.dtype = nwti_promote(op, x1.dtype, x2.dtype);
    return nwti_operand_output(op, &condition, NWTI_AS_IS);
}

KIND(op_where, "ops.Where", .about = "takes each value from one of two operands",
     .arguments = where_arguments, .arguments_size = sizeof(struct where), .shape = where_shape,
     .work = NWT_WORK_MOVES);

static const nwt_option all_close_options[] = {
    OPTION("rtol", "1e-05", "relative tolerance") OPTION("atol", "1e-08", "absolute tolerance")
        OPTION("equal_nan", "False", "NaN equals NaN") NWT_OPTION_END};

static int32_t all_close_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 0, NULL, NWT_DTYPE_BOOL);
}

KIND(op_all_close, "ops.AllClose", .about = "says whether all are equal, nearly",
     .options = all_close_options, .arguments = nwti_binary_arguments,
     .arguments_size = sizeof(struct nwti_binary), .shape = all_close_shape,
     .work = NWT_WORK_UNCOUNTED);

struct select_arguments {
    nwt_range condlist;
    nwt_range choicelist;
};

/* clang-format off */
#define LIST_ROW(t, field)                                                                       \
    {#field, NULL, "a list of tensors", NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSORS, 0,              \
     (int32_t)offsetof(t, field), 1}
/* clang-format on */

static const nwt_option select_arguments[] = {
    LIST_ROW(struct select_arguments, condlist), LIST_ROW(struct select_arguments, choicelist),
    OPTION("default", "0", "what is taken elsewhere") NWT_OPTION_END};

/* As Keras has it: the shape and the dtype of the first choice. */
static int32_t select_shape(nwt_op *op, const void *self)
{
    const struct select_arguments *select = nwt_op_arguments(op);
    int32_t first = select->choicelist.first;

    (void)self;
    return nwt_op_output(op, nwt_op_rank(op, first), nwt_op_dims(op, first),
                         nwt_op_dtype(op, first));
}

KIND(op_select, "ops.Select", .about = "takes each value from one of several tensors",
     .arguments = select_arguments, .arguments_size = sizeof(struct select_arguments),
     .shape = select_shape, .work = NWT_WORK_MOVES);

static const nwt_option fake_quant_options[] = {
    OPTION("num_bits", "8", "bits of an integer")
        OPTION("narrow_range", "False", "leave out the lowest integer")
            OPTION("axis", "None", "the axis of the channels") NWT_OPTION_END};
static const nwt_option fake_quant_rows[] = {
    NWTI_OPERAND_AT(0, "inputs", "any tensor"), NWTI_OPERAND_AT(1, "min_vals", "lower bounds"),
    NWTI_OPERAND_AT(2, "max_vals", "upper bounds"), NWT_OPTION_END};

static int32_t fake_quant_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    if (!nwti_operand_of(op, 0, &x)) {
        return nwt_op_output_unknown(op);
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

NWTI_OPERATION(fake_quant_with_min_max_vars, "FakeQuantWithMinMaxVars",
               "rounds as if it were quantised", fake_quant_options, 0, fake_quant_rows,
               fake_quant_shape, NWT_WORK_UNCOUNTED);
