/* What other counters of MACs and FLOPs count, as sums of what an account holds. */
#include "core/error.h"
#include "core/nearest.h"
#include "core/work.h"
#include "support/checked.h"

#include <string.h>

typedef struct like {
    const char *name;
    int32_t times[NWTI_PARTS];
} like;

static const like likes[] = {
    {"calflops",
     {[NWTI_MACS] = 2,
      [NWTI_CONV_BIASES] = 1,
      [NWTI_BATCH_NORM] = 2,
      [NWTI_RELU] = 1,
      [NWTI_POOL_INPUTS] = 1}},
    {"fvcore",
     {[NWTI_MACS] = 1, [NWTI_BATCH_NORM] = 2, [NWTI_LAYER_NORM] = 5, [NWTI_GLOBAL_MEANS] = 1}},
    {"keras-flops",
     {[NWTI_MACS] = 2,
      [NWTI_CONV_BIASES] = 1,
      [NWTI_DENSE_BIASES] = 1,
      [NWTI_BATCH_NORM] = 2,
      [NWTI_BATCH_NORM_FOLD] = 1,
      [NWTI_SOFTMAX] = 5,
      [NWTI_POOL_WINDOWS] = 1,
      [NWTI_MERGED] = 1}},
    {"ptflops", {[NWTI_MACS] = 1, [NWTI_CONV_BIASES] = 1, [NWTI_DENSE_BIASES] = 1}},
    {"thop", {[NWTI_MACS] = 1, [NWTI_BATCH_NORM] = 4, [NWTI_MEANS] = 1}},
    {"torch", {[NWTI_MACS] = 2}},
    {"torchinfo",
     {[NWTI_MACS] = 1,
      [NWTI_CONV_BIASES] = 1,
      [NWTI_DENSE_BIASES] = 1,
      [NWTI_BATCH_NORM_PARAMS] = 1}},
};

enum { LIKES = sizeof likes / sizeof *likes };

int32_t nwti_like_find(nwt_context *ctx, const char *owner, const char *key, const char *name)
{
    nwti_nearest nearest;
    char hint[160];
    int32_t i;

    for (i = 0; i < LIKES; i++) {
        if (strcmp(likes[i].name, name) == 0) {
            return i;
        }
    }
    nwti_nearest_begin(&nearest, name);
    for (i = 0; i < LIKES; i++) {
        nwti_nearest_offer(&nearest, likes[i].name);
    }
    nwti_error(ctx, NWT_STATUS_INVALID,
               "%s: %s '%s' is none of calflops, fvcore, keras-flops, ptflops, thop, torch and "
               "torchinfo%s",
               owner, key, name, nwti_nearest_text(&nearest, hint, sizeof hint));
    return -1;
}

int64_t nwti_like(const nwti_account *account, int32_t like)
{
    int64_t sum = 0, part;
    int32_t i;

    if (like < 0 || like >= LIKES || account->unknown_macs) {
        return -1;
    }
    for (i = 0; i < NWTI_PARTS; i++) {
        if (!nwti_multiply(account->parts[i], likes[like].times[i], &part) ||
            !nwti_add(sum, part, &sum)) {
            return -1;
        }
    }
    return sum;
}
