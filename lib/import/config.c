/* Configs: the root in all its wrappings, and a layer's object. */
#include "import/import.h"
#include "core/builtin.h"
#include "core/error.h"
#include "core/option.h"
#include "core/shared.h"
#include "core/note.h"

#include <string.h>

size_t nwti_json_depth(const nwt_context *ctx)
{
    return 8 * (size_t)ctx->max_depth + 64;
}

/* A subclass of Model that keeps a functional model's config can be read as one. */
static int32_t is_functional_config(const nwti_value *config)
{
    return nwti_value_get(config, "layers") != NULL &&
           nwti_value_get(config, "input_layers") != NULL;
}

/* "package>Dense" is somebody's class, even if Keras has one of that name; tf-keras calls the
   layers of its own applications so too. */
static int32_t is_custom(const nwti_value *object)
{
    static const char own[] = "tf_keras.src.";
    const char *registered = nwti_value_string(nwti_value_get(object, "registered_name"));
    const char *module = nwti_value_string(nwti_value_get(object, "module"));

    if (module != NULL && strncmp(module, own, sizeof own - 1) == 0) {
        return 0;
    }
    return registered != NULL && strchr(registered, '>') != NULL &&
           strncmp(registered, "keras", 5) != 0 && strncmp(registered, "Keras", 5) != 0;
}

static nwti_kind *operation_named(nwt_context *ctx, const char *class_name)
{
    char name[160];

    nwti_format(name, sizeof name, "ops.%s", class_name);
    return nwti_kind_named(ctx, name);
}

/* Files .h5 of Keras 3 leave the module out, and both a layer and an operation may be called Add.
   The operation's config has neither `trainable` nor `dtype`, which every layer's config has. */
static int32_t is_operation(nwti_import *import, const nwti_value *object, const char *class_name)
{
    const nwti_value *nodes = nwti_value_get(object, "inbound_nodes");
    const nwti_value *config = nwti_value_get(object, "config");

    if (nwti_import_is_operation(object)) {
        return 1;
    }
    return nwti_value_get(object, "module") == NULL && nodes != NULL && nodes->type == NWTI_LIST &&
           nodes->length > 0 && nwti_value_get(nodes->as.items, "args") != NULL &&
           nwti_value_get(config, "trainable") == NULL &&
           (nwti_value_get(config, "dtype") == NULL ||
            nwti_kind_named(import->ctx, class_name) == NULL) &&
           operation_named(import->ctx, class_name) != NULL;
}

static nwti_kind *find_kind(nwti_import *import, const nwti_value *object, const char *class_name)
{
    nwti_kind *kind;

    if (is_operation(import, object, class_name)) {
        return operation_named(import->ctx, class_name);
    }
    kind = nwti_kind_named(import->ctx, class_name);
    if (kind != NULL && is_custom(object) && !kind->copies_text) {
        kind = NULL;
    }
    return kind;
}

/* What is common to all layers is known of an unknown one too. */
static nwt_layer *unknown_layer(nwti_import *import, const nwti_value *object,
                                const char *class_name, const nwti_value *config)
{
    static const char *const common[] = {"name", "dtype", "trainable", "batch_input_shape"};
    static const char prefix[] = "ops.";
    int32_t is_function = strncmp(class_name, prefix, sizeof prefix - 1) == 0;
    int32_t is_operation = is_function || nwti_import_is_operation(object);
    nwti_value key = {NWTI_STRING, 0, 0, {0}};
    const char *function;
    nwt_layer *layer;
    char title[256];
    size_t i;

    class_name += is_function ? sizeof prefix - 1 : 0;
    layer = nwti_layer_unknown(import->ctx, class_name, is_operation);
    if (layer == NULL) {
        return NULL;
    }
    layer->values = config;
    layer->rare->object = object;
    for (i = 0; i < sizeof common / sizeof common[0]; i++) {
        const nwti_value *value = nwti_value_get(config, common[i]);

        key.as.string = common[i];
        key.length = (uint32_t)strlen(common[i]);
        if (value != NULL) {
            nwti_assign_shared(layer, &key, value, class_name);
        }
    }
    if (import->ctx->status != NWT_STATUS_OK || nwti_import_complete(import, layer, class_name)) {
        return NULL;
    }
    nwti_layer_title(layer, title, sizeof title);
    if (is_function) {
        function = nwti_value_string(nwti_value_get(nwti_value_get(object, "config"), "function"));
        nwti_note_add(import->ctx,
                      "%s: the function '%s' is not known, nor the shape of what it "
                      "gives",
                      title, function != NULL ? function : class_name);
    } else if (!is_operation && !import->has_weights) {
        nwti_note_add(import->ctx,
                      "%s: the class '%s' is not known: its shape and its parameters "
                      "may be more than is shown",
                      title, class_name);
    }
    return layer;
}

/* Until 2.1.3 a wrapper's `trainable` had no say in what it wraps copies of, from 2.0.3 on neither
   in what it wraps; then, to 2.3, its constructor set that of what it wraps to its own. */
static void set_wrapped_trainable(const nwti_import *import, nwt_layer *layer)
{
    static const char key[] = "layer";
    int32_t row = nwti_row_find(&layer->kind->options, key, sizeof key - 1);
    nwt_layer *const *wrapped = NULL;
    int32_t is_copied, set_it;

    is_copied = row >= 0 && nwti_row(&layer->kind->options, row)->flags & NWT_FLAG_TEMPLATE;
    set_it = import->version >= (is_copied ? 20104 : 20103);
    if (row >= 0 && !set_it && (import->version >= 20003 || is_copied)) {
        layer->marks |= NWTI_FREEZES_NOTHING;
    }
    if (set_it && import->version < 20400 && row >= 0 &&
        nwti_option_layers(nwti_row(&layer->kind->options, row), layer->self, &wrapped) == 1 &&
        wrapped[0] != NULL) {
        wrapped[0]->flags = (uint8_t)((wrapped[0]->flags & ~NWTI_TRAINABLE) |
                                      (layer->flags & NWTI_TRAINABLE));
    }
}

static int32_t is_class(const nwti_known_class *known, const nwti_object *object)
{
    return known->example.kind != NULL &&
           nwti_value_same_text(known->class_name, object->fields[NWTI_CLASS_NAME]) &&
           nwti_value_same_text(known->module, object->fields[NWTI_MODULE]);
}

/* Where a class is kept, or is to be: one of two places, so that two of one hash do not drive each
   other out. NULL: what it is depends on more than its name and module. */
static nwti_known_class *place_of(const nwti_import *import, const nwti_object *object)
{
    const nwti_value *name = object->fields[NWTI_CLASS_NAME];
    nwti_known_class *first, *second;
    uint32_t hash;

    if (import->known == NULL || nwti_value_string(object->fields[NWTI_MODULE]) == NULL ||
        nwti_value_string(object->fields[NWTI_REGISTERED_NAME]) != NULL ||
        object->fields[NWTI_CONFIG]->type != NWTI_DICT) {
        return NULL;
    }
    hash = nwti_hash(name->as.string, name->length);
    first = &import->known[hash % NWTI_KNOWN_CLASSES];
    second = &import->known[(hash + 1) % NWTI_KNOWN_CLASSES];
    return first->example.kind == NULL || is_class(first, object) ? first : second;
}

/* A layer of a kind with its options from `config`, which is kept as an example at `place` if it
   stands in the object as it is, and all in it is known. */
static nwt_layer *layer_of_kind(nwti_import *import, nwti_kind *kind, const nwti_object *object,
                                const nwti_value *config, nwti_known_class *place)
{
    nwt_layer *layer = nwti_layer_begin(kind);
    int64_t notes = nwti_findings(import->ctx);

    if (layer == NULL || nwti_layer_options(layer, config, nwti_import_layer, import)) {
        return NULL;
    }
    if (place != NULL && config == object->fields[NWTI_CONFIG] &&
        notes == nwti_findings(import->ctx)) {
        place->class_name = object->fields[NWTI_CLASS_NAME];
        place->module = object->fields[NWTI_MODULE];
        nwti_example_take(&place->example, layer, config);
    }
    return layer;
}

/* As the object's own words say, whatever was read before it. */
static nwt_layer *new_layer(nwti_import *import, const nwti_object *of, nwti_known_class *place)
{
    const nwti_value *object = of->value, *config = of->fields[NWTI_CONFIG];
    const char *class_name = of->fields[NWTI_CLASS_NAME]->as.string, *written = class_name;
    const nwt_kind *descriptor = nwti_import_class(import->ctx, of->fields[NWTI_CLASS_NAME]);
    nwti_kind *kind;
    nwt_layer *layer;

    if (descriptor == &nwti_kind_sequential) {
        return nwt_model_as_layer(nwti_import_sequential(import, object));
    }
    if (descriptor == &nwti_kind_functional) {
        return nwt_model_as_layer(nwti_import_functional(import, object));
    }
    if (!is_operation(import, object, class_name) &&
        nwti_past_layer(import, object, &class_name, &config)) {
        return NULL;
    }
    if (config->type != NWTI_DICT) {
        nwti_error(import->ctx, NWT_STATUS_UNREADABLE,
                   "the config is malformed: the config of a '%s' is no object", class_name);
        return NULL;
    }
    kind = find_kind(import, object, class_name);
    if (kind == NULL) {
        return is_functional_config(config)
                   ? nwt_model_as_layer(nwti_import_functional(import, object))
                   : unknown_layer(import, object, class_name, config);
    }
    layer = layer_of_kind(import, kind, of, config, place);
    if (layer == NULL) {
        return NULL;
    }
    if (import->version < 10004) {
        layer->flags |= NWTI_TRAINABLE; /* what was not to be trained was listed as all else was */
    }
    set_wrapped_trainable(import, layer);
    return nwti_import_complete(import, layer, written) ? NULL : layer;
}

static nwt_layer *layer_of(nwti_import *import, const nwti_object *object)
{
    const char *class_name = nwti_value_string(object->fields[NWTI_CLASS_NAME]);
    nwti_known_class *place;
    nwt_layer *layer;

    if (class_name == NULL || object->fields[NWTI_CONFIG] == NULL) {
        nwti_error(import->ctx, NWT_STATUS_UNREADABLE,
                   "the config is malformed: a layer without class_name or config");
        return NULL;
    }
    place = place_of(import, object);
    if (place != NULL && is_class(place, object)) {
        layer = nwti_example_follow(&place->example, object->fields[NWTI_CONFIG]);
        if (layer != NULL || import->ctx->status != NWT_STATUS_OK) {
            return layer != NULL && nwti_import_complete(import, layer, class_name) == 0 ? layer
                                                                                         : NULL;
        }
    }
    layer = new_layer(import, object, place);
    return nwti_import_written(layer, class_name);
}

/* An object that is written at several places, with the same id, is one layer. */
static const void *shared_key(const nwti_object *object, size_t *length)
{
    const nwti_value *id = object->fields[NWTI_SHARED_OBJECT_ID];

    *length = sizeof id->as.integer;
    return id != NULL && id->type == NWTI_INT ? &id->as.integer : NULL;
}

nwt_layer *nwti_import_written(nwt_layer *layer, const char *class_name)
{
    const char *today = layer != NULL ? nwti_layer_class(layer) : NULL;
    nwti_rare *rare;

    if (today == NULL || strcmp(today, class_name) == 0) {
        return layer;
    }
    rare = nwti_layer_rare(layer);
    if (rare == NULL) {
        return NULL;
    }
    rare->written = class_name;
    return layer;
}

nwt_layer *nwti_import_object(nwti_import *import, const nwti_object *object)
{
    size_t length;
    const char *key;
    nwt_layer *layer;
    void **place;

    if (object->value->type != NWTI_DICT) {
        nwti_error(import->ctx, NWT_STATUS_UNREADABLE,
                   "the config is malformed: a layer is no object");
        return NULL;
    }
    key = shared_key(object, &length);
    layer = key != NULL ? nwti_map_get(&import->shared, key, length) : NULL;
    if (layer != NULL) {
        return layer;
    }
    layer = layer_of(import, object);
    if (layer != NULL && key != NULL) {
        place = nwti_map_at(&import->shared, key, length);
        if (place == NULL) {
            nwti_out_of_memory(import->ctx);
            return NULL;
        }
        *place = layer;
    }
    return layer;
}

nwt_layer *nwti_import_layer(void *user, const nwti_value *value)
{
    nwti_object object;

    nwti_object_read(&object, value);
    return nwti_import_object(user, &object);
}

/* ---------------------------------------------------------------------- root */

/* ".12" at *text, which moves on; 0 if it is not there. */
static int32_t read_part(const char **text)
{
    int32_t number = 0;

    if (**text == '.') {
        for (++*text; **text >= '0' && **text <= '9' && number < 1000; ++*text) {
            number = 10 * number + (**text - '0');
        }
    }
    return number;
}

/* "2.12.0" or "2.6.0-tf" */
static void read_version(nwti_import *import, const nwti_value *version)
{
    const char *text = nwti_value_string(version);
    int32_t era;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return;
    }
    era = text[0] == '0' ? 1 : text[0] - '0' < 3 ? text[0] - '0' : 3;
    text++;
    import->version = 10000 * era + 100 * read_part(&text);
    import->version += read_part(&text);
    import->is_stated = 1;
    if (strncmp(text, "-tf", 3) == 0 && import->version < 20400) {
        import->version = 20400; /* TensorFlow's own had the tables of 2.4 from its 2.0 on */
    }
}

/* Whether a key stands somewhere within. Recursion follows the text's nesting. */
static int32_t has_key(const nwti_value *value, const char *key)
{
    uint32_t i, step = value->type == NWTI_DICT ? 2 : 1;

    if (nwti_value_get(value, key) != NULL) {
        return 1;
    }
    for (i = 0; (value->type == NWTI_LIST || value->type == NWTI_DICT) && i < value->length; i++) {
        if (has_key(value->as.items + step * (size_t)i + (step - 1), key)) {
            return 1;
        }
    }
    return 0;
}

/* Without a stated version: Keras 3 and tf-keras write a module, and only Keras 3 its own. Each
   model of Keras 1 tells its input's dtype by a word that no other has; what 1.0.4 and those after
   it wrote says the version, but for what get_config() gives. */
static void guess_version(nwti_import *import, const nwti_value *object)
{
    const nwti_value *config = nwti_value_get(object, "config");

    import->version = NWTI_VERSION_3;
    if (nwti_value_get(object, "module") != NULL ||
        nwti_value_get(object, "build_config") != NULL) {
        return;
    }
    import->version = config != NULL && config->type == NWTI_LIST ? NWTI_VERSION_1 : NWTI_VERSION_2;
    if (has_key(object, "input_dtype")) {
        import->is_stated = nwti_value_get(object, "class_name") != NULL;
        import->version = import->is_stated ? 10003 : NWTI_VERSION_1;
    }
}

/* The model's object within what files wrap around it. */
static const nwti_value *unwrap(nwti_import *import, const nwti_value *root)
{
    const nwti_value *topology = nwti_value_get(root, "modelTopology");
    const nwti_value *outer = topology != NULL ? topology : root;
    const nwti_value *inner = nwti_value_get(outer, "model_config");
    const nwti_value *object = inner != NULL ? inner : outer;
    const nwti_value *version = nwti_value_get(object, "keras_version");

    read_version(import, version != NULL ? version : nwti_value_get(outer, "keras_version"));
    if (!import->is_stated) {
        guess_version(import, object);
    }
    return object;
}

/* What model.get_config() gives has no class around it. */
static const nwti_value *with_class(nwt_context *ctx, const nwti_value *config)
{
    const char *class_name = is_functional_config(config) ? nwti_kind_functional.name
                                                          : nwti_kind_sequential.name;
    nwti_value *object = nwti_new_array(ctx, 5, sizeof *object);

    if (object == NULL) {
        return NULL;
    }
    memset(object, 0, 5 * sizeof *object);
    object[0] = (nwti_value){NWTI_DICT, 0, 2, {.items = object + 1}};
    object[1] = (nwti_value){NWTI_STRING, 0, 10, {.string = "class_name"}};
    object[2] = (nwti_value){NWTI_STRING, 0, 10, {.string = class_name}};
    object[3] = (nwti_value){NWTI_STRING, 0, 6, {.string = "config"}};
    object[4] = *config;
    return object;
}

/* A lone layer stands for the model of it alone. */
static nwt_model *model_around(nwti_import *import, nwt_layer *layer)
{
    nwt_model *model = nwt_layer_as_model(layer);

    if (layer == NULL || model != NULL) {
        return model;
    }
    model = nwti_import_begin(import, NULL);
    if (nwti_import_add(import, model, layer)) {
        return NULL;
    }
    model->is_lone = 1;
    return model;
}

static uint8_t era_of(const nwti_import *import)
{
    if (import->version >= NWTI_VERSION_3) {
        return 0;
    }
    if (import->version < 20000) {
        return NWTI_BEFORE_3 | NWTI_KERAS_1;
    }
    return import->version < 20400 && import->is_stated ? NWTI_BEFORE_3
                                                        : NWTI_BEFORE_3 | NWTI_TENSORFLOW;
}

nwt_model *nwti_import_root(nwt_context *ctx, const nwti_value *root, int32_t has_weights)
{
    nwti_known_class known[NWTI_KNOWN_CLASSES];
    nwti_import import = {.ctx = ctx,
                          .read_layer = nwti_import_object,
                          .known = known,
                          .version = NWTI_VERSION_3,
                          .root = root,
                          .has_weights = has_weights};
    const nwti_value *object;
    nwt_model *model = NULL;
    int32_t i;

    if (root->type == NWTI_STRING) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE,
                   "the JSON holds one string: the config was encoded twice, as json.dump() of "
                   "model.to_json() does; write the text of to_json() as it is");
        return NULL;
    }
    object = unwrap(&import, root);
    if (nwti_value_get(object, "class_name") == NULL &&
        (object->type == NWTI_LIST || nwti_value_get(object, "layers") != NULL)) {
        object = with_class(ctx, object);
    }
    if (object == NULL || nwti_value_get(object, "class_name") == NULL) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE, "the JSON is no Keras config: it has no class_name");
        return NULL;
    }
    nwti_map_init(&import.shared, &ctx->heap);
    ctx->era = era_of(&import);
    for (i = 0; i < NWTI_KNOWN_CLASSES; i++) {
        known[i].example.kind = NULL;
    }
    model = model_around(&import, nwti_import_layer(&import, object));
    ctx->era = 0;
    nwti_map_free(&import.shared);
    if (model != NULL) {
        const nwti_value *compile = nwti_value_get(object, "compile_config");

        model->version = import.is_stated ? import.version : 0;
        model->compile_config = compile;
        if (import.version >= NWTI_VERSION_3) {
            nwti_import_optimizer(model, nwti_value_get(compile, "optimizer"), 1);
        }
    }
    return ctx->status == NWT_STATUS_OK ? model : NULL;
}
