/* What Keras's own answers (test_kinds.c) can't show of convolutions, pooling and reshaping: typed
   constructors, sizes at the end of int64, messages, and the labels of their weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netweight.h"

static nwt_context *ctx;

static int set_up(void **unused)
{
    (void)unused;
    ctx = nwt_context_new(NULL);
    return ctx == NULL;
}

static int tear_down(void **unused)
{
    (void)unused;
    nwt_context_free(ctx);
    return 0;
}

/* The output must have these dims after a batch of None. */
static void assert_dims(const nwt_tensor *tensor, int32_t rank, const int64_t *dims)
{
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_tensor_rank(tensor), rank + 1);
    assert_int_equal(nwt_tensor_dims(tensor)[0], -1);
    assert_memory_equal(nwt_tensor_dims(tensor) + 1, dims, (size_t)rank * sizeof *dims);
}
#define ASSERT_DIMS(tensor, ...)                                                       \
    assert_dims(tensor, (int32_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), \
                (int64_t[]){__VA_ARGS__})
#define INPUT(...)                                                                \
    nwt_input(ctx, (int32_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), \
              (int64_t[]){__VA_ARGS__}, NULL)

static void assert_refused(const char *layer, nwt_tensor *input, const char *message)
{
    assert_null(nwt_call(nwt_layer_parse(ctx, layer), input));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), message);
    nwt_context_clear_error(ctx);
}

static void test_constructors(void **unused)
{
    nwt_tensor *x = INPUT(28, 28, 3);

    (void)unused;
    x = nwt_call(nwt_conv2d(ctx, 8, 3, "strides=2"), x);
    ASSERT_DIMS(x, 13, 13, 8);
    x = nwt_call(nwt_conv2d(ctx, 8, NWT_IN_OPTIONS, "kernel_size=(1, 7)"), x);
    ASSERT_DIMS(x, 13, 7, 8);
    x = nwt_call(nwt_zero_padding2d(ctx, 1, NULL), x);
    ASSERT_DIMS(x, 15, 9, 8);
    x = nwt_call(nwt_depthwise_conv2d(ctx, 3, "depth_multiplier=2"), x);
    ASSERT_DIMS(x, 13, 7, 16);
    x = nwt_call(nwt_separable_conv2d(ctx, 5, 2, "padding='same'"), x);
    ASSERT_DIMS(x, 13, 7, 5);
    x = nwt_call(nwt_up_sampling2d(ctx, 2, NULL), x);
    ASSERT_DIMS(x, 26, 14, 5);
    x = nwt_call(nwt_conv2d_transpose(ctx, 4, 3, "strides=2"), x);
    ASSERT_DIMS(x, 53, 29, 4);
    x = nwt_call(nwt_max_pooling2d(ctx, 3, "strides=1"), x);
    ASSERT_DIMS(x, 51, 27, 4);
    x = nwt_call(nwt_average_pooling2d(ctx, 5, NULL), x);
    ASSERT_DIMS(x, 10, 5, 4);
    x = nwt_call(nwt_reshape(ctx, 2, (int64_t[]){-1, 8}, NULL), x);
    ASSERT_DIMS(x, 25, 8);
    x = nwt_call(nwt_conv1d(ctx, 6, 4, NULL), x);
    ASSERT_DIMS(x, 22, 6);
    ASSERT_DIMS(nwt_call(nwt_flatten(ctx, NULL), x), 132);
    x = nwt_call(nwt_conv3d(ctx, 2, 2, NULL), INPUT(4, 5, 6, 1));
    ASSERT_DIMS(x, 3, 4, 5, 2);
    x = nwt_call(nwt_global_average_pooling2d(ctx, "keepdims=True"), INPUT(4, 5, 7));
    ASSERT_DIMS(x, 1, 1, 7);
    x = nwt_call(nwt_reshape(ctx, 0, NULL, NULL), INPUT(1));
    assert_int_equal(nwt_tensor_rank(x), 1);
}

static void test_reshape_takes_no_wrong_array(void **unused)
{
    int64_t many[40] = {0};

    (void)unused;
    assert_null(nwt_reshape(ctx, 2, NULL, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    assert_null(nwt_reshape(ctx, -1, many, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    assert_null(nwt_reshape(ctx, 40, many, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
}

/* 4611686018427387904 is 2^62. */
static void test_lengths_that_overflow(void **unused)
{
    nwt_tensor *square = INPUT(INT64_C(1) << 32, INT64_C(1) << 31, 1);
    nwt_tensor *line = INPUT(INT64_C(1) << 62, 1);

    (void)unused;
    assert_refused("Flatten()", square,
                   "flatten: the elements of (None, 4294967296, 2147483648, "
                   "1) are too many to count");
    assert_refused("Reshape((-1,))", square,
                   "reshape: the elements of (None, 4294967296, "
                   "2147483648, 1) are too many to count");
    assert_refused("Reshape((4294967296, 4294967296))", line,
                   "reshape_1: the elements of "
                   "target_shape are too many to count");
    assert_refused("UpSampling1D(2)", line,
                   "up_sampling1d: size 2 makes the input's "
                   "4611686018427387904 on axis 1 too long");
    assert_refused("ZeroPadding1D(2147483647)", INPUT(INT64_MAX - 1, 1),
                   "zero_padding1d: padding "
                   "(2147483647, 2147483647) makes the input's 9223372036854775806 on axis 1 too "
                   "long");
    assert_refused("Conv1DTranspose(1, 2, strides=2)", line,
                   "conv1d_transpose: the output's "
                   "length on axis 1, 4611686018427387904 x strides 2 + 0, is impossible");
    assert_refused("Conv1DTranspose(1, 2)", INPUT(INT64_MAX, 1),
                   "conv1d_transpose_1: the output's "
                   "length on axis 1, 9223372036854775807 x strides 1 + 1, is impossible");
}

static void test_longest_window(void **unused)
{
    nwt_layer *layer = nwt_layer_parse(
        ctx, "Conv1D(1, 2147483647, dilation_rate=2147483647, use_bias=False)");

    (void)unused;
    ASSERT_DIMS(nwt_call(layer, INPUT(INT64_MAX, 1)), INT64_C(4611686024869838845), 1);
}

static void test_messages(void **unused)
{
    nwt_tensor *image = INPUT(8, 9, 3);

    (void)unused;
    assert_refused("Conv2D(4, (3, 10))", image,
                   "conv2d: kernel_size 10 is larger than the input's 9 on axis 2");
    assert_refused("Conv2D(4, 5, dilation_rate=2)", image,
                   "conv2d_1: kernel_size 5 with "
                   "dilation_rate 2 spans 9, more than the input's 8 on axis 1");
    assert_refused("Conv2D(4, 9, data_format='channels_first')", INPUT(3, 9, 8),
                   "conv2d_2: kernel_size 9 is larger than the input's 8 on axis 3");
    assert_refused("MaxPooling2D(9)", image,
                   "max_pooling2d: pool_size 9 is larger than the input's 8 on axis 1");
    assert_refused("Conv2D(4, 3, groups=2)", image,
                   "conv2d_3: the input's 3 channels are not divisible by groups 2");
    assert_refused("Cropping2D((4, 1))", image,
                   "cropping2d: cropping (4, 4) leaves nothing of the input's 8 on axis 1");
    assert_refused("Reshape((-1, 5))", image,
                   "reshape: target_shape has 5 elements beside the "
                   "-1, which does not divide the 216 of the input (None, 8, 9, 3)");
    assert_refused("Permute((2, 1))", image,
                   "permute: dims permutes 2 axes beside the batch, the "
                   "input (None, 8, 9, 3) has 3");
}

static void assert_path(const nwt_layer *layer, int64_t index, const char *expected)
{
    char path[128];

    nwt_layer_weight_path(layer, index, path, sizeof path);
    assert_string_equal(path, expected);
}

static void test_cell_in_path(void **unused)
{
    nwt_layer *layer = nwt_layer_parse(ctx, "ConvLSTM1D(4, 3, name='clouds')");

    (void)unused;
    assert_non_null(nwt_call(layer, INPUT(5, 9, 2)));
    assert_int_equal(nwt_layer_weight_count(layer), 3);
    assert_path(layer, 0, "clouds/conv_lstm_cell/kernel");
    assert_path(layer, 1, "clouds/conv_lstm_cell/recurrent_kernel");
    assert_path(layer, 2, "clouds/conv_lstm_cell/bias");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_constructors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reshape_takes_no_wrong_array, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lengths_that_overflow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_longest_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cell_in_path, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
