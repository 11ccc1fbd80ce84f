/* The names of what options hold as functions and objects: activations, initializers, regularizers,
   constraints. */
#ifndef NWTI_CORE_FUNCTION_H
#define NWTI_CORE_FUNCTION_H

#include "core/nearest.h"

typedef enum nwti_name_family {
    NWTI_ACTIVATIONS,
    NWTI_INITIALIZERS,
    NWTI_REGULARIZERS,
    NWTI_CONSTRAINTS
} nwti_name_family;

/* The name as it lasts; NULL: no Keras has it. */
const char *nwti_function_named(nwti_name_family names, const char *name);
void nwti_offer_functions(nwti_name_family names, nwti_nearest *nearest);

#endif
