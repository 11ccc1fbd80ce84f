/* Options of which nothing is kept, and what their values must be all the same. */
#ifndef NWTI_CORE_OPAQUE_H
#define NWTI_CORE_OPAQUE_H

#include "core/option.h"

/* Flags of rows of built-in kinds, beside those of nwt_flag: all but the last of opaque ones. A row
   that has one and no fallback "None" refuses None. */
enum {
    NWTI_FLAG_FACTOR = 0x100,    /* a number from `least` to `most`; or two, between which some of
                                   that range lies */
    NWTI_FLAG_FACTORS = 0x200,   /* a number from `least` to `most`, or two of them */
    NWTI_FLAG_PAIR = 0x400,      /* a list of two */
    NWTI_FLAG_SEED = 0x800,      /* an integer */
    NWTI_FLAG_CHOICE = 0x1000,   /* one of `choices`, as it stands there */
    NWTI_FLAG_ODD = 0x2000,      /* an odd number, or two of them */
    NWTI_FLAG_CHECKED = 0x13f00, /* any of these */
    NWTI_FLAG_ABOVE = 0x4000,    /* `least` itself is no factor */
    NWTI_FLAG_FALSY = 0x8000,    /* what is false to Python is 0 */
    NWTI_FLAG_AUTO = 0x10000,    /* 'auto', True or False */
    NWTI_FLAG_LIST = 0x20000     /* of ints: a list, even of one */
};

#define NWTI_OPTION_LIST(t, f, d, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_INTS, NWTI_FLAG_LIST, 1)

#define NWTI_OPTION_SEED(help)                                                        \
    {                                                                                 \
        "seed", "None", help, NULL, 0, 0, NWT_TYPE_OPAQUE, NWTI_FLAG_SEED, 0, 0, 0, 0 \
    }

/* A list as Keras writes them: [1, 2], (1, 2) and {"class_name": "__tuple__", "items": [1, 2]};
   NULL: it is none. */
const nwti_value *nwti_option_list(const nwti_value *value);
/* Whether Python takes a value for false. */
int32_t nwti_option_is_false(const nwti_value *value);
/* 0, or the status. */
int32_t nwti_check_opaque(nwti_assignment *to, const nwt_option *row, const nwti_value *value);

#endif
