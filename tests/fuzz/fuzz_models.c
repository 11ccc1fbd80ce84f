/* Reads mutated configs, and writes every report of what they hold. The mutator knows JSON: it
   replaces a value by another one of the same text, or by what configs have been found to hold,
   so that most inputs are models still. */
#include "script.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);

static uint32_t next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* The end of the value that begins at `from`: a string, a word, or what brackets hold. */
static size_t end_of_value(const uint8_t *data, size_t from, size_t size)
{
    size_t at = from, depth = 0;
    int32_t is_text = 0;

    for (; at < size; at++) {
        uint8_t c = data[at];

        if (is_text) {
            at += c == '\\';
            is_text = c != '"';
            if (!is_text && depth == 0) {
                return at + 1 < size ? at + 1 : size;
            }
        } else if (c == '"') {
            is_text = 1;
        } else if (c == '[' || c == '{') {
            depth++;
        } else if (c == ']' || c == '}') {
            if (depth <= 1) {
                return depth == 1 ? at + 1 : at;
            }
            depth--;
        } else if (depth == 0 && (c == ',' || c == ':')) {
            return at;
        }
    }
    return size;
}

/* A value near a place drawn: after the next ':', '[' or ','. */
static size_t find_value(const uint8_t *data, size_t size, uint32_t *seed, size_t *end)
{
    size_t at = next(seed) % size, begun = at;

    while (at < size && strchr(":[,", data[at]) == NULL) {
        at++;
    }
    at = at < size ? at + 1 : begun;
    while (at < size && (data[at] == ' ' || data[at] == '\n')) {
        at++;
    }
    *end = at < size ? end_of_value(data, at, size) : at;
    return at;
}

/* Puts `length` bytes in the place of [from, end). 0: there is no room. */
static size_t put(uint8_t *data, size_t size, size_t most, size_t from, size_t end,
                  const uint8_t *bytes, size_t length)
{
    if (size - (end - from) + length > most) {
        return 0;
    }
    memmove(data + from + length, data + end, size - end);
    memcpy(data + from, bytes, length);
    return size - (end - from) + length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed_)
{
    static const char *const values[] = {
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "2",
        "1e400",
        "NaN",
        "Infinity",
        "-Infinity",
        "9223372036854775807",
        "-9223372036854775808",
        "0.5",
        "\"\"",
        "\"dense\"",
        "\"float16\"",
        "[]",
        "{}",
        "[null]",
        "[null, 3]",
        "[null, null, null]",
        "[[]]",
        "[\"dense\", 0, 0]",
        "\"same\"",
        "\"valid\"",
        "\"relu\"",
        "\"channels_first\"",
        "\"Sequential\"",
        "\"Functional\"",
        "\"Model\"",
        "\"Bidirectional\"",
        "\"TimeDistributed\"",
        "\"LSTM\"",
        "\"InputLayer\"",
        "\"Lambda\"",
        "\"TFOpLambda\"",
        "\"Merge\"",
        "\"concat\"",
        "{\"class_name\": \"Dense\", \"config\": {\"units\": 2}}",
        "{\"class_name\": \"__tuple__\", \"items\": [1, 2]}",
        "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"a\", 0, 0]}}"};
    uint32_t seed = seed_ | 1;
    size_t from, end, other, other_end, made = 0;
    uint8_t *copy;

    if (size < 4 || next(&seed) % 8 == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    from = find_value(data, size, &seed, &end);
    if (next(&seed) % 2 == 0) {
        const char *value = values[next(&seed) % (sizeof values / sizeof *values)];

        made = put(data, size, most, from, end, (const uint8_t *)value, strlen(value));
    } else {
        other = find_value(data, size, &seed, &other_end);
        copy = malloc(other_end - other + 1);
        require(copy != NULL);
        memcpy(copy, data + other, other_end - other);
        /* In its place, or before it as one more. */
        copy[other_end - other] = ',';
        if (next(&seed) % 2 == 0) {
            made = put(data, size, most, from, end, copy, other_end - other);
        } else {
            made = put(data, size, most, from, from, copy, other_end - other + 1);
        }
        free(copy);
    }
    return made > 0 ? made : LLVMFuzzerMutate(data, size, most);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int32_t ranks[] = {2, 3};
    int64_t vector[] = {5, 3}, sequence[] = {5, 4, 3};
    const int64_t *dims[] = {vector, sequence};
    nwt_context_options bounds = {.size = sizeof bounds,
                                  .memory_limit = (size_t)256 << 20,
                                  .max_calls = 20000,
                                  .max_rows = 2000,
                                  .max_notes = 50,
                                  .max_cell = 100,
                                  .max_config = 1 << 20};
    nwt_context *ctx = nwt_context_new(&bounds);
    nwt_model *model, *bound;
    int32_t count;

    require(ctx != NULL);
    model = nwt_read_memory(ctx, data, size, NULL);
    require((model != NULL) == (nwt_status(ctx) == NWT_STATUS_OK));
    require(model != NULL || nwt_message(ctx)[0] != '\0');
    nwt_context_clear_error(ctx);
    if (model != NULL) {
        report_all(model, ctx);
        count = nwt_model_input_count(model);
        bound = count > 0 && count <= 2 ? nwt_model_reshape(model, count, ranks, dims) : NULL;
        nwt_context_clear_error(ctx);
        if (bound != NULL) {
            report_all(bound, ctx);
        }
    }
    nwt_context_free(ctx);
    return 0;
}
