/* Reads bytes as calls of the public functions: on inputs, layers and models made before, on NULL,
   in every order. A status without a message, or a message without a status, is a fault. */
#include "script.h"

/* A short text of the script's own bytes, in `buffer` of 64 bytes. */
static const char *draw_bytes(script *s, char *buffer)
{
    size_t length = below(s, 24), i;

    for (i = 0; i < length; i++) {
        buffer[i] = (char)draw(s);
    }
    buffer[length] = '\0';
    return buffer;
}

enum { TENSORS = 48, LAYERS = 32, MODELS = 12 };

typedef struct state {
    script s;
    nwt_context *ctx;
    nwt_tensor *tensors[TENSORS];
    nwt_layer *layers[LAYERS];
    nwt_model *models[MODELS];
    uint32_t made; /* the next place of each */
} state;

static const char *const texts[] = {
    "Dense(3)",
    "Dense(4, input_shape=(3,))",
    "Conv2D(2, 3, padding='same')",
    "LSTM(2, return_state=True)",
    "GRU(3, return_sequences=True, input_shape=(4, 3))",
    "Bidirectional(LSTM(2, return_sequences=True))",
    "TimeDistributed(Dense(2))",
    "TimeDistributed(Sequential([Dense(2), Dense(3)]))",
    "RNN([LSTMCell(2), GRUCell(3)], return_state=True)",
    "MultiHeadAttention(2, 3)",
    "Lambda(f)",
    "Reshape((-1, 2))",
    "Concatenate(axis=1)",
    "Add()",
    "Flatten()",
    "BatchNormalization(trainable=False)",
    "Sequential([InputLayer(shape=(3,)), Dense(2)])",
    "Sequential([Dense(2), Dense(3)])",
    "Embedding(10, 4)",
    "InputLayer(shape=(3,))",
    "SeparableConv2D(2, 3)",
    "Unheard(2)",
    "ZeroPadding1D(2)",
    "Dot(axes=1)",
};

static const char *const options[] = {
    NULL,
    "",
    "name='dense'",
    "name='a/b'",
    "trainable=False",
    "return_attention_scores=True",
    "name=''",
    "dtype='mixed_float16', name='m'",
    "nonsense=1",
    "return_state=True",
    "mask=None",
};

static const char *const names[] = {NULL,   "inputs", "query", "value", "key", "initial_state",
                                    "mask", "x",      "x1",    "x2",    "",    "sequences"};

#define PICK(table) ((table)[below(&t->s, sizeof(table) / sizeof *(table))])

static nwt_tensor *tensor(state *t)
{
    return t->tensors[below(&t->s, TENSORS)];
}

static nwt_layer *layer(state *t)
{
    return t->layers[below(&t->s, LAYERS)];
}

static nwt_model *model(state *t)
{
    return t->models[below(&t->s, MODELS)];
}

/* Pools fill from the front, so that most draws meet something. */
static void keep_tensor(state *t, nwt_tensor *made)
{
    int32_t i;

    for (i = 0; made != NULL && i < nwt_tensor_output_count(made) && i < 3; i++) {
        t->tensors[t->made++ % TENSORS] = nwt_tensor_output(made, i);
    }
}

static void keep_layer(state *t, nwt_layer *made)
{
    if (made != NULL) {
        t->layers[t->made++ % LAYERS] = made;
    }
}

static void keep_model(state *t, nwt_model *made)
{
    if (made != NULL) {
        t->models[t->made++ % MODELS] = made;
        keep_layer(t, nwt_model_as_layer(made));
    }
}

static void make_input(state *t)
{
    int64_t dims[8];
    int32_t rank = draw_shape(&t->s, dims);

    keep_tensor(t, nwt_input(t->ctx, rank, dims, PICK(options)));
}

static void make_layer(state *t)
{
    char text[64];
    int64_t size = draw_dim(&t->s);

    switch (below(&t->s, 8)) {
    case 0:
        keep_layer(t, nwt_layer_new(t->ctx, nwt_kind_name(t->ctx, draw(&t->s))));
        break;
    case 1:
        keep_layer(t, nwt_layer_parse(t->ctx, draw_bytes(&t->s, text)));
        break;
    case 2:
        keep_layer(t, nwt_dense(t->ctx, size, PICK(options)));
        break;
    case 3:
        keep_layer(t, nwt_conv2d(t->ctx, 2, size, PICK(options)));
        break;
    case 4:
        keep_layer(t, nwt_bidirectional(t->ctx, layer(t), PICK(options)));
        break;
    case 5:
        keep_layer(t, nwt_time_distributed(t->ctx, layer(t), PICK(options)));
        break;
    default:
        keep_layer(t, nwt_layer_parse(t->ctx, PICK(texts)));
        break;
    }
}

/* An option that the kind has, or one that it has not. */
static void set(state *t)
{
    nwt_layer *on = layer(t), *others[3];
    nwt_option_info info = {sizeof info};
    const char *key = "name";
    int64_t dims[8];
    char text[64];
    int32_t i;

    if (nwt_kind_option(t->ctx, nwt_layer_kind(on), 0, below(&t->s, 24), &info)) {
        key = info.key;
    }
    switch (below(&t->s, 8)) {
    case 0:
        nwt_layer_set_int(on, key, draw_dim(&t->s));
        break;
    case 1:
        nwt_layer_set_float(on, key, (double)draw_dim(&t->s) / 8);
        break;
    case 2:
        nwt_layer_set_bool(on, key, (int32_t)below(&t->s, 3));
        break;
    case 3:
        nwt_layer_set_string(on, key, draw_bytes(&t->s, text));
        break;
    case 4:
        nwt_layer_set_ints(on, key, draw_shape(&t->s, dims), dims);
        break;
    case 5:
        nwt_layer_set_layer(on, key, layer(t));
        break;
    case 6:
        for (i = 0; i < 3; i++) {
            others[i] = layer(t);
        }
        nwt_layer_set_layers(on, key, (int32_t)below(&t->s, 4), others);
        break;
    default:
        nwt_layer_set_text(on, key, draw_bytes(&t->s, text));
        break;
    }
}

static void call(state *t)
{
    nwt_tensor *inputs[4];
    const char *arguments[4];
    int32_t count = (int32_t)below(&t->s, 5), i;
    nwt_layer *on = layer(t);

    for (i = 0; i < count; i++) {
        inputs[i] = tensor(t);
        arguments[i] = PICK(names);
    }
    if (count == 1) {
        keep_tensor(t, nwt_call(on, inputs[0]));
    } else if (below(&t->s, 2)) {
        keep_tensor(t, nwt_call_many(on, count, inputs, PICK(options)));
    } else {
        keep_tensor(t, nwt_call_named(on, count, arguments, inputs, PICK(options)));
    }
}

static void make_model(state *t)
{
    nwt_tensor *inputs[3], *outputs[3];
    int32_t input_count = (int32_t)below(&t->s, 4), output_count = (int32_t)below(&t->s, 4), i;

    for (i = 0; i < 3; i++) {
        inputs[i] = tensor(t);
        outputs[i] = tensor(t);
    }
    keep_model(t, nwt_model_new(t->ctx, input_count, inputs, output_count, outputs, PICK(options)));
}

static void reshape(state *t)
{
    int64_t shapes[3][8];
    const int64_t *dims[3] = {shapes[0], shapes[1], shapes[2]};
    int32_t ranks[3], i;

    for (i = 0; i < 3; i++) {
        ranks[i] = draw_shape(&t->s, shapes[i]);
    }
    keep_model(t, nwt_model_reshape(model(t), (int32_t)below(&t->s, 4), ranks, dims));
}

static void change_sequential(state *t)
{
    if (below(&t->s, 8) == 0) {
        keep_model(t, nwt_sequential(t->ctx, PICK(options)));
    } else if (below(&t->s, 8) == 0) {
        nwt_sequential_pop(model(t));
    } else {
        nwt_sequential_add(model(t), layer(t));
    }
}

/* -------------------------------------------------------------- what getters say */

static void look_at_tensor(const nwt_tensor *of)
{
    char text[32];

    require(nwt_tensor_rank(of) >= -1 && nwt_tensor_bytes(of) >= -1);
    nwt_shape_text(nwt_tensor_rank(of), nwt_tensor_dims(of), text, sizeof text);
    require(of == NULL || nwt_tensor_output(of, nwt_tensor_index(of)) == of);
    require(of == NULL || nwt_tensor_layer(of) != NULL);
}

static void look_at_weights(const nwt_layer *of)
{
    int64_t count = nwt_layer_weight_count(of), i;

    for (i = -1; i < count && i < 20; i++) {
        nwt_weight_info info = {sizeof info};
        nwt_factor_info factor = {sizeof factor};
        char text[32];
        int32_t j, factors = nwt_layer_weight_factor_count(of, i);

        require(nwt_layer_weight(of, i, &info) == (i >= 0));
        nwt_layer_weight_path(of, i, text, sizeof text);
        for (j = -1; j < factors; j++) {
            nwt_layer_weight_factor(of, i, j, &factor);
        }
    }
}

static void look_at_layer(nwt_layer *of)
{
    nwt_option_info info = {sizeof info};
    char text[32];
    int64_t i;
    int32_t what;

    nwt_layer_name(of, text, sizeof text);
    nwt_layer_name(of, NULL, 0);
    for (i = 0; nwt_kind_option(nwt_layer_context(of), nwt_layer_kind(of), 0, i, &info); i++) {
        nwt_layer_option(of, info.key, text, sizeof text);
    }
    for (i = -1; i <= nwt_layer_child_count(of) && i < 10; i++) {
        nwt_layer_child(of, i);
    }
    for (what = -1; what < 9; what++) {
        nwt_layer_count(of, what);
    }
    for (i = -1; i <= nwt_layer_call_count(of) && i < 10; i++) {
        look_at_tensor(nwt_layer_call_input(of, i, nwt_layer_call_input_count(of, i) - 1));
        look_at_tensor(nwt_layer_call_output(of, i, nwt_layer_call_output_count(of, i) - 1));
    }
    look_at_weights(of);
}

static void look_at_model(const nwt_model *of, const nwt_tensor *used)
{
    int64_t count = nwt_model_layer_count(of), i, number;
    int32_t what;

    for (i = -1; i <= count && i < 20; i++) {
        nwt_layer *one = nwt_model_layer(of, i);
        char name[64];

        nwt_model_call(of, one, nwt_model_call_count(of, one) - 1);
        nwt_layer_name(one, name, sizeof name);
        nwt_model_find(of, name);
        nwt_model_find_path(of, name);
    }
    for (what = -1; what < 9; what++) {
        require(nwt_model_count(of, what) >= -1);
    }
    look_at_tensor(nwt_model_input(of, nwt_model_input_count(of) - 1));
    look_at_tensor(nwt_model_output(of, nwt_model_output_count(of) - 1));
    nwt_model_use(of, used, 0, &number);
}

static void look(state *t)
{
    look_at_tensor(tensor(t));
    look_at_layer(layer(t));
    look_at_model(model(t), tensor(t));
}

static void report(state *t)
{
    int64_t written = 0;

    nwt_report(model(t), report_options[below(&t->s, REPORTS)], read_report, &written);
}

static void read_text(state *t)
{
    static const char *const models[] = {
        "Sequential([Dense(3, input_shape=(2,)), Dense(4)])",
        "x = Input((3,)); y = Dense(2)(x); model = Model(x, y)",
        "Sequential([Conv2D(2, 3, 3, input_shape=(9, 9, 1)), Flatten(), Dense(2)])",
        "a = Sequential([Dense(2, input_dim=3)])\nm = Sequential()\nm.add(a)\nm.add(Dense(2))\n",
    };
    static const char *const eras[] = {NULL, "keras=1", "keras=2", "keras=3", "keras=4"};

    keep_model(t, nwt_model_parse(t->ctx, PICK(models), PICK(eras)));
}

static void reset(state *t)
{
    nwt_context_reset(t->ctx);
    memset(t->tensors, 0, sizeof t->tensors);
    memset(t->layers, 0, sizeof t->layers);
    memset(t->models, 0, sizeof t->models);
    t->made = 0;
}

static void step(state *t)
{
    static void (*const steps[])(state *) = {
        make_input, make_layer, make_layer, make_layer,        set,  call,   call,
        call,       call,       make_model, make_model,        look, report, change_sequential,
        reshape,    read_text,  call,       change_sequential, look, set};
    uint32_t which = draw(&t->s);

    if (which == 255) {
        reset(t);
    } else {
        steps[which % (sizeof steps / sizeof *steps)](t);
    }
    require((nwt_status(t->ctx) != NWT_STATUS_OK) == (nwt_message(t->ctx)[0] != '\0'));
    if (which % 64 != 63) {
        nwt_context_clear_error(t->ctx);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nwt_context_options bounds = {.size = sizeof bounds,
                                  .memory_limit = (size_t)256 << 20,
                                  .max_calls = 2000,
                                  .max_rows = 200,
                                  .max_notes = 20,
                                  .max_cell = 50};
    state t = {.s = {data, data + size}};
    int steps, i;

    t.ctx = nwt_context_new(&bounds);
    require(t.ctx != NULL);
    make_input(&t);
    for (steps = 0; t.s.at < t.s.end && steps < 300; steps++) {
        step(&t);
    }
    nwt_context_clear_error(t.ctx);
    for (i = 0; i < MODELS; i++) {
        if (t.models[i] != NULL) {
            report_all(t.models[i], t.ctx);
            look_at_model(t.models[i], t.tensors[i]);
        }
    }
    nwt_context_free(t.ctx);
    return 0;
}
