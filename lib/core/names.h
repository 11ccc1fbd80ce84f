/* The names of a model's layers. */
#ifndef NWTI_CORE_NAMES_H
#define NWTI_CORE_NAMES_H

#include "core/model.h"

/* Enters the name of a layer that the model takes; an error if another has it. 0, or the status. */
int32_t nwti_names_add(nwt_model *model, nwt_layer *layer);
/* Forgets the name of a layer that the model gives up. */
void nwti_names_remove(nwt_model *model, const nwt_layer *layer);
/* The layer of a name, or NULL. */
nwt_layer *nwti_names_find(const nwt_model *model, const char *name);

#endif
