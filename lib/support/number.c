#include "support/number.h"

#include "support/big.h"

#include <float.h>
#include <string.h>

_Static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024,
               "double must be IEEE 754 binary64");

/* Halfway points between doubles have at most 767 digits: what follows only breaks a tie. */
enum { MOST_DIGITS = 768, LEADING_DIGITS = 19 };

#define INFINITE_BITS ((uint64_t)0x7FF << 52)

typedef struct decimal {
    const char *start, *end; /* of the digits, with '.' and '_' among them */
    uint64_t leading;        /* the first LEADING_DIGITS significant digits, or fewer */
    int64_t digits;          /* from the first that is not 0 */
    int64_t all;             /* digits, leading zeros too */
    int64_t exponent;        /* of the last digit */
} decimal;

static double from_bits(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

static int32_t is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *read_digits(decimal *number, const char *p, const char *end, int32_t python)
{
    const char *start = p;

    for (; p < end; p++) {
        if (is_digit(*p)) {
            if (number->digits < LEADING_DIGITS) {
                number->leading = number->leading * 10 + (uint64_t)(*p - '0');
            }
            number->digits += number->digits != 0 || *p != '0';
            number->all++;
        } else if (!python || *p != '_' || p == start || p + 1 == end || !is_digit(p[1])) {
            break;
        }
    }
    return p;
}

/* The exponent after e; stands still far beyond what any double needs. */
static const char *read_exponent(decimal *number, const char *p, const char *end, int32_t python)
{
    decimal exponent = {0};
    int32_t negative = p < end && *p == '-';
    int64_t size;

    if (p < end && (*p == '+' || *p == '-')) {
        p++;
    }
    p = read_digits(&exponent, p, end, python);
    if (exponent.all == 0) {
        return NULL;
    }
    size = exponent.digits > 17 ? INT64_MAX / 4 : (int64_t)exponent.leading;
    number->exponent += negative ? -size : size;
    return p;
}

/* mantissa * 2^exponent, and a little more if `more`, rounded to nearest, ties to even. */
static double assemble(uint64_t mantissa, int64_t exponent, int32_t more)
{
    const uint64_t half = (uint64_t)1 << 63;
    uint64_t kept, rest;
    int64_t top, drop = 11;

    while (mantissa < half) {
        mantissa <<= 1;
        exponent--;
    }
    top = exponent + 63;
    if (top > 1023) {
        return from_bits(INFINITE_BITS);
    }
    if (top < -1022) { /* subnormal */
        drop += -1022 - top;
        top = -1023;
    }
    if (drop > 64) {
        return 0;
    }
    kept = drop < 64 ? mantissa >> drop : 0;
    rest = drop < 64 ? mantissa << (64 - drop) : mantissa;
    if (rest > half || (rest == half && (more || (kept & 1) != 0))) {
        kept++; /* may carry into the exponent, which is right */
    }
    return from_bits(top == -1023 ? kept : ((uint64_t)(top + 1022) << 52) + kept);
}

/* The digits as a whole number; returns 1 if digits that are not all 0 were left out. */
static int32_t read_big(const decimal *number, nwti_big *big)
{
    int64_t seen = 0;
    uint32_t chunk = 0, scale = 1;
    int32_t more = 0;
    const char *p;

    nwti_big_set(big, number->digits <= LEADING_DIGITS ? number->leading : 0);
    for (p = number->start; number->digits > LEADING_DIGITS && p < number->end; p++) {
        if (!is_digit(*p) || (seen == 0 && *p == '0')) {
            continue;
        }
        if (++seen > MOST_DIGITS) {
            more |= *p != '0';
            continue;
        }
        chunk = chunk * 10 + (uint32_t)(*p - '0');
        scale *= 10;
        if (scale == 1000000000) {
            nwti_big_multiply(big, scale, chunk);
            chunk = 0;
            scale = 1;
        }
    }
    nwti_big_multiply(big, scale, chunk);
    return more;
}

/* By whole numbers: digits * 5^e * 2^e, or digits / 5^-e * 2^e, to 63 bits or more. */
static double convert_exactly(const decimal *number)
{
    nwti_big big, divisor;
    int64_t exponent = number->exponent, size;
    int32_t more = read_big(number, &big);
    uint64_t mantissa;

    if (number->digits > MOST_DIGITS) {
        exponent += number->digits - MOST_DIGITS;
    }
    nwti_big_set(&divisor, 1);
    if (exponent >= 0) {
        nwti_big_multiply_power_of_5(&big, (uint32_t)exponent);
    } else {
        nwti_big_multiply_power_of_5(&divisor, (uint32_t)-exponent);
    }
    size = (int64_t)nwti_big_bits(&divisor);
    nwti_big_shift_left(&divisor, (size_t)(31 - (size - 1) % 32));
    exponent += 31 - (size - 1) % 32;
    size = (int64_t)nwti_big_bits(&divisor) + 63 - (int64_t)nwti_big_bits(&big);
    if (size >= 0) {
        nwti_big_shift_left(&big, (size_t)size);
    } else {
        more |= nwti_big_shift_right(&big, (size_t)-size);
    }
    exponent -= size;
    mantissa = (uint64_t)nwti_big_divide(&big, &divisor, 1) << 32;
    mantissa |= nwti_big_divide(&big, &divisor, 0);
    return assemble(mantissa, exponent, more || big.count != 0);
}

static double convert(const decimal *number)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t exponent = number->exponent;

    if (number->digits == 0) {
        return 0;
    }
    /* Both are exact doubles, so that one operation rounds rightly (Clinger). */
    if (FLT_EVAL_METHOD == 0 && number->digits <= LEADING_DIGITS &&
        number->leading <= (uint64_t)1 << 53 && exponent >= -22 && exponent <= 22) {
        double leading = (double)number->leading;

        return exponent < 0 ? leading / powers[-exponent] : leading * powers[exponent];
    }
    if (number->digits + exponent > 310) {
        return from_bits(INFINITE_BITS);
    }
    if (number->digits + exponent < -325) {
        return 0;
    }
    return convert_exactly(number);
}

static void set_number(nwti_value *value, const decimal *number, int32_t flags, int32_t whole)
{
    int32_t negative = (flags & NWTI_NUMBER_NEGATIVE) != 0;

    value->flags = 0;
    value->length = 0;
    if (whole && number->digits <= LEADING_DIGITS &&
        number->leading <= (uint64_t)INT64_MAX + (uint64_t)negative) {
        value->type = NWTI_INT;
        /* The two steps keep the lowest number within range. */
        value->as.integer = !negative              ? (int64_t)number->leading
                            : number->leading == 0 ? 0
                                                   : -(int64_t)(number->leading - 1) - 1;
    } else {
        value->type = NWTI_FLOAT;
        value->as.number = convert(number);
        if (negative) {
            value->as.number = -value->as.number;
        }
    }
}

/* After 0x, 0o or 0b. */
static const char *read_based(const char **text, const char *end, uint32_t base, int32_t flags,
                              nwti_value *value)
{
    const char *p = *text, *start = p;
    decimal number = {0};
    double large = 0;

    for (; p < end; p++) {
        uint32_t digit = is_digit(*p)             ? (uint32_t)(*p - '0')
                         : *p >= 'a' && *p <= 'f' ? (uint32_t)(*p - 'a') + 10
                         : *p >= 'A' && *p <= 'F' ? (uint32_t)(*p - 'A') + 10
                                                  : 16;

        if (*p == '_' && p[-1] != '_') {
            continue;
        }
        if (digit >= base) {
            break;
        }
        if (number.leading > (UINT64_MAX - digit) / base) {
            number.digits = LEADING_DIGITS + 1;
        }
        number.leading = number.leading * base + digit;
        large = large * base + digit;
    }
    *text = p;
    if (p == start || p[-1] == '_') {
        return "expected a digit";
    }
    if (number.digits != 0 || number.leading > INT64_MAX) {
        value->type = NWTI_FLOAT;
        value->flags = 0;
        value->length = 0;
        value->as.number = (flags & NWTI_NUMBER_NEGATIVE) != 0 ? -large : large;
    } else {
        set_number(value, &number, flags, 1);
    }
    return NULL;
}

/* 16, 8 or 2 if 0x, 0o or 0b stand at p, else 10. */
static uint32_t base_at(const char *p, const char *end)
{
    if (end - p < 2 || *p != '0') {
        return 10;
    }
    switch (p[1]) {
    case 'x':
    case 'X':
        return 16;
    case 'o':
    case 'O':
        return 8;
    case 'b':
    case 'B':
        return 2;
    default:
        return 10;
    }
}

const char *nwti_number_read(const char **text, const char *end, int32_t flags, nwti_value *value)
{
    int32_t python = (flags & NWTI_NUMBER_PYTHON) != 0, whole = 1;
    decimal number = {0};
    const char *p = *text;
    int64_t before;

    if (python && base_at(p, end) != 10) {
        *text = p + 2;
        return read_based(text, end, base_at(p, end), flags, value);
    }
    number.start = p;
    p = read_digits(&number, p, end, python);
    before = number.all;
    if (!python && before > 1 && *number.start == '0') {
        return "a number must not begin with 0";
    }
    if (p < end && *p == '.' && (python || before > 0)) {
        whole = 0;
        p = read_digits(&number, p + 1, end, python);
        number.exponent = before - number.all;
    }
    number.end = p;
    if (number.all == 0 || (!python && !whole && number.exponent == 0)) {
        *text = p;
        return "expected a digit";
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        const char *after = read_exponent(&number, p + 1, end, python);

        if (after == NULL) {
            *text = p + 1;
            return "expected the digits of an exponent";
        }
        whole = 0;
        p = after;
    }
    if (python && whole && *number.start == '0' && number.digits != 0) {
        return "a whole number must not begin with 0";
    }
    *text = p;
    set_number(value, &number, flags, whole);
    return NULL;
}

typedef struct digits {
    char text[20];
    int32_t count;
    int32_t point; /* the value is 0.text * 10^point */
} digits;

/* Adds 1 to the last digit. */
static void round_up(digits *out)
{
    while (out->count > 0 && out->text[out->count - 1] == '9') {
        out->count--;
    }
    if (out->count == 0) {
        out->text[out->count++] = '0';
        out->point++;
    }
    out->text[out->count - 1]++;
}

/* rest / unit is the number; below / unit and above / unit are half the gaps to its neighbours. */
typedef struct fraction {
    nwti_big rest, unit, below, above;
} fraction;

static void shift(fraction *number, size_t bits)
{
    nwti_big_shift_left(&number->rest, bits);
    nwti_big_shift_left(&number->unit, bits);
    nwti_big_shift_left(&number->below, bits);
    nwti_big_shift_left(&number->above, bits);
}

/* Whether rest + above reaches unit, or is beyond it if `even` is 0. */
static int32_t reaches_unit(const fraction *number, int32_t even)
{
    nwti_big sum = number->rest;

    nwti_big_add(&sum, &number->above);
    return nwti_big_compare(&number->unit, &sum) < even;
}

/*
 * The shortest digits that lie within half a gap, the nearest of these (Steele and White). The ends
 * of the gaps belong to an even mantissa.
 */
static void generate(digits *out, fraction *number, int32_t even)
{
    int32_t low, high;

    do {
        nwti_big_multiply(&number->rest, 10, 0);
        nwti_big_multiply(&number->below, 10, 0);
        nwti_big_multiply(&number->above, 10, 0);
        out->text[out->count++] = (char)('0' + nwti_big_divide(&number->rest, &number->unit, 0));
        low = nwti_big_compare(&number->rest, &number->below) < even;
        high = reaches_unit(number, even);
    } while (!low && !high);
    if (high && low) {
        nwti_big_shift_left(&number->rest, 1);
        high = nwti_big_compare(&number->unit, &number->rest) < (out->text[out->count - 1] & 1);
    }
    if (high) {
        round_up(out);
    }
}

/* mantissa * 2^exponent / 10^power, all times 4, so that half a gap, and half of that below a power
   of 2, are whole. */
static void scale(fraction *number, uint64_t mantissa, int32_t exponent, int32_t power,
                  int32_t bottom)
{
    nwti_big_set(&number->rest, mantissa);
    nwti_big_set(&number->unit, 1);
    nwti_big_set(&number->below, 1);
    if (power >= 0) {
        nwti_big_multiply_power_of_5(&number->unit, (uint32_t)power);
    } else {
        nwti_big_multiply_power_of_5(&number->rest, (uint32_t)-power);
        nwti_big_multiply_power_of_5(&number->below, (uint32_t)-power);
    }
    exponent -= power;
    nwti_big_shift_left(&number->rest, (size_t)(2 + (exponent > 0 ? exponent : 0)));
    nwti_big_shift_left(&number->below, (size_t)(!bottom + (exponent > 0 ? exponent : 0)));
    nwti_big_shift_left(&number->unit, (size_t)(2 + (exponent < 0 ? -exponent : 0)));
    number->above = number->below;
    nwti_big_shift_left(&number->above, (size_t)bottom);
}

/* Of a finite number above 0. */
static void shortest(digits *out, uint64_t bits)
{
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
    int32_t exponent = (int32_t)(bits >> 52), bottom = mantissa == 0 && exponent > 1, top;
    fraction number;

    if (exponent != 0) {
        mantissa |= (uint64_t)1 << 52;
        exponent--;
    }
    exponent -= 1074;
    for (top = exponent; mantissa >> (top - exponent) > 1; top++) {
    }
    /* floor(top * log10(2)) + 1, which may be 1 too low; the fraction is exact enough for these. */
    out->point = (int32_t)(((int64_t)top * 78913 + ((int64_t)1000 << 18)) / (1 << 18)) - 999;
    out->count = 0;
    scale(&number, mantissa, exponent, out->point, bottom);
    if (reaches_unit(&number, mantissa % 2 == 0)) {
        nwti_big_multiply(&number.unit, 10, 0);
        out->point++;
    }
    shift(&number, 31 - (nwti_big_bits(&number.unit) - 1) % 32);
    generate(out, &number, mantissa % 2 == 0);
}

static size_t put_exponent(char *buffer, int32_t exponent)
{
    size_t length = 2;

    buffer[0] = 'e';
    buffer[1] = exponent < 0 ? '-' : '+';
    exponent = exponent < 0 ? -exponent : exponent;
    if (exponent >= 100) {
        buffer[length++] = (char)('0' + exponent / 100);
    }
    buffer[length++] = (char)('0' + exponent / 10 % 10);
    buffer[length++] = (char)('0' + exponent % 10);
    return length;
}

/* Digits with a point after `before` of them, with the zeros that this asks for. */
static size_t put_digits(char *buffer, const digits *number, int32_t before)
{
    size_t length = 0;
    int32_t i, last = number->count > before + 1 ? number->count : before + 1;

    for (i = before < 1 ? before - 1 : 0; i < last; i++) {
        if (i == before) {
            buffer[length++] = '.';
        }
        buffer[length++] = i >= 0 && i < number->count ? number->text[i] : '0';
    }
    return length;
}

size_t nwti_format_double(char *buffer, double number)
{
    uint64_t bits;
    size_t length = 0;
    digits out = {"0", 1, 1};

    memcpy(&bits, &number, sizeof bits);
    if (number != number) {
        memcpy(buffer, "nan", 3);
        return 3;
    }
    if (bits >> 63 != 0) {
        buffer[length++] = '-';
        bits &= ~((uint64_t)1 << 63);
    }
    if (bits == INFINITE_BITS) {
        memcpy(buffer + length, "inf", 3);
        return length + 3;
    }
    if (bits != 0) {
        shortest(&out, bits);
    }
    if (out.point > -4 && out.point <= 16) {
        return length + put_digits(buffer + length, &out, out.point);
    }
    if (out.count == 1) {
        buffer[length++] = out.text[0];
    } else {
        length += put_digits(buffer + length, &out, 1);
    }
    return length + put_exponent(buffer + length, out.point - 1);
}
