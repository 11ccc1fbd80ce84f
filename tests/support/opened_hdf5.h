/* Golden HDF5 files, opened. */
#ifndef TESTS_SUPPORT_OPENED_HDF5_H
#define TESTS_SUPPORT_OPENED_HDF5_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/golden_file.h"
#include "support/hdf5/hdf5.h"

#define FOLDER GOLDEN "/hdf5/"

typedef struct opened {
    nwti_heap heap;
    nwti_arena arena;
    nwti_read_error error;
    unsigned char *bytes;
    size_t size;
    watched_source watched;
    nwti_hdf5 *file;
} opened;

static void open_path(opened *o, const char *path)
{
    nwti_source source;

    memset(o, 0, sizeof *o);
    o->bytes = read_golden(path, &o->size);
    nwti_heap_init(&o->heap, NULL, NULL, 0);
    nwti_arena_init(&o->arena, &o->heap);
    source = watch(&o->watched, nwti_source_memory(o->bytes, o->size));
    o->file = nwti_hdf5_open(&o->arena, &source, &o->error);
    if (o->file == NULL) {
        fail_msg("%s: %s", path, o->error.what);
    }
}

static void open_golden(opened *o, const char *name)
{
    char path[sizeof FOLDER + 200];

    snprintf(path, sizeof path, "%s%s.h5", FOLDER, name);
    open_path(o, path);
}

static void close_golden(opened *o)
{
    nwti_arena_free(&o->arena);
    assert_int_equal(o->heap.used, 0);
    free(o->bytes);
}

#endif
