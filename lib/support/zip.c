#include "support/zip.h"

#include <string.h>

#define LOCAL_SIGNATURE 0x04034b50u
#define ENTRY_SIGNATURE 0x02014b50u
#define END_SIGNATURE 0x06054b50u
#define END64_SIGNATURE 0x06064b50u
#define LOCATOR_SIGNATURE 0x07064b50u

enum { LOCAL_SIZE = 30, ENTRY_SIZE = 46, END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20 };
enum { LONGEST_COMMENT = 65535, ZIP64_EXTRA = 1, ENCRYPTED_FLAG = 1 };

/* What the end records say. */
typedef struct ending {
    int64_t start; /* of the first end record, where the directory ends */
    uint64_t entries;
    uint64_t size;   /* of the directory */
    uint64_t offset; /* of the directory, before any bytes in front are counted */
    uint32_t disk;
    uint32_t directory_disk;
} ending;

static int64_t saturated(uint64_t n)
{
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

/*
 * Finds the end record: the last one whose comment reaches exactly to the end of the source, else
 * the last one whose comment does not go beyond it; -1 if there is none. 0 if reading fails.
 */
static int32_t find_end(const nwti_source *source, int64_t *found, nwti_read_error *error)
{
    unsigned char buffer[4096];
    int64_t lowest = source->size - END_SIZE - LONGEST_COMMENT, high = source->size, low;

    *found = -1;
    lowest = lowest > 0 ? lowest : 0;
    while (high - lowest >= END_SIZE) {
        low = high - (int64_t)sizeof buffer > lowest ? high - (int64_t)sizeof buffer : lowest;
        if (!nwti_source_read(source, low, buffer, (size_t)(high - low), error)) {
            return 0;
        }
        for (int64_t at = high - END_SIZE; at >= low; at--) {
            const unsigned char *record = buffer + (at - low);
            int64_t end = at + END_SIZE + nwti_le16(record + 20);

            if (nwti_le32(record) != END_SIGNATURE || end > source->size) {
                continue;
            }
            if (end == source->size) {
                *found = at;
                return 1;
            }
            *found = *found < 0 ? at : *found;
        }
        if (low == lowest) {
            break;
        }
        high = low + END_SIZE - 1;
    }
    return 1;
}

int32_t nwti_zip_is(const nwti_source *source)
{
    unsigned char start[4];
    int64_t at;

    return (nwti_source_read(source, 0, start, sizeof start, NULL) &&
            nwti_le32(start) == LOCAL_SIGNATURE) ||
           (find_end(source, &at, NULL) && at >= 0);
}

/* The zip64 end record lies where the locator says, or just before it if bytes lie in front. */
static int32_t find_end64(const nwti_source *source, int64_t locator, uint64_t stated,
                          unsigned char *record, int64_t *found, nwti_read_error *error)
{
    int64_t candidates[2] = {saturated(stated), locator - END64_SIZE};

    for (int32_t i = 0; i < 2; i++) {
        if (candidates[i] < 0 || candidates[i] > locator - END64_SIZE) {
            continue;
        }
        if (!nwti_source_read(source, candidates[i], record, END64_SIZE, error)) {
            return 0;
        }
        if (nwti_le32(record) == END64_SIGNATURE) {
            *found = candidates[i];
            return 1;
        }
    }
    return 1;
}

static int32_t read_end64(const nwti_source *source, ending *end, nwti_read_error *error)
{
    unsigned char locator[LOCATOR_SIZE], record[END64_SIZE];
    int64_t at = end->start - LOCATOR_SIZE, found = -1;
    int32_t needed = end->entries == UINT16_MAX || end->size == UINT32_MAX ||
                     end->offset == UINT32_MAX;

    if (at < 0) {
        return 1;
    }
    if (!nwti_source_read(source, at, locator, sizeof locator, error)) {
        return 0;
    }
    if (nwti_le32(locator) != LOCATOR_SIGNATURE) {
        return 1;
    }
    if (!find_end64(source, at, nwti_le64(locator + 8), record, &found, error)) {
        return 0;
    }
    if (found < 0) {
        /* Unless a zip64 record is needed, the locator's signature may be chance. */
        return !needed || nwti_read_fail(error, NWTI_READ_BROKEN, at,
                                         "the zip64 end record is not where its locator at "
                                         "offset %d says",
                                         at);
    }
    end->start = found;
    end->disk = nwti_le32(record + 16);
    end->directory_disk = nwti_le32(record + 20);
    end->entries = nwti_le64(record + 32);
    end->size = nwti_le64(record + 40);
    end->offset = nwti_le64(record + 48);
    return 1;
}

static int32_t read_end(const nwti_source *source, ending *end, nwti_read_error *error)
{
    unsigned char record[END_SIZE];

    if (!find_end(source, &end->start, error)) {
        return 0;
    }
    if (end->start < 0) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, source->size,
                              "the zip directory's end record is missing: the file is cut short "
                              "or no zip archive");
    }
    if (!nwti_source_read(source, end->start, record, sizeof record, error)) {
        return 0;
    }
    end->disk = nwti_le16(record + 4);
    end->directory_disk = nwti_le16(record + 6);
    end->entries = nwti_le16(record + 10);
    end->size = nwti_le32(record + 12);
    end->offset = nwti_le32(record + 16);
    if (!read_end64(source, end, error)) {
        return 0;
    }
    if (end->disk != 0 || end->directory_disk != 0) {
        return nwti_read_fail(error, NWTI_READ_UNSUPPORTED, end->start,
                              "the zip archive is split over several files, which is not read");
    }
    return 1;
}

/* Checks what the end records say of the directory's place and size. */
static int32_t check_end(const ending *end, nwti_read_error *error)
{
    int64_t size = saturated(end->size), offset = saturated(end->offset);

    if (size > end->start) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, end->start,
                              "the zip directory is said to have %d bytes, but only %d bytes "
                              "precede its end record",
                              size, end->start);
    }
    if (offset > end->start - size) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, end->start,
                              "the zip directory is said to be at offset %d, but %d bytes before "
                              "its end record is offset %d",
                              offset, size, end->start - size);
    }
    if (size > NWTI_ZIP_DIRECTORY_LIMIT) {
        return nwti_read_fail(error, NWTI_READ_UNSUPPORTED, end->start,
                              "the zip directory has %d bytes, at most %d are read", size,
                              NWTI_ZIP_DIRECTORY_LIMIT);
    }
    if (end->entries > (uint64_t)size / ENTRY_SIZE) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, end->start,
                              "the zip directory is said to have %d members, too many for its "
                              "%d bytes",
                              saturated(end->entries), size);
    }
    return 1;
}

/* Reads through a buffer: a directory is many small pieces one after another. */
typedef struct pieces {
    const nwti_source *source;
    int64_t end;   /* nothing beyond is read */
    int64_t start; /* of the buffer's bytes */
    size_t count;
    unsigned char buffer[4096];
} pieces;

static int32_t read_piece(pieces *from, int64_t offset, void *to, size_t size,
                          nwti_read_error *error)
{
    if ((int64_t)size > from->end - offset) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, offset,
                              "the zip directory ends inside an entry");
    }
    if (size > sizeof from->buffer) {
        return nwti_source_read(from->source, offset, to, size, error);
    }
    if (offset < from->start || offset + (int64_t)size > from->start + (int64_t)from->count) {
        int64_t left = from->end - offset;

        from->start = offset;
        from->count = left < (int64_t)sizeof from->buffer ? (size_t)left : sizeof from->buffer;
        if (!nwti_source_read(from->source, offset, from->buffer, from->count, error)) {
            from->count = 0;
            return 0;
        }
    }
    memcpy(to, from->buffer + (offset - from->start), size);
    return 1;
}

/*
 * Reads the 64-bit values that an entry's zip64 extra field holds in place of its saturated ones.
 * Without such a field the 32-bit values stand, saturated or not.
 */
static int32_t read_zip64(pieces *from, int64_t at, int64_t end, uint64_t *values[3],
                          nwti_read_error *error)
{
    unsigned char field[24];

    while (end - at >= 4) {
        uint16_t id, size;
        size_t used = 0;

        if (!read_piece(from, at, field, 4, error)) {
            return 0;
        }
        id = nwti_le16(field);
        size = nwti_le16(field + 2);
        at += 4;
        if (id != ZIP64_EXTRA || size > end - at) {
            at += size;
            continue;
        }
        if (!read_piece(from, at, field, size < sizeof field ? size : sizeof field, error)) {
            return 0;
        }
        for (int32_t i = 0; i < 3; i++) {
            if (*values[i] != UINT32_MAX) {
                continue;
            }
            if (used + 8 > size) {
                return nwti_read_fail(error, NWTI_READ_BROKEN, at,
                                      "the zip64 field at offset %d has %d bytes, too few for "
                                      "the sizes it replaces",
                                      at, (int64_t)size);
            }
            *values[i] = nwti_le64(field + used);
            used += 8;
        }
        return 1;
    }
    return 1;
}

/* Reads the entry at *at and moves *at behind it. */
static int32_t read_entry(pieces *from, nwti_arena *arena, int64_t before, int64_t *at,
                          nwti_zip_entry *entry, nwti_read_error *error)
{
    unsigned char head[ENTRY_SIZE];
    uint64_t packed_size, size, offset, *values[3] = {&size, &packed_size, &offset};
    int64_t extra, comment;
    char *name;

    if (!read_piece(from, *at, head, sizeof head, error)) {
        return 0;
    }
    if (nwti_le32(head) != ENTRY_SIGNATURE) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, *at,
                              "there is no zip directory entry at offset %d", *at);
    }
    entry->encrypted = nwti_le16(head + 8) & ENCRYPTED_FLAG;
    entry->method = nwti_le16(head + 10);
    entry->crc = nwti_le32(head + 16);
    packed_size = nwti_le32(head + 20);
    size = nwti_le32(head + 24);
    entry->name_length = nwti_le16(head + 28);
    offset = nwti_le32(head + 42);
    extra = *at + ENTRY_SIZE + entry->name_length;
    comment = extra + nwti_le16(head + 30);

    name = nwti_arena_alloc(arena, (size_t)entry->name_length + 1);
    if (name == NULL) {
        return nwti_read_out_of_memory(error);
    }
    if (!read_piece(from, *at + ENTRY_SIZE, name, entry->name_length, error) ||
        !read_zip64(from, extra, comment, values, error)) {
        return 0;
    }
    name[entry->name_length] = '\0';
    entry->name = name;
    entry->packed_size = saturated(packed_size);
    entry->size = saturated(size);
    entry->offset = offset > (uint64_t)(INT64_MAX - before) ? INT64_MAX : (int64_t)offset + before;
    *at = comment + nwti_le16(head + 32);
    return *at <= from->end || nwti_read_fail(error, NWTI_READ_BROKEN, from->end,
                                              "the zip directory ends inside an entry");
}

static int32_t read_directory(nwti_zip *zip, nwti_arena *arena, const ending *end, int64_t before,
                              nwti_read_error *error)
{
    pieces from;
    int64_t at = end->start - zip->directory_size;

    zip->count = (size_t)end->entries;
    zip->entries = nwti_arena_array(arena, zip->count, sizeof *zip->entries);
    if (zip->entries == NULL) {
        return nwti_read_out_of_memory(error);
    }
    from.source = &zip->source;
    from.end = end->start;
    from.start = 0;
    from.count = 0;
    for (size_t i = 0; i < zip->count; i++) {
        memset(&zip->entries[i], 0, sizeof zip->entries[i]);
        zip->entries[i].number = (uint32_t)i;
        if (!read_entry(&from, arena, before, &at, &zip->entries[i], error)) {
            return 0;
        }
    }
    if (at != end->start) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, at,
                              "the zip directory has %d members, but goes on at offset %d",
                              (int64_t)zip->count, at);
    }
    return 1;
}

static int32_t is_after(const nwti_zip_entry *a, const nwti_zip_entry *b)
{
    return a->offset != b->offset ? a->offset > b->offset : a->number > b->number;
}

static void sift_down(nwti_zip_entry *entries, size_t root, size_t count)
{
    nwti_zip_entry moved = entries[root];

    while (root * 2 + 1 < count) {
        size_t child = root * 2 + 1;

        if (child + 1 < count && is_after(&entries[child + 1], &entries[child])) {
            child++;
        }
        if (!is_after(&entries[child], &moved)) {
            break;
        }
        entries[root] = entries[child];
        root = child;
    }
    entries[root] = moved;
}

/* Heapsort, because qsort may allocate or be quadratic. */
static void sort_by_offset(nwti_zip_entry *entries, size_t count)
{
    for (size_t i = count / 2; i > 0; i--) {
        sift_down(entries, i - 1, count);
    }
    for (size_t end = count; end > 1; end--) {
        nwti_zip_entry last = entries[end - 1];

        entries[end - 1] = entries[0];
        entries[0] = last;
        sift_down(entries, 0, end - 1);
    }
}

static int32_t same_name(const nwti_zip *zip, const nwti_zip_entry *entry, int64_t at,
                         nwti_read_error *error)
{
    char part[256];
    size_t done = 0;

    while (done < entry->name_length) {
        size_t size = entry->name_length - done < sizeof part ? entry->name_length - done
                                                              : sizeof part;

        if (!nwti_source_read(&zip->source, at + (int64_t)done, part, size, error)) {
            return 0;
        }
        if (memcmp(part, entry->name + done, size) != 0) {
            return nwti_read_fail(error, NWTI_READ_BROKEN, at,
                                  "member '%s' has another name in its local header",
                                  nwti_label_of(entry->name, entry->name_length).text);
        }
        done += size;
    }
    return 1;
}

/* Checks a member's local header; it and the data after it must end by `next`. */
static int32_t read_local(const nwti_zip *zip, nwti_zip_entry *entry, int64_t next,
                          int64_t directory, nwti_read_error *error)
{
    unsigned char head[LOCAL_SIZE];
    nwti_label name = nwti_label_of(entry->name, entry->name_length);
    int64_t room = next - entry->offset;

    if (entry->offset > directory - LOCAL_SIZE) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' is said to be at offset %d, but the directory begins "
                              "at offset %d",
                              name.text, entry->offset, directory);
    }
    if (!nwti_source_read(&zip->source, entry->offset, head, sizeof head, error)) {
        return 0;
    }
    if (nwti_le32(head) != LOCAL_SIGNATURE) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' has no local header at offset %d", name.text,
                              entry->offset);
    }
    if (nwti_le16(head + 8) != entry->method) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' has method %d in the directory, but %d in its local "
                              "header",
                              name.text, (int64_t)entry->method, (int64_t)nwti_le16(head + 8));
    }
    if (nwti_le16(head + 26) != entry->name_length) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' has another name in its local header", name.text);
    }
    entry->header_size = LOCAL_SIZE + (uint32_t)nwti_le16(head + 26) + nwti_le16(head + 28);
    if (room < entry->header_size || entry->packed_size > room - entry->header_size) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, entry->offset,
                              "member '%s' at offset %d has %d bytes in the zip directory, but %s "
                              "at offset %d",
                              name.text, entry->offset, entry->packed_size,
                              next < directory ? "another member begins" : "the directory begins",
                              next);
    }
    entry->encrypted |= nwti_le16(head + 6) & ENCRYPTED_FLAG;
    entry->after = room - entry->header_size - entry->packed_size;
    return same_name(zip, entry, entry->offset + LOCAL_SIZE, error);
}

static int32_t read_locals(nwti_zip *zip, int64_t directory, nwti_read_error *error)
{
    sort_by_offset(zip->entries, zip->count);
    zip->before = zip->count > 0 ? zip->entries[0].offset : directory;
    for (size_t i = 0; i < zip->count; i++) {
        int64_t next = i + 1 < zip->count ? zip->entries[i + 1].offset : directory;

        next = next < directory ? next : directory;
        if (!read_local(zip, &zip->entries[i], next, directory, error)) {
            error->member = zip->entries[i].name;
            return 0;
        }
    }
    return 1;
}

int32_t nwti_zip_open(nwti_zip *zip, nwti_arena *arena, const nwti_source *source,
                      nwti_read_error *error)
{
    ending end;
    int64_t directory;

    memset(zip, 0, sizeof *zip);
    zip->source = *source;
    if (!read_end(source, &end, error) || !check_end(&end, error)) {
        return 0;
    }
    zip->directory_size = (int64_t)end.size;
    zip->end_size = source->size - end.start;
    directory = end.start - zip->directory_size;
    return read_directory(zip, arena, &end, directory - (int64_t)end.offset, error) &&
           read_locals(zip, directory, error);
}

const nwti_zip_entry *nwti_zip_find(const nwti_zip *zip, const char *name)
{
    const nwti_zip_entry *found = NULL;
    size_t length = strlen(name);

    for (size_t i = 0; i < zip->count; i++) {
        const nwti_zip_entry *entry = &zip->entries[i];

        if (entry->name_length == length && memcmp(entry->name, name, length) == 0 &&
            (found == NULL || entry->number > found->number)) {
            found = entry;
        }
    }
    return found;
}
