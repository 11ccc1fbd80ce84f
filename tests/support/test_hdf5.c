#include "support/golden_file.h"
#include "support/hdf5_listing.h"
#include "support/opened_hdf5.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* --- What h5py lists --- */

static void lists_as_h5py(const char *path, const char *listing)
{
    opened o;
    nwti_text out;
    char **lines, **expected;
    unsigned char *text;
    size_t count, expected_count, size, i;
    int64_t stored;

    open_path(&o, path);
    nwti_text_init(&out, &o.heap);
    if (!list_file(o.file, &o.arena, &out, &stored)) {
        fail_msg("%s: %s", path, o.error.what);
    }
    assert_true(stored < (int64_t)o.size);
    text = read_golden(listing, &size);
    lines = sorted_lines(out.data, &count);
    expected = sorted_lines((char *)text, &expected_count);
    for (i = 0; i < count && i < expected_count; i++) {
        if (strcmp(lines[i], expected[i]) != 0) {
            fail_msg("%s: \"%s\" instead of \"%s\"", path, lines[i], expected[i]);
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
    static const char *const names[] = {"general-earliest",
                                        "general-latest",
                                        "layouts-earliest",
                                        "layouts-v108",
                                        "layouts-latest",
                                        "links-earliest",
                                        "links-v108",
                                        "links-latest",
                                        "names-earliest",
                                        "names-latest",
                                        "attributes-earliest",
                                        "attributes-latest",
                                        "large-attribute-latest",
                                        "split-attribute-earliest",
                                        "order-earliest",
                                        "order-latest",
                                        "userblock-earliest",
                                        "userblock-latest",
                                        "offsets-4-earliest",
                                        "offsets-4-latest",
                                        "offsets-2-latest",
                                        "superblock-1",
                                        "tiny-earliest",
                                        "tiny-latest",
                                        "dense-latest",
                                        "paged-latest",
                                        "chunks-earliest",
                                        "large-chunk-latest",
                                        "extensible-latest",
                                        "named-types-earliest",
                                        "named-types-latest"};
    char path[sizeof GOLDEN + 100], listing[sizeof GOLDEN + 100];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s%s.h5", FOLDER, names[i]);
        snprintf(listing, sizeof listing, "%s%s.txt", FOLDER, names[i]);
        lists_as_h5py(path, listing);
    }
}

static void lists_files_of_keras(void **state)
{
    static const char *const names[] = {"keras-1.2.2/nested",
                                        "keras-1.2.2/mnist",
                                        "keras-1.2.2/mnist.weights-legacy",
                                        "keras-2.2.4/nested",
                                        "keras-2.2.4/mnist.weights-legacy",
                                        "keras-2.6/mnist",
                                        "keras-2.12/nested",
                                        "keras-2.12/nested.weights",
                                        "keras-2.12/nested.weights-legacy",
                                        "tf-keras-2.21/nested",
                                        "tf-keras-2.21/nested.weights",
                                        "keras-3.15/nested",
                                        "keras-3.15/nested.weights",
                                        "keras-3.15/mnist"};
    char path[sizeof GOLDEN + 100], listing[sizeof GOLDEN + 100];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, GOLDEN "/files/%s.h5", names[i]);
        snprintf(listing, sizeof listing, GOLDEN "/files/%s.h5.txt", names[i]);
        lists_as_h5py(path, listing);
    }
}

/* --- Links --- */

static int32_t follow_order(void *user, const nwti_hdf5_link *link)
{
    int64_t *next = user;

    assert_int_equal(link->order, *next);
    (*next)++;
    return 1;
}

/* Where creation is tracked, the links of a large group come in that order. */
static void lists_links_as_created(void **state)
{
    static const char *const names[] = {"order-earliest", "order-latest", "offsets-4-latest"};
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        opened o;
        int64_t many, next = 0;

        open_golden(&o, names[i]);
        assert_true(nwti_hdf5_child(o.file, nwti_hdf5_root(o.file), "many", &many));
        assert_true(nwti_hdf5_links(o.file, many, follow_order, &next));
        assert_int_equal(next, 40);
        close_golden(&o);
    }
}

/* Every link of a large group is found by its name, and near misses are not. */
static void finds_children_by_name(void **state)
{
    static const struct {
        const char *name;
        int32_t count, width;
    } cases[] = {{"links-earliest", 400, 6}, {"links-v108", 1200, 6}, {"links-latest", 300, 90}};
    size_t k;

    (void)state;
    for (k = 0; k < 3; k++) {
        opened o;
        int64_t root, wanted, found;
        char path[120];
        int32_t i;

        open_golden(&o, cases[k].name);
        root = nwti_hdf5_root(o.file);
        assert_true(nwti_hdf5_child(o.file, root, "d", &wanted));
        for (i = 0; i < cases[k].count; i++) {
            snprintf(path, sizeof path, "many/%0*d", (int)cases[k].width, (int)i);
            assert_true(nwti_hdf5_child(o.file, root, path, &found));
            assert_int_equal(found, wanted);
            path[strlen(path) - 1] = '\0';
            assert_false(nwti_hdf5_child(o.file, root, path, &found));
            snprintf(path, sizeof path, "many/%0*dx", (int)cases[k].width, (int)i);
            assert_false(nwti_hdf5_child(o.file, root, path, &found));
        }
        assert_false(nwti_hdf5_child(o.file, root, "many/!", &found));
        assert_false(nwti_hdf5_child(o.file, root, "many/~", &found));
        assert_false(nwti_hdf5_child(o.file, root, "d/d", &found));
        assert_int_equal(o.error.kind, NWTI_READ_OK);
        close_golden(&o);
    }
}

static void follows_paths(void **state)
{
    opened o;
    int64_t root, object;

    (void)state;
    open_golden(&o, "general-latest");
    root = nwti_hdf5_root(o.file);
    assert_true(nwti_hdf5_child(o.file, root, "", &object) && object == root);
    assert_true(nwti_hdf5_child(o.file, root, "/links//root/", &object) && object == root);
    assert_true(nwti_hdf5_child(o.file, root, "links/below/deep/deeper/up/below/deep", &object));
    assert_int_equal(nwti_hdf5_kind(o.file, object), NWTI_HDF5_GROUP);
    assert_false(nwti_hdf5_child(o.file, root, "links/soft", &object));
    assert_false(nwti_hdf5_child(o.file, root, "links/external/x", &object));
    assert_int_equal(o.error.kind, NWTI_READ_OK);
    close_golden(&o);
}

static int32_t stop_at_third(void *user, const nwti_hdf5_link *link)
{
    (void)link;
    return ++*(int32_t *)user < 3;
}

static int32_t stop_at_fifth(void *user, const nwti_hdf5_entry *entry)
{
    (void)entry;
    return ++*(int32_t *)user < 5;
}

static int32_t stop_at_once(void *user, const nwti_hdf5_attribute *attribute)
{
    (void)attribute;
    ++*(int32_t *)user;
    return 0;
}

static void stops_when_told(void **state)
{
    static const char *const names[] = {"links-earliest", "links-latest", "attributes-latest",
                                        "attributes-earliest"};
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++) {
        opened o;
        int32_t count = 0;
        int64_t group;

        open_golden(&o, names[i]);
        if (nwti_hdf5_child(o.file, nwti_hdf5_root(o.file), "many", &group)) {
            assert_true(nwti_hdf5_links(o.file, group, stop_at_third, &count));
            assert_int_equal(count, 3);
            count = 0;
            assert_true(nwti_hdf5_walk(o.file, nwti_hdf5_root(o.file), stop_at_fifth, &count));
            assert_int_equal(count, 5);
        } else {
            assert_true(nwti_hdf5_attributes(o.file, nwti_hdf5_root(o.file), stop_at_once, &count));
            assert_int_equal(count, 1);
        }
        close_golden(&o);
    }
}

/* --- Attributes --- */

static void finds_attributes_by_name(void **state)
{
    static const char *const names[] = {"attributes-earliest", "attributes-latest"};
    size_t k;

    (void)state;
    for (k = 0; k < 2; k++) {
        opened o;
        nwti_hdf5_attribute a;
        char name[40], expected[40];
        int64_t large;
        size_t length;
        int32_t i;

        open_golden(&o, names[k]);
        for (i = 0; i < 120; i++) {
            snprintf(name, sizeof name, "attribute %d", (int)i);
            snprintf(expected, sizeof expected, "value %d", (int)i);
            assert_true(nwti_hdf5_attribute_find(o.file, nwti_hdf5_root(o.file), name, &a));
            assert_string_equal(nwti_hdf5_string(o.file, &a, 0, &o.arena, NULL), expected);
        }
        assert_false(nwti_hdf5_attribute_find(o.file, nwti_hdf5_root(o.file), "attribute", &a));
        assert_true(nwti_hdf5_child(o.file, nwti_hdf5_root(o.file), "large", &large));
        assert_true(nwti_hdf5_attribute_find(o.file, large, "a9", &a));
        assert_non_null(nwti_hdf5_string(o.file, &a, 0, &o.arena, &length));
        assert_int_equal(length, 5000);
        assert_int_equal(o.error.kind, NWTI_READ_OK);
        close_golden(&o);
    }
}

/* An element of another type or beyond the last is not there; that is no error of the file. */
static void gives_no_value_of_another_type(void **state)
{
    opened o;
    nwti_hdf5_attribute a;
    int64_t group, integer;
    double number;

    (void)state;
    open_golden(&o, "general-earliest");
    assert_true(nwti_hdf5_child(o.file, nwti_hdf5_root(o.file), "attributes", &group));
    assert_true(nwti_hdf5_attribute_find(o.file, group, "names", &a));
    assert_false(nwti_hdf5_integer(o.file, &a, 0, &integer));
    assert_false(nwti_hdf5_float(o.file, &a, 0, &number));
    assert_null(nwti_hdf5_string(o.file, &a, 3, &o.arena, NULL));
    assert_null(nwti_hdf5_string(o.file, &a, -1, &o.arena, NULL));
    assert_true(nwti_hdf5_attribute_find(o.file, group, "float32", &a));
    assert_null(nwti_hdf5_string(o.file, &a, 0, &o.arena, NULL));
    assert_true(nwti_hdf5_float(o.file, &a, 0, &number));
    assert_true(nwti_hdf5_attribute_find(o.file, group, "none", &a));
    assert_false(nwti_hdf5_float(o.file, &a, 0, &number));
    assert_int_equal(o.error.kind, NWTI_READ_OK);
    close_golden(&o);
}

/* A look-up in a large group, or of an attribute among many, reads a small part of the file. */
static void looks_up_with_few_reads(void **state)
{
    static const struct {
        const char *name, *path, *attribute;
        int64_t most;
    } cases[] = {
        {"links-earliest", "many/000217", NULL, 7 * 4096},
        {"links-v108", "many/000217", NULL, 7 * 4096},
        {"large-attribute-latest", "", "layer_names", 7 * 4096},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        opened o;
        int64_t found;
        nwti_hdf5_attribute a;

        open_golden(&o, cases[i].name);
        assert_true(nwti_hdf5_child(o.file, nwti_hdf5_root(o.file), cases[i].path, &found));
        if (cases[i].attribute != NULL) {
            assert_true(nwti_hdf5_attribute_find(o.file, found, cases[i].attribute, &a));
        }
        assert_in_range(o.watched.bytes, 1, cases[i].most);
        close_golden(&o);
    }
}

/* --- Layouts --- */

/*
 * Layout messages of versions 1 and 2 come from HDF5 before 1.6.3, which nobody can run; so the
 * messages of a file are written anew: version, rank, class, five zeros, address, dimensions.
 */
static void reads_layouts_of_old_versions(void **state)
{
    static const unsigned char contiguous[] = {8, 0, 24, 0, 0, 0, 0, 0, 3, 1};
    static const unsigned char chunked[] = {8, 0, 24, 0, 0, 0, 0, 0, 3, 2, 2};
    unsigned char version;

    (void)state;
    for (version = 1; version <= 2; version++) {
        nwti_read_error error = {0};
        nwti_heap heap;
        nwti_arena arena;
        nwti_source source;
        nwti_hdf5 *file;
        nwti_text out;
        int64_t stored;
        size_t size, at;
        int32_t changed = 0;
        unsigned char *bytes = read_golden(FOLDER "tiny-earliest.h5", &size);

        for (at = 0; at + 32 < size; at++) {
            unsigned char old[32], *message = bytes + at + 8;

            memcpy(old, bytes + at, sizeof old);
            if (memcmp(old, contiguous, sizeof contiguous) == 0) {
                const unsigned char dims[8] = {3, 0, 0, 0, 2, 0, 0, 0};

                memcpy(message + 8, old + 10, 8);
                memcpy(message + 16, dims, 8);
            } else if (memcmp(old, chunked, sizeof chunked) == 0) {
                memcpy(message + 8, old + 11, 8);
                memcpy(message + 16, old + 19, 8);
            } else {
                continue;
            }
            memset(message, 0, 8);
            message[0] = version;
            message[1] = 2;
            message[2] = old[9];
            changed++;
        }
        assert_int_equal(changed, 2);
        source = nwti_source_memory(bytes, size);
        nwti_heap_init(&heap, NULL, NULL, 0);
        nwti_arena_init(&arena, &heap);
        nwti_text_init(&out, &heap);
        file = nwti_hdf5_open(&arena, &source, &error);
        assert_true(file != NULL && list_file(file, &arena, &out, &stored));
        assert_non_null(strstr(out.data, "dense/kernel:0 dataset float32 (3,2) contiguous 24 -"));
        assert_non_null(strstr(out.data, "dense/bias:0 dataset float32 (2) chunked 24 deflate"));
        nwti_text_free(&out);
        nwti_arena_free(&arena);
        free(bytes);
    }
}

/* --- Where the file lies --- */

/* A file of `inner`, but far behind in a source of zeros, and with much room after it. */
typedef struct far_source {
    nwti_source inner;
    int64_t start;
} far_source;

static int32_t read_far(void *user, int64_t offset, void *buffer, size_t size)
{
    const far_source *far = user;
    size_t i;

    memset(buffer, 0, size);
    for (i = 0; i < size; i++) {
        int64_t at = offset + (int64_t)i - far->start;

        if (at >= 0 && at < far->inner.size) {
            nwti_source_read(&far->inner, at, (char *)buffer + i, 1, NULL);
        }
    }
    return 0;
}

/* A user block of 2^40 bytes, and a file that says to be as large again: the same few reads. */
static void reads_little_of_huge_files(void **state)
{
    static const char *const names[] = {"tiny-earliest", "superblock-1"};
    const int64_t start = (int64_t)1 << 40;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        far_source far;
        watched_source watched;
        nwti_source source = {read_far, NULL, 2 * start, NULL}, all;
        nwti_read_error error = {0};
        nwti_heap heap;
        nwti_arena arena;
        nwti_hdf5 *file;
        nwti_text out;
        int64_t stored;
        size_t size, at = i == 0 ? 40 : 44, k;
        char path[sizeof GOLDEN + 80];
        unsigned char *bytes;

        snprintf(path, sizeof path, FOLDER "%s.h5", names[i]);
        bytes = read_golden(path, &size);
        for (k = 0; k < 8; k++) {
            bytes[at + k] = (unsigned char)((uint64_t)start >> 8 * k);
        }
        far.inner = nwti_source_memory(bytes, size);
        far.start = start;
        source.user = &far;
        all = watch(&watched, source);
        nwti_heap_init(&heap, NULL, NULL, 400000);
        nwti_arena_init(&arena, &heap);
        nwti_text_init(&out, &heap);
        file = nwti_hdf5_open(&arena, &all, &error);
        assert_non_null(file);
        assert_true(list_file(file, &arena, &out, &stored));
        assert_non_null(strstr(out.data, "dense/kernel:0 dataset float32 (3,2) contiguous 24 -"));
        assert_in_range(watched.bytes, 1, 100000);
        nwti_text_free(&out);
        nwti_arena_free(&arena);
        assert_int_equal(heap.used, 0);
        free(bytes);
    }
}

/* A block in front of the file that was cut off, or added, is no fault of the file. */
static void finds_the_file_behind_other_bytes(void **state)
{
    static const struct {
        const char *name;
        size_t cut, add;
    } cases[] = {{"userblock-earliest", 512, 0},
                 {"userblock-latest", 2048, 0},
                 {"tiny-earliest", 0, 512},
                 {"tiny-latest", 0, 4096},
                 {"userblock-latest", 1024, 0}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwti_read_error error = {0};
        char path[sizeof GOLDEN + 80];
        size_t size, moved;
        unsigned char *bytes, *all;
        nwti_heap heap;
        nwti_arena arena;
        nwti_source source;
        nwti_hdf5 *file;
        int64_t kernel;

        snprintf(path, sizeof path, FOLDER "%s.h5", cases[i].name);
        bytes = read_golden(path, &size);
        moved = size - cases[i].cut + cases[i].add;
        all = calloc(1, moved);
        assert_non_null(all);
        memcpy(all + cases[i].add, bytes + cases[i].cut, size - cases[i].cut);
        source = nwti_source_memory(all, moved);
        nwti_heap_init(&heap, NULL, NULL, 0);
        nwti_arena_init(&arena, &heap);
        file = nwti_hdf5_open(&arena, &source, &error);
        assert_non_null(file);
        assert_true(
            nwti_hdf5_child(file, nwti_hdf5_root(file), "model_weights/dense/kernel:0", &kernel));
        nwti_arena_free(&arena);
        free(all);
        free(bytes);
    }
}

/* --- What is not read --- */

static void refuses_by_name(void **state)
{
    static const struct {
        const char *name, *what;
    } cases[] = {
        {"refused-family", "file that is split into several"},
        {"refused-split", "file that is split into several"},
        {"refused-cache-image", "metadata cache image"},
        {"refused-compressed-heap", "fractal heap with filters"},
        {"refused-shared-messages", "heap of shared messages"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwti_read_error error = {0};
        char path[sizeof GOLDEN + 80];
        size_t size;
        unsigned char *bytes;
        nwti_heap heap;
        nwti_arena arena;
        nwti_source source;
        nwti_hdf5 *file;
        nwti_text out;
        int64_t stored;

        snprintf(path, sizeof path, FOLDER "%s.h5", cases[i].name);
        bytes = read_golden(path, &size);
        source = nwti_source_memory(bytes, size);
        nwti_heap_init(&heap, NULL, NULL, 0);
        nwti_arena_init(&arena, &heap);
        nwti_text_init(&out, &heap);
        file = nwti_hdf5_open(&arena, &source, &error);
        assert_true(file == NULL || !list_file(file, &arena, &out, &stored));
        assert_int_equal(error.kind, NWTI_READ_UNSUPPORTED);
        assert_non_null(strstr(error.what, cases[i].what));
        nwti_text_free(&out);
        nwti_arena_free(&arena);
        free(bytes);
    }
}

static void refuses_what_is_no_hdf5(void **state)
{
    static const char zeros[5000];
    nwti_source source = nwti_source_memory(zeros, sizeof zeros);
    nwti_read_error error = {0};
    nwti_heap heap;
    nwti_arena arena;

    (void)state;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    assert_int_equal(nwti_hdf5_signature(&source, &error), -1);
    assert_int_equal(error.kind, NWTI_READ_OK);
    assert_null(nwti_hdf5_open(&arena, &source, &error));
    assert_int_equal(error.kind, NWTI_READ_BROKEN);
    nwti_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_all_as_h5py),
                                       cmocka_unit_test(lists_files_of_keras),
                                       cmocka_unit_test(lists_links_as_created),
                                       cmocka_unit_test(finds_children_by_name),
                                       cmocka_unit_test(follows_paths),
                                       cmocka_unit_test(stops_when_told),
                                       cmocka_unit_test(finds_attributes_by_name),
                                       cmocka_unit_test(gives_no_value_of_another_type),
                                       cmocka_unit_test(looks_up_with_few_reads),
                                       cmocka_unit_test(reads_layouts_of_old_versions),
                                       cmocka_unit_test(reads_little_of_huge_files),
                                       cmocka_unit_test(finds_the_file_behind_other_bytes),
                                       cmocka_unit_test(refuses_by_name),
                                       cmocka_unit_test(refuses_what_is_no_hdf5)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
