#include "report/markup.h"
#include "support/utf8.h"

#include <string.h>

/* ----------------------------------------------------------------------- text */

static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static int32_t is_plain(char c)
{
    return c >= ' ' && c <= '~' && reference(c) == NULL;
}

/* Neither HTML nor XML may hold what Unicode says is no character. */
static int32_t is_character(uint32_t code)
{
    return (code & 0xFFFE) != 0xFFFE && !(code >= 0xFDD0 && code <= 0xFDEF);
}

void nwti_markup_name(nwti_text *out, const char *name)
{
    while (*name != '\0') {
        size_t length = 0;

        while (is_plain(name[length])) {
            length++;
        }
        nwti_text_add(out, name, length);
        name += length;
        if (*name == '\0') {
            break;
        }
        if (reference(*name) != NULL) {
            nwti_text_string(out, reference(*name++));
        } else {
            char one[5] = "";
            uint32_t code;

            length = nwti_utf8_read(name, &code);
            memcpy(one, name, length > 0 ? length : 1);
            nwti_text_visible(out, length > 0 && !is_character(code) ? "\xEF\xBF\xBD" : one);
            name += length > 0 ? length : 1;
        }
    }
}

void nwti_markup_lines(nwti_text *out, const nwti_text *text)
{
    const char *at = text->data, *end = at + text->length;

    while (text->length > 0 && at < end) {
        size_t length = 0;

        while (at + length < end && at[length] != '\n' && reference(at[length]) == NULL) {
            length++;
        }
        nwti_text_add(out, at, length);
        at += length;
        if (at < end) {
            nwti_text_string(out, *at == '\n' ? "<br>" : reference(*at));
            at++;
        }
    }
    out->failed |= text->failed;
}

void nwti_markup_length(nwti_text *out, int64_t hundredths)
{
    if (hundredths < 0) {
        nwti_text_string(out, "-");
        hundredths = -hundredths;
    }
    nwti_text_int(out, hundredths / 100);
    if (hundredths % 100 != 0) {
        nwti_text_string(out, hundredths % 100 < 10 ? ".0" : ".");
        nwti_text_int(out, hundredths % 10 == 0 ? hundredths % 100 / 10 : hundredths % 100);
    }
}

void nwti_markup_percent(nwti_text *out, int64_t part, int64_t whole)
{
    enum { MOST = 4000 };
    int64_t thousandths;

    /* In integers: what a double makes of a tie depends on the processor. */
    for (; whole > INT64_MAX / MOST; whole /= 2) {
        part /= 2;
    }
    part = part < whole ? part : whole;
    thousandths = whole > 0 ? (2000 * part + whole) / (2 * whole) : 0;
    nwti_markup_length(out, thousandths * 10);
    nwti_text_string(out, "%");
}

/* ---------------------------------------------------------------------- lanes */

nwti_lane_scale nwti_lane_scale_of(int32_t width)
{
    enum { WIDEST = 1000, ROOM = 14000, LEFT = 300, MIDDLE = 1800, BEYOND = 9999900 };
    int64_t step = width > 0 && ROOM / width < WIDEST ? ROOM / width : WIDEST;

    return (nwti_lane_scale){LEFT, step, MIDDLE, BEYOND};
}

int64_t nwti_lane_x(const nwti_lane_scale *scale, int32_t lane)
{
    return scale->left + scale->step * lane + 500;
}

int64_t nwti_lane_room(const nwti_lane_scale *scale, int32_t width)
{
    return nwti_lane_x(scale, width > 0 ? width - 1 : 0) + 500 + scale->left;
}

/* "M12.5 3" */
static void point(nwti_text *out, const char *command, int64_t x, int64_t y)
{
    nwti_text_string(out, command);
    nwti_markup_length(out, x);
    nwti_text_string(out, " ");
    nwti_markup_length(out, y);
}

static void line(nwti_text *out, const char *command, int64_t to)
{
    nwti_text_string(out, command);
    nwti_markup_length(out, to);
}

/* From the lane at `x`, `height` above the middle, round a corner to the layer; below it if
   `height` is less than 0. */
static void bend(nwti_text *out, int64_t x, int64_t to, int64_t middle, int64_t height)
{
    int64_t way = to > x ? 1 : -1, width = (to - x) * way < 800 ? (to - x) * way : 800;

    point(out, "M", x, middle - height);
    point(out, "Q", x, middle);
    point(out, " ", x + way * width, middle);
    line(out, "H", to);
}

void nwti_markup_lanes(nwti_text *out, const nwti_lane_row *row, const nwti_lane_scale *scale,
                       int64_t left, int64_t top)
{
    enum { HEIGHT = 900 };
    int64_t middle = top + scale->middle, bottom = top + scale->bottom, own;
    int32_t lane;

    own = left + nwti_lane_x(scale, row->lane);
    for (lane = 0; lane < row->width && row->lane >= 0; lane++) {
        int64_t x = left + nwti_lane_x(scale, lane);
        int32_t above = (int32_t)(row->above >> lane & 1),
                below = (int32_t)(row->below >> lane & 1);

        if (above || below) {
            int64_t from = above ? top : lane == row->lane ? middle : middle + HEIGHT;

            point(out, "M", x, from);
            line(out, "V", below ? bottom : lane == row->lane ? middle : middle - HEIGHT);
        }
        if (row->joins >> lane & 1 && lane != row->lane) {
            bend(out, x, own, middle, above ? HEIGHT : -HEIGHT);
        }
    }
}

void nwti_markup_node(nwti_text *out, const nwti_fact *fact, const nwti_lane_row *row, int64_t x,
                      int64_t y)
{
    enum { RADIUS = 400, ROUND = 350 };
    int32_t is_shared = fact->call_count > 1;

    if (is_shared) {
        point(out, "<path d=\"M", x, y - RADIUS - 100);
        point(out, "L", x + RADIUS + 100, y);
        point(out, "L", x, y + RADIUS + 100);
        point(out, "L", x - RADIUS - 100, y);
        nwti_text_string(out, "Z\"");
    } else {
        nwti_text_string(out, "<circle cx=\"");
        nwti_markup_length(out, x);
        nwti_text_string(out, "\" cy=\"");
        nwti_markup_length(out, y);
        nwti_text_string(out, "\" r=\"");
        nwti_markup_length(out, ROUND);
        nwti_text_string(out, "\"");
    }
    nwti_text_string(out, nwti_is_source(fact) ? " class=\"n i\"/>"
                          : row->is_output     ? " class=\"n o\"/>"
                                               : " class=\"n\"/>");
}
