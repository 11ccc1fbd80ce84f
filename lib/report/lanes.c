/*
 * Lanes: the output of a layer holds one from its row to the last row that uses it. A layer takes
 * the leftmost lane that ends in it, so that chains are straight and branches come back to where
 * they left; else the free lane that the fewest lines stand before.
 */
#include "report/lanes.h"
#include "core/error.h"

#include <string.h>

/* The rows of one model, while they are drawn. */
typedef struct drawing {
    const nwti_facts *facts;
    nwti_lanes *lanes;
    int64_t first; /* facts */
    int64_t end;
    int64_t serial; /* marks its layers */
    int32_t *last;  /* of each fact, the last row that uses it; -1: that row was drawn */
    int32_t *start; /* of each fact, the first row that draws it */
    int32_t *begin; /* of each fact, what an earlier row than itself draws first; -1: nothing */
    int32_t *next;  /* the next that the same row draws first */
    uint64_t live;
    int32_t sharing[NWTI_MOST_LANES]; /* outputs in each lane: several only in the last */
    int32_t width;
} drawing;

static void *scratch(const nwti_facts *facts, int64_t count, size_t size)
{
    void *result = nwti_arena_array(&facts->ctx->scratch, (size_t)count + 1, size);

    if (result == NULL) {
        nwti_out_of_memory(facts->ctx);
    }
    return result;
}

/* --------------------------------------------------------------------- links */

/* Each pair once: the links to a row are made one after the other. */
static void add_link(drawing *d, int32_t from, int32_t to)
{
    nwti_lanes *lanes = d->lanes;
    nwti_link *link = &lanes->links[lanes->link_count];
    nwti_lane_row *source = &lanes->rows[from], *target = &lanes->rows[to];

    if (source->first_out >= 0 && lanes->links[source->first_out].to == to) {
        return;
    }
    *link = (nwti_link){from, to, target->first_in, source->first_out};
    target->first_in = source->first_out = (int32_t)lanes->link_count++;
    d->last[from] = to > d->last[from] ? to : d->last[from];
    d->start[from] = to < d->start[from] ? to : d->start[from];
}

/* Links stand as a stack: turned round, they are in the order of the calls. */
static int32_t turned(nwti_link *links, int32_t first, int32_t is_in)
{
    int32_t before = -1;

    while (first >= 0) {
        int32_t *place = is_in ? &links[first].next_in : &links[first].next_out, next = *place;

        *place = before;
        before = first;
        first = next;
    }
    return before;
}

static void link_row(drawing *d, int64_t index, int64_t before)
{
    const nwti_fact *fact = &d->facts->items[index];
    int32_t i, j;

    for (i = 0; i < fact->call_count; i++) {
        for (j = 0; j < fact->calls[i].call->input_count; j++) {
            const nwt_layer *feeder = fact->calls[i].inputs[j].layer;

            if (feeder->mark == d->serial) {
                fact->calls[i].inputs[j].row = feeder->position;
                add_link(d, feeder->position, (int32_t)index);
            }
        }
    }
    if (before >= 0 && fact->call_count == 0) {
        add_link(d, (int32_t)before, (int32_t)index); /* not called yet, but in a Sequential */
    }
}

/* The rows of its inputs and outputs; a Sequential's first layer takes what has no row. */
static void find_ends(drawing *d, const nwt_model *model, int32_t *ends)
{
    int32_t i;

    for (i = 0; i < model->input_count + model->output_count; i++) {
        int32_t is_output = i >= model->input_count;
        const nwt_tensor *tensor = is_output ? model->outputs[i - model->input_count]
                                             : model->inputs[i];
        const nwt_layer *layer = tensor->call->layer;

        ends[i] = layer->mark == d->serial ? layer->position : (int32_t)d->first;
        if (is_output && layer->mark == d->serial) {
            d->lanes->rows[layer->position].is_output = 1;
        }
    }
}

static void link_rows(drawing *d, const nwt_model *model)
{
    const nwti_fact *facts = d->facts->items;
    int64_t i, before = -1;

    d->serial = ++d->facts->ctx->serial;
    for (i = d->first; i < d->end; i = facts[i].end) {
        nwt_layer *layer = (nwt_layer *)(size_t)facts[i].layer;

        layer->mark = d->serial;
        layer->position = (int32_t)i;
        d->last[i] = d->start[i] = (int32_t)i;
        d->begin[i] = -1;
    }
    for (i = d->first; i < d->end; i = facts[i].end) {
        link_row(d, i, before);
        before = model->is_sequential && !model->is_listing ? i : -1;
    }
    for (i = d->first; i < d->end; i = facts[i].end) {
        nwti_lane_row *row = &d->lanes->rows[i];
        int32_t *list = d->start[i] < i ? &d->begin[d->start[i]] : NULL;

        row->first_in = turned(d->lanes->links, row->first_in, 1);
        row->first_out = turned(d->lanes->links, row->first_out, 0);
        if (list != NULL) {
            d->next[i] = *list;
            *list = (int32_t)i;
        }
    }
}

/* --------------------------------------------------------------------- lanes */

static int32_t lowest(uint64_t lanes)
{
    int32_t lane = 0;

    while (lane < NWTI_MOST_LANES - 1 && !(lanes >> lane & 1)) {
        lane++;
    }
    return lane;
}

/* The free lane with the fewest lines between it and `from`, then the nearest. */
static int32_t free_lane(const drawing *d, uint64_t taken, int32_t from)
{
    int32_t best = NWTI_MOST_LANES - 1, least = INT32_MAX, side, lane;

    for (side = -1; side <= 1; side += 2) {
        int32_t cost = 0;

        for (lane = from; lane >= 0 && lane < NWTI_MOST_LANES && lane <= d->width; lane += side) {
            if (taken >> lane & 1) {
                cost += lane != from ? NWTI_MOST_LANES : 0;
            } else if (cost + (lane - from) * side < least) {
                least = cost + (lane - from) * side;
                best = lane;
            }
        }
    }
    return best;
}

static void take_lane(drawing *d, int64_t row, int32_t lane)
{
    d->lanes->rows[row].lane = lane;
    d->sharing[lane]++;
    d->live |= NWTI_LANE(lane);
    d->width = lane >= d->width ? lane + 1 : d->width;
}

/* An output whose last row this is gives its lane back. */
static void end_use(drawing *d, int32_t of)
{
    int32_t lane = d->lanes->rows[of].lane;

    d->last[of] = -1;
    if (--d->sharing[lane] == 0) {
        d->live &= ~NWTI_LANE(lane);
    }
}

static void draw_row(drawing *d, int64_t index)
{
    nwti_lane_row *rows = d->lanes->rows, *row = &rows[index];
    const nwti_link *links = d->lanes->links;
    uint64_t ended, before;
    int32_t i;

    row->above = d->live;
    for (i = d->begin[index]; i >= 0; i = d->next[i]) {
        if (i != index) {
            take_lane(d, i, free_lane(d, d->live, 0));
        }
    }
    before = d->live;
    for (i = row->first_in; i >= 0; i = links[i].next_in) {
        int32_t from = links[i].from;

        if (from == index) {
            continue;
        }
        row->joins |= NWTI_LANE(rows[from].lane);
        row->back |= from > index ? NWTI_LANE(rows[from].lane) : 0;
        if (d->last[from] == index) {
            end_use(d, from);
        }
    }
    ended = before & ~d->live;
    if (row->lane < 0) {
        take_lane(d, index,
                  ended != 0 ? lowest(ended)
                             : free_lane(d, d->live, row->joins != 0 ? lowest(row->joins) : 0));
    }
    if (d->last[index] <= index) {
        end_use(d, (int32_t)index);
    }
    row->below = d->live;
}

static int32_t draw_model(drawing *d, const nwt_model *model, int64_t first, int64_t end)
{
    int32_t *ends = scratch(d->facts, (int64_t)model->input_count + model->output_count,
                            sizeof *ends);
    int64_t i;

    if (ends == NULL) {
        return d->facts->ctx->status;
    }

    d->first = first;
    d->end = end;
    d->live = 0;
    d->width = 0;
    memset(d->sharing, 0, sizeof d->sharing);
    link_rows(d, model);
    find_ends(d, model, ends);
    for (i = first; i < end; i = d->facts->items[i].end) {
        draw_row(d, i);
    }
    for (i = first; i < end; i = d->facts->items[i].end) {
        d->lanes->rows[i].width = d->width;
    }
    d->lanes->width = d->width > d->lanes->width ? d->width : d->lanes->width;
    if (first > 0) {
        d->lanes->rows[first - 1].ends = ends;
    }
    return 0;
}

/* ------------------------------------------------------------------ all models */

static void find_parents(nwti_lanes *lanes, const nwti_facts *facts)
{
    int32_t around = -1, i;

    for (i = 0; i < facts->count; i++) {
        while (around >= 0 && facts->items[around].end <= i) {
            around = lanes->parents[around];
        }
        lanes->parents[i] = around;
        around = i;
    }
}

static int64_t count_inputs(const nwti_facts *facts)
{
    int64_t i, count = facts->count; /* those of Sequentials that are not built */
    int32_t j;

    for (i = 0; i < facts->count; i++) {
        for (j = 0; j < facts->items[i].call_count; j++) {
            count += facts->items[i].calls[j].call->input_count;
        }
    }
    return count;
}

int32_t nwti_lanes_make(nwti_lanes *lanes, const nwti_facts *facts)
{
    drawing d = {facts, lanes};
    int64_t count = facts->count, i;

    memset(lanes, 0, sizeof *lanes);
    lanes->rows = scratch(facts, count, sizeof *lanes->rows);
    lanes->links = scratch(facts, count_inputs(facts), sizeof *lanes->links);
    lanes->parents = scratch(facts, count, sizeof *lanes->parents);
    d.last = scratch(facts, count, sizeof *d.last);
    d.start = scratch(facts, count, sizeof *d.start);
    d.begin = scratch(facts, count, sizeof *d.begin);
    d.next = scratch(facts, count, sizeof *d.next);
    if (lanes->rows == NULL || lanes->links == NULL || lanes->parents == NULL || d.last == NULL ||
        d.start == NULL || d.begin == NULL || d.next == NULL) {
        return facts->ctx->status;
    }
    find_parents(lanes, facts);
    for (i = 0; i < count; i++) {
        lanes->rows[i] = (nwti_lane_row){0, 0, 0, 0, -1, 0, 0, -1, -1, NULL};
    }
    draw_model(&d, facts->model, 0, count);
    for (i = 0; i < count && facts->ctx->status == NWT_STATUS_OK; i++) {
        const nwti_fact *fact = &facts->items[i];

        if (fact->is_model && fact->end > i + 1) {
            draw_model(&d, fact->layer->rare->model, i + 1, fact->end);
        }
    }
    return facts->ctx->status;
}

int32_t nwti_is_source(const nwti_fact *fact)
{
    int32_t i, count = 0;

    for (i = 0; i < fact->call_count; i++) {
        count += fact->calls[i].call->input_count;
    }
    return fact->call_count > 0 && count == 0;
}
