#include "core/sort.h"

int32_t nwti_compare_rows(const int32_t *a, const int32_t *b, int32_t width)
{
    int32_t i;

    for (i = 0; i < width; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

static void swap(int32_t *a, int32_t *b, int32_t width)
{
    int32_t i;

    for (i = 0; i < width; i++) {
        int32_t value = a[i];

        a[i] = b[i];
        b[i] = value;
    }
}

/* Lets row `top` of a heap of `count` sink to its place. */
static void sink(int32_t *rows, int64_t top, int64_t count, int32_t width)
{
    int64_t child;

    while ((child = 2 * top + 1) < count) {
        if (child + 1 < count &&
            nwti_compare_rows(rows + child * width, rows + (child + 1) * width, width) < 0) {
            child++;
        }
        if (nwti_compare_rows(rows + top * width, rows + child * width, width) >= 0) {
            return;
        }
        swap(rows + top * width, rows + child * width, width);
        top = child;
    }
}

void nwti_sort_rows(int32_t *rows, int64_t count, int32_t width)
{
    int64_t i = 1;

    while (i < count && nwti_compare_rows(rows + (i - 1) * width, rows + i * width, width) <= 0) {
        i++;
    }
    if (i >= count) {
        return;
    }
    for (i = count / 2; i-- > 0;) {
        sink(rows, i, count, width);
    }
    for (i = count - 1; i > 0; i--) {
        swap(rows, rows + i * width, width);
        sink(rows, 0, i, width);
    }
}
