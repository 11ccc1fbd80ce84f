#include "support/cells.h"

enum {
    JOINER = 0x200D,            /* the next character is part of the cluster */
    EMOJI_PRESENTATION = 0xFE0F /* some characters before it become wide */
};

typedef struct range {
    uint32_t first;
    uint32_t last;
    int32_t columns;
} range;

static const range ranges[] = {
#define CELLS(first, last, columns) {first, last, columns},
#include "cells.def"
#undef CELLS
};

static const range widened[] = {
#define WIDENED(first, last) {first, last, 1},
#include "cells.def"
#undef WIDENED
};

static const range *find(const range *table, size_t count, uint32_t character)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (character > table[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && character >= table[low].first ? &table[low] : NULL;
}

static int32_t columns_of(uint32_t character)
{
    const range *found;

    if (character >= ' ' && character < 0x7F) {
        return 1;
    }
    found = find(ranges, sizeof ranges / sizeof *ranges, character);
    return found != NULL ? found->columns : 1;
}

static int32_t is_widened(uint32_t character)
{
    return find(widened, sizeof widened / sizeof *widened, character) != NULL;
}

size_t nwti_cells_decode(const char *text, size_t length, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t count = bytes[0] < 0xC2   ? 1
                   : bytes[0] < 0xE0 ? 2
                   : bytes[0] < 0xF0 ? 3
                   : bytes[0] < 0xF5 ? 4
                                     : 1;
    size_t i;

    *character = bytes[0];
    if (count == 1 || count > length) {
        return 1;
    }
    *character = bytes[0] & (0x7Fu >> count);
    for (i = 1; i < count; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            *character = bytes[0];
            return 1;
        }
        *character = *character << 6 | (bytes[i] & 0x3F);
    }
    return count;
}

int32_t nwti_cells_is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || (c >= 28 && c <= ' ') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

size_t nwti_cells_cluster(const char *text, size_t length, int64_t *columns)
{
    uint32_t first, character;
    size_t used = nwti_cells_decode(text, length, &first);

    *columns += columns_of(first);
    while (used < length) {
        size_t next = nwti_cells_decode(text + used, length - used, &character);

        if (character == JOINER && used + next < length) {
            next += nwti_cells_decode(text + used + next, length - used - next, &character);
        } else if (character == EMOJI_PRESENTATION) {
            *columns += is_widened(first);
            first = 0;
        } else if (columns_of(character) != 0) {
            break;
        }
        used += next;
    }
    return used;
}

int64_t nwti_cells_width(const char *text, size_t length)
{
    int64_t columns = 0;
    size_t i = 0;

    while (i < length) {
        i += nwti_cells_cluster(text + i, length - i, &columns);
    }
    return columns;
}

size_t nwti_cells_cut(const char *text, size_t length, int64_t limit, int64_t *columns)
{
    size_t i = 0;

    *columns = 0;
    while (i < length) {
        int64_t wider = *columns;
        size_t next = nwti_cells_cluster(text + i, length - i, &wider);

        if (wider > limit) {
            break;
        }
        *columns = wider;
        i += next;
    }
    return i;
}
