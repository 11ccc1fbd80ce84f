/* Notes of a context. */
#ifndef NWTI_CORE_NOTE_H
#define NWTI_CORE_NOTE_H

#include "core/context.h"

void nwti_note_add(nwt_context *ctx, const char *format, ...);
/* Changes with each note and with each look of a callback at what is beside its struct: what leaves
   it as it was can be kept and given again. */
static inline int64_t nwti_findings(const nwt_context *ctx)
{
    return ctx->note_count + ctx->note_dropped + ctx->asides;
}

#endif
