/* Layers that are made as others were before. */
#ifndef NWTI_CORE_PROTOTYPE_H
#define NWTI_CORE_PROTOTYPE_H

#include "core/layer.h"

/* What a layer is made of, its name apart: from two that are equal come equal layers. */
typedef struct nwti_recipe {
    nwti_kind *kind;
    const char *text; /* of its options */
    size_t length;
    int32_t count; /* of the required arguments */
    const nwti_value *required;
    const char *name; /* NULL: automatic */
    size_t name_length;
    uint32_t hash;
} nwti_recipe;

/* From option text, whose last ", name='...'" is told apart. */
nwti_recipe nwti_recipe_of(nwti_kind *kind, int32_t count, const nwti_value *required,
                           const char *text, size_t length);
/* The layer if one was kept for the recipe; *layer is NULL if none was. 0, or the status. */
int32_t nwti_prototype_make(nwti_recipe *recipe, nwt_layer **layer);
/* Keeps what a layer has become that was just made of the recipe, if that can be kept. */
void nwti_prototype_keep(const nwti_recipe *recipe, const nwt_layer *layer);
/* Of a layer that is complete: of its options. */
uint32_t nwti_self_hash(const nwt_layer *layer);
/* Gives a layer options of its own, which may then be changed. 0, or the status. */
int32_t nwti_self_own(nwt_layer *layer);

#endif
