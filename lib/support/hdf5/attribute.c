/* HDF5: attributes, in the object header or in a fractal heap, and their values. */
#include "support/hdf5/internal.h"

#include <string.h>

typedef struct attribute_visit {
    nwti_hdf5 *file;
    const char *wanted;
    size_t wanted_length;
    nwti_hdf5_visit_attribute visit;
    void *user;
    hdf5_budget budget;
    nwti_stack text; /* the name of the attribute */
    int32_t stopped;
} attribute_visit;

typedef struct attribute_places {
    int32_t tracks_order;
    int64_t heap;
    int64_t by_name;
    int64_t by_order;
} attribute_places;

/* The sizes of an attribute's parts; all but the last are padded to 8 bytes in version 1. */
typedef struct attribute_parts {
    hdf5_message name;
    hdf5_message type;
    hdf5_message space;
} attribute_parts;

static void take_part(hdf5_cursor *cursor, int32_t version, hdf5_message *part)
{
    part->offset = cursor->at;
    nwti_hdf5_skip(cursor, version == 1 ? (part->size + 7) & ~(int64_t)7 : part->size);
}

static int32_t take_parts(hdf5_cursor *cursor, attribute_parts *parts)
{
    enum { TYPE_IS_SHARED = 1, SPACE_IS_SHARED = 2 };
    int32_t version = nwti_hdf5_take_version(cursor, 1, 3);
    int32_t flags = (int32_t)nwti_hdf5_take(cursor, 1);

    memset(parts, 0, sizeof *parts);
    parts->name.size = nwti_hdf5_take_size(cursor, 2);
    parts->type.size = nwti_hdf5_take_size(cursor, 2);
    parts->space.size = nwti_hdf5_take_size(cursor, 2);
    parts->type.type = MESSAGE_DATATYPE;
    parts->space.type = MESSAGE_DATASPACE;
    parts->type.is_shared = version > 1 && (flags & TYPE_IS_SHARED) != 0;
    parts->space.is_shared = version > 1 && (flags & SPACE_IS_SHARED) != 0;
    nwti_hdf5_skip(cursor, version == 3 ? 1 : 0);
    take_part(cursor, version, &parts->name);
    take_part(cursor, version, &parts->type);
    take_part(cursor, version, &parts->space);
    return !nwti_hdf5_failed(cursor->file);
}

/* The name, NUL-ended, and its length. */
static const char *read_name(attribute_visit *v, const hdf5_message *name, size_t *length)
{
    char *to;

    v->text.count = 0;
    to = nwti_stack_push(&v->text, (size_t)name->size + 1);
    if (to == NULL) {
        nwti_read_out_of_memory(v->file->error);
        return NULL;
    }
    if (!nwti_hdf5_read(v->file, "attribute", name->offset, to, (size_t)name->size)) {
        return NULL;
    }
    to[name->size] = '\0';
    *length = strlen(to);
    return to;
}

static int32_t read_attribute(attribute_visit *v, hdf5_message message)
{
    nwti_hdf5 *file = v->file;
    nwti_hdf5_attribute attribute;
    attribute_parts parts;
    hdf5_cursor cursor;
    int64_t bytes;

    if (!nwti_hdf5_resolve(file, &message) ||
        !nwti_hdf5_spend(&v->budget, "attribute", message.offset, message.size)) {
        return 0;
    }
    nwti_hdf5_cursor(file, &cursor, "attribute", message.offset, message.size);
    if (!take_parts(&cursor, &parts)) {
        return 0;
    }
    attribute.name = read_name(v, &parts.name, &attribute.name_length);
    if (attribute.name == NULL) {
        return 0;
    }
    if (v->wanted != NULL && (attribute.name_length != v->wanted_length ||
                              memcmp(attribute.name, v->wanted, v->wanted_length) != 0)) {
        return 1;
    }
    attribute.order = message.order;
    attribute.data = cursor.at;
    if (!nwti_hdf5_type_read(file, parts.type, &attribute.type) ||
        !nwti_hdf5_space_read(file, parts.space, &attribute.space)) {
        return 0;
    }
    if (!nwti_multiply(attribute.space.count, attribute.type.size, &bytes) ||
        bytes > cursor.end - cursor.at) {
        return nwti_hdf5_broken(&cursor, "its values do not lie within it");
    }
    v->stopped = !v->visit(v->user, &attribute);
    return !nwti_hdf5_failed(file);
}

static void read_places(nwti_hdf5 *file, const hdf5_message *message, attribute_places *places)
{
    enum { TRACKS_ORDER = 1, INDEXES_ORDER = 2 };
    hdf5_cursor cursor;
    int32_t flags;

    nwti_hdf5_cursor(file, &cursor, "attribute info message", message->offset, message->size);
    nwti_hdf5_take_version(&cursor, 0, 0);
    flags = (int32_t)nwti_hdf5_take(&cursor, 1);
    places->tracks_order = (flags & TRACKS_ORDER) != 0;
    nwti_hdf5_skip(&cursor, places->tracks_order ? 2 : 0);
    places->heap = nwti_hdf5_take_address(&cursor);
    places->by_name = nwti_hdf5_take_address(&cursor);
    places->by_order = flags & INDEXES_ORDER ? nwti_hdf5_take_address(&cursor) : -1;
}

static int32_t visit_compact(attribute_visit *v, int64_t object, attribute_places *places)
{
    hdf5_messages messages;
    hdf5_message message;

    if (nwti_hdf5_messages(v->file, object, &messages)) {
        while (!v->stopped && nwti_hdf5_messages_next(&messages, &message)) {
            if (message.type == MESSAGE_ATTRIBUTE_INFO) {
                read_places(v->file, &message, places);
            } else if (message.type == MESSAGE_ATTRIBUTE && !read_attribute(v, message)) {
                break;
            }
        }
    }
    nwti_hdf5_messages_end(&messages);
    return !nwti_hdf5_failed(v->file);
}

/* A record: heap ID, flags of the message, order of creation, and by name also the hash. */
static int32_t read_dense(attribute_visit *v, const hdf5_fractal_heap *heap, int64_t record,
                          int32_t tracks_order)
{
    hdf5_message message = {MESSAGE_ATTRIBUTE, 0, 0, 0, -1};
    hdf5_range object;
    hdf5_cursor cursor;
    int32_t is_shared;

    nwti_hdf5_cursor(v->file, &cursor, "B-tree of attributes", record, heap->id_size + 5);
    nwti_hdf5_skip(&cursor, heap->id_size);
    is_shared = (nwti_hdf5_take(&cursor, 1) & 2) != 0;
    message.order = nwti_hdf5_take_size(&cursor, 4);
    if (nwti_hdf5_failed(v->file)) {
        return 0;
    }
    if (is_shared) {
        return nwti_hdf5_unsupported(v->file, record, "attribute in a heap of shared messages");
    }
    if (!nwti_hdf5_fractal_object(heap, record, &object)) {
        return 0;
    }
    message.offset = object.offset;
    message.size = object.size;
    message.order = tracks_order ? message.order : -1;
    return read_attribute(v, message);
}

static int32_t visit_dense(attribute_visit *v, const attribute_places *places)
{
    enum { BY_NAME = 8, BY_ORDER = 9 };
    int32_t by_order = v->wanted == NULL && places->by_order >= 0;
    hdf5_fractal_heap heap;
    hdf5_tree2 tree = {0};
    int64_t record;

    if (places->by_name < 0 && !by_order) {
        return 1;
    }
    if (!nwti_hdf5_fractal_heap(v->file, places->heap, &heap)) {
        return 0;
    }
    tree.budget = &v->budget;
    tree.what = "B-tree of attributes";
    if (v->wanted != NULL) {
        tree.is_search = 1;
        tree.key_at = heap.id_size + 5;
        tree.key_size = 4;
        tree.key = nwti_hdf5_hash(v->wanted, v->wanted_length);
    }
    if (!nwti_hdf5_tree2(&tree, v->file, by_order ? places->by_order : places->by_name,
                         by_order ? BY_ORDER : BY_NAME)) {
        return 0;
    }
    while (!v->stopped && nwti_hdf5_tree2_next(&tree, &record)) {
        if (!read_dense(v, &heap, record, places->tracks_order)) {
            return 0;
        }
    }
    return !nwti_hdf5_failed(v->file);
}

static int32_t visit_attributes(attribute_visit *v, int64_t object)
{
    attribute_places places = {0, -1, -1, -1};
    int32_t ok;

    nwti_hdf5_budget(v->file, &v->budget);
    nwti_stack_init(&v->text, v->file->heap, 1);
    ok = visit_compact(v, object, &places);
    if (ok && !v->stopped && places.heap >= 0) {
        ok = visit_dense(v, &places);
    }
    nwti_stack_free(&v->text);
    return ok;
}

int32_t nwti_hdf5_attributes(nwti_hdf5 *file, int64_t object, nwti_hdf5_visit_attribute visit,
                             void *user)
{
    attribute_visit v = {file, NULL, 0, visit, user, {NULL, 0}, {0}, 0};

    return visit_attributes(&v, object);
}

static int32_t keep_attribute(void *user, const nwti_hdf5_attribute *attribute)
{
    nwti_hdf5_attribute *kept = user;
    const char *name = kept->name;

    *kept = *attribute;
    kept->name = name;
    return 0;
}

int32_t nwti_hdf5_attribute_find(nwti_hdf5 *file, int64_t object, const char *name,
                                 nwti_hdf5_attribute *attribute)
{
    attribute_visit v = {file, name, strlen(name), keep_attribute, attribute, {NULL, 0}, {0}, 0};

    attribute->name = name;
    return visit_attributes(&v, object) && v.stopped;
}

/* --- Values --- */

/* Where an element stands; 0 if there is none of that kind. */
static int32_t find_element(const nwti_hdf5 *file, const nwti_hdf5_attribute *attribute,
                            int64_t index, int64_t *offset)
{
    if (nwti_hdf5_failed(file) || index < 0 || index >= attribute->space.count) {
        return 0;
    }
    *offset = attribute->data + index * attribute->type.size;
    return 1;
}

static int32_t find_variable(nwti_hdf5 *file, int64_t offset, hdf5_range *text)
{
    hdf5_cursor cursor;
    int64_t length, collection, index;

    nwti_hdf5_cursor(file, &cursor, "variable-length string", offset, 8 + file->offset_size);
    length = nwti_hdf5_take_size(&cursor, 4);
    collection = nwti_hdf5_take_address(&cursor);
    index = nwti_hdf5_take_size(&cursor, 4);
    text->offset = offset;
    text->size = 0;
    if (nwti_hdf5_failed(file) || length == 0) {
        return !nwti_hdf5_failed(file);
    }
    if (!nwti_hdf5_global_object(file, collection, index, text)) {
        return 0;
    }
    if (length > text->size) {
        return nwti_hdf5_broken(&cursor, "it is longer than its place in the global heap");
    }
    text->size = length;
    return 1;
}

static size_t unpadded(const char *text, size_t size, const nwti_hdf5_type *type)
{
    enum { NUL_ENDED = 0, SPACE_PADDED = 2 };
    char padding = type->padding == SPACE_PADDED ? ' ' : '\0';

    if (type->padding == NUL_ENDED || type->is_variable) {
        const char *end = memchr(text, 0, size);

        return end != NULL ? (size_t)(end - text) : size;
    }
    while (size > 0 && text[size - 1] == padding) {
        size--;
    }
    return size;
}

const char *nwti_hdf5_string(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                             nwti_arena *arena, size_t *length)
{
    hdf5_range text;
    size_t size;
    char *result;

    if (attribute->type.kind != NWTI_HDF5_TYPE_STRING ||
        !find_element(file, attribute, index, &text.offset)) {
        return NULL;
    }
    text.size = attribute->type.size;
    if (attribute->type.is_variable && !find_variable(file, text.offset, &text)) {
        return NULL;
    }
    size = (size_t)text.size;
    result = (uint64_t)text.size < SIZE_MAX ? nwti_arena_alloc(arena, size + 1) : NULL;
    if (result == NULL) {
        nwti_read_out_of_memory(file->error);
        return NULL;
    }
    if (!nwti_hdf5_read(file, "string", text.offset, result, size)) {
        return NULL;
    }
    size = unpadded(result, size, &attribute->type);
    result[size] = '\0';
    if (length != NULL) {
        *length = size;
    }
    return result;
}

/* The bytes of a number of 1 to 8 bytes, the least significant first. */
static int32_t read_number(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                           unsigned char *bytes)
{
    int64_t size = attribute->type.size, offset, i;
    unsigned char stored[8];

    memset(bytes, 0, 8);
    if (size > 8 || !find_element(file, attribute, index, &offset) ||
        !nwti_hdf5_read(file, "attribute", offset, stored, (size_t)size)) {
        return 0;
    }
    for (i = 0; i < size; i++) {
        bytes[i] = stored[attribute->type.is_big_endian ? size - 1 - i : i];
    }
    return 1;
}

int32_t nwti_hdf5_integer(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                          int64_t *value)
{
    const nwti_hdf5_type *type = &attribute->type;
    unsigned char bytes[8];
    uint64_t number, sign;

    if ((type->kind != NWTI_HDF5_TYPE_INTEGER && type->kind != NWTI_HDF5_TYPE_ENUM &&
         type->kind != NWTI_HDF5_TYPE_BOOL) ||
        !read_number(file, attribute, index, bytes)) {
        return 0;
    }
    number = nwti_le64(bytes);
    sign = (uint64_t)1 << (8 * type->size - 1);
    if (type->is_signed && (number & sign) != 0) {
        *value = -(int64_t)(sign - 1 - (number & (sign - 1))) - 1;
        return 1;
    }
    if (number > INT64_MAX) {
        return 0;
    }
    *value = (int64_t)number;
    return 1;
}

int32_t nwti_hdf5_float(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                        double *value)
{
    unsigned char bytes[8];

    if (attribute->type.kind != NWTI_HDF5_TYPE_FLOAT || attribute->type.size < 4 ||
        !read_number(file, attribute, index, bytes)) {
        return 0;
    }
    if (attribute->type.size == 4) {
        uint32_t bits = nwti_le32(bytes);
        float single;

        memcpy(&single, &bits, sizeof single);
        *value = single;
    } else {
        uint64_t bits = nwti_le64(bytes);

        memcpy(value, &bits, sizeof *value);
    }
    return 1;
}
