#include "support/zip.h"

#include "support/deflated.h"
#include "support/inflate.h"

/* APPNOTE 4.4.5. */
static const char *method_name(uint16_t method)
{
    static const struct {
        uint16_t method;
        const char *name;
    } known[] = {{9, " (Deflate64)"},  {12, " (bzip2)"}, {14, " (LZMA)"}, {20, " (Zstandard)"},
                 {93, " (Zstandard)"}, {95, " (XZ)"},    {98, " (PPMd)"}, {99, " (AES)"}};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].method == method) {
            return known[i].name;
        }
    }
    return "";
}

/* Refuses what cannot be read: encrypted members and other methods, by name. */
static int32_t check_member(const nwti_zip_entry *entry, nwti_read_error *error)
{
    nwti_label name = nwti_label_of(entry->name, entry->name_length);

    if (entry->encrypted) {
        return nwti_read_fail(error, NWTI_READ_UNSUPPORTED, entry->offset,
                              "member '%s' is encrypted, which is not read", name.text);
    }
    if (entry->method != NWTI_ZIP_STORED && entry->method != NWTI_ZIP_DEFLATED) {
        return nwti_read_fail(error, NWTI_READ_UNSUPPORTED, entry->offset,
                              "member '%s' is compressed by method %d%s, which is not read",
                              name.text, (int64_t)entry->method, method_name(entry->method));
    }
    if (entry->method == NWTI_ZIP_STORED && entry->size != entry->packed_size) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' is stored, but is said to have %d bytes outside the "
                              "archive and %d in it",
                              name.text, entry->size, entry->packed_size);
    }
    /* The best that deflate can do is 258 bytes for 2 bits. */
    if (entry->method == NWTI_ZIP_DEFLATED && entry->size / 1032 > entry->packed_size) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' is said to have %d bytes, more than deflate can make "
                              "of %d",
                              name.text, entry->size, entry->packed_size);
    }
    return 1;
}

static void member_window(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_window *window,
                          nwti_source *out)
{
    nwti_source_window(window, &zip->source, entry->offset + entry->header_size, entry->packed_size,
                       out);
}

/* Inflates a member to its stated size and checks that it ends there; then *crc is its CRC. */
static int32_t inflate_all(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_heap *heap,
                           unsigned char *bytes, uint32_t *crc, nwti_read_error *error)
{
    nwti_inflate *inflate = nwti_heap_resize(heap, NULL, 0, sizeof *inflate);
    nwti_window window;
    nwti_source packed;
    unsigned char beyond;
    const char *what = NULL;
    int64_t offset;

    if (inflate == NULL) {
        return nwti_read_out_of_memory(error);
    }
    member_window(zip, entry, &window, &packed);
    nwti_inflate_start(inflate, &packed, entry->size);
    if (nwti_inflate_read(inflate, bytes, (size_t)entry->size) == (size_t)entry->size) {
        nwti_inflate_read(inflate, &beyond, 1);
    }
    *crc = inflate->state.crc;
    offset = nwti_inflate_offset(inflate);
    if (inflate->state.failure != NULL) {
        what = inflate->state.failure;
    } else if (inflate->state.produced != entry->size) {
        what = "there is less data than was said";
    } else if (offset != entry->packed_size) {
        what = "bytes follow the end of the compressed data";
    }
    if (what != NULL) {
        nwti_read_fail(error, inflate->state.source_failed ? NWTI_READ_FAILED : NWTI_READ_BROKEN,
                       entry->offset + entry->header_size + offset,
                       "member '%s' cannot be decompressed: %s",
                       nwti_label_of(entry->name, entry->name_length).text, what);
    }
    nwti_heap_free(heap, inflate, sizeof *inflate);
    return what == NULL;
}

static unsigned char *read_all(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_arena *arena,
                               int64_t limit, nwti_read_error *error)
{
    nwti_label name = nwti_label_of(entry->name, entry->name_length);
    unsigned char *bytes;
    uint32_t crc = 0;

    if (!check_member(entry, error)) {
        return NULL;
    }
    if (entry->size > limit) {
        nwti_read_fail(error, NWTI_READ_UNSUPPORTED, entry->offset,
                       "member '%s' has %d bytes, more than the limit of %d", name.text,
                       entry->size, limit);
        return NULL;
    }
    bytes = (uint64_t)entry->size < SIZE_MAX ? nwti_arena_alloc(arena, (size_t)entry->size + 1)
                                             : NULL;
    if (bytes == NULL) {
        nwti_read_out_of_memory(error);
        return NULL;
    }
    bytes[entry->size] = '\0';
    if (entry->method == NWTI_ZIP_DEFLATED) {
        if (!inflate_all(zip, entry, arena->heap, bytes, &crc, error)) {
            return NULL;
        }
    } else {
        if (!nwti_source_read(&zip->source, entry->offset + entry->header_size, bytes,
                              (size_t)entry->size, error)) {
            return NULL;
        }
        crc = nwti_crc32(0, bytes, (size_t)entry->size);
    }
    if (crc != entry->crc) {
        nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                       "member '%s' is damaged: its CRC-32 is wrong", name.text);
        return NULL;
    }
    return bytes;
}

unsigned char *nwti_zip_read_all(const nwti_zip *zip, const nwti_zip_entry *entry,
                                 nwti_arena *arena, int64_t limit, nwti_read_error *error)
{
    unsigned char *bytes = read_all(zip, entry, arena, limit, error);

    if (bytes == NULL) {
        error->member = entry->name;
    }
    return bytes;
}

static int32_t open_member(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_arena *arena,
                           nwti_source *out, nwti_read_error *error)
{
    nwti_window *window;
    nwti_source packed;

    if (!check_member(entry, error)) {
        return 0;
    }
    if (entry->method == NWTI_ZIP_DEFLATED && entry->size <= NWTI_ZIP_WHOLE_LIMIT) {
        unsigned char *bytes = read_all(zip, entry, arena, NWTI_ZIP_WHOLE_LIMIT, error);

        *out = nwti_source_memory(bytes, (size_t)entry->size);
        return bytes != NULL;
    }
    window = nwti_arena_alloc(arena, sizeof *window);
    if (window == NULL) {
        return nwti_read_out_of_memory(error);
    }
    if (entry->method == NWTI_ZIP_STORED) {
        member_window(zip, entry, window, out);
        return 1;
    }
    member_window(zip, entry, window, &packed);
    return nwti_deflated_source(arena, &packed, entry->size, entry->crc, out) ||
           nwti_read_out_of_memory(error);
}

int32_t nwti_zip_member_source(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_arena *arena,
                               nwti_source *out, nwti_read_error *error)
{
    if (!open_member(zip, entry, arena, out, error)) {
        error->member = entry->name;
        return 0;
    }
    return 1;
}
