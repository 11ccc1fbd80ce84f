#include "support/failing.h"
#include "support/hdf5_damage.h"

/* Old and new structures, and a file as Keras wrote it; the last two have checksums. */
static const char *const small[] = {"hdf5/tiny-earliest", "files/keras-1.2.2/nested",
                                    "hdf5/tiny-latest", "hdf5/dense-latest"};
enum { SMALL = 4 };

/* --- Cuts --- */

/* The superblock's end of file made that of the cut, so that what lies behind is missed later. */
static void set_end(unsigned char *bytes, size_t size, const checked_ranges *ranges)
{
    size_t at = bytes[8] < 2 ? 40 : 28, k;

    for (k = 0; k < 8; k++) {
        bytes[at + k] = (unsigned char)((uint64_t)size >> 8 * k);
    }
    repair(ranges, bytes, at);
}

static void survives_every_cut(void **state)
{
    size_t i, size, cut;

    (void)state;
    for (i = 0; i < SMALL; i++) {
        unsigned char *file = read_file(small[i], &size);
        checked_ranges ranges;
        nwti_read_error error;

        find_checked(&ranges, file, size);
        assert_int_equal(survives(file, size, &error), NWTI_READ_OK);
        for (cut = 0; cut < size; cut++) {
            unsigned char *part = malloc(cut + 1);

            assert_non_null(part);
            memcpy(part, file, cut);
            assert_int_equal(survives(part, cut, &error), NWTI_READ_BROKEN);
            if (cut >= 48) {
                set_end(part, cut, &ranges);
                survives(part, cut, &error);
            }
            free(part);
        }
        free(file);
    }
}

/* --- Changed bytes --- */

static void survives_every_flip(void **state)
{
    static const unsigned char masks[] = {0xff, 0x01};
    size_t i, size, at, k;

    (void)state;
    for (i = 0; i < SMALL; i++) {
        unsigned char *file = read_file(small[i], &size);
        unsigned char *copy = malloc(size);
        checked_ranges ranges;
        nwti_read_error error;

        assert_non_null(copy);
        find_checked(&ranges, file, size);
        for (at = 0; at < size; at++) {
            for (k = 0; k < sizeof masks; k++) {
                memcpy(copy, file, size);
                copy[at] ^= masks[k];
                repair(&ranges, copy, at);
                survives(copy, size, &error);
            }
        }
        free(copy);
        free(file);
    }
}

/* The first bytes of larger structures, which say how they are built. */
static void survives_changed_heads(void **state)
{
    static const char *const names[] = {"hdf5/attributes-latest", "hdf5/names-latest",
                                        "hdf5/extensible-latest", "hdf5/offsets-2-latest"};
    enum { HEAD = 160 };
    size_t i, k, at, size;
    int32_t value;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsigned char *file = read_file(names[i], &size);
        checked_ranges ranges;
        nwti_read_error error;

        find_checked(&ranges, file, size);
        assert_true(ranges.count >= 5);
        for (k = 0; k < ranges.count; k++) {
            size_t end = ranges.items[k].start + ranges.items[k].size;

            for (at = ranges.items[k].start; at < end && at < ranges.items[k].start + HEAD; at++) {
                unsigned char before = file[at];

                for (value = -1; value <= 1; value++) {
                    file[at] = (unsigned char)(value < 0 ? 0xff : value > 0 ? before + 1 : 0);
                    repair(&ranges, file, at);
                    survives(file, size, &error);
                }
                file[at] = before;
                repair(&ranges, file, at);
            }
        }
        free(file);
    }
}

/* No byte of a structure with a checksum can change unseen. */
static void sees_every_flip_under_a_checksum(void **state)
{
    size_t i, size, at, k;

    (void)state;
    for (i = 2; i < SMALL; i++) {
        unsigned char *file = read_file(small[i], &size);
        checked_ranges ranges;
        nwti_read_error error;

        find_checked(&ranges, file, size);
        assert_true(ranges.count >= 5);
        for (k = 0; k < ranges.count; k++) {
            const checked_range *range = &ranges.items[k];

            for (at = range->start; at < range->start + range->size; at++) {
                file[at] ^= 0x10;
                assert_int_not_equal(survives(file, size, &error), NWTI_READ_OK);
                file[at] ^= 0x10;
            }
        }
        free(file);
    }
}

/* Numbers at the borders of 16, 32, 63 and 64 bits, at every place. */
static void survives_large_numbers(void **state)
{
    static const unsigned char values[][8] = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                                              {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
                                              {0, 0, 0, 0, 0, 0, 0, 0x80},
                                              {0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0}};
    size_t i, size, at, k;

    (void)state;
    for (i = 0; i < SMALL; i++) {
        unsigned char *file = read_file(small[i], &size);
        unsigned char *copy = malloc(size);
        checked_ranges ranges;
        nwti_read_error error;

        assert_non_null(copy);
        find_checked(&ranges, file, size);
        for (at = 0; at + 8 <= size; at++) {
            for (k = 0; k < sizeof values / sizeof values[0]; k++) {
                memcpy(copy, file, size);
                memcpy(copy + at, values[k], 8);
                repair(&ranges, copy, at);
                survives(copy, size, &error);
            }
        }
        free(copy);
        free(file);
    }
}

/* --- What errors say --- */

static size_t find_bytes(const unsigned char *bytes, size_t size, size_t from, const void *wanted,
                         size_t length)
{
    for (; from + length <= size; from++) {
        if (memcmp(bytes + from, wanted, length) == 0) {
            return from;
        }
    }
    fail_msg("the golden file does not have what is to be changed");
    return 0;
}

/* One changed byte, and what the error says, with the place. */
static void says_what_is_wrong(void **state)
{
    static const struct {
        const char *name;
        const char *before; /* stands in the file; "": its start */
        int32_t skip;       /* the byte, counted from there */
        unsigned char value;
        int32_t offset; /* that the error has, counted likewise */
        const char *what;
    } cases[] = {
        {"hdf5/tiny-earliest", "", 8, 9, 8, "superblock at 0: version 9 is not read, only 0 to 3"},
        {"hdf5/tiny-earliest", "", 13, 16, 0, "offsets of 16 and lengths of 8 bytes"},
        {"hdf5/tiny-earliest", "", 47, 1, 12336, "cut off: it has 12336 bytes"},
        {"hdf5/tiny-earliest", "HEAP", 3, 'Q', 0, "its signature \"HEAP\" is not there"},
        {"hdf5/tiny-earliest", "HEAP", 4, 1, 4, "local heap at"},
        {"hdf5/tiny-earliest", "TREE", 4, 1, 0, "a node of another type of tree"},
        {"hdf5/tiny-earliest", "GCOL", 10, 1, 0, "bytes do not lie in the file, which has 12336"},
        {"hdf5/tiny-earliest", "\x13\x01", 4, 0, 0, "its elements have no bytes"},
        {"hdf5/tiny-latest", "", 36, 1, 0, "superblock at 0: its checksum does not fit"},
        {"hdf5/tiny-latest", "OHDR", 40, 1, 0, "object header at 48: its checksum does not fit"},
        {"hdf5/dense-latest", "BTHD", 5, 1, 0, "its checksum does not fit"},
        {"hdf5/dense-latest", "FHDB", 99, 1, 0, "heap direct block at"},
        {"hdf5/dense-latest", "EADB", 15, 1, 0, "extensible array data block"},
    };
    size_t i, size;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char *file = read_file(cases[i].name, &size);
        size_t at = find_bytes(file, size, 0, cases[i].before, strlen(cases[i].before));
        nwti_read_error error;

        file[at + (size_t)cases[i].skip] = cases[i].value;
        survives(file, size, &error);
        if (strstr(error.what, cases[i].what) == NULL) {
            fail_msg("case %zu: %s", i, error.what);
        }
        assert_int_equal(error.offset, (int64_t)at + cases[i].offset);
        free(file);
    }
}

/* --- Structures that lead back --- */

static void put_address(unsigned char *to, size_t address)
{
    size_t k;

    for (k = 0; k < 8; k++) {
        to[k] = (unsigned char)((uint64_t)address >> 8 * k);
    }
}

static void expect_circle(const unsigned char *bytes, size_t size)
{
    nwti_read_error error;

    assert_int_equal(survives(bytes, size, &error), NWTI_READ_BROKEN);
    assert_non_null(strstr(error.what, "overlap or lead back"));
}

/* A node that is its own child has not the level that a child must have. */
static void refuses_a_node_below_itself(void **state)
{
    static const unsigned char node[] = {'T', 'R', 'E', 'E', 0, 1};
    size_t size, at;
    unsigned char *file = read_file("hdf5/links-earliest", &size);
    nwti_read_error error;

    (void)state;
    at = find_bytes(file, size, 0, node, sizeof node);
    put_address(file + at + 32, at);
    assert_int_equal(survives(file, size, &error), NWTI_READ_BROKEN);
    assert_non_null(strstr(error.what, "wrong level"));
    free(file);
}

static void refuses_a_continuation_of_itself(void **state)
{
    static const unsigned char message[] = {0x10, 0, 0x10, 0, 0, 0, 0, 0};
    size_t size, at;
    unsigned char *file = read_file("hdf5/tiny-earliest", &size);

    (void)state;
    at = find_bytes(file, size, 0, message, sizeof message);
    put_address(file + at + 8, at);
    put_address(file + at + 16, 24);
    expect_circle(file, size);
    free(file);
}

/* A file of zeros with a superblock 0, an old group as its root, and a heap with one name. */
enum { ROOT = 600, HEAP = 96, TREE = 200 };

static void put_group(unsigned char *header)
{
    header[0] = 1;
    header[8] = 24;
    header[16] = MESSAGE_SYMBOL_TABLE;
    header[18] = 16;
    put_address(header + 24, TREE);
    put_address(header + 32, HEAP);
}

static unsigned char *old_file(size_t size)
{
    unsigned char *file = calloc(1, size);

    assert_non_null(file);
    memcpy(file, "\211HDF\r\n\032\n", 8);
    file[13] = 8;
    file[14] = 8;
    memset(file + 32, 0xff, 8);
    put_address(file + 40, size);
    memset(file + 48, 0xff, 8);
    put_address(file + 64, ROOT);
    memcpy(file + HEAP, "HEAP", 4);
    put_address(file + HEAP + 8, 8);
    put_address(file + HEAP + 24, HEAP + 32);
    file[HEAP + 32] = 'x';
    put_group(file + ROOT);
    return file;
}

static void put_node(unsigned char *node, int32_t level, int32_t children)
{
    memcpy(node, "TREE", 4);
    node[5] = (unsigned char)level;
    node[6] = (unsigned char)children;
}

/* A tree of 12 levels in which all children of a node are one: 8^12 paths through 12 nodes. */
static void refuses_shared_nodes(void **state)
{
    enum { LEVELS = 12, CHILDREN = 8, NODES = 800, NODE_SIZE = 200 };
    const size_t size = NODES + LEVELS * NODE_SIZE;
    unsigned char *file = old_file(size);
    int32_t level, i;

    (void)state;
    for (level = 0; level < LEVELS; level++) {
        size_t at = level == LEVELS - 1 ? TREE : NODES + (size_t)level * NODE_SIZE;
        size_t below = level == 0 ? size - 16 : NODES + (size_t)(level - 1) * NODE_SIZE;

        put_node(file + at, level, CHILDREN);
        for (i = 0; i < CHILDREN; i++) {
            put_address(file + at + 32 + 16 * i, below);
        }
    }
    memcpy(file + size - 16, "SNOD\1", 5);
    expect_circle(file, size);
    free(file);
}

/*
 * Many groups that all have the same links, to all of these groups: each link is honest, and the
 * file small, but there are 2000 * 2000 of them.
 */
static void refuses_groups_that_share_their_links(void **state)
{
    enum { GROUPS = 2000, NODE = ROOT + GROUPS * 40 };
    const size_t size = NODE + 8 + GROUPS * 40;
    unsigned char *file = old_file(size);
    size_t i;

    (void)state;
    put_node(file + TREE, 0, 1);
    put_address(file + TREE + 32, NODE);
    memcpy(file + NODE, "SNOD\1", 5);
    file[NODE + 6] = GROUPS & 0xff;
    file[NODE + 7] = GROUPS >> 8;
    for (i = 0; i < GROUPS; i++) {
        put_group(file + ROOT + i * 40);
        put_address(file + NODE + 8 + i * 40 + 8, ROOT + i * 40);
    }
    expect_circle(file, size);
    free(file);
}

/* --- Failures from outside --- */

static const char *const varied[] = {"hdf5/general-earliest", "hdf5/general-latest",
                                     "hdf5/layouts-latest", "hdf5/attributes-latest",
                                     "hdf5/tiny-earliest"};
enum { VARIED = 5 };

static void survives_every_failed_allocation(void **state)
{
    size_t i, size;

    (void)state;
    for (i = 0; i < VARIED; i++) {
        unsigned char *file = read_file(varied[i], &size);
        int64_t n = 0;
        int32_t kind;

        do {
            failing allocator;
            nwti_read_error error;
            nwti_heap heap;

            failing_init(&allocator, &heap, n++);
            kind = list_bytes_of(nwti_source_memory(file, size), &heap, &error);
            assert_true(kind == NWTI_READ_MEMORY || kind == NWTI_READ_OK);
            assert_false(allocator.wrong);
            assert_int_equal(allocator.live, 0);
        } while (kind != NWTI_READ_OK);
        assert_true(n > 5);
        free(file);
    }
}

static void tells_every_failed_read(void **state)
{
    size_t i, size;

    (void)state;
    for (i = 0; i < VARIED; i++) {
        unsigned char *file = read_file(varied[i], &size);
        int64_t n = 0;
        int32_t kind;

        do {
            watched_source watched;
            nwti_source source = watch(&watched, nwti_source_memory(file, size));
            nwti_read_error error;
            nwti_heap heap;

            watched.count.left = n++;
            nwti_heap_init(&heap, NULL, NULL, 0);
            kind = list_bytes_of(source, &heap, &error);
            assert_true(kind == NWTI_READ_FAILED || kind == NWTI_READ_OK);
        } while (kind != NWTI_READ_OK);
        assert_true(n > 3);
        free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(survives_every_cut),
                                       cmocka_unit_test(survives_every_flip),
                                       cmocka_unit_test(survives_changed_heads),
                                       cmocka_unit_test(sees_every_flip_under_a_checksum),
                                       cmocka_unit_test(survives_large_numbers),
                                       cmocka_unit_test(says_what_is_wrong),
                                       cmocka_unit_test(refuses_shared_nodes),
                                       cmocka_unit_test(refuses_a_node_below_itself),
                                       cmocka_unit_test(refuses_a_continuation_of_itself),
                                       cmocka_unit_test(refuses_groups_that_share_their_links),
                                       cmocka_unit_test(survives_every_failed_allocation),
                                       cmocka_unit_test(tells_every_failed_read)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
