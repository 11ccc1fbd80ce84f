/* The names of a model's layers. */
#ifndef NWTI_CORE_NAMES_H
#define NWTI_CORE_NAMES_H

#include "core/model.h"

/* As many automatic names are looked through one by one. */
enum { NWTI_FEW_NAMES = 256 };

/* Enters the name of a layer that stands, or is to stand, at `position` of the model's layers,
   behind all that were entered; an error if another has it. 0, or the status. */
int32_t nwti_names_add(nwt_model *model, const nwt_layer *layer, int64_t position);
/* Enters those of all its layers. */
int32_t nwti_names_enter(nwt_model *model);
/* Forgets the name of the layer at the last position. */
void nwti_names_remove(nwt_model *model, const nwt_layer *layer, int64_t position);
/* The layer of a name of `length` bytes, or NULL. */
nwt_layer *nwti_names_find(const nwt_model *model, const char *name, size_t length);
/* The layer with the longest name that `path` begins with, up to a '/' or to its end: names may
   hold a '/'. *length is that of the name. NULL: none. */
nwt_layer *nwti_names_begin(const nwt_model *model, const char *path, size_t *length);
/* The length of the layer's name, if the path begins with it up to a '/' or to its end; else 0. */
size_t nwti_names_length(const nwt_layer *layer, const char *path);
/* Whether that is the layer's name. */
int32_t nwti_is_named(const nwt_layer *layer, const char *name, size_t length);

#endif
