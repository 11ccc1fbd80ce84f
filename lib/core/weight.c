/* Weights, and what those of one kind share. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/weight.h"
#include "support/checked.h"

#include <string.h>

const int64_t *nwti_weight_dims(const nwti_weight *weight)
{
    const nwti_weight_form *form = weight->form;

    return weight->sizes + (form->rank != form->factor_count ? form->factor_count : 0);
}

/* The product was checked when the weight was declared. */
int64_t nwti_weight_params(const nwti_weight *weight)
{
    int64_t params = 1;
    int32_t i;

    for (i = 0; i < weight->form->factor_count; i++) {
        params *= weight->sizes[i];
    }
    return params;
}

int64_t nwti_weight_bytes(const nwti_weight *weight)
{
    return nwti_weight_params(weight) * nwt_dtype_size(weight->dtype);
}

/* Texts of built-in kinds are literals; those of a plug-in or a file end with their maker. */
static int32_t is_temporary(const nwti_kind *kind)
{
    return kind->copies_text || kind->unknown;
}

static int32_t same_text(const nwti_kind *kind, const char *a, const char *b)
{
    return a == b || (is_temporary(kind) && strcmp(a, b) == 0);
}

static int32_t is_form(const nwti_kind *kind, const nwti_weight_form *form, const char *name,
                       int32_t count, const nwt_axis *axes)
{
    int32_t i;

    if (form->factor_count != count || !same_text(kind, form->name, name)) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        if (form->factors[i].flags != axes[i].flags ||
            !same_text(kind, form->factors[i].label, axes[i].label)) {
            return 0;
        }
    }
    return 1;
}

enum { MOST_FORMS = 64 }; /* kept by a kind; what comes later is not shared */

static const char *keep(nwti_kind *kind, nwti_arena *arena, const char *text)
{
    return is_temporary(kind) ? nwti_arena_string(arena, text, strlen(text)) : text;
}

nwti_weight_form *nwti_weight_form_new(nwti_kind *kind, nwti_arena *arena, const char *name,
                                       int32_t count, const nwt_axis *axes)
{
    nwti_weight_form *form = nwti_arena_alloc(arena, sizeof *form);
    nwt_axis *factors = nwti_arena_array(arena, (size_t)count, sizeof *factors);
    int32_t i;

    if (form == NULL || factors == NULL) {
        return NULL;
    }
    form->name = keep(kind, arena, name);
    form->factors = factors;
    form->factor_count = (uint8_t)count;
    form->rank = 0;
    for (i = 0; i < count; i++) {
        factors[i] = (nwt_axis){keep(kind, arena, axes[i].label), 0, axes[i].flags, 0};
        form->rank += !(axes[i].flags & NWT_AXIS_JOINED) || i == 0;
        if (factors[i].label == NULL) {
            return NULL;
        }
    }
    return form->name != NULL ? form : NULL;
}

int32_t nwti_weight_forms_stay(const nwti_kind *kind)
{
    return kind->form_count < MOST_FORMS;
}

const nwti_weight_form *nwti_weight_form_of(nwti_kind *kind, const char *name, int32_t count,
                                            const nwt_axis *axes)
{
    int32_t is_kept = kind->form_count < MOST_FORMS;
    nwti_weight_form *form;

    for (form = kind->forms; form != NULL; form = form->next) {
        if (is_form(kind, form, name, count, axes)) {
            return form;
        }
    }
    form = nwti_weight_form_new(kind, is_kept ? &kind->ctx->permanent : &kind->ctx->arena, name,
                                count, axes);
    if (form == NULL) {
        nwti_out_of_memory(kind->ctx);
        return NULL;
    }
    if (is_kept) {
        form->next = kind->forms;
        kind->forms = form;
        kind->form_count++;
    }
    return form;
}
