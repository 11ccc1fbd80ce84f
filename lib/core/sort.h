/* Sorting rows of integers. */
#ifndef NWTI_CORE_SORT_H
#define NWTI_CORE_SORT_H

#include <stdint.h>

/* < 0, 0 or > 0: by the first number that differs. */
int32_t nwti_compare_rows(const int32_t *a, const int32_t *b, int32_t width);
/* Sorts `count` rows of up to 4 numbers; at no cost where they are sorted. */
void nwti_sort_rows(int32_t *rows, int64_t count, int32_t width);

#endif
