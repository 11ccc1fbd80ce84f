#include "support/failing.h"
#include "support/opened_zip.h"

/* Whatever the bytes are: no crash, no more memory than allowed, and the sizes add up. */
static void survives(const unsigned char *bytes, size_t size)
{
    unsigned char part[4];
    nwti_source out;
    opened o;
    size_t i;

    open_source(&o, nwti_source_memory(bytes, size), 300 * 1024);
    if (o.ok) {
        check_account(&o.zip);
    } else {
        assert_true(o.error.what[0] != '\0');
    }
    for (i = 0; o.ok && i < o.zip.count; i++) {
        nwti_read_error error = {0};
        int32_t whole = nwti_zip_read_all(&o.zip, &o.zip.entries[i], &o.arena, 100000, &error) !=
                        NULL;

        assert_int_equal(whole, error.kind == NWTI_READ_OK);
        if (nwti_zip_member_source(&o.zip, &o.zip.entries[i], &o.arena, &out, &error) &&
            out.size >= 4) {
            nwti_source_read(&out, out.size - 4, part, 4, &error);
        }
    }
    close_source(&o);
}

static const char *const small[] = {"stream", "zip64-prefix", "extras"};

/* No archive is whole without its end: each one cut short must be refused. */
static void survives_every_cut(void **state)
{
    size_t i, size, cut;

    (void)state;
    for (i = 0; i < sizeof small / sizeof small[0]; i++) {
        unsigned char *file = read_zip(small[i], &size);

        for (cut = 0; cut < size; cut++) {
            unsigned char *part = malloc(cut + 1);
            opened o;

            memcpy(part, file, cut);
            open_source(&o, nwti_source_memory(part, cut), 300 * 1024);
            assert_false(o.ok);
            close_source(&o);
            memcpy(part, file + size - cut, cut);
            survives(part, cut);
            free(part);
        }
        free(file);
    }
}

static void survives_every_flip(void **state)
{
    static const unsigned char masks[] = {0xff, 0x01, 0x80};
    size_t i, size, at, k;

    (void)state;
    for (i = 0; i < sizeof small / sizeof small[0]; i++) {
        unsigned char *file = read_zip(small[i], &size);

        for (at = 0; at < size; at++) {
            for (k = 0; k < sizeof masks; k++) {
                file[at] ^= masks[k];
                survives(file, size);
                file[at] ^= masks[k];
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
                                              {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0},
                                              {0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0}};
    size_t size, at, k, width;
    unsigned char *file = read_zip("zip64-prefix", &size), kept[8];

    (void)state;
    for (at = 0; at + 8 <= size; at++) {
        for (k = 0; k < sizeof values / sizeof values[0]; k++) {
            for (width = 2; width <= 8; width *= 2) {
                memcpy(kept, file + at, 8);
                memcpy(file + at, values[k], width);
                survives(file, size);
                memcpy(file + at, kept, 8);
            }
        }
    }
    free(file);
}

/* Opens an archive and reads its members, large ones as sources; the kind of what went wrong. */
static int32_t read_everything(nwti_source source, nwti_heap *heap)
{
    nwti_arena arena;
    nwti_read_error error = {0};
    nwti_source out;
    nwti_zip zip;
    unsigned char byte;
    size_t i;

    nwti_arena_init(&arena, heap);
    if (nwti_zip_open(&zip, &arena, &source, &error)) {
        for (i = 0; i < zip.count && error.kind == NWTI_READ_OK; i++) {
            if ((zip.entries[i].size > NWTI_ZIP_WHOLE_LIMIT ||
                 nwti_zip_read_all(&zip, &zip.entries[i], &arena, NWTI_ZIP_WHOLE_LIMIT, &error) !=
                     NULL) &&
                nwti_zip_member_source(&zip, &zip.entries[i], &arena, &out, &error) &&
                out.size > 0) {
                nwti_source_read(&out, out.size - 1, &byte, 1, &error);
            }
        }
    }
    nwti_arena_free(&arena);
    assert_int_equal(heap->used, 0);
    return error.kind;
}

static void survives_every_failed_allocation(void **state)
{
    static const char *const names[] = {"deflated", "large", "many"};
    size_t i, size;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsigned char *file = read_zip(names[i], &size);
        int64_t n = 0;
        int32_t kind;

        do {
            failing allocator;
            nwti_heap heap;

            failing_init(&allocator, &heap, n++);
            kind = read_everything(nwti_source_memory(file, size), &heap);
            assert_true(kind == NWTI_READ_MEMORY || kind == NWTI_READ_OK);
            assert_false(allocator.wrong);
            assert_int_equal(allocator.live, 0);
        } while (kind != NWTI_READ_OK);
        assert_true(n > 2);
        free(file);
    }
}

static void tells_every_failed_read(void **state)
{
    static const char *const names[] = {"stream", "zip64-prefix", "extras", "large"};
    size_t i, size;

    (void)state;
    for (i = 0; i < 4; i++) {
        unsigned char *file = read_zip(names[i], &size);
        int64_t n = 0;
        int32_t kind;

        do {
            watched_source watched;
            nwti_source source = watch(&watched, nwti_source_memory(file, size));
            nwti_heap heap;

            watched.count.left = n++;
            nwti_heap_init(&heap, NULL, NULL, 0);
            kind = read_everything(source, &heap);
            assert_true(kind == NWTI_READ_FAILED || kind == NWTI_READ_OK);
        } while (kind != NWTI_READ_OK);
        assert_true(n > 8);
        free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(survives_every_cut),
                                       cmocka_unit_test(survives_every_flip),
                                       cmocka_unit_test(survives_large_numbers),
                                       cmocka_unit_test(survives_every_failed_allocation),
                                       cmocka_unit_test(tells_every_failed_read)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
