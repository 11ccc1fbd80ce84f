/*
 * HDF5: the groups, links and attributes of a file, and the shapes, types and stored sizes of its
 * datasets; never their values. Read-only, from a source, only what is asked for.
 *
 * Everything after nwti_hdf5_open() fails sticky: the first fault is kept in the error that was
 * given there, and until its kind is set back to NWTI_READ_OK every call returns 0 at once.
 * So "not found" and "failed" are told apart by the error. Offsets in errors are the source's.
 *
 * Format: "HDF5 File Format Specification", version 3.0 (and 4.0 where superblock 3 needs it).
 */
#ifndef NWTI_SUPPORT_HDF5_H
#define NWTI_SUPPORT_HDF5_H

#include "support/memory.h"
#include "support/source.h"

#define NWTI_HDF5_RANK 32 /* the format's own limit */

typedef struct nwti_hdf5 nwti_hdf5;

/* Where the signature of an HDF5 file stands in the source (0, 512, 1024, 2048 ...), or -1. */
int64_t nwti_hdf5_signature(const nwti_source *source, nwti_read_error *error);

/* The file takes 50 kB of the arena, and lives as the arena, the source and the error do. */
nwti_hdf5 *nwti_hdf5_open(nwti_arena *arena, const nwti_source *source, nwti_read_error *error);

/* An object is named by the place of its header in the source. */
int64_t nwti_hdf5_root(const nwti_hdf5 *file);

enum {
    NWTI_HDF5_OTHER, /* an object whose header says nothing that is known */
    NWTI_HDF5_GROUP,
    NWTI_HDF5_DATASET,
    NWTI_HDF5_NAMED_TYPE
};
/* The kind of an object; NWTI_HDF5_OTHER after a failure. */
int32_t nwti_hdf5_kind(nwti_hdf5 *file, int64_t object);

enum {
    NWTI_HDF5_HARD,        /* leads to `object` */
    NWTI_HDF5_SOFT,        /* a path in this file: `target`; not followed */
    NWTI_HDF5_EXTERNAL,    /* another file: `target`; not followed */
    NWTI_HDF5_USER_DEFINED /* of a kind that only its writer knows */
};
typedef struct nwti_hdf5_link {
    const char *name; /* name and target live until the call that gave them returns */
    size_t name_length;
    int32_t kind;
    int64_t object;          /* -1 unless hard */
    const char *target;      /* the path, or for an external link the path in the other file */
    const char *target_file; /* of an external link; else "" */
    int64_t order;           /* of creation, from 0; -1 where the file does not track it */
} nwti_hdf5_link;

/* Returns 1 to go on, 0 to stop. It may ask the file other things meanwhile. */
typedef int32_t (*nwti_hdf5_visit_link)(void *user, const nwti_hdf5_link *link);
/*
 * The links of a group: of a large one as created where the file keeps that order, else by name,
 * by the hash of the name, or as they happen to stand; a link's `order` tells.
 * 1 if all were visited or `visit` stopped; an object that is no group has none.
 */
int32_t nwti_hdf5_links(nwti_hdf5 *file, int64_t group, nwti_hdf5_visit_link visit, void *user);
/*
 * Follows hard links from `object` along `path` ("dense/kernel:0"); no look-up reads all links
 * of a large group. 1 if found; 0 if not, or if a link on the way is not hard.
 */
int32_t nwti_hdf5_child(nwti_hdf5 *file, int64_t object, const char *path, int64_t *child);

typedef struct nwti_hdf5_entry {
    const char *path; /* from the start of the walk: "" itself, then "a", "a/b" */
    size_t path_length;
    const nwti_hdf5_link *link; /* that led here; NULL at the start */
    int64_t object;             /* -1 behind links that are not hard */
    int32_t kind;               /* of the object */
    int32_t seen;               /* the object was visited before, under another path */
} nwti_hdf5_entry;

typedef int32_t (*nwti_hdf5_visit_entry)(void *user, const nwti_hdf5_entry *entry);
/* All that lies under an object, itself first, depth first; no object is entered twice. */
int32_t nwti_hdf5_walk(nwti_hdf5 *file, int64_t object, nwti_hdf5_visit_entry visit, void *user);

enum {
    NWTI_HDF5_TYPE_OTHER, /* compound, reference, opaque ...: see its name */
    NWTI_HDF5_TYPE_INTEGER,
    NWTI_HDF5_TYPE_FLOAT,
    NWTI_HDF5_TYPE_BOOL, /* an enumeration of FALSE = 0 and TRUE = 1 */
    NWTI_HDF5_TYPE_ENUM, /* named as its integers */
    NWTI_HDF5_TYPE_STRING
};
typedef struct nwti_hdf5_type {
    int32_t kind;
    const char *name; /* "float32", "uint8", "bool", "string", "compound" ... */
    int64_t size;     /* bytes of one element as stored where the dataset is */
    int32_t is_signed;
    int32_t is_big_endian;
    int32_t is_variable; /* a string of any length, kept elsewhere in the file */
    int32_t padding;     /* of a fixed string: 0 NUL-ended, 1 NUL-padded, 2 space-padded */
} nwti_hdf5_type;

typedef struct nwti_hdf5_space {
    int32_t rank;    /* 0: scalar */
    int32_t is_null; /* has no elements and no shape at all */
    int64_t dims[NWTI_HDF5_RANK];
    int64_t count; /* of elements */
} nwti_hdf5_space;

typedef struct nwti_hdf5_attribute {
    const char *name; /* lives as a link's name does, or is what was asked for */
    size_t name_length;
    nwti_hdf5_type type;
    nwti_hdf5_space space;
    int64_t data;  /* where the elements stand in the source */
    int64_t order; /* of creation, or -1 */
} nwti_hdf5_attribute;

typedef int32_t (*nwti_hdf5_visit_attribute)(void *user, const nwti_hdf5_attribute *attribute);
int32_t nwti_hdf5_attributes(nwti_hdf5 *file, int64_t object, nwti_hdf5_visit_attribute visit,
                             void *user);
/* 1 if found. */
int32_t nwti_hdf5_attribute_find(nwti_hdf5 *file, int64_t object, const char *name,
                                 nwti_hdf5_attribute *attribute);
/*
 * One element of an attribute; 0 also if it is not of that type. Strings of both sorts lose
 * their padding, get a NUL at the end, and live in the arena; `length` may be NULL.
 */
const char *nwti_hdf5_string(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                             nwti_arena *arena, size_t *length);
/* Integers, enumerations and bool; refused above INT64_MAX. */
int32_t nwti_hdf5_integer(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                          int64_t *value);
/* float32 and float64. */
int32_t nwti_hdf5_float(nwti_hdf5 *file, const nwti_hdf5_attribute *attribute, int64_t index,
                        double *value);

enum {
    NWTI_HDF5_COMPACT,
    NWTI_HDF5_CONTIGUOUS,
    NWTI_HDF5_CHUNKED,
    NWTI_HDF5_VIRTUAL,      /* made of parts of other datasets */
    NWTI_HDF5_EXTERNAL_DATA /* in files of its own */
};

/* How the chunks are found; of use to nwti_hdf5_storage() alone. */
typedef struct nwti_hdf5_chunks {
    int32_t index;      /* the format's number; 0: B-tree version 1 */
    int64_t address;    /* -1: nothing is stored yet */
    int64_t bytes;      /* of one chunk before its filters */
    int64_t only_bytes; /* of the only chunk after its filters */
    int64_t count;      /* that the shape needs */
    int32_t rank;
} nwti_hdf5_chunks;

typedef struct nwti_hdf5_dataset {
    nwti_hdf5_type type;
    nwti_hdf5_space space;
    int32_t layout;
    int32_t filter_count;
    char filters[96]; /* "shuffle, deflate": in the order in which they were applied */
    int64_t stored;   /* bytes, unless chunked */
    nwti_hdf5_chunks chunks;
} nwti_hdf5_dataset;

int32_t nwti_hdf5_dataset_read(nwti_hdf5 *file, int64_t object, nwti_hdf5_dataset *dataset);
/*
 * The bytes that a dataset's values take in this file, after filters; 0 where none were written,
 * or where they are in other files. Reads the whole index of a chunked dataset.
 */
int32_t nwti_hdf5_storage(nwti_hdf5 *file, const nwti_hdf5_dataset *dataset, int64_t *bytes);

#endif
