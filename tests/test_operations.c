/* Small models of Keras's operations, read from its own configs: shapes and dtypes of their outputs
   are those that Keras gave (tests/oracle/operations.py). */
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

/* 1 if the case's model reads without a note and gives its outputs. */
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

static void outputs_are_those_of_keras(void **unused)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
    int32_t failures = 0;

    (void)unused;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, "operations.json"), "cases");
    assert_true(cases->length > 500);
    for (uint32_t i = 0; i < cases->length; i++) {
        failures += !passes(ctx, &cases->as.items[i]);
        nwt_context_reset(ctx);
    }
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(outputs_are_those_of_keras)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
