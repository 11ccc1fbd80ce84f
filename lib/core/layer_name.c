/* What layers are called, and what their options are, as text. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "support/text.h"
#include <string.h>

/* What is Conv2D today was Convolution2D. */
void nwti_layer_prefix_of_1(const nwt_layer *layer, char *buffer, size_t size)
{
    const nwti_rare *rare = layer->rare;
    const char *title = rare != NULL && rare->written != NULL ? rare->written
                                                              : nwti_kind_title(layer->kind);
    size_t length = 0;

    for (; *title != '\0' && length + sizeof "olution" < size; title++) {
        buffer[length++] = *title >= 'A' && *title <= 'Z' ? (char)(*title - 'A' + 'a') : *title;
        if (length >= 4 && memcmp(buffer + length - 4, "conv", 4) == 0 && title[1] >= '1' &&
            title[1] <= '3') {
            memcpy(buffer + length, "olution", 7);
            length += 7;
        }
    }
    buffer[length] = '\0';
}

size_t nwt_layer_name(const nwt_layer *layer, char *buffer, size_t size)
{
    const nwti_kind *kind;
    char old[160];

    if (layer == NULL) {
        return nwti_format(buffer, size, "");
    }
    kind = layer->kind;
    if (layer->name != NULL) {
        return nwti_format(buffer, size, "%s", layer->name);
    }
    /* Keras 1 and 2 count from 1, Keras 3 leaves the first without a number. */
    if (kind->ctx->era == 1) {
        nwti_layer_prefix_of_1(layer, old, sizeof old);
        return nwti_format(buffer, size, "%s_%d", old, (int64_t)layer->number + 1);
    }
    if (kind->ctx->era < 3) {
        return nwti_format(buffer, size, "%s_%d", kind->automatic_name, (int64_t)layer->number + 1);
    }
    return layer->number == 0
               ? nwti_format(buffer, size, "%s", kind->automatic_name)
               : nwti_format(buffer, size, "%s_%d", kind->automatic_name, (int64_t)layer->number);
}

const char *nwti_layer_whole_name(const nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    size_t length;
    char *name;

    if (layer->name != NULL) {
        return layer->name;
    }
    length = nwt_layer_name(layer, NULL, 0);
    name = nwti_arena_alloc(&ctx->scratch, length + 1);
    if (name == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    nwt_layer_name(layer, name, length + 1);
    return name;
}

const char *nwti_layer_title(const nwt_layer *layer, char *buffer, size_t size)
{
    nwt_layer_name(layer, buffer, size);
    return buffer;
}

const char *nwt_layer_kind(const nwt_layer *layer)
{
    return layer != NULL ? nwti_layer_class(layer) : NULL;
}

size_t nwt_layer_option(const nwt_layer *layer, const char *key, char *buffer, size_t size)
{
    int32_t row = layer != NULL && key != NULL
                      ? nwti_row_find(&layer->kind->options, key, strlen(key))
                      : -1;
    nwti_text text;

    nwti_text_begin_fixed(&text, buffer, size);
    if (row >= 0) {
        nwti_option_text(&text, nwti_row(&layer->kind->options, row), layer->self,
                         nwti_layer_class);
    }
    return nwti_text_end_fixed(&text);
}
