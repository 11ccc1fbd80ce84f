/* Calls at the edge of what is allowed, and what is said beyond it: tests/golden/refusals.txt, of
   which the head says how its lines are read. The messages are netweight's own. */
#include "golden.h"

enum { ROOM = 8192 };

/* Writes "33*{1, }" as 33 times "1, ". */
static void expand(char *to, const char *from)
{
    while (*from != '\0') {
        const char *digits = from, *open = from + strspn(from, "0123456789"), *close;

        close = open > digits && strncmp(open, "*{", 2) == 0 ? strchr(open, '}') : NULL;
        if (close == NULL) {
            *to++ = *from++;
            continue;
        }
        for (int times = atoi(digits); times > 0; times--) {
            memcpy(to, open + 2, (size_t)(close - open - 2));
            to += close - open - 2;
        }
        from = close + 1;
    }
    *to = '\0';
}

/* A tensor as "None, 3 int8", or "?" for one of which nothing is known. */
static nwt_tensor *tensor_of(nwt_context *ctx, const char *text)
{
    nwt_layer *layer = nwt_layer_new(ctx, "InputLayer");
    size_t length = strspn(text, "0123456789None, ");
    char shape[512];

    if (*text == '?') {
        return nwt_call(nwt_layer_parse(ctx, "Lambda(f)"), nwt_input(ctx, 0, NULL, NULL));
    }
    snprintf(shape, sizeof shape, "[%.*s]", (int)length, text);
    nwt_layer_set_text(layer, "batch_shape", shape);
    nwt_layer_set_string(layer, "dtype", text[length] != '\0' ? text + length : "float32");
    return nwt_call_many(layer, 0, NULL, NULL);
}

/* A layer's text, or an operation's name and, after " | " each, its options. */
static nwt_layer *layer_of(nwt_context *ctx, char *text)
{
    nwt_layer *layer;
    char *next;

    if (strncmp(text, "ops.", 4) != 0) {
        return nwt_layer_parse(ctx, text);
    }
    for (layer = NULL; text != NULL; text = next) {
        next = strstr(text, " | ");
        if (next != NULL) {
            *next = '\0';
            next += 3;
        }
        if (layer == NULL) {
            layer = nwt_layer_new(ctx, text);
        } else {
            char *value = text + strcspn(text, "=");

            *value = '\0';
            nwt_layer_set_text(layer, text, value + 1);
        }
    }
    return layer;
}

/* "LAYER of TENSOR; TENSOR with OPTIONS"; its first output, or NULL. */
static nwt_tensor *call(nwt_context *ctx, char *text)
{
    char *of = strstr(text, " of "), *with = strstr(text, " with ");
    nwt_tensor *tensors[40];
    nwt_layer *layer;
    int32_t count = 0;

    if (of == NULL) {
        fail_msg("no inputs: %s", text);
    }
    *of = '\0';
    if (with != NULL) {
        *with = '\0';
        with += 6;
    }
    layer = layer_of(ctx, text);
    for (of = of + 4; of != NULL && nwt_status(ctx) == NWT_STATUS_OK && count < 40; count++) {
        char *next = strstr(of, "; ");

        if (next != NULL) {
            *next = '\0';
            next += 2;
        }
        tensors[count] = tensor_of(ctx, of);
        of = next;
    }
    return nwt_call_many(layer, count, tensors, with);
}

/* Adds "3, None, float32". */
static void add_shape(char *to, int32_t rank, const int64_t *dims, int32_t dtype)
{
    size_t length = strlen(to);

    length += (size_t)snprintf(to + length, ROOM - length, rank < 0 ? "? " : "");
    for (int32_t i = 0; i < rank; i++) {
        length += dims[i] < 0
                      ? (size_t)snprintf(to + length, ROOM - length, "None, ")
                      : (size_t)snprintf(to + length, ROOM - length, "%lld, ", (long long)dims[i]);
    }
    snprintf(to + length, ROOM - length, "%s", nwt_dtype_name(dtype));
}

/* What became of it, as the golden file has it. */
static void describe(char *to, const nwt_context *ctx, const nwt_tensor *tensor)
{
    nwt_weight_info weight = {sizeof weight, NULL, NULL, 0, 0, 0, 0, 0, 0};

    if (nwt_status(ctx) != NWT_STATUS_OK) {
        snprintf(to, ROOM, "! %s", nwt_message(ctx));
        return;
    }
    *to = '\0';
    for (int32_t i = 0; i < nwt_tensor_output_count(tensor); i++) {
        const nwt_tensor *one = nwt_tensor_output(tensor, i);

        strcat(to, i > 0 ? "; " : "= ");
        add_shape(to, nwt_tensor_rank(one), nwt_tensor_dims(one), nwt_tensor_dtype(one));
    }
    for (int64_t i = 0; nwt_layer_weight(nwt_tensor_layer(tensor), i, &weight); i++) {
        strcat(strcat(strcat(to, " | "), weight.name), " ");
        add_shape(to, weight.rank, weight.dims, weight.dtype);
    }
}

/* 1 if the call, or the model or config, gives what the line after it says. */
static int32_t passes(nwt_context *ctx, const char *line, const char *wanted)
{
    static char text[ROOM], given[ROOM];

    expand(text, line);
    if (*text == '{') {
        nwt_model *model = nwt_read_memory(ctx, text, strlen(text), NULL);

        snprintf(given, ROOM, "%s%s", model != NULL ? "= " : "! ", nwt_message(ctx));
    } else if (strstr(text, " of ") == NULL) {
        int32_t is_old = strncmp(text, "1: ", 3) == 0;
        nwt_model *model = nwt_model_parse(ctx, is_old ? text + 3 : text,
                                           is_old ? "keras=1" : NULL);

        if (model != NULL) {
            snprintf(given, ROOM, "= %lld", (long long)nwt_model_params(model));
        } else {
            snprintf(given, ROOM, "! %s", nwt_message(ctx));
        }
    } else {
        describe(given, ctx, call(ctx, text));
    }
    if (strcmp(given, wanted) == 0) {
        return 1;
    }
    print_error("%s\n%s\n", line, given);
    return 0;
}

static void each_line_is_so(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t length = 0;
    char *text = golden_text("refusals.txt", &length), *line = text;
    int32_t failures = 0, count = 0;

    (void)state;
    assert_non_null(text);
    while (*line != '\0') {
        char *end = strchr(line, '\n'), *wanted = end + 1;

        *end = '\0';
        if (*line == '#' || *line == '\0') {
            line = wanted;
            continue;
        }
        end = strchr(wanted, '\n');
        *end = '\0';
        failures += !passes(ctx, line, wanted);
        count++;
        nwt_context_reset(ctx);
        line = end + 1;
    }
    free(text);
    nwt_context_free(ctx);
    assert_true(count > 0);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_line_is_so)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
