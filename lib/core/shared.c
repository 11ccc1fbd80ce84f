/* The options that every kind has, and what they set in the layer's header. */

#include "core/context.h"
#include "core/error.h"
#include "core/nearest.h"
#include "core/dtype.h"
#include "core/shared.h"
#include "core/kind.h"
#include "core/layer.h"
#include <string.h>

static int32_t wrong(nwt_layer *layer, const char *owner, const char *key, const char *wanted)
{
    return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: %s must be %s", owner, key,
                      wanted);
}

static int32_t take_name(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    if (value->type == NWTI_NONE) {
        return 0;
    }
    if (value->type != NWTI_STRING || value->length == 0) {
        return wrong(layer, owner, "name", "a string that is not empty");
    }
    layer->name = nwti_copy_string(layer->kind->ctx, value->as.string, value->length);
    return layer->name != NULL ? 0 : layer->kind->ctx->status;
}

const nwti_value *nwti_policy_for(const nwti_value *policy, const char *name)
{
    const nwti_value *config, *found = NULL;

    if (policy == NULL || policy->type != NWTI_DICT ||
        !nwti_value_is(nwti_value_get(policy, "class_name"), "DTypePolicyMap")) {
        return policy;
    }
    config = nwti_value_get(policy, "config");
    if (config != NULL && name != NULL) {
        found = nwti_value_get(nwti_value_get(config, "policy_map"), name);
    }
    return found != NULL ? found : nwti_value_get(config, "default_policy");
}

/* A name, or Keras's object: {"class_name": "DTypePolicy", "config": {"name": "float32"}}. */
static int32_t take_dtype(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    const char *name;
    nwti_value text = {NWTI_STRING, 0, 0, {0}};

    value = nwti_policy_for(value, layer->name);
    if (value == NULL || value->type == NWTI_NONE) {
        return 0;
    }
    if (value->type == NWTI_DICT) {
        /* A quantised policy tells its mode and what it was made from. */
        const nwti_value *config = nwti_value_get(value, "config");

        value = nwti_value_get(config, "name");
        value = value != NULL ? value : nwti_value_get(config, "source_name");
    } else if (value->type == NWTI_CALL && value->flags & NWTI_VALUE_BARE) {
        /* A bare dtype, as np.float32 or tf.int32. */
        name = strrchr(value->as.items->as.string, '.');
        text.as.string = name != NULL ? name + 1 : value->as.items->as.string;
        value = &text;
    } else if (value->type == NWTI_CALL && value->length > 0) {
        value = value->as.items + 2;
    }
    name = nwti_value_string(value);
    if (name == NULL) {
        return wrong(layer, owner, "dtype", "a dtype or a dtype policy");
    }
    if (!nwti_policy_of(name, &layer->compute_dtype, &layer->variable_dtype)) {
        return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID,
                          "%s: unknown dtype '%s': it must be a dtype as 'float32' or a policy as "
                          "'mixed_float16'",
                          owner, name);
    }
    return 0;
}

static int32_t take_trainable(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    if (value->type != NWTI_BOOL && value->type != NWTI_INT) {
        return wrong(layer, owner, "trainable", "True or False");
    }
    layer->flags &= (uint8_t)~NWTI_TRAINABLE;
    layer->flags |= value->as.integer != 0 ? NWTI_TRAINABLE : 0;
    return 0;
}

/* Dims of a shape into rare, after `before` dims of None. */
static int32_t take_dims(nwt_layer *layer, const char *owner, const nwti_value *value,
                         int32_t before, const char *key)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_rare *rare = nwti_layer_rare(layer);
    int32_t is_list = value->type == NWTI_LIST || value->type == NWTI_TUPLE;
    uint32_t count = is_list ? value->length : 1, i;
    int64_t *dims;

    if (value->type == NWTI_NONE) {
        return 0;
    }
    if (count > (uint32_t)(NWT_MAX_RANK - before)) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: %s has %d dims, at most %d are allowed",
                          owner, key, (int64_t)count, (int64_t)(NWT_MAX_RANK - before));
    }
    dims = nwti_new_array(ctx, count + 1, sizeof *dims);
    if (dims == NULL || rare == NULL) {
        return ctx->status;
    }
    dims[0] = -1;
    for (i = 0; i < count; i++) {
        const nwti_value *dim = is_list ? value->as.items + i : value;

        if (dim->type != NWTI_NONE && (dim->type != NWTI_INT || dim->as.integer < 0)) {
            return wrong(layer, owner, key, "a tuple of integers of at least 0, or None");
        }
        dims[before + (int32_t)i] = dim->type == NWTI_NONE ? -1 : dim->as.integer;
    }
    rare->input_shape = dims;
    rare->input_rank = before + (int32_t)count;
    rare->has_input_shape = 1;
    return 0;
}

static int32_t take_input_shape(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    return take_dims(layer, owner, value, 1, "input_shape");
}

static int32_t take_batch_input_shape(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    return take_dims(layer, owner, value, 0, "batch_input_shape");
}

/* input_dim=514 is the input shape (514,); with input_length before it, in either order. */
static int32_t take_extent(nwt_layer *layer, const char *owner, const nwti_value *value,
                           const char *key, int32_t is_length)
{
    nwti_rare *rare = nwti_layer_rare(layer);
    const int64_t *old = rare != NULL && rare->has_input_shape ? rare->input_shape : NULL;
    nwti_value items[2] = {{NWTI_NONE, 0, 0, {0}}, {NWTI_NONE, 0, 0, {0}}};
    nwti_value list = {NWTI_LIST, 0, 2, {0}};

    if (value->type == NWTI_NONE || rare == NULL) {
        return rare == NULL ? layer->kind->ctx->status : 0;
    }
    if (old == NULL || rare->input_rank != 2) {
        return take_dims(layer, owner, value, 1, key);
    }
    items[is_length] = (nwti_value){old[1] < 0 ? NWTI_NONE : NWTI_INT, 0, 0, {.integer = old[1]}};
    items[!is_length] = *value;
    list.as.items = items;
    return take_dims(layer, owner, &list, 1, key);
}

static int32_t take_input_dim(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    return take_extent(layer, owner, value, "input_dim", 0);
}

static int32_t take_input_length(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    return take_extent(layer, owner, value, "input_length", 1);
}

/* The dtype of the input that a first layer brings, where it is not its own: an Embedding's. */
static int32_t take_input_dtype(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    nwti_rare *rare = nwti_layer_rare(layer);
    const char *name = nwti_value_string(value);
    int32_t dtype = name != NULL ? nwti_dtype_of(name) : 0;

    if (value->type == NWTI_NONE || rare == NULL) {
        return rare == NULL ? layer->kind->ctx->status : 0;
    }
    if (dtype == 0) {
        return wrong(layer, owner, "input_dtype", "a dtype as 'int32'");
    }
    rare->input_dtype = (uint8_t)dtype;
    return 0;
}

static int32_t take_autocast(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    nwti_rare *rare = value->type == NWTI_BOOL && !value->as.integer ? nwti_layer_rare(layer)
                                                                     : layer->rare;

    (void)owner;
    if (rare != NULL && value->type == NWTI_BOOL) {
        rare->casts_nothing = !value->as.integer;
    }
    return 0;
}

static int32_t ignore(nwt_layer *layer, const char *owner, const nwti_value *value)
{
    (void)layer;
    (void)owner;
    (void)value;
    return 0;
}

static const struct {
    const char *key;
    int32_t (*take)(nwt_layer *layer, const char *owner, const nwti_value *value);
    int32_t offered; /* as the nearest name; the old ones are not */
} common[] = {
    {"name", take_name, 1},
    {"dtype", take_dtype, 1},
    {"trainable", take_trainable, 1},
    {"input_shape", take_input_shape, 1},
    {"batch_input_shape", take_batch_input_shape, 0},
    {"input_dim", take_input_dim, 0},
    {"input_length", take_input_length, 0},
    {"input_dtype", take_input_dtype, 0},
    {"activity_regularizer", ignore, 1},
    {"autocast", take_autocast, 0},
    {"weights", ignore, 0},
};

enum { COMMON_COUNT = sizeof common / sizeof common[0] };

int32_t nwti_assign_shared(nwt_layer *layer, const nwti_value *key, const nwti_value *value,
                           const char *owner)
{
    int32_t i;

    for (i = 0; i < (int32_t)COMMON_COUNT; i++) {
        if (strcmp(common[i].key, key->as.string) == 0) {
            common[i].take(layer, owner, value);
            return 1;
        }
    }
    return 0;
}

void nwti_offer_shared(nwti_nearest *nearest)
{
    int32_t i;

    for (i = 0; i < (int32_t)COMMON_COUNT; i++) {
        if (common[i].offered) {
            nwti_nearest_offer(nearest, common[i].key);
        }
    }
}

const nwt_option *nwti_shared_row(int64_t index)
{
    static const nwt_option rows[] = {
        {"name", "None", "the layer's name; None: its kind's and a number", NULL, 0, 0,
         NWT_TYPE_STRING, 0, 0, 1, 0, 0},
        {"dtype", "None", "what it computes in, or a policy; None: float32", NULL, 0, 0,
         NWT_TYPE_DTYPE, 0, 0, 1, 0, 0},
        {"trainable", "True", "whether training changes its weights", NULL, 0, 1, NWT_TYPE_BOOL, 0,
         0, 1, 0, 0},
    };

    return index >= 0 && index < (int64_t)(sizeof rows / sizeof rows[0]) ? &rows[index] : NULL;
}
