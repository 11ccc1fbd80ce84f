/* What one can ask of models, layers, calls, tensors and plans: each answer, its bounds, and what
   comes for NULL. */
#include "golden.h"
#include "netweight/work.h"

static int64_t three[] = {3};

/* ----------------------------------------------------------------- calls and models */

/* A Dense that is called twice within the model and once beside it. */
typedef struct twice {
    nwt_context *ctx;
    nwt_layer *dense;
    nwt_tensor *x, *first, *second, *beside;
    nwt_model *model;
} twice;

static void make_twice(twice *t)
{
    nwt_tensor *both[2];
    nwt_tensor *sum;

    t->ctx = nwt_context_new(NULL);
    t->dense = nwt_dense(t->ctx, 3, NULL);
    t->x = nwt_input(t->ctx, 1, three, "name='x'");
    t->beside = nwt_call(t->dense, nwt_input(t->ctx, 1, three, NULL));
    t->first = nwt_call(t->dense, t->x);
    t->second = nwt_call(t->dense, t->first);
    both[0] = t->first;
    both[1] = t->second;
    sum = nwt_call_many(nwt_add(t->ctx, NULL), 2, both, NULL);
    t->model = nwt_model_new(t->ctx, 1, &t->x, 1, &sum, NULL);
    assert_string_equal(nwt_message(t->ctx), "");
}

static void calls_are_told(void **state)
{
    twice t;

    (void)state;
    make_twice(&t);
    assert_int_equal(nwt_layer_call_count(t.dense), 3);
    assert_int_equal(nwt_layer_call_count(NULL), 0);
    assert_int_equal(nwt_layer_call_input_count(t.dense, 2), 1);
    assert_int_equal(nwt_layer_call_output_count(t.dense, 2), 1);
    assert_int_equal(nwt_layer_call_input_count(t.dense, 3), 0);
    assert_int_equal(nwt_layer_call_output_count(t.dense, 3), 0);
    assert_int_equal(nwt_layer_call_output_count(t.dense, -1), 0);
    assert_int_equal(nwt_layer_call_output_count(NULL, 0), 0);
    assert_ptr_equal(nwt_layer_call_input(t.dense, 2, 0), t.first);
    assert_ptr_equal(nwt_layer_call_input(t.dense, 1, 0), t.x);
    assert_null(nwt_layer_call_input(t.dense, 1, 1));
    assert_null(nwt_layer_call_input(t.dense, 1, -1));
    assert_null(nwt_layer_call_input(t.dense, 3, 0));
    assert_ptr_equal(nwt_layer_call_output(t.dense, 0, 0), t.beside);
    assert_ptr_equal(nwt_layer_call_output(t.dense, 2, 0), t.second);
    assert_null(nwt_layer_call_output(t.dense, 2, 1));
    assert_null(nwt_layer_call_output(t.dense, 2, -1));
    assert_null(nwt_layer_call_output(t.dense, 9, 0));
    nwt_context_free(t.ctx);
}

static void tensors_are_told(void **state)
{
    twice t;
    int64_t steps[] = {4, 3};
    nwt_tensor *states;

    (void)state;
    make_twice(&t);
    assert_int_equal(nwt_tensor_call(t.second), 2);
    assert_int_equal(nwt_tensor_call(t.beside), 0);
    assert_int_equal(nwt_tensor_call(NULL), -1);
    assert_ptr_equal(nwt_tensor_layer(t.second), t.dense);
    assert_null(nwt_tensor_layer(NULL));
    states = nwt_call(nwt_lstm(t.ctx, 2, "return_state=True"), nwt_input(t.ctx, 2, steps, NULL));
    assert_int_equal(nwt_tensor_output_count(states), 3);
    assert_int_equal(nwt_tensor_output_count(NULL), 0);
    assert_int_equal(nwt_tensor_index(nwt_tensor_output(states, 2)), 2);
    assert_int_equal(nwt_tensor_index(states), 0);
    assert_int_equal(nwt_tensor_index(NULL), -1);
    assert_null(nwt_tensor_output(states, 3));
    assert_null(nwt_tensor_output(states, -1));
    assert_null(nwt_tensor_output(NULL, 0));
    nwt_context_free(t.ctx);
}

static void models_are_told(void **state)
{
    twice t;
    int64_t call = -5;

    (void)state;
    make_twice(&t);
    assert_int_equal(nwt_model_call_count(t.model, t.dense), 2);
    assert_int_equal(nwt_model_call_count(NULL, t.dense), -1);
    assert_int_equal(nwt_model_call_count(t.model, NULL), -1);
    assert_int_equal(nwt_model_call(t.model, t.dense, 0), 1);
    assert_int_equal(nwt_model_call(t.model, t.dense, 1), 2);
    assert_int_equal(nwt_model_call(t.model, t.dense, 2), -1);
    assert_int_equal(nwt_model_call(t.model, t.dense, -1), -1);
    assert_int_equal(nwt_model_call(NULL, t.dense, 0), -1);
    assert_int_equal(nwt_model_call(t.model, NULL, 0), -1);
    assert_ptr_equal(nwt_model_use(t.model, t.first, 0, &call), t.dense);
    assert_int_equal(call, 2);
    assert_non_null(nwt_model_use(t.model, t.first, 1, NULL));
    assert_null(nwt_model_use(t.model, t.first, 2, &call));
    assert_null(nwt_model_use(t.model, t.first, -1, &call));
    assert_null(nwt_model_use(NULL, t.first, 0, &call));
    assert_ptr_equal(nwt_model_input(t.model, 0), t.x);
    assert_null(nwt_model_input(t.model, 1));
    assert_null(nwt_model_input(t.model, -1));
    assert_null(nwt_model_output(t.model, 1));
    assert_null(nwt_model_output(NULL, 0));
    assert_int_equal(nwt_model_input_count(NULL), 0);
    assert_int_equal(nwt_model_output_count(NULL), 0);
    assert_ptr_equal(nwt_model_context(t.model), t.ctx);
    assert_null(nwt_model_context(NULL));
    nwt_context_free(t.ctx);
}

static void counts_are_told(void **state)
{
    static const struct {
        int32_t what;
        int64_t of_model, of_layer;
    } wanted[] = {{NWT_COUNT_PARAMS, 20, 8},
                  {NWT_COUNT_TRAINABLE, 12, 0},
                  {NWT_COUNT_NON_TRAINABLE, 8, 8},
                  {NWT_COUNT_WEIGHT_BYTES, 80, 32},
                  {NWT_COUNT_UNKNOWN_LAYERS, 0, 0},
                  {NWT_COUNT_TRAINABLE_BYTES, 48, 0},
                  {NWT_COUNT_WEIGHTS, 4, 2},
                  {NWT_COUNT_LAYERS, 3, 1},
                  {NWT_COUNT_PEAK_BYTES, -1, -1},
                  {99, -1, -1},
                  {-1, -1, -1}};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((3,)), Dense(3), Dense(2, trainable=False)])", NULL);
    const nwt_layer *frozen = nwt_model_layer(model, 1);

    (void)state;
    assert_non_null(frozen);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_int_equal(nwt_model_count(model, wanted[i].what), wanted[i].of_model);
        assert_int_equal(nwt_layer_count(frozen, wanted[i].what), wanted[i].of_layer);
    }
    assert_int_equal(nwt_model_count(NULL, NWT_COUNT_PARAMS), -1);
    assert_int_equal(nwt_layer_count(NULL, NWT_COUNT_PARAMS), -1);
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------------------- the plan */

static void assert_turn(const nwt_work *work, int64_t turn, const char *wanted)
{
    char path[64] = "before", shorter[4] = "...";

    assert_int_equal(nwt_work_turn_path(work, turn, path, sizeof path), strlen(wanted));
    assert_string_equal(path, wanted);
    assert_int_equal(nwt_work_turn_path(work, turn, shorter, sizeof shorter), strlen(wanted));
    assert_memory_equal(shorter, wanted, strlen(wanted) < 3 ? strlen(wanted) + 1 : 3);
    assert_int_equal(nwt_work_turn_path(work, turn, NULL, 0), strlen(wanted));
}

/* x (12 bytes) -> wide: 5 floats -> narrow: 2 floats, of a batch of 2. */
static void plans_are_told(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((3,)), Dense(5, name='wide'), Dense(2, name='narrow')])", NULL);
    nwt_work *work = nwt_model_work(model, "batch=2");
    nwt_life_info life = {sizeof life};

    (void)state;
    assert_non_null(work);
    assert_ptr_equal(nwt_work_context(work), ctx);
    assert_null(nwt_work_context(NULL));
    assert_int_equal(nwt_work_turn_count(work), 2);
    assert_int_equal(nwt_work_turn_count(NULL), -1);
    assert_turn(work, 0, "wide");
    assert_turn(work, 1, "narrow");
    assert_turn(work, 2, "");
    assert_turn(work, -1, "");
    assert_int_equal(nwt_work_peak_turn(work), 0);
    assert_int_equal(nwt_work_peak_turn(NULL), -1);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_PEAK_BYTES), 2 * 4 * (3 + 5));
    assert_int_equal(nwt_work_count(work, NWT_COUNT_ACTIVATION_BYTES), 2 * 4 * (3 + 5 + 2));
    assert_int_equal(nwt_work_count(work, NWT_COUNT_MACS), 2 * (15 + 10));
    assert_int_equal(nwt_work_count(work, NWT_COUNT_MACS_VALID), 2 * (15 + 10));
    assert_int_equal(nwt_work_count(work, NWT_COUNT_FLOPS), 2 * (2 * 25 + 5 + 2));
    assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_WORK), 0);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_FLOPS), 0);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_PARAMS), -1);
    assert_int_equal(nwt_work_count(NULL, NWT_COUNT_MACS), -1);
    assert_int_equal(nwt_work_tensor_count(work), 3);
    assert_int_equal(nwt_work_tensor_count(NULL), -1);
    assert_int_equal(nwt_work_tensor(work, 1, &life), 1);
    assert_int_equal(life.rank, 2);
    assert_int_equal(life.dims[0], 2);
    assert_int_equal(life.dims[1], 5);
    assert_int_equal(life.bytes, 40);
    assert_int_equal(life.input, -1);
    assert_int_equal(nwt_work_tensor(work, 0, &life), 1);
    assert_int_equal(life.input, 0);
    assert_int_equal(life.dtype, NWT_DTYPE_FLOAT32);
    assert_int_equal(nwt_work_tensor(work, 3, &life), 0);
    assert_int_equal(nwt_work_tensor(work, -1, &life), 0);
    assert_int_equal(nwt_work_tensor(work, 0, NULL), 0);
    assert_int_equal(nwt_work_tensor(NULL, 0, &life), 0);
    life.size--;
    assert_int_equal(nwt_work_tensor(work, 0, &life), 0);
    nwt_context_free(ctx);
}

static void work_of_layers_is_told(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((3,)), Dense(5), Lambda(f, output_shape=(5,)), Dense(2)])", NULL);
    nwt_work *work = nwt_model_work(model, "like='torch'");
    const nwt_layer *dense = nwt_model_layer(model, 0), *lambda = nwt_model_layer(model, 1);

    (void)state;
    assert_non_null(work);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_MACS), 15);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_MACS_VALID), 15);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_FLOPS), 35);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_LIKE), 30);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_ACTIVATION_BYTES), 20);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_UNKNOWN_WORK), 0);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_UNKNOWN_FLOPS), 0);
    assert_int_equal(nwt_work_layer_count(work, dense, NWT_COUNT_PARAMS), -1);
    assert_int_equal(nwt_work_layer_count(work, lambda, NWT_COUNT_MACS), -1);
    assert_int_equal(nwt_work_layer_count(work, lambda, NWT_COUNT_FLOPS), -1);
    assert_int_equal(nwt_work_layer_count(work, lambda, NWT_COUNT_UNKNOWN_WORK), 1);
    assert_int_equal(nwt_work_layer_count(work, lambda, NWT_COUNT_UNKNOWN_FLOPS), 1);
    assert_int_equal(nwt_work_layer_count(work, NULL, NWT_COUNT_MACS), -1);
    assert_int_equal(nwt_work_layer_count(NULL, dense, NWT_COUNT_MACS), -1);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_WORK), 1);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_MACS), 25);
    assert_ptr_equal(nwt_work_unknown(work, 0), lambda);
    assert_null(nwt_work_unknown(work, 1));
    assert_null(nwt_work_unknown(work, -1));
    assert_null(nwt_work_unknown(NULL, 0));
    assert_null(nwt_model_work(NULL, NULL));
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------------------- setters */

/* On a Dense(4) whose options are set, then called on (None, 3). */
static const struct {
    const char *key;
    const char *text; /* NULL: by nwt_layer_set_ints, of count -1 */
    const char *message;
} settings[] = {
    {"units", "5", ""},
    {"units", NULL, "Dense: units: -1 values"},
    {"unit", "5", "Dense: unknown option 'unit'; did you mean 'units'?"},
    {"units", "'5'", "Dense: units must be an integer, not '5'"},
    {"units", "0", "Dense: units must be at least 1, not 0"},
    {"use_bias", "False", ""},
    {"kernel_initializer", "'zeros'", ""},
    {"kernel_initializer", "HeNormal(seed=3)", ""},
    {"trainable", "'yes'", "Dense: trainable must be True or False"},
    {"name", "None", ""},
    {"dtype", "np.float16", ""},
    {"dtype", "'float17'", NULL},
    {"input_shape", "(3, -2)", NULL},
    {"input_shape", "(3,)", ""},
    {"input_shape", "None", ""},
    {"batch_input_shape", "(2, 3)", ""},
    {"input_dim", "3", ""},
    {"input_dtype", "'int'", NULL},
    {NULL, "3", "Dense: the key of an option is NULL"},
};

static void settings_are_taken_or_refused(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        nwt_layer *layer = nwt_layer_new(ctx, "Dense");
        int32_t status;

        nwt_layer_set_int(layer, "units", 4);
        status = settings[i].text != NULL
                     ? nwt_layer_set_text(layer, settings[i].key, settings[i].text)
                     : nwt_layer_set_ints(layer, settings[i].key, -1, three);
        assert_int_equal(status, nwt_status(ctx));
        if (settings[i].message != NULL) {
            assert_string_equal(nwt_message(ctx), settings[i].message);
        } else {
            assert_int_equal(status, NWT_STATUS_INVALID);
        }
        if (status == 0) {
            assert_non_null(nwt_call(layer, nwt_input(ctx, 1, three, NULL)));
            assert_string_equal(nwt_message(ctx), "");
        }
        nwt_context_reset(ctx);
    }
    assert_int_equal(nwt_layer_set_int(NULL, "units", 4), NWT_STATUS_INVALID);
    assert_int_equal(nwt_layer_set_text(NULL, "units", "4"), NWT_STATUS_INVALID);
    assert_int_equal(nwt_layer_set_ints(NULL, "units", 1, three), NWT_STATUS_INVALID);
    nwt_context_free(ctx);
}

static int32_t take(void *user, const char *text, size_t length)
{
    size_t used = strlen(user);

    assert_true(used + length < 4096);
    memcpy((char *)user + used, text, length);
    ((char *)user)[used + length] = '\0';
    return 0;
}

/* What the library does not look at is kept all the same, the last of each key. */
static void opaque_settings_are_kept(void **state)
{
    static char text[4096];
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layer = nwt_dense(ctx, 4, NULL);
    nwt_model *model = nwt_sequential(ctx, NULL);

    (void)state;
    nwt_layer_set_text(layer, "kernel_initializer", "'zeros'");
    nwt_layer_set_text(layer, "bias_initializer", "'ones'");
    nwt_layer_set_string(layer, "kernel_regularizer", "l2");
    nwt_sequential_add(model, nwt_layer_parse(ctx, "InputLayer((3,))"));
    nwt_sequential_add(model, layer);
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_report(model, "format='constructor'", take, text), 0);
    assert_non_null(strstr(text, "kernel_initializer='zeros'"));
    assert_non_null(strstr(text, "bias_initializer='ones'"));
    assert_non_null(strstr(text, "kernel_regularizer='l2'"));
    nwt_context_free(ctx);
}

static void children_are_set(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *wrapper = nwt_layer_new(ctx, "TimeDistributed"), *none = NULL;
    int64_t steps[] = {4, 3};

    (void)state;
    assert_int_equal(nwt_layer_set_layer(wrapper, "layer", nwt_dense(ctx, 2, NULL)), 0);
    assert_non_null(nwt_call(wrapper, nwt_input(ctx, 2, steps, NULL)));
    assert_int_equal(nwt_layer_set_layer(wrapper, "layer", nwt_dense(ctx, 2, NULL)),
                     NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    wrapper = nwt_layer_new(ctx, "TimeDistributed");
    assert_int_equal(nwt_layer_set_layer(wrapper, NULL, nwt_dense(ctx, 2, NULL)),
                     NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    wrapper = nwt_layer_new(ctx, "RNN");
    assert_int_equal(nwt_layer_set_layers(wrapper, "cell", -1, NULL), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    wrapper = nwt_layer_new(ctx, "StackedRNNCells");
    assert_int_equal(nwt_layer_set_layers(wrapper, "cells", 1, &none), NWT_STATUS_INVALID);
    nwt_context_free(ctx);
}

/* --------------------------------------------------------------- layers refuse */

/* Of a Sequential of one layer: what Keras refuses too, and where we say it. */
static const struct {
    const char *text;
    const char *part; /* of the message */
} refused[] = {
    {"[Input((1,)), StringLookup(vocabulary=[])]", "vocabulary is empty"},
    {"[Input((1,)), StringLookup(max_tokens=2, vocabulary=['a', 'b', 'c'])]",
     "more than max_tokens 2"},
    {"[Input((4,)), TextVectorization(vocabulary=['a', 'b'], idf_weights=[1.0], "
     "output_mode='tf_idf')]",
     "1 idf_weights for 2 tokens"},
    {"[Input((4, 5)), PReLU(shared_axes=[3])]", "shared_axes"},
    {"[Input((4, 5)), Normalization(axis=-1, mean=[[1.0], [2.0]], variance=[[1.0], [2.0]])]",
     "mean and variance"},
    {"[Input((4, 5)), EinsumDense('ab,bc->ad', output_shape=(None, 3))]", "equation"},
};

static void layers_refuse(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_null(nwt_model_parse(ctx, refused[i].text, NULL));
        assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
        if (strstr(nwt_message(ctx), refused[i].part) == NULL) {
            fail_msg("%s: %s", refused[i].text, nwt_message(ctx));
        }
        nwt_context_reset(ctx);
    }
    nwt_context_free(ctx);
}

/* -------------------------------------------------------------- what begins with NULL */

static void nothing_gives_nothing(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_sequential(ctx, "name='s'");

    (void)state;
    assert_null(nwt_layer_new(NULL, "Dense"));
    assert_null(nwt_layer_parse(NULL, "Dense(1)"));
    assert_null(nwt_dense(NULL, 1, NULL));
    assert_null(nwt_input(NULL, 1, three, NULL));
    assert_null(nwt_layer_new(ctx, NULL));
    assert_string_equal(nwt_message(ctx), "nwt_layer_new: the kind is NULL");
    nwt_context_clear_error(ctx);
    assert_null(nwt_layer_parse(ctx, NULL));
    assert_string_equal(nwt_message(ctx), "nwt_layer_parse: the text is NULL");
    nwt_context_clear_error(ctx);
    assert_null(nwt_input(ctx, 32, three, NULL));
    assert_string_equal(nwt_message(ctx),
                        "an input of rank 32: it must be from 0 to 31, without the batch");
    nwt_context_clear_error(ctx);
    assert_null(nwt_input(ctx, 1, NULL, NULL));
    nwt_context_clear_error(ctx);
    assert_null(nwt_call_many(nwt_add(ctx, NULL), -1, NULL, NULL));
    assert_string_equal(nwt_message(ctx), "Add: a call on -1 inputs");
    nwt_context_clear_error(ctx);
    assert_int_not_equal(nwt_sequential_add(model, NULL), 0);
    assert_string_equal(nwt_message(ctx), "s: the layer to be added is NULL");
    nwt_context_clear_error(ctx);
    assert_int_not_equal(nwt_sequential_pop(model), 0);
    assert_string_equal(nwt_message(ctx), "s: it has no layer that could be taken off");
    nwt_context_clear_error(ctx);
    assert_int_not_equal(nwt_sequential_add(NULL, nwt_dense(ctx, 1, NULL)), 0);
    assert_null(nwt_model_reshape(NULL, 0, NULL, NULL));
    assert_null(nwt_model_reshape(model, 1, NULL, NULL));
    nwt_context_free(ctx);
}

/* Bindings of other languages ask of what a failed call gave them. */
static void questions_of_nothing_have_answers(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *dense = nwt_dense(ctx, 2, NULL);
    nwt_model *model = nwt_model_parse(ctx, "Sequential([Input((4,)), Dense(3)])", NULL);
    nwt_weight_info weight = {sizeof weight, NULL, NULL, 0, 0, 0, 0, 0, 0};
    nwt_factor_info factor = {sizeof factor, NULL, 0, 0, 0};
    nwt_option_info option = {sizeof option, NULL, NULL, NULL, NULL, NULL, 0, 0};
    char text[8];

    (void)state;
    assert_int_equal(nwt_context_generation(NULL), -1);
    assert_int_equal(nwt_context_memory(NULL), -1);
    assert_int_equal(nwt_note_count(NULL), 0);
    assert_null(nwt_note(NULL, 0));
    assert_int_equal(nwt_tensor_dtype(NULL), 0);
    assert_null(nwt_tensor_context(NULL));
    assert_int_equal(nwt_shape_text(2, NULL, text, sizeof text), 0);
    assert_null(nwt_layer_kind(NULL));
    assert_null(nwt_layer_context(NULL));
    assert_int_equal(nwt_layer_option(NULL, "units", text, sizeof text), 0);
    assert_int_equal(nwt_layer_option(dense, NULL, text, sizeof text), 0);
    assert_int_equal(nwt_layer_child_count(NULL), 0);
    assert_null(nwt_layer_child(NULL, 0));
    assert_null(nwt_layer_child(dense, -1));
    assert_null(nwt_layer_child(nwt_model_as_layer(model), 9));
    assert_null(nwt_layer_as_model(NULL));
    assert_null(nwt_layer_as_model(dense));
    assert_int_equal(nwt_layer_weight(NULL, 0, &weight), 0);
    assert_int_equal(nwt_layer_weight(dense, 0, NULL), 0);
    assert_int_equal(nwt_layer_weight(dense, -1, &weight), 0);
    assert_int_equal(nwt_layer_weight_factor_count(NULL, 0), -1);
    assert_int_equal(nwt_layer_weight_factor(NULL, 0, 0, &factor), 0);
    assert_int_equal(nwt_layer_weight_factor(nwt_model_layer(model, 0), 0, -1, &factor), 0);
    assert_int_equal(nwt_layer_weight_factor(nwt_model_layer(model, 0), 0, 0, NULL), 0);
    assert_int_equal(nwt_layer_weight_path(NULL, 0, text, sizeof text), 0);
    assert_int_equal(nwt_model_layer_count(NULL), 0);
    assert_null(nwt_model_layer(NULL, 0));
    assert_null(nwt_model_layer(model, -1));
    assert_null(nwt_model_layer(model, 9));
    assert_null(nwt_model_find(NULL, "dense"));
    assert_null(nwt_model_find(model, NULL));
    assert_null(nwt_model_find_path(NULL, "dense"));
    assert_null(nwt_model_find_path(model, NULL));
    assert_null(nwt_model_input(NULL, 0));
    assert_null(nwt_model_input(model, 1));
    assert_null(nwt_model_as_layer(NULL));
    assert_int_equal(nwt_model_weight_bytes(NULL), -1);
    assert_int_equal(nwt_kind_count(NULL), 0);
    assert_null(nwt_kind_name(NULL, 0));
    assert_null(nwt_kind_name(ctx, -1));
    assert_null(nwt_kind_about(NULL, "Dense"));
    assert_null(nwt_kind_about(ctx, NULL));
    assert_int_equal(nwt_kind_option(NULL, "Dense", 0, 0, &option), 0);
    assert_int_equal(nwt_kind_option(ctx, NULL, 0, 0, &option), 0);
    assert_int_equal(nwt_kind_option(ctx, "Dense", 0, -1, &option), 0);
    assert_int_equal(nwt_kind_option(ctx, "Dense", 0, 0, NULL), 0);
    assert_string_equal(nwt_message(ctx), "");
    nwt_context_free(ctx);
}

/* A shape is refused before anything is made of it. */
static void shapes_are_refused(void **state)
{
    static const struct {
        int32_t count, rank;
        int64_t dim;
        const char *message;
    } cases[] = {
        {2, 2, 4, "2 input shapes for a model of 1 inputs"},
        {1, 33, 4, "a shape of rank 33"},
        {1, -1, 4, "a shape of rank -1"},
        {1, 2, -2, "axis 1 would be -2"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t first[33] = {-1, cases[i].dim};
        const int64_t *dims[] = {first, first};
        int32_t ranks[] = {cases[i].rank, cases[i].rank};
        nwt_model *model = nwt_model_parse(ctx, "Sequential([Input((4,)), Dense(3)])", NULL);

        assert_null(nwt_model_reshape(model, cases[i].count, ranks, dims));
        if (strstr(nwt_message(ctx), cases[i].message) == NULL) {
            fail_msg("'%s' is not in '%s'", cases[i].message, nwt_message(ctx));
        }
        nwt_context_clear_error(ctx);
        assert_null(nwt_model_reshape(model, 1, NULL, dims));
        nwt_context_clear_error(ctx);
        assert_null(nwt_model_reshape(model, 1, ranks, NULL));
        nwt_context_clear_error(ctx);
    }
    nwt_context_free(ctx);
}

/* Taken off and added again, a Sequential is as if it had never been otherwise. */
static void layers_are_taken_off(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((6, 4)), LSTM(3, return_sequences=True), Dense(5), Dense(2)])",
        NULL);

    (void)state;
    for (int32_t i = 0; i < 3; i++) {
        assert_int_equal(nwt_sequential_pop(model), 0);
        assert_int_equal(nwt_model_params(model), 4 * 3 * (4 + 3 + 1) + 3 * 5 + 5);
        assert_int_equal(nwt_tensor_dims(nwt_model_output(model, 0))[2], 5);
        assert_int_equal(nwt_sequential_add(model, nwt_dense(ctx, 7 + i, NULL)), 0);
        assert_int_equal(nwt_tensor_dims(nwt_model_output(model, 0))[2], 7 + i);
        assert_int_equal(nwt_model_params(model),
                         4 * 3 * (4 + 3 + 1) + 3 * 5 + 5 + (5 + 1) * (7 + i));
    }
    assert_string_equal(nwt_message(ctx), "");
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_told),
        cmocka_unit_test(tensors_are_told),
        cmocka_unit_test(models_are_told),
        cmocka_unit_test(counts_are_told),
        cmocka_unit_test(plans_are_told),
        cmocka_unit_test(work_of_layers_is_told),
        cmocka_unit_test(settings_are_taken_or_refused),
        cmocka_unit_test(opaque_settings_are_kept),
        cmocka_unit_test(children_are_set),
        cmocka_unit_test(layers_refuse),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(questions_of_nothing_have_answers),
        cmocka_unit_test(shapes_are_refused),
        cmocka_unit_test(layers_are_taken_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
