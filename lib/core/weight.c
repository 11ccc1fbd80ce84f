/* Weights, and what those of one kind share. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/weight.h"
#include "support/checked.h"
#include "support/text.h"

#include <string.h>

const int64_t *nwti_weight_dims(const nwti_weight *weight)
{
    const nwti_weight_form *form = weight->form;

    return weight->sizes + (form->rank != form->factor_count ? form->factor_count : 0);
}

int32_t nwti_weight_size_count(const nwti_weight *weight)
{
    int32_t factors = weight->form->factor_count, rank = weight->form->rank;

    return factors + (rank != factors ? rank : 0);
}

nwti_weight *nwti_weights_copy(nwt_context *ctx, int32_t count, const nwti_weight *weights)
{
    nwti_weight *copies;
    int64_t *sizes;
    size_t total = 0;
    int32_t i;

    for (i = 0; i < count; i++) {
        total += (size_t)nwti_weight_size_count(&weights[i]);
    }
    copies = nwti_new(ctx, (size_t)count * sizeof *copies + total * sizeof *sizes);
    if (copies == NULL) {
        return NULL;
    }
    sizes = (int64_t *)(void *)(copies + count);
    for (i = 0; i < count; i++) {
        size_t here = (size_t)nwti_weight_size_count(&weights[i]);

        copies[i] = weights[i];
        copies[i].sizes = sizes;
        memcpy(sizes, weights[i].sizes, here * sizeof *sizes);
        sizes += here;
    }
    return copies;
}

int32_t nwti_weights_own(nwt_layer *layer)
{
    nwti_weight *own;

    if (!(layer->marks & NWTI_SHARES_WEIGHTS) || layer->weight_count == 0) {
        return 0;
    }
    own = nwti_weights_copy(layer->kind->ctx, layer->weight_count, layer->weights);
    if (own == NULL) {
        return layer->kind->ctx->status;
    }
    layer->weights = own;
    layer->marks &= (uint16_t)~NWTI_SHARES_WEIGHTS;
    return 0;
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

const char *nwti_weight_automatic_name(nwt_context *ctx)
{
    const char **names = ctx->automatic;
    char name[32];
    int64_t room;

    if (ctx->automatic_next < ctx->automatic_count) {
        return names[ctx->automatic_next++];
    }
    /* Kept apart from what a reset ends; a larger array takes the place of one that is full. */
    if ((ctx->automatic_count & (ctx->automatic_count - 1)) == 0) {
        room = ctx->automatic_count > 0 ? 2 * ctx->automatic_count : 1;
        names = nwti_arena_array(&ctx->permanent, (size_t)room, sizeof *names);
        if (names == NULL) {
            nwti_out_of_memory(ctx);
            return NULL;
        }
        if (ctx->automatic_count > 0) {
            memcpy(names, ctx->automatic, (size_t)ctx->automatic_count * sizeof *names);
        }
        ctx->automatic = names;
    }
    nwti_format(name, sizeof name, ctx->automatic_count > 0 ? "variable_%d" : "variable",
                ctx->automatic_count);
    names[ctx->automatic_count] = nwti_arena_string(&ctx->permanent, name, strlen(name));
    if (names[ctx->automatic_count] == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    ctx->automatic_next = ++ctx->automatic_count;
    return names[ctx->automatic_count - 1];
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
