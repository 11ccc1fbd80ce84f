#include "core/account.h"
#include "ops/operand.h"

#include "core/broadcast.h"

#include <string.h>

struct einsum {
    const char *subscripts;
};

static const nwt_option einsum_options[] = {
    NWT_OPTION_STRING(struct einsum, subscripts, NULL, "letters of the axes, 'bij,bjk->bik'"),
    NWT_OPTION_END};

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

enum { LETTERS = sizeof alphabet - 1 };

/* What the operands read so far say. */
struct subscripts {
    int64_t sizes[LETTERS];
    int32_t uses[LETTERS];
    nwti_operand rest; /* the axes of "..." */
};

/* The index of a letter, or -1. */
static int32_t letter_of(char c)
{
    const char *found = c ? strchr(alphabet, c) : NULL;

    return found ? (int32_t)(found - alphabet) : -1;
}

static int32_t ends_operand(char c)
{
    return c == '\0' || c == ',' || c == '-';
}

static int32_t take_letter(nwt_op *op, int64_t size, int32_t letter, struct subscripts *to)
{
    int64_t *known = &to->sizes[letter];
    int32_t rank = 1;

    if (to->uses[letter]++ == 0) {
        *known = size;
    } else if (nwti_broadcast(&rank, known, 1, &size, NWTI_NUMBER_WINS)) {
        return NWT_FAIL(op, "one letter of subscripts stands for axes of {} and of {}", *known,
                        size);
    }
    return 0;
}

static int32_t take_rest(nwt_op *op, const int64_t *dims, int32_t count, struct subscripts *to)
{
    nwti_operand part = {{0}, count, 0};

    memcpy(part.dims, dims, (size_t)count * sizeof *dims);
    return nwti_operand_merge(op, &to->rest, &part);
}

/* Reads the subscripts of one operand; returns where they end, or NULL after an error. */
static const char *read_operand(nwt_op *op, int32_t input, const char *text, struct subscripts *to)
{
    const int64_t *dims = nwt_op_dims(op, input);
    int32_t rank = nwt_op_rank(op, input);
    int32_t letters = 0;
    int32_t has_rest = 0;
    const char *end = text;

    for (; !ends_operand(*end); end++) {
        letters += letter_of(*end) >= 0;
        has_rest |= *end == '.';
    }
    if (letters > rank || (letters < rank && !has_rest)) {
        NWT_FAIL(op, "subscripts name {} axes of input {}, which has {}", letters, input, rank);
        return NULL;
    }
    for (; text < end; text++) {
        int32_t letter = letter_of(*text);

        if (letter >= 0) {
            take_letter(op, *dims++, letter, to);
        } else if (*text == '.' && has_rest) {
            has_rest = 0;
            take_rest(op, dims, rank - letters, to);
            dims += rank - letters;
        }
    }
    return nwt_op_ended(op) ? NULL : end;
}

/* Without an output, it has "..." and the letters used once, in alphabetical order. */
static void implicit_output(const struct subscripts *from, char *text)
{
    size_t length = 1;

    text[0] = '.';
    for (int32_t i = 0; i < LETTERS; i++) {
        if (from->uses[i] == 1) {
            text[length++] = alphabet[i];
        }
    }
    text[length] = '\0';
}

static int32_t write_output(nwt_op *op, const struct subscripts *from, const char *text,
                            int32_t dtype)
{
    int32_t has_rest = 0;
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = 0;

    for (; *text; text++) {
        int32_t letter = letter_of(*text);
        int32_t count = letter >= 0 ? 1 : from->rest.rank;

        if (letter < 0 && (*text != '.' || has_rest++)) {
            continue;
        }
        if ((letter >= 0 && from->uses[letter] == 0) || count > NWT_MAX_RANK - rank) {
            return NWT_FAIL(op,
                            "the output's subscripts name an axis that no input has, or more "
                            "than {}",
                            NWT_MAX_RANK);
        }
        memcpy(dims + rank, letter >= 0 ? &from->sizes[letter] : from->rest.dims,
               (size_t)count * sizeof *dims);
        rank += count;
    }
    return nwt_op_output(op, rank, dims, dtype);
}

/* ---------------------------------------------------------------------- work */

enum { MOST_TERMS = 4 };

/* Axes by their letters, a bit each; those of "..." count as one more letter. */
struct terms {
    uint64_t letters[MOST_TERMS];
    int64_t sizes[LETTERS + 1];
    uint64_t output;
    int32_t count;
};

static uint64_t letters_of(const char *text)
{
    uint64_t letters = 0;

    for (; !ends_operand(*text); text++) {
        if (letter_of(*text) >= 0 || *text == '.') {
            letters |= UINT64_C(1) << (*text == '.' ? LETTERS : letter_of(*text));
        }
    }
    return letters;
}

/* The product of the sizes of some letters; -1: not known. */
static int64_t size_of(const struct terms *terms, uint64_t letters)
{
    int64_t sizes[LETTERS + 1];
    int32_t count = 0, i;

    for (i = 0; i <= LETTERS; i++) {
        if (letters >> i & 1) {
            sizes[count++] = terms->sizes[i];
        }
    }
    return nwti_elements(count, sizes);
}

/* The products of joining all terms, two by two in the cheapest order. What only one of the two
   has, and nothing else needs, is summed before. -1: not known. */
static int64_t cheapest(const struct terms *terms)
{
    int64_t best = -1;
    int32_t i, j, k;

    for (i = 0; i < terms->count; i++) {
        for (j = i + 1; j < terms->count; j++) {
            struct terms rest = *terms;
            uint64_t needed = terms->output, left, right;
            int64_t cost, more;

            for (k = 0; k < terms->count; k++) {
                needed |= k != i && k != j ? terms->letters[k] : 0;
            }
            left = terms->letters[i] & (needed | terms->letters[j]);
            right = terms->letters[j] & (needed | terms->letters[i]);
            cost = size_of(terms, left | right);
            rest.letters[i] = (left | right) & needed;
            rest.letters[j] = rest.letters[--rest.count];
            more = rest.count > 1 ? cheapest(&rest) : 0;
            cost = cost >= 0 && more >= 0 && more <= INT64_MAX - cost ? cost + more : -1;
            best = cost >= 0 && (best < 0 || cost < best) ? cost : best;
        }
    }
    return best;
}

static void einsum_macs(nwt_op *op, const struct subscripts *read, const char *text,
                        const char *output)
{
    struct terms terms = {{0}, {0}, letters_of(output), nwt_op_input_count(op)};
    int64_t cost = -1;

    if (terms.count < 2) {
        return;
    }
    memcpy(terms.sizes, read->sizes, sizeof read->sizes);
    terms.sizes[LETTERS] = nwti_elements(read->rest.rank, read->rest.dims);
    for (int32_t i = 0; i < terms.count && i < MOST_TERMS; i++) {
        terms.letters[i] = letters_of(text);
        text = strchr(text, ',') != NULL ? strchr(text, ',') + 1 : "";
    }
    if (terms.count <= MOST_TERMS) {
        cost = cheapest(&terms);
    }
    NWT_MACS(op, {"products", cost});
}

static int32_t einsum_shape(nwt_op *op, const void *self)
{
    const char *text = ((const struct einsum *)self)->subscripts;
    struct subscripts read = {0};
    char implicit[LETTERS + 2];
    int32_t dtype = nwt_op_dtype(op, 0);
    const char *output = strstr(text, "->");

    for (int32_t i = 0; i < nwt_op_input_count(op); i++) {
        if (i > 0 && *text++ != ',') {
            return NWT_FAIL(op, "subscripts name {} operands, but there are {}", i,
                            nwt_op_input_count(op));
        }
        text = read_operand(op, i, text, &read);
        if (!text) {
            return NWT_STATUS_INVALID;
        }
        dtype = nwti_promote(dtype, nwt_op_dtype(op, i));
    }
    if (*text == ',') {
        return NWT_FAIL(op, "subscripts name more operands than the {} there are",
                        nwt_op_input_count(op));
    }
    if (!output) {
        implicit_output(&read, implicit);
    }
    if (nwti_op_is_accounted(op)) {
        einsum_macs(op, &read, ((const struct einsum *)self)->subscripts,
                    output ? output + 2 : implicit);
    }
    return write_output(op, &read, output ? output + 2 : implicit,
                        dtype == NWT_DTYPE_INT8 ? NWT_DTYPE_INT32 : dtype);
}

static const nwt_option einsum_arguments[] = {{"operands", NULL, "tensors", NULL, 0, NWT_MAX_RANK,
                                               NWT_TYPE_TENSORS, 0,
                                               (int32_t)offsetof(struct nwti_several, xs), 1},
                                              NWT_OPTION_END};

KIND(op_einsum, "ops.Einsum", .about = "multiplies and sums as its subscripts say",
     .options = einsum_options, .arguments = einsum_arguments, .self_size = sizeof(struct einsum),
     .arguments_size = sizeof(struct nwti_several), .shape = einsum_shape,
     .flags = NWT_KIND_TAKES_EACH, .work = NWT_WORK_STATED);
