/* Values as JSON. */
#include "report/config.h"
#include "support/json.h"

#include <string.h>

void nwti_config_string(nwti_text *out, const char *text)
{
    nwti_json_write_string(out, text, strlen(text));
}

void nwti_config_key(nwti_text *out, const char *key)
{
    nwti_config_string(out, key);
    nwti_text_string(out, ": ");
}

void nwti_config_shape(nwti_text *out, int32_t rank, const int64_t *dims)
{
    int32_t i;

    nwti_text_string(out, rank < 0 ? "null" : "[");
    for (i = 0; i < rank; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        if (dims[i] < 0) {
            nwti_text_string(out, "null");
        } else {
            nwti_text_int(out, dims[i]);
        }
    }
    nwti_text_string(out, rank < 0 ? "" : "]");
}

static void list(nwti_text *out, const nwti_value *value)
{
    uint32_t i;

    nwti_text_string(out, "[");
    for (i = 0; i < value->length; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        nwti_config_value(out, value->as.items + i);
    }
    nwti_text_string(out, "]");
}

/* A dict of constructor text may have numbers for keys; JSON has strings. */
static void key_of(nwti_text *out, const nwti_value *key)
{
    if (key->type == NWTI_STRING) {
        nwti_json_write_string(out, key->as.string, key->length);
        nwti_text_string(out, ": ");
    } else {
        nwti_text_string(out, "\"");
        nwti_config_value(out, key);
        nwti_text_string(out, "\": ");
    }
}

static void dict(nwti_text *out, const nwti_value *value)
{
    uint32_t i;

    nwti_text_string(out, "{");
    for (i = 0; i < value->length; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        key_of(out, value->as.items + 2 * (size_t)i);
        nwti_config_value(out, value->as.items + 2 * (size_t)i + 1);
    }
    nwti_text_string(out, "}");
}

/* Constructors of Keras that are written with their arguments by position: l2(0.01). */
static const struct {
    const char *name; /* in small letters, without '_' */
    const char *keys[3];
} positional[] = {
    {"l1", {"l1"}},
    {"l2", {"l2"}},
    {"l1l2", {"l1", "l2"}},
    {"orthogonalregularizer", {"factor", "mode"}},
    {"maxnorm", {"max_value", "axis"}},
    {"unitnorm", {"axis"}},
    {"minmaxnorm", {"min_value", "max_value", "rate"}},
    {"constant", {"value"}},
    {"randomnormal", {"mean", "stddev", "seed"}},
    {"truncatednormal", {"mean", "stddev", "seed"}},
    {"randomuniform", {"minval", "maxval", "seed"}},
    {"variancescaling", {"scale", "mode", "distribution"}},
    {"orthogonal", {"gain", "seed"}},
    {"identity", {"gain"}},
    {"leakyrelu", {"negative_slope"}},
};

/* "l1_l2" and "L1L2" are one. */
static int32_t is_named(const char *name, const char *plain)
{
    for (; *name != '\0'; name++) {
        if (*name != '_') {
            char small = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;

            if (small != *plain++) {
                return 0;
            }
        }
    }
    return *plain == '\0';
}

static const char *positional_key(const char *name, uint32_t position)
{
    size_t i;

    for (i = 0; position < 3 && i < sizeof positional / sizeof positional[0]; i++) {
        if (is_named(name, positional[i].name) && positional[i].keys[position] != NULL) {
            return positional[i].keys[position];
        }
    }
    return "seed";
}

static const char *last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot != NULL ? dot + 1 : dotted;
}

static void arguments(nwti_text *out, const char *name, const nwti_value *call)
{
    const nwti_value *pair = call->as.items + 1;
    uint32_t i, position = 0;

    nwti_text_string(out, "{");
    for (i = 0; i < call->length; i++, pair += 2) {
        const char *key = pair->type == NWTI_STRING ? NULL : positional_key(name, position++);

        if (key != NULL) {
            nwti_config_key(out, key);
        } else {
            key_of(out, pair);
        }
        nwti_config_value(out, pair + 1);
        nwti_text_string(out, i + 1 < call->length ? ", " : "");
    }
    nwti_text_string(out, "}");
}

/* keras.regularizers.L2(l2=0.01) -> {"class_name": "L2", "config": {"l2": 0.01}}; a name alone is
   that of a function. */
static void object(nwti_text *out, const nwti_value *call)
{
    const char *name = last_part(call->as.items->as.string);

    if (call->flags & NWTI_VALUE_BARE) {
        nwti_config_string(out, name);
        return;
    }
    nwti_text_string(out, "{\"class_name\": ");
    nwti_config_string(out, name);
    nwti_text_string(out, ", \"config\": ");
    arguments(out, name, call);
    nwti_text_string(out, "}");
}

/* Recursion follows the nesting of the text that was read, which has a limit. */
void nwti_config_value(nwti_text *out, const nwti_value *value)
{
    switch (value->type) {
    case NWTI_BOOL:
        nwti_text_string(out, value->as.integer ? "true" : "false");
        break;
    case NWTI_INT:
        nwti_text_int(out, value->as.integer);
        break;
    case NWTI_FLOAT:
        nwti_json_write_number(out, value->as.number);
        break;
    case NWTI_STRING:
        nwti_json_write_string(out, value->as.string, value->length);
        break;
    case NWTI_LIST:
    case NWTI_TUPLE:
        list(out, value);
        break;
    case NWTI_DICT:
        dict(out, value);
        break;
    case NWTI_CALL:
        object(out, value);
        break;
    default:
        nwti_text_string(out, "null");
        break;
    }
}
