/* Lists any bytes as an HDF5 file, within a memory limit; then looks up what was listed. */
#include "replay.h"
#include "support/hdf5_listing.h"

static void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

/* A name that a visit gives is found again, unless an equal one stands before it. */
static int32_t look_up_link(void *user, const nwti_hdf5_link *link)
{
    nwti_hdf5 *file = user;
    int64_t found;

    require(link->name_length != 0 && strlen(link->name) == link->name_length);
    if (nwti_hdf5_child(file, nwti_hdf5_root(file), link->name, &found)) {
        nwti_hdf5_kind(file, found);
    }
    return 1;
}

static int32_t look_up_attribute(void *user, const nwti_hdf5_attribute *attribute)
{
    nwti_hdf5 *file = user;
    nwti_hdf5_attribute found;

    nwti_hdf5_attribute_find(file, nwti_hdf5_root(file), attribute->name, &found);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nwti_source source = nwti_source_memory(data, size);
    nwti_read_error error = {0};
    nwti_heap heap;
    nwti_arena arena;
    nwti_text out;
    nwti_hdf5 *file;
    int64_t stored = 0;
    int32_t listed;

    nwti_heap_init(&heap, NULL, NULL, (size_t)64 << 20);
    nwti_arena_init(&arena, &heap);
    nwti_text_init(&out, &heap);
    file = nwti_hdf5_open(&arena, &source, &error);
    require((file != NULL) == (error.kind == NWTI_READ_OK));
    if (file != NULL) {
        listed = list_file(file, &arena, &out, &stored);
        require(listed == (error.kind == NWTI_READ_OK));
        require(error.kind == NWTI_READ_OK || error.what[0] != '\0');
        memset(&error, 0, sizeof error);
        nwti_hdf5_links(file, nwti_hdf5_root(file), look_up_link, file);
        memset(&error, 0, sizeof error);
        nwti_hdf5_attributes(file, nwti_hdf5_root(file), look_up_attribute, file);
    }
    nwti_text_free(&out);
    nwti_arena_free(&arena);
    require(heap.used == 0);
    return 0;
}
