/* Model files: what kind they are of, the variables that they hold, and whose these are. */
#ifndef NWTI_IMPORT_FILE_H
#define NWTI_IMPORT_FILE_H

#include "import/import.h"
#include "support/hdf5/hdf5.h"
#include "support/source.h"
#include "support/zip.h"

/* ------------------------------------------------------------------- reading */

/* Refuses formats that are no model of Keras's, by name. 0, or the status. */
int32_t nwti_file_refuse(nwt_context *ctx, const nwti_source *source);
nwt_model *nwti_keras_file_read(nwt_context *ctx, const nwti_source *source);
nwt_model *nwti_h5_file_read(nwt_context *ctx, const nwti_source *source);
/* The tree of a JSON text in the context's arena, or NULL with the error set; `what` names it in
   messages ("config.json: "). */
const nwti_value *nwti_file_json(nwt_context *ctx, const char *what, const char *text,
                                 size_t length);
/* {"model_config": config, "keras_version": version}, as nwti_import_root takes it. */
const nwti_value *nwti_file_root(nwt_context *ctx, const nwti_value *config, const char *version);
/* What a reader found wrong, as the context's error. Returns the status. */
int32_t nwti_file_failed(nwt_context *ctx, const char *what, const nwti_read_error *error);
/* The same as a text for a note; NULL if memory is short, with the context's error set. */
const char *nwti_file_fault(nwt_context *ctx, const nwti_read_error *error);

/* ----------------------------------------------------------------- variables */

typedef struct nwti_node nwti_node;

/* A group, of a layer, a list of layers or part of a name; or a dataset, which is a variable. */
struct nwti_node {
    nwti_node *next;   /* in its list of groups, or of variables */
    nwti_node *parent; /* the group around it */
    const char *path;  /* "layers/dense_1"; of a variable "layers/dense_1/vars/0" */
    const char *key;   /* "dense_1", "0" */
    int64_t object;
    /* of a group */
    nwti_node *first;     /* groups within, in the order in which they were made */
    nwti_node *variables; /* by number; of Keras 3's layout: those of its "vars" */
    const char *name;     /* that of the layer, if the file tells it; else NULL */
    int32_t variable_count;
    int64_t within;     /* variables at all depths */
    int32_t is_object;  /* of Keras 3's layout: it has "vars" */
    int32_t is_matched; /* whose it is, was found */
    /* of a variable */
    int32_t rank;
    int32_t dtype;
    const int64_t *dims;
    int64_t count; /* of elements */
};

enum {
    NWTI_STORE_KERAS_3, /* groups of attributes, each with its variables in "vars" */
    NWTI_STORE_LEGACY   /* a group for each layer, that names its variables */
};

/* All variables of a file. */
typedef struct nwti_store {
    nwt_context *ctx;
    nwti_hdf5 *file;
    nwti_read_error error; /* of the reader */
    nwti_source source;
    nwti_mark mark;  /* of the scratch arena, where all of this lives */
    nwti_map groups; /* by path */
    nwti_map variables;
    nwti_node *root;
    int32_t layout;
    int64_t weights; /* bytes that the values take in the file */
    int64_t optimizer;
    int64_t other;
    nwti_optimizer held; /* what there is of the optimizer */
} nwti_store;

/* Opens an HDF5 file. 0 after a fault, which store->error tells; in any case it is to be closed. */
int32_t nwti_store_open(nwti_store *store, nwt_context *ctx, const nwti_source *source);
/* Reads all groups and what is to be known of the variables, in store->layout. 0 after a fault. */
int32_t nwti_store_read(nwti_store *store);
void nwti_store_close(nwti_store *store);
nwti_node *nwti_store_group(const nwti_store *store, const char *path);
/* An attribute that is a string, in the scratch arena; NULL if there is none, or after a fault. */
const char *nwti_store_string(nwti_store *store, int64_t object, const char *name, size_t *length);
/* Strings of an attribute, which Keras splits into name0, name1 ... where it is large; in order.
   *count is -1 if there is no such attribute. 0 after a fault. */
int32_t nwti_store_strings(nwti_store *store, int64_t object, const char *name,
                           const char *const **strings, int64_t *count);
/* The next group in a walk over all under `top`, each before those within it; NULL at the end. */
nwti_node *nwti_node_next(const nwti_node *group, const nwti_node *top);

/* The variables of a layer that the weight_names of its group name, in their order. */
typedef struct nwti_named {
    const char *const *names; /* "dense/kernel:0" */
    nwti_node **variables;
    int64_t count;
} nwti_named;

/* The group of a layer by its name, in that of all; NULL with an error if it is not there. */
nwti_node *nwti_store_layer(nwti_store *store, const nwti_node *top, const char *name);
/* 0 after a fault. */
int32_t nwti_store_named(nwti_store *store, const nwti_node *group, nwti_named *named);

/* ------------------------------------------------------------------- matching */

enum {
    NWTI_MOST_DIFFERENCES = 20, /* that are noted one by one */
    NWTI_LONGEST_CLASS = 200    /* name of a class that is written in snake case */
};

/* One comparison of a model with a file. */
typedef struct nwti_matching {
    nwti_store *store;
    nwt_context *ctx;
    int64_t serial; /* marks the layers that were met */
    int64_t differences;
    int64_t without_shape; /* layers of known kinds that took weights */
    nwti_version version;  /* of the Keras that wrote the model */
    int32_t is_changed;    /* some layer took weights */
} nwti_matching;

/* A difference, as a note, if there are not too many. */
void nwti_match_differs(nwti_matching *m, const char *layer, const char *what);
/* Compares variables with the weights of a layer that are known, by their shapes. */
int32_t nwti_match_compare(nwti_matching *m, const nwt_layer *layer, nwti_node *const *variables,
                           int64_t count);
/* Its weights are quantised: the file tells how they are packed. */
int32_t nwti_match_is_quantised(const nwt_layer *layer);
/* Gives a layer variables under these names. */
int32_t nwti_match_take(nwti_matching *m, nwt_layer *layer, nwti_node *const *variables,
                        const char *const *names, int64_t count);
/* All variables of a group and of those within it, its own first, by their paths in it:
   "query_dense/0". */
int32_t nwti_keras3_variables(nwti_matching *m, nwti_node *group, nwti_named *all);
/* What a path is called in a layer: "kernel" for "dense/kernel:0" in dense. NULL: out of memory. */
const char *nwti_legacy_name(nwti_matching *m, const char *path, const char *layer);
/* The two layouts. */
int32_t nwti_match_keras3(nwti_matching *m, nwt_model *model);
int32_t nwti_match_legacy(nwti_matching *m, nwt_model *model);

/*
 * Compares what a model's layers hold with what the file holds for them, with a
 * note for each layer that differs; layers whose weights are not known take
 * those of the file. 0, or the status; after a fault, store->error.
 */
int32_t nwti_match(nwti_store *store, nwt_model *model);
/* Counts the models and wrappers anew, and notes the unknown classes whose weights stay unknown. */
int32_t nwti_match_end(nwt_context *ctx, nwt_model *model, int32_t is_changed);
/* Gives the model what the file holds of its optimizer. `object`: the config of it, or its name. */
int32_t nwti_file_optimizer(const nwti_store *store, nwt_model *model, const nwti_value *object);
/* A model that lists the layers of a file without a config. */
nwt_model *nwti_list_weights(nwti_store *store);

/* -------------------------------------------------------------------- account */

/* Parts are added where they have bytes; what is left of the file is the last one's. */
typedef struct nwti_accounting {
    nwti_file_part parts[12];
    int32_t count;
    int64_t left;
} nwti_accounting;

void nwti_account_add(nwti_accounting *accounting, const char *name, int64_t bytes);
/* Gives the model its account. 0, or the status. */
int32_t nwti_account_end(nwti_accounting *accounting, nwt_model *model, const char *kind,
                         const char *version, int64_t bytes, const char *rest);

#endif
