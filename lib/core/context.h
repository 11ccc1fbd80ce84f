/*
 * A context: what is made in it hangs on it. Its arenas hold what ends with a reset (layers,
 * tensors, models), what lives as long as it (kinds), what ends with the call that made it, and
 * what models cost to run.
 */
#ifndef NWTI_CORE_CONTEXT_H
#define NWTI_CORE_CONTEXT_H

#include "netweight.h"
#include "support/hash.h"
#include "support/memory.h"

typedef struct nwti_kind nwti_kind;

enum { NWTI_GRAPH_STACKS = 6 };

typedef struct nwti_layout nwti_layout;

/* How many automatic names of a kind were given. */
typedef struct nwti_counter {
    struct nwti_counter *next;
    int64_t names;
} nwti_counter;

/* What is called when the context ends. */
typedef struct nwti_ending {
    struct nwti_ending *next;
    void (*end)(void *user);
    void *user;
} nwti_ending;

typedef struct nwti_recalled nwti_recalled;
typedef struct nwti_prototypes nwti_prototypes;

struct nwt_context {
    nwti_heap heap;
    nwti_arena arena;     /* until reset */
    nwti_arena permanent; /* until free */
    nwti_arena scratch;   /* marked and rewound by the outermost op */
    nwti_arena works;     /* what models cost to run, until reset */
    nwti_heap in_arena;   /* hands out memory of `arena`, for maps that end with it */
    nwti_kind **kinds;    /* built-in ones by their index, made at first use; then plug-ins */
    int64_t kind_count;
    int64_t kind_capacity;
    nwti_map kind_names;       /* name -> index + 1; filled at the first look-up */
    int32_t names_are_entered; /* those of all built-in kinds */
    nwti_map past_classes;     /* what kinds were written as -> nwti_past_class */
    nwti_kind *unknown[2];     /* kinds of classes, and of operations, that nobody registered */
    nwti_map counters;         /* automatic name -> nwti_counter */
    nwti_counter *counted;
    nwti_prototypes *prototypes; /* layers that others may be made as; NULL: none yet */
    nwti_recalled **recalled;    /* calls that others may be like; NULL: none yet */
    int64_t asides;              /* how often a callback looked at an option beside its struct */
    nwti_ending *endings;
    nwti_layout *tables;                 /* of options that belong to no kind, laid out */
    nwti_stack graph[NWTI_GRAPH_STACKS]; /* of nwt_model_new; kept, so that the next model allocates
                                            nothing */
    const char **notes;
    nwti_map noted;     /* the same, to be found */
    int64_t note_count; /* those that are kept */
    int64_t note_capacity;
    int64_t note_dropped; /* those beyond them */
    char more_notes[48];  /* the note that says so */
    int64_t max_notes;
    int64_t max_calls;
    int64_t max_rows;
    int64_t max_cell;
    int64_t max_config;
    int64_t evaluated;  /* calls within models, since the function began that counts them */
    int32_t is_counted; /* one has begun: what it calls goes on counting */
    int64_t generation;
    const char **automatic; /* names of weights that a class gives none, as far as asked for */
    int64_t automatic_count;
    int64_t automatic_next; /* the next of them that is given */
    int64_t serial;         /* last given to a walk, to mark what it has seen */
    int32_t status;
    int32_t max_depth;
    uint8_t era;     /* NWTI_BEFORE_3 ...: whose layers are begun */
    int32_t nesting; /* of default layers being made */
    char message[1024];
};

/* Allocation in the context's arena, with the error set. */
void *nwti_new(nwt_context *ctx, size_t size);
void *nwti_new_array(nwt_context *ctx, size_t count, size_t size);
const char *nwti_copy_string(nwt_context *ctx, const char *text, size_t length);
/* Begins counting evaluated calls, unless that is begun already; what it returns is for the end. */
int32_t nwti_count_begin(nwt_context *ctx);
void nwti_count_end(nwt_context *ctx, int32_t outer);
/* Fills a caller's struct of `size` bytes, shorter or longer than this version's. */
void nwti_hand_over(void *into, size_t size, const void *from, size_t from_size);
/* An array that grows in the arena: room for one item more than `count`. */
void *nwti_grow(nwt_context *ctx, void *items, int64_t count, int64_t *capacity, size_t size);

#endif
