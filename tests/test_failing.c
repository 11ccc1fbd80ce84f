/* Every allocation fails once, and from there on: no crash, no leak, a status that says so. */
#include "support/fail_each.h"
#include "netweight/kind.h"
#include "netweight/work.h"

static void build_nested(nwt_context *ctx)
{
    int64_t steps[] = {6, 4};
    nwt_tensor *x = nwt_input(ctx, 2, steps, "name='sequence'"), *y, *both[2];
    nwt_model *inner;

    y = nwt_call(nwt_bidirectional(ctx, nwt_lstm(ctx, 3, "return_sequences=True"), NULL), x);
    y = nwt_call(nwt_layer_parse(ctx, "TimeDistributed(Dense(4, kernel_initializer='he_normal'))"),
                 y);
    both[0] = y;
    both[1] = x;
    y = nwt_call_many(nwt_multi_head_attention(ctx, 2, 3, NULL), 2, both, NULL);
    inner = nwt_model_new(ctx, 1, &x, 1, &y, "name='inner'");
    x = nwt_input(ctx, 2, steps, NULL);
    both[0] = nwt_call(nwt_model_as_layer(inner), x);
    both[1] = nwt_call(nwt_model_as_layer(inner), both[0]);
    y = nwt_call_many(nwt_add(ctx, NULL), 2, both, NULL);
    nwt_model_new(ctx, 1, &x, 1, &y, NULL);
}

static int32_t ignore(void *user, const char *text, size_t length)
{
    (void)user;
    (void)text;
    (void)length;
    return 0;
}

static char *config;
static size_t config_length;

static void read_config(nwt_context *ctx)
{
    static const int64_t bound[] = {4, 12};
    const int64_t *shapes[] = {bound};
    int32_t rank = 2, different = 0;
    nwt_model *model = nwt_read_memory(ctx, config, config_length, NULL);

    if (model != NULL) {
        nwt_report(model, "format='json'", ignore, NULL);
        nwt_report(model, "format='config'", ignore, NULL);
        nwt_report(model, "expand_nested=True", ignore, NULL);
        nwt_report(model, "format='markdown', expand_nested=True, sort='params'", ignore, NULL);
        nwt_report(model, "format='html'", ignore, NULL);
        nwt_report(model, "work_like='torch'", ignore, NULL);
        nwt_memory_report(model, "budget=100000, plan=True", ignore, NULL);
        nwt_memory_report(model, "inference=True, format='json', budget=9", ignore, NULL);
        nwt_diff(model, nwt_read_memory(ctx, config, config_length, NULL), NULL, ignore, NULL,
                 &different);
        nwt_model_work(model, "batch=3, views=True, in_place=True");
        nwt_report(model, "format='svg'", ignore, NULL);
        nwt_report(model, "format='dot'", ignore, NULL);
        nwt_report(model, "columns='lanes,connected'", ignore, NULL);
        nwt_report(model, "style='keras-3', expand_nested=True", ignore, NULL);
        nwt_report(model, "style='keras-2.7', expand_nested=True", ignore, NULL);
        nwt_report(nwt_model_reshape(model, 1, &rank, shapes), "format='csv'", ignore, NULL);
    }
}

static void read_alone(nwt_context *ctx)
{
    nwt_read_memory(ctx, config, config_length, NULL);
}

/* Variables, branches, old words and notes. */
static void parse_text(nwt_context *ctx)
{
    nwt_model *model = nwt_model_parse(
        ctx,
        "n, name = 4, 'last'\nleft = Sequential([Dense(n, input_dim=3, init='normal')])\n"
        "right = Sequential()\nright.add(Convolution1D(2, 3, input_dim=2, input_length=4))\n"
        "right.add(AtrousConvolution1D(2, 2))\nright.add(Flatten())\n"
        "right.add(Dense(4, 'normal', 'relu'))\n"
        "model = Sequential()\nmodel.add(Merge([left, right], mode='concat'))\n"
        "model.add(Dense(n, name=name))\nmodel.compile()\n",
        "keras=1");

    if (model != NULL && nwt_status(ctx) == NWT_STATUS_OK) {
        nwt_report(model, "format='constructor'", ignore, NULL);
    }
    if (model != NULL && nwt_status(ctx) == NWT_STATUS_OK) {
        nwt_context_reset(ctx);
        nwt_model_parse(ctx, "[Conv2D(3, 3, 3, input_shape=(9, 9, 1), border_mode='same')]", NULL);
    }
}

/* ------------------------------------------------------------- a kind from elsewhere */

struct scale {
    int64_t axis;
    int32_t mode;
};

static const char *const modes[] = {"up", "down", NULL};
static const nwt_option scale_options[] = {
    NWT_OPTION_INT(struct scale, axis, "-1", INT64_MIN, INT64_MAX, "the axis"),
    NWT_OPTION_CHOICE(struct scale, mode, "'up'", modes, "which way"), NWT_OPTION_END};
static const nwt_past scale_past[] = {NWT_PAST_KEY("dim", "axis", 20000), NWT_PAST_END};
NWT_ONE_TENSOR(scale_arguments, 1, NWT_MAX_RANK, "(batch, ...)");

static int32_t scale_weights(nwt_op *op, const void *self)
{
    const struct scale *scale = self;

    return NWT_WEIGHT(op, "scale", {"features", nwt_op_dim(op, 0, (int32_t)scale->axis)});
}

static int32_t scale_shape(nwt_op *op, const void *self)
{
    (void)self;
    NWT_MACS(op, {"elements", nwt_op_dim(op, 0, -1)}, {"twice", 2});
    return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), 0);
}

static void use_own_kind(nwt_context *ctx)
{
    nwt_kind kind = {sizeof(nwt_kind), "Scale"};
    nwt_model *model;

    kind.about = "scales one axis";
    kind.aliases = "Scaling Rescale2";
    kind.options = scale_options;
    kind.arguments = scale_arguments;
    kind.past = scale_past;
    kind.self_size = sizeof(struct scale);
    kind.arguments_size = sizeof(nwt_one_tensor);
    kind.weights = scale_weights;
    kind.shape = scale_shape;
    kind.work = NWT_WORK_STATED;
    nwt_register(ctx, &kind);
    model = nwt_model_parse(ctx,
                            "Sequential([Input((4, 3)), Scale(dim=1), TimeDistributed("
                            "Scaling(mode='down')), Dense(2)])",
                            NULL);
    nwt_model_work(model, "batch=2, views=True");
}

/* Models within models, shaped anew, copied by wrappers, taken apart. */
static void reshape_nested(nwt_context *ctx)
{
    static const int64_t bound[] = {4, 12, 5};
    const int64_t *shapes[] = {bound};
    int32_t rank = 3;
    nwt_model *model = nwt_model_parse(
        ctx,
        "Sequential([Input((6, 5)), Bidirectional(RNN([LSTMCell(3), GRUCell(2)], "
        "return_sequences=True)), Sequential([Dense(4), Dropout(0.5)]), "
        "TimeDistributed(Sequential([Dense(3), Lambda(f, output_shape=(3,))])), Flatten()])",
        NULL);

    nwt_model_reshape(model, 1, &rank, shapes);
    nwt_model_work(model, "batch=3");
    nwt_memory_report(model, "optimizer=\"Adam(amsgrad=True)\", budget=100000", ignore, NULL);
    if (model != NULL) {
        nwt_sequential_pop(model);
        nwt_sequential_add(model, nwt_dense(ctx, 2, "kernel_initializer=HeNormal(seed=3)"));
    }
}

static void set_options(nwt_context *ctx)
{
    nwt_layer *layer = nwt_layer_new(ctx, "Dense"), *cells[2];
    int64_t three = 3;

    nwt_layer_set_int(layer, "units", 4);
    nwt_layer_set_text(layer, "kernel_initializer", "'zeros'");
    nwt_layer_set_string(layer, "bias_initializer", "ones");
    nwt_layer_set_text(layer, "batch_input_shape", "(2, 3)");
    nwt_call(layer, nwt_input(ctx, 1, &three, "dtype='float16'"));
    cells[0] = nwt_layer_parse(ctx, "LSTMCell(2)");
    cells[1] = nwt_layer_parse(ctx, "GRUCell(3)");
    layer = nwt_layer_new(ctx, "StackedRNNCells");
    nwt_layer_set_layers(layer, "cells", 2, cells);
    nwt_layer_parse(ctx, "Normalization(mean=[1.0, 2.0, 3.0], variance=[1, 2, 3], axis=-1)");
    nwt_layer_parse(ctx, "StringLookup(vocabulary=['a', 'b'])");
}

static void building_survives_each_failure(void **state)
{
    (void)state;
    fail_each(build_nested, 1);
    fail_each(build_nested, 0);
}

static void reading_survives_each_failure(void **state)
{
    (void)state;
    config = golden_text("models/keras-3/nested.json", &config_length);
    fail_each(read_config, 1);
    fail_each(read_config, 0);
    free(config);
}

static void old_configs_survive_each_failure(void **state)
{
    static const char *const paths[] = {"models/keras-1.2.2/nested_branches.json",
                                        "models/tf-keras-2.21/operators.json"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        config = golden_text(paths[i], &config_length);
        fail_each(read_alone, 1);
        fail_each(read_alone, 0);
        free(config);
    }
}

static void parsing_survives_each_failure(void **state)
{
    (void)state;
    fail_each(parse_text, 1);
    fail_each(parse_text, 0);
}

static void other_flows_survive_each_failure(void **state)
{
    (void)state;
    fail_each(use_own_kind, 1);
    fail_each(use_own_kind, 0);
    fail_each(reshape_nested, 1);
    fail_each(reshape_nested, 0);
    fail_each(set_options, 1);
    fail_each(set_options, 0);
}

static void a_limit_is_kept(void **state)
{
    nwt_context_options options = {sizeof options, NULL, NULL, 200 * 1024, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    int64_t features = 8;
    nwt_tensor *x = nwt_input(ctx, 1, &features, NULL);
    int i;

    (void)state;
    for (i = 0; i < 100000 && x != NULL; i++) {
        x = nwt_call(nwt_dense(ctx, 8, NULL), x);
    }
    assert_null(x);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OUT_OF_MEMORY);
    assert_non_null(strstr(nwt_message(ctx), "its limit is 204800"));
    nwt_context_reset(ctx);
    assert_non_null(nwt_dense(ctx, 8, NULL));
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(building_survives_each_failure),
        cmocka_unit_test(reading_survives_each_failure),
        cmocka_unit_test(old_configs_survive_each_failure),
        cmocka_unit_test(parsing_survives_each_failure),
        cmocka_unit_test(other_flows_survive_each_failure),
        cmocka_unit_test(a_limit_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
