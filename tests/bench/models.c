/*
 * Benchmarks: making, shaping and counting models, reading a config, chains.
 * Times are the best of several rounds; what counts are the ratios.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "netweight.h"
#include "support/json.h"

static double now(void)
{
    struct timespec time;

    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Counts what a context allocates. */
typedef struct usage {
    int64_t calls;
    size_t bytes;
} usage;

static void *counted(void *user, void *old, size_t old_size, size_t new_size)
{
    usage *used = user;

    used->calls += new_size > old_size;
    used->bytes += new_size - old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

static nwt_context *context(usage *used)
{
    nwt_context_options options = {sizeof options, counted, used, 0, 0, 0};

    used->calls = 0;
    used->bytes = 0;
    return nwt_context_new(&options);
}

/* ------------------------------------------------------------- MobileNetV2 */

static int64_t channels_of(double filters)
{
    int64_t rounded = ((int64_t)(filters + 4)) / 8 * 8;

    rounded = rounded < 8 ? 8 : rounded;
    return (double)rounded < 0.9 * filters ? rounded + 8 : rounded;
}

/* Options with a name of its own for each layer, while names are asked for: written when each is
   asked for first, as writing them is no work of the library. */
static int is_named, next_name;

static const char *named(const char *options)
{
    static char texts[200][100];
    char *text = texts[next_name];

    if (!is_named) {
        return options;
    }
    next_name++;
    if (*text == '\0') {
        snprintf(text, sizeof texts[0], "%s%sname='layer_%d'", options != NULL ? options : "",
                 options != NULL ? ", " : "", next_name);
    }
    return text;
}

static nwt_tensor *normalise(nwt_context *ctx, nwt_tensor *x)
{
    return nwt_call(nwt_batch_normalization(ctx, named("epsilon=0.001, momentum=0.999")), x);
}

static nwt_tensor *relu6(nwt_context *ctx, nwt_tensor *x)
{
    return nwt_call(nwt_relu(ctx, named("max_value=6.0")), x);
}

/* An inverted residual block, as in keras.applications. */
static nwt_tensor *block(nwt_context *ctx, nwt_tensor *input, int64_t filters, int64_t stride,
                         int64_t expansion)
{
    int64_t in = nwt_tensor_dims(input)[3], out = channels_of((double)filters);
    nwt_tensor *x = input;

    if (expansion > 1) {
        x = nwt_call(nwt_conv2d(ctx, expansion * in, 1, named("padding='same', use_bias=False")),
                     x);
        x = relu6(ctx, normalise(ctx, x));
    }
    if (stride == 2) {
        x = nwt_call(nwt_zero_padding2d(ctx, NWT_IN_OPTIONS, named("padding=((0, 1), (0, 1))")), x);
    }
    x = nwt_call(
        nwt_depthwise_conv2d(ctx, 3,
                             named(stride == 2 ? "strides=2, use_bias=False, padding='valid'"
                                               : "strides=1, use_bias=False, padding='same'")),
        x);
    x = relu6(ctx, normalise(ctx, x));
    x = normalise(ctx,
                  nwt_call(nwt_conv2d(ctx, out, 1, named("padding='same', use_bias=False")), x));
    if (in == out && stride == 1) {
        nwt_tensor *both[] = {input, x};

        x = nwt_call_many(nwt_add(ctx, named(NULL)), 2, both, NULL);
    }
    return x;
}

static nwt_model *mobilenet(nwt_context *ctx)
{
    static const int64_t stages[][4] = {/* filters, blocks, stride, expansion */
                                        {16, 1, 1, 1}, {24, 2, 2, 6},  {32, 3, 2, 6}, {64, 4, 2, 6},
                                        {96, 3, 1, 6}, {160, 3, 2, 6}, {320, 1, 1, 6}};
    static const int64_t image[] = {224, 224, 3};
    nwt_tensor *input = nwt_input(ctx, 3, image, NULL), *x = input;
    size_t stage;
    int64_t i;

    x = nwt_call(nwt_conv2d(ctx, 32, 3, named("strides=2, padding='same', use_bias=False")), x);
    x = relu6(ctx, normalise(ctx, x));
    for (stage = 0; stage < sizeof stages / sizeof stages[0]; stage++) {
        for (i = 0; i < stages[stage][1]; i++) {
            x = block(ctx, x, stages[stage][0], i == 0 ? stages[stage][2] : 1, stages[stage][3]);
        }
    }
    x = nwt_call(nwt_conv2d(ctx, 1280, 1, named("use_bias=False")), x);
    x = relu6(ctx, normalise(ctx, x));
    x = nwt_call(nwt_global_average_pooling2d(ctx, named(NULL)), x);
    x = nwt_call(nwt_dense(ctx, 1000, named("activation='softmax'")), x);
    return nwt_model_new(ctx, 1, &input, 1, &x, "name='mobilenetv2'");
}

static void bench_constructors(void)
{
    usage used;
    nwt_context *ctx = context(&used);
    double best_new = 1e9, best_reset = 1e9, begin;
    int64_t params = 0, layers = 0, calls;
    int round;

    for (round = 0; round < 200; round++) {
        usage other;
        nwt_context *fresh;

        begin = now();
        fresh = context(&other);
        params = nwt_model_params(mobilenet(fresh));
        nwt_context_free(fresh);
        best_new = now() - begin < best_new ? now() - begin : best_new;
    }
    mobilenet(ctx);
    calls = used.calls;
    for (round = 0; round < 2000; round++) {
        nwt_model *model;
        double time;

        nwt_context_reset(ctx);
        begin = now();
        model = mobilenet(ctx);
        params = nwt_model_params(model);
        time = now() - begin;
        best_reset = time < best_reset ? time : best_reset;
        layers = nwt_model_layer_count(model);
    }
    printf("MobileNetV2 by constructors: %lld layers, %lld parameters\n", (long long)layers,
           (long long)params);
    printf("  in a new context    %8.1f us, %6.3f us a layer\n", best_new,
           best_new / (double)layers);
    printf("  after a reset       %8.1f us, %6.3f us a layer, %lld allocations in 2,000 rounds\n",
           best_reset, best_reset / (double)layers, (long long)(used.calls - calls));
    nwt_context_free(ctx);
}

static double best_of_rounds(nwt_context *ctx)
{
    double best = 1e9;
    int round;

    for (round = 0; round < 1000; round++) {
        double begin, time;

        nwt_context_reset(ctx);
        next_name = 0;
        begin = now();
        nwt_model_params(mobilenet(ctx));
        time = now() - begin;
        best = time < best ? time : best;
    }
    return best;
}

static void bench_names(void)
{
    nwt_context *ctx = nwt_context_new(NULL);
    double automatic = best_of_rounds(ctx), own;

    is_named = 1;
    own = best_of_rounds(ctx);
    is_named = 0;
    printf("  with a name each    %8.1f us, %.2f times\n", own, own / automatic);
    nwt_context_free(ctx);
}

/* A layer from constructor text, against the constructor. */
static void bench_text(void)
{
    enum { LAYERS = 1000 };
    nwt_context *ctx = nwt_context_new(NULL);
    double best_text = 1e9, best_constructor = 1e9;
    int round, i;

    for (round = 0; round < 100; round++) {
        double begin, time;

        nwt_context_reset(ctx);
        begin = now();
        for (i = 0; i < LAYERS; i++) {
            nwt_layer_parse(ctx, "Conv2D(96, 1, padding='same', use_bias=False)");
        }
        time = now() - begin;
        best_text = time < best_text ? time : best_text;
        nwt_context_reset(ctx);
        begin = now();
        for (i = 0; i < LAYERS; i++) {
            nwt_conv2d(ctx, 96, 1, "padding='same', use_bias=False");
        }
        time = now() - begin;
        best_constructor = time < best_constructor ? time : best_constructor;
    }
    printf("A layer from constructor text: %.3f us, %.2f times the constructor's %.3f\n",
           best_text / LAYERS, best_text / best_constructor, best_constructor / LAYERS);
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------------ reading */

static char *file_text(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(4 * 1024 * 1024);

    if (file == NULL || text == NULL) {
        printf("%s can't be read\n", path);
        exit(1);
    }
    *length = fread(text, 1, 4 * 1024 * 1024, file);
    fclose(file);
    return text;
}

/* The parser of another project, if tests/bench/yyjson.sh could fetch it. */
#ifdef HAVE_YYJSON
#include <yyjson.h>

static double parse_elsewhere(const char *text, size_t length)
{
    double begin = now(), time;
    yyjson_doc *document = yyjson_read(text, length, 0);

    time = now() - begin;
    yyjson_doc_free(document);
    return time;
}
#else
static double parse_elsewhere(const char *text, size_t length)
{
    (void)text;
    (void)length;
    return 0;
}
#endif

static void bench_reading(const char *name)
{
    char path[1024];
    size_t length;
    char *text;
    usage used;
    nwt_context *ctx = context(&used);
    double best_parse = 1e9, best_read = 1e9, best_other = 1e9, begin, time;
    nwti_syntax_error error;
    nwti_heap heap;
    nwti_arena arena;
    int64_t params = 0;
    int round;

    snprintf(path, sizeof path, GOLDEN "/models/keras-3/%s.json", name);
    text = file_text(path, &length);
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    for (round = 0; round < 300; round++) {
        nwti_arena_reset(&arena);
        begin = now();
        nwti_json_read(&arena, text, length, 1000, &error);
        time = now() - begin;
        best_parse = time < best_parse ? time : best_parse;
        time = parse_elsewhere(text, length);
        best_other = time < best_other ? time : best_other;
        nwt_context_reset(ctx);
        begin = now();
        params = nwt_model_params(nwt_read_memory(ctx, text, length, NULL));
        time = now() - begin;
        best_read = time < best_read ? time : best_read;
    }
    printf("%s from its JSON: %zu bytes, %lld parameters\n", name, length, (long long)params);
    printf("  parsed only         %8.1f us", best_parse);
    if (best_other > 0) {
        printf(", %.2f times yyjson's %.1f\n", best_parse / best_other, best_other);
    } else {
        printf(" (yyjson is not here)\n");
    }
    printf("  read and counted    %8.1f us, %.2f times parsing", best_read, best_read / best_parse);
    if (best_other > 0) {
        printf(", %.2f times yyjson's", best_read / best_other);
    }
    printf("\n");
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    free(text);
}

/* ------------------------------------------------------------------- reports */

static int32_t add_length(void *user, const char *text, size_t length)
{
    (void)text;
    *(size_t *)user += length;
    return 0;
}

static void bench_reports(void)
{
    static const char *const formats[] = {"text", "json", "html", "svg", "dot"};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = mobilenet(ctx);
    size_t i;

    printf("MobileNetV2 reported\n");
    for (i = 0; i < sizeof formats / sizeof *formats; i++) {
        double best = 1e9;
        size_t length = 0;
        char options[32];
        int round;

        snprintf(options, sizeof options, "format='%s'", formats[i]);
        for (round = 0; round < 50; round++) {
            double begin = now();

            length = 0;
            nwt_report(model, options, add_length, &length);
            best = now() - begin < best ? now() - begin : best;
        }
        printf("  %-4s %8.1f us, %zu bytes\n", formats[i], best, length);
    }
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------------- chains */

/* Processor time: a long chain would be interrupted by others. */
static double used_time(void)
{
    return (double)clock() * (1e6 / CLOCKS_PER_SEC);
}

static double chain(nwt_context *ctx, int64_t count)
{
    static const int64_t size[] = {64};
    nwt_tensor *input, *x;
    double begin = used_time();
    int64_t i;

    input = nwt_input(ctx, 1, size, NULL);
    x = input;
    for (i = 0; i < count; i++) {
        x = nwt_call(nwt_dense(ctx, 64, "activation='relu'"), x);
    }
    if (nwt_model_params(nwt_model_new(ctx, 1, &input, 1, &x, NULL)) != count * 65 * 64) {
        printf("wrong count: %s\n", nwt_message(ctx));
    }
    return used_time() - begin;
}

static void bench_chain(int64_t count, double *shortest)
{
    usage used;
    nwt_context *ctx = context(&used);
    double first = chain(ctx, count), best = 1e12;
    int round, rounds = count > 1000000 ? 1 : count > 10000 ? 5 : 50;

    for (round = 0; round < rounds; round++) {
        double time;

        nwt_context_reset(ctx);
        time = chain(ctx, count);
        best = time < best ? time : best;
    }
    best /= (double)count;
    *shortest = count == 1000 ? best : *shortest;
    printf("  %9lld layers   first %7.3f us a layer, after a reset %7.3f, %6.0f bytes a layer",
           (long long)count, first / (double)count, best, (double)used.bytes / (double)count);
    if (*shortest > 0) {
        printf(", %.2f times the time at 1,000", best / *shortest);
    }
    printf("\n");
    nwt_context_free(ctx);
}

int main(void)
{
    double shortest = 0;
    int64_t count;

    bench_constructors();
    bench_names();
    bench_text();
    bench_reading("MobileNetV2");
    bench_reading("NASNetMobile");
    bench_reports();
    printf("Chain of Dense layers\n");
    for (count = 10; count <= 10000000; count *= count < 10000 ? 100 : 10) {
        bench_chain(count, &shortest);
    }
    return 0;
}
