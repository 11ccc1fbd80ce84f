#include "support/golden_file.h"
#include "support/hdf5_listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FOLDER "tests/golden/hdf5/"

typedef struct opened {
    nwti_heap heap;
    nwti_arena arena;
    nwti_read_error error;
    unsigned char *bytes;
    size_t size;
    watched_source watched;
    nwti_hdf5 *file;
} opened;

static void open_golden(opened *o, const char *name)
{
    char path[200];
    nwti_source source;

    memset(o, 0, sizeof *o);
    snprintf(path, sizeof path, "%s%s.h5", FOLDER, name);
    o->bytes = read_golden(path, &o->size);
    nwti_heap_init(&o->heap, NULL, NULL, 0);
    nwti_arena_init(&o->arena, &o->heap);
    source = watch(&o->watched, nwti_source_memory(o->bytes, o->size));
    o->file = nwti_hdf5_open(&o->arena, &source, &o->error);
    if (o->file == NULL) {
        fail_msg("%s: %s", name, o->error.what);
    }
}

static void close_golden(opened *o)
{
    nwti_arena_free(&o->arena);
    assert_int_equal(o->heap.used, 0);
    free(o->bytes);
}

/* --- What h5py lists --- */

static void lists_as_h5py(const char *name)
{
    opened o;
    nwti_text out;
    char path[200], **lines, **expected;
    unsigned char *text;
    size_t count, expected_count, size, i;
    int64_t stored;

    open_golden(&o, name);
    nwti_text_init(&out, &o.heap);
    if (!list_file(o.file, &o.arena, &out, &stored)) {
        fail_msg("%s: %s", name, o.error.what);
    }
    assert_true(stored < (int64_t)o.size);
    snprintf(path, sizeof path, "%s%s.txt", FOLDER, name);
    text = read_golden(path, &size);
    lines = sorted_lines(out.data, &count);
    expected = sorted_lines((char *)text, &expected_count);
    for (i = 0; i < count && i < expected_count; i++) {
        if (strcmp(lines[i], expected[i]) != 0) {
            fail_msg("%s: \"%s\" instead of \"%s\"", name, lines[i], expected[i]);
        }
    }
    assert_int_equal(count, expected_count);
    free(lines);
    free(expected);
    free(text);
    nwti_text_free(&out);
    close_golden(&o);
}

static void lists_all_as_h5py(void **state)
{
    static const char *const names[] = {
        "general-earliest", "general-latest", "layouts-earliest", "layouts-v108",
        "layouts-latest", "links-earliest", "links-v108", "links-latest", "names-earliest",
        "names-latest", "attributes-earliest", "attributes-latest", "large-attribute-latest",
        "split-attribute-earliest", "order-earliest", "order-latest", "userblock-earliest",
        "userblock-latest", "offsets-4-earliest", "offsets-4-latest", "superblock-1",
        "tiny-earliest", "tiny-latest", "dense-latest", "paged-latest", "chunks-earliest",
        "large-chunk-latest", "extensible-latest"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        lists_as_h5py(names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_all_as_h5py)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
