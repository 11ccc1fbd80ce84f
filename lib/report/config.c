/*
 * The model as a config of Keras 3: what to_json() of the same model gives,
 * read by keras.models.model_from_json and by nwt_read. Options stand there
 * under today's names, whatever Keras they were read from; a class that is not
 * known stands as it was read.
 */
#include "report/config.h"
#include "core/builtin.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/written.h"
#include "support/json.h"

#include <string.h>

typedef struct writing {
    nwti_report *report;
    nwti_text *out;
    nwti_map shared; /* layers that stand at several places -> their ids */
    int32_t depth;
} writing;

/* A layer's object, left open for what a model adds to it. Recursion follows layers in layers. */
static void layer_begin(writing *w, const nwt_layer *layer);

static void new_line(writing *w)
{
    nwti_text_string(w->out, "\n");
    nwti_text_repeat(w->out, ' ', w->depth);
}

static void flag(nwti_text *out, const char *key, int32_t value)
{
    nwti_config_key(out, key);
    nwti_text_string(out, value ? "true" : "false");
}

static void pair(nwti_text *out, const char *key, const char *text)
{
    nwti_config_key(out, key);
    if (text != NULL) {
        nwti_config_string(out, text);
    } else {
        nwti_text_string(out, "null");
    }
}

static void raw_pair(nwti_text *out, const char *key, const nwti_value *value)
{
    if (value != NULL) {
        nwti_text_string(out, ", ");
        nwti_config_key(out, key);
        nwti_config_value(out, value);
    }
}

/* ---------------------------------------------------------------------- options */

static void children(writing *w, const nwti_written *option)
{
    int64_t i;

    if (option->layer_count == 0 && !option->is_list) {
        nwti_text_string(w->out, "null");
        return;
    }
    nwti_text_string(w->out, option->is_list ? "[" : "");
    for (i = 0; i < option->layer_count; i++) {
        nwti_text_string(w->out, i > 0 ? ", " : "");
        layer_begin(w, option->layers[i]);
        nwti_text_string(w->out, "}");
    }
    nwti_text_string(w->out, option->is_list ? "]" : "");
}

/* Keras's operations keep what they were given; its layers write all. */
static void options(writing *w, const nwt_layer *layer)
{
    nwti_written option;
    int32_t row = 0;

    while (nwti_written_next(layer, &row, &option)) {
        if (option.is_default && (layer->kind->is_operation || option.value == NULL ||
                                  option.value->type == NWTI_NONE)) {
            continue;
        }
        nwti_text_string(w->out, ", ");
        nwti_config_key(w->out, option.key);
        if (option.value != NULL) {
            nwti_config_value(w->out, option.value);
        } else {
            children(w, &option);
        }
    }
}

/* The class of a policy whose name begins so. */
static const char *policy_class(const char *name)
{
    static const char *const classes[][2] = {{"float8", "QuantizedFloat8DTypePolicy"},
                                             {"int4/", "Int4DTypePolicy"},
                                             {"gptq/", "GPTQDTypePolicy"},
                                             {"awq/", "AWQDTypePolicy"}};
    size_t i;

    for (i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strncmp(name, classes[i][0], strlen(classes[i][0])) == 0) {
            return classes[i][1];
        }
    }
    return "QuantizedDTypePolicy";
}

/* The object, and not the name alone: it says that the words are Keras 3's. */
static void policy(nwti_text *out, const nwt_layer *layer)
{
    static const char prefix[] = ", \"dtype\": {\"module\": \"keras\", \"class_name\": ";
    char buffer[64];
    const char *name = nwti_written_policy(layer, buffer, sizeof buffer);
    const char *from = strstr(name, "_from_");

    nwti_text_string(out, prefix);
    if (from == NULL) {
        nwti_text_string(out, "\"DTypePolicy\", \"config\": {\"name\": ");
        nwti_config_string(out, name);
    } else {
        nwti_config_string(out, policy_class(name));
        nwti_text_string(out, ", \"config\": {\"mode\": ");
        nwti_json_write_string(out, name, (size_t)(from - name));
        nwti_text_string(out, ", \"source_name\": ");
        nwti_config_string(out, from + strlen("_from_"));
        raw_pair(out, "amax_history_length", nwti_written_history(layer));
    }
    nwti_text_string(out, "}, \"registered_name\": null}");
}

/* An input: what it gives says all of it. */
static void input_config(nwti_text *out, const nwt_layer *layer)
{
    const nwt_tensor *tensor = nwti_first_call(layer)->outputs;
    nwti_written option;
    int32_t row = 0;

    nwti_text_string(out, ", \"batch_shape\": ");
    nwti_config_shape(out, tensor->rank, tensor->dims);
    nwti_text_string(out, ", ");
    pair(out, "dtype", nwt_dtype_name(tensor->dtype));
    while (nwti_written_next(layer, &row, &option)) {
        if (option.value != NULL && option.value->type == NWTI_BOOL) {
            raw_pair(out, option.key, option.value);
        }
    }
}

/* ----------------------------------------------------------------------- models */

static void begin_list(writing *w)
{
    nwti_text_string(w->out, ", \"layers\": [");
    w->depth++;
}

static void end_list(writing *w)
{
    w->depth--;
    nwti_text_string(w->out, "]");
}

/* What reaches a layer after one whose shape is not known. */
static void build_config(nwti_text *out, const nwti_fact *fact)
{
    const nwti_call *call = fact->call_count > 0 ? fact->calls[0].call : NULL;

    if (call != NULL && call->input_count == 1 && call->inputs[0]->rank >= 0 && !fact->is_model) {
        nwti_text_string(out, ", \"build_config\": {\"input_shape\": ");
        nwti_config_shape(out, call->inputs[0]->rank, call->inputs[0]->dims);
        nwti_text_string(out, "}");
    }
}

static void sequential_layers(writing *w, const nwti_facts *facts)
{
    const nwt_layer *input = nwti_own_input(facts->model);
    int64_t i;

    begin_list(w);
    if (input != NULL) {
        new_line(w);
        layer_begin(w, input);
        nwti_text_string(w->out, facts->count > 0 ? "}," : "}");
    }
    for (i = 0; i < facts->count; i++) {
        new_line(w);
        layer_begin(w, facts->items[i].layer);
        build_config(w->out, &facts->items[i]);
        nwti_text_string(w->out, i + 1 < facts->count ? "}," : "}");
        nwti_writer_pass(&w->report->out);
    }
    end_list(w);
}

static void nodes(nwti_text *out, const nwti_fact *fact)
{
    int32_t i;

    nwti_text_string(out, ", ");
    pair(out, "name", fact->name);
    nwti_text_string(out, ", \"inbound_nodes\": [");
    for (i = 0; i < fact->call_count && !nwti_is_input(fact->layer); i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        nwti_config_call(out, &fact->calls[i]);
    }
    nwti_text_string(out, "]");
}

/* One tensor in a list was how Keras 1 and 2 wrote one tensor. */
static const nwti_value *structure_of(const writing *w, const nwti_value *structure)
{
    int32_t version = w->report->model->version;

    return structure != NULL && structure->type == NWTI_LIST && structure->length == 1 &&
                   version > 0 && version < 30000
               ? structure->as.items
               : structure;
}

static void functional_layers(writing *w, const nwti_facts *facts)
{
    const nwt_model *model = facts->model;
    int64_t i;

    begin_list(w);
    for (i = 0; i < facts->count; i++) {
        new_line(w);
        layer_begin(w, facts->items[i].layer);
        nodes(w->out, &facts->items[i]);
        nwti_text_string(w->out, i + 1 < facts->count ? "}," : "}");
        nwti_writer_pass(&w->report->out);
    }
    end_list(w);
    nwti_text_string(w->out, ", ");
    nwti_config_key(w->out, "input_layers");
    nwti_config_ends(facts->ctx, w->out, model->input_count, facts->inputs, model->input_keys,
                     structure_of(w, model->input_structure));
    nwti_text_string(w->out, ", ");
    nwti_config_key(w->out, "output_layers");
    nwti_config_ends(facts->ctx, w->out, model->output_count, facts->outputs, model->output_keys,
                     structure_of(w, model->output_structure));
}

static void model_config(writing *w, nwt_model *model)
{
    nwti_facts facts;

    if (nwti_facts_of_model(&facts, model)) {
        return;
    }
    if (model->is_sequential) {
        sequential_layers(w, &facts);
    } else {
        functional_layers(w, &facts);
    }
}

/* ----------------------------------------------------------------------- layers */

/* All operations are found in one module, but for those on images. */
static const char *module_of(const char *operation)
{
    static const char *const of_images[] = {
        "RGBToGrayscale",    "RGBToHSV",       "HSVToRGB",   "Resize",     "AffineTransform",
        "ExtractPatches",    "MapCoordinates", "PadImages",  "CropImages", "PerspectiveTransform",
        "ScaleAndTranslate", "GaussianBlur",   "SobelEdges", "SSIM",       "ElasticTransform"};
    size_t i;

    for (i = 0; i < sizeof of_images / sizeof of_images[0]; i++) {
        if (strcmp(of_images[i], operation) == 0) {
            return "keras.src.ops.image";
        }
    }
    return "keras.src.ops";
}

/* Where Keras finds the class. */
static void class_of(nwti_text *out, const nwt_layer *layer)
{
    const nwt_model *model = layer->rare != NULL ? layer->rare->model : NULL;
    const char *place = layer->kind->copies_text    ? NULL
                        : layer->kind->is_operation ? module_of(nwti_layer_class(layer))
                        : model == NULL             ? "keras.layers"
                        : model->is_sequential      ? "keras"
                                                    : "keras.src.models.functional";

    nwti_text_string(out, "{");
    pair(out, "module", place);
    nwti_text_string(out, ", ");
    pair(out, "class_name", nwti_layer_class(layer));
    nwti_text_string(out, ", ");
    pair(out, "registered_name", place == NULL ? nwti_layer_class(layer) : NULL);
}

/* A class that is not known, in the words that it was read in. */
static void unknown_object(nwti_text *out, const nwti_value *object)
{
    static const char *const keys[] = {"module", "class_name", "registered_name", "config"};
    const char *comma = "{";
    size_t i;

    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const nwti_value *value = nwti_value_get(object, keys[i]);

        if (value != NULL) {
            nwti_text_string(out, comma);
            nwti_config_key(out, keys[i]);
            nwti_config_value(out, value);
            comma = ", ";
        }
    }
}

static void config(writing *w, const nwt_layer *layer)
{
    nwt_model *model = layer->rare != NULL ? layer->rare->model : NULL;
    nwti_text *out = w->out;

    nwti_text_string(out, ", \"config\": {");
    pair(out, "name", nwti_layer_whole_name(layer));
    if (nwti_is_input(layer)) {
        input_config(out, layer);
    } else if (model != NULL) {
        nwti_text_string(out, ", ");
        flag(out, "trainable", layer->flags & NWTI_TRAINABLE);
        model_config(w, model);
    } else if (layer->kind->is_operation) {
        options(w, layer);
    } else {
        if (!(layer->flags & NWTI_TRAINABLE)) {
            nwti_text_string(out, ", ");
            flag(out, "trainable", 0);
        }
        policy(out, layer);
        options(w, layer);
    }
    nwti_text_string(out, "}");
}

/* A layer that holds others is written whole once: its id says the rest. Models within models, each
   at two places, would be 2^depth texts. */
static void reference(nwti_text *out, const nwt_layer *layer)
{
    class_of(out, layer);
    nwti_text_string(out, ", \"config\": {");
    pair(out, "name", nwti_layer_whole_name(layer));
    nwti_text_string(out, "}");
}

static void layer_begin(writing *w, const nwt_layer *layer)
{
    nwti_shared *shared = nwti_shared_of(&w->shared, layer);

    if (layer->rare != NULL && layer->rare->object != NULL) {
        unknown_object(w->out, layer->rare->object);
    } else if (shared != NULL && shared->is_written && layer->depth > 1) {
        reference(w->out, layer);
    } else {
        class_of(w->out, layer);
        config(w, layer);
    }
    if (shared != NULL) {
        shared->is_written = 1;
        nwti_text_string(w->out, ", \"shared_object_id\": ");
        nwti_text_int(w->out, shared->id);
    }
}

int32_t nwti_report_config(nwti_report *report)
{
    writing w = {report, &report->out.text, {0}, 0};
    nwt_model *model = report->model;

    if (model->is_listing) {
        return nwti_error(report->ctx, NWT_STATUS_INVALID,
                          "%s: a file of weights alone does not say what its layers are: it has "
                          "no config",
                          report->facts.name);
    }
    if (nwti_shared_layers(report, &w.shared) == 0) {
        layer_begin(&w, model->is_lone ? model->layers[0] : model->layer);
    }
    raw_pair(w.out, "compile_config", model->compile_config);
    nwti_text_string(w.out, "}\n");
    nwti_map_free(&w.shared);
    return report->ctx->status;
}
