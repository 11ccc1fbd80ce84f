/* Layers: instances of kinds. */
#ifndef NWTI_CORE_LAYER_H
#define NWTI_CORE_LAYER_H

#include "netweight/kind.h"
#include "core/counts.h"
#include "core/kind.h"
#include "support/value.h"

typedef struct nwti_call nwti_call;
typedef struct nwti_weight nwti_weight;

enum {
    NWTI_MADE = 1,  /* options are complete */
    NWTI_BUILT = 2, /* weights are declared */
    NWTI_TRAINABLE = 4,
    NWTI_UNKNOWN_WEIGHTS = 8, /* called, but its weights could not be known */
    NWTI_IS_MODEL = 16,
    NWTI_WEIGHTS_FROM_FILE = 32,
    NWTI_OWNED = 64,  /* by a layer or a model that holds it */
    NWTI_SHARED = 128 /* by more than one */
};

enum {
    NWTI_HAS_POINTERS = 1,     /* its struct points to memory of this model */
    NWTI_NUMBERED = 2,         /* the number of its automatic name was taken */
    NWTI_SHARES_SELF = 4,      /* its options are those of other layers too: see prototype.c */
    NWTI_SHARES_WEIGHTS = 8,   /* and its weights: see recall.c */
    NWTI_BEFORE_3 = 16,        /* a Keras before 3 wrote it */
    NWTI_TENSORFLOW = 32,      /* and that was TensorFlow's own: 2.4 and later */
    NWTI_FREEZES_NOTHING = 64, /* trainable=False says nothing of what is within it */
    NWTI_KERAS_1 = 128,
    NWTI_ERA = NWTI_BEFORE_3 | NWTI_TENSORFLOW | NWTI_FREEZES_NOTHING | NWTI_KERAS_1,
    NWTI_NO_GAPS = 256 /* no place for a layer within it is empty */
};

/* What few layers have. */
typedef struct nwti_rare {
    nwti_counts counts;   /* of layers with children */
    int64_t logical_more; /* of its own weights: what they stand for beyond their params */
    nwti_holder *holders;
    int64_t holder_count;
    int64_t holder_capacity;
    nwti_tally *tally;          /* NULL: its children do not change */
    int64_t shown;              /* serial of the report that last showed what is within it */
    nwt_model *model;           /* of the layer of a model */
    const char *class_name;     /* of an unknown class */
    const nwti_value *object;   /* as a config has it, of an unknown class; NULL: it is from none */
    const char *written;        /* the class in the words of the model's own Keras; NULL: today's */
    const int64_t *input_shape; /* stated: input_shape with its batch */
    int32_t input_rank;
    uint8_t has_input_shape;
    uint8_t input_dtype;
    uint8_t casts_nothing; /* autocast=False: inputs stay as they come */
} nwti_rare;

struct nwt_layer {
    nwti_kind *kind;
    void *self;
    const char *name; /* NULL: automatic, from `number` */
    union {
        uint64_t given;        /* until it is called: a bit per option row */
        nwti_call *first_call; /* while it is the only one */
        nwti_call **calls;
    };
    nwti_weight *weights;
    nwti_rare *rare;
    const nwti_value *values; /* options as they were given, if some are opaque */
    int64_t mark;             /* serial of the last walk that saw it */
    int32_t number;
    int32_t position; /* in the walk that marked it */
    int32_t call_count;
    uint16_t weight_count;
    uint16_t depth; /* 1, or 1 + that of the deepest child */
    uint8_t flags;
    uint8_t compute_dtype;
    uint8_t variable_dtype;
    uint16_t marks; /* NWTI_HAS_POINTERS ... */
};

/* NULL: it was not called. */
static inline nwti_call *nwti_first_call(const nwt_layer *layer)
{
    return layer->call_count > 1 ? layer->calls[0] : layer->call_count ? layer->first_call : NULL;
}
/* 1 if none of its weights, and of those within it, is trained. */
int32_t nwti_layer_is_frozen(const nwt_layer *layer);
/* A layer with its defaults; not yet made. */
nwt_layer *nwti_layer_begin(nwti_kind *kind);
/* A complete layer, but for its name, on options that it shares with others. */
nwt_layer *nwti_layer_begin_on(nwti_kind *kind, void *self);
/* Takes the number of an automatic name, where it has no other and took none. */
void nwti_layer_number(nwt_layer *layer);
/* What is assigned to a layer's options, from the values of constructor text. */
nwti_assignment nwti_layer_assignment(nwt_layer *layer);
/* Whom messages about its options name: the name among these if it has one (or NULL), else its
   class. */
const char *nwti_layer_owner(const nwt_layer *layer, const nwti_value *name);
/* Options from a DICT or CALL; positional ones of a CALL by row order. */
int32_t nwti_layer_options(nwt_layer *layer, const nwti_value *values,
                           nwt_layer *(*layer_of)(void *, const nwti_value *), void *user);
/* Checks that nothing required is missing, makes default layers, runs `make`. 0, or the status. */
int32_t nwti_layer_complete(nwt_layer *layer);
/* From a CALL value of constructor text. */
nwt_layer *nwti_layer_of_call(void *ctx, const nwti_value *value);
nwti_rare *nwti_layer_rare(nwt_layer *layer);
/* A copy without calls and weights, its children copied too. */
nwt_layer *nwti_layer_copy(nwt_layer *layer);
/* A derived kind's layer: options of the same key, dtype and trainable taken over. */
nwt_layer *nwti_layer_derive(nwt_layer *from, nwti_kind *kind, const char *name);
/* The whole name, in the scratch arena if it is automatic; NULL when out of memory. */
const char *nwti_layer_whole_name(const nwt_layer *layer);
/* The name for messages: never longer than the buffer. */
const char *nwti_layer_title(const nwt_layer *layer, char *buffer, size_t size);
/* A layer, or an operation, of an unknown class; NULL: not even the class's name is known. */
nwt_layer *nwti_layer_unknown(nwt_context *ctx, const char *class_name, int32_t is_operation);
/* Class name, for unknown ones their own; NULL in a listing of a file of weights. */
const char *nwti_layer_class(const nwt_layer *layer);
/* Its own weights could not be known: of an unknown class, or never reached. */
int32_t nwti_layer_is_unknown(const nwt_layer *layer);
/* Visits the children: *position starts at 0; NULL at the end. */
nwt_layer *nwti_layer_next_child(const nwt_layer *layer, int64_t *position);
/* Depth and ownership, once the children are known. 0, or the status. */
int32_t nwti_layer_adopt(nwt_layer *layer);
void nwti_layer_own(nwt_layer *child);
/* Depth above children of that depth. 0, or the status if it is too much. */
int32_t nwti_layer_deepen(nwt_layer *layer, int32_t depth);

#endif
