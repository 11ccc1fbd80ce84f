/* Layers of every class with options of every kind, as drawn by
   tests/oracle/differential_sample.py: one a line of golden/sampled/layers.txt, with what Keras 3
   says of it. */
#include "golden.h"

static void put_dims(char *buffer, size_t size, int32_t rank, const int64_t *dims)
{
    size_t length = (size_t)snprintf(buffer, size, "(");

    for (int32_t i = 0; i < rank && length < size; i++) {
        length += (size_t)snprintf(buffer + length, size - length,
                                   dims[i] < 0 ? "%sNone" : "%s%lld", i > 0 ? "," : "",
                                   (long long)dims[i]);
    }
    if (length < size) {
        snprintf(buffer + length, size - length, ")");
    }
}

static const char *dtype_name(int32_t dtype)
{
    return nwt_dtype_name(dtype) != NULL ? nwt_dtype_name(dtype) : "?";
}

/* What netweight says of a call, as the line has it. */
static void describe(char *buffer, size_t size, const nwt_layer *layer, const nwt_tensor *first)
{
    char dims[256];
    size_t length = 0;

    for (int32_t i = 0; i < nwt_tensor_output_count(first) && length < size; i++) {
        const nwt_tensor *output = nwt_tensor_output(first, i);

        put_dims(dims, sizeof dims, nwt_tensor_rank(output), nwt_tensor_dims(output));
        length += (size_t)snprintf(buffer + length, size - length, "%s%s %s", i > 0 ? ";" : "",
                                   dims, dtype_name(nwt_tensor_dtype(output)));
    }
    length += (size_t)snprintf(buffer + length, size - length, " | ");
    for (int64_t i = 0; i < nwt_layer_weight_count(layer) && length < size; i++) {
        nwt_weight_info weight = {sizeof weight, NULL, NULL, 0, 0, 0, 0, 0, 0};

        nwt_layer_weight(layer, i, &weight);
        put_dims(dims, sizeof dims, weight.rank, weight.dims);
        length += (size_t)snprintf(buffer + length, size - length, "%s%s %s %s%s", i > 0 ? ";" : "",
                                   weight.name, dims, dtype_name(weight.dtype),
                                   weight.trainable ? "" : " frozen");
    }
    if (length < size) {
        snprintf(buffer + length, size - length, " | %lld %lld",
                 (long long)nwt_layer_count(layer, NWT_COUNT_PARAMS),
                 (long long)nwt_layer_count(layer, NWT_COUNT_TRAINABLE));
    }
}

/* "(None,4) float32" */
static nwt_tensor *read_input(nwt_context *ctx, char *text, const char **argument)
{
    int64_t dims[32];
    char options[128], *p = text, *dtype, *named;
    int32_t rank = 0;
    size_t length;

    while (*p != ')') {
        p++;
        if (*p != ')') {
            dims[rank++] = *p == 'N' ? -1 : strtoll(p, NULL, 10);
            p += strcspn(p, ",)");
        }
    }
    dtype = p + 2;
    named = strchr(dtype, ' ');
    *argument = named != NULL ? named + 1 : NULL;
    length = (size_t)snprintf(options, sizeof options, "dtype='%.*s'",
                              (int)(named != NULL ? (size_t)(named - dtype) : strlen(dtype)),
                              dtype);
    if (rank > 0 && dims[0] >= 0) {
        snprintf(options + length, sizeof options - length, ", batch_size=%lld",
                 (long long)dims[0]);
    }
    return nwt_input(ctx, rank - 1, dims + 1, options);
}

/* The fields of a line, at tabs. */
static int split(char *line, char **fields, int count, char at)
{
    int i;

    for (i = 0; i < count && line != NULL; i++) {
        fields[i] = line;
        line = strchr(line, at);
        if (line != NULL) {
            *line++ = '\0';
        }
    }
    return i;
}

static int check_line(nwt_context *ctx, char *line)
{
    static char ours[1 << 16];
    char *fields[4], *inputs[16];
    nwt_tensor *tensors[16], *output;
    const char *names[16];
    nwt_layer *layer;
    int32_t count = 0;

    assert_int_equal(split(line, fields, 4, '\t'), 4);
    nwt_context_reset(ctx);
    layer = nwt_layer_parse(ctx, fields[0]);
    if (fields[1][0] != '\0') {
        count = split(fields[1], inputs, 16, ';');
    }
    for (int32_t i = 0; i < count; i++) {
        tensors[i] = read_input(ctx, inputs[i], &names[i]);
    }
    output = nwt_call_named(layer, count, names, tensors, fields[2]);
    snprintf(ours, sizeof ours, "refused");
    if (nwt_status(ctx) == NWT_STATUS_OK && output != NULL) {
        describe(ours, sizeof ours, layer, output);
    }
    if (strcmp(ours, fields[3]) != 0) {
        print_error("%s: %s, Keras has %s %s\n", fields[0], ours, fields[3], nwt_message(ctx));
        return 1;
    }
    return 0;
}

static void sampled_layers(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t length = 0;
    char *text = golden_text("sampled/layers.txt", &length), *line, *end;
    int count = 0, wrong = 0;

    (void)state;
    assert_non_null(text);
    for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        count++;
        wrong += check_line(ctx, line);
    }
    free(text);
    nwt_context_free(ctx);
    assert_true(count > 1000);
    if (wrong > 0) {
        fail_msg("%d of %d layers differ from Keras", wrong, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sampled_layers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
