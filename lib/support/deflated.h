/*
 * Random access to deflated data in bounded memory.
 *
 * Deflated data can only be read forward. So that a reader may go back, the state of the
 * decompressor is kept at up to 64 places, and the 32 pages of 16 KiB used last are held.
 *
 * Cost: a fixed 0.6 MB, and 38 KB for each MiB of data up to 64 of them (2.4 MB): at most 3 MB
 * for data of any size. A read forward decompresses what lies between; a read backward, outside
 * the pages held, decompresses at most the larger of 1 MiB and 1/64 of the data.
 */
#ifndef NWTI_SUPPORT_DEFLATED_H
#define NWTI_SUPPORT_DEFLATED_H

#include "support/memory.h"
#include "support/source.h"

typedef struct nwti_deflated nwti_deflated;

/*
 * Makes `out` the `size` decompressed bytes of `compressed`. When a read reaches the end, all
 * is checked against size, `crc` and the end of the compressed bytes, and a mismatch fails that
 * read; reads that do not reach it check only that the data can be decompressed so far.
 * 0 when out of memory; all that is needed is allocated here.
 */
int32_t nwti_deflated_source(nwti_arena *arena, const nwti_source *compressed, int64_t size,
                             uint32_t crc, nwti_source *out);

#endif
