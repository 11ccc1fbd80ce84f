/* What lib/ops tells lib/import of functions of TensorFlow. Each table ends with a row of NULL. */
#ifndef NWTI_CORE_FOREIGN_H
#define NWTI_CORE_FOREIGN_H

#include <stdint.h>

typedef struct nwti_foreign_function {
    const char *name; /* "math.add" */
    int32_t kind;     /* index of a built-in kind */
} nwti_foreign_function;

typedef struct nwti_foreign_argument {
    const char *was;
    const char *is;
} nwti_foreign_argument;

/* An option of the operation, if the call does not say it. */
typedef struct nwti_foreign_default {
    const char *function;
    const char *key;
    int64_t value;
} nwti_foreign_default;

/* A node of TensorFlow's graph, and the function above that it is. */
typedef struct nwti_foreign_node {
    const char *op; /* "AddV2" */
    const char *function;
    const char *operands;   /* their names in the function; "* axis": tensors in one list, and that
                              constant; "slices": an index */
    const char *attributes; /* of the node, which are ... */
    const char *keys;       /* ... these arguments; NULL: none */
} nwti_foreign_node;

extern const char nwti_foreign_node_class[];
extern const nwti_foreign_node nwti_foreign_nodes[];
/* Classes of layers that stand for a function. */
extern const char *const nwti_foreign_classes[];
extern const nwti_foreign_function nwti_foreign_functions[];
/* The product of matrices, and what it is if some of them are transposed. */
extern const nwti_foreign_function nwti_foreign_transposed;
extern const nwti_foreign_argument nwti_foreign_arguments[];
extern const nwti_foreign_default nwti_foreign_defaults[];
/* Arguments that no option is, and that make of a function what no operation is: but where they are
   of that value; NULL: where they are true. */
extern const nwti_foreign_argument nwti_foreign_others[];

#endif
