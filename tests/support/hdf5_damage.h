/* HDF5 files with changed bytes, under checksums that fit again. */
#ifndef NETWEIGHT_TESTS_SUPPORT_HDF5_DAMAGE_H
#define NETWEIGHT_TESTS_SUPPORT_HDF5_DAMAGE_H

#include "support/golden_file.h"
#include "support/hdf5/internal.h"
#include "support/hdf5_listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FOLDER GOLDEN "/"

static inline unsigned char *read_file(const char *name, size_t *size)
{
    char path[sizeof GOLDEN + 120];

    snprintf(path, sizeof path, FOLDER "%s.h5", name);
    return read_golden(path, size);
}

/* Opens and lists; the kind of the error. */
static inline int32_t list_bytes_of(nwti_source source, nwti_heap *heap, nwti_read_error *error)
{
    nwti_arena arena;
    nwti_text out;
    nwti_hdf5 *file;
    int64_t stored;
    int32_t listed;

    memset(error, 0, sizeof *error);
    nwti_arena_init(&arena, heap);
    nwti_text_init(&out, heap);
    file = nwti_hdf5_open(&arena, &source, error);
    if (file != NULL) {
        listed = list_file(file, &arena, &out, &stored);
        assert_int_equal(listed, error->kind == NWTI_READ_OK);
        if (out.failed && error->kind == NWTI_READ_OK) {
            nwti_read_out_of_memory(error);
        }
    }
    nwti_text_free(&out);
    nwti_arena_free(&arena);
    assert_int_equal(heap->used, 0);
    return error->kind;
}

/* Whatever the bytes are: no crash, no endless loop, and no more memory than this. */
static inline int32_t survives(const unsigned char *bytes, size_t size, nwti_read_error *error)
{
    nwti_heap heap;

    nwti_heap_init(&heap, NULL, NULL, 2000000);
    list_bytes_of(nwti_source_memory(bytes, size), &heap, error);
    if (error->kind != NWTI_READ_OK) {
        assert_true(error->what[0] != '\0' && error->kind != NWTI_READ_FAILED);
    }
    return error->kind;
}

/* --- Checksums that fit again after a change --- */

typedef struct checked_range {
    size_t start;
    size_t size;
    size_t stored_at;
} checked_range;

typedef struct checked_ranges {
    checked_range items[200];
    size_t count;
} checked_ranges;

static inline uint32_t checksum_of(const unsigned char *bytes, const checked_range *range)
{
    unsigned char copy[66000];

    memcpy(copy, bytes + range->start, range->size);
    if (range->stored_at < range->start + range->size) {
        memset(copy + (range->stored_at - range->start), 0, 4);
    }
    return nwti_hdf5_hash((const char *)copy, range->size);
}

static inline int32_t add_if_checked(checked_ranges *ranges, const unsigned char *bytes,
                                     size_t start, size_t size, size_t stored_at)
{
    checked_range range = {start, size, stored_at};

    if (checksum_of(bytes, &range) != nwti_le32(bytes + stored_at)) {
        return 0;
    }
    assert_true(ranges->count < 200);
    ranges->items[ranges->count++] = range;
    return 1;
}

/* Finds the structures with a checksum by their signatures, and where it stands by trying. */
static inline void find_checked(checked_ranges *ranges, const unsigned char *bytes, size_t size)
{
    static const char signatures[][5] = {"\211HDF", "OHDR", "OCHK", "BTHD", "BTIN",
                                         "BTLF",    "FRHP", "FHIB", "FHDB", "FAHD",
                                         "FADB",    "EAHD", "EAIB", "EADB", "EASB"};
    size_t at, i, n;

    ranges->count = 0;
    for (at = 0; at + 12 < size; at++) {
        for (i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
            int32_t found = 0;

            if (memcmp(bytes + at, signatures[i], 4) != 0) {
                continue;
            }
            for (n = 8; !found && n <= 1500 && at + n + 4 <= size; n++) {
                found = add_if_checked(ranges, bytes, at, n, at + n);
            }
            for (n = 512; !found && n <= 65536 && at + n <= size; n *= 2) {
                found = add_if_checked(ranges, bytes, at, n, at + 17) ||
                        add_if_checked(ranges, bytes, at, n, at + 18);
            }
        }
    }
}

static inline void repair(const checked_ranges *ranges, unsigned char *bytes, size_t changed)
{
    size_t i;
    int32_t k;

    for (i = 0; i < ranges->count; i++) {
        const checked_range *range = &ranges->items[i];

        if (changed + 8 > range->start && changed < range->start + range->size) {
            uint32_t sum = checksum_of(bytes, range);

            for (k = 0; k < 4; k++) {
                bytes[range->stored_at + (size_t)k] = (unsigned char)(sum >> 8 * k);
            }
        }
    }
}

#endif
