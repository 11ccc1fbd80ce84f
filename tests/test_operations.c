/* Small models of Keras's operations, read from its own configs: shapes and dtypes of their
   outputs are those that Keras gave (tests/oracle/operations.py). Then what they refuse. */
#include "golden.h"

static int32_t same_tensor(const nwt_tensor *tensor, const nwti_value *wanted)
{
    int64_t dims[32];
    int32_t rank = golden_dims(nwti_value_get(wanted, "shape"), dims);

    return nwt_tensor_rank(tensor) == rank &&
           nwt_tensor_dtype(tensor) == golden_dtype(nwti_value_get(wanted, "dtype")) &&
           memcmp(nwt_tensor_dims(tensor), dims, (size_t)rank * sizeof *dims) == 0;
}

static void complain(nwt_context *ctx, const nwti_value *one, const nwt_model *model)
{
    print_error("%s: %s\n", nwti_value_string(nwti_value_get(one, "text")), nwt_message(ctx));
    for (int32_t i = 0; i < nwt_model_output_count(model); i++) {
        const nwt_tensor *tensor = nwt_model_output(model, i);

        print_error("  %s of rank %d:", nwt_dtype_name(nwt_tensor_dtype(tensor)),
                    (int)nwt_tensor_rank(tensor));
        for (int32_t j = 0; j < nwt_tensor_rank(tensor); j++) {
            print_error(" %d", (int)nwt_tensor_dims(tensor)[j]);
        }
        print_error("\n");
    }
    for (int64_t i = 0; i < nwt_note_count(ctx); i++) {
        print_error("  note: %s\n", nwt_note(ctx, i));
    }
}

/* 1 if the case's model reads without a note, has its weights and gives its outputs. */
static int32_t passes(nwt_context *ctx, const nwti_value *one)
{
    const nwti_value *text = nwti_value_get(one, "model");
    const nwti_value *outputs = nwti_value_get(one, "outputs");
    nwt_model *model = nwt_read_memory(ctx, text->as.string, text->length, NULL);
    int32_t good = model != NULL && nwt_model_output_count(model) == (int32_t)outputs->length &&
                   nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS) == 0 &&
                   nwt_model_params(model) == nwti_value_get(one, "params")->as.integer &&
                   nwt_note_count(ctx) == 0;

    for (uint32_t i = 0; good && i < outputs->length; i++) {
        good = same_tensor(nwt_model_output(model, (int32_t)i), &outputs->as.items[i]);
    }
    if (!good) {
        complain(ctx, one, model);
    }
    return good;
}

/* Judges each case of a golden file. */
static void check_all(const char *path, int32_t (*passes)(nwt_context *, const nwti_value *))
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
    int32_t failures = 0;

    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, path), "cases");
    assert_true(cases->length > 500);
    for (uint32_t i = 0; i < cases->length; i++) {
        failures += !passes(ctx, &cases->as.items[i]);
        nwt_context_reset(ctx);
    }
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(failures, 0);
}

static void outputs_are_those_of_keras(void **unused)
{
    (void)unused;
    check_all("operations.json", passes);
}

/* ------------------------------------------------------------------ single calls */

static nwt_layer *made(nwt_context *ctx, const nwti_value *one)
{
    const nwti_value *options = nwti_value_get(one, "options");
    nwt_layer *layer;
    char kind[64];

    snprintf(kind, sizeof kind, "ops.%s", nwti_value_string(nwti_value_get(one, "class_name")));
    layer = nwt_layer_new(ctx, kind);
    for (uint32_t i = 0; i < options->length; i++) {
        const nwti_value *pair = options->as.items[i].as.items;

        nwt_layer_set_text(layer, pair[0].as.string, pair[1].as.string);
    }
    return layer;
}

/* 1 if Keras's verdict of a call (tests/oracle/operation_calls.py) is ours: refused, or of the same
   outputs. */
static int32_t same_verdict(nwt_context *ctx, const nwti_value *one)
{
    const nwti_value *error = nwti_value_get(one, "error");
    const nwti_value *outputs = nwti_value_get(one, "outputs");
    nwt_tensor *first;
    int32_t good;

    first = golden_call(ctx, made(ctx, one), one);
    if (error != NULL) {
        good = nwt_status(ctx) == NWT_STATUS_INVALID && strpbrk(nwt_message(ctx), "{}") == NULL;
    } else {
        good = nwt_tensor_output_count(first) == (int32_t)outputs->length;
        for (uint32_t i = 0; good && i < outputs->length; i++) {
            good = same_tensor(nwt_tensor_output(first, (int32_t)i), &outputs->as.items[i]);
        }
    }
    if (!good) {
        print_error("%s: %s\n  but Keras says: %s\n",
                    nwti_value_string(nwti_value_get(one, "text")), nwt_message(ctx),
                    error != NULL ? nwti_value_string(error) : "other outputs");
    }
    return good;
}

/* The layer's output as a model of its inputs. */
static nwt_work *work_of(nwt_context *ctx, nwt_tensor *output)
{
    const nwt_layer *layer = nwt_tensor_layer(output);
    nwt_tensor *inputs[8];
    int32_t count = nwt_layer_call_input_count(layer, 0), i;

    for (i = 0; i < count && i < 8; i++) {
        inputs[i] = nwt_layer_call_input(layer, 0, i);
    }
    return nwt_model_work(nwt_model_new(ctx, count, inputs, 1, &output, NULL), "batch=2");
}

/* Products cost what Keras's own jaxprs say. */
static int32_t costs_the_same(nwt_context *ctx, const nwti_value *one)
{
    nwt_tensor *output;
    nwt_work *work;
    int64_t macs, valid;

    if (nwti_value_get(one, "macs") == NULL) {
        return 1;
    }
    output = golden_call(ctx, made(ctx, one), one);
    work = work_of(ctx, output);
    macs = nwt_work_count(work, NWT_COUNT_MACS);
    valid = nwt_work_count(work, NWT_COUNT_MACS_VALID);
    if (macs != golden_int(one, "macs") || valid != golden_int(one, "valid")) {
        print_error("%s: macs %lld, valid %lld; Keras has %lld, %lld; %s\n",
                    nwti_value_string(nwti_value_get(one, "text")), (long long)macs,
                    (long long)valid, (long long)golden_int(one, "macs"),
                    (long long)golden_int(one, "valid"), nwt_message(ctx));
        return 0;
    }
    return 1;
}

static void products_cost_what_keras_computes(void **unused)
{
    (void)unused;
    check_all("operation_calls.json", costs_the_same);
}

static void verdicts_are_those_of_keras(void **unused)
{
    (void)unused;
    check_all("operation_calls.json", same_verdict);
}

enum { LARGEST_REPORT = 20000 };

struct report {
    char text[LARGEST_REPORT];
    size_t length;
};

static int32_t keep_report(void *user, const char *text, size_t length)
{
    struct report *report = user;

    assert_true(length < LARGEST_REPORT - report->length);
    memcpy(report->text + report->length, text, length);
    report->length += length;
    report->text[report->length] = '\0';
    return 0;
}

/* 1 if the report of a case's model tells of an argument that was passed by name. */
static int32_t tells_argument(nwt_context *ctx, const nwti_value *one)
{
    const nwti_value *text = nwti_value_get(one, "model");
    nwt_model *model = nwt_read_memory(ctx, text->as.string, text->length, NULL);
    struct report report = {"", 0};

    assert_int_equal(nwt_report(model, "format='json'", keep_report, &report), NWT_STATUS_OK);
    return strstr(report.text, "\"argument\"") != NULL;
}

/* Lists of tensors and what stands where no tensor is expected are known by their arguments, but
   were passed by position. */
static void positions_are_no_names(void **unused)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
    int32_t seen = 0;

    (void)unused;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, "operations.json"), "cases");
    for (uint32_t i = 0; i < cases->length; i++) {
        const char *text = nwti_value_string(nwti_value_get(&cases->as.items[i], "text"));

        if (strncmp(text, "ops.select(", 11) == 0 || strncmp(text, "ops.full_like(v(()", 18) == 0) {
            assert_false(tells_argument(ctx, &cases->as.items[i]));
            seen++;
        }
        nwt_context_reset(ctx);
    }
    assert_true(seen > 1);
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------------ named operands */

/* A call whose operands are named, the last one first; operand `left_out` is a text. */
static nwt_tensor *call_backward(nwt_context *ctx, const nwti_value *one, const char *kind,
                                 int32_t left_out)
{
    const nwti_value *inputs = nwti_value_get(one, "inputs");
    const char *call = nwti_value_string(nwti_value_get(one, "call")), *names[8];
    nwt_option_info info = {sizeof info, NULL, NULL, NULL, NULL, NULL, 0, 0};
    char text[64] = "", options[256];
    nwt_layer *layer = made(ctx, one);
    nwt_tensor *tensors[8];
    int32_t count = 0, i;

    for (i = (int32_t)inputs->length - 1; i >= 0; i--) {
        nwt_kind_option(ctx, kind, 1, i, &info);
        if (i == left_out) {
            snprintf(text, sizeof text, "%s='nothing'", info.key);
        } else {
            names[count] = info.key;
            tensors[count++] = golden_input(ctx, &inputs->as.items[i]);
        }
    }
    snprintf(options, sizeof options, "%s%s%s", text, *text && call ? ", " : "", call ? call : "");
    return nwt_call_named(layer, count, names, tensors, options);
}

/* In which order operands are given makes no difference. A text in the place of one, which is no
   tensor, no number and no array, makes the output unknown, if it depends on that operand; one that
   is alone must be a tensor. */
static int32_t same_backward(nwt_context *ctx, const nwti_value *one, const char *kind,
                             int32_t left_out)
{
    nwt_tensor *first = call_backward(ctx, one, kind, left_out);
    int32_t good = nwt_status(ctx) == NWT_STATUS_OK
                       ? (left_out >= 0 && nwt_tensor_rank(first) == -1) ||
                             same_tensor(first, nwti_value_get(one, "outputs")->as.items)
                       : left_out >= 0 && strstr(nwt_message(ctx), "must be a tensor, not") != NULL;

    if (!good) {
        print_error("%s: operand %d: %s\n", nwti_value_string(nwti_value_get(one, "text")),
                    (int)left_out, nwt_message(ctx));
    }
    nwt_context_clear_error(ctx);
    return good;
}

static int32_t passes_backward(nwt_context *ctx, const nwti_value *one)
{
    nwt_option_info info = {sizeof info, NULL, NULL, NULL, NULL, NULL, 0, 0};
    const nwti_value *outputs = nwti_value_get(one, "outputs");
    int32_t count = (int32_t)nwti_value_get(one, "inputs")->length, good = 1, i;
    char kind[64];

    snprintf(kind, sizeof kind, "ops.%s", nwti_value_string(nwti_value_get(one, "class_name")));
    nwt_kind_option(ctx, kind, 1, 0, &info);
    if (outputs != NULL && outputs->length > 0 && info.value_type == NWT_TYPE_TENSOR) {
        for (i = -1; i < count; i++) {
            good &= same_backward(ctx, one, kind, i);
        }
    }
    return good;
}

static void operands_go_by_their_names(void **unused)
{
    (void)unused;
    check_all("operation_calls.json", passes_backward);
}

/* ---------------------------------------------------------------- what they take */

/* Those whose results a Python function tells; nobody can know them from a file. */
static const char *const functional[] = {
    "AssociativeScan",  "Cond",   "Function",     "JVP", "Map", "Scan",
    "SegmentReduction", "Switch", "VectorizedMap"};

/* Keras's own word for None, as these options are read. */
static int32_t same_default(const char *key, const char *ours, const nwti_value *theirs)
{
    if (theirs->type == NWTI_NONE || ours == NULL) {
        return theirs->type == NWTI_NONE && ours == NULL;
    }
    return strcmp(ours, theirs->as.string) == 0 || strcmp(key, "data_format") == 0;
}

/* The rows of a kind are the parameters of Keras's class, in their order. */
static int32_t same_rows(nwt_context *ctx, const char *kind, int32_t of_call,
                         const nwti_value *wanted)
{
    nwt_option_info info = {sizeof info, NULL, NULL, NULL, NULL, NULL, 0, 0};
    uint32_t i;

    for (i = 0; i < wanted->length; i++) {
        const nwti_value *one = wanted->as.items[i].as.items;
        const char *name = one[0].as.string + (one[0].as.string[0] == '*');

        if (!nwt_kind_option(ctx, kind, of_call, (int32_t)i, &info) ||
            strcmp(info.key, name) != 0 || !same_default(name, info.fallback, one + 1)) {
            print_error("%s: row %u is not %s=%s\n", kind, i, name,
                        one[1].type == NWTI_NONE ? "(required)" : one[1].as.string);
            return 0;
        }
    }
    if (nwt_kind_option(ctx, kind, of_call, (int32_t)i, &info)) {
        print_error("%s: Keras knows no '%s'\n", kind, info.key);
        return 0;
    }
    return 1;
}

static int32_t is_functional(const char *name)
{
    size_t i = 0;

    while (i < sizeof functional / sizeof *functional && strcmp(functional[i], name) != 0) {
        i++;
    }
    return i < sizeof functional / sizeof *functional;
}

static void they_take_what_keras_takes(void **unused)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *classes;
    int32_t failures = 0;
    char kind[128];

    (void)unused;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    classes = nwti_value_get(golden_json(&arena, "signatures.json"), "classes");
    assert_true(classes->length > 300);
    for (uint32_t i = 0; i < classes->length; i++) {
        const nwti_value *one = classes->as.items[i].as.items;

        snprintf(kind, sizeof kind, "ops.%s", one[0].as.string);
        if (!is_functional(one[0].as.string)) {
            failures += !same_rows(ctx, kind, 0, one + 1) + !same_rows(ctx, kind, 1, one + 2);
        }
    }
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(failures, 0);
}

/* -------------------------------------------------------------- what they refuse */

/* On inputs `a` (None, 6, 4), `b` (None, 5, 3) and `long` (None, 2^62, 4). */
static const struct {
    const char *kind;
    const char *key; /* an option; NULL: none */
    const char *value;
    const char *inputs; /* the first letters of their names */
    const char *call;
    const char *message;
} refused[] = {
    {"ops.Add", NULL, NULL, "ab", NULL,
     "add: the operands do not broadcast: on axis -1 one has 4, "
     "the other 3; only equal sizes and 1 go together"},
    {"ops.Matmul", NULL, NULL, "aa", NULL, "matmul: the axes summed over differ: 4 in x1, 6 in x2"},
    {"ops.Reshape", "newshape", "(-1, -1)", "a", NULL, "reshape: newshape has more than one -1"},
    {"ops.Transpose", "axes", "(0, 1, 1)", "a", NULL, "transpose: axes has 1 twice"},
    {"ops.Transpose", "axes", "(0, 1)", "a", NULL,
     "transpose: axes has 2 items, but the input has 3 axes"},
    {"ops.Squeeze", "axis", "1", "a", NULL, "squeeze: axis 1 of the input is not 1: (None, 6, 4)"},
    {"ops.Stack", "axis", "0", "ab", NULL,
     "stack: the inputs' shapes differ: on axis 1 input 1 has 5, input 0 has 6"},
    {"ops.Concatenate", "axis", "3", "aa", NULL,
     "concatenate: axis 3 does not exist: it must be from -3 to 2"},
    {"ops.GetItem", NULL, NULL, "a", "key=(0, 6)",
     "get_item: index 6 is outside axis 1 of (None, "
     "6, 4)"},
    {"ops.GetItem", NULL, NULL, "a", "key=(0, 0, 0, 0)",
     "get_item: its key has 4 indices for the 3 axes of (None, 6, 4)"},
    {"ops.Einsum", "subscripts", "'bij->bi'", "ab", NULL,
     "einsum: subscripts name 1 operands, but there are 2"},
    {"ops.Einsum", "subscripts", "'bij,bij->bi'", "ab", NULL,
     "einsum: the operands do not broadcast: on axis -1 one has 6, the other 5; only equal sizes "
     "and 1 go together"},
    {"ops.Einsum", "subscripts", "'bi->b'", "a", NULL,
     "einsum: subscripts name 2 axes of input 0, which has 3"},
    {"ops.Einsum", "subscripts", "'bij->K'", "a", NULL,
     "einsum: the output's subscripts name an "
     "axis that no input has, or more than 32"},
    {"ops.Mean", "axis", "(1, 4)", "a", NULL,
     "mean: axis 4 does not exist: it must be from -3 to 2"},
    {"ops.Glu", "axis", "1", "b", NULL, "glu: axis 1 of (None, 5, 3) cannot be halved"},
    {"ops.Repeat", "repeats", "4", "l", NULL, NULL},
    {"ops.Tile", "repeats", "(1, 4, 1)", "l", NULL,
     "tile: repeats has None, or makes axis 1 too large"},
    {"ops.Repeat", "repeats", "(1, None, 1, 1, 1)", "b", NULL, NULL},
    {"ops.Tile", "repeats", "(0, 1, 1)", "l", NULL, NULL},
    {"ops.Pad", "pad_width", "((0, 0), (0, 9223372036854775807), (0, 0))", "a", NULL,
     "pad: pad_width 9223372036854775807 on axis 1 is negative or too large"},
    {"ops.Reshape", "newshape", "(4294967296, 4294967296)", "a", NULL,
     "reshape: newshape has too many elements"},
    {"ops.Repeat", "repeats", "(9223372036854775807, 1, 1, 1, 1, 1)", "a", NULL, NULL},
    {"ops.Concatenate", "axis", "1", "ll", NULL, "concatenate: the output is too large on axis 1"},
    {"ops.Hstack", NULL, NULL, "ll", NULL, "hstack: the output is too large on axis 1"},
    {"ops.Kron", NULL, NULL, "ll", NULL,
     "kron: a dim of its output, 4611686018427387904 x 4611686018427387904, is too large"},
    {"ops.Tensordot", "axes", "'nothing'", "aa", NULL, NULL},
    {"ops.Tensordot", "axes", "0", "al", NULL, NULL},
    {"ops.Rearrange", NULL, NULL, "a", "pattern=3",
     "rearrange: pattern must be a text with '->' in it"},
    {"ops.Rearrange", NULL, NULL, "a", "pattern='a b b -> a b'",
     "rearrange: pattern names an axis twice, or more than 64"},
    {"ops.Rearrange", NULL, NULL, "a", "pattern='a (b c) d -> a b c d'",
     "rearrange: pattern has a group of which two lengths are not given"},
    {"ops.UnravelIndex", "shape", "(1, 2)", "l", NULL, NULL},
    {"ops.Cross", NULL, NULL, "al", NULL, "cross: vectors must have 2 or 3 elements, not 4 and 4"},
};

static nwt_tensor *call_refused(nwt_context *ctx, size_t at)
{
    int64_t dims[3][2] = {{6, 4}, {5, 3}, {INT64_C(1) << 62, 4}};
    nwt_layer *layer = nwt_layer_new(ctx, refused[at].kind);
    nwt_tensor *inputs[2];
    int32_t count = 0;

    for (const char *letter = refused[at].inputs; *letter; letter++) {
        int32_t which = *letter == 'a' ? 0 : *letter == 'b' ? 1 : 2;

        inputs[count++] = nwt_input(ctx, 2, dims[which], NULL);
    }
    if (refused[at].key) {
        nwt_layer_set_text(layer, refused[at].key, refused[at].value);
    }
    return nwt_call_many(layer, count, inputs, refused[at].call);
}

static void what_cannot_be_is_refused(void **unused)
{
    nwt_context *ctx = nwt_context_new(NULL);

    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        nwt_tensor *tensor = call_refused(ctx, i);

        assert_string_equal(nwt_message(ctx), refused[i].message ? refused[i].message : "");
        assert_true((tensor == NULL) == (refused[i].message != NULL));
        nwt_context_reset(ctx);
    }
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_are_those_of_keras),
        cmocka_unit_test(positions_are_no_names),
        cmocka_unit_test(verdicts_are_those_of_keras),
        cmocka_unit_test(they_take_what_keras_takes),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(operands_go_by_their_names),
        cmocka_unit_test(products_cost_what_keras_computes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
