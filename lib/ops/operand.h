/*
 * What operations share: operands, which are tensors or constants, and the
 * dtypes of results. An operation keeps no weights and no dtype of its own, so
 * it always states the dtype of its outputs.
 */
#ifndef NWTI_OPS_OPERAND_H
#define NWTI_OPS_OPERAND_H

#include "core/builtin.h"

/* dtypes of Python's numbers, which give way to those of tensors. */
enum { NWTI_WEAK_INT = 21, NWTI_WEAK_FLOAT = 22 };

/* How a result's dtype follows from that of the operands. */
enum {
    NWTI_AS_IS,
    NWTI_NARROW,      /* 64 bits become 32 */
    NWTI_FLOATING,    /* floats stay, as narrow; others become float32 */
    NWTI_FLOATS,      /* floats stay as they are; others become float32 */
    NWTI_REAL_FLOATS, /* the same, but complex becomes float32 */
    NWTI_WIDE,        /* floats stay; int64 becomes float64, others float32 */
    NWTI_WIDE_ROOT,   /* the same, but complex and uint64 stay */
    NWTI_WIDE_FLOATING,
    NWTI_REAL,    /* bool and floats stay; integers become float32 */
    NWTI_SINGLE,  /* float32 */
    NWTI_BOOLEAN, /* bool */
    NWTI_INTEGER, /* int32: an index, a count */
    NWTI_NUMBER,  /* bool becomes int32 */
    NWTI_TOTAL,   /* small integers become 32 bits wide */
    NWTI_NARROW_TOTAL,
    NWTI_STRONG = 0x100, /* the same as is, but numbers do not give way to tensors */
    NWTI_STRONG_FLOATING = NWTI_STRONG | NWTI_FLOATING,
    NWTI_NUMBERS_FLOAT = 0x400, /* numbers count as float32 */
    NWTI_FLOATS_FLOATING = NWTI_NUMBERS_FLOAT | NWTI_FLOATING,
    NWTI_TYPED = 0x800, /* numbers are refused: they have no dtype */
    NWTI_FIRST = 0x200, /* the same, and the shape is that of the first operand, as Keras has it */
    NWTI_TYPED_FIRST = NWTI_TYPED | NWTI_FIRST,
    NWTI_TYPED_REAL = NWTI_TYPED | NWTI_REAL
};

typedef struct nwti_operand {
    int64_t dims[NWT_MAX_RANK];
    int32_t rank;
    int32_t dtype; /* may be weak */
} nwti_operand;

/* The smallest dtype that both go into, by Keras's lattice, which is JAX's. */
int32_t nwti_join(int32_t a, int32_t b);
/* The same; what comes of it is of 32 bits, but for TensorFlow's functions. */
int32_t nwti_promote(const nwt_op *op, int32_t a, int32_t b);
int32_t nwti_result_dtype(const nwt_op *op, int32_t rule, int32_t dtype);

/* The tensor `input`, or if that is -1 the constant `key`. Returns 0 if it is neither tensor nor
   number nor array: what comes of it is unknown. */
int32_t nwti_operand_read(nwt_op *op, int32_t input, const char *key, nwti_operand *operand);
/* Whether it is a number, or a list of numbers, which have no dtype of their own. */
int32_t nwti_operand_is_number(nwt_op *op, int32_t input, const char *key);
/* Fails if it is a number, or a list of numbers, where Keras asks an operand for its dtype. */
int32_t nwti_operand_check_typed(nwt_op *op, int32_t input, const char *key);
/* Broadcasts and promotes `operand` with `other`. Fails if their shapes do not broadcast. */
int32_t nwti_operand_merge(nwt_op *op, nwti_operand *operand, const nwti_operand *other);
int32_t nwti_operand_output(nwt_op *op, const nwti_operand *operand, int32_t rule);
/* The number of elements; -1 if a dim is None. Fails, with -1, if it is too large. */
int64_t nwti_operand_size(nwt_op *op, const nwti_operand *operand);

/* Rows of operands: a tensor; a tensor or a constant in its place. */
#define NWTI_TENSOR_ROW(t, field, key)                                      \
    {                                                                       \
        key, NULL, "any tensor", NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSOR, 0, \
            (int32_t)offsetof(t, field), 1                                  \
    }
#define NWTI_OPERAND_ROW(t, field, key, help)                                       \
    {                                                                               \
        key, NULL, help, NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSOR, NWT_FLAG_NULLABLE, \
            (int32_t)offsetof(t, field), 1                                          \
    }

/* An option that is only kept, with Keras's own default. */
#define NWTI_KEPT_ROW(key, fallback, help)                        \
    {                                                             \
        key, fallback, help, NULL, 0, 0, NWT_TYPE_OPAQUE, 0, 0, 0 \
    }

/* The call arguments of an operation on one tensor, which is input 0. */
struct nwti_unary {
    int32_t x;
};
extern const nwt_option nwti_unary_arguments[];
/* Of one on two operands. */
struct nwti_binary {
    int32_t x1;
    int32_t x2;
};
extern const nwt_option nwti_binary_arguments[];
/* Of one on a list of tensors. */
struct nwti_several {
    nwt_range xs;
};
extern const nwt_option nwti_several_arguments[];

/* Of operations on up to NWTI_MOST_OPERANDS, each of any name: rows of a table of arguments. Where
   there is only one, it is a tensor: Keras computes with constants alone at once. */
enum { NWTI_MOST_OPERANDS = 5 };
struct nwti_operands {
    int32_t at[NWTI_MOST_OPERANDS];
};
/* clang-format off */
#define NWTI_OPERAND_AT(index, key, help)                                            \
    {key, NULL, help, NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSOR, NWT_FLAG_NULLABLE,     \
     (int32_t)(offsetof(struct nwti_operands, at) + (index) * sizeof(int32_t)), 1}
#define NWTI_INPUT(key, help)                                                        \
    {key, NULL, help, NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSOR, 0,                     \
     (int32_t)offsetof(struct nwti_operands, at), 1}
#define NWTI_OPTIONAL_AT(index, key, help)                                           \
    {key, "None", help, NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSOR, NWT_FLAG_NULLABLE,   \
     (int32_t)(offsetof(struct nwti_operands, at) + (index) * sizeof(int32_t)), 1}
/* clang-format on */
/* The operand of row `index`; 0 if it is neither tensor nor number nor array. */
int32_t nwti_operand_of(nwt_op *op, int32_t index, nwti_operand *operand);
/* The descriptor of an operation whose arguments are such rows. */
#define NWTI_OPERATION(symbol, name, words, table, self, rows, callback, cost)                 \
    KIND(op_##symbol, "ops." name, .about = words, .options = table, .self_size = self,        \
         .arguments = rows, .arguments_size = sizeof(struct nwti_operands), .shape = callback, \
         .work = cost)
/* An axis of an operand, given as a number; fails, with 0, if it does not exist. */
int32_t nwti_operand_axis(nwt_op *op, const char *key, int64_t axis, const nwti_operand *operand);
void nwti_operand_remove(nwti_operand *operand, int32_t axis);
/* Puts an axis before `axis`; fails if there are too many. */
int32_t nwti_operand_insert(nwt_op *op, nwti_operand *operand, int32_t axis, int64_t dim);
/* The product; -1 if one is None. Fails, with -1, if it is too large. */
int64_t nwti_dim_times(nwt_op *op, int64_t a, int64_t b);

/* Both operands of a binary operation. Returns 0 if one of them is none. */
int32_t nwti_binary_read(nwt_op *op, nwti_operand *x1, nwti_operand *x2);
/* The tensor that the first row of the arguments is for. */
void nwti_unary_read(nwt_op *op, nwti_operand *x);

#endif
