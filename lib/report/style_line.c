/*
 * The tables of Keras 1 and 2: lines of fixed positions, counted in
 * characters. Fields are cut at their positions, or from 2.7 on wrapped.
 */
#include "report/style.h"
#include "support/cells.h"

#include <string.h>

enum {
    SPACED = 1,                 /* the character before a field is a space */
    TITLED = 2,                 /* a line names the model */
    WRAPPED = 4,
    NARROW = 8,                 /* wrapped fields keep a character more free */
    ONE_TOTAL = 16,
    SIZED = 32,                 /* totals without commas, with bytes */
    LOOSE = 64                  /* the short table as long as no depth has two calls */
};

typedef struct era {
    const char *style;
    int32_t since;              /* of the Keras that wrote the model, as in nwt_model */
    int32_t chain;              /* columns of a short line; 0: there is none */
    int32_t graph;              /* columns of a line with connections */
    double positions[4];        /* of that */
    int32_t rules;
} era;

/* The last row of a style whose version is not later than the model's, or the last of all. */
static const era eras[] = {
    {"keras-1.0", 0, 0, 100, {0.33, 0.55, 0.67, 1.0}, ONE_TOTAL},
    {"keras-1", 0, 0, 100, {0.33, 0.55, 0.67, 1.0}, SPACED},
    {"keras-2.0", 20000, 65, 100, {0.33, 0.55, 0.67, 1.0}, SPACED | LOOSE},
    {"keras-2.0", 20009, 65, 98, {0.33, 0.55, 0.67, 1.0}, SPACED},
    {"keras-2.0", 20205, 65, 98, {0.33, 0.55, 0.67, 1.0}, SPACED | TITLED},
    {"keras-2.7", 0, 65, 98, {0.33, 0.55, 0.67, 1.0}, TITLED | WRAPPED},
    {"keras-2.13", 0, 65, 98, {0.3, 0.6, 0.7, 1.0}, TITLED | WRAPPED | NARROW | SIZED},
};

static const double chain_positions[] = {0.45, 0.85, 1.0};

enum { NAME, SHAPE, PARAMS, CONNECTED, TRAINABLE, FIELDS };

typedef struct table {
    nwti_report *report;
    nwti_text *out;
    const era *era;
    int32_t connected;          /* there is a column of connections */
    int64_t length;             /* of a line */
    int64_t positions[NWTI_STYLE_POSITIONS + 1];
    int32_t position_count;
    int32_t field_count;
    nwti_text fields[FIELDS];   /* the first ones are shown */
    nwti_text line;
} table;
