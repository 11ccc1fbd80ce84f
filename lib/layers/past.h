/* Rows of the past that several kinds share: words of Keras 1, and those that Keras 2 wrote. */
#ifndef NWTI_LAYERS_PAST_H
#define NWTI_LAYERS_PAST_H

#include "core/option.h"
#include "netweight/kind.h"

/* A hidden option that a kind has for what the versions from `since` to before `until` did. */
#define PAST_QUIRK(type, field, help)                               \
    NWT_ROW_(type, field, "False", help, NULL, 0, 0, NWT_TYPE_BOOL, \
             NWT_FLAG_HIDDEN | NWTI_FLAG_QUIRK, 1)
#define PAST_DID(field, since, until) NWT_PAST_DEFAULT(#field, "True", since, until)

#define PAST_INITIALIZER NWT_PAST_KEY("init", "kernel_initializer", 20000)
#define PAST_KERNEL                                                               \
    PAST_INITIALIZER, NWT_PAST_KEY("W_regularizer", "kernel_regularizer", 20000), \
        NWT_PAST_KEY("W_constraint", "kernel_constraint", 20000)
#define PAST_BIAS                                                 \
    NWT_PAST_KEY("bias", "use_bias", 20000),                      \
        NWT_PAST_KEY("b_regularizer", "bias_regularizer", 20000), \
        NWT_PAST_KEY("b_constraint", "bias_constraint", 20000)
#define PAST_UNITS NWT_PAST_KEY("output_dim", "units", 20000)

/* The end of the positional arguments of layers with a kernel and a bias. */
#define PAST_TAIL " W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias"

/* The input of a sequence was stated in two words. */
#define PAST_STEPS                                      \
    NWT_PAST_ITEM("input_length", "input_shape", 0, 0), \
        NWT_PAST_ITEM("input_dim", "input_shape", 1, 0)

/* Images. Some configs of Keras 1 do not state the order of the axes. */
#define PAST_ORDERING NWT_PAST_TURNED("dim_ordering", "data_format", NWT_TURN_ORDERING, NULL, 20000)
#define PAST_UNSTATED_ORDERING \
    NWT_PAST_ROW_(NULL, NULL, "data_format", NULL, NWT_SAYS_DEFAULT, NWT_TURN_ORDERING, 0, 0, 20000)
#define PAST_PADDING NWT_PAST_KEY("border_mode", "padding", 20000)
#define PAST_SUBSAMPLE NWT_PAST_KEY("subsample", "strides", 20000)

#define PAST_SIZE_1                                      \
    NWT_PAST_KEY("filter_length", "kernel_size", 20000), \
        NWT_PAST_KEY("subsample_length", "strides", 20000)
#define PAST_SIZE_2                                   \
    NWT_PAST_ITEM("nb_row", "kernel_size", 0, 20000), \
        NWT_PAST_ITEM("nb_col", "kernel_size", 1, 20000)
#define PAST_SIZE_3                                            \
    NWT_PAST_ITEM("kernel_dim1", "kernel_size", 0, 20000),     \
        NWT_PAST_ITEM("kernel_dim2", "kernel_size", 1, 20000), \
        NWT_PAST_ITEM("kernel_dim3", "kernel_size", 2, 20000)
#define PAST_FILTERS                                                                       \
    NWT_PAST_KEY("nb_filter", "filters", 20000),                                           \
        NWT_PAST_KEY("atrous_rate", "dilation_rate", 20000), PAST_PADDING, PAST_SUBSAMPLE, \
        PAST_ORDERING, PAST_BIAS
#define PAST_CONV PAST_FILTERS, PAST_KERNEL

/* What Keras 2 wrote and did not use. */
#define PAST_NO_GROUPS NWT_PAST_DROPPED("groups", 30000)
#define PAST_NO_KERNEL               \
    NWT_PAST_DROPPED("init", 20000), \
        NWT_PAST_DROPPED("kernel_initializer kernel_regularizer kernel_constraint", 30000)

/* Recurrent layers. */
#define PAST_TIME_MAJOR NWT_PAST_TURNED("time_major", "time_major", NWT_TURN_IF_TRUE, NULL, 30000)
#define PAST_IMPLEMENTATION NWT_PAST_DROPPED("implementation enable_caching_device", 30000)
#define PAST_RECURRENT                                                                       \
    PAST_KERNEL, PAST_BIAS, NWT_PAST_KEY("inner_init", "recurrent_initializer", 20000),      \
        NWT_PAST_KEY("inner_activation", "recurrent_activation", 20000),                     \
        NWT_PAST_KEY("U_regularizer", "recurrent_regularizer", 20000),                       \
        NWT_PAST_KEY("dropout_W", "dropout", 20000),                                         \
        NWT_PAST_KEY("dropout_U", "recurrent_dropout", 20000),                               \
        NWT_PAST_DROPPED("consume_less", 20000),                                             \
        NWT_PAST_TURNED("forget_bias_init", "unit_forget_bias", NWT_TURN_EQUALS, "one ones", \
                        20000)
#define PAST_RECURRENT_TAIL " W_regularizer U_regularizer b_regularizer dropout_W dropout_U"

/* Keras 1 had one class that merged tensors, of many modes. */
#define PAST_MERGE(mode) NWT_PAST_CLASS_IF("Merge", "mode=" mode ", layers=None", 0, 20000)
#define PAST_MERGE_REST                                                                           \
    NWT_PAST_DROPPED("mode mode_type layers concat_axis dot_axes output_shape output_shape_type " \
                     "output_mask output_mask_type arguments node_indices tensor_indices",        \
                     20000)

#endif
