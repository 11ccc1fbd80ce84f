#include "core/nearest.h"
#include "core/function.h"

#include <string.h>

/* Keras's activations, and the names that earlier versions had for some. */
static const char *const functions[] = {
    "relu",           "linear",       "softmax",    "sigmoid",     "tanh",      "swish",
    "silu",           "gelu",         "elu",        "selu",        "softplus",  "softsign",
    "exponential",    "hard_sigmoid", "hard_swish", "hard_silu",   "relu6",     "leaky_relu",
    "log_softmax",    "log_sigmoid",  "mish",       "celu",        "glu",       "hard_tanh",
    "hard_shrink",    "soft_shrink",  "squareplus", "tanh_shrink", "threshold", "sparse_plus",
    "sparse_sigmoid", "sparsemax",    NULL};

const char *nwti_function_named(const char *name)
{
    int32_t i;

    for (i = 0; functions[i] != NULL; i++) {
        if (strcmp(functions[i], name) == 0) {
            return functions[i];
        }
    }
    return NULL;
}

void nwti_offer_functions(nwti_nearest *nearest)
{
    int32_t i;

    for (i = 0; functions[i] != NULL; i++) {
        nwti_nearest_offer(nearest, functions[i]);
    }
}
