#include "core/account.h"
#include "core/axes.h"
#include "core/builtin.h"
#include "core/op.h"
#include "layers/adaptation.h"
#include "support/checked.h"

#include <string.h>

struct einsum_dense {
    const char *equation;
    nwt_ints output_shape;
    const char *activation;
    const char *bias_axes;
    const char *labels; /* of the kernel's axes, one string behind the other, the last for
                                   all that follow: "heads\0units\0" */
    int64_t lora_rank;
};

static const nwt_option einsum_dense_options[] = {
    NWT_OPTION_STRING(struct einsum_dense, equation, NULL, "as of numpy.einsum: 'abc,cd->abd'"),
    NWT_OPTION_INTS(struct einsum_dense, output_shape, NULL, 1, INT64_MAX,
                    "the output's shape without the batch, None where the input tells it"),
    NWT_OPTION_FUNCTION(struct einsum_dense, activation, "None", "function applied to the output"),
    NWT_OPTION_STRING(struct einsum_dense, bias_axes, "None", "the output's axes that have a bias"),
    NWT_OPTION_INITIALIZER("kernel", "the kernel"),
    NWT_OPTION_INITIALIZER("bias", "the bias"),
    NWT_OPTION_REGULARIZER("kernel", "the kernel"),
    NWT_OPTION_REGULARIZER("bias", "the bias"),
    NWT_OPTION_CONSTRAINT("kernel", "the kernel"),
    NWT_OPTION_CONSTRAINT("bias", "the bias"),
    LORA_OPTIONS(struct einsum_dense),
    NWT_OPTION_OPAQUE("gptq_unpacked_column_size", "columns before the weights were packed"),
    NWT_OPTION_OPAQUE("quantization_config", "how the weights are quantised"),
    NWT_ROW_(struct einsum_dense, labels, "None", "what the kernel's axes are called", NULL, 0, 0,
             NWT_TYPE_STRING, NWT_FLAG_HIDDEN, 1),
    NWT_OPTION_END};

NWT_ONE_TENSOR(einsum_dense_arguments, 1, NWT_MAX_RANK, "(batch, ...), as the equation has it");

/* The letters of one tensor in the equation, and its dims; the axis of letter i is i + offset. */
struct term {
    const char *letters;
    int32_t count;
    int32_t offset;
    int32_t rank;
    int64_t dims[NWT_MAX_RANK];
};

struct einsum {
    struct term input, kernel, output;
    int32_t elided; /* axes of the input that "..." stands for */
    int32_t left;   /* they stand in front */
};

static const char *read_letters(const char *p, struct term *term)
{
    term->letters = p;
    term->count = 0;
    while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')) {
        p++;
        term->count += term->count <= NWT_MAX_RANK;
    }
    return p;
}

/* Moves past `text`. Returns 1 if it stood there. */
static int32_t skip(const char **p, const char *text)
{
    size_t length = strlen(text);
    int32_t found = strncmp(*p, text, length) == 0;

    *p += found ? length : 0;
    return found;
}

static int32_t read_equation(nwt_op *op, const char *p, struct einsum *e)
{
    int32_t right, valid;

    e->left = skip(&p, "...");
    p = read_letters(p, &e->input);
    right = !e->left && skip(&p, "...");
    valid = skip(&p, ",");
    p = read_letters(p, &e->kernel);
    valid = valid && skip(&p, "->") && (!e->left || skip(&p, "..."));
    p = read_letters(p, &e->output);
    valid = valid && (!right || skip(&p, "...")) && *p == '\0';
    valid = valid && e->input.count > right && e->kernel.count && e->output.count;
    if (!valid) {
        return nwt_op_fail(op,
                           "equation is {equation}; it must read 'ab,bc->ac', "
                           "'...ab,bc->...ac' or 'ab...,bc->ac...'",
                           0, NULL);
    }
    if (e->kernel.count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "equation gives the kernel more than {} axes", NWT_MAX_RANK);
    }
    return 0;
}

/* The axis of a letter (the last one, if it stands twice), or -1. */
static int32_t axis_of(const struct term *term, char letter)
{
    int32_t i = term->count - 1;

    while (i >= 0 && term->letters[i] != letter) {
        i--;
    }
    return i < 0 ? -1 : i + term->offset;
}

/* The batch, output_shape, and the input's axes under "..." (and those that no letter has). Keras
   inserts those on the left one by one behind the batch, so they stand in reverse. */
static int32_t fill_output(nwt_op *op, const struct einsum_dense *self, struct einsum *e)
{
    struct term *out = &e->output;
    int64_t count = self->output_shape.count;
    int32_t rank = e->input.rank, elided = e->elided;

    if (count > NWT_MAX_RANK - rank) {
        return NWT_FAIL(op, "output_shape has {} axes; {} are allowed with this input", count,
                        NWT_MAX_RANK - rank);
    }
    out->dims[out->rank++] = e->input.dims[0];
    for (int32_t i = elided - 1; e->left && i > 0; i--) {
        out->dims[out->rank++] = e->input.dims[i];
    }
    for (int64_t i = 0; i < count; i++) {
        out->dims[out->rank++] = self->output_shape.items[i];
    }
    for (int32_t i = rank - elided; !e->left && i < rank; i++) {
        out->dims[out->rank++] = e->input.dims[i];
    }
    out->offset = e->left ? elided : 0;
    if (out->offset + out->count > out->rank) {
        return NWT_FAIL(op, "output_shape has {} axes, too few for those of equation {equation}",
                        count);
    }
    return 0;
}

static int32_t check_letters(nwt_op *op, const struct einsum *e)
{
    for (int32_t i = 0; i < e->input.count; i++) {
        int32_t axis = axis_of(&e->output, e->input.letters[i]);
        int64_t size = e->input.dims[axis_of(&e->input, e->input.letters[i])];

        if (axis >= 0 && e->output.dims[axis] != -1 && e->output.dims[axis] != size) {
            return NWT_FAIL(op,
                            "output_shape has {} on axis {}, which equation {equation} makes "
                            "the input's {}",
                            e->output.dims[axis], axis, size);
        }
    }
    for (int32_t i = 0; i < e->output.count; i++) {
        if (axis_of(&e->input, e->output.letters[i]) < 0 &&
            axis_of(&e->kernel, e->output.letters[i]) < 0) {
            return NWT_FAIL(op,
                            "letter {} of the output in equation {equation} stands in neither "
                            "input nor kernel",
                            i + 1);
        }
    }
    for (int32_t i = 0; i < e->kernel.count; i++) {
        if (axis_of(&e->input, e->kernel.letters[i]) < 0 &&
            axis_of(&e->output, e->kernel.letters[i]) < 0) {
            return NWT_FAIL(op,
                            "letter {} of the kernel in equation {equation} stands in neither "
                            "input nor output",
                            i + 1);
        }
    }
    return 0;
}

/* Reads the equation against the input's shape; 0 if all is well. */
static int32_t analyse(nwt_op *op, const struct einsum_dense *self, struct einsum *e)
{
    memset(e, 0, sizeof *e);
    e->input.rank = nwt_op_rank(op, 0);
    if (nwt_op_ended(op) || read_equation(op, self->equation, e)) {
        return NWT_STATUS_INVALID;
    }
    memcpy(e->input.dims, nwt_op_dims(op, 0), (size_t)e->input.rank * sizeof *e->input.dims);
    e->elided = e->input.rank - e->input.count;
    if (e->elided < 0) {
        return NWT_FAIL(op, "equation {equation} needs an input of {} axes, not {0}",
                        e->input.count);
    }
    e->input.offset = e->left ? e->elided : 0;
    return fill_output(op, self, e) || check_letters(op, e) ? NWT_STATUS_INVALID : 0;
}

/* What a reader calls the axis of a letter of the kernel. */
static const char *label_of(const struct einsum_dense *self, const struct einsum *e, char letter)
{
    const char *label = self->labels;

    if (!label) {
        return axis_of(&e->output, letter) < 0 ? "input features" : "output features";
    }
    for (int32_t i = axis_of(&e->kernel, letter); i > 0 && label[strlen(label) + 1]; i--) {
        label += strlen(label) + 1;
    }
    return label;
}

/* From the first axis with a bias on; axes without one between and after them are 1. */
static int32_t bias_weight(nwt_op *op, const struct einsum_dense *self, const struct einsum *e)
{
    const struct term *out = &e->output;
    const char *bias_axes = self->bias_axes;
    nwt_axis axes[NWT_MAX_RANK];
    int32_t first = out->count, count = 0;

    for (const char *p = bias_axes; *p != '\0'; p++) {
        int32_t letter = axis_of(out, *p) - out->offset;

        if (letter < 0) {
            return nwt_op_fail(op,
                               "bias_axes is {bias_axes}; only letters of the output in "
                               "equation {equation} are allowed",
                               0, NULL);
        }
        first = letter < first ? letter : first;
    }
    if (first == out->count) {
        return nwt_op_fail(op, "bias_axes is empty; letters of the output or None are allowed", 0,
                           NULL);
    }
    for (int32_t i = first; i < out->count; i++) {
        char letter = out->letters[i];
        int32_t biased = strchr(bias_axes, letter) != NULL;

        axes[count++] = biased ? (nwt_axis){label_of(self, e, letter), out->dims[i + out->offset]}
                               : (nwt_axis){"shared", 1, NWT_AXIS_REASON};
    }
    for (int32_t i = 0; !e->left && i < e->elided; i++) {
        axes[count++] = (nwt_axis){"shared", 1, NWT_AXIS_REASON};
    }
    return nwt_op_weight(op, "bias", count, axes, 0, 0);
}

/* Flattened: axes that the product reduces are rows. GPTQ and AWQ guess it from the sizes: the
   largest axis is the model's. */
static void flatten(const struct einsum *e, int32_t mode, const nwt_axis *axes,
                    struct nwti_matrix *matrix)
{
    int32_t is_guessed = mode == NWTI_GPTQ || mode == NWTI_AWQ, largest = 0;

    for (int32_t i = 1; i < e->kernel.count; i++) {
        largest = axes[i].size > axes[largest].size ? i : largest;
    }
    matrix->rows = 1;
    matrix->columns = 1;
    for (int32_t i = 0; i < e->kernel.count; i++) {
        int32_t is_row = is_guessed ? i == 0 || (largest > 0 && i < e->kernel.count - 1)
                                    : axis_of(&e->output, e->kernel.letters[i]) < 0;
        int64_t *place = is_row ? &matrix->rows : &matrix->columns;

        if (axes[i].size < 0 || !nwti_multiply(*place, axes[i].size, place)) {
            *place = -1;
            return;
        }
    }
}

/* Of int8 the kernel keeps its axes, and the scale has those of the output in the equation. */
static void int8_weights(nwt_op *op, const struct einsum_dense *self, const struct einsum *e,
                         const nwt_axis *axes)
{
    int32_t has_dots = strstr(self->equation, "...") != NULL;
    int32_t rank = has_dots ? e->output.rank : e->output.count;
    nwt_axis scale[NWT_MAX_RANK];

    nwt_op_weight(op, "kernel", e->kernel.count, axes, NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_INT8);
    for (int32_t i = 0; i < rank; i++) {
        int32_t at = has_dots ? i - e->output.offset : i;
        int32_t axis = at >= 0 && at < e->output.count ? axis_of(&e->kernel, e->output.letters[at])
                                                       : -1;

        scale[i] = axis >= 0 ? axes[axis] : (nwt_axis){"(shared)", 1};
    }
    nwt_op_weight(op, "kernel_scale", rank, scale, NWT_WEIGHT_NON_TRAINABLE, 0);
}

static void kernel_itself(nwt_op *op, const struct einsum_dense *self, const struct einsum *e,
                          const nwt_axis *axes)
{
    struct nwti_quantization q;
    struct nwti_matrix matrix = {"kernel", "rows", "columns", "kernel_scale", "kernel_zero", 0, 0};
    int32_t since = op->declared_count;

    if (nwti_quantization_read(op, &q)) {
        return;
    }
    /* An attention's equations stand for letters. */
    if (q.mode != NWTI_UNQUANTIZED && q.mode != NWTI_FLOAT8 && !nwt_op_is_within(op) &&
        strstr(self->equation, "...") != NULL) {
        nwt_op_fail(op, "a dtype policy of integers does not go with '...' in the equation", 0,
                    NULL);
        return;
    }
    if ((q.mode == NWTI_GPTQ || q.mode == NWTI_AWQ) &&
        (e->kernel.count < 2 || e->kernel.count > 3)) {
        NWT_FAIL(op, "GPTQ and AWQ need a kernel of 2 or 3 axes, not {}", e->kernel.count);
        return;
    }
    if (self->lora_rank > 0 && (q.mode == NWTI_GPTQ || q.mode == NWTI_AWQ)) {
        NWT_FAIL(op, "lora_rank {} does not go with GPTQ and AWQ", self->lora_rank);
        return;
    }
    if (q.mode == NWTI_INT8) {
        int8_weights(op, self, e, axes);
        nwti_op_stand_for(op, since, e->kernel.count, axes);
        return;
    }
    if (q.mode == NWTI_FLOAT8) {
        nwti_float8_weights(op, &q);
    }
    if (q.mode == NWTI_UNQUANTIZED || q.mode == NWTI_FLOAT8) {
        nwt_op_weight(op, "kernel", e->kernel.count, axes,
                      self->lora_rank > 0 ? NWT_WEIGHT_FROZEN : 0, 0);
        return;
    }
    matrix.zero = q.mode == NWTI_INT4 ? "kernel_zero" : "zero_point";
    flatten(e, q.mode, axes, &matrix);
    nwti_quantized_weights(op, &q, &matrix);
}

/* The kernel, the bias, and what adapts the kernel. */
static void kernel_weights(nwt_op *op, const struct einsum_dense *self, const struct einsum *e)
{
    nwt_axis axes[NWT_MAX_RANK];
    int32_t last = e->kernel.count - 1, adapted = self->lora_rank > 0;

    for (int32_t i = 0; i <= last; i++) {
        char letter = e->kernel.letters[i];
        int32_t axis = axis_of(&e->output, letter);

        axes[i] = (nwt_axis){label_of(self, e, letter),
                             axis < 0 ? e->input.dims[axis_of(&e->input, letter)]
                                      : e->output.dims[axis]};
    }
    kernel_itself(op, self, e, axes);
    if (self->bias_axes && bias_weight(op, self, e)) {
        return;
    }
    if (adapted) {
        nwt_axis output = axes[last];

        axes[last] = (nwt_axis){"rank", self->lora_rank};
        nwt_op_weight(op, "lora_kernel_a", last + 1, axes, 0, NWT_DTYPE_FLOAT32);
        NWT_WEIGHT_WITH(op, "lora_kernel_b", 0, NWT_DTYPE_FLOAT32, {"rank", self->lora_rank},
                        {output.label, output.size});
    }
}

static int32_t einsum_dense_make(nwt_op *op, void *self)
{
    return nwti_lora_check(op, ((struct einsum_dense *)self)->lora_rank, "kernel_constraint");
}

static int32_t einsum_dense_weights(nwt_op *op, const void *self)
{
    const struct einsum_dense *dense = self;
    struct einsum e;

    if (analyse(op, dense, &e)) {
        return 0;
    }
    kernel_weights(op, dense, &e);
    return 0;
}

/* All letters once, but for those that only the input has: they are summed first. With `kept` not
   those either that the product sums. */
static int32_t einsum_axes(const struct einsum_dense *self, const struct einsum *e, int32_t kept,
                           nwt_axis *axes)
{
    int32_t count = 0, i;

    for (i = 0; i < e->input.rank && count < NWT_MAX_RANK; i++) {
        int32_t at = i - e->input.offset;
        char letter = at >= 0 && at < e->input.count ? e->input.letters[at] : '\0';

        if (letter != '\0' && axis_of(&e->kernel, letter) < 0 && axis_of(&e->output, letter) < 0) {
            continue;
        }
        if (letter == '\0' || axis_of(&e->kernel, letter) < 0) {
            axes[count++] = (nwt_axis){i == 0 ? "samples" : nwti_axis_label(i, e->input.rank + 1),
                                       e->input.dims[i]};
        }
    }
    for (i = 0; i < e->kernel.count && count < NWT_MAX_RANK; i++) {
        char letter = e->kernel.letters[i];
        int32_t axis = axis_of(&e->output, letter);

        if (axis >= 0 || !kept) {
            axes[count++] = (nwt_axis){label_of(self, e, letter),
                                       axis < 0 ? e->input.dims[axis_of(&e->input, letter)]
                                                : e->output.dims[axis]};
        }
    }
    return count;
}

/* The input by the kernel; or by the first half of what adapts it, and the result by the other. */
static void einsum_dense_macs(nwt_op *op, const struct einsum_dense *self, const struct einsum *e)
{
    nwt_axis axes[NWT_MAX_RANK];
    int32_t count = einsum_axes(self, e, 0, axes);

    nwt_op_macs(op, count, axes);
    if (nwti_lora_is_apart(op, self->lora_rank)) {
        axes[count - 1] = (nwt_axis){"rank", self->lora_rank};
        nwt_op_macs(op, count, axes);
        count = einsum_axes(self, e, 1, axes);
        if (count < NWT_MAX_RANK) {
            axes[count++] = (nwt_axis){"rank", self->lora_rank};
        }
        nwt_op_macs(op, count, axes);
    }
}

/* Keras 2 ran the equation: each axis has the size of its letter, whatever output_shape says. */
static void run_equation(struct einsum *e)
{
    struct term run = e->output;

    run.rank = 0;
    for (int32_t i = 0; e->left && i < e->elided; i++) {
        run.dims[run.rank++] = e->input.dims[i];
    }
    for (int32_t i = 0; i < run.count; i++) {
        int32_t axis = axis_of(&e->input, run.letters[i]);

        run.dims[run.rank++] = axis >= 0 ? e->input.dims[axis]
                                         : e->output.dims[axis_of(&e->output, run.letters[i])];
    }
    for (int32_t i = e->input.rank - e->elided; !e->left && i < e->input.rank; i++) {
        run.dims[run.rank++] = e->input.dims[i];
    }
    e->output = run;
}

static int32_t einsum_dense_shape(nwt_op *op, const void *self)
{
    const struct einsum_dense *dense = self;
    struct einsum e;

    if (analyse(op, self, &e)) {
        return 0;
    }
    if (nwti_op_is_tensorflow(op)) {
        run_equation(&e);
    }
    nwt_op_output(op, e.output.rank, e.output.dims, 0);
    if (nwti_op_is_accounted(op)) {
        einsum_dense_macs(op, dense, &e);
        if (dense->bias_axes) {
            nwti_op_bias(op, NWTI_DENSE_BIASES, e.output.rank, e.output.dims);
        }
        nwti_op_activation(op, dense->activation, e.output.rank, e.output.dims);
    }
    return 0;
}

KIND(einsum_dense, "EinsumDense", .about = "multiplies by a kernel as an einsum equation says",
     .options = einsum_dense_options, .arguments = einsum_dense_arguments,
     .self_size = sizeof(struct einsum_dense), .arguments_size = sizeof(nwt_one_tensor),
     .make = einsum_dense_make, .weights = einsum_dense_weights, .shape = einsum_dense_shape,
     .work = NWT_WORK_STATED);
