/* A weight as a callback declares it, before the layer is built with it. */
#ifndef NWTI_CORE_OP_H
#define NWTI_CORE_OP_H

#include "core/core.h"

struct nwti_declared {
    nwti_declared *next;
    const char *name;
    int64_t params;
    int32_t count;
    int32_t rank;
    int32_t flags;
    int32_t dtype;
    nwt_axis axes[];
};

#endif
