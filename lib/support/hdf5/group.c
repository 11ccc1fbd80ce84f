/* HDF5: the links of groups of all three kinds. */
#include "support/hdf5/internal.h"

#include <string.h>

/* One visit of a group's links; with `wanted` only links of that name are read. */
typedef struct link_visit {
    nwti_hdf5 *file;
    const char *wanted;
    size_t wanted_length;
    nwti_hdf5_visit_link visit;
    void *user;
    hdf5_budget *budget;
    nwti_stack text; /* the name and the target of a link, each with a NUL */
    int64_t where;   /* the link being read */
    int32_t stopped;
} link_visit;

/* Where a group keeps its links; -1 for what it does not have. */
typedef struct group_places {
    int64_t tree; /* a symbol table: version 1, and the heap of its names */
    int64_t names;
    int64_t heap; /* a fractal heap, and version 2 */
    int64_t by_name;
    int64_t by_order;
} group_places;

static int32_t report(link_visit *v, nwti_hdf5_link *link, size_t target, size_t target_file)
{
    const char *text = v->text.items;

    link->name = text;
    link->target = text + target;
    link->target_file = text + target_file;
    if (memchr(link->name, 0, link->name_length) != NULL || link->name_length == 0) {
        return nwti_read_fail(v->file->error, NWTI_READ_BROKEN, v->where,
                              "HDF5 link at %d: its name is empty or has a NUL", v->where);
    }
    if (v->wanted == NULL || (link->name_length == v->wanted_length &&
                              memcmp(link->name, v->wanted, v->wanted_length) == 0)) {
        v->stopped = !v->visit(v->user, link);
    }
    return 1;
}

/* Pushes `size` bytes of the file and a NUL on the text. */
static int32_t push_text(link_visit *v, hdf5_cursor *cursor, int64_t size)
{
    char *to;

    if (nwti_hdf5_failed(v->file)) {
        return 0;
    }
    if (size > cursor->end - cursor->at || size >= INT32_MAX) {
        return nwti_hdf5_broken(cursor, "a text in it is longer than itself");
    }
    to = nwti_stack_push(&v->text, (size_t)size + 1);
    if (to == NULL) {
        return nwti_read_out_of_memory(v->file->error);
    }
    to[size] = '\0';
    if (!nwti_hdf5_read(v->file, cursor->what, cursor->at, to, (size_t)size)) {
        return 0;
    }
    cursor->at += size;
    return 1;
}

/* --- Link messages: in the object header, or in a fractal heap --- */

enum { LINK_HAS_ORDER = 0x04, LINK_HAS_TYPE = 0x08, LINK_HAS_CHARSET = 0x10 };

/* An external link's data: a version and flags, then the file and the path, each NUL-ended. */
static int32_t split_external(link_visit *v, const hdf5_cursor *cursor, size_t data, size_t *target)
{
    const char *file = (const char *)v->text.items + data + 1;
    size_t size = v->text.count - data - 1;
    const char *end = size > 1 ? memchr(file, 0, size - 1) : NULL;

    if (end == NULL) {
        return nwti_hdf5_broken(cursor, "an external link without a path");
    }
    *target = data + 1 + (size_t)(end - file) + 1;
    return 1;
}

static int32_t read_target(link_visit *v, hdf5_cursor *cursor, nwti_hdf5_link *link, int32_t type)
{
    enum { HARD = 0, SOFT = 1, EXTERNAL = 64 };
    size_t start = v->text.count, target = start, empty = start - 1;

    if (type == HARD) {
        link->object = nwti_hdf5_take_address(cursor);
        if (nwti_hdf5_failed(v->file)) {
            return 0;
        }
        if (link->object < 0) {
            return nwti_hdf5_broken(cursor, "it leads nowhere");
        }
        return report(v, link, empty, empty);
    }
    link->kind = type == SOFT       ? NWTI_HDF5_SOFT
                 : type == EXTERNAL ? NWTI_HDF5_EXTERNAL
                                    : NWTI_HDF5_USER_DEFINED;
    if (!push_text(v, cursor, nwti_hdf5_take_size(cursor, 2))) {
        return 0;
    }
    if (type != EXTERNAL) {
        return report(v, link, target, empty);
    }
    return split_external(v, cursor, start, &target) && report(v, link, target, start + 1);
}

static int32_t read_link(link_visit *v, int64_t offset, int64_t size)
{
    static const int32_t bytes[4] = {1, 2, 4, 8};
    nwti_hdf5_link link = {NULL, 0, NWTI_HDF5_HARD, -1, NULL, NULL, -1};
    hdf5_cursor cursor;
    int32_t flags, type;
    int64_t length;

    v->text.count = 0;
    v->where = offset;
    nwti_hdf5_cursor(v->file, &cursor, "link", offset, size);
    nwti_hdf5_take_version(&cursor, 1, 1);
    flags = (int32_t)nwti_hdf5_take(&cursor, 1);
    type = flags & LINK_HAS_TYPE ? (int32_t)nwti_hdf5_take(&cursor, 1) : 0;
    if (flags & LINK_HAS_ORDER) {
        link.order = nwti_hdf5_take_size(&cursor, 8);
    }
    nwti_hdf5_skip(&cursor, flags & LINK_HAS_CHARSET ? 1 : 0);
    length = nwti_hdf5_take_size(&cursor, bytes[flags & 3]);
    if (!nwti_hdf5_spend(v->budget, cursor.what, offset, size) || !push_text(v, &cursor, length)) {
        return 0;
    }
    link.name_length = (size_t)length;
    return read_target(v, &cursor, &link, type);
}

static int32_t visit_compact(link_visit *v, int64_t group)
{
    hdf5_messages messages;
    hdf5_message message;

    if (nwti_hdf5_messages(v->file, group, &messages)) {
        while (!v->stopped && nwti_hdf5_messages_next(&messages, &message)) {
            if (message.type == MESSAGE_LINK && !read_link(v, message.offset, message.size)) {
                break;
            }
        }
    }
    nwti_hdf5_messages_end(&messages);
    return !nwti_hdf5_failed(v->file);
}

static int32_t visit_dense(link_visit *v, const group_places *places)
{
    enum { BY_NAME = 5, BY_ORDER = 6 };
    int32_t by_order = v->wanted == NULL && places->by_order >= 0;
    int32_t key_bytes = by_order ? 8 : 4;
    hdf5_fractal_heap heap;
    hdf5_tree2 tree = {0};
    int64_t record;

    tree.budget = v->budget;
    tree.what = "B-tree of links";
    if (v->wanted != NULL) {
        tree.is_search = 1;
        tree.key_size = 4;
        tree.key = nwti_hdf5_hash(v->wanted, v->wanted_length);
    }
    if (places->by_name < 0 && !by_order) {
        return 1;
    }
    if (!nwti_hdf5_fractal_heap(v->file, places->heap, &heap) ||
        !nwti_hdf5_tree2(&tree, v->file, by_order ? places->by_order : places->by_name,
                         by_order ? BY_ORDER : BY_NAME)) {
        return 0;
    }
    while (!v->stopped && nwti_hdf5_tree2_next(&tree, &record)) {
        hdf5_range object;

        if (!nwti_hdf5_fractal_object(&heap, record + key_bytes, &object) ||
            !read_link(v, object.offset, object.size)) {
            return 0;
        }
    }
    return !nwti_hdf5_failed(v->file);
}

/* --- Symbol tables --- */

static int32_t read_symbol(link_visit *v, hdf5_cursor *cursor, const hdf5_local_heap *names)
{
    enum { SOFT = 2 };
    nwti_hdf5_link link = {NULL, 0, NWTI_HDF5_HARD, -1, NULL, NULL, -1};
    int64_t name, target, start;
    size_t empty;
    int32_t cached;

    v->where = cursor->at;
    name = nwti_hdf5_take_size(cursor, v->file->offset_size);
    start = cursor->at;
    nwti_hdf5_skip(cursor, v->file->offset_size);
    cached = (int32_t)nwti_hdf5_take(cursor, 4);
    nwti_hdf5_skip(cursor, 4);
    target = nwti_hdf5_take_size(cursor, 4);
    nwti_hdf5_skip(cursor, 12);
    v->text.count = 0;
    if (!nwti_hdf5_local_text(names, name, v->budget, &v->text)) {
        return 0;
    }
    link.name_length = v->text.count - 1;
    empty = link.name_length;
    if (cached == SOFT) {
        link.kind = NWTI_HDF5_SOFT;
        return nwti_hdf5_local_text(names, target, v->budget, &v->text) &&
               report(v, &link, empty + 1, empty);
    } else {
        hdf5_cursor address;

        nwti_hdf5_cursor(v->file, &address, cursor->what, start, v->file->offset_size);
        link.object = nwti_hdf5_take_address(&address);
        if (link.object < 0) {
            return nwti_hdf5_broken(cursor, "a link in it leads nowhere");
        }
        return report(v, &link, empty, empty);
    }
}

static int32_t read_symbols(link_visit *v, int64_t address, const hdf5_local_heap *names)
{
    hdf5_cursor cursor;
    int64_t count, i;

    if (!nwti_hdf5_open_block(v->file, &cursor, "symbol table node", "SNOD", address)) {
        return 0;
    }
    nwti_hdf5_take_version(&cursor, 1, 1);
    nwti_hdf5_skip(&cursor, 1);
    count = nwti_hdf5_take_size(&cursor, 2);
    if (!nwti_hdf5_spend(v->budget, cursor.what, address,
                         8 + count * (2 * v->file->offset_size + 24))) {
        return 0;
    }
    for (i = 0; i < count && !v->stopped; i++) {
        if (!read_symbol(v, &cursor, names)) {
            return 0;
        }
    }
    return 1;
}

typedef struct name_search {
    const link_visit *visit;
    const hdf5_local_heap *names;
} name_search;

/* A key is the last name of the node before it. */
static int32_t name_reaches(void *user, int64_t key)
{
    const name_search *search = user;
    nwti_hdf5 *file = search->visit->file;
    hdf5_cursor cursor;
    int64_t name;

    nwti_hdf5_cursor(file, &cursor, "B-tree of a group", key, file->length_size);
    name = nwti_hdf5_take_length(&cursor);
    return !nwti_hdf5_failed(file) &&
           nwti_hdf5_local_compare(search->names, name, search->visit->wanted,
                                   search->visit->wanted_length) >= 0;
}

static int32_t visit_symbols(link_visit *v, const group_places *places)
{
    hdf5_local_heap names;
    name_search search = {v, &names};
    hdf5_tree1 tree;
    int64_t key, node;

    if (!nwti_hdf5_local_heap(v->file, places->names, &names)) {
        return 0;
    }
    tree.file = v->file;
    tree.budget = v->budget;
    tree.what = "B-tree of a group";
    tree.type = 0;
    tree.key_size = v->file->length_size;
    tree.reaches = v->wanted != NULL ? name_reaches : NULL;
    tree.user = &search;
    if (!nwti_hdf5_tree1(&tree, places->tree)) {
        return 0;
    }
    while (!v->stopped && nwti_hdf5_tree1_next(&tree, &key, &node)) {
        if (!read_symbols(v, node, &names)) {
            return 0;
        }
    }
    return !nwti_hdf5_failed(v->file);
}

/* --- Groups --- */

static void read_places(nwti_hdf5 *file, const hdf5_message *message, group_places *places)
{
    hdf5_cursor cursor;

    if (message->type == MESSAGE_SYMBOL_TABLE) {
        nwti_hdf5_cursor(file, &cursor, "symbol table message", message->offset, message->size);
        places->tree = nwti_hdf5_take_address(&cursor);
        places->names = nwti_hdf5_take_address(&cursor);
    } else if (message->type == MESSAGE_LINK_INFO) {
        enum { TRACKS_ORDER = 1, INDEXES_ORDER = 2 };
        int32_t flags;

        nwti_hdf5_cursor(file, &cursor, "link info message", message->offset, message->size);
        nwti_hdf5_take_version(&cursor, 0, 0);
        flags = (int32_t)nwti_hdf5_take(&cursor, 1);
        nwti_hdf5_skip(&cursor, flags & TRACKS_ORDER ? 8 : 0);
        places->heap = nwti_hdf5_take_address(&cursor);
        places->by_name = nwti_hdf5_take_address(&cursor);
        if (flags & INDEXES_ORDER) {
            places->by_order = nwti_hdf5_take_address(&cursor);
        }
    }
}

static int32_t find_places(nwti_hdf5 *file, int64_t group, group_places *places)
{
    hdf5_messages messages;
    hdf5_message message;

    places->tree = places->names = -1;
    places->heap = places->by_name = places->by_order = -1;
    if (nwti_hdf5_messages(file, group, &messages)) {
        while (nwti_hdf5_messages_next(&messages, &message)) {
            read_places(file, &message, places);
        }
    }
    nwti_hdf5_messages_end(&messages);
    return !nwti_hdf5_failed(file);
}

static int32_t visit_links(link_visit *v, int64_t group)
{
    group_places places;
    int32_t ok = 0;

    nwti_stack_init(&v->text, v->file->heap, 1);
    if (find_places(v->file, group, &places)) {
        if (places.tree >= 0) {
            ok = visit_symbols(v, &places);
        } else if (places.heap >= 0) {
            ok = visit_dense(v, &places);
        } else {
            ok = visit_compact(v, group);
        }
    }
    nwti_stack_free(&v->text);
    return ok && !nwti_hdf5_failed(v->file);
}

int32_t nwti_hdf5_links_within(nwti_hdf5 *file, int64_t group, hdf5_budget *budget,
                               nwti_hdf5_visit_link visit, void *user)
{
    link_visit v = {file, NULL, 0, visit, user, budget, {0}, -1, 0};

    return visit_links(&v, group);
}

int32_t nwti_hdf5_links(nwti_hdf5 *file, int64_t group, nwti_hdf5_visit_link visit, void *user)
{
    hdf5_budget budget;

    nwti_hdf5_budget(file, &budget);
    return nwti_hdf5_links_within(file, group, &budget, visit, user);
}

static int32_t keep_object(void *user, const nwti_hdf5_link *link)
{
    int64_t *object = user;

    *object = link->object;
    return 0;
}

int32_t nwti_hdf5_child(nwti_hdf5 *file, int64_t object, const char *path, int64_t *child)
{
    while (*path != '\0') {
        const char *end = strchr(path, '/');
        size_t length = end != NULL ? (size_t)(end - path) : strlen(path);
        int64_t found = -1;
        hdf5_budget budget;
        link_visit v = {file, path, length, keep_object, &found, &budget, {0}, -1, 0};

        nwti_hdf5_budget(file, &budget);
        if (length != 0) {
            if (!visit_links(&v, object) || found < 0) {
                return 0;
            }
            object = found;
        }
        path += length + (end != NULL);
    }
    *child = object;
    return !nwti_hdf5_failed(file);
}
