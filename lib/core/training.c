/* Memory as a sum: weights, gradients, an optimizer's variables, tensors; and what fits a
   budget. */
#include "core/training.h"
#include "core/counts.h"
#include "core/error.h"
#include "core/option.h"
#include "support/checked.h"

#include <string.h>

static const char owner[] = "memory";
static const char *const formats[] = {"text", "json", NULL};

static const nwt_option options[] = {
    NWT_OPTION_INT(nwti_memory_options, batch, "None", 1, INT64_MAX,
                   "what None in front of an input stands for"),
    NWT_OPTION_STRING(nwti_memory_options, optimizer, "None", "'adam', 'Adam(amsgrad=True)'"),
    NWT_OPTION_BOOL(nwti_memory_options, inference, "False", "neither gradients nor optimizer"),
    NWT_OPTION_INT(nwti_memory_options, budget, "None", 1, INT64_MAX, "bytes that there are"),
    NWT_OPTION_BOOL(nwti_memory_options, plan, "False", "list the tensors"),
    NWT_OPTION_BOOL(nwti_memory_options, views, "False", "let views share storage"),
    NWT_OPTION_BOOL(nwti_memory_options, in_place, "False",
                    "let elementwise work be done in place"),
    NWT_OPTION_CHOICE(nwti_memory_options, format, "'text'", formats, "how it is written"),
    NWT_OPTION_END};

int32_t nwti_memory_options_read(nwt_context *ctx, const char *text, nwti_memory_options *into)
{
    static const nwti_settings table = {owner, options, sizeof(nwti_memory_options)};

    return nwti_settings_read(ctx, &table, text, into, NULL);
}

/* Sums that are not known are -1, and stay so. */
static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;

    return a >= 0 && b >= 0 && nwti_add(a, b, &sum) ? sum : -1;
}

/* What does not depend on the batch. */
static int64_t fixed_bytes(const nwt_memory_info *sums)
{
    int64_t sum = sums->weight_bytes;

    return sums->inference ? sum : add(add(sum, sums->gradient_bytes), sums->optimizer_bytes);
}

/* What does, for a batch; -1: not known, or the status of the context is set. */
static int64_t batch_bytes(nwt_model *model, const nwti_memory *memory, int64_t batch)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_mark mark = nwti_arena_mark(&ctx->works);
    const nwti_work *work = nwti_work_make(model, batch);
    int32_t inference = memory->sums.inference;
    const nwti_schedule *schedule = work != NULL && inference
                                        ? nwti_schedule_make(work, memory->storage)
                                        : NULL;
    int64_t bytes = -1;

    if (work != NULL && (!inference || schedule != NULL)) {
        bytes = inference ? schedule->peak_bytes : work->activation_bytes;
    }
    nwti_arena_rewind(&ctx->works, mark);
    return bytes;
}

static int32_t fits(nwt_model *model, const nwti_memory *memory, int64_t room, int64_t batch)
{
    int64_t bytes = batch_bytes(model, memory, batch);

    return bytes >= 0 && bytes <= room;
}

/* The largest batch whose bytes are at most `room`. They grow with the batch, mostly in proportion:
   that is tried first. */
static int64_t largest_batch(nwt_model *model, const nwti_memory *memory, int64_t room)
{
    nwt_context *ctx = model->layer->kind->ctx;
    int64_t one = batch_bytes(model, memory, 1);
    int64_t two = one >= 0 ? batch_bytes(model, memory, 2) : -1;
    int64_t low = 1, high = INT64_MAX, middle;

    if (one < 0 || (two >= 0 && two <= one)) {
        return -1;
    }
    if (one > room) {
        return 0;
    }
    middle = two > one ? 1 + (room - one) / (two - one) : 1;
    while (low < high && ctx->status == NWT_STATUS_OK) {
        if (fits(model, memory, room, middle)) {
            low = middle;
            if (middle == INT64_MAX || !fits(model, memory, room, middle + 1)) {
                break;
            }
            low = middle + 1;
            middle = low > INT64_MAX / 2 ? INT64_MAX : 2 * low;
            middle = middle < high ? middle : low + (high - low) / 2;
        } else {
            high = middle;
            middle = low + (high - low) / 2;
        }
    }
    return low;
}

/* Else what is known is a lower bound. */
static int32_t is_whole(const nwt_model *model)
{
    return nwti_layer_counts(model->layer).unknown_layers == 0;
}

static int32_t find_budget(nwt_model *model, nwti_memory *memory, int64_t budget)
{
    nwt_memory_info *sums = &memory->sums;
    int64_t fixed = fixed_bytes(sums);

    sums->budget_batch = -1;
    sums->fits = -1;
    if (budget == NWT_NONE_INT) {
        return 0;
    }
    if (sums->total_bytes > budget) {
        sums->fits = 0;
    } else if (sums->total_bytes >= 0 && is_whole(model)) {
        sums->fits = 1;
    }
    if (fixed >= 0 && memory->work->is_bound) {
        sums->budget_batch = fixed > budget ? 0 : largest_batch(model, memory, budget - fixed);
    }
    return model->layer->kind->ctx->status;
}

/* The optimizer that is asked for, that the model was compiled with, or Adam. */
static int32_t find_optimizer(nwt_model *model, const nwti_memory_options *given,
                              nwti_memory *memory)
{
    nwt_context *ctx = model->layer->kind->ctx;
    const nwti_value *object = model->compiled_with;
    const char *text = given->optimizer;

    memory->optimizer = (nwti_optimizer){NULL, 0, 0};
    if (given->inference) {
        return 0;
    }
    if (text == NULL && object == NULL) {
        text = model->stored != NULL && nwti_optimizer_is_known(model->stored->class_name)
                   ? model->stored->class_name
                   : "Adam";
    }
    if (text != NULL) {
        object = nwti_optimizer_read(ctx, owner, text);
    }
    if (object == NULL) {
        return ctx->status;
    }
    memory->optimizer = nwti_optimizer_of(object, model->layer);
    return 0;
}

static int32_t check_batch(nwt_model *model, const nwti_memory_options *given)
{
    int32_t i;

    for (i = 0; i < model->input_count; i++) {
        if (model->inputs[i]->rank > 0 && model->inputs[i]->dims[0] < 0) {
            return 0;
        }
    }
    return given->batch == NWT_NONE_INT
               ? 0
               : nwti_error(model->layer->kind->ctx, NWT_STATUS_INVALID,
                            "%s: batch %d can't be bound: no input has None in front", owner,
                            given->batch);
}

int32_t nwti_memory_measure(nwt_model *model, const nwti_memory_options *given, nwti_memory *memory)
{
    nwt_memory_info *sums = &memory->sums;
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_counts counts = nwti_layer_counts(model->layer);
    nwti_work *work;

    memset(memory, 0, sizeof *memory);
    if (check_batch(model, given) || find_optimizer(model, given, memory)) {
        return ctx->status;
    }
    memory->storage = (given->views ? NWTI_VIEWS : 0) | (given->in_place ? NWTI_IN_PLACE : 0);
    sums->batch = given->batch != NWT_NONE_INT ? given->batch : 1;
    work = nwti_work_make(model, sums->batch);
    memory->work = work;
    memory->schedule = work != NULL ? nwti_schedule_make(work, memory->storage) : NULL;
    if (memory->schedule == NULL || nwti_work_check(work)) {
        return ctx->status;
    }
    sums->size = sizeof *sums;
    sums->inference = given->inference;
    sums->weight_bytes = counts.bytes;
    sums->gradient_bytes = given->inference ? 0 : counts.trainable_bytes;
    sums->optimizer_params = memory->optimizer.params;
    sums->optimizer_bytes = memory->optimizer.bytes;
    sums->activation_bytes = model->built ? work->activation_bytes : -1;
    sums->peak_bytes = model->built ? memory->schedule->peak_bytes : -1;
    sums->arena_bytes = model->built ? memory->schedule->arena_bytes : -1;
    sums->inner_bytes = work->last != NULL ? work->last->account.parts[NWTI_KEPT] : 0;
    sums->unknown_work = work->unknown_count;
    sums->total_bytes = add(fixed_bytes(sums),
                            given->inference ? sums->peak_bytes : sums->activation_bytes);
    return find_budget(model, memory, given->budget);
}

int32_t nwt_model_memory(nwt_model *model, const char *text, nwt_memory_info *info)
{
    nwti_memory_options given;
    nwti_memory memory;
    nwt_context *ctx;
    nwti_mark mark;
    int32_t done;

    if (model == NULL || info == NULL || info->size < sizeof *info) {
        return 0;
    }
    ctx = model->layer->kind->ctx;
    mark = nwti_arena_mark(&ctx->works);
    done = ctx->status == NWT_STATUS_OK && nwti_memory_options_read(ctx, text, &given) == 0 &&
           nwti_memory_measure(model, &given, &memory) == 0;
    if (done) {
        size_t size = info->size;

        *info = memory.sums;
        info->size = size;
    }
    nwti_arena_rewind(&ctx->works, mark);
    return done;
}
