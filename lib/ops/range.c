/* Operations that make tensors of numbers, and loops. */
#include "ops/operand.h"

#include "core/constant.h"
#include "core/dtype.h"

#include <string.h>

struct range {
    nwt_ints shape;
    int64_t num;
    int64_t axis;
    int32_t dtype;
    int32_t is_ij;
};

#define ROWS(table, ...) static const nwt_option table[] = {__VA_ARGS__, NWT_OPTION_END}
#define RANGE(symbol, name, words, table, rows, callback, cost) \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct range), rows, callback, cost)
#define DTYPE NWT_OPTION_DTYPE(struct range, dtype, "None", "dtype of the output")
#define NUM NWT_OPTION_INT(struct range, num, "50", 0, INT64_MAX, "how many numbers")
#define AXIS NWT_OPTION_INT(struct range, axis, "0", INT64_MIN, INT64_MAX, "where they stand")
#define ENDPOINT NWTI_KEPT_ROW("endpoint", "True", "stop is the last of them")

static int32_t full_shape(nwt_op *op, const void *self)
{
    const struct range *full = self;

    if (full->shape.count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "shape has {} axes, more than {}", full->shape.count, NWT_MAX_RANK);
    }
    return nwt_op_output(op, (int32_t)full->shape.count, full->shape.items,
                         full->dtype ? full->dtype : NWT_DTYPE_FLOAT32);
}

/* Its length follows from numbers; of tensors Keras knows none either. */
static int32_t arange_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output_unknown(op);
}

static int32_t spaced_shape(nwt_op *op, const void *self)
{
    const struct range *spaced = self;
    nwti_operand start;
    nwti_operand stop;
    int32_t dtype;
    int32_t axis;

    if (!nwti_operand_of(op, 0, &start) || !nwti_operand_of(op, 1, &stop)) {
        return nwt_op_output_unknown(op);
    }
    dtype = nwti_result_dtype(op, NWTI_FLOATING, spaced->dtype ? spaced->dtype : start.dtype);
    if (nwti_operand_merge(op, &start, &stop)) {
        return NWT_STATUS_INVALID;
    }
    axis = nwt_op_axis(op, "axis", spaced->axis, start.rank + 1);
    if (nwti_operand_insert(op, &start, axis, spaced->num)) {
        return NWT_STATUS_INVALID;
    }
    return nwt_op_output(op, start.rank, start.dims, dtype);
}

/* As Keras has it: the sizes of the inputs, the first two exchanged unless 'ij' is asked for; the
   dtype is that of the last. */
static int32_t meshgrid_shape(nwt_op *op, const void *self)
{
    const struct range *mesh = self;
    int32_t count = nwt_op_input_count(op);
    int64_t dims[NWT_MAX_RANK];

    if (count > NWT_MAX_RANK || (count < 2 && !mesh->is_ij)) {
        return NWT_FAIL(op, "it takes from 2 to {} tensors, not {}", NWT_MAX_RANK, count);
    }
    for (int32_t i = 0; i < count; i++) {
        nwti_operand x;

        nwti_operand_read(op, i, "x", &x);
        dims[count > 1 && i < 2 && !mesh->is_ij ? 1 - i : i] = nwti_operand_size(op, &x);
    }
    for (int32_t i = 0; i < count; i++) {
        nwt_op_output(op, count, dims,
                      mesh->is_ij ? NWT_DTYPE_FLOAT32 : nwt_op_dtype(op, count - 1));
    }
    return 0;
}

/* What goes round keeps its shape. */
static int32_t loop_shape(nwt_op *op, const void *self)
{
    (void)self;
    for (int32_t i = 0; i < nwt_op_input_count(op); i++) {
        nwt_op_output(op, nwt_op_rank(op, i), nwt_op_dims(op, i), nwt_op_dtype(op, i));
    }
    return 0;
}

static const char *const indexings[] = {"xy", "ij", NULL};

ROWS(full_options, NWT_OPTION_INTS(struct range, shape, NULL, 0, INT64_MAX, "shape of the output"),
     DTYPE);
ROWS(full_rows, NWTI_OPERAND_AT(0, "fill_value", "the value of all elements"));
ROWS(arange_options, DTYPE);
ROWS(arange_rows, NWTI_OPERAND_AT(0, "start", "the first"),
     NWTI_OPTIONAL_AT(1, "stop", "before which it ends"),
     NWTI_OPTIONAL_AT(2, "step", "their distance"));
ROWS(linspace_options, NUM, ENDPOINT, NWTI_KEPT_ROW("retstep", "False", "give the step too"), DTYPE,
     AXIS);
ROWS(geomspace_options, NUM, ENDPOINT, DTYPE, AXIS);
ROWS(logspace_options, NUM, ENDPOINT, NWTI_KEPT_ROW("base", "10", "base of the powers"), DTYPE,
     AXIS);
ROWS(space_rows, NWTI_OPERAND_AT(0, "start", "the first"), NWTI_OPERAND_AT(1, "stop", "the last"));
ROWS(meshgrid_options, {"indexing", "'xy'", "which axis the first tensor is for", indexings, 0, 0,
                        NWT_TYPE_CHOICE, 0, (int32_t)offsetof(struct range, is_ij), 1});
ROWS(meshgrid_rows, {"x", NULL, "a list of tensors", NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSORS, 0,
                     (int32_t)offsetof(struct nwti_several, xs), 1});
ROWS(fori_options, NWTI_KEPT_ROW("lower", NULL, "the first number"),
     NWTI_KEPT_ROW("upper", NULL, "before which it ends"),
     NWTI_KEPT_ROW("body_fun", NULL, "what is done"));
ROWS(fori_rows, {"init_val", NULL, "what goes round", NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSORS, 0,
                 (int32_t)offsetof(struct nwti_several, xs), 1});
ROWS(while_options, NWTI_KEPT_ROW("cond", NULL, "while this holds"),
     NWTI_KEPT_ROW("body", NULL, "what is done"),
     NWTI_KEPT_ROW("maximum_iterations", "None", "how often at most"));
ROWS(while_rows, {"loop_vars", NULL, "what goes round", NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSORS, 0,
                  (int32_t)offsetof(struct nwti_several, xs), 1});

RANGE(arange, "Arange", "counts from start to stop", arange_options, arange_rows, arange_shape,
      NWT_WORK_MOVES);
RANGE(fori_loop, "ForiLoop", "does something for each number", fori_options, fori_rows, loop_shape,
      NWT_WORK_UNKNOWN);
RANGE(full, "Full", "makes a tensor of one value", full_options, full_rows, full_shape,
      NWT_WORK_MOVES);
RANGE(geomspace, "Geomspace", "makes numbers of equal ratios", geomspace_options, space_rows,
      spaced_shape, NWT_WORK_UNCOUNTED);
RANGE(linspace, "Linspace", "makes numbers of equal distances", linspace_options, space_rows,
      spaced_shape, NWT_WORK_UNCOUNTED);
RANGE(logspace, "Logspace", "makes powers of equal ratios", logspace_options, space_rows,
      spaced_shape, NWT_WORK_UNCOUNTED);
RANGE(meshgrid, "Meshgrid", "repeats vectors along each other", meshgrid_options, meshgrid_rows,
      meshgrid_shape, NWT_WORK_MOVES);
RANGE(while_loop, "WhileLoop", "does something while a condition holds", while_options, while_rows,
      loop_shape, NWT_WORK_UNKNOWN);
