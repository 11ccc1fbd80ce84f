/* Two models compared. */
#ifndef NWTI_REPORT_DIFF_H
#define NWTI_REPORT_DIFF_H

#include "report/report.h"

/* One of the two: its rows, and the path of each. */
typedef struct nwti_side {
    nwti_report report;
    const char **paths;
} nwti_side;

enum { NWTI_GONE, NWTI_ADDED, NWTI_CHANGED };

/* A layer that is not the same in both. */
typedef struct nwti_change {
    int32_t what;
    int64_t before; /* row in the old model; -1: there is none */
    int64_t after;
} nwti_change;

typedef struct nwti_diff {
    nwti_side sides[2];
    nwti_change *changes;
    int64_t count;
    int32_t totals_differ;
} nwti_diff;

enum {
    NWTI_DIFF_PARAMS,
    NWTI_DIFF_BYTES,
    NWTI_DIFF_MACS,
    NWTI_DIFF_FLOPS,
    NWTI_DIFF_ACTIVATIONS,
    NWTI_DIFF_SUMS
};

/* Sums of a row, or of all (row -1); -1: not known. */
void nwti_diff_sums(const nwti_side *side, int64_t row, int64_t *sums);
/* The values of an option of both rows where they differ: 1. *row starts at 0 and moves on. */
int32_t nwti_diff_option(const nwti_diff *diff, const nwti_change *change, int32_t *row,
                         const char **key, nwti_text *before, nwti_text *after);
/* "(None, 10)" of each output. */
void nwti_diff_shapes(nwti_text *out, const nwti_fact *fact);
/* The layers that feed it. */
void nwti_diff_feeders(nwti_text *out, const nwti_fact *fact);

void nwti_diff_text(const nwti_diff *diff, nwti_writer *out);
void nwti_diff_json(const nwti_diff *diff, nwti_writer *out);

#endif
