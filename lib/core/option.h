/* Tables of options: laid out once, found by key, written into structs, read out as text. */
#ifndef NWTI_CORE_OPTION_H
#define NWTI_CORE_OPTION_H

#include "netweight/kind.h"
#include "core/nearest.h"
#include "support/text.h"
#include "support/value.h"

enum { NWTI_LARGEST_TABLE = 64 };

/* A table of options, laid out. */
typedef struct nwti_layout {
    struct nwti_layout *next; /* of the tables that belong to no kind */
    const nwt_option *rows;
    size_t row_size; /* stride */
    int32_t count;
    size_t size;        /* of the struct */
    void *defaults;     /* an image of the struct; required options are zero */
    uint64_t required;  /* a bit per row */
    uint8_t slots[128]; /* hash of the key -> row + 1 */
} nwti_layout;

const nwt_option *nwti_row(const nwti_layout *layout, int32_t index);
/* The row's index, or -1. */
int32_t nwti_row_find(const nwti_layout *layout, const char *key, size_t length);
/* Bytes of the row's place in the struct; SIZE_MAX: no such type. */
size_t nwti_option_size(const nwt_option *row);
/* The default is a layer, or several: each layer of the kind makes them for itself. */
int32_t nwti_option_is_made(const nwt_option *row);
int32_t nwti_layout_make(nwt_context *ctx, nwti_layout *layout, const nwt_option *rows,
                         size_t row_size, size_t size, const char *owner);

/* A value being written into a struct of options or call arguments. */
typedef struct nwti_assignment {
    nwt_context *ctx;
    const nwti_layout *layout;
    const char *owner; /* whom messages name */
    void *self;
    uint64_t given; /* a bit per row */
    /* Makes the layer that a value stands for; NULL with an error set. */
    nwt_layer *(*layer_of)(void *user, const nwti_value *value);
    void *user;
    int32_t pointers; /* the struct points to memory of this model */
    int32_t lenient;  /* from a config: functions of any name pass */
} nwti_assignment;

int32_t nwti_assign(nwti_assignment *to, int32_t row, const nwti_value *value);
int32_t nwti_unknown_option(nwt_context *ctx, const char *owner, const nwti_layout *layout,
                            const char *key, int32_t with_common);
/* An option's value as text in Keras's syntax. */
void nwti_option_text(nwti_text *text, const nwt_option *row, const void *self);

/* Options that belong to no kind. */
typedef struct nwti_settings {
    const char *owner; /* whom messages name */
    const nwt_option *rows;
    size_t size; /* of the struct */
} nwti_settings;

/* Reads option text (NULL: none) into the struct, its defaults first. *values becomes the DICT of
   what was given, for rows that are opaque; NULL: not asked for. 0, or the status. */
int32_t nwti_settings_read(nwt_context *ctx, const nwti_settings *settings, const char *text,
                           void *into, nwti_value *values);

#endif
