#include "support/inflate.h"
#include "support/opened_zip.h"

/* Reads a source in pieces, backwards, and gives the CRC of the whole. */
static uint32_t crc_backwards(const nwti_source *source, size_t piece)
{
    unsigned char *all = malloc((size_t)source->size + 1);
    int64_t at = source->size;
    uint32_t crc;

    while (at > 0) {
        size_t size = at < (int64_t)piece ? (size_t)at : piece;

        at -= (int64_t)size;
        assert_true(nwti_source_read(source, at, all + at, size, NULL));
    }
    crc = nwti_crc32(0, all, (size_t)source->size);
    free(all);
    return crc;
}

/* What Python's zipfile read from an archive, this reads too: whole and as a source. */
static void check_member(const char *archive, const char *member, int64_t size, uint32_t crc)
{
    size_t file_size;
    unsigned char *file = read_zip(archive, &file_size), *bytes;
    const nwti_zip_entry *entry;
    nwti_source out;
    opened o;

    open_source(&o, nwti_source_memory(file, file_size), 0);
    if (!o.ok) {
        fail_msg("%s: %s", archive, o.error.what);
    }
    assert_true(nwti_zip_is(&o.source));
    check_account(&o.zip);
    entry = nwti_zip_find(&o.zip, member);
    assert_non_null(entry);
    assert_true(entry->size == size && entry->crc == crc);
    bytes = nwti_zip_read_all(&o.zip, entry, &o.arena, size, &o.error);
    if (bytes == NULL) {
        fail_msg("%s: %s", archive, o.error.what);
    }
    assert_int_equal(nwti_crc32(0, bytes, (size_t)size), crc);
    assert_int_equal(bytes[size], 0);
    assert_true(nwti_zip_member_source(&o.zip, entry, &o.arena, &out, &o.error));
    assert_true(out.size == size);
    assert_int_equal(crc_backwards(&out, 99991), crc);
    close_source(&o);
    free(file);
}

static void reads_what_python_reads(void **state)
{
    size_t size, count = 0;
    char *text = (char *)read_golden(FOLDER "members.txt", &size), *line = text;

    (void)state;
    while (*line != '\0') {
        char *member = strchr(line, '\t') + 1, *number = strchr(member, '\t') + 1;
        char *crc = strchr(number, '\t') + 1;

        member[-1] = '\0';
        number[-1] = '\0';
        /* Of the 500 equal ones in `many` every 50th is enough. */
        if (strcmp(line, "many") != 0 || count % 50 == 0) {
            check_member(line, member, strtol(number, NULL, 10), (uint32_t)strtoul(crc, NULL, 16));
        }
        count++;
        line = strchr(crc, '\n') + 1;
    }
    assert_true(count > 500);
    free(text);
}

/* Opens the archive, and if that works reads its first member; the error is that of either. */
static void open_and_read(opened *o, const unsigned char *file, size_t size)
{
    open_source(o, nwti_source_memory(file, size), 0);
    if (o->ok) {
        check_account(&o->zip);
        assert_true(o->zip.count > 0);
        o->ok = nwti_zip_read_all(&o->zip, &o->zip.entries[0], &o->arena, 1 << 20, &o->error) !=
                NULL;
    }
}

static void refuses_by_name(void **state)
{
    static const struct {
        const char *archive;
        const char *what;
        int32_t kind;
    } cases[] = {
        {"encrypted", "member 'config.json' is encrypted, which is not read",
         NWTI_READ_UNSUPPORTED},
        {"crc", "member 'config.json' is damaged: its CRC-32 is wrong", NWTI_READ_BROKEN},
        {"crc-stored", "member 'config.json' is damaged: its CRC-32 is wrong", NWTI_READ_BROKEN},
        {"larger", "member 'config.json' cannot be decompressed: there is less data than was said",
         NWTI_READ_BROKEN},
        {"smaller",
         "member 'config.json' cannot be decompressed: there is more data than was "
         "said",
         NWTI_READ_BROKEN},
        {"impossible",
         "member 'config.json' is said to have 1000000000 bytes, more than deflate "
         "can make of 58",
         NWTI_READ_BROKEN},
        {"stored-sizes",
         "member 'config.json' is stored, but is said to have 5 bytes outside the "
         "archive and 67 in it",
         NWTI_READ_BROKEN},
        {"damaged", "member 'config.json' ", NWTI_READ_BROKEN},
        {"cut-stream",
         "member 'config.json' cannot be decompressed: the compressed data ends too "
         "early",
         NWTI_READ_BROKEN},
        {"after-stream",
         "member 'config.json' cannot be decompressed: bytes follow the end of "
         "the compressed data",
         NWTI_READ_BROKEN},
        {"method-14", "member 'config.json' is compressed by method 14 (LZMA), which is not read",
         NWTI_READ_UNSUPPORTED},
        {"method-77", "member 'config.json' is compressed by method 77, which is not read",
         NWTI_READ_UNSUPPORTED},
        {"method-differs",
         "member 'config.json' has method 8 in the directory, but 0 in its "
         "local header",
         NWTI_READ_BROKEN},
        {"name-differs", "member 'config.json' has another name in its local header",
         NWTI_READ_BROKEN},
        {"name-longer", "member 'config.json' has another name in its local header",
         NWTI_READ_BROKEN},
        {"overlap-same",
         "member 'a' at offset 0 has 67 bytes in the zip directory, but another "
         "member begins at offset 0",
         NWTI_READ_BROKEN},
        {"overlap-part",
         "member 'a' at offset 0 has 107 bytes in the zip directory, but another "
         "member begins at offset 98",
         NWTI_READ_BROKEN},
        {"overlap-directory",
         "member 'a' at offset 0 has 68 bytes in the zip directory, but the "
         "directory begins at offset 98",
         NWTI_READ_BROKEN},
        {"offset-outside",
         "member 'config.json' is said to be at offset 1000000, but the "
         "directory begins at offset 99",
         NWTI_READ_BROKEN},
        {"offset-wrong", "member 'config.json' has no local header at offset 1", NWTI_READ_BROKEN},
        {"directory-outside",
         "the zip directory is said to be at offset 1000000, but 94 bytes "
         "before its end record is offset 196",
         NWTI_READ_BROKEN},
        {"directory-size",
         "the zip directory is said to have 1000000 bytes, but only 290 bytes "
         "precede its end record",
         NWTI_READ_BROKEN},
        {"directory-short",
         "the zip directory is said to have 2 members, too many for its 60 "
         "bytes",
         NWTI_READ_BROKEN},
        {"entries-more", "the zip directory is said to have 3 members, too many for its 94 bytes",
         NWTI_READ_BROKEN},
        {"entries-fewer", "the zip directory has 1 members, but goes on at offset 243",
         NWTI_READ_BROKEN},
        {"entries-many",
         "the zip directory is said to have 60000 members, too many for its 94 "
         "bytes",
         NWTI_READ_BROKEN},
        {"entries-shifted", "there is no zip directory entry at offset 32", NWTI_READ_BROKEN},
        {"zip64-lost", "the zip64 end record is not where its locator at offset 346 says",
         NWTI_READ_BROKEN},
        {"zip64-entries",
         "the zip directory is said to have 9223372036854775807 members, too "
         "many for its 94 bytes",
         NWTI_READ_BROKEN},
        {"zip64-size",
         "the zip directory is said to have 9223372036854775807 bytes, but only 290 "
         "bytes precede its end record",
         NWTI_READ_BROKEN},
        {"zip64-offset",
         "the zip directory is said to be at offset 9223372036854775807, but 94 "
         "bytes before its end record is offset 196",
         NWTI_READ_BROKEN},
        {"zip64-field",
         "the zip64 field at offset 90 has 4 bytes, too few for the sizes it "
         "replaces",
         NWTI_READ_BROKEN},
        {"split", "the zip archive is split over several files, which is not read",
         NWTI_READ_UNSUPPORTED},
        {"no-end",
         "the zip directory's end record is missing: the file is cut short or no zip "
         "archive",
         NWTI_READ_BROKEN}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[100];
        size_t size;
        unsigned char *file;
        opened o;

        snprintf(name, sizeof name, "bad-%s", cases[i].archive);
        file = read_zip(name, &size);
        open_and_read(&o, file, size);
        if (o.ok || strncmp(o.error.what, cases[i].what, strlen(cases[i].what)) != 0) {
            fail_msg("%s: %s, not %s", name, o.error.what, cases[i].what);
        }
        assert_int_equal(o.error.kind, cases[i].kind);
        if (strncmp(cases[i].what, "member 'config.json'", 20) == 0) {
            assert_string_equal(o.error.member, "config.json");
        }
        close_source(&o);
        free(file);
    }
}

static void takes_the_end_record_that_ends_the_file(void **state)
{
    size_t size;
    unsigned char *file = read_zip("comment-end", &size);
    opened o;

    (void)state;
    open_source(&o, nwti_source_memory(file, size), 0);
    assert_true(o.ok);
    assert_non_null(nwti_zip_find(&o.zip, "config.json"));
    assert_int_equal(o.zip.end_size, 22 + 6 + 22 + 4);
    close_source(&o);
    free(file);
}

static void finds_names_exactly(void **state)
{
    size_t size;
    unsigned char *file = read_zip("stored", &size);
    opened o;

    (void)state;
    open_source(&o, nwti_source_memory(file, size), 0);
    assert_non_null(nwti_zip_find(&o.zip, "config.json"));
    assert_null(nwti_zip_find(&o.zip, "config.jso"));
    assert_null(nwti_zip_find(&o.zip, "config.json2"));
    assert_null(nwti_zip_find(&o.zip, "Config.json"));
    assert_null(nwti_zip_find(&o.zip, "./config.json"));
    assert_null(nwti_zip_find(&o.zip, ""));
    close_source(&o);
    free(file);
}

static void tells_zip_from_other_files(void **state)
{
    static const char json[] = "{\"class_name\": \"Sequential\"}";
    nwti_source source = nwti_source_memory(json, sizeof json - 1);
    size_t size;
    unsigned char *file = read_zip("stored", &size);

    (void)state;
    assert_false(nwti_zip_is(&source));
    source = nwti_source_memory(json, 0);
    assert_false(nwti_zip_is(&source));
    source = nwti_source_memory(file, 300); /* cut short, but begins like one */
    assert_true(nwti_zip_is(&source));
    source = nwti_source_memory(file + 1, size - 1); /* only its end is there */
    assert_true(nwti_zip_is(&source));
    free(file);
}

static void keeps_the_output_limit(void **state)
{
    size_t size;
    unsigned char *file = read_zip("bomb", &size);
    const nwti_zip_entry *entry;
    nwti_source out;
    opened o;
    unsigned char part[16] = {1};

    (void)state;
    open_source(&o, nwti_source_memory(file, size), 4 << 20);
    entry = nwti_zip_find(&o.zip, "config.json");
    assert_null(nwti_zip_read_all(&o.zip, entry, &o.arena, 9999999, &o.error));
    assert_int_equal(o.error.kind, NWTI_READ_UNSUPPORTED);
    assert_string_equal(o.error.what,
                        "member 'config.json' has 10000000 bytes, more than the limit of 9999999");
    o.error.kind = NWTI_READ_OK;
    assert_null(nwti_zip_read_all(&o.zip, entry, &o.arena, INT64_MAX, &o.error));
    assert_int_equal(o.error.kind, NWTI_READ_MEMORY);
    o.error.kind = NWTI_READ_OK;
    assert_true(nwti_zip_member_source(&o.zip, entry, &o.arena, &out, &o.error));
    assert_true(nwti_source_read(&out, 10000000 - 16, part, sizeof part, &o.error));
    assert_int_equal(part[0], 0);
    close_source(&o);
    free(file);
}

/* As make_zip.py's large_content. */
static unsigned char large_content(int64_t i)
{
    return (unsigned char)(i / 4096 * 7 + i % 64);
}

static void reads_a_large_deflated_member_anywhere(void **state)
{
    size_t size, j;
    unsigned char *file = read_zip("large", &size), part[999];
    nwti_source out;
    opened o;
    int64_t i;

    (void)state;
    open_source(&o, nwti_source_memory(file, size), 4 << 20);
    assert_true(nwti_zip_member_source(&o.zip, &o.zip.entries[0], &o.arena, &out, &o.error));
    for (i = 0; i < 60; i++) {
        int64_t offset = i * 123456791 % (out.size - (int64_t)sizeof part);

        assert_true(nwti_source_read(&out, offset, part, sizeof part, &o.error));
        for (j = 0; j < sizeof part; j++) {
            assert_int_equal(part[j], large_content(offset + (int64_t)j));
        }
    }
    close_source(&o);
    free(file);
}

/* An archive of 10 GB whose member is made up when it is read. */
typedef struct huge {
    unsigned char *head;
    unsigned char *tail;
    size_t head_size;
    size_t tail_size;
} huge;

#define HUGE_MEMBER ((int64_t)10000000000)

static int32_t read_huge(void *user, int64_t offset, void *buffer, size_t size)
{
    const huge *h = user;
    int64_t head = (int64_t)h->head_size, tail = head + HUGE_MEMBER;
    size_t i;

    for (i = 0; i < size; i++) {
        int64_t at = offset + (int64_t)i;

        ((unsigned char *)buffer)[i] = at < head    ? h->head[at]
                                       : at >= tail ? h->tail[at - tail]
                                                    : (unsigned char)((at - head) >> 20);
    }
    return 0;
}

static void reads_little_of_a_huge_file(void **state)
{
    huge h;
    watched_source watched;
    nwti_source source = {read_huge, NULL, 0, NULL}, out;
    const nwti_zip_entry *entry;
    unsigned char byte;
    opened o;

    (void)state;
    h.head = read_golden(FOLDER "huge-head.bin", &h.head_size);
    h.tail = read_golden(FOLDER "huge-tail.bin", &h.tail_size);
    source.user = &h;
    source.size = (int64_t)h.head_size + HUGE_MEMBER + (int64_t)h.tail_size;
    open_source(&o, watch(&watched, source), 64 * 1024);
    assert_true(o.ok);
    check_account(&o.zip);
    entry = nwti_zip_find(&o.zip, "model.weights.h5");
    assert_true(entry->size == HUGE_MEMBER);
    assert_true(nwti_zip_member_source(&o.zip, entry, &o.arena, &out, &o.error));
    assert_true(nwti_source_read(&out, HUGE_MEMBER - 1, &byte, 1, &o.error));
    assert_int_equal(byte, (HUGE_MEMBER - 1) >> 20 & 255);
    assert_false(nwti_source_read(&out, HUGE_MEMBER, &byte, 1, &o.error));
    assert_true(watched.bytes < 80000);
    close_source(&o);
    free(h.head);
    free(h.tail);
}

/* An end record behind 70 MB of anything. */
static int32_t read_large_directory(void *user, int64_t offset, void *buffer, size_t size)
{
    const int64_t *directory_size = user;
    unsigned char end[22] = "PK\5\6";
    size_t i;

    for (i = 0; i < 4; i++) {
        end[12 + i] = (unsigned char)(*directory_size >> (8 * i));
    }
    for (i = 0; i < size; i++) {
        int64_t at = offset + (int64_t)i - *directory_size;

        ((unsigned char *)buffer)[i] = at >= 0 ? end[at] : 0;
    }
    return 0;
}

static void refuses_a_large_directory(void **state)
{
    int64_t directory_size = 70000000;
    nwti_source source = {read_large_directory, NULL, 0, NULL};
    opened o;

    (void)state;
    source.user = &directory_size;
    source.size = directory_size + 22;
    open_source(&o, source, 64 * 1024);
    assert_int_equal(o.error.kind, NWTI_READ_UNSUPPORTED);
    assert_string_equal(o.error.what,
                        "the zip directory has 70000000 bytes, at most 67108864 are read");
    close_source(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_what_python_reads),
                                       cmocka_unit_test(refuses_by_name),
                                       cmocka_unit_test(takes_the_end_record_that_ends_the_file),
                                       cmocka_unit_test(finds_names_exactly),
                                       cmocka_unit_test(tells_zip_from_other_files),
                                       cmocka_unit_test(keeps_the_output_limit),
                                       cmocka_unit_test(reads_a_large_deflated_member_anywhere),
                                       cmocka_unit_test(reads_little_of_a_huge_file),
                                       cmocka_unit_test(refuses_a_large_directory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
