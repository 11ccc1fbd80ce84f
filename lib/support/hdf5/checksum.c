/* HDF5: the checksums of structures: Bob Jenkins's lookup3, in pieces of 12 bytes. */
#include "support/hdf5/internal.h"

#include <string.h>

typedef struct lookup3 {
    uint32_t a;
    uint32_t b;
    uint32_t c;
} lookup3;

static uint32_t rotate(uint32_t x, int32_t bits)
{
    return x << bits | x >> (32 - bits);
}

static void lookup3_begin(lookup3 *state, uint64_t length)
{
    state->a = state->b = state->c = 0xdeadbeefu + (uint32_t)length;
}

static void lookup3_add(lookup3 *state, const unsigned char *piece)
{
    state->a += nwti_le32(piece);
    state->b += nwti_le32(piece + 4);
    state->c += nwti_le32(piece + 8);
}

static void lookup3_mix(lookup3 *state)
{
    uint32_t a = state->a, b = state->b, c = state->c;

    a -= c;
    a ^= rotate(c, 4);
    c += b;
    b -= a;
    b ^= rotate(a, 6);
    a += c;
    c -= b;
    c ^= rotate(b, 8);
    b += a;
    a -= c;
    a ^= rotate(c, 16);
    c += b;
    b -= a;
    b ^= rotate(a, 19);
    a += c;
    c -= b;
    c ^= rotate(b, 4);
    b += a;
    state->a = a;
    state->b = b;
    state->c = c;
}

static uint32_t lookup3_final(lookup3 *state)
{
    uint32_t a = state->a, b = state->b, c = state->c;

    c ^= b;
    c -= rotate(b, 14);
    a ^= c;
    a -= rotate(c, 11);
    b ^= a;
    b -= rotate(a, 25);
    c ^= b;
    c -= rotate(b, 16);
    a ^= c;
    a -= rotate(c, 4);
    b ^= a;
    b -= rotate(a, 14);
    c ^= b;
    c -= rotate(b, 24);
    return c;
}

/* The last piece, of 1 to 12 bytes, is not mixed but finished; nothing at all is not even that. */
static uint32_t lookup3_end(lookup3 *state, const unsigned char *piece, size_t size)
{
    unsigned char last[12] = {0};

    if (size == 0) {
        return state->c;
    }
    memcpy(last, piece, size);
    lookup3_add(state, last);
    return lookup3_final(state);
}

uint32_t nwti_hdf5_hash(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    lookup3 state;

    lookup3_begin(&state, length);
    for (; length > 12; p += 12, length -= 12) {
        lookup3_add(&state, p);
        lookup3_mix(&state);
    }
    return lookup3_end(&state, p, length);
}

/* Reads a piece; the bytes of the checksum itself count as zeros. */
static int32_t read_piece(nwti_hdf5 *file, const char *what, int64_t offset, unsigned char *piece,
                          int64_t size, int64_t stored_at)
{
    int64_t i;

    if (!nwti_hdf5_read(file, what, offset, piece, (size_t)size)) {
        return 0;
    }
    if (stored_at - offset < size && stored_at - offset > -4) {
        for (i = 0; i < size; i++) {
            if (offset + i >= stored_at && offset + i < stored_at + 4) {
                piece[i] = 0;
            }
        }
    }
    return 1;
}

static int32_t checksum(nwti_hdf5 *file, const char *what, int64_t offset, int64_t size,
                        int64_t stored_at, uint32_t *result)
{
    unsigned char piece[12];
    lookup3 state;

    lookup3_begin(&state, (uint64_t)size);
    for (; size > 12; offset += 12, size -= 12) {
        if (!read_piece(file, what, offset, piece, 12, stored_at)) {
            return 0;
        }
        lookup3_add(&state, piece);
        lookup3_mix(&state);
    }
    if (!read_piece(file, what, offset, piece, size, stored_at)) {
        return 0;
    }
    *result = lookup3_end(&state, piece, (size_t)size);
    return 1;
}

int32_t nwti_hdf5_verify(nwti_hdf5 *file, const char *what, int64_t offset, int64_t size,
                         int64_t stored_at)
{
    uint64_t slot = ((uint64_t)offset * 0x9e3779b97f4a7c15u) >> 40;
    hdf5_range *known = &file->verified[slot % HDF5_VERIFIED];
    unsigned char stored[4];
    uint32_t computed;

    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (known->offset == offset && known->size == size) {
        return 1;
    }
    if (size < 0 || size > file->work) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, offset,
                              "HDF5 %s at %d: its size, %d bytes, is not sensible", what, offset,
                              size);
    }
    file->work -= size;
    if (!nwti_hdf5_read(file, what, stored_at, stored, 4) ||
        !checksum(file, what, offset, size, stored_at, &computed)) {
        return 0;
    }
    if (computed != nwti_le32(stored)) {
        return nwti_read_fail(file->error, NWTI_READ_BROKEN, offset,
                              "HDF5 %s at %d: its checksum does not fit its bytes", what, offset);
    }
    known->offset = offset;
    known->size = size;
    return 1;
}

int32_t nwti_hdf5_take_checksum(hdf5_cursor *cursor)
{
    int64_t size = cursor->at - cursor->start;

    nwti_hdf5_skip(cursor, 4);
    return nwti_hdf5_verify(cursor->file, cursor->what, cursor->start, size, cursor->start + size);
}
