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

void nwti_note_add(nwt_context *ctx, const char *format, ...)
{
    char buffer[1024];
    va_list arguments;
    nwti_note *note;

    va_start(arguments, format);
    nwti_format_list(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    note = nwti_new(ctx, sizeof *note);
    if (note == NULL) {
        return;
    }
    note->next = NULL;
    note->text = nwti_copy_string(ctx, buffer, strlen(buffer));
    if (note->text != NULL) {
        *ctx->notes_end = note;
        ctx->notes_end = &note->next;
        ctx->note_count++;
    }
}
