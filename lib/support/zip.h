/*
 * Zip archives, read through a source: stored and deflated members, zip64, data descriptors,
 * comments, and bytes before the archive.
 *
 * The directory at the end rules; each member's local header is checked against it. Members lie
 * one after another without overlap, so all sizes here add up to the source's size:
 * before + for each entry (header_size + packed_size + after) + directory_size + end_size.
 */
#ifndef NWTI_SUPPORT_ZIP_H
#define NWTI_SUPPORT_ZIP_H

#include "support/memory.h"
#include "support/source.h"

enum { NWTI_ZIP_STORED = 0, NWTI_ZIP_DEFLATED = 8 };

/* Larger directories are refused. */
#define NWTI_ZIP_DIRECTORY_LIMIT ((int64_t)64 * 1024 * 1024)
/* Deflated members up to this size are held whole by nwti_zip_member_source. */
#define NWTI_ZIP_WHOLE_LIMIT ((int64_t)1024 * 1024)

typedef struct nwti_zip_entry {
    const char *name;     /* as it stands in the directory, NUL-terminated, may hold NULs */
    int64_t offset;       /* of the local header */
    int64_t packed_size;  /* in the archive */
    int64_t size;         /* of the member itself */
    int64_t after;        /* bytes to what comes next: data descriptor or unused */
    uint32_t header_size; /* of the local header with its name and extra fields */
    uint32_t number;      /* in the directory, from 0 */
    uint32_t crc;
    uint16_t name_length;
    uint16_t method;
    int32_t encrypted;
} nwti_zip_entry;

typedef struct nwti_zip {
    nwti_source source;
    nwti_zip_entry *entries; /* in the order of their offsets */
    size_t count;
    int64_t before; /* bytes before the first local header or, without one, directory */
    int64_t directory_size;
    int64_t end_size; /* from the directory's end to the source's: end records, comment */
} nwti_zip;

/* 1 if the source begins like an archive or has an archive's end record: worth opening as one. */
int32_t nwti_zip_is(const nwti_source *source);
/* Reads and checks the directory and the local headers. What it makes lives in the arena. */
int32_t nwti_zip_open(nwti_zip *zip, nwti_arena *arena, const nwti_source *source,
                      nwti_read_error *error);
/* The member of exactly this name, of several the last in the directory (as Python); or NULL. */
const nwti_zip_entry *nwti_zip_find(const nwti_zip *zip, const char *name);
/*
 * Reads a member whole and checks its size and CRC: entry->size bytes and a NUL. NULL if it is
 * larger than `limit`, encrypted, of another method, or damaged.
 */
unsigned char *nwti_zip_read_all(const nwti_zip *zip, const nwti_zip_entry *entry,
                                 nwti_arena *arena, int64_t limit, nwti_read_error *error);
/*
 * Makes `out` the bytes of a member, to be read at any offset. A stored member is a window, its
 * CRC not checked; a deflated one is held whole if small, else read as deflated.h tells.
 */
int32_t nwti_zip_member_source(const nwti_zip *zip, const nwti_zip_entry *entry, nwti_arena *arena,
                               nwti_source *out, nwti_read_error *error);

#endif
