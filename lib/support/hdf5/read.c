/* HDF5: reading through a cache of blocks, fields of structures, and the budgets of loops. */
#include "support/hdf5/internal.h"

#include <string.h>

/* --- Blocks --- */

static hdf5_block *find_block(nwti_hdf5 *file, int64_t offset)
{
    hdf5_block *oldest = &file->blocks[0];
    int32_t i;

    for (i = 0; i < HDF5_BLOCKS; i++) {
        hdf5_block *block = &file->blocks[i];

        if (block->offset == offset) {
            return block;
        }
        if (block->used < oldest->used) {
            oldest = block;
        }
    }
    oldest->offset = -1;
    oldest->size = file->end - offset < HDF5_BLOCK ? (size_t)(file->end - offset) : HDF5_BLOCK;
    if (!nwti_source_read(&file->source, offset, oldest->bytes, oldest->size, file->error)) {
        return NULL;
    }
    oldest->offset = offset;
    return oldest;
}

static int32_t in_file(const nwti_hdf5 *file, int64_t offset, int64_t size)
{
    return offset >= file->base && size >= 0 && offset <= file->end && size <= file->end - offset;
}

int32_t nwti_hdf5_read(nwti_hdf5 *file, const char *what, int64_t offset, void *buffer, size_t size)
{
    unsigned char *out = buffer;

    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (!in_file(file, offset, (int64_t)size)) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, offset,
                              "HDF5 %s at %d: its %z bytes do not lie in the file, which has %d",
                              what, offset, size, file->end);
    }
    if (size > HDF5_BLOCK) {
        return nwti_source_read(&file->source, offset, buffer, size, file->error);
    }
    while (size != 0) {
        size_t within = (size_t)(offset % HDF5_BLOCK);
        size_t part;

        if (file->recent == NULL || file->recent->offset != offset - (int64_t)within) {
            file->recent = find_block(file, offset - (int64_t)within);
            if (file->recent == NULL) {
                return 0;
            }
            file->recent->used = ++file->clock;
        }
        part = file->recent->size - within < size ? file->recent->size - within : size;
        memcpy(out, file->recent->bytes + within, part);
        out += part;
        offset += (int64_t)part;
        size -= part;
    }
    return 1;
}

/* --- Cursors --- */

int32_t nwti_hdf5_cursor(nwti_hdf5 *file, hdf5_cursor *cursor, const char *what, int64_t offset,
                         int64_t size)
{
    cursor->file = file;
    cursor->what = what;
    cursor->start = offset;
    cursor->at = offset;
    cursor->end = offset;
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (size < 0) {
        size = in_file(file, offset, 0) ? file->end - offset : 0;
    }
    if (!in_file(file, offset, size)) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, offset,
                              "HDF5 %s at %d: its %d bytes do not lie in the file, which has %d",
                              what, offset, size, file->end);
    }
    cursor->end = offset + size;
    return 1;
}

int32_t nwti_hdf5_broken(const hdf5_cursor *cursor, const char *why)
{
    return nwti_read_fail(cursor->file->error, NWTI_READ_BROKEN, cursor->start, "HDF5 %s at %d: %s",
                          cursor->what, cursor->start, why);
}

int32_t nwti_hdf5_unsupported(nwti_hdf5 *file, int64_t offset, const char *what)
{
    return nwti_read_fail(file->error, NWTI_READ_UNSUPPORTED, offset, "HDF5 %s at %d is not read",
                          what, offset);
}

/* The bytes up to the end of what is asked for are there, or the error is set. */
static int32_t reserve(hdf5_cursor *cursor, int64_t bytes)
{
    if (nwti_hdf5_failed(cursor->file)) {
        return 0;
    }
    if (bytes < 0 || bytes > cursor->end - cursor->at) {
        return nwti_hdf5_broken(cursor, "ends before all its fields");
    }
    return 1;
}

uint64_t nwti_hdf5_take(hdf5_cursor *cursor, int32_t bytes)
{
    unsigned char buffer[8] = {0};

    if (!reserve(cursor, bytes) ||
        !nwti_hdf5_read(cursor->file, cursor->what, cursor->at, buffer, (size_t)bytes)) {
        return 0;
    }
    cursor->at += bytes;
    return nwti_le64(buffer);
}

int64_t nwti_hdf5_take_size(hdf5_cursor *cursor, int32_t bytes)
{
    uint64_t value = nwti_hdf5_take(cursor, bytes);

    if (value > INT64_MAX) {
        return nwti_hdf5_broken(cursor, "a size of 2^63 or more");
    }
    return (int64_t)value;
}

int64_t nwti_hdf5_take_length(hdf5_cursor *cursor)
{
    return nwti_hdf5_take_size(cursor, cursor->file->length_size);
}

int64_t nwti_hdf5_take_address(hdf5_cursor *cursor)
{
    nwti_hdf5 *file = cursor->file;
    uint64_t value = nwti_hdf5_take(cursor, file->offset_size);

    if (nwti_hdf5_failed(file) || value == UINT64_MAX >> (64 - 8 * file->offset_size)) {
        return -1;
    }
    if (value > (uint64_t)(file->end - file->base)) {
        nwti_read_fail(file->error, NWTI_READ_BROKEN, cursor->at - file->offset_size,
                       "HDF5 %s at %d: leads to a place beyond the end of the file, %d",
                       cursor->what, cursor->start, file->end);
        return -1;
    }
    return file->base + (int64_t)value;
}

void nwti_hdf5_skip(hdf5_cursor *cursor, int64_t bytes)
{
    if (reserve(cursor, bytes)) {
        cursor->at += bytes;
    }
}

int32_t nwti_hdf5_take_version(hdf5_cursor *cursor, int32_t least, int32_t most)
{
    int32_t version = (int32_t)nwti_hdf5_take(cursor, 1);

    if (!nwti_hdf5_failed(cursor->file) && (version < least || version > most)) {
        nwti_read_fail(cursor->file->error, NWTI_READ_UNSUPPORTED, cursor->at - 1,
                       "HDF5 %s at %d: version %d is not read, only %d to %d", cursor->what,
                       cursor->start, (int64_t)version, (int64_t)least, (int64_t)most);
    }
    return version;
}

int32_t nwti_hdf5_open_block(nwti_hdf5 *file, hdf5_cursor *cursor, const char *what,
                             const char *block_signature, int64_t offset)
{
    uint64_t found;

    if (!nwti_hdf5_cursor(file, cursor, what, offset, -1)) {
        return 0;
    }
    found = nwti_hdf5_take(cursor, 4);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (found != nwti_le32((const unsigned char *)block_signature)) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, offset,
                              "HDF5 %s at %d: its signature \"%s\" is not there", what, offset,
                              block_signature);
    }
    return 1;
}

/* --- Budgets --- */

void nwti_hdf5_budget(nwti_hdf5 *file, hdf5_budget *budget)
{
    budget->file = file;
    budget->left = file->end - file->base;
}

int32_t nwti_hdf5_spend(hdf5_budget *budget, const char *what, int64_t offset, int64_t bytes)
{
    nwti_hdf5 *file = budget->file;

    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (bytes > budget->left || bytes > file->work) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, offset,
                              "HDF5 %s at %d: its structures overlap or lead back to themselves",
                              what, offset);
    }
    budget->left -= bytes;
    file->work -= bytes;
    return 1;
}
