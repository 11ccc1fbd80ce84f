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

int64_t nwt_note_count(const nwt_context *ctx)
{
    return ctx != NULL ? ctx->note_count : 0;
}

const char *nwt_note(const nwt_context *ctx, int64_t index)
{
    const nwti_note *note = ctx != NULL && index >= 0 ? ctx->notes : NULL;

    while (note != NULL && index > 0) {
        note = note->next;
        index--;
    }
    return note != NULL ? note->text : NULL;
}
