/* HDF5: the six indexes of chunks, walked for what the chunks of a dataset take in the file. */
#include "support/hdf5/internal.h"

typedef struct chunk_walk {
    nwti_hdf5 *file;
    const nwti_hdf5_chunks *chunks;
    hdf5_budget budget;
    int32_t is_filtered; /* the index tells the size of each chunk */
    int64_t entry_size;  /* of an array */
    int64_t sum;
} chunk_walk;

static int32_t add_chunk(chunk_walk *w, const hdf5_cursor *cursor, int64_t address, int64_t size)
{
    hdf5_cursor chunk;

    if (nwti_hdf5_failed(w->file) || address < 0) {
        return !nwti_hdf5_failed(w->file);
    }
    if (!nwti_hdf5_cursor(w->file, &chunk, "chunk", address, size)) {
        return 0;
    }
    if (!nwti_add(w->sum, size, &w->sum) || w->sum > w->file->end) {
        return nwti_hdf5_broken(cursor, "its chunks take more bytes than the file has");
    }
    return 1;
}

/* An address and, of a filtered chunk, its size in the bytes that are left, and a mask. */
static int32_t take_chunk(chunk_walk *w, hdf5_cursor *cursor, int64_t entry_size)
{
    int64_t address = nwti_hdf5_take_address(cursor);
    int64_t size = w->chunks->bytes;

    if (w->is_filtered) {
        size = nwti_hdf5_take_size(cursor, (int32_t)entry_size - w->file->offset_size - 4);
        nwti_hdf5_skip(cursor, 4);
    }
    return add_chunk(w, cursor, address, size);
}

static int32_t check_entry(const chunk_walk *w, const hdf5_cursor *cursor, int64_t entry_size)
{
    int64_t rest = entry_size - w->file->offset_size;

    if (w->is_filtered ? rest < 4 + 1 || rest > 4 + 8 : rest != 0) {
        return nwti_hdf5_broken(cursor, "its entries have a size that is not sensible");
    }
    return 1;
}

/* --- B-trees --- */

static int32_t walk_tree_1(chunk_walk *w)
{
    hdf5_tree1 tree;
    int64_t key, chunk;

    tree.file = w->file;
    tree.budget = &w->budget;
    tree.what = "B-tree of chunks";
    tree.type = 1;
    tree.key_size = 8 + 8 * ((int64_t)w->chunks->rank + 1);
    tree.reaches = NULL;
    tree.user = NULL;
    if (!nwti_hdf5_tree1(&tree, w->chunks->address)) {
        return 0;
    }
    while (nwti_hdf5_tree1_next(&tree, &key, &chunk)) {
        hdf5_cursor cursor;

        nwti_hdf5_cursor(w->file, &cursor, tree.what, key, tree.key_size);
        if (!add_chunk(w, &cursor, chunk, nwti_hdf5_take_size(&cursor, 4))) {
            return 0;
        }
    }
    return !nwti_hdf5_failed(w->file);
}

static int32_t walk_tree_2(chunk_walk *w)
{
    enum { PLAIN = 10, FILTERED = 11 };
    hdf5_tree2 tree = {0};
    hdf5_cursor cursor;
    int64_t record, entry_size;
    int32_t type;

    tree.budget = &w->budget;
    tree.what = "B-tree of chunks";
    nwti_hdf5_cursor(w->file, &cursor, tree.what, w->chunks->address, -1);
    nwti_hdf5_skip(&cursor, 5);
    type = (int32_t)nwti_hdf5_take(&cursor, 1);
    w->is_filtered = type == FILTERED;
    if (!nwti_hdf5_tree2(&tree, w->file, w->chunks->address, w->is_filtered ? FILTERED : PLAIN)) {
        return 0;
    }
    entry_size = tree.record_size - 8 * (int64_t)w->chunks->rank;
    if (!check_entry(w, &cursor, entry_size)) {
        return 0;
    }
    while (nwti_hdf5_tree2_next(&tree, &record)) {
        nwti_hdf5_cursor(w->file, &cursor, tree.what, record, tree.record_size);
        if (!take_chunk(w, &cursor, entry_size)) {
            return 0;
        }
    }
    return !nwti_hdf5_failed(w->file);
}

/* --- Arrays --- */

static int32_t take_entries(chunk_walk *w, hdf5_cursor *cursor, int64_t count)
{
    int64_t i, size;

    if (nwti_hdf5_failed(w->file)) {
        return 0;
    }
    if (!nwti_multiply(count, w->entry_size, &size) || size > cursor->end - cursor->at) {
        return nwti_hdf5_broken(cursor, "more entries than the file has room for");
    }
    if (!nwti_hdf5_spend(&w->budget, cursor->what, cursor->at, size)) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        if (!take_chunk(w, cursor, w->entry_size)) {
            return 0;
        }
    }
    return 1;
}

/* A header (`array` -1), which says whether chunks are filtered; or a block of the array. */
static int32_t open_array_block(chunk_walk *w, hdf5_cursor *cursor, const char *what,
                                const char *signature, int64_t offset, int64_t array)
{
    int32_t is_filtered;

    if (!nwti_hdf5_open_block(w->file, cursor, what, signature, offset)) {
        return 0;
    }
    nwti_hdf5_take_version(cursor, 0, 0);
    is_filtered = nwti_hdf5_take(cursor, 1) == 1;
    if (array < 0) {
        w->is_filtered = is_filtered;
    } else if (nwti_hdf5_take_address(cursor) != array || w->is_filtered != is_filtered) {
        return nwti_hdf5_broken(cursor, "it belongs to another array");
    }
    return !nwti_hdf5_failed(w->file);
}

/* Entries of a block of pages, each with its checksum; those without a bit were never written. */
static int32_t take_pages(chunk_walk *w, const hdf5_cursor *block, int64_t at, int64_t count,
                          int64_t page_entries, int64_t bits, int64_t first_bit)
{
    int64_t page_size = page_entries * w->entry_size, done, all;
    hdf5_cursor page;

    if (!nwti_multiply(count, w->entry_size, &all) || all > w->file->end - at) {
        return nwti_hdf5_broken(block, "more entries than the file has room for");
    }
    for (done = 0; done < count; done += page_entries, at += page_size + 4, first_bit++) {
        int64_t entries = count - done < page_entries ? count - done : page_entries;
        unsigned char bit;

        if (!nwti_hdf5_spend(&w->budget, block->what, at, 1) ||
            !nwti_hdf5_read(w->file, block->what, bits + first_bit / 8, &bit, 1)) {
            return 0;
        }
        if ((bit & 0x80 >> first_bit % 8) == 0) {
            continue;
        }
        nwti_hdf5_cursor(w->file, &page, block->what, at, -1);
        if (!take_entries(w, &page, entries) || !nwti_hdf5_take_checksum(&page)) {
            return 0;
        }
    }
    return 1;
}

static int32_t walk_fixed_array(chunk_walk *w)
{
    const char *what = "fixed array of chunks";
    int64_t array = w->chunks->address, page_entries, count, data, pages, bits;
    int32_t page_bits;
    hdf5_cursor cursor;

    if (!open_array_block(w, &cursor, what, "FAHD", array, -1)) {
        return 0;
    }
    w->entry_size = nwti_hdf5_take_size(&cursor, 1);
    page_bits = (int32_t)nwti_hdf5_take(&cursor, 1);
    count = nwti_hdf5_take_length(&cursor);
    data = nwti_hdf5_take_address(&cursor);
    if (!nwti_hdf5_take_checksum(&cursor) || !check_entry(w, &cursor, w->entry_size)) {
        return 0;
    }
    if (page_bits > 32) {
        return nwti_hdf5_broken(&cursor, "its pages have 2^32 entries or more");
    }
    if (data < 0 || !open_array_block(w, &cursor, what, "FADB", data, array)) {
        return !nwti_hdf5_failed(w->file);
    }
    page_entries = (int64_t)1 << page_bits;
    if (count <= page_entries) {
        return take_entries(w, &cursor, count) && nwti_hdf5_take_checksum(&cursor);
    }
    pages = (count - 1) / page_entries + 1;
    bits = cursor.at;
    nwti_hdf5_skip(&cursor, (pages - 1) / 8 + 1);
    return nwti_hdf5_take_checksum(&cursor) &&
           take_pages(w, &cursor, cursor.at, count, page_entries, bits, 0);
}

/* An extensible array; super block `i` has 2^(i/2) data blocks of 2^((i+1)/2) * least entries. */
typedef struct extensible_array {
    int64_t address;
    int32_t index_bytes;   /* of an entry's number */
    int64_t in_index;      /* entries in the index block itself */
    int64_t least;         /* entries of the smallest data block */
    int32_t direct_supers; /* super blocks whose data blocks stand in the index block */
    int32_t supers;
    int64_t page_entries;
} extensible_array;

static int32_t log2_exact(int64_t n)
{
    int32_t bits = 0;

    while (bits < 32 && (int64_t)1 << bits < n) {
        bits++;
    }
    return (int64_t)1 << bits == n ? bits : -1;
}

static int64_t data_block_entries(const extensible_array *array, int32_t super)
{
    return array->least << (super + 1) / 2;
}

/* `bits` < 0: the block is too small for pages. */
static int32_t walk_data_block(chunk_walk *w, const extensible_array *array, int64_t address,
                               int32_t super, int64_t bits, int64_t number)
{
    const char *what = "extensible array data block";
    int64_t count = data_block_entries(array, super);
    hdf5_cursor cursor;

    if (address < 0 || !open_array_block(w, &cursor, what, "EADB", address, array->address)) {
        return !nwti_hdf5_failed(w->file);
    }
    nwti_hdf5_skip(&cursor, array->index_bytes);
    if (bits < 0) {
        return take_entries(w, &cursor, count) && nwti_hdf5_take_checksum(&cursor);
    }
    return nwti_hdf5_take_checksum(&cursor) &&
           take_pages(w, &cursor, cursor.at, count, array->page_entries, bits,
                      number * (count / array->page_entries));
}

static int32_t walk_super_block(chunk_walk *w, const extensible_array *array, int64_t address,
                                int32_t super)
{
    const char *what = "extensible array super block";
    int64_t count = (int64_t)1 << super / 2, pages, bits = -1, i;
    int64_t bytes = count * w->file->offset_size;
    hdf5_cursor cursor, addresses;

    if (address < 0 || !open_array_block(w, &cursor, what, "EASB", address, array->address)) {
        return !nwti_hdf5_failed(w->file);
    }
    nwti_hdf5_skip(&cursor, array->index_bytes);
    pages = data_block_entries(array, super) / array->page_entries;
    if (pages > 1) {
        bits = cursor.at;
        nwti_hdf5_skip(&cursor, count * ((pages - 1) / 8 + 1));
    }
    addresses = cursor;
    nwti_hdf5_skip(&cursor, bytes);
    if (!nwti_hdf5_spend(&w->budget, what, address, cursor.at - address) ||
        !nwti_hdf5_take_checksum(&cursor)) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        if (!walk_data_block(w, array, nwti_hdf5_take_address(&addresses), super, bits, i)) {
            return 0;
        }
    }
    return 1;
}

static int32_t walk_index_block(chunk_walk *w, const extensible_array *array, int64_t address)
{
    const char *what = "extensible array index block";
    hdf5_cursor cursor;
    int32_t super;

    if (!open_array_block(w, &cursor, what, "EAIB", address, array->address) ||
        !take_entries(w, &cursor, array->in_index)) {
        return 0;
    }
    for (super = 0; super < array->supers; super++) {
        int64_t blocks = super < array->direct_supers ? (int64_t)1 << super / 2 : 1, i;

        for (i = 0; i < blocks; i++) {
            int64_t block = nwti_hdf5_take_address(&cursor);

            if (!(super < array->direct_supers ? walk_data_block(w, array, block, super, -1, 0)
                                               : walk_super_block(w, array, block, super))) {
                return 0;
            }
        }
    }
    return nwti_hdf5_take_checksum(&cursor);
}

static int32_t walk_extensible_array(chunk_walk *w)
{
    extensible_array array = {0};
    int32_t bits, page_bits, least_bits, pointer_bits;
    int64_t pointers, index;
    hdf5_cursor cursor;

    array.address = w->chunks->address;
    if (!open_array_block(w, &cursor, "extensible array of chunks", "EAHD", array.address, -1)) {
        return 0;
    }
    w->entry_size = nwti_hdf5_take_size(&cursor, 1);
    bits = (int32_t)nwti_hdf5_take(&cursor, 1);
    array.in_index = nwti_hdf5_take_size(&cursor, 1);
    array.least = nwti_hdf5_take_size(&cursor, 1);
    pointers = nwti_hdf5_take_size(&cursor, 1);
    page_bits = (int32_t)nwti_hdf5_take(&cursor, 1);
    nwti_hdf5_skip(&cursor, 6 * (int64_t)w->file->length_size);
    index = nwti_hdf5_take_address(&cursor);
    if (!nwti_hdf5_take_checksum(&cursor) || !check_entry(w, &cursor, w->entry_size)) {
        return 0;
    }
    least_bits = log2_exact(array.least);
    pointer_bits = log2_exact(pointers);
    if (least_bits < 0 || pointer_bits < 1 || bits > 64 || bits < least_bits || page_bits > 32) {
        return nwti_hdf5_broken(&cursor, "the sizes of its blocks are not sensible");
    }
    array.index_bytes = (bits + 7) / 8;
    array.direct_supers = 2 * pointer_bits;
    array.supers = 1 + bits - least_bits;
    array.page_entries = (int64_t)1 << page_bits;
    return index < 0 || walk_index_block(w, &array, index);
}

/* --- All --- */

static int32_t walk_one(chunk_walk *w)
{
    hdf5_cursor cursor;

    nwti_hdf5_cursor(w->file, &cursor, "chunk", w->chunks->address, 0);
    return add_chunk(w, &cursor, w->chunks->address, w->chunks->only_bytes);
}

/* All chunks in a row, whether written or not. */
static int32_t walk_implicit(chunk_walk *w)
{
    hdf5_cursor cursor;
    int64_t size;

    nwti_hdf5_cursor(w->file, &cursor, "chunks", w->chunks->address, 0);
    if (!nwti_multiply(w->chunks->bytes, w->chunks->count, &size)) {
        return nwti_hdf5_broken(&cursor, "2^63 bytes or more");
    }
    return add_chunk(w, &cursor, w->chunks->address, size);
}

int32_t nwti_hdf5_storage(nwti_hdf5 *file, const nwti_hdf5_dataset *dataset, int64_t *bytes)
{
    static int32_t (*const walks[])(chunk_walk *) = {
        walk_tree_1, walk_one, walk_implicit, walk_fixed_array, walk_extensible_array, walk_tree_2};
    chunk_walk w = {file, &dataset->chunks, {NULL, 0}, 0, 0, 0};

    *bytes = dataset->stored;
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (dataset->layout != NWTI_HDF5_CHUNKED || dataset->chunks.address < 0) {
        return 1;
    }
    nwti_hdf5_budget(file, &w.budget);
    if (!walks[dataset->chunks.index](&w) || nwti_hdf5_failed(file)) {
        return 0;
    }
    *bytes = w.sum;
    return 1;
}
