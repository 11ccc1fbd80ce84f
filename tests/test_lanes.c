/*
 * Lanes against the graph: what leads into each row, followed up the lanes as a reader follows
 * them, is what feeds it; of all golden models. Then the forms of small graphs.
 */
#include "golden.h"
#include "core/context.h"
#include "report/lanes.h"

/* --------------------------------------------------------- the golden models */

/* The rows whose outputs stand in each lane; the last lane may hold many. */
typedef struct following {
    const nwti_facts *facts;
    const nwti_lanes *lanes;
    int32_t owners[NWTI_MOST_LANES];
    int wrong;
} following;

static int feeds(const following *f, int32_t from, int64_t to)
{
    const nwti_fact *fact = &f->facts->items[to];
    int32_t i, j;

    for (i = 0; i < fact->call_count; i++) {
        for (j = 0; j < fact->calls[i].call->input_count; j++) {
            if (fact->calls[i].inputs[j].layer == f->facts->items[from].layer) {
                return 1;
            }
        }
    }
    return 0;
}

static void expect(following *f, int condition, int64_t row, const char *what)
{
    if (!condition) {
        print_error("row %lld: %s\n", (long long)row, what);
        f->wrong++;
    }
}

/* Keras 1 has a row for each time that a Sequential holds a layer: the last one is drawn. */
static int is_last(const following *f, int64_t row, int64_t end)
{
    const nwti_fact *facts = f->facts->items;
    int64_t i;

    for (i = facts[row].end; i < end && facts[i].layer != facts[row].layer; i = facts[i].end) {
    }
    return i >= end;
}

/* How many rows of the same model, other than itself, feed a row by the facts. */
static int feeders(const following *f, int64_t first, int64_t end, int64_t row)
{
    int64_t i;
    int count = 0;

    for (i = first; i < end; i = f->facts->items[i].end) {
        count += i != row && feeds(f, (int32_t)i, row) && is_last(f, i, end);
    }
    return count;
}

static void follow_row(following *f, int64_t first, int64_t end, int64_t row)
{
    const nwti_lane_row *of = &f->lanes->rows[row];
    int32_t lane, joined = 0;

    for (lane = 0; lane < of->width; lane++) {
        if (!(of->joins >> lane & 1)) {
            continue;
        }
        joined++;
        if (!(of->back >> lane & 1)) {
            expect(f, f->owners[lane] >= 0 && feeds(f, f->owners[lane], row), row,
                   "a lane leads to what does not feed it");
        }
    }
    expect(f, joined == feeders(f, first, end, row), row, "not all that feeds it leads to it");
    expect(f, of->lane >= 0 && of->lane < of->width, row, "it stands in no lane");
    f->owners[of->lane] = (int32_t)row;
}

/* Lines go on from row to row, and the last ends all. */
static void follow_model(following *f, int64_t first, int64_t end)
{
    const nwti_fact *facts = f->facts->items;
    int32_t is_chain = nwti_facts_are_chain(f->facts, first, end);
    uint64_t above = 0;
    int64_t i;

    memset(f->owners, -1, sizeof f->owners);
    for (i = first; i < end; i = facts[i].end) {
        expect(f, f->lanes->rows[i].above == above, i, "a line is broken");
        above = f->lanes->rows[i].below;
        if (facts[i].call_count > 0) {
            follow_row(f, first, end, i);
        }
        expect(f, !is_chain || f->lanes->rows[i].lane == 0, i, "a chain is not straight");
    }
    expect(f, above == 0, end, "a line goes on below the last row");
}

static int follow(nwt_context *ctx, nwt_model *model)
{
    nwti_facts facts;
    nwti_lanes lanes;
    following f = {&facts, &lanes, {0}, 0};
    int64_t i;

    assert_int_equal(nwti_facts_collect(&facts, model, 0), 0);
    assert_int_equal(nwti_lanes_make(&lanes, &facts), 0);
    if (lanes.width < NWTI_MOST_LANES) {
        follow_model(&f, 0, facts.count);
        for (i = 0; i < facts.count; i++) {
            if (facts.items[i].is_model && facts.items[i].end > i + 1) {
                follow_model(&f, i + 1, facts.items[i].end);
            }
        }
    }
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    return f.wrong;
}

static void test_golden_models(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t length = 0;
    char *list = golden_text("models/list.txt", &length), *line, *end;
    int count = 0, wrong = 0;

    (void)state;
    assert_non_null(list);
    for (line = list; *line != '\0'; line = end + 1) {
        char path[sizeof GOLDEN + 300];
        nwt_model *model;

        end = strchr(line, '\n');
        *end = '\0';
        snprintf(path, sizeof path, "%s/%s", GOLDEN, line);
        nwt_context_reset(ctx);
        model = nwt_read_file(ctx, path, NULL);
        if (model != NULL && follow(ctx, model) > 0) {
            print_error("%s\n", line);
            wrong++;
        }
        count += model != NULL;
    }
    free(list);
    nwt_context_free(ctx);
    assert_true(count > 400);
    assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ the forms */

static nwt_tensor *input(nwt_context *ctx)
{
    int64_t dims[] = {8};

    return nwt_input(ctx, 1, dims, NULL);
}

static nwt_tensor *dense(nwt_context *ctx, nwt_tensor *x)
{
    return nwt_call(nwt_dense(ctx, 8, NULL), x);
}

static nwt_tensor *sum(nwt_context *ctx, nwt_tensor *a, nwt_tensor *b)
{
    nwt_tensor *both[] = {a, b};

    return nwt_call_many(nwt_add(ctx, NULL), 2, both, NULL);
}

static int32_t collect(void *user, const char *text, size_t length)
{
    char *to = user;
    size_t have = strlen(to);

    if (have + length >= 4096) {
        return 1;
    }
    memcpy(to + have, text, length);
    to[have + length] = '\0';
    return 0;
}

/* The lanes of a model with one output, line by line. */
static void assert_lanes(nwt_context *ctx, nwt_tensor *in, nwt_tensor *out, const char *wanted)
{
    nwt_model *model = nwt_model_new(ctx, 1, &in, 1, &out, NULL);
    char text[4096] = "", *from, *to;

    assert_int_equal(nwt_report(model, "columns='lanes'", collect, text), 0);
    from = strchr(strstr(text, "\n-"), '-');
    from = strchr(from, '\n') + 1;
    to = strstr(from, "-\n");
    while (to > from && to[-1] == '-') {
        to--;
    }
    while (to > from && to[-1] != '\n') {
        to--;
    }
    *to = '\0';
    assert_string_equal(from, wanted);
}

static void test_residual(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *x = input(ctx), *y;

    (void)state;
    y = sum(ctx, x, dense(ctx, dense(ctx, x)));
    y = sum(ctx, y, dense(ctx, y));
    assert_lanes(ctx, x, y,
                 "o\n"
                 "+-*\n"
                 "| *\n"
                 "*-'\n"
                 "+-*\n"
                 "@-'\n");
    nwt_context_free(ctx);
}

/* Levels that wait for their way up stand beside each other, and end as they began. */
static void test_nested_skips(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *x = input(ctx), *a, *b, *y;

    (void)state;
    a = dense(ctx, x);
    b = dense(ctx, a);
    y = sum(ctx, b, dense(ctx, b));
    y = sum(ctx, a, y);
    y = sum(ctx, x, y);
    assert_lanes(ctx, x, y,
                 "o\n"
                 "+-*\n"
                 "| +-*\n"
                 "| | +-*\n"
                 "| | *-'\n"
                 "| *-'\n"
                 "@-'\n");
    nwt_context_free(ctx);
}

/* A shared layer that a later row feeds again: the line leads up to it. */
static void test_shared_later(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *shared = nwt_dense(ctx, 8, NULL);
    nwt_tensor *x = input(ctx), *y;

    (void)state;
    y = nwt_call(shared, dense(ctx, nwt_call(shared, x)));
    assert_lanes(ctx, x, y,
                 "o\n"
                 "#-.\n"
                 "`-*\n");
    nwt_context_free(ctx);
}

/* More than there are lanes: the last holds the rest, and all is drawn. */
static void test_many(void **state)
{
    enum { MANY = 1000 };
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *x = input(ctx), *all[MANY], *y;
    nwt_model *model;
    nwti_facts facts;
    nwti_lanes lanes;
    int i;

    (void)state;
    for (i = 0; i < MANY; i++) {
        all[i] = dense(ctx, x);
    }
    y = nwt_call_many(nwt_concatenate(ctx, NULL), MANY, all, NULL);
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    assert_int_equal(nwti_facts_collect(&facts, model, 0), 0);
    assert_int_equal(nwti_lanes_make(&lanes, &facts), 0);
    assert_int_equal(lanes.width, NWTI_MOST_LANES);
    assert_int_equal(lanes.link_count, 2 * MANY);
    assert_true(lanes.rows[MANY + 1].joins == UINT64_MAX);
    assert_true(lanes.rows[MANY + 1].below == 0);
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_models), cmocka_unit_test(test_residual),
        cmocka_unit_test(test_nested_skips),  cmocka_unit_test(test_shared_later),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
