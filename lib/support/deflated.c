#include "support/deflated.h"

#include "support/inflate.h"

#include <string.h>

enum { PAGE = 16 * 1024, PAGES = 32, MOST_SAVED = 64, LEAST_STEP = 1024 * 1024 };

typedef struct page {
    int64_t start; /* -1: holds nothing */
    uint64_t used; /* the time of its last use */
    unsigned char bytes[PAGE];
} page;

struct nwti_deflated {
    const char *why; /* of the last failure; NULL: the source failed */
    nwti_source compressed;
    int64_t size;
    int64_t step; /* between saved states; a multiple of PAGE */
    size_t saved_count;
    nwti_inflate_state *saved; /* number i is at (i + 1) * step */
    page *pages;
    uint64_t now;
    uint32_t crc;
    nwti_inflate inflate;
};

/* Takes the latest known state not beyond `start`, if the present one is beyond or earlier. */
static void go_near(nwti_deflated *d, int64_t start)
{
    nwti_inflate_state *present = &d->inflate.state;
    size_t usable = (size_t)(start / d->step);

    usable = usable < d->saved_count ? usable : d->saved_count;
    if (present->failure != NULL || present->produced > start) {
        if (usable == 0) {
            nwti_inflate_start(&d->inflate, &d->compressed, d->size);
        }
    } else if (usable == 0 || d->saved[usable - 1].produced <= present->produced) {
        return;
    }
    if (usable > 0) {
        nwti_inflate_restore(&d->inflate, &d->saved[usable - 1]);
    }
}

static int32_t give_up(nwti_deflated *d)
{
    const nwti_inflate_state *s = &d->inflate.state;

    d->why = s->source_failed     ? NULL
             : s->failure != NULL ? s->failure
                                  : "there is less data than was said";
    return 0;
}

/* Decompresses to `end`, keeping states on the way. */
static int32_t advance(nwti_deflated *d, int64_t end, unsigned char *buffer)
{
    const nwti_inflate_state *s = &d->inflate.state;

    while (s->produced < end) {
        int64_t next_save = (s->produced / d->step + 1) * d->step;
        size_t part = (size_t)((end < next_save ? end : next_save) - s->produced);

        /* Less than `size` has been produced, so there is a place for the state. */
        if (s->produced == (int64_t)(d->saved_count + 1) * d->step) {
            nwti_inflate_save(&d->inflate, &d->saved[d->saved_count++]);
        }
        if (nwti_inflate_read(&d->inflate, buffer, part) != part) {
            return give_up(d);
        }
        buffer = buffer != NULL ? buffer + part : NULL;
    }
    return 1;
}

/* With all bytes given: whether the data ends here, whole and right. */
static int32_t check_end(nwti_deflated *d)
{
    unsigned char beyond;

    nwti_inflate_read(&d->inflate, &beyond, 1);
    if (!d->inflate.state.ended) {
        return give_up(d);
    }
    if (nwti_inflate_offset(&d->inflate) != d->compressed.size) {
        d->why = "bytes follow the end of the compressed data";
    } else if (d->inflate.state.crc != d->crc) {
        d->why = "the CRC-32 is wrong";
    } else {
        return 1;
    }
    return 0;
}

static int32_t load(nwti_deflated *d, page *into, int64_t start)
{
    int64_t end = d->size - start < PAGE ? d->size : start + PAGE;

    into->start = -1;
    go_near(d, start);
    if (!advance(d, start, NULL) || !advance(d, end, into->bytes) ||
        (end == d->size && !check_end(d))) {
        return 0;
    }
    into->start = start;
    return 1;
}

/* The page that begins at `start`; NULL if it cannot be decompressed. */
static page *find(nwti_deflated *d, int64_t start)
{
    page *oldest = &d->pages[0];
    size_t i;

    for (i = 0; i < PAGES; i++) {
        page *candidate = &d->pages[i];

        if (candidate->start == start) {
            candidate->used = ++d->now;
            return candidate;
        }
        if (candidate->used < oldest->used) {
            oldest = candidate;
        }
    }
    oldest->used = ++d->now;
    return load(d, oldest, start) ? oldest : NULL;
}

static int32_t read_deflated(void *user, int64_t offset, void *buffer, size_t size)
{
    nwti_deflated *d = user;
    unsigned char *out = buffer;

    while (size > 0) {
        size_t skip = (size_t)(offset % PAGE);
        size_t part = size < PAGE - skip ? size : PAGE - skip;
        const page *from = find(d, offset - (int64_t)skip);

        if (from == NULL) {
            return 1;
        }
        memcpy(out, from->bytes + skip, part);
        out += part;
        offset += (int64_t)part;
        size -= part;
    }
    return 0;
}

int32_t nwti_deflated_source(nwti_arena *arena, const nwti_source *compressed, int64_t size,
                             uint32_t crc, nwti_source *out)
{
    nwti_deflated *d = nwti_arena_zeroed(arena, sizeof *d);
    int64_t step = (size / MOST_SAVED / PAGE + 1) * PAGE;
    size_t saved, i;

    step = step > LEAST_STEP ? step : LEAST_STEP;
    saved = (size_t)(size / step);
    if (d == NULL) {
        return 0;
    }
    d->pages = nwti_arena_array(arena, PAGES, sizeof *d->pages);
    d->saved = nwti_arena_array(arena, saved, sizeof *d->saved);
    if (d->pages == NULL || d->saved == NULL) {
        return 0;
    }
    for (i = 0; i < PAGES; i++) {
        d->pages[i].start = -1;
        d->pages[i].used = 0;
    }
    d->compressed = *compressed;
    d->size = size;
    d->step = step;
    d->crc = crc;
    nwti_inflate_start(&d->inflate, compressed, size);
    out->read = read_deflated;
    out->user = d;
    out->size = size;
    out->why = &d->why;
    return 1;
}
