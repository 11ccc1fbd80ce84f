/* What a plug-in may register. */
#ifndef NWTI_CORE_VET_H
#define NWTI_CORE_VET_H

#include "core/context.h"
#include "netweight/kind.h"

/* Looks a descriptor over whose rows have this version's stride. 0, or the status. */
int32_t nwti_vet(nwt_context *ctx, const nwt_kind *kind);

#endif
