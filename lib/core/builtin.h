/* For the files of built-in kinds, which use netweight/kind.h as any other: how they are
   listed, and the constructors of the public header. */
#ifndef NWTI_CORE_BUILTIN_H
#define NWTI_CORE_BUILTIN_H

#include "core/kinds.h"
#include "support/value.h"

/* The descriptor; `symbol` stands in kinds.def as KIND(symbol). The rest are designated fields. */
#define KIND(symbol, class_name, ...) \
    const nwt_kind nwti_kind_##symbol = {sizeof(nwt_kind), class_name, __VA_ARGS__}

/* Flags of built-in kinds beside those of nwt_kind_flag. The first two are how TensorFlow's own
   Keras had several outputs, of which its tables tell. Else they are a list. */
enum {
    NWTI_GIVES_TUPLE = 0x100,  /* (output, scores) */
    NWTI_GIVES_STATES = 0x200, /* (output, [state, ...]) */
    NWTI_TAKES_LIST = 0x400    /* a list, though of one tensor: no tensor by itself */
};

/* 1 if a Keras before 3 wrote the layer. */
int32_t nwti_op_is_before_3(const nwt_op *op);
/* 1 if that was TensorFlow's own, 2.4 and later. */
int32_t nwti_op_is_tensorflow(const nwt_op *op);

/* The row of a mask of steps in a table of call arguments, where Keras takes one by position. */
#define NWTI_MASK_ROW NWT_OPTION_OPAQUE("mask", "the steps that count")

/* For `make`: trainable=False says nothing of the layers within. */
void nwti_op_freeze_nothing(nwt_op *op);

/* The dtype of an output of what a layer wraps, as nwt_op_output() takes it: 0 today, when Keras
   says that of the wrapper; before 3 the tensor's own. */
int32_t nwti_op_wrapped_dtype(const nwt_op *op, const nwt_op *child, int32_t output);
/* For `shape`: the input's shape in the compute dtype, in configs of any era. Without it, what has
   no weights left integers integers before Keras 3. */
int32_t nwti_cast_shape(nwt_op *op, const void *self);

/* A layer from the values of its first options, in their order, and from option text. */
nwt_layer *nwti_construct(nwt_context *ctx, int32_t kind, int32_t count, const nwti_value *values,
                          const char *options);
/* The same, of a kind whose one required option is a layer. */
nwt_layer *nwti_construct_around(nwt_context *ctx, int32_t kind, nwt_layer *layer,
                                 const char *options);

/* Constructors of the public header. */
#define CONSTRUCTOR(function, symbol)                                     \
    nwt_layer *function(nwt_context *ctx, const char *options)            \
    {                                                                     \
        return nwti_construct(ctx, NWTI_KIND_##symbol, 0, NULL, options); \
    }
#define CONSTRUCTOR_INT(function, symbol, a)                                \
    nwt_layer *function(nwt_context *ctx, int64_t a, const char *options)   \
    {                                                                       \
        nwti_value value = {NWTI_INT, 0, 0, {.integer = a}};                \
        return nwti_construct(ctx, NWTI_KIND_##symbol, 1, &value, options); \
    }
#define CONSTRUCTOR_INTS(function, symbol, a, b)                                     \
    nwt_layer *function(nwt_context *ctx, int64_t a, int64_t b, const char *options) \
    {                                                                                \
        nwti_value values[] = {{NWTI_INT, 0, 0, {.integer = a}},                     \
                               {NWTI_INT, 0, 0, {.integer = b}}};                    \
        return nwti_construct(ctx, NWTI_KIND_##symbol, 2, values, options);          \
    }
#define CONSTRUCTOR_LAYER(function, symbol, a)                               \
    nwt_layer *function(nwt_context *ctx, nwt_layer *a, const char *options) \
    {                                                                        \
        return nwti_construct_around(ctx, NWTI_KIND_##symbol, a, options);   \
    }

#endif
