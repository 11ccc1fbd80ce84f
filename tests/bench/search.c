/*
 * A search for networks, as an example of what netweight is for: candidates are made, shaped and
 * counted in a context that is reset before each, and the best within a budget is kept. Nothing is
 * allocated once the first candidates have been made, and threads need nothing but a context each.
 *
 * With the microseconds that counting one candidate by hand takes (by_hand.py) as its argument, it
 * prints what that is to its own. Times are the best of many short rounds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifndef __STDC_NO_THREADS__
#include <threads.h>
#endif

#include "netweight.h"

enum { BLOCKS = 14, CANDIDATES = 50, ROUNDS = 600, BUDGET = 500000 };

static double now(void)
{
    struct timespec time;

    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* The candidate of a number: 14 convolutions, each with a normalisation and a ReLU, then three
   layers more. The number chooses the widths. */
static nwt_model *candidate(nwt_context *ctx, int64_t number)
{
    static const int64_t widths[] = {16, 24, 32, 48, 64, 96, 128}, image[] = {32, 32, 3};
    nwt_tensor *input = nwt_input(ctx, 3, image, NULL), *x = input;
    int32_t i;

    for (i = 0; i < BLOCKS; i++) {
        const char *options = i % 4 == 3 ? "strides=2, padding='same'" : "padding='same'";

        x = nwt_call(nwt_conv2d(ctx, widths[(number >> i) % 7], 3, options), x);
        x = nwt_call(nwt_batch_normalization(ctx, NULL), x);
        x = nwt_call(nwt_relu(ctx, NULL), x);
    }
    x = nwt_call(nwt_global_average_pooling2d(ctx, NULL), x);
    x = nwt_call(nwt_dropout(ctx, 0.2, NULL), x);
    x = nwt_call(nwt_dense(ctx, 10, "activation='softmax'"), x);
    return nwt_model_new(ctx, 1, &input, 1, &x, NULL);
}

typedef struct search {
    int64_t best; /* the candidate with the most parameters within the budget */
    int64_t params;
    double time; /* microseconds of one candidate */
    int32_t failed;
} search;

static int run(void *user)
{
    search *s = user;
    nwt_context *ctx = nwt_context_new(NULL);
    int32_t round;

    s->params = -1;
    s->time = 1e9;
    for (round = 0; round < ROUNDS; round++) {
        double begin = now(), time;
        int64_t first = (int64_t)round % 20 * CANDIDATES, number;

        for (number = first; number < first + CANDIDATES; number++) {
            int64_t params;

            nwt_context_reset(ctx);
            params = nwt_model_params(candidate(ctx, number));
            if (params <= BUDGET && params > s->params) {
                s->best = number;
                s->params = params;
            }
        }
        time = (now() - begin) / CANDIDATES;
        s->time = time < s->time ? time : s->time;
    }
    s->failed = nwt_status(ctx) != NWT_STATUS_OK;
    nwt_context_free(ctx);
    return 0;
}

/* Two searches at once, each in its thread and its context. */
static void run_two(const search *alone)
{
#ifndef __STDC_NO_THREADS__
    search first, second;
    thrd_t thread;

    if (thrd_create(&thread, run, &second) == thrd_success) {
        run(&first);
        thrd_join(thread, NULL);
        printf("  in two threads at once %6.2f us each, %.2f times as many a second\n",
               (first.time + second.time) / 2,
               alone->time / first.time + alone->time / second.time);
    }
#else
    (void)alone;
#endif
}

int main(int count, char **arguments)
{
    double by_hand = count > 1 ? strtod(arguments[1], NULL) : 0;
    search s;

    run(&s);
    if (s.failed) {
        printf("the search failed\n");
        return 1;
    }
    printf("Search: candidates of %d layers; the best within %d parameters is number %lld, %lld\n",
           3 * BLOCKS + 3, BUDGET, (long long)s.best, (long long)s.params);
    printf("  made, shaped, counted %7.2f us a candidate", s.time);
    if (by_hand > 0) {
        printf(", %.2f times as many a second as counted by hand in Python (%.2f us)",
               by_hand / s.time, by_hand);
    }
    printf("\n");
    run_two(&s);
    return 0;
}
