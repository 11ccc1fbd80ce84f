/* HDF5: a walk over all objects under one, without recursion, entering none twice. */
#include "support/hdf5/internal.h"

#include <string.h>

/* A set of offsets: open addressing in a table that is a power of two and at most half full. */
typedef struct offset_set {
    nwti_heap *heap;
    int64_t *slots; /* 0: free; no object stands at 0 */
    size_t capacity;
    size_t count;
} offset_set;

static size_t slot_of(const offset_set *set, int64_t offset)
{
    size_t i = (size_t)((uint64_t)offset * 0x9e3779b97f4a7c15u >> 20) & (set->capacity - 1);

    while (set->slots[i] != 0 && set->slots[i] != offset) {
        i = (i + 1) & (set->capacity - 1);
    }
    return i;
}

static int32_t grow_set(offset_set *set)
{
    offset_set larger = {set->heap, NULL, set->capacity != 0 ? set->capacity * 2 : 64, 0};
    size_t i;

    if (larger.capacity > SIZE_MAX / sizeof(int64_t)) {
        return 0;
    }
    larger.slots = nwti_heap_resize(set->heap, NULL, 0, larger.capacity * sizeof(int64_t));
    if (larger.slots == NULL) {
        return 0;
    }
    memset(larger.slots, 0, larger.capacity * sizeof(int64_t));
    for (i = 0; i < set->capacity; i++) {
        if (set->slots[i] != 0) {
            larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
            larger.count++;
        }
    }
    nwti_heap_free(set->heap, set->slots, set->capacity * sizeof(int64_t));
    *set = larger;
    return 1;
}

/* `*known` says whether the offset was in the set already; 0 when out of memory. */
static int32_t add_offset(offset_set *set, int64_t offset, int32_t *known)
{
    size_t slot;

    if (set->count >= set->capacity / 2 && !grow_set(set)) {
        return 0;
    }
    slot = slot_of(set, offset);
    *known = set->slots[slot] != 0;
    if (!*known) {
        set->slots[slot] = offset;
        set->count++;
    }
    return 1;
}

/* A link that is still to be visited. Its texts are in `names`: name, target, target's file. */
typedef struct pending_link {
    nwti_hdf5_link link; /* its pointers are not valid */
    size_t texts;
    size_t target_length;
    size_t keep;   /* bytes of `names` that are needed after this link */
    size_t parent; /* length of the path of the group it is in */
} pending_link;

typedef struct walk {
    nwti_hdf5 *file;
    nwti_hdf5_visit_entry visit;
    void *user;
    offset_set seen;
    hdf5_budget budget; /* for all groups, which also bounds what is pending */
    nwti_stack pending;
    nwti_stack names;
    nwti_stack path;
    size_t parent;
} walk;

static int32_t push_bytes(nwti_stack *stack, const char *text, size_t size)
{
    char *to;

    if (size == 0) {
        return 1;
    }
    to = nwti_stack_push(stack, size);
    if (to == NULL) {
        return 0;
    }
    memcpy(to, text, size);
    return 1;
}

static int32_t keep_link(void *user, const nwti_hdf5_link *link)
{
    walk *w = user;
    pending_link *kept = nwti_stack_push(&w->pending, 1);

    if (kept == NULL) {
        return nwti_read_out_of_memory(w->file->error);
    }
    kept->link = *link;
    kept->texts = w->names.count;
    kept->target_length = strlen(link->target);
    kept->parent = w->parent;
    if (!push_bytes(&w->names, link->name, link->name_length + 1) ||
        !push_bytes(&w->names, link->target, kept->target_length + 1) ||
        !push_bytes(&w->names, link->target_file, strlen(link->target_file) + 1)) {
        return nwti_read_out_of_memory(w->file->error);
    }
    return 1;
}

/* Lets the item at `root` of a heap sink to its place; the smallest object is on top. */
static void sink(pending_link *items, size_t root, size_t count)
{
    pending_link sinking = items[root];
    size_t child;

    while ((child = 2 * root + 1) < count) {
        if (child + 1 < count && items[child + 1].link.object < items[child].link.object) {
            child++;
        }
        if (sinking.link.object <= items[child].link.object) {
            break;
        }
        items[root] = items[child];
        root = child;
    }
    items[root] = sinking;
}

/* Heap sort, the largest object first: so the last, which is visited first, is the smallest. */
static void sort_links(pending_link *items, size_t count)
{
    size_t i;

    for (i = count / 2; i > 0; i--) {
        sink(items, i - 1, count);
    }
    for (i = count; i > 1; i--) {
        pending_link smallest = items[0];

        items[0] = items[i - 1];
        items[i - 1] = smallest;
        sink(items, 0, i - 1);
    }
}

/* The links of a group go on the stack so that they are visited as their objects stand in the file:
   one that is decompressed is then read nearly forward. */
static int32_t keep_links(walk *w, int64_t group)
{
    size_t first = w->pending.count, names = w->names.count, i;
    pending_link *items;

    w->parent = w->path.count;
    if (!nwti_hdf5_links_within(w->file, group, &w->budget, keep_link, w)) {
        return 0;
    }
    if (w->pending.count == first) {
        return 1;
    }
    items = (pending_link *)w->pending.items + first;
    sort_links(items, w->pending.count - first);
    for (i = 0; i < w->pending.count - first; i++) {
        items[i].keep = i == 0 ? names : w->names.count;
    }
    return 1;
}

/* Makes the path, without its NUL, that of a link; the NUL stands behind. */
static int32_t set_path(walk *w, size_t parent, const char *name, size_t length)
{
    static const char slash = '/', nul = '\0';

    w->path.count = parent;
    if ((parent != 0 && !push_bytes(&w->path, &slash, 1)) || !push_bytes(&w->path, name, length) ||
        !push_bytes(&w->path, &nul, 1)) {
        return nwti_read_out_of_memory(w->file->error);
    }
    w->path.count--;
    return 1;
}

/* Tells the visitor; `*go_on` becomes its answer. After it, `keep` bytes of names are needed. */
static int32_t visit_object(walk *w, const nwti_hdf5_link *link, int64_t object, size_t keep,
                            int32_t *go_on)
{
    nwti_hdf5_entry entry = {NULL, 0, link, object, NWTI_HDF5_OTHER, 0};

    if (object >= 0) {
        if (!add_offset(&w->seen, object, &entry.seen)) {
            return nwti_read_out_of_memory(w->file->error);
        }
        entry.kind = nwti_hdf5_kind(w->file, object);
        if (nwti_hdf5_failed(w->file)) {
            return 0;
        }
    }
    entry.path = w->path.items;
    entry.path_length = w->path.count;
    *go_on = w->visit(w->user, &entry);
    w->names.count = keep;
    if (!*go_on || entry.kind != NWTI_HDF5_GROUP || entry.seen) {
        return !nwti_hdf5_failed(w->file);
    }
    return keep_links(w, object);
}

static int32_t visit_pending(walk *w, int32_t *go_on)
{
    const pending_link *items = w->pending.items;
    pending_link next = items[--w->pending.count];
    const char *texts = (const char *)w->names.items + next.texts;
    nwti_hdf5_link link = next.link;

    link.name = texts;
    link.target = texts + link.name_length + 1;
    link.target_file = link.target + next.target_length + 1;
    return set_path(w, next.parent, link.name, link.name_length) &&
           visit_object(w, &link, link.object, next.keep, go_on);
}

int32_t nwti_hdf5_walk(nwti_hdf5 *file, int64_t object, nwti_hdf5_visit_entry visit, void *user)
{
    walk w = {file, visit, user, {file->heap, NULL, 0, 0}, {NULL, 0}, {0}, {0}, {0}, 0};
    int32_t go_on = 1, ok;

    nwti_hdf5_budget(file, &w.budget);
    nwti_stack_init(&w.pending, file->heap, sizeof(pending_link));
    nwti_stack_init(&w.names, file->heap, 1);
    nwti_stack_init(&w.path, file->heap, 1);
    ok = !nwti_hdf5_failed(file) && set_path(&w, 0, "", 0) &&
         visit_object(&w, NULL, object, 0, &go_on);
    while (ok && go_on && w.pending.count != 0) {
        ok = visit_pending(&w, &go_on);
    }
    nwti_stack_free(&w.pending);
    nwti_stack_free(&w.names);
    nwti_stack_free(&w.path);
    nwti_heap_free(file->heap, w.seen.slots, w.seen.capacity * sizeof(int64_t));
    return ok && !nwti_hdf5_failed(file);
}
