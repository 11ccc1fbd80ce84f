/* Rows of facts about the layers of a model, for all reports. */
#include "report/report.h"
#include "core/builtin.h"
#include "core/error.h"

#include <string.h>

static void *scratch(nwti_facts *facts, size_t count, size_t size)
{
    void *result = nwti_arena_array(&facts->ctx->scratch, count, size);

    if (result == NULL) {
        nwti_out_of_memory(facts->ctx);
    }
    return result;
}

static nwti_fact *add(nwti_facts *facts)
{
    int64_t wider = facts->capacity < 64 ? 64 : 2 * facts->capacity;
    nwti_fact *items;

    if (facts->count == facts->capacity) {
        items = scratch(facts, (size_t)wider, sizeof *items);
        if (items == NULL) {
            return NULL;
        }
        if (facts->count > 0) {
            memcpy(items, facts->items, (size_t)facts->count * sizeof *items);
        }
        facts->items = items;
        facts->capacity = wider;
    }
    memset(&facts->items[facts->count], 0, sizeof *facts->items);
    return &facts->items[facts->count++];
}

/* Numbers the calls of each layer within one model: calls of a layer elsewhere do not count. */
static void number_calls(const nwt_model *model, int64_t serial)
{
    int64_t i, j, count;

    for (i = 0; i < model->call_count; i++) {
        nwt_layer *layer = model->calls[i]->layer;

        model->calls[i]->mark = serial;
        if (layer->mark == serial) {
            continue;
        }
        layer->mark = serial;
        count = nwt_model_call_count(model, layer);
        for (j = 0; j < count; j++) {
            nwti_layer_call(layer, nwt_model_call(model, layer, j))->position = (int32_t)j;
        }
        layer->position = (int32_t)count;
    }
}

/* Where a tensor comes from within the model whose calls were numbered. */
static int32_t fill_edge(nwti_facts *facts, const nwt_layer *head, const nwt_tensor *tensor,
                         int64_t serial, nwti_edge *edge)
{
    const nwti_call *feeder = tensor->call;

    memset(edge, 0, sizeof *edge);
    edge->layer = feeder->layer;
    edge->row = -1;
    edge->name = nwti_layer_whole_name(feeder->layer);
    edge->is_model = (feeder->layer->flags & NWTI_IS_MODEL) != 0;
    edge->is_head = edge->is_model && feeder->layer == head;
    edge->call = feeder->mark == serial ? feeder->position : feeder->number;
    edge->tensor = tensor->index;
    edge->is_only = feeder->output_count == 1 &&
                    (feeder->mark != serial || feeder->layer->position == 1);
    return edge->name != NULL ? 0 : facts->ctx->status;
}

static int32_t fill_edges(nwti_facts *facts, const nwt_layer *head, nwti_row_call *row,
                          int64_t serial)
{
    const nwti_call *call = row->call;
    int32_t i;

    row->inputs = scratch(facts, (size_t)call->input_count, sizeof *row->inputs);
    if (row->inputs == NULL) {
        return facts->ctx->status;
    }
    for (i = 0; i < call->input_count; i++) {
        if (fill_edge(facts, head, call->inputs[i], serial, &row->inputs[i])) {
            return facts->ctx->status;
        }
        row->inputs[i].argument = nwti_call_input_name(call, i);
    }
    return 0;
}

/* `head`: the first layer of a Sequential, or NULL. */
static int32_t fill_calls(nwti_facts *facts, const nwt_model *model, const nwt_layer *head,
                          nwti_fact *fact, int64_t serial)
{
    int64_t count = nwt_model_call_count(model, fact->layer), i;

    fact->is_head = fact->is_model && fact->layer == head;
    fact->calls = scratch(facts, (size_t)count, sizeof *fact->calls);
    if (fact->calls == NULL) {
        return facts->ctx->status;
    }
    for (i = 0; i < count; i++) {
        nwti_row_call *row = &fact->calls[fact->call_count++];

        row->call = nwti_layer_call(fact->layer, nwt_model_call(model, fact->layer, i));
        if (fill_edges(facts, head, row, serial)) {
            return facts->ctx->status;
        }
    }
    return 0;
}

const char *nwti_class_title(const nwt_layer *layer)
{
    const char *name = nwti_layer_class(layer);

    return name != NULL ? name : "?";
}

static int32_t is_built(const nwt_layer *layer)
{
    const nwt_model *model = layer->rare != NULL ? layer->rare->model : NULL;

    if (model != NULL) {
        return model->built || model->is_listing;
    }
    return layer->call_count > 0 || (layer->flags & (NWTI_BUILT | NWTI_WEIGHTS_FROM_FILE)) != 0 ||
           (layer->kind->descriptor->flags & NWT_KIND_BUILT_AT_ONCE) != 0;
}

/* What a layer lists of one within it stands at the row of that one. */
static int32_t take_weights(nwt_context *ctx, nwti_fact *fact)
{
    const nwti_weight *from = fact->layer->weights;
    int32_t count = fact->layer->weight_count, taken = 0, i;
    nwti_weight *own;

    for (i = 0; i < count; i++) {
        taken += from[i].is_taken;
    }
    fact->weights = from;
    fact->weight_count = count - taken;
    if (taken == 0) {
        return 0;
    }
    own = nwti_arena_array(&ctx->scratch, (size_t)count, sizeof *own);
    if (own == NULL) {
        return nwti_out_of_memory(ctx);
    }
    fact->weights = own;
    for (i = 0; i < count; i++) {
        if (!from[i].is_taken) {
            *own++ = from[i];
        }
    }
    return 0;
}

/* One layer's own facts; `end` follows when what is within it is known. */
static nwti_fact *begin(nwti_facts *facts, nwt_layer *layer, int32_t depth)
{
    nwti_fact *fact = add(facts);

    if (fact == NULL) {
        return NULL;
    }
    fact->layer = layer;
    fact->depth = depth;
    fact->name = nwti_layer_whole_name(layer);
    fact->class_name = nwti_class_title(layer);
    fact->written = layer->rare != NULL && layer->rare->written != NULL ? layer->rare->written
                                                                        : fact->class_name;
    fact->is_operation = layer->kind->is_operation;
    fact->is_model = (layer->flags & NWTI_IS_MODEL) != 0;
    fact->is_built = is_built(layer);
    fact->has_branches = (layer->kind->descriptor->flags & NWT_KIND_COUNTS_APART) != 0;
    fact->trainable = (layer->flags & NWTI_TRAINABLE) != 0;
    fact->counts = nwti_layer_counts(layer);
    fact->about = layer->kind->descriptor->about;
    fact->remark = layer->kind->descriptor->remark;
    return fact->name != NULL && take_weights(facts->ctx, fact) == 0 ? fact : NULL;
}

/* Rows of all that is within a layer, up to a bound; each layer is looked at once, however many
   models hold it. Recursion follows layers within layers. */
static int32_t rows_within(nwt_layer *layer, int64_t serial, int32_t bound)
{
    int64_t position = 0, rows = 0;
    nwt_layer *child;

    if (layer->mark == serial) {
        return layer->position;
    }
    while (rows < bound && (child = nwti_layer_next_child(layer, &position)) != NULL) {
        rows += 1 + rows_within(child, serial, bound);
    }
    layer->mark = serial;
    layer->position = rows < bound ? (int32_t)rows : bound;
    return layer->position;
}

/* 1 if what is within the layer is not to be shown once more. */
static int32_t is_shown(nwti_facts *facts, nwti_fact *fact, nwt_layer *layer)
{
    nwti_rare *rare = facts->is_short && layer->kind->has_children ? nwti_layer_rare(layer) : NULL;

    if (rare == NULL) {
        return 0;
    }
    fact->is_closed = rare->shown == facts->serial;
    rare->shown = facts->serial;
    return fact->is_closed;
}

static int32_t collect_model(nwti_facts *facts, const nwt_model *model, int32_t depth);

/* What is within a layer: a model's layers with their calls, a wrapper's without. */
static int32_t collect_within(nwti_facts *facts, const nwt_layer *layer, int32_t depth)
{
    int64_t position = 0;
    nwt_layer *child;

    if (layer->flags & NWTI_IS_MODEL) {
        return collect_model(facts, layer->rare->model, depth);
    }
    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        int64_t index = facts->count;
        nwti_fact *fact = begin(facts, child, depth);

        if (fact == NULL) {
            return facts->ctx->status;
        }
        fact->is_inner = 1;
        if (!is_shown(facts, fact, child) && collect_within(facts, child, depth + 1)) {
            return facts->ctx->status;
        }
        facts->items[index].end = (int32_t)facts->count;
    }
    return 0;
}

static int32_t collect_model(nwti_facts *facts, const nwt_model *model, int32_t depth)
{
    nwt_context *ctx = facts->ctx;
    int64_t i, *indexes = scratch(facts, (size_t)model->layer_count, sizeof *indexes);
    const nwt_layer *head;
    int64_t serial;

    for (i = 0; indexes != NULL && i < model->layer_count; i++) {
        nwti_fact *fact;

        indexes[i] = facts->count;
        fact = begin(facts, model->layers[i], depth);
        if (fact == NULL || (!is_shown(facts, fact, model->layers[i]) &&
                             collect_within(facts, model->layers[i], depth + 1))) {
            return ctx->status;
        }
        facts->items[indexes[i]].end = (int32_t)facts->count;
    }
    /* Marks last: the models within have used them for their own calls. */
    serial = ++ctx->serial;
    number_calls(model, serial);
    head = model->is_sequential && model->layer_count > 0 ? model->layers[0] : NULL;
    for (i = 0; indexes != NULL && i < model->layer_count; i++) {
        if (fill_calls(facts, model, head, &facts->items[indexes[i]], serial)) {
            return ctx->status;
        }
    }
    return indexes != NULL ? 0 : ctx->status;
}

static nwti_edge *fill_ends(nwti_facts *facts, int32_t count, nwt_tensor *const *tensors,
                            int64_t serial)
{
    nwti_edge *edges = scratch(facts, (size_t)count + 1, sizeof *edges);
    int32_t i;

    for (i = 0; edges != NULL && i < count; i++) {
        if (fill_edge(facts, NULL, tensors[i], serial, &edges[i])) {
            return NULL;
        }
    }
    return edges;
}

int32_t nwti_facts_of_model(nwti_facts *facts, nwt_model *model)
{
    int64_t i, serial;

    memset(facts, 0, sizeof *facts);
    facts->ctx = model->layer->kind->ctx;
    facts->model = model;
    for (i = 0; i < model->layer_count; i++) {
        if (begin(facts, model->layers[i], 0) == NULL) {
            return facts->ctx->status;
        }
    }
    serial = ++facts->ctx->serial;
    number_calls(model, serial);
    for (i = 0; i < facts->count; i++) {
        if (fill_calls(facts, model, NULL, &facts->items[i], serial)) {
            return facts->ctx->status;
        }
    }
    if (model->built) {
        facts->inputs = fill_ends(facts, model->input_count, model->inputs, serial);
        facts->outputs = fill_ends(facts, model->output_count, model->outputs, serial);
    }
    return facts->ctx->status;
}

/* Layers whose weights an earlier row shows already. */
static void mark_repeated(nwti_facts *facts)
{
    int64_t serial = ++facts->ctx->serial, i;

    for (i = 0; i < facts->count; i++) {
        nwt_layer *layer = (nwt_layer *)(size_t)facts->items[i].layer;

        facts->items[i].is_repeated = layer->mark == serial;
        layer->mark = serial;
    }
}

int32_t nwti_facts_are_chain(const nwti_facts *facts, int64_t first, int64_t end)
{
    const nwt_layer *before = NULL;
    int64_t i;

    for (i = first; i < end; i = facts->items[i].end) {
        const nwti_fact *fact = &facts->items[i];

        if (fact->call_count == 0 && !fact->is_built) {
            continue;
        }
        if (fact->call_count != 1 || fact->calls[0].call->input_count > 1 ||
            (before != NULL &&
             (fact->calls[0].call->input_count != 1 || fact->calls[0].inputs[0].layer != before))) {
            return 0;
        }
        before = fact->layer;
    }
    return 1;
}

/* Two models that share an inner one, in turn within two, make 2^depth rows of a few layers. */
static void bound_rows(nwti_facts *facts, int32_t once)
{
    nwt_context *ctx = facts->ctx;
    int64_t most = ctx->max_rows < INT32_MAX ? ctx->max_rows : INT32_MAX - 1;

    facts->is_cut = !once &&
                    rows_within(facts->model->layer, ++ctx->serial, (int32_t)most + 1) > most;
    facts->is_short = once || facts->is_cut;
    facts->serial = ++ctx->serial;
}

const nwt_model *nwti_uncalled_model(const nwti_fact *fact)
{
    return fact->is_model && fact->is_built && fact->layer->call_count == 0 && !fact->is_inner
               ? fact->layer->rare->model
               : NULL;
}

int32_t nwti_facts_collect(nwti_facts *facts, nwt_model *model, int32_t once)
{
    memset(facts, 0, sizeof *facts);
    facts->ctx = model->layer->kind->ctx;
    facts->model = model;
    facts->name = nwti_layer_whole_name(model->layer);
    bound_rows(facts, once);
    if (facts->name == NULL || collect_model(facts, model, 0)) {
        return facts->ctx->status;
    }
    mark_repeated(facts);
    facts->is_chain = model->is_sequential || nwti_facts_are_chain(facts, 0, facts->count);
    return 0;
}
