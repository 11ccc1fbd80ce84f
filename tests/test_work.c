/* What models cost to run, against what Keras's own jaxprs say: tests/golden/work.json. */
#include "golden.h"

/* The layer's outputs as a model of its inputs. */
static nwt_model *model_of(nwt_context *ctx, nwt_tensor *output)
{
    nwt_tensor *inputs[16];
    const nwt_layer *layer = nwt_tensor_layer(output);
    int32_t count = nwt_layer_call_input_count(layer, 0), i;

    for (i = 0; i < count && i < 16; i++) {
        inputs[i] = nwt_layer_call_input(layer, 0, i);
    }
    return nwt_model_new(ctx, count, inputs, 1, &output, NULL);
}

static int check_case(nwt_context *ctx, const nwti_value *fact)
{
    const char *text = nwti_value_string(nwti_value_get(fact, "text"));
    nwt_tensor *output;
    nwt_layer *layer;
    nwt_work *work;
    int64_t macs, valid;

    nwt_context_reset(ctx);
    layer = nwt_layer_parse(ctx, text);
    output = golden_call(ctx, layer, fact);
    work = nwt_model_work(output != NULL ? model_of(ctx, output) : NULL, "batch=2");
    macs = nwt_work_layer_count(work, layer, NWT_COUNT_MACS);
    valid = nwt_work_layer_count(work, layer, NWT_COUNT_MACS_VALID);
    if (work == NULL || macs != golden_int(fact, "macs") || valid != golden_int(fact, "valid")) {
        print_error("%s: macs %lld, valid %lld; Keras has %lld, %lld%s%s\n", text, (long long)macs,
                    (long long)valid, (long long)golden_int(fact, "macs"),
                    (long long)golden_int(fact, "valid"), nwt_status(ctx) ? "; " : "",
                    nwt_message(ctx));
        return 1;
    }
    return 0;
}

static void test_layers(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
    uint32_t i;
    int wrong = 0;

    (void)state;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, "work.json"), "cases");
    for (i = 0; i < cases->length; i++) {
        wrong += check_case(ctx, cases->as.items + i);
    }
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_layers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
