/* A layer as an example for those after it: configs of one kind differ in few options. */
#ifndef NWTI_CORE_EXAMPLE_H
#define NWTI_CORE_EXAMPLE_H

#include "core/layer.h"
#include "core/option.h"

enum { NWTI_EXAMPLE_PAIRS = 63 };

typedef struct nwti_example {
    nwti_kind *kind;          /* NULL: there is no example */
    const nwti_value *values; /* a DICT whose keys are known and differ */
    void *self;               /* its struct before it was made */
    uint64_t given;
    uint8_t flags;
    uint16_t marks;
    uint8_t compute_dtype;
    uint8_t variable_dtype;
    uint8_t keeps_values;
    int8_t name;                     /* which pair it is; -1: none */
    int8_t rows[NWTI_EXAMPLE_PAIRS]; /* of each pair */
} nwti_example;

/* Makes it that of a layer whose options were assigned from `values`, all of whose keys were known,
   and that is not made yet; no example if it can be none. */
void nwti_example_take(nwti_example *example, const nwt_layer *layer, const nwti_value *values);
/* A layer like the example, not made yet, with the options that differ assigned. NULL if the keys
   differ, or options that every kind has but for its name; or with the error set. */
nwt_layer *nwti_example_follow(const nwti_example *example, const nwti_value *values);

#endif
