/* The names that earlier versions gave to layers without one, and to the inputs that a first layer
   brings. From Keras 2.4 on they are as today's. */
#include "import/import.h"
#include "core/builtin.h"
#include "core/error.h"
#include "core/past.h"
#include "support/text.h"

#include <string.h>

enum { PREFIX = 160 };

static int32_t is_today(const nwti_import *import)
{
    return import->version >= 20400;
}

static int32_t is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static int32_t is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Keras 1 took the class in small letters. Keras 2 put '_' before a capital that follows a small
   letter, or that a small letter or a digit follows: ConvLSTM2D was conv_lst_m2d. */
static void write_prefix(char *buffer, const char *class_name, int32_t with_words)
{
    size_t length = 0, i;

    for (i = 0; class_name[i] != '\0' && length + 3 < PREFIX; i++) {
        char c = class_name[i], next = class_name[i + 1];

        if (with_words && i > 0 && is_capital(c) &&
            (is_small(class_name[i - 1]) || is_small(next) || (next >= '0' && next <= '9'))) {
            buffer[length++] = '_';
        }
        buffer[length++] = is_capital(c) ? (char)(c - 'A' + 'a') : c;
    }
    buffer[length] = '\0';
}

static void prefix_of(const nwti_import *import, const nwt_layer *layer, const char *written,
                      char *buffer)
{
    const nwt_past *row = layer->kind->descriptor->past;

    for (; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_NAME && nwti_has_word(row->written, written) &&
            import->version >= row->since && (row->until == 0 || import->version < row->until)) {
            nwti_format(buffer, PREFIX, "%s", row->text);
            return;
        }
    }
    if (import->version < 20000) {
        write_prefix(buffer, written, 0);
    } else {
        write_prefix(buffer, nwti_layer_class(layer), 1);
    }
}

/* "dense_1": they were counted from 1. */
static const char *count_name(nwt_context *ctx, const char *prefix)
{
    nwti_counter *counter = nwti_counter_of(ctx, prefix, strlen(prefix));
    char name[PREFIX + 24];

    if (counter == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    counter->names += counter->names == 0;
    nwti_format(name, sizeof name, "%s_%d", prefix, counter->names++);
    return nwti_copy_string(ctx, name, strlen(name));
}

int32_t nwti_import_complete(nwti_import *import, nwt_layer *layer, const char *written)
{
    nwt_model *model;
    char prefix[PREFIX];

    if (layer->name == NULL && !is_today(import) && nwti_layer_class(layer) != NULL) {
        prefix_of(import, layer, written, prefix);
        layer->name = count_name(import->ctx, prefix);
    }
    if (import->ctx->status != NWT_STATUS_OK || nwti_layer_complete(layer)) {
        return import->ctx->status;
    }
    model = nwt_layer_as_model(layer);
    if (model != NULL) {
        model->has_single_outputs = import->version < NWTI_VERSION_3;
    }
    return 0;
}

/* ------------------------------------------------------------------- Sequential */

nwt_model *nwti_import_begin(nwti_import *import, const nwti_value *name)
{
    nwt_context *ctx = import->ctx;
    nwt_layer *layer = nwti_layer_begin(nwti_kind_at(ctx, NWTI_KIND_sequential));

    if (layer == NULL) {
        return NULL;
    }
    if (name != NULL && name->type == NWTI_STRING && name->length > 0) {
        layer->name = name->as.string;
    }
    if (nwti_import_complete(import, layer, nwti_kind_sequential.name)) {
        return NULL;
    }
    return nwt_layer_as_model(layer);
}

/* What the input of a first layer was called: "dense_1_input" in Keras 2; in Keras 1
   "dense_input_1", counted for each class, but that of a model within kept its name. */
static const char *input_name(nwti_import *import, nwt_layer *layer)
{
    const nwt_model *inner = nwt_layer_as_model(layer);
    const nwti_rare *rare = layer->rare;
    size_t size = nwt_layer_name(layer, NULL, 0) + sizeof "_input";
    char prefix[PREFIX], *name;

    if (import->version < 20000 && inner != NULL) {
        return nwti_layer_whole_name(inner->inputs[0]->call->layer);
    }
    if (import->version < 20000) {
        prefix_of(import, layer,
                  rare != NULL && rare->written != NULL ? rare->written : nwti_layer_class(layer),
                  prefix);
        nwti_format(prefix + strlen(prefix), sizeof prefix - strlen(prefix), "_input");
        return count_name(import->ctx, prefix);
    }
    name = nwti_new(import->ctx, size);
    if (name != NULL) {
        nwt_layer_name(layer, name, size);
        memcpy(name + size - sizeof "_input", "_input", sizeof "_input");
    }
    return name;
}

int32_t nwti_import_add(nwti_import *import, nwt_model *model, nwt_layer *layer)
{
    const char *name;
    nwt_tensor *input;

    if (model != NULL && layer != NULL && !is_today(import) && model->layer_count == 0 &&
        !model->built && nwti_sequential_brings_input(layer)) {
        name = input_name(import, layer);
        input = name != NULL ? nwti_sequential_input(layer, name) : NULL;
        if (input == NULL || nwt_sequential_add(model, input->call->layer)) {
            return import->ctx->status;
        }
    }
    return nwt_sequential_add(model, layer);
}
