/* Where each number comes from: finds what is to be explained. */
#include "report/explain.h"
#include "core/error.h"

#include <string.h>

typedef struct search {
    const nwti_facts *facts;
    const char *wanted;
    const char **names; /* of the layers around a row, by depth */
    nwti_text path;
    nwti_text found; /* the paths that end as wanted, for a message */
    int64_t row;
    int32_t count; /* layers that are called so */
    nwti_nearest nearest;
} search;

static int64_t greatest_depth(const nwti_facts *facts)
{
    int64_t depth = 0, i;

    for (i = 0; i < facts->count; i++) {
        depth = facts->items[i].depth > depth ? facts->items[i].depth : depth;
    }
    return depth;
}

static void make_path(search *s, int32_t depth)
{
    int32_t i;

    nwti_text_clear(&s->path);
    for (i = 0; i <= depth; i++) {
        nwti_text_string(&s->path, i > 0 ? "/" : "");
        nwti_text_string(&s->path, s->names[i]);
    }
}

/* 2: it is the whole path; 1: its end. */
static int32_t match(const search *s)
{
    size_t length = strlen(s->wanted), rest = s->path.length - length;

    if (length > s->path.length || strcmp(s->path.data + rest, s->wanted) != 0) {
        return 0;
    }
    return rest == 0 ? 2 : s->path.data[rest - 1] == '/';
}

/* Takes the first row of the layer; a layer that stands in several models is one. */
static void take(search *s, int64_t row)
{
    if (s->count > 0 && s->facts->items[row].is_repeated) {
        return;
    }
    s->row = s->count++ == 0 ? row : s->row;
    if (s->count <= 3) {
        nwti_explain_put(&s->found, s->count > 1 ? ", '%s'" : "'%s'", s->path.data);
    }
}

/* The end of a path with as many slashes as the text that is looked for. */
static const char *tail_of(const search *s)
{
    const char *tail = s->path.data + s->path.length, *c;
    int32_t slashes = 0;

    for (c = s->wanted; *c != '\0'; c++) {
        slashes += *c == '/';
    }
    while (tail > s->path.data && (tail[-1] != '/' || slashes-- > 0)) {
        tail--;
    }
    return tail;
}

/* Paths are made in one place, so the nearest is copied. */
static void offer(search *s)
{
    const char *tail = tail_of(s);

    nwti_nearest_offer(&s->nearest, tail);
    if (s->nearest.best == tail) {
        s->nearest.best = nwti_arena_string(&s->facts->ctx->scratch, tail, strlen(tail));
    }
}

static void find(search *s)
{
    int64_t i;

    for (i = 0; i < s->facts->count; i++) {
        const nwti_fact *fact = &s->facts->items[i];
        int32_t found;

        s->names[fact->depth] = fact->name;
        make_path(s, fact->depth);
        if (s->path.failed) {
            return;
        }
        found = match(s);
        if (found == 2) {
            s->row = i;
            s->count = 1;
            return;
        }
        if (found == 1) {
            take(s, i);
        } else {
            offer(s);
        }
    }
}

static int32_t unknown_name(search *s)
{
    enum { MOST_NAMES = 6 };
    nwt_context *ctx = s->facts->ctx;
    char hint[160];
    int64_t i, count = 0;

    if (s->nearest.best != NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: the model has no layer of this name%s",
                          s->wanted, nwti_nearest_text(&s->nearest, hint, sizeof hint));
    }
    for (i = 0; i < s->facts->count && ++count <= MOST_NAMES; i = s->facts->items[i].end) {
        nwti_explain_put(&s->found, count > 1 ? ", '%s'" : "'%s'", s->facts->items[i].name);
    }
    if (s->found.failed) {
        return nwti_out_of_memory(ctx);
    }
    return nwti_error(ctx, NWT_STATUS_INVALID,
                      "%s: the model has no layer of this name; it has %s%s", s->wanted,
                      count > 0 ? s->found.data : "none", count > MOST_NAMES ? ", ..." : "");
}

static int32_t find_layer(nwti_report *report, int64_t *row)
{
    nwt_context *ctx = report->ctx;
    search s = {&report->facts, report->options.layer, NULL, {0}, {0}, 0, 0, {0}};

    s.names = nwti_arena_array(&ctx->scratch, (size_t)greatest_depth(s.facts) + 1, sizeof *s.names);
    if (s.names == NULL) {
        return nwti_out_of_memory(ctx);
    }
    nwti_text_init(&s.path, &ctx->heap);
    nwti_text_init(&s.found, &ctx->heap);
    nwti_nearest_begin(&s.nearest, s.wanted);
    find(&s);
    *row = s.row;
    if (s.path.failed || s.found.failed) {
        nwti_out_of_memory(ctx);
    } else if (s.count == 0) {
        unknown_name(&s);
    } else if (s.count > 1) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "%s: %d layers have this name: %s%s; give the whole path", s.wanted,
                   (int64_t)s.count, s.found.data, s.count > 3 ? ", ..." : "");
    }
    nwti_text_free(&s.path);
    nwti_text_free(&s.found);
    return ctx->status;
}

int32_t nwti_report_explain(nwti_report *report)
{
    int64_t row = 0;

    if (report->options.layer == NULL) {
        return nwti_explain_model(report);
    }
    return find_layer(report, &row) ? report->ctx->status : nwti_explain_layer(report, row);
}
