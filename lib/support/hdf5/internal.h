/*
 * What the parts of the HDF5 reader share. Nothing here is seen outside lib/support/hdf5_*.c.
 *
 * All structures are read field by field through a cursor and a small cache of blocks, so nothing
 * of the file's size is ever in memory. Loops over structures spend a budget of bytes, which no
 * honest file can exceed, since structures do not overlap: so cycles and shared nodes end.
 */
#ifndef NWTI_SUPPORT_HDF5_INTERNAL_H
#define NWTI_SUPPORT_HDF5_INTERNAL_H

#include "support/checked.h"
#include "support/hdf5/hdf5.h"

#define HDF5_BLOCK 4096
#define HDF5_BLOCKS 8
#define HDF5_VERIFIED 1024 /* a power of two: 64 MB of a fractal heap's largest blocks */
#define HDF5_LEVELS 20     /* of a B-tree; the smallest fan-out makes 2^20 leaves */

typedef struct hdf5_block {
    int64_t offset; /* -1: empty */
    uint64_t used;  /* when, for the least recently used to go */
    size_t size;
    unsigned char bytes[HDF5_BLOCK];
} hdf5_block;

typedef struct hdf5_range {
    int64_t offset;
    int64_t size;
} hdf5_range;

struct nwti_hdf5 {
    nwti_source source;
    nwti_read_error *error;
    nwti_heap *heap;
    int64_t base; /* where addresses count from */
    int64_t end;  /* of the file in the source */
    int64_t root;
    int32_t offset_size;
    int32_t length_size;
    int64_t work; /* bytes of structures that may still be read in loops, in all */
    uint64_t clock;
    hdf5_range verified[HDF5_VERIFIED]; /* structures whose checksum was right */
    int64_t collection; /* of the global heap, last read: the next string is often next */
    int64_t collection_next;
    hdf5_block *recent;
    hdf5_block blocks[HDF5_BLOCKS];
};

/* --- Reading (hdf5_read.c) --- */

/* `what` names the structure in errors. Taking past `end` is an error, and gives 0 from then on. */
typedef struct hdf5_cursor {
    nwti_hdf5 *file;
    const char *what;
    int64_t start;
    int64_t at;
    int64_t end;
} hdf5_cursor;

static inline int32_t nwti_hdf5_failed(const nwti_hdf5 *file)
{
    return file->error->kind != NWTI_READ_OK;
}

int32_t nwti_hdf5_read(nwti_hdf5 *file, const char *what, int64_t offset, void *buffer,
                       size_t size);
/* A cursor over `size` bytes (-1: up to the end of the file); 0 if they are not in the file. */
int32_t nwti_hdf5_cursor(nwti_hdf5 *file, hdf5_cursor *cursor, const char *what, int64_t offset,
                         int64_t size);
/* As nwti_hdf5_cursor(), and takes the four bytes of the signature. */
int32_t nwti_hdf5_open_block(nwti_hdf5 *file, hdf5_cursor *cursor, const char *what,
                             const char *signature, int64_t offset);
/* An unsigned little-endian number of 1 to 8 bytes. */
uint64_t nwti_hdf5_take(hdf5_cursor *cursor, int32_t bytes);
/* A number that must fit in int64: a size or a count. */
int64_t nwti_hdf5_take_size(hdf5_cursor *cursor, int32_t bytes);
/* The place in the source that an address means; -1 for the undefined address. */
int64_t nwti_hdf5_take_address(hdf5_cursor *cursor);
int64_t nwti_hdf5_take_length(hdf5_cursor *cursor);
void nwti_hdf5_skip(hdf5_cursor *cursor, int64_t bytes);
/* Takes one byte and fails if it is above `most`; the version. */
int32_t nwti_hdf5_take_version(hdf5_cursor *cursor, int32_t least, int32_t most);
/* Sets the error: the structure at the cursor contradicts the format. Returns 0. */
int32_t nwti_hdf5_broken(const hdf5_cursor *cursor, const char *why);
int32_t nwti_hdf5_unsupported(nwti_hdf5 *file, int64_t offset, const char *what);
/* What one loop over structures may still read. */
typedef struct hdf5_budget {
    nwti_hdf5 *file;
    int64_t left;
} hdf5_budget;

void nwti_hdf5_budget(nwti_hdf5 *file, hdf5_budget *budget);
int32_t nwti_hdf5_spend(hdf5_budget *budget, const char *what, int64_t offset, int64_t bytes);

/* --- Checksums (hdf5_checksum.c) --- */

/* The structure from the cursor's start to its present place must be followed by its checksum. */
int32_t nwti_hdf5_take_checksum(hdf5_cursor *cursor);
/* The checksum of `size` bytes stands at `stored_at`: behind them, or among them, then as zeros. */
int32_t nwti_hdf5_verify(nwti_hdf5 *file, const char *what, int64_t offset, int64_t size,
                         int64_t stored_at);

/* The checksum of the format, and its hash of names: Bob Jenkins's lookup3, in pieces of 12. */
uint32_t nwti_hdf5_hash(const char *bytes, size_t length);

/* --- Object headers (hdf5_object.c) --- */

enum {
    MESSAGE_NIL = 0x00,
    MESSAGE_DATASPACE = 0x01,
    MESSAGE_LINK_INFO = 0x02,
    MESSAGE_DATATYPE = 0x03,
    MESSAGE_LINK = 0x06,
    MESSAGE_EXTERNAL_FILES = 0x07,
    MESSAGE_LAYOUT = 0x08,
    MESSAGE_GROUP_INFO = 0x0a,
    MESSAGE_FILTERS = 0x0b,
    MESSAGE_ATTRIBUTE = 0x0c,
    MESSAGE_CONTINUATION = 0x10,
    MESSAGE_SYMBOL_TABLE = 0x11,
    MESSAGE_DRIVER_INFO = 0x14,
    MESSAGE_ATTRIBUTE_INFO = 0x15,
    MESSAGE_CACHE_IMAGE = 0x18
};

typedef struct hdf5_message {
    int32_t type;
    int32_t is_shared; /* the body tells where the message is */
    int64_t offset;
    int64_t size;
    int64_t order; /* of creation, of an attribute; -1 */
} hdf5_message;

typedef struct hdf5_messages {
    nwti_hdf5 *file;
    hdf5_budget budget;
    hdf5_cursor chunk;
    nwti_stack pending; /* of hdf5_range: continuations not yet read */
    size_t next;
    int32_t version;
    int32_t has_order;
} hdf5_messages;

/* Ended by nwti_hdf5_messages_end(), whatever this returns. */
int32_t nwti_hdf5_messages(nwti_hdf5 *file, int64_t object, hdf5_messages *messages);
/* 1 and the next message; 0 at the end or on failure. */
int32_t nwti_hdf5_messages_next(hdf5_messages *messages, hdf5_message *message);
void nwti_hdf5_messages_end(hdf5_messages *messages);
/* The first message of a type in an object's header; 0 if there is none, or on failure. */
int32_t nwti_hdf5_message(nwti_hdf5 *file, int64_t object, int32_t type, hdf5_message *message);
/* If `message` is shared, makes it the one that it refers to. */
int32_t nwti_hdf5_resolve(nwti_hdf5 *file, hdf5_message *message);

/* --- B-trees (hdf5_btree.c) --- */

typedef struct hdf5_tree1_level {
    int64_t at;   /* of the next key */
    int64_t left; /* children not yet visited */
} hdf5_tree1_level;

/* Version 1: keys around children. */
typedef struct hdf5_tree1 {
    nwti_hdf5 *file;
    hdf5_budget *budget;
    const char *what;
    int32_t type;
    int64_t key_size;
    int32_t top;   /* level of levels[0] */
    int32_t depth; /* levels in use */
    /* NULL, or whether the entry wanted is at or before the key at `offset`: then only the child
       that could have it is visited. */
    int32_t (*reaches)(void *user, int64_t offset);
    void *user;
    hdf5_tree1_level levels[HDF5_LEVELS];
} hdf5_tree1;

int32_t nwti_hdf5_tree1(hdf5_tree1 *tree, int64_t root);
/* 1, the place of the key and the address of the next child at the lowest level; 0 at the end. */
int32_t nwti_hdf5_tree1_next(hdf5_tree1 *tree, int64_t *key, int64_t *child);

typedef struct hdf5_tree2_level {
    int64_t records; /* where they stand */
    int64_t count;
    int64_t step; /* 2 * i: child i is next; 2 * i + 1: record i */
} hdf5_tree2_level;

/* Version 2: records in all nodes. */
typedef struct hdf5_tree2 {
    nwti_hdf5 *file;
    hdf5_budget *budget;
    const char *what;
    int32_t type;
    int64_t node_size;
    int64_t record_size;
    int32_t top; /* level of levels[0]; leaves are at level 0 */
    int32_t depth;
    int32_t count_size;              /* bytes of the count of a child's records */
    int32_t total_size[HDF5_LEVELS]; /* and of all records below, by the child's level */
    int32_t is_search; /* only records whose number at `key_at` is `key` are visited */
    int32_t key_at;
    int32_t key_size;
    uint64_t key;
    hdf5_tree2_level levels[HDF5_LEVELS];
} hdf5_tree2;

/* The caller sets budget, what and the search. Version 2's header is at `address`. */
int32_t nwti_hdf5_tree2(hdf5_tree2 *tree, nwti_hdf5 *file, int64_t address, int32_t type);
/* 1 and where the next record stands; 0 at the end or on failure. */
int32_t nwti_hdf5_tree2_next(hdf5_tree2 *tree, int64_t *record);

/* --- Heaps (hdf5_heap.c) --- */

typedef struct hdf5_local_heap {
    nwti_hdf5 *file;
    int64_t data;
    int64_t size;
} hdf5_local_heap;

int32_t nwti_hdf5_local_heap(nwti_hdf5 *file, int64_t address, hdf5_local_heap *heap);
/* Pushes the NUL-ended text at `offset` on `text`, with its NUL. */
int32_t nwti_hdf5_local_text(const hdf5_local_heap *heap, int64_t offset, hdf5_budget *budget,
                             nwti_stack *text);
/* How the text at `offset` compares with `name`, as strcmp. */
int32_t nwti_hdf5_local_compare(const hdf5_local_heap *heap, int64_t offset, const char *name,
                                size_t length);

/* Where an object of the global heap stands. */
int32_t nwti_hdf5_global_object(nwti_hdf5 *file, int64_t collection, int64_t index,
                                hdf5_range *object);

typedef struct hdf5_fractal_heap {
    nwti_hdf5 *file;
    int64_t address;
    int32_t id_size;
    int32_t offset_bits;
    int32_t length_bytes;
    int32_t has_checksums; /* in direct blocks */
    int64_t width;
    int64_t start_size; /* of the smallest block */
    int64_t largest_direct;
    int32_t direct_rows; /* of an indirect block: those above lead to indirect blocks */
    int64_t root;
    int64_t root_rows; /* 0: the root is a direct block */
    int64_t largest_managed;
    int64_t huge_tree;
} hdf5_fractal_heap;

int32_t nwti_hdf5_fractal_heap(nwti_hdf5 *file, int64_t address, hdf5_fractal_heap *heap);
/* Where the object lies whose heap ID stands at `id`. */
int32_t nwti_hdf5_fractal_object(const hdf5_fractal_heap *heap, int64_t id, hdf5_range *object);

/* --- Groups (hdf5_group.c) --- */

/* nwti_hdf5_links() with a budget for several groups: in an honest file they share nothing. */
int32_t nwti_hdf5_links_within(nwti_hdf5 *file, int64_t group, hdf5_budget *budget,
                               nwti_hdf5_visit_link visit, void *user);

/* --- Types and dataspaces (hdf5_type.c) --- */

int32_t nwti_hdf5_type_read(nwti_hdf5 *file, hdf5_message message, nwti_hdf5_type *type);
int32_t nwti_hdf5_space_read(nwti_hdf5 *file, hdf5_message message, nwti_hdf5_space *space);

#endif
