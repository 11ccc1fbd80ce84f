/* Products of windows that slide over a tensor: those of convolutions. */
#ifndef NWTI_CORE_PRODUCTS_H
#define NWTI_CORE_PRODUCTS_H

#include "core/account.h"
#include "core/window.h"

/*
 * How many pairs of a position and a tap of the window meet the input:
 * 0 <= position * stride + tap * dilation - before < length. -1: too many to count.
 */
int64_t nwti_pairs(int64_t positions, int64_t stride, int64_t taps, int64_t dilation,
                   int64_t before, int64_t length);

/* At each position of `out` the whole window, times `axes`. Those that meet padding are products
   too, but not valid ones. */
void nwti_window_products(nwt_op *op, const struct nwti_window *window, const struct nwti_grid *out,
                          int32_t count, const nwt_axis *axes);
/* The same where `valid` of the positions' pairs with taps, of one sample, are valid. */
void nwti_grid_products(nwt_op *op, const struct nwti_window *window, const struct nwti_grid *at,
                        int64_t valid, int32_t count, const nwt_axis *axes);
/* Every element of the input, times `axes`: a convolution by 1 x 1. */
void nwti_point_products(nwt_op *op, const struct nwti_grid *at, int32_t count,
                         const nwt_axis *axes);
/* Writes the output of a convolution, with its biases and its activation function. */
int32_t nwti_conv_output(nwt_op *op, const struct nwti_grid *out, int32_t use_bias,
                         const char *activation);

#endif
