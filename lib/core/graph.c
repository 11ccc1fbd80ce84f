/*
 * A functional model from its inputs and outputs: which calls lie between
 * them, in which order they feed each other, and in which order its layers are
 * listed. The order of layers is Keras's (keras/src/ops/function.py,
 * map_graph): by depth, the longest way to an output, and within one depth by
 * the order in which a walk from the outputs meets them.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/counts.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/names.h"
#include "core/builtin.h"

#include <string.h>

typedef struct visit {
    nwti_call *call;
    int32_t next; /* input to be followed next */
} visit;

typedef struct graph {
    nwt_context *ctx;
    nwt_model *model;
    int64_t inputs_serial;    /* marks the calls that make the inputs */
    int64_t serial;           /* marks what the walk has met */
    nwti_stack *stack;        /* of visits */
    nwti_stack *finished;     /* of calls, each after those that feed it */
    nwti_stack *layers;       /* in the order they were met */
    nwti_stack *slots;        /* int32: first output slot of each finished call */
    nwti_stack *inputs;       /* int32: slots of one call's inputs */
    int32_t has_inner_inputs; /* some input is made by a layer: the walk stops there */
} graph;

static int32_t is_source(const nwti_call *call)
{
    return call->layer->kind->descriptor == &nwti_kind_input_layer;
}

/* Where a walk stops before it comes to an InputLayer. */
static int32_t is_model_input(const graph *g, const nwt_tensor *tensor)
{
    int32_t i;

    if (is_source(tensor->call)) {
        return 0;
    }

    for (i = 0; g->has_inner_inputs && i < g->model->input_count; i++) {
        if (g->model->inputs[i] == tensor) {
            return 1;
        }
    }
    return 0;
}

static int32_t stray_input(graph *g, const nwti_call *call)
{
    char ours[128], theirs[128];

    return nwti_error(g->ctx, NWT_STATUS_INVALID,
                      "%s: the outputs depend on the input '%s', which is not among the model's "
                      "inputs",
                      nwti_layer_title(g->model->layer, ours, sizeof ours),
                      nwti_layer_title(call->layer, theirs, sizeof theirs));
}

/* Meets a call for the first time. */
static int32_t enter(graph *g, nwti_call *call)
{
    visit *step;
    nwt_layer **layer;

    if (is_source(call) && call->mark != g->inputs_serial) {
        return stray_input(g, call);
    }
    call->mark = g->serial;
    call->position = -1;
    if (call->layer->mark != g->serial) {
        layer = nwti_stack_push(g->layers, 1);
        if (layer == NULL) {
            return nwti_out_of_memory(g->ctx);
        }
        *layer = call->layer;
        call->layer->mark = g->serial;
        call->layer->position = (int32_t)g->layers->count - 1;
    }
    step = nwti_stack_push(g->stack, 1);
    if (step == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    step->call = call;
    step->next = 0;
    return 0;
}

static int32_t leave(graph *g, nwti_call *call)
{
    nwti_call **place = nwti_stack_push(g->finished, 1);

    if (place == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    *place = call;
    call->position = (int32_t)g->finished->count - 1;
    g->stack->count--;
    return 0;
}

/* Walks from one output to the inputs. */
static int32_t walk(graph *g, const nwt_tensor *output)
{
    if (is_model_input(g, output)) {
        return 0;
    }
    if (output->call->mark != g->serial && enter(g, output->call)) {
        return g->ctx->status;
    }
    while (g->stack->count > 0) {
        visit *step = (visit *)g->stack->items + g->stack->count - 1;
        nwti_call *call = step->call;

        if (step->next == call->input_count) {
            if (leave(g, call)) {
                return g->ctx->status;
            }
        } else {
            const nwt_tensor *input = call->inputs[step->next++];

            if (input->call->mark != g->serial && !is_model_input(g, input) &&
                enter(g, input->call)) {
                return g->ctx->status;
            }
        }
    }
    return 0;
}

/* Depths of calls and layers. A layer met again at a smaller depth keeps the larger. */
static void find_depths(graph *g, int32_t *call_depths, int32_t *layer_depths)
{
    nwti_call **calls = g->finished->items;
    size_t i;
    int32_t j;

    memset(call_depths, 0, g->finished->count * sizeof *call_depths);
    memset(layer_depths, 0, g->layers->count * sizeof *layer_depths);
    for (i = g->finished->count; i-- > 0;) {
        int32_t *depth = &call_depths[i], *layer_depth = &layer_depths[calls[i]->layer->position];

        *depth = *depth > *layer_depth ? *depth : *layer_depth;
        *layer_depth = *depth;
        for (j = 0; j < calls[i]->input_count; j++) {
            const nwti_call *feeder = calls[i]->inputs[j]->call;

            if (feeder->mark == g->serial && !is_model_input(g, calls[i]->inputs[j]) &&
                call_depths[feeder->position] < *depth + 1) {
                call_depths[feeder->position] = *depth + 1;
            }
        }
    }
}

/* Layers by falling depth, each depth in the order they were met: a counting sort. */
static void sort_layers(graph *g, const int32_t *depths, int32_t *starts)
{
    nwt_layer **met = g->layers->items, **sorted = g->model->layers;
    size_t count = g->layers->count, i;
    int32_t deepest = 0, sum = 0, depth;

    for (i = 0; i < count; i++) {
        deepest = depths[i] > deepest ? depths[i] : deepest;
    }
    memset(starts, 0, ((size_t)deepest + 1) * sizeof *starts);
    for (i = 0; i < count; i++) {
        starts[depths[i]]++;
    }
    for (depth = deepest; depth >= 0; depth--) {
        int32_t here = starts[depth];

        starts[depth] = sum;
        sum += here;
    }
    for (i = 0; i < count; i++) {
        sorted[starts[depths[i]]++] = met[i];
    }
}

/* Inputs that no output depends on: Keras lists them first among those of depth 0. */
static int32_t add_unused_inputs(graph *g)
{
    size_t met = g->layers->count, added, i;
    int32_t j;
    nwt_layer **layers;

    for (j = 0; j < g->model->input_count; j++) {
        nwti_call *call = g->model->inputs[j]->call;

        if (call->mark != g->serial && is_source(call)) {
            if (enter(g, call) || leave(g, call)) {
                return g->ctx->status;
            }
        }
    }
    added = g->layers->count - met;
    if (added == 0) {
        return 0;
    }
    /* Turn [met, added] into [added, met]. */
    layers = nwti_stack_push(g->layers, added);
    if (layers == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    layers = g->layers->items;
    memmove(layers + met + added, layers + met, added * sizeof *layers);
    memmove(layers + added, layers, met * sizeof *layers);
    memcpy(layers, layers + met + added, added * sizeof *layers);
    g->layers->count -= added;
    for (i = 0; i < g->layers->count; i++) {
        layers[i]->position = (int32_t)i;
    }
    return 0;
}

static int32_t order_layers(graph *g)
{
    nwt_context *ctx = g->ctx;
    nwti_mark mark = nwti_arena_mark(&ctx->scratch);
    size_t calls = g->finished->count, layers = g->layers->count;
    int32_t *call_depths = nwti_arena_array(&ctx->scratch, calls + 1, sizeof *call_depths);
    int32_t *layer_depths = nwti_arena_array(&ctx->scratch, layers + 1, sizeof *layer_depths);
    int32_t *starts = nwti_arena_array(&ctx->scratch, calls + 1, sizeof *starts);
    int32_t status = 0;

    g->model->layers = nwti_new_array(ctx, layers + 1, sizeof *g->model->layers);
    if (call_depths == NULL || layer_depths == NULL || starts == NULL || g->model->layers == NULL) {
        status = nwti_out_of_memory(ctx);
    } else {
        find_depths(g, call_depths, layer_depths);
        sort_layers(g, layer_depths, starts);
        g->model->layer_count = (int64_t)layers;
        g->model->layer_capacity = (int64_t)layers + 1;
    }
    nwti_arena_rewind(&ctx->scratch, mark);
    return status;
}

/* The slot of a tensor: that of a model input made within, or counted from its call's first. */
static int32_t slot_of(graph *g, const nwt_tensor *tensor)
{
    int32_t i;

    for (i = 0; g->has_inner_inputs && i < g->model->input_count; i++) {
        if (g->model->inputs[i] == tensor && g->model->input_slots[i] >= 0) {
            return g->model->input_slots[i];
        }
    }
    return ((int32_t *)g->slots->items)[tensor->call->position] + tensor->index;
}

static int32_t list_call(graph *g, nwti_call *call)
{
    int32_t *first = nwti_stack_push(g->slots, 1), *slots, i;

    g->inputs->count = 0;
    slots = nwti_stack_push(g->inputs, (size_t)call->input_count + 1);
    if (first == NULL || slots == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    *first = g->model->slot_count;
    for (i = 0; i < call->input_count; i++) {
        slots[i] = slot_of(g, call->inputs[i]);
    }
    return nwti_model_add_call(g->model, call, slots);
}

/* Room for all calls and slots at once: what grows leaves its smaller selves in the arena. */
static int32_t reserve(graph *g)
{
    nwt_model *model = g->model;
    nwti_call **calls = g->finished->items;
    size_t count = g->finished->count, i;
    int64_t slots = 0;

    for (i = 0; i < count; i++) {
        slots += 1 + calls[i]->input_count;
    }
    model->calls = nwti_new_array(g->ctx, count, sizeof *model->calls);
    model->slots = nwti_new_array(g->ctx, (size_t)slots, sizeof *model->slots);
    model->call_capacity = (int64_t)count;
    model->slots_capacity = slots;
    return model->calls != NULL && model->slots != NULL ? 0 : g->ctx->status;
}

/* The calls with the places of what feeds them, for shaping. */
static int32_t list_calls(graph *g)
{
    nwt_model *model = g->model;
    nwti_call **calls = g->finished->items;
    int32_t status = reserve(g), j;
    size_t i;

    for (j = 0; j < model->input_count; j++) {
        model->input_slots[j] = is_source(model->inputs[j]->call) ? -1 : model->slot_count++;
    }
    for (i = 0; i < g->finished->count && status == 0; i++) {
        status = list_call(g, calls[i]);
    }
    for (j = 0; j < model->input_count && status == 0; j++) {
        if (model->input_slots[j] < 0) {
            model->input_slots[j] = ((int32_t *)g->slots->items)[model->inputs[j]->call->position];
        }
    }
    for (j = 0; j < model->output_count && status == 0; j++) {
        model->output_slots[j] = slot_of(g, model->outputs[j]);
    }
    return status;
}

static int32_t build(graph *g)
{
    nwt_model *model = g->model;
    int32_t i;

    g->inputs_serial = ++g->ctx->serial;
    for (i = 0; i < model->input_count; i++) {
        model->inputs[i]->call->mark = g->inputs_serial;
        g->has_inner_inputs |= !is_source(model->inputs[i]->call);
    }
    g->serial = ++g->ctx->serial;
    for (i = 0; i < model->output_count; i++) {
        if (walk(g, model->outputs[i])) {
            return g->ctx->status;
        }
    }
    if (add_unused_inputs(g) || order_layers(g) || list_calls(g)) {
        return g->ctx->status;
    }
    return 0;
}

static int32_t keep_tensors(nwt_context *ctx, int32_t count, nwt_tensor *const *tensors,
                            nwt_tensor ***kept, int32_t **slots)
{
    *kept = nwti_new_array(ctx, (size_t)count, sizeof **kept);
    *slots = nwti_new_array(ctx, (size_t)count, sizeof **slots);
    if (*kept == NULL || *slots == NULL) {
        return ctx->status;
    }
    memcpy(*kept, tensors, (size_t)count * sizeof **kept);
    return 0;
}

static int32_t check_tensors(nwt_context *ctx, int32_t count, nwt_tensor *const *tensors,
                             const char *what)
{
    int32_t i;

    if (count < 1 || tensors == NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "a model of %d %ss: it needs at least one",
                          tensors != NULL ? (int64_t)count : 0, what);
    }
    for (i = 0; i < count; i++) {
        if (tensors[i] == NULL || tensors[i]->call == NULL ||
            tensors[i]->call->layer->kind->ctx != ctx) {
            return nwti_error(ctx, NWT_STATUS_INVALID,
                              tensors[i] == NULL ? "a model: its %s %d is NULL"
                                                 : "a model: its %s %d is of another context",
                              what, (int64_t)i);
        }
    }
    return 0;
}

/* The model's layers become its children. */
static int32_t take_layers(nwt_model *model)
{
    nwti_model_self *self = model->layer->self;
    int64_t i;

    for (i = 0; i < model->layer_count; i++) {
        if (nwti_names_add(model, model->layers[i])) {
            return model->layer->kind->ctx->status;
        }
    }
    self->layers.items = model->layers;
    self->layers.count = model->layer_count;
    model->built = 1;
    model->layer->flags |= NWTI_BUILT;
    if (nwti_layer_adopt(model->layer)) {
        return model->layer->kind->ctx->status;
    }
    return nwti_layer_summarise(model->layer);
}

/* The stacks, made at the first model and empty. */
static void clear_stacks(nwt_context *ctx)
{
    int32_t i;

    if (ctx->graph[0].heap == NULL) {
        nwti_stack_init(&ctx->graph[0], &ctx->heap, sizeof(visit));
        nwti_stack_init(&ctx->graph[1], &ctx->heap, sizeof(nwti_call *));
        nwti_stack_init(&ctx->graph[2], &ctx->heap, sizeof(nwt_layer *));
        nwti_stack_init(&ctx->graph[3], &ctx->heap, sizeof(int32_t));
        nwti_stack_init(&ctx->graph[4], &ctx->heap, sizeof(int32_t));
    }
    for (i = 0; i < 5; i++) {
        ctx->graph[i].count = 0;
    }
}

/* What a very large model needed is not kept: it would be as large as the model. */
static void shrink(nwt_context *ctx)
{
    enum { LARGE = 256 * 1024 };
    int32_t i;

    for (i = 0; i < 5; i++) {
        if (ctx->graph[i].capacity * ctx->graph[i].item_size > LARGE) {
            nwti_stack_free(&ctx->graph[i]);
        }
    }
}

nwt_model *nwt_model_new(nwt_context *ctx, int32_t input_count, nwt_tensor *const *inputs,
                         int32_t output_count, nwt_tensor *const *outputs, const char *options)
{
    graph g;
    nwt_layer *layer;
    int32_t status;

    if (ctx == NULL || check_tensors(ctx, input_count, inputs, "input") ||
        check_tensors(ctx, output_count, outputs, "output")) {
        return NULL;
    }
    layer = nwti_construct(ctx, NWTI_KIND_functional, 0, NULL, options);
    if (layer == NULL) {
        return NULL;
    }
    memset(&g, 0, sizeof g);
    g.ctx = ctx;
    g.model = layer->rare->model;
    g.model->input_count = input_count;
    g.model->output_count = output_count;
    g.stack = &ctx->graph[0];
    g.finished = &ctx->graph[1];
    g.layers = &ctx->graph[2];
    g.slots = &ctx->graph[3];
    g.inputs = &ctx->graph[4];
    clear_stacks(ctx);
    status = keep_tensors(ctx, input_count, inputs, &g.model->inputs, &g.model->input_slots) ||
             keep_tensors(ctx, output_count, outputs, &g.model->outputs, &g.model->output_slots) ||
             build(&g) || take_layers(g.model);
    shrink(ctx);
    return status == 0 ? g.model : NULL;
}
