/* Whole numbers of up to 3072 bits: as far as exact conversion of doubles needs them. */
#ifndef NWTI_SUPPORT_BIG_H
#define NWTI_SUPPORT_BIG_H

#include <stddef.h>
#include <stdint.h>

enum { NWTI_BIG_LIMBS = 96 };

typedef struct nwti_big {
    size_t count;                   /* of limbs; the last is not 0 */
    uint32_t limbs[NWTI_BIG_LIMBS]; /* lowest first */
} nwti_big;

void nwti_big_set(nwti_big *big, uint64_t number);
/* big * factor + addend */
void nwti_big_multiply(nwti_big *big, uint32_t factor, uint32_t addend);
void nwti_big_multiply_power_of_5(nwti_big *big, uint32_t exponent);
void nwti_big_shift_left(nwti_big *big, size_t bits);
/* Returns 1 if a bit that was not 0 fell out. */
int32_t nwti_big_shift_right(nwti_big *big, size_t bits);
void nwti_big_add(nwti_big *big, const nwti_big *other);
/* Below, at or above 0 as a is below, at or above b. */
int32_t nwti_big_compare(const nwti_big *a, const nwti_big *b);
size_t nwti_big_bits(const nwti_big *big);
/*
 * Divides by divisor * 2^(32 * offset), leaves the remainder, returns the quotient. That must be
 * below 2^32, and the divisor's highest limb at least 2^31.
 */
uint32_t nwti_big_divide(nwti_big *big, const nwti_big *divisor, size_t offset);

#endif
