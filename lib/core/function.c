#include "core/nearest.h"
#include "core/function.h"

#include <string.h>

/* Those of Keras 3, and those that earlier versions had. */
static const char *const activations[] = {
    "relu",           "linear",       "softmax",    "sigmoid",     "tanh",      "swish",
    "silu",           "gelu",         "elu",        "selu",        "softplus",  "softsign",
    "exponential",    "hard_sigmoid", "hard_swish", "hard_silu",   "relu6",     "leaky_relu",
    "log_softmax",    "log_sigmoid",  "mish",       "celu",        "glu",       "hard_tanh",
    "hard_shrink",    "soft_shrink",  "squareplus", "tanh_shrink", "threshold", "sparse_plus",
    "sparse_sigmoid", "sparsemax",    NULL};

static const char *const initializers[] = {"glorot_uniform",
                                           "zeros",
                                           "ones",
                                           "he_normal",
                                           "glorot_normal",
                                           "he_uniform",
                                           "lecun_normal",
                                           "lecun_uniform",
                                           "random_normal",
                                           "random_uniform",
                                           "truncated_normal",
                                           "orthogonal",
                                           "identity",
                                           "constant",
                                           "variance_scaling",
                                           "stft",
                                           "normal",
                                           "uniform",
                                           "zero",
                                           "one",
                                           "initializer",
                                           "GlorotUniform",
                                           "Zeros",
                                           "Ones",
                                           "HeNormal",
                                           "GlorotNormal",
                                           "HeUniform",
                                           "LecunNormal",
                                           "LecunUniform",
                                           "RandomNormal",
                                           "RandomUniform",
                                           "TruncatedNormal",
                                           "Orthogonal",
                                           "Identity",
                                           "Constant",
                                           "VarianceScaling",
                                           "STFT",
                                           "Initializer",
                                           "IdentityInitializer",
                                           "STFTInitializer",
                                           "OrthogonalInitializer",
                                           NULL};

static const char *const regularizers[] = {
    "l2",    "l1",          "l1l2",        "orthogonal_regularizer", "regularizer",
    "L2",    "L1",          "L1L2",        "OrthogonalRegularizer",  "Regularizer",
    "l1_l2", "activity_l1", "activity_l2", "activity_l1l2",          NULL};

static const char *const constraints[] = {
    "max_norm",   "non_neg",           "unit_norm",        "min_max_norm",
    "constraint", "MaxNorm",           "NonNeg",           "UnitNorm",
    "MinMaxNorm", "Constraint",        "maxnorm",          "nonneg",
    "unitnorm",   "radial_constraint", "RadialConstraint", NULL};

static const char *const *const families[] = {[NWTI_ACTIVATIONS] = activations,
                                              [NWTI_INITIALIZERS] = initializers,
                                              [NWTI_REGULARIZERS] = regularizers,
                                              [NWTI_CONSTRAINTS] = constraints};

const char *nwti_function_named(nwti_name_family names, const char *name)
{
    const char *const *one;

    for (one = families[names]; *one != NULL; one++) {
        if (strcmp(*one, name) == 0) {
            return *one;
        }
    }
    return NULL;
}

void nwti_offer_functions(nwti_name_family names, nwti_nearest *nearest)
{
    const char *const *one;

    for (one = families[names]; *one != NULL; one++) {
        nwti_nearest_offer(nearest, *one);
    }
}
