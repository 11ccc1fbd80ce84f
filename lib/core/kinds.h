/* The built-in kinds, each with its index, from the two lists that name them. */
#ifndef NWTI_CORE_KINDS_H
#define NWTI_CORE_KINDS_H

#include "netweight/kind.h"

#define KIND(symbol) NWTI_KIND_##symbol,
enum {
#include "layers/kinds.def"
#include "ops/ops.def"
    NWTI_KIND_COUNT
};
#undef KIND

#define KIND(symbol) extern const nwt_kind nwti_kind_##symbol;
#include "layers/kinds.def"
#include "ops/ops.def"
#undef KIND

#endif
