#include "core/account.h"
#include "core/broadcast.h"
#include "ops/operand.h"

#include "support/text.h"

#include <string.h>

struct einsum {
    const char *subscripts;
};

static const nwt_option einsum_options[] = {
    NWT_OPTION_STRING(struct einsum, subscripts, NULL, "letters of the axes, 'bij,bjk->bik'"),
    NWT_OPTION_END};

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

enum { LETTERS = sizeof alphabet - 1 };

/* The index of a letter, or -1. */
static int32_t letter_of(char c)
{
    const char *found = c ? strchr(alphabet, c) : NULL;

    return found ? (int32_t)(found - alphabet) : -1;
}

static int32_t ends_operand(const char *text)
{
    return *text == '\0' || *text == ',' || (text[0] == '-' && text[1] == '>');
}

static const char *end_of(const char *text)
{
    while (!ends_operand(text)) {
        text++;
    }
    return text;
}

/* ---------------------------------------------------------------------- shape

   Keras writes the sizes of each operand into the text of the output, in place of its letters and
   of "...", and reads the shapes from it. Blanks are letters to it, so this does the same. */

enum { MOST_TEXT = 2000 };

struct expanded {
    char text[MOST_TEXT];
    size_t length;
    int32_t is_full;
};

/* Puts `with` in the place of `size` characters at `at`. */
static void put(struct expanded *to, size_t at, size_t size, const char *with)
{
    size_t length = strlen(with);

    if (to->length - size + length >= MOST_TEXT) {
        to->is_full = 1;
        return;
    }
    memmove(to->text + at + length, to->text + at + size, to->length - at - size + 1);
    memcpy(to->text + at, with, length);
    to->length += length - size;
}

static void write_size(char *text, size_t room, int64_t size)
{
    nwti_format(text, room, "%d ", size);
}

/* A size in the place of each `letter`. */
static void replace(struct expanded *to, char letter, int64_t size)
{
    char with[24];
    size_t i = 0;

    write_size(with, sizeof with, size);
    while (i < to->length && !to->is_full) {
        if (to->text[i] == letter) {
            put(to, i, 1, with);
            i += strlen(with);
        } else {
            i++;
        }
    }
}

/* Sizes in the place of each "...". */
static void replace_rest(struct expanded *to, const int64_t *dims, int32_t count)
{
    char with[NWT_MAX_RANK * 24];
    char *found = to->text;

    with[0] = '\0';
    for (int32_t i = 0; i < count; i++) {
        write_size(with + strlen(with), sizeof with - strlen(with), dims[i]);
    }
    while ((found = strstr(found, "...")) != NULL && !to->is_full) {
        put(to, (size_t)(found - to->text), 3, with);
        found += strlen(with);
    }
}

/* Without an output, it is "..." and the letters used once, in the order of ASCII. */
static void begin(struct expanded *to, const char *text, const char *output)
{
    int32_t uses[128] = {0};

    memset(to, 0, sizeof *to);
    if (output != NULL) {
        put(to, 0, 0, output);
        return;
    }
    put(to, 0, 0, "...");
    for (; *text != '\0'; text++) {
        uses[letter_of(*text) >= 0 ? (int32_t)*text : 0]++;
    }
    for (int32_t i = 1; i < 128; i++) {
        if (uses[i] == 1) {
            put(to, to->length, 0, (const char[]){(char)i, '\0'});
        }
    }
}

/* One operand's letters from `text` to `end`. Returns 0, or a status. */
static int32_t expand(nwt_op *op, int32_t input, const char *text, const char *end,
                      struct expanded *to)
{
    const int64_t *dims = nwt_op_dims(op, input);
    const char *rest = strstr(text, "...");
    int32_t rank = nwt_op_rank(op, input);
    int32_t has_rest = rest != NULL && rest < end;
    const char *stop = has_rest ? rest + 3 : end;
    int32_t before = (int32_t)((has_rest ? rest : end) - text);
    int32_t after;

    while (stop < end && strncmp(stop, "...", 3) != 0) {
        stop++;
    }
    after = has_rest ? (int32_t)(stop - rest) - 3 : 0;
    if ((!has_rest && before != rank) || before > rank || after > rank) {
        return NWT_FAIL(op, "subscripts name {} axes of input {}, which has {}", before + after,
                        input, rank);
    }
    for (int32_t i = 0; i < before; i++) {
        replace(to, text[i], dims[i]);
    }
    for (int32_t i = 0; i < after; i++) {
        replace(to, stop[-i - 1], dims[rank - i - 1]);
    }
    replace_rest(to, dims + before, rank - before - after > 0 ? rank - before - after : 0);
    return 0;
}

/* Reads the shape; what no operand has is 1. */
static int32_t read_shape(nwt_op *op, struct expanded *from, nwti_operand *shape)
{
    const char *text = from->text;

    for (char c = 'a'; c <= 'z'; c++) {
        replace(from, c, 1);
    }
    shape->rank = 0;
    while (!from->is_full) {
        int64_t dim = 0;
        int32_t is_none = *(text += strspn(text, " ")) == '-';

        text += is_none;
        if (*text == '\0') {
            return 0;
        }
        if (*text < '0' || *text > '9' || shape->rank == NWT_MAX_RANK) {
            break;
        }
        for (; *text >= '0' && *text <= '9' && dim <= (INT64_MAX - 9) / 10; text++) {
            dim = dim * 10 + (*text - '0');
        }
        shape->dims[shape->rank++] = is_none ? -1 : dim;
    }
    return NWT_FAIL(op, "the output's subscripts name an axis that no input has, or more than {}",
                    NWT_MAX_RANK);
}

/* Broadcasts all operands into `shape`. */
static int32_t read_all(nwt_op *op, const char *subscripts, const char *output, nwti_operand *shape)
{
    const char *text = subscripts;
    struct expanded expanded;
    nwti_operand part;
    int32_t dtype = 0;

    for (int32_t i = 0; i < nwt_op_input_count(op); i++) {
        if (i > 0 && *text++ != ',') {
            return NWT_FAIL(op, "subscripts name {} operands, but there are {}", i,
                            nwt_op_input_count(op));
        }
        if (nwt_op_rank(op, i) < 0) {
            return NWT_STATUS_INVALID;
        }
        begin(&expanded, subscripts, output);
        part.dtype = nwt_op_dtype(op, i);
        if (expand(op, i, text, end_of(text), &expanded) || read_shape(op, &expanded, &part)) {
            return NWT_STATUS_INVALID;
        }
        dtype = i > 0 ? nwti_join(dtype, part.dtype) : part.dtype;
        if (i == 0) {
            *shape = part;
        } else if (nwti_operand_merge(op, shape, &part)) {
            return NWT_STATUS_INVALID;
        }
        shape->dtype = dtype;
        text = end_of(text);
    }
    return *text == ',' ? NWT_FAIL(op, "subscripts name more operands than the {} there are",
                                   nwt_op_input_count(op))
                        : 0;
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

/* The axes of "...", of all operands together. */
struct rest {
    int64_t dims[NWT_MAX_RANK];
    int32_t rank;
};

static uint64_t letters_of(const char *text)
{
    uint64_t letters = 0;

    for (; !ends_operand(text); text++) {
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

/* The sizes of the letters of one operand, and of its "...". */
static void read_sizes(nwt_op *op, int32_t input, const char *text, struct terms *terms,
                       struct rest *rest)
{
    const int64_t *dims = nwt_op_dims(op, input);
    int32_t rank = nwt_op_rank(op, input);
    int32_t left = rank, at = 0;

    for (const char *c = text; !ends_operand(c); c++) {
        left -= letter_of(*c) >= 0;
    }
    for (; !ends_operand(text) && at < rank; text++) {
        int32_t letter = letter_of(*text);

        if (letter >= 0 && (terms->sizes[letter] <= 1 || dims[at] > 1)) {
            terms->sizes[letter] = dims[at];
        }
        at += letter >= 0;
        if (*text == '.' && left > 0) {
            nwti_broadcast(&rest->rank, rest->dims, left, dims + at, NWTI_NUMBER_WINS);
            at += left;
            left = 0;
        }
    }
}

static void einsum_macs(nwt_op *op, const char *text, const char *output)
{
    struct terms terms = {{0}, {0}, letters_of(output), nwt_op_input_count(op)};
    struct rest rest = {{0}, 0};
    int64_t cost = -1;

    if (terms.count < 2) {
        return;
    }
    for (int32_t i = 0; i < terms.count && i < MOST_TERMS; i++) {
        terms.letters[i] = letters_of(text);
        read_sizes(op, i, text, &terms, &rest);
        text = strchr(text, ',') != NULL ? strchr(text, ',') + 1 : "";
    }
    terms.sizes[LETTERS] = nwti_elements(rest.rank, rest.dims);
    if (terms.count <= MOST_TERMS) {
        cost = cheapest(&terms);
    }
    NWT_MACS(op, {"products", cost});
}

static int32_t einsum_shape(nwt_op *op, const void *self)
{
    const char *text = ((const struct einsum *)self)->subscripts;
    const char *output = strstr(text, "->");
    struct expanded all;
    nwti_operand shape = {{0}, 0, 0};

    if (nwt_op_input_count(op) == 0 || nwt_op_ended(op)) {
        return nwt_op_output_unknown(op);
    }
    output = output != NULL ? output + 2 : NULL;
    if (read_all(op, text, output, &shape)) {
        return NWT_STATUS_INVALID;
    }
    if (nwti_op_is_accounted(op)) {
        begin(&all, text, output);
        einsum_macs(op, text, all.text);
    }
    shape.dtype = nwti_promote(op, shape.dtype, shape.dtype);
    return nwt_op_output(op, shape.rank, shape.dims,
                         shape.dtype == NWT_DTYPE_INT8
                             ? NWT_DTYPE_INT32
                             : nwti_result_dtype(op, NWTI_AS_IS, shape.dtype));
}

static const nwt_option einsum_arguments[] = {{"operands", NULL, "tensors", NULL, 0, NWT_MAX_RANK,
                                               NWT_TYPE_TENSORS, 0,
                                               (int32_t)offsetof(struct nwti_several, xs), 1},
                                              NWT_OPTION_END};

KIND(op_einsum, "ops.Einsum", .about = "multiplies and sums as its subscripts say",
     .options = einsum_options, .arguments = einsum_arguments, .self_size = sizeof(struct einsum),
     .arguments_size = sizeof(struct nwti_several), .shape = einsum_shape,
     .flags = NWT_KIND_TAKES_EACH, .work = NWT_WORK_STATED);
