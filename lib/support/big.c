#include "support/big.h"

#include <string.h>

static void trim(nwti_big *big)
{
    while (big->count > 0 && big->limbs[big->count - 1] == 0) {
        big->count--;
    }
}

void nwti_big_set(nwti_big *big, uint64_t number)
{
    big->limbs[0] = (uint32_t)number;
    big->limbs[1] = (uint32_t)(number >> 32);
    big->count = 2;
    trim(big);
}

void nwti_big_multiply(nwti_big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    size_t i;

    for (i = 0; i < big->count; i++) {
        carry += (uint64_t)big->limbs[i] * factor;
        big->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        big->limbs[big->count++] = (uint32_t)carry;
    }
}

void nwti_big_multiply_power_of_5(nwti_big *big, uint32_t exponent)
{
    uint32_t rest = 1;

    for (; exponent >= 13; exponent -= 13) {
        nwti_big_multiply(big, 1220703125, 0); /* 5^13, the highest in 32 bits */
    }
    for (; exponent > 0; exponent--) {
        rest *= 5;
    }
    nwti_big_multiply(big, rest, 0);
}

void nwti_big_shift_left(nwti_big *big, size_t bits)
{
    size_t limbs = bits / 32;

    if (big->count == 0) {
        return;
    }
    nwti_big_multiply(big, (uint32_t)1 << bits % 32, 0);
    memmove(big->limbs + limbs, big->limbs, big->count * sizeof big->limbs[0]);
    memset(big->limbs, 0, limbs * sizeof big->limbs[0]);
    big->count += limbs;
}

int32_t nwti_big_shift_right(nwti_big *big, size_t bits)
{
    size_t limbs = bits / 32 < big->count ? bits / 32 : big->count, i;
    uint32_t lost = 0, high = 0;

    for (i = 0; i < limbs; i++) {
        lost |= big->limbs[i];
    }
    big->count -= limbs;
    memmove(big->limbs, big->limbs + limbs, big->count * sizeof big->limbs[0]);
    for (i = big->count; bits % 32 != 0 && i > 0; i--) {
        uint32_t limb = big->limbs[i - 1];

        big->limbs[i - 1] = limb >> bits % 32 | high;
        high = limb << (32 - bits % 32);
    }
    trim(big);
    return (lost | high) != 0;
}

void nwti_big_add(nwti_big *big, const nwti_big *other)
{
    uint64_t carry = 0;
    size_t i;

    for (i = 0; i < other->count || carry != 0; i++) {
        if (i == big->count) {
            big->limbs[big->count++] = 0;
        }
        carry += (uint64_t)big->limbs[i] + (i < other->count ? other->limbs[i] : 0);
        big->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* Compares without the lowest `offset` limbs of a. */
static int32_t compare_from(const nwti_big *a, size_t offset, const nwti_big *b)
{
    size_t i;

    if (a->count < b->count + offset) {
        return -1;
    }
    if (a->count > b->count + offset) {
        return 1;
    }
    for (i = b->count; i > 0; i--) {
        uint32_t x = a->limbs[i - 1 + offset], y = b->limbs[i - 1];

        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return 0;
}

int32_t nwti_big_compare(const nwti_big *a, const nwti_big *b)
{
    return compare_from(a, 0, b);
}

size_t nwti_big_bits(const nwti_big *big)
{
    size_t bits = big->count * 32;
    uint32_t top = big->count > 0 ? big->limbs[big->count - 1] : (uint32_t)1 << 31;

    for (; top < (uint32_t)1 << 31; top <<= 1) {
        bits--;
    }
    return bits;
}

/* big -= other * factor * 2^(32 * offset), which must not be more. */
static void subtract(nwti_big *big, const nwti_big *other, uint32_t factor, size_t offset)
{
    uint64_t carry = 0;
    size_t i;

    for (i = 0; i < other->count || carry != 0; i++) {
        uint32_t *limb = &big->limbs[i + offset];
        uint32_t low;

        carry += i < other->count ? (uint64_t)other->limbs[i] * factor : 0;
        low = (uint32_t)carry;
        carry = (carry >> 32) + (*limb < low);
        *limb -= low;
    }
    trim(big);
}

uint32_t nwti_big_divide(nwti_big *big, const nwti_big *divisor, size_t offset)
{
    size_t top = divisor->count + offset;
    uint64_t high;
    uint32_t quotient;

    if (big->count < top) {
        return 0;
    }
    high = big->limbs[top - 1];
    if (big->count > top) {
        high |= (uint64_t)big->limbs[top] << 32;
    }
    /* Never too high, and too low by at most 3 because the divisor's highest bit is set. */
    quotient = (uint32_t)(high / ((uint64_t)divisor->limbs[divisor->count - 1] + 1));
    subtract(big, divisor, quotient, offset);
    while (compare_from(big, offset, divisor) >= 0) {
        subtract(big, divisor, 1, offset);
        quotient++;
    }
    return quotient;
}
