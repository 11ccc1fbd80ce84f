/* FLOPs of activation functions, of biases: one for each operation of the definition. */
#include "core/account.h"

#include <string.h>

static const struct {
    const char *name;
    int32_t flops; /* of each element */
    int32_t part;  /* what it counts as apart; 0: nothing */
} functions[] = {
    {"celu", 4, 0},
    {"elu", 3, 0},
    {"exp", 1, 0},
    {"exponential", 1, 0},
    {"gelu", 5, 0},
    {"glu", 2, 0},
    {"hard_shrink", 2, 0},
    {"hard_sigmoid", 4, 0},
    {"hard_silu", 5, 0},
    {"hard_swish", 5, 0},
    {"hard_tanh", 2, 0},
    {"leaky_relu", 2, 0},
    {"linear", 0, 0},
    {"log_sigmoid", 4, 0},
    {"log_softmax", 5, 0},
    {"mish", 4, 0},
    {"relu", 1, NWTI_RELU},
    {"relu6", 2, 0},
    {"selu", 4, 0},
    {"sigmoid", 1, 0},
    {"silu", 2, 0},
    {"soft_shrink", 4, 0},
    {"softmax", 5, NWTI_SOFTMAX},
    {"softplus", 2, 0},
    {"softsign", 3, 0},
    {"sparse_plus", 5, 0},
    {"sparse_sigmoid", 4, 0},
    {"squareplus", 5, 0},
    {"swish", 2, 0},
    {"tanh", 1, 0},
    {"tanh_shrink", 2, 0},
    {"threshold", 1, 0},
};

/* The row of a function; -1: it is not known. */
static int32_t find(const char *name)
{
    int32_t i;

    for (i = 0; i < (int32_t)(sizeof functions / sizeof *functions); i++) {
        if (strcmp(functions[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int64_t nwti_activation_flops(const char *name)
{
    int32_t row = name != NULL ? find(name) : 0;

    return name == NULL ? 0 : row >= 0 ? functions[row].flops : -1;
}

void nwti_op_activation(nwt_op *op, const char *name, int32_t rank, const int64_t *dims)
{
    int32_t row;

    if (name == NULL || !nwti_op_is_accounted(op)) {
        return;
    }
    row = find(name);
    if (row < 0) {
        nwti_op_uncounted(op);
        return;
    }
    if (functions[row].flops > 0) {
        nwt_op_flops(op, functions[row].flops, rank, dims);
    }
    if (functions[row].part != 0) {
        nwti_op_part(op, functions[row].part, nwti_elements(rank, dims));
    }
}

void nwti_op_bias(nwt_op *op, int32_t part, int32_t rank, const int64_t *dims)
{
    if (nwti_op_is_accounted(op)) {
        nwt_op_flops(op, 1, rank, dims);
        nwti_op_part(op, part, nwti_elements(rank, dims));
    }
}
