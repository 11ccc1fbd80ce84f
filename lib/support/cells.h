/* Text in a terminal: characters take no column, one or two. */
#ifndef NWTI_SUPPORT_CELLS_H
#define NWTI_SUPPORT_CELLS_H

#include <stddef.h>
#include <stdint.h>

/* Reads one UTF-8 character of at least one byte; what is none counts as a character of one byte.
   Returns its length. */
size_t nwti_cells_decode(const char *text, size_t length, uint32_t *character);
/* White space as Python has it, no-break spaces included. */
int32_t nwti_cells_is_space(uint32_t character);
/* Reads what is shown as one: a character and what combines with it. Adds its columns to *columns;
   returns its length. */
size_t nwti_cells_cluster(const char *text, size_t length, int64_t *columns);
int64_t nwti_cells_width(const char *text, size_t length);
/* The length of the longest start within `limit` columns; *columns are those it takes. */
size_t nwti_cells_cut(const char *text, size_t length, int64_t limit, int64_t *columns);

#endif
