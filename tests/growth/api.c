/*
 * Loops over the API as its users write them: `api NAME N` runs one, N times round. check-growth
 * counts what it costs, and what twice as many do. Prints a sum of what it found, so that nothing
 * is left out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/colliding.h"
#include "netweight.h"

static void *have(void *pointer)
{
    if (pointer == NULL) {
        fprintf(stderr, "api: out of memory\n");
        exit(1);
    }
    return pointer;
}

static nwt_tensor *input(nwt_context *ctx)
{
    static const int64_t dims[] = {8};

    return nwt_input(ctx, 1, dims, NULL);
}

static nwt_tensor **tensors(int64_t n)
{
    return have(calloc((size_t)n, sizeof(nwt_tensor *)));
}

/* x -> dense -> dense ...; `names`: each has one. */
static nwt_model *chain(nwt_context *ctx, int64_t n, int names)
{
    nwt_tensor *x = input(ctx), *y = x;
    char options[64];
    int64_t i;

    for (i = 0; i < n; i++) {
        snprintf(options, sizeof options, "name='layer_%" PRId64 "'", i);
        y = nwt_call(nwt_dense(ctx, 8, names ? options : NULL), y);
    }
    return nwt_model_new(ctx, 1, &x, 1, &y, NULL);
}

/* One layer called n times in a row. */
static nwt_model *repeated(nwt_context *ctx, nwt_layer *layer, int64_t n)
{
    nwt_tensor *x = input(ctx), *y = x;
    int64_t i;

    for (i = 0; i < n; i++) {
        y = nwt_call(layer, y);
    }
    return nwt_model_new(ctx, 1, &x, 1, &y, NULL);
}

/* n layers on one tensor, and their outputs in one list. */
static nwt_model *fan(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), **all = tensors(n), *y;
    nwt_model *model;
    int64_t i;

    for (i = 0; i < n; i++) {
        all[i] = nwt_call(nwt_dense(ctx, 8, NULL), x);
    }
    y = nwt_call_many(nwt_add(ctx, NULL), (int32_t)n, all, NULL);
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    free(all);
    return model;
}

static int64_t uses_of(const nwt_model *model, const nwt_tensor *tensor)
{
    int64_t i = 0, call, sum = 0;

    for (; nwt_model_use(model, tensor, i, &call) != NULL; i++) {
        sum += call + 1;
    }
    return sum;
}

static int64_t uses_in(const nwt_model *model)
{
    int64_t sum = 0, i, j;

    for (i = 0; i < nwt_model_layer_count(model); i++) {
        const nwt_layer *layer = nwt_model_layer(model, i);

        for (j = 0; j < nwt_model_call_count(model, layer); j++) {
            sum += uses_of(model, nwt_layer_call_output(layer, nwt_model_call(model, layer, j), 0));
        }
    }
    return sum;
}

static int64_t uses_of_chain(nwt_context *ctx, int64_t n)
{
    return uses_in(chain(ctx, n, 0));
}

static int64_t uses_of_fan(nwt_context *ctx, int64_t n)
{
    return uses_in(fan(ctx, n));
}

static int64_t calls_of_layer(nwt_context *ctx, int64_t n)
{
    nwt_layer *layer = nwt_dense(ctx, 8, NULL);
    nwt_model *model = repeated(ctx, layer, n);
    int64_t i, sum = uses_in(model);

    for (i = 0; i < nwt_layer_call_count(layer); i++) {
        sum += nwt_layer_call_input_count(layer, i) + nwt_layer_call_output_count(layer, i) +
               nwt_tensor_call(nwt_layer_call_input(layer, i, 0));
    }
    return sum;
}

/* Of a layer that n models share, the call in each. */
static int64_t models_of_layer(nwt_context *ctx, int64_t n)
{
    nwt_layer *layer = nwt_dense(ctx, 8, NULL);
    nwt_tensor *x = input(ctx);
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        nwt_tensor *y = nwt_call(layer, x);
        nwt_model *model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);

        sum += nwt_model_call(model, layer, 0) + nwt_model_call_count(model, layer) +
               uses_of(model, x);
    }
    return sum;
}

/* The same calls in n models. */
static int64_t models_of_calls(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), *y = x;
    int64_t i, sum = 0;

    for (i = 0; i < 8; i++) {
        y = nwt_call(nwt_dense(ctx, 8, NULL), y);
    }
    for (i = 0; i < n; i++) {
        sum += uses_in(nwt_model_new(ctx, 1, &x, 1, &y, NULL));
    }
    return sum;
}

static int32_t count(void *user, const char *text, size_t length)
{
    (void)text;
    *(int64_t *)user += (int64_t)length;
    return 0;
}

static int64_t reports_of_models(nwt_context *ctx, int64_t n)
{
    nwt_layer *layer = nwt_dense(ctx, 8, NULL);
    nwt_tensor *x = input(ctx);
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        nwt_tensor *y = nwt_call(layer, x);

        nwt_report(nwt_model_new(ctx, 1, &x, 1, &y, NULL), "format='csv'", count, &sum);
    }
    return sum;
}

static int64_t report_of_models(nwt_context *ctx, int64_t n)
{
    nwt_layer *layer = nwt_dense(ctx, 8, NULL);
    nwt_tensor *x = input(ctx), *z = x;
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        nwt_tensor *in = input(ctx), *y = nwt_call(layer, in);

        z = nwt_call(nwt_model_as_layer(nwt_model_new(ctx, 1, &in, 1, &y, NULL)), z);
    }
    nwt_report(nwt_model_new(ctx, 1, &x, 1, &z, NULL), "format='json'", count, &sum);
    return sum;
}

static int64_t find(nwt_context *ctx, nwt_model *model, const char *format, int64_t n)
{
    char name[64];
    int64_t i, sum = 0;

    (void)ctx;
    for (i = 1; i < n; i++) {
        snprintf(name, sizeof name, format, i);
        sum += nwt_tensor_call(nwt_layer_call_output(nwt_model_find(model, name), 0, 0)) + 1;
        sum += nwt_tensor_call(nwt_layer_call_output(nwt_model_find_path(model, name), 0, 0)) + 1;
    }
    return sum;
}

static int64_t automatic_names(nwt_context *ctx, int64_t n)
{
    return find(ctx, chain(ctx, n, 0), "dense_%" PRId64, n);
}

static int64_t given_names(nwt_context *ctx, int64_t n)
{
    return find(ctx, chain(ctx, n, 1), "layer_%" PRId64, n);
}

/* Names that were chosen to have one hash. */
static int64_t chosen_names(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), *y = x;
    nwt_model *model;
    char name[COLLIDING_SIZE];
    int64_t i, sum = 0;

    for (i = 0; i < 8 * n; i++) {
        nwt_layer *layer = nwt_dense(ctx, 8, NULL);

        colliding_name(name, (int)i);
        nwt_layer_set_string(layer, "name", name);
        y = nwt_call(layer, y);
    }
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    for (i = 0; i < 8 * n; i++) {
        colliding_name(name, (int)i);
        sum += nwt_model_find(model, name) != NULL;
    }
    return sum;
}

static int64_t names_of_sequential(nwt_context *ctx, int64_t n)
{
    nwt_model *model = nwt_sequential(ctx, NULL);
    int64_t i;

    for (i = 0; i < n; i++) {
        nwt_sequential_add(model, nwt_dense(ctx, 8, NULL));
    }
    nwt_call(nwt_model_as_layer(model), input(ctx));
    return find(ctx, model, "dense_%" PRId64, n);
}

/* A path with as many names as nesting allows, and others that only look like it; long, as a
   character costs little beside the model. */
static int64_t length_of_path(nwt_context *ctx, int64_t n)
{
    int64_t i, sum, length = 100 * n;
    char *path = have(calloc((size_t)length + 1, 1));
    nwt_model *model = chain(ctx, 300, 0);

    for (i = 0; i < length; i++) {
        path[i] = i % 2 ? '/' : 'd';
    }
    sum = nwt_model_find_path(model, path) != NULL;
    free(path);
    return sum;
}

/* Wrappers of one layer. */
static int64_t added(nwt_context *ctx, int64_t n)
{
    nwt_layer *layer = nwt_dense(ctx, 8, NULL);
    nwt_model *model = nwt_sequential(ctx, NULL);
    int64_t i;

    for (i = 0; i < n; i++) {
        nwt_sequential_add(model, nwt_time_distributed(ctx, layer, NULL));
    }
    return nwt_model_layer_count(model) + nwt_model_params(model);
}

/* The same with a shape from the start. */
static int64_t added_to_built(nwt_context *ctx, int64_t n)
{
    nwt_layer *layer = nwt_dense(ctx, 8, NULL);
    nwt_model *model = nwt_sequential(ctx, NULL);
    int64_t i;

    nwt_sequential_add(model, nwt_time_distributed(ctx, layer, "input_shape=(4, 8)"));
    for (i = 0; i < n; i++) {
        nwt_sequential_add(model, nwt_time_distributed(ctx, layer, NULL));
    }
    return nwt_model_layer_count(model) + nwt_model_params(model);
}

static int64_t added_and_popped(nwt_context *ctx, int64_t n)
{
    nwt_model *model = nwt_sequential(ctx, NULL);
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        nwt_sequential_add(model, nwt_dense(ctx, 8, i == 0 ? "input_shape=(8,)" : NULL));
    }
    for (i = 0; i < n; i++) {
        nwt_sequential_pop(model);
        sum += nwt_model_params(model);
    }
    return sum;
}

static int64_t shapes_of_model(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = nwt_input(ctx, 3, (const int64_t[]){-1, -1, 3}, NULL);
    nwt_tensor *y = nwt_call(nwt_conv2d(ctx, 4, 3, NULL), x);
    nwt_model *model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        nwt_tensor *other = nwt_input(ctx, 3, (const int64_t[]){8 + i, 8, 3}, NULL);

        sum += nwt_tensor_dims(nwt_call(nwt_model_as_layer(model), other))[1];
    }
    return sum;
}

/* A model whose n inputs are made by layers. */
static int64_t inner_inputs(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), **in = tensors(n), *y;
    nwt_model *model;
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        in[i] = nwt_call(nwt_dense(ctx, 8, NULL), x);
    }
    y = nwt_call_many(nwt_add(ctx, NULL), (int32_t)n, in, NULL);
    model = nwt_model_new(ctx, (int32_t)n, in, 1, &y, NULL);
    for (i = 0; i < n; i++) {
        sum += uses_of(model, nwt_model_input(model, (int32_t)i));
    }
    free(in);
    return sum;
}

static int64_t sum_of_outputs(nwt_tensor *first)
{
    int64_t sum = 0;
    int32_t i;

    for (i = 0; i < nwt_tensor_output_count(first); i++) {
        const nwt_tensor *output = nwt_tensor_output(first, i);

        sum += nwt_tensor_index(output) + nwt_tensor_rank(output) +
               nwt_tensor_rank(
                   nwt_layer_call_output(nwt_tensor_layer(first), nwt_tensor_call(first), i));
    }
    return sum;
}

static int64_t outputs_of_model(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), **out = tensors(n), *y;
    nwt_model *model;
    int64_t i;

    for (i = 0; i < n; i++) {
        out[i] = nwt_call(nwt_dense(ctx, 8, NULL), x);
    }
    model = nwt_model_new(ctx, 1, &x, (int32_t)n, out, NULL);
    y = nwt_call(nwt_model_as_layer(model), x);
    free(out);
    return sum_of_outputs(y);
}

static int64_t weights(nwt_context *ctx, int64_t n)
{
    const nwt_layer *layer = nwt_model_as_layer(chain(ctx, n, 0));
    nwt_weight_info info = {sizeof info};
    int64_t i, sum = 0;

    for (i = 0; nwt_layer_weight(layer, i, &info); i++) {
        sum += info.elements + (int64_t)nwt_layer_weight_path(layer, i, NULL, 0) +
               nwt_layer_weight_factor_count(layer, i);
    }
    return sum;
}

static int64_t children(nwt_context *ctx, int64_t n)
{
    const nwt_layer *layer = nwt_model_as_layer(chain(ctx, n, 0));
    int64_t i, sum = 0;

    for (i = 0; i < nwt_layer_child_count(layer); i++) {
        sum += nwt_layer_call_count(nwt_layer_child(layer, i));
    }
    return sum;
}

static int64_t children_of_pipeline(nwt_context *ctx, int64_t n)
{
    nwt_layer **all = have(calloc((size_t)n, sizeof *all));
    nwt_layer *pipeline = nwt_layer_new(ctx, "Pipeline");
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        all[i] = nwt_layer_new(ctx, "Identity");
    }
    nwt_layer_set_layers(pipeline, "layers", (int32_t)n, all);
    free(all);
    nwt_call(pipeline, input(ctx));
    for (i = 0; i < nwt_layer_child_count(pipeline); i++) {
        sum += nwt_layer_child(pipeline, i) != NULL;
    }
    return sum;
}

/* Turns and tensors of the plan of memory, and what each layer costs. */
static int64_t work(nwt_context *ctx, int64_t n)
{
    nwt_model *model = chain(ctx, n, 0);
    const nwt_work *cost = nwt_model_work(model, NULL);
    nwt_life_info life = {sizeof life};
    int64_t i, sum = 0;

    for (i = 0; i < nwt_work_turn_count(cost); i++) {
        sum += (int64_t)nwt_work_turn_path(cost, i, NULL, 0);
    }
    for (i = 0; nwt_work_tensor(cost, i, &life); i++) {
        sum += life.bytes;
    }
    for (i = 0; i < nwt_model_layer_count(model); i++) {
        sum += nwt_work_layer_count(cost, nwt_model_layer(model, i), NWT_COUNT_MACS);
    }
    return sum;
}

static int64_t unknown_work(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), *y = x;
    const nwt_work *cost;
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        y = nwt_call(nwt_layer_parse(ctx, "Lambda('f', output_shape=(8,))"), y);
    }
    cost = nwt_model_work(nwt_model_new(ctx, 1, &x, 1, &y, NULL), NULL);
    for (i = 0; nwt_work_unknown(cost, i) != NULL; i++) {
        sum++;
    }
    return sum;
}

static int64_t reshaped(nwt_context *ctx, int64_t n)
{
    const int32_t rank = 2;
    const int64_t dims[] = {4, 8}, *all = dims;

    return nwt_model_params(nwt_model_reshape(chain(ctx, n, 0), 1, &rank, &all));
}

static int64_t different(nwt_context *ctx, int64_t n)
{
    int64_t sum = 0;
    int32_t is;

    nwt_diff(chain(ctx, n, 0), chain(ctx, n, 0), NULL, count, &sum, &is);
    return sum + is;
}

/* Few levels, as their depth is bounded: on each two models share the one below, so there are 2^n
   ways to the lowest. */
static nwt_model *levels(nwt_context *ctx, int64_t n)
{
    nwt_tensor *x = input(ctx), *y = nwt_call(nwt_dense(ctx, 8, NULL), x);
    nwt_model *model = nwt_model_new(ctx, 1, &x, 1, &y, NULL), *sharing[2];
    int64_t i, j;

    for (i = 0; i < n / 25; i++) {
        for (j = 0; j < 2; j++) {
            x = input(ctx);
            y = nwt_call(nwt_model_as_layer(model), x);
            sharing[j] = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
        }
        x = input(ctx);
        y = nwt_call(nwt_model_as_layer(sharing[0]), x);
        y = nwt_call(nwt_model_as_layer(sharing[1]), y);
        model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    }
    return model;
}

static int64_t levels_in(nwt_context *ctx, int64_t n, const char *options)
{
    nwt_model *model = levels(ctx, n);
    int64_t sum = 0;
    int i;

    for (i = 0; i < 50; i++) { /* making them costs more than one report */
        nwt_report(model, options, count, &sum);
    }
    return sum;
}

static int64_t levels_as_text(nwt_context *ctx, int64_t n)
{
    return levels_in(ctx, n, NULL);
}

static int64_t levels_as_html(nwt_context *ctx, int64_t n)
{
    return levels_in(ctx, n, "format='html'");
}

static int64_t levels_explained(nwt_context *ctx, int64_t n)
{
    return levels_in(ctx, n, "format='explain'");
}

static int64_t levels_as_config(nwt_context *ctx, int64_t n)
{
    return levels_in(ctx, n, "format='config'");
}

static int64_t resets(nwt_context *ctx, int64_t n)
{
    int64_t i, sum = 0;

    for (i = 0; i < n; i++) {
        sum += nwt_model_params(chain(ctx, 8, 1));
        nwt_context_reset(ctx);
    }
    return sum;
}

static const struct {
    const char *name;
    int64_t (*run)(nwt_context *ctx, int64_t n);
} loops[] = {
    {"uses-of-chain", uses_of_chain},
    {"uses-of-fan", uses_of_fan},
    {"calls-of-layer", calls_of_layer},
    {"models-of-layer", models_of_layer},
    {"models-of-calls", models_of_calls},
    {"reports-of-models", reports_of_models},
    {"report-of-models", report_of_models},
    {"automatic-names", automatic_names},
    {"given-names", given_names},
    {"chosen-names", chosen_names},
    {"names-of-sequential", names_of_sequential},
    {"length-of-path", length_of_path},
    {"added", added},
    {"added-to-built", added_to_built},
    {"added-and-popped", added_and_popped},
    {"shapes-of-model", shapes_of_model},
    {"inner-inputs", inner_inputs},
    {"outputs-of-model", outputs_of_model},
    {"weights", weights},
    {"children", children},
    {"children-of-pipeline", children_of_pipeline},
    {"work", work},
    {"unknown-work", unknown_work},
    {"reshaped", reshaped},
    {"different", different},
    {"levels-as-text", levels_as_text},
    {"levels-as-html", levels_as_html},
    {"levels-explained", levels_explained},
    {"levels-as-config", levels_as_config},
    {"resets", resets},
};

int main(int argc, char **argv)
{
    size_t i;

    for (i = 0; argc == 3 && i < sizeof loops / sizeof loops[0]; i++) {
        if (strcmp(argv[1], loops[i].name) == 0) {
            nwt_context *ctx = nwt_context_new(NULL);
            int64_t sum = loops[i].run(ctx, strtol(argv[2], NULL, 10));

            printf("%" PRId64 " %s\n", sum, nwt_message(ctx));
            nwt_context_free(ctx);
            return 0;
        }
    }
    for (i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        printf("%s\n", loops[i].name);
    }
    return argc == 1 ? 0 : 2;
}
