/* The names of activation functions. */
#ifndef NWTI_CORE_FUNCTION_H
#define NWTI_CORE_FUNCTION_H

#include "core/nearest.h"

/* The name as it lasts; NULL: Keras has no such function. */
const char *nwti_function_named(const char *name);
void nwti_offer_functions(nwti_nearest *nearest);

#endif
