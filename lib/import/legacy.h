/* What the files of legacy*.c share: a layer's class and options on their way into today's words.
   */
#ifndef NWTI_IMPORT_LEGACY_H
#define NWTI_IMPORT_LEGACY_H

#include "import/import.h"

/* The options are pairs of key and value, as in a DICT or a CALL; keys of a CALL's positional
   arguments are given first. */
typedef struct nwti_translation {
    nwti_import *import;
    const char *written;    /* the class as it was written */
    const char *class_name; /* today's */
    int32_t is_call;        /* constructor text, not a config */
    nwti_value *pairs;
    uint32_t count;
    uint32_t capacity;
    nwti_value parts[3]; /* kernel_size as nb_row and nb_col, or kernel_dim1 to 3 */
    uint32_t part_count;
} nwti_translation;

/* One key of Keras 1 or 2. */
typedef struct nwti_rename {
    const char *key;
    const char *classes; /* today's names of those that it is limited to; NULL: all */
    const char *to;      /* today's key; NULL: it means nothing any more, or `take` acts */
    void (*take)(nwti_translation *t, const struct nwti_rename *row, const nwti_value *value);
    uint32_t part;
} nwti_rename;

/* The row of a key, or NULL: it is today's. */
const nwti_rename *nwti_legacy_rename(const char *key, const char *class_name);
/* Today's name of a class, or itself. */
const char *nwti_legacy_class(const char *class_name);
/* What is left to do when the keys are today's, for each class. */
void nwti_legacy_finish(nwti_translation *t);

/* The value under a key, but NULL if it is None. */
const nwti_value *nwti_translation_get(const nwti_translation *t, const char *key);
/* Replaces the value of a key, or adds both. */
void nwti_translation_put(nwti_translation *t, const char *key, const nwti_value *value);
void nwti_translation_put_string(nwti_translation *t, const char *key, const char *text);
void nwti_translation_put_int(nwti_translation *t, const char *key, int32_t type, int64_t number);
void nwti_translation_drop(nwti_translation *t, const char *key);
/* 1 if `words`, separated by spaces, has the word. NULL has all. */
int32_t nwti_has_word(const char *words, const char *word);

/* Constructor text: gives the positional arguments among pairs their keys, as the import's era, or
   what the call itself shows, reads them. A note if another era reads them otherwise. 0, or the
   status. */
int32_t nwti_legacy_positions(nwti_import *import, const char *written, nwti_value *pairs,
                              uint32_t count);

/* Classes that stand for a function of TensorFlow (TFOpLambda ...): 1 if it was one. */
int32_t nwti_legacy_operation(nwti_translation *t, const nwti_value *object,
                              const nwti_value *config);

#endif
