/*
 * Constructor text: what the position of an argument means. Keras 1 had other
 * positions than Keras 3; Keras 2 (before TensorFlow's) took those of Keras 1
 * where it could tell them. Where readings differ in what they count, a note
 * gives both.
 */
#include "import/legacy.h"
#include "core/error.h"
#include "core/note.h"
#include "support/number.h"

#include <string.h>

#define TAIL " W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias"
#define RECURRENT_TAIL " W_regularizer U_regularizer b_regularizer dropout_W dropout_U"

/* The arguments of Keras 1.2.2, keras/layers/ and keras/engine/topology.py. */
static const struct {
    const char *classes;
    const char *keys;
} positions[] = {
    {"Dense", "output_dim init activation weights" TAIL " input_dim"},
    {"TimeDistributedDense", "output_dim init activation weights" TAIL " input_dim input_length"},
    {"MaxoutDense", "output_dim nb_feature init weights" TAIL " input_dim"},
    {"Highway", "init activation weights" TAIL " input_dim"},
    {"Convolution1D Conv1D LocallyConnected1D",
     "nb_filter filter_length init activation weights border_mode subsample_length" TAIL
     " input_dim input_length"},
    {"AtrousConvolution1D AtrousConv1D",
     "nb_filter filter_length init activation weights border_mode subsample_length "
     "atrous_rate" TAIL},
    {"Convolution2D Conv2D LocallyConnected2D",
     "nb_filter nb_row nb_col init activation weights border_mode subsample dim_ordering" TAIL},
    {"AtrousConvolution2D AtrousConv2D",
     "nb_filter nb_row nb_col init activation weights border_mode subsample atrous_rate "
     "dim_ordering" TAIL},
    {"Deconvolution2D Deconv2D",
     "nb_filter nb_row nb_col output_shape init activation weights border_mode subsample "
     "dim_ordering" TAIL},
    {"SeparableConvolution2D SeparableConv2D",
     "nb_filter nb_row nb_col init activation weights border_mode subsample depth_multiplier "
     "dim_ordering depthwise_regularizer pointwise_regularizer b_regularizer "
     "activity_regularizer depthwise_constraint pointwise_constraint b_constraint bias"},
    {"Convolution3D Conv3D",
     "nb_filter kernel_dim1 kernel_dim2 kernel_dim3 init activation weights border_mode subsample "
     "dim_ordering" TAIL},
    {"ConvLSTM2D",
     "nb_filter nb_row nb_col init inner_init forget_bias_init activation inner_activation "
     "dim_ordering border_mode subsample" RECURRENT_TAIL},
    {"MaxPooling1D AveragePooling1D", "pool_length stride border_mode"},
    {"MaxPooling2D AveragePooling2D MaxPooling3D AveragePooling3D",
     "pool_size strides border_mode dim_ordering"},
    {"GlobalMaxPooling2D GlobalAveragePooling2D GlobalMaxPooling3D GlobalAveragePooling3D",
     "dim_ordering"},
    {"UpSampling1D", "length"},
    {"UpSampling2D UpSampling3D", "size dim_ordering"},
    {"ZeroPadding2D ZeroPadding3D", "padding dim_ordering"},
    {"Cropping2D Cropping3D", "cropping dim_ordering"},
    {"Embedding",
     "input_dim output_dim init input_length W_regularizer activity_regularizer W_constraint "
     "mask_zero weights dropout"},
    {"SimpleRNN", "output_dim init inner_init activation" RECURRENT_TAIL},
    {"GRU", "output_dim init inner_init activation inner_activation" RECURRENT_TAIL},
    {"LSTM",
     "output_dim init inner_init forget_bias_init activation inner_activation" RECURRENT_TAIL},
    {"BatchNormalization",
     "epsilon mode axis momentum weights beta_init gamma_init gamma_regularizer "
     "beta_regularizer"},
    {"Merge", "layers mode concat_axis dot_axes output_shape output_mask arguments node_indices "
              "tensor_indices name"},
    {"PReLU", "init weights shared_axes"},
    {"ParametricSoftplus", "alpha_init beta_init weights shared_axes"},
    {"Dropout GaussianDropout SpatialDropout1D", "p"},
    {"SpatialDropout2D SpatialDropout3D", "p dim_ordering"},
};

/* Classes that no later Keras has, and keywords that show Keras 1. */
static const char classes_of_1[] =
    "AtrousConvolution1D AtrousConv1D AtrousConvolution2D AtrousConv2D Deconvolution2D Deconv2D "
    "TimeDistributedDense MaxoutDense Highway Merge ParametricSoftplus SReLU";
static const char words_of_1[] =
    "W_constraint W_regularizer U_regularizer atrous_rate b_constraint b_regularizer bias "
    "border_mode consume_less dim_ordering dropout_U dropout_W forget_bias_init init "
    "inner_activation inner_init input_dtype kernel_dim1 kernel_dim2 kernel_dim3 nb_col nb_filter "
    "nb_row pool_length subsample subsample_length";

/* Of these Keras 2 read (32, 3, 3) as Keras 1 did, if the numbers are integers. */
static const struct {
    const char *classes;
    uint32_t sizes;
} sizes_in_2[] = {
    {"Convolution2D Conv2D SeparableConvolution2D SeparableConv2D Conv2DTranspose Deconvolution2D "
     "Deconv2D LocallyConnected2D ConvLSTM2D",
     2},
    {"Convolution3D Conv3D", 3},
};

/* One call's positional arguments, and how they are read. */
typedef struct reading {
    nwti_import *import;
    const char *written;
    nwti_kind *kind; /* today's */
    const nwti_value *pairs;
    uint32_t count;   /* of the positional ones */
    const char *keys; /* of Keras 1; NULL: they are today's */
    const char *word; /* the keyword that shows Keras 1; NULL: none */
    int32_t is_1;
} reading;

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

/* The key at a position in Keras 1; NULL past the last, or when out of memory. */
static const char *key_of_1(const reading *r, uint32_t index)
{
    const char *words = r->keys;

    while (index > 0 && *words != '\0') {
        words += strcspn(words, " ");
        words += *words == ' ';
        index--;
    }
    return *words != '\0' ? nwti_copy_string(r->import->ctx, words, strcspn(words, " ")) : NULL;
}

static const char *key_of_today(const reading *r, uint32_t index)
{
    int32_t i;

    for (i = 0; r->kind != NULL && i < r->kind->options.count; i++) {
        const nwt_option *row = nwti_row(&r->kind->options, i);

        if (!(row->flags & NWT_FLAG_HIDDEN) && index-- == 0) {
            return row->key;
        }
    }
    return NULL;
}

static const char *key_at(const reading *r, int32_t is_1, uint32_t index)
{
    return is_1 && r->keys != NULL ? key_of_1(r, index) : key_of_today(r, index);
}

/* Whether all sizes of the kernel stand there as integers of their own. */
static int32_t has_sizes(const reading *r)
{
    size_t i;
    uint32_t j;

    for (i = 0; i < sizeof sizes_in_2 / sizeof sizes_in_2[0]; i++) {
        if (nwti_has_word(sizes_in_2[i].classes, r->written) && r->count > sizes_in_2[i].sizes) {
            for (j = 1; j <= sizes_in_2[i].sizes && r->pairs[2 * (size_t)j + 1].type == NWTI_INT;
                 j++) {
            }
            return j > sizes_in_2[i].sizes;
        }
    }
    return 0;
}

static void choose(reading *r, uint32_t pair_count)
{
    uint32_t i;

    for (i = r->count; i < pair_count && r->import->era != 1; i++) {
        const char *key = r->pairs[2 * (size_t)i].as.string;

        if (r->word == NULL && nwti_has_word(words_of_1, key)) {
            r->word = key;
        }
    }
    r->is_1 = r->import->era == 1 || r->word != NULL || nwti_has_word(classes_of_1, r->written) ||
              (r->import->era == 2 && has_sizes(r));
}

/* ----------------------------------------------------------------------- notes */

/* Today's name of a key, or of what it is a part of. */
static const char *meaning(const reading *r, const char *key)
{
    const nwti_rename *row = key != NULL ? nwti_legacy_rename(key, r->kind->descriptor->name)
                                         : NULL;

    if (row == NULL) {
        return key;
    }
    return row->to != NULL                                                      ? row->to
           : strncmp(key, "nb_", 3) == 0 || strncmp(key, "kernel_dim", 10) == 0 ? "kernel_size"
                                                                                : NULL;
}

/* Whether shapes or weights may depend on an option. */
static int32_t matters(const reading *r, const char *key)
{
    int32_t row = key != NULL ? nwti_row_find(&r->kind->options, key, strlen(key)) : -1;
    int32_t type = row >= 0 ? nwti_row(&r->kind->options, row)->type : NWT_TYPE_OPAQUE;

    return type != NWT_TYPE_OPAQUE && type != NWT_TYPE_FUNCTION && type != NWT_TYPE_FLOAT;
}

static int32_t differs(const reading *r, uint32_t index)
{
    const char *one = meaning(r, key_at(r, 1, index));
    const char *three = meaning(r, key_at(r, 0, index));

    return (one == NULL || three == NULL || strcmp(one, three) != 0) &&
           (matters(r, one) || matters(r, three));
}

enum { TEXT = 240 };

static void append(char *text, const char *more)
{
    size_t length = strlen(text);

    nwti_format(text + length, TEXT - length, "%s", more);
}

/* The values of positional arguments, as short as a note needs them. */
static void append_value(char *text, const nwti_value *value)
{
    char number[40];
    uint32_t i;

    switch (value->type) {
    case NWTI_NONE:
        append(text, "None");
        break;
    case NWTI_BOOL:
        append(text, value->as.integer ? "True" : "False");
        break;
    case NWTI_INT:
        nwti_format(number, sizeof number, "%d", value->as.integer);
        append(text, number);
        break;
    case NWTI_FLOAT:
        number[nwti_format_double(number, value->as.number)] = '\0';
        append(text, number);
        break;
    case NWTI_STRING:
        append(text, "'");
        append(text, value->as.string);
        append(text, "'");
        break;
    case NWTI_TUPLE:
        append(text, "(");
        for (i = 0; i < value->length && i < 6 && value->as.items[i].type != NWTI_TUPLE; i++) {
            append(text, i > 0 ? ", " : "");
            append_value(text, value->as.items + i);
        }
        append(text, i < value->length ? "...)" : ")");
        break;
    default:
        append(text, "...");
        break;
    }
}

/* "a 3 x 3 kernel" */
static void append_kernel(const reading *r, char *text)
{
    const char *key;
    uint32_t i, parts = 0;

    append(text, "a ");
    for (i = 1; i < r->count && (key = key_of_1(r, i)) != NULL; i++) {
        if (strncmp(key, "nb_", 3) == 0 || strncmp(key, "kernel_dim", 10) == 0) {
            append(text, parts++ > 0 ? " x " : "");
            append_value(text, r->pairs + 2 * (size_t)i + 1);
        }
    }
    append(text, " kernel");
}

/* What the arguments that differ mean in one of the two readings. */
static void append_reading(const reading *r, int32_t is_1, char *text)
{
    int32_t has_kernel = 0;
    const char *key;
    uint32_t i;

    for (i = 0; i < r->count; i++) {
        key = differs(r, i) ? key_at(r, is_1, i) : NULL;
        if (key == NULL) {
            continue;
        }
        if (is_1 && r->keys != NULL &&
            (strcmp(key, "nb_col") == 0 || strncmp(key, "kernel_dim", 10) == 0)) {
            if (!has_kernel) {
                append(text, *text != '\0' ? ", " : "");
                append_kernel(r, text);
            }
            has_kernel = 1;
            continue;
        }
        append(text, *text != '\0' ? ", " : "");
        append(text, key);
        append(text, " ");
        append_value(text, r->pairs + 2 * (size_t)i + 1);
    }
    append(text, *text != '\0' ? "" : "too many arguments");
}

static void note_readings(const reading *r)
{
    char call[TEXT] = "", ours[TEXT] = "", theirs[TEXT] = "", why[64] = "";
    int32_t era = r->is_1 && r->import->era != 2 ? 1 : r->import->era;
    int32_t other = r->is_1 ? 3 : 1;
    uint32_t i;

    append(call, r->written);
    append(call, "(");
    for (i = 0; i < r->count; i++) {
        append(call, i > 0 ? ", " : "");
        append_value(call, r->pairs + 2 * (size_t)i + 1);
    }
    append(call, ")");
    append_reading(r, r->is_1, ours);
    append_reading(r, !r->is_1, theirs);
    if (r->word != NULL) {
        nwti_format(why, sizeof why, ", for its %s", r->word);
    }
    nwti_note_add(r->import->ctx, "%s: read as Keras %d%s: %s; in Keras %d %s (keras=%d)", call,
                  (int64_t)era, why, ours, (int64_t)other, theirs, (int64_t)other);
}

/* A class that one of the two lacks is read in one way only. */
static void compare(const reading *r)
{
    uint32_t i = 0;

    if (r->keys == NULL || nwti_has_word(classes_of_1, r->written)) {
        return;
    }
    while (i < r->count && !differs(r, i)) {
        i++;
    }
    if (i < r->count) {
        note_readings(r);
    }
}

/* ------------------------------------------------------------------------ keys */

int32_t nwti_legacy_positions(nwti_import *import, const char *written, nwti_value *pairs,
                              uint32_t count)
{
    reading r = {import, written, nwti_kind_named(import->ctx, nwti_legacy_class(written)),
                 pairs,  0,       keys_of_1(written),
                 NULL,   0};
    const char *key;
    uint32_t i;

    while (r.count < count && pairs[2 * (size_t)r.count].type == NWTI_NONE) {
        r.count++;
    }
    if (r.kind == NULL || r.count == 0) {
        return import->ctx->status;
    }
    choose(&r, count);
    compare(&r);
    for (i = 0; i < r.count; i++) {
        key = key_at(&r, r.is_1, i);
        if (key == NULL) {
            return nwti_error(import->ctx, NWT_STATUS_INVALID,
                              "%s: more than %d positional arguments", written, (int64_t)i);
        }
        pairs[2 * (size_t)i] = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(key), {.string = key}};
    }
    return import->ctx->status;
}
