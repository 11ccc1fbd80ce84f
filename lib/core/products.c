#include "core/tensor.h"
#include "core/products.h"
#include "support/checked.h"

#include <string.h>

enum { MOST_TAPS = 1 << 20 };

static const char *const position_labels[NWTI_MAX_SPATIAL][NWTI_MAX_SPATIAL] = {
    {"steps"}, {"rows", "columns"}, {"planes", "rows", "columns"}};
static const char *const tap_labels[NWTI_MAX_SPATIAL][NWTI_MAX_SPATIAL] = {
    {"kernel steps"},
    {"kernel rows", "kernel columns"},
    {"kernel planes", "kernel rows", "kernel columns"}};

/* How many o from 0 to count - 1 have 0 <= o * stride + offset < length. */
static int64_t hits(int64_t count, int64_t stride, int64_t offset, int64_t length)
{
    int64_t low = offset >= 0 ? 0 : (-offset - 1) / stride + 1;
    int64_t high = offset >= length ? -1 : (length - 1 - offset) / stride;

    high = high < count - 1 ? high : count - 1;
    return high >= low ? high - low + 1 : 0;
}

int64_t nwti_pairs(int64_t positions, int64_t stride, int64_t taps, int64_t dilation,
                   int64_t before, int64_t length)
{
    int64_t sum = 0, i;
    int32_t by_tap = taps <= positions;
    int64_t loops = by_tap ? taps : positions;

    if (loops > MOST_TAPS || length <= 0) {
        return length <= 0 ? 0 : -1;
    }
    for (i = 0; i < loops; i++) {
        int64_t found = by_tap ? hits(positions, stride, i * dilation - before, length)
                               : hits(taps, dilation, i * stride - before, length);

        if (!nwti_add(sum, found, &sum)) {
            return -1;
        }
    }
    return sum;
}

/* Pairs along an axis: before it stands half of the padding that 'same' needs. */
static int64_t axis_pairs(const struct nwti_window *window, int32_t i, int64_t length, int64_t out)
{
    int64_t stride = window->strides[i] == NWT_NONE_INT ? window->size[i] : window->strides[i];
    int64_t dilation = window->dilation_rate[i] > 0 ? window->dilation_rate[i] : 1;
    int64_t before = 0, last, span, result;

    if (length < 0 || out < 0 || stride < 1) {
        return -1;
    }
    /* Keras pads for 'causal' before it convolves: the convolution meets no padding. */
    if (window->padding != NWTI_PAD_SAME) {
        return nwti_multiply(out, window->size[i], &result) ? result : -1;
    }
    if (out > 0) {
        if (!nwti_multiply(out - 1, stride, &last) ||
            !nwti_multiply(window->size[i] - 1, dilation, &span) || !nwti_add(last, span, &last)) {
            return -1;
        }
        last -= length;
        before = last > 0 ? last / 2 + last % 2 : 0;
    }
    return nwti_pairs(out, stride, window->size[i], dilation, before, length);
}

void nwti_grid_products(nwt_op *op, const struct nwti_window *window, const struct nwti_grid *at,
                        int64_t valid, int32_t count, const nwt_axis *axes)
{
    nwt_axis all[NWT_MAX_RANK];
    int32_t spatial = at->count, i;

    if (!nwti_op_is_accounted(op) || spatial < 1 || spatial > NWTI_MAX_SPATIAL) {
        return;
    }
    all[0] = (nwt_axis){"samples", at->dims[0]};
    for (i = 0; i < spatial; i++) {
        all[1 + i] = (nwt_axis){position_labels[spatial - 1][i], at->dims[at->first + i]};
        all[1 + spatial + i] = (nwt_axis){tap_labels[spatial - 1][i], window->size[i],
                                          i > 0 ? NWT_AXIS_JOINED : 0};
    }
    memcpy(all + 1 + 2 * spatial, axes, (size_t)count * sizeof *axes);
    if (valid >= 0 && (at->dims[0] < 0 || !nwti_multiply(valid, at->dims[0], &valid))) {
        valid = -1;
    }
    for (i = 0; i < count && valid >= 0; i++) {
        if (axes[i].size < 0 || !nwti_multiply(valid, axes[i].size, &valid)) {
            valid = -1;
        }
    }
    nwti_op_products(op, 1 + 2 * spatial + count, all, valid);
}

void nwti_window_products(nwt_op *op, const struct nwti_window *window, const struct nwti_grid *out,
                          int32_t count, const nwt_axis *axes)
{
    int64_t valid = 1;
    int32_t i;

    if (!nwti_op_is_accounted(op) || nwt_op_ended(op)) {
        return;
    }
    for (i = 0; i < out->count && valid >= 0; i++) {
        int32_t axis = out->first + i;
        int64_t pairs = axis_pairs(window, i, nwt_op_dim(op, 0, axis), out->dims[axis]);

        if (pairs < 0 || !nwti_multiply(valid, pairs, &valid)) {
            valid = -1;
        }
    }
    nwti_grid_products(op, window, out, valid, count, axes);
}

void nwti_point_products(nwt_op *op, const struct nwti_grid *at, int32_t count,
                         const nwt_axis *axes)
{
    nwt_axis all[NWT_MAX_RANK];
    int32_t i;

    if (!nwti_op_is_accounted(op) || at->count < 1 || at->count > NWTI_MAX_SPATIAL) {
        return;
    }
    all[0] = (nwt_axis){"samples", at->dims[0]};
    for (i = 0; i < at->count; i++) {
        all[1 + i] = (nwt_axis){position_labels[at->count - 1][i], at->dims[at->first + i]};
    }
    memcpy(all + 1 + at->count, axes, (size_t)count * sizeof *axes);
    nwt_op_macs(op, 1 + at->count + count, all);
}

int32_t nwti_conv_output(nwt_op *op, const struct nwti_grid *out, int32_t use_bias,
                         const char *activation)
{
    nwt_op_output(op, out->rank, out->dims, 0);
    if (use_bias) {
        nwti_op_bias(op, NWTI_CONV_BIASES, out->rank, out->dims);
    }
    nwti_op_activation(op, activation, out->rank, out->dims);
    return 0;
}
