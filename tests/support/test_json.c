#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/failing.h"
#include "support/json.h"
#include "support/show.h"

#define CONFIG GOLDEN "/models/keras-3/VGG16.json"

static failing state;
static nwti_heap heap;
static nwti_arena arena;
static nwti_text out;
static nwti_syntax_error error;

static int set_up(void **unused)
{
    (void)unused;
    failing_init(&state, &heap, -1);
    nwti_arena_init(&arena, &heap);
    nwti_text_init(&out, &heap);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    nwti_arena_free(&arena);
    nwti_text_free(&out);
    return heap.used != 0 || state.live != 0 || state.wrong;
}

/* From a block of just that size, so that a reader that goes beyond is caught. */
static const nwti_value *read_bytes(const char *text, size_t length, size_t depth)
{
    char *copy = malloc(length > 0 ? length : 1);
    const nwti_value *value;

    assert_non_null(copy);
    memcpy(copy, text, length);
    memset(&error, 0xFF, sizeof error);
    value = nwti_json_read(&arena, copy, length, depth, &error);
    free(copy);
    return value;
}

static void assert_reads(const char *text, const char *want)
{
    const nwti_value *value = read_bytes(text, strlen(text), 100);

    if (value == NULL) {
        print_error("%s: %s\n", text, error.what);
    }
    assert_non_null(value);
    nwti_text_clear(&out);
    show(&out, value);
    assert_string_equal(out.data, want);
}

static void assert_fault(const char *text, size_t length, size_t depth, size_t line, size_t column,
                         const char *what)
{
    assert_null(read_bytes(text, length, depth));
    assert_non_null(error.what);
    assert_string_equal(error.what, what);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
    assert_in_range(error.offset, 0, length);
}

static void test_reads(void **unused)
{
    static const char *const cases[][2] = {
        {"null", "None"},
        {"true", "True"},
        {"false", "False"},
        {"[NaN, Infinity, -Infinity]", "[nan, inf, -inf]"},
        {"0", "0"},
        {"-0", "0"},
        {"-1", "-1"},
        {"123456789012345678", "123456789012345678"},
        {"1234567890123456789", "1234567890123456789"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "9.223372036854776e+18"},
        {"-0.0", "-0.0"},
        {"1e-06", "1e-06"},
        {"1E2", "100.0"},
        {"0.5", "0.5"},
        {"0.0010000000474974513", "0.0010000000474974513"},
        {"[1,2.5,-3]", "[1, 2.5, -3]"},
        {"[]", "[]"},
        {"{}", "{}"},
        {"[[],{},[[]]]", "[[], {}, [[]]]"},
        {" [ 1 , 2 ] ", "[1, 2]"},
        {"\t\r\n{ \"a\" : 1 , \"b\" : [ ] }\n", "{\"a\": 1, \"b\": []}"},
        {"{\"a\": 1, \"a\": 2}", "{\"a\": 1, \"a\": 2}"},
        {"{\"a\":{\"b\":{\"c\":[{\"d\":null}]}},\"e\":1}",
         "{\"a\": {\"b\": {\"c\": [{\"d\": None}]}}, \"e\": 1}"},
        {"\"\"", "\"\""},
        {"\"abc\"", "\"abc\""},
        {"\"abcdefghijklmnop\"", "\"abcdefghijklmnop\""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"<22><5C>/<08><0C><0A><0D><09>\""},
        {"\"a\\nb\\nc\"", "\"a<0A>b<0A>c\""},
        {"\"\\u0041\\u00e9\\u20ac\\uD83D\\uDE00\"", "\"A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
        {"\"a\\u0000b\"", "\"a<00>b\""},
        {"\"\\ud800\"", "\"\xEF\xBF\xBD\""},
        {"\"\\udc00x\"", "\"\xEF\xBF\xBDx\""},
        {"\"\\ud800\\u0041\"", "\"\xEF\xBF\xBD"
                               "A\""},
        {"\"\\ud800\\ud83d\\ude00\"", "\"\xEF\xBF\xBD\xF0\x9F\x98\x80\""},
        {"\"\\uFFFF\\u07ff\\u0800\"", "\"\xEF\xBF\xBF\xDF\xBF\xE0\xA0\x80\""},
        {"\"\xFF\xC3(\x7F\"", "\"\xFF\xC3(\x7F\""}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_reads(cases[i][0], cases[i][1]);
    }
}

static void test_finds_the_last_of_equal_keys(void **unused)
{
    const char *text = "{\"a\": 1, \"b\": \"x\", \"a\": 2}";
    const nwti_value *value = read_bytes(text, strlen(text), 10);

    (void)unused;
    assert_non_null(value);
    assert_int_equal(value->length, 3);
    assert_int_equal(nwti_value_get(value, "a")->as.integer, 2);
    assert_string_equal(nwti_value_string(nwti_value_get(value, "b")), "x");
    assert_true(nwti_value_is(nwti_value_get(value, "b"), "x"));
    assert_null(nwti_value_get(value, "c"));
    assert_null(nwti_value_string(nwti_value_get(value, "a")));
    assert_null(nwti_value_get(nwti_value_get(value, "a"), "a"));
}

static void test_faults(void **unused)
{
    static const struct {
        const char *text;
        size_t line, column;
        const char *what;
    } cases[] = {{"", 1, 1, "the text is empty"},
                 {" \n ", 2, 2, "the text is empty"},
                 {"\xEF\xBB\xBF{}", 1, 1, "a byte order mark, which JSON must not have"},
                 {"{} x", 1, 4, "more text after the value"},
                 {"1 2", 1, 3, "more text after the value"},
                 {"truex", 1, 5, "more text after the value"},
                 {"[1,\n 2,\n 3 4]", 3, 4, "expected ',' or ']'"},
                 {"[1}", 1, 3, "expected ',' or ']'"},
                 {"{\"a\": 1 \"b\"", 1, 9, "expected ',' or '}'"},
                 {"{\"a\": 1]", 1, 8, "expected ',' or '}'"},
                 {"{\"a\" 1}", 1, 6, "expected ':'"},
                 {"{a: 1}", 1, 2, "expected a key in double quotes"},
                 {"{1: 1}", 1, 2, "expected a key in double quotes"},
                 {"{'a': 1}", 1, 2, "a key needs double quotes"},
                 {"['a']", 1, 2, "a string needs double quotes"},
                 {"[1,]", 1, 4, "a comma before the closing bracket"},
                 {"{\"a\": 1,}", 1, 9, "a comma before the closing bracket"},
                 {"[,1]", 1, 2, "expected a value"},
                 {"]", 1, 1, "expected a value"},
                 {"{\"a\":}", 1, 6, "expected a value"},
                 {"[nul]", 1, 2, "expected a value"},
                 {"+1", 1, 1, "expected a value"},
                 {".5", 1, 1, "expected a value"},
                 {"[True]", 1, 2, "expected a value; this is Python's, not JSON's"},
                 {"[None]", 1, 2, "expected a value; this is Python's, not JSON's"},
                 {"[", 1, 2, "the text ends too early"},
                 {"[1", 1, 3, "the text ends too early"},
                 {"[1,", 1, 4, "the text ends too early"},
                 {"{\"a\"", 1, 5, "the text ends too early"},
                 {"{\"a\":", 1, 6, "the text ends too early"},
                 {"-", 1, 2, "the text ends too early"},
                 {"1.", 1, 3, "the text ends too early"},
                 {"1e", 1, 3, "the text ends too early"},
                 {"[-]", 1, 3, "expected a digit"},
                 {"[1.]", 1, 4, "expected a digit"},
                 {"[1.e5]", 1, 4, "expected a digit"},
                 {"[-Inf]", 1, 3, "expected a digit"},
                 {"[1e]", 1, 4, "expected the digits of an exponent"},
                 {"[01]", 1, 2, "a number must not begin with 0"},
                 {"[-01]", 1, 3, "a number must not begin with 0"},
                 {"[\"\xC3\xA9\", \"abc", 1, 7, "the text ends within this string"},
                 {"\"abc\\", 1, 1, "the text ends within this string"},
                 {"\"a\nb\"", 1, 3, "a control character in a string"},
                 {"\"\\na\tb\"", 1, 5, "a control character in a string"},
                 {"\"\\x41\"", 1, 2, "an unknown escape in a string"},
                 {"\"a\\u12g4\"", 1, 3, "expected four hexadecimal digits after \\u"},
                 {"\"\\u123", 1, 2, "expected four hexadecimal digits after \\u"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_fault(cases[i].text, strlen(cases[i].text), 100, cases[i].line, cases[i].column,
                     cases[i].what);
        assert_ptr_equal(arena.current, NULL);
    }
}

static void test_a_nul_is_no_end(void **unused)
{
    (void)unused;
    assert_fault("[1, \0]", 6, 100, 1, 5, "expected a value");
    assert_fault("[1\0]", 4, 100, 1, 3, "expected ',' or ']'");
    assert_fault("{\0}", 3, 100, 1, 2, "expected a key in double quotes");
    assert_fault("{}\0", 3, 100, 1, 3, "more text after the value");
    assert_fault("\"a\0b\"", 5, 100, 1, 3, "a control character in a string");
    assert_fault("\"a\\\0\"", 5, 100, 1, 3, "an unknown escape in a string");
    assert_fault("\0", 1, 100, 1, 1, "expected a value");
}

static void test_depth(void **unused)
{
    (void)unused;
    assert_non_null(read_bytes("1", 1, 0));
    assert_fault("[]", 2, 0, 1, 1, "nested deeper than allowed");
    assert_non_null(read_bytes("[[], {}, [[]]]", 14, 3));
    assert_fault("[[], {}, [[]]]", 14, 2, 1, 11, "nested deeper than allowed");
}

static void test_deep_nesting_needs_no_recursion(void **unused)
{
    enum { DEPTH = 100000 };
    char *text = malloc(6 * DEPTH + 1);
    const nwti_value *value;
    size_t i;

    (void)unused;
    assert_non_null(text);
    for (i = 0; i < DEPTH; i += 2) {
        memcpy(text + 3 * i, "{\"\":[ ", 6);
        memcpy(text + 3 * DEPTH + i, "]}", 2);
    }
    value = read_bytes(text, 4 * DEPTH, DEPTH);
    assert_non_null(value);
    for (i = 0; i + 1 < DEPTH; i++) {
        assert_int_equal(value->type, i % 2 == 0 ? NWTI_DICT : NWTI_LIST);
        assert_int_equal(value->length, 1);
        value = value->as.items + (i % 2 == 0);
    }
    assert_int_equal(value->length, 0);
    assert_null(read_bytes(text, 4 * DEPTH, DEPTH - 1));
    assert_string_equal(error.what, "nested deeper than allowed");
    free(text);
}

static void test_endless_brackets(void **unused)
{
    size_t length = 10000000;
    char *text = malloc(length);

    (void)unused;
    assert_non_null(text);
    memset(text, '[', length);
    assert_fault(text, length, 1000, 1, 1001, "nested deeper than allowed");
    assert_fault(text, 2000000, SIZE_MAX, 1, 2000001, "the text ends too early");
    heap.limit = 64000000;
    assert_null(read_bytes(text, length, SIZE_MAX));
    assert_null(error.what);
    assert_true(heap.failed);
    free(text);
}

static char *load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1000000);

    assert_non_null(file);
    assert_non_null(text);
    *length = fread(text, 1, 1000000, file);
    fclose(file);
    assert_in_range(*length, 2, 999999);
    return text;
}

static void test_every_truncation_is_a_fault(void **unused)
{
    size_t length, i;
    char *text = load(CONFIG, &length);

    (void)unused;
    while (text[length - 1] != '}') {
        length--;
    }
    assert_non_null(read_bytes(text, length, 100));
    for (i = 0; i < length; i++) {
        nwti_arena_reset(&arena);
        assert_null(read_bytes(text, i, 100));
        assert_non_null(error.what);
        assert_in_range(error.offset, 0, i);
    }
    free(text);
}

/* Whatever byte is wrong: a tree or a fault within the text. */
static void test_every_byte_changed(void **unused)
{
    static const char bytes[] = "\"\\{}[],:0-\0\n\x80";
    size_t length, i;
    char *text = load(CONFIG, &length);

    (void)unused;
    for (i = 0; i < length; i++) {
        char kept = text[i];

        text[i] = bytes[i % sizeof bytes];
        nwti_arena_reset(&arena);
        if (read_bytes(text, length, 100) == NULL) {
            assert_non_null(error.what);
            assert_in_range(error.offset, 0, length);
        }
        text[i] = kept;
    }
    free(text);
}

static void test_every_allocation_fails(void **unused)
{
    size_t length, used;
    char *text = load(CONFIG, &length);
    int64_t n;

    (void)unused;
    for (n = 0; n < 100; n++) {
        const nwti_value *value;

        failing_init(&state, &heap, n);
        nwti_arena_init(&arena, &heap);
        value = nwti_json_read(&arena, text, length, 100, &error);
        used = heap.used;
        nwti_arena_free(&arena);
        assert_int_equal(state.live, 0);
        assert_false(state.wrong);
        if (value != NULL) {
            break;
        }
        assert_null(error.what);
        assert_true(heap.failed);
        assert_in_range(used, 0, 1000000);
    }
    assert_in_range(n, 3, 50);
    free(text);
}

static void test_leaves_nothing_but_the_arena(void **unused)
{
    size_t length, used;
    char *text = load(CONFIG, &length);

    (void)unused;
    assert_non_null(nwti_json_read(&arena, text, length, 100, &error));
    nwti_arena_reset(&arena);
    used = heap.used;
    assert_non_null(nwti_json_read(&arena, text, length, 100, &error));
    assert_int_equal(heap.used, used);
    free(text);
}

/* ---------------------------------------------------------------- what repeats */

/* A text of a few shapes, whose parts are mostly those of an earlier one: by `draw`, a few numbers
   that differ here and there. */
static void write_piece(nwti_text *text, int32_t shape, int32_t depth, uint32_t *draw)
{
    static const char *const keys[] = {"\"name\"", "\"a\\\"b\"", "\"\"",      "\"\\u0041\"",
                                       "\"\\\"\"", "\"config\"", "\"x\\\\\"", "\"name\""};
    static const char *const leaves[] = {
        "1",    "-2.5e3", "\"same\"", "\"\\\"\"", "null",
        "true", "[]",     "{}",       "[1, 2]",   "\"long \\n text\""};
    int32_t count = 1 + shape % 5, i;

    nwti_text_string(text, shape & 1 ? "{" : "[ ");
    for (i = 0; i < count; i++) {
        *draw = *draw * 1103515245 + 12345;
        nwti_text_string(text, i == 0 ? "" : *draw >> 28 == 0 ? " ,\n" : ", ");
        if (shape & 1) {
            nwti_text_string(text, keys[(shape + i + (*draw >> 27 == 1)) % 8]);
            nwti_text_string(text, *draw >> 28 == 1 ? " : " : ": ");
        }
        if (depth > 0 && (shape + i) % 3 == 0) {
            write_piece(text, shape / 2 + i, depth - 1, draw);
        } else {
            nwti_text_string(
                text,
                leaves[(shape + i + (*draw >> 25 & 7 ? 0 : (int32_t)(*draw >> 22 & 7))) % 10]);
        }
    }
    nwti_text_string(text, shape & 1 ? "}" : "]");
}

/* A piece reads among others as it does alone, whatever of it stood in those before it. */
static void test_what_repeats_reads_the_same(void **unused)
{
    nwti_text text, want;
    uint32_t draw = 1, i, round;

    (void)unused;
    nwti_text_init(&text, &heap);
    nwti_text_init(&want, &heap);
    for (round = 0; round < 200; round++) {
        nwti_text_clear(&text);
        nwti_text_clear(&want);
        nwti_text_string(&text, "[");
        nwti_text_string(&want, "[");
        for (i = 0; i < 40; i++) {
            nwti_text piece;

            nwti_text_init(&piece, &heap);
            draw = draw * 1103515245 + 12345;
            write_piece(&piece, (int32_t)(round + (draw >> 30)), 4, &draw);
            show(&want, read_bytes(piece.data, piece.length, 100));
            nwti_text_add(&text, piece.data, piece.length);
            nwti_text_string(&text, i < 39 ? ", " : "]");
            nwti_text_string(&want, i < 39 ? ", " : "]");
            nwti_text_free(&piece);
        }
        assert_reads(text.data, want.data);
        nwti_arena_reset(&arena);
    }
    nwti_text_free(&text);
    nwti_text_free(&want);
}

/* A member whose text is longer than its key can tell. */
static void test_what_repeats_may_be_long(void **unused)
{
    nwti_text text, want;
    int32_t i;

    (void)unused;
    nwti_text_init(&text, &heap);
    nwti_text_init(&want, &heap);
    for (i = 0; i < 3; i++) {
        nwti_text_string(&text, i == 0 ? "[" : ", ");
        nwti_text_string(&text, "\"as long as a context is\", {\"a\": \"");
        nwti_text_repeat(&text, 'x', 70000);
        nwti_text_string(&text, "\", \"b\": 2, \"c\": ");
        nwti_text_int(&text, i);
        nwti_text_string(&text, "}");
    }
    nwti_text_string(&text, "]");
    nwti_text_add(&want, text.data, text.length);
    assert_reads(text.data, want.data);
    nwti_text_free(&text);
    nwti_text_free(&want);
}

/* What repeats is refused where it is too deep, and what follows it where it is wrong. */
static void test_what_repeats_has_faults(void **unused)
{
    static const char deep[] = "[\"as long as a context is\", {\"a\": [1]},\n"
                               " [\"as long as a context is\", {\"a\": [1]}]]";
    static const char wrong[] = "[\"as long as a context is\", {\"a\": [1, 2], \"b\": 3},\n"
                                " \"as long as a context is\", {\"a\": [1, 2], \"b\": x}]";
    static const char comma[] = "[\"as long as a context is\", {\"a\": [1, 2], \"b\": 3},\n"
                                " \"as long as a context is\", {\"a\": [1, 2], \"b\": 3,}]";

    (void)unused;
    assert_fault(deep, strlen(deep), 3, 2, 36, "nested deeper than allowed");
    assert_non_null(read_bytes(deep, strlen(deep), 4));
    assert_fault(wrong, strlen(wrong), 9, 2, 48, "expected a value");
    assert_fault(comma, strlen(comma), 9, 2, 50, "a comma before the closing bracket");
}

/* What is written is valid, whatever the bytes are. */
static void test_writes_strings(void **unused)
{
    (void)unused;
    nwti_text_clear(&out);
    nwti_json_write_string(&out, "a\"\\\x1f\x7f\xC3\xA9\xff|\xE2\x82", 11);
    assert_string_equal(out.data, "\"a\\\"\\\\\\u001f\\u007f\xC3\xA9\\ufffd|\\ufffd\\ufffd\"");
    nwti_text_clear(&out);
    nwti_json_write_number(&out, (double)NAN);
    nwti_json_write_number(&out, (double)INFINITY);
    nwti_json_write_number(&out, -(double)INFINITY);
    nwti_json_write_number(&out, 0.1);
    assert_string_equal(out.data, "NaNInfinity-Infinity0.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_finds_the_last_of_equal_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_nul_is_no_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deep_nesting_needs_no_recursion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_endless_brackets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_truncation_is_a_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_repeats_reads_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_repeats_may_be_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_repeats_has_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_allocation_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_writes_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_leaves_nothing_but_the_arena, set_up, tear_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
