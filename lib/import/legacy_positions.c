/* Constructor text: the positional arguments of Keras 1, and what a position means today. */
#include "import/legacy.h"

#include <string.h>

/* Keras 1.2.2, keras/layers/: the arguments that are commonly given by position. */
static const struct {
    const char *classes;
    const char *keys;
} positions[] = {
    {"Dense TimeDistributedDense", "output_dim init activation"},
    {"Convolution1D Conv1D AtrousConvolution1D AtrousConv1D LocallyConnected1D",
     "nb_filter filter_length init activation weights border_mode subsample_length"},
    {"Convolution2D Conv2D AtrousConvolution2D AtrousConv2D SeparableConvolution2D "
     "SeparableConv2D LocallyConnected2D",
     "nb_filter nb_row nb_col init activation weights border_mode subsample"},
    {"Convolution3D Conv3D",
     "nb_filter kernel_dim1 kernel_dim2 kernel_dim3 init activation weights border_mode subsample"},
    {"Deconvolution2D Deconv2D",
     "nb_filter nb_row nb_col output_shape init activation weights border_mode subsample"},
    {"MaxPooling1D AveragePooling1D MaxPool1D AvgPool1D", "pool_length stride border_mode"},
    {"MaxPooling2D AveragePooling2D MaxPool2D AvgPool2D MaxPooling3D AveragePooling3D",
     "pool_size strides border_mode dim_ordering"},
    {"Embedding", "input_dim output_dim init input_length"},
    {"SimpleRNN LSTM GRU", "output_dim init inner_init"},
    {"BatchNormalization", "epsilon mode axis momentum"},
    {"Merge", "layers mode concat_axis dot_axes output_shape"},
    {"MaxoutDense", "output_dim nb_feature init"},
    {"Highway", "init activation"},
    {"PReLU", "init"},
    {"GaussianNoise", "sigma"},
    {"Dropout GaussianDropout SpatialDropout1D", "p"},
    {"SpatialDropout2D SpatialDropout3D", "p dim_ordering"},
    {"UpSampling1D", "length"},
};

/* The keys of a class of Keras 1; NULL: its positions are today's. */
static const char *keys_of_1(const char *written)
{
    size_t i;

    for (i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        if (nwti_has_word(positions[i].classes, written)) {
            return positions[i].keys;
        }
    }
    return NULL;
}

/* Word number `index` of a list; NULL past its end. */
static const char *word_at(nwt_context *ctx, const char *words, uint32_t index)
{
    while (index > 0 && *words != '\0') {
        words += strcspn(words, " ");
        words += *words == ' ';
        index--;
    }
    return *words != '\0' ? nwti_copy_string(ctx, words, strcspn(words, " ")) : NULL;
}

/* The key of today's constructor at a position; NULL: it has no such. */
static const char *key_of_today(nwti_import *import, const char *class_name, uint32_t index)
{
    nwti_kind *kind = nwti_kind_named(import->ctx, class_name);
    int32_t i;

    for (i = 0; kind != NULL && i < kind->options.count; i++) {
        const nwt_option *row = nwti_row(&kind->options, i);

        if (!(row->flags & NWT_FLAG_HIDDEN) && index-- == 0) {
            return row->key;
        }
    }
    return NULL;
}

/* What a key of Keras 1 is called today, for the comparison of readings. */
static const char *today_of(const char *key, const char *class_name, uint32_t index)
{
    const nwti_rename *row = nwti_legacy_rename(key, class_name);

    if (strcmp(key, "nb_row") == 0 || strcmp(key, "kernel_dim1") == 0) {
        return "kernel_size";
    }
    (void)index;
    return row == NULL ? key : row->to != NULL ? row->to : key;
}

const char *nwti_legacy_position(nwti_import *import, const char *written, uint32_t index,
                                 const char **other)
{
    const char *class_name = nwti_legacy_class(written);
    const char *keys = keys_of_1(written);
    const char *old = keys != NULL ? word_at(import->ctx, keys, index) : NULL;
    const char *today = key_of_today(import, class_name, index);

    *other = NULL;
    if (old != NULL && today != NULL && strcmp(today_of(old, class_name, index), today) != 0) {
        *other = import->era == 1 ? today : old;
    }
    if (import->era == 1 && keys != NULL) {
        return old;
    }
    return today;
}
