/* What layers are called, and what their options are, as text. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/written.h"
#include "support/python.h"
#include "support/text.h"

#include <string.h>

size_t nwt_layer_name(const nwt_layer *layer, char *buffer, size_t size)
{
    const nwti_kind *kind;

    if (layer == NULL) {
        return nwti_format(buffer, size, "");
    }
    kind = layer->kind;
    if (layer->name != NULL) {
        return nwti_format(buffer, size, "%s", layer->name);
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

/* The value of an option that every layer has; nothing if it is none of those. */
static void shared_option_text(nwti_text *text, const nwt_layer *layer, const char *key)
{
    char name[256];

    if (strcmp(key, "name") == 0) {
        nwti_python_string(text, layer->name != NULL ? layer->name
                                                     : nwti_layer_title(layer, name, sizeof name));
    } else if (strcmp(key, "dtype") == 0) {
        nwti_python_string(text, nwti_written_policy(layer, name, sizeof name));
    } else if (strcmp(key, "trainable") == 0) {
        nwti_text_string(text, layer->flags & NWTI_TRAINABLE ? "True" : "False");
    }
}

size_t nwt_layer_option(const nwt_layer *layer, const char *key, char *buffer, size_t size)
{
    int32_t row = layer != NULL && key != NULL
                      ? nwti_row_find(&layer->kind->options, key, strlen(key))
                      : -1;
    nwti_text text;

    nwti_text_begin_fixed(&text, buffer, size);
    if (row < 0 && layer != NULL && key != NULL) {
        shared_option_text(&text, layer, key);
    } else if (row >= 0) {
        nwti_option_text(&text, nwti_row(&layer->kind->options, row), layer->self,
                         nwti_layer_class);
    }
    return nwti_text_end_fixed(&text);
}
