/* A page: what its parts share. */
#ifndef NWTI_REPORT_HTML_H
#define NWTI_REPORT_HTML_H

#include "report/columns.h"
#include "report/explain.h"
#include "report/lanes.h"

typedef struct nwti_page nwti_page;

/* A column of numbers, with bars on a scale of its own. */
typedef struct nwti_measure {
    const char *title;
    const char *label; /* before the number, where there are no columns */
    int32_t is_bytes;
    /* The known part; -1: nothing is known. */
    int64_t (*value)(const nwti_page *page, int64_t index);
} nwti_measure;

enum { NWTI_MOST_MEASURES = 5 };

struct nwti_page {
    nwti_report *report;
    nwti_table table;
    nwti_lanes lanes;
    nwti_text words; /* of an explanation, before they are written as markup */
    int64_t *live;   /* bytes of tensors while a row's layer runs, by fact; NULL: not known */
    int64_t peak;    /* the row of the layer that runs at the peak, -1: none */
    const nwti_measure *measures[NWTI_MOST_MEASURES];
    int64_t largest[NWTI_MOST_MEASURES];
    int32_t measure_count;
};

/* Finds what rows show. 0, or the status. */
int32_t nwti_page_measure(nwti_page *page);
/* The table of all rows, layers within others in tables within. 0, or the status. */
int32_t nwti_page_rows(nwti_page *page);
/* What a row opens to. The rows within it follow if it `is_expanded`. 0, or the status. */
int32_t nwti_page_explain(nwti_page *page, int64_t index, int32_t is_expanded);
/* When the most bytes are live, and of which tensors. 0, or the status. */
int32_t nwti_page_peak(nwti_page *page);
/* A link to a row. */
void nwti_page_link(nwti_page *page, int64_t index);

#endif
