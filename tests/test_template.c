/* The file to copy for a new kind compiles, and what it describes is a kind. */
#include "golden.h"
#include "layers/_template.c"

static void test_template(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model;
    nwt_weight_info weight = {sizeof weight};

    (void)state;
    assert_int_equal(nwt_register(ctx, &nwti_kind_scale), NWT_STATUS_OK);
    model = nwt_model_parse(ctx, "Sequential([Input((5, 3)), Scale(), Scale(1, False)])", NULL);
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_model_params(model), 3 + 3 + 5);
    assert_int_equal(nwt_layer_weight(nwt_model_layer(model, 1), 0, &weight), 1);
    assert_string_equal(weight.name, "scale");
    assert_int_equal(nwt_tensor_rank(nwt_model_output(model, 0)), 3);
    nwt_layer_parse(ctx, "Scale(axs=3)");
    assert_string_equal(nwt_message(ctx), "Scale: unknown option 'axs'; did you mean 'axis'?");
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_template)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
