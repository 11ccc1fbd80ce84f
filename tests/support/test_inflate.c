#include "support/deflated.h"
#include "support/inflate.h"
#include "support/failing.h"
#include "support/golden_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static nwti_inflate inflate;

/* Inflates all in pieces of `piece` bytes; returns the number of bytes. */
static size_t inflate_all(const unsigned char *bytes, size_t size, int64_t limit, size_t piece,
                          unsigned char *out)
{
    nwti_source source = nwti_source_memory(bytes, size);
    size_t done = 0;

    nwti_inflate_start(&inflate, &source, limit);
    while (!inflate.state.ended && inflate.state.failure == NULL) {
        done += nwti_inflate_read(&inflate, out + done, piece);
    }
    return done;
}

static size_t from_hex(const char *text, unsigned char *bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    while (text[0] != '\0' && strchr(digits, text[0]) != NULL) {
        bytes[n++] = (unsigned char)((strchr(digits, text[0]) - digits) * 16 +
                                     (strchr(digits, text[1]) - digits));
        text += 2;
    }
    return n;
}

/* Each stream in inflate.txt is taken or refused as zlib does, in pieces of any size. */
static void agrees_with_zlib(void **state)
{
    static const size_t pieces[] = {1, 3, 65536};
    size_t size, i, taken = 0, refused = 0;
    char *text = (char *)read_golden(GOLDEN "/zip/inflate.txt", &size), *line = text;
    unsigned char bytes[512], *out = malloc(1 << 20);

    (void)state;
    while (*line != '\0') {
        size_t length = from_hex(line, bytes);
        char *said = strchr(line, ' ') + 1, *end = strchr(line, '\n');
        unsigned char *exact = malloc(length + 1); /* so that reading beyond it is seen */

        *end = '\0';
        memcpy(exact, bytes, length);
        for (i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            size_t done = inflate_all(exact, length, 1 << 19, pieces[i], out);

            if (strcmp(said, "bad") == 0) {
                if (inflate.state.failure == NULL &&
                    nwti_inflate_offset(&inflate) == (int64_t)length) {
                    fail_msg("taken, unlike zlib: %s", line);
                }
                refused++;
            } else {
                char found[32];

                if (inflate.state.failure != NULL) {
                    fail_msg("%s: %s", inflate.state.failure, line);
                }
                snprintf(found, sizeof found, "%d %08x", (int)done, (unsigned)inflate.state.crc);
                assert_string_equal(found, said);
                assert_int_equal(inflate.state.crc, nwti_crc32(0, out, done));
                assert_int_equal(nwti_inflate_offset(&inflate), length);
                taken++;
            }
        }
        free(exact);
        line = end + 1;
    }
    assert_true(taken > 200);
    assert_true(refused > 200);
    free(out);
    free(text);
}

static void says_what_is_wrong(void **state)
{
    static const struct {
        const char *hex;
        const char *what;
    } cases[] = {
        {"07", "a block has the reserved type 3"},
        {"", "the compressed data ends too early"},
        {"0101", "the compressed data ends too early"},
        {"010100feff", "the compressed data ends too early"},
        {"010000fffe", "a stored block's length is not confirmed by its complement"},
        {"0300ffff", NULL},
        {"0302", "a distance reaches before the beginning"},
        {"fc0000", "a block has too many length or distance symbols"},
        {"050000", "the compressed data ends too early"},
        {"05e00100", "the compressed data ends too early"},
        {"05e001ffffffffffffff", "the code of the code lengths is over-subscribed or incomplete"}};
    unsigned char bytes[64], out[512];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        inflate_all(bytes, from_hex(cases[i].hex, bytes), 100, 100, out);
        if (cases[i].what == NULL) {
            assert_null(inflate.state.failure);
        } else {
            assert_non_null(inflate.state.failure);
            assert_string_equal(inflate.state.failure, cases[i].what);
        }
        assert_int_equal(nwti_inflate_read(&inflate, out, sizeof out), 0);
    }
}

/* 1000 zeros: a literal, then matches of distance 1, in a fixed block. */
static size_t zeros(unsigned char *bytes)
{
    return from_hex("63601805a360140c770000", bytes);
}

static void keeps_the_limit(void **state)
{
    unsigned char bytes[64], out[2048];
    size_t size = zeros(bytes);

    (void)state;
    assert_int_equal(inflate_all(bytes, size, 1000, 100, out), 1000);
    assert_null(inflate.state.failure);
    assert_int_equal(inflate_all(bytes, size, 999, 100, out), 999);
    assert_string_equal(inflate.state.failure, "there is more data than was said");
    assert_int_equal(inflate_all(bytes, size, 0, 100, out), 0);
    assert_string_equal(inflate.state.failure, "there is more data than was said");
}

static void tells_a_failing_source(void **state)
{
    unsigned char bytes[64], out[2048];
    size_t size = zeros(bytes);
    watched_source watched;
    nwti_source source = watch(&watched, nwti_source_memory(bytes, size));

    (void)state;
    watched.count.left = 0;
    nwti_inflate_start(&inflate, &source, 1000);
    assert_int_equal(nwti_inflate_read(&inflate, out, 1000), 0);
    assert_true(inflate.state.source_failed);
    assert_string_equal(inflate.state.failure, "the compressed bytes could not be read");
}

/* The check values that every description of this CRC gives. */
static void computes_crc32(void **state)
{
    (void)state;
    assert_int_equal(nwti_crc32(0, "", 0), 0);
    assert_int_equal(nwti_crc32(0, "123456789", 9), 0xcbf43926u);
    assert_int_equal(nwti_crc32(nwti_crc32(0, "1234", 4), "56789", 5), 0xcbf43926u);
}

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Deflates without a deflater, into stored blocks; golden large.zip has the other kinds. */
static unsigned char *stored_blocks(const unsigned char *data, size_t size, size_t *packed_size)
{
    unsigned char *packed = malloc(size + size / 100 + 100), *p = packed;

    while (size > 0) {
        size_t part = size < 40000 ? size : 40000;

        *p++ = part == size;
        *p++ = (unsigned char)part;
        *p++ = (unsigned char)(part >> 8);
        *p++ = (unsigned char)~part;
        *p++ = (unsigned char)(~part >> 8);
        memcpy(p, data, part);
        p += part;
        data += part;
        size -= part;
    }
    *packed_size = (size_t)(p - packed);
    return packed;
}

typedef struct fixture {
    nwti_heap heap;
    nwti_arena arena;
    unsigned char *data;
    unsigned char *packed;
    size_t size;
    size_t packed_size;
    watched_source watched;
    nwti_source source;
} fixture;

static void set_up(fixture *f, size_t size)
{
    uint32_t seed = 5;
    size_t i;

    nwti_heap_init(&f->heap, NULL, NULL, 0);
    nwti_arena_init(&f->arena, &f->heap);
    f->size = size;
    f->data = malloc(size);
    for (i = 0; i < size; i++) {
        f->data[i] = (unsigned char)random_next(&seed);
    }
    f->packed = stored_blocks(f->data, size, &f->packed_size);
    f->source = watch(&f->watched, nwti_source_memory(f->packed, f->packed_size));
}

static void tear_down(fixture *f)
{
    nwti_arena_free(&f->arena);
    assert_int_equal(f->heap.used, 0);
    free(f->data);
    free(f->packed);
}

static void expect(const fixture *f, const nwti_source *out, size_t offset, size_t size)
{
    unsigned char *buffer = malloc(size + 1);
    nwti_read_error error = {0};

    if (!nwti_source_read(out, (int64_t)offset, buffer, size, &error)) {
        fail_msg("%s", error.what);
    }
    assert_memory_equal(buffer, f->data + offset, size);
    free(buffer);
}

static void reads_deflated_data_anywhere(void **state)
{
    fixture f;
    nwti_source out;
    uint32_t seed = 9;
    int32_t i;

    (void)state;
    set_up(&f, 5 * 1024 * 1024 + 777);
    assert_true(nwti_deflated_source(&f.arena, &f.source, (int64_t)f.size,
                                     nwti_crc32(0, f.data, f.size), &out));
    assert_int_equal(out.size, f.size);
    for (i = 0; i < 300; i++) {
        size_t offset = random_next(&seed) % f.size;
        size_t size = random_next(&seed) % (i % 10 == 0 ? 100000 : 300);

        expect(&f, &out, offset, size < f.size - offset ? size : f.size - offset);
    }
    expect(&f, &out, 0, f.size);
    expect(&f, &out, f.size - 1, 1);
    assert_false(nwti_source_read(&out, (int64_t)f.size, &i, 1, NULL));
    tear_down(&f);
}

/* What a read back costs is bounded, and what was just read costs nothing. */
static void bounds_what_a_read_costs(void **state)
{
    fixture f;
    nwti_source out;
    const size_t mib = 1024 * 1024;

    (void)state;
    set_up(&f, 8 * mib);
    assert_true(nwti_deflated_source(&f.arena, &f.source, (int64_t)f.size,
                                     nwti_crc32(0, f.data, f.size), &out));
    expect(&f, &out, f.size - 10, 10);
    f.watched.bytes = 0;
    expect(&f, &out, 7 * mib - 100, 10);
    assert_in_range(f.watched.bytes, 1, mib + mib / 8);
    f.watched.bytes = 0;
    expect(&f, &out, 7 * mib - 200, 10);
    expect(&f, &out, f.size - 20, 10);
    assert_int_equal(f.watched.bytes, 0);
    expect(&f, &out, 3 * mib + 5, 10);
    assert_in_range(f.watched.bytes, 1, mib / 8);
    tear_down(&f);
}

static void bounds_its_memory(void **state)
{
    fixture f;
    nwti_source out;
    unsigned char byte;
    nwti_read_error error = {0};

    (void)state;
    set_up(&f, 100);
    assert_true(nwti_deflated_source(&f.arena, &f.source, INT64_MAX, 0, &out));
    assert_in_range(f.heap.used, 1, 3300000);
    assert_true(nwti_source_read(&out, 0, &byte, 0, &error));
    assert_false(nwti_source_read(&out, INT64_MAX - 1, &byte, 1, &error));
    assert_int_equal(error.kind, NWTI_READ_BROKEN);
    assert_non_null(strstr(error.what, "there is less data than was said"));
    tear_down(&f);
}

static void finds_damage_at_the_end(void **state)
{
    fixture f;
    nwti_source out;
    unsigned char byte;
    uint32_t crc;
    int32_t i;

    (void)state;
    set_up(&f, 2 * 1024 * 1024);
    crc = nwti_crc32(0, f.data, f.size);
    for (i = 0; i < 5; i++) {
        static const char *const what[] = {"the CRC-32 is wrong",
                                           "there is more data than was said",
                                           "there is less data than was said", "could not be read",
                                           "bytes follow the end of the compressed data"};
        nwti_read_error error = {0};
        int64_t size = (int64_t)f.size - (i == 1) + (i == 2);

        f.source.size = f.watched.inner.size = (int64_t)f.packed_size + (i == 4);
        assert_true(nwti_deflated_source(&f.arena, &f.source, size, crc ^ (i == 0), &out));
        expect(&f, &out, 1000, 1000);
        f.watched.count.left = i == 3 ? 3 : -1;
        assert_false(nwti_source_read(&out, size - 1, &byte, 1, &error));
        assert_non_null(strstr(error.what, what[i]));
        assert_int_equal(error.kind, i == 3 ? NWTI_READ_FAILED : NWTI_READ_BROKEN);
        f.watched.count.left = -1;
        expect(&f, &out, 1000, 1000);
        expect(&f, &out, 200000, 1000);
    }
    tear_down(&f);
}

static void tells_when_memory_ends(void **state)
{
    nwti_source packed = nwti_source_memory("\3\0", 2), out;
    int64_t n = 0;
    int32_t ok;

    (void)state;
    do {
        failing allocator;
        nwti_heap heap;
        nwti_arena arena;

        failing_init(&allocator, &heap, n++);
        nwti_arena_init(&arena, &heap);
        ok = nwti_deflated_source(&arena, &packed, 3 * 1024 * 1024, 0, &out);
        assert_int_equal(ok, !heap.failed);
        nwti_arena_free(&arena);
        assert_int_equal(allocator.live, 0);
    } while (!ok);
    assert_int_equal(n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_zlib),         cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(keeps_the_limit),          cmocka_unit_test(tells_a_failing_source),
        cmocka_unit_test(computes_crc32),           cmocka_unit_test(reads_deflated_data_anywhere),
        cmocka_unit_test(bounds_what_a_read_costs), cmocka_unit_test(bounds_its_memory),
        cmocka_unit_test(finds_damage_at_the_end),  cmocka_unit_test(tells_when_memory_ends)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
