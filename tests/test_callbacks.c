/* What callbacks of a kind may do, and what they are told when they do what they may not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netweight/kind.h"

struct wrapper {
    nwt_layer *layer;
};

static const nwt_option wrapper_options[] = {
    NWT_OPTION_LAYER(struct wrapper, layer, "Dense(10)", 0, "the layer within"), NWT_OPTION_END};

NWT_ONE_TENSOR(one, 1, NWT_MAX_RANK, "(batch, ...)");

static nwt_op *run(nwt_op *op, nwt_layer *layer)
{
    nwt_op *child = nwt_op_child(op, layer);

    nwt_op_add_input(child, nwt_op_rank(op, 0), nwt_op_dims(op, 0), nwt_op_dtype(op, 0));
    nwt_op_run(child);
    return child;
}

static int32_t same(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), 0);
}

static nwt_context *with(nwt_kind *kind, int32_t (*weights)(nwt_op *, const void *),
                         int32_t (*shape)(nwt_op *, const void *))
{
    nwt_context *ctx = nwt_context_new(NULL);

    memset(kind, 0, sizeof *kind);
    kind->size = sizeof *kind;
    kind->name = "Wrapper";
    kind->options = wrapper_options;
    kind->self_size = sizeof(struct wrapper);
    kind->arguments = one;
    kind->arguments_size = sizeof(nwt_one_tensor);
    kind->weights = weights;
    kind->shape = shape;
    assert_int_equal(nwt_register(ctx, kind), 0);
    return ctx;
}

static nwt_tensor *called(nwt_context *ctx, const char *text)
{
    int64_t four = 4;

    return nwt_call(nwt_layer_parse(ctx, text), nwt_input(ctx, 1, &four, NULL));
}

static int32_t weight_in_shape(nwt_op *op, const void *self)
{
    NWT_WEIGHT(op, "late", {"features", nwt_op_dim(op, 0, -1)});
    return same(op, self);
}

static void test_weight_in_shape(void **state)
{
    nwt_kind kind;
    nwt_context *ctx = with(&kind, NULL, weight_in_shape);

    (void)state;
    assert_null(called(ctx, "Wrapper()"));
    assert_string_equal(nwt_message(ctx), "wrapper: its kind declares 'late' outside of its "
                                          "callback `weights`");
    nwt_context_free(ctx);
}

static int32_t no_output(nwt_op *op, const void *self)
{
    (void)op;
    (void)self;
    return 0;
}

static void test_no_output(void **state)
{
    nwt_kind kind;
    nwt_context *ctx = with(&kind, NULL, no_output);

    (void)state;
    assert_null(called(ctx, "Wrapper()"));
    assert_string_equal(nwt_message(ctx), "wrapper: its kind writes no output");
    nwt_context_free(ctx);
}

/* --- children run in `weights` --- */

static int32_t sized_by_child(nwt_op *op, const void *self)
{
    const struct wrapper *wrapper = self;
    nwt_weight_info kernel = {sizeof kernel, NULL, NULL, 0, 0, 0, 0, 0, 0};

    run(op, wrapper->layer);
    if (nwt_op_ended(op)) {
        return 0;
    }
    assert_int_equal(nwt_layer_weight(wrapper->layer, 0, &kernel), 1);
    nwt_op_take_weight(op, wrapper->layer, 0);
    return NWT_WEIGHT_WITH(op, "vector_u", NWT_WEIGHT_NON_TRAINABLE, 0, {"(one)", 1},
                           {"units", kernel.dims[kernel.rank - 1]});
}

static int32_t shaped_by_child(nwt_op *op, const void *self)
{
    const struct wrapper *wrapper = self;
    nwt_op *child = run(op, wrapper->layer);

    return nwt_op_output(op, nwt_op_output_rank(child, 0), nwt_op_output_dims(child, 0), 0);
}

static void assert_path(const nwt_layer *layer, int64_t index, const char *expected)
{
    char path[128];

    nwt_layer_weight_path(layer, index, path, sizeof path);
    assert_string_equal(path, expected);
}

static void test_taken_weight(void **state)
{
    nwt_kind kind;
    nwt_context *ctx = with(&kind, sized_by_child, shaped_by_child);
    nwt_tensor *x, *y = called(ctx, "Wrapper(Dense(3))");
    nwt_layer *layer = nwt_tensor_layer(y);
    nwt_model *model;

    (void)state;
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_layer_weight_count(layer), 3);
    assert_path(layer, 0, "wrapper/dense/kernel");
    assert_path(layer, 1, "wrapper/vector_u");
    assert_path(layer, 2, "wrapper/dense/bias");
    assert_path(layer, 3, "");
    assert_int_equal(nwt_layer_count(layer, NWT_COUNT_PARAMS), 4 * 3 + 3 + 3);
    assert_int_equal(nwt_layer_count(layer, NWT_COUNT_TRAINABLE), 4 * 3 + 3);
    assert_int_equal(nwt_layer_count(nwt_layer_child(layer, 0), NWT_COUNT_PARAMS), 4 * 3 + 3);
    assert_path(nwt_layer_child(layer, 0), 1, "dense/bias");
    x = nwt_layer_call_input(layer, 0, 0);
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    assert_int_equal(nwt_model_params(model), 4 * 3 + 3 + 3);
    assert_int_equal(nwt_layer_weight_count(nwt_model_as_layer(model)), 3);
    /* A second call needs the same weights. */
    assert_non_null(nwt_call(layer, x));
    assert_int_equal(nwt_layer_weight_count(layer), 3);
    nwt_context_free(ctx);
}

static int32_t takes_too_much(nwt_op *op, const void *self)
{
    const struct wrapper *wrapper = self;

    run(op, wrapper->layer);
    return nwt_op_take_weight(op, wrapper->layer, 2);
}

static void test_weight_that_is_not_there(void **state)
{
    nwt_kind kind;
    nwt_context *ctx = with(&kind, takes_too_much, shaped_by_child);

    (void)state;
    assert_null(called(ctx, "Wrapper()"));
    assert_string_equal(nwt_message(ctx), "wrapper: its kind takes weight 2 of a layer that has "
                                          "none such of its own");
    nwt_context_free(ctx);
}

static void test_unknown_child(void **state)
{
    nwt_kind kind;
    nwt_context *ctx = with(&kind, NULL, shaped_by_child);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((4,)), Wrapper(Lambda(f)), Wrapper()])", NULL);

    (void)state;
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_tensor_rank(nwt_model_output(model, 0)), -1);
    assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 1);
    nwt_context_free(ctx);
}

static int32_t asks_for_output_2(nwt_op *op, const void *self)
{
    const struct wrapper *wrapper = self;

    nwt_op_output_dims(run(op, wrapper->layer), 2);
    return same(op, self);
}

static void test_output_that_is_not_there(void **state)
{
    nwt_kind kind;
    nwt_context *ctx = with(&kind, NULL, asks_for_output_2);

    (void)state;
    assert_null(called(ctx, "Wrapper()"));
    assert_string_equal(nwt_message(ctx), "wrapper/dense: output 2 is asked for, it has 1");
    nwt_context_free(ctx);
}

static int32_t make_runs(nwt_op *op, void *self)
{
    const struct wrapper *wrapper = self;

    return nwt_op_run(nwt_op_child(op, wrapper->layer));
}

static void test_child_in_make(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_kind kind = {sizeof kind, "Wrapper", .options = wrapper_options,
                     .self_size = sizeof(struct wrapper), .make = make_runs};

    (void)state;
    assert_int_equal(nwt_register(ctx, &kind), 0);
    assert_null(nwt_layer_parse(ctx, "Wrapper()"));
    assert_string_equal(nwt_message(ctx), "Wrapper: its kind runs a layer in its callback `make`");
    nwt_context_free(ctx);
}

/* --- values --- */

static int32_t values_shape(nwt_op *op, const void *self)
{
    const nwt_value *shape = nwt_op_option(op, "shape"), *none = nwt_op_option(op, "other");
    const nwt_value *by = nwt_op_argument(op, "by");
    int64_t dims[2];

    (void)self;
    assert_int_equal(nwt_value_type(none), NWT_VALUE_NONE);
    assert_int_equal(nwt_value_count(none), -1);
    assert_int_equal(nwt_value_type(shape), NWT_VALUE_TUPLE);
    assert_int_equal(nwt_value_count(shape), 3);
    assert_int_equal(nwt_value_type(nwt_value_item(shape, 0)), NWT_VALUE_INT);
    assert_int_equal(nwt_value_type(nwt_value_item(shape, 1)), NWT_VALUE_NONE);
    assert_null(nwt_value_item(shape, 3));
    assert_null(nwt_value_item(shape, -1));
    assert_int_equal(nwt_value_int(nwt_value_get(nwt_value_item(shape, 2), "k"), -1), 7);
    assert_string_equal(nwt_value_string(nwt_value_get(nwt_value_item(shape, 2), "s")), "text");
    assert_true(fabs(nwt_value_float(by, 0) - 2.5) < 1e-9);
    dims[0] = nwt_op_dim(op, 0, 0);
    dims[1] = nwt_value_int(nwt_value_item(shape, 0), -1);
    return nwt_op_output(op, 2, dims, 0);
}

static void test_values(void **state)
{
    static const nwt_option options[] = {NWT_OPTION_OPAQUE("shape", "of the output"),
                                         NWT_OPTION_OPAQUE("other", "not given"), NWT_OPTION_END};
    static const nwt_option arguments[] = {
        NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, 1, NWT_MAX_RANK, "any"),
        NWT_OPTION_OPAQUE("by", "a factor"), NWT_OPTION_END};
    nwt_kind kind = {sizeof kind,
                     "Valued",
                     .options = options,
                     .arguments = arguments,
                     .arguments_size = sizeof(nwt_one_tensor),
                     .shape = values_shape};
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t four = 4;
    nwt_tensor *x = nwt_input(ctx, 1, &four, NULL), *y;

    (void)state;
    assert_int_equal(nwt_register(ctx, &kind), 0);
    y = nwt_call_many(nwt_layer_parse(ctx, "Valued((5, None, {'k': 7, 's': 'text'}))"), 1, &x,
                      "by=2.5");
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_tensor_dims(y)[1], 5);
    nwt_context_free(ctx);
}

/* --- NULL --- */

static void test_null_handle(void **state)
{
    int64_t dims[1] = {1};
    nwt_axis axis = {"features", 1, 0, 0};

    (void)state;
    assert_int_equal(nwt_op_input_count(NULL), 0);
    assert_int_equal(nwt_op_rank(NULL, 0), -1);
    assert_int_equal(nwt_op_dim(NULL, 0, 0), -1);
    assert_int_equal(nwt_op_dims(NULL, 0)[0], -1);
    assert_int_equal(nwt_op_dtype(NULL, 0), NWT_DTYPE_UNKNOWN);
    assert_int_equal(nwt_op_input_dtype(NULL, 0), NWT_DTYPE_UNKNOWN);
    assert_int_equal(nwt_op_is_within(NULL), 0);
    assert_int_equal(nwt_op_axis(NULL, "axis", 0, 1), 0);
    assert_int_equal(nwt_op_compute_dtype(NULL), NWT_DTYPE_UNKNOWN);
    assert_int_equal(nwt_op_variable_dtype(NULL), NWT_DTYPE_UNKNOWN);
    assert_null(nwt_op_arguments(NULL));
    assert_null(nwt_op_context(NULL));
    assert_null(nwt_op_user(NULL));
    assert_null(nwt_op_option(NULL, "key"));
    assert_null(nwt_op_argument(NULL, "key"));
    assert_int_equal(nwt_op_output(NULL, 1, dims, 0), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_output_unknown(NULL), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_weight(NULL, "kernel", 1, &axis, 0, 0), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_take_weight(NULL, NULL, 0), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_macs(NULL, 1, &axis), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_flops(NULL, 1, 1, dims), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_fail(NULL, "text", 0, NULL), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_ended(NULL), 1);
    assert_null(nwt_op_child(NULL, NULL));
    assert_int_equal(nwt_op_add_input(NULL, 1, dims, 0), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_set_ints(NULL, "key", 1, dims), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_repeat(NULL, "steps", 1), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_run(NULL), NWT_STATUS_INVALID);
    assert_int_equal(nwt_op_output_count(NULL), 0);
    assert_int_equal(nwt_op_output_rank(NULL, 0), 0);
    assert_int_equal(nwt_op_output_dims(NULL, 0)[0], -1);
    assert_int_equal(nwt_op_output_dtype(NULL, 0), NWT_DTYPE_UNKNOWN);
    assert_null(nwt_op_derive(NULL, "Dense", NULL));
    assert_null(nwt_op_clone(NULL, NULL, "prefix", NULL));
    assert_int_equal(nwt_op_child_int(NULL, NULL, "units", 5), 5);
    assert_int_equal(nwt_value_int(NULL, 5), 5);
    assert_null(nwt_value_get(NULL, NULL));
    assert_int_equal(nwt_register(NULL, NULL), NWT_STATUS_OUT_OF_MEMORY);
}

/* Each does one wrong thing; none may crash, and each is an error. */
static int which;

static int32_t null_weights(nwt_op *op, const void *self)
{
    static const nwt_axis unlabelled = {NULL, 1, 0, 0};

    (void)self;
    return which == 0   ? nwt_op_weight(op, NULL, 0, NULL, 0, 0)
           : which == 1 ? nwt_op_weight(op, "kernel", 1, NULL, 0, 0)
           : which == 2 ? nwt_op_weight(op, "kernel", 1, &unlabelled, 0, 0)
           : which == 3 ? nwt_op_take_weight(op, NULL, 0)
                        : 0;
}

static int32_t null_shape(nwt_op *op, const void *self)
{
    const struct wrapper *wrapper = self;
    nwt_op *child;

    switch (which) {
    case 4:
        return nwt_op_output(op, 1, NULL, 0);
    case 5:
        return nwt_op_fail(op, NULL, 3, NULL);
    case 6:
        nwt_op_axis(op, NULL, 9, 1);
        return 0;
    case 7:
        return nwt_op_run(nwt_op_child(op, NULL));
    case 8:
        child = nwt_op_child(op, wrapper->layer);
        nwt_op_add_input(child, 1, NULL, 0);
        return nwt_op_run(child);
    default:
        assert_int_equal(nwt_op_child_int(op, wrapper->layer, NULL, 5), 5);
        assert_null(nwt_op_option(op, NULL));
        assert_null(nwt_op_argument(op, NULL));
        return same(op, self);
    }
}

static void test_null_within(void **state)
{
    (void)state;
    for (which = 0; which < 10; which++) {
        nwt_kind kind;
        nwt_context *ctx = with(&kind, null_weights, null_shape);
        nwt_tensor *y = called(ctx, "Wrapper()");

        if ((y != NULL) != (which == 9) || (nwt_message(ctx)[0] == '\0') != (which == 9)) {
            fail_msg("case %d: '%s'", which, nwt_message(ctx));
        }
        nwt_context_free(ctx);
    }
}

/* --- getters --- */

static int allocations;

static void *counting(void *user, void *old, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    allocations += new_size > 0;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

static void test_option_allocates_nothing(void **state)
{
    nwt_context_options options = {sizeof options, counting, NULL, 0, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    nwt_layer *layer = nwt_conv2d(ctx, 32, 3, "padding='same'");
    char text[16];
    int before = allocations;

    (void)state;
    assert_int_equal(nwt_layer_option(layer, "kernel_size", text, sizeof text), 6);
    assert_string_equal(text, "(3, 3)");
    assert_int_equal(nwt_layer_option(layer, "padding", text, 4), 6);
    assert_string_equal(text, "'sa");
    assert_int_equal(nwt_layer_option(layer, "none such", text, sizeof text), 0);
    assert_string_equal(text, "");
    assert_int_equal(nwt_layer_option(layer, "filters", NULL, 0), 2);
    assert_int_equal(allocations, before);
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weight_in_shape),
        cmocka_unit_test(test_no_output),
        cmocka_unit_test(test_taken_weight),
        cmocka_unit_test(test_weight_that_is_not_there),
        cmocka_unit_test(test_unknown_child),
        cmocka_unit_test(test_output_that_is_not_there),
        cmocka_unit_test(test_child_in_make),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_null_handle),
        cmocka_unit_test(test_null_within),
        cmocka_unit_test(test_option_allocates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
