/* Calls: uses of a layer on tensors, the edges of the graph. */
#ifndef NWTI_CORE_CALL_H
#define NWTI_CORE_CALL_H

#include "netweight/kind.h"
#include "core/tensor.h"
#include "support/value.h"

/* An operand of a call that is made on arrays too. */
typedef struct nwti_operand_given {
    const nwt_tensor *array; /* its shape; NULL: no array stands there, but an input */
    const nwti_value *value; /* of an array, as given */
    int32_t input;           /* of an input: which */
} nwti_operand_given;

/* How a call was made, where it is not on one tensor alone. */
typedef struct nwti_call_given {
    const void *arguments;      /* struct of the kind's call arguments, or NULL */
    const nwti_value *values;   /* the arguments that are no tensors, as given; NULL: none */
    const uint8_t *rows;        /* of each operand: the argument's row */
    const char *const *written; /* of each input: its argument's name in the file; NULL: today's */
    const nwti_operand_given *operands; /* inputs and arrays; NULL for a call without arrays */
    int32_t operand_count;
} nwti_call_given;

struct nwti_call {
    nwt_layer *layer;
    nwt_tensor *outputs;
    nwt_tensor **by_index;        /* the outputs; NULL: they are few */
    const nwti_call_given *given; /* NULL: one tensor, by position, and nothing else */
    int64_t mark;
    int32_t position; /* in the walk that marked it */
    int32_t number;   /* among the layer's calls */
    int32_t place;    /* 1 + its index in the first model that took it; 0: none did */
    int32_t output_count;
    int32_t input_count : 31; /* masks too */
    uint32_t is_open : 1;     /* how many outputs there are is not known */
    nwt_tensor *inputs[];
};

enum {
    NWTI_MOST_INPUTS = 0x3FFFFFFF,
    NWTI_ROW_MASK = 0x3F,
    NWTI_ROW_COMMON = 0x3F, /* the row of `mask`, which every kind takes */
    NWTI_ROW_NAMED = 0x80   /* it was passed by name */
};

/* A call being made: tensors with the names of their arguments (NULL: by position), and the other
   arguments as a CALL or DICT value (NULL: none). */
typedef struct nwti_call_request {
    nwt_layer *layer;
    int32_t count;
    nwt_tensor *const *tensors; /* NULL: a constant stands at this position; an array is an
                                   operand but no input */
    const char *const *names;   /* NULL: all by position */
    const nwti_value *arguments;
    const char *const *written; /* the names as a file has them, in the arena; NULL: the same */
    const nwti_value *const *arrays; /* of each that is an array: its values, in the arena; NULL:
                                        none is */
} nwti_call_request;

/* Whether every layer takes it. */
int32_t nwti_argument_is_common(const char *name);

/* Sorts the tensors of a request into the rows of the kind's call arguments; *given is NULL for a
   call on one tensor, else in the arena. 0, or the status. */
int32_t nwti_arguments_bind(const nwti_call_request *request, nwti_arena *arena,
                            const nwti_call_given **given);
/* A call of a layer, by its number; NULL: there is none. */
nwti_call *nwti_layer_call(const nwt_layer *layer, int64_t number);
/* The arguments' struct of a call. */
const void *nwti_call_arguments(const nwt_layer *layer, const nwti_call_given *given);
/* Fails if a layer that takes a list is given one tensor, as a Sequential or a wrapper gives it. */
int32_t nwti_arguments_check_list(const nwti_call_request *request);
/* Ranks and number of the tensors that an op is given. */
int32_t nwti_arguments_check(nwt_op *op);
nwti_call *nwti_call_make(const nwti_call_request *request);
/* How many operands a call has: inputs, and arrays among them. */
int32_t nwti_call_operand_count(const nwti_call *call);
nwti_operand_given nwti_call_operand(const nwti_call *call, int32_t operand);

/* Gives an op what a call is made on: `inputs`, and among them its arrays; masks are NULL. 0, or
   the status. */
int32_t nwti_call_operands(nwt_op *op, const nwti_call *call, const nwt_tensor *const *inputs);
/* Builds a layer that takes one tensor on a shape, without a call: what a file says that it was
   built on, where that is not what its calls have. 0, or the status. */
int32_t nwti_layer_build_on(nwt_layer *layer, int32_t rank, const int64_t *dims, int32_t dtype);
/* A call like another one, of another layer of the same kind, on other tensors. */
nwti_call *nwti_call_like(nwt_layer *layer, const nwti_call *like, nwt_tensor *const *inputs);
/* Output `index`; of a call whose outputs are unknown, made on demand. */
nwt_tensor *nwti_call_output(nwti_call *call, int32_t index);
/* States the shape of a tensor that is unknown; else, if it differs, adds a note, and if both
   cannot be true makes the tensor unknown for good: what follows from it is no number. */
nwt_tensor *nwti_tensor_state(nwt_tensor *tensor, int32_t rank, const int64_t *dims, int32_t dtype);
/* The name of the argument an input was passed by; NULL: by position. */
const char *nwti_call_input_name(const nwti_call *call, int32_t index);

#endif
