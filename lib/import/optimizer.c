/*
 * What an optimizer holds once Keras 3 has built it: some scalars, and slots,
 * each a variable like the trainable weight it belongs to.
 */
#include "import/import.h"
#include "support/checked.h"

#include <string.h>

enum {
    FACTORED = 1,   /* Adafactor: two more variables a weight, without an axis each */
    ORTHOGONAL = 2, /* Muon: fewer slots for matrices */
    LIKE_WEIGHT = 4 /* one more scalar, of the dtype of the first weight */
};

typedef struct optimizer {
    const char *class_name;
    int32_t slots;
    const char *more[2]; /* options that add a slot each if they are not 0 */
    int32_t flags;
} optimizer;

static const optimizer optimizers[] = {
    {"Adadelta", 2, {NULL, NULL}, 0},
    {"Adafactor", 1, {NULL, NULL}, FACTORED},
    {"Adagrad", 1, {NULL, NULL}, 0},
    {"Adam", 2, {"amsgrad", NULL}, 0},
    {"AdamW", 2, {"amsgrad", NULL}, 0},
    {"Adamax", 2, {NULL, NULL}, 0},
    {"Ftrl", 2, {NULL, NULL}, 0},
    {"Lamb", 2, {NULL, NULL}, 0},
    {"Lion", 1, {NULL, NULL}, 0},
    {"Muon", 1, {NULL, NULL}, ORTHOGONAL},
    {"Nadam", 2, {NULL, NULL}, LIKE_WEIGHT},
    {"RMSprop", 1, {"centered", "momentum"}, 0},
    {"SGD", 0, {"momentum", NULL}, 0},
    {"ScheduleFreeAdamW", 2, {NULL, NULL}, 0},
};

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

const char *nwti_import_optimizer_class(const char *name)
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
static void add_by_weight(nwti_optimizer *to, const optimizer *row, const nwt_layer *layer,
                          const nwti_value *config)
{
    int32_t embeddings = is_true(nwti_value_get(config, "exclude_embeddings")), first = 1;
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    int64_t i;

    for (i = 0; nwt_layer_weight(layer, i, &w); i++) {
        int64_t size = nwt_dtype_size(w.dtype);

        if (!w.trainable) {
            continue;
        }
        if (row->flags & LIKE_WEIGHT && first) {
            add(to, 1, size);
        } else if (row->flags & FACTORED && w.rank < 2) {
            add(to, 2, 2 * nwt_dtype_size(NWT_DTYPE_INT32));
        } else if (row->flags & FACTORED && w.elements > 0) {
            int64_t sum = w.elements / w.dims[w.rank - 1] + w.elements / w.dims[w.rank - 2];

            add(to, sum, sum * size);
        } else if (row->flags & ORTHOGONAL &&
                   (w.rank != 2 || (embeddings && is_embedding(layer, i)))) {
            add(to, w.elements, w.bytes);
        }
        first = 0;
    }
    if (row->flags & LIKE_WEIGHT && first) {
        add(to, 1, nwt_dtype_size(NWT_DTYPE_FLOAT32));
    }
}

/* `layer` NULL: nothing is trained. */
static void add_all(nwti_optimizer *to, const nwti_value *object, const nwt_layer *layer)
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
    add(to, 1, nwt_dtype_size(NWT_DTYPE_INT32));   /* iteration */
    if (rate == NULL || rate->type != NWTI_DICT) { /* no schedule */
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
    if (row->flags) {
        add_by_weight(to, row, layer, config);
    }
}

int32_t nwti_import_optimizer(nwt_model *model, const nwti_value *object, int32_t with_slots)
{
    nwt_context *ctx = model->layer->kind->ctx;
    const char *class_name = nwti_value_string(nwti_value_get(object, "class_name"));
    const nwti_value *inner;
    nwti_optimizer *to;

    if (class_name == NULL || !model->built) {
        return 0;
    }
    to = nwti_new(ctx, sizeof *to);
    if (to == NULL) {
        return ctx->status;
    }
    *to = (nwti_optimizer){class_name, 0, 0};
    /* LossScaleOptimizer adds its own iteration and rate, a counter and a scale. */
    while ((inner = nwti_value_get(nwti_value_get(object, "config"), "inner_optimizer")) != NULL) {
        add(to, 4, 2 * nwt_dtype_size(NWT_DTYPE_INT32) + 2 * nwt_dtype_size(NWT_DTYPE_FLOAT32));
        object = inner;
    }
    add_all(to, object, with_slots ? model->layer : NULL);
    model->optimizer = to;
    return 0;
}
