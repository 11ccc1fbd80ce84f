/* What the header says of threads: contexts share nothing, and getters only read. Run it under
   ThreadSanitizer by `make check-tsan`. */
#include "golden.h"

/* ThreadSanitizer knows of these threads, not of those of C11. */
#ifndef _WIN32
#include <pthread.h>

enum { THREADS = 4, ROUNDS = 20 };

static int32_t count_bytes(void *user, const char *text, size_t length)
{
    (void)text;
    *(size_t *)user += length;
    return 0;
}

static nwt_model *build(nwt_context *ctx)
{
    int64_t steps[] = {6, 4};
    nwt_tensor *x = nwt_input(ctx, 2, steps, NULL);
    nwt_tensor *y = nwt_call(nwt_bidirectional(ctx, nwt_lstm(ctx, 3, NULL), NULL), x);

    y = nwt_call(nwt_dense(ctx, 10, "activation='softmax'"), y);
    return nwt_model_new(ctx, 1, &x, 1, &y, NULL);
}

/* What a thread gives back that found something wrong. */
static int wrong;
#define FAILED (&wrong)

/* A context of its own: builds, reports, resets. */
static void *alone(void *unused)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t first = 0, written = 0;
    int i, failed = 0;

    for (i = 0; i < ROUNDS; i++) {
        nwt_model *model = build(ctx);

        written = 0;
        failed |= nwt_report(model, "format='json'", count_bytes, &written) != NWT_STATUS_OK;
        first = i == 0 ? written : first;
        failed |= written != first;
        nwt_context_reset(ctx);
    }
    (void)unused;
    nwt_context_free(ctx);
    return failed ? FAILED : NULL;
}

/* One model that nobody changes, read by all. */
static void *together(void *user)
{
    const nwt_model *model = user;
    int64_t params = nwt_model_params(model), i, j;
    int failed = params <= 0;
    char text[64];

    for (j = 0; j < ROUNDS; j++) {
        for (i = 0; i < nwt_model_layer_count(model); i++) {
            nwt_layer *layer = nwt_model_layer(model, i);
            nwt_weight_info info = {sizeof info};

            nwt_layer_name(layer, text, sizeof text);
            failed |= nwt_model_find(model, text) != layer;
            nwt_layer_option(layer, "units", text, sizeof text);
            failed |= nwt_layer_weight(layer, 0, &info) != (nwt_layer_weight_count(layer) > 0);
            nwt_layer_weight_path(layer, 0, text, sizeof text);
            nwt_tensor_bytes(nwt_layer_call_output(layer, 0, 0));
            failed |= nwt_layer_count(layer, NWT_COUNT_PARAMS) < 0;
        }
        failed |= nwt_model_params(model) != params;
    }
    return failed ? FAILED : NULL;
}

static void run_all(void *(*work)(void *), void *user)
{
    pthread_t threads[THREADS];
    void *failed;
    int i;

    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, user), 0);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

static void contexts_share_nothing(void **state)
{
    (void)state;
    run_all(alone, NULL);
}

static void getters_only_read(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    run_all(together, build(ctx));
    nwt_context_free(ctx);
}
#else
static void contexts_share_nothing(void **state)
{
    (void)state;
    skip();
}

static void getters_only_read(void **state)
{
    (void)state;
    skip();
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts_share_nothing),
        cmocka_unit_test(getters_only_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
