/* Notes: findings that stop nothing. */
#include "core/context.h"
#include "core/error.h"
#include "core/note.h"
#include "support/text.h"

#include <stdarg.h>
#include <string.h>

/* Keeps a note that is not there yet: a model that is shaped again finds the same once more. */
static void keep(nwt_context *ctx, const char *buffer, size_t length)
{
    const char *text, **notes;
    void **place;

    if (nwti_map_get(&ctx->noted, buffer, length) != NULL) {
        ctx->asides++;
        return;
    }
    notes = nwti_grow(ctx, ctx->notes, ctx->note_count, &ctx->note_capacity, sizeof *notes);
    text = nwti_copy_string(ctx, buffer, length);
    place = notes != NULL && text != NULL ? nwti_map_at(&ctx->noted, text, length) : NULL;
    if (place != NULL) {
        *place = ctx;
        notes[ctx->note_count++] = text;
        ctx->notes = notes;
    } else {
        nwti_out_of_memory(ctx);
    }
}

void nwti_note_add(nwt_context *ctx, const char *format, ...)
{
    char buffer[1024];
    va_list arguments;

    if (ctx->note_count >= ctx->max_notes) {
        ctx->note_dropped++;
        nwti_format(ctx->more_notes, sizeof ctx->more_notes, "and %d more notes",
                    ctx->note_dropped);
        return;
    }
    va_start(arguments, format);
    nwti_format_list(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    keep(ctx, buffer, strlen(buffer));
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
