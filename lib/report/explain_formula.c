/* Formulas of parameter counts: they follow from the labels of the weights' axes. */
#include "report/explain.h"
#include "core/weight.h"
#include "support/checked.h"

#include <string.h>

static const char *label_of(const nwti_weight *weight, int32_t factor)
{
    return weight->form->factors[factor].label;
}

static int32_t ends_with(const char *word, size_t length, const char *end)
{
    size_t tail = strlen(end);

    return length > tail && memcmp(word + length - tail, end, tail) == 0;
}

/* The length of the plural at the start of a label, "input features of ..."; 0: there is none. */
static size_t plural_length(const char *label)
{
    size_t length = 0;

    while (label[length] != '\0') {
        size_t word = strcspn(label + length, " ");

        length += word;
        if (ends_with(label, length, "s") && !ends_with(label, length, "ss") &&
            !ends_with(label, length, "is") && !ends_with(label, length, "as")) {
            return length;
        }
        length += label[length] == ' ';
    }
    return 0;
}

/* "3 filters", "1 filter", "1 entry". */
static void put_factor(nwti_text *out, const nwti_weight *weight, int32_t factor)
{
    const char *label = label_of(weight, factor);
    size_t plural = weight->sizes[factor] == 1 ? plural_length(label) : 0;

    nwti_text_grouped(out, weight->sizes[factor]);
    nwti_text_string(out, label[0] != '\0' ? " " : "");
    if (plural > 0) {
        size_t is_ies = ends_with(label, plural, "ies");

        nwti_text_add(out, label, plural - (is_ies ? 3 : 1));
        nwti_text_string(out, is_ies ? "y" : "");
    }
    nwti_explain_put(out, weight->form->factors[factor].flags & NWT_AXIS_REASON ? "(%s)" : "%s",
                     label + plural);
}

void nwti_explain_product(nwti_text *out, const nwti_weight *weight)
{
    const nwti_weight_form *form = weight->form;
    int32_t i, is_open = 0;

    if (form->factor_count == 0) {
        nwti_text_string(out, "a single value");
    }
    for (i = 0; i < form->factor_count; i++) {
        int32_t joins = i > 0 && form->factors[i].flags & NWT_AXIS_JOINED;
        int32_t joined = i + 1 < form->factor_count && form->factors[i + 1].flags & NWT_AXIS_JOINED;

        nwti_text_string(out, i > 0 ? " x " : "");
        if (!joins && joined && form->rank > 1) {
            nwti_text_string(out, "(");
            is_open = 1;
        }
        put_factor(out, weight, i);
        if (is_open && !joined) {
            nwti_text_string(out, ")");
            is_open = 0;
        }
    }
}

static int32_t same_product(const nwti_weight *a, const nwti_weight *b)
{
    int32_t i, same = a->form->factor_count == b->form->factor_count;

    for (i = 0; same && i < a->form->factor_count; i++) {
        same = a->sizes[i] == b->sizes[i] &&
               a->form->factors[i].flags == b->form->factors[i].flags &&
               strcmp(label_of(a, i), label_of(b, i)) == 0;
    }
    return same;
}

void nwti_explain_products(nwti_text *out, const nwti_fact *fact)
{
    int32_t i, count = fact->weight_count, equal = count > 1;

    for (i = 1; equal && i < count; i++) {
        equal = same_product(&fact->weights[0], &fact->weights[i]);
    }
    if (count > NWTI_MOST_TERMS) {
        nwti_explain_count(out, count, "weight");
        return;
    }
    if (equal) {
        nwti_explain_put(out, "%d x ", (int64_t)count);
        count = 1;
    }
    for (i = 0; i < count; i++) {
        nwti_text_string(out, i > 0 ? " + " : "");
        nwti_explain_product(out, &fact->weights[i]);
    }
}

/* ------------------------------------------------------------------- formula */

static int32_t same_factor(const nwti_weight *a, int32_t i, const nwti_weight *b, int32_t j)
{
    return a->sizes[i] == b->sizes[j] && strcmp(label_of(a, i), label_of(b, j)) == 0;
}

/* The factor among those of `mask` that is equal to factor `wanted` of `of`; -1: none. */
static int32_t find_factor(const nwti_weight *weight, uint32_t mask, const nwti_weight *of,
                           int32_t wanted)
{
    int32_t i;

    for (i = 0; i < weight->form->factor_count; i++) {
        if (mask >> i & 1 && same_factor(weight, i, of, wanted)) {
            return i;
        }
    }
    return -1;
}

/* A 1 says nothing if its label is a reason, or if the same label has another size elsewhere: the
   1 x 1 kernel of a pointwise convolution. */
static int32_t is_left_out(const nwti_formula *formula, const nwti_weight *weight, int32_t factor)
{
    const char *label = label_of(weight, factor);
    int32_t is_reason = weight->form->factors[factor].flags & NWT_AXIS_REASON;
    int32_t i, j;

    if (weight->sizes[factor] != 1) {
        return 0;
    }
    for (i = 0; i < formula->count && !is_reason; i++) {
        const nwti_weight *other = &formula->weights[i];

        for (j = 0; j < other->form->factor_count; j++) {
            if (other->sizes[j] != 1 && strcmp(label_of(other, j), label) == 0) {
                return 1;
            }
        }
    }
    return is_reason;
}

/* Takes what all terms have in common out of them. */
static void factor_out(nwti_formula *formula)
{
    int32_t i, j, found[NWTI_MOST_TERMS];

    for (i = 0; formula->count > 1 && i < formula->weights[0].form->factor_count; i++) {
        int32_t in_all = formula->rest[0] >> i & 1;

        for (j = 0; in_all && j < formula->count; j++) {
            found[j] = j == 0 ? i
                              : find_factor(&formula->weights[j], formula->rest[j],
                                            &formula->weights[0], i);
            in_all = found[j] >= 0;
        }
        for (j = 0; in_all && j < formula->count; j++) {
            formula->rest[j] &= ~((uint32_t)1 << found[j]);
            formula->common[j] |= (uint32_t)1 << found[j];
            formula->has_common = 1;
        }
    }
}

static int32_t same_rest(const nwti_formula *formula, int32_t a, int32_t b)
{
    const nwti_weight *first = &formula->weights[a], *second = &formula->weights[b];
    uint32_t rest = formula->rest[b];
    int32_t i, found;

    for (i = 0; i < first->form->factor_count; i++) {
        if (formula->rest[a] >> i & 1) {
            found = find_factor(second, rest, first, i);
            if (found < 0) {
                return 0;
            }
            rest &= ~((uint32_t)1 << found);
        }
    }
    return rest == 0;
}

static void group(nwti_formula *formula)
{
    int32_t i, j;

    for (i = 0; i < formula->count; i++) {
        for (j = 0; j < i && !(formula->times[j] > 0 && same_rest(formula, j, i)); j++) {
        }
        formula->times[j]++;
        formula->groups += j == i;
    }
}

int32_t nwti_formula_make(nwti_formula *formula, const nwti_fact *fact)
{
    int32_t i, j;

    memset(formula, 0, sizeof *formula);
    if (fact->weight_count == 0 || fact->weight_count > NWTI_MOST_TERMS) {
        return 0;
    }
    formula->weights = fact->weights;
    formula->count = fact->weight_count;
    for (i = 0; i < formula->count; i++) {
        const nwti_weight *weight = &formula->weights[i];

        for (j = 0; j < weight->form->factor_count; j++) {
            if (label_of(weight, j)[0] == '\0') {
                return 0;
            }
            formula->rest[i] |= (uint32_t)!is_left_out(formula, weight, j) << j;
        }
        formula->total += nwti_weight_params(weight);
    }
    factor_out(formula);
    group(formula);
    return 1;
}

/* ------------------------------------------------------------------- writing */

enum { WORDS, NUMBERS };

/* The factors of a mask; the number of those written. */
static int32_t put_factors(nwti_text *out, const nwti_weight *weight, uint32_t mask, int32_t how)
{
    int32_t i, count = 0;

    for (i = 0; i < weight->form->factor_count; i++) {
        if (mask >> i & 1) {
            nwti_text_string(out, count++ > 0 ? " x " : "");
            if (how == WORDS) {
                nwti_explain_put(out, "%s", label_of(weight, i));
            } else {
                nwti_text_grouped(out, weight->sizes[i]);
            }
        }
    }
    return count;
}

/* All terms as they are. */
static void put_sum(nwti_text *out, const nwti_formula *formula, int32_t how)
{
    int32_t i;

    for (i = 0; i < formula->count; i++) {
        nwti_text_string(out, i > 0 ? " + " : "");
        if (put_factors(out, &formula->weights[i], formula->rest[i] | formula->common[i], how) ==
            0) {
            nwti_text_string(out, "1");
        }
    }
}

static void put_groups(nwti_text *out, const nwti_formula *formula, int32_t how)
{
    int32_t i, count = 0;

    for (i = 0; i < formula->count; i++) {
        int64_t times = formula->times[i];

        if (times == 0) {
            continue;
        }
        nwti_text_string(out, count++ > 0 ? " + " : "");
        if (times > 1 || formula->rest[i] == 0) {
            nwti_text_grouped(out, times);
            nwti_text_string(out, formula->rest[i] != 0 ? " x " : "");
        }
        put_factors(out, &formula->weights[i], formula->rest[i], how);
    }
}

static int32_t is_factored(const nwti_formula *formula)
{
    return formula->count > 1 && (formula->has_common || formula->groups < formula->count);
}

/* "units x (input features + 1)", "4 x features", "2 x features + 1". */
static void put_factored(nwti_text *out, const nwti_formula *formula, int32_t how)
{
    if (!formula->has_common) {
        put_groups(out, formula, how);
    } else if (formula->groups == 1) {
        put_groups(out, formula, how);
        nwti_text_string(out, " x ");
        put_factors(out, &formula->weights[0], formula->common[0], how);
    } else {
        put_factors(out, &formula->weights[0], formula->common[0], how);
        nwti_text_string(out, " x (");
        put_groups(out, formula, how);
        nwti_text_string(out, ")");
    }
}

/* What stands in the parentheses, summed up; 0 if there are none or it is too large. */
static int32_t inner_sum(const nwti_formula *formula, int64_t *sum)
{
    int32_t i, j, fits = formula->has_common && formula->groups > 1;

    *sum = 0;
    for (i = 0; fits && i < formula->count; i++) {
        int64_t product = 1;

        for (j = 0; fits && j < formula->weights[i].form->factor_count; j++) {
            fits = !(formula->rest[i] >> j & 1) ||
                   nwti_multiply(product, formula->weights[i].sizes[j], &product);
        }
        fits = fits && nwti_add(*sum, product, sum);
    }
    return fits;
}

void nwti_formula_words(nwti_text *out, const nwti_formula *formula, const char *next)
{
    put_sum(out, formula, WORDS);
    if (is_factored(formula)) {
        nwti_text_string(out, next);
        put_factored(out, formula, WORDS);
    }
}

/* A sum of one number is not repeated as its own result. */
static int32_t is_one_number(const nwti_formula *formula)
{
    uint32_t rest = formula->rest[0];

    return formula->count == 1 && (rest & (rest - 1)) == 0;
}

void nwti_formula_steps(nwti_text *out, const nwti_formula *formula, const char *lines)
{
    const char *next = lines != NULL ? lines : " = ";
    int32_t factored = is_factored(formula);
    int64_t sum;

    if (lines != NULL || !factored) {
        put_sum(out, formula, WORDS);
        nwti_text_string(out, factored ? next : "");
    }
    if (factored) {
        put_factored(out, formula, WORDS);
    }
    nwti_text_string(out, next);
    if (factored) {
        put_factored(out, formula, NUMBERS);
    } else {
        put_sum(out, formula, NUMBERS);
    }
    if (inner_sum(formula, &sum)) {
        nwti_text_string(out, next);
        put_factors(out, &formula->weights[0], formula->common[0], NUMBERS);
        nwti_explain_put(out, " x %d", sum);
    }
    if (!is_one_number(formula)) {
        nwti_text_string(out, next);
        nwti_text_grouped(out, formula->total);
    }
}
