/* Reading golden files: facts as JSON, made by Keras itself (tests/oracle). */
#ifndef NETWEIGHT_TESTS_GOLDEN_H
#define NETWEIGHT_TESTS_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netweight.h"
#include "support/json.h"

#ifndef GOLDEN
#define GOLDEN "tests/golden"
#endif

/* The whole file, to be freed; NULL if there is none. */
static inline char *golden_text(const char *path, size_t *length)
{
    char full[sizeof GOLDEN + 300];
    FILE *file;
    char *text;
    long size;

    snprintf(full, sizeof full, "%s/%s", GOLDEN, path);
    file = fopen(full, "rb");
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = malloc((size_t)size + 1);
    *length = fread(text, 1, (size_t)size, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

/* What a report writes, ended by a NUL; `text` is to be freed. */
typedef struct golden_output {
    char *text;
    size_t length;
    size_t capacity;
} golden_output;

static inline int32_t golden_take(void *user, const char *text, size_t length)
{
    golden_output *to = user;

    if (to->capacity - to->length <= length) {
        to->capacity = 2 * (to->capacity + length + 1);
        to->text = realloc(to->text, to->capacity);
        assert_non_null(to->text);
    }
    memcpy(to->text + to->length, text, length);
    to->length += length;
    to->text[to->length] = '\0';
    return 0;
}

/* The tree of a JSON file in the arena; fails the test if it can't be read. */
static inline const nwti_value *golden_json(nwti_arena *arena, const char *path)
{
    nwti_syntax_error error;
    const nwti_value *value;
    size_t length = 0;
    char *text = golden_text(path, &length);

    if (text == NULL) {
        fail_msg("%s is missing", path);
    }
    value = nwti_json_read(arena, text, length, 1000, &error);
    if (value == NULL) {
        fail_msg("%s: line %zu: %s", path, error.line, error.what);
    }
    free(text);
    return value;
}

/* Dims of a list of integers and nulls; the rank, or -1 for null. */
static inline int32_t golden_dims(const nwti_value *list, int64_t *dims)
{
    uint32_t i;

    if (list == NULL || list->type != NWTI_LIST) {
        return -1;
    }
    for (i = 0; i < list->length; i++) {
        dims[i] = list->as.items[i].type == NWTI_INT ? list->as.items[i].as.integer : -1;
    }
    return (int32_t)list->length;
}

static inline int32_t golden_dtype(const nwti_value *value)
{
    int32_t dtype;

    for (dtype = 1; nwt_dtype_name(dtype) != NULL; dtype++) {
        if (nwti_value_is(value, nwt_dtype_name(dtype))) {
            return dtype;
        }
    }
    return 0;
}

static inline int64_t golden_int(const nwti_value *dict, const char *key)
{
    const nwti_value *value = nwti_value_get(dict, key);

    return value != NULL && (value->type == NWTI_INT || value->type == NWTI_BOOL)
               ? value->as.integer
               : -1;
}

static inline nwt_tensor *golden_input(nwt_context *ctx, const nwti_value *fact)
{
    int64_t dims[32];
    int32_t rank = golden_dims(nwti_value_get(fact, "shape"), dims);
    char options[128];
    size_t length = (size_t)snprintf(options, sizeof options, "dtype='%s'",
                                     nwti_value_string(nwti_value_get(fact, "dtype")));

    if (rank == 0) {
        nwt_layer *layer = nwt_layer_new(ctx, "InputLayer");

        nwt_layer_set_ints(layer, "batch_shape", 0, NULL);
        nwt_layer_set_string(layer, "dtype", nwti_value_string(nwti_value_get(fact, "dtype")));
        return nwt_call_many(layer, 0, NULL, NULL);
    }
    if (dims[0] >= 0) {
        snprintf(options + length, sizeof options - length, ", batch_size=%lld",
                 (long long)dims[0]);
    }
    return nwt_input(ctx, rank - 1, dims + 1, options);
}

/* Calls a layer on the inputs of a fact of tests/golden/kinds. */
static inline nwt_tensor *golden_call(nwt_context *ctx, nwt_layer *layer, const nwti_value *fact)
{
    const nwti_value *inputs = nwti_value_get(fact, "inputs");
    nwt_tensor *tensors[16];
    const char *names[16];
    uint32_t i;

    assert_true(inputs->length <= 16);
    for (i = 0; i < inputs->length; i++) {
        tensors[i] = golden_input(ctx, inputs->as.items + i);
        names[i] = nwti_value_string(nwti_value_get(inputs->as.items + i, "argument"));
    }
    return nwt_call_named(layer, (int32_t)inputs->length, names, tensors,
                          nwti_value_string(nwti_value_get(fact, "call")));
}

/* The files of golden/kinds, which are named after those of lib/layers. */
/* clang-format off */
#define GOLDEN_KINDS(X) \
    X(activation) X(attention) X(augmentation) X(batch_normalization) X(bidirectional) \
    X(categorical) X(conv) X(conv_lstm) X(conv_transpose) X(dense) X(depthwise_conv) X(dot) \
    X(dropout) X(einsum_dense) X(embedding) X(identity) X(image) X(input) X(lambda) \
    X(layer_normalization) X(merging) X(model_kinds) X(multi_head_attention) X(normalization) \
    X(pipeline) X(pooling) X(reshaping) X(reversible_embedding) X(rnn) X(rnn_cells) X(spatial) \
    X(spectral_normalization) X(spectrogram) X(time_distributed)
/* clang-format on */

#endif
