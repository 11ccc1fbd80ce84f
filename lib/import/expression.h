/* What the files of constructor text share: its variables, and values that stand for layers. */
#ifndef NWTI_IMPORT_EXPRESSION_H
#define NWTI_IMPORT_EXPRESSION_H

#include "import/import.h"

/* What a name stands for: one of these three. */
typedef struct nwti_variable {
    const nwti_value *value;
    nwt_layer *layer;  /* a model's too */
    const char *fault; /* why its value could not be read */
} nwti_variable;

typedef struct nwti_expression {
    nwti_import import;
    nwt_context *ctx;
    nwti_map variables; /* name -> nwti_variable */
    nwt_model *model;   /* that was last made or changed */
} nwti_expression;

/* The class in a dotted name: "Dense" of "keras.layers.Dense". */
const char *nwti_expression_class(const char *name);
/* 1 if a call of this name makes a layer or a model, or would if it were spelt right. */
int32_t nwti_expression_is_layer(nwti_expression *expression, const char *name);
/* The layer, or the layer of the model, that a value stands for. `user` is an nwti_expression. */
nwt_layer *nwti_expression_layer(void *user, const nwti_value *value);
/* The layers of a list; NULL with the error set. Then they can be added to a Sequential. */
nwt_layer *const *nwti_expression_layers(nwti_expression *expression, const nwti_value *list);
int32_t nwti_expression_add(nwti_expression *expression, nwt_model *model, uint32_t count,
                            nwt_layer *const *layers);
/* The value with the values of variables in place of their names. NULL with the error set. */
const nwti_value *nwti_expression_resolve(nwti_expression *expression, const nwti_value *value);
/* Runs all statements of a text. 0, or the status. */
int32_t nwti_expression_run(nwti_expression *expression, const char *text);

#endif
