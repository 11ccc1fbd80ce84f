/* What the reports share: a writer, the options, and rows of facts. Reports never ask what kind a
   layer is. */
#ifndef NWTI_REPORT_REPORT_H
#define NWTI_REPORT_REPORT_H

#include "core/context.h"
#include "core/counts.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/weight.h"
#include "core/schedule.h"

/* -------------------------------------------------------------------- writer */

/* Collects text and hands it on in large pieces. */
typedef struct nwti_writer {
    nwti_text text;
    nwt_write write;
    void *user;
    int32_t stopped; /* the caller's write said so: nothing is written any more */
} nwti_writer;

void nwti_writer_begin(nwti_writer *writer, nwt_context *ctx, nwt_write write, void *user);
/* Between pieces: hands on what has grown large. */
void nwti_writer_pass(nwti_writer *writer);
/* Hands on the rest. 0, or a status with the error set. */
int32_t nwti_writer_end(nwti_writer *writer, nwt_context *ctx);

/* ------------------------------------------------------------------- options */

typedef struct nwti_report_options {
    int32_t format;      /* NWTI_FORMAT_... */
    const char *style;   /* NULL: netweight's own table */
    int64_t line_length; /* NWT_NONE_INT: not given, as for the others */
    int64_t width;
    int32_t show_trainable;
    int32_t expand_nested;
    int32_t unicode;
    const char *layer;      /* of explain; NULL: the whole model */
    const char *columns;    /* "name,class,params"; NULL: the default ones */
    const char *sort;       /* "params"; NULL: the model's order */
    int32_t work;           /* show what it costs to run */
    int64_t batch;          /* what None stands for in it */
    const char *work_like;  /* whose count is shown beside it; NULL: nobody's */
    int64_t top;            /* rows shown; NWT_NONE_INT: all */
    double position[8];     /* positions as given, fractions or columns */
    int32_t position_count; /* 0: not given */
} nwti_report_options;

enum {
    NWTI_FORMAT_TEXT,
    NWTI_FORMAT_JSON,
    NWTI_FORMAT_CSV,
    NWTI_FORMAT_MARKDOWN,
    NWTI_FORMAT_EXPLAIN,
    NWTI_FORMAT_CONFIG,
    NWTI_FORMAT_CONSTRUCTOR,
    NWTI_FORMAT_HTML,
    NWTI_FORMAT_SVG,
    NWTI_FORMAT_DOT
};

/* ---------------------------------------------------------------------- rows */

/* A tensor that a call is given: which output of which call of which layer. */
typedef struct nwti_edge {
    const nwt_layer *layer;
    int32_t row;          /* its fact in the same model, -1: none; nwti_lanes_make finds it */
    const char *name;     /* of that layer */
    const char *argument; /* NULL: by position */
    int32_t is_model;     /* that layer is one */
    int32_t is_head;      /* and it is at the head of a Sequential */
    int32_t call;         /* among that layer's calls in the same model */
    int32_t tensor;
    int32_t is_only; /* that layer gives no other tensor in the same model */
} nwti_edge;

typedef struct nwti_row_call {
    const nwti_call *call;
    nwti_edge *inputs; /* call->input_count of them */
} nwti_row_call;

typedef struct nwti_fact {
    const nwt_layer *layer;
    const char *name;
    const char *class_name; /* "?": not known */
    const char *written;    /* the class in the words of the model's own Keras */
    int32_t depth;          /* 0: a layer of the model itself */
    int32_t end;            /* index of the row after the last one within it */
    nwti_row_call *calls;   /* in the model in which it stands */
    int32_t call_count;
    int32_t is_operation;
    int32_t is_model;
    int32_t is_built;
    int32_t is_repeated;  /* its weights are counted at an earlier row */
    int32_t is_head;      /* a model at the head of a Sequential */
    int32_t has_branches; /* models within feed it, and are counted apart */
    int32_t is_inner;     /* within a wrapper: it has no calls of its own */
    int32_t is_closed;    /* what is within it stands at an earlier row */
    int32_t trainable;
    nwti_counts counts;
    const nwti_weight *weights; /* its own: not those of layers within that it lists as its own */
    int32_t weight_count;
    const char *about;  /* what it does; NULL: not known */
    const char *remark; /* what people get wrong about its counts; NULL: nothing */
} nwti_fact;

/* The layers of a model, each followed by those within it, whether they are shown or not. */
typedef struct nwti_facts {
    nwt_context *ctx;
    const nwt_model *model;
    const char *name; /* of the model */
    nwti_fact *items; /* in the scratch arena */
    int64_t count;
    int64_t capacity;
    int32_t is_chain;  /* each layer of the model feeds the next and nothing else */
    nwti_edge *inputs; /* of one model alone */
    nwti_edge *outputs;
    int32_t is_short; /* what is within a layer stands there once */
    int32_t is_cut;   /* that is so because rows would be too many */
    int64_t serial;   /* marks layers whose inner layers stand there */
} nwti_facts;

/* The name of a layer's class for people: "?" in a listing of weights. */
const char *nwti_class_title(const nwt_layer *layer);
/* The model of a row that is built and not called, so that its outputs are those of its own graph;
   NULL for any other row. */
const nwt_model *nwti_uncalled_model(const nwti_fact *fact);
/* Collects the facts, if `once` without what is within a layer that stands at an earlier row. 0, or
   the status. They live until the scratch arena is rewound. */
int32_t nwti_facts_collect(nwti_facts *facts, nwt_model *model, int32_t once);
/* The same of one model's own layers, without those within them. */
int32_t nwti_facts_of_model(nwti_facts *facts, nwt_model *model);
/* The layers of one model, from row `first` to before `end`, are a chain: each is called once, on
   the one output of the row before. */
int32_t nwti_facts_are_chain(const nwti_facts *facts, int64_t first, int64_t end);

/* -------------------------------------------------------------------- formats */

typedef struct nwti_report {
    nwt_context *ctx;
    nwt_model *model;
    nwti_facts facts;
    nwti_report_options options;
    nwti_writer out;
    nwti_work *work; /* NULL: it is not shown */
    nwti_schedule *schedule;
    int32_t like; /* -1: nobody */
} nwti_report;

/* "(None, 28, 28, 1)"; "?" for an unknown rank. */
void nwti_text_shape(nwti_text *text, int32_t rank, const int64_t *dims);
/* 31400 -> "30.66 KiB" */
void nwti_text_bytes(nwti_text *text, int64_t bytes);
/* " (30.66 KiB)" behind a number of bytes; nothing below 1 KiB. */
void nwti_text_rounded(nwti_text *text, int64_t bytes);
/* "31,400 bytes (30.66 KiB)" */
void nwti_text_exact_bytes(nwti_text *text, int64_t bytes);

/* What the model costs to run, where the report shows it. 0, or the status. */
int32_t nwti_report_account(nwti_report *report);
/* Lines of text below a table, each after `before`; nothing if the work is not shown. */
void nwti_text_work(nwti_report *report, nwti_text *out, const char *before);
/* A string of JSON, or null. */
void nwti_json_string(nwti_text *out, const char *value);
/* "66.7%"; "< 0.1%" of what rounds to nothing but is some. */
void nwti_text_percent(nwti_text *out, int64_t tenths, int32_t is_some);
/* Keys of an object: ', "macs": ...' of a layer; of all. */
void nwti_json_layer_work(nwti_report *report, nwti_text *out, const nwt_layer *layer);
void nwti_json_total_work(nwti_report *report, nwti_text *out);

int32_t nwti_report_json(nwti_report *report);
int32_t nwti_report_text(nwti_report *report);
int32_t nwti_report_csv(nwti_report *report);
int32_t nwti_report_markdown(nwti_report *report);
int32_t nwti_report_explain(nwti_report *report);
int32_t nwti_report_config(nwti_report *report);
int32_t nwti_report_constructor(nwti_report *report);
int32_t nwti_report_style(nwti_report *report);
int32_t nwti_report_html(nwti_report *report);
int32_t nwti_report_svg(nwti_report *report);
int32_t nwti_report_dot(nwti_report *report);

#endif
