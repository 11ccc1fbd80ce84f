/* The seed of kinds that look at it only where they drop anything. */
#ifndef NWTI_LAYERS_SEED_H
#define NWTI_LAYERS_SEED_H

#include "netweight/kind.h"

/* In `make`: an integer, or None; not looked at where `rate` is 0. 0, or the status. */
int32_t nwti_seed_check(nwt_op *op, double rate);

#endif
