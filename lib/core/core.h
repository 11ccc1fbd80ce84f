/*
 * What the files of core share. Everything hangs on a context; its three
 * arenas hold what ends with a reset (layers, tensors, models), what lives as
 * long as the context (kinds), and what ends with the call that made it.
 */
#ifndef NWTI_CORE_CORE_H
#define NWTI_CORE_CORE_H

#include "netweight/kind.h"
#include "support/hash.h"
#include "support/memory.h"
#include "support/text.h"
#include "support/value.h"

typedef struct nwti_kind nwti_kind;
typedef struct nwti_call nwti_call;
typedef struct nwti_weight nwti_weight;
typedef struct nwti_weight_form nwti_weight_form;
typedef struct nwti_memo nwti_memo;
typedef struct nwti_work nwti_work;
typedef struct nwti_run nwti_run;
typedef struct nwti_costs nwti_costs;

/* ------------------------------------------------------------------ context */

/* A table of options, laid out. */
typedef struct nwti_layout {
    const nwt_option *rows;
    size_t row_size; /* stride */
    int32_t count;
    size_t size;        /* of the struct */
    void *defaults;     /* an image of the struct; required options are zero */
    uint64_t required;  /* a bit per row */
    uint8_t slots[128]; /* hash of the key -> row + 1 */
} nwti_layout;

typedef struct nwti_note {
    struct nwti_note *next;
    const char *text;
} nwti_note;

struct nwt_context {
    nwti_heap heap;
    nwti_arena arena;     /* until reset */
    nwti_arena permanent; /* until free */
    nwti_arena scratch;   /* marked and rewound by the outermost op */
    nwti_arena works;     /* what models cost to run, until reset */
    nwti_kind **kinds;    /* built-in ones by their index, made at first use; then plug-ins */
    int64_t kind_count;
    int64_t kind_capacity;
    nwti_map kind_names;   /* name -> index + 1; filled at the first look-up */
    nwti_kind *unknown[2]; /* kinds of classes, and of operations, that nobody registered */
    nwti_map counters;     /* automatic name -> int64_t: how many there are */
    nwti_layout report_options;
    nwti_stack graph[5]; /* of nwt_model_new; kept, so that the next model allocates nothing
                                   */
    nwti_note *notes;
    nwti_note **notes_end;
    int64_t note_count;
    int64_t generation;
    int64_t serial; /* last given to a walk, to mark what it has seen */
    int32_t status;
    int32_t max_depth;
    int32_t era; /* 1, 2, 3: how automatic names look */
    char message[1024];
};

/* ------------------------------------------------------------------- errors */

/* Sets the first error; %s %d(int64_t) %z(size_t). Returns the context's status. */
int32_t nwti_error(nwt_context *ctx, int32_t status, const char *format, ...);
/* Puts a place before the message that was set. */
void nwti_error_in(nwt_context *ctx, const char *where);
int32_t nwti_out_of_memory(nwt_context *ctx);
void nwti_note_add(nwt_context *ctx, const char *format, ...);
/* "; did you mean 'units'?" into buffer (size bytes), or "". `candidates` of count strings. */
typedef struct nwti_nearest {
    const char *wanted;
    const char *best;
    int32_t distance;
} nwti_nearest;
void nwti_nearest_begin(nwti_nearest *nearest, const char *wanted);
void nwti_nearest_offer(nwti_nearest *nearest, const char *candidate);
const char *nwti_nearest_text(const nwti_nearest *nearest, char *buffer, size_t size);

/* Allocation in the context's arena, with the error set. */
void *nwti_new(nwt_context *ctx, size_t size);
void *nwti_new_array(nwt_context *ctx, size_t count, size_t size);
const char *nwti_copy_string(nwt_context *ctx, const char *text, size_t length);
/* Fills a caller's struct of `size` bytes, shorter or longer than this version's. */
void nwti_hand_over(void *into, size_t size, const void *from, size_t from_size);
/* An array that grows in the arena: room for one item more than `count`. */
void *nwti_grow(nwt_context *ctx, void *items, int64_t count, int64_t *capacity, size_t size);

/* ------------------------------------------------------------------- dtypes */

/* 0 if there is no such dtype. */
int32_t nwti_dtype_of(const char *name);
/* The dtypes of a policy ("float32", "mixed_float16", "int8_from_mixed_bfloat16"); 0: unknown. */
int32_t nwti_policy_of(const char *name, uint8_t *compute, uint8_t *variable);
int32_t nwti_dtype_is_float(int32_t dtype);

/* -------------------------------------------------------------------- kinds */

struct nwti_kind {
    nwt_context *ctx;
    const nwt_kind *descriptor;
    nwti_layout options;
    nwti_layout arguments;
    const char *automatic_name; /* "conv2d" */
    int64_t *counter;
    int64_t inputs_named; /* in Keras 1: inputs that first layers of this kind brought */
    nwti_memo *memo;
    nwti_weight_form *forms;
    int32_t form_count;
    int32_t is_operation; /* one of Keras's operations used as a node */
    int32_t has_children; /* some row holds layers */
    int32_t unknown;      /* the kind of classes that nobody registered */
    int32_t copies_text;  /* a plug-in: names and labels of its weights may be temporary */
    int32_t takes_one;    /* a call on one tensor lacks nothing */
    const void *single;   /* the call arguments of such a call */
};

enum { NWTI_LARGEST_TABLE = 64 };

/* Keras's to_snake_case, an underscore before a capital that follows a small letter, or that begins
   a word: "Conv2DTranspose" -> "conv2d_transpose", "PReLU" -> "p_re_lu". The buffer has room for
   twice the name and a NUL; returns the length. */
size_t nwti_snake_case(char *buffer, const char *name);
/* Lays a descriptor out; NULL with the error set. */
nwti_kind *nwti_kind_make(nwt_context *ctx, const nwt_kind *descriptor);
/* What a kind is called in reports: without the "ops." of operations. */
const char *nwti_kind_title(const nwti_kind *kind);
nwti_kind *nwti_kind_at(nwt_context *ctx, int32_t index);
/* By name or alias; NULL without an error if there is none. */
nwti_kind *nwti_kind_named(nwt_context *ctx, const char *name);
/* The same with an error that names the nearest. */
nwti_kind *nwti_kind_wanted(nwt_context *ctx, const char *name);
const nwt_option *nwti_row(const nwti_layout *layout, int32_t index);
/* The row's index, or -1. */
int32_t nwti_row_find(const nwti_layout *layout, const char *key, size_t length);
/* Bytes of the row's place in the struct; SIZE_MAX: no such type. */
size_t nwti_option_size(const nwt_option *row);
int32_t nwti_layout_make(nwt_context *ctx, nwti_layout *layout, const nwt_option *rows,
                         size_t row_size, size_t size, const char *owner);

/* ------------------------------------------------------------------ options */

/* A value being written into a struct of options or call arguments. */
typedef struct nwti_assignment {
    nwt_context *ctx;
    const nwti_layout *layout;
    const char *owner; /* whom messages name */
    void *self;
    uint64_t given; /* a bit per row */
    /* Makes the layer that a value stands for; NULL with an error set. */
    nwt_layer *(*layer_of)(void *user, const nwti_value *value);
    void *user;
    int32_t pointers; /* the struct points to memory of this model */
    int32_t lenient;  /* from a config: functions of any name pass */
} nwti_assignment;

int32_t nwti_assign(nwti_assignment *to, int32_t row, const nwti_value *value);
/* The options that all kinds have: name, dtype, trainable, input_shape ... 1: it is one and was
   taken (or failed); 0: it is none. */
int32_t nwti_assign_common(nwt_layer *layer, const nwti_value *key, const nwti_value *value,
                           const char *owner);
void nwti_offer_common(nwti_nearest *nearest);
int32_t nwti_unknown_option(nwt_context *ctx, const char *owner, const nwti_layout *layout,
                            const char *key, int32_t with_common);
/* An option's value as text in Keras's syntax. */
void nwti_option_text(nwti_text *text, const nwt_option *row, const void *self);

/* ------------------------------------------------------------------- layers */

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

/* What a layer and all within it hold. Sums stick at -1 when they overflow. */
typedef struct nwti_counts {
    int64_t params;
    int64_t trainable;
    int64_t bytes;
    int64_t trainable_bytes;
    int64_t weights;
    int64_t layers;
    int64_t unknown_layers;
} nwti_counts;

/* A layer with weights within another; `parent` leads up its path (-1: the top). */
typedef struct nwti_holder {
    nwt_layer *layer;
    int32_t parent;
    int32_t first; /* index of its first weight */
} nwti_holder;

/* What few layers have. */
typedef struct nwti_rare {
    nwti_counts counts; /* of layers with children */
    nwti_holder *holders;
    int64_t holder_count;
    int64_t holder_capacity;
    nwt_model *model;           /* of the layer of a model */
    const char *class_name;     /* of an unknown class */
    const char *written;        /* the class in the words of the model's own Keras; NULL: today's */
    const int64_t *input_shape; /* stated: input_shape with its batch */
    int32_t input_rank;
    uint8_t has_input_shape;
    uint8_t input_dtype;
} nwti_rare;

struct nwt_layer {
    nwti_kind *kind;
    void *self;
    const char *name; /* NULL: automatic, from `number` */
    nwti_call *first_call;
    nwti_call *last_call;
    nwti_weight *weights;
    nwti_rare *rare;
    const nwti_value *values; /* options as they were given, if some are opaque */
    int64_t mark;             /* serial of the last walk that saw it */
    int32_t number;
    int32_t position; /* in the walk that marked it */
    uint64_t given;   /* a bit per option row; until it is made */
    int32_t call_count;
    uint16_t weight_count;
    uint16_t depth; /* 1, or 1 + that of the deepest child */
    uint8_t flags;
    uint8_t compute_dtype;
    uint8_t variable_dtype;
};

/* What weights of different layers have in common; kept by the kind. */
struct nwti_weight_form {
    nwti_weight_form *next;
    const char *name;
    const char *const *labels; /* of each factor; a '*' in front joins it to the axis before */
    uint8_t factor_count;
    uint8_t rank;
};

struct nwti_weight {
    const nwti_weight_form *form;
    const int64_t *sizes; /* of each factor; the dims follow them if some factors are joined
                                   */
    uint8_t dtype;
    uint8_t trainable;
};

const int64_t *nwti_weight_dims(const nwti_weight *weight);
int64_t nwti_weight_params(const nwti_weight *weight);
int64_t nwti_weight_bytes(const nwti_weight *weight);
/* The form of a weight with these labels, kept by the kind; NULL when out of memory. */
const nwti_weight_form *nwti_weight_form_of(nwti_kind *kind, const char *name, int32_t count,
                                            const nwt_axis *axes);

/* A layer with its defaults; not yet made. */
nwt_layer *nwti_layer_begin(nwt_context *ctx, nwti_kind *kind);
/* Options from a DICT or CALL; positional ones of a CALL by row order. */
int32_t nwti_layer_options(nwt_layer *layer, const nwti_value *values,
                           nwt_layer *(*layer_of)(void *, const nwti_value *), void *user);
/* Checks that nothing required is missing, runs `make`. 0, or the status. */
int32_t nwti_layer_complete(nwt_layer *layer);
/* From a CALL value of constructor text. */
nwt_layer *nwti_layer_of_call(void *ctx, const nwti_value *value);
nwti_rare *nwti_layer_rare(nwt_layer *layer);
/* A copy without calls and weights, its children copied too. */
nwt_layer *nwti_layer_copy(nwt_layer *layer);
/* A derived kind's layer: options of the same key, dtype and trainable taken over. */
nwt_layer *nwti_layer_derive(nwt_layer *from, nwti_kind *kind, const char *name);
/* Sets trainable to 0 in it and all within it. */
void nwti_layer_freeze(nwt_layer *layer);
/* The whole name, in the scratch arena if it is automatic; NULL when out of memory. */
const char *nwti_layer_whole_name(const nwt_layer *layer);
/* The name for messages: never longer than the buffer. */
const char *nwti_layer_title(const nwt_layer *layer, char *buffer, size_t size);
/* What Keras 1 named its like by: the class in small letters. */
void nwti_layer_prefix_of_1(const nwt_layer *layer, char *buffer, size_t size);
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
/* Counts and holders of a layer with children, made anew. */
int32_t nwti_layer_summarise(nwt_layer *layer);
/* The same after one more child, at little cost where it is not shared. */
int32_t nwti_layer_summarise_added(nwt_layer *layer, nwt_layer *child);
nwti_counts nwti_layer_counts(const nwt_layer *layer);
/* A weight as a file has it. */
typedef struct nwti_file_weight {
    const char *name;
    const int64_t *dims;
    int32_t rank;
    int32_t dtype;
    int32_t trainable;
} nwti_file_weight;
/* Gives a layer of unknown weights those of a file; all is copied. 0, or the status. */
int32_t nwti_layer_take_weights(nwt_layer *layer, int64_t count, const nwti_file_weight *from);

/* ------------------------------------------------------------ tensors, calls */

struct nwt_tensor {
    nwti_call *call;  /* NULL: only a shape, in a shaping */
    nwt_tensor *next; /* next output of the call */
    int32_t index;
    int16_t rank; /* -1: unknown */
    uint8_t dtype;
    int64_t dims[];
};

/* How a call was made, where it is not on one tensor alone. */
typedef struct nwti_call_given {
    const void *arguments;      /* struct of the kind's call arguments, or NULL */
    const nwti_value *values;   /* the arguments that are no tensors, as given; NULL: none */
    const uint8_t *rows;        /* of each input: the argument's row */
    const char *const *written; /* of each input: its argument's name in the file; NULL: today's */
} nwti_call_given;

struct nwti_call {
    nwt_layer *layer;
    nwti_call *next; /* the layer's next call */
    nwt_tensor *outputs;
    const nwti_call_given *given; /* NULL: one tensor, by position, and nothing else */
    int64_t mark;
    int32_t position;    /* in the walk that marked it */
    int32_t number;      /* among the layer's calls */
    int32_t input_count; /* masks too */
    int32_t output_count;
    int32_t is_open; /* how many outputs there are is not known */
    nwt_tensor *inputs[];
};

enum {
    NWTI_ROW_MASK = 0x3F,
    NWTI_ROW_COMMON = 0x3F, /* the row of `mask`, which every kind takes */
    NWTI_ROW_NAMED = 0x80   /* it was passed by name */
};

nwt_tensor *nwti_tensor_new(nwti_arena *arena, int32_t rank, const int64_t *dims, int32_t dtype);
int32_t nwti_same_shape(const nwt_tensor *a, const nwt_tensor *b);
/* "(None, 28, 28)" */
size_t nwti_shape_text(char *buffer, size_t size, int32_t rank, const int64_t *dims);

/* A call being made: tensors with the names of their arguments (NULL: by position), and the other
   arguments as a CALL or DICT value (NULL: none). */
typedef struct nwti_call_request {
    nwt_layer *layer;
    int32_t count;
    nwt_tensor *const *tensors; /* NULL: a constant stands at this position */
    const char *const *names;   /* NULL: all by position */
    const nwti_value *arguments;
    const char *const *written; /* the names as a file has them, in the arena; NULL: the same */
} nwti_call_request;

/* Sorts the tensors of a request into the rows of the kind's call arguments; *given is NULL for a
   call on one tensor, else in the arena. 0, or the status. */
int32_t nwti_arguments_bind(const nwti_call_request *request, nwti_arena *arena,
                            const nwti_call_given **given);
/* The arguments' struct of a call. */
const void *nwti_call_arguments(const nwt_layer *layer, const nwti_call_given *given);
/* Ranks and number of the tensors that an op is given. */
int32_t nwti_arguments_check(nwt_op *op);
nwti_call *nwti_call_make(const nwti_call_request *request);
/* A call like another one, of another layer of the same kind, on other tensors. */
nwti_call *nwti_call_like(nwt_layer *layer, const nwti_call *like, nwt_tensor *const *inputs);
/* Output `index`; of a call whose outputs are unknown, made on demand. */
nwt_tensor *nwti_call_output(nwti_call *call, int32_t index);
/* States the shape of a tensor that is unknown; else, if it differs, adds a note. */
nwt_tensor *nwti_tensor_state(nwt_tensor *tensor, int32_t rank, const int64_t *dims, int32_t dtype);
/* The name of the argument an input was passed by; NULL: by position. */
const char *nwti_call_input_name(const nwti_call *call, int32_t index);

/* ----------------------------------------------------------------------- op */

enum { NWTI_OP_OK, NWTI_OP_UNKNOWN, NWTI_OP_FAILED };

typedef struct nwti_declared nwti_declared;

struct nwt_op {
    nwt_context *ctx;
    nwt_layer *layer;
    nwt_op *parent;
    nwti_arena *results; /* where outputs are made */
    const nwt_tensor **inputs;
    int32_t input_count;
    int32_t input_capacity;
    const void *arguments;
    const nwti_value *values; /* arguments that are constants */
    nwt_tensor *outputs;
    nwt_tensor *last_output;
    int32_t output_count;
    int32_t declared_count;
    nwti_declared *declared; /* weights, the newest first */
    nwti_mark mark;
    int32_t state;
    int32_t making;  /* in `make`: messages name the kind, not the half-made layer */
    nwti_work *work; /* that is asked for; NULL: only shapes are */
    nwti_run *run;   /* its account */
};

void nwti_op_begin(nwt_op *op, nwt_layer *layer, nwt_op *parent, nwti_arena *results);
/* Builds the layer if it was not, and writes the outputs. */
void nwti_op_evaluate(nwt_op *op);
void nwti_op_end(nwt_op *op);

/* ------------------------------------------------------------------- models */

/* The shapes of all tensors of a model for one set of input shapes. */
typedef struct nwti_shaping {
    struct nwti_shaping *next;
    const nwt_tensor **inputs;
    const nwt_tensor **outputs;
} nwti_shaping;

/* The variables of a compiled model's optimizer. */
typedef struct nwti_optimizer {
    const char *class_name;
    int64_t params; /* -1: not known */
    int64_t bytes;
} nwti_optimizer;

/* What the bytes of a model's file are; the parts add up to all of them. */
typedef struct nwti_file_part {
    const char *name;
    int64_t bytes;
} nwti_file_part;

typedef struct nwti_file_account {
    const char *kind;          /* "keras", "h5", "weights.h5" */
    const char *keras_version; /* NULL: not stated */
    int64_t bytes;
    const nwti_file_part *parts;
    int32_t part_count;
} nwti_file_account;

struct nwt_model {
    nwt_layer *layer;
    nwt_layer **layers;
    int64_t layer_count;
    int64_t layer_capacity;
    nwti_call **calls; /* each after those that feed it; input calls too */
    int64_t call_count;
    int64_t call_capacity;
    int32_t *slots; /* flat: of each call, its first output slot and its inputs' slots
                                   */
    int64_t slots_count;
    int64_t slots_capacity;
    int32_t slot_count; /* tensors in all */
    int32_t input_count;
    int32_t output_count;
    nwt_tensor **inputs;
    nwt_tensor **outputs;
    int32_t *input_slots;
    int32_t *output_slots;
    const char *const *input_keys; /* of dict inputs; NULL: none */
    const char *const *output_keys;
    const nwti_value *output_structure; /* lists and dicts of names, as written; NULL: none */
    nwti_shaping *shapings;
    nwti_costs *costs; /* those of the work `costs_serial` */
    int64_t costs_serial;
    int32_t is_sequential;
    int32_t built;
    int32_t called;
    int32_t version;                 /* of the Keras that wrote it: 20204 is 2.2.4; 0: not known */
    const nwti_optimizer *optimizer; /* that Keras 3 builds on loading; NULL: none, not built */
    const nwti_optimizer *stored;    /* what its file holds of one; NULL: nothing */
    const nwti_file_account *file;   /* NULL: it comes from no container */
    int32_t is_lone;                 /* made around one layer, which is all that a config is of */
    int32_t is_listing; /* of what a file of weights holds: classes and calls are not known
                                   */
};

/* The options struct of the kinds of models. */
typedef struct nwti_model_self {
    nwt_layers layers; /* those that it holds */
    nwt_layers given;  /* Sequential([...]): to be added */
} nwti_model_self;

void nwti_graph_init(nwt_context *ctx);
/* The model struct of a model kind's layer, made empty. */
nwt_model *nwti_model_begin(nwt_layer *layer, int32_t is_sequential);
int32_t nwti_model_shape(nwt_op *op, const void *self);
/* Gives a Sequential without layers its inputs; the first layer is called on all of them. */
int32_t nwti_sequential_begin(nwt_model *model, int32_t count, nwt_tensor *const *inputs);
/* Gives a Sequential its input; its waiting layers are called. */
int32_t nwti_sequential_build(nwt_model *model, int32_t rank, const int64_t *dims, int32_t dtype);
/* The same network once more, its layers made anew. */
nwt_model *nwti_model_copy(nwt_model *model);
/* Appends a call to the model's list, with the slots of its inputs. */
int32_t nwti_model_add_call(nwt_model *model, nwti_call *call, const int32_t *input_slots);
/* An InputLayer's tensor. */
nwt_tensor *nwti_input_make(nwt_context *ctx, const char *name, int32_t rank, const int64_t *dims,
                            int32_t dtype);

#endif
