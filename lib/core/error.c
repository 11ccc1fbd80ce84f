#include "core/context.h"
#include "core/error.h"
#include "support/text.h"

#include <stdarg.h>
#include <string.h>

static int32_t set(nwt_context *ctx, int32_t status, const char *format, va_list arguments)
{
    if (ctx->status == NWT_STATUS_OK) {
        ctx->status = status;
        nwti_format_list(ctx->message, sizeof ctx->message, format, arguments);
    }
    return ctx->status;
}

int32_t nwti_error(nwt_context *ctx, int32_t status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(ctx, status, format, arguments);
    va_end(arguments);
    return ctx->status;
}

void nwti_error_in(nwt_context *ctx, const char *where)
{
    char what[sizeof ctx->message];

    memcpy(what, ctx->message, sizeof what);
    nwti_format(ctx->message, sizeof ctx->message, "%s: %s", where, what);
}

int32_t nwti_out_of_memory(nwt_context *ctx)
{
    if (ctx->heap.limit != SIZE_MAX) {
        return nwti_error(ctx, NWT_STATUS_OUT_OF_MEMORY,
                          "out of memory: the context holds %z bytes, its limit is %z",
                          ctx->heap.used, ctx->heap.limit);
    }
    return nwti_error(ctx, NWT_STATUS_OUT_OF_MEMORY, "out of memory: the context holds %z bytes",
                      ctx->heap.used);
}

int32_t nwt_status(const nwt_context *ctx)
{
    return ctx != NULL ? ctx->status : NWT_STATUS_OUT_OF_MEMORY;
}

const char *nwt_message(const nwt_context *ctx)
{
    return ctx != NULL ? ctx->message : "out of memory: there is no context";
}

void nwt_context_clear_error(nwt_context *ctx)
{
    if (ctx != NULL) {
        ctx->status = NWT_STATUS_OK;
        ctx->message[0] = '\0';
    }
}
