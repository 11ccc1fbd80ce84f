/* For Graphviz: a node for each layer, a cluster for each model within. */
#include "report/columns.h"
#include "report/lanes.h"
#include "support/utf8.h"

#include <string.h>

/* In a quoted string; what DOT would read as an escape has its backslash doubled. */
static void add_name(nwti_text *out, const char *name)
{
    while (*name != '\0') {
        char one[5] = "";
        uint32_t code;
        size_t length = nwti_utf8_read(name, &code);

        length = length > 0 ? length : 1;
        if (*name == '"' || *name == '\\') {
            nwti_text_string(out, *name == '"' ? "\\\"" : "\\\\");
        } else if (*name == '&') {
            nwti_text_string(out, "&amp;"); /* it reads references */
        } else {
            memcpy(one, name, length);
            if (code < ' ' || nwti_utf8_read(name, &code) == 0) {
                nwti_text_string(out, "\\"); /* before that of what is shown for it */
            }
            nwti_text_visible(out, one);
        }
        name += length;
    }
}

static const nwti_dress dress = {add_name, "; ", 0, 1, 0};

typedef struct graph {
    nwti_report *report;
    nwti_table table;
    nwti_lanes lanes;
} graph;

static const nwti_fact *fact_at(const graph *g, int64_t index)
{
    return &g->report->facts.items[index];
}

/* A model that is shown here for the first time. */
static int32_t is_cluster(const graph *g, int64_t index)
{
    const nwti_fact *fact = fact_at(g, index);

    return fact->is_model && !fact->is_repeated && fact->end > index + 1;
}

/* The row after `index`: what is within a layer that is no model is a part of it. */
static int64_t next_row(const graph *g, int64_t index)
{
    return is_cluster(g, index) ? index + 1 : fact_at(g, index)->end;
}

/* The node that stands for an end of a layer: within a model the layer that takes or gives it. */
static int64_t node_of(const graph *g, int64_t index, int32_t end, int32_t is_output)
{
    while (is_cluster(g, index)) {
        const nwt_model *model = fact_at(g, index)->layer->rare->model;
        int32_t count = is_output ? model->output_count : model->input_count;
        int32_t first = is_output ? model->input_count : 0;

        index = end < count ? g->lanes.rows[index].ends[first + end] : index + 1;
        end = 0;
    }
    return index;
}

static void put_indent(nwti_text *out, int32_t depth)
{
    nwti_text_repeat(out, ' ', 2 + 2 * (int64_t)depth);
}

static void put_id(nwti_text *out, const char *prefix, int64_t index)
{
    nwti_text_string(out, prefix);
    nwti_text_int(out, index);
}

static void put_node(graph *g, int64_t index)
{
    nwti_text *out = &g->report->out.text;
    const nwti_fact *fact = fact_at(g, index);

    put_indent(out, fact->depth);
    put_id(out, "n", index);
    nwti_text_string(out, " [label=\"");
    add_name(out, fact->name);
    nwti_text_string(out, "\\n");
    add_name(out, fact->class_name);
    nwti_put_marks(out, fact);
    nwti_text_string(out, "\\n");
    g->table.columns[1]->cell(&g->table, out, fact);
    if (fact->counts.params > 0 || fact->counts.unknown_layers > 0 || !fact->is_built) {
        nwti_text_string(out, "\\n");
        g->table.columns[2]->cell(&g->table, out, fact);
        nwti_text_string(out, " params");
    }
    nwti_text_string(out, "\"];\n");
}

static void begin_cluster(graph *g, int64_t index)
{
    nwti_text *out = &g->report->out.text;
    const nwti_fact *fact = fact_at(g, index);

    put_indent(out, fact->depth);
    put_id(out, "subgraph cluster_", index);
    nwti_text_string(out, " {\n");
    put_indent(out, fact->depth + 1);
    nwti_text_string(out, "label=\"");
    add_name(out, fact->name);
    nwti_text_string(out, " (");
    add_name(out, fact->class_name);
    nwti_text_string(out, ")");
    nwti_put_marks(out, fact);
    nwti_text_string(out, "\\n");
    g->table.columns[2]->cell(&g->table, out, fact);
    nwti_text_string(out, " params\";\n");
}

/* Ends the clusters that do not hold the row `next`. */
static void end_clusters(graph *g, int64_t index, int64_t next)
{
    nwti_text *out = &g->report->out.text;

    for (; index >= 0 && fact_at(g, index)->end <= next; index = g->lanes.parents[index]) {
        if (is_cluster(g, index)) {
            put_indent(out, fact_at(g, index)->depth);
            nwti_text_string(out, "}\n");
        }
    }
}

static void put_edge(graph *g, int64_t index, int32_t call, int32_t input)
{
    nwti_text *out = &g->report->out.text;
    const nwti_fact *fact = fact_at(g, index);
    const nwti_edge *edge = &fact->calls[call].inputs[input];

    if (edge->row < 0) {
        return;
    }
    put_id(out, "  n", node_of(g, edge->row, edge->tensor, 1));
    put_id(out, " -> n", node_of(g, index, input, 0));
    if (fact->call_count > 1) {
        put_id(out, " [label=\"call ", (int64_t)call + 1);
        nwti_text_string(out, "\"]");
    }
    nwti_text_string(out, ";\n");
}

static void put_edges(graph *g)
{
    int64_t i;
    int32_t j, k;

    for (i = 0; i < g->report->facts.count; i = next_row(g, i)) {
        const nwti_fact *fact = fact_at(g, i);

        for (j = 0; j < fact->call_count; j++) {
            for (k = 0; k < fact->calls[j].call->input_count; k++) {
                put_edge(g, i, j, k);
            }
        }
        nwti_writer_pass(&g->report->out);
    }
}

static void put_rows(graph *g)
{
    int64_t i, next;

    for (i = 0; i < g->report->facts.count; i = next) {
        next = next_row(g, i);
        if (is_cluster(g, i)) {
            begin_cluster(g, i);
        } else {
            put_node(g, i);
            end_clusters(g, i, next);
        }
        nwti_writer_pass(&g->report->out);
    }
}

int32_t nwti_report_dot(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    graph g = {report};

    report->options.columns = "name,output,params";
    report->options.sort = NULL;
    report->options.top = NWT_NONE_INT;
    if (nwti_table_begin(&g.table, report, &dress) || nwti_lanes_make(&g.lanes, &report->facts)) {
        return report->ctx->status;
    }
    nwti_text_string(out, "digraph \"");
    add_name(out, report->facts.name);
    nwti_text_string(out, "\" {\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
                          "  edge [fontname=\"sans-serif\"];\n"
                          "  graph [fontname=\"sans-serif\"];\n");
    put_rows(&g);
    put_edges(&g);
    nwti_text_string(out, "}\n");
    return 0;
}
