/* The first error of a context. */
#ifndef NWTI_CORE_ERROR_H
#define NWTI_CORE_ERROR_H

#include "netweight.h"

/* Sets the first error; %s %d(int64_t) %z(size_t). Returns the context's status. */
int32_t nwti_error(nwt_context *ctx, int32_t status, const char *format, ...);
/* Puts a place before the message that was set. */
void nwti_error_in(nwt_context *ctx, const char *where);
int32_t nwti_out_of_memory(nwt_context *ctx);

#endif
