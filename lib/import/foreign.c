/* Functions of TensorFlow that tf.keras kept as layers. Those that Keras 3 has as operations become
   them; the others are operations that nobody knows, which have no weights all the same. */
#include "core/foreign.h"
#include "import/past.h"
#include "support/text.h"

#include <string.h>

static int32_t has(const nwti_kind *kind, const char *key)
{
    return nwti_row_find(&kind->options, key, strlen(key)) >= 0 ||
           nwti_row_find(&kind->arguments, key, strlen(key)) >= 0;
}

/* In nn.bias_add and the like `x` is the first argument by its own name too. */
const char *nwti_foreign_argument_of(const nwti_kind *kind, const char *key)
{
    const nwti_foreign_argument *argument = nwti_foreign_arguments;

    if (has(kind, key)) {
        return key;
    }
    for (; argument->was != NULL; argument++) {
        if (strcmp(argument->was, key) == 0 && has(kind, argument->is)) {
            return argument->is;
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
const nwti_value *nwti_foreign_slices(nwt_context *ctx, const nwti_value *value)
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
        } else if (nwti_value_is(one, "...") ||
                   nwti_value_is(nwti_value_get(one, "class_name"), "__ellipsis__")) {
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

static int32_t is_true(const nwti_value *value)
{
    return value->type != NWTI_NONE && value->type != NWTI_STRING && value->as.integer != 0;
}

/* Whether an argument makes of the function what no operation is. */
static int32_t is_another(const nwti_value *pair)
{
    const nwti_foreign_argument *one = nwti_foreign_others;

    while (one->was != NULL && strcmp(one->was, pair->as.string) != 0) {
        one++;
    }
    if (one->was == NULL) {
        return 0;
    }
    if (one->is == NULL) {
        return is_true(pair + 1);
    }
    return pair[1].type != NWTI_NONE && !nwti_value_is(pair + 1, one->is);
}

/* "VALID" is 'valid' today, "NHWC" is 'channels_last'. */
static int32_t put_word(nwti_translation *t, const char *key, const char *word)
{
    if (strcmp(key, "padding") == 0) {
        nwti_translation_put_string(t, key, strcmp(word, "SAME") == 0 ? "same" : "valid");
        return strcmp(word, "SAME") == 0 || strcmp(word, "VALID") == 0;
    }
    nwti_translation_put_string(t, key, word[1] == 'C' ? "channels_first" : "channels_last");
    return word[0] == 'N' && strstr(word, "VECT") == NULL;
}

/* A window has a size for each axis of the images, of which `count` are spatial, or only for
   those. */
static int32_t put_window(nwti_translation *t, const char *key, const nwti_value *sizes,
                          uint32_t count, int32_t is_first)
{
    nwti_value spatial = {NWTI_LIST, 0, count, {.items = sizes->as.items}};

    if (sizes->length == count + 2) {
        spatial.as.items += is_first ? 2 : 1;
    } else if (sizes->length == 1) {
        spatial.length = 1;
    } else if (sizes->length != count) {
        return 0;
    }
    nwti_translation_put(t, key, &spatial);
    return 1;
}

/* The number of spatial axes that the name of a function of windows tells: "nn.max_pool1d". */
static uint32_t axes_of(const char *function)
{
    size_t length = strlen(function);
    char digit = length > 1 && function[length - 1] == 'd' ? function[length - 2] : '2';

    return digit >= '1' && digit <= '3' ? (uint32_t)(digit - '0') : 2;
}

static int32_t is_first(const nwti_value *given)
{
    const char *format = nwti_value_string(nwti_value_get(given, "data_format"));

    return format != NULL && format[0] != '\0' && format[1] == 'C';
}

/* An option of the operation, from an argument of the call. 0: it can't be that operation. */
static int32_t take_argument(nwti_translation *t, const char *function, const char *key,
                             const nwti_value *value, const nwti_value *given)
{
    int32_t is_list = value->type == NWTI_LIST && value->length > 0;

    if (!is_plain(value)) {
        return 0;
    }
    if (value->type == NWTI_STRING &&
        (strcmp(key, "padding") == 0 || strcmp(key, "data_format") == 0)) {
        return put_word(t, key, value->as.string);
    }
    if (is_list && (strcmp(key, "pool_size") == 0 || strcmp(key, "strides") == 0)) {
        return put_window(t, key, value, axes_of(function), is_first(given));
    }
    if (is_list && strcmp(key, "indices_or_sections") == 0) {
        return put_splits(t, value);
    }
    if (!nwti_value_is(value, "euclidean")) { /* a norm's usual order */
        nwti_translation_put(t, key, value);
    }
    return 1;
}

/* The options of the operation, from the arguments of its call. 0: it can't be that operation. */
static int32_t take_arguments(nwti_translation *t, const nwti_kind *kind, const char *function,
                              const nwti_value *given)
{
    const nwti_foreign_default *one = nwti_foreign_defaults;
    uint32_t i;

    for (i = 0; given != NULL && i < given->length; i++) {
        const nwti_value *pair = given->as.items + 2 * (size_t)i;
        const char *key = nwti_foreign_argument_of(kind, pair->as.string);

        if (key == NULL || nwti_row_find(&kind->options, key, strlen(key)) < 0
                ? is_another(pair)
                : pair[1].type != NWTI_NONE && !take_argument(t, function, key, pair + 1, given)) {
            return 0;
        }
    }
    for (; one->key != NULL; one++) {
        if (strcmp(one->function, function) == 0 && nwti_translation_get(t, one->key) == NULL) {
            nwti_translation_put_int(t, one->key, NWTI_INT, one->value);
        }
    }
    return 1;
}

/* A product of matrices some of which are transposed, in the words of sums over letters; `kind` if
   none is. NULL: it is no product of two tensors. */
static nwti_kind *as_transposed(nwti_translation *t, nwti_kind *kind, const char *function,
                                const nwti_value *given)
{
    static const char *const subscripts[] = {NULL, "...ij,...kj->...ik", "...ji,...jk->...ik",
                                             "...ji,...kj->...ik"};
    static const char *const keys[] = {"transpose_b", "adjoint_b", "transpose_a", "adjoint_a"};
    const nwti_value *other = nwti_value_get(given, "b");
    int32_t which = 0;
    uint32_t i;

    for (i = 0; i < 4; i++) {
        const nwti_value *value = nwti_value_get(given, keys[i]);

        which |= value != NULL && is_true(value) ? 1 << i / 2 : 0;
    }
    if (which == 0) {
        return kind;
    }
    if (function == NULL || strcmp(function, nwti_foreign_transposed.name) != 0 || other == NULL ||
        other->type != NWTI_LIST || other->length == 0 || other->as.items[0].type != NWTI_STRING) {
        return NULL;
    }
    nwti_translation_put_string(t, "subscripts", subscripts[which]);
    return nwti_kind_at(t->import->ctx, nwti_foreign_transposed.kind);
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

/* The kind that a function is today, or NULL. */
static nwti_kind *kind_of(nwt_context *ctx, const char *function)
{
    const nwti_foreign_function *one = nwti_foreign_functions;

    while (function != NULL && one->name != NULL && strcmp(one->name, function) != 0) {
        one++;
    }
    return function != NULL && one->name != NULL ? nwti_kind_at(ctx, one->kind) : NULL;
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

/* The class of an operation that nobody knows. */
static void take_unknown(nwti_translation *t, const nwti_value *config)
{
    char name[64];

    take_common(t, config);
    nwti_format(name, sizeof name, "ops.%s", t->written);
    t->class_name = nwti_copy_string(t->import->ctx, name, strlen(name));
}

int32_t nwti_foreign_operation(nwti_translation *t, const nwti_value *object,
                               const nwti_value *config)
{
    const char *const *class_name = nwti_foreign_classes;
    const char *function = nwti_value_string(nwti_value_get(config, "function"));
    const nwti_value *given = first_arguments(object);
    nwti_kind *kind;

    while (*class_name != NULL && strcmp(*class_name, t->written) != 0) {
        class_name++;
    }
    if (*class_name == NULL) {
        return 0;
    }
    kind = kind_of(t->import->ctx, function);
    take_common(t, config);
    kind = as_transposed(t, kind, function, given);
    if (kind != NULL && has(kind, "dtype")) {
        nwti_translation_drop(t, "dtype"); /* an option of its own, not the layer's */
    }
    if (kind != NULL && take_arguments(t, kind, function, given) && !misses_some(t, kind)) {
        t->class_name = kind->descriptor->name;
    } else {
        take_unknown(t, config);
    }
    return 1;
}
