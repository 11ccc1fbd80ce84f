/* Layers that are made as others were before. */
#ifndef NWTI_CORE_PROTOTYPE_H
#define NWTI_CORE_PROTOTYPE_H

#include "core/layer.h"

/* What a layer is made of, its name apart: from two that are equal come equal layers. */
typedef struct nwti_recipe {
    nwti_kind *kind;
    const char *place; /* the whole text, ended by a NUL */
    int32_t has_class; /* it is constructor text: the options are within it */
    const char *text;  /* the same without the name */
    size_t length;
    int32_t count; /* of the required arguments */
    const nwti_value *required;
    const char *name; /* NULL: automatic */
    size_t name_length;
    uint32_t hash; /* 0: what comes of it is not kept */
} nwti_recipe;

/* The layer, if one was kept for this text where it stands: literals stand where they stood. *layer
   is NULL if none was. 0, or the status. */
int32_t nwti_prototype_at(nwti_kind *kind, int32_t count, const nwti_value *required,
                          const char *place, nwt_layer **layer);
/* The same for constructor text: a class by today's name, its options in parentheses. */
int32_t nwti_prototype_at_text(nwt_context *ctx, const char *place, nwt_layer **layer);
/* Tells the last ", name='...'" of option text apart. */
nwti_recipe nwti_recipe_of(nwti_kind *kind, int32_t count, const nwti_value *required,
                           const char *text, size_t length);
/* The layer if one was kept for the recipe; *layer is NULL if none was. 0, or the status. */
int32_t nwti_prototype_make(nwti_recipe *recipe, nwt_layer **layer);
/* Keeps what a layer has become that was just made of the recipe, if that can be kept. */
void nwti_prototype_keep(const nwti_recipe *recipe, const nwt_layer *layer);
/* The number of the prototype that a layer is still equal to, its name apart; 0: there is none. */
uint64_t nwti_prototype_of(const nwt_layer *layer);
/* Gives a layer options of its own, which may then be changed. 0, or the status. */
int32_t nwti_self_own(nwt_layer *layer);

#endif
