/* Losses and other operations of training. */
#include "ops/operand.h"

struct loss {
    int64_t axis;
    int64_t top_paths;
    int32_t is_beam_search;
};

#define ROWS(table, ...) static const nwt_option table[] = {__VA_ARGS__, NWT_OPTION_END}
#define LOSS(symbol, name, words, table, rows, callback, cost) \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct loss), rows, callback, cost)
#define LOSS_AXIS(fallback)                                                                       \
    {                                                                                             \
        "axis", fallback, "the axis of the classes", NULL, INT64_MIN, INT64_MAX, NWT_TYPE_INT, 0, \
            (int32_t)offsetof(struct loss, axis), 1                                               \
    }

static int32_t differ(const nwti_operand *a, const nwti_operand *b)
{
    for (int32_t i = 0; i < a->rank && a->rank == b->rank; i++) {
        if (a->dims[i] != b->dims[i]) {
            return 1;
        }
    }
    return a->rank != b->rank;
}

/* The first two operands. Returns 0 if one is unknown. */
static int32_t read_two(nwt_op *op, nwti_operand *a, nwti_operand *b)
{
    if (!nwti_operand_of(op, 0, a) || !nwti_operand_of(op, 1, b)) {
        nwt_op_output_unknown(op);
        return 0;
    }
    return !nwt_op_ended(op);
}

/* Of one shape; the loss keeps all axes but the last `gone`. */
static int32_t crossentropy(nwt_op *op, int32_t gone)
{
    nwti_operand target;
    nwti_operand output;

    if (!read_two(op, &target, &output)) {
        return 0;
    }
    if (differ(&target, &output) || output.rank < gone) {
        return NWT_FAIL(op, "target {0} and output {1} must have one shape, of {} axes or more",
                        gone);
    }
    output.rank -= gone;
    return nwti_operand_output(op, &output, NWTI_AS_IS);
}

static int32_t binary_crossentropy_shape(nwt_op *op, const void *self)
{
    (void)self;
    return crossentropy(op, 0);
}

static int32_t categorical_crossentropy_shape(nwt_op *op, const void *self)
{
    (void)self;
    return crossentropy(op, 1);
}

static int32_t sparse_categorical_crossentropy_shape(nwt_op *op, const void *self)
{
    nwti_operand target;
    nwti_operand output;
    int32_t axis;

    if (!read_two(op, &target, &output)) {
        return 0;
    }
    axis = nwti_operand_axis(op, "axis", ((const struct loss *)self)->axis, &output);
    if (nwt_op_ended(op)) {
        return 0;
    }
    target.rank -= target.rank == output.rank && target.dims[target.rank - 1] == 1;
    nwti_operand_remove(&output, axis);
    if (differ(&target, &output)) {
        return NWT_FAIL(op, "target {0} must be output {1} without its classes", 0);
    }
    return nwti_operand_output(op, &output, NWTI_AS_IS);
}

static int32_t ctc_loss_shape(nwt_op *op, const void *self)
{
    nwti_operand of[4];

    (void)self;
    for (int32_t i = 0; i < 4; i++) {
        if (!nwti_operand_of(op, i, &of[i])) {
            return nwt_op_output_unknown(op);
        }
        if (of[i].rank < 1 || of[i].dims[0] != of[0].dims[0]) {
            return NWT_FAIL(op, "its operands must have as many samples as each other", 0);
        }
    }
    return nwt_op_output(op, 1, of[0].dims, nwti_promote(op, of[1].dtype, NWT_DTYPE_FLOAT32));
}

static int32_t ctc_decode_shape(nwt_op *op, const void *self)
{
    const struct loss *ctc = self;
    int64_t paths = ctc->is_beam_search ? ctc->top_paths : 1;
    nwti_operand x;

    if (!nwti_operand_of(op, 0, &x)) {
        return nwt_op_output_unknown(op);
    }
    if (x.rank < 2) {
        return NWT_FAIL(op, "its input has {} axes, fewer than 2: {0}", x.rank);
    }
    nwt_op_output(op, 3, (int64_t[]){paths, x.dims[0], x.dims[1]}, NWT_DTYPE_INT32);
    return nwt_op_output(op, 2, (int64_t[]){x.dims[0], paths},
                         nwti_promote(op, x.dtype, NWT_DTYPE_FLOAT32));
}

static int32_t psnr_shape(nwt_op *op, const void *self)
{
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!read_two(op, &x1, &x2)) {
        return 0;
    }
    if (x1.rank != x2.rank) {
        return NWT_FAIL(op, "x1 has {} axes, x2 {}", x1.rank, x2.rank);
    }
    return nwt_op_output(op, 0, NULL, NWT_DTYPE_FLOAT32);
}

static int32_t polar_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    return nwti_operand_of(op, 0, &x) ? nwti_operand_output(op, &x, NWTI_SINGLE)
                                      : nwt_op_output_unknown(op);
}

static int32_t batch_norm_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    nwti_operand statistic;
    int32_t axis;

    if (!nwti_operand_of(op, 0, &x)) {
        return nwt_op_output_unknown(op);
    }
    axis = nwti_operand_axis(op, "axis", ((const struct loss *)self)->axis, &x);
    for (int32_t i = 1; i < 5 && !nwt_op_ended(op); i++) {
        if (nwti_operand_of(op, i, &statistic) &&
            (statistic.rank != 1 || statistic.dims[0] != x.dims[axis])) {
            return NWT_FAIL(op, "mean, variance, offset and scale must have one axis of {}",
                            x.dims[axis]);
        }
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static const char *const strategies[] = {"greedy", "beam_search", NULL};

ROWS(logit_options, NWTI_KEPT_ROW("from_logits", "False", "the output is before a softmax"));
ROWS(class_options, NWTI_KEPT_ROW("from_logits", "False", "the output is before a softmax"),
     LOSS_AXIS("-1"));
ROWS(target_rows, NWTI_OPERAND_AT(0, "target", "what is right"),
     NWTI_OPERAND_AT(1, "output", "what was predicted"));
ROWS(ctc_options, NWTI_KEPT_ROW("mask_index", "0", "the class of blanks"));
ROWS(ctc_rows, NWTI_OPERAND_AT(0, "target", "(batch, labels)"),
     NWTI_OPERAND_AT(1, "output", "(batch, steps, classes)"),
     NWTI_OPERAND_AT(2, "target_length", "(batch,)"),
     NWTI_OPERAND_AT(3, "output_length", "(batch,)"));
ROWS(decode_options,
     {"strategy", "'greedy'", "how paths are found", strategies, 0, 0, NWT_TYPE_CHOICE, 0,
      (int32_t)offsetof(struct loss, is_beam_search), 1},
     NWTI_KEPT_ROW("beam_width", "100", "paths that are followed"),
     {"top_paths", "1", "paths that are given", NULL, 0, INT64_MAX, NWT_TYPE_INT, 0,
      (int32_t)offsetof(struct loss, top_paths), 1},
     NWTI_KEPT_ROW("merge_repeated", "True", "join equal neighbours"),
     NWTI_KEPT_ROW("mask_index", "0", "the class of blanks"));
ROWS(decode_rows, NWTI_OPERAND_AT(0, "inputs", "(batch, steps, classes)"),
     NWTI_OPERAND_AT(1, "sequence_lengths", "(batch,)"));
ROWS(psnr_options, NWTI_KEPT_ROW("max_val", NULL, "range of the values"));
ROWS(psnr_rows, NWTI_OPERAND_AT(0, "x1", "any tensor"), NWTI_OPERAND_AT(1, "x2", "any tensor"));
ROWS(polar_rows, NWTI_OPERAND_AT(0, "abs_", "lengths"), NWTI_OPERAND_AT(1, "angle", "angles"));
ROWS(batch_norm_options, LOSS_AXIS(NULL),
     NWTI_KEPT_ROW("epsilon", "0.001", "added to what it divides by"));
ROWS(batch_norm_rows, NWTI_OPERAND_AT(0, "x", "any tensor"),
     NWTI_OPERAND_AT(1, "mean", "of each feature"), NWTI_OPERAND_AT(2, "variance", "of each"),
     NWTI_OPTIONAL_AT(3, "offset", "of each"), NWTI_OPTIONAL_AT(4, "scale", "of each"));

LOSS(batch_norm, "BatchNorm", "shifts and scales each feature", batch_norm_options, batch_norm_rows,
     batch_norm_shape, NWT_WORK_UNCOUNTED);
LOSS(binary_crossentropy, "BinaryCrossentropy", "gives a loss", logit_options, target_rows,
     binary_crossentropy_shape, NWT_WORK_UNCOUNTED);
LOSS(categorical_crossentropy, "CategoricalCrossentropy", "gives a loss", class_options,
     target_rows, categorical_crossentropy_shape, NWT_WORK_UNCOUNTED);
LOSS(ctc_decode, "CTCDecode", "finds labels", decode_options, decode_rows, ctc_decode_shape,
     NWT_WORK_UNCOUNTED);
LOSS(ctc_loss, "CTCLoss", "gives a loss", ctc_options, ctc_rows, ctc_loss_shape,
     NWT_WORK_UNCOUNTED);
LOSS(polar, "Polar", "makes complex numbers of lengths and angles", NULL, polar_rows, polar_shape,
     NWT_WORK_UNCOUNTED);
LOSS(psnr, "PSNR", "compares two tensors", psnr_options, psnr_rows, psnr_shape, NWT_WORK_UNCOUNTED);
LOSS(sparse_categorical_crossentropy, "SparseCategoricalCrossentropy", "gives a loss",
     class_options, target_rows, sparse_categorical_crossentropy_shape, NWT_WORK_UNCOUNTED);
