/* The memory that a model takes, as a report. */
#include "core/error.h"
#include "core/training.h"
#include "report/report.h"
#include "support/utf8.h"

#include <string.h>

static const char *const assumptions[] = {
    "each tensor is kept once until the backward pass",
    "each tensor is kept from the call that makes it to the last that reads it"};

static const char *assumption(const nwti_memory *memory)
{
    return assumptions[memory->sums.inference];
}

/* The path of a turn's layer, to be freed. */
static nwti_text path_of(const nwti_memory *memory, int32_t step)
{
    nwti_text path;

    nwti_text_init(&path, &memory->schedule->ctx->heap);
    nwti_step_path(&path, &memory->schedule->steps[step]);
    return path;
}

/* The name of what makes a tensor: a path, or that of an input. */
static nwti_text maker_of(const nwti_memory *memory, const nwti_life *life)
{
    const nwt_model *model = memory->work->model;
    nwti_text name;
    char title[256];

    if (life->maker >= 0) {
        return path_of(memory, life->maker);
    }
    nwti_text_init(&name, &memory->schedule->ctx->heap);
    nwti_text_string(
        &name, life->number >= 0 && life->number < model->input_count
                   ? nwti_layer_title(model->inputs[life->number]->call->layer, title, sizeof title)
                   : "input");
    return name;
}

/* The tensors in the order in which they are made: their indexes, in the arena of works. */
static int32_t *made_order(const nwti_schedule *s)
{
    int32_t *order = nwti_arena_array(&s->ctx->works, (size_t)s->life_count + 1, sizeof *order);
    int64_t i;

    if (order == NULL) {
        nwti_out_of_memory(s->ctx);
        return NULL;
    }
    for (i = 0; i < s->life_count; i++) {
        order[s->lives[i].order] = (int32_t)i;
    }
    return order;
}

/* Tensors by falling size, up to `most`; returns how many. */
static int32_t largest(const nwti_schedule *s, int32_t most, int32_t *found)
{
    int32_t count = 0, at;
    int64_t i;

    for (i = 0; s->is_known && i < s->life_count; i++) {
        int64_t bytes = nwt_tensor_bytes(s->lives[i].tensor);

        for (at = count; at > 0 && nwt_tensor_bytes(s->lives[found[at - 1]].tensor) < bytes; at--) {
            if (at < most) {
                found[at] = found[at - 1];
            }
        }
        if (at < most) {
            found[at] = (int32_t)i;
            count += count < most;
        }
    }
    return count;
}

enum { MOST_LARGEST = 5 };

/* -------------------------------------------------------------------------- json */

static void put(nwti_text *out, const char *key, int64_t value)
{
    nwti_text_string(out, "\"");
    nwti_text_string(out, key);
    nwti_text_string(out, "\": ");
    if (value < 0) {
        nwti_text_string(out, "null");
    } else {
        nwti_text_int(out, value);
    }
}

static void put_next(nwti_text *out, const char *key, int64_t value)
{
    nwti_text_string(out, ", ");
    put(out, key, value);
}

static void put_dims(nwti_text *out, const nwt_tensor *tensor)
{
    int32_t i;

    nwti_text_string(out, "\"shape\": [");
    for (i = 0; i < tensor->rank; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        nwti_text_int(out, tensor->dims[i]);
    }
    nwti_text_string(out, "], \"dtype\": ");
    nwti_json_string(out, nwt_dtype_name(tensor->dtype));
}

static void json_life(const nwti_memory *memory, nwti_text *out, int32_t index, int32_t with_plan)
{
    const nwti_schedule *s = memory->schedule;
    const nwti_life *life = &s->lives[index];
    nwti_text name = maker_of(memory, life);

    nwti_text_string(out, "{\"layer\": ");
    nwti_json_string(out, name.data);
    put_next(out, "output", life->maker < 0 ? 0 : life->number);
    nwti_text_string(out, ", ");
    put_dims(out, life->tensor);
    put_next(out, "bytes", nwt_tensor_bytes(life->tensor));
    if (with_plan) {
        put_next(out, "offset", s->arena_bytes >= 0 ? s->buffers[life->buffer].offset : -1);
        put_next(out, "first", life->first);
        put_next(out, "last", life->last);
    }
    nwti_text_string(out, "}");
    out->failed |= name.failed;
    nwti_text_free(&name);
}

static int32_t json_plan(const nwti_memory *memory, nwti_text *out)
{
    const nwti_schedule *s = memory->schedule;
    int32_t *order = made_order(s);
    int64_t i;

    if (order == NULL) {
        return s->ctx->status;
    }
    nwti_text_string(out, ",\n \"plan\": [");
    for (i = 0; s->is_known && i < s->life_count; i++) {
        nwti_text_string(out, i > 0 ? ",\n  " : "\n  ");
        json_life(memory, out, order[i], 1);
    }
    nwti_text_string(out, "]");
    return 0;
}

static void json_budget(const nwti_memory *memory, nwti_text *out, int64_t budget)
{
    int32_t found[MOST_LARGEST], count, i;

    nwti_text_string(out, ",\n \"budget\": ");
    if (budget == NWT_NONE_INT) {
        nwti_text_string(out, "null");
        return;
    }
    nwti_text_string(out, "{");
    put(out, "bytes", budget);
    put_next(out, "batch", memory->sums.budget_batch);
    nwti_text_string(out, memory->sums.fits < 0   ? ", \"fits\": null"
                          : memory->sums.fits > 0 ? ", \"fits\": true"
                                                  : ", \"fits\": false");
    if (memory->sums.budget_batch == 0) {
        count = largest(memory->schedule, MOST_LARGEST, found);
        nwti_text_string(out, ", \"largest\": [");
        for (i = 0; i < count; i++) {
            nwti_text_string(out, i > 0 ? ", " : "");
            json_life(memory, out, found[i], 0);
        }
        nwti_text_string(out, "]");
    }
    nwti_text_string(out, "}");
}

static void json_sums(const nwti_memory *memory, nwti_text *out, const char *name)
{
    const nwt_memory_info *sums = &memory->sums;

    nwti_text_string(out, "{\"schema\": 1, \"netweight\": \"" NWT_VERSION "\", \"name\": ");
    nwti_json_string(out, name);
    nwti_text_string(out,
                     sums->inference ? ", \"mode\": \"inference\"" : ", \"mode\": \"training\"");
    put_next(out, "batch", sums->batch);
    nwti_text_string(out, ",\n ");
    put(out, "weight_bytes", sums->weight_bytes);
    put_next(out, "gradient_bytes", sums->gradient_bytes);
    nwti_text_string(out, ", \"optimizer\": ");
    if (memory->optimizer.class_name == NULL) {
        nwti_text_string(out, "null");
    } else {
        nwti_text_string(out, "{\"class_name\": ");
        nwti_json_string(out, memory->optimizer.class_name);
        put_next(out, "params", memory->optimizer.params);
        put_next(out, "bytes", memory->optimizer.bytes);
        nwti_text_string(out, "}");
    }
    nwti_text_string(out, ",\n ");
    put(out, "activation_bytes", sums->activation_bytes);
    put_next(out, "peak_activation_bytes", sums->peak_bytes);
    put_next(out, "arena_bytes", sums->arena_bytes);
}

static int32_t write_json(nwti_writer *writer, const nwti_memory *memory,
                          const nwti_memory_options *given, const char *name)
{
    nwti_text *out = &writer->text;
    const nwt_memory_info *sums = &memory->sums;

    json_sums(memory, out, name);
    nwti_text_string(out, ", \"peak_layer\": ");
    if (memory->schedule->peak_step < 0) {
        nwti_text_string(out, "null");
    } else {
        nwti_text path = path_of(memory, memory->schedule->peak_step);

        nwti_json_string(out, path.data);
        out->failed |= path.failed;
        nwti_text_free(&path);
    }
    put_next(out, "inner_bytes", sums->inner_bytes);
    nwti_text_string(out, ",\n ");
    put(out, "total_bytes", sums->total_bytes);
    put_next(out, "unknown_work", sums->unknown_work);
    nwti_text_string(out, ", \"assumptions\": [");
    nwti_json_string(out, assumption(memory));
    nwti_text_string(out, "]");
    json_budget(memory, out, given->budget);
    if (given->plan && json_plan(memory, out)) {
        return memory->schedule->ctx->status;
    }
    nwti_text_string(out, "}\n");
    return 0;
}

/* -------------------------------------------------------------------------- text */

static void put_bytes(nwti_text *out, int64_t bytes)
{
    if (bytes < 0) {
        nwti_text_string(out, "? bytes");
        return;
    }
    nwti_text_exact_bytes(out, bytes);
}

static void line(nwti_text *out, const char *label, int64_t bytes, const char *after)
{
    enum { WIDTH = 26 };

    nwti_text_visible(out, label);
    nwti_text_repeat(out, ' ', WIDTH > strlen(label) ? (int64_t)(WIDTH - strlen(label)) : 1);
    put_bytes(out, bytes);
    nwti_text_string(out, after);
    nwti_text_string(out, "\n");
}

static void text_largest(const nwti_memory *memory, nwti_text *out)
{
    int32_t found[MOST_LARGEST], count = largest(memory->schedule, MOST_LARGEST, found), i;

    nwti_text_string(out, count > 0 ? "The largest tensors:\n" : "");
    for (i = 0; i < count; i++) {
        const nwti_life *life = &memory->schedule->lives[found[i]];
        nwti_text name = maker_of(memory, life);

        nwti_text_string(out, "  ");
        nwti_text_visible(out, name.data != NULL ? name.data : "?");
        nwti_text_string(out, " ");
        nwti_text_shape(out, life->tensor->rank, life->tensor->dims);
        nwti_text_string(out, ": ");
        put_bytes(out, nwt_tensor_bytes(life->tensor));
        nwti_text_string(out, "\n");
        out->failed |= name.failed;
        nwti_text_free(&name);
    }
}

static void text_budget(const nwti_memory *memory, nwti_text *out, int64_t budget)
{
    const nwt_memory_info *sums = &memory->sums;

    if (budget == NWT_NONE_INT) {
        return;
    }
    line(out, "Budget", budget,
         sums->fits < 0   ? ": whether it fits is not known"
         : sums->fits > 0 ? ": it fits"
                          : ": it does not fit");
    if (sums->budget_batch > 0) {
        nwti_text_string(out, "The largest batch that fits is ");
        nwti_text_grouped(out, sums->budget_batch);
        nwti_text_string(out, ".\n");
    } else if (sums->budget_batch == 0) {
        nwti_text_string(out, "No batch fits.\n");
        text_largest(memory, out);
    }
}

static void text_plan_row(const nwti_memory *memory, nwti_text *out, int32_t index)
{
    const nwti_life *life = &memory->schedule->lives[index];
    nwti_text name = maker_of(memory, life);

    nwti_text_visible(out, name.data != NULL ? name.data : "?");
    if (life->maker >= 0 && life->number > 0) {
        nwti_text_string(out, "[");
        nwti_text_int(out, life->number);
        nwti_text_string(out, "]");
    }
    nwti_text_string(out, " ");
    nwti_text_shape(out, life->tensor->rank, life->tensor->dims);
    nwti_text_string(out, ": ");
    nwti_text_grouped(out, nwt_tensor_bytes(life->tensor));
    nwti_text_string(out, " bytes at ");
    nwti_text_grouped(out, memory->schedule->buffers[life->buffer].offset);
    nwti_text_string(out, ", calls ");
    nwti_text_grouped(out, life->first);
    nwti_text_string(out, " to ");
    nwti_text_grouped(out, life->last);
    nwti_text_string(out, "\n");
    out->failed |= name.failed;
    nwti_text_free(&name);
}

static int32_t text_plan(const nwti_memory *memory, nwti_writer *writer)
{
    const nwti_schedule *s = memory->schedule;
    int32_t *order = made_order(s), is_known = s->is_known && memory->work->model->built;
    int64_t i;

    if (order == NULL) {
        return s->ctx->status;
    }
    nwti_text_string(&writer->text, is_known ? "\nPlan, calls counted from 0:\n"
                                             : "\nThere is no plan: a size is not known.\n");
    for (i = 0; is_known && i < s->life_count; i++) {
        text_plan_row(memory, &writer->text, order[i]);
        nwti_writer_pass(writer);
    }
    return 0;
}

static void text_head(const nwti_memory *memory, nwti_text *out, const char *name)
{
    const nwt_memory_info *sums = &memory->sums;

    nwti_text_visible(out, name);
    nwti_text_string(out, sums->inference ? ": inference" : ": training with ");
    nwti_text_visible(out, sums->inference ? "" : memory->optimizer.class_name);
    nwti_text_string(out, ", batch ");
    nwti_text_grouped(out, sums->batch);
    nwti_text_string(out, "\n\n");
}

static int32_t write_text(nwti_writer *writer, const nwti_memory *memory,
                          const nwti_memory_options *given, const char *name)
{
    nwti_text *out = &writer->text;
    const nwt_memory_info *sums = &memory->sums;

    text_head(memory, out, name);
    line(out, "Weights", sums->weight_bytes, "");
    if (!sums->inference) {
        line(out, "Gradients", sums->gradient_bytes, "");
        line(out, "Optimizer", sums->optimizer_bytes, "");
        line(out, "Activations", sums->activation_bytes, "");
    }
    line(out, sums->inference ? "Peak of activations" : "Peak at inference", sums->peak_bytes,
         sums->inference ? "" : ", not in the total");
    line(out, "Total", sums->total_bytes, "");
    line(out, "Arena of a plan", sums->arena_bytes, "");
    if (!sums->inference && sums->inner_bytes > 0) {
        line(out, "Kept inside layers", sums->inner_bytes, " at least, not in the total");
    }
    text_budget(memory, out, given->budget);
    nwti_text_string(out, "\nAssumed: ");
    nwti_text_string(out, assumption(memory));
    nwti_text_string(out,
                     ". What an allocator, a\ndevice or a fused kernel adds is not counted.\n");
    if (sums->unknown_work > 0) {
        nwti_text_string(out, "Layers of unknown work: ");
        nwti_text_grouped(out, sums->unknown_work);
        nwti_text_string(out, ".\n");
    }
    return given->plan ? text_plan(memory, writer) : 0;
}

int32_t nwt_memory_report(nwt_model *model, const char *text, nwt_write write, void *user)
{
    nwti_memory_options given;
    nwti_memory memory;
    nwti_writer writer;
    nwt_context *ctx;
    nwti_mark mark;
    const char *name;

    if (model == NULL) {
        return NWT_STATUS_INVALID;
    }
    ctx = model->layer->kind->ctx;
    if (write == NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "nwt_memory_report: the function that writes is NULL");
    }
    if (ctx->status != NWT_STATUS_OK || nwti_memory_options_read(ctx, text, &given)) {
        return ctx->status;
    }
    mark = nwti_arena_mark(&ctx->works);
    nwti_writer_begin(&writer, ctx, write, user);
    name = nwti_layer_whole_name(model->layer);
    if (name != NULL && nwti_memory_measure(model, &given, &memory) == 0 &&
        (given.format == NWTI_MEMORY_JSON ? write_json(&writer, &memory, &given, name)
                                          : write_text(&writer, &memory, &given, name)) == 0) {
        nwti_writer_end(&writer, ctx);
    }
    nwti_text_free(&writer.text);
    nwti_arena_rewind(&ctx->works, mark);
    return ctx->status;
}
