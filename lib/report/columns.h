/* The columns of netweight's own tables, text, CSV and Markdown alike: what stands in each cell. */
#ifndef NWTI_REPORT_COLUMNS_H
#define NWTI_REPORT_COLUMNS_H

#include "report/lanes.h"

/* How a format dresses what stands in a cell. */
typedef struct nwti_dress {
    void (*name)(nwti_text *out, const char *name); /* a text that a file chose */
    const char *between;                            /* stands between the calls of a layer */
    int32_t is_raw;      /* for machines: numbers as they are, nothing for what is unknown */
    int32_t is_indented; /* nested names are indented; else they are paths */
    int64_t line;        /* columns after which a cell goes on in a new line; 0: never */
} nwti_dress;

typedef struct nwti_table nwti_table;

typedef struct nwti_column {
    const char *key; /* in `columns` */
    const char *title;
    int32_t is_number;
    void (*cell)(nwti_table *table, nwti_text *out, const nwti_fact *fact);
    /* What stands in the further lines of a row; NULL: nothing. */
    void (*more)(nwti_table *table, nwti_text *out, const nwti_fact *fact);
} nwti_column;

enum { NWTI_MOST_COLUMNS = 32 };

/* The rows and columns to be shown. */
struct nwti_table {
    nwti_report *report;
    const nwti_dress *dress;
    const nwti_column *columns[NWTI_MOST_COLUMNS];
    int32_t column_count;
    int64_t *rows; /* indexes of facts, in the order in which they are shown */
    int64_t row_count;
    int64_t hidden_count; /* left out by `top` */
    nwti_lanes lanes;     /* where a column draws them */
    int32_t *parents;     /* of each fact, the one around it or -1; NULL: not needed */
    nwti_counts totals;
};

/* Chooses columns and rows. 0, or the status; what it makes lives in the scratch arena. */
int32_t nwti_table_begin(nwti_table *table, nwti_report *report, const nwti_dress *dress);

/* The cell of a row's lanes, and how they go on below it. */
void nwti_lanes_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact);
void nwti_lanes_more(nwti_table *table, nwti_text *out, const nwti_fact *fact);

/* The columns by the text of an option, "name, params". 0, or the status. */
int32_t nwti_columns_choose(nwti_table *table, const char *keys);
void nwti_columns_drop(nwti_table *table, const char *key);

/* " [frozen, called 2 times]": what else is to be known of a layer. The number of marks. */
int32_t nwti_put_marks(nwti_text *out, const nwti_fact *fact);
/* Bytes with their unit, "?" for what is not known. */
void nwti_put_bytes(nwti_text *out, int64_t bytes);
void nwti_put_number(nwti_text *out, int64_t number);

/* A sum below a table. */
typedef struct nwti_total {
    const char *label; /* "Total params" */
    const char *of;    /* an optimizer's class; NULL: none */
    int64_t params;    /* -1: not known */
    int64_t bytes;
} nwti_total;

enum { NWTI_MOST_TOTALS = 4 };

/* The sums of the model; returns how many there are. Its optimizer's is the last. */
int32_t nwti_table_totals(const nwti_table *table, nwti_total *totals);

/* What the bytes of the model's file are: "47,289 bytes: weights 31,400, ...". It has one. */
void nwti_table_file(const nwti_table *table, nwti_text *out);

/* An end of the model, an input or output: the key of a dict, else the name of the layer. */
const char *nwti_end_name(const nwt_tensor *tensor, const char *key, nwti_text *buffer);

#endif
