/*
 * A Sequential as the text of its constructor, which nwt_model_parse and
 * Python read: required options by position, others where they are not the
 * default.
 */
#include "report/config.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/written.h"
#include "support/python.h"

#include <string.h>

typedef struct writing {
    nwti_report *report;
    nwti_text *out;
    nwti_map shared; /* layers that stand at several places */
    int32_t depth;
    int32_t arguments; /* written so far of the call that is open */
} writing;

/* ------------------------------------------------------------------------ values */

static void value_text(nwti_text *out, const nwti_value *value);

static void items_text(nwti_text *out, const nwti_value *value)
{
    int32_t is_tuple = value->type == NWTI_TUPLE;
    uint32_t i;

    nwti_text_string(out, is_tuple ? "(" : "[");
    for (i = 0; i < value->length; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        value_text(out, value->as.items + i);
    }
    nwti_text_string(out, is_tuple && value->length == 1 ? "," : "");
    nwti_text_string(out, is_tuple ? ")" : "]");
}

/* Pairs as {key: value}, or as the arguments of a call. */
static void pairs_text(nwti_text *out, const nwti_value *pair, uint32_t count, int32_t is_call)
{
    uint32_t i;

    nwti_text_string(out, is_call ? "(" : "{");
    for (i = 0; i < count; i++, pair += 2) {
        nwti_text_string(out, i > 0 ? ", " : "");
        if (is_call && pair->type == NWTI_STRING) {
            nwti_text_string(out, pair->as.string);
            nwti_text_string(out, "=");
        } else if (!is_call) {
            value_text(out, pair);
            nwti_text_string(out, ": ");
        }
        value_text(out, pair + 1);
    }
    nwti_text_string(out, is_call ? ")" : "}");
}

static int32_t is_word(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    return text != NULL && (text[0] < '0' || text[0] > '9') && strncmp(text, "__", 2) != 0 &&
           text[strspn(text, allowed)] == '\0' && text[0] != '\0';
}

/* {"class_name": "L2", "config": {"l2": 0.01}} is L2(l2=0.01), in Keras's module if one stands
   there. 0: it is no such object. */
static int32_t object_text(nwti_text *out, const nwti_value *value)
{
    const char *class_name = nwti_value_string(nwti_value_get(value, "class_name"));
    const char *module = nwti_value_string(nwti_value_get(value, "module"));
    const nwti_value *config = nwti_value_get(value, "config");
    uint32_t i;

    if (!is_word(class_name) || config == NULL || config->type != NWTI_DICT) {
        return 0;
    }
    for (i = 0; i < config->length; i++) {
        if (!is_word(nwti_value_string(config->as.items + 2 * (size_t)i))) {
            return 0;
        }
    }
    if (module != NULL && strncmp(module, "keras.", 6) == 0) {
        nwti_text_string(out, module);
        nwti_text_string(out, ".");
    }
    nwti_text_string(out, class_name);
    pairs_text(out, config->as.items, config->length, 1);
    return 1;
}

/* Recursion follows the nesting of the text that was read, which has a limit. */
static void value_text(nwti_text *out, const nwti_value *value)
{
    switch (value->type) {
    case NWTI_BOOL:
        nwti_text_string(out, value->as.integer ? "True" : "False");
        break;
    case NWTI_INT:
        nwti_text_int(out, value->as.integer);
        break;
    case NWTI_FLOAT:
        nwti_python_float(out, value->as.number);
        break;
    case NWTI_STRING:
        nwti_python_string(out, value->as.string);
        break;
    case NWTI_LIST:
    case NWTI_TUPLE:
        items_text(out, value);
        break;
    case NWTI_DICT:
        if (!object_text(out, value)) {
            pairs_text(out, value->as.items, value->length, 0);
        }
        break;
    case NWTI_CALL:
        nwti_text_string(out, value->as.items->as.string);
        if (!(value->flags & NWTI_VALUE_BARE)) {
            pairs_text(out, value->as.items + 1, value->length, 1);
        }
        break;
    default:
        nwti_text_string(out, "None");
        break;
    }
}

/* ------------------------------------------------------------------------ layers */

static void layer_text(writing *w, const nwt_layer *layer);

/* Begins an argument; without a key it stands by position. */
static void argument(writing *w, const char *key)
{
    nwti_text_string(w->out, w->arguments++ > 0 ? ", " : "");
    if (key != NULL) {
        nwti_text_string(w->out, key);
        nwti_text_string(w->out, "=");
    }
}

static void string_argument(writing *w, const char *key, const char *text)
{
    argument(w, key);
    nwti_python_string(w->out, text);
}

static void children(writing *w, const nwti_written *option)
{
    int64_t i;

    nwti_text_string(w->out, option->is_list ? "[" : "");
    for (i = 0; i < option->layer_count; i++) {
        nwti_text_string(w->out, i > 0 ? ", " : "");
        layer_text(w, option->layers[i]);
    }
    nwti_text_string(w->out, option->is_list ? "]" : "");
}

static void options(writing *w, const nwt_layer *layer)
{
    nwti_written option;
    int32_t row = 0, by_position = 1;

    while (nwti_written_next(layer, &row, &option)) {
        by_position = by_position && option.is_required;
        if (option.is_default && !option.is_required) {
            continue;
        }
        argument(w, by_position ? NULL : option.key);
        if (option.value != NULL) {
            value_text(w->out, option.value);
        } else {
            int32_t arguments = w->arguments;

            children(w, &option);
            w->arguments = arguments;
        }
    }
}

static void input_options(writing *w, const nwt_layer *layer)
{
    const nwt_tensor *tensor = nwti_first_call(layer)->outputs;

    argument(w, "batch_shape");
    nwti_python_ints(w->out, tensor->dims, tensor->rank, -1);
    if (tensor->dtype != NWT_DTYPE_FLOAT32) {
        string_argument(w, "dtype", nwt_dtype_name(tensor->dtype));
    }
}

/* What a class that is not known was read with. */
static void unknown_options(writing *w, const nwti_value *config)
{
    const nwti_value *pair = config->as.items;
    uint32_t i;

    for (i = 0; config->type == NWTI_DICT && i < config->length; i++, pair += 2) {
        if (is_word(pair->as.string)) {
            argument(w, pair->as.string);
            value_text(w->out, pair + 1);
        } else {
            argument(w, NULL);
            nwti_text_string(w->out, "**");
            pairs_text(w->out, pair, 1, 0);
        }
    }
}

static void shared_options(writing *w, const nwt_layer *layer)
{
    char buffer[64];
    const char *policy = nwti_written_policy(layer, buffer, sizeof buffer);

    if (strcmp(policy, "float32") != 0) {
        string_argument(w, "dtype", policy);
    }
    if (!(layer->flags & NWTI_TRAINABLE)) {
        argument(w, "trainable");
        nwti_text_string(w->out, "False");
    }
    string_argument(w, "name", nwti_layer_whole_name(layer));
}

static void new_line(writing *w)
{
    nwti_text_string(w->out, "\n");
    nwti_text_repeat(w->out, ' ', 4 * w->depth);
}

static void model_layers(writing *w, const nwt_model *model)
{
    const nwt_layer *input = nwti_own_input(model);
    int64_t i;

    nwti_text_string(w->out, "[");
    w->depth++;
    for (i = input != NULL ? -1 : 0; i < model->layer_count; i++) {
        new_line(w);
        layer_text(w, i < 0 ? input : model->layers[i]);
        nwti_text_string(w->out, ",");
        nwti_writer_pass(&w->report->out);
    }
    w->depth--;
    new_line(w);
    nwti_text_string(w->out, "]");
    w->arguments = 1;
}

/* Text of constructors does not say who feeds whom, that a layer stands twice, all of a policy. */
static int32_t can_be_written(const writing *w, const nwt_layer *layer)
{
    const nwt_model *model = layer->rare != NULL ? layer->rare->model : NULL;
    char title[256];

    if (w->report->ctx->status != NWT_STATUS_OK) {
        return 0;
    }
    if (nwti_written_history(layer) != NULL) {
        nwti_error(w->report->ctx, NWT_STATUS_INVALID,
                   "%s: constructor text can't say how long the histories of its policy are: "
                   "format='config' can",
                   nwti_layer_title(layer, title, sizeof title));
        return 0;
    }
    if ((model == NULL || model->is_sequential) && (nwti_shared_of(&w->shared, layer) == NULL)) {
        return 1;
    }
    nwti_error(w->report->ctx, NWT_STATUS_INVALID,
               model != NULL && !model->is_sequential
                   ? "%s: a %s can't be written as constructor text, which only a Sequential "
                     "can: format='config' takes all"
                   : "%s: this %s stands at more than one place, which constructor text can't "
                     "say: format='config' can",
               nwti_layer_title(layer, title, sizeof title), nwti_layer_class(layer));
    return 0;
}

/* Recursion follows layers within layers. */
static void layer_text(writing *w, const nwt_layer *layer)
{
    nwti_rare *rare = layer->rare;

    if (!can_be_written(w, layer)) {
        return;
    }
    nwti_text_string(w->out, nwti_layer_class(layer));
    nwti_text_string(w->out, "(");
    w->arguments = 0;
    if (rare != NULL && rare->object != NULL) {
        unknown_options(w, nwti_value_get(rare->object, "config"));
    } else {
        if (nwti_is_input(layer)) {
            input_options(w, layer);
        } else if (rare != NULL && rare->model != NULL) {
            model_layers(w, rare->model);
        } else {
            options(w, layer);
        }
        shared_options(w, layer);
    }
    nwti_text_string(w->out, ")");
}

int32_t nwti_report_constructor(nwti_report *report)
{
    writing w = {report, &report->out.text, {0}, 0, 0};
    const nwt_model *model = report->model;

    if (model->is_listing) {
        return nwti_error(report->ctx, NWT_STATUS_INVALID,
                          "%s: a file of weights alone does not say what its layers are",
                          report->facts.name);
    }
    if (nwti_shared_layers(report, &w.shared) == 0) {
        layer_text(&w, model->is_lone ? model->layers[0] : model->layer);
    }
    nwti_text_string(w.out, "\n");
    nwti_map_free(&w.shared);
    return report->ctx->status;
}
