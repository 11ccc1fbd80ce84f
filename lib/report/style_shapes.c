/* The output shapes of a layer, as the eras of Keras 1 and 2 show them. */
#include "report/style.h"

#include "core/builtin.h"

#include <string.h>

/* A tensor in a structure of outputs: ["layer", 0, 0]. */
static int32_t is_output(const nwti_value *value)
{
    return value->type == NWTI_LIST && value->length > 0 && value->as.items[0].type == NWTI_STRING;
}

static int64_t count_outputs(const nwti_value *value)
{
    uint32_t step = value->type == NWTI_DICT ? 2 : 1, i;
    int64_t count = 0;

    if (is_output(value)) {
        return 1;
    }
    for (i = 0; (value->type == NWTI_LIST || value->type == NWTI_DICT) && i < value->length; i++) {
        count += count_outputs(&value->as.items[step * i + step - 1]);
    }
    return count;
}

/* The number of the first output under a key: a dict counts them by sorted keys. */
static int64_t outputs_before(const nwti_value *dict, const char *key)
{
    int64_t count = 0;
    uint32_t i;

    for (i = 0; i < dict->length; i++) {
        if (strcmp(dict->as.items[2 * i].as.string, key) < 0) {
            count += count_outputs(&dict->as.items[2 * i + 1]);
        }
    }
    return count;
}

/* Writes shapes in a structure of outputs, from number `first` on. Recursion follows the nesting
   of the config, which has a limit. */
static void add_structure(nwti_text *text, const nwt_model *model, const nwti_value *value,
                          int64_t first)
{
    int32_t is_dict = value->type == NWTI_DICT;
    uint32_t i;

    if (is_output(value) || (!is_dict && value->type != NWTI_LIST)) {
        if (first < model->output_count) {
            nwti_style_shape(text, model->outputs[first]->rank, model->outputs[first]->dims, ",)");
        }
        return;
    }
    nwti_text_string(text, is_dict ? "{" : "[");
    for (i = 0; i < value->length; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        if (is_dict) {
            const nwti_value *pair = &value->as.items[2 * i];

            nwti_text_string(text, "'");
            nwti_text_string(text, pair->as.string);
            nwti_text_string(text, "': ");
            add_structure(text, model, pair + 1, first + outputs_before(value, pair->as.string));
        } else {
            add_structure(text, model, &value->as.items[i], first);
            first += count_outputs(&value->as.items[i]);
        }
    }
    nwti_text_string(text, is_dict ? "}" : "]");
}

static void add_model_outputs(nwti_text *text, const nwt_model *model)
{
    const nwti_value *structure = model->output_structure;

    if (model->output_count == 1) {
        nwti_style_shape(text, model->outputs[0]->rank, model->outputs[0]->dims, ",)");
    } else if (structure != NULL) {
        add_structure(text, model, structure, 0);
    }
}

/* The shapes of outputs from `output` on; in brackets if there are several, or if `listed`. */
static void add_outputs(nwti_text *text, const nwt_tensor *output, int32_t listed,
                        const char *brackets)
{
    listed |= output != NULL && output->next != NULL;
    nwti_text_add(text, brackets, listed ? 1 : 0);
    for (; output != NULL; output = output->next) {
        nwti_style_shape(text, output->rank, output->dims, ",)");
        nwti_text_string(text, output->next != NULL ? ", " : "");
    }
    nwti_text_add(text, brackets + 1, listed ? 1 : 0);
}

/* The same as the kind gave them. */
static void add_call(nwti_text *text, const nwti_call *call, int32_t tensorflow)
{
    const nwt_tensor *first = call->outputs;
    int32_t flags = tensorflow ? call->layer->kind->descriptor->flags : 0;

    if (flags & NWTI_GIVES_STATES && first != NULL && first->next != NULL) {
        nwti_text_string(text, "(");
        nwti_style_shape(text, first->rank, first->dims, ",)");
        nwti_text_string(text, ", ");
        add_outputs(text, first->next, 1, "[]");
        nwti_text_string(text, ")");
    } else {
        add_outputs(text, first, tensorflow && call->input_count == 0,
                    flags & NWTI_GIVES_TUPLE ? "()" : "[]");
    }
}

/* Whether a call has several inputs of the shape of its output; then their shapes are added. */
static int32_t add_merged(nwti_text *text, const nwti_call *call)
{
    int32_t i;

    for (i = 0; i < call->input_count; i++) {
        if (!nwti_same_shape(call->inputs[i], call->outputs)) {
            return 0;
        }
    }
    for (i = 0; i < call->input_count && call->input_count > 1; i++) {
        nwti_text_string(text, i > 0 ? ", " : "[");
        nwti_style_shape(text, call->inputs[i]->rank, call->inputs[i]->dims, ",)");
    }
    nwti_text_string(text, call->input_count > 1 ? "]" : "");
    return call->input_count > 1;
}

/* The shapes that all calls of a layer have; "multiple" if they differ. A model counts as called
   on its own inputs; from 2.4 on only that counts. */
void nwti_style_shapes(nwti_text *text, nwti_text *scratch, const nwti_fact *fact, int32_t rules)
{
    const nwti_call *call = nwti_first_call(fact->layer);
    int32_t tensorflow = rules & NWTI_STYLE_TENSORFLOW;
    int64_t i = 0;

    if (fact->is_model) {
        add_model_outputs(text, fact->layer->rare->model);
        if (tensorflow) {
            return;
        }
    } else if (call != NULL && rules & NWTI_STYLE_UNMERGED && call->outputs != NULL &&
               add_merged(text, call)) {
        return;
    } else if (call != NULL) {
        add_call(text, call, tensorflow);
        i = 1;
    }
    for (; (call = nwti_layer_call(fact->layer, i)) != NULL; i++) {
        nwti_text_clear(scratch);
        add_call(scratch, call, tensorflow);
        if (scratch->failed || text->failed || scratch->length != text->length ||
            memcmp(scratch->data, text->data, text->length) != 0) {
            nwti_text_clear(text);
            break;
        }
    }
    nwti_text_string(text, text->length > 0 ? "" : "multiple");
}
