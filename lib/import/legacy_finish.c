/* What a table of keys cannot say: defaults of an era, and options that depend on each other. */
#include "import/legacy.h"
#include "core/error.h"
#include "core/note.h"

#include <string.h>

/* Before tf.keras became Keras, with 2.4. */
static int32_t is_before_2_4(const nwti_import *import)
{
    return import->era == 1 || (import->era == 2 && import->minor < 4);
}

/* -------------------------------------------------------------- input shapes */

/* These take (input_length, input_dim), the others (input_dim,). */
static const char sequence_classes[] =
    "Conv1D SeparableConv1D LocallyConnected1D SimpleRNN GRU LSTM RNN CuDNNLSTM CuDNNGRU";

static void put_shape(nwti_translation *t, const char *key, uint32_t count,
                      const nwti_value *const *dims)
{
    nwti_value *items = nwti_new_array(t->import->ctx, count, sizeof *items);
    nwti_value shape = {NWTI_TUPLE, 0, count, {.items = items}};
    uint32_t i;

    for (i = 0; items != NULL && i < count; i++) {
        items[i] = dims[i] != NULL ? *dims[i] : (nwti_value){NWTI_NONE, 0, 0, {0}};
    }
    if (items != NULL) {
        nwti_translation_put(t, key, &shape);
    }
}

/* input_shape with batch_size before it. */
static void join_batch(nwti_translation *t, const nwti_value *batch)
{
    const nwti_value *shape = nwti_translation_get(t, "input_shape");
    const nwti_value *dims[NWT_MAX_RANK];
    uint32_t i;

    if (shape != NULL && (shape->type == NWTI_LIST || shape->type == NWTI_TUPLE) &&
        shape->length < NWT_MAX_RANK) {
        dims[0] = batch;
        for (i = 0; i < shape->length; i++) {
            dims[i + 1] = shape->as.items + i;
        }
        put_shape(t, "batch_input_shape", shape->length + 1, dims);
        nwti_translation_drop(t, "input_shape");
    }
    nwti_translation_drop(t, "batch_size");
}

static void finish_input_shape(nwti_translation *t)
{
    const nwti_value *dim = nwti_translation_get(t, "input_dim");
    const nwti_value *pair[2];

    if (nwti_translation_get(t, "batch_input_shape") == NULL && dim != NULL &&
        (nwti_has_word(sequence_classes, t->class_name) ||
         strcmp(t->written, "TimeDistributedDense") == 0)) {
        pair[0] = nwti_translation_get(t, "input_length");
        pair[1] = dim;
        put_shape(t, "input_shape", 2, pair);
    }
    if (nwti_translation_get(t, "batch_input_shape") != NULL ||
        nwti_translation_get(t, "input_shape") != NULL) {
        nwti_translation_drop(t, "input_dim");
    }
    nwti_translation_drop(t, "input_length");
    if (nwti_translation_get(t, "batch_size") != NULL) {
        join_batch(t, nwti_translation_get(t, "batch_size"));
    }
}

/* Of an Embedding, input_dim is an option, and the length of its input a shape. Its integers' dtype
   is not that of its weights. */
static void finish_embedding(nwti_translation *t)
{
    const nwti_value *length = nwti_translation_get(t, "input_length");
    const char *dtype = nwti_value_string(nwti_translation_get(t, "dtype"));

    if (dtype != NULL && strncmp(dtype, "int", 3) == 0) {
        nwti_translation_put_string(t, "input_dtype", dtype);
        nwti_translation_drop(t, "dtype");
    } else if (t->is_call && t->import->era == 1) {
        nwti_translation_put_string(t, "input_dtype", "int32");
    }
    if (t->is_call && nwti_translation_get(t, "batch_input_shape") == NULL &&
        nwti_translation_get(t, "input_shape") == NULL && (length != NULL || t->import->era < 3)) {
        if (t->import->era == 3) {
            nwti_note_add(t->import->ctx,
                          "%s: input_length is read as the input's shape, as in "
                          "Keras 1 and 2; Keras 3 ignores it",
                          t->written);
        }
        if (length != NULL && (length->type == NWTI_LIST || length->type == NWTI_TUPLE)) {
            nwti_translation_put(t, "input_shape", length);
        } else {
            put_shape(t, "input_shape", 1, &length);
        }
    }
    nwti_translation_drop(t, "input_length");
    if (nwti_translation_get(t, "batch_size") != NULL) {
        join_batch(t, nwti_translation_get(t, "batch_size"));
    }
}

/* ------------------------------------------------------------------ data_format */

/* The first dim_ordering within, depth first; NULL: none. Recursion follows the text's nesting. */
static const nwti_value *find_ordering(const nwti_value *value)
{
    const nwti_value *found = nwti_value_get(value, "dim_ordering");
    uint32_t i, step = value->type == NWTI_DICT ? 2 : 1;

    if (value->type != NWTI_LIST && value->type != NWTI_DICT) {
        return NULL;
    }
    for (i = 0; found == NULL && i < value->length; i++) {
        found = find_ordering(value->as.items + step * (size_t)i + (step - 1));
    }
    return found;
}

/* Keras 1 left dim_ordering out of some configs: what it had for a default shows in other layers;
   else it is that of its version. */
static void finish_ordering(nwti_translation *t)
{
    nwti_import *import = t->import;
    const nwti_value *stated;

    if (t->is_call || import->era != 1 || nwti_translation_get(t, "data_format") != NULL) {
        return;
    }
    if (import->ordering == 0) {
        stated = import->root != NULL ? find_ordering(import->root) : NULL;
        import->ordering = nwti_value_is(stated, "th") || (stated == NULL && import->minor == 0)
                               ? NWTI_ORDERING_TH
                               : NWTI_ORDERING_TF;
    }
    nwti_translation_put_string(t, "data_format",
                                import->ordering == NWTI_ORDERING_TH ? "channels_first"
                                                                     : "channels_last");
}

/* --------------------------------------------------------------------- others */

static void finish_gru(nwti_translation *t)
{
    if (nwti_translation_get(t, "reset_after") == NULL && is_before_2_4(t->import)) {
        nwti_translation_put_int(t, "reset_after", NWTI_BOOL, 0);
    }
}

/* Keras 3 wants a size. */
static void finish_average(nwti_translation *t)
{
    if (t->is_call && t->import->era < 3 && nwti_translation_get(t, "pool_size") == NULL) {
        nwti_translation_put_int(t, "pool_size", NWTI_INT, 2);
    }
}

/* Only Keras 1 was told the output's shape. */
static void finish_deconvolution(nwti_translation *t)
{
    if (nwti_translation_get(t, "output_shape") == NULL) {
        return;
    }
    if (t->is_call && t->import->era != 1) {
        nwti_translation_drop(t, "output_shape");
    } else if (strcmp(t->written, "Deconvolution2D") == 0 || strcmp(t->written, "Deconv2D") == 0) {
        t->class_name = "Deconvolution2D";
    }
}

/* A function that gives the output's shape is not known. */
static void finish_lambda(nwti_translation *t)
{
    const nwti_value *type = nwti_translation_get(t, "output_shape_type");

    if (type != NULL && !nwti_value_is(type, "raw")) {
        nwti_translation_drop(t, "output_shape");
    }
    nwti_translation_drop(t, "output_shape_type");
}

/* [3] is written by some versions of Keras 2. */
static void finish_normalization(nwti_translation *t)
{
    const nwti_value *axis = nwti_translation_get(t, "axis");
    nwti_value one;

    if (!t->is_call && axis != NULL && axis->type == NWTI_LIST && axis->length == 1) {
        one = axis->as.items[0];
        nwti_translation_put(t, "axis", &one);
    }
}

/* ---------------------------------------------------------------------- Merge */

static const struct {
    const char *mode;
    const char *class_name;
    const char *from; /* the option that goes over ... */
    const char *to;   /* ... to this one */
} modes[] = {
    {"sum", "Add", NULL, NULL},
    {"mul", "Multiply", NULL, NULL},
    {"ave", "Average", NULL, NULL},
    {"max", "Maximum", NULL, NULL},
    {"concat", "Concatenate", "concat_axis", "axis"},
    {"dot", "Dot", "dot_axes", "axes"},
    {"cos", "Dot", "dot_axes", "axes"},
};

enum { MODE_COUNT = sizeof modes / sizeof modes[0] };

static void wrong_mode(nwti_translation *t, const nwti_value *mode)
{
    const char *name = nwti_value_string(mode);
    nwti_nearest nearest;
    char hint[160];
    int32_t i;

    nwti_nearest_begin(&nearest, name != NULL ? name : "");
    for (i = 0; i < MODE_COUNT; i++) {
        nwti_nearest_offer(&nearest, modes[i].mode);
    }
    nwti_error(t->import->ctx, NWT_STATUS_INVALID,
               "Merge: mode must be one of 'sum', 'mul', 'concat', "
               "'ave', 'cos', 'dot', 'max', not '%s'%s",
               name != NULL ? name : "this", nwti_nearest_text(&nearest, hint, sizeof hint));
}

/* The options of the layer that merges, from those of Merge. */
static void take_mode(nwti_translation *to, const nwti_translation *t, int32_t mode)
{
    const nwti_value *value = modes[mode].from != NULL ? nwti_translation_get(t, modes[mode].from)
                                                       : NULL;

    to->class_name = modes[mode].class_name;
    if (value != NULL) {
        nwti_translation_put(to, modes[mode].to, value);
    } else if (modes[mode].from != NULL) {
        nwti_translation_put_int(to, modes[mode].to, NWTI_INT, -1);
    }
    if (strcmp(modes[mode].mode, "cos") == 0) {
        nwti_translation_put_int(to, "normalize", NWTI_BOOL, 1);
    }
}

/* A function of one's own, of which the output's shape may be known. */
static void take_function(nwti_translation *to, const nwti_translation *t)
{
    const nwti_value *shape = nwti_translation_get(t, "output_shape");

    to->class_name = "Lambda";
    nwti_translation_put_string(to, "function", "mode");
    if (shape != NULL &&
        (t->is_call || nwti_value_is(nwti_translation_get(t, "output_shape_type"), "raw"))) {
        nwti_translation_put(to, "output_shape", shape);
    }
}

/* The layer that merges, as a config or as a call. */
static void put_merging(nwti_translation *t, const nwti_translation *merging)
{
    nwti_value *items = nwti_new_array(t->import->ctx, 4 + 2 * (size_t)merging->count,
                                       sizeof *items);
    nwti_value value;

    if (items == NULL) {
        return;
    }
    if (t->is_call) {
        items[0] = (nwti_value){
            NWTI_STRING, 0, (uint32_t)strlen(merging->class_name), {.string = merging->class_name}};
        memcpy(items + 1, merging->pairs, 2 * (size_t)merging->count * sizeof *items);
        value = (nwti_value){NWTI_CALL, 0, merging->count, {.items = items}};
    } else {
        items[0] = (nwti_value){NWTI_STRING, 0, 10, {.string = "class_name"}};
        items[1] = (nwti_value){
            NWTI_STRING, 0, (uint32_t)strlen(merging->class_name), {.string = merging->class_name}};
        items[2] = (nwti_value){NWTI_STRING, 0, 6, {.string = "config"}};
        items[3] = (nwti_value){NWTI_DICT, 0, merging->count, {.items = merging->pairs}};
        value = (nwti_value){NWTI_DICT, 0, 2, {.items = items}};
    }
    nwti_translation_put(t, "merging", &value);
}

/* Merge of tensors is today's layer of that mode; over branches it stays, and holds them. */
static void finish_merge(nwti_translation *t)
{
    nwti_translation merging = *t, rest;
    const nwti_value *mode = nwti_translation_get(t, "mode");
    const nwti_value *mode_type = nwti_translation_get(t, "mode_type");
    const nwti_value *layers = nwti_translation_get(t, "layers");
    const nwti_value *name = nwti_translation_get(t, "name");
    int32_t i = 0;

    merging.pairs = NULL;
    merging.count = merging.capacity = 0;
    rest = merging;
    while (mode != NULL && i < MODE_COUNT && !nwti_value_is(mode, modes[i].mode)) {
        i++;
    }
    if ((mode_type != NULL && !nwti_value_is(mode_type, "raw")) ||
        (mode != NULL && mode->type == NWTI_CALL)) {
        take_function(&merging, t);
    } else if (i < MODE_COUNT) {
        take_mode(&merging, t, i);
    } else {
        wrong_mode(t, mode);
        return;
    }
    if (layers == NULL) {
        if (name != NULL) {
            nwti_translation_put(&merging, "name", name);
        }
        *t = merging;
        return;
    }
    nwti_translation_put_string(&merging, "name", "merging");
    rest.class_name = "Merge";
    if (name != NULL) {
        nwti_translation_put(&rest, "name", name);
    }
    nwti_translation_put(&rest, "layers", layers);
    put_merging(&rest, &merging);
    *t = rest;
}

/* -------------------------------------------------------------------- classes */

static const struct {
    const char *classes;
    void (*finish)(nwti_translation *t);
} finishes[] = {
    {"Merge", finish_merge},
    {"GRU GRUCell", finish_gru},
    {"AveragePooling1D AveragePooling2D AveragePooling3D", finish_average},
    {"Conv2DTranspose", finish_deconvolution},
    {"Lambda", finish_lambda},
    {"BatchNormalization", finish_normalization},
    {"ZeroPadding2D ZeroPadding3D UpSampling2D UpSampling3D Cropping2D Cropping3D "
     "SpatialDropout2D SpatialDropout3D",
     finish_ordering},
};

void nwti_legacy_finish(nwti_translation *t)
{
    const char *class_name = t->class_name;
    size_t i;

    for (i = 0; i < sizeof finishes / sizeof finishes[0]; i++) {
        if (nwti_has_word(finishes[i].classes, class_name)) {
            finishes[i].finish(t);
        }
    }
    if (strcmp(class_name, "Embedding") == 0) {
        finish_embedding(t);
    } else if (strcmp(class_name, "InputLayer") != 0) {
        finish_input_shape(t);
    }
}
