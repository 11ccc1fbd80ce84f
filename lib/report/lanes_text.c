/* Lanes in a terminal: two columns each. */
#include "report/columns.h"

/* How a lane meets the line to the layer, then the marks of layers. */
enum {
    EMPTY,
    DOWN,
    ACROSS,
    LEFT_END,  /* comes from above, at the left of all */
    RIGHT_END, /* the same at the right */
    MIDDLE_END,
    LEFT_ON, /* goes on */
    RIGHT_ON,
    MIDDLE_ON,
    LEFT_BACK, /* comes from below */
    RIGHT_BACK,
    MIDDLE_BACK,
    LAYER,
    SOURCE,
    OUTPUT,
    SHARED,
    GLYPHS
};

static const char *const glyphs[2][GLYPHS] = {
    {" ", "|", "-", "`", "'", "+", "+", "+", "+", ".", ".", "+", "*", "o", "@", "#"},
    {" ", "\xE2\x94\x82", "\xE2\x94\x80", "\xE2\x95\xB0", "\xE2\x95\xAF", "\xE2\x94\xB4",
     "\xE2\x94\x9C", "\xE2\x94\xA4", "\xE2\x94\xBC", "\xE2\x95\xAD", "\xE2\x95\xAE", "\xE2\x94\xAC",
     "\xE2\x97\x8F", "\xE2\x97\x8B", "\xE2\x97\x89", "\xE2\x97\x86"},
};

/* The lanes of one row, as they are written from left to right. */
typedef struct line {
    const nwti_lane_row *row;
    int32_t mark;  /* its layer's */
    int32_t first; /* of the lanes that the layer's line reaches */
    int32_t last;
} line;

static int32_t has(uint64_t lanes, int32_t lane)
{
    return (int32_t)(lanes >> lane & 1);
}

static line line_of(const nwti_lane_row *row, const nwti_fact *fact)
{
    line l = {row, LAYER, row->lane, row->lane};
    int32_t lane;

    l.mark = fact->call_count > 1   ? SHARED
             : nwti_is_source(fact) ? SOURCE
             : row->is_output       ? OUTPUT
                                    : LAYER;
    for (lane = 0; lane < row->width; lane++) {
        if (has(row->joins, lane)) {
            l.first = lane < l.first ? lane : l.first;
            l.last = lane > l.last ? lane : l.last;
        }
    }
    return l;
}

static int32_t glyph_at(const line *l, int32_t lane)
{
    int32_t above = has(l->row->above, lane), below = has(l->row->below, lane);

    if (lane == l->row->lane) {
        return l->mark;
    }
    if (has(l->row->joins, lane)) {
        int32_t form = above && below ? LEFT_ON : above ? LEFT_END : LEFT_BACK;

        return lane == l->first ? form : lane == l->last ? form + 1 : form + 2;
    }
    return above || below ? DOWN : lane > l->first && lane < l->last ? ACROSS : EMPTY;
}

/* Spaces wait until something follows. */
static void put(nwti_text *out, const char *glyph, int64_t *spaces)
{
    if (glyph[0] == ' ') {
        ++*spaces;
    } else {
        nwti_text_repeat(out, ' ', *spaces);
        nwti_text_string(out, glyph);
        *spaces = 0;
    }
}

static void put_down(nwti_text *out, const char *const *of, const nwti_lane_row *row,
                     int64_t *spaces)
{
    int32_t lane;

    for (lane = 0; lane < row->width; lane++) {
        put(out, of[has(row->below, lane) ? DOWN : EMPTY], spaces);
        put(out, " ", spaces);
    }
}

/* Lanes of the models around a row go on beside it. */
static int64_t put_around(const nwti_table *table, nwti_text *out, const char *const *of,
                          const nwti_fact *fact)
{
    int64_t spaces = 0;
    int32_t level;

    for (level = fact->depth; level > 0; level--) {
        int64_t at = fact - table->report->facts.items;
        int32_t up;

        for (up = 0; up < level; up++) {
            at = table->lanes.parents[at];
        }
        put_down(out, of, &table->lanes.rows[at], &spaces);
    }
    return spaces;
}

void nwti_lanes_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    const char *const *of = glyphs[table->report->options.unicode != 0];
    const nwti_lane_row *row = &table->lanes.rows[fact - table->report->facts.items];
    int64_t spaces = put_around(table, out, of, fact);
    line l = line_of(row, fact);
    int32_t lane;

    for (lane = 0; lane < row->width && row->lane >= 0; lane++) {
        put(out, of[glyph_at(&l, lane)], &spaces);
        put(out, of[lane >= l.first && lane < l.last ? ACROSS : EMPTY], &spaces);
    }
}

void nwti_lanes_more(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    const char *const *of = glyphs[table->report->options.unicode != 0];
    int64_t spaces = put_around(table, out, of, fact);

    put_down(out, of, &table->lanes.rows[fact - table->report->facts.items], &spaces);
}
