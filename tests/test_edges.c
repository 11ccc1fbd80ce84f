/* What the functions of the API and of kinds from elsewhere do at the edges of what they take. */
#include "golden.h"
#include "netweight/kind.h"

/* -------------------------------------------------------------------------- contexts */

/* Of a later version: longer, and zero in what this one does not know. */
static void later_options_are_taken_if_they_ask_for_nothing_new(void **state)
{
    struct {
        nwt_context_options known;
        int64_t unknown[2];
    } later;
    nwt_context *ctx;

    (void)state;
    memset(&later, 0, sizeof later);
    later.known.size = sizeof later;
    later.known.max_depth = 3;
    ctx = nwt_context_new(&later.known);
    assert_non_null(ctx);
    assert_null(nwt_layer_parse(
        ctx, "TimeDistributed(TimeDistributed(TimeDistributed(TimeDistributed(Dense(3)))))"));
    nwt_context_free(ctx);
    later.unknown[1] = 1;
    assert_null(nwt_context_new(&later.known));
    later.unknown[1] = 0;
    later.known.size = sizeof later.known.size - 1;
    assert_null(nwt_context_new(&later.known));
    later.known.size = 1000000;
    assert_null(nwt_context_new(&later.known));
}

/* ------------------------------------------------------------------------------ names */

static void check_names(const nwt_model *model, int from, int to, int is_there)
{
    for (int i = from; i < to; i++) {
        nwt_layer *layer;
        char name[16];

        snprintf(name, sizeof name, "n%d", i);
        layer = nwt_model_find(model, name);
        if (layer != (is_there ? nwt_model_layer(model, i) : NULL)) {
            fail_msg("%s of %d", name, to);
        }
    }
}

/* Each of many, while they are taken off, and put on again. */
static void names_are_found_after_others_were_taken_off(void **state)
{
    enum { MANY = 300, FEW = 20 };
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_sequential(ctx, NULL);

    (void)state;
    for (int i = 0; i < MANY; i++) {
        char text[64];

        snprintf(text, sizeof text, "Dense(3, name='n%d')", i);
        assert_int_equal(nwt_sequential_add(model, nwt_layer_parse(ctx, text)), 0);
    }
    check_names(model, 0, MANY, 1);
    for (int left = MANY - 1; left >= FEW; left--) {
        assert_int_equal(nwt_sequential_pop(model), 0);
        check_names(model, 0, left, 1);
        check_names(model, left, MANY, 0);
    }
    assert_int_equal(nwt_sequential_add(model, nwt_dense(ctx, 3, "name='n20'")), 0);
    check_names(model, 0, FEW + 1, 1);
    assert_int_not_equal(nwt_sequential_add(model, nwt_dense(ctx, 3, "name='n7'")), 0);
    nwt_context_free(ctx);
}

static void a_layer_tells_its_own_name(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layer = nwt_dense(ctx, 3, NULL);
    char text[64];

    (void)state;
    nwt_layer_option(layer, "name", text, sizeof text);
    assert_string_equal(text, "'dense'");
    layer = nwt_dense(ctx, 3, "name='it\\'s', trainable=False, dtype='float16'");
    nwt_layer_option(layer, "name", text, sizeof text);
    assert_string_equal(text, "'it\\'s'");
    nwt_layer_option(layer, "trainable", text, sizeof text);
    assert_string_equal(text, "False");
    nwt_layer_option(layer, "dtype", text, sizeof text);
    assert_string_equal(text, "'float16'");
    nwt_context_free(ctx);
}

/* ---------------------------------------------------------------------------- setters */

static void check_first(nwt_context *ctx, nwt_layer *layer, int32_t rank, const int64_t *dims)
{
    nwt_model *model = nwt_sequential(ctx, NULL);
    nwt_tensor *input;

    assert_int_equal(nwt_sequential_add(model, layer), 0);
    input = nwt_model_input(model, 0);
    assert_int_equal(nwt_tensor_rank(input), rank);
    assert_memory_equal(nwt_tensor_dims(input), dims, (size_t)rank * sizeof *dims);
}

/* The old words for an input's shape, in either order. */
static void extents_of_an_input_go_together(void **state)
{
    static const int64_t both[] = {-1, 5, 4};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layer = nwt_layer_new(ctx, "LSTM");

    (void)state;
    nwt_layer_set_int(layer, "units", 3);
    nwt_layer_set_int(layer, "input_dim", 4);
    nwt_layer_set_int(layer, "input_length", 5);
    check_first(ctx, layer, 3, both);
    layer = nwt_layer_new(ctx, "LSTM");
    nwt_layer_set_int(layer, "units", 3);
    nwt_layer_set_int(layer, "input_length", 5);
    nwt_layer_set_int(layer, "input_dim", 4);
    check_first(ctx, layer, 3, both);
    nwt_context_free(ctx);
}

static void setters_refuse(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layer = nwt_layer_new(ctx, "Dense"), *cells[2];
    int64_t dims[NWT_MAX_RANK + 1] = {0};

    (void)state;
    assert_int_equal(nwt_layer_set_text(layer, "activation", NULL), 0);
    nwt_layer_set_int(layer, "units", 3);
    assert_int_not_equal(nwt_layer_set_ints(layer, "input_shape", NWT_MAX_RANK, dims), 0);
    assert_string_equal(nwt_message(ctx), "Dense: input_shape has 32 dims, at most 31 are allowed");
    nwt_context_clear_error(ctx);
    assert_int_equal(nwt_layer_set_ints(layer, "batch_input_shape", NWT_MAX_RANK, dims), 0);
    cells[0] = nwt_layer_parse(ctx, "LSTMCell(3)");
    cells[1] = nwt_layer_new(ctx, "GRUCell");
    layer = nwt_layer_new(ctx, "StackedRNNCells");
    assert_int_not_equal(nwt_layer_set_layers(layer, "cells", 2, cells), 0);
    assert_non_null(strstr(nwt_message(ctx), "GRUCell: option 'units' is missing"));
    nwt_context_free(ctx);
}

/* ----------------------------------------------------------------------------- models */

static void a_sequential_is_given_other_shapes(void **state)
{
    static const int64_t wide[] = {-1, 9, 4};
    const int64_t *shapes[] = {wide, wide};
    int32_t ranks[] = {3, 3};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((5, 4)), LSTM(3, return_sequences=True)], trainable=False)", NULL);

    (void)state;
    model = nwt_model_reshape(model, 1, ranks, shapes);
    assert_non_null(model);
    assert_int_equal(nwt_tensor_dims(nwt_model_output(model, 0))[1], 9);
    assert_int_equal(nwt_model_count(model, NWT_COUNT_TRAINABLE), 0);
    assert_int_equal(nwt_model_params(model), 4 * (4 + 3 + 1) * 3);
    nwt_context_free(ctx);
}

/* -------------------------------------------------------------------- kinds from elsewhere */

struct holder {
    nwt_layer *first;
    nwt_layer *second;
};

NWT_ONE_TENSOR(one, 1, NWT_MAX_RANK, "(batch, ...)");

static const nwt_option rows[] = {
    NWT_OPTION_LAYER(struct holder, first, "None", 0, "a layer within"),
    NWT_OPTION_LAYER(struct holder, second, "None", 0, "another"), NWT_OPTION_END};

static nwt_kind holder_kind(int32_t (*shape)(nwt_op *op, const void *self))
{
    return (nwt_kind){.size = sizeof(nwt_kind),
                      .name = "Holder",
                      .options = rows,
                      .arguments = one,
                      .self_size = sizeof(struct holder),
                      .arguments_size = sizeof(nwt_one_tensor),
                      .shape = shape};
}

/* A layer of such a kind, called on (None, 4); its context's, to be freed. */
static nwt_layer *called(int32_t (*shape)(nwt_op *op, const void *self), const char *text)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_kind kind = holder_kind(shape);
    int64_t four = 4;
    nwt_layer *layer;

    assert_int_equal(nwt_register(ctx, &kind), 0);
    layer = nwt_layer_parse(ctx, text);
    assert_non_null(layer);
    nwt_call(layer, nwt_input(ctx, 1, &four, NULL));
    return layer;
}

static void layers_within_are_counted_where_one_is_missing(void **state)
{
    nwt_layer *layer = called(NULL, "Holder(second=Dense(3))");

    (void)state;
    assert_int_equal(nwt_layer_child_count(layer), 1);
    assert_string_equal(nwt_layer_kind(nwt_layer_child(layer, 0)), "Dense");
    assert_null(nwt_layer_child(layer, 1));
    assert_null(nwt_layer_child(layer, -1));
    nwt_context_free(nwt_layer_context(layer));
}

/* Six inputs of a layer within, and what the wrapper reads of its options. */
static int32_t adds_six(nwt_op *op, const void *self)
{
    nwt_layer *layer = ((const struct holder *)self)->first;
    nwt_op *child = nwt_op_child(op, layer);
    int64_t dims[] = {-1, 4};

    for (int32_t i = 0; i < 6; i++) {
        nwt_op_add_input(child, 2, dims, 0);
    }
    nwt_op_run(child);
    dims[1] = nwt_op_output_dims(child, 0)[1] + 1000 * nwt_op_child_int(op, layer, "axis", 7) +
              100000 * nwt_op_child_int(op, layer, "nothing", 7);
    return nwt_op_output(op, 2, dims, 0);
}

static int32_t reads_options(nwt_op *op, const void *self)
{
    nwt_layer *layer = ((const struct holder *)self)->first;
    int64_t dims[] = {
        nwt_op_child_int(op, layer, "units", 7), nwt_op_child_int(op, layer, "use_bias", 7),
        nwt_op_child_int(op, layer, "activation", 7), nwt_op_child_int(op, NULL, "units", 7)};

    return nwt_op_output(op, 4, dims, 0);
}

static void a_wrapper_reads_the_layer_within(void **state)
{
    static const int64_t wanted[] = {3, 0, 7, 7};
    nwt_layer *layer = called(adds_six, "Holder(first=Concatenate(axis=1))");

    (void)state;
    assert_int_equal(nwt_tensor_dims(nwt_layer_call_output(layer, 0, 0))[1], 24 + 1000 + 700000);
    nwt_context_free(nwt_layer_context(layer));
    layer = called(reads_options, "Holder(first=Dense(3, use_bias=False))");
    assert_memory_equal(nwt_tensor_dims(nwt_layer_call_output(layer, 0, 0)), wanted, sizeof wanted);
    nwt_context_free(nwt_layer_context(layer));
}

static void no_kind_is_registered_as_null(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);

    (void)state;
    assert_int_equal(nwt_register(ctx, NULL), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), "nwt_register: the kind is NULL");
    nwt_context_free(ctx);
}

/* A call by names: the tensors of one argument stand together. */
static void tensors_of_an_argument_stand_together(void **state)
{
    static const char *const apart[] = {"initial_state", "sequences", "initial_state"};
    int64_t dims[] = {5, 4}, three = 3;
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *tensors[3];

    (void)state;
    tensors[0] = tensors[2] = nwt_input(ctx, 1, &three, NULL);
    tensors[1] = nwt_input(ctx, 2, dims, NULL);
    assert_null(nwt_call_named(nwt_lstm(ctx, 3, NULL), 3, apart, tensors, NULL));
    assert_string_equal(nwt_message(ctx),
                        "lstm: the tensors of argument 'initial_state' must stand together");
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_options_are_taken_if_they_ask_for_nothing_new),
        cmocka_unit_test(names_are_found_after_others_were_taken_off),
        cmocka_unit_test(a_layer_tells_its_own_name),
        cmocka_unit_test(extents_of_an_input_go_together),
        cmocka_unit_test(setters_refuse),
        cmocka_unit_test(a_sequential_is_given_other_shapes),
        cmocka_unit_test(layers_within_are_counted_where_one_is_missing),
        cmocka_unit_test(a_wrapper_reads_the_layer_within),
        cmocka_unit_test(no_kind_is_registered_as_null),
        cmocka_unit_test(tensors_of_an_argument_stand_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
