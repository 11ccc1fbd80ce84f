/* What the files of `explain` share. */
#ifndef NWTI_REPORT_EXPLAIN_H
#define NWTI_REPORT_EXPLAIN_H

#include "report/report.h"

/* ------------------------------------------------------------------- writing */

/* Adds text: %s as nwti_text_visible shows it, %d an int64_t with commas, %% a percent sign. */
void nwti_explain_put(nwti_text *out, const char *format, ...);
/* A paragraph in lines of at most 79 columns, broken at spaces; `first` begins the first line, the
   others are indented as far. */
void nwti_explain_prose(nwti_text *out, const char *first, const char *text);
/* "1 layer", "2 layers" */
void nwti_explain_count(nwti_text *out, int64_t count, const char *singular);
/* "31,400 bytes (30.66 KiB)" */
void nwti_explain_bytes(nwti_text *out, int64_t bytes);

/* ------------------------------------------------------------------- weights */

/* "784 input features x (4 gates x 32 units)" */
void nwti_explain_product(nwti_text *out, const nwti_weight *weight);
/* The products of a layer's own weights as a sum. */
void nwti_explain_products(nwti_text *out, const nwti_fact *fact);

enum { NWTI_MOST_TERMS = 16 };

/* The count of a layer's own weights as a sum of products of labels; a bit for each factor. */
typedef struct nwti_formula {
    const nwti_weight *weights;
    int32_t count;
    int32_t groups; /* of equal terms */
    int32_t has_common;
    int64_t total;
    uint32_t common[NWTI_MOST_TERMS]; /* factors that all terms have */
    uint32_t rest[NWTI_MOST_TERMS];   /* the others */
    int32_t times[NWTI_MOST_TERMS];   /* how many terms are equal to it; 0: an earlier one is */
} nwti_formula;

/* 0 if there is none: no weights, too many, or some without labels. */
int32_t nwti_formula_make(nwti_formula *formula, const nwti_fact *fact);
/* In words, then in numbers; `lines` NULL: in one line, else each step begins with it. */
void nwti_formula_steps(nwti_text *out, const nwti_formula *formula, const char *lines);
/* The words alone; `next` stands between the sum and its factored form. */
void nwti_formula_words(nwti_text *out, const nwti_formula *formula, const char *next);

/* --------------------------------------------------------------------- parts */

/* Where explain reads and writes: some rows of the facts, `first` being the layer explained. */
typedef struct nwti_explained {
    nwti_report *report;
    nwti_text *out;
    const nwti_fact *rows;
    int64_t first;
    int64_t end;
    int64_t *before;         /* parameters of the rows before each, each layer once; by index */
    unsigned char *repeated; /* the layer stands in an earlier row already */
} nwti_explained;

/* Takes the rows from `first` to before `end`. 0, or the status. */
int32_t nwti_explained_begin(nwti_explained *e, nwti_report *report, int64_t first, int64_t end);
/* Parameters that a row and those within it add to what stands before it. */
int64_t nwti_explained_params(const nwti_explained *e, int64_t index);
/* Why a row's parameters are not known, or not yet; NULL: they are. */
const char *nwti_explain_unknown(const nwti_fact *fact);
/* "Trainable: 10; non-trainable: 0." and why. */
void nwti_explain_trainable(const nwti_explained *e, const nwt_layer *of,
                            const nwti_counts *counts);
/* The bytes of all weights, by dtype. */
void nwti_explain_memory(const nwti_explained *e, const nwti_counts *counts);
/* The names of the rows that hold no parameters, in one paragraph. */
void nwti_explain_others(nwti_explained *e, int64_t first, int64_t end, int32_t indent);
/* What None stands for. */
void nwti_explain_none(nwti_text *out);

/* What a layer costs to run; whether it has products. */
void nwti_explain_layer_work(nwti_explained *e);
int32_t nwti_explain_has_products(const nwti_explained *e);
void nwti_explain_model_work(nwti_explained *e);

/* "units=10, activation='softmax'": options that are required or differ from their defaults. */
void nwti_explain_options(nwti_text *line, const nwt_layer *layer);
/* The argument that an input is given for, where there are several; NULL: it says nothing. */
const char *nwti_explain_argument(const nwti_row_call *row, int32_t input);

enum { NWTI_MOST_REMARKS = 8 };

/* What is said of the kinds of a layer and of those within it; nested models tell their own. */
int32_t nwti_explain_remarks(const nwti_explained *e, const char **remarks);
/* Why there is nothing to count, or why it can't be counted. */
void nwti_explain_nothing(const nwti_explained *e, nwti_text *text);

int32_t nwti_explain_layer(nwti_report *report, int64_t index);
int32_t nwti_explain_model(nwti_report *report);

#endif
