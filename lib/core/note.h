/* Notes of a context. */
#ifndef NWTI_CORE_NOTE_H
#define NWTI_CORE_NOTE_H

#include "netweight.h"

void nwti_note_add(nwt_context *ctx, const char *format, ...);

#endif
