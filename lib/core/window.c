#include "core/window.h"
#include "core/account.h"
#include "core/builtin.h"

#include <string.h>

const char *const nwti_data_formats[] = {"channels_last", "channels_first", NULL};
const char *const nwti_paddings[] = {"valid", "same", NULL};
const char *const nwti_paddings_1d[] = {"valid", "same", "causal", NULL};

static const char *const kernel_labels[NWTI_MAX_SPATIAL][NWTI_MAX_SPATIAL] = {
    {"kernel steps"},
    {"kernel rows", "kernel columns"},
    {"kernel planes", "kernel rows", "kernel columns"}};

static int64_t largest(const int64_t *values)
{
    int64_t result = values[0];

    for (int32_t i = 1; i < NWTI_MAX_SPATIAL; i++) {
        result = values[i] > result ? values[i] : result;
    }
    return result;
}

/* Lengths that a kind has not are 0; those of a ConvLSTM's cell, which serves any number, 1. */
static int32_t axis_count(const struct nwti_window *window, int32_t rank)
{
    int32_t count = 0;

    while (count < NWTI_MAX_SPATIAL && count < rank - 2 && window->size[count] > 0) {
        count++;
    }
    return count;
}

int32_t nwti_window_check_rank(nwt_op *op, const struct nwti_window *window)
{
    int32_t rank = nwt_op_rank(op, 0), wanted = 2 + axis_count(window, NWT_MAX_RANK);

    if (nwt_op_ended(op) || rank == wanted) {
        return nwt_op_ended(op);
    }
    if (rank < wanted || !nwti_op_is_tensorflow(op) || window->data_format == NWTI_CHANNELS_FIRST) {
        return NWT_FAIL(op, "inputs has shape {0}, but its rank must be {}", wanted);
    }
    nwti_op_uncounted(op);
    return 0;
}

int32_t nwti_window_check(nwt_op *op, const struct nwti_window *window)
{
    int64_t strides = largest(window->strides);
    int64_t dilation_rate = largest(window->dilation_rate);

    if (strides > 1 && dilation_rate > 1) {
        return NWT_FAIL(op, "strides {} and dilation_rate {} cannot both be more than 1", strides,
                        dilation_rate);
    }
    return 0;
}

int64_t nwti_channels(nwt_op *op, int32_t data_format)
{
    return nwt_op_dim(op, 0, data_format == NWTI_CHANNELS_FIRST ? 1 : -1);
}

int32_t nwti_window_weight(nwt_op *op, const char *name, const struct nwti_window *window,
                           int32_t count, const nwt_axis *axes, int32_t flags, int32_t dtype)
{
    nwt_axis all[NWT_MAX_RANK];
    int32_t spatial = axis_count(window, nwt_op_rank(op, 0));

    if (spatial < 1 || spatial > NWTI_MAX_SPATIAL) {
        return 0; /* the rank is unknown, and so is the op from now on */
    }
    for (int32_t i = 0; i < spatial; i++) {
        all[i] = (nwt_axis){kernel_labels[spatial - 1][i], window->size[i]};
    }
    memcpy(all + spatial, axes, (size_t)count * sizeof *axes);
    return nwt_op_weight(op, name, spatial + count, all, flags, dtype);
}

struct nwti_grid nwti_grid_of(nwt_op *op, int32_t data_format)
{
    struct nwti_grid grid = {{0}, nwt_op_rank(op, 0), 1, 0, 1};

    memcpy(grid.dims, nwt_op_dims(op, 0), (size_t)grid.rank * sizeof *grid.dims);
    grid.count = grid.rank - 2;
    if (data_format == NWTI_CHANNELS_FIRST) {
        grid.first = 2;
    } else {
        grid.channels = grid.rank - 1;
    }
    return grid;
}

static int64_t fail_too_large(nwt_op *op, const struct nwti_window *window, int32_t i, int64_t span,
                              int64_t dim, int32_t axis)
{
    if (window->dilation_rate[i] > 1) {
        NWT_FAIL(op,
                 "kernel_size {} with dilation_rate {} spans {}, more than the input's {} on "
                 "axis {}",
                 window->size[i], window->dilation_rate[i], span, dim, axis);
    } else if (window->dilation_rate[i] == 1) {
        NWT_FAIL(op, "kernel_size {} is larger than the input's {} on axis {}", window->size[i],
                 dim, axis);
    } else {
        NWT_FAIL(op, "pool_size {} is larger than the input's {} on axis {}", window->size[i], dim,
                 axis);
    }
    return -1;
}

/* How often window axis i fits into `dim`: Keras's compute_conv_output_shape. */
static int64_t slide(nwt_op *op, const struct nwti_window *window, int32_t i, int64_t dim,
                     int32_t axis)
{
    int64_t stride = window->strides[i] == NWT_NONE_INT ? window->size[i] : window->strides[i];
    int64_t dilation_rate = window->dilation_rate[i] > 0 ? window->dilation_rate[i] : 1;
    int64_t span = (window->size[i] - 1) * dilation_rate + 1;

    if (dim < 0) {
        return -1;
    }
    if (stride < 1) { /* ConvLSTM's cell has 0 for the axes it lacks */
        return NWT_FAIL(op, "strides must be at least 1, not {}", stride);
    }
    if (window->padding != NWTI_PAD_VALID) {
        return dim / stride + (dim % stride > 0);
    }
    return dim < span ? fail_too_large(op, window, i, span, dim, axis) : (dim - span) / stride + 1;
}

struct nwti_grid nwti_window_grid(nwt_op *op, const struct nwti_window *window, int64_t channels)
{
    struct nwti_grid grid = nwti_grid_of(op, window->data_format);
    int32_t more = grid.count - axis_count(window, grid.rank);

    grid.first += more;
    grid.count -= more;
    for (int32_t i = 0; i < grid.count; i++) {
        int32_t axis = grid.first + i;

        grid.dims[axis] = slide(op, window, i, grid.dims[axis], axis);
    }
    grid.dims[grid.channels] = channels;
    return grid;
}

struct nwti_grid nwti_blocked_grid(nwt_op *op, const struct nwti_window *window, int64_t channels)
{
    struct nwti_grid grid = nwti_grid_of(op, window->data_format);
    int32_t is_dilated = 0, is_unknown = 0;

    for (int32_t i = 0; i < grid.count; i++) {
        is_dilated |= window->dilation_rate[i] > 1;
        is_unknown |= grid.dims[grid.first + i] < 0;
    }
    if (!is_dilated || !is_unknown || !nwti_op_is_tensorflow(op)) {
        return nwti_window_grid(op, window, channels);
    }
    for (int32_t i = 0; i < grid.count; i++) {
        grid.dims[grid.first + i] = -1;
    }
    grid.dims[grid.channels] = channels;
    return grid;
}

int32_t nwti_window_output(nwt_op *op, const struct nwti_window *window, int64_t channels)
{
    struct nwti_grid grid = nwti_window_grid(op, window, channels);

    return nwt_op_output(op, grid.rank, grid.dims, 0);
}
