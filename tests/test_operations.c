/* Small models of Keras's operations, read from its own configs: shapes and dtypes of their outputs
   are those that Keras gave (tests/oracle/operations.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netweight.h"
#include "support/golden_file.h"
#include "support/json.h"

typedef struct golden {
    unsigned char *bytes;
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
} golden;

static int set_up(void **state)
{
    static golden file;
    nwti_syntax_error error;
    size_t size;

    file.bytes = read_golden("tests/golden/operations.json", &size);
    nwti_heap_init(&file.heap, NULL, NULL, 0);
    nwti_arena_init(&file.arena, &file.heap);
    file.cases = nwti_value_get(
        nwti_json_read(&file.arena, (const char *)file.bytes, size, 100, &error), "cases");
    *state = &file;
    return file.cases == NULL;
}

static int tear_down(void **state)
{
    golden *file = *state;

    nwti_arena_free(&file->arena);
    free(file->bytes);
    return 0;
}

static int32_t same_tensor(const nwt_tensor *tensor, const nwti_value *wanted)
{
    const nwti_value *shape = nwti_value_get(wanted, "shape");
    const char *dtype = nwt_dtype_name(nwt_tensor_dtype(tensor));

    if (nwt_tensor_rank(tensor) != (int32_t)shape->length || dtype == NULL ||
        !nwti_value_is(nwti_value_get(wanted, "dtype"), dtype)) {
        return 0;
    }
    for (uint32_t i = 0; i < shape->length; i++) {
        const nwti_value *dim = &shape->as.items[i];

        if (nwt_tensor_dims(tensor)[i] != (dim->type == NWTI_NONE ? -1 : dim->as.integer)) {
            return 0;
        }
    }
    return 1;
}

static void complain(nwt_context *ctx, const nwti_value *one, const nwt_model *model)
{
    print_error("%s: %s\n", nwti_value_string(nwti_value_get(one, "text")), nwt_message(ctx));
    for (int32_t i = 0; i < nwt_model_outputs(model); i++) {
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

/* 1 if the case's model reads without a note, has no weights but those of layers, and its outputs. */
static int32_t passes(nwt_context *ctx, const nwti_value *one)
{
    const nwti_value *text = nwti_value_get(one, "model");
    const nwti_value *outputs = nwti_value_get(one, "outputs");
    nwt_model *model = nwt_read_memory(ctx, text->as.string, text->length, NULL);
    int32_t good = model != NULL && nwt_model_outputs(model) == (int32_t)outputs->length &&
                   nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS) == 0 &&
                   nwt_note_count(ctx) == 0;

    for (uint32_t i = 0; good && i < outputs->length; i++) {
        good = same_tensor(nwt_model_output(model, (int32_t)i), &outputs->as.items[i]);
    }
    if (!good) {
        complain(ctx, one, model);
    }
    return good;
}

static void outputs_are_those_of_keras(void **state)
{
    const golden *file = *state;
    nwt_context *ctx = nwt_context_new(NULL);
    int32_t failures = 0;

    assert_true(file->cases->length > 500);
    for (uint32_t i = 0; i < file->cases->length; i++) {
        failures += !passes(ctx, &file->cases->as.items[i]);
        nwt_context_reset(ctx);
    }
    nwt_context_free(ctx);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(outputs_are_those_of_keras)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
