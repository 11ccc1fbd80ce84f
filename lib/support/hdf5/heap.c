/* HDF5: local heaps (names), the global heap (strings), fractal heaps (links and attributes). */
#include "support/hdf5/internal.h"

#include <string.h>

/* --- Local heaps --- */

int32_t nwti_hdf5_local_heap(nwti_hdf5 *file, int64_t address, hdf5_local_heap *heap)
{
    hdf5_cursor cursor, data;

    if (!nwti_hdf5_open_block(file, &cursor, "local heap", "HEAP", address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 0, 0);
    nwti_hdf5_skip(&cursor, 3);
    heap->file = file;
    heap->size = nwti_hdf5_take_length(&cursor);
    nwti_hdf5_take_length(&cursor); /* free blocks */
    heap->data = nwti_hdf5_take_address(&cursor);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (heap->data < 0) {
        return nwti_hdf5_broken(&cursor, "it has no data");
    }
    return nwti_hdf5_cursor(file, &data, "local heap data", heap->data, heap->size);
}

/* The next piece of a text, `*size` bytes of it up to a NUL; `*ended` if there was one. */
static int32_t next_piece(const hdf5_local_heap *heap, int64_t offset, unsigned char *piece,
                          size_t most, size_t *size, int32_t *ended)
{
    const unsigned char *nul;

    if (offset < 0 || offset >= heap->size) {
        return nwti_read_fail(heap->file->error, NWTI_READ_BROKEN, heap->data,
                              "HDF5 local heap data at %d: a name at %d does not end within its "
                              "%d bytes",
                              heap->data, offset, heap->size);
    }
    *size = heap->size - offset < (int64_t)most ? (size_t)(heap->size - offset) : most;
    if (!nwti_hdf5_read(heap->file, "local heap data", heap->data + offset, piece, *size)) {
        return 0;
    }
    nul = memchr(piece, 0, *size);
    *ended = nul != NULL;
    *size = nul != NULL ? (size_t)(nul - piece) : *size;
    return 1;
}

int32_t nwti_hdf5_local_text(const hdf5_local_heap *heap, int64_t offset, hdf5_budget *budget,
                             nwti_stack *text)
{
    unsigned char piece[64];
    int32_t ended = 0;

    while (!ended) {
        size_t size;
        char *to;

        if (!next_piece(heap, offset, piece, sizeof piece, &size, &ended) ||
            !nwti_hdf5_spend(budget, "local heap data", heap->data, (int64_t)size + ended)) {
            return 0;
        }
        to = nwti_stack_push(text, size + (size_t)ended);
        if (to == NULL) {
            return nwti_read_out_of_memory(heap->file->error);
        }
        memcpy(to, piece, size + (size_t)ended);
        offset += (int64_t)size;
    }
    return 1;
}

int32_t nwti_hdf5_local_compare(const hdf5_local_heap *heap, int64_t offset, const char *name,
                                size_t length)
{
    unsigned char piece[64];
    int32_t ended = 0, result = 0;

    while (result == 0 && !ended) {
        size_t size, common;

        if (!next_piece(heap, offset, piece, sizeof piece, &size, &ended)) {
            return 0;
        }
        common = size < length ? size : length;
        result = memcmp(piece, name, common);
        if (result == 0 && common < size) {
            result = 1;
        }
        offset += (int64_t)size;
        name += common;
        length -= common;
    }
    return result == 0 && length > 0 ? -1 : result;
}

/* --- The global heap --- */

/*
 * From an object on, the next with `index`; `*object` is then its data. Headers are padded to
 * 8 bytes as data are: so they have 16, whatever the size of lengths.
 */
static int32_t find_object(hdf5_cursor *cursor, int64_t index, hdf5_range *object)
{
    enum { HEADER = 16 };
    hdf5_budget budget;

    nwti_hdf5_budget(cursor->file, &budget);
    while (cursor->end - cursor->at >= HEADER &&
           nwti_hdf5_spend(&budget, cursor->what, cursor->at, HEADER)) {
        int64_t found = nwti_hdf5_take_size(cursor, 2);

        nwti_hdf5_skip(cursor, 6); /* references, reserved */
        object->size = nwti_hdf5_take_length(cursor);
        nwti_hdf5_skip(cursor, 8 - cursor->file->length_size);
        object->offset = cursor->at;
        if (found == 0) {
            return 0; /* free space up to the end */
        }
        if (object->size > cursor->end - cursor->at) {
            return nwti_hdf5_broken(cursor, "an object does not lie within its collection");
        }
        nwti_hdf5_skip(cursor, object->size);
        if (cursor->end - cursor->at < 7) {
            cursor->at = cursor->end;
        } else {
            nwti_hdf5_skip(cursor, -object->size & 7);
        }
        if (found == index) {
            return !nwti_hdf5_failed(cursor->file);
        }
    }
    return 0;
}

int32_t nwti_hdf5_global_object(nwti_hdf5 *file, int64_t collection, int64_t index,
                                hdf5_range *object)
{
    const char *what = "global heap collection";
    int64_t next = file->collection == collection ? file->collection_next : -1;
    int64_t first, size;
    hdf5_cursor cursor;
    int32_t found = 0;

    if (!nwti_hdf5_open_block(file, &cursor, what, "GCOL", collection)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 1, 1);
    nwti_hdf5_skip(&cursor, 3);
    size = nwti_hdf5_take_length(&cursor);
    nwti_hdf5_skip(&cursor, 8 - file->length_size);
    first = cursor.at;
    if (nwti_hdf5_failed(file) || !nwti_hdf5_cursor(file, &cursor, what, collection, size)) {
        return 0;
    }
    if (first > cursor.end) {
        return nwti_hdf5_broken(&cursor, "too small for its header");
    }
    if (next >= 0) {
        cursor.at = next;
        found = find_object(&cursor, index, object);
    }
    if (!found && !nwti_hdf5_failed(file)) {
        cursor.at = first;
        found = find_object(&cursor, index, object);
    }
    if (!found) {
        return nwti_hdf5_broken(&cursor, "an object that is referred to is not there");
    }
    file->collection = collection;
    file->collection_next = cursor.at;
    return 1;
}

/* --- Fractal heaps --- */

/* The exponent of the largest power of two that is not above `n` >= 1. */
static int32_t log2_of(int64_t n)
{
    int32_t bits = 0;

    while (n >>= 1) {
        bits++;
    }
    return bits;
}

static int32_t is_power_of_two(int64_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

static int32_t check_heap(hdf5_fractal_heap *heap, const hdf5_cursor *cursor)
{
    int32_t length_bytes, direct_bytes;

    if (!is_power_of_two(heap->width) || !is_power_of_two(heap->start_size) ||
        !is_power_of_two(heap->largest_direct) || heap->largest_direct < heap->start_size ||
        heap->largest_managed > heap->largest_direct || heap->offset_bits > 62 ||
        heap->largest_direct > (int64_t)1 << heap->offset_bits ||
        log2_of(heap->width) + log2_of(heap->start_size) > heap->offset_bits) {
        return nwti_hdf5_broken(cursor, "the sizes of its blocks are not sensible");
    }
    heap->direct_rows = log2_of(heap->largest_direct) - log2_of(heap->start_size) + 2;
    direct_bytes = (log2_of(heap->largest_direct) + 7) / 8;
    length_bytes = heap->largest_managed > 0 ? log2_of(heap->largest_managed) / 8 + 1 : 1;
    heap->length_bytes = direct_bytes < length_bytes ? direct_bytes : length_bytes;
    if (heap->root_rows > heap->offset_bits) {
        return nwti_hdf5_broken(cursor, "its root has more rows than its size allows");
    }
    return 1;
}

int32_t nwti_hdf5_fractal_heap(nwti_hdf5 *file, int64_t address, hdf5_fractal_heap *heap)
{
    hdf5_cursor cursor;
    int64_t filters;
    int32_t flags;

    if (!nwti_hdf5_open_block(file, &cursor, "fractal heap", "FRHP", address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 0, 0);
    heap->file = file;
    heap->address = address;
    heap->id_size = (int32_t)nwti_hdf5_take(&cursor, 2);
    filters = nwti_hdf5_take_size(&cursor, 2);
    flags = (int32_t)nwti_hdf5_take(&cursor, 1);
    heap->has_checksums = (flags & 2) != 0;
    heap->largest_managed = nwti_hdf5_take_size(&cursor, 4);
    nwti_hdf5_skip(&cursor, file->length_size); /* next huge object's number */
    heap->huge_tree = nwti_hdf5_take_address(&cursor);
    nwti_hdf5_skip(&cursor, file->length_size); /* free space */
    nwti_hdf5_skip(&cursor, file->offset_size);
    nwti_hdf5_skip(&cursor, 8 * (int64_t)file->length_size); /* counts and sizes of objects */
    heap->width = nwti_hdf5_take_size(&cursor, 2);
    heap->start_size = nwti_hdf5_take_length(&cursor);
    heap->largest_direct = nwti_hdf5_take_length(&cursor);
    heap->offset_bits = (int32_t)nwti_hdf5_take(&cursor, 2);
    nwti_hdf5_skip(&cursor, 2); /* rows that a new root has */
    heap->root = nwti_hdf5_take_address(&cursor);
    heap->root_rows = nwti_hdf5_take_size(&cursor, 2);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (filters != 0) {
        return nwti_hdf5_unsupported(file, address, "fractal heap with filters");
    }
    return nwti_hdf5_take_checksum(&cursor) && check_heap(heap, &cursor);
}

static int64_t block_size_of_row(const hdf5_fractal_heap *heap, int32_t row)
{
    return row == 0 ? heap->start_size : heap->start_size << (row - 1);
}

/*
 * Which child of an indirect block spans `offset` of it, and how far into that child it is.
 * Row 0 spans `width` blocks of the smallest size; each row after it spans as much as all
 * rows before it.
 */
static int32_t find_row(const hdf5_fractal_heap *heap, int64_t offset, int64_t *column,
                        int64_t *within)
{
    int64_t first_row = heap->width * heap->start_size;
    int32_t row = offset < first_row ? 0 : log2_of(offset / first_row) + 1;
    int64_t start = row == 0 ? 0 : first_row << (row - 1);
    int64_t size = block_size_of_row(heap, row);

    *column = (offset - start) / size;
    *within = (offset - start) % size;
    return row;
}

/* From the indirect block at `*address` to the child that has `*offset`; its row in the block. */
static int32_t descend(const hdf5_fractal_heap *heap, int64_t rows, int64_t *address,
                       int64_t *offset, int32_t *row)
{
    nwti_hdf5 *file = heap->file;
    int32_t offset_bytes = (heap->offset_bits + 7) / 8;
    int64_t column, entry;
    hdf5_cursor cursor, child;

    *row = find_row(heap, *offset, &column, offset);
    if (!nwti_hdf5_open_block(file, &cursor, "fractal heap indirect block", "FHIB", *address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 0, 0);
    if (nwti_hdf5_take_address(&cursor) != heap->address) {
        return nwti_hdf5_broken(&cursor, "it belongs to another heap");
    }
    nwti_hdf5_skip(&cursor, offset_bytes);
    entry = cursor.at + (*row * heap->width + column) * file->offset_size;
    nwti_hdf5_skip(&cursor, rows * heap->width * file->offset_size);
    if (!nwti_hdf5_take_checksum(&cursor)) {
        return 0;
    }
    if (*row >= rows) {
        return nwti_hdf5_broken(&cursor, "an object lies beyond its last row");
    }
    nwti_hdf5_cursor(file, &child, "fractal heap indirect block", entry, file->offset_size);
    *address = nwti_hdf5_take_address(&child);
    if (*address < 0) {
        return nwti_hdf5_broken(&cursor, "an object lies in a block that does not exist");
    }
    return !nwti_hdf5_failed(file);
}

static int32_t managed_object(const hdf5_fractal_heap *heap, int64_t offset, hdf5_range *object)
{
    nwti_hdf5 *file = heap->file;
    int64_t address = heap->root;
    int64_t rows = heap->root_rows;
    int64_t size = heap->start_size;
    int64_t stored_at;
    int32_t row = 0;
    hdf5_cursor cursor;

    while (rows > 0) {
        if (!descend(heap, rows, &address, &offset, &row)) {
            return 0;
        }
        size = block_size_of_row(heap, row);
        rows = row < heap->direct_rows
                   ? 0
                   : log2_of(size) - log2_of(heap->width * heap->start_size) + 1;
        if (row >= heap->direct_rows && rows <= 0) {
            return nwti_read_fail(file->error, NWTI_READ_BROKEN, address,
                                  "HDF5 fractal heap at %d: a block of it has no rows",
                                  heap->address);
        }
    }
    if (!nwti_hdf5_open_block(file, &cursor, "fractal heap direct block", "FHDB", address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 0, 0);
    if (nwti_hdf5_take_address(&cursor) != heap->address) {
        return nwti_hdf5_broken(&cursor, "it belongs to another heap");
    }
    nwti_hdf5_skip(&cursor, (heap->offset_bits + 7) / 8);
    stored_at = cursor.at;
    nwti_hdf5_skip(&cursor, heap->has_checksums ? 4 : 0);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (offset < cursor.at - address || offset > size || object->size > size - offset) {
        return nwti_hdf5_broken(&cursor, "an object does not lie within it");
    }
    object->offset = address + offset;
    return !heap->has_checksums || nwti_hdf5_verify(file, cursor.what, address, size, stored_at);
}

/* Huge objects lie alone in the file; the ID is the key of a B-tree, or tells the place itself. */
static int32_t huge_object(const hdf5_fractal_heap *heap, hdf5_cursor *id, hdf5_range *object)
{
    enum { INDIRECT = 1 };
    nwti_hdf5 *file = heap->file;
    hdf5_budget budget;
    hdf5_tree2 tree = {0};
    int64_t record;
    hdf5_cursor cursor;

    if (heap->id_size - 1 >= file->offset_size + file->length_size) {
        object->offset = nwti_hdf5_take_address(id);
        object->size = nwti_hdf5_take_length(id);
        return object->offset >= 0 || nwti_hdf5_broken(id, "a huge object has no address");
    }
    if (heap->huge_tree < 0) {
        return nwti_hdf5_broken(id, "it has no huge objects");
    }
    nwti_hdf5_budget(file, &budget);
    tree.budget = &budget;
    tree.what = "B-tree of huge objects";
    tree.is_search = 1;
    tree.key_at = file->offset_size + file->length_size;
    tree.key_size = file->length_size;
    tree.key = nwti_hdf5_take(id, heap->id_size - 1 < file->length_size ? heap->id_size - 1
                                                                        : file->length_size);
    if (!nwti_hdf5_tree2(&tree, file, heap->huge_tree, INDIRECT) ||
        !nwti_hdf5_tree2_next(&tree, &record)) {
        return nwti_hdf5_broken(id, "a huge object is not in its B-tree");
    }
    nwti_hdf5_cursor(file, &cursor, tree.what, record, tree.record_size);
    object->offset = nwti_hdf5_take_address(&cursor);
    object->size = nwti_hdf5_take_length(&cursor);
    return object->offset >= 0 || nwti_hdf5_broken(&cursor, "a huge object has no address");
}

static int32_t tiny_object(const hdf5_fractal_heap *heap, hdf5_cursor *id, int32_t first,
                           hdf5_range *object)
{
    object->size = (first & 0x0f) + 1;
    if (heap->id_size > 17) {
        object->size = ((first & 0x0f) << 8 | (int32_t)nwti_hdf5_take(id, 1)) + 1;
    }
    object->offset = id->at;
    nwti_hdf5_skip(id, object->size);
    return !nwti_hdf5_failed(heap->file);
}

int32_t nwti_hdf5_fractal_object(const hdf5_fractal_heap *heap, int64_t id, hdf5_range *object)
{
    enum { IS_MANAGED = 0x00, IS_HUGE = 0x10, IS_TINY = 0x20 };
    nwti_hdf5 *file = heap->file;
    hdf5_cursor cursor, all;
    int32_t first;

    nwti_hdf5_cursor(file, &cursor, "heap ID", id, heap->id_size);
    first = (int32_t)nwti_hdf5_take(&cursor, 1);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if ((first & 0xf0) == IS_HUGE) {
        if (!huge_object(heap, &cursor, object)) {
            return 0;
        }
    } else if ((first & 0xf0) == IS_TINY) {
        if (!tiny_object(heap, &cursor, first, object)) {
            return 0;
        }
    } else if ((first & 0xf0) == IS_MANAGED) {
        int64_t offset = nwti_hdf5_take_size(&cursor, (heap->offset_bits + 7) / 8);

        object->size = nwti_hdf5_take_size(&cursor, heap->length_bytes);
        if (nwti_hdf5_failed(file)) {
            return 0;
        }
        if (heap->root < 0 || offset >> heap->offset_bits != 0) {
            return nwti_hdf5_broken(&cursor, "it lies beyond its heap");
        }
        if (!managed_object(heap, offset, object)) {
            return 0;
        }
    } else {
        return nwti_hdf5_broken(&cursor, "of an unknown sort");
    }
    return nwti_hdf5_cursor(file, &all, "object of a fractal heap", object->offset, object->size);
}
