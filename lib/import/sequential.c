/* Sequential models: a list of layers, with or without what surrounds it. */
#include "import/import.h"
#include "core/builtin.h"
#include "core/error.h"

#include <string.h>

/* Keras 1 and the first of Keras 2 wrote the list alone. */
static const nwti_value *layers_of(const nwti_value *config)
{
    const nwti_value *layers = config->type == NWTI_LIST ? config
                                                         : nwti_value_get(config, "layers");

    return layers != NULL && layers->type == NWTI_LIST ? layers : NULL;
}

/* After a layer of unknown shape, the build_config of the next tells what reaches it. */
static int32_t state_output(nwt_model *model, const nwti_object *object)
{
    int64_t dims[NWT_MAX_RANK];
    int32_t rank;

    if (model->output_count != 1 || model->outputs[0]->rank >= 0) {
        return 0;
    }
    rank = nwti_import_dims(nwti_value_get(object->fields[NWTI_BUILD_CONFIG], "input_shape"), dims);
    if (rank < 0) {
        return 0;
    }
    model->outputs[0] = nwti_tensor_state(model->outputs[0], rank, dims, 0);
    return model->outputs[0] != NULL ? 0 : model->layer->kind->ctx->status;
}

/* "sequential_1_input", as Keras 2.2 and 2.3 called what they built one from; NULL: as today. */
static const char *built_input_name(const nwti_import *import, const nwt_model *model)
{
    size_t size = nwt_layer_name(model->layer, NULL, 0) + sizeof "_input";
    char *name;

    if (import->version < 20200 || import->version >= 20400) {
        return NULL;
    }
    name = nwti_new(import->ctx, size);
    if (name != NULL) {
        nwt_layer_name(model->layer, name, size);
        memcpy(name + size - sizeof "_input", "_input", sizeof "_input");
    }
    return name;
}

/* Keras builds a Sequential without an InputLayer from this. */
static int32_t begin_built(nwti_import *import, nwt_model *model, const nwti_value *config,
                           const nwti_value *first)
{
    const nwti_value *shape = nwti_value_get(config, "build_input_shape");
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = nwti_import_dims(shape, dims);
    const nwti_value *inner = nwti_value_get(first, "config");
    nwt_tensor *input;

    if (rank < 0 ||
        nwti_import_class(import->ctx, nwti_value_get(first, "class_name")) ==
            &nwti_kind_input_layer ||
        nwti_value_get(inner, "batch_input_shape") != NULL) {
        return 0;
    }
    input = nwti_input_make(import->ctx, built_input_name(import, model), rank, dims,
                            NWT_DTYPE_FLOAT32);
    if (input == NULL) {
        return import->ctx->status;
    }
    return nwt_sequential_add(model, input->call->layer);
}

/* Of the list that Keras 1 wrote, layers of one name are one layer. */
static nwt_layer *layer_of(nwti_import *import, nwti_map *names, const nwti_object *object)
{
    const nwti_value *name;
    nwt_layer *layer;
    void **place;

    if (import->version >= 20000) {
        return import->read_layer(import, object);
    }
    name = nwti_value_get(object->fields[NWTI_CONFIG], "name");
    if (name == NULL || name->type != NWTI_STRING) {
        return import->read_layer(import, object);
    }
    layer = nwti_map_get(names, name->as.string, name->length);
    if (layer != NULL) {
        return layer;
    }
    layer = import->read_layer(import, object);
    place = layer != NULL ? nwti_map_at(names, name->as.string, name->length) : NULL;
    if (layer != NULL && place == NULL) {
        nwti_out_of_memory(import->ctx);
        return NULL;
    }
    if (place != NULL) {
        *place = layer;
    }
    return layer;
}

static int32_t add_layers(nwti_import *import, nwt_model *model, const nwti_value *config,
                          const nwti_value *layers)
{
    nwti_map names;
    uint32_t i;

    nwti_map_init(&names, &import->ctx->heap);
    for (i = 0; import->ctx->status == NWT_STATUS_OK && i < layers->length; i++) {
        const nwti_value *one = layers->as.items + i;
        nwti_object object;
        nwt_layer *layer;

        if (i == 0 && begin_built(import, model, config, one)) {
            break;
        }
        nwti_object_read(&object, one);
        layer = layer_of(import, &names, &object);
        if (layer == NULL || state_output(model, &object) ||
            nwti_import_add(import, model, layer)) {
            break;
        }
    }
    nwti_map_free(&names);
    return i == layers->length ? 0 : import->ctx->status;
}

nwt_model *nwti_import_sequential(nwti_import *import, const nwti_value *object)
{
    const nwti_value *config = nwti_value_get(object, "config");
    const nwti_value *layers = layers_of(config);
    nwt_model *model = nwti_import_begin(import, nwti_value_get(config, "name"));

    if (layers == NULL) {
        nwti_error(import->ctx, NWT_STATUS_UNREADABLE,
                   "the config is malformed: a Sequential has no list of layers");
    }
    if (model == NULL || layers == NULL) {
        return NULL;
    }
    return add_layers(import, model, config, layers) == 0 ? model : NULL;
}
