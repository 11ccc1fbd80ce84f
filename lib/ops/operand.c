#include "ops/operand.h"

#include "core/broadcast.h"
#include "core/constant.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/op.h"
#include "support/checked.h"

#include <string.h>

const nwt_option nwti_unary_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct nwti_unary, x, NULL, 0, NWT_MAX_RANK, "any tensor"), NWT_OPTION_END};

const nwt_option nwti_binary_arguments[] = {
    NWTI_OPERAND_ROW(struct nwti_binary, x1, "x1", "a tensor or a number"),
    NWTI_OPERAND_ROW(struct nwti_binary, x2, "x2", "a tensor or a number"), NWT_OPTION_END};

const nwt_option nwti_several_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct nwti_several, xs, NULL, 1, 0, NWT_MAX_RANK, "a list of tensors"),
    NWT_OPTION_END};

/* ------------------------------------------------------------------- dtypes */

#define BIT(dtype) (UINT32_C(1) << (dtype))

/* The dtypes just above each, as in JAX's type promotion. */
static const uint32_t above[] = {
    [NWT_DTYPE_BOOL] = BIT(NWTI_WEAK_INT),
    [NWT_DTYPE_INT8] = BIT(NWT_DTYPE_INT16),
    [NWT_DTYPE_INT16] = BIT(NWT_DTYPE_INT32),
    [NWT_DTYPE_INT32] = BIT(NWT_DTYPE_INT64),
    [NWT_DTYPE_INT64] = BIT(NWTI_WEAK_FLOAT),
    [NWT_DTYPE_UINT8] = BIT(NWT_DTYPE_INT16) | BIT(NWT_DTYPE_UINT16),
    [NWT_DTYPE_UINT16] = BIT(NWT_DTYPE_INT32) | BIT(NWT_DTYPE_UINT32),
    [NWT_DTYPE_UINT32] = BIT(NWT_DTYPE_INT64) | BIT(NWT_DTYPE_UINT64),
    [NWT_DTYPE_UINT64] = BIT(NWTI_WEAK_FLOAT),
    [NWT_DTYPE_FLOAT16] = BIT(NWT_DTYPE_FLOAT32),
    [NWT_DTYPE_BFLOAT16] = BIT(NWT_DTYPE_FLOAT32),
    [NWT_DTYPE_FLOAT32] = BIT(NWT_DTYPE_FLOAT64) | BIT(NWT_DTYPE_COMPLEX64),
    [NWT_DTYPE_FLOAT64] = BIT(NWT_DTYPE_COMPLEX128),
    [NWT_DTYPE_COMPLEX64] = BIT(NWT_DTYPE_COMPLEX128),
    [NWTI_WEAK_INT] = BIT(NWT_DTYPE_INT8) | BIT(NWT_DTYPE_UINT8) | BIT(NWT_DTYPE_COMPLEX64),
    [NWTI_WEAK_FLOAT] = BIT(NWT_DTYPE_FLOAT16) | BIT(NWT_DTYPE_BFLOAT16)};

enum { DTYPES = sizeof above / sizeof *above };

/* The dtype and all above it. */
static uint32_t upper(int32_t dtype)
{
    uint32_t found = BIT(dtype);
    uint32_t before = 0;

    while (found != before) {
        before = found;
        for (int32_t i = 0; i < DTYPES; i++) {
            found |= before & BIT(i) ? above[i] : 0;
        }
    }
    return found;
}

/* Results are of 32 bits, but with TensorFlow, whose files state where they are not. */
static int32_t narrow(int32_t dtype)
{
    switch (dtype) {
    case NWT_DTYPE_INT64:
        return NWT_DTYPE_INT32;
    case NWT_DTYPE_UINT64:
        return NWT_DTYPE_UINT32;
    case NWT_DTYPE_FLOAT64:
        return NWT_DTYPE_FLOAT32;
    case NWT_DTYPE_COMPLEX128:
        return NWT_DTYPE_COMPLEX64;
    default:
        return dtype;
    }
}

int32_t nwti_join(int32_t a, int32_t b)
{
    uint32_t common = upper(a) & upper(b);

    for (int32_t i = 1; i < DTYPES; i++) {
        if (common & BIT(i) && (common & ~upper(i)) == 0) {
            return i;
        }
    }
    return a;
}

int32_t nwti_promote(const nwt_op *op, int32_t a, int32_t b)
{
    return nwti_op_is_tensorflow(op) ? nwti_join(a, b) : narrow(nwti_join(a, b));
}

static int32_t total(int32_t dtype)
{
    switch (dtype) {
    case NWT_DTYPE_BOOL:
    case NWT_DTYPE_INT8:
    case NWT_DTYPE_INT16:
        return NWT_DTYPE_INT32;
    case NWT_DTYPE_UINT8:
    case NWT_DTYPE_UINT16:
        return NWT_DTYPE_UINT32;
    default:
        return dtype;
    }
}

static int32_t is_float(int32_t dtype)
{
    return (dtype >= NWT_DTYPE_FLOAT16 && dtype <= NWT_DTYPE_COMPLEX128) ||
           dtype == NWTI_WEAK_FLOAT;
}

static int32_t is_complex(int32_t dtype)
{
    return dtype == NWT_DTYPE_COMPLEX64 || dtype == NWT_DTYPE_COMPLEX128;
}

/* TensorFlow's functions give what they take; only a quotient of integers is a float of their
   size. */
static int32_t as_tensorflow(int32_t rule, int32_t dtype)
{
    switch (rule) {
    case NWTI_BOOLEAN:
        return NWT_DTYPE_BOOL;
    case NWTI_INTEGER:
        return NWT_DTYPE_INT32;
    case NWTI_FLOATING:
        if (is_float(dtype)) {
            return dtype;
        }
        return nwt_dtype_size(dtype) < 4 ? NWT_DTYPE_FLOAT32 : NWT_DTYPE_FLOAT64;
    default:
        return dtype;
    }
}

/* The same in Keras 3, before weak dtypes become real ones. */
static int32_t by_rule(int32_t rule, int32_t dtype)
{
    switch (rule) {
    case NWTI_NARROW:
        return narrow(dtype);
    case NWTI_WIDE:
        if (dtype == NWT_DTYPE_INT64 || dtype == NWT_DTYPE_FLOAT64) {
            return NWT_DTYPE_FLOAT64;
        }
        return dtype == NWT_DTYPE_FLOAT16 || dtype == NWT_DTYPE_BFLOAT16 ? dtype
                                                                         : NWT_DTYPE_FLOAT32;
    case NWTI_WIDE_ROOT:
        return is_complex(dtype) || dtype == NWT_DTYPE_UINT64 ? dtype : by_rule(NWTI_WIDE, dtype);
    case NWTI_WIDE_FLOATING:
        return dtype == NWT_DTYPE_INT64 ? NWT_DTYPE_FLOAT64
                                        : narrow(nwti_join(dtype, NWTI_WEAK_FLOAT));
    case NWTI_REAL_FLOATS:
        return is_float(dtype) && !is_complex(dtype) ? dtype : NWT_DTYPE_FLOAT32;
    case NWTI_FLOATS:
        return is_float(dtype) ? dtype : NWT_DTYPE_FLOAT32;
    case NWTI_FLOATING:
        return narrow(nwti_join(dtype, NWTI_WEAK_FLOAT));
    case NWTI_REAL:
        return is_float(dtype) || dtype == NWT_DTYPE_BOOL ? dtype : NWT_DTYPE_FLOAT32;
    case NWTI_SINGLE:
        return NWT_DTYPE_FLOAT32;
    case NWTI_BOOLEAN:
        return NWT_DTYPE_BOOL;
    case NWTI_INTEGER:
        return NWT_DTYPE_INT32;
    case NWTI_NUMBER:
        return dtype == NWT_DTYPE_BOOL ? NWT_DTYPE_INT32 : dtype;
    case NWTI_TOTAL:
        return total(dtype);
    case NWTI_NARROW_TOTAL:
        return narrow(total(dtype));
    default:
        return dtype;
    }
}

int32_t nwti_result_dtype(const nwt_op *op, int32_t rule, int32_t dtype)
{
    rule &= ~(NWTI_STRONG | NWTI_FIRST | NWTI_NUMBERS_FLOAT | NWTI_TYPED);
    dtype = nwti_op_is_tensorflow(op) ? as_tensorflow(rule, dtype) : by_rule(rule, dtype);
    switch (dtype) {
    case NWTI_WEAK_INT:
        return NWT_DTYPE_INT32;
    case NWTI_WEAK_FLOAT:
        return NWT_DTYPE_FLOAT32;
    default:
        return dtype;
    }
}

/* ----------------------------------------------------------------- operands */

static int32_t constant_dtype(const nwti_constant *constant)
{
    if (constant->dtype) {
        return constant->dtype;
    }
    switch (constant->type) {
    case NWT_VALUE_BOOL:
        return NWT_DTYPE_BOOL;
    case NWT_VALUE_INT:
        return NWTI_WEAK_INT;
    default:
        return NWTI_WEAK_FLOAT;
    }
}

int32_t nwti_operand_read(nwt_op *op, int32_t input, const char *key, nwti_operand *operand)
{
    nwti_constant constant;

    if (input >= 0) {
        operand->rank = nwt_op_rank(op, input);
        operand->dtype = nwt_op_dtype(op, input);
        memcpy(operand->dims, nwt_op_dims(op, input), (size_t)operand->rank * sizeof(int64_t));
        return 1;
    }
    if (!nwti_constant_read(nwt_op_argument(op, key), &constant)) {
        return 0;
    }
    operand->rank = constant.rank;
    operand->dtype = constant_dtype(&constant);
    memcpy(operand->dims, constant.dims, sizeof operand->dims);
    return 1;
}

int32_t nwti_operand_is_number(nwt_op *op, int32_t input, const char *key)
{
    nwti_constant constant;

    return input < 0 && nwti_constant_read(nwt_op_argument(op, key), &constant) && !constant.dtype;
}

int32_t nwti_operand_check_typed(nwt_op *op, int32_t input, const char *key)
{
    char text[128];

    if (!nwti_operand_is_number(op, input, key)) {
        return 0;
    }
    nwti_format(text, sizeof text, "%s has no dtype: it must be a tensor or an array", key);
    return nwt_op_fail(op, text, 0, NULL);
}

int32_t nwti_operand_merge(nwt_op *op, nwti_operand *operand, const nwti_operand *other)
{
    int32_t axis = nwti_broadcast(&operand->rank, operand->dims, other->rank, other->dims,
                                  NWTI_NUMBER_WINS);

    if (axis) {
        return NWT_FAIL(op,
                        "the operands do not broadcast: on axis {} one has {}, the other {}; "
                        "only equal sizes and 1 go together",
                        axis, operand->dims[operand->rank + axis], other->dims[other->rank + axis]);
    }
    operand->dtype = nwti_promote(op, operand->dtype, other->dtype);
    return 0;
}

int32_t nwti_operand_output(nwt_op *op, const nwti_operand *operand, int32_t rule)
{
    return nwt_op_output(op, operand->rank, operand->dims,
                         nwti_result_dtype(op, rule, operand->dtype));
}

int64_t nwti_operand_size(nwt_op *op, const nwti_operand *operand)
{
    int64_t size = 1;

    for (int32_t i = 0; i < operand->rank; i++) {
        if (operand->dims[i] == -1) {
            return -1;
        }
    }
    for (int32_t i = 0; i < operand->rank; i++) {
        if (!nwti_multiply(size, operand->dims[i], &size)) {
            NWT_FAIL(op, "its tensor has too many elements: {0}", 0);
            return -1;
        }
    }
    return size;
}

int32_t nwti_binary_read(nwt_op *op, nwti_operand *x1, nwti_operand *x2)
{
    const struct nwti_binary *arguments = nwt_op_arguments(op);
    const nwt_option *rows = op->layer->kind->descriptor->arguments;

    return nwti_operand_read(op, arguments->x1, rows[0].key, x1) &&
           nwti_operand_read(op, arguments->x2, rows[1].key, x2);
}

void nwti_unary_read(nwt_op *op, nwti_operand *x)
{
    nwti_operand_read(op, ((const struct nwti_unary *)nwt_op_arguments(op))->x, "x", x);
}

int32_t nwti_operand_of(nwt_op *op, int32_t index, nwti_operand *operand)
{
    const struct nwti_operands *arguments = nwt_op_arguments(op);

    return nwti_operand_read(op, arguments->at[index],
                             op->layer->kind->descriptor->arguments[index].key, operand);
}

int32_t nwti_operand_axis(nwt_op *op, const char *key, int64_t axis, const nwti_operand *operand)
{
    return nwt_op_axis(op, key, axis, operand->rank);
}

void nwti_operand_remove(nwti_operand *operand, int32_t axis)
{
    operand->rank--;
    memmove(operand->dims + axis, operand->dims + axis + 1,
            (size_t)(operand->rank - axis) * sizeof *operand->dims);
}

int32_t nwti_operand_insert(nwt_op *op, nwti_operand *operand, int32_t axis, int64_t dim)
{
    if (operand->rank == NWT_MAX_RANK) {
        return NWT_FAIL(op, "its output has more than {} axes", NWT_MAX_RANK);
    }
    memmove(operand->dims + axis + 1, operand->dims + axis,
            (size_t)(operand->rank - axis) * sizeof *operand->dims);
    operand->dims[axis] = dim;
    operand->rank++;
    return 0;
}

int64_t nwti_dim_times(nwt_op *op, int64_t a, int64_t b)
{
    int64_t product;

    if (a < 0 || b < 0) {
        return -1;
    }
    if (!nwti_multiply(a, b, &product)) {
        NWT_FAIL(op, "a dim of its output, {} x {}, is too large", a, b);
        return -1;
    }
    return product;
}
