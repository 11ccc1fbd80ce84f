/*
 * Sources: where readers of files take bytes from, and how they say what is wrong.
 *
 * A source is one read-at callback and a size; it can be a file, memory, a window of another
 * source, or the decompressed bytes of a zip member. Readers ask only for what they need.
 */
#ifndef NWTI_SUPPORT_SOURCE_H
#define NWTI_SUPPORT_SOURCE_H

#include <stddef.h>
#include <stdint.h>

enum {
    NWTI_READ_OK = 0,
    NWTI_READ_BROKEN,      /* the bytes contradict the format, or end too early */
    NWTI_READ_UNSUPPORTED, /* valid perhaps, but a feature that is not read, or over a limit */
    NWTI_READ_MEMORY,
    NWTI_READ_FAILED /* the source's callback gave up */
};

/* Set once, where the fault is seen; zero it (kind NWTI_READ_OK) before the first use. */
typedef struct nwti_read_error {
    int32_t kind;
    char what[200];     /* plain words, with the values and names that are wrong */
    int64_t offset;     /* in the source that the reader was given; -1: none */
    const char *member; /* which member of a container, or NULL; in its reader's arena */
} nwti_read_error;

typedef struct nwti_source {
    /* 0 if all `size` bytes were read; called only with ranges inside 0 .. size of the source. */
    int32_t (*read)(void *user, int64_t offset, void *buffer, size_t size);
    void *user;
    int64_t size;
    const char *const *why; /* NULL, or where `read` leaves a static text when it gives up */
} nwti_source;

/* Formats as nwti_format, unless an error is set already; returns 0, to be returned on. */
int32_t nwti_read_fail(nwti_read_error *error, int32_t kind, int64_t offset, const char *format,
                       ...);
int32_t nwti_read_out_of_memory(nwti_read_error *error);

/* A name from a file for a message: printable ASCII, other bytes as '?', cut if long. */
typedef struct nwti_label {
    char text[68];
} nwti_label;

nwti_label nwti_label_of(const char *name, size_t length);

/* 1 if `size` bytes from `offset` on lie in the source. */
int32_t nwti_source_has(const nwti_source *source, int64_t offset, int64_t size);
/*
 * 1 if all `size` bytes were read; else 0 and the error is set: the range is not in the source,
 * or the callback failed. `error` may be NULL.
 */
int32_t nwti_source_read(const nwti_source *source, int64_t offset, void *buffer, size_t size,
                         nwti_read_error *error);

/* `bytes` must live as long as the source. */
nwti_source nwti_source_memory(const void *bytes, size_t size);

typedef struct nwti_window {
    nwti_source parent;
    int64_t start;
} nwti_window;

/*
 * Makes `out` the `size` bytes of `parent` from `start` on; 0 if they are not all there.
 * `window` is the storage and must live as long as `out`.
 */
int32_t nwti_source_window(nwti_window *window, const nwti_source *parent, int64_t start,
                           int64_t size, nwti_source *out);

/* Little-endian numbers, as zip and HDF5 have them, whatever the machine's own order. */
static inline uint16_t nwti_le16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t nwti_le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t nwti_le64(const unsigned char *p)
{
    return (uint64_t)nwti_le32(p) | (uint64_t)nwti_le32(p + 4) << 32;
}

#endif
