/* The names of what options hold as functions and objects: activations, initializers, regularizers,
   constraints. */
#ifndef NWTI_CORE_FUNCTION_H
#define NWTI_CORE_FUNCTION_H

#include "core/nearest.h"

typedef enum nwti_names {
    NWTI_ACTIVATIONS,
    NWTI_INITIALIZERS,
    NWTI_REGULARIZERS,
    NWTI_CONSTRAINTS
} nwti_names;

/* The name as it lasts; NULL: no Keras has it. */
const char *nwti_function_named(nwti_names names, const char *name);
void nwti_offer_functions(nwti_names names, nwti_nearest *nearest);

#endif
