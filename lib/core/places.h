/*
 * Where calls stand in models. A call remembers its place in the first model that takes it; what
 * stands elsewhere too is found by its address. So models that share nothing keep nothing.
 */
#ifndef NWTI_CORE_PLACES_H
#define NWTI_CORE_PLACES_H

#include "core/model.h"

enum { NWTI_FEW_INPUTS = 4 };

/* Enters the call that is about to be the model's last. 0, or the status. */
int32_t nwti_places_add(nwt_model *model, nwti_call *call);
/* Enters what the model's last call uses, all before it being entered. 0, or the status. */
int32_t nwti_places_add_uses(nwt_model *model);
/* The same of one tensor: `maker` is the place of its call, or -1 - i of input i that a layer
   makes. Those need no entry that the call before makes, where inputs are few. */
int32_t nwti_places_add_use(nwt_model *model, int32_t maker, int32_t output);
/* Enters an input that a layer makes, whose call may be none of the model's. 0, or the status. */
int32_t nwti_places_add_input(nwt_model *model, const nwt_tensor *tensor, int32_t index);
/* Forgets the model's last call, which is still in its list. */
void nwti_places_remove(nwt_model *model, const nwti_call *call);
/* Forgets all. */
void nwti_places_clear(nwt_model *model);
/* Puts in order what was entered out of it: before anything of it is asked for. */
void nwti_places_sort(nwt_model *model);

/* The index of a call in the model's list; -1: it is none of the model's. */
int64_t nwti_place_of(const nwt_model *model, const nwti_call *call);
/* Which input a tensor is that a layer makes; -1: none. */
int32_t nwti_place_of_input(const nwt_model *model, const nwt_tensor *tensor);
/* How many of a layer's calls are the model's. Their numbers, rising, are in *numbers: NULL for one
   that is the layer's first. */
int64_t nwti_places_of_layer(const nwt_model *model, const nwt_layer *layer,
                             const int32_t **numbers);
/* The index-th use of a tensor: the call; NULL past the last. */
nwti_call *nwti_use_of(const nwt_model *model, const nwt_tensor *tensor, int64_t index);

#endif
