/* HDF5: the shape, type, layout and filters of datasets. */
#include "support/hdf5/internal.h"
#include "support/text.h"

#include <string.h>

/* --- Filters --- */

static const struct filter_name {
    int32_t id;
    const char *name;
} filter_names[] = {
    {1, "deflate"}, {2, "shuffle"},        {3, "fletcher32"}, {4, "szip"},
    {5, "nbit"},    {6, "scaleoffset"},    {32000, "lzf"},    {32001, "blosc"},
    {32004, "lz4"}, {32008, "bitshuffle"}, {32015, "zstd"},   {32026, "blosc2"},
};

static void add_filter(nwti_hdf5_dataset *dataset, int32_t id)
{
    size_t used = strlen(dataset->filters);
    const char *comma = used != 0 ? ", " : "";
    size_t i;

    for (i = 0; i < sizeof filter_names / sizeof filter_names[0]; i++) {
        if (filter_names[i].id == id) {
            nwti_format(dataset->filters + used, sizeof dataset->filters - used, "%s%s", comma,
                        filter_names[i].name);
            return;
        }
    }
    nwti_format(dataset->filters + used, sizeof dataset->filters - used, "%sfilter %d", comma,
                (int64_t)id);
}

static int32_t read_filters(nwti_hdf5 *file, const hdf5_message *message,
                            nwti_hdf5_dataset *dataset)
{
    enum { FIRST_WITH_A_NAME = 256 }; /* in version 2 */
    hdf5_cursor cursor;
    int32_t version, i;

    nwti_hdf5_cursor(file, &cursor, "filters", message->offset, message->size);
    version = nwti_hdf5_take_version(&cursor, 1, 2);
    dataset->filter_count = (int32_t)nwti_hdf5_take(&cursor, 1);
    nwti_hdf5_skip(&cursor, version == 1 ? 6 : 0);
    for (i = 0; i < dataset->filter_count && !nwti_hdf5_failed(file); i++) {
        int32_t id = (int32_t)nwti_hdf5_take(&cursor, 2);
        int64_t name = 0, values;

        if (version == 1 || id >= FIRST_WITH_A_NAME) {
            name = nwti_hdf5_take_size(&cursor, 2);
        }
        nwti_hdf5_skip(&cursor, 2);
        values = nwti_hdf5_take_size(&cursor, 2);
        nwti_hdf5_skip(&cursor, version == 1 ? (name + 7) & ~(int64_t)7 : name);
        nwti_hdf5_skip(&cursor, 4 * (version == 1 ? values + values % 2 : values));
        add_filter(dataset, id);
    }
    return !nwti_hdf5_failed(file);
}

/* --- Layouts --- */

enum { COMPACT = 0, CONTIGUOUS = 1, CHUNKED = 2, VIRTUAL = 3 };

/* The dimensions of a chunk; the last one is the size of an element. */
static int32_t take_chunk_dims(hdf5_cursor *cursor, nwti_hdf5_dataset *dataset, int32_t count,
                               int32_t bytes)
{
    nwti_hdf5_chunks *chunks = &dataset->chunks;
    int32_t i;

    chunks->bytes = 1;
    chunks->count = 1;
    chunks->rank = count - 1;
    if (nwti_hdf5_failed(cursor->file)) {
        return 0;
    }
    if (chunks->rank != dataset->space.rank || bytes < 1 || bytes > 8) {
        return nwti_hdf5_broken(cursor, "its chunks do not have the dimensions of the dataset");
    }
    for (i = 0; i < count; i++) {
        int64_t dim = nwti_hdf5_take_size(cursor, bytes);

        if (nwti_hdf5_failed(cursor->file)) {
            return 0;
        }
        if (dim == 0 || !nwti_multiply(chunks->bytes, dim, &chunks->bytes)) {
            return nwti_hdf5_broken(cursor, "its chunks have a size that is not sensible");
        }
        if (i < chunks->rank) {
            int64_t size = dataset->space.dims[i];
            int64_t across = size / dim + (size % dim != 0);

            if (!nwti_multiply(chunks->count, across, &chunks->count)) {
                return nwti_hdf5_broken(cursor, "it has 2^63 chunks or more");
            }
        }
    }
    return 1;
}

static int32_t take_chunk_index(hdf5_cursor *cursor, nwti_hdf5_dataset *dataset)
{
    enum { SINGLE_IS_FILTERED = 2 };
    /* What each kind of index keeps here about how it was made. */
    static const int32_t parameter_bytes[] = {0, 0, 0, 1, 5, 6};
    nwti_hdf5_chunks *chunks = &dataset->chunks;
    int32_t flags = (int32_t)nwti_hdf5_take(cursor, 1);
    int32_t count = (int32_t)nwti_hdf5_take(cursor, 1);
    int32_t bytes = (int32_t)nwti_hdf5_take(cursor, 1);

    if (!take_chunk_dims(cursor, dataset, count, bytes)) {
        return 0;
    }
    chunks->index = (int32_t)nwti_hdf5_take(cursor, 1);
    if (nwti_hdf5_failed(cursor->file)) {
        return 0;
    }
    if (chunks->index < 1 || chunks->index > 5) {
        return nwti_hdf5_unsupported(cursor->file, cursor->start, "index of chunks of a new kind");
    }
    chunks->only_bytes = chunks->bytes;
    if (chunks->index == 1 && (flags & SINGLE_IS_FILTERED) != 0) {
        chunks->only_bytes = nwti_hdf5_take_length(cursor);
        nwti_hdf5_skip(cursor, 4);
    }
    nwti_hdf5_skip(cursor, parameter_bytes[chunks->index]);
    chunks->address = nwti_hdf5_take_address(cursor);
    return !nwti_hdf5_failed(cursor->file);
}

/* Contiguous or compact values: as many bytes as the shape needs, all of them in the file. */
static int32_t check_stored(const hdf5_cursor *cursor, nwti_hdf5_dataset *dataset, int64_t address,
                            int64_t size)
{
    hdf5_cursor values;
    int64_t needed;

    if (!nwti_multiply(dataset->space.count, dataset->type.size, &needed) || size < needed) {
        return nwti_hdf5_broken(cursor, "the values take fewer bytes than the shape needs");
    }
    dataset->stored = size;
    return nwti_hdf5_cursor(cursor->file, &values, "values of a dataset", address, size);
}

static int32_t read_contiguous(hdf5_cursor *cursor, nwti_hdf5_dataset *dataset, int32_t version)
{
    int64_t address = nwti_hdf5_take_address(cursor);
    int64_t size;

    if (version >= 3) {
        size = nwti_hdf5_take_length(cursor);
    } else if (!nwti_multiply(dataset->space.count, dataset->type.size, &size)) {
        return nwti_hdf5_broken(cursor, "it has 2^63 bytes or more");
    }
    if (nwti_hdf5_failed(cursor->file) || address < 0) {
        return !nwti_hdf5_failed(cursor->file);
    }
    return check_stored(cursor, dataset, address, size);
}

static int32_t read_compact(hdf5_cursor *cursor, nwti_hdf5_dataset *dataset, int32_t version)
{
    int64_t size = nwti_hdf5_take_size(cursor, version >= 3 ? 2 : 4);
    int64_t address = cursor->at;

    nwti_hdf5_skip(cursor, size);
    return !nwti_hdf5_failed(cursor->file) && check_stored(cursor, dataset, address, size);
}

/* Versions 1 and 2 have the rank first, and the dimensions, cut to 32 bits, for all classes. */
static int32_t read_old_layout(hdf5_cursor *cursor, nwti_hdf5_dataset *dataset, int32_t version)
{
    int32_t rank = (int32_t)nwti_hdf5_take(cursor, 1);
    int32_t layout = (int32_t)nwti_hdf5_take(cursor, 1);

    nwti_hdf5_skip(cursor, 5);
    if (nwti_hdf5_failed(cursor->file)) {
        return 0;
    }
    switch (layout) {
    case COMPACT:
        nwti_hdf5_skip(cursor, 4 * (int64_t)rank);
        dataset->layout = NWTI_HDF5_COMPACT;
        return read_compact(cursor, dataset, version);
    case CONTIGUOUS:
        dataset->layout = NWTI_HDF5_CONTIGUOUS;
        return read_contiguous(cursor, dataset, version);
    case CHUNKED:
        dataset->layout = NWTI_HDF5_CHUNKED;
        dataset->chunks.address = nwti_hdf5_take_address(cursor);
        return take_chunk_dims(cursor, dataset, rank, 4);
    default:
        return nwti_hdf5_broken(cursor, "of an unknown class");
    }
}

static int32_t read_layout(hdf5_cursor *cursor, nwti_hdf5_dataset *dataset)
{
    int32_t version = nwti_hdf5_take_version(cursor, 1, 5);

    if (!nwti_hdf5_failed(cursor->file) && version < 3) {
        return read_old_layout(cursor, dataset, version);
    }
    dataset->layout = (int32_t)nwti_hdf5_take(cursor, 1);
    if (nwti_hdf5_failed(cursor->file)) {
        return 0;
    }
    switch (dataset->layout) {
    case COMPACT:
        return read_compact(cursor, dataset, version);
    case CONTIGUOUS:
        return read_contiguous(cursor, dataset, version);
    case CHUNKED:
        if (version > 3) {
            return take_chunk_index(cursor, dataset);
        } else {
            int32_t count = (int32_t)nwti_hdf5_take(cursor, 1);

            dataset->chunks.address = nwti_hdf5_take_address(cursor);
            return take_chunk_dims(cursor, dataset, count, 4);
        }
    case VIRTUAL:
        return 1;
    default:
        return nwti_hdf5_broken(cursor, "of an unknown class");
    }
}

/* --- Datasets --- */

typedef struct dataset_messages {
    hdf5_message type;
    hdf5_message space;
    hdf5_message layout;
    hdf5_message filters;
    int32_t is_external;
} dataset_messages;

static int32_t find_messages(nwti_hdf5 *file, int64_t object, dataset_messages *found)
{
    hdf5_messages messages;
    hdf5_message message;

    memset(found, 0, sizeof *found);
    if (nwti_hdf5_messages(file, object, &messages)) {
        while (nwti_hdf5_messages_next(&messages, &message)) {
            switch (message.type) {
            case MESSAGE_DATATYPE:
                found->type = message;
                break;
            case MESSAGE_DATASPACE:
                found->space = message;
                break;
            case MESSAGE_LAYOUT:
                found->layout = message;
                break;
            case MESSAGE_FILTERS:
                found->filters = message;
                break;
            case MESSAGE_EXTERNAL_FILES:
                found->is_external = 1;
                break;
            default:
                break;
            }
        }
    }
    nwti_hdf5_messages_end(&messages);
    return !nwti_hdf5_failed(file);
}

int32_t nwti_hdf5_dataset_read(nwti_hdf5 *file, int64_t object, nwti_hdf5_dataset *dataset)
{
    dataset_messages found;
    hdf5_cursor cursor;

    memset(dataset, 0, sizeof *dataset);
    dataset->chunks.address = -1;
    if (!find_messages(file, object, &found)) {
        return 0;
    }
    if (found.type.offset == 0 || found.space.offset == 0 || found.layout.offset == 0) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, object,
                              "HDF5 object header at %d: not that of a dataset", object);
    }
    if (!nwti_hdf5_type_read(file, found.type, &dataset->type) ||
        !nwti_hdf5_space_read(file, found.space, &dataset->space)) {
        return 0;
    }
    if (found.filters.offset != 0 && (!nwti_hdf5_resolve(file, &found.filters) ||
                                      !read_filters(file, &found.filters, dataset))) {
        return 0;
    }
    if (found.is_external) {
        dataset->layout = NWTI_HDF5_EXTERNAL_DATA;
        return 1;
    }
    nwti_hdf5_cursor(file, &cursor, "layout message", found.layout.offset, found.layout.size);
    return read_layout(&cursor, dataset) && !nwti_hdf5_failed(file);
}
