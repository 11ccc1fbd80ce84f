/*
 * Functional models: layers by name, and who feeds whom. Layers may stand in
 * any order; calls are made along their dependencies, with a stack of their
 * own, so that the cost is linear and no recursion follows the graph.
 */
#include "import/import.h"
#include "core/builtin.h"
#include "core/constant.h"
#include "core/error.h"
#include "core/dtype.h"
#include "core/foreign.h"

#include <string.h>

typedef struct node {
    nwti_references given;
    nwti_call *call; /* once it is made */
    int8_t state;    /* 0: not begun; 1: waits for what feeds it; 2: made */
} node;

typedef struct entry {
    nwt_layer *layer;
    const nwti_value *object;
    const char *name;
    size_t name_length;
    const nwti_value *inbound;
    const nwti_value *built_on; /* the shape that build_config says */
    node *nodes;
    int32_t node_count;
    int32_t base;        /* number of its first call in inbound_nodes ... */
    int32_t output_base; /* ... and in output_layers */
} entry;

typedef struct waiting {
    entry *entry;
    int32_t node;
    int64_t next; /* reference to be looked at */
} waiting;

/* What one call is given, as a request has it; used again for each call. */
typedef struct operands {
    nwt_tensor **tensors;
    const char **names, **written;
    const nwti_value **arrays;
    size_t capacity;
} operands;

typedef struct reading {
    nwti_import *import;
    nwt_context *ctx;
    entry *entries;
    int64_t count;
    nwti_map names;   /* -> entry */
    nwti_stack stack; /* of waiting */
    operands operands;
    nwti_reference *spare; /* of a call that is made, for the next one */
    int64_t spare_capacity;
} reading;

static int32_t malformed(reading *r, const char *what, const char *name)
{
    return nwti_error(r->ctx, NWT_STATUS_UNREADABLE, "the config is malformed: %s%s%s", what,
                      name[0] != '\0' ? ": " : "", name);
}

/* A node of Keras 3 is an object; older ones are lists. */
static int32_t is_dialect_3(const entry *e)
{
    return e->inbound != NULL && e->inbound->length > 0 &&
           e->inbound->as.items[0].type == NWTI_DICT &&
           nwti_value_get(e->inbound->as.items, "args") != NULL;
}

/*
 * What number the first call of a nested model has. Building a functional
 * model counted as its call 0 in Keras 1 and 2; Keras 3 counts so only in
 * output_layers. A Sequential was counted so by Keras 1 and the Keras 2 of its
 * own, by tf.keras only if it has an InputLayer.
 */
static void find_bases(const reading *r, entry *e)
{
    nwt_model *model = nwt_layer_as_model(e->layer);
    const nwti_value *layers;
    int32_t is_first_input = 0;

    if (model == NULL) {
        return;
    }
    layers = nwti_value_get(nwti_value_get(e->object, "config"), "layers");
    if (layers != NULL && layers->type == NWTI_LIST && layers->length > 0) {
        is_first_input = nwti_import_class(r->ctx,
                                           nwti_value_get(layers->as.items, "class_name")) ==
                         &nwti_kind_input_layer;
    }
    if (is_dialect_3(e)) {
        e->output_base = !model->is_sequential;
        return;
    }
    e->base = !model->is_sequential || is_first_input || r->import->version < 20400;
    e->output_base = e->base;
}

static int32_t add_name(reading *r, entry *e)
{
    void **place;

    e->name_length = strlen(e->name);
    place = nwti_map_at(&r->names, e->name, e->name_length);
    if (place == NULL) {
        return nwti_out_of_memory(r->ctx);
    }
    if (*place != NULL) {
        return nwti_error(r->ctx, NWT_STATUS_UNREADABLE,
                          "the name '%s' is used by more than one layer", e->name);
    }
    *place = e;
    return 0;
}

static int32_t read_entry(reading *r, entry *e, const nwti_value *value)
{
    nwti_object object;
    const nwti_value *name;
    nwt_layer *layer;

    if (value->type != NWTI_DICT) {
        return malformed(r, "a layer is no object", "");
    }
    nwti_object_read(&object, value);
    name = object.fields[NWTI_NAME];
    if (nwti_value_is(object.fields[NWTI_CLASS_NAME], nwti_foreign_node_class)) {
        value = nwti_foreign_object(r->import, value);
        if (value == NULL) {
            return r->ctx->status;
        }
        nwti_object_read(&object, value);
    }
    if (name == NULL) {
        name = nwti_value_get(object.fields[NWTI_CONFIG], "name");
    }
    layer = r->import->read_layer(r->import, &object);
    if (layer == NULL) {
        return r->ctx->status;
    }
    e->layer = layer;
    e->object = value;
    e->name = nwti_value_string(name);
    e->inbound = object.fields[NWTI_INBOUND_NODES];
    e->built_on = nwti_value_get(object.fields[NWTI_BUILD_CONFIG], "input_shape");
    if (e->name == NULL) {
        return malformed(r, "a layer of a functional model has no name", nwt_layer_kind(layer));
    }
    if (layer->name == NULL) {
        layer->name = e->name;
    }
    if (e->inbound != NULL && e->inbound->type != NWTI_LIST) {
        return malformed(r, "inbound_nodes is no list", e->name);
    }
    e->node_count = e->inbound != NULL ? (int32_t)e->inbound->length : 0;
    if (e->node_count == 0 && layer->kind->descriptor == &nwti_kind_input_layer) {
        e->node_count = 1;
    }
    e->nodes = nwti_new_array(r->ctx, (size_t)e->node_count, sizeof *e->nodes);
    if (e->nodes == NULL) {
        return r->ctx->status;
    }
    memset(e->nodes, 0, (size_t)e->node_count * sizeof *e->nodes);
    find_bases(r, e);
    return add_name(r, e);
}

/* The layer that a reference names; mostly it is the one before that which refers to it. */
static entry *find_entry(const reading *r, const nwti_reference *reference, entry *from)
{
    if (from > r->entries && from[-1].name_length == reference->layer_length &&
        nwti_same(from[-1].name, reference->layer, reference->layer_length)) {
        return from - 1;
    }
    return nwti_map_get(&r->names, reference->layer, reference->layer_length);
}

/* The node that a reference means. `from`: whose reference it is; NULL: the model's own outputs or
   inputs. */
static node *find_node(reading *r, const nwti_reference *reference, int32_t is_output, entry *from,
                       entry **of)
{
    entry *e = find_entry(r, reference, from != NULL ? from : r->entries);
    int64_t index, number;

    if (e == NULL) {
        nwti_nearest nearest;
        char hint[300];
        int64_t i;

        nwti_nearest_begin(&nearest, reference->layer);
        for (i = 0; i < r->count && i < 10000; i++) {
            nwti_nearest_offer(&nearest, r->entries[i].name);
        }
        nwti_error(r->ctx, NWT_STATUS_UNREADABLE,
                   "the config refers to a layer '%s', which is not there%s", reference->layer,
                   nwti_nearest_text(&nearest, hint, sizeof hint));
        return NULL;
    }
    *of = e;
    number = reference->node < 0 ? -1 : reference->node;
    index = number - (is_output ? e->output_base : e->base);
    if (index < 0 || index >= e->node_count) {
        /* Writers disagree on the base: the other one may fit. */
        index = number - (is_output ? !e->output_base : !e->base);
        if (nwt_layer_as_model(e->layer) == NULL || index < 0 || index >= e->node_count) {
            nwti_error(r->ctx, NWT_STATUS_UNREADABLE,
                       "the config refers to call %d of layer '%s', which has %d calls",
                       reference->node, e->name, (int64_t)e->node_count);
            return NULL;
        }
    }
    return &e->nodes[index];
}

/* Mostly the tensor's own. NULL: not stated. */
static int32_t dtype_of(const nwt_tensor *tensor, const char *stated)
{
    const char *own = nwt_dtype_name(tensor->dtype);

    if (stated != NULL && own != NULL && strcmp(own, stated) == 0) {
        return tensor->dtype;
    }
    return stated != NULL ? nwti_dtype_of(stated) : 0;
}

static nwt_tensor *tensor_of(reading *r, node *from, const nwti_reference *reference)
{
    nwt_tensor *tensor = reference->tensor >= 0 && reference->tensor < 1000000
                             ? nwti_call_output(from->call, (int32_t)reference->tensor)
                             : NULL;
    int64_t dims[NWT_MAX_RANK];
    const char *dtype;
    int32_t rank;

    if (tensor == NULL) {
        nwti_error(r->ctx, NWT_STATUS_UNREADABLE,
                   "the config refers to output %d of layer '%s', which has %d outputs",
                   reference->tensor, reference->layer, (int64_t)from->call->output_count);
        return NULL;
    }
    rank = nwti_import_dims(reference->stated, dims);
    if (rank >= 0) {
        dtype = nwti_value_string(reference->dtype);
        tensor = nwti_tensor_state(tensor, rank, dims, dtype_of(tensor, dtype));
    }
    return tensor;
}

/* After a layer of unknown shape, build_config of the next tells what reaches its first call. */
static nwt_tensor *state_input(const entry *e, const node *n, nwt_tensor *tensor)
{
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = n == e->nodes && tensor->rank < 0 ? nwti_import_dims(e->built_on, dims) : -1;

    return rank >= 0 ? nwti_tensor_state(tensor, rank, dims, 0) : tensor;
}

/* A layer was built on what build_config says: on the shape of its first call, unless that was made
   outside of the model. */
static int32_t build_first(const entry *e, const node *n, const nwt_tensor *tensor)
{
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = n == e->nodes && e->layer->kind->takes_one && e->layer->kind->single != NULL
                       ? nwti_import_dims(e->built_on, dims)
                       : -1;

    if (rank < 0 || tensor->rank < 0 || e->layer->flags & (NWTI_IS_MODEL | NWTI_BUILT) ||
        (rank == tensor->rank && memcmp(dims, tensor->dims, (size_t)rank * sizeof *dims) == 0)) {
        return 0;
    }
    return nwti_layer_build_on(e->layer, rank, dims, tensor->dtype);
}

/* An array of the config, which is an operand that no call made. */
static nwt_tensor *array_of(reading *r, const nwti_value *array)
{
    nwti_constant constant;
    nwt_tensor *tensor;
    int32_t is_known = nwti_constant_read(array, &constant);

    tensor = nwti_tensor_new(&r->ctx->arena, is_known ? constant.rank : -1, constant.dims,
                             nwti_constant_dtype(&constant));
    if (tensor == NULL) {
        nwti_out_of_memory(r->ctx);
    }
    return tensor;
}

static int32_t reserve(nwt_context *ctx, operands *of, size_t count)
{
    if (count <= of->capacity && of->capacity > 0) {
        return 0;
    }
    of->capacity = count + (count < 8 ? 8 : count);
    of->tensors = nwti_new_array(ctx, of->capacity, sizeof *of->tensors);
    of->names = nwti_new_array(ctx, of->capacity, sizeof *of->names);
    of->written = nwti_new_array(ctx, of->capacity, sizeof *of->written);
    of->arrays = nwti_new_array(ctx, of->capacity, sizeof *of->arrays);
    return ctx->status;
}

/* What the references of a node mean, all that feeds it being made. */
static int32_t find_operands(reading *r, entry *e, node *n)
{
    operands *of = &r->operands;
    size_t count = (size_t)n->given.count, i;

    if (reserve(r->ctx, of, count)) {
        return r->ctx->status;
    }
    for (i = 0; i < count && r->ctx->status == NWT_STATUS_OK; i++) {
        const nwti_reference *reference = &n->given.items[i];
        node *from = reference->found;

        of->names[i] = reference->argument;
        of->written[i] = reference->written;
        of->arrays[i] = reference->array;
        of->tensors[i] = from != NULL               ? tensor_of(r, from, reference)
                         : reference->array != NULL ? array_of(r, reference->array)
                                                    : NULL;
    }
    if (count == 1 && of->tensors[0] != NULL) {
        of->tensors[0] = state_input(e, n, of->tensors[0]);
        if (of->tensors[0] != NULL) {
            build_first(e, n, of->tensors[0]);
        }
    }
    return r->ctx->status;
}

/* Makes the call of a node. */
static int32_t make_call(reading *r, entry *e, node *n)
{
    const operands *of = &r->operands;
    nwti_call_request request = {.layer = e->layer, .count = (int32_t)n->given.count};
    nwti_value *constants;

    if (find_operands(r, e, n)) {
        return r->ctx->status;
    }
    request.tensors = of->tensors;
    request.names = of->names;
    request.written = of->written;
    request.arrays = of->arrays;
    if (n->given.constant_count > 0) {
        constants = nwti_new(r->ctx, sizeof *constants);
        if (constants == NULL) {
            return r->ctx->status;
        }
        memset(constants, 0, sizeof *constants);
        constants->type = NWTI_DICT;
        constants->length = (uint32_t)n->given.constant_count;
        constants->as.items = n->given.constants;
        request.arguments = constants;
    }
    if (request.count == 1 && of->names[0] == NULL && of->tensors[0] != NULL) {
        request.names = NULL;
    }
    n->call = nwti_call_make(&request);
    n->state = 2;
    r->spare = n->given.items;
    r->spare_capacity = n->given.capacity;
    return n->call != NULL ? 0 : r->ctx->status;
}

static int32_t push(reading *r, entry *e, int32_t index)
{
    node *n = &e->nodes[index];
    waiting *top;

    n->state = 1;
    n->given.ctx = r->ctx;
    n->given.keeps_order = r->import->version >= 21900 && r->import->version < NWTI_VERSION_3;
    n->given.items = r->spare;
    n->given.capacity = r->spare_capacity;
    r->spare = NULL;
    r->spare_capacity = 0;
    if (e->inbound != NULL && index < (int32_t)e->inbound->length &&
        nwti_import_node(&n->given, e->layer->kind, e->inbound->as.items + index)) {
        return r->ctx->status;
    }
    top = nwti_stack_push(&r->stack, 1);
    if (top == NULL) {
        return nwti_out_of_memory(r->ctx);
    }
    *top = (waiting){e, index, 0};
    return 0;
}

/* Pushes a node that must be made first; one that waits already is part of a cycle. */
static int32_t need(reading *r, const waiting *top, entry *e, int32_t index)
{
    if (e->nodes[index].state == 2) {
        return 0;
    }
    if (e->nodes[index].state == 1) {
        return nwti_error(r->ctx, NWT_STATUS_UNREADABLE,
                          "the config has a cycle: '%s' needs '%s', which waits for it",
                          top->entry->name, e->name);
    }
    return push(r, e, index);
}

/* Makes one node and all it needs. */
static int32_t make_node(reading *r, entry *e, int32_t index)
{
    if (e->nodes[index].state == 2) {
        return 0;
    }
    if (push(r, e, index)) {
        return r->ctx->status;
    }
    while (r->stack.count > 0) {
        waiting *top = (waiting *)r->stack.items + r->stack.count - 1;
        node *n = &top->entry->nodes[top->node];
        nwti_reference *reference;
        waiting now = *top;
        entry *of;
        node *from;

        if (now.next == 0 && now.node > 0 && now.entry->nodes[now.node - 1].state == 0) {
            /* Calls of one layer are made in their order: they are known by number. */
            if (push(r, now.entry, now.node - 1)) {
                return r->ctx->status;
            }
            continue;
        }
        if (now.next == n->given.count) {
            r->stack.count--;
            if (make_call(r, now.entry, n)) {
                return r->ctx->status;
            }
            continue;
        }
        reference = &n->given.items[now.next];
        top->next++;
        if (reference->layer != NULL) {
            from = find_node(r, reference, 0, now.entry, &of);
            reference->found = from;
            if (from == NULL || need(r, &now, of, (int32_t)(from - of->nodes))) {
                return r->ctx->status;
            }
        }
    }
    return 0;
}

static int32_t read_layers(reading *r, const nwti_value *layers)
{
    uint32_t i;
    int64_t j;
    int32_t k;

    if (layers == NULL || layers->type != NWTI_LIST) {
        return malformed(r, "a functional model has no list of layers", "");
    }
    r->entries = nwti_new_array(r->ctx, layers->length, sizeof *r->entries);
    if (r->entries == NULL) {
        return r->ctx->status;
    }
    if (!nwti_map_reserve(&r->names, layers->length)) {
        return nwti_out_of_memory(r->ctx);
    }
    memset(r->entries, 0, layers->length * sizeof *r->entries);
    for (i = 0; i < layers->length; i++) {
        if (read_entry(r, &r->entries[i], layers->as.items + i)) {
            return r->ctx->status;
        }
        r->count++;
    }
    for (j = 0; j < r->count; j++) {
        for (k = 0; k < r->entries[j].node_count; k++) {
            if (make_node(r, &r->entries[j], k)) {
                return r->ctx->status;
            }
        }
    }
    return 0;
}

/* Tensors of input_layers or output_layers. */
static nwt_tensor **ends(reading *r, const nwti_value *config, const char *key, int32_t is_output,
                         int32_t *count, const char *const **keys)
{
    nwti_references given = {r->ctx, 0, NULL, 0, 0, NULL, 0, 0};
    nwt_tensor **tensors;
    entry *of;
    int64_t i;

    if (nwti_value_get(config, key) == NULL) {
        malformed(r, "a functional model without", key);
        return NULL;
    }
    if (nwti_import_tensors(&given, nwti_value_get(config, key), keys)) {
        return NULL;
    }
    tensors = nwti_new_array(r->ctx, (size_t)given.count, sizeof *tensors);
    for (i = 0; tensors != NULL && i < given.count; i++) {
        node *from = find_node(r, &given.items[i], is_output, NULL, &of);

        tensors[i] = from != NULL ? tensor_of(r, from, &given.items[i]) : NULL;
        if (tensors[i] == NULL) {
            return NULL;
        }
    }
    *count = (int32_t)given.count;
    return tensors;
}

/* Before Keras 2.4 what gave its input as it is gave the same tensor, and the model was written as
   if that layer had made its input: it begins where the tensor does. */
static void find_beginnings(const nwti_import *import, int32_t count, nwt_tensor **inputs)
{
    for (int32_t i = 0; import->version < 20400 && i < count; i++) {
        while (inputs[i]->call->input_count == 1) {
            inputs[i] = inputs[i]->call->inputs[0];
        }
    }
}

/* From 2.4 on tf.keras put all layers of the config into the model, those too that no output
   depends on, as add_loss() makes them: a tensor of each call. NULL: not so, before and after. */
static nwt_tensor **all_calls(reading *r, int32_t *count)
{
    nwt_tensor **tensors;
    int64_t calls = 0, i;
    int32_t k;

    *count = 0;
    for (i = 0; i < r->count; i++) {
        calls += r->entries[i].node_count;
    }
    if (r->import->version < 20400 || r->import->version >= NWTI_VERSION_3 || calls > INT32_MAX) {
        return NULL;
    }
    tensors = nwti_new_array(r->ctx, (size_t)calls + 1, sizeof *tensors);
    for (i = 0; tensors != NULL && i < r->count; i++) {
        for (k = 0; k < r->entries[i].node_count; k++) {
            const nwti_call *call = r->entries[i].nodes[k].call;

            if (call != NULL && call->input_count > 0 && call->outputs != NULL) {
                tensors[(*count)++] = call->outputs;
            }
        }
    }
    return tensors;
}

static nwt_model *make_model(reading *r, const nwti_value *config)
{
    const char *const *input_keys, *const *output_keys;
    int32_t input_count, output_count, apart_count;
    nwt_tensor **inputs, **outputs, **apart = all_calls(r, &apart_count);
    nwt_model *model;

    inputs = ends(r, config, "input_layers", 0, &input_count, &input_keys);
    if (inputs != NULL) {
        find_beginnings(r->import, input_count, inputs);
    }
    outputs = inputs != NULL ? ends(r, config, "output_layers", 1, &output_count, &output_keys)
                             : NULL;
    model = outputs != NULL ? nwti_model_new_with(r->ctx, input_count, inputs, output_count,
                                                  outputs, NULL, apart_count, apart)
                            : NULL;
    if (model != NULL) {
        model->input_keys = input_keys;
        model->output_keys = output_keys;
        model->input_structure = nwti_value_get(config, "input_layers");
        model->output_structure = nwti_value_get(config, "output_layers");
    }
    return model;
}

nwt_model *nwti_import_functional(nwti_import *import, const nwti_value *object)
{
    const nwti_value *config = nwti_value_get(object, "config");
    reading r;
    nwt_model *model = NULL;

    memset(&r, 0, sizeof r);
    r.import = import;
    r.ctx = import->ctx;
    nwti_map_init(&r.names, &r.ctx->heap);
    nwti_stack_init(&r.stack, &r.ctx->heap, sizeof(waiting));
    if (read_layers(&r, nwti_value_get(config, "layers")) == 0) {
        model = make_model(&r, config);
    }
    if (model != NULL) {
        nwti_import_name(model, config);
        nwti_import_freeze(import, model, config);
    }
    nwti_map_free(&r.names);
    nwti_stack_free(&r.stack);
    return model;
}
