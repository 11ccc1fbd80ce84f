/* Tables of options: laid out once, found by key, written into structs, read out as text. */
#ifndef NWTI_CORE_OPTION_H
#define NWTI_CORE_OPTION_H

#include "netweight/kind.h"
#include "core/nearest.h"
#include "support/memory.h"
#include "support/text.h"
#include "support/value.h"

enum { NWTI_LARGEST_TABLE = 64 };

/* Flags of hidden rows of built-in kinds, beside those of nwt_flag. Layers of Kerases before 3 have
   such a row. */
enum {
    NWTI_FLAG_PAST = 0x20000, /* an argument that only those Kerases had */
    NWTI_FLAG_QUIRK = 0x40000 /* what some version did: rows of the kind's past say it */
};

/* A table of options, laid out. */
typedef struct nwti_layout {
    struct nwti_layout *next; /* of the tables that belong to no kind */
    const nwt_option *rows;
    size_t row_size; /* stride */
    int32_t count;
    size_t size;        /* of the struct */
    void *defaults;     /* an image of the struct; required options are zero */
    uint64_t required;  /* a bit per row */
    uint64_t made;      /* rows whose default is layers, made anew for each layer */
    uint8_t slots[128]; /* hash of the key -> row + 1 */
} nwti_layout;

static inline const nwt_option *nwti_row(const nwti_layout *layout, int32_t index)
{
    return (const nwt_option *)(const void *)((const unsigned char *)layout->rows +
                                              (size_t)index * layout->row_size);
}
/* The row's index, or -1. */
int32_t nwti_row_find(const nwti_layout *layout, const char *key, size_t length);
int32_t nwti_layout_make(nwt_context *ctx, nwti_layout *layout, const nwt_option *rows,
                         size_t row_size, size_t size, const char *owner);

/* -------------------------------------------------------------------- types */

/* What the type of a row says of its place: sizes, copies, None. */

/* Bytes of the row's place in the struct; SIZE_MAX: no such type. */
size_t nwti_option_size(const nwt_option *row);
/* Of the row's place, whose type must be one that there is. */
size_t nwti_option_alignment(const nwt_option *row);
/* What a reader calls the type: "int or tuple of ints". */
const char *nwti_option_type(const nwt_option *row);
int32_t nwti_option_holds_layers(const nwt_option *row);
int32_t nwti_option_may_be_none(const nwt_option *row);
/* The layers that a row holds in a struct: how many, and where they stand; 0: it holds none. */
int64_t nwti_option_layers(const nwt_option *row, const void *self, nwt_layer *const **items);
/* Puts layers where those stand; `items` of one layer, of a list, or NULL. Of a row that holds none
   nothing is done. */
void nwti_option_put_layers(const nwt_option *row, void *self, int64_t count,
                            nwt_layer *const *items);
/* An option's value as text in Keras's syntax; of a layer, what `class_of` says. */
void nwti_option_text(nwti_text *text, const nwt_option *row, const void *self,
                      const char *(*class_of)(const nwt_layer *layer));

/* ---------------------------------------------------------------- assignment */

/* Values being written into a struct of options or call arguments. What is unset is not needed. */
typedef struct nwti_assignment nwti_assignment;

struct nwti_assignment {
    nwt_context *ctx;
    const nwti_layout *layout;
    const char *owner; /* whom messages name */
    const char *what;  /* and what they call a row: "option" */
    void *self;
    nwti_arena *arena; /* of what the struct points to */
    uint64_t given;    /* a bit per row */
    uint64_t kept;     /* rows that values do not change */
    /* The layer that a DICT or a CALL stands for; NULL with an error set. */
    nwt_layer *(*read_layer)(void *user, const nwti_value *value);
    void *user;
    /* That which is made of a list where one layer stands: RNN's cells. */
    nwt_layer *(*read_list)(nwti_assignment *to, const char *kind, const nwti_value *list);
    /* Takes a key that is none of the rows: 1; 0: it is not known. */
    int32_t (*take_other)(nwti_assignment *to, const nwti_value *key, const nwti_value *value);
    void (*offer_others)(nwti_nearest *nearest); /* their names */
    nwt_layer *layer;                            /* whose options they are */
    int32_t by_position;                         /* values may stand without a key */
    int32_t pointers; /* bits. 1: the struct points to memory of this model; 2: an option of
                         every kind was given; 4: one that is kept aside */
    int32_t lenient;  /* from a config: functions of any name pass, a later value wins, unknown keys
                        are noted */
};

int32_t nwti_assign(nwti_assignment *to, int32_t row, const nwti_value *value);
/* All pairs of a DICT or CALL. */
int32_t nwti_assign_all(nwti_assignment *to, const nwti_value *values);
/* The error of a key that nobody knows. */
int32_t nwti_unknown_option(const nwti_assignment *to, const char *key);
/* The value of text, or the CALL of what stands between its parentheses; NULL with the error set.
   `owner` and `what` say in messages where it stands. */
const nwti_value *nwti_read_value(nwt_context *ctx, const char *text, const char *owner,
                                  const char *what);
const nwti_value *nwti_read_arguments(nwt_context *ctx, const char *text, size_t length,
                                      const char *owner, const char *what);
/* The value under a key of a DICT, or of a CALL whose positional arguments follow the rows, as it
   was given; NULL: it was not, or is None. */
const nwti_value *nwti_value_given(const nwti_value *values, const nwti_layout *layout,
                                   const char *key);

/* ------------------------------------------------------------------ settings */

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
