/* What the readers of Keras's formats share. They end in calls of core, and in nothing else. */
#ifndef NWTI_IMPORT_IMPORT_H
#define NWTI_IMPORT_IMPORT_H

#include "core/context.h"
#include "core/example.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/model.h"
#include "core/version.h"
#include "support/json.h"

/* What the object of a layer or a model says. */
enum {
    NWTI_MODULE,
    NWTI_CLASS_NAME,
    NWTI_CONFIG,
    NWTI_REGISTERED_NAME,
    NWTI_BUILD_CONFIG,
    NWTI_NAME,
    NWTI_INBOUND_NODES,
    NWTI_SHARED_OBJECT_ID,
    NWTI_OBJECT_FIELDS
};

typedef struct nwti_object {
    const nwti_value *value; /* the object itself */
    const nwti_value *fields[NWTI_OBJECT_FIELDS];
} nwti_object;

void nwti_object_read(nwti_object *object, const nwti_value *value);

/* A class of Keras 3 that was read, with the last layer of it as an example for the next. */
typedef struct nwti_known_class {
    const nwti_value *module;
    const nwti_value *class_name;
    nwti_example example;
} nwti_known_class;

enum { NWTI_KNOWN_CLASSES = 32 };

typedef struct nwti_import {
    nwt_context *ctx;
    /* Reads a layer: models hold layers, so what reads models calls what reads layers by it. */
    nwt_layer *(*read_layer)(struct nwti_import *import, const nwti_object *object);
    nwti_known_class *known; /* by the hash of their names; NULL: none are kept */
    nwti_version version;    /* whose words these are, where a layer does not tell */
    int32_t is_stated;       /* the version; else it stands for its era */
    nwti_map shared;         /* shared_object_id as text -> layer */
    const nwti_value *root;  /* of a config */
    int32_t has_weights;
    uint64_t shared_keys; /* bits of the old keys that all layers had; 0: not asked for yet */
    int32_t ordering;     /* what Keras 1 had for a default, once it was looked for */
} nwti_import;

enum { NWTI_ORDERING_TF = 1, NWTI_ORDERING_TH = 2 };

/* The largest nesting of a JSON text: a model within a model takes four levels. */
size_t nwti_json_depth(const nwt_context *ctx);
/* A model from a config, in any of its wrappings; NULL with the error set. `has_weights`: the file
   holds weights, so notes about unknown classes are left to who reads these. */
nwt_model *nwti_import_root(nwt_context *ctx, const nwti_value *root, int32_t has_weights);
/* A layer from its object {class_name, config, ...}. */
nwt_layer *nwti_import_object(nwti_import *import, const nwti_object *object);
/* The same; `user` is an nwti_import. */
nwt_layer *nwti_import_layer(void *user, const nwti_value *object);
/* The kind that is called so, or was; NULL: none. */
const nwt_kind *nwti_import_class(nwt_context *ctx, const nwti_value *class_name);
/* Keeps the class that was written, where today's word for it is another. Returns the layer. */
nwt_layer *nwti_import_written(nwt_layer *layer, const char *class_name);
/* Completes a layer; one without a name is named as the import's version did. 0, or the status. */
int32_t nwti_import_complete(nwti_import *import, nwt_layer *layer, const char *written);
/* A Sequential without layers. name NULL, or no text: an automatic one. */
nwt_model *nwti_import_begin(nwti_import *import, const nwti_value *name);
/* Adds a layer; the input that a first one brings is named as the import's version did. */
int32_t nwti_import_add(nwti_import *import, nwt_model *model, nwt_layer *layer);
nwt_model *nwti_import_functional(nwti_import *import, const nwti_value *object);
nwt_model *nwti_import_sequential(nwti_import *import, const nwti_value *object);
/* Names the model as its config does. */
void nwti_import_name(nwt_model *model, const nwti_value *config);
/* Keras 3 freezes a model whose config says so, and leaves its layers as their own configs say;
   Keras 2 wrote the flag and did not read it. */
void nwti_import_freeze(const nwti_import *import, nwt_model *model, const nwti_value *config);
/* "keras.src.ops.numpy": the object is one of Keras's operations. */
int32_t nwti_import_is_operation(const nwti_value *object);

/* What Keras 3's optimizer, from its object, holds for a model that is built; without slots if it
   does not know the weights. 0, or the status. */
int32_t nwti_import_optimizer(nwt_model *model, const nwti_value *object, int32_t with_slots);

/* One tensor that a call is given, as its config names it. */
typedef struct nwti_reference {
    const char *layer; /* NULL: a constant stands here */
    size_t layer_length;
    int64_t node;
    int64_t tensor;
    const char *argument;     /* by name; NULL: by position */
    const char *written;      /* that name in the file */
    const nwti_value *stated; /* its shape, as a list; NULL: not stated */
    const nwti_value *dtype;
    const nwti_value *array; /* where no layer is: what stands here, if it has a shape */
    void *found;             /* what makes it, for who reads the model; NULL: not looked for yet */
} nwti_reference;

typedef struct nwti_references {
    nwt_context *ctx;
    int32_t keeps_order;   /* keyword arguments count as they stand, not by their names */
    nwti_reference *items; /* in the arena */
    int64_t count;
    int64_t capacity;
    nwti_value *constants; /* pairs of key and value: arguments that are no tensors */
    int64_t constant_count;
    int64_t constant_capacity;
} nwti_references;

/* The tensors and constants of one entry of inbound_nodes, in any dialect, for a layer of `kind`.
   */
int32_t nwti_import_node(nwti_references *into, const nwti_kind *kind, const nwti_value *node);
/* The tensors of input_layers or output_layers; keys of dicts into *keys (NULL: none). */
int32_t nwti_import_tensors(nwti_references *into, const nwti_value *tensors,
                            const char *const **keys);
/* Dims of a list of integers and nulls; the rank, or -1. */
int32_t nwti_import_dims(const nwti_value *list, int64_t *dims);

/* Classes and options of Keras 1 and 2 in today's words. Both may be replaced; an operation's class
   begins with "ops.". 0, or the status. */
int32_t nwti_past_layer(nwti_import *import, const nwti_value *object, const char **class_name,
                        const nwti_value **config);
/* The name that an argument of a function of TensorFlow has in the operation that stands for it;
   NULL: it has none. */
const char *nwti_foreign_argument_of(const nwti_kind *kind, const char *key);
/* The object of a node of TensorFlow's graph as one of the function that it is; NULL with the error
   set. */
const nwti_value *nwti_foreign_object(nwti_import *import, const nwti_value *object);
/* The slices of an index of TensorFlow, as Keras 3 writes them; NULL when out of memory. */
const nwti_value *nwti_foreign_slices(nwt_context *ctx, const nwti_value *value);

/* The same for constructor text: a CALL becomes one of today's class and keys, all by name. NULL
   with the error set. */
const nwti_value *nwti_past_call(nwti_import *import, const char *written, const nwti_value *call);

/* 1 if a layer is called so, or was. */
int32_t nwti_past_is_class(nwt_context *ctx, const char *name);

#endif
