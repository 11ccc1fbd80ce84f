/* Notes: findings that stop nothing. */
#include "core/context.h"
#include "core/note.h"
#include "support/text.h"

#include <stdarg.h>
#include <string.h>

void nwti_note_add(nwt_context *ctx, const char *format, ...)
{
    char buffer[1024];
    va_list arguments;
    const char *text, **notes;

    if (ctx->note_count >= ctx->max_notes) {
        ctx->note_dropped++;
        nwti_format(ctx->more_notes, sizeof ctx->more_notes, "and %d more notes",
                    ctx->note_dropped);
        return;
    }
    va_start(arguments, format);
    nwti_format_list(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    notes = nwti_grow(ctx, ctx->notes, ctx->note_count, &ctx->note_capacity, sizeof *notes);
    text = nwti_copy_string(ctx, buffer, strlen(buffer));
    if (notes != NULL && text != NULL) {
        notes[ctx->note_count++] = text;
        ctx->notes = notes;
    }
}

int64_t nwt_note_count(const nwt_context *ctx)
{
    return ctx != NULL ? ctx->note_count + (ctx->note_dropped > 0) : 0;
}

const char *nwt_note(const nwt_context *ctx, int64_t index)
{
    if (index < 0 || index >= nwt_note_count(ctx)) {
        return NULL;
    }
    return index < ctx->note_count ? ctx->notes[index] : ctx->more_notes;
}
