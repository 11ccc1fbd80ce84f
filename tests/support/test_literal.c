#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing.h"
#include "support/literal.h"
#include "support/show.h"

typedef const nwti_value *(*reader)(nwti_arena *, const char *, size_t, size_t,
                                    nwti_syntax_error *);

/* A text with all that the syntax has. */
static const char everything[] =
    "keras.layers.Dense(10, 'a' \"b\", activation=relu, # why\n"
    "  shape=(None, 3, (4,), ()), x=[1, -2.5e-3, +.5, 0x1F, 1_000, [],], on=True,\n"
    "  d={'k': {1: False}, -2: u'\\u00e9\\n\\x41\\101', 'e': {}},\n"
    "  raw=r'\\d+', long='''two\nlines''', init=keras.initializers.Zeros(), part=1. / 255,)";

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
static const nwti_value *read_bytes(reader read_text, const char *text, size_t length, size_t depth)
{
    char *copy = malloc(length > 0 ? length : 1);
    const nwti_value *value;

    assert_non_null(copy);
    memcpy(copy, text, length);
    memset(&error, 0xFF, sizeof error);
    value = read_text(&arena, copy, length, depth, &error);
    free(copy);
    return value;
}

static void assert_reads(reader read_text, const char *text, const char *want)
{
    const nwti_value *value = read_bytes(read_text, text, strlen(text), 100);

    if (value == NULL) {
        print_error("%s: %s\n", text, error.what);
    }
    assert_non_null(value);
    nwti_text_clear(&out);
    show(&out, value);
    assert_string_equal(out.data, want);
}

static void assert_fault(reader read_text, const char *text, size_t line, size_t column,
                         const char *what)
{
    size_t length = strlen(text);
    const nwti_value *value = read_bytes(read_text, text, length, 100);

    if (value != NULL) {
        print_error("%s: no fault\n", text);
    }
    assert_null(value);
    assert_non_null(error.what);
    assert_string_equal(error.what, what);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
    assert_in_range(error.offset, 0, length);
    assert_ptr_equal(arena.current, NULL);
}

static void test_reads(void **unused)
{
    static const char *const cases[][2] = {
        {"None", "None"},
        {"True", "True"},
        {"False", "False"},
        {" 1 ", "1"},
        {"-1", "-1"},
        {"- 1", "-1"},
        {"+5", "5"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"1_000_000", "1000000"},
        {"0x1F", "31"},
        {"-0x10", "-16"},
        {"0b101", "5"},
        {"0o17", "15"},
        {"1e-6", "1e-06"},
        {"1.", "1.0"},
        {".5", "0.5"},
        {"-.5", "-0.5"},
        {"2.5e-3", "0.0025"},
        {"1./255", "0.00392156862745098"},
        {"1 / 4 / -2", "-0.125"},
        {"6/3", "2.0"},
        {"'abc'", "\"abc\""},
        {"\"a'b\"", "\"a'b\""},
        {"''", "\"\""},
        {"\"\"", "\"\""},
        {"'a\\'b\\\"c\\\\'", "\"a'b<22>c<5C>\""},
        {"'\\a\\b\\f\\n\\r\\t\\v'", "\"<07><08><0C><0A><0D><09><0B>\""},
        {"'\\x41\\u00e9\\U0001F600\\101\\0\\60'", "\"A\xC3\xA9\xF0\x9F\x98\x80"
                                                  "A<00>0\""},
        {"'\\777\\ud83d\\ude00\\ud800'", "\"\xC7\xBF\xF0\x9F\x98\x80\xEF\xBF\xBD\""},
        {"'a\\\nb'", "\"ab\""},
        {"'\\d\\q'", "\"<5C>d<5C>q\""},
        {"r'\\d\\'\\n'", "\"<5C>d<5C>'<5C>n\""},
        {"R\"a\"", "\"a\""},
        {"b'a'", "\"a\""},
        {"u'a'", "\"a\""},
        {"rb'\\x'", "\"<5C>x\""},
        {"Br'\\x'", "\"<5C>x\""},
        {"'''a'b''c\n'''", "\"a'b''c<0A>\""},
        {"\"\"\"\"a\"\"\"", "\"<22>a\""},
        {"''''''", "\"\""},
        {"'a' \"b\" r'\\c'", "\"ab<5C>c\""},
        {"('a'\n 'b')", "\"ab\""},
        {"()", "()"},
        {"(1)", "1"},
        {"((1))", "1"},
        {"(1,)", "(1)"},
        {"(1, 2)", "(1, 2)"},
        {"((1,),)", "((1))"},
        {"((1, 2), 3)", "((1, 2), 3)"},
        {"(())", "()"},
        {"([1])", "[1]"},
        {"[]", "[]"},
        {"[1]", "[1]"},
        {"[1, 2,]", "[1, 2]"},
        {"[(1), (2,)]", "[1, (2)]"},
        {"{}", "{}"},
        {"{'a': 1, 2: 'b', -1.5: [],}", "{\"a\": 1, 2: \"b\", -1.5: []}"},
        {"{'a' 'b': {'c': ()}}", "{\"ab\": {\"c\": ()}}"},
        {"relu", "relu"},
        {"tf.nn.relu", "tf.nn.relu"},
        {"Nonesuch", "Nonesuch"},
        {"_x1", "_x1"},
        {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
        {"rb", "rb"},
        {"true", "true"},
        {"f()", "f()"},
        {"f(1)", "f(1)"},
        {"f (1,)", "f(1)"},
        {"f((1))", "f(1)"},
        {"f((1,))", "f((1))"},
        {"f(None)", "f(None)"},
        {"a.b.C(x=1)", "a.b.C(x=1)"},
        {"f(1, x = 2, y=g(z=h()),)", "f(1, x=2, y=g(z=h()))"},
        {"f(r=1, b='x')", "f(r=1, b=\"x\")"},
        {"f(x=None, y=relu)", "f(x=None, y=relu)"},
        {"float('inf')", "inf"},
        {"-float(\"inf\")", "-inf"},
        {"f(x=-np.inf, y=float('nan'))", "f(x=-inf, y=nan)"},
        {"np.infinite", "np.infinite"},
        {"f(lambda_=1)", "f(lambda_=1)"},
        {"# all\n f( # open\n 1 # one\n , ) # end", "f(1)"},
        {everything,
         "keras.layers.Dense(10, \"ab\", activation=relu, shape=(None, 3, (4), ()), "
         "x=[1, -0.0025, 0.5, 31, 1000, []], on=True, "
         "d={\"k\": {1: False}, -2: \"\xC3\xA9<0A>AA\", \"e\": {}}, raw=\"<5C>d+\", "
         "long=\"two<0A>lines\", init=keras.initializers.Zeros(), part=0.00392156862745098)"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_reads(nwti_literal_read, cases[i][0], cases[i][1]);
    }
}

static void test_reads_arguments(void **unused)
{
    static const char *const cases[][2] = {{"", "()"},
                                           {"  # none\n ", "()"},
                                           {"1", "(1)"},
                                           {"(1)", "(1)"},
                                           {"(1,)", "((1))"},
                                           {"10, activation='relu'", "(10, activation=\"relu\")"},
                                           {"a=1,", "(a=1)"},
                                           {"(3, 3), relu", "((3, 3), relu)"},
                                           {"f(1), x=[2]", "(f(1), x=[2])"},
                                           {"None", "(None)"}};
    static const struct {
        const char *text;
        size_t column;
        const char *what;
    } faults[] = {{"1)", 2, "expected ','"},
                  {"1 2", 3, "expected ','"},
                  {")", 1, "expected a value"},
                  {",", 1, "expected a value"},
                  {"a=", 3, "the text ends too early"},
                  {"f(1", 4, "the text ends too early"},
                  {"a=1, 2", 6, "an argument without a name after one with a name"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_reads(nwti_literal_read_arguments, cases[i][0], cases[i][1]);
    }
    nwti_arena_reset(&arena);
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        assert_fault(nwti_literal_read_arguments, faults[i].text, 1, faults[i].column,
                     faults[i].what);
    }
    assert_null(read_bytes(nwti_literal_read_arguments, "1, \0", 4, 100));
    assert_string_equal(error.what, "expected a value");
    assert_null(read_bytes(nwti_literal_read_arguments, "1\0", 2, 100));
    assert_string_equal(error.what, "expected ','");
}

static void test_faults(void **unused)
{
    static const struct {
        const char *text;
        size_t line, column;
        const char *what;
    } cases[] = {{"", 1, 1, "the text is empty"},
                 {" # x", 1, 5, "the text is empty"},
                 {"x y", 1, 3, "more text after the value"},
                 {"1, 2", 1, 2, "more text after the value"},
                 {"f(1))", 1, 5, "more text after the value"},
                 {"8 // 2", 1, 3, "more text after the value"},
                 {"f(", 1, 3, "the text ends too early"},
                 {"f(1", 1, 4, "the text ends too early"},
                 {"f(1,", 1, 5, "the text ends too early"},
                 {"f(a=", 1, 5, "the text ends too early"},
                 {"[", 1, 2, "the text ends too early"},
                 {"{'a'", 1, 5, "the text ends too early"},
                 {"{'a':", 1, 6, "the text ends too early"},
                 {"-", 1, 2, "the text ends too early"},
                 {"a.", 1, 3, "the text ends too early"},
                 {"1/", 1, 3, "the text ends too early"},
                 {"(1]", 1, 3, "expected ',' or ')'"},
                 {"[1)", 1, 3, "expected ',' or ']'"},
                 {"{'a': 1)", 1, 8, "expected ',' or '}'"},
                 {"f(1]", 1, 4, "expected ',' or ')'"},
                 {"f(1\n  2)", 2, 3, "expected ',' or ')'"},
                 {"f(a==1)", 1, 4, "expected ',' or ')'"},
                 {"f(x for x in y)", 1, 5, "expected ',' or ')'"},
                 {"f(1=2)", 1, 4, "expected ',' or ')'"},
                 {"f(a.b=2)", 1, 6, "expected ',' or ')'"},
                 {"(,)", 1, 2, "expected a value"},
                 {"[,]", 1, 2, "expected a value"},
                 {"[1,,2]", 1, 4, "expected a value"},
                 {"f(,)", 1, 3, "expected a value"},
                 {"f(*a)", 1, 3, "expected a value"},
                 {"f(a=)", 1, 5, "expected a value"},
                 {"@", 1, 1, "expected a value"},
                 {"...", 1, 1, "expected a number"},
                 {"-x", 1, 2, "expected a number"},
                 {"--1", 1, 2, "expected a number"},
                 {"1/x", 1, 3, "expected a number"},
                 {"1 / 0.0", 1, 5, "a division by zero"},
                 {"007", 1, 1, "a whole number must not begin with 0"},
                 {"0x", 1, 3, "the text ends too early"},
                 {"0xg", 1, 3, "expected a digit"},
                 {"1j", 1, 2, "a letter within a number"},
                 {"1__0", 1, 2, "a letter within a number"},
                 {"10L", 1, 3, "a letter within a number"},
                 {"a..b", 1, 3, "expected a name after '.'"},
                 {"a.1", 1, 3, "expected a name after '.'"},
                 {"{a: 1}", 1, 2, "a key must be a string or a number"},
                 {"{(1,): 1}", 1, 2, "a key must be a string or a number"},
                 {"{f({f({}): 1}): 1}", 1, 2, "a key must be a string or a number"},
                 {"{1, 2}", 1, 3, "expected ':'"},
                 {"{'a' 1}", 1, 6, "expected ':'"},
                 {"f(a=1, 2)", 1, 8, "an argument without a name after one with a name"},
                 {"['abc", 1, 2, "the text ends within this string"},
                 {"'''ab''", 1, 1, "the text ends within this string"},
                 {"'abc\\", 1, 1, "the text ends within this string"},
                 {"r'abc\\", 1, 2, "the text ends within this string"},
                 {"f('a\n')", 1, 3, "the line ends within this string"},
                 {"'\\x4'", 1, 2, "an unknown escape in a string"},
                 {"'a\\N{DASH}'", 1, 3, "an unknown escape in a string"},
                 {"'\\u12'", 1, 2, "an unknown escape in a string"},
                 {"'\\U00110000'", 1, 2, "an unknown escape in a string"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_fault(nwti_literal_read, cases[i].text, cases[i].line, cases[i].column,
                     cases[i].what);
    }
}

static void test_values_have_their_form(void **unused)
{
    const nwti_value *call = read_bytes(nwti_literal_read, "a.B(1, x=relu)", 14, 1), *items;

    (void)unused;
    assert_non_null(call);
    items = call->as.items;
    assert_int_equal(call->type, NWTI_CALL);
    assert_int_equal(call->flags, 0);
    assert_int_equal(call->length, 2);
    assert_true(nwti_value_is(&items[0], "a.B"));
    assert_int_equal(items[1].type, NWTI_NONE);
    assert_int_equal(items[2].as.integer, 1);
    assert_true(nwti_value_is(&items[3], "x"));
    assert_int_equal(items[4].type, NWTI_CALL);
    assert_int_equal(items[4].flags, NWTI_VALUE_BARE);
    assert_int_equal(items[4].length, 0);
    assert_true(nwti_value_is(items[4].as.items, "relu"));
    call = read_bytes(nwti_literal_read_arguments, "", 0, 0);
    assert_non_null(call);
    assert_int_equal(call->type, NWTI_CALL);
    assert_int_equal(call->length, 0);
    assert_true(nwti_value_is(call->as.items, ""));
}

static void test_looks_up_among_keys_of_all_types(void **unused)
{
    const nwti_value *dict = read_bytes(nwti_literal_read, "{'': 1, 0: 2, 'a': 3, 5: 4}", 27, 1);

    (void)unused;
    assert_non_null(dict);
    assert_int_equal(nwti_value_get(dict, "")->as.integer, 1);
    assert_int_equal(nwti_value_get(dict, "a")->as.integer, 3);
    assert_null(nwti_value_get(dict, "b"));
}

static void test_depth(void **unused)
{
    (void)unused;
    assert_non_null(read_bytes(nwti_literal_read, "relu", 4, 0));
    assert_null(read_bytes(nwti_literal_read, "f()", 3, 0));
    assert_string_equal(error.what, "nested deeper than allowed");
    assert_non_null(read_bytes(nwti_literal_read, "f([(1)])", 8, 3));
    assert_null(read_bytes(nwti_literal_read, "f([(1)])", 8, 2));
    assert_non_null(read_bytes(nwti_literal_read_arguments, "1, 2", 4, 0));
    assert_null(read_bytes(nwti_literal_read_arguments, "f(1)", 4, 0));
    assert_non_null(read_bytes(nwti_literal_read_arguments, "f(1)", 4, 1));
    assert_non_null(read_bytes(nwti_literal_read_arguments, "f(1)", 4, SIZE_MAX));
}

static void test_deep_nesting_needs_no_recursion(void **unused)
{
    static const char *const opens[] = {"(", "[", "{1:", "f(", "f(a="};
    static const char closes[] = ")]}))";
    enum { DEPTH = 100000 };
    char *text = malloc(6 * DEPTH);
    const nwti_value *value;
    size_t length = 0, i;

    (void)unused;
    assert_non_null(text);
    for (i = 0; i < DEPTH; i++) {
        memcpy(text + length, opens[i % 5], strlen(opens[i % 5]));
        length += strlen(opens[i % 5]);
    }
    assert_null(read_bytes(nwti_literal_read, text, length, SIZE_MAX));
    assert_string_equal(error.what, "the text ends too early");
    text[length++] = '7';
    for (i = DEPTH; i > 0; i--) {
        text[length++] = closes[(i - 1) % 5];
    }
    value = read_bytes(nwti_literal_read, text, length, DEPTH);
    assert_non_null(value);
    for (i = 0; i < DEPTH; i++) {
        value = i % 5 == 0 ? value : value->as.items + (i % 5 == 1 ? 0 : i % 5 == 2 ? 1 : 2);
    }
    assert_int_equal(value->as.integer, 7);
    assert_null(read_bytes(nwti_literal_read, text, length, DEPTH - 1));
    assert_string_equal(error.what, "nested deeper than allowed");
    free(text);
}

static void test_every_truncation_is_a_fault(void **unused)
{
    size_t i;

    (void)unused;
    for (i = sizeof "keras.layers.Dense"; i + 1 < sizeof everything; i++) {
        assert_null(read_bytes(nwti_literal_read, everything, i, 100));
        assert_non_null(error.what);
        assert_in_range(error.offset, 0, i);
    }
}

/* Whatever byte is wrong: a tree, well-formed, or a fault within the text. */
static void test_every_byte_changed(void **unused)
{
    static const char bytes[] = "\"'\\{}[](),:=.#/r0-+\n\x80\xFFx_";
    char text[sizeof everything];
    size_t i, j;

    (void)unused;
    memcpy(text, everything, sizeof text);
    for (i = 0; i < sizeof everything - 1; i++) {
        for (j = 0; j < sizeof bytes; j++) { /* its NUL too */
            const nwti_value *value;

            text[i] = bytes[j];
            nwti_arena_reset(&arena);
            value = read_bytes(nwti_literal_read, text, sizeof everything - 1, 100);
            if (value == NULL) {
                assert_non_null(error.what);
                assert_in_range(error.offset, 0, sizeof everything - 1);
            } else {
                nwti_text_clear(&out);
                show(&out, value);
            }
        }
        text[i] = everything[i];
    }
}

static void test_every_allocation_fails(void **unused)
{
    char *text = malloc(80000);
    size_t length = 0, i;
    int64_t n;

    (void)unused;
    assert_non_null(text);
    for (i = 0; i < 10000; i++) {
        memcpy(text + length, i % 3 != 0 ? "(x)," : "[1],", 4);
        length += 4;
    }
    for (n = 0; n < 100; n++) {
        const nwti_value *value;

        failing_init(&state, &heap, n);
        nwti_arena_init(&arena, &heap);
        value = nwti_literal_read_arguments(&arena, text, length, 100, &error);
        nwti_arena_free(&arena);
        assert_int_equal(state.live, 0);
        assert_int_equal(heap.used, 0);
        assert_false(state.wrong);
        if (value != NULL) {
            break;
        }
        assert_null(error.what);
        assert_true(heap.failed);
    }
    assert_in_range(n, 5, 50);
    free(text);
}

/* Options are read in loops that must not allocate once they are warm. */
static void test_short_text_needs_the_arena_alone(void **unused)
{
    (void)unused;
    assert_non_null(read_bytes(nwti_literal_read, everything, sizeof everything - 1, 100));
    nwti_arena_reset(&arena);
    state.left = 0;
    assert_non_null(read_bytes(nwti_literal_read, everything, sizeof everything - 1, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reads_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_have_their_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_looks_up_among_keys_of_all_types, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deep_nesting_needs_no_recursion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_truncation_is_a_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_allocation_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_short_text_needs_the_arena_alone, set_up, tear_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
