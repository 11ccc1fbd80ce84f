/* A kind from outside the library, with the installed headers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netweight/kind.h"

struct low_rank {
    int64_t units;
    int64_t rank;
    int32_t use_bias;
};

static const nwt_option low_rank_options[] = {
    NWT_OPTION_INT(struct low_rank, units, NULL, 1, INT64_MAX, "number of output features"),
    NWT_OPTION_INT(struct low_rank, rank, "4", 1, 1024, "rank of the product"),
    NWT_OPTION_BOOL(struct low_rank, use_bias, "True", "add a bias to each output"),
    NWT_OPTION_END};

struct low_rank_inputs {
    int32_t inputs;
};

static const nwt_option low_rank_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct low_rank_inputs, inputs, NULL, 2, NWT_MAX_RANK, "the features"),
    NWT_OPTION_END};

static int32_t low_rank_make(nwt_op *op, void *self)
{
    struct low_rank *layer = self;

    return layer->rank > layer->units
               ? NWT_FAIL(op, "rank {} is larger than units {}", layer->rank, layer->units)
               : 0;
}

static int32_t low_rank_weights(nwt_op *op, const void *self)
{
    const struct low_rank *layer = self;
    char label[] = "input features"; /* ends with this call: the library must copy it */

    NWT_WEIGHT(op, "down", {label, nwt_op_dim(op, 0, -1)}, {"rank", layer->rank});
    NWT_WEIGHT(op, "up", {"rank", layer->rank}, {"units", layer->units});
    return layer->use_bias ? NWT_WEIGHT(op, "bias", {"units", layer->units}) : 0;
}

static int32_t low_rank_shape(nwt_op *op, const void *self)
{
    const struct low_rank *layer = self;
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK];

    ++*(int *)nwt_op_user(op);
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    dims[rank - 1] = layer->units;
    return nwt_op_output(op, rank, dims, 0);
}

static int destroyed;

static void destroy(void *user)
{
    (void)user;
    destroyed++;
}

static nwt_kind low_rank_kind(int *shaped)
{
    nwt_kind kind;

    memset(&kind, 0, sizeof kind);
    kind.size = sizeof kind;
    kind.name = "LowRank";
    kind.about = "multiplies the last axis by a matrix of low rank";
    kind.options = low_rank_options;
    kind.arguments = low_rank_arguments;
    kind.self_size = sizeof(struct low_rank);
    kind.arguments_size = sizeof(struct low_rank_inputs);
    kind.make = low_rank_make;
    kind.weights = low_rank_weights;
    kind.shape = low_rank_shape;
    kind.user = shaped;
    kind.destroy = destroy;
    return kind;
}

static int32_t collect(void *user, const char *text, size_t length)
{
    strncat(user, text, length);
    return 0;
}

static void plugin_has_all_that_a_kind_has(void **state)
{
    static char report[16384];
    int shaped = 0;
    nwt_kind kind = low_rank_kind(&shaped);
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t features[] = {100};
    nwt_tensor *x, *y;
    nwt_model *model;
    nwt_weight_info weight = {sizeof weight, NULL, NULL, 0, 0, 0, 0, 0, 0};
    nwt_option_info option = {sizeof option};

    (void)state;
    destroyed = 0;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_OK);
    memset(&kind, 0xEE, sizeof kind); /* the context has its own copy */

    x = nwt_input(ctx, 1, features, NULL);
    y = nwt_call(nwt_layer_parse(ctx, "LowRank(10, rank=2)"), x);
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_model_params(model), 100 * 2 + 2 * 10 + 10);
    assert_int_equal(nwt_tensor_dims(y)[1], 10);
    assert_int_equal(shaped, 1);
    assert_true(nwt_layer_weight(nwt_model_find(model, "low_rank"), 0, &weight));
    assert_string_equal(weight.name, "down");
    assert_int_equal(weight.dims[0], 100);

    assert_true(nwt_kind_option(ctx, "LowRank", 0, 1, &option));
    assert_string_equal(option.key, "rank");
    assert_string_equal(option.fallback, "4");
    assert_string_equal(nwt_kind_about(ctx, "LowRank"),
                        "multiplies the last axis by a matrix of low rank");

    assert_int_equal(nwt_report(model, "format='explain', layer='low_rank'", collect, report), 0);
    assert_non_null(strstr(report, "100 input features x 2 rank"));

    nwt_layer_parse(ctx, "LowRank(10, rank=20)");
    assert_string_equal(nwt_message(ctx), "LowRank: rank 20 is larger than units 10");
    nwt_context_clear_error(ctx);
    nwt_layer_parse(ctx, "LowRank(10, rnk=2)");
    assert_string_equal(nwt_message(ctx), "LowRank: unknown option 'rnk'; did you mean 'rank'?");

    nwt_context_reset(ctx); /* keeps registered kinds */
    assert_non_null(nwt_layer_new(ctx, "LowRank"));
    assert_int_equal(destroyed, 0);
    nwt_context_free(ctx);
    assert_int_equal(destroyed, 1);
}

static void plugin_reads_from_a_config(void **state)
{
    static const char config[] =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": ["
        "{\"module\": \"keras.layers\", \"class_name\": \"InputLayer\", \"config\": "
        "{\"batch_shape\": [null, 8], \"dtype\": \"float32\", \"name\": \"x\"}},"
        "{\"module\": null, \"registered_name\": \"mine>LowRank\", \"class_name\": \"LowRank\", "
        "\"config\": {\"name\": \"low\", \"units\": 6, \"rank\": 3, \"use_bias\": false}}]}}";
    int shaped = 0;
    nwt_kind kind = low_rank_kind(&shaped);
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model;

    (void)state;
    model = nwt_read_memory(ctx, config, sizeof config - 1, NULL);
    assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 1);
    nwt_register(ctx, &kind);
    model = nwt_read_memory(ctx, config, sizeof config - 1, NULL);
    assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 0);
    assert_int_equal(nwt_model_params(model), 8 * 3 + 3 * 6);
    nwt_context_free(ctx);
}

static void plugin_is_known_to_one_context_only(void **state)
{
    int shaped = 0;
    nwt_kind kind = low_rank_kind(&shaped);
    nwt_context *one = nwt_context_new(NULL), *other = nwt_context_new(NULL);

    (void)state;
    nwt_register(one, &kind);
    assert_non_null(nwt_layer_parse(one, "LowRank(3, rank=1)"));
    assert_null(nwt_layer_parse(other, "LowRank(3, rank=1)"));
    assert_string_equal(nwt_message(other), "unknown kind of layer 'LowRank'");
    nwt_context_free(one);
    nwt_context_free(other);
}

static void bad_descriptors_are_refused_and_destroyed_once(void **state)
{
    struct {
        nwt_kind kind;
        int64_t later;
    } longer;
    static const nwt_option outside[] = {{"far", "1", "", NULL, 0, 9, NWT_TYPE_INT, 0, 4000, 1},
                                         NWT_OPTION_END};
    static const nwt_option unreadable[] = {NWT_OPTION_INT(struct low_rank, units, "(1", 1, 9, ""),
                                            NWT_OPTION_END};
    int shaped = 0;
    nwt_kind kind = low_rank_kind(&shaped);
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    destroyed = 0;
    kind.name = "Dense";
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), "the kind 'Dense' is there already");
    assert_int_equal(destroyed, 1);
    nwt_context_clear_error(ctx);
    kind = low_rank_kind(&shaped);
    kind.aliases = "Thin Dense";
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), "the kind 'Dense' is there already");
    nwt_context_clear_error(ctx);
    assert_non_null(nwt_layer_parse(ctx, "Dense(3)"));

    kind = low_rank_kind(&shaped);
    kind.options = outside;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    kind.options = unreadable;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
    assert_non_null(strstr(nwt_message(ctx), "the default of option 'units', (1, can't be read"));
    nwt_context_clear_error(ctx);

    memset(&longer, 0, sizeof longer);
    longer.kind = low_rank_kind(&shaped);
    longer.kind.size = sizeof longer;
    longer.later = 1;
    assert_int_equal(nwt_register(ctx, &longer.kind), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    longer.later = 0;
    assert_int_equal(nwt_register(ctx, &longer.kind), NWT_STATUS_OK);
    assert_int_equal(destroyed, 5);
    nwt_context_free(ctx);
    assert_int_equal(destroyed, 6);
}

/* A layer that runs another one, Dense(10) if none is given. */
struct around {
    nwt_layer *inner;
    nwt_layers more;
};

static const nwt_option around_options[] = {
    NWT_OPTION_LAYER(struct around, inner, "Dense(10)", 0, "what is run"),
    NWT_OPTION_LAYERS(struct around, more, "[Dense(4), ReLU()]", 0, "what is run after it"),
    NWT_OPTION_END};

static int32_t around_shape(nwt_op *op, const void *self)
{
    const struct around *around = self;
    nwt_op *run = nwt_op_child(op, around->inner);

    nwt_op_add_input(run, nwt_op_rank(op, 0), nwt_op_dims(op, 0), 0);
    nwt_op_run(run);
    return nwt_op_output(op, nwt_op_output_rank(run, 0), nwt_op_output_dims(run, 0), 0);
}

static void a_default_may_be_a_layer(void **state)
{
    static const nwt_option itself[] = {
        NWT_OPTION_LAYER(struct around, inner, "Endless()", 0, "what is run"), NWT_OPTION_END};
    static const nwt_option number[] = {
        NWT_OPTION_LAYER(struct around, inner, "3", 0, "what is run"), NWT_OPTION_END};
    nwt_kind kind = {sizeof kind, "Around", .options = around_options,
                     .self_size = sizeof(struct around), .shape = around_shape};
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t features[] = {7};
    nwt_layer *first, *second;
    nwt_tensor *x;

    (void)state;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_OK);
    assert_non_null(nwt_dense(ctx, 3, NULL));
    x = nwt_input(ctx, 1, features, NULL);
    first = nwt_layer_parse(ctx, "Around()");
    second = nwt_layer_parse(ctx, "Around(Dense(2))");
    assert_int_equal(nwt_tensor_dims(nwt_call(first, x))[1], 10);
    assert_int_equal(nwt_tensor_dims(nwt_call(second, x))[1], 2);
    assert_int_equal(nwt_layer_count(first, NWT_COUNT_PARAMS), 7 * 10 + 10);
    assert_int_equal(nwt_layer_child_count(first), 3);
    /* No two share what was made. */
    assert_ptr_not_equal(nwt_layer_child(nwt_layer_parse(ctx, "Around()"), 0),
                         nwt_layer_child(first, 0));
    assert_string_equal(nwt_message(ctx), "");

    kind.name = "Endless";
    kind.options = itself;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_OK);
    assert_null(nwt_layer_parse(ctx, "Endless()"));
    assert_non_null(strstr(nwt_message(ctx), "layers are nested deeper than"));
    nwt_context_clear_error(ctx);
    kind.name = "Number";
    kind.options = number;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), "Number: the default of option 'inner', 3, is no layer");
    nwt_context_free(ctx);
}

/* Each would do damage later: a misaligned store, a row that nothing reaches, an ambiguous path. */
static void what_a_plugin_gets_wrong_is_told_at_once(void **state)
{
    static const struct {
        const char *name;
        nwt_option row;
        int64_t flags;
        const char *what;
    } wrong[] = {
        {"A B", NWT_OPTION_END, 0, "no kind can be called 'A B'"},
        {"A", NWT_OPTION_END, 1 << 20, "flags"},
        {"A", {"at", "1", "", NULL, 0, 9, NWT_TYPE_INT, 0, 4, 1}, 0, "not aligned"},
        {"A", {"name", "1", "", NULL, 0, 9, NWT_TYPE_INT, 0, 0, 1}, 0, "'name'"},
        {"A", {"two words", "1", "", NULL, 0, 9, NWT_TYPE_INT, 0, 0, 1}, 0, "'two words'"},
        {"A", {"a", "1", "", NULL, 0, 9, NWT_TYPE_INT, 64, 0, 1}, 0, "flags"},
        {"A", {"a", "1", "", NULL, 0, 9, NWT_TYPE_TENSOR, 0, 0, 1}, 0, "tensor"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        nwt_option rows[] = {wrong[i].row, NWT_OPTION_END};
        nwt_kind kind = {sizeof kind};

        kind.name = wrong[i].name;
        kind.options = rows;
        kind.flags = wrong[i].flags;
        kind.self_size = 16;
        assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
        assert_non_null(strstr(nwt_message(ctx), wrong[i].what));
        nwt_context_clear_error(ctx);
    }
    nwt_context_free(ctx);
}

/* Words that other kinds had in Keras 1 are this one's own of today. */
struct worded {
    int64_t output_dim;
    int64_t stride;
    double p;
    int32_t bias;
    const char *init;
};

static const nwt_option worded_options[] = {
    NWT_OPTION_INT(struct worded, output_dim, NULL, 1, INT64_MAX, "features"),
    NWT_OPTION_INT(struct worded, stride, "1", 1, INT64_MAX, "steps"),
    NWT_OPTION_FLOAT(struct worded, p, "0.5", 0, 1, "a share"),
    NWT_OPTION_BOOL(struct worded, bias, "True", "add a bias"),
    NWT_OPTION_STRING(struct worded, init, "'zeros'", "how it begins"),
    NWT_OPTION_END};

static int32_t worded_weights(nwt_op *op, const void *self)
{
    const struct worded *worded = self;

    NWT_WEIGHT(op, "kernel", {"features", worded->output_dim}, {"steps", worded->stride});
    return worded->bias ? NWT_WEIGHT(op, "bias", {"features", worded->output_dim}) : 0;
}

static nwt_kind worded_kind(void)
{
    nwt_kind kind = {sizeof kind, "Worded", .options = worded_options,
                     .self_size = sizeof(struct worded), .weights = worded_weights};

    return kind;
}

static void old_words_may_be_options_of_today(void **state)
{
    static const char *const eras[] = {"keras=1", "keras=2", "keras=3"};
    static const char text[] = "Sequential([InputLayer(batch_shape=(None, 4)), "
                               "Worded(output_dim=3, bias=False, p=0.25, stride=2, init='ones')])";
    static const char config[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"%s\", \"config\": ["
        "{\"class_name\": \"Worded\", \"config\": {\"name\": \"w\", \"output_dim\": 3, "
        "\"bias\": false, \"p\": 0.25, \"stride\": 2, \"init\": \"ones\", "
        "\"batch_input_shape\": [null, 4]}}]}";
    static const char *const versions[] = {"1.2.2", "2.2.4", "2.12.0"};
    nwt_kind kind = worded_kind();
    nwt_context *ctx = nwt_context_new(NULL);
    char filled[512], value[32];
    nwt_model *model;
    size_t i;

    (void)state;
    nwt_register(ctx, &kind);
    for (i = 0; i < 6; i++) {
        nwt_context_reset(ctx);
        snprintf(filled, sizeof filled, config, versions[i % 3]);
        model = i < 3 ? nwt_model_parse(ctx, text, eras[i])
                      : nwt_read_memory(ctx, filled, strlen(filled), NULL);
        assert_string_equal(nwt_message(ctx), "");
        assert_int_equal(nwt_model_params(model), 3 * 2);
        assert_int_equal(nwt_note_count(ctx), 0);
        nwt_layer_option(nwt_model_layer(model, 0), "init", value, sizeof value);
        assert_string_equal(value, "'ones'");
        nwt_layer_option(nwt_model_layer(model, 0), "p", value, sizeof value);
        assert_string_equal(value, "0.25");
    }
    nwt_context_free(ctx);
}

static const nwt_past low_rank_past[] = {
    NWT_PAST_CLASS("Bottleneck Thin", 0, 20000),
    NWT_PAST_POSITIONS("Bottleneck", "dim n bias", 0, 20000),
    NWT_PAST_KEY("n", "units", 20000),
    NWT_PAST_KEY("dim", "rank", 20000),
    NWT_PAST_TURNED("bias", "use_bias", NWT_TURN_EQUALS, "one ones", 20000),
    NWT_PAST_DROPPED("speed colour", 20000),
    NWT_PAST_DEFAULT("rank", "2", 0, 20400),
    NWT_PAST_END};

static int64_t params_of(nwt_context *ctx, const char *text, const char *options)
{
    nwt_context_reset(ctx);
    return nwt_model_params(nwt_model_parse(ctx, text, options));
}

static void plugin_has_a_past(void **state)
{
    static const char config[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"1.2.2\", \"config\": ["
        "{\"class_name\": \"Thin\", \"config\": {\"name\": \"w\", \"n\": 10, \"dim\": 3, "
        "\"bias\": \"zero\", \"speed\": 1, \"batch_input_shape\": [null, 100]}}]}";
    int shaped = 0;
    nwt_kind kind = low_rank_kind(&shaped);
    nwt_past rows[sizeof low_rank_past / sizeof low_rank_past[0]];
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    memcpy(rows, low_rank_past, sizeof rows);
    kind.past = rows;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_OK);
    memset(rows, 0xEE, sizeof rows); /* the context has its own copy */

    assert_int_equal(params_of(ctx, "[Bottleneck(2, 10, 'one', input_dim=100, colour=1)]", NULL),
                     100 * 2 + 2 * 10 + 10);
    assert_int_equal(nwt_note_count(ctx), 0);
    assert_int_equal(params_of(ctx, "[LowRank(10, bias='zero', input_dim=100)]", "keras=1"),
                     100 * 2 + 2 * 10);
    assert_int_equal(params_of(ctx, "[LowRank(10, input_dim=100)]", NULL), 100 * 4 + 4 * 10 + 10);
    assert_string_equal(nwt_note(ctx, 0), "LowRank: read with rank=4, as in Keras 3; Keras 2 has "
                                          "2 (keras=2)");
    nwt_context_reset(ctx);
    assert_int_equal(nwt_model_params(nwt_read_memory(ctx, config, sizeof config - 1, NULL)),
                     100 * 3 + 3 * 10);
    assert_int_equal(nwt_note_count(ctx), 0);
    nwt_context_free(ctx);
}

static void a_past_that_can_not_be(void **state)
{
    static const struct {
        nwt_past rows[2];
        const char *message;
    } cases[] = {
        {{NWT_PAST_CLASS("Thin Dense", 0, 20000), NWT_PAST_END},
         "the kind 'Dense' is there already"},
        {{NWT_PAST_TURNED("a", "rank", 99, NULL, 20000), NWT_PAST_END},
         "LowRank: a row of its past that this version (" NWT_VERSION ") does not know"},
        {{NWT_PAST_ITEM("a", "rank", 4, 20000), NWT_PAST_END},
         "LowRank: a row of its past that this version (" NWT_VERSION ") does not know"},
        {{NWT_PAST_ITEM("a", NULL, 0, 20000), NWT_PAST_END},
         "LowRank: a row of its past lacks what it says"},
        {{NWT_PAST_DEFAULT("rank", NULL, 0, 20000), NWT_PAST_END},
         "LowRank: a row of its past lacks what it says"},
        {{NWT_PAST_KEY(NULL, "rank", 20000), NWT_PAST_END},
         "LowRank: a row of its past lacks what it says"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    int shaped = 0;
    nwt_kind kind = low_rank_kind(&shaped);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kind.past = cases[i].rows;
        assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
        assert_string_equal(nwt_message(ctx), cases[i].message);
        nwt_context_clear_error(ctx);
    }
    nwt_context_free(ctx);
}

static int32_t same_names(nwt_op *op, const void *self)
{
    (void)self;
    NWT_WEIGHT(op, "w", {"features", 3});
    return NWT_WEIGHT(op, "w", {"features", 4});
}

static int32_t unknown_flags(nwt_op *op, const void *self)
{
    (void)self;
    return NWT_WEIGHT_WITH(op, "w", 1 << 10, 0, {"features", 3});
}

static int32_t unknown_dtype(nwt_op *op, const void *self)
{
    (void)self;
    return NWT_WEIGHT_WITH(op, "w", 0, 1000, {"features", 3});
}

static void weights_that_a_plugin_gets_wrong_are_errors(void **state)
{
    static int32_t (*const weights[])(nwt_op *, const void *) = {same_names, unknown_flags,
                                                                 unknown_dtype};
    static const int64_t three[] = {3};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        nwt_context *ctx = nwt_context_new(NULL);
        nwt_kind kind = {sizeof kind};

        kind.name = "Wrong";
        kind.weights = weights[i];
        assert_int_equal(nwt_register(ctx, &kind), 0);
        assert_null(nwt_call(nwt_layer_new(ctx, "Wrong"), nwt_input(ctx, 1, three, NULL)));
        assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
        assert_non_null(strstr(nwt_message(ctx), "'w'"));
        nwt_context_free(ctx);
    }
}

/* Of a later version: its structs are longer, its tables say how many rows they have. */
typedef struct later_option {
    nwt_option row;
    int64_t later;
} later_option;

typedef struct later_axis {
    nwt_axis axis;
    int64_t later;
} later_axis;

static int32_t later_weights(nwt_op *op, const void *self)
{
    const later_axis axes[] = {{{"rows", *(const int64_t *)self, 0, 0}, 1},
                               {{"columns", 3, NWT_AXIS_JOINED, 0}, 1}};

    return nwt_op_weight(op, "later", 2, &axes[0].axis, 0, 0);
}

static void a_kind_of_a_later_version_is_read_by_its_sizes(void **state)
{
    static const later_option rows[] = {
        {{"rows", "5", "", NULL, 1, 9, NWT_TYPE_INT, 0, 0, 1, 0, 0}, 1},
        {{"more", "1", "", NULL, 1, 9, NWT_TYPE_INT, 0, 8, 1, 0, 0}, 1}};
    static const int64_t three[] = {3};
    struct {
        nwt_kind kind;
        int64_t later;
    } longer = {{sizeof longer}, 0};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layer;
    nwt_weight_info info = {sizeof info};

    (void)state;
    longer.kind.name = "Later";
    longer.kind.options = &rows[0].row;
    longer.kind.option_size = sizeof rows[0];
    longer.kind.option_count = 2;
    longer.kind.self_size = 16;
    longer.kind.axis_size = sizeof(later_axis);
    longer.kind.weights = later_weights;
    assert_int_equal(nwt_register(ctx, &longer.kind), 0);
    layer = nwt_layer_parse(ctx, "Later(more=2)");
    nwt_call(layer, nwt_input(ctx, 1, three, NULL));
    assert_int_equal(nwt_layer_weight(layer, 0, &info), 1);
    assert_int_equal(info.rank, 1);
    assert_int_equal(info.dims[0], 15);
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plugin_has_all_that_a_kind_has),
        cmocka_unit_test(plugin_reads_from_a_config),
        cmocka_unit_test(plugin_is_known_to_one_context_only),
        cmocka_unit_test(a_default_may_be_a_layer),
        cmocka_unit_test(a_kind_of_a_later_version_is_read_by_its_sizes),
        cmocka_unit_test(what_a_plugin_gets_wrong_is_told_at_once),
        cmocka_unit_test(weights_that_a_plugin_gets_wrong_are_errors),
        cmocka_unit_test(old_words_may_be_options_of_today),
        cmocka_unit_test(plugin_has_a_past),
        cmocka_unit_test(a_past_that_can_not_be),
        cmocka_unit_test(bad_descriptors_are_refused_and_destroyed_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
