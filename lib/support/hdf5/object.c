/* HDF5: object headers and their messages. */
#include "support/hdf5/internal.h"

#include <string.h>

enum {
    SHARED = 0x02, /* flags of messages */
    MUST_BE_KNOWN = 0x80,
    LAST_KNOWN_TYPE = 0x18
};

enum {
    HAS_ORDER = 0x04, /* flags of headers of version 2 */
    HAS_PHASE_CHANGE = 0x10,
    HAS_TIMES = 0x20
};

/* A chunk of version 2 ends with its checksum, which the cursor no longer covers then. */
static int32_t begin_chunk(hdf5_messages *m, const char *what, int64_t offset, int64_t size)
{
    if (!nwti_hdf5_spend(&m->budget, what, offset, size) ||
        !nwti_hdf5_cursor(m->file, &m->chunk, what, offset, size)) {
        return 0;
    }
    if (m->version == 1) {
        return 1;
    }
    if (size < 4) {
        return nwti_hdf5_broken(&m->chunk, "too small for its checksum");
    }
    m->chunk.end -= 4;
    return nwti_hdf5_verify(m->file, what, offset, size - 4, offset + size - 4);
}

static int32_t begin_version_1(hdf5_messages *m, hdf5_cursor *cursor)
{
    int64_t size;

    nwti_hdf5_skip(cursor, 1 + 2 + 4); /* reserved, number of messages, references */
    size = nwti_hdf5_take_size(cursor, 4);
    nwti_hdf5_skip(cursor, 4);
    return begin_chunk(m, "object header", cursor->at, size);
}

static int32_t begin_version_2(hdf5_messages *m, hdf5_cursor *cursor)
{
    static const int32_t bytes[4] = {1, 2, 4, 8};
    int32_t flags;
    int64_t size, begin;

    nwti_hdf5_take_version(cursor, 2, 2);
    flags = (int32_t)nwti_hdf5_take(cursor, 1);
    m->has_order = (flags & HAS_ORDER) != 0;
    nwti_hdf5_skip(cursor, (flags & HAS_TIMES ? 16 : 0) + (flags & HAS_PHASE_CHANGE ? 4 : 0));
    size = nwti_hdf5_take_size(cursor, bytes[flags & 3]);
    begin = cursor->at;
    if (nwti_hdf5_failed(m->file) || !nwti_add(size, begin - cursor->start + 4, &size) ||
        !begin_chunk(m, "object header", cursor->start, size)) {
        return nwti_hdf5_broken(cursor, "its size is not sensible");
    }
    m->chunk.at = begin;
    return 1;
}

int32_t nwti_hdf5_messages(nwti_hdf5 *file, int64_t object, hdf5_messages *m)
{
    hdf5_cursor cursor;
    uint64_t first;

    memset(m, 0, sizeof *m);
    m->file = file;
    m->version = 1;
    nwti_stack_init(&m->pending, file->heap, sizeof(hdf5_range));
    nwti_hdf5_budget(file, &m->budget);
    if (!nwti_hdf5_cursor(file, &cursor, "object header", object, -1)) {
        return 0;
    }
    first = nwti_hdf5_take(&cursor, 1);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (first == 1) {
        return begin_version_1(m, &cursor);
    }
    m->version = 2;
    return nwti_hdf5_open_block(file, &cursor, "object header", "OHDR", object) &&
           begin_version_2(m, &cursor);
}

static int32_t begin_continuation(hdf5_messages *m)
{
    const hdf5_range *items = m->pending.items;
    hdf5_range range = items[m->next++];
    hdf5_cursor cursor;

    if (m->next == m->pending.count) {
        m->next = m->pending.count = 0;
    }
    if (m->version == 2 && !nwti_hdf5_open_block(m->file, &cursor, "object header continuation",
                                                 "OCHK", range.offset)) {
        return 0;
    }
    if (!begin_chunk(m, "object header continuation", range.offset, range.size)) {
        return 0;
    }
    if (m->version == 2) {
        nwti_hdf5_skip(&m->chunk, 4);
    }
    return 1;
}

static int32_t keep_continuation(hdf5_messages *m, const hdf5_message *message)
{
    hdf5_cursor cursor;
    hdf5_range range, *kept;

    nwti_hdf5_cursor(m->file, &cursor, "continuation message", message->offset, message->size);
    range.offset = nwti_hdf5_take_address(&cursor);
    range.size = nwti_hdf5_take_length(&cursor);
    if (nwti_hdf5_failed(m->file)) {
        return 0;
    }
    if (range.size == 0) {
        return nwti_hdf5_broken(&cursor, "leads to nothing");
    }
    kept = nwti_stack_push(&m->pending, 1);
    if (kept == NULL) {
        return nwti_read_out_of_memory(m->file->error);
    }
    *kept = range;
    return 1;
}

/* The header of one message; what is too short for one at the end of a chunk is a gap. */
static int32_t take_message(hdf5_messages *m, hdf5_message *message)
{
    hdf5_cursor *chunk = &m->chunk;
    int64_t header = m->version == 1 ? 8 : 4 + (m->has_order ? 2 : 0);
    int32_t flags;

    if (chunk->end - chunk->at < header) {
        return 0;
    }
    message->type = (int32_t)nwti_hdf5_take(chunk, m->version == 1 ? 2 : 1);
    message->size = nwti_hdf5_take_size(chunk, 2);
    flags = (int32_t)nwti_hdf5_take(chunk, 1);
    message->order = -1;
    if (m->version == 1) {
        nwti_hdf5_skip(chunk, 3);
    } else if (m->has_order) {
        message->order = nwti_hdf5_take_size(chunk, 2);
    }
    message->is_shared = (flags & SHARED) != 0;
    message->offset = chunk->at;
    nwti_hdf5_skip(chunk, message->size);
    if ((flags & MUST_BE_KNOWN) != 0 && message->type > LAST_KNOWN_TYPE) {
        return nwti_hdf5_unsupported(m->file, message->offset,
                                     "object header message of an "
                                     "unknown type that must be understood");
    }
    return !nwti_hdf5_failed(m->file);
}

int32_t nwti_hdf5_messages_next(hdf5_messages *m, hdf5_message *message)
{
    while (!nwti_hdf5_failed(m->file)) {
        if (!take_message(m, message)) {
            if (nwti_hdf5_failed(m->file) || m->pending.count == 0 || !begin_continuation(m)) {
                return 0;
            }
        } else if (message->type == MESSAGE_CONTINUATION) {
            if (!keep_continuation(m, message)) {
                return 0;
            }
        } else if (message->type != MESSAGE_NIL) {
            return 1;
        }
    }
    return 0;
}

void nwti_hdf5_messages_end(hdf5_messages *m)
{
    nwti_stack_free(&m->pending);
}

int32_t nwti_hdf5_message(nwti_hdf5 *file, int64_t object, int32_t type, hdf5_message *message)
{
    hdf5_messages messages;
    int32_t found = 0;

    if (nwti_hdf5_messages(file, object, &messages)) {
        while (!found && nwti_hdf5_messages_next(&messages, message)) {
            found = message->type == type;
        }
    }
    nwti_hdf5_messages_end(&messages);
    return found && !nwti_hdf5_failed(file);
}

int32_t nwti_hdf5_resolve(nwti_hdf5 *file, hdf5_message *message)
{
    enum { IN_HEAP = 1 };
    hdf5_message found;
    hdf5_cursor cursor;
    int32_t version, type;
    int64_t object;

    if (!message->is_shared) {
        return !nwti_hdf5_failed(file);
    }
    nwti_hdf5_cursor(file, &cursor, "shared message", message->offset, message->size);
    version = nwti_hdf5_take_version(&cursor, 1, 3);
    type = (int32_t)nwti_hdf5_take(&cursor, 1);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (version == 3 && type == IN_HEAP) {
        return nwti_hdf5_unsupported(file, message->offset, "message in a heap of shared messages");
    }
    nwti_hdf5_skip(&cursor, version == 1 ? 6 : 0);
    object = nwti_hdf5_take_address(&cursor);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (object < 0 || !nwti_hdf5_message(file, object, message->type, &found) || found.is_shared) {
        return nwti_hdf5_broken(&cursor, "the object that it refers to has no such message");
    }
    *message = found;
    return 1;
}

int32_t nwti_hdf5_kind(nwti_hdf5 *file, int64_t object)
{
    hdf5_messages messages;
    hdf5_message message;
    int32_t group = 0, type = 0, space = 0, layout = 0;

    if (nwti_hdf5_messages(file, object, &messages)) {
        while (nwti_hdf5_messages_next(&messages, &message)) {
            group |= message.type == MESSAGE_SYMBOL_TABLE || message.type == MESSAGE_LINK_INFO ||
                     message.type == MESSAGE_LINK;
            type |= message.type == MESSAGE_DATATYPE;
            space |= message.type == MESSAGE_DATASPACE;
            layout |= message.type == MESSAGE_LAYOUT;
        }
    }
    nwti_hdf5_messages_end(&messages);
    if (nwti_hdf5_failed(file)) {
        return NWTI_HDF5_OTHER;
    }
    if (group) {
        return NWTI_HDF5_GROUP;
    }
    if (type && space && layout) {
        return NWTI_HDF5_DATASET;
    }
    return type && !space ? NWTI_HDF5_NAMED_TYPE : NWTI_HDF5_OTHER;
}
