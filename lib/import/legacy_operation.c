/*
 * Functions of TensorFlow that tf.keras kept as layers: x * 2 is a TFOpLambda
 * of "math.multiply". Those that Keras 3 has as operations become them; the
 * others are operations that nobody knows, which have no weights all the same.
 */
#include "import/past.h"

#include <string.h>

static const struct {
    const char *function;
    const char *class_name;
} functions[] = {
    {"__operators__.add", "ops.Add"},
    {"__operators__.eq", "ops.Equal"},
    {"__operators__.getitem", "ops.GetItem"},
    {"__operators__.ne", "ops.NotEqual"},
    {"broadcast_to", "ops.BroadcastTo"},
    {"cast", "ops.Cast"},
    {"clip_by_value", "ops.Clip"},
    {"compat.v1.floor_div", "ops.FloorDivide"},
    {"compat.v1.gather", "ops.Take"},
    {"compat.v1.pad", "ops.Pad"},
    {"compat.v1.squeeze", "ops.Squeeze"},
    {"compat.v1.transpose", "ops.Transpose"},
    {"concat", "ops.Concatenate"},
    {"convert_to_tensor", "ops.ConvertToTensor"},
    {"debugging.check_numerics", "ops.Copy"},
    {"expand_dims", "ops.ExpandDims"},
    {"gather", "ops.Take"},
    {"identity", "ops.Copy"},
    {"image.resize", "ops.Resize"},
    {"linalg.matmul", "ops.Matmul"},
    {"math.abs", "ops.Absolute"},
    {"math.add", "ops.Add"},
    {"math.add_n", "Add"},
    {"math.ceil", "ops.Ceil"},
    {"math.cos", "ops.Cos"},
    {"math.cumsum", "ops.Cumsum"},
    {"math.divide_no_nan", "ops.DivideNoNan"},
    {"math.equal", "ops.Equal"},
    {"math.erf", "ops.Erf"},
    {"math.exp", "ops.Exp"},
    {"math.floor", "ops.Floor"},
    {"math.floordiv", "ops.FloorDivide"},
    {"math.floormod", "ops.Mod"},
    {"math.greater", "ops.Greater"},
    {"math.greater_equal", "ops.GreaterEqual"},
    {"math.l2_normalize", "ops.Normalize"},
    {"math.less", "ops.Less"},
    {"math.less_equal", "ops.LessEqual"},
    {"math.log", "ops.Log"},
    {"math.log1p", "ops.Log1p"},
    {"math.log_sigmoid", "ops.LogSigmoid"},
    {"math.logical_and", "ops.LogicalAnd"},
    {"math.logical_not", "ops.LogicalNot"},
    {"math.logical_or", "ops.LogicalOr"},
    {"math.maximum", "ops.Maximum"},
    {"math.minimum", "ops.Minimum"},
    {"math.multiply", "ops.Multiply"},
    {"math.negative", "ops.Negative"},
    {"math.not_equal", "ops.NotEqual"},
    {"math.pow", "ops.Power"},
    {"math.reciprocal", "ops.Reciprocal"},
    {"math.reduce_all", "ops.All"},
    {"math.reduce_any", "ops.Any"},
    {"math.reduce_logsumexp", "ops.Logsumexp"},
    {"math.reduce_max", "ops.Max"},
    {"math.reduce_mean", "ops.Mean"},
    {"math.reduce_min", "ops.Min"},
    {"math.reduce_prod", "ops.Prod"},
    {"math.reduce_std", "ops.Std"},
    {"math.reduce_sum", "ops.Sum"},
    {"math.reduce_variance", "ops.Var"},
    {"math.round", "ops.Round"},
    {"math.rsqrt", "ops.Rsqrt"},
    {"math.sigmoid", "ops.Sigmoid"},
    {"math.sign", "ops.Sign"},
    {"math.sin", "ops.Sin"},
    {"math.softplus", "ops.Softplus"},
    {"math.sqrt", "ops.Sqrt"},
    {"math.square", "ops.Square"},
    {"math.subtract", "ops.Subtract"},
    {"math.tanh", "ops.Tanh"},
    {"math.top_k", "ops.TopK"},
    {"math.truediv", "ops.TrueDivide"},
    {"nn.bias_add", "ops.Add"},
    {"nn.dropout", "Dropout"},
    {"nn.elu", "ops.Elu"},
    {"nn.gelu", "ops.Gelu"},
    {"nn.leaky_relu", "ops.LeakyRelu"},
    {"nn.log_softmax", "ops.LogSoftmax"},
    {"nn.relu", "ops.Relu"},
    {"nn.relu6", "ops.Relu6"},
    {"nn.selu", "ops.Selu"},
    {"nn.silu", "ops.Silu"},
    {"nn.softmax", "ops.Softmax"},
    {"nn.softplus", "ops.Softplus"},
    {"nn.softsign", "ops.Softsign"},
    {"one_hot", "ops.OneHot"},
    {"ones_like", "ops.OnesLike"},
    {"repeat", "ops.Repeat"},
    {"reshape", "ops.Reshape"},
    {"reverse", "ops.Flip"},
    {"roll", "ops.Roll"},
    {"sort", "ops.Sort"},
    {"split", "ops.Split"},
    {"squeeze", "ops.Squeeze"},
    {"stack", "ops.Stack"},
    {"stop_gradient", "ops.StopGradient"},
    {"tile", "ops.Tile"},
    {"transpose", "ops.Transpose"},
    {"unstack", "ops.Unstack"},
    {"where", "ops.Where"},
    {"zeros_like", "ops.ZerosLike"},
};

/* Arguments that have another name in the operation, where it has the second one. */
static const struct {
    const char *was;
    const char *is;
} arguments[] = {
    {"b", "x2"},
    {"bias", "x2"},
    {"clip_value_max", "x_max"},
    {"clip_value_min", "x_min"},
    {"depth", "num_classes"},
    {"multiples", "repeats"},
    {"num_or_size_splits", "indices_or_sections"},
    {"paddings", "pad_width"},
    {"perm", "axes"},
    {"shape", "newshape"},
    {"slice_spec", "key"},
    {"x", "x1"},
    {"y", "x2"},
};

static int32_t has(const nwti_kind *kind, const char *key)
{
    return nwti_row_find(&kind->options, key, strlen(key)) >= 0 ||
           nwti_row_find(&kind->arguments, key, strlen(key)) >= 0;
}

/* In nn.bias_add and the like `x` is the first argument by its own name too. */
const char *nwti_legacy_argument(const nwti_kind *kind, const char *key)
{
    size_t i;

    if (has(kind, key)) {
        return key;
    }
    for (i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        if (strcmp(arguments[i].was, key) == 0) {
            return has(kind, arguments[i].is) ? arguments[i].is : NULL;
        }
    }
    return NULL;
}

/* {"class_name": class_name, "config": config} */
static int32_t put_object(nwt_context *ctx, nwti_value *place, const char *class_name,
                          const nwti_value *config)
{
    nwti_value *items = nwti_new_array(ctx, 4, sizeof *items);

    if (items == NULL) {
        return ctx->status;
    }
    items[0] = (nwti_value){NWTI_STRING, 0, 10, {.string = "class_name"}};
    items[1] = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(class_name), {.string = class_name}};
    items[2] = (nwti_value){NWTI_STRING, 0, 6, {.string = "config"}};
    items[3] = *config;
    *place = (nwti_value){NWTI_DICT, 0, 2, {.items = items}};
    return 0;
}

/* {"start": 0, "stop": 8, "step": null} is a __slice__ in Keras 3, "..." an __ellipsis__. */
const nwti_value *nwti_legacy_slices(nwt_context *ctx, const nwti_value *value)
{
    uint32_t count = value->type == NWTI_LIST ? value->length : 1, i;
    nwti_value *items = nwti_new_array(ctx, (size_t)count + 1, sizeof *items);

    if (items == NULL) {
        return NULL;
    }
    for (i = 0; i < count; i++) {
        const nwti_value *one = value->type == NWTI_LIST ? value->as.items + i : value;

        items[i] = *one;
        if (one->type == NWTI_DICT && nwti_value_get(one, "start") != NULL) {
            put_object(ctx, &items[i], "__slice__", one);
        } else if (nwti_value_is(one, "...")) {
            put_object(ctx, &items[i], "__ellipsis__", one);
        }
    }
    items[count] = (nwti_value){NWTI_LIST, 0, count, {.items = items}};
    return ctx->status == NWT_STATUS_OK ? value->type == NWTI_LIST ? items + count : items : NULL;
}

/* The keyword arguments of the first call: those that are no tensors are alike in all of them. */
static const nwti_value *first_arguments(const nwti_value *object)
{
    const nwti_value *node = nwti_value_get(object, "inbound_nodes");

    while (node != NULL && node->type == NWTI_LIST && node->length > 0) {
        if (node->length > 3 && node->as.items[0].type == NWTI_STRING) {
            return node->as.items[3].type == NWTI_DICT ? node->as.items + 3 : NULL;
        }
        node = node->as.items;
    }
    return NULL;
}

/* Numbers and lists of them: no tensor is in it. */
static int32_t is_plain(const nwti_value *value)
{
    uint32_t i;

    for (i = 0; value->type == NWTI_LIST && i < value->length; i++) {
        const nwti_value *item = value->as.items + i;

        if (item->type == NWTI_LIST ? !is_plain(item) : item->type != NWTI_INT) {
            return 0;
        }
    }
    return value->type != NWTI_DICT;
}

/* tf.split is told sizes, Keras where to split: after each but the last. */
static int32_t put_splits(nwti_translation *t, const nwti_value *sizes)
{
    nwti_value *items, list = {NWTI_LIST, 0, sizes->length - 1, {0}};
    int64_t end = 0;
    uint32_t i;

    items = nwti_new_array(t->import->ctx, sizes->length, sizeof *items);
    for (i = 0; items != NULL && i + 1 < sizes->length; i++) {
        if (sizes->as.items[i].as.integer < 0 || sizes->as.items[i].as.integer > INT32_MAX) {
            return 0;
        }
        end += sizes->as.items[i].as.integer;
        items[i] = (nwti_value){NWTI_INT, 0, 0, {.integer = end}};
    }
    list.as.items = items;
    nwti_translation_put(t, "indices_or_sections", &list);
    return 1;
}

/* What TensorFlow takes when it is not told; elsewhere it is the same as Keras. */
static const struct {
    const char *class_name;
    const char *key;
    int64_t value;
} defaults[] = {
    {"ops.Argmax", "axis", 0},
    {"ops.Argmin", "axis", 0},
    {"ops.Cumsum", "axis", 0},
    {"ops.Take", "axis", 0},
};

/* The options of the operation, from the arguments of its call. 0: it can't be that operation. */
static int32_t take_arguments(nwti_translation *t, const nwti_kind *kind, const nwti_value *given)
{
    uint32_t i;

    for (i = 0; given != NULL && i < given->length; i++) {
        const nwti_value *pair = given->as.items + 2 * (size_t)i;
        const char *key = nwti_legacy_argument(kind, pair->as.string);
        int32_t is_true = pair[1].type == NWTI_BOOL && pair[1].as.integer != 0;

        if ((strncmp(pair->as.string, "transpose_", 10) == 0 ||
             strncmp(pair->as.string, "adjoint_", 8) == 0) &&
            is_true) {
            return 0;
        }
        if (strcmp(pair->as.string, "batch_dims") == 0 && pair[1].as.integer != 0) {
            return 0;
        }
        if (key == NULL || pair[1].type == NWTI_NONE ||
            nwti_row_find(&kind->options, key, strlen(key)) < 0) {
            continue;
        }
        if (!is_plain(pair + 1)) {
            return 0;
        }
        if (strcmp(key, "indices_or_sections") == 0 && pair[1].type == NWTI_LIST &&
            pair[1].length > 0) {
            if (!put_splits(t, pair + 1)) {
                return 0;
            }
        } else {
            nwti_translation_put(t, key, pair + 1);
        }
    }
    for (i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (strcmp(defaults[i].class_name, t->class_name) == 0 &&
            nwti_translation_get(t, defaults[i].key) == NULL) {
            nwti_translation_put_int(t, defaults[i].key, NWTI_INT, defaults[i].value);
        }
    }
    return 1;
}

static int32_t misses_some(const nwti_translation *t, const nwti_kind *kind)
{
    int32_t i;

    for (i = 0; i < kind->options.count; i++) {
        const nwt_option *row = nwti_row(&kind->options, i);

        if (row->fallback == NULL && nwti_translation_get(t, row->key) == NULL) {
            return 1;
        }
    }
    return 0;
}

static const char *class_of(const char *function)
{
    size_t i;

    for (i = 0; function != NULL && i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].function, function) == 0) {
            return functions[i].class_name;
        }
    }
    return NULL;
}

static void take_common(nwti_translation *t, const nwti_value *config)
{
    static const char *const keys[] = {"name", "trainable", "dtype"};
    size_t i;

    t->count = 0;
    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const nwti_value *value = nwti_value_get(config, keys[i]);

        if (value != NULL) {
            nwti_translation_put(t, keys[i], value);
        }
    }
}

int32_t nwti_legacy_operation(nwti_translation *t, const nwti_value *object,
                              const nwti_value *config)
{
    static const char *const classes[][2] = {
        {"TFOpLambda", "ops.TFOpLambda"},
        {"SlicingOpLambda", "ops.SlicingOpLambda"},
        {"TensorFlowOpLayer", "ops.TensorFlowOpLayer"},
        {"ClassMethod", "ops.ClassMethod"},
        {"InstanceMethod", "ops.InstanceMethod"},
        {"InstanceProperty", "ops.InstanceProperty"},
    };
    const char *known = class_of(nwti_value_string(nwti_value_get(config, "function")));
    nwti_kind *kind;
    size_t i = 0;

    while (i < sizeof classes / sizeof classes[0] && strcmp(classes[i][0], t->written) != 0) {
        i++;
    }
    if (i == sizeof classes / sizeof classes[0]) {
        return 0;
    }
    take_common(t, config);
    kind = known != NULL ? nwti_kind_named(t->import->ctx, known) : NULL;
    t->class_name = known;
    if (kind != NULL && has(kind, "dtype")) {
        nwti_translation_drop(t, "dtype"); /* an option of its own, not the layer's */
    }
    if (kind == NULL || !take_arguments(t, kind, first_arguments(object)) || misses_some(t, kind)) {
        take_common(t, config);
        t->class_name = classes[i][1];
    }
    return 1;
}
