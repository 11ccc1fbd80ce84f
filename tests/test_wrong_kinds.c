/* What kinds from elsewhere get wrong, in their descriptors and in their callbacks: each fault is
   named, and what an optimizer's text gets wrong. */
#include "golden.h"
#include "netweight/kind.h"
#include "netweight/work.h"

struct wrong {
    int64_t first;
    nwt_layer *layer;
};

NWT_ONE_TENSOR(one, 1, NWT_MAX_RANK, "(batch, ...)");

static const int64_t pair[] = {-1, 4}, hollow[] = {-1, -2};
static const int64_t deep[NWT_MAX_RANK + 2];

/* ------------------------------------------------------------------------ callbacks */

static int32_t bad_axis(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 2, hollow, 0);
}

static int32_t bad_dtype(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 2, pair, 99);
}

static int32_t too_deep(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, NWT_MAX_RANK + 1, deep, 0);
}

static int32_t rank_below_0(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, -1, pair, 0);
}

static int32_t dims_of_nothing(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 2, NULL, 0);
}

static int32_t input_beyond(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 1, &pair[nwt_op_rank(op, 1) != 0], 0);
}

static int32_t input_before(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 1, &pair[nwt_op_dim(op, -1, 0) != 0], 0);
}

static int32_t axis_beyond(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 1, &pair[nwt_op_axis(op, NULL, 2, 2)], 0);
}

static int32_t axis_before(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 1, &pair[nwt_op_axis(op, "side", -3, 2)], 0);
}

static int32_t says_no(nwt_op *op, const void *self)
{
    (void)op;
    (void)self;
    return 7;
}

static int32_t child_of(nwt_op *op, const void *self, int32_t rank, const int64_t *dims,
                        int32_t dtype)
{
    nwt_op *child = nwt_op_child(op, ((const struct wrong *)self)->layer);

    nwt_op_add_input(child, rank, dims, dtype);
    nwt_op_run(child);
    return nwt_op_output(op, 2, pair, 0);
}

static int32_t child_of_bad_axis(nwt_op *op, const void *self)
{
    return child_of(op, self, 2, hollow, 0);
}

static int32_t child_of_bad_dtype(nwt_op *op, const void *self)
{
    return child_of(op, self, 2, pair, 99);
}

static int32_t child_too_deep(nwt_op *op, const void *self)
{
    return child_of(op, self, NWT_MAX_RANK + 1, deep, 0);
}

static int32_t child_of_nothing(nwt_op *op, const void *self)
{
    return child_of(op, self, 1, NULL, 0);
}

static int32_t child_before_0(nwt_op *op, const void *self)
{
    return child_of(op, self, -2, pair, 0);
}

/* Shapes of a call on (None, 4), and what is said of them. */
static const struct {
    int32_t (*shape)(nwt_op *op, const void *self);
    const char *message;
} shapes[] = {
    {bad_axis, "wrong: axis 1 of its output would be -2"},
    {bad_dtype, "wrong: its kind writes an output of dtype 99, which is none"},
    {too_deep, "wrong: its kind writes an output of rank 33; the largest rank is 32"},
    {rank_below_0, "wrong: its kind writes an output of rank -1; the largest rank is 32"},
    {dims_of_nothing, "wrong: its kind writes an output of rank 2; the largest rank is 32"},
    {input_beyond, "wrong: its kind asks for input 1, which is not there"},
    {input_before, "wrong: its kind asks for input -1, which is not there"},
    {axis_beyond, "wrong: axis 2 does not exist: it must be from -2 to 1"},
    {axis_before, "wrong: side -3 does not exist: it must be from -2 to 1"},
    {says_no, NULL},
    {child_of_bad_axis, "wrong/dense: axis 1 of its input would be -2"},
    {child_of_bad_dtype, "wrong/dense: an input of dtype 99, which is none"},
    {child_too_deep, "wrong/dense: an input of rank 33; the largest rank is 32"},
    {child_of_nothing, "wrong/dense: an input of rank 1; the largest rank is 32"},
    {child_before_0, "wrong/dense: an input of rank -2; the largest rank is 32"},
};

static const nwt_option rows[] = {
    NWT_OPTION_INT(struct wrong, first, "1", 0, 9, "a number"),
    NWT_OPTION_LAYER(struct wrong, layer, "Dense(10)", 0, "the layer within"), NWT_OPTION_END};

static nwt_kind good_kind(int32_t (*shape)(nwt_op *op, const void *self))
{
    return (nwt_kind){.size = sizeof(nwt_kind),
                      .name = "Wrong",
                      .options = rows,
                      .arguments = one,
                      .self_size = sizeof(struct wrong),
                      .arguments_size = sizeof(nwt_one_tensor),
                      .shape = shape};
}

static void faults_of_callbacks_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        nwt_context *ctx = nwt_context_new(NULL);
        nwt_kind kind = good_kind(shapes[i].shape);

        assert_int_equal(nwt_register(ctx, &kind), 0);
        assert_null(nwt_call(nwt_layer_parse(ctx, "Wrong()"), nwt_input(ctx, 1, &pair[1], NULL)));
        assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
        if (shapes[i].message != NULL) {
            assert_string_equal(nwt_message(ctx), shapes[i].message);
        }
        nwt_context_free(ctx);
    }
}

/* ---------------------------------------------------------------------- descriptors */

static void two_of_a_key(nwt_kind *kind)
{
    static const nwt_option twice[] = {NWT_OPTION_INT(struct wrong, first, "1", 0, 9, "a number"),
                                       NWT_OPTION_INT(struct wrong, first, "1", 0, 9, "the same"),
                                       NWT_OPTION_END};

    kind->options = twice;
}

static void reserved_key(nwt_kind *kind)
{
    static const nwt_option reserved[] = {
        {"trainable", "1", "a number", NULL, 0, 9, NWT_TYPE_INT, 0, 0, 1, 0, 0}, NWT_OPTION_END};

    kind->options = reserved;
}

static void digit_first(nwt_kind *kind)
{
    static const nwt_option digit[] = {
        {"1st", "1", "a number", NULL, 0, 9, NWT_TYPE_INT, 0, 0, 1, 0, 0}, NWT_OPTION_END};

    kind->options = digit;
}

static void no_choices(nwt_kind *kind)
{
    static const nwt_option choice[] = {
        {"mode", "'a'", "a word", NULL, 0, 0, NWT_TYPE_CHOICE, 0, 0, 1, 0, 0}, NWT_OPTION_END};

    kind->options = choice;
}

static void tensor_option(nwt_kind *kind)
{
    static const nwt_option tensor[] = {
        {"x", NULL, "a tensor", NULL, 0, 9, NWT_TYPE_TENSOR, 0, 0, 1, 0, 0}, NWT_OPTION_END};

    kind->options = tensor;
}

static void not_aligned(nwt_kind *kind)
{
    static const nwt_option askew[] = {
        {"x", "1", "a number", NULL, 0, 9, NWT_TYPE_INT, 0, 4, 1, 0, 0}, NWT_OPTION_END};

    kind->options = askew;
}

static void unknown_row_flag(nwt_kind *kind)
{
    static const nwt_option flagged[] = {
        {"x", "1", "a number", NULL, 0, 9, NWT_TYPE_INT, 1 << 20, 0, 1, 0, 0}, NWT_OPTION_END};

    kind->options = flagged;
}

static void unknown_flag(nwt_kind *kind)
{
    kind->flags = 1 << 20;
}

static void unknown_work(nwt_kind *kind)
{
    kind->work = NWT_WORK_UNCOUNTED + 1;
}

static void work_below_0(nwt_kind *kind)
{
    kind->work = -1;
}

static void flops_below_0(nwt_kind *kind)
{
    kind->flops = -2;
}

static void no_name(nwt_kind *kind)
{
    kind->name = "";
}

static void name_of_two_words(nwt_kind *kind)
{
    kind->name = "Two words";
}

static void bad_alias(nwt_kind *kind)
{
    kind->aliases = "Good  Bad!";
}

static void small_rows(nwt_kind *kind)
{
    kind->option_size = sizeof(nwt_option) - 1;
}

static void small_past(nwt_kind *kind)
{
    kind->past_size = sizeof(nwt_past) - 1;
}

static void small_axes(nwt_kind *kind)
{
    kind->axis_size = 1;
}

static const struct {
    void (*spoil)(nwt_kind *kind);
    const char *part; /* of the message */
} descriptors[] = {
    {two_of_a_key, "Wrong: two rows have the key 'first'"},
    {reserved_key, "Wrong: no option can be called 'trainable'"},
    {digit_first, "Wrong: no option can be called '1st'"},
    {no_choices, "Wrong: option 'mode' has no choices"},
    {tensor_option, "Wrong: option 'x' is a tensor"},
    {not_aligned, "Wrong: the place of option 'x' at byte 4 of the struct is not aligned"},
    {unknown_row_flag, "Wrong: the row of option 'x' has flags"},
    {unknown_flag, "Wrong: its descriptor has flags or a work"},
    {unknown_work, "Wrong: its descriptor has flags or a work"},
    {work_below_0, "Wrong: its descriptor has flags or a work"},
    {flops_below_0, "Wrong: its flops for each element are -2"},
    {no_name, "a kind needs a name"},
    {name_of_two_words, "Two words"},
    {bad_alias, "Wrong"},
    {small_rows, "a kind needs a name"},
    {small_past, "a kind needs a name"},
    {small_axes, "a kind needs a name"},
};

static void faults_of_descriptors_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++) {
        nwt_context *ctx = nwt_context_new(NULL);
        nwt_kind kind = good_kind(bad_axis);

        descriptors[i].spoil(&kind);
        assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_INVALID);
        if (strstr(nwt_message(ctx), descriptors[i].part) == NULL) {
            fail_msg("%s, not %s", nwt_message(ctx), descriptors[i].part);
        }
        nwt_context_clear_error(ctx);
        /* It left nothing behind. */
        kind = good_kind(bad_axis);
        assert_int_equal(nwt_register(ctx, &kind), 0);
        nwt_context_free(ctx);
    }
    assert_int_equal(nwt_register(NULL, NULL), NWT_STATUS_OUT_OF_MEMORY);
}

/* ----------------------------------------------------------------------- optimizers */

static const struct {
    const char *text;
    int64_t params;      /* of a Dense of 3 x 2 + 2; -1: refused */
    const char *message; /* a part of it */
} optimizers[] = {
    {"adam", 18, ""},
    {"'Adam'", 18, ""},
    {"Adam(amsgrad=True)", 26, ""},
    {"SGD()", 2, ""},
    {"SGD(0.1, 0.9)", 10, ""},
    {"keras.optimizers.SGD(momentum=0.9)", 10, ""},
    {"LossScaleOptimizer(Adam())", 22, ""},
    {"LossScaleOptimizer(inner_optimizer='sgd')", 6, ""},
    {"LossScaleOptimizer()", -1, "LossScaleOptimizer needs an inner_optimizer"},
    {"Adom", -1, "there is no optimizer 'Adom'; did you mean 'Adam'?"},
    {"Adam(beta=1)", -1, "beta"},
    {"Adam(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)", -1,
     "Adam has too many arguments"},
    {"5", -1, "an optimizer is its name, or a constructor"},
    {"LossScaleOptimizer(5)", -1, "an optimizer is its name, or a constructor"},
    {"Adam(", -1, "optimizer, column 6"},
};

static void optimizers_are_read_or_refused(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        nwt_model *model = nwt_model_parse(ctx, "Sequential([Input((3,)), Dense(2)])", NULL);
        nwt_memory_info info = {sizeof info};
        char options[256];
        int32_t done;

        snprintf(options, sizeof options, "optimizer=\"%s\"", optimizers[i].text);
        done = nwt_model_memory(model, options, &info);
        if (done != (optimizers[i].params >= 0) ||
            strstr(nwt_message(ctx), optimizers[i].message) == NULL ||
            (done && info.optimizer_params != optimizers[i].params)) {
            print_error("%s: %lld %s\n", options, (long long)info.optimizer_params,
                        nwt_message(ctx));
            fail();
        }
        nwt_context_reset(ctx);
    }
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_callbacks_are_named),
        cmocka_unit_test(faults_of_descriptors_are_named),
        cmocka_unit_test(optimizers_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
