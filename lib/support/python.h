/* Values as Python writes them: what the reader of literals reads again. */
#ifndef NWTI_SUPPORT_PYTHON_H
#define NWTI_SUPPORT_PYTHON_H

#include "support/text.h"

/* A number; None if it is `none`. */
void nwti_python_int(nwti_text *text, int64_t value, int64_t none);
/* (1, None, 3) */
void nwti_python_ints(nwti_text *text, const int64_t *items, int64_t count, int64_t none);
/* ((1, 2), (0, 1)), of `count` pairs; the pair alone where there is one. */
void nwti_python_pairs(nwti_text *text, const int64_t *items, int64_t count, int64_t none);
/* 'text', with what ends it escaped; None if it is NULL. */
void nwti_python_string(nwti_text *text, const char *string);
/* A number; None if it is no number. */
void nwti_python_float(nwti_text *text, double number);

#endif
