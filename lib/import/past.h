/*
 * What the files of past*.c share: a layer's class and options on their way into today's words, by
 * the rows of the past that its kind keeps.
 */
#ifndef NWTI_IMPORT_PAST_H
#define NWTI_IMPORT_PAST_H

#include "core/past.h"
#include "import/import.h"

enum { NWTI_MOST_TUPLES = 4 };

/* A tuple of which old keys give the items. */
typedef struct nwti_past_tuple {
    const char *now;
    const nwt_past *row; /* the last one that gave an item */
    nwti_value items[NWTI_MOST_ITEMS];
} nwti_past_tuple;

/* The options are pairs of key and value, as in a DICT or a CALL; keys of a CALL's positional
   arguments are given first. */
typedef struct nwti_translation {
    nwti_import *import;
    const nwti_kind *kind;
    const char *written;       /* the class as it was written */
    const char *class_name;    /* today's */
    const nwt_past *class_row; /* that says so; NULL: it is called so today */
    int32_t is_call;           /* constructor text, not a config */
    const nwti_value *given;
    uint32_t given_count;
    nwti_value *pairs;
    uint32_t count;
    uint32_t capacity;
    nwti_past_tuple tuples[NWTI_MOST_TUPLES];
    int32_t tuple_count;
} nwti_translation;

/* The value under a key, but NULL if it is None. */
const nwti_value *nwti_translation_get(const nwti_translation *t, const char *key);
/* Adds a key and its value; errors are the context's. */
void nwti_translation_add(nwti_translation *t, const nwti_value *key, const nwti_value *value);
/* Replaces the value of a key, or adds both. */
void nwti_translation_put(nwti_translation *t, const char *key, const nwti_value *value);
void nwti_translation_put_string(nwti_translation *t, const char *key, const char *text);
void nwti_translation_put_int(nwti_translation *t, const char *key, int32_t type, int64_t number);
void nwti_translation_put_tuple(nwti_translation *t, const char *key, uint32_t count,
                                const nwti_value *items);
void nwti_translation_drop(nwti_translation *t, const char *key);

/* Whether the kind itself has an option of this key. */
int32_t nwti_past_is_own(const nwti_translation *t, const char *key);
/* The row that says what a key is called today; NULL: it is today's. */
const nwt_past *nwti_past_key(const nwti_translation *t, const char *key);
/* Whether a version is within the time of a row. */
int32_t nwti_past_holds(const nwt_past *row, nwti_version version);
/* Whether a row is about the class as it was written. */
int32_t nwti_past_is_about(const nwt_past *row, const char *written);
/* Whether an option of the kind is what some version did; and whether the one that wrote a config
   did what a row says. Constructor text has none of it. */
int32_t nwti_past_is_quirk(const nwti_translation *t, const char *key);
int32_t nwti_past_did(const nwti_translation *t, const nwt_past *row);
/* Finds kind, class_name and class_row from what is written and given. */
void nwti_past_find(nwti_translation *t);

/* Takes a value under an old key, as its row turns it. */
void nwti_past_turn(nwti_translation *t, const nwt_past *row, const nwti_value *value);
/* What is left to do when all keys are taken: tuples, defaults, the shape of the input. */
void nwti_past_finish(nwti_translation *t);

/* Constructor text: gives the positional arguments among `pairs`, which are those given, their
   keys, as the import's version, or what the call itself shows, reads them. A note if another era
   reads them otherwise. 0, or the status. */
int32_t nwti_past_positions(nwti_translation *t, nwti_value *pairs);

/* Classes that stand for a function of TensorFlow (TFOpLambda ...): 1 if it was one. */
int32_t nwti_foreign_operation(nwti_translation *t, const nwti_value *object,
                               const nwti_value *config);

#endif
