/* Operations of linear algebra, on matrices in the last two axes. */
#include "ops/operand.h"

#include "core/constant.h"
#include "support/checked.h"

#include <string.h>

struct linalg {
    int64_t offset;
    int64_t axis1;
    int64_t axis2;
    int64_t axis3;
    int64_t count;
    int32_t first;
    int32_t second;
};

static const nwt_option matrix[] = {NWTI_INPUT("x", "(..., rows, columns)"), NWT_OPTION_END};
static const nwt_option system[] = {NWTI_OPERAND_AT(0, "a", "(..., rows, columns)"),
                                    NWTI_OPERAND_AT(1, "b", "the right-hand side"), NWT_OPTION_END};
static const nwt_option pair[] = {NWTI_OPERAND_AT(0, "x1", "a tensor"),
                                  NWTI_OPERAND_AT(1, "x2", "a tensor"), NWT_OPTION_END};

/* The last two axes of operand 0. Returns 0 if there are none, with the error set. */
static int32_t read_matrix(nwt_op *op, nwti_operand *x, int64_t *rows, int64_t *columns)
{
    if (!nwti_operand_of(op, 0, x)) {
        nwt_op_output_unknown(op);
        return 0;
    }
    if (x->rank < 2) {
        NWT_FAIL(op, "it needs matrices: at least 2 axes, not {}", x->rank);
        return 0;
    }
    *rows = x->dims[x->rank - 2];
    *columns = x->dims[x->rank - 1];
    return 1;
}

static int32_t read_square(nwt_op *op, nwti_operand *x)
{
    int64_t rows;
    int64_t columns;

    if (!read_matrix(op, x, &rows, &columns)) {
        return 0;
    }
    if (rows != columns) {
        NWT_FAIL(op, "it needs square matrices, not of {} rows and {} columns", rows, columns);
        return 0;
    }
    return 1;
}

/* The same, both of them known. */
static int32_t read_known(nwt_op *op, nwti_operand *x, int64_t *rows, int64_t *columns)
{
    if (!read_matrix(op, x, rows, columns)) {
        return 0;
    }
    if (*rows < 0 || *columns < 0) {
        NWT_FAIL(op, "it needs rows and columns that are not None", 0);
        return 0;
    }
    return 1;
}

/* The axes before the last `gone`, then `count` others. */
static int32_t output(nwt_op *op, const nwti_operand *x, int32_t gone, int32_t count,
                      const int64_t *dims)
{
    nwti_operand y = *x;

    y.rank = x->rank > gone ? x->rank - gone : 0;
    for (int32_t i = 0; i < count; i++) {
        if (nwti_operand_insert(op, &y, y.rank, dims[i])) {
            return NWT_STATUS_INVALID;
        }
    }
    return nwt_op_output(op, y.rank, y.dims, nwti_result_dtype(op, NWTI_AS_IS, y.dtype));
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int32_t square_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    return read_square(op, &x) ? output(op, &x, 0, 0, NULL) : 0;
}

static int32_t det_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    return read_square(op, &x) ? output(op, &x, 2, 0, NULL) : 0;
}

static int32_t eig_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    if (!read_square(op, &x)) {
        return 0;
    }
    output(op, &x, 1, 0, NULL);
    return output(op, &x, 0, 0, NULL);
}

static int32_t lu_factor_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t rows;
    int64_t columns;
    int64_t least;

    (void)self;
    if (!read_known(op, &x, &rows, &columns)) {
        return 0;
    }
    least = smaller(rows, columns);
    output(op, &x, 0, 0, NULL);
    return output(op, &x, 2, 1, &least);
}

static int32_t matrix_rank_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t rows;
    int64_t columns;

    (void)self;
    if (!read_matrix(op, &x, &rows, &columns)) {
        return 0;
    }
    x.dtype = NWT_DTYPE_INT32;
    return output(op, &x, 2, 0, NULL);
}

static int32_t pinv_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t dims[2];

    (void)self;
    return read_matrix(op, &x, &dims[1], &dims[0]) ? output(op, &x, 2, 2, dims) : 0;
}

static int32_t qr_shape(nwt_op *op, const void *self)
{
    int32_t is_reduced = ((const struct linalg *)self)->first == 0;
    nwti_operand x;
    int64_t rows;
    int64_t columns;
    int64_t inner;

    if (!read_known(op, &x, &rows, &columns)) {
        return 0;
    }
    inner = is_reduced ? smaller(rows, columns) : rows;
    output(op, &x, 2, 2, (int64_t[]){rows, inner});
    return output(op, &x, 2, 2, (int64_t[]){is_reduced ? inner : rows, columns});
}

static int32_t svd_shape(nwt_op *op, const void *self)
{
    const struct linalg *svd = self;
    nwti_operand x;
    int64_t rows;
    int64_t columns;
    int64_t least;

    if (!read_known(op, &x, &rows, &columns)) {
        return 0;
    }
    least = smaller(rows, columns);
    if (!svd->second) {
        return output(op, &x, 2, 1, &least);
    }
    output(op, &x, 2, 2, (int64_t[]){rows, svd->first ? rows : least});
    output(op, &x, 2, 1, &least);
    return output(op, &x, 2, 2, (int64_t[]){svd->first ? columns : least, columns});
}

static int32_t solve_shape(nwt_op *op, const void *self)
{
    nwti_operand a;
    nwti_operand b;

    (void)self;
    if (!read_square(op, &a)) {
        return 0;
    }
    if (!nwti_operand_of(op, 1, &b)) {
        return nwt_op_output_unknown(op);
    }
    if (b.rank < 1) {
        return NWT_FAIL(op, "b must have an axis", 0);
    }
    if (a.rank == b.rank && a.dims[a.rank - 2] != b.dims[b.rank - 2]) {
        return NWT_FAIL(op, "a has {} rows, but b has {}", a.dims[a.rank - 2], b.dims[b.rank - 2]);
    }
    if (a.rank == b.rank - 1 && a.dims[a.rank - 1] != b.dims[b.rank - 1]) {
        return NWT_FAIL(op, "a has {} columns, but b has {}", a.dims[a.rank - 1],
                        b.dims[b.rank - 1]);
    }
    return nwti_operand_output(op, &b, NWTI_AS_IS);
}

static int32_t lstsq_shape(nwt_op *op, const void *self)
{
    nwti_operand a;
    nwti_operand b;

    (void)self;
    if (!nwti_operand_of(op, 0, &a) || !nwti_operand_of(op, 1, &b)) {
        return nwt_op_output_unknown(op);
    }
    if (a.rank != 2 || b.rank < 1 || b.rank > 2) {
        return NWT_FAIL(op, "a must have 2 axes and b 1 or 2, not {} and {}", a.rank, b.rank);
    }
    if (a.dims[0] != b.dims[0]) {
        return NWT_FAIL(op, "a has {} rows, but b has {}", a.dims[0], b.dims[0]);
    }
    b.dims[0] = a.dims[1];
    b.dtype = a.dtype;
    return nwti_operand_output(op, &b, NWTI_AS_IS);
}

static int32_t logdet_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    nwti_unary_read(op, &x);
    return output(op, &x, 2, 0, NULL);
}

static int32_t slogdet_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    nwti_unary_read(op, &x);
    output(op, &x, NWT_MAX_RANK, 0, NULL);
    return output(op, &x, 2, 0, NULL);
}

static const nwt_option upper_options[] = {
    NWTI_KEPT_ROW("upper", "False", "the triangle above the diagonal"), NWT_OPTION_END};
static const nwt_option lower_options[] = {
    NWTI_KEPT_ROW("lower", "False", "the triangle below the diagonal"), NWT_OPTION_END};
static const nwt_option rcond_options[] = {
    NWTI_KEPT_ROW("rcond", "None", "what counts as a singular value of 0"), NWT_OPTION_END};
static const nwt_option tol_options[] = {
    NWTI_KEPT_ROW("tol", "None", "what counts as a singular value of 0"), NWT_OPTION_END};
static const char *const qr_modes[] = {"reduced", "complete", NULL};
static const nwt_option qr_options[] = {{"mode", "'reduced'", "the shape of the factors", qr_modes,
                                         0, 0, NWT_TYPE_CHOICE, 0,
                                         (int32_t)offsetof(struct linalg, first), 1},
                                        NWT_OPTION_END};
static const nwt_option svd_options[] = {
    {"full_matrices", "True", "give square matrices", NULL, 0, 1, NWT_TYPE_BOOL, 0,
     (int32_t)offsetof(struct linalg, first), 1},
    {"compute_uv", "True", "give the matrices too", NULL, 0, 1, NWT_TYPE_BOOL, 0,
     (int32_t)offsetof(struct linalg, second), 1},
    NWT_OPTION_END};

#define LINALG(symbol, name, words, table, rows, callback)                            \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct linalg), rows, callback, \
                   NWT_WORK_UNKNOWN)

LINALG(cholesky, "Cholesky", "decomposes a matrix", upper_options, matrix, square_shape);
LINALG(cholesky_inverse, "CholeskyInverse", "inverts a decomposed matrix", upper_options, matrix,
       square_shape);
LINALG(det, "Det", "gives the determinant", NULL, matrix, det_shape);
LINALG(eig, "Eig", "gives eigenvalues and eigenvectors", NULL, matrix, eig_shape);
LINALG(eigh, "Eigh", "gives eigenvalues and eigenvectors", NULL, matrix, eig_shape);
LINALG(inv, "Inv", "inverts a matrix", NULL, matrix, square_shape);
LINALG(logdet, "Logdet", "gives the logarithm of the determinant", NULL, matrix, logdet_shape);
LINALG(lstsq, "Lstsq", "solves by least squares", rcond_options, system, lstsq_shape);
LINALG(lu_factor, "LuFactor", "decomposes a matrix", NULL, matrix, lu_factor_shape);
LINALG(matrix_rank, "MatrixRank", "gives the rank of a matrix", tol_options, matrix,
       matrix_rank_shape);
LINALG(pinv, "Pinv", "gives the pseudo-inverse", rcond_options, matrix, pinv_shape);
LINALG(qr, "Qr", "decomposes a matrix", qr_options, matrix, qr_shape);
LINALG(slogdet, "Slogdet", "gives sign and logarithm of the determinant", NULL, matrix,
       slogdet_shape);
LINALG(solve, "Solve", "solves linear equations", NULL, system, solve_shape);
LINALG(solve_triangular, "SolveTriangular", "solves linear equations", lower_options, system,
       solve_shape);
LINALG(svd, "SVD", "gives singular values and vectors", svd_options, matrix, svd_shape);

/* ---------------------------------------------------------------------- diagonals */

#define DIAGONAL_ROW(key, field, fallback, help)                           \
    {                                                                      \
        key, fallback, help, NULL, -INT32_MAX, INT32_MAX, NWT_TYPE_INT, 0, \
            (int32_t)offsetof(struct linalg, field), 1                     \
    }

static const nwt_option k_options[] = {DIAGONAL_ROW("k", offset, "0", "which diagonal"),
                                       NWT_OPTION_END};
static const nwt_option diagonal_options[] = {
    DIAGONAL_ROW("offset", offset, "0", "which diagonal"),
    DIAGONAL_ROW("axis1", axis1, "0", "the axis of the rows"),
    DIAGONAL_ROW("axis2", axis2, "1", "the axis of the columns"), NWT_OPTION_END};

/* How long diagonal `offset` is. */
static int64_t diagonal_length(int64_t rows, int64_t columns, int64_t offset)
{
    int64_t rest = offset > 0 ? columns - offset : rows + offset;

    if (rows < 0 || columns < 0) {
        return -1;
    }
    rest = smaller(rest, smaller(rows, columns));
    return rest > 0 ? rest : 0;
}

/* A matrix of which diagonal `offset` has `length` elements. */
static int32_t diagonal_matrix(nwt_op *op, nwti_operand *x, int64_t length, int64_t offset)
{
    int64_t size = -1;

    if (length >= 0 && !nwti_add(length, offset < 0 ? -offset : offset, &size)) {
        return NWT_FAIL(op, "k {} makes its output too large", offset);
    }
    x->rank = 0;
    return output(op, x, 0, 2, (int64_t[]){size, size});
}

static int32_t diag_shape(nwt_op *op, const void *self)
{
    int64_t offset = ((const struct linalg *)self)->offset;
    nwti_operand x;
    int64_t length;

    nwti_unary_read(op, &x);
    if (x.rank != 1 && x.rank != 2) {
        return NWT_FAIL(op, "its input must have 1 or 2 axes, not {}", x.rank);
    }
    if (x.rank == 1) {
        return diagonal_matrix(op, &x, x.dims[0], offset);
    }
    length = diagonal_length(x.dims[0], x.dims[1], offset);
    return output(op, &x, 2, 1, &length);
}

static int32_t diagflat_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    return diagonal_matrix(op, &x, nwti_operand_size(op, &x),
                           ((const struct linalg *)self)->offset);
}

/* Takes two axes out of operand 0; their sizes become rows and columns. Returns 0 after an error.
   Of one axis given twice Keras takes a diagonal, but no trace. */
static int32_t take_two(nwt_op *op, const struct linalg *self, nwti_operand *x, int64_t *rows,
                        int64_t *columns, int32_t may_be_one)
{
    int32_t axis1;
    int32_t axis2;

    if (!read_matrix(op, x, rows, columns)) {
        return 0;
    }
    axis1 = nwti_operand_axis(op, "axis1", self->axis1, x);
    axis2 = nwti_operand_axis(op, "axis2", self->axis2, x);
    if (nwt_op_ended(op) || (axis1 == axis2 && !may_be_one)) {
        NWT_FAIL(op, "axis1 and axis2 are the same: {}", axis1);
        return 0;
    }
    *rows = x->dims[axis1];
    *columns = x->dims[axis2];
    nwti_operand_remove(x, axis1 > axis2 ? axis1 : axis2);
    if (axis1 != axis2) {
        nwti_operand_remove(x, axis1 > axis2 ? axis2 : axis1);
    }
    return 1;
}

static int32_t diagonal_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t rows;
    int64_t columns;
    int64_t length;

    if (!take_two(op, self, &x, &rows, &columns, 1)) {
        return 0;
    }
    length = diagonal_length(rows, columns, ((const struct linalg *)self)->offset);
    return output(op, &x, 0, 1, &length);
}

static int32_t trace_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t rows;
    int64_t columns;

    return take_two(op, self, &x, &rows, &columns, 0) ? nwti_operand_output(op, &x, NWTI_TOTAL) : 0;
}

static const nwt_option any[] = {NWTI_INPUT("x", "a tensor"), NWT_OPTION_END};
#define DIAGONAL(symbol, name, words, table)                                               \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct linalg), any, symbol##_shape, \
                   NWT_WORK_MOVES)

DIAGONAL(diag, "Diag", "takes a diagonal, or makes a matrix of one", k_options);
DIAGONAL(diagflat, "Diagflat", "makes a matrix of a diagonal", k_options);
DIAGONAL(diagonal, "Diagonal", "takes a diagonal", diagonal_options);
DIAGONAL(trace, "Trace", "sums a diagonal", diagonal_options);

/* ----------------------------------------------------------------------- products */

static int32_t read_pair(nwt_op *op, nwti_operand *x1, nwti_operand *x2)
{
    if (!nwti_operand_of(op, 0, x1) || !nwti_operand_of(op, 1, x2)) {
        nwt_op_output_unknown(op);
        return 0;
    }
    return 1;
}

/* As Keras has it: of different ranks, the axes that both have from the front. */
static int32_t kron_shape(nwt_op *op, const void *self)
{
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!read_pair(op, &x1, &x2)) {
        return 0;
    }
    x1.rank = x1.rank < x2.rank ? x1.rank : x2.rank;
    for (int32_t i = 0; i < x1.rank; i++) {
        x1.dims[i] = nwti_dim_times(op, x1.dims[i], x2.dims[i]);
    }
    x1.dtype = nwti_promote(op, nwti_result_dtype(op, NWTI_AS_IS, x1.dtype),
                            nwti_result_dtype(op, NWTI_AS_IS, x2.dtype));
    return nwti_operand_output(op, &x1, NWTI_AS_IS);
}

static int32_t vdot_shape(nwt_op *op, const void *self)
{
    nwti_operand x1;
    nwti_operand x2;

    (void)self;
    if (!read_pair(op, &x1, &x2)) {
        return 0;
    }
    x1.rank = 0;
    x1.dtype = nwti_promote(op, x1.dtype, x2.dtype);
    return nwti_operand_output(op, &x1, NWTI_AS_IS);
}

static const nwt_option cross_options[] = {
    DIAGONAL_ROW("axisa", axis1, "-1", "the axis of the vectors of x1"),
    DIAGONAL_ROW("axisb", axis2, "-1", "the axis of the vectors of x2"),
    DIAGONAL_ROW("axisc", axis3, "-1", "the axis of the vectors of the output"),
    DIAGONAL_ROW("axis", count, "None", "all three of them"), NWT_OPTION_END};

static int32_t cross_shape(nwt_op *op, const void *self)
{
    const struct linalg *cross = self;
    int64_t given = cross->count;
    nwti_operand x1;
    nwti_operand x2;
    int64_t size1;
    int64_t size2;
    int32_t axis;

    if (!read_pair(op, &x1, &x2)) {
        return 0;
    }
    axis = nwti_operand_axis(op, "axisa", given != NWT_NONE_INT ? given : cross->axis1, &x1);
    size1 = x1.dims[axis];
    if (!nwt_op_ended(op)) {
        nwti_operand_remove(&x1, axis);
    }
    axis = nwti_operand_axis(op, "axisb", given != NWT_NONE_INT ? given : cross->axis2, &x2);
    size2 = x2.dims[axis];
    if (nwt_op_ended(op)) {
        return 0;
    }
    nwti_operand_remove(&x2, axis);
    if ((size1 >= 0 && size1 != 2 && size1 != 3) || (size2 >= 0 && size2 != 2 && size2 != 3)) {
        return NWT_FAIL(op, "vectors must have 2 or 3 elements, not {} and {}", size1, size2);
    }
    if (nwti_operand_merge(op, &x1, &x2)) {
        return NWT_STATUS_INVALID;
    }
    if (size1 == 3 || size2 == 3) {
        axis = nwt_op_axis(op, "axisc", given != NWT_NONE_INT ? given : cross->axis3, x1.rank + 1);
        nwti_operand_insert(op, &x1, axis, 3);
    }
    return nwti_operand_output(op, &x1, NWTI_AS_IS);
}

static int32_t cdist_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    nwti_operand y;
    int64_t ends[2];
    int64_t features;
    int64_t other;

    (void)self;
    if (!read_pair(op, &x, &y)) {
        return 0;
    }
    if (x.rank < 2 || y.rank < 2) {
        return NWT_FAIL(op, "x and y must have at least 2 axes, not {} and {}", x.rank, y.rank);
    }
    features = x.dims[x.rank - 1];
    other = y.dims[y.rank - 1];
    if (features >= 0 && other >= 0 && features != other) {
        return NWT_FAIL(op, "x has vectors of {}, y of {}", features, other);
    }
    ends[0] = x.dims[x.rank - 2];
    ends[1] = y.dims[y.rank - 2];
    x.rank -= 2;
    y.rank -= 2;
    if (nwti_operand_merge(op, &x, &y)) {
        return NWT_STATUS_INVALID;
    }
    x.dtype = nwti_result_dtype(op, NWTI_FLOATING, x.dtype);
    return output(op, &x, 0, 2, ends);
}

static const nwt_option vander_options[] = {{"N", "None", "columns; None: as many as rows", NULL, 0,
                                             INT64_MAX, NWT_TYPE_INT, 0,
                                             (int32_t)offsetof(struct linalg, count), 1},
                                            NWTI_KEPT_ROW("increasing", "False", "rising powers"),
                                            NWT_OPTION_END};

static int32_t vander_shape(nwt_op *op, const void *self)
{
    int64_t count = ((const struct linalg *)self)->count;
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (count == NWT_NONE_INT && x.rank == 0) {
        return NWT_FAIL(op, "its input must have an axis", 0);
    }
    nwti_operand_insert(op, &x, x.rank, count == NWT_NONE_INT ? x.dims[0] : count);
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static const nwt_option x_and_y[] = {NWTI_OPERAND_AT(0, "x", "(..., vectors, features)"),
                                     NWTI_OPERAND_AT(1, "y", "(..., vectors, features)"),
                                     NWT_OPTION_END};

LINALG(cdist, "CDist", "gives the distances of vectors", NULL, x_and_y, cdist_shape);
LINALG(cross, "Cross", "gives the cross product of vectors", cross_options, pair, cross_shape);
LINALG(kron, "Kron", "gives the Kronecker product", NULL, pair, kron_shape);
LINALG(vander, "Vander", "gives the powers of each element", vander_options, any, vander_shape);
LINALG(vdot, "Vdot", "multiplies and sums all elements", NULL, pair, vdot_shape);
