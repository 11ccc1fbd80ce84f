/*
 * What an optimizer holds once Keras 3 has built it: some scalars, and slots,
 * each a variable like the trainable weight it belongs to.
 */
#include "core/optimizer.h"
#include "core/context.h"
#include "core/counts.h"
#include "core/error.h"
#include "core/nearest.h"
#include "core/weight.h"
#include "support/checked.h"
#include "support/literal.h"
#include "support/text.h"

#include <string.h>

enum {
    FACTORED = 1,   /* Adafactor: two more variables a weight, without an axis each */
    ORTHOGONAL = 2, /* Muon: fewer slots for matrices */
    LIKE_WEIGHT = 4 /* one more scalar, of the dtype of the first weight; Keras's LossScaleOptimizer
                       does not list it */
};

typedef struct optimizer {
    const char *class_name;
    int32_t slots;
    const char *more[2]; /* options that add a slot each if they are not 0 */
    int32_t flags;
    const char *options; /* those of its own, in the order of Keras's constructor */
} optimizer;

static const optimizer optimizers[] = {
    {"Adadelta", 2, {NULL, NULL}, 0, "rho epsilon weight_decay"},
    {"Adafactor",
     1,
     {NULL, NULL},
     FACTORED,
     "beta_2_decay epsilon_1 epsilon_2 clip_threshold relative_step weight_decay"},
    {"Adagrad", 1, {NULL, NULL}, 0, "initial_accumulator_value epsilon weight_decay"},
    {"Adam", 2, {"amsgrad", NULL}, 0, "beta_1 beta_2 epsilon amsgrad weight_decay"},
    {"AdamW", 2, {"amsgrad", NULL}, 0, "weight_decay beta_1 beta_2 epsilon amsgrad"},
    {"Adamax", 2, {NULL, NULL}, 0, "beta_1 beta_2 epsilon weight_decay"},
    {"Ftrl",
     2,
     {NULL, NULL},
     0,
     "learning_rate_power initial_accumulator_value l1_regularization_strength "
     "l2_regularization_strength l2_shrinkage_regularization_strength beta weight_decay"},
    {"Lamb", 2, {NULL, NULL}, 0, "beta_1 beta_2 epsilon weight_decay"},
    {"Lion", 1, {NULL, NULL}, 0, "beta_1 beta_2 weight_decay"},
    {"Muon",
     1,
     {NULL, NULL},
     ORTHOGONAL,
     "adam_beta_1 adam_beta_2 adam_weight_decay epsilon weight_decay"},
    {"Nadam", 2, {NULL, NULL}, LIKE_WEIGHT, "beta_1 beta_2 epsilon weight_decay"},
    {"RMSprop", 1, {"centered", "momentum"}, 0, "rho momentum epsilon centered weight_decay"},
    {"SGD", 0, {"momentum", NULL}, 0, "momentum nesterov weight_decay"},
    {"ScheduleFreeAdamW", 2, {NULL, NULL}, 0, "beta_1 beta_2 epsilon warmup_steps weight_decay"},
};

/* What all of them take, before and behind their own. */
static const char rate_option[] = "learning_rate";
static const char common_options[] =
    "clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency "
    "loss_scale_factor gradient_accumulation_steps name";
static const char muon_options[] =
    "exclude_layers exclude_embeddings muon_a muon_b muon_c adam_lr_ratio momentum ns_steps "
    "nesterov rms_rate";
static const char loss_scale[] = "LossScaleOptimizer";
static const char loss_scale_options[] = "inner_optimizer initial_scale dynamic_growth_steps name";

/* Truth as Python has it, of None, bools and numbers. */
static int32_t is_true(const nwti_value *value)
{
    return value != NULL &&
           (value->type == NWTI_FLOAT                               ? value->as.number != 0
            : (value->type == NWTI_INT || value->type == NWTI_BOOL) ? value->as.integer != 0
                                                                    : 0);
}

static const optimizer *find(const char *class_name)
{
    size_t i;

    for (i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        if (strcmp(optimizers[i].class_name, class_name) == 0) {
            return &optimizers[i];
        }
    }
    return NULL;
}

int32_t nwti_optimizer_is_known(const char *class_name)
{
    return class_name != NULL && find(class_name) != NULL;
}

const char *nwti_optimizer_class(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        if (nwti_distance(optimizers[i].class_name, name, 0) == 0) {
            return optimizers[i].class_name;
        }
    }
    return name;
}

/* Adds variables of so many elements; a sum that overflows sticks at -1. */
static void add(nwti_optimizer *to, int64_t params, int64_t bytes)
{
    if (to->params < 0 || !nwti_add(to->params, params, &to->params) ||
        !nwti_add(to->bytes, bytes, &to->bytes)) {
        to->params = -1;
        to->bytes = -1;
    }
}

/* Muon keeps to Adam where the path of a weight has this in it, in any case. */
static int32_t is_embedding(const nwt_layer *layer, int64_t index)
{
    char path[1024], *c;

    nwt_layer_weight_path(layer, index, path, sizeof path);
    for (c = path; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return strstr(path, "embedding") != NULL;
}

/* What depends on each weight's shape. */
static void add_by_weight(nwti_optimizer *to, int32_t flags, const nwt_layer *layer,
                          const nwti_value *config)
{
    const nwti_value *excluded = nwti_value_get(config, "exclude_embeddings");
    int32_t embeddings = excluded == NULL || is_true(excluded), first = 1;
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    int64_t i;

    for (i = 0; nwt_layer_weight(layer, i, &w); i++) {
        int64_t size = nwt_dtype_size(w.dtype);

        if (!w.trainable) {
            continue;
        }
        if (flags & LIKE_WEIGHT && first) {
            add(to, 1, size);
        } else if (flags & FACTORED && w.rank < 2) {
            add(to, 2, 2 * nwt_dtype_size(NWT_DTYPE_INT32));
        } else if (flags & FACTORED && w.elements > 0) {
            int64_t sum = w.elements / w.dims[w.rank - 1] + w.elements / w.dims[w.rank - 2];

            add(to, sum, sum * size);
        } else if (flags & ORTHOGONAL && (w.rank != 2 || (embeddings && is_embedding(layer, i)))) {
            add(to, w.elements, w.bytes);
        }
        first = 0;
    }
    if (flags & LIKE_WEIGHT && first) {
        add(to, 1, nwt_dtype_size(NWT_DTYPE_FLOAT32));
    }
}

/* `layer` NULL: nothing is trained. `hidden`: flags whose variables are not listed. */
static void add_all(nwti_optimizer *to, const nwti_value *object, const nwt_layer *layer,
                    int32_t hidden)
{
    const char *class_name = nwti_value_string(nwti_value_get(object, "class_name"));
    const nwti_value *config = nwti_value_get(object, "config");
    const optimizer *row = class_name != NULL ? find(class_name) : NULL;
    const nwti_value *excluded = nwti_value_get(config, "exclude_layers");
    const nwti_value *rate = nwti_value_get(config, "learning_rate");
    nwti_counts counts = {0};
    int32_t slots, i;

    if (row == NULL || (excluded != NULL && excluded->length > 0)) {
        to->params = to->bytes = -1;
        return;
    }
    if (layer != NULL) {
        counts = nwti_layer_counts(layer);
    }
    add(to, 1, nwt_dtype_size(NWT_DTYPE_INT32));                                /* iteration */
    if (rate == NULL || (rate->type != NWTI_DICT && rate->type != NWTI_CALL)) { /* no schedule */
        add(to, 1, nwt_dtype_size(NWT_DTYPE_FLOAT32));
    }
    slots = row->slots + is_true(nwti_value_get(config, "use_ema")) +
            is_true(nwti_value_get(config, "gradient_accumulation_steps"));
    for (i = 0; i < 2 && row->more[i] != NULL; i++) {
        slots += is_true(nwti_value_get(config, row->more[i]));
    }
    for (i = 0; i < slots; i++) {
        add(to, counts.trainable, counts.trainable_bytes);
    }
    if (row->flags & ~hidden) {
        add_by_weight(to, row->flags & ~hidden, layer, config);
    }
}

nwti_optimizer nwti_optimizer_of(const nwti_value *object, const nwt_layer *layer)
{
    nwti_optimizer of = {nwti_value_string(nwti_value_get(object, "class_name")), 0, 0};
    const nwti_value *inner;
    int32_t hidden = 0;

    /* LossScaleOptimizer adds its own iteration and rate, a counter and a scale. */
    while ((inner = nwti_value_get(nwti_value_get(object, "config"), "inner_optimizer")) != NULL) {
        add(&of, 4, 2 * nwt_dtype_size(NWT_DTYPE_INT32) + 2 * nwt_dtype_size(NWT_DTYPE_FLOAT32));
        object = inner;
        hidden = LIKE_WEIGHT;
    }
    add_all(&of, object, layer, hidden);
    return of;
}

/* -------------------------------------------------------------------------- text */

static const char *bare_name(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

static int32_t is_loss_scale(const char *class_name)
{
    return nwti_distance(loss_scale, class_name, 0) == 0;
}

/* The lists of what an optimizer takes, in the order of its constructor. */
static void options_of(const char *class_name, const char *lists[4])
{
    const optimizer *row = find(class_name);

    memset(lists, 0, 4 * sizeof *lists);
    if (row == NULL) {
        lists[0] = loss_scale_options;
        return;
    }
    lists[0] = rate_option;
    lists[1] = row->options;
    lists[2] = common_options;
    lists[3] = row->flags & ORTHOGONAL ? muon_options : NULL;
}

/* The option at a position, or of a name; its length in *length, 0 if there is none. */
static const char *option_of(const char *class_name, int32_t position, const char *name,
                             size_t *length)
{
    const char *lists[4], *p;
    int32_t i, at = 0;

    options_of(class_name, lists);
    for (i = 0; i < 4 && lists[i] != NULL; i++) {
        for (p = lists[i]; *p != '\0'; p += *length + (p[*length] == ' '), at++) {
            *length = strcspn(p, " ");
            if (name != NULL ? strlen(name) == *length && memcmp(name, p, *length) == 0
                             : at == position) {
                return p;
            }
        }
    }
    *length = 0;
    return NULL;
}

/* What is in its place after the most similar of the names it could be. */
static int32_t unknown_option(nwt_context *ctx, const char *owner, const char *class_name,
                              const char *name)
{
    const char *lists[4], *p;
    char words[32][64], hint[128];
    nwti_nearest nearest;
    int32_t i, count = 0;

    options_of(class_name, lists);
    nwti_nearest_begin(&nearest, name);
    for (i = 0; i < 4 && lists[i] != NULL; i++) {
        for (p = lists[i]; *p != '\0' && count < 32; p += *p == ' ') {
            size_t length = strcspn(p, " ");

            nwti_format(words[count], length + 1 < 64 ? length + 1 : 64, "%s", p);
            nwti_nearest_offer(&nearest, words[count++]);
            p += length;
        }
    }
    return nwti_error(ctx, NWT_STATUS_INVALID, "%s: %s has no option '%s'%s", owner, class_name,
                      name, nwti_nearest_text(&nearest, hint, sizeof hint));
}

static const char *class_wanted(nwt_context *ctx, const char *owner, const char *name)
{
    const char *class_name = nwti_optimizer_class(name);
    nwti_nearest nearest;
    char hint[128];
    size_t i;

    if (is_loss_scale(name)) {
        return loss_scale;
    }
    if (find(class_name) != NULL) {
        return class_name;
    }
    nwti_nearest_begin(&nearest, name);
    for (i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        nwti_nearest_offer(&nearest, optimizers[i].class_name);
    }
    nwti_nearest_offer(&nearest, loss_scale);
    nwti_error(ctx, NWT_STATUS_INVALID, "%s: there is no optimizer '%s'%s", owner, name,
               nwti_nearest_text(&nearest, hint, sizeof hint));
    return NULL;
}

static const nwti_value *object_of(nwt_context *ctx, const char *owner, const nwti_value *call,
                                   int32_t depth);

/* The arguments of a constructor as a config. 0, or the status. */
static int32_t read_config(nwt_context *ctx, const char *owner, const char *class_name,
                           const nwti_value *call, nwti_value *config, int32_t depth)
{
    nwti_value *pairs = nwti_new_array(ctx, 2 * (size_t)call->length, sizeof *pairs);
    const nwti_value *from = call->as.items + 1;
    int32_t position = 0;
    uint32_t i;

    for (i = 0; pairs != NULL && i < call->length; i++, from += 2) {
        size_t length;
        const char *name = from->type == NWTI_STRING ? from->as.string : NULL;
        const char *option = option_of(class_name, position, name, &length);

        if (option == NULL && name != NULL) {
            return unknown_option(ctx, owner, class_name, name);
        }
        if (option == NULL) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "%s: %s has too many arguments", owner,
                              class_name);
        }
        position += name == NULL;
        pairs[2 * i] = (nwti_value){NWTI_STRING, 0, (uint32_t)length, {0}};
        pairs[2 * i].as.string = nwti_copy_string(ctx, option, length);
        if (pairs[2 * i].as.string == NULL) {
            return ctx->status;
        }
        pairs[2 * i + 1] = from[1];
        if (is_loss_scale(class_name) && strncmp(option, "inner_optimizer", length) == 0) {
            const nwti_value *inner = object_of(ctx, owner, from + 1, depth + 1);

            if (inner == NULL) {
                return ctx->status;
            }
            pairs[2 * i + 1] = *inner;
        }
    }
    *config = (nwti_value){NWTI_DICT, 0, call->length, {0}};
    config->as.items = pairs;
    return pairs != NULL ? 0 : ctx->status;
}

/* Recursion follows optimizers within LossScaleOptimizers, which the reader bounds. */
static const nwti_value *object_of(nwt_context *ctx, const char *owner, const nwti_value *call,
                                   int32_t depth)
{
    enum { DEEPEST = 8 };
    nwti_value *pairs = nwti_new_array(ctx, 4, sizeof *pairs);
    nwti_value *object = nwti_new(ctx, sizeof *object);
    nwti_value none = {NWTI_CALL, 0, 0, {0}};
    const char *name = call->type == NWTI_CALL ? call->as.items->as.string
                                               : nwti_value_string(call);
    const char *class_name;

    if (pairs == NULL || object == NULL) {
        return NULL;
    }
    if (name == NULL || depth > DEEPEST) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "%s: an optimizer is its name, or a constructor: adam, or Adam(amsgrad=True)",
                   owner);
        return NULL;
    }
    class_name = class_wanted(ctx, owner, bare_name(name));
    none.as.items = call;
    if (class_name == NULL ||
        read_config(ctx, owner, class_name, call->type == NWTI_CALL ? call : &none, &pairs[3],
                    depth)) {
        return NULL;
    }
    if (is_loss_scale(class_name) && nwti_value_get(&pairs[3], "inner_optimizer") == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "%s: %s needs an inner_optimizer", owner, class_name);
        return NULL;
    }
    pairs[0] = (nwti_value){NWTI_STRING, 0, 10, {.string = "class_name"}};
    pairs[1] = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(class_name), {.string = class_name}};
    pairs[2] = (nwti_value){NWTI_STRING, 0, 6, {.string = "config"}};
    *object = (nwti_value){NWTI_DICT, 0, 2, {.items = pairs}};
    return object;
}

const nwti_value *nwti_optimizer_read(nwt_context *ctx, const char *owner, const char *text)
{
    nwti_syntax_error error;
    const nwti_value *read = nwti_literal_read(&ctx->arena, text, strlen(text), 16, &error);

    if (read == NULL) {
        if (error.what == NULL) {
            nwti_out_of_memory(ctx);
        } else {
            nwti_error(ctx, NWT_STATUS_INVALID, "%s: optimizer, column %z: %s", owner, error.column,
                       error.what);
        }
        return NULL;
    }
    return object_of(ctx, owner, read, 0);
}
