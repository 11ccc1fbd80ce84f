/* What the object of a layer or a model says of itself. */
#include "import/import.h"

#include <string.h>

void nwti_object_read(nwti_object *object, const nwti_value *value)
{
    /* In the order in which Keras 3 writes them. */
    static const nwti_value_key keys[NWTI_OBJECT_FIELDS] = {
        [NWTI_MODULE] = NWTI_VALUE_KEY("module"),
        [NWTI_CLASS_NAME] = NWTI_VALUE_KEY("class_name"),
        [NWTI_CONFIG] = NWTI_VALUE_KEY("config"),
        [NWTI_REGISTERED_NAME] = NWTI_VALUE_KEY("registered_name"),
        [NWTI_BUILD_CONFIG] = NWTI_VALUE_KEY("build_config"),
        [NWTI_NAME] = NWTI_VALUE_KEY("name"),
        [NWTI_INBOUND_NODES] = NWTI_VALUE_KEY("inbound_nodes"),
        [NWTI_SHARED_OBJECT_ID] = NWTI_VALUE_KEY("shared_object_id")};

    object->value = value;
    nwti_value_fields(value, keys, NWTI_OBJECT_FIELDS, object->fields);
}

int32_t nwti_import_is_operation(const nwti_value *object)
{
    static const char *const modules[] = {"keras.src.ops", "keras.src.activations",
                                          "keras.src.quantizers"};
    const char *module = nwti_value_string(nwti_value_get(object, "module"));
    size_t i = 0;

    while (module != NULL && i < sizeof modules / sizeof *modules &&
           strncmp(module, modules[i], strlen(modules[i])) != 0) {
        i++;
    }
    return module != NULL && i < sizeof modules / sizeof *modules;
}

void nwti_import_name(nwt_model *model, const nwti_value *config)
{
    const nwti_value *name = nwti_value_get(config, "name");

    if (name != NULL && name->type == NWTI_STRING && name->length > 0) {
        if (model->layer->name == NULL) {
            model->layer->kind->counter->names--;
        }
        model->layer->name = name->as.string;
    }
}

void nwti_import_freeze(const nwti_import *import, nwt_model *model, const nwti_value *config)
{
    const nwti_value *trainable = nwti_value_get(config, "trainable");

    if (import->version >= NWTI_VERSION_3 && trainable != NULL && trainable->type == NWTI_BOOL &&
        trainable->as.integer == 0) {
        model->layer->flags &= (uint8_t)~NWTI_TRAINABLE;
    }
}

const nwt_kind *nwti_import_class(nwt_context *ctx, const nwti_value *class_name)
{
    const char *name = nwti_value_string(class_name);
    const nwti_kind *kind = name != NULL ? nwti_kind_named(ctx, name) : NULL;
    const nwti_past_class *was = name != NULL && kind == NULL ? nwti_kind_classes(ctx, name) : NULL;

    kind = was != NULL ? nwti_kind_at(ctx, (int32_t)was->index) : kind;
    return kind != NULL ? kind->descriptor : NULL;
}
