/* A model bound to a batch, as the public header has it. */
#include "core/error.h"
#include "core/option.h"
#include "core/schedule.h"

#include <stddef.h>

struct nwt_work {
    nwti_work *work;
    nwti_schedule *schedule;
    int32_t *lives; /* tensors as they are made */
    int32_t like;   /* -1: nobody's count is asked for */
};

typedef struct settings {
    int64_t batch;
    const char *like;
    int32_t views;
    int32_t in_place;
} settings;

static const nwt_option options[] = {
    NWT_OPTION_INT(settings, batch, "1", 1, INT64_MAX, "what None in front of an input stands for"),
    NWT_OPTION_STRING(settings, like, "None", "whose count is given too"),
    NWT_OPTION_BOOL(settings, views, "False", "let views share storage"),
    NWT_OPTION_BOOL(settings, in_place, "False", "let elementwise work be done in place"),
    NWT_OPTION_END};

/* The tensors by the order in which they are made. */
static int32_t sort_lives(nwt_work *work)
{
    const nwti_schedule *s = work->schedule;
    int64_t i;

    work->lives = nwti_arena_array(&s->ctx->works, (size_t)s->life_count + 1, sizeof *work->lives);
    if (work->lives == NULL) {
        return nwti_out_of_memory(s->ctx);
    }
    for (i = 0; s->is_known && i < s->life_count; i++) {
        work->lives[s->lives[i].order] = (int32_t)i;
    }
    return 0;
}

static nwt_work *make(nwt_model *model, const settings *given)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwt_work *work = nwti_arena_zeroed(&ctx->works, sizeof *work);
    int32_t how = (given->views ? NWTI_VIEWS : 0) | (given->in_place ? NWTI_IN_PLACE : 0);

    if (work == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    work->like = given->like != NULL ? nwti_like_find(ctx, "nwt_model_work", "like", given->like)
                                     : -1;
    work->work = ctx->status == NWT_STATUS_OK ? nwti_work_make(model, given->batch) : NULL;
    work->schedule = work->work != NULL ? nwti_schedule_make(work->work, how) : NULL;
    return work->schedule != NULL && sort_lives(work) == 0 && !nwti_work_check(work->work) ? work
                                                                                           : NULL;
}

nwt_work *nwt_model_work(nwt_model *model, const char *text)
{
    static const nwti_settings table = {"nwt_model_work", options, sizeof(settings)};
    nwt_context *ctx;
    settings given;

    if (model == NULL) {
        return NULL;
    }
    ctx = model->layer->kind->ctx;
    if (ctx->status != NWT_STATUS_OK || nwti_settings_read(ctx, &table, text, &given, NULL)) {
        return NULL;
    }
    return make(model, &given);
}

nwt_context *nwt_work_context(const nwt_work *work)
{
    return work != NULL ? work->work->ctx : NULL;
}

static int64_t pick(const nwt_work *work, const nwti_account *account, int32_t what)
{
    switch (what) {
    case NWT_COUNT_MACS:
        return account->unknown_macs ? -1 : account->parts[NWTI_MACS];
    case NWT_COUNT_MACS_VALID:
        return account->unknown_macs ? -1 : account->parts[NWTI_MACS_VALID];
    case NWT_COUNT_FLOPS:
        return account->unknown_flops ? -1 : account->parts[NWTI_FLOPS];
    case NWT_COUNT_LIKE:
        return nwti_like(account, work->like);
    default:
        return -1;
    }
}

int64_t nwt_work_count(const nwt_work *work, int32_t what)
{
    nwti_account known = {{0}, 0, 0, 0};

    if (work == NULL) {
        return -1;
    }
    switch (what) {
    case NWT_COUNT_ACTIVATION_BYTES:
        return work->work->activation_bytes;
    case NWT_COUNT_UNKNOWN_WORK:
        return work->work->unknown_count;
    case NWT_COUNT_UNKNOWN_FLOPS:
        return work->work->unknown_flops;
    case NWT_COUNT_PEAK_BYTES:
        return work->schedule->peak_bytes;
    case NWT_COUNT_ARENA_BYTES:
        return work->schedule->arena_bytes;
    default:
        if (work->work->last != NULL) {
            known = work->work->last->account;
            known.unknown_macs = 0;
            known.unknown_flops = 0;
        }
        return pick(work, &known, what);
    }
}

int64_t nwt_work_layer_count(const nwt_work *work, const nwt_layer *layer, int32_t what)
{
    const nwti_layer_work *found = work != NULL && layer != NULL
                                       ? nwti_work_layer(work->work, layer)
                                       : NULL;

    if (found == NULL) {
        return -1;
    }
    switch (what) {
    case NWT_COUNT_ACTIVATION_BYTES:
        return found->activation_bytes;
    case NWT_COUNT_UNKNOWN_WORK:
        return (found->unknown & NWTI_UNKNOWN_MACS) != 0;
    case NWT_COUNT_UNKNOWN_FLOPS:
        return found->unknown != 0;
    default:
        return pick(work, &found->account, what);
    }
}

const nwt_layer *nwt_work_unknown(const nwt_work *work, int64_t index)
{
    return work != NULL && work->work->unknown != NULL && index >= 0 &&
                   index < work->work->unknown_flops
               ? work->work->unknown[index]
               : NULL;
}

/* ------------------------------------------------------------------------ the plan */

int64_t nwt_work_turn_count(const nwt_work *work)
{
    return work != NULL && work->schedule->is_known ? work->schedule->step_count : -1;
}

size_t nwt_work_turn_path(const nwt_work *work, int64_t turn, char *buffer, size_t size)
{
    size_t length = 0;
    nwti_text path;
    nwti_heap heap;

    if (size > 0) {
        buffer[0] = '\0';
    }
    if (turn < 0 || turn >= nwt_work_turn_count(work)) {
        return 0;
    }
    /* A heap of its own, since getters change nothing of the context. */
    nwti_heap_init(&heap, work->work->ctx->heap.resize, work->work->ctx->heap.user, 0);
    nwti_text_init(&path, &heap);
    nwti_step_path(&path, &work->schedule->steps[work->schedule->turns[turn]]);
    if (!path.failed && path.data != NULL) {
        length = nwti_format(buffer, size, "%s", path.data);
    }
    nwti_text_free(&path);
    return length;
}

int64_t nwt_work_peak_turn(const nwt_work *work)
{
    const nwti_schedule *s = work != NULL ? work->schedule : NULL;

    return s != NULL && s->peak_step >= 0 ? s->steps[s->peak_step].turn : -1;
}

int64_t nwt_work_tensor_count(const nwt_work *work)
{
    return work != NULL && work->schedule->is_known ? work->schedule->life_count : -1;
}

int32_t nwt_work_tensor(const nwt_work *work, int64_t index, nwt_life_info *info)
{
    const nwti_life *life;

    if (info == NULL || info->size < sizeof *info || index < 0 ||
        index >= nwt_work_tensor_count(work)) {
        return 0;
    }
    life = &work->schedule->lives[work->lives[index]];
    info->dims = life->tensor->dims;
    info->rank = life->tensor->rank;
    info->dtype = life->tensor->dtype;
    info->bytes = nwt_tensor_bytes(life->tensor);
    info->offset = work->schedule->buffers[life->buffer].offset;
    info->first = life->first;
    info->last = life->last;
    info->input = life->maker < 0 ? life->number : -1;
    info->output = life->maker < 0 ? 0 : life->number;
    return 1;
}
