/* Registers kinds whose rows and callbacks are as the bytes say, then makes and calls their
   layers. Whatever a kind does with the functions of kind.h, short of pointers that lead nowhere,
   ends in a result or a message. */
#include "script.h"
#include "netweight/kind.h"

typedef struct self {
    int64_t room[64]; /* for options, wherever the rows say they lie */
} self;

typedef struct plan {
    script s;
    int32_t destroyed;
} plan;

/* Callbacks draw from the same bytes; a plan that is at its end does nothing more. */
static plan *the_plan;

static const char *const labels[] = {"units", "input features", "", "rows", NULL, "a/b", "{0}"};
static const char *const keys[] = {"units", "axis",  "cell", "layer", "inputs", "",   "none",
                                   "name",  "rates", "mode", "state", NULL,     "a b"};
#define PICK(table) ((table)[below(&the_plan->s, sizeof(table) / sizeof *(table))])

static int64_t dim(void)
{
    return draw_dim(&the_plan->s);
}

static void write_weight(nwt_op *op)
{
    nwt_axis axes[4];
    uint32_t i;

    for (i = 0; i < 4; i++) {
        axes[i] = (nwt_axis){PICK(labels), dim(), (int32_t)below(&the_plan->s, 5), 0};
    }
    if (below(&the_plan->s, 4) == 0) {
        nwt_op_macs(op, (int32_t)below(&the_plan->s, 6) - 1, axes);
    } else {
        nwt_op_weight(op, PICK(labels), (int32_t)below(&the_plan->s, 6) - 1, axes,
                      (int32_t)below(&the_plan->s, 5), (int32_t)below(&the_plan->s, 24));
    }
}

static void write_output(nwt_op *op)
{
    int64_t dims[8];
    int32_t rank = draw_shape(&the_plan->s, dims);

    switch (below(&the_plan->s, 6)) {
    case 0:
        nwt_op_output_unknown(op);
        break;
    case 1:
        nwt_op_output(op, rank - 2, below(&the_plan->s, 4) == 0 ? NULL : dims, (int32_t)dim());
        break;
    case 2:
        nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), nwt_op_dtype(op, 0));
        break;
    default:
        nwt_op_output(op, rank, dims, 0);
        break;
    }
}

static void read_value(const nwt_value *value)
{
    int32_t deep;

    for (deep = 0; value != NULL && deep < 5; deep++) {
        nwt_value_type(value);
        nwt_value_int(value, 1);
        nwt_value_float(value, 1.0);
        nwt_value_string(value);
        nwt_value_get(value, "name");
        value = nwt_value_item(value, nwt_value_count(value) - 1);
    }
}

static void read_op(nwt_op *op)
{
    int32_t input = (int32_t)below(&the_plan->s, 4) - 1;

    nwt_op_input_count(op);
    nwt_op_rank(op, input);
    nwt_op_dim(op, input, dim());
    nwt_op_dims(op, input);
    nwt_op_dtype(op, input);
    nwt_op_input_dtype(op, input);
    nwt_op_axis(op, PICK(keys), dim(), (int32_t)below(&the_plan->s, 5) - 1);
    nwt_op_compute_dtype(op);
    nwt_op_variable_dtype(op);
    nwt_op_arguments(op);
    nwt_op_is_within(op);
    nwt_op_ended(op);
    read_value(nwt_op_option(op, PICK(keys)));
    read_value(nwt_op_argument(op, PICK(keys)));
    require(nwt_op_user(op) == the_plan && nwt_op_context(op) != NULL);
}

/* A layer that an option holds, if the rows put one at the front. */
static nwt_layer *held(const void *self_)
{
    nwt_layer *layer = NULL;

    if (nwt_layer_context(NULL) == NULL && self_ != NULL) {
        memcpy(&layer, self_, sizeof layer);
    }
    return layer;
}

static void run_child(nwt_op *op, nwt_layer *child_layer)
{
    nwt_op *child = nwt_op_child(op, child_layer);
    int64_t dims[8];
    uint32_t i, inputs = below(&the_plan->s, 3);

    for (i = 0; i < inputs; i++) {
        int32_t rank = draw_shape(&the_plan->s, dims);

        nwt_op_add_input(child, rank - (below(&the_plan->s, 8) == 0), dims, 0);
    }
    nwt_op_set_ints(child, PICK(keys), draw_shape(&the_plan->s, dims), dims);
    nwt_op_repeat(child, PICK(labels), dim());
    nwt_op_run(child);
    if (below(&the_plan->s, 4) == 0) {
        nwt_op_run(child);
    }
    nwt_op_output(op, nwt_op_output_rank(child, 0), nwt_op_output_dims(child, 0),
                  nwt_op_output_dtype(child, 0));
    nwt_op_output_rank(child, nwt_op_output_count(child));
    nwt_op_take_weight(op, child_layer, dim());
    nwt_op_child_int(op, child_layer, PICK(keys), 1);
}

static int32_t act(nwt_op *op, nwt_layer *child)
{
    static const char *const texts[] = {"units {} of {}", "{0} {1} {9}", "{", "}", "", "{}{}{}{}"};
    uint32_t acts = below(&the_plan->s, 6), i;
    int64_t values[2] = {1, -1};

    for (i = 0; i < acts; i++) {
        switch (below(&the_plan->s, 12)) {
        case 0:
            nwt_op_fail(op, PICK(texts), (int32_t)below(&the_plan->s, 3), values);
            break;
        case 1:
        case 2:
        case 3:
            write_weight(op);
            break;
        case 4:
        case 5:
            write_output(op);
            break;
        case 6:
            run_child(op, child);
            break;
        case 7:
            nwt_op_flops(op, dim(), -1, NULL);
            break;
        default:
            read_op(op);
            break;
        }
    }
    return below(&the_plan->s, 16) == 0 ? (int32_t)dim() : 0;
}

static int32_t make(nwt_op *op, void *self_)
{
    static const char *const kinds[] = {"Dense", "LSTMCell", "First", "Second", "Unheard"};
    uint32_t acts = below(&the_plan->s, 3), i;

    (void)self_;
    for (i = 0; i < acts; i++) {
        if (below(&the_plan->s, 2)) {
            nwt_layer *derived = nwt_op_derive(op, PICK(kinds), PICK(labels));

            nwt_layer_set_int(derived, "units", dim());
        } else {
            nwt_op_clone(op, NULL, PICK(labels), PICK(keys));
        }
    }
    return act(op, NULL);
}

static int32_t weights(nwt_op *op, const void *self_)
{
    (void)self_;
    return act(op, NULL);
}

/* A wrapper's first row is its layer. */
static int32_t shape(nwt_op *op, const void *self_)
{
    (void)self_;
    return act(op, NULL);
}

static int32_t wrap(nwt_op *op, const void *self_)
{
    return act(op, held(self_));
}

static void destroy(void *user)
{
    ((plan *)user)->destroyed++;
}

static nwt_option draw_row(int32_t *offset)
{
    static const char *const fallbacks[] = {NULL,  "None", "1",   "True",    "(1, 2)",
                                            "'a'", "",     "2.5", "Dense(2)"};
    static const char *const choices[] = {"a", "b", NULL};
    static const int32_t sizes[] = {0, 4, 8, 8, 8, 8, 4, 8, 16, 16, 4, 8, 16, 4, 4, 8, 0};
    nwt_option row = {PICK(keys), PICK(fallbacks), "help"};

    row.value_type = (int32_t)below(&the_plan->s, 17);
    row.choices = below(&the_plan->s, 2) ? choices : NULL;
    row.minimum = below(&the_plan->s, 4) == 0 ? dim() : 0;
    row.maximum = below(&the_plan->s, 4) == 0 ? dim() : INT64_MAX;
    row.least = -1e300;
    row.most = 1e300;
    row.flags = (int32_t)below(&the_plan->s, 9);
    row.count = (int32_t)below(&the_plan->s, 8) == 0 ? (int32_t)dim() : 1;
    row.offset = below(&the_plan->s, 8) == 0 ? (int32_t)dim() : *offset;
    *offset += sizes[row.value_type] + 7;
    *offset &= ~7;
    return row;
}

/* A table of up to three rows; a plan may forget its end, and says so by its count. */
static void draw_rows(nwt_option *rows, int32_t is_wrapper)
{
    static const nwt_option wrapped = {
        "layer", NULL, "what it wraps", NULL, 0, 0, NWT_TYPE_LAYER, 0, 0, 1, 0, 0};
    int32_t count = (int32_t)below(&the_plan->s, 4), i, offset = 0;

    memset(rows, 0, 5 * sizeof *rows);
    if (is_wrapper) {
        rows[0] = wrapped;
        offset = 8;
    }
    for (i = is_wrapper; i < count; i++) {
        rows[i] = draw_row(&offset);
    }
}

static void register_kind(nwt_context *ctx, const char *name, int32_t is_wrapper)
{
    nwt_option options[5], arguments[5];
    nwt_kind kind = {.size = sizeof kind,
                     .name = name,
                     .about = "does as the bytes say",
                     .options = options,
                     .option_size = sizeof(nwt_option),
                     .self_size = sizeof(self),
                     .user = the_plan,
                     .destroy = destroy};

    draw_rows(options, is_wrapper);
    draw_rows(arguments, 0);
    if (below(&the_plan->s, 2)) {
        kind.arguments = arguments;
        kind.arguments_size = sizeof(self);
    }
    kind.make = below(&the_plan->s, 3) == 0 ? make : NULL;
    kind.weights = below(&the_plan->s, 3) ? weights : NULL;
    kind.shape = is_wrapper ? wrap : below(&the_plan->s, 3) ? shape : NULL;
    kind.flags = below(&the_plan->s, 16) == 0 ? dim() : 0;
    kind.work = (int32_t)below(&the_plan->s, 10);
    kind.flops = (int32_t)dim();
    kind.aliases = below(&the_plan->s, 8) == 0 ? "Other Another" : NULL;
    nwt_register(ctx, &kind);
    require((nwt_status(ctx) != NWT_STATUS_OK) == (nwt_message(ctx)[0] != '\0'));
    nwt_context_clear_error(ctx);
}

static void use(nwt_context *ctx)
{
    static const char *const layers[] = {"First()",
                                         "First(1)",
                                         "First(units=2)",
                                         "Second(Dense(2))",
                                         "Second(First())",
                                         "TimeDistributed(First())",
                                         "Second(Sequential([Dense(2)]))",
                                         "Bidirectional(First())",
                                         "RNN(First())"};
    int64_t dims[8];
    int32_t rank = draw_shape(&the_plan->s, dims);
    nwt_tensor *x = nwt_input(ctx, rank, dims, NULL), *y;
    nwt_layer *layer;

    nwt_context_clear_error(ctx);
    layer = nwt_layer_parse(ctx, PICK(layers));
    y = nwt_call(layer, x);
    require(y != NULL || nwt_status(ctx) != NWT_STATUS_OK);
    nwt_context_clear_error(ctx);
    if (y != NULL) {
        nwt_tensor *z = nwt_call(layer, y);

        nwt_context_clear_error(ctx);
        report_all(nwt_model_new(ctx, 1, &x, 1, z != NULL ? &z : &y, NULL), ctx);
    }
    nwt_context_clear_error(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nwt_context_options bounds = {.size = sizeof bounds,
                                  .memory_limit = (size_t)256 << 20,
                                  .max_depth = 20,
                                  .max_calls = 2000,
                                  .max_rows = 200};
    plan p = {{data, data + size}, 0};
    nwt_context *ctx = nwt_context_new(&bounds);
    int i;

    require(ctx != NULL);
    the_plan = &p;
    register_kind(ctx, "First", 0);
    register_kind(ctx, "Second", 1);
    for (i = 0; i < 8 && p.s.at < p.s.end; i++) {
        use(ctx);
    }
    nwt_context_free(ctx);
    require(p.destroyed == 2);
    return 0;
}
