/* Text on a terminal: UTF-8, how many columns it takes, and what must not reach a terminal. */
#ifndef NWTI_SUPPORT_COLUMNS_H
#define NWTI_SUPPORT_COLUMNS_H

#include "support/text.h"

/* Reads the UTF-8 character at `text` (NUL-terminated) and returns its length; 0 if the bytes there
   are no UTF-8. */
size_t nwti_utf8_read(const char *text, uint32_t *code);
/* Columns that a character takes: 0 for combining ones, 2 for wide ones, else 1. */
int32_t nwti_columns_of(uint32_t code);
/* Columns of a text; a byte that is no UTF-8 counts as one. */
int64_t nwti_columns(const char *text);
/* Adds a text in one line that shows all that is in it: control characters, marks that turn the
   direction of writing and bytes that are no UTF-8 become \n, \x1b, \u202e. */
void nwti_text_visible(nwti_text *text, const char *string);

#endif
