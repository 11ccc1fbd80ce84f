/*
 * MultiHeadAttention and GroupedQueryAttention: query, key and value are
 * projected to heads, the heads' results to the output. The projections are
 * layers of their own, as in Keras.
 */
#include "core/account.h"
#include "core/builtin.h"
#include "layers/past.h"
#include "layers/seed.h"
#include "support/text.h"

#include <string.h>

/* Rows of a kind that has another name for one of these write the key by hand. */
struct heads {
    int64_t num_heads;
    int64_t num_key_value_heads;
    int64_t key_dim;
    int64_t value_dim;
    double dropout;
    nwt_ints output_shape;
    nwt_ints attention_axes;
    int64_t sliding_window;
    nwt_layer *query, *key, *gate, *value, *softmax, *dropout_layer, *attention_output;
    const char *labels; /* for the kernel of the projection that is derived next */
    int32_t use_bias;
    int32_t use_gate;
    int32_t untyped;
};

#define SIZE(key, field, help)                                \
    {                                                         \
        key, NULL, help, NULL, 1, INT64_MAX, NWT_TYPE_INT, 0, \
            (int32_t)offsetof(struct heads, field), 1         \
    }
#define DROPOUT \
    NWT_OPTION_FLOAT(struct heads, dropout, "0.0", 0, 1, "fraction of the scores dropped")
#define USE_BIAS NWT_OPTION_BOOL(struct heads, use_bias, "True", "add biases in the projections")
#define REST                                                                                      \
    NWT_OPTION_INT(struct heads, sliding_window, "None", 1, INT64_MAX,                            \
                   "how far a position looks; None: at all"),                                     \
        NWT_OPTION_OPAQUE("flash_attention", "use the fast implementation of a GPU"),             \
        NWT_OPTIONS_OF_KERNEL_AND_BIAS("kernel", "each kernel", "each bias"),                     \
        NWT_OPTION_BOOL(struct heads, use_gate, "False", "gate the heads' results by the query"), \
        NWT_OPTION_OPAQUE("seed", "seed of the dropout"),                                         \
        PAST_QUIRK(struct heads, untyped, "what is within had no dtype of its own"),              \
        HIDDEN(query), HIDDEN(key), HIDDEN(gate), HIDDEN(value), HIDDEN(softmax),                 \
        HIDDEN(dropout_layer), HIDDEN(attention_output),                                          \
        NWT_ROW_(struct heads, labels, "None", "what the kernel's axes are called", NULL, 0, 0,   \
                 NWT_TYPE_STRING, NWT_FLAG_HIDDEN, 1),                                            \
        NWT_OPTION_END
#define HIDDEN(f) NWT_OPTION_LAYER(struct heads, f, "None", NWT_FLAG_HIDDEN, "a layer within")

static const nwt_option multi_head_options[] = {
    SIZE("num_heads", num_heads, "number of heads"),
    SIZE("key_dim", key_dim, "features of the query and the key in each head"),
    NWT_OPTION_INT(struct heads, value_dim, "None", 1, INT64_MAX,
                   "features of the value in each head; None: key_dim"),
    DROPOUT,
    USE_BIAS,
    NWT_OPTION_INTS(struct heads, output_shape, "None", 1, INT64_MAX,
                    "shape of the output behind batch and time; None: that of the query"),
    NWT_OPTION_INTS(struct heads, attention_axes, "None", -NWT_MAX_RANK, NWT_MAX_RANK - 1,
                    "the axes attended over; None: all but batch and features"),
    REST};

static const nwt_option grouped_options[] = {
    SIZE("head_dim", key_dim, "features of each head"),
    SIZE("num_query_heads", num_heads, "number of heads of the query"),
    SIZE("num_key_value_heads", num_key_value_heads, "number of heads of the key and the value"),
    DROPOUT,
    USE_BIAS,
    REST};

struct heads_arguments {
    int32_t query;
    int32_t value;
    int32_t key;
    int32_t query_mask;
    int32_t value_mask;
    int32_t key_mask;
    int32_t attention_mask;
    int32_t return_attention_scores;
    int32_t use_causal_mask;
};

#define MASK(f) NWT_ARGUMENT_TENSOR(struct heads_arguments, f, "None", 0, NWT_MAX_RANK, "a mask")
#define ARGUMENTS(table, query_low, low, high)                                    \
    static const nwt_option table[] = {                                           \
        NWT_ARGUMENT_TENSOR(struct heads_arguments, query, NULL, query_low, high, \
                            "(batch, queries, features)"),                        \
        NWT_ARGUMENT_TENSOR(struct heads_arguments, value, NULL, low, high,       \
                            "(batch, values, features)"),                         \
        NWT_ARGUMENT_TENSOR(struct heads_arguments, key, "None", low, high,       \
                            "(batch, values, features); None: the value"),        \
        MASK(query_mask),                                                         \
        MASK(value_mask),                                                         \
        MASK(key_mask),                                                           \
        MASK(attention_mask),                                                     \
        NWT_OPTION_BOOL(struct heads_arguments, return_attention_scores, "False", \
                        "give the scores too"),                                   \
        NWT_OPTION_BOOL(struct heads_arguments, use_causal_mask, "False",         \
                        "let no position look at later ones"),                    \
        NWT_OPTION_END}

ARGUMENTS(multi_head_arguments, 2, 1, NWT_MAX_RANK - 1);
ARGUMENTS(grouped_arguments, 3, 3, 3);

/* Keras makes them without a word of trainable: of a frozen layer, the model counts what is within
   as trainable still. */
static nwt_layer *derive(nwt_op *op, const struct heads *self, const char *kind, const char *name)
{
    nwt_layer *layer = nwt_op_derive(op, kind, name);

    nwt_layer_set_bool(layer, "trainable", 1);
    if (self->untyped) {
        nwt_layer_set_string(layer, "dtype", "float32");
    }
    return layer;
}

static nwt_layer *projection(nwt_op *op, struct heads *self, const char *name, int64_t heads,
                             int64_t size)
{
    nwt_layer *layer;

    self->labels = "input features\0heads\0features of each head\0";
    layer = derive(op, self, "EinsumDense", name);
    nwt_layer_set_string(layer, "equation", "...a,abc->...bc");
    nwt_layer_set_string(layer, "bias_axes", self->use_bias ? "bc" : NULL);
    nwt_layer_set_ints(layer, "output_shape", 2, (int64_t[]){heads, size});
    return layer;
}

/* From heads and their features to output_shape; without one, the query's features follow. */
static nwt_layer *output_projection(nwt_op *op, struct heads *self)
{
    char equation[64], axes[] = "cdefghijklmnopqrstuvwxyz";
    nwt_layer *layer;
    int64_t count = self->output_shape.count ? self->output_shape.count : 1;

    if (count >= (int64_t)sizeof axes) {
        NWT_FAIL(op, "output_shape has {} axes; 0 to {} are allowed", count, sizeof axes - 1);
        return NULL;
    }
    self->labels = "heads\0features of each head\0output features\0";
    layer = derive(op, self, "EinsumDense", "attention_output");
    axes[count] = '\0';
    nwti_format(equation, sizeof equation, "...ab,ab%s->...%s", axes, axes);
    nwt_layer_set_string(layer, "equation", equation);
    nwt_layer_set_string(layer, "bias_axes", self->use_bias ? axes : NULL);
    return layer;
}

static int32_t make_children(nwt_op *op, struct heads *self)
{
    int64_t others = self->num_key_value_heads;

    if (nwti_seed_check(op, self->dropout)) {
        return NWT_STATUS_INVALID;
    }
    self->query = projection(op, self, "query", self->num_heads, self->key_dim);
    self->key = projection(op, self, "key", others, self->key_dim);
    if (self->use_gate) {
        self->gate = projection(op, self, "gate", self->num_heads, self->value_dim);
    }
    self->value = projection(op, self, "value", others, self->value_dim);
    self->softmax = nwt_op_derive(op, "Softmax", NULL);
    self->dropout_layer = nwt_op_derive(op, "Dropout", NULL);
    nwt_layer_set_float(self->dropout_layer, "rate", self->dropout);
    self->attention_output = output_projection(op, self);
    return 0;
}

static int32_t multi_head_make(nwt_op *op, void *self)
{
    struct heads *heads = self;

    heads->num_key_value_heads = heads->num_heads;
    heads->value_dim = heads->value_dim == NWT_NONE_INT ? heads->key_dim : heads->value_dim;
    return make_children(op, heads);
}

static int32_t grouped_make(nwt_op *op, void *self)
{
    struct heads *heads = self;

    if (heads->num_heads % heads->num_key_value_heads != 0) {
        return NWT_FAIL(op,
                        "num_query_heads is {}; it must be a multiple of num_key_value_heads, "
                        "{}",
                        heads->num_heads, heads->num_key_value_heads);
    }
    heads->value_dim = heads->key_dim;
    return make_children(op, heads);
}

/* The key: the value, if none is given. */
static int32_t key_of(const struct heads_arguments *call)
{
    return call->key < 0 ? call->value : call->key;
}

/* Fails, showing the shapes of two inputs: `text` has two "{%d}" for them. */
static int32_t refuse(nwt_op *op, const char *text, int32_t first, int32_t second)
{
    char filled[128];

    nwti_format(filled, sizeof filled, text, (int64_t)first, (int64_t)second);
    return nwt_op_fail(op, filled, 0, NULL);
}

static int32_t check_key(nwt_op *op, int32_t value, int32_t key)
{
    int32_t rank = nwt_op_rank(op, value), other = nwt_op_rank(op, key);
    int32_t same = rank == other || (rank < 3 && other < 3);

    for (int32_t i = 1; same && i < rank - 1; i++) {
        same = nwt_op_dim(op, value, i) == nwt_op_dim(op, key, i);
    }
    return same ? 0
                : refuse(op, "value is {%d} and key {%d}; only batch and features may differ",
                         value, key);
}

static void run(nwt_op *op, nwt_layer *layer, int32_t rank, const int64_t *dims)
{
    nwt_op *child = nwt_op_child(op, layer);

    nwt_op_add_input(child, rank, dims, nwt_op_compute_dtype(op));
    nwt_op_run(child);
}

static void run_on_input(nwt_op *op, nwt_layer *layer, int32_t input)
{
    run(op, layer, nwt_op_rank(op, input), nwt_op_dims(op, input));
}

/* Sizes that the scores' work is of. */
struct reach {
    int64_t rest;    /* batch and axes that are not attended over */
    int64_t queries; /* positions attended from */
    int64_t keys;    /* and to */
};

static int32_t is_attended(const struct heads *self, int32_t axis, int32_t rank)
{
    for (int64_t i = 0; i < self->attention_axes.count; i++) {
        if (axis == self->attention_axes.items[i] || axis - rank == self->attention_axes.items[i]) {
            return 1;
        }
    }
    return self->attention_axes.count == 0 && axis > 0;
}

/* Axis `axis` of the heads' results: a query of 1 is repeated over the key's, where it does not
   attend over them. */
static int64_t result_dim(nwt_op *op, const struct heads *self, int32_t axis)
{
    const struct heads_arguments *call = nwt_op_arguments(op);
    int32_t rank = nwt_op_rank(op, call->query), key = key_of(call);
    int64_t dim = nwt_op_dim(op, call->query, axis);

    return dim == 1 && rank == nwt_op_rank(op, key) && !is_attended(self, axis, rank)
               ? nwt_op_dim(op, key, axis)
               : dim;
}

static struct reach reach_of(nwt_op *op, const struct heads *self)
{
    const struct heads_arguments *call = nwt_op_arguments(op);
    int32_t rank = nwt_op_rank(op, call->query), key = key_of(call);
    int64_t sizes[3][NWT_MAX_RANK];
    int32_t counts[3] = {0};

    for (int32_t i = 0; i < rank - 1; i++) {
        if (is_attended(self, i, rank)) {
            sizes[1][counts[1]++] = nwt_op_dim(op, call->query, i);
            sizes[2][counts[2]++] = i < nwt_op_rank(op, key) - 1 ? nwt_op_dim(op, key, i) : -1;
        } else {
            sizes[0][counts[0]++] = result_dim(op, self, i);
        }
    }
    return (struct reach){nwti_elements(counts[0], sizes[0]), nwti_elements(counts[1], sizes[1]),
                          nwti_elements(counts[2], sizes[2])};
}

/* Products of queries with keys, and of their scores with values; the scale of the queries. */
static void heads_work(nwt_op *op, const struct heads *self, const struct reach *reach)
{
    int64_t query[] = {reach->rest, reach->queries, self->num_heads, self->key_dim};
    int64_t gate[] = {reach->rest, reach->queries, self->num_heads, self->value_dim};

    NWT_MACS(op, {"samples", reach->rest}, {"heads", self->num_heads}, {"queries", reach->queries},
             {"keys", reach->keys}, {"features of each key", self->key_dim});
    NWT_MACS(op, {"samples", reach->rest}, {"heads", self->num_heads}, {"queries", reach->queries},
             {"keys", reach->keys}, {"features of each value", self->value_dim});
    nwt_op_flops(op, 1, 4, query);
    if (self->gate) {
        nwt_op_flops(op, 2, 4, gate);
    }
}

/* Keras 2 said of the scores what they are: an axis for the heads, behind those that are not
   attended over; then the queries' axes and the keys'. */
static int32_t scores_before_3(nwt_op *op, const struct heads *self)
{
    const struct heads_arguments *call = nwt_op_arguments(op);
    const int64_t *query = nwt_op_dims(op, call->query), *key = nwt_op_dims(op, key_of(call));
    int32_t last = nwt_op_rank(op, call->query) - 1, rank = 0;
    int64_t dims[2 * NWT_MAX_RANK];

    for (int32_t part = 0; part < 3; part++) {
        for (int32_t axis = 0; axis < last; axis++) {
            if (is_attended(self, axis, last + 1) == (part > 0)) {
                dims[rank++] = part < 2 ? query[axis] : key[axis];
            }
        }
        if (part == 0) {
            dims[rank++] = self->num_heads;
        }
    }
    return nwt_op_output(op, rank, dims, self->untyped ? NWT_DTYPE_FLOAT32 : 0);
}

/* Runs what lies within, writes the output and, if asked for, scores of `key_length` keys. */
static int32_t heads_shape(nwt_op *op, const struct heads *self, int64_t key_length)
{
    const struct heads_arguments *call = nwt_op_arguments(op);
    const int64_t *query = nwt_op_dims(op, call->query);
    int32_t last = nwt_op_rank(op, call->query) - 1;
    int64_t scores[] = {query[0], self->num_heads, query[1], key_length};
    nwt_ints features = self->output_shape.count ? self->output_shape : (nwt_ints){query + last, 1};
    int64_t dims[2 * NWT_MAX_RANK];
    nwt_op *output;

    run_on_input(op, self->query, call->query);
    run_on_input(op, self->key, key_of(call));
    if (self->gate) {
        run_on_input(op, self->gate, call->query);
    }
    run_on_input(op, self->value, call->value);
    if (nwti_op_is_accounted(op)) {
        struct reach reach = reach_of(op, self);
        int64_t all[] = {reach.rest, self->num_heads, reach.queries, reach.keys};

        heads_work(op, self, &reach);
        nwti_op_keep(op, 2, 4, all);
        run(op, self->softmax, 4, all);
    } else {
        run(op, self->softmax, 4, scores);
    }
    run(op, self->dropout_layer, 4, scores);

    for (int32_t i = 0; i < last; i++) {
        dims[i] = result_dim(op, self, i);
    }
    dims[last] = self->num_heads;
    dims[last + 1] = self->value_dim;
    output = nwt_op_child(op, self->attention_output);
    nwt_op_add_input(output, last + 2, dims, nwt_op_compute_dtype(op));
    nwt_op_set_ints(output, "output_shape", (int32_t)features.count, features.items);
    nwt_op_run(output);

    memcpy(dims, query, (size_t)last * sizeof *dims);
    memcpy(dims + last, features.items, (size_t)features.count * sizeof *dims);
    nwt_op_output(op, last + (int32_t)features.count, dims, self->untyped ? NWT_DTYPE_FLOAT32 : 0);
    if (call->return_attention_scores) {
        return nwti_op_is_before_3(op) ? scores_before_3(op, self)
                                       : nwt_op_output(op, 4, scores, 0);
    }
    return 0;
}

/* Keras states scores of query by query, not by key, and of one attended axis even of several. */
static int32_t multi_head_shape(nwt_op *op, const void *self)
{
    const struct heads *heads = self;
    const struct heads_arguments *call = nwt_op_arguments(op);

    int64_t rank = nwt_op_rank(op, call->value);

    /* Keras judges them by the projected value, which has an axis more, and counts negative ones
       from the value's own. */
    for (int64_t i = 0; i < heads->attention_axes.count; i++) {
        int64_t axis = heads->attention_axes.items[i];

        if (axis > rank || axis < -2 * rank - 1) {
            return NWT_FAIL(op, "attention_axes {} does not exist: it must be from {} to {}", axis,
                            -rank, rank - 1);
        }
    }
    return check_key(op, call->value, key_of(call)) ||
           heads_shape(op, self, nwt_op_dim(op, call->query, 1));
}

static int32_t grouped_shape(nwt_op *op, const void *self)
{
    const struct heads_arguments *call = nwt_op_arguments(op);

    if (nwt_op_dim(op, call->query, -1) != nwt_op_dim(op, call->value, -1)) {
        return refuse(op, "query is {%d} and value {%d}; their features must be as many",
                      call->query, call->value);
    }
    return check_key(op, call->value, key_of(call)) ||
           heads_shape(op, self, nwt_op_dim(op, key_of(call), 1));
}

static const nwt_past multi_head_past[] = {
    NWT_PAST_DROPPED("key_shape query_shape value_shape softmax_robust_masking", 30000),
    PAST_DID(untyped, 20400, 21300), NWT_PAST_END};

KIND(multi_head_attention, "MultiHeadAttention",
     .about = "lets several heads weigh values by how queries match keys", .past = multi_head_past,
     .options = multi_head_options, .arguments = multi_head_arguments,
     .self_size = sizeof(struct heads), .arguments_size = sizeof(struct heads_arguments),
     .make = multi_head_make, .shape = multi_head_shape, .work = NWT_WORK_STATED,
     .flags = NWTI_GIVES_TUPLE,
     .remark = "key_dim is the size of each head, not of all together: more heads are more "
               "parameters. PyTorch divides the features among its heads, so there the number "
               "of heads changes no count.");
KIND(grouped_query_attention, "GroupedQueryAttention", "GroupQueryAttention",
     .about = "is multi-head attention whose query heads share keys and values in groups",
     .options = grouped_options, .arguments = grouped_arguments, .self_size = sizeof(struct heads),
     .arguments_size = sizeof(struct heads_arguments), .make = grouped_make, .shape = grouped_shape,
     .work = NWT_WORK_STATED);

CONSTRUCTOR_INTS(nwt_multi_head_attention, multi_head_attention, num_heads, key_dim)
