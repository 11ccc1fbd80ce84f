/*
 * For writers of kinds: a kind is a type of layer, described by one constant.
 *
 * A kind has a private struct that holds its options, a table of option rows
 * that says how they are written and where they lie in the struct, and a
 * descriptor with callbacks. Everything else follows from these: constructor
 * text, reading configs, checks, shapes, weights, counts, explanations, help.
 *
 *     struct scale { int64_t axis; };
 *     static const nwt_option options[] = {
 *         NWT_OPTION_INT(struct scale, axis, "-1", INT64_MIN, INT64_MAX, "the axis scaled"),
 *         NWT_OPTION_END
 *     };
 *     static int32_t scale_weights(nwt_op *op, const void *self)
 *     {
 *         const struct scale *s = (const struct scale *)self;
 *         return NWT_WEIGHT(op, "scale", {"features", nwt_op_dim(op, 0, s->axis)});
 *     }
 *     static int32_t add_scale(nwt_context *ctx)
 *     {
 *         nwt_kind kind = {sizeof(nwt_kind), "Scale"};
 *         kind.about = "multiplies one axis by a weight each";
 *         kind.options = options;
 *         kind.self_size = sizeof(struct scale);
 *         kind.weights = scale_weights;
 *         return nwt_register(ctx, &kind);
 *     }
 *
 * Callbacks get one handle, nwt_op, for what they read and write. Its errors
 * are sticky: return values may be ignored, later writes do no harm. A return
 * value other than 0 without a message fails too. All functions take only
 * arrays and plain values, so other languages can call them; the macros are
 * sugar for C.
 */
#ifndef NETWEIGHT_KIND_H
#define NETWEIGHT_KIND_H

#include <float.h>

#include "netweight.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nwt_op nwt_op;

/* The largest rank of a tensor. */
#define NWT_MAX_RANK 32

/* How option values that are None are stored (the row's fallback is "None", or it has
   NWT_FLAG_NULLABLE): int and tuple NWT_NONE_INT; float a NaN; bool and choice -1; string,
   function, layer, items NULL; dtype 0. */
#define NWT_NONE_INT INT64_MIN

/* --------------------------------------------------------------- option rows */

enum nwt_flag {
    NWT_FLAG_HIDDEN = 1,   /* no constructor argument: set by `make` (LSTM's cell) */
    NWT_FLAG_TEMPLATE = 2, /* a layer only cloned from: neither built nor listed */
    NWT_FLAG_NULLABLE = 4, /* None is allowed though the fallback is another */
    /* What an opaque row holds, so that a name that Keras does not know is refused. */
    NWT_FLAG_INITIALIZER = 8,
    NWT_FLAG_REGULARIZER = 16,
    NWT_FLAG_CONSTRAINT = 32
};

typedef struct nwt_ints {
    const int64_t *items; /* NULL: None */
    int64_t count;
} nwt_ints;

typedef struct nwt_layers {
    nwt_layer *const *items;
    int64_t count;
} nwt_layers;

typedef struct nwt_range {
    int32_t first; /* index of the first input */
    int32_t count; /* 0: not given */
} nwt_range;

/* One option or call argument. A table of rows ends with a row whose key is NULL. The rows stand in
   the order of the positional arguments of Keras's constructor. */
typedef struct nwt_option {
    const char *key;
    const char *fallback; /* the default, as text in Keras's syntax; NULL: required */
    const char *help;
    const char *const *choices; /* of a choice: NULL-terminated; of a layer: the kind that is made
                                   of a list given in its place (RNN's cells); NULL: none */
    int64_t minimum;            /* of the value, or of each item; of a tensor: of its rank */
    int64_t maximum;
    int32_t value_type; /* an nwt_type */
    int32_t flags;      /* bits of nwt_flag */
    int32_t offset;     /* of the place in the struct */
    int32_t count;
    double least; /* of a float, in place of minimum and maximum; -DBL_MAX: no limit */
    double most;  /* DBL_MAX: no limit */
} nwt_option;

/* clang-format off */
#define NWT_OPTION_END {NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0}
#define NWT_ROW_(t, f, d, help, choices, low, high, type, flags, count)                      \
    {#f, d, help, choices, low, high, type, flags, (int32_t)offsetof(t, f), count, 0, 0}
#define NWT_OPTION_FLOAT(t, f, d, least, most, help)                                         \
    {#f, d, help, NULL, 0, 0, NWT_TYPE_FLOAT, 0, (int32_t)offsetof(t, f), 1, least, most}
/* clang-format on */
#define NWT_OPTION_BOOL(t, f, d, help) NWT_ROW_(t, f, d, help, NULL, 0, 1, NWT_TYPE_BOOL, 0, 1)
#define NWT_OPTION_INT(t, f, d, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_INT, 0, 1)
#define NWT_OPTION_STRING(t, f, d, help) NWT_ROW_(t, f, d, help, NULL, 0, 0, NWT_TYPE_STRING, 0, 1)
#define NWT_OPTION_FUNCTION(t, f, d, help) \
    NWT_ROW_(t, f, d, help, NULL, 0, 0, NWT_TYPE_FUNCTION, NWT_FLAG_NULLABLE, 1)
#define NWT_OPTION_CHOICE(t, f, d, choices, help) \
    NWT_ROW_(t, f, d, help, choices, 0, 0, NWT_TYPE_CHOICE, 0, 1)
#define NWT_OPTION_TUPLE(t, f, n, d, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_TUPLE, 0, n)
#define NWT_OPTION_NESTED(t, f, n, d, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_NESTED, 0, n)
#define NWT_OPTION_INTS(t, f, d, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_INTS, 0, 1)
#define NWT_OPTION_DTYPE(t, f, d, help) NWT_ROW_(t, f, d, help, NULL, 0, 0, NWT_TYPE_DTYPE, 0, 1)
#define NWT_OPTION_LAYER(t, f, d, flags, help) \
    NWT_ROW_(t, f, d, help, NULL, 0, 0, NWT_TYPE_LAYER, flags, 1)
#define NWT_OPTION_LAYERS(t, f, d, flags, help) \
    NWT_ROW_(t, f, d, help, NULL, 0, 0, NWT_TYPE_LAYERS, flags, 1)
/* Accepted, but for what its flags say never looked at. */
/* clang-format off */
#define NWT_OPTION_OPAQUE(key, help) \
    NWT_OPTION_OPAQUE_(key, help, 0)
#define NWT_OPTION_OPAQUE_(key, help, flags) \
    {key, "None", help, NULL, 0, 0, NWT_TYPE_OPAQUE, flags, 0, 0, 0, 0}
/* clang-format on */
/* What Keras lets one give for a weight: how it begins, what is added to the loss, what it is held
   to. `weight` begins the keys, `words` is what help calls it: "kernel", "the kernel". */
#define NWT_OPTION_INITIALIZER(weight, words) \
    NWT_OPTION_OPAQUE_(weight "_initializer", "how " words " begins", NWT_FLAG_INITIALIZER)
#define NWT_OPTION_REGULARIZER(weight, words) \
    NWT_OPTION_OPAQUE_(weight "_regularizer", "penalty on " words, NWT_FLAG_REGULARIZER)
#define NWT_OPTION_CONSTRAINT(weight, words) \
    NWT_OPTION_OPAQUE_(weight "_constraint", "constraint on " words, NWT_FLAG_CONSTRAINT)
#define NWT_OPTION_ACTIVITY_REGULARIZER NWT_OPTION_REGULARIZER("activity", "the output")
/* Groups of rows, in Keras's order: of one weight; of a kernel and a bias. */
#define NWT_OPTIONS_OF_WEIGHT(weight, words)                                      \
    NWT_OPTION_INITIALIZER(weight, words), NWT_OPTION_REGULARIZER(weight, words), \
        NWT_OPTION_CONSTRAINT(weight, words)
#define NWT_OPTIONS_OF_KERNEL_AND_BIAS(kernel, words, bias_words)                          \
    NWT_OPTION_INITIALIZER(kernel, words), NWT_OPTION_INITIALIZER("bias", bias_words),     \
        NWT_OPTION_REGULARIZER(kernel, words), NWT_OPTION_REGULARIZER("bias", bias_words), \
        NWT_OPTION_ACTIVITY_REGULARIZER, NWT_OPTION_CONSTRAINT(kernel, words),             \
        NWT_OPTION_CONSTRAINT("bias", bias_words)
/* The same, but the struct learns whether it was given. */
#define NWT_OPTION_GIVEN(t, f, help) NWT_ROW_(t, f, "None", help, NULL, 0, 0, NWT_TYPE_OPAQUE, 0, 1)
#define NWT_ARGUMENT_TENSOR(t, f, d, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_TENSOR, 0, 1)
#define NWT_ARGUMENT_TENSORS(t, f, d, least, low, high, help) \
    NWT_ROW_(t, f, d, help, NULL, low, high, NWT_TYPE_TENSORS, 0, least)

/* The call arguments of a kind that takes one tensor, of a rank from `low` to `high`: a table, and
   its struct. */
typedef struct nwt_one_tensor {
    int32_t inputs;
} nwt_one_tensor;
#define NWT_ONE_TENSOR(table, low, high, help) \
    static const nwt_option table[] = {        \
        NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, low, high, help), NWT_OPTION_END}

/* ------------------------------------------------------------------ the past */

/*
 * What earlier versions called a kind, and what they called its options: rows that the kind keeps,
 * so that old configs and old constructor text are read in its own words of today. A version is one
 * number: 20204 is 2.2.4. An option that the kind has today is never taken for an old one of
 * another.
 *
 *     static const nwt_past scale_past[] = {
 *         NWT_PAST_CLASS("Rescale Scaling1D", 0, 20000),
 *         NWT_PAST_POSITIONS("Rescale", "dim bias", 0, 20000),
 *         NWT_PAST_KEY("dim", "axis", 20000),
 *         NWT_PAST_DROPPED("mode", 20000),
 *         NWT_PAST_DEFAULT("axis", "1", 0, 20000),
 *         NWT_PAST_END
 *     };
 */

/* What a row says. */
enum nwt_past_says {
    NWT_SAYS_CLASS = 1,     /* the kind was written as `written`. With `text`, only where that holds
                               of its options: "mode='sum', layers=None" (not given); a bare
                               `function` stands for any */
    NWT_SAYS_POSITIONS = 2, /* the keys of its positional arguments: `text` */
    NWT_SAYS_NAME = 3,      /* how its layers were named without a name: `text` and a number */
    NWT_SAYS_DEFAULT = 4,   /* option `now` was `text` where it was not given */
    NWT_SAYS_KEY = 5        /* option `now` was called `key`; NULL: it means nothing any more */
};

/* How the value of an old key becomes that of today's. */
enum nwt_turn {
    NWT_TURN_NONE = 0,
    NWT_TURN_ITEM = 1,     /* it is one item of a tuple: `item` is its index */
    NWT_TURN_ORDERING = 2, /* 'tf' is 'channels_last', 'th' is 'channels_first'. Of a default: what
                              other layers of the config have, else that of its version */
    NWT_TURN_EQUALS = 3,   /* True if it is one of the words of `text`, else False */
    NWT_TURN_IF_TRUE = 4,  /* it means nothing if it is False */
    NWT_TURN_IF_TEXT = 5,  /* None if it is no string, but a function */
    NWT_TURN_SIDES = 6,    /* four numbers, or a dict of top_pad, bottom_pad, left_pad, right_pad */
    NWT_TURN_TYPE = 7,     /* the type of the value of `now`, which is None if it is not 'raw' */
    NWT_TURN_INTEGERS = 8  /* a dtype of integers is that of `now`; another stays */
};

/* Fields that a row does not need are NULL and 0. Names and keys may be several, separated by
   spaces. A table ends with a row that says 0. */
typedef struct nwt_past {
    const char *written; /* the row holds where the class was written so; NULL: always */
    const char *key;
    const char *now;
    const char *text; /* as `says` and `turn` have it; else of a key: a note on text of today */
    int32_t says;     /* NWT_SAYS_... */
    int32_t turn;     /* NWT_TURN_... */
    int32_t item;
    int32_t since; /* the first version; 0: of old */
    int32_t until; /* the first version that has it no more; 0: today has it */
} nwt_past;

#define NWT_PAST_ROW_(written, key, now, text, says, turn, item, since, until) \
    {                                                                          \
        written, key, now, text, says, turn, item, since, until                \
    }
#define NWT_PAST_END NWT_PAST_ROW_(NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0)
#define NWT_PAST_CLASS(written, since, until) NWT_PAST_CLASS_IF(written, NULL, since, until)
#define NWT_PAST_CLASS_IF(written, when, since, until) \
    NWT_PAST_ROW_(written, NULL, NULL, when, NWT_SAYS_CLASS, 0, 0, since, until)
#define NWT_PAST_POSITIONS(written, keys, since, until) \
    NWT_PAST_ROW_(written, NULL, NULL, keys, NWT_SAYS_POSITIONS, 0, 0, since, until)
#define NWT_PAST_NAME(written, name, since, until) \
    NWT_PAST_ROW_(written, NULL, NULL, name, NWT_SAYS_NAME, 0, 0, since, until)
#define NWT_PAST_DEFAULT(now, fallback, since, until) \
    NWT_PAST_ROW_(NULL, NULL, now, fallback, NWT_SAYS_DEFAULT, 0, 0, since, until)
#define NWT_PAST_KEY(key, now, until) NWT_PAST_TURNED(key, now, NWT_TURN_NONE, NULL, until)
#define NWT_PAST_DROPPED(keys, until) NWT_PAST_TURNED(keys, NULL, NWT_TURN_NONE, NULL, until)
#define NWT_PAST_TURNED(key, now, turn, text, until) \
    NWT_PAST_ROW_(NULL, key, now, text, NWT_SAYS_KEY, turn, 0, 0, until)
#define NWT_PAST_ITEM(key, now, item, until) \
    NWT_PAST_ROW_(NULL, key, now, NULL, NWT_SAYS_KEY, NWT_TURN_ITEM, item, 0, until)

/* --------------------------------------------------------------- descriptor */

/* What a call of the kind costs to run: `work` of its descriptor. Products are multiply-accumulates
   that read the data; FLOPs are two for each of them, and elementwise work. */
enum nwt_kind_work {
    NWT_WORK_UNKNOWN = 0,     /* not known: never counted as 0 */
    NWT_WORK_STATED = 1,      /* what `shape` states, and what its children cost */
    NWT_WORK_FLOPS = 2,       /* no products; FLOPs as `shape` states them */
    NWT_WORK_ELEMENTWISE = 3, /* no products; `flops` for each element of its outputs */
    NWT_WORK_REDUCTION = 4,   /* no products; `flops` for each element of its inputs */
    NWT_WORK_MOVES = 5,       /* none: it selects, copies and moves */
    NWT_WORK_VIEW = 6,        /* none: its output may be the storage of its input */
    NWT_WORK_UNCOUNTED = 7,   /* no products; FLOPs are not known */
    NWT_WORK_IN_PLACE = 0x100 /* beside one of them: its output may take its input's storage; so may
                                 that of elementwise work */
};

enum nwt_kind_flag {
    NWT_KIND_KEEPS_DTYPE = 1,   /* the default shape keeps the input's dtype (Flatten), instead of
                                   giving the layer's compute dtype */
    NWT_KIND_BUILT_AT_ONCE = 2, /* it counts as built before its first call (Dropout) */
    NWT_KIND_COUNTS_APART = 4,  /* what is within it counts for the model, not for it (Merge of
                                   Keras 1) */
    /* How a config calls it, where that differs from its table of arguments: with its positional
       tensors as one list (Dot), or each tensor of a list by itself (Einsum). */
    NWT_KIND_TAKES_ONE_LIST = 8,
    NWT_KIND_TAKES_EACH = 16
};

/* Copied, with its rows and texts, when it is registered. Unset callbacks mean the default. */
typedef struct nwt_kind {
    size_t size;         /* sizeof(nwt_kind) */
    const char *name;    /* Keras's class name: "Conv2D" */
    const char *aliases; /* other names, separated by spaces; NULL: none */
    const char *about;   /* what it does, in a few words that follow "it": "adds its inputs"
                                   */
    const nwt_option *options;
    const nwt_option *arguments; /* of the call; NULL: one tensor, `inputs` */
    size_t option_size;          /* sizeof(nwt_option); 0 means that of this header's 0.1 */
    size_t self_size;            /* of the struct that holds the options */
    size_t arguments_size;       /* of the struct that holds the call arguments */
    /* Once, when the options are complete: checks across options, hidden children. */
    int32_t (*make)(nwt_op *op, void *self);
    /* Declares the layer's own weights, at its first call, before `shape`. Default: none. */
    int32_t (*weights)(nwt_op *op, const void *self);
    /* Writes the outputs and runs children. Default: the shape of input 0. */
    int32_t (*shape)(nwt_op *op, const void *self);
    void *user;                  /* nwt_op_user gives it */
    void (*destroy)(void *user); /* called once: with the context's end, or when registration fails
                                    */
    int64_t flags;
    const char *remark;   /* what people get wrong about its counts, in sentences; NULL: none
                                   */
    int32_t work;         /* NWT_WORK_... */
    int32_t flops;        /* for each element; fused multiply-adds are two */
    const nwt_past *past; /* ended by NWT_PAST_END; NULL: it was never called otherwise */
    size_t past_size;     /* sizeof(nwt_past); 0 means that of this header's 0.1 */
    size_t axis_size;     /* sizeof(nwt_axis); 0 means that of this header's 0.1 */
    int32_t option_count; /* how many rows the tables have; 0: up to the row without a key */
    int32_t argument_count;
} nwt_kind;

/* Makes a kind known to one context. Returns the status of the context. */
NWT_API int32_t nwt_register(nwt_context *ctx, const nwt_kind *kind);

/* ------------------------------------------------------------------- reading */

/* Shapes of inputs. An axis may count from the end (-1 is the last); one that does not exist is an
   error. On an input of unknown rank these say -1, and the op ends as unknown. */
NWT_API int32_t nwt_op_input_count(const nwt_op *op);
NWT_API int32_t nwt_op_rank(nwt_op *op, int32_t input);
NWT_API int64_t nwt_op_dim(nwt_op *op, int32_t input, int64_t axis);
NWT_API const int64_t *nwt_op_dims(nwt_op *op, int32_t input);
/* The dtype of an input as the layer sees it: floats are cast to the layer's compute dtype. */
NWT_API int32_t nwt_op_dtype(const nwt_op *op, int32_t input);
/* The same as it came, before the cast. */
NWT_API int32_t nwt_op_input_dtype(const nwt_op *op, int32_t input);
/* An axis of option `key` brought into 0 ... rank - 1; an error (and 0) if it does not exist. */
NWT_API int32_t nwt_op_axis(nwt_op *op, const char *key, int64_t axis, int32_t rank);
/* The layer's dtypes: of what it computes, and of its weights. */
NWT_API int32_t nwt_op_compute_dtype(const nwt_op *op);
NWT_API int32_t nwt_op_variable_dtype(const nwt_op *op);
/* The struct of call arguments; NULL in `make`, or if the kind has no table of them. */
NWT_API const void *nwt_op_arguments(const nwt_op *op);
NWT_API void *nwt_op_user(const nwt_op *op);
/* 1 if another layer runs this one, as RNN its cell. */
NWT_API int32_t nwt_op_is_within(const nwt_op *op);

/* A value as it was written, for rows that keep nothing of it: an option that is opaque, an array
   or a number where a call argument takes a tensor. It lives as long as the layer. */
typedef struct nwt_value nwt_value;

/* Types of values; never renumbered. */
enum nwt_value_type_code {
    NWT_VALUE_NONE = 0,
    NWT_VALUE_BOOL = 1,
    NWT_VALUE_INT = 2,
    NWT_VALUE_FLOAT = 3,
    NWT_VALUE_STRING = 4,
    NWT_VALUE_LIST = 5,
    NWT_VALUE_TUPLE = 6,
    NWT_VALUE_DICT = 7,
    NWT_VALUE_CALL = 8 /* in constructor text: an object, as Zeros() */
};

/* What was given for an option of the layer. NULL: nothing, or None. */
NWT_API const nwt_value *nwt_op_option(const nwt_op *op, const char *key);
/* What was given for a call argument. NULL: nothing, None, or a tensor. */
NWT_API const nwt_value *nwt_op_argument(const nwt_op *op, const char *key);
/* Its type; NWT_VALUE_NONE for NULL. */
NWT_API int32_t nwt_value_type(const nwt_value *value);
/* Of an int or a bool; `otherwise` for any other value and for NULL. */
NWT_API int64_t nwt_value_int(const nwt_value *value, int64_t otherwise);
/* Of a float or an int. */
NWT_API double nwt_value_float(const nwt_value *value, double otherwise);
/* Of a string; else NULL. */
NWT_API const char *nwt_value_string(const nwt_value *value);
/* The items of a list or a tuple; -1: it is neither. */
NWT_API int64_t nwt_value_count(const nwt_value *value);
/* One of them; NULL if there is no such item. */
NWT_API const nwt_value *nwt_value_item(const nwt_value *value, int64_t index);
/* The value under a key of a dict; NULL if there is none, or it is no dict. */
NWT_API const nwt_value *nwt_value_get(const nwt_value *value, const char *key);
/* The context of the call. */
NWT_API nwt_context *nwt_op_context(const nwt_op *op);

/* ------------------------------------------------------------------- writing */

/* How the macros below pass a list of items: C has literals of arrays for it, C++ has not. */
#ifdef __cplusplus
#define NWT_ITEMS_(type, call, ...)                                             \
    [&]() -> int32_t {                                                          \
        const type nwt_items_[] = {__VA_ARGS__};                                \
        const int32_t nwt_count_ = (int32_t)(sizeof nwt_items_ / sizeof(type)); \
        return call;                                                            \
    }()
#else
#define NWT_COUNT_(type, ...) ((int32_t)(sizeof((type[]){__VA_ARGS__}) / sizeof(type)))
#endif

/* Adds an output. dtype 0: the layer's compute dtype. Returns 0, or a status. */
NWT_API int32_t nwt_op_output(nwt_op *op, int32_t rank, const int64_t *dims, int32_t dtype);
/* Adds an output of unknown shape. */
NWT_API int32_t nwt_op_output_unknown(nwt_op *op);

enum nwt_axis_flag {
    NWT_AXIS_JOINED = 1, /* multiplies the axis before it */
    NWT_AXIS_REASON = 2  /* the label says why the axis is 1, and stands in no formula */
};

/* An axis of a weight, named as a reader thinks of it: {"input features", 784}. An axis may have
   several factors: {"gates", 4}, {"units", 32, NWT_AXIS_JOINED} is one axis of 128. */
typedef struct nwt_axis {
    const char *label;
    int64_t size;
    int32_t flags;
    int32_t reserved; /* 0 */
} nwt_axis;

enum nwt_weight_flag {
    NWT_WEIGHT_NON_TRAINABLE = 1,
    NWT_WEIGHT_FROZEN = 2 /* not trainable, yet in its place among those that are (a kernel
                                   under LoRA) */
};

/* In `weights` only: declares a weight of `count` factors. dtype 0: the layer's variable dtype. A
   size of -1 (None) is an error that names the label. */
NWT_API int32_t nwt_op_weight(nwt_op *op, const char *name, int32_t count, const nwt_axis *axes,
                              int32_t flags, int32_t dtype);
#ifdef __cplusplus
#define NWT_WEIGHT_WITH(op, name, flags, dtype, ...) \
    NWT_ITEMS_(nwt_axis, nwt_op_weight(op, name, nwt_count_, nwt_items_, flags, dtype), __VA_ARGS__)
#else
#define NWT_WEIGHT_WITH(op, name, flags, dtype, ...)                                             \
    nwt_op_weight(op, name, NWT_COUNT_(nwt_axis, __VA_ARGS__), (nwt_axis[]){__VA_ARGS__}, flags, \
                  dtype)
#endif
#define NWT_WEIGHT(op, name, ...) NWT_WEIGHT_WITH(op, name, 0, 0, __VA_ARGS__)

/* In `weights`: weight `index` of a child's own, which was run before, stands here, among one's own
   weights, instead of there: a wrapper whose attribute it is (SpectralNormalization). */
NWT_API int32_t nwt_op_take_weight(nwt_op *op, nwt_layer *child, int64_t index);

/*
 * In `shape`: multiply-accumulates, as the product of `count` factors labelled as the axes of a
 * weight are, the positions first: {"rows", 112}, {"columns", 112}, {"kernel rows", 3},
 * {"kernel columns", 3, NWT_AXIS_JOINED}, {"filters", 32, NWT_AXIS_JOINED}. Several products are
 * added. A size of -1 (None) makes them unknown. Without a question for the work these do nothing.
 */
NWT_API int32_t nwt_op_macs(nwt_op *op, int32_t count, const nwt_axis *axes);
#ifdef __cplusplus
#define NWT_MACS(op, ...) NWT_ITEMS_(nwt_axis, nwt_op_macs(op, nwt_count_, nwt_items_), __VA_ARGS__)
#else
#define NWT_MACS(op, ...) \
    nwt_op_macs(op, NWT_COUNT_(nwt_axis, __VA_ARGS__), (nwt_axis[]){__VA_ARGS__})
#endif
/* Elementwise work: `each` for every element of such a shape. */
NWT_API int32_t nwt_op_flops(nwt_op *op, int64_t each, int32_t rank, const int64_t *dims);

/*
 * Fails. `text` says what is wrong of which option and what is allowed; "{}" in it stands for the
 * next of `values`, "{0}" ... "{9}" for the shape of that input,
 * "{key}" for the value of the layer's option of that key:
 * "kernel_size {} is larger than the input's {} on axis {}". The layer's name is put before it.
 * Returns a status other than 0.
 */
NWT_API int32_t nwt_op_fail(nwt_op *op, const char *text, int32_t count, const int64_t *values);
#ifdef __cplusplus
#define NWT_FAIL(op, text, ...) \
    NWT_ITEMS_(int64_t, nwt_op_fail(op, text, nwt_count_, nwt_items_), __VA_ARGS__)
#else
#define NWT_FAIL(op, text, ...) \
    nwt_op_fail(op, text, NWT_COUNT_(int64_t, __VA_ARGS__), (int64_t[]){__VA_ARGS__})
#endif
/* 1 if the op has failed, or is unknown: what is read from now on may be -1. */
NWT_API int32_t nwt_op_ended(const nwt_op *op);

/* ------------------------------------------------------------------ children */

/* In `shape`, or in `weights` where those of the child are needed: a call of a child on given
   inputs. Add inputs in their order, run it, read its outputs, and with nwt_layer_weight its
   weights. The child is built at its first run. Never NULL: after an error everything is harmless.
   */
NWT_API nwt_op *nwt_op_child(nwt_op *op, nwt_layer *child);
/* dtype 0: the child's compute dtype. */
NWT_API int32_t nwt_op_add_input(nwt_op *child, int32_t rank, const int64_t *dims, int32_t dtype);
/* Before the run: an option that only the inputs tell, of a derived child. It stays as it was at
   the first run. */
NWT_API int32_t nwt_op_set_ints(nwt_op *child, const char *key, int32_t count,
                                const int64_t *values);
/* Before the run: its work counts `times` times (-1: None): once for each step of a sequence. */
NWT_API int32_t nwt_op_repeat(nwt_op *child, const char *label, int64_t times);
NWT_API int32_t nwt_op_run(nwt_op *child);
NWT_API int32_t nwt_op_output_count(const nwt_op *child);
NWT_API int32_t nwt_op_output_rank(nwt_op *child, int32_t output);
NWT_API const int64_t *nwt_op_output_dims(nwt_op *child, int32_t output);
NWT_API int32_t nwt_op_output_dtype(const nwt_op *child, int32_t output);

/* In `make`: a new layer of another kind under a fixed name (NULL: an automatic one), with every
   option that both kinds have by the same key copied from this layer, dtype and trainable too. The
   setters (nwt_layer_set_ints ...) give it more; it is complete at its first run. NULL after an
   error. */
NWT_API nwt_layer *nwt_op_derive(nwt_op *op, const char *kind, const char *name);
/* In `make`: a copy of a layer, its name prefixed unless it is so already, and one bool option
   turned over (NULL: none); an error if its kind is known and has no such option. */
NWT_API nwt_layer *nwt_op_clone(nwt_op *op, const nwt_layer *layer, const char *prefix,
                                const char *toggle);
/* Options of a child by key, for kinds that wrap any layer. `otherwise` if it has none such. */
NWT_API int64_t nwt_op_child_int(const nwt_op *op, const nwt_layer *child, const char *key,
                                 int64_t otherwise);

#ifdef __cplusplus
}
#endif

#endif
