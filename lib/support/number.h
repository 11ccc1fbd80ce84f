/* Numbers as text: exact both ways, whatever the locale. */
#ifndef NWTI_SUPPORT_NUMBER_H
#define NWTI_SUPPORT_NUMBER_H

#include "support/value.h"

enum {
    NWTI_NUMBER_NEGATIVE = 1, /* a minus sign stood before */
    NWTI_NUMBER_PYTHON = 2    /* also 1_000, .5, 1., 0x1F, 0o17, 0b11 */
};

/*
 * Reads the number at *text, which has no sign, into an INT, or a FLOAT if it has a fraction or an
 * exponent or does not fit. Returns NULL with *text after it, or what is wrong with *text there.
 */
const char *nwti_number_read(const char **text, const char *end, int32_t flags, nwti_value *number);

/* The shortest text that reads back as `number`, as Python prints it (0.5, 1e-06, 1.0, inf, nan).
   Returns its length; no NUL. */
size_t nwti_format_double(char *buffer /* of 32 */, double number);

#endif
