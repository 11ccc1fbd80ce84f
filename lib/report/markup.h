/* What HTML and SVG share: names that are never read as markup, and lanes as paths. */
#ifndef NWTI_REPORT_MARKUP_H
#define NWTI_REPORT_MARKUP_H

#include "report/lanes.h"

/* Adds a text that a file chose, in element or attribute: nwti_text_visible's, with what markup
   would read written as references. */
void nwti_markup_name(nwti_text *out, const char *name);
/* The same of a text of our own: its lines end in <br>. */
void nwti_markup_lines(nwti_text *out, const nwti_text *text);
/* "12.5%", of a scale that has no number below 0. */
void nwti_markup_percent(nwti_text *out, int64_t part, int64_t whole);

/* Where lanes stand: hundredths of a pixel. */
typedef struct nwti_lane_scale {
    int64_t left;
    int64_t step;
    int64_t middle; /* of a row: where its layer stands */
    int64_t bottom; /* of what is drawn of a row; what is cut off there may be more than the row */
} nwti_lane_scale;

/* Lanes of a model, however many, in a room that a telephone has. */
nwti_lane_scale nwti_lane_scale_of(int32_t width);
int64_t nwti_lane_x(const nwti_lane_scale *scale, int32_t lane);
int64_t nwti_lane_room(const nwti_lane_scale *scale, int32_t width);
/* A length in hundredths, "12.5". */
void nwti_markup_length(nwti_text *out, int64_t hundredths);
/* A row's lines as data of a path, from its top at `top`. */
void nwti_markup_lanes(nwti_text *out, const nwti_lane_row *row, const nwti_lane_scale *scale,
                       int64_t left, int64_t top);
/* The mark of its layer: an input, an output, one that is called several times. */
void nwti_markup_node(nwti_text *out, const nwti_fact *fact, const nwti_lane_row *row, int64_t x,
                      int64_t y);
#endif
