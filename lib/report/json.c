/* The report as JSON, schema 1. */
#include "report/report.h"
#include "support/json.h"

#include <string.h>

static void key(nwti_text *out, const char *name)
{
    nwti_text_string(out, "\"");
    nwti_text_string(out, name);
    nwti_text_string(out, "\": ");
}

static void boolean(nwti_text *out, int32_t value)
{
    nwti_text_string(out, value ? "true" : "false");
}

/* A count, or null where it is not known. */
static void count(nwti_text *out, const char *name, int32_t known, int64_t value)
{
    key(out, name);
    if (known) {
        nwti_text_int(out, value);
    } else {
        nwti_text_string(out, "null");
    }
}

static void shape(nwti_text *out, int32_t rank, const int64_t *dims)
{
    int32_t i;

    key(out, "shape");
    if (rank < 0) {
        nwti_text_string(out, "null");
        return;
    }
    nwti_text_string(out, "[");
    for (i = 0; i < rank; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        if (dims[i] < 0) {
            nwti_text_string(out, "null");
        } else {
            nwti_text_int(out, dims[i]);
        }
    }
    nwti_text_string(out, "]");
}

static void tensor(nwti_text *out, const nwt_tensor *value, const char *dict_key)
{
    nwti_text_string(out, "{");
    if (dict_key != NULL) {
        key(out, "key");
        nwti_json_string(out, dict_key);
        nwti_text_string(out, ", ");
    }
    shape(out, value->rank, value->dims);
    nwti_text_string(out, ", ");
    key(out, "dtype");
    nwti_json_string(out, nwt_dtype_name(value->dtype));
    nwti_text_string(out, "}");
}

static void outputs(nwti_text *out, const nwti_call *call)
{
    const nwt_tensor *output = call != NULL ? call->outputs : NULL;

    key(out, "outputs");
    nwti_text_string(out, "[");
    for (; output != NULL; output = output->next) {
        tensor(out, output, NULL);
        nwti_text_string(out, output->next != NULL ? ", " : "");
    }
    nwti_text_string(out, "]");
}

static void ends(nwti_text *out, const char *name, const nwt_model *model, int32_t number,
                 nwt_tensor *const *tensors, const char *const *keys)
{
    int32_t i;

    key(out, name);
    if (!model->built) {
        nwti_text_string(out, "null");
        return;
    }
    nwti_text_string(out, "[");
    for (i = 0; i < number; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        tensor(out, tensors[i], keys != NULL ? keys[i] : NULL);
    }
    nwti_text_string(out, "]");
}

static void edge(nwti_text *out, const nwti_edge *from)
{
    nwti_text_string(out, "{");
    key(out, "layer");
    nwti_json_string(out, from->name);
    nwti_text_string(out, ", ");
    count(out, "call", 1, from->call);
    nwti_text_string(out, ", ");
    count(out, "tensor", 1, from->tensor);
    if (from->argument != NULL) {
        nwti_text_string(out, ", ");
        key(out, "argument");
        nwti_json_string(out, from->argument);
    }
    nwti_text_string(out, "}");
}

static void calls(nwti_text *out, const nwti_fact *fact)
{
    int32_t i, j;

    key(out, "calls");
    nwti_text_string(out, "[");
    for (i = 0; i < fact->call_count; i++) {
        const nwti_row_call *call = &fact->calls[i];

        nwti_text_string(out, i > 0 ? ", {" : "{");
        key(out, "inputs");
        nwti_text_string(out, "[");
        for (j = 0; j < call->call->input_count; j++) {
            nwti_text_string(out, j > 0 ? ", " : "");
            edge(out, &call->inputs[j]);
        }
        nwti_text_string(out, "], ");
        outputs(out, call->call);
        nwti_text_string(out, "}");
    }
    nwti_text_string(out, "]");
}

/* Where a row stands: the layers around it, from the model down, for the paths of its weights. */
typedef struct place {
    const struct place *around;
    const nwti_fact *fact;
} place;

static void names_of(const place *at, nwti_text *path)
{
    if (at != NULL) {
        names_of(at->around, path);
        nwti_text_string(path, at->fact->name);
        nwti_text_string(path, "/");
    }
}

/* The path from the top layer: the layers around, and the path that the layer itself gives. */
static void weight_path(nwti_report *report, const place *at, int64_t index, nwti_text *path)
{
    const nwt_layer *layer = at->fact->layer;
    size_t length = nwt_layer_weight_path(layer, index, NULL, 0);
    nwti_mark mark = nwti_arena_mark(&report->ctx->scratch);
    char *buffer = nwti_arena_alloc(&report->ctx->scratch, length + 1);

    nwti_text_clear(path);
    names_of(at->around, path);
    if (buffer == NULL) {
        report->out.text.failed = 1;
        return;
    }
    nwt_layer_weight_path(layer, index, buffer, length + 1);
    nwti_text_string(path, buffer);
    nwti_arena_rewind(&report->ctx->scratch, mark);
}

static void weight(nwti_report *report, const place *at, int64_t index, nwti_text *path)
{
    nwti_text *out = &report->out.text;
    nwt_weight_info info = {sizeof info, NULL, NULL, 0, 0, 0, 0, 0, 0};

    nwt_layer_weight(at->fact->layer, index, &info);
    weight_path(report, at, index, path);
    nwti_text_string(out, "{");
    key(out, "name");
    nwti_json_string(out, info.name);
    nwti_text_string(out, ", ");
    key(out, "path");
    nwti_json_string(out, path->data);
    nwti_text_string(out, ", ");
    shape(out, info.rank, info.dims);
    nwti_text_string(out, ", ");
    key(out, "dtype");
    nwti_json_string(out, nwt_dtype_name(info.dtype));
    nwti_text_string(out, ", ");
    key(out, "trainable");
    boolean(out, info.trainable);
    nwti_text_string(out, "}");
}

static void weights(nwti_report *report, const place *at)
{
    nwti_text *out = &report->out.text, path;
    int64_t number = at->fact->counts.weights, i;

    nwti_text_init(&path, &report->ctx->heap);
    key(out, "weights");
    nwti_text_string(out, "[");
    for (i = 0; i < number; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        weight(report, at, i, &path);
    }
    nwti_text_string(out, "]");
    out->failed |= path.failed;
    nwti_text_free(&path);
}

static void counts(nwti_text *out, const nwti_counts *of, int32_t known)
{
    count(out, "params", known, of->params);
    nwti_text_string(out, ", ");
    count(out, "trainable_params", known, of->trainable);
    nwti_text_string(out, ", ");
    count(out, "non_trainable_params", known, of->params - of->trainable);
    nwti_text_string(out, ", ");
    count(out, "weight_bytes", known, of->bytes);
    if (of->logical != of->params) { /* some are quantised */
        nwti_text_string(out, ", ");
        count(out, "logical_params", known, of->logical);
    }
}

static void indent(nwti_text *out, int32_t depth)
{
    nwti_text_string(out, "\n");
    nwti_text_repeat(out, ' ', 1 + depth);
}

static int64_t layers(nwti_report *report, int64_t index, int64_t end, const place *around);

static void layer(nwti_report *report, int64_t index, const place *around)
{
    nwti_text *out = &report->out.text;
    const nwti_fact *fact = &report->facts.items[index];
    place at = {around, fact};

    nwti_text_string(out, "{");
    key(out, "name");
    nwti_json_string(out, fact->name);
    nwti_text_string(out, ", ");
    key(out, "class_name");
    nwti_json_string(out, nwti_layer_class(fact->layer));
    if (fact->is_operation) {
        nwti_text_string(out, ", \"is_operation\": true");
    }
    if (!fact->is_built) {
        nwti_text_string(out, ", \"built\": false");
    }
    if (fact->layer->flags & NWTI_WEIGHTS_FROM_FILE) {
        nwti_text_string(out, ", \"weights_from\": \"file\"");
    }
    nwti_text_string(out, ", \"trainable\": ");
    boolean(out, fact->trainable);
    nwti_text_string(out, ", ");
    outputs(out, fact->call_count > 0 ? fact->calls[0].call : NULL);
    nwti_text_string(out, ", ");
    calls(out, fact);
    nwti_text_string(out, ", ");
    counts(out, &fact->counts, fact->is_built && fact->counts.unknown_layers == 0);
    nwti_json_layer_work(report, out, fact->layer);
    nwti_text_string(out, ", ");
    weights(report, &at);
    nwti_text_string(out, ", ");
    key(out, "layers");
    nwti_text_string(out, "[");
    layers(report, index + 1, fact->end, &at);
    nwti_text_string(out, fact->is_closed ? "], \"shown_before\": true}" : "]}");
    nwti_writer_pass(&report->out);
}

/* Recursion follows layers within layers. */
static int64_t layers(nwti_report *report, int64_t index, int64_t end, const place *around)
{
    int64_t first = index;

    while (index < end) {
        nwti_text_string(&report->out.text, index > first ? "," : "");
        indent(&report->out.text, report->facts.items[index].depth + 1);
        layer(report, index, around);
        index = report->facts.items[index].end;
    }
    return index;
}

static void notes(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    int64_t number = nwt_note_count(report->ctx), i;

    key(out, "notes");
    nwti_text_string(out, "[");
    for (i = 0; i < number; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        nwti_json_string(out, nwt_note(report->ctx, i));
    }
    nwti_text_string(out, "]");
}

static void totals(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    nwti_counts of = nwti_layer_counts(report->model->layer);

    key(out, "totals");
    nwti_text_string(out, "{");
    counts(out, &of, 1);
    nwti_text_string(out, ", ");
    count(out, "unknown_layers", 1, of.unknown_layers);
    nwti_json_total_work(report, out);
    nwti_text_string(out, "}");
}

static void optimizer(nwti_text *out, const nwti_optimizer *of)
{
    if (of == NULL) {
        return;
    }
    key(out, "optimizer");
    nwti_text_string(out, "{");
    key(out, "class_name");
    nwti_json_string(out, of->class_name);
    nwti_text_string(out, ", ");
    count(out, "params", of->params >= 0, of->params);
    nwti_text_string(out, ", ");
    count(out, "bytes", of->bytes >= 0, of->bytes);
    nwti_text_string(out, "},\n ");
}

static void file(nwti_text *out, const nwti_file_account *of)
{
    int32_t i;

    if (of == NULL) {
        return;
    }
    key(out, "file");
    nwti_text_string(out, "{");
    key(out, "kind");
    nwti_json_string(out, of->kind);
    nwti_text_string(out, ", ");
    count(out, "bytes", 1, of->bytes);
    nwti_text_string(out, ", ");
    key(out, "keras_version");
    nwti_json_string(out, of->keras_version);
    nwti_text_string(out, ", ");
    key(out, "parts");
    for (i = 0; i < of->part_count; i++) {
        nwti_text_string(out, i == 0 ? "[{" : ", {");
        key(out, "name");
        nwti_json_string(out, of->parts[i].name);
        nwti_text_string(out, ", ");
        count(out, "bytes", 1, of->parts[i].bytes);
        nwti_text_string(out, "}");
    }
    nwti_text_string(out, of->part_count > 0 ? "]},\n " : "[]},\n ");
}

int32_t nwti_report_json(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    const nwt_model *model = report->model;

    nwti_text_string(out, "{\"schema\": 1, \"netweight\": \"" NWT_VERSION "\", ");
    key(out, "name");
    nwti_json_string(out, report->facts.name);
    nwti_text_string(out, ", ");
    key(out, "class_name");
    nwti_json_string(out, nwti_layer_class(model->layer));
    nwti_text_string(out, ",\n ");
    ends(out, "inputs", model, model->input_count, model->inputs, model->input_keys);
    nwti_text_string(out, ",\n ");
    ends(out, "outputs", model, model->output_count, model->outputs, model->output_keys);
    nwti_text_string(out, ",\n ");
    count(out, "batch", 1, report->work->batch);
    if (report->options.work_like != NULL) {
        nwti_text_string(out, ", ");
        key(out, "work_like");
        nwti_json_string(out, report->options.work_like);
    }
    nwti_text_string(out, ",\n ");
    key(out, "layers");
    nwti_text_string(out, "[");
    layers(report, 0, report->facts.count, NULL);
    nwti_text_string(out, "],\n ");
    totals(report);
    nwti_text_string(out, ",\n ");
    optimizer(out, model->stored != NULL ? model->stored : model->optimizer);
    file(out, model->file);
    notes(report);
    nwti_text_string(out, "}\n");
    return 0;
}
