/* Classes and keys of Keras 1 and 2, and what they are called today. */
#include "import/legacy.h"

#include <string.h>

/* ------------------------------------------------------------------- classes */

static const struct {
    const char *was;
    const char *is;
} classes[] = {
    {"AtrousConv1D", "Conv1D"},
    {"AtrousConv2D", "Conv2D"},
    {"AtrousConvolution1D", "Conv1D"},
    {"AtrousConvolution2D", "Conv2D"},
    {"BatchNormalizationV1", "BatchNormalization"},
    {"BatchNormalizationV2", "BatchNormalization"},
    {"Convolution1D", "Conv1D"},
    {"Convolution2D", "Conv2D"},
    {"Convolution3D", "Conv3D"},
    {"Deconv2D", "Conv2DTranspose"},
    {"Deconv3D", "Conv3DTranspose"},
    {"Deconvolution2D", "Conv2DTranspose"},
    {"Deconvolution3D", "Conv3DTranspose"},
    {"GRUCellV1", "GRUCell"},
    {"GRUV1", "GRU"},
    {"GRUV2", "GRU"},
    {"Input", "InputLayer"},
    {"LSTMCellV1", "LSTMCell"},
    {"LSTMV1", "LSTM"},
    {"LSTMV2", "LSTM"},
    {"NormalizationV1", "Normalization"},
    {"SeparableConvolution1D", "SeparableConv1D"},
    {"SeparableConvolution2D", "SeparableConv2D"},
    {"SyncBatchNormalization", "BatchNormalization"},
    {"TextVectorizationV1", "TextVectorization"},
    {"TimeDistributedDense", "Dense"},
};

const char *nwti_legacy_class(const char *class_name)
{
    size_t i;

    for (i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strcmp(classes[i].was, class_name) == 0) {
            return classes[i].is;
        }
    }
    return class_name;
}

/* ---------------------------------------------------------------------- keys */

/* A part of kernel_size. */
static void take_part(nwti_translation *t, const nwti_rename *row, const nwti_value *value)
{
    t->parts[row->part] = *value;
    t->part_count = t->part_count > row->part ? t->part_count : row->part + 1;
}

/* 'tf', 'th' or 'default'. */
static void take_ordering(nwti_translation *t, const nwti_rename *row, const nwti_value *value)
{
    if (nwti_value_is(value, "tf")) {
        nwti_translation_put_string(t, row->to, "channels_last");
    } else if (nwti_value_is(value, "th")) {
        nwti_translation_put_string(t, row->to, "channels_first");
    } else if (!nwti_value_is(value, "default")) {
        nwti_translation_put(t, row->to, value);
    }
}

static void take_forget_bias(nwti_translation *t, const nwti_rename *row, const nwti_value *value)
{
    nwti_translation_put_int(t, row->to, NWTI_BOOL,
                             nwti_value_is(value, "one") || nwti_value_is(value, "ones"));
}

/* time_major=True changes shapes: then it stays, and is noted as unknown. */
static void take_if_true(nwti_translation *t, const nwti_rename *row, const nwti_value *value)
{
    if (value->type != NWTI_BOOL || value->as.integer != 0) {
        nwti_translation_put(t, row->key, value);
    }
}

/* {"top_pad": 1, "bottom_pad": 2, ...}, and four numbers in that order. */
static void take_padding(nwti_translation *t, const nwti_rename *row, const nwti_value *value)
{
    static const char *const keys[] = {"top_pad", "bottom_pad", "left_pad", "right_pad"};
    nwt_context *ctx = t->import->ctx;
    nwti_value four[4], *items;
    int32_t is_list = value->type == NWTI_LIST || value->type == NWTI_TUPLE, i;

    if (value->type != NWTI_DICT && !(is_list && value->length == 4)) {
        nwti_translation_put(t, row->key, value);
        return;
    }
    for (i = 0; i < 4; i++) {
        const nwti_value *one = is_list ? value->as.items + i : nwti_value_get(value, keys[i]);

        four[i] = one != NULL ? *one : (nwti_value){NWTI_INT, 0, 0, {.integer = 0}};
    }
    items = nwti_new_array(ctx, 6, sizeof *items);
    if (items == NULL) {
        return;
    }
    memcpy(items + 2, four, sizeof four);
    items[0] = (nwti_value){NWTI_LIST, 0, 2, {.items = items + 2}};
    items[1] = (nwti_value){NWTI_LIST, 0, 2, {.items = items + 4}};
    four[0] = (nwti_value){NWTI_LIST, 0, 2, {.items = items}};
    if (nwti_has_word("ZeroPadding1D", t->class_name)) {
        four[0] = items[1];
    }
    nwti_translation_put(t, row->key, four);
}

#define SPATIAL                                                             \
    "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose " \
    "SeparableConv1D SeparableConv2D DepthwiseConv1D DepthwiseConv2D "      \
    "LocallyConnected1D LocallyConnected2D ConvLSTM2D"
#define NORMALIZATION "BatchNormalization"
#define RECURRENT                                                                  \
    "SimpleRNN GRU LSTM SimpleRNNCell GRUCell LSTMCell RNN ConvLSTM1D ConvLSTM2D " \
    "ConvLSTM3D CuDNNLSTM CuDNNGRU StackedRNNCells"

#define WITHOUT_KERNEL "SeparableConv1D SeparableConv2D DepthwiseConv1D DepthwiseConv2D"
#define WITHOUT_GROUPS WITHOUT_KERNEL " Conv1DTranspose Conv2DTranspose Conv3DTranspose"

/* In the order of strcmp. Rows of one key stand together, those of some classes first. */
static const nwti_rename renames[] = {
    {"U_regularizer", NULL, "recurrent_regularizer", NULL, 0},
    {"W_constraint", "Embedding", "embeddings_constraint", NULL, 0},
    {"W_constraint", NULL, "kernel_constraint", NULL, 0},
    {"W_regularizer", "Embedding", "embeddings_regularizer", NULL, 0},
    {"W_regularizer", NULL, "kernel_regularizer", NULL, 0},
    {"adjustment", NORMALIZATION, NULL, NULL, 0},
    {"atrous_rate", NULL, "dilation_rate", NULL, 0},
    {"b_constraint", NULL, "bias_constraint", NULL, 0},
    {"b_regularizer", NULL, "bias_regularizer", NULL, 0},
    {"batch_input_shape", "InputLayer", "batch_shape", NULL, 0},
    {"beta_init", NORMALIZATION, "beta_initializer", NULL, 0},
    {"bias", NULL, "use_bias", NULL, 0},
    {"border_mode", NULL, "padding", NULL, 0},
    {"causal", "Attention AdditiveAttention", NULL, NULL, 0},
    {"consume_less", NULL, NULL, NULL, 0},
    {"dim_ordering", NULL, "data_format", take_ordering, 0},
    {"dropout", "Embedding", NULL, NULL, 0},
    {"dropout_U", NULL, "recurrent_dropout", NULL, 0},
    {"dropout_W", NULL, "dropout", NULL, 0},
    {"dynamic", NULL, NULL, NULL, 0},
    {"filter_length", NULL, "kernel_size", NULL, 0},
    {"forget_bias_init", NULL, "unit_forget_bias", take_forget_bias, 0},
    {"function_type", "Lambda", NULL, NULL, 0},
    {"fused", NORMALIZATION, NULL, NULL, 0},
    {"gamma_init", NORMALIZATION, "gamma_initializer", NULL, 0},
    {"groups", WITHOUT_GROUPS, NULL, NULL, 0},
    {"implementation", "SimpleRNN SimpleRNNCell ConvLSTM1D ConvLSTM2D ConvLSTM3D", NULL, NULL, 0},
    {"init", "Embedding", "embeddings_initializer", NULL, 0},
    {"init", "PReLU", "alpha_initializer", NULL, 0},
    {"init", WITHOUT_KERNEL, NULL, NULL, 0},
    {"init", NULL, "kernel_initializer", NULL, 0},
    {"inner_activation", NULL, "recurrent_activation", NULL, 0},
    {"inner_init", NULL, "recurrent_initializer", NULL, 0},
    {"input_dtype", "InputLayer", "dtype", NULL, 0},
    {"input_shape", "InputLayer", "shape", NULL, 0},
    {"kernel_constraint", WITHOUT_KERNEL, NULL, NULL, 0},
    {"kernel_dim1", SPATIAL, NULL, take_part, 0},
    {"kernel_dim2", SPATIAL, NULL, take_part, 1},
    {"kernel_dim3", SPATIAL, NULL, take_part, 2},
    {"kernel_initializer", WITHOUT_KERNEL, NULL, NULL, 0},
    {"kernel_regularizer", WITHOUT_KERNEL, NULL, NULL, 0},
    {"key_shape", "MultiHeadAttention", NULL, NULL, 0},
    {"length", "UpSampling1D", "size", NULL, 0},
    {"mode", NORMALIZATION, NULL, NULL, 0},
    {"module", "Lambda", NULL, NULL, 0},
    {"nb_col", SPATIAL, NULL, take_part, 1},
    {"nb_filter", NULL, "filters", NULL, 0},
    {"nb_row", SPATIAL, NULL, take_part, 0},
    {"noise_shape", "SpatialDropout1D SpatialDropout2D SpatialDropout3D", NULL, NULL, 0},
    {"output_dim", "Embedding", "output_dim", NULL, 0},
    {"output_dim", NULL, "units", NULL, 0},
    {"output_shape_module", "Lambda", NULL, NULL, 0},
    {"p", NULL, "rate", NULL, 0},
    {"padding", "ZeroPadding1D ZeroPadding2D", NULL, take_padding, 0},
    {"pool_length", NULL, "pool_size", NULL, 0},
    {"query_shape", "MultiHeadAttention", NULL, NULL, 0},
    {"renorm", NORMALIZATION, NULL, NULL, 0},
    {"renorm_clipping", NORMALIZATION, NULL, NULL, 0},
    {"renorm_momentum", NORMALIZATION, NULL, NULL, 0},
    {"robust_masking", "Softmax", NULL, NULL, 0},
    {"sigma", "GaussianNoise", "stddev", NULL, 0},
    {"softmax_robust_masking", "MultiHeadAttention", NULL, NULL, 0},
    {"sparse", "Embedding", NULL, NULL, 0},
    {"stride", NULL, "strides", NULL, 0},
    {"subsample", NULL, "strides", NULL, 0},
    {"subsample_length", NULL, "strides", NULL, 0},
    {"time_major", RECURRENT, NULL, take_if_true, 0},
    {"type_spec", "InputLayer", NULL, NULL, 0},
    {"value_shape", "MultiHeadAttention", NULL, NULL, 0},
    {"virtual_batch_size", NORMALIZATION, NULL, NULL, 0},
};

enum { RENAME_COUNT = sizeof renames / sizeof renames[0] };

const nwti_rename *nwti_legacy_rename(const char *key, const char *class_name)
{
    int32_t low = 0, high = RENAME_COUNT;

    /* The first row that is not before the key. */
    while (low < high) {
        int32_t middle = low + (high - low) / 2;

        if (strcmp(renames[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < RENAME_COUNT && strcmp(renames[low].key, key) == 0; low++) {
        if (nwti_has_word(renames[low].classes, class_name)) {
            return &renames[low];
        }
    }
    return NULL;
}
