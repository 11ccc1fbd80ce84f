/* HDF5: finding and opening a file, by its superblock. */
#include "support/hdf5/internal.h"

#include <string.h>

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

/*
 * A look-up may read a structure again and again, a damaged file makes many groups share one; so
 * what all loops together may read is many times the file, but has an end.
 */
#define WORK_TIMES 16
#define WORK_LEAST ((int64_t)256 << 20)

int64_t nwti_hdf5_signature(const nwti_source *source, nwti_read_error *error)
{
    unsigned char found[8];
    int64_t offset = 0;

    while (nwti_source_has(source, offset, 8)) {
        if (!nwti_source_read(source, offset, found, 8, error)) {
            return -1;
        }
        if (memcmp(found, signature, 8) == 0) {
            return offset;
        }
        if (offset > INT64_MAX / 2) {
            break;
        }
        offset = offset == 0 ? 512 : offset * 2;
    }
    return -1;
}

static int32_t take_sizes(hdf5_cursor *cursor)
{
    nwti_hdf5 *file = cursor->file;

    file->offset_size = (int32_t)nwti_hdf5_take(cursor, 1);
    file->length_size = (int32_t)nwti_hdf5_take(cursor, 1);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if ((file->offset_size != 2 && file->offset_size != 4 && file->offset_size != 8) ||
        (file->length_size != 2 && file->length_size != 4 && file->length_size != 8)) {
        return nwti_read_fail(file->error, NWTI_READ_UNSUPPORTED, cursor->start,
                              "HDF5 superblock at %d: offsets of %d and lengths of %d bytes are "
                              "not read, only 2, 4 and 8",
                              cursor->start, (int64_t)file->offset_size,
                              (int64_t)file->length_size);
    }
    return 1;
}

/*
 * The end is stored as if the file began at the stored base. As a block in front of the file may
 * have been added or cut off since, the place of the superblock counts, not the stored base.
 */
static int32_t set_extent(hdf5_cursor *cursor, uint64_t stored_base, uint64_t stored_end)
{
    nwti_hdf5 *file = cursor->file;
    int64_t end;

    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (stored_end > INT64_MAX || stored_base > stored_end ||
        !nwti_add((int64_t)(stored_end - stored_base), file->base, &end)) {
        return nwti_hdf5_broken(cursor, "its end-of-file address is not sensible");
    }
    if (end > file->source.size) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, file->source.size,
                              "HDF5 file is cut off: it has %d bytes, but its superblock says %d",
                              file->source.size, end);
    }
    if (end < cursor->at) {
        return nwti_hdf5_broken(cursor, "its end-of-file address is within the superblock");
    }
    file->end = end;
    return 1;
}

/* A file that is one of several names its driver: "NCSAfami", "NCSAmult". */
static int32_t refuse_driver(nwti_hdf5 *file, int64_t offset)
{
    return nwti_hdf5_unsupported(file, offset, "file that is split into several");
}

static int32_t read_superblock_0(hdf5_cursor *cursor, int32_t version)
{
    nwti_hdf5 *file = cursor->file;
    uint64_t base, end;
    int64_t driver;

    nwti_hdf5_skip(cursor, 4); /* versions of other parts, all 0 */
    if (!take_sizes(cursor)) {
        return 0;
    }
    nwti_hdf5_skip(cursor, 1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));
    base = nwti_hdf5_take(cursor, file->offset_size);
    nwti_hdf5_skip(cursor, file->offset_size); /* free space */
    end = nwti_hdf5_take(cursor, file->offset_size);
    if (!set_extent(cursor, base, end)) {
        return 0;
    }
    cursor->end = file->end;
    driver = nwti_hdf5_take_address(cursor);
    nwti_hdf5_skip(cursor, file->offset_size); /* the root's name */
    file->root = nwti_hdf5_take_address(cursor);
    return driver < 0 || refuse_driver(file, driver);
}

static int32_t read_extension(nwti_hdf5 *file, int64_t extension)
{
    hdf5_message message;

    if (nwti_hdf5_message(file, extension, MESSAGE_DRIVER_INFO, &message)) {
        return refuse_driver(file, message.offset);
    }
    if (nwti_hdf5_message(file, extension, MESSAGE_CACHE_IMAGE, &message)) {
        return nwti_hdf5_unsupported(file, message.offset, "metadata cache image");
    }
    return !nwti_hdf5_failed(file);
}

static int32_t read_superblock_2(hdf5_cursor *cursor)
{
    nwti_hdf5 *file = cursor->file;
    uint64_t base, end;
    int64_t extension;
    hdf5_cursor fields;

    if (!take_sizes(cursor)) {
        return 0;
    }
    nwti_hdf5_skip(cursor, 1); /* flags: consistency */
    fields = *cursor;
    nwti_hdf5_skip(cursor, 4 * (int64_t)file->offset_size);
    if (!nwti_hdf5_take_checksum(cursor)) {
        return 0;
    }
    base = nwti_hdf5_take(&fields, file->offset_size);
    nwti_hdf5_skip(&fields, file->offset_size);
    end = nwti_hdf5_take(&fields, file->offset_size);
    if (!set_extent(cursor, base, end)) {
        return 0;
    }
    file->root = nwti_hdf5_take_address(&fields);
    fields.at = fields.start + 12 + file->offset_size;
    extension = nwti_hdf5_take_address(&fields);
    return extension < 0 ? !nwti_hdf5_failed(file) : read_extension(file, extension);
}

static int32_t read_superblock(nwti_hdf5 *file)
{
    hdf5_cursor cursor;
    int32_t version;

    nwti_hdf5_cursor(file, &cursor, "superblock", file->base, -1);
    nwti_hdf5_skip(&cursor, 8);
    version = nwti_hdf5_take_version(&cursor, 0, 3);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (!(version < 2 ? read_superblock_0(&cursor, version) : read_superblock_2(&cursor))) {
        return 0;
    }
    if (file->root < 0 && !nwti_hdf5_failed(file)) {
        return nwti_hdf5_broken(&cursor, "it has no root group");
    }
    return !nwti_hdf5_failed(file);
}

nwti_hdf5 *nwti_hdf5_open(nwti_arena *arena, const nwti_source *source, nwti_read_error *error)
{
    int64_t base = nwti_hdf5_signature(source, error);
    nwti_hdf5 *file;
    int32_t i;

    if (base < 0) {
        nwti_read_fail(error, NWTI_READ_BROKEN, 0,
                       "not an HDF5 file: no signature at 0, 512, "
                       "1024, 2048 ...");
        return NULL;
    }
    file = nwti_arena_alloc(arena, sizeof *file);
    if (file == NULL) {
        nwti_read_out_of_memory(error);
        return NULL;
    }
    memset(file, 0, offsetof(nwti_hdf5, blocks));
    file->source = *source;
    file->error = error;
    file->heap = arena->heap;
    file->base = base;
    file->end = source->size;
    file->work = source->size > (INT64_MAX - WORK_LEAST) / WORK_TIMES
                     ? INT64_MAX
                     : WORK_LEAST + source->size * WORK_TIMES;
    file->collection = -1;
    for (i = 0; i < HDF5_BLOCKS; i++) {
        file->blocks[i].offset = -1;
        file->blocks[i].used = 0;
    }
    return read_superblock(file) ? file : NULL;
}

int64_t nwti_hdf5_root(const nwti_hdf5 *file)
{
    return file->root;
}
