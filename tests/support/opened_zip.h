/* Golden zip archives, opened from memory, for the tests of the zip reader. */
#ifndef TESTS_SUPPORT_OPENED_ZIP_H
#define TESTS_SUPPORT_OPENED_ZIP_H

#include "support/golden_file.h"
#include "support/zip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FOLDER GOLDEN "/zip/"

typedef struct opened {
    nwti_heap heap;
    nwti_arena arena;
    nwti_source source;
    nwti_read_error error;
    nwti_zip zip;
    int32_t ok;
} opened;

/* Within a memory limit, 0 for none. */
static inline void open_source(opened *o, nwti_source source, size_t limit)
{
    memset(o, 0, sizeof *o);
    nwti_heap_init(&o->heap, NULL, NULL, limit);
    nwti_arena_init(&o->arena, &o->heap);
    o->source = source;
    o->ok = nwti_zip_open(&o->zip, &o->arena, &o->source, &o->error);
    assert_int_equal(o->ok, o->error.kind == NWTI_READ_OK);
}

static inline void close_source(opened *o)
{
    nwti_arena_free(&o->arena);
    assert_int_equal(o->heap.used, 0);
}

static inline unsigned char *read_zip(const char *name, size_t *size)
{
    char path[sizeof FOLDER + 200];

    snprintf(path, sizeof path, FOLDER "%.90s.zip", name);
    return read_golden(path, size);
}

/* All parts of the archive add up to its size, in order and without overlap. */
static inline void check_account(const nwti_zip *zip)
{
    int64_t at = zip->before;
    size_t i;

    for (i = 0; i < zip->count; i++) {
        const nwti_zip_entry *entry = &zip->entries[i];

        assert_true(entry->offset == at && entry->packed_size >= 0 && entry->after >= 0);
        at += entry->header_size + entry->packed_size + entry->after;
    }
    assert_true(at + zip->directory_size + zip->end_size == zip->source.size);
}

#endif
