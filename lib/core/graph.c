/*
 * A functional model from its inputs and outputs: which calls lie between
 * them, in which order they feed each other, and in which order its layers are
 * listed. The order of layers is Keras's (keras/src/ops/function.py,
 * map_graph): by depth, the longest way to an output, and within one depth by
 * the order in which a walk from the outputs meets them.
 *
 * Of a large model, calls, tensors and layers lie in slow memory: the walk looks at each once and
 * writes down in dense arrays all that is asked for afterwards.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/counts.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/weight.h"
#include "core/names.h"
#include "core/places.h"
#include "core/builtin.h"

#include <string.h>

/* A call, in the order in which they were met. */
typedef struct node {
    nwti_call *call;
    int32_t layer;   /* among those met */
    int32_t feeders; /* the first of its inputs */
    int32_t inputs;
    int32_t outputs;
    int32_t depth; /* and once the layers are sorted, its place among those finished */
    int32_t slot;  /* of its first output */
} node;

/* What an input comes from. */
typedef struct feeder {
    int32_t node; /* -1 - i: it is the model's input i, made by a layer */
    int32_t output;
} feeder;

typedef struct visit {
    int32_t node;
    int32_t next; /* input to be followed next */
} visit;

typedef struct met_layer {
    nwt_layer *layer;
    int32_t depth;
    uint16_t weights;
    uint8_t flags; /* that it had before */
} met_layer;

typedef struct graph {
    nwt_context *ctx;
    nwt_model *model;
    int64_t inputs_serial; /* marks the calls that make the inputs */
    int64_t serial;        /* marks what the walk has met */
    nwti_stack *visits;
    nwti_stack *nodes;
    nwti_stack *feeders;
    nwti_stack *finished; /* int32: nodes, each after those that feed it */
    nwti_stack *layers;   /* met_layer, in the order they were met */
    nwti_stack *starts;   /* int32: where the layers of a depth begin, and then `order` */
    int32_t *order;       /* of the layers met, as they are listed */
    size_t used_layers;   /* before those of inputs that no output depends on */
    size_t ranked_layers, ranked_calls; /* before those apart: last, in the order they were met */
    nwti_counts counts;                 /* of layers that hold none in turn */
    int64_t holders;                    /* of those with weights */
    int32_t layer_depth;                /* of the deepest nested one */
    int32_t has_names;                  /* some layer's is not automatic */
    int32_t is_deep; /* some layer holds others, or weights that stand elsewhere */
    int32_t overflows;
    int32_t has_inner_inputs; /* some input is made by a layer: the walk stops there */
} graph;

static int32_t is_source(const nwti_call *call)
{
    return call->layer->kind->descriptor == &nwti_kind_input_layer;
}

/* The model's input, made by a layer, that a tensor is: where a walk stops; -1: it is none. */
static int32_t inner_input(const graph *g, const nwt_tensor *tensor)
{
    return g->has_inner_inputs ? nwti_place_of_input(g->model, tensor) : -1;
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

/* Meets a layer for the first time: it becomes the model's, and is counted. */
static int32_t meet(graph *g, nwt_layer *layer)
{
    met_layer *met = nwti_stack_push(g->layers, 1);

    if (met == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    met->layer = layer;
    met->depth = 0;
    met->weights = layer->weight_count;
    met->flags = layer->flags;
    layer->mark = g->serial;
    layer->position = (int32_t)g->layers->count - 1;
    nwti_layer_own(layer);
    g->has_names |= layer->name != NULL;
    g->layer_depth = layer->depth > g->layer_depth ? layer->depth : g->layer_depth;
    g->is_deep |= layer->kind->has_children;
    if (layer->weight_count > 0) {
        g->is_deep |= layer->weights->lends;
        g->holders++;
    }
    g->counts.unknown_layers += nwti_layer_is_unknown(layer);
    g->overflows |= !nwti_counts_add_weights(&g->counts, layer);
    return 0;
}

/* Meets a call for the first time. */
static int32_t enter(graph *g, nwti_call *call)
{
    int32_t first = (int32_t)g->feeders->count;
    visit *step;
    node *n;

    if (is_source(call) && call->mark != g->inputs_serial) {
        return stray_input(g, call);
    }
    if (call->layer->mark != g->serial && meet(g, call->layer)) {
        return g->ctx->status;
    }
    n = nwti_stack_push(g->nodes, 1);
    step = nwti_stack_push(g->visits, 1);
    if (n == NULL || step == NULL || g->feeders->count > (size_t)(INT32_MAX - call->input_count) ||
        (call->input_count > 0 && nwti_stack_push(g->feeders, (size_t)call->input_count) == NULL)) {
        return nwti_out_of_memory(g->ctx);
    }
    call->mark = g->serial;
    call->position = (int32_t)g->nodes->count - 1;
    *n = (node){call, call->layer->position, first, call->input_count, call->output_count, 0, 0};
    *step = (visit){call->position, 0};
    return 0;
}

static int32_t leave(graph *g, int32_t index)
{
    int32_t *place = nwti_stack_push(g->finished, 1);

    if (place == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    *place = index;
    g->visits->count--;
    return 0;
}

/* Follows one input of a call, and writes down what it comes from. */
static int32_t follow(graph *g, const node *n, int32_t index)
{
    const nwt_tensor *input = n->call->inputs[index];
    int32_t inner = inner_input(g, input), place = n->feeders + index;

    /* Here `n` ends: nodes may move. */
    if (inner < 0 && input->call->mark != g->serial && enter(g, input->call)) {
        return g->ctx->status;
    }
    ((feeder *)g->feeders->items)[place] = inner < 0 ? (feeder){input->call->position, input->index}
                                                     : (feeder){-1 - inner, input->index};
    return 0;
}

/* Walks from one output to the inputs. */
static int32_t walk(graph *g, const nwt_tensor *output)
{
    if (inner_input(g, output) >= 0) {
        return 0;
    }
    if (output->call->mark != g->serial && enter(g, output->call)) {
        return g->ctx->status;
    }
    while (g->visits->count > 0) {
        visit *step = (visit *)g->visits->items + g->visits->count - 1;
        const node *n = (const node *)g->nodes->items + step->node;

        if (step->next == n->inputs ? leave(g, step->node) : follow(g, n, step->next++)) {
            return g->ctx->status;
        }
    }
    return 0;
}

/* Inputs that no output depends on. */
static int32_t add_unused_inputs(graph *g)
{
    int32_t i;

    g->used_layers = g->layers->count;
    for (i = 0; i < g->model->input_count; i++) {
        nwti_call *call = g->model->inputs[i]->call;

        if (call->mark != g->serial && is_source(call) &&
            (enter(g, call) || leave(g, call->position))) {
            return g->ctx->status;
        }
    }
    return 0;
}

/* If there are layers that no output depends on, all that stands apart belongs to the model. */
static int32_t walk_apart(graph *g, int32_t count, nwt_tensor *const *apart)
{
    int32_t some = 0, failed = 0, i;

    g->ranked_layers = g->layers->count;
    g->ranked_calls = g->finished->count;
    for (i = 0; i < count && !failed; i++) {
        if (apart[i]->call->layer->mark != g->serial) {
            failed = walk(g, apart[i]);
            some = 1;
        }
    }
    for (i = 0; i < count && some && !failed; i++) {
        failed = walk(g, apart[i]);
    }
    return failed;
}

/* Depths of calls and layers. A layer met again at a smaller depth keeps the larger. */
static int32_t find_depths(graph *g)
{
    node *nodes = g->nodes->items;
    met_layer *layers = g->layers->items;
    const feeder *feeders = g->feeders->items;
    const int32_t *finished = g->finished->items;
    int32_t deepest = 0, j;
    size_t i;

    for (i = g->ranked_calls; i-- > 0;) {
        node *n = &nodes[finished[i]];
        int32_t depth = n->depth > layers[n->layer].depth ? n->depth : layers[n->layer].depth;

        layers[n->layer].depth = depth;
        deepest = depth > deepest ? depth : deepest;
        for (j = 0; j < n->inputs; j++) {
            int32_t from = feeders[n->feeders + j].node;

            if (from >= 0 && nodes[from].depth < depth + 1) {
                nodes[from].depth = depth + 1;
            }
        }
    }
    return deepest;
}

/* Places the layers from `first` on, up to `end`, each behind those of its depth. */
static void place_layers(graph *g, size_t first, size_t end)
{
    const met_layer *met = g->layers->items;
    int32_t *starts = g->starts->items;

    for (; first < end; first++) {
        int32_t place = starts[met[first].depth]++;

        g->order[place] = (int32_t)first;
        g->model->layers[place] = met[first].layer;
    }
}

/* Layers by falling depth, each depth in the order they were met: a counting sort. Keras lists
   inputs that no output depends on first among those of depth 0. */
static int32_t sort_layers(graph *g)
{
    size_t count = g->layers->count, i;
    const met_layer *met = g->layers->items;
    int32_t deepest = find_depths(g), sum = 0, depth;
    int32_t *starts = nwti_stack_push(g->starts, (size_t)deepest + 1 + count);

    g->model->layers = nwti_new_array(g->ctx, count + 1, sizeof *g->model->layers);
    if (starts == NULL || g->model->layers == NULL) {
        return nwti_out_of_memory(g->ctx);
    }
    g->order = starts + deepest + 1;
    memset(starts, 0, ((size_t)deepest + 1) * sizeof *starts);
    for (i = 0; i < g->ranked_layers; i++) {
        starts[met[i].depth]++;
    }
    for (depth = deepest; depth >= 0; depth--) {
        int32_t here = starts[depth];

        starts[depth] = sum;
        sum += here;
    }
    place_layers(g, g->used_layers, g->ranked_layers);
    place_layers(g, 0, g->used_layers);
    for (i = g->ranked_layers; i < count; i++) {
        g->order[i] = (int32_t)i;
        g->model->layers[i] = met[i].layer;
    }
    g->model->layer_count = (int64_t)count;
    g->model->layer_capacity = (int64_t)count + 1;
    return 0;
}

/* The slot of a tensor that the walk has met, or that is an input made within. */
static int32_t slot_of(const graph *g, feeder from)
{
    return from.node >= 0 ? ((const node *)g->nodes->items)[from.node].slot + from.output
                          : g->model->input_slots[-1 - from.node];
}

static feeder feeder_of(const graph *g, const nwt_tensor *tensor)
{
    int32_t inner = inner_input(g, tensor);

    return inner >= 0 ? (feeder){-1 - inner, tensor->index}
                      : (feeder){tensor->call->position, tensor->index};
}

/* Each output of each call gets a slot. 0, or the status if they are too many. */
static int32_t give_slots(graph *g)
{
    nwt_model *model = g->model;
    node *nodes = g->nodes->items;
    const int32_t *finished = g->finished->items;
    size_t i;
    int32_t j;

    for (j = 0; j < model->input_count; j++) {
        model->input_slots[j] = is_source(model->inputs[j]->call) ? -1 : model->slot_count++;
    }
    for (i = 0; i < g->finished->count; i++) {
        node *n = &nodes[finished[i]];

        if (model->slot_count > INT32_MAX - n->outputs) {
            return nwti_out_of_memory(g->ctx);
        }
        n->slot = model->slot_count;
        n->depth = (int32_t)i;
        model->slot_count += n->outputs;
    }
    for (j = 0; j < model->input_count; j++) {
        if (model->input_slots[j] < 0) {
            model->input_slots[j] = nodes[model->inputs[j]->call->position].slot;
        }
    }
    for (j = 0; j < model->output_count; j++) {
        model->output_slots[j] = slot_of(g, feeder_of(g, model->outputs[j]));
    }
    return 0;
}

/* The next of the calls in the model's list, with the slots of its inputs. */
static int32_t list_call(graph *g, const node *n, int32_t *slots)
{
    nwt_model *model = g->model;
    const feeder *from = n->inputs > 0 ? (const feeder *)g->feeders->items + n->feeders : NULL;
    int32_t i;

    model->calls[model->call_count] = n->call;
    if (nwti_places_add(model, n->call)) {
        return g->ctx->status;
    }
    model->call_count++;
    *slots++ = n->slot;
    for (i = 0; i < n->inputs; i++, from++) {
        int32_t maker = from->node >= 0 ? ((const node *)g->nodes->items)[from->node].depth
                                        : from->node;

        *slots++ = slot_of(g, *from);
        if ((maker < 0 || maker != n->depth - 1 || n->inputs > NWTI_FEW_INPUTS) &&
            nwti_places_add_use(model, maker, from->output)) {
            return g->ctx->status;
        }
    }
    return 0;
}

/* The calls with the places of what feeds them, for shaping. */
static int32_t list_calls(graph *g)
{
    nwt_model *model = g->model;
    const node *nodes = g->nodes->items;
    const int32_t *finished = g->finished->items;
    size_t count = g->finished->count, i;

    if (give_slots(g)) {
        return g->ctx->status;
    }
    model->calls = nwti_new_array(g->ctx, count, sizeof *model->calls);
    model->slots = nwti_new_array(g->ctx, count + g->feeders->count, sizeof *model->slots);
    if (model->calls == NULL || model->slots == NULL) {
        return g->ctx->status;
    }
    model->call_capacity = (int64_t)count;
    model->slots_capacity = (int64_t)(count + g->feeders->count);
    for (i = 0; i < count; i++) {
        const node *n = &nodes[finished[i]];

        if (list_call(g, n, model->slots + model->slots_count)) {
            return g->ctx->status;
        }
        model->slots_count += 1 + n->inputs;
    }
    nwti_places_sort(model);
    return 0;
}

static int32_t build(graph *g, int32_t apart_count, nwt_tensor *const *apart)
{
    nwt_model *model = g->model;
    int32_t i;

    g->inputs_serial = ++g->ctx->serial;
    for (i = 0; i < model->input_count; i++) {
        model->inputs[i]->call->mark = g->inputs_serial;
        if (!is_source(model->inputs[i]->call)) {
            g->has_inner_inputs = 1;
            if (nwti_places_add_input(model, model->inputs[i], i)) {
                return g->ctx->status;
            }
        }
    }
    g->serial = ++g->ctx->serial;
    for (i = 0; i < model->output_count; i++) {
        if (walk(g, model->outputs[i])) {
            return g->ctx->status;
        }
    }
    return add_unused_inputs(g) || walk_apart(g, apart_count, apart) || sort_layers(g) ||
           list_calls(g);
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

/* What nwti_layer_summarise finds where no layer holds others: the walk has counted. */
static int32_t take_counts(graph *g)
{
    nwt_model *model = g->model;
    nwti_rare *rare = model->layer->rare;
    nwti_holder *holders = nwti_new_array(g->ctx, (size_t)g->holders + 1, sizeof *holders);
    const met_layer *met = g->layers->items;
    int64_t i, first = 0;

    if (holders == NULL) {
        return g->ctx->status;
    }
    rare->counts = g->counts;
    rare->counts.layers = model->layer_count + 1;
    rare->holders = holders;
    rare->holder_capacity = rare->holder_count = g->holders + 1;
    *holders++ = (nwti_holder){model->layer, -1, 0};
    for (i = 0; i < model->layer_count; i++) {
        const met_layer *of = &met[g->order[i]];

        if (of->weights > 0) {
            *holders++ = (nwti_holder){of->layer, 0, (int32_t)first};
            first += of->weights;
        }
    }
    return 0;
}

/* The model's layers become its children. */
static int32_t take_layers(graph *g)
{
    nwt_model *model = g->model;
    nwti_model_self *self = model->layer->self;

    if ((g->has_names || model->layer_count > NWTI_FEW_NAMES) && nwti_names_enter(model)) {
        return g->ctx->status;
    }
    self->layers.items = model->layers;
    self->layers.count = model->layer_count;
    model->built = 1;
    model->layer->flags |= NWTI_BUILT;
    if (nwti_layer_deepen(model->layer, g->layer_depth)) {
        return g->ctx->status;
    }
    return g->is_deep || g->overflows ? nwti_layer_summarise(model->layer) : take_counts(g);
}

/* Of a model that could not be made the layers are not. */
static void give_back(graph *g)
{
    const met_layer *met = g->layers->items;
    size_t i;

    for (i = 0; i < g->layers->count; i++) {
        met[i].layer->flags = met[i].flags;
    }
}

/* The stacks, made at the first model and empty. */
static void take_stacks(graph *g)
{
    static const size_t sizes[] = {sizeof(visit),   sizeof(node),      sizeof(feeder),
                                   sizeof(int32_t), sizeof(met_layer), sizeof(int32_t)};
    nwti_stack **const stacks[] = {&g->visits,   &g->nodes,  &g->feeders,
                                   &g->finished, &g->layers, &g->starts};
    int32_t i;

    for (i = 0; i < (int32_t)NWTI_GRAPH_STACKS; i++) {
        nwti_stack *stack = &g->ctx->graph[i];

        if (stack->heap == NULL) {
            nwti_stack_init(stack, &g->ctx->heap, sizes[i]);
        }
        stack->count = 0;
        *stacks[i] = stack;
    }
}

/* What a very large model needed is not kept: it would be as large as the model. */
static void shrink(nwt_context *ctx)
{
    enum { LARGE = 256 * 1024 };
    int32_t i;

    for (i = 0; i < (int32_t)NWTI_GRAPH_STACKS; i++) {
        if (ctx->graph[i].capacity * ctx->graph[i].item_size > LARGE) {
            nwti_stack_free(&ctx->graph[i]);
        }
    }
}

nwt_model *nwt_model_new(nwt_context *ctx, int32_t input_count, nwt_tensor *const *inputs,
                         int32_t output_count, nwt_tensor *const *outputs, const char *options)
{
    return nwti_model_new_with(ctx, input_count, inputs, output_count, outputs, options, 0, NULL);
}

nwt_model *nwti_model_new_with(nwt_context *ctx, int32_t input_count, nwt_tensor *const *inputs,
                               int32_t output_count, nwt_tensor *const *outputs,
                               const char *options, int32_t apart_count, nwt_tensor *const *apart)
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
    take_stacks(&g);
    status = keep_tensors(ctx, input_count, inputs, &g.model->inputs, &g.model->input_slots) ||
             keep_tensors(ctx, output_count, outputs, &g.model->outputs, &g.model->output_slots) ||
             build(&g, apart_count, apart) || take_layers(&g);
    if (status != 0) {
        give_back(&g);
    }
    shrink(ctx);
    return status == 0 ? g.model : NULL;
}
