/*
 * netweight: what a network weighs.
 *
 * Shapes, parameters and bytes of Keras-style networks, and why, without
 * building or running anything. A short program:
 *
 *     nwt_context *ctx = nwt_context_new(NULL);
 *     int64_t image[] = {28, 28, 1};
 *     nwt_tensor *x = nwt_input(ctx, 3, image, NULL);
 *     nwt_tensor *y = nwt_call(nwt_conv2d(ctx, 32, 3, "padding='same', activation='relu'"), x);
 *     y = nwt_call(nwt_flatten(ctx, NULL), y);
 *     y = nwt_call(nwt_dense(ctx, 10, "activation='softmax'"), y);
 *     nwt_model *m = nwt_model_new(ctx, 1, &x, 1, &y, "name='mnist'");
 *     if (nwt_status(ctx)) { puts(nwt_message(ctx)); }
 *     int64_t n = nwt_model_params(m), bytes = nwt_model_weight_bytes(m);
 *     nwt_context_free(ctx);
 *
 * Ownership. Everything belongs to the context that it was made in and lives
 * until nwt_context_free, or nwt_context_reset. Nothing else is ever freed by
 * the caller. Pointers that getters return are borrowed from the context.
 *
 * Errors. The first error of a context stays: a status and one message that
 * says which layer, which value, what was allowed. A constructor that fails
 * returns NULL; NULL arguments pass through, so one check at the end does.
 * Getters never set an error: they return -1, NULL or 0 for a NULL argument.
 *
 * Options are text in Keras's own syntax, "padding='same', strides=(2, 2)";
 * NULL means the defaults. Names and defaults are those of Keras 3.
 *
 * Shapes are `rank` dims of int64_t; -1 stands for None. Rank 0 is a scalar,
 * rank -1 says that even the rank is unknown. The batch is the first dim.
 *
 * Threads. Contexts share nothing, so each thread may have its own. Functions
 * that take a const pointer are getters and never write: any number of threads
 * may call them on one context while nobody changes it. All others change the
 * context (nwt_report and nwt_kind_* too, which lay out what they need) and
 * exclude every other call on it.
 *
 * Callbacks. 0 says go on. A callback may read the context that calls it, not
 * change it, and must return: it must not jump or throw past the library.
 *
 * Names. A getter is called by what it is of and what it gives,
 * nwt_tensor_rank; of several things a count and one by its index,
 * nwt_model_layer_count and nwt_model_layer. Enums stand as int32_t in all
 * signatures and structs.
 *
 * Since: every function and constant here is there since 0.1 unless it says
 * otherwise.
 */
#ifndef NETWEIGHT_H
#define NETWEIGHT_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(NWT_SHARED)
#define NWT_API __declspec(dllimport)
#elif defined(__GNUC__)
#define NWT_API __attribute__((visibility("default")))
#else
#define NWT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define NWT_VERSION_MAJOR 0
#define NWT_VERSION_MINOR 1
#define NWT_VERSION_PATCH 0
#define NWT_VERSION "0.1.0"
/* To compare: 1000000 x major + 1000 x minor + patch. */
#define NWT_VERSION_NUMBER \
    (NWT_VERSION_MAJOR * 1000000 + NWT_VERSION_MINOR * 1000 + NWT_VERSION_PATCH)

/* The version of the library that runs, "0.1.0"; NWT_VERSION is that of the header. */
NWT_API const char *nwt_version(void);
/* The same as a number; NWT_VERSION_NUMBER is that of the header. */
NWT_API int32_t nwt_version_number(void);

/* ------------------------------------------------------------------ context */

typedef struct nwt_context nwt_context;
typedef struct nwt_layer nwt_layer;
typedef struct nwt_tensor nwt_tensor;
typedef struct nwt_model nwt_model;
typedef struct nwt_work nwt_work;

/* What nwt_status says; never renumbered. */
enum nwt_status_code {
    NWT_STATUS_OK = 0,
    NWT_STATUS_OUT_OF_MEMORY = 1, /* malloc failed, or the context's limit was reached */
    NWT_STATUS_INVALID = 2,       /* an argument, option or shape is wrong */
    NWT_STATUS_UNREADABLE = 3,    /* a file or text can't be read */
    NWT_STATUS_STOPPED = 4        /* the caller's nwt_write stopped a report */
};

typedef struct nwt_context_options {
    size_t size; /* sizeof(nwt_context_options) */
    /* old NULL: allocate; new_size 0: free, return NULL; else resize. NULL: malloc and free. */
    void *(*resize)(void *user, void *old, size_t old_size, size_t new_size);
    void *user;
    size_t memory_limit; /* bytes that the context may hold; 0: no limit */
    int32_t max_depth;   /* layers within layers; 0: 100 */
    int32_t reserved;    /* 0 */
    int64_t max_calls;   /* evaluated by one function within models shaped anew; 0: 1,000,000 */
    int64_t max_rows;    /* of a report; beyond, shared models are shown once; 0: 100,000 */
    int64_t max_notes;   /* kept; the last note says how many more there were; 0: 1,000 */
    int64_t max_cell;    /* a table's column is as wide, what is longer stands beyond it; 0: 500 */
    int64_t max_config;  /* bytes of a config that is compressed in a file; 0: 100,000,000 */
} nwt_context_options;

/* NULL options: the defaults. NULL when out of memory, or when options hold what this version
   does not know. All functions take the NULL and nwt_status(NULL) is NWT_STATUS_OUT_OF_MEMORY. */
NWT_API nwt_context *nwt_context_new(const nwt_context_options *options);
/* Frees the context and all in it. NULL is allowed. */
NWT_API void nwt_context_free(nwt_context *ctx);
/* Ends all layers, tensors, models, strings, notes and the error, keeps memory and registered
   kinds, so that the next model allocates nothing. */
NWT_API void nwt_context_reset(nwt_context *ctx);
/* Grows with every reset: a binding can refuse handles of an earlier generation. A library built
   with -DNWT_CHECKED overwrites what a reset ends, so that one used all the same is seen. */
NWT_API int64_t nwt_context_generation(const nwt_context *ctx);
/* The status of the first error since the context was made, reset or cleared. */
NWT_API int32_t nwt_status(const nwt_context *ctx);
/* Its message; "" without an error; never NULL. Valid until the error is cleared. */
NWT_API const char *nwt_message(const nwt_context *ctx);
/* Forgets the error: the next one is the first. What was made before it stays. */
NWT_API void nwt_context_clear_error(nwt_context *ctx);
/* Bytes that the context holds now, with what a reset keeps: memory_limit bounds them. -1: NULL. */
NWT_API int64_t nwt_context_memory(const nwt_context *ctx);

/* How many notes there are: findings that stop nothing, as an unknown class. 0 for NULL. */
NWT_API int64_t nwt_note_count(const nwt_context *ctx);
/* A note, the oldest first: "LAYER: what"; NULL if there is no such note. */
NWT_API const char *nwt_note(const nwt_context *ctx, int64_t index);

/* ------------------------------------------------------------------- dtypes */

enum nwt_dtype {
    NWT_DTYPE_UNKNOWN = 0,
    NWT_DTYPE_BOOL = 1,
    NWT_DTYPE_INT8 = 2,
    NWT_DTYPE_INT16 = 3,
    NWT_DTYPE_INT32 = 4,
    NWT_DTYPE_INT64 = 5,
    NWT_DTYPE_UINT8 = 6,
    NWT_DTYPE_UINT16 = 7,
    NWT_DTYPE_UINT32 = 8,
    NWT_DTYPE_UINT64 = 9,
    NWT_DTYPE_FLOAT16 = 10,
    NWT_DTYPE_BFLOAT16 = 11,
    NWT_DTYPE_FLOAT32 = 12,
    NWT_DTYPE_FLOAT64 = 13,
    NWT_DTYPE_STRING = 14,
    NWT_DTYPE_COMPLEX64 = 15,
    NWT_DTYPE_COMPLEX128 = 16,
    NWT_DTYPE_FLOAT8_E4M3FN = 17,
    NWT_DTYPE_FLOAT8_E5M2 = 18,
    NWT_DTYPE_INT4 = 19,
    NWT_DTYPE_UINT4 = 20
};

/* "float32"; NULL if there is no such dtype. */
NWT_API const char *nwt_dtype_name(int32_t dtype);
/* Bytes of an element in memory: a bool is one byte, int4 too (its values are packed by the kinds
   that use it); 0 for a string and for what is unknown. */
NWT_API int32_t nwt_dtype_size(int32_t dtype);
/* The dtype of a name, "bfloat16"; NWT_DTYPE_UNKNOWN if there is none such. */
NWT_API int32_t nwt_dtype_by_name(const char *name);

/* ------------------------------------------------------------------- layers */

/*
 * A symbolic input of `rank` dims, with a batch dim of None before them; Keras's Input.
 * Options: name, dtype ('float32'), batch_size.
 */
NWT_API nwt_tensor *nwt_input(nwt_context *ctx, int32_t rank, const int64_t *dims,
                              const char *options);

/* A layer of any kind, by its name in Keras 3 ("Conv2D") or a registered one, to be given options
   with the setters. It is complete, and checked, at its first use. */
NWT_API nwt_layer *nwt_layer_new(nwt_context *ctx, const char *kind);
/* A layer from constructor text: "Conv2D(32, 3, padding='same')". Prefixes as "keras.layers." are
   skipped; a layer may stand within a layer. */
NWT_API nwt_layer *nwt_layer_parse(nwt_context *ctx, const char *text);

/*
 * Setters by key: the options of a layer before its first use, whoever made it; of one that holds
 * layers and is complete, of an input's and of a model's layer the name alone, until a model or
 * another layer holds it. So a user's text never needs to be written into option text. Each returns
 * the status of the layer's context, 0 while all is well, or NWT_STATUS_INVALID for a layer that is
 * NULL; a key that the kind does not have is an error that names the nearest.
 */

/* Sets an integer option, or a tuple's to one value for all axes. */
NWT_API int32_t nwt_layer_set_int(nwt_layer *layer, const char *key, int64_t value);
/* Sets a float option. */
NWT_API int32_t nwt_layer_set_float(nwt_layer *layer, const char *key, double value);
/* Sets a bool option: 0 or 1. */
NWT_API int32_t nwt_layer_set_bool(nwt_layer *layer, const char *key, int32_t value);
/* Sets a string, a choice, a function or a dtype by name: as it is, never parsed; NULL is None. */
NWT_API int32_t nwt_layer_set_string(nwt_layer *layer, const char *key, const char *value);
/* Sets a tuple or a list of `count` integers, which are copied. */
NWT_API int32_t nwt_layer_set_ints(nwt_layer *layer, const char *key, int32_t count,
                                   const int64_t *values);
/* Sets an option that is a layer of the same context: of a wrapper the layer that it wraps. */
NWT_API int32_t nwt_layer_set_layer(nwt_layer *layer, const char *key, nwt_layer *value);
/* Sets an option that is a list of `count` layers of the same context: StackedRNNCells' cells. */
NWT_API int32_t nwt_layer_set_layers(nwt_layer *layer, const char *key, int32_t count,
                                     nwt_layer *const *values);
/* Sets any option from a value in Keras's syntax: nwt_layer_set_text(l, "padding",
   "((1, 1), (0, 2))"). NULL is None. */
NWT_API int32_t nwt_layer_set_text(nwt_layer *layer, const char *key, const char *text);

/* Writes a string as Keras's syntax has it, quotes and escapes included, so that any text can stand
   in option text: it's becomes 'it\'s'. With snprintf's contract: at most size - 1 bytes and a
   NUL; returns the length needed. NULL is None. */
NWT_API size_t nwt_quote(const char *text, char *buffer, size_t size);

/* In a constructor: this required integer stands in the options. Giving it twice is an error. */
#define NWT_IN_OPTIONS INT64_MIN

/*
 * Constructors of the kinds that people write by hand; nwt_layer_new and nwt_layer_parse make all
 * others. Sizes are one integer for all axes: nwt_conv2d(ctx, 32, 3, NULL) has a 3 x 3 kernel; see
 * NWT_IN_OPTIONS for others. `netweight kinds KIND` lists the options. Each returns a layer of the
 * context, complete and checked, or NULL with the context's error set.
 */

/* An Activation layer: applies a function, by its name ('relu'). */
NWT_API nwt_layer *nwt_activation(nwt_context *ctx, const char *activation, const char *options);
/* An Add layer: adds tensors of one shape, or that broadcast, element by element. */
NWT_API nwt_layer *nwt_add(nwt_context *ctx, const char *options);
/* An AveragePooling2D layer over windows of pool_size x pool_size; no weights. */
NWT_API nwt_layer *nwt_average_pooling2d(nwt_context *ctx, int64_t pool_size, const char *options);
/* A BatchNormalization layer: 4 weights of the size of one axis, the last; gamma and beta are
   trained, the moving mean and variance are not. */
NWT_API nwt_layer *nwt_batch_normalization(nwt_context *ctx, const char *options);
/* A Bidirectional layer: `layer`, a recurrent one, forwards, and a copy of it backwards. */
NWT_API nwt_layer *nwt_bidirectional(nwt_context *ctx, nwt_layer *layer, const char *options);
/* A Concatenate layer: joins tensors along an axis, the last. */
NWT_API nwt_layer *nwt_concatenate(nwt_context *ctx, const char *options);
/* A Conv1D layer: kernel_size x (input channels / groups) x filters, + filters of bias. */
NWT_API nwt_layer *nwt_conv1d(nwt_context *ctx, int64_t filters, int64_t kernel_size,
                              const char *options);
/* A Conv2D layer: kernel_size^2 x (input channels / groups) x filters, + filters of bias. */
NWT_API nwt_layer *nwt_conv2d(nwt_context *ctx, int64_t filters, int64_t kernel_size,
                              const char *options);
/* A Conv2DTranspose layer: kernel_size^2 x filters x input channels, + filters of bias. */
NWT_API nwt_layer *nwt_conv2d_transpose(nwt_context *ctx, int64_t filters, int64_t kernel_size,
                                        const char *options);
/* A Conv3D layer: kernel_size^3 x (input channels / groups) x filters, + filters of bias. */
NWT_API nwt_layer *nwt_conv3d(nwt_context *ctx, int64_t filters, int64_t kernel_size,
                              const char *options);
/* A Dense layer: input features x units, + units of bias. */
NWT_API nwt_layer *nwt_dense(nwt_context *ctx, int64_t units, const char *options);
/* A DepthwiseConv2D layer: kernel_size^2 x input channels x depth_multiplier, + a bias for each
   output channel. */
NWT_API nwt_layer *nwt_depthwise_conv2d(nwt_context *ctx, int64_t kernel_size, const char *options);
/* A Dropout layer of a rate from 0 to 1; no parameters. */
NWT_API nwt_layer *nwt_dropout(nwt_context *ctx, double rate, const char *options);
/* An Embedding layer: input_dim (words) x output_dim. */
NWT_API nwt_layer *nwt_embedding(nwt_context *ctx, int64_t input_dim, int64_t output_dim,
                                 const char *options);
/* A Flatten layer: all axes but the batch become one. */
NWT_API nwt_layer *nwt_flatten(nwt_context *ctx, const char *options);
/* A GlobalAveragePooling2D layer: the mean of each channel. */
NWT_API nwt_layer *nwt_global_average_pooling2d(nwt_context *ctx, const char *options);
/* A GRU layer: 3 gates x units x (input features + units + 2), two biases as reset_after is
   True. */
NWT_API nwt_layer *nwt_gru(nwt_context *ctx, int64_t units, const char *options);
/* A LayerNormalization layer: gamma and beta of the size of the normalised axis, the last. */
NWT_API nwt_layer *nwt_layer_normalization(nwt_context *ctx, const char *options);
/* An LSTM layer: 4 gates x units x (input features + units + 1). */
NWT_API nwt_layer *nwt_lstm(nwt_context *ctx, int64_t units, const char *options);
/* A MaxPooling2D layer over windows of pool_size x pool_size; no weights. */
NWT_API nwt_layer *nwt_max_pooling2d(nwt_context *ctx, int64_t pool_size, const char *options);
/* A MultiHeadAttention layer; key_dim is the size of each head: projections of query, key and
   value to num_heads x key_dim, and one back, each with its bias. */
NWT_API nwt_layer *nwt_multi_head_attention(nwt_context *ctx, int64_t num_heads, int64_t key_dim,
                                            const char *options);
/* A Multiply layer: multiplies tensors element by element. */
NWT_API nwt_layer *nwt_multiply(nwt_context *ctx, const char *options);
/* A ReLU layer; options: max_value, negative_slope, threshold. */
NWT_API nwt_layer *nwt_relu(nwt_context *ctx, const char *options);
/* A Reshape layer: to target_shape of `rank` dims, without the batch; one of them may be -1. */
NWT_API nwt_layer *nwt_reshape(nwt_context *ctx, int32_t rank, const int64_t *target_shape,
                               const char *options);
/* A SeparableConv2D layer: kernel_size^2 x input channels x depth_multiplier, then these x
   filters, + filters of one bias. */
NWT_API nwt_layer *nwt_separable_conv2d(nwt_context *ctx, int64_t filters, int64_t kernel_size,
                                        const char *options);
/* A Softmax layer along an axis, the last. */
NWT_API nwt_layer *nwt_softmax(nwt_context *ctx, const char *options);
/* A TimeDistributed layer: `layer` on each step of axis 1; its weights are those of `layer`. */
NWT_API nwt_layer *nwt_time_distributed(nwt_context *ctx, nwt_layer *layer, const char *options);
/* An UpSampling2D layer: repeats rows and columns `size` times. */
NWT_API nwt_layer *nwt_up_sampling2d(nwt_context *ctx, int64_t size, const char *options);
/* A ZeroPadding2D layer: `padding` rows and columns of zeros at each side. */
NWT_API nwt_layer *nwt_zero_padding2d(nwt_context *ctx, int64_t padding, const char *options);

/* -------------------------------------------------------------------- calls */

/* Calls a layer on one tensor; returns its first output. Its shape is known at once. */
NWT_API nwt_tensor *nwt_call(nwt_layer *layer, nwt_tensor *input);
/* Calls a layer on several tensors, in the order of its call arguments (query, value, key), or all
   for the one that takes a list. Options: the other call arguments,
   "return_attention_scores=True"; NULL: none. */
NWT_API nwt_tensor *nwt_call_many(nwt_layer *layer, int32_t count, nwt_tensor *const *inputs,
                                  const char *options);
/* The same with a name for each tensor; NULL: by position. A name that takes several tensors
   (initial_state) is repeated. */
NWT_API nwt_tensor *nwt_call_named(nwt_layer *layer, int32_t count, const char *const *names,
                                   nwt_tensor *const *inputs, const char *options);

/* How many outputs the call has that made this tensor. 0 for NULL. */
NWT_API int32_t nwt_tensor_output_count(const nwt_tensor *tensor);
/* An output of the call that made this tensor; NULL past the last. */
NWT_API nwt_tensor *nwt_tensor_output(const nwt_tensor *tensor, int32_t index);
/* How many dims it has, the batch included; -1: the rank is unknown, or NULL. */
NWT_API int32_t nwt_tensor_rank(const nwt_tensor *tensor);
/* Its dims, as many as its rank says, -1 for None; borrowed. */
NWT_API const int64_t *nwt_tensor_dims(const nwt_tensor *tensor);
/* Its dtype, an nwt_dtype. */
NWT_API int32_t nwt_tensor_dtype(const nwt_tensor *tensor);
/* Its bytes, of its dims and its dtype; -1: not known, beyond 2^63 - 1, or NULL. */
NWT_API int64_t nwt_tensor_bytes(const nwt_tensor *tensor);
/* The layer whose call made it; an input's is an InputLayer. */
NWT_API nwt_layer *nwt_tensor_layer(const nwt_tensor *tensor);
/* Which of the layer's calls made it, from 0; -1 for NULL. */
NWT_API int64_t nwt_tensor_call(const nwt_tensor *tensor);
/* Which output of the call it is, from 0; -1 for NULL. */
NWT_API int32_t nwt_tensor_index(const nwt_tensor *tensor);
/* The context that owns it; NULL for NULL. */
NWT_API nwt_context *nwt_tensor_context(const nwt_tensor *tensor);
/* A shape as Keras prints it, "(None, 28, 28, 1)", "?" for a rank of -1; with snprintf's
   contract. */
NWT_API size_t nwt_shape_text(int32_t rank, const int64_t *dims, char *buffer, size_t size);

/* How many calls a layer has, in whatever model, in the order they were made; nwt_model_call_count
   counts those of one model. 0 for NULL. */
NWT_API int64_t nwt_layer_call_count(const nwt_layer *layer);
/* How many inbound tensors a call has; 0 if there is no such call. */
NWT_API int32_t nwt_layer_call_input_count(const nwt_layer *layer, int64_t call);
/* An inbound tensor of a call; NULL if there is none such. */
NWT_API nwt_tensor *nwt_layer_call_input(const nwt_layer *layer, int64_t call, int32_t index);
/* How many outputs a call has; 0 if there is no such call. */
NWT_API int32_t nwt_layer_call_output_count(const nwt_layer *layer, int64_t call);
/* An output of a call; NULL if there is none such. */
NWT_API nwt_tensor *nwt_layer_call_output(const nwt_layer *layer, int64_t call, int32_t index);

/* The name, its own or the automatic one ("dense_1"), written with snprintf's contract: at most
   size - 1 bytes and a NUL; returns the length needed. */
NWT_API size_t nwt_layer_name(const nwt_layer *layer, char *buffer, size_t size);
/* Its kind, "Dense"; for a class that nobody registered, the class's own name. NULL for NULL,
   and in a listing of a file of weights. */
NWT_API const char *nwt_layer_kind(const nwt_layer *layer);
/* The context that owns it; NULL for NULL. */
NWT_API nwt_context *nwt_layer_context(const nwt_layer *layer);
/* An option's value in Keras's syntax, with snprintf's contract; name, dtype and trainable are
   options of every layer. 0 and "" if there is no such option. */
NWT_API size_t nwt_layer_option(const nwt_layer *layer, const char *key, char *buffer, size_t size);
/* How many layers are directly within it: of a wrapper, an RNN, a model. 0 for NULL. */
NWT_API int64_t nwt_layer_child_count(const nwt_layer *layer);
/* A layer within it; NULL if there is none such. */
NWT_API nwt_layer *nwt_layer_child(const nwt_layer *layer, int64_t index);

/* ------------------------------------------------------------------ weights */

/* A weight. Structs that a caller hands in say their size: one that is shorter than this
   version's is filled as far as it goes, what a longer one has more is zeroed. */
typedef struct nwt_weight_info {
    size_t size;      /* sizeof(nwt_weight_info), set by the caller */
    const char *name; /* "kernel" */
    const int64_t *dims;
    int32_t rank;
    int32_t dtype;
    int32_t trainable;
    int32_t reserved;
    int64_t elements; /* the product of dims */
    int64_t bytes;
} nwt_weight_info;

/* A factor of a weight's size, as the kind names it: 784 "input features". An axis is one factor or
   the product of several: 4 "gates" x 32 "units". */
typedef struct nwt_factor_info {
    size_t size; /* sizeof(nwt_factor_info), set by the caller */
    const char *label;
    int64_t value;
    int32_t axis;  /* which axis of the weight it belongs to */
    int32_t flags; /* bits of nwt_axis_flag, in netweight/kind.h */
} nwt_factor_info;

/* How many weights a layer and all within it have, each counted once; -1: not known, or NULL. */
NWT_API int64_t nwt_layer_weight_count(const nwt_layer *layer);
/* A weight, in Keras's order. 1 if there is such a one, and info->size is right; else 0, and
   nothing is written. Of a frozen layer none is trainable, whatever the layers within it. */
NWT_API int32_t nwt_layer_weight(const nwt_layer *layer, int64_t index, nwt_weight_info *info);
/* The names of the layers that hold it and its own, "bidirectional/forward_lstm/lstm_cell/kernel";
   snprintf's contract; 0 and "" if there is none such. */
NWT_API size_t nwt_layer_weight_path(const nwt_layer *layer, int64_t index, char *buffer,
                                     size_t size);
/* How many factors a weight's size is the product of; -1 if there is no such weight. */
NWT_API int32_t nwt_layer_weight_factor_count(const nwt_layer *layer, int64_t index);
/* A factor of a weight, in the order of its axes. 1 if there is such a one, and info->size is
   right; else 0, and nothing is written. */
NWT_API int32_t nwt_layer_weight_factor(const nwt_layer *layer, int64_t index, int32_t factor,
                                        nwt_factor_info *info);

/* What nwt_model_count and nwt_layer_count count; from NWT_COUNT_MACS on, what nwt_work_count and
   nwt_work_layer_count do. */
enum nwt_count {
    NWT_COUNT_PARAMS = 0,
    NWT_COUNT_TRAINABLE = 1,
    NWT_COUNT_NON_TRAINABLE = 2,
    NWT_COUNT_WEIGHT_BYTES = 3,
    NWT_COUNT_UNKNOWN_LAYERS = 4, /* layers whose parameters are not known */
    NWT_COUNT_TRAINABLE_BYTES = 5,
    NWT_COUNT_WEIGHTS = 6,
    NWT_COUNT_LAYERS = 7,            /* layers within, at all depths, itself included */
    NWT_COUNT_MACS = 8,              /* multiply-accumulates of products that read the data */
    NWT_COUNT_MACS_VALID = 9,        /* without those that meet padding */
    NWT_COUNT_FLOPS = 10,            /* two for each multiply-accumulate, and elementwise work */
    NWT_COUNT_ACTIVATION_BYTES = 11, /* of a layer its outputs, of a model every tensor once */
    NWT_COUNT_UNKNOWN_WORK = 12,     /* layers whose macs are not known, so FLOPs neither */
    NWT_COUNT_PEAK_BYTES = 13,       /* the largest sum of tensors that are there during one call */
    NWT_COUNT_ARENA_BYTES = 14,      /* of a plan of buffers, aligned to 64 bytes */
    NWT_COUNT_LIKE = 15,             /* as the project named by the option `like` counts */
    NWT_COUNT_UNKNOWN_FLOPS = 16,    /* layers whose FLOPs are not known, those included */
    NWT_COUNT_LOGICAL_PARAMS = 17    /* as if nothing were quantised, so without scales */
};

/* A count of a layer and all within it. -1: NULL, an unknown `what`, a layer not built, more than
   2^63 - 1. A lower bound while unknown layers > 0. A frozen layer has nothing trainable. */
NWT_API int64_t nwt_layer_count(const nwt_layer *layer, int32_t what);

/* ------------------------------------------------------------------- models */

/* A functional model: the graph between inputs and outputs. Options: name, trainable. */
NWT_API nwt_model *nwt_model_new(nwt_context *ctx, int32_t input_count, nwt_tensor *const *inputs,
                                 int32_t output_count, nwt_tensor *const *outputs,
                                 const char *options);
/* A Sequential, empty. Options: name, trainable. */
NWT_API nwt_model *nwt_sequential(nwt_context *ctx, const char *options);
/* Adds a layer at the end. Without an InputLayer, or a first layer with input_shape, the model is
   shaped when it is called. Returns the status of the context. */
NWT_API int32_t nwt_sequential_add(nwt_model *model, nwt_layer *layer);
/* Takes the last layer off; refused once the model was called. */
NWT_API int32_t nwt_sequential_pop(nwt_model *model);
/* The same network on other input shapes (batch included), all layers made anew: weights follow
   the shapes. `count` is the number of inputs. */
NWT_API nwt_model *nwt_model_reshape(nwt_model *model, int32_t count, const int32_t *ranks,
                                     const int64_t *const *dims);
/* The model as a layer, which can be called and held by other models; NULL for NULL. */
NWT_API nwt_layer *nwt_model_as_layer(nwt_model *model);
/* The model that a layer is; NULL for a layer that is none. */
NWT_API nwt_model *nwt_layer_as_model(nwt_layer *layer);
/* The context that owns it; NULL for NULL. */
NWT_API nwt_context *nwt_model_context(const nwt_model *model);

/* How many layers it has, without those within layers. 0 for NULL. */
NWT_API int64_t nwt_model_layer_count(const nwt_model *model);
/* A layer, in the order of the rows of Keras's table; NULL if there is none such. */
NWT_API nwt_layer *nwt_model_layer(const nwt_model *model, int64_t index);
/* A layer by its name; NULL if there is none. Those within layers are not looked at. */
NWT_API nwt_layer *nwt_model_find(const nwt_model *model, const char *name);
/* A layer by the names of those that hold it and its own, "encoder/block_1/dense"; NULL if there is
   none. */
NWT_API nwt_layer *nwt_model_find_path(const nwt_model *model, const char *path);
/* How many inputs it has; 0 for NULL, and for a Sequential that is not built. */
NWT_API int32_t nwt_model_input_count(const nwt_model *model);
/* An input; NULL if there is none such. */
NWT_API nwt_tensor *nwt_model_input(const nwt_model *model, int32_t index);
/* How many outputs it has; 0 for NULL, and for a Sequential that is not built. */
NWT_API int32_t nwt_model_output_count(const nwt_model *model);
/* An output; NULL if there is none such. */
NWT_API nwt_tensor *nwt_model_output(const nwt_model *model, int32_t index);
/* How many of a layer's calls belong to the model; -1 for NULL. */
NWT_API int64_t nwt_model_call_count(const nwt_model *model, const nwt_layer *layer);
/* Which of all calls of the layer the index-th in the model is, for nwt_layer_call_input and its
   like; -1 if there is none such. The layer's other calls belong to other models, or to none. */
NWT_API int64_t nwt_model_call(const nwt_model *model, const nwt_layer *layer, int64_t index);
/* The uses of a tensor as an input within the model: use number `index` as layer and which of its
   calls (into *call if not NULL). NULL past the last. */
NWT_API nwt_layer *nwt_model_use(const nwt_model *model, const nwt_tensor *tensor, int64_t index,
                                 int64_t *call);

/* Parameters, each weight once; -1 for NULL or more than 2^63 - 1. */
NWT_API int64_t nwt_model_params(const nwt_model *model);
/* Their bytes by dtype: 4 each for float32. */
NWT_API int64_t nwt_model_weight_bytes(const nwt_model *model);
/* A count of the whole model, `what` an nwt_count; -1 for NULL, an unknown `what`, or more than
   2^63 - 1. While there are unknown layers, the known part: a lower bound. */
NWT_API int64_t nwt_model_count(const nwt_model *model, int32_t what);

/* ------------------------------------------------------------------ reading */

/* Reads `size` bytes at `offset` of a file of `length` bytes: 0 if all could be read; any other
   value ends the reading with an error. */
typedef struct nwt_source {
    size_t size; /* sizeof(nwt_source) */
    int32_t (*read)(void *user, int64_t offset, void *buffer, size_t size);
    void *user;
    int64_t length;
} nwt_source;

/*
 * Models of Keras 1, 2 and 3: a config as JSON, a .keras or an .h5 file; what it is, is found from
 * its content. Layers of unknown classes take their weights from the file. A file of weights alone
 * gives a model that lists them: its layers' kind is NULL, it has no inputs, outputs and calls.
 * Options: none yet; NULL. Each returns NULL with the context's error set if it can't be read.
 */

/* Reads a model from what the caller reads, piece by piece, no more than is needed. */
NWT_API nwt_model *nwt_read(nwt_context *ctx, const nwt_source *source, const char *options);
/* Reads a model from `size` bytes, which are not needed any more afterwards. */
NWT_API nwt_model *nwt_read_memory(nwt_context *ctx, const void *bytes, size_t size,
                                   const char *options);
/* Reads a model from a file by C's fopen; messages begin with the path. */
NWT_API nwt_model *nwt_read_file(nwt_context *ctx, const char *path, const char *options);
/* A model from constructor text, "Sequential([Flatten(input_shape=(1, 28, 28)), Dense(10)])".
   Options: keras=1, 2 or 3 (3): whose argument positions, defaults and automatic names. */
NWT_API nwt_model *nwt_model_parse(nwt_context *ctx, const char *text, const char *options);

/* ------------------------------------------------------------------ reports */

/* Takes text as it comes; any return value but 0 stops the report. */
typedef int32_t (*nwt_write)(void *user, const char *text, size_t length);

/*
 * Writes a report. Options: format='text' (or 'json', 'csv', 'markdown', 'html', 'svg', 'dot',
 * 'explain', 'config': JSON that Keras 3 loads, 'constructor': a Sequential as text), style,
 * line_length, show_trainable, expand_nested, positions, width, columns, sort, top, unicode, layer
 * (for 'explain') as the command has them. Returns the status of the context.
 */
NWT_API int32_t nwt_report(nwt_model *model, const char *options, nwt_write write, void *user);

/* ------------------------------------------------------------------- kinds */

/* Types of options, and the C type of their place in the struct of a kind (netweight/kind.h). Never
   renumbered. */
enum nwt_type {
    NWT_TYPE_BOOL = 1,     /* int32_t */
    NWT_TYPE_INT = 2,      /* int64_t */
    NWT_TYPE_FLOAT = 3,    /* double */
    NWT_TYPE_STRING = 4,   /* const char * */
    NWT_TYPE_FUNCTION = 5, /* const char *: a name ('relu'), or the class of an object */
    NWT_TYPE_CHOICE = 6,   /* int32_t: index into choices */
    NWT_TYPE_TUPLE = 7,    /* int64_t[count]: `3` or `(3, 3)` */
    NWT_TYPE_NESTED = 8,   /* int64_t[2 * count]: `1`, `(1, 2)` or `((1, 2), (0, 1))`: before
                                   and after on each of count axes; with count 1, `(1, 2)` is the
                                   pair */
    NWT_TYPE_INTS = 9,     /* nwt_ints: `3` or `(1, 2)`; None within is -1, but
                                   NWT_NONE_INT if the minimum is negative */
    NWT_TYPE_DTYPE = 10,   /* int32_t */
    NWT_TYPE_LAYER = 11,   /* nwt_layer * */
    NWT_TYPE_LAYERS = 12,  /* nwt_layers */
    NWT_TYPE_OPAQUE = 13,  /* anything; int32_t: 1 if it was given and not None. count 0: no
                                   place */
    NWT_TYPE_TENSOR = 14,  /* call arguments only: int32_t, the index of the input; -1: None.
                                   minimum and maximum limit its rank */
    NWT_TYPE_TENSORS = 15  /* call arguments only: nwt_range. count is the least number */
};

typedef struct nwt_option_info {
    size_t size; /* sizeof(nwt_option_info), set by the caller */
    const char *key;
    const char *type_name; /* "int", "tuple of 2 ints", "'valid' or 'same'" are in choices */
    const char *fallback;  /* the default, in Keras's syntax; NULL: the option is required */
    const char *help;
    const char *const *choices; /* NULL-terminated; NULL: no choice */
    int64_t minimum;            /* of an integer, or of each item; of a tensor: of its rank */
    int64_t maximum;
    double least;       /* of a float; -DBL_MAX: no limit */
    double most;        /* DBL_MAX: no limit */
    int32_t value_type; /* an nwt_type */
    int32_t count;      /* how many axes a tuple is for; else 1, or 0 */
    int32_t nullable;   /* 1: it may be None */
    int32_t is_shared;  /* 1: every kind has it */
} nwt_option_info;

/* How many kinds a context knows, the registered ones included. 0 for NULL. */
NWT_API int64_t nwt_kind_count(nwt_context *ctx);
/* The name of a kind; NULL if there is none such. */
NWT_API const char *nwt_kind_name(nwt_context *ctx, int64_t index);
/* What a kind does, in one line that follows "it"; NULL if there is no such kind. */
NWT_API const char *nwt_kind_about(nwt_context *ctx, const char *kind);
/* An option of a kind (or, if `argument` is 1, a call argument). 1 if there is one of this
   index, and info->size is right; else 0, and nothing is written. */
NWT_API int32_t nwt_kind_option(nwt_context *ctx, const char *kind, int32_t argument, int64_t index,
                                nwt_option_info *info);

#ifdef __cplusplus
}
#endif

#include "netweight/work.h"

#endif
