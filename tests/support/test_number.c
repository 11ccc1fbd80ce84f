#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/number.h"

/* Half of the gap above 1: to be rounded to even. */
#define TIE "1.00000000000000011102230246251565404236316680908203125"

static nwti_value read_flags(const char *text, int32_t flags)
{
    const char *p = text;
    nwti_value value;
    const char *what = nwti_number_read(&p, text + strlen(text), flags, &value);

    if (what != NULL || *p != '\0') {
        print_error("%s: %s at %d\n", text, what != NULL ? what : "unread", (int)(p - text));
    }
    assert_null(what);
    assert_int_equal(*p, '\0');
    return value;
}

static double read_double(const char *text)
{
    nwti_value value = read_flags(text, 0);

    assert_int_equal(value.type, NWTI_FLOAT);
    return value.as.number;
}

static void assert_same(const char *text, double got, double want)
{
    if (memcmp(&got, &want, sizeof got) != 0) {
        print_error("%s: got %a, not %a\n", text, got, want);
    }
    assert_memory_equal(&got, &want, sizeof got);
}

static void test_reads_doubles_exactly(void **unused)
{
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"0.0", 0},
        {"0e5", 0},
        {"1.0", 1},
        {"0.5", 0.5},
        {"1e0", 1},
        {"1E+2", 100},
        {"25e-1", 2.5},
        {"0.1", 0x1.999999999999ap-4},
        {"0.10000000000000001", 0x1.999999999999ap-4},
        {"0.3", 0x1.3333333333333p-2},
        {"0.20000000298023224", 0x1.99999ap-3},
        {"1e-06", 0x1.0c6f7a0b5ed8dp-20},
        {"1e22", 0x1.0f0cf064dd592p+73},
        {"1e23", 0x1.52d02c7e14af6p+76},
        {"1e100", 0x1.249ad2594c37dp+332},
        {"1.5e300", 0x1.1eb2d66005835p+997},
        {"123456789012345678901234567890.0", 0x1.8ee90ff6c373ep+96},
        {"9007199254740993.0", 0x1p+53},
        {"9007199254740993.00000000000000000000000000000000000000001", 0x1.0000000000001p+53},
        {"9007199254740995.0", 0x1.0000000000002p+53},
        {"9007199254740992.5", 0x1p+53},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
        {"2.2250738585072014e-308", 0x1p-1022},
        {"6.631236846766476e-316", 0x0.0000008p-1022},
        {"5e-324", 0x1p-1074},
        {"4.9e-324", 0x1p-1074},
        {"2.4703282292062327e-324", 0},
        {"2.4703282292062328e-324", 0x1p-1074},
        {"1e-325", 0},
        {"1e-400", 0},
        {"1e-99999999999999999999999999", 0},
        {"1.7976931348623157e308", DBL_MAX},
        {"1.7976931348623158e308", DBL_MAX},
        {"1.7976931348623159e308", INFINITY},
        {"1e309", INFINITY},
        {"1e400", INFINITY},
        {"1e99999999999999999999999999", INFINITY},
        {"0e99999999999999999999999999", 0},
        {TIE, 1},
        {TIE "000000000000", 1},
        {TIE "000000000001", 0x1.0000000000001p+0},
        {"1.00000000000000011102230246251565404236316680908203124", 1},
        {"1.00000000000000033306690738754696212708950042724609375", 0x1.0000000000002p+0}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwti_value negative = read_flags(cases[i].text, NWTI_NUMBER_NEGATIVE);

        assert_same(cases[i].text, read_double(cases[i].text), cases[i].number);
        assert_same(cases[i].text, negative.as.number, -cases[i].number);
    }
}

/* A digit far beyond those that a double holds still decides a tie. */
static void test_reads_thousands_of_digits(void **unused)
{
    static char text[4000];
    size_t tie = strlen(TIE);

    (void)unused;
    memset(text, '0', sizeof text - 1);
    memcpy(text, TIE, tie);
    assert_same("tie", read_double(text), 1);
    text[3500] = '1';
    assert_same("above the tie", read_double(text), 0x1.0000000000001p+0);
    memset(text, '0', sizeof text - 1);
    memcpy(text, "0.", 2);
    memcpy(text + 3000, "25e3000", 8);
    assert_same("zeros before", read_double(text), 25);
    memset(text, '0', 3000);
    text[0] = '1';
    memcpy(text + 1001, "e-1000", 7);
    assert_same("zeros after", read_double(text), 1);
    memset(text, '9', 3000);
    memcpy(text, "0.", 2);
    text[3000] = '\0';
    assert_same("nines", read_double(text), 1);
}

static void test_reads_integers(void **unused)
{
    static const struct {
        const char *text;
        int32_t flags;
        int64_t integer;
    } cases[] = {{"0", 0, 0},
                 {"0", NWTI_NUMBER_NEGATIVE, 0},
                 {"10", 0, 10},
                 {"10", 1, -10},
                 {"9223372036854775807", 0, INT64_MAX},
                 {"9223372036854775807", NWTI_NUMBER_NEGATIVE, -INT64_MAX},
                 {"9223372036854775808", NWTI_NUMBER_NEGATIVE, INT64_MIN},
                 {"1_000", NWTI_NUMBER_PYTHON, 1000},
                 {"0x1F", NWTI_NUMBER_PYTHON, 31},
                 {"0Xf_f", NWTI_NUMBER_PYTHON, 255},
                 {"0o17", NWTI_NUMBER_PYTHON, 15},
                 {"0b1_01", NWTI_NUMBER_PYTHON, 5},
                 {"00", NWTI_NUMBER_PYTHON, 0},
                 {"0x7fffffffffffffff", NWTI_NUMBER_PYTHON, INT64_MAX},
                 {"0x_10", NWTI_NUMBER_PYTHON | NWTI_NUMBER_NEGATIVE, -16}};
    static const struct {
        const char *text;
        int32_t flags;
        double number;
    } large[] = {{"9223372036854775808", 0, 0x1p+63},
                 {"9223372036854775809", NWTI_NUMBER_NEGATIVE, -0x1p+63},
                 {"18446744073709551616", 0, 0x1p+64},
                 {"100000000000000000000000", 0, 1e23},
                 {"0x10000000000000000", NWTI_NUMBER_PYTHON, 0x1p+64},
                 {"1_0.5_0e1_0", NWTI_NUMBER_PYTHON, 10.5e10},
                 {".5", NWTI_NUMBER_PYTHON, 0.5},
                 {"5.", NWTI_NUMBER_PYTHON, 5},
                 {"5.e1", NWTI_NUMBER_PYTHON, 50},
                 {"007.5", NWTI_NUMBER_PYTHON, 7.5}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwti_value value = read_flags(cases[i].text, cases[i].flags);

        assert_int_equal(value.type, NWTI_INT);
        assert_true(value.as.integer == cases[i].integer);
    }
    for (i = 0; i < sizeof large / sizeof large[0]; i++) {
        nwti_value value = read_flags(large[i].text, large[i].flags);

        assert_int_equal(value.type, NWTI_FLOAT);
        assert_same(large[i].text, value.as.number, large[i].number);
    }
}

static void test_stops_after_the_number(void **unused)
{
    static const struct {
        const char *text;
        int32_t flags;
        int length;
    } cases[] = {{"12,", 0, 2},
                 {"1_0", 0, 1},
                 {"0x1", 0, 1},
                 {"1.5.5", 0, 3},
                 {"1e5e5", 0, 3},
                 {"1__0", NWTI_NUMBER_PYTHON, 1},
                 {"1_", NWTI_NUMBER_PYTHON, 1},
                 {"1._5", NWTI_NUMBER_PYTHON, 2},
                 {"0b12", NWTI_NUMBER_PYTHON, 3}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *p = cases[i].text;
        nwti_value value;

        assert_null(nwti_number_read(&p, p + strlen(p), cases[i].flags, &value));
        assert_int_equal(p - cases[i].text, cases[i].length);
    }
}

static void test_refuses(void **unused)
{
    static const struct {
        const char *text;
        int32_t flags;
        int at;
        const char *what;
    } cases[] = {{"", 0, 0, "expected a digit"},
                 {"x", 0, 0, "expected a digit"},
                 {".5", 0, 0, "expected a digit"},
                 {"5.", 0, 2, "expected a digit"},
                 {"5.e1", 0, 2, "expected a digit"},
                 {"1e", 0, 2, "expected the digits of an exponent"},
                 {"1e+", 0, 2, "expected the digits of an exponent"},
                 {"1e-x", 0, 2, "expected the digits of an exponent"},
                 {"01", 0, 0, "a number must not begin with 0"},
                 {"00", 0, 0, "a number must not begin with 0"},
                 {"01.5", 0, 0, "a number must not begin with 0"},
                 {"01", NWTI_NUMBER_PYTHON, 0, "a whole number must not begin with 0"},
                 {".", NWTI_NUMBER_PYTHON, 1, "expected a digit"},
                 {"_1", NWTI_NUMBER_PYTHON, 0, "expected a digit"},
                 {"0x", NWTI_NUMBER_PYTHON, 2, "expected a digit"},
                 {"0xg", NWTI_NUMBER_PYTHON, 2, "expected a digit"},
                 {"0x1_", NWTI_NUMBER_PYTHON, 4, "expected a digit"},
                 {"0b2", NWTI_NUMBER_PYTHON, 2, "expected a digit"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *p = cases[i].text;
        nwti_value value;
        const char *what = nwti_number_read(&p, p + strlen(p), cases[i].flags, &value);

        assert_non_null(what);
        assert_string_equal(what, cases[i].what);
        assert_int_equal(p - cases[i].text, cases[i].at);
    }
}

static void assert_format(double number, const char *want)
{
    char buffer[33];
    size_t length;

    memset(buffer, '#', sizeof buffer);
    length = nwti_format_double(buffer, number);
    assert_in_range(length, 1, 32);
    assert_int_equal(buffer[length], '#');
    buffer[length] = '\0';
    assert_string_equal(buffer, want);
}

static void test_formats_as_python(void **unused)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0.0, "0.0"},
                 {1, "1.0"},
                 {-1, "-1.0"},
                 {0.5, "0.5"},
                 {0.1, "0.1"},
                 {100, "100.0"},
                 {0.001, "0.001"},
                 {0.0001, "0.0001"},
                 {0.00001, "1e-05"},
                 {1e-06, "1e-06"},
                 {0.00012345, "0.00012345"},
                 {0.999, "0.999"},
                 {123.456, "123.456"},
                 {0x1.99999ap-3, "0.20000000298023224"},
                 {1.0 / 255, "0.00392156862745098"},
                 {1e15, "1000000000000000.0"},
                 {1e16, "1e+16"},
                 {123456789012345680.0, "1.2345678901234568e+17"},
                 {9007199254740993.0, "9007199254740992.0"},
                 {1e22, "1e+22"},
                 {1e23, "1e+23"},
                 {8.41e21, "8.41e+21"},
                 {1e100, "1e+100"},
                 {1.5e300, "1.5e+300"},
                 {0x1p-44, "5.684341886080802e-14"},
                 {0x1p-1074, "5e-324"},
                 {-0x0.fffffffffffffp-1022, "-2.225073858507201e-308"},
                 {0x1p-1022, "2.2250738585072014e-308"},
                 {DBL_MAX, "1.7976931348623157e+308"},
                 {6.631236846766476e-316, "6.63123685e-316"},
                 {-0.0, "-0.0"},
                 {INFINITY, "inf"},
                 {-INFINITY, "-inf"},
                 {NAN, "nan"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_format(cases[i].number, cases[i].text);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void test_reads_what_it_formats(void **unused)
{
    uint64_t random = 88172645463325252u;
    int i;

    (void)unused;
    for (i = 0; i < 20000; i++) {
        uint64_t bits = next_random(&random) >> 1;
        char buffer[33] = {0};
        double number;

        /* Also many numbers of common sizes, subnormal ones and powers of 2. */
        bits = i % 4 == 1   ? (bits & 0x003FFFFFFFFFFFFF) | 0x3FC0000000000000
               : i % 4 == 2 ? bits & 0x001FFFFFFFFFFFFF
               : i % 4 == 3 ? bits & 0x7FF0000000000000
                            : bits;
        memcpy(&number, &bits, sizeof number);
        if (bits >> 52 == 0x7FF) {
            continue;
        }
        assert_in_range(nwti_format_double(buffer, number), 3, 23);
        assert_same(buffer, read_double(buffer), number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads_doubles_exactly),
                                       cmocka_unit_test(test_reads_thousands_of_digits),
                                       cmocka_unit_test(test_reads_integers),
                                       cmocka_unit_test(test_stops_after_the_number),
                                       cmocka_unit_test(test_refuses),
                                       cmocka_unit_test(test_formats_as_python),
                                       cmocka_unit_test(test_reads_what_it_formats)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
