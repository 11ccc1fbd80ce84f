/* HDF5: the two kinds of B-tree, walked without recursion, in the order of their keys. */
#include "support/hdf5/internal.h"

/* --- Version 1: old groups, and chunks --- */

static int32_t enter_node_1(hdf5_tree1 *tree, int64_t address, int32_t level)
{
    nwti_hdf5 *file = tree->file;
    hdf5_cursor cursor;
    int32_t type, found;
    int64_t count, size;

    if (address < 0) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, -1,
                              "HDF5 %s: one of its nodes has no address", tree->what);
    }
    if (!nwti_hdf5_open_block(file, &cursor, tree->what, "TREE", address)) {
        return 0;
    }
    type = (int32_t)nwti_hdf5_take(&cursor, 1);
    found = (int32_t)nwti_hdf5_take(&cursor, 1);
    count = nwti_hdf5_take_size(&cursor, 2);
    nwti_hdf5_skip(&cursor, 2 * (int64_t)file->offset_size); /* its siblings */
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (type != tree->type) {
        return nwti_hdf5_broken(&cursor, "a node of another type of tree");
    }
    if (level >= 0 ? found != level : found >= HDF5_LEVELS) {
        return nwti_hdf5_broken(&cursor,
                                level >= 0 ? "a node of the wrong level" : "too many levels");
    }
    if (level < 0) {
        tree->top = found;
    }
    size = count * (tree->key_size + file->offset_size) + (count != 0 ? tree->key_size : 0);
    if (!nwti_hdf5_spend(tree->budget, tree->what, address, cursor.at - address + size)) {
        return 0;
    }
    tree->levels[tree->depth].at = cursor.at;
    tree->levels[tree->depth].left = count;
    tree->depth++;
    nwti_hdf5_skip(&cursor, size);
    return !nwti_hdf5_failed(file);
}

int32_t nwti_hdf5_tree1(hdf5_tree1 *tree, int64_t root)
{
    tree->depth = 0;
    return enter_node_1(tree, root, -1);
}

int32_t nwti_hdf5_tree1_next(hdf5_tree1 *tree, int64_t *key, int64_t *child)
{
    while (tree->depth > 0 && !nwti_hdf5_failed(tree->file)) {
        hdf5_tree1_level *level = &tree->levels[tree->depth - 1];
        hdf5_cursor cursor;
        int64_t step = tree->key_size + tree->file->offset_size;

        if (level->left == 0) {
            tree->depth--;
            continue;
        }
        *key = level->at;
        level->at += step;
        level->left--;
        if (tree->reaches != NULL) {
            if (!tree->reaches(tree->user, level->at)) {
                continue;
            }
            level->left = 0;
        }
        nwti_hdf5_cursor(tree->file, &cursor, tree->what, *key + tree->key_size, step);
        *child = nwti_hdf5_take_address(&cursor);
        if (nwti_hdf5_failed(tree->file)) {
            return 0;
        }
        if (tree->depth == tree->top + 1) {
            return 1;
        }
        if (!enter_node_1(tree, *child, tree->top - tree->depth)) {
            return 0;
        }
    }
    return 0;
}

/* --- Version 2: links, attributes, huge objects of heaps, and chunks --- */

enum { NODE_OVERHEAD = 4 + 1 + 1 + 4 }; /* signature, version, type, checksum */

/* Bytes that hold any number up to `most`. */
static int32_t bytes_for(uint64_t most)
{
    int32_t bytes = 1;

    while (bytes < 8 && most >> (8 * bytes) != 0) {
        bytes++;
    }
    return bytes;
}

/* How large the counts beside a child's address are follows from the most that can be below it. */
static int32_t lay_out(hdf5_tree2 *tree, const hdf5_cursor *cursor)
{
    uint64_t most = (uint64_t)((tree->node_size - NODE_OVERHEAD) / tree->record_size);
    uint64_t total = most;
    int32_t level;

    tree->count_size = bytes_for(most);
    tree->total_size[0] = 0;
    for (level = 1; level <= tree->top; level++) {
        int64_t pointer = tree->file->offset_size + tree->count_size + tree->total_size[level - 1];
        uint64_t room = tree->node_size > NODE_OVERHEAD + pointer
                            ? (uint64_t)((tree->node_size - NODE_OVERHEAD - pointer) /
                                         (tree->record_size + pointer))
                            : 0;

        if (room == 0) {
            return nwti_hdf5_broken(cursor, "its nodes are too small for a record");
        }
        total = total > (UINT64_MAX - room) / (room + 1) ? UINT64_MAX : (room + 1) * total + room;
        tree->total_size[level] = bytes_for(total);
    }
    return 1;
}

static int64_t pointer_size(const hdf5_tree2 *tree, int32_t level)
{
    return tree->file->offset_size + tree->count_size + tree->total_size[level - 1];
}

static int32_t enter_node_2(hdf5_tree2 *tree, int64_t address, int64_t count)
{
    nwti_hdf5 *file = tree->file;
    int32_t level = tree->top - tree->depth;
    hdf5_tree2_level *entered = &tree->levels[tree->depth];
    hdf5_cursor cursor;
    int64_t size;

    if (address < 0) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, -1,
                              "HDF5 %s: one of its nodes has no address", tree->what);
    }
    if (!nwti_hdf5_open_block(file, &cursor, tree->what, level > 0 ? "BTIN" : "BTLF", address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 0, 0);
    if (nwti_hdf5_take(&cursor, 1) != (uint64_t)tree->type) {
        return nwti_hdf5_broken(&cursor, "a node of another type of tree");
    }
    size = count * tree->record_size + (level > 0 ? (count + 1) * pointer_size(tree, level) : 0);
    if (size > tree->node_size - NODE_OVERHEAD) {
        return nwti_hdf5_broken(&cursor, "more records than a node can have");
    }
    entered->records = cursor.at;
    entered->count = count;
    entered->step = 0;
    nwti_hdf5_skip(&cursor, size);
    if (!nwti_hdf5_spend(tree->budget, tree->what, address, size + NODE_OVERHEAD) ||
        !nwti_hdf5_take_checksum(&cursor)) {
        return 0;
    }
    tree->depth++;
    return 1;
}

int32_t nwti_hdf5_tree2(hdf5_tree2 *tree, nwti_hdf5 *file, int64_t address, int32_t type)
{
    hdf5_cursor cursor;
    int64_t root, count;
    int32_t found;

    tree->file = file;
    tree->type = type;
    tree->depth = 0;
    if (!nwti_hdf5_open_block(file, &cursor, tree->what, "BTHD", address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 0, 0);
    found = (int32_t)nwti_hdf5_take(&cursor, 1);
    tree->node_size = nwti_hdf5_take_size(&cursor, 4);
    tree->record_size = nwti_hdf5_take_size(&cursor, 2);
    tree->top = (int32_t)nwti_hdf5_take(&cursor, 2);
    nwti_hdf5_skip(&cursor, 2); /* when to split and merge nodes */
    root = nwti_hdf5_take_address(&cursor);
    count = nwti_hdf5_take_size(&cursor, 2);
    nwti_hdf5_take_length(&cursor); /* records in all */
    if (!nwti_hdf5_take_checksum(&cursor)) {
        return 0;
    }
    if (found != type) {
        return nwti_hdf5_broken(&cursor, "a tree of another type");
    }
    if (tree->top >= HDF5_LEVELS || tree->record_size == 0 ||
        tree->record_size > tree->node_size - NODE_OVERHEAD) {
        return nwti_hdf5_broken(&cursor, "its depth or the size of its records is not sensible");
    }
    if (!lay_out(tree, &cursor)) {
        return 0;
    }
    return (root < 0 && count == 0) || enter_node_2(tree, root, count);
}

/* The number that a search is for, in a record. */
static uint64_t key_of(const hdf5_tree2 *tree, int64_t record)
{
    hdf5_cursor cursor;

    nwti_hdf5_cursor(tree->file, &cursor, tree->what, record, tree->record_size);
    nwti_hdf5_skip(&cursor, tree->key_at);
    return nwti_hdf5_take(&cursor, tree->key_size);
}

/* Records are sorted, and equal ones can stand on both sides of a child. */
static int32_t can_be_below(const hdf5_tree2 *tree, const hdf5_tree2_level *level, int64_t child)
{
    int64_t right = level->records + child * tree->record_size;

    if (!tree->is_search) {
        return 1;
    }
    return (child == level->count || key_of(tree, right) >= tree->key) &&
           (child == 0 || key_of(tree, right - tree->record_size) <= tree->key);
}

static int32_t enter_child_2(hdf5_tree2 *tree, const hdf5_tree2_level *level, int64_t child)
{
    int32_t height = tree->top - tree->depth + 1;
    int64_t pointers = level->records + level->count * tree->record_size;
    int64_t size = pointer_size(tree, height);
    int64_t address, count;
    hdf5_cursor cursor;

    nwti_hdf5_cursor(tree->file, &cursor, tree->what, pointers + child * size, size);
    address = nwti_hdf5_take_address(&cursor);
    count = nwti_hdf5_take_size(&cursor, tree->count_size);
    if (nwti_hdf5_failed(tree->file)) {
        return 0;
    }
    if (count > tree->node_size) {
        return nwti_hdf5_broken(&cursor, "more records than a node can have");
    }
    return enter_node_2(tree, address, count);
}

int32_t nwti_hdf5_tree2_next(hdf5_tree2 *tree, int64_t *record)
{
    while (tree->depth > 0 && !nwti_hdf5_failed(tree->file)) {
        hdf5_tree2_level *level = &tree->levels[tree->depth - 1];
        int32_t is_leaf = tree->depth == tree->top + 1;
        int64_t index = level->step / 2;
        int32_t is_child = level->step % 2 == 0;

        if (is_child ? index > level->count : index >= level->count) {
            tree->depth--;
            continue;
        }
        level->step++;
        if (is_child) {
            if (!is_leaf && can_be_below(tree, level, index) &&
                !enter_child_2(tree, level, index)) {
                return 0;
            }
            continue;
        }
        *record = level->records + index * tree->record_size;
        if (!tree->is_search || key_of(tree, *record) == tree->key) {
            return !nwti_hdf5_failed(tree->file);
        }
    }
    return 0;
}
