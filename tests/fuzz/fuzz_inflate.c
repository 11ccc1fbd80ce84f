/* Inflates any bytes, forward and by random access, which must agree. */
#include "replay.h"
#include "support/deflated.h"
#include "support/inflate.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT = 3 * 1024 * 1024 };

static void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

static void read_anywhere(const nwti_source *packed, const unsigned char *expected, size_t size,
                          uint32_t crc)
{
    static unsigned char part[40000];
    nwti_heap heap;
    nwti_arena arena;
    nwti_source out;
    uint32_t seed = crc;

    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    require(nwti_deflated_source(&arena, packed, (int64_t)size, crc, &out));
    for (int32_t i = 0; i < 8; i++) {
        size_t offset, length;

        seed = seed * 1664525u + 1013904223u;
        offset = (seed >> 4) % size;
        length = 1 + (seed >> 8) % sizeof part;
        length = length < size - offset ? length : size - offset;
        require(nwti_source_read(&out, (int64_t)offset, part, length, NULL));
        require(memcmp(part, expected + offset, length) == 0);
    }
    nwti_arena_free(&arena);
    require(heap.used == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static nwti_inflate inflate;
    static unsigned char out[LIMIT + 1];
    nwti_source packed = nwti_source_memory(data, size);
    size_t piece = size > 0 ? (size_t)data[size - 1] * 97 + 1 : 1, done = 0, got;

    nwti_inflate_start(&inflate, &packed, LIMIT);
    do {
        size_t room = sizeof out - done;

        got = nwti_inflate_read(&inflate, out + done, piece < room ? piece : room);
        done += got;
    } while (got > 0);
    require(inflate.state.ended || inflate.state.failure != NULL);
    require(done <= LIMIT && (int64_t)done == inflate.state.produced);
    require(nwti_inflate_offset(&inflate) <= (int64_t)size);
    if (inflate.state.ended && done > 0 && nwti_inflate_offset(&inflate) == (int64_t)size) {
        read_anywhere(&packed, out, done, inflate.state.crc);
    }
    return 0;
}
