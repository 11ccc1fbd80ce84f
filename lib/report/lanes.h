/* Who feeds whom, drawn beside rows as a log of commits draws its branches: a lane for each layer
   whose output is still to be used. */
#ifndef NWTI_REPORT_LANES_H
#define NWTI_REPORT_LANES_H

#include "report/report.h"

/* A row feeds another of the same model, in however many tensors and calls. */
typedef struct nwti_link {
    int32_t from; /* facts */
    int32_t to;
    int32_t next_in; /* links, -1: none */
    int32_t next_out;
} nwti_link;

enum { NWTI_MOST_LANES = 64 }; /* a bit each; what needs more shares the last one */

/* What is drawn in a row: lines from the row above and to the row below, and the layer's own
   place. */
typedef struct nwti_lane_row {
    uint64_t above;
    uint64_t below;
    uint64_t joins; /* lanes that lead into the layer */
    uint64_t back;  /* of those, lanes of what a later row gives, or the same: they lead upwards */
    int32_t lane;   /* of the layer; -1: it is in no graph */
    int32_t width;  /* lanes of its model */
    int32_t is_output; /* of its model */
    int32_t first_in;  /* links, -1: none */
    int32_t first_out;
    const int32_t *ends; /* of a model within: the rows of its inputs, then of its outputs */
} nwti_lane_row;

typedef struct nwti_lanes {
    nwti_lane_row *rows; /* of each fact */
    nwti_link *links;
    int32_t *parents; /* the fact around each, or -1 */
    int64_t link_count;
    int32_t width; /* of the widest model */
} nwti_lanes;

/* Draws all models, each for itself, in time linear in rows and edges. 0, or the status; what it
   makes lives in the scratch arena. */
int32_t nwti_lanes_make(nwti_lanes *lanes, const nwti_facts *facts);

/* Is it fed by nothing, an input of its model? */
int32_t nwti_is_source(const nwti_fact *fact);

/* A lane's bit. */
#define NWTI_LANE(lane) ((uint64_t)1 << (lane))

#endif
