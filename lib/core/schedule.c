/*
 * The order of calls: of those whose inputs are there, the one whose layer
 * stands first in the table, then its earliest call.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "support/text.h"
#include "core/schedule.h"
#include "support/checked.h"

#include <string.h>

/* Of models within; a model is its own as long as it is. */
enum { MOST_STEPS = 1 << 18 };

static void *grow(nwti_schedule *s, void *items, int64_t count, int64_t *capacity, size_t size)
{
    int64_t wider = *capacity < 64 ? 64 : 2 * *capacity;
    void *result;

    if (count < *capacity) {
        return items;
    }
    result = nwti_arena_array(&s->ctx->works, (size_t)wider, size);
    if (result == NULL) {
        nwti_out_of_memory(s->ctx);
        return NULL;
    }
    if (count > 0) {
        memcpy(result, items, (size_t)count * size);
    }
    *capacity = wider;
    return result;
}

static int32_t add_life(nwti_schedule *s, const nwt_tensor *tensor, int32_t maker, int32_t number)
{
    nwti_life *lives = grow(s, s->lives, s->life_count, &s->life_capacity, sizeof *lives);

    if (lives == NULL) {
        return -1;
    }
    s->lives = lives;
    lives[s->life_count] = (nwti_life){tensor, maker, number, 0, -1, 0, 0};
    s->is_known &= nwt_tensor_bytes(tensor) >= 0;
    return (int32_t)s->life_count++;
}

static int32_t add_input(nwti_schedule *s, int32_t life)
{
    int32_t *inputs = grow(s, s->inputs, s->input_count, &s->input_capacity, sizeof *inputs);

    if (inputs == NULL) {
        return s->ctx->status;
    }
    s->inputs = inputs;
    inputs[s->input_count++] = life;
    return 0;
}

/* A call that is no model's: a step, with tensors of its own. */
static int32_t add_step(nwti_schedule *s, const nwti_costs *costs, const nwti_place *place,
                        int64_t base, const nwti_run *run, int32_t *lives)
{
    nwti_step *steps = grow(s, s->steps, s->step_count, &s->step_capacity, sizeof *steps);
    int32_t i;

    if (steps == NULL) {
        return s->ctx->status;
    }
    s->steps = steps;
    steps[s->step_count] = (nwti_step){
        place, run, base + run->row, (int32_t)s->input_count, (int32_t)s->life_count, -1, 0};
    for (i = 0; i < run->call->input_count; i++) {
        if (lives[run->inputs[i]] < 0) {
            s->is_known = 0;
            return 0;
        }
        if (add_input(s, lives[run->inputs[i]])) {
            return s->ctx->status;
        }
    }
    for (i = 0; i < run->call->output_count; i++) {
        lives[run->first + i] = add_life(s, costs->slots[run->first + i], (int32_t)s->step_count,
                                         i);
        if (lives[run->first + i] < 0) {
            return s->ctx->status;
        }
    }
    s->step_count++;
    s->is_known &= s->step_count < MOST_STEPS + s->own_steps && s->life_count < INT32_MAX / 2;
    return 0;
}

static int32_t expand(nwti_schedule *s, const nwti_costs *costs, const nwti_place *place,
                      int64_t base, int32_t *lives);

/* A model within: its inputs are the caller's tensors, its outputs become the caller's. */
static int32_t expand_call(nwti_schedule *s, const nwti_place *around, int64_t base,
                           const nwti_run *run, int32_t *lives)
{
    const nwti_costs *inner = run->costs;
    const nwt_model *model = inner->model;
    nwti_place *place = nwti_arena_alloc(&s->ctx->works, sizeof *place);
    int32_t *within = nwti_arena_array(&s->ctx->works, (size_t)model->slot_count + 1,
                                       sizeof *within);
    int32_t i;

    if (place == NULL || within == NULL) {
        return nwti_out_of_memory(s->ctx);
    }
    *place = (nwti_place){around, run};
    memset(within, -1, ((size_t)model->slot_count + 1) * sizeof *within);
    for (i = 0; i < model->input_count && i < run->call->input_count; i++) {
        within[model->input_slots[i]] = lives[run->inputs[i]];
    }
    if (expand(s, inner, place, base + run->row + 1, within)) {
        return s->ctx->status;
    }
    for (i = 0; i < model->output_count && i < run->call->output_count; i++) {
        lives[run->first + i] = within[model->output_slots[i]];
    }
    return 0;
}

/* Recursion follows models within models. */
static int32_t expand(nwti_schedule *s, const nwti_costs *costs, const nwti_place *place,
                      int64_t base, int32_t *lives)
{
    const nwti_run *run = costs->runs;

    for (; run != NULL && s->is_known; run = run->next) {
        int32_t status = 0;

        if (run->call == NULL) {
            continue;
        }
        if (run->is_source) {
            if (lives[run->first] < 0) {
                lives[run->first] = add_life(s, costs->slots[run->first], -1, -1);
            }
        } else if (run->costs != NULL) {
            status = expand_call(s, place, base, run, lives);
        } else {
            status = add_step(s, costs, place, base, run, lives);
        }
        if (status != 0 || s->ctx->status != NWT_STATUS_OK) {
            return s->ctx->status;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------------- order */

static int32_t before_place(const nwti_place *a, const nwti_place *b)
{
    int32_t earlier;

    if (a == b || a == NULL || b == NULL) {
        return 0;
    }
    earlier = before_place(a->around, b->around);
    return earlier != 0 ? earlier : a->run->call->number - b->run->call->number;
}

/* Below 0: a comes first. */
static int64_t compare(const nwti_step *a, const nwti_step *b)
{
    int32_t earlier;

    if (a->row != b->row) {
        return a->row - b->row;
    }
    earlier = before_place(a->place, b->place);
    return earlier != 0 ? earlier : a->run->call->number - b->run->call->number;
}

/* Steps whose inputs are there: a heap of indexes. */
typedef struct ready {
    nwti_schedule *s;
    int32_t *heap;
    int32_t count;
} ready;

static int32_t is_before(const ready *r, int32_t a, int32_t b)
{
    return compare(&r->s->steps[r->heap[a]], &r->s->steps[r->heap[b]]) < 0;
}

static void swap(ready *r, int32_t a, int32_t b)
{
    int32_t kept = r->heap[a];

    r->heap[a] = r->heap[b];
    r->heap[b] = kept;
}

static void push(ready *r, int32_t step)
{
    int32_t at = r->count++;

    r->heap[at] = step;
    while (at > 0 && is_before(r, at, (at - 1) / 2)) {
        swap(r, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static int32_t pop(ready *r)
{
    int32_t first = r->heap[0], at = 0;

    r->heap[0] = r->heap[--r->count];
    while (2 * at + 1 < r->count) {
        int32_t child = 2 * at + 1;

        child += child + 1 < r->count && is_before(r, child + 1, child);
        if (!is_before(r, child, at)) {
            break;
        }
        swap(r, child, at);
        at = child;
    }
    return first;
}

/* Who reads a tensor: readers[starts[life] ... starts[life + 1] - 1] are steps. */
typedef struct readers {
    int32_t *starts;
    int32_t *steps;
} readers;

static int32_t find_readers(nwti_schedule *s, readers *r)
{
    int64_t i;
    int32_t j;

    r->starts = nwti_arena_zeroed(&s->ctx->works, ((size_t)s->life_count + 2) * sizeof *r->starts);
    r->steps = nwti_arena_array(&s->ctx->works, (size_t)s->input_count + 1, sizeof *r->steps);
    if (r->starts == NULL || r->steps == NULL) {
        return nwti_out_of_memory(s->ctx);
    }
    for (i = 0; i < s->input_count; i++) {
        r->starts[s->inputs[i] + 2]++;
    }
    for (i = 2; i <= s->life_count; i++) {
        r->starts[i] += r->starts[i - 1];
    }
    for (i = 0; i < s->step_count; i++) {
        for (j = 0; j < s->steps[i].run->call->input_count; j++) {
            r->steps[r->starts[s->inputs[s->steps[i].first_input + j] + 1]++] = (int32_t)i;
        }
    }
    return 0;
}

/* A tensor is there: steps that waited for it alone are ready. */
static void arrive(ready *waiting, const readers *r, int32_t life)
{
    int32_t i;

    for (i = r->starts[life]; i < r->starts[life + 1]; i++) {
        if (--waiting->s->steps[r->steps[i]].waiting == 0) {
            push(waiting, r->steps[i]);
        }
    }
}

static void take(nwti_schedule *s, int32_t index, int32_t turn, int32_t *made)
{
    nwti_step *step = &s->steps[index];
    int32_t i;

    step->turn = turn;
    s->turns[turn] = index;
    for (i = 0; i < step->run->call->input_count; i++) {
        s->lives[s->inputs[step->first_input + i]].last = turn;
    }
    for (i = 0; i < step->run->call->output_count; i++) {
        nwti_life *life = &s->lives[step->first_output + i];

        life->first = turn;
        life->last = turn;
        life->order = (*made)++;
    }
}

static int32_t order_steps(nwti_schedule *s)
{
    ready waiting = {s, NULL, 0};
    int32_t turn = 0, made = 0, index, j;
    readers r;
    int64_t i;

    waiting.heap = nwti_arena_array(&s->ctx->works, (size_t)s->step_count + 1, sizeof(int32_t));
    s->turns = nwti_arena_array(&s->ctx->works, (size_t)s->step_count + 1, sizeof(int32_t));
    if (waiting.heap == NULL || s->turns == NULL || find_readers(s, &r)) {
        return nwti_out_of_memory(s->ctx);
    }
    for (i = 0; i < s->step_count; i++) {
        s->steps[i].waiting = s->steps[i].run->call->input_count;
        if (s->steps[i].waiting == 0) {
            push(&waiting, (int32_t)i);
        }
    }
    for (i = 0; i < s->life_count; i++) {
        if (s->lives[i].maker < 0) {
            s->lives[i].order = made++;
            s->lives[i].last = 0;
            arrive(&waiting, &r, (int32_t)i);
        }
    }
    while (waiting.count > 0) {
        index = pop(&waiting);
        take(s, index, turn++, &made);
        for (j = 0; j < s->steps[index].run->call->output_count; j++) {
            arrive(&waiting, &r, s->steps[index].first_output + j);
        }
    }
    return 0;
}

/* ----------------------------------------------------------------------- storage */

static int32_t may_share(const nwti_step *step, int32_t options)
{
    enum { WHAT = 0xFF };
    int32_t work = step->run->layer->kind->descriptor->work;

    if ((work & WHAT) == NWT_WORK_VIEW) {
        return options & NWTI_VIEWS;
    }
    return options & NWTI_IN_PLACE &&
           ((work & WHAT) == NWT_WORK_ELEMENTWISE || work & NWT_WORK_IN_PLACE);
}

/* The input whose storage an output takes; -1: none. */
static int32_t shared_input(const nwti_schedule *s, const nwti_step *step, int64_t bytes)
{
    int32_t is_view = (step->run->layer->kind->descriptor->work & 0xFF) == NWT_WORK_VIEW, i;

    for (i = 0; i < step->run->call->input_count; i++) {
        const nwti_life *input = &s->lives[s->inputs[step->first_input + i]];
        const nwti_buffer *buffer = &s->buffers[input->buffer];

        if (nwt_tensor_bytes(input->tensor) == bytes && buffer->bytes == bytes &&
            (is_view || buffer->last == step->turn)) {
            return s->inputs[step->first_input + i];
        }
    }
    return -1;
}

static void add_buffer(nwti_schedule *s, nwti_life *life)
{
    life->buffer = (int32_t)s->buffer_count;
    s->buffers[s->buffer_count++] = (nwti_buffer){nwt_tensor_bytes(life->tensor), 0, life->first,
                                                  life->last, life->order};
}

static void give_storage(nwti_schedule *s, const nwti_step *step, int32_t options)
{
    int32_t i;

    for (i = 0; i < step->run->call->output_count; i++) {
        nwti_life *life = &s->lives[step->first_output + i];
        int32_t input = i == 0 && may_share(step, options)
                            ? shared_input(s, step, nwt_tensor_bytes(life->tensor))
                            : -1;

        if (input < 0) {
            add_buffer(s, life);
        } else {
            nwti_buffer *buffer = &s->buffers[s->lives[input].buffer];

            life->buffer = s->lives[input].buffer;
            buffer->last = life->last > buffer->last ? life->last : buffer->last;
        }
    }
}

static int32_t make_buffers(nwti_schedule *s, int32_t options)
{
    int64_t i;

    s->buffers = nwti_arena_array(&s->ctx->works, (size_t)s->life_count + 1, sizeof *s->buffers);
    if (s->buffers == NULL) {
        return nwti_out_of_memory(s->ctx);
    }
    for (i = 0; i < s->life_count; i++) {
        if (s->lives[i].maker < 0) {
            add_buffer(s, &s->lives[i]);
        }
    }
    for (i = 0; i < s->step_count; i++) {
        give_storage(s, &s->steps[s->turns[i]], options);
    }
    return 0;
}

/* The largest sum of what is there during one call. */
static int32_t find_peak(nwti_schedule *s)
{
    size_t turns = (size_t)(s->step_count > 0 ? s->step_count : 1);
    int64_t *changes = nwti_arena_zeroed(&s->ctx->works, (turns + 1) * sizeof *changes);
    int64_t live = 0, i;

    if (changes == NULL) {
        return nwti_out_of_memory(s->ctx);
    }
    s->peak_bytes = 0;
    for (i = 0; i < s->buffer_count; i++) {
        const nwti_buffer *buffer = &s->buffers[i];

        /* Sums of all fit, so differences do. */
        if (!nwti_add(live, buffer->bytes, &live)) {
            s->peak_bytes = -1;
            return 0;
        }
        changes[buffer->first] += buffer->bytes;
        changes[buffer->last + 1] -= buffer->bytes;
    }
    live = 0;
    for (i = 0; i < (int64_t)turns; i++) {
        live += changes[i];
        if (live > s->peak_bytes || (i == 0 && s->step_count > 0)) {
            s->peak_bytes = live;
            s->peak_step = s->step_count > 0 ? s->turns[i] : -1;
        }
    }
    return 0;
}

/* -------------------------------------------------------------------------- making */

/* The model's inputs first, in their order. */
static int32_t expand_all(nwti_schedule *s, const nwti_costs *costs)
{
    const nwt_model *model = costs->model;
    int32_t *lives = nwti_arena_array(&s->ctx->works, (size_t)model->slot_count + 1, sizeof *lives);
    int32_t i;

    if (lives == NULL) {
        return nwti_out_of_memory(s->ctx);
    }
    memset(lives, -1, ((size_t)model->slot_count + 1) * sizeof *lives);
    for (i = 0; i < model->input_count; i++) {
        if (lives[model->input_slots[i]] < 0) {
            lives[model->input_slots[i]] = add_life(s, costs->shaped.inputs[i], -1, i);
        }
    }
    if (expand(s, costs, NULL, 0, lives) || !s->is_known || order_steps(s)) {
        return s->ctx->status;
    }
    for (i = 0; i < model->output_count; i++) {
        nwti_life *life = &s->lives[lives[model->output_slots[i]]];

        life->last = s->step_count > 0 ? (int32_t)s->step_count - 1 : 0;
    }
    return 0;
}

/* Whether the steps would be too many, before any is made: each model's own, as often as it
   runs. */
static int32_t is_too_long(const nwti_schedule *s, const nwti_costs *costs)
{
    int64_t most = MOST_STEPS + s->own_steps, steps = 0;

    for (; costs != NULL; costs = costs->before) {
        const nwti_run *run = costs->runs;
        int64_t own = 0;

        for (; run != NULL; run = run->next) {
            own += run->call != NULL && !run->is_source && run->costs == NULL;
        }
        if (costs->tensor_uses < 0 || !nwti_multiply(own, costs->tensor_uses, &own) ||
            !nwti_add(steps, own, &steps) || steps >= most) {
            return 1;
        }
    }
    return 0;
}

nwti_schedule *nwti_schedule_make(const nwti_work *work, int32_t options)
{
    nwti_schedule *s = nwti_arena_zeroed(&work->ctx->works, sizeof *s);

    if (s == NULL) {
        nwti_out_of_memory(work->ctx);
        return NULL;
    }
    s->ctx = work->ctx;
    s->is_known = 1;
    s->peak_step = -1;
    if (work->last == NULL) {
        return s;
    }
    s->peak_bytes = -1;
    s->arena_bytes = -1;
    s->own_steps = work->model->call_count;
    s->is_known = !is_too_long(s, work->last);
    if (expand_all(s, work->last) || (s->is_known && (make_buffers(s, options) || find_peak(s) ||
                                                      (s->peak_bytes >= 0 && nwti_plan(s))))) {
        return NULL;
    }
    return s;
}

static void place_path(nwti_text *text, const nwti_place *place)
{
    char title[256];

    if (place != NULL) {
        place_path(text, place->around);
        nwti_text_string(text, nwti_layer_title(place->run->layer, title, sizeof title));
        nwti_text_string(text, "/");
    }
}

void nwti_step_path(nwti_text *text, const nwti_step *step)
{
    char title[256];

    place_path(text, step->place);
    nwti_text_string(text, nwti_layer_title(step->run->layer, title, sizeof title));
}
