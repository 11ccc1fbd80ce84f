/* What built-in kinds state of their work beside nwt_op_macs and nwt_op_flops. */
#ifndef NWTI_CORE_ACCOUNT_H
#define NWTI_CORE_ACCOUNT_H

#include "core/work.h"

/* Products of which only `valid` meet no padding; -1: all. */
int32_t nwti_op_products(nwt_op *op, int32_t count, const nwt_axis *axes, int64_t valid);
/* The axes before the last, "samples" first, times `axes`: what a matrix does to each row. */
void nwti_rows_macs(nwt_op *op, int32_t rank, const int64_t *dims, int32_t count,
                    const nwt_axis *axes);
/* Adds to what other counters set apart; -1 adds nothing. */
void nwti_op_part(nwt_op *op, int32_t part, int64_t count);
/* For the backward pass `each` values for every element of such a shape are kept inside. */
void nwti_op_keep(nwt_op *op, int64_t each, int32_t rank, const int64_t *dims);
/* There is work whose FLOPs are not known. */
void nwti_op_uncounted(nwt_op *op);
/* Whether anybody asks for the work: what costs time may be left out if not. */
int32_t nwti_op_is_accounted(const nwt_op *op);

/* A bias for each element. `part`: NWTI_CONV_BIASES or NWTI_DENSE_BIASES. */
void nwti_op_bias(nwt_op *op, int32_t part, int32_t rank, const int64_t *dims);
/* FLOPs of an activation function for each element; NULL: none. -1: not known. */
int64_t nwti_activation_flops(const char *name);
/* An activation function on a tensor. */
void nwti_op_activation(nwt_op *op, const char *name, int32_t rank, const int64_t *dims);

#endif
