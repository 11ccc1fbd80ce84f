/* A growing text with a sticky failure, and number formatting that no locale changes. */
#ifndef NWTI_SUPPORT_TEXT_H
#define NWTI_SUPPORT_TEXT_H

#include <stdarg.h>

#include "support/memory.h"

typedef struct nwti_text {
    nwti_heap *heap; /* NULL: fixed */
    char *data;      /* NUL-terminated once anything was added; NULL before */
    size_t length;
    size_t capacity;
    int32_t
        failed; /* out of memory: what was added since is lost; it stays until the text is freed */
} nwti_text;

void nwti_text_init(nwti_text *text, nwti_heap *heap);
void nwti_text_add(nwti_text *text, const char *bytes, size_t length);
void nwti_text_string(nwti_text *text, const char *string);
void nwti_text_repeat(nwti_text *text, char c, int64_t count);
void nwti_text_int(nwti_text *text, int64_t number);
/* With a comma between thousands: 138,357,544. */
void nwti_text_grouped(nwti_text *text, int64_t number);
/* Keeps what is allocated, and the failure if there was one. */
void nwti_text_clear(nwti_text *text);
void nwti_text_free(nwti_text *text);

/* A text in a caller's buffer, which never grows: what does not fit is only counted. The end puts
   the NUL, cutting between UTF-8 characters, and returns the length that was needed. */
void nwti_text_begin_fixed(nwti_text *text, char *buffer, size_t size);
size_t nwti_text_end_fixed(nwti_text *text);

/* Writes the decimal digits, returns their number (at most 20); no NUL. */
size_t nwti_format_int(char *buffer, int64_t number);

/*
 * Formats into a fixed buffer; cuts at its end between UTF-8 characters; always NUL-terminated.
 * Returns the length that was needed. %s string, %d int64_t, %z size_t, %% a percent sign.
 */
size_t nwti_format(char *buffer, size_t size, const char *format, ...);
size_t nwti_format_list(char *buffer, size_t size, const char *format, va_list arguments);

/* Edit distance of two keys, case ignored for ASCII, at most `limit` + 1: for "did you mean". */
int32_t nwti_distance(const char *a, const char *b, int32_t limit);

#endif
