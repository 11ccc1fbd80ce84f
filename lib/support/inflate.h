/*
 * Inflate (RFC 1951) in pull form and bounded memory, as strict as zlib, and the CRC-32 of zip.
 *
 * Compressed bytes come from a source; decompressed bytes are asked for piece by piece, forward
 * only. The state that later output depends on stands apart from the input buffer, so that it can
 * be kept and gone back to: see deflated.h for random access.
 */
#ifndef NWTI_SUPPORT_INFLATE_H
#define NWTI_SUPPORT_INFLATE_H

#include "support/source.h"

enum { NWTI_INFLATE_WINDOW = 32768, NWTI_INFLATE_INPUT = 4096, NWTI_INFLATE_FAST_BITS = 10 };

/* A canonical Huffman code: codes up to FAST_BITS by one look-up, longer ones bit by bit. */
typedef struct nwti_huffman {
    uint16_t fast[1 << NWTI_INFLATE_FAST_BITS]; /* symbol << 4 | length; 0: no such short code */
    uint16_t count[16];                         /* codes of each length */
    uint16_t symbol[288];                       /* in the order of their codes */
} nwti_huffman;

typedef struct nwti_inflate_state {
    int64_t next_input;  /* offset in the source of the first byte that is not in `bits` */
    int64_t produced;    /* bytes given so far */
    uint64_t bits;       /* read but not used, the next one lowest */
    const char *failure; /* NULL, or what is wrong: nothing more comes */
    size_t stored_left;  /* of a stored block */
    size_t match_left;   /* of a match that did not fit into the last piece */
    size_t match_distance;
    uint32_t bit_count;
    uint32_t crc;  /* of all bytes given so far */
    int32_t block; /* type of the current block, -1 between blocks */
    int32_t last_block;
    int32_t ended;         /* the last block's end was read */
    int32_t source_failed; /* `failure` is that the source could not be read */
    int32_t fixed_codes;   /* the codes below are those of fixed blocks */
    nwti_huffman literals;
    nwti_huffman distances;
    unsigned char window[NWTI_INFLATE_WINDOW]; /* byte n of the output is at n % WINDOW */
} nwti_inflate_state;

typedef struct nwti_inflate {
    nwti_source source;
    int64_t limit;
    size_t input_next;
    size_t input_end;
    nwti_inflate_state state;
    unsigned char input[NWTI_INFLATE_INPUT];
} nwti_inflate;

/* More than `limit` bytes of output is a failure. */
void nwti_inflate_start(nwti_inflate *inflate, const nwti_source *compressed, int64_t limit);
/*
 * Gives the next bytes, skips them if `buffer` is NULL; returns their number: less than `size`
 * only at the end or at a failure, then state.ended or state.failure is set.
 */
size_t nwti_inflate_read(nwti_inflate *inflate, void *buffer, size_t size);
/* Offset in the compressed source of the first byte that is not used yet. */
int64_t nwti_inflate_offset(const nwti_inflate *inflate);

void nwti_inflate_save(const nwti_inflate *inflate, nwti_inflate_state *state);
void nwti_inflate_restore(nwti_inflate *inflate, const nwti_inflate_state *state);

/* Goes on from `crc`, 0 at first. */
uint32_t nwti_crc32(uint32_t crc, const void *bytes, size_t size);

#endif
