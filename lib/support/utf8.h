/* UTF-8, and text that is safe to be shown. */
#ifndef NWTI_SUPPORT_UTF8_H
#define NWTI_SUPPORT_UTF8_H

#include "support/text.h"

/* Reads the character at `text`, which a NUL ends, and returns its length; 0 if the bytes there are
   no UTF-8. */
size_t nwti_utf8_read(const char *text, uint32_t *code);
/* Adds a text in one line that shows all that is in it: control characters, marks that turn the
   direction of writing and bytes that are no UTF-8 become \n, \x1b, \u202e. */
void nwti_text_visible(nwti_text *text, const char *string);

#endif
