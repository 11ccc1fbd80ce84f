/* Models: graphs of calls with inputs and outputs. */
#ifndef NWTI_CORE_MODEL_H
#define NWTI_CORE_MODEL_H

#include "netweight/kind.h"
#include "core/call.h"
#include "core/shaped.h"
#include "support/value.h"

typedef struct nwti_costs nwti_costs;
typedef struct nwti_names nwti_names;
typedef struct nwti_places nwti_places;

/* A use of a tensor: the place of the call that makes it, which output of that, and the place of
   the call that uses it. */
typedef struct nwti_use {
    int32_t row[3];
} nwti_use;

/* The variables of a compiled model's optimizer. */
typedef struct nwti_optimizer {
    const char *class_name;
    int64_t params; /* -1: not known */
    int64_t bytes;
} nwti_optimizer;

/* What the bytes of a model's file are; the parts add up to all of them. */
typedef struct nwti_file_part {
    const char *name;
    int64_t bytes;
} nwti_file_part;

typedef struct nwti_file_account {
    const char *kind;          /* "keras", "h5", "weights.h5" */
    const char *keras_version; /* NULL: not stated */
    int64_t bytes;
    const nwti_file_part *parts;
    int32_t part_count;
} nwti_file_account;

struct nwt_model {
    nwt_layer *layer;
    nwt_model *(*copy)(nwt_model *model); /* what copies layers copies models among them by it */
    nwt_layer **layers;
    int64_t layer_count;
    int64_t layer_capacity;
    nwti_names *names; /* NULL: they are few, and all are automatic */
    nwti_call **calls; /* each after those that feed it; input calls too */
    int64_t call_count;
    int64_t call_capacity;
    int32_t *slots; /* flat: of each call, its first output slot and its inputs' slots
                                   */
    int64_t slots_count;
    int64_t slots_capacity;
    nwti_places *places; /* of calls that do not stand where they say; NULL: none */
    nwti_use *uses;      /* of what does not feed the next call alone; sorted */
    int64_t use_count;
    int64_t use_capacity;
    int32_t slot_count; /* tensors in all */
    int32_t input_count;
    int32_t output_count;
    int32_t output_capacity; /* of a Sequential */
    nwt_tensor **inputs;
    nwt_tensor **outputs;
    int32_t *input_slots;
    int32_t *output_slots;
    const char *const *input_keys; /* of dict inputs; NULL: none */
    const char *const *output_keys;
    const nwti_value *input_structure; /* lists and dicts of names, as written; NULL: none */
    const nwti_value *output_structure;
    const nwti_value *compile_config; /* as Keras 3 wrote it; NULL: none */
    nwti_shapings shapings;
    nwti_shapings costs; /* those of the work `costs_serial` */
    int64_t costs_serial;
    int32_t is_sequential;
    int32_t has_single_outputs; /* a Sequential of Keras 1 or 2: each layer gives one output */
    int32_t built;
    int32_t called;
    int32_t version;                 /* of the Keras that wrote it: 20204 is 2.2.4; 0: not known */
    const nwti_optimizer *optimizer; /* that Keras 3 builds on loading; NULL: none, not built */
    const nwti_value *compiled_with; /* the optimizer's object in its config; NULL: none */
    const nwti_optimizer *stored;    /* what its file holds of one; NULL: nothing */
    const nwti_file_account *file;   /* NULL: it comes from no container */
    int32_t is_lone;                 /* made around one layer, which is all that a config is of */
    int32_t is_listing; /* of what a file of weights holds: classes and calls are not known
                                   */
};

/* The options struct of the kinds of models. */
typedef struct nwti_model_self {
    nwt_layers layers; /* those that it holds */
    nwt_layers given;  /* Sequential([...]): to be added */
} nwti_model_self;

/* nwt_model_new() of layers that no output depends on too: those that make the tensors `apart`. */
nwt_model *nwti_model_new_with(nwt_context *ctx, int32_t input_count, nwt_tensor *const *inputs,
                               int32_t output_count, nwt_tensor *const *outputs,
                               const char *options, int32_t apart_count, nwt_tensor *const *apart);
/* The model struct of a model kind's layer, made empty. */
nwt_model *nwti_model_begin(nwt_layer *layer, int32_t is_sequential);
int32_t nwti_model_shape(nwt_op *op, const void *self);
/* Gives a Sequential without layers its inputs; the first layer is called on all of them. */
int32_t nwti_sequential_begin(nwt_model *model, int32_t count, nwt_tensor *const *inputs);
/* Whether a layer that stands first tells what its input is: then that input. */
int32_t nwti_sequential_brings_input(const nwt_layer *layer);
nwt_tensor *nwti_sequential_input(const nwt_layer *layer, const char *name);
/* Gives a Sequential its input; its waiting layers are called. */
int32_t nwti_sequential_build(nwt_model *model, int32_t rank, const int64_t *dims, int32_t dtype);
/* The same network once more, its layers made anew. */
nwt_model *nwti_model_copy(nwt_model *model);
/* Appends a call to the model's list, with the slots of its inputs. */
int32_t nwti_model_add_call(nwt_model *model, nwti_call *call, const int32_t *input_slots);
/* An InputLayer's tensor. */
nwt_tensor *nwti_input_make(nwt_context *ctx, const char *name, int32_t rank, const int64_t *dims,
                            int32_t dtype);

#endif
