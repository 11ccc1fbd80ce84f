/* Opens any bytes as a zip archive and reads its members, within a memory limit. */
#include "replay.h"
#include "support/zip.h"

#include <stdlib.h>
#include <string.h>

static void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

static void read_member(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_arena *arena)
{
    nwti_read_error error = {0}, window_error = {0};
    nwti_source out;
    unsigned char *bytes = nwti_zip_read_all(zip, entry, arena, 1 << 20, &error);
    char part[500];

    require((bytes != NULL) == (error.kind == NWTI_READ_OK));
    require(bytes != NULL || (error.what[0] != '\0' && error.member == entry->name));
    if (!nwti_zip_member_source(zip, entry, arena, &out, &window_error)) {
        require(bytes == NULL && window_error.kind != NWTI_READ_OK);
        return;
    }
    require(out.size == entry->size);
    for (int64_t i = 0; i < 4; i++) {
        int64_t offset = out.size / 4 * (3 - i);
        size_t size = out.size - offset < (int64_t)sizeof part ? (size_t)(out.size - offset)
                                                               : sizeof part;

        if (nwti_source_read(&out, offset, part, size, NULL) && bytes != NULL) {
            require(memcmp(part, bytes + offset, size) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nwti_source source = nwti_source_memory(data, size);
    nwti_read_error error = {0};
    nwti_heap heap;
    nwti_arena arena;
    nwti_zip zip;

    nwti_heap_init(&heap, NULL, NULL, (size_t)64 << 20);
    nwti_arena_init(&arena, &heap);
    if (nwti_zip_open(&zip, &arena, &source, &error)) {
        int64_t sum = zip.before + zip.directory_size + zip.end_size;

        require(nwti_zip_is(&source));
        for (size_t i = 0; i < zip.count; i++) {
            const nwti_zip_entry *entry = &zip.entries[i];

            require(entry->packed_size >= 0 && entry->after >= 0);
            sum += entry->header_size + entry->packed_size + entry->after;
        }
        require(sum == source.size);
        for (size_t i = 0; i < zip.count && i < 8; i++) {
            read_member(&zip, &zip.entries[i], &arena);
        }
    } else {
        require(error.kind != NWTI_READ_OK && error.what[0] != '\0');
    }
    nwti_arena_free(&arena);
    require(heap.used == 0);
    return 0;
}
