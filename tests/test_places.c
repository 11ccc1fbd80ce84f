/* What is looked up is what a walk over all of it finds: calls and uses in models that share them,
   names, and counts of a Sequential that grows and shrinks. */
#include "golden.h"
#include "support/colliding.h"

static uint32_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static int32_t has(const nwt_model *model, const nwt_layer *layer, int64_t call)
{
    int64_t i;

    for (i = 0; i < nwt_model_call_count(model, layer); i++) {
        if (nwt_model_call(model, layer, i) == call) {
            return 1;
        }
    }
    return 0;
}

/* Each input of each call is one use of its tensor, and there are no others. */
static void check_uses(const nwt_model *model)
{
    int64_t i, j, used, inputs = 0, uses = 0;
    int32_t k;

    for (i = 0; i < nwt_model_layer_count(model); i++) {
        const nwt_layer *layer = nwt_model_layer(model, i);

        for (j = 0; j < nwt_model_call_count(model, layer); j++) {
            int64_t call = nwt_model_call(model, layer, j), index = 0;
            const nwt_tensor *output = nwt_layer_call_output(layer, call, 0);
            const nwt_layer *user;

            assert_true(j == 0 || call > nwt_model_call(model, layer, j - 1));
            inputs += nwt_layer_call_input_count(layer, call);
            for (; (user = nwt_model_use(model, output, index, &used)) != NULL; index++) {
                int32_t found = 0;

                for (k = 0; k < nwt_layer_call_input_count(user, used); k++) {
                    found |= nwt_layer_call_input(user, used, k) == output;
                }
                assert_true(found && has(model, user, used));
            }
            uses += index;
        }
        assert_int_equal(nwt_model_call(model, layer, j), -1);
    }
    assert_int_equal(uses, inputs);
}

static void calls_and_uses_in_models_that_share_them(void **state)
{
    enum { LAYERS = 5, CALLS = 40, MODELS = 6 };
    const int64_t four = 4;
    int round, i, j;

    (void)state;
    for (round = 0; round < 30; round++) {
        nwt_context *ctx = nwt_context_new(NULL);
        nwt_layer *dense[LAYERS], *add = nwt_add(ctx, NULL);
        nwt_tensor *made[CALLS], *in[6];
        nwt_model *models[MODELS];

        for (i = 0; i < LAYERS; i++) {
            dense[i] = nwt_dense(ctx, 4, NULL);
        }
        made[0] = nwt_input(ctx, 1, &four, NULL);
        for (i = 1; i < CALLS; i++) {
            int count = 2 + (int)draw(5);

            for (j = 0; j < count; j++) {
                in[j] = made[draw((uint32_t)i)];
            }
            made[i] = draw(3) == 0 ? nwt_call_many(add, count, in, NULL)
                                   : nwt_call(dense[draw(LAYERS)], in[0]);
        }
        for (i = 0; i < MODELS; i++) {
            models[i] = nwt_model_new(ctx, 1, made, 1, &made[CALLS - 1 - draw(CALLS / 2)], NULL);
            assert_string_equal(nwt_message(ctx), "");
        }
        for (i = 0; i < MODELS; i++) {
            check_uses(models[i]);
        }
        nwt_context_free(ctx);
    }
}

/* All that a model's layers are called leads to them. */
static void check_names(const nwt_model *model)
{
    char name[512];
    int64_t i;

    for (i = 0; i < nwt_model_layer_count(model); i++) {
        nwt_layer *layer = nwt_model_layer(model, i);

        nwt_layer_name(layer, name, sizeof name);
        assert_ptr_equal(nwt_model_find(model, name), layer);
        assert_ptr_equal(nwt_model_find_path(model, name), layer);
    }
    assert_null(nwt_model_find(model, "dense_00"));
    assert_null(nwt_model_find(model, "dense_7000"));
    assert_null(nwt_model_find(model, "block"));
}

/* In which order layers are called: as they were made, from the last on, every fifth, and every
   other of two kinds. */
enum { IN_ORDER, BACKWARDS, FEW, OF_TWO_KINDS, ORDERS };

static void every_layer_is_found_by_its_name(void **state)
{
    enum { COUNT = 700 };
    const int64_t four = 4;
    nwt_layer *layers[COUNT];
    char name[64];
    int named, order, i;

    (void)state;
    for (named = 0; named < 3; named++) {
        for (order = 0; order < ORDERS; order++) {
            nwt_context *ctx = nwt_context_new(NULL);
            nwt_tensor *x = nwt_input(ctx, 1, &four, NULL), *y = x;

            for (i = 0; i < COUNT; i++) {
                int is_named = named == 1 || (named == 2 && i % 3);

                snprintf(name, sizeof name, "name='block/%d'", i);
                layers[i] = order == OF_TWO_KINDS && i % 2
                                ? nwt_relu(ctx, is_named ? name : NULL)
                                : nwt_dense(ctx, 4, is_named ? name : NULL);
            }
            for (i = 0; i < COUNT; i += order == FEW ? 5 : 1) {
                y = nwt_call(layers[order == BACKWARDS ? COUNT - 1 - i : i], y);
            }
            check_names(nwt_model_new(ctx, 1, &x, 1, &y, NULL));
            assert_string_equal(nwt_message(ctx), "");
            nwt_context_free(ctx);
        }
    }
}

static void layers_of_a_sequential_are_found_while_they_come_and_go(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_sequential(ctx, NULL);
    nwt_layer *held[600];
    char name[64];
    int count, i;

    (void)state;
    for (count = 0; count < 500; count++) {
        held[count] = nwt_dense(ctx, 4, NULL);
        nwt_sequential_add(model, held[count]);
    }
    check_names(model);
    while (count > 300) {
        nwt_layer_name(held[--count], name, sizeof name);
        nwt_sequential_pop(model);
        assert_null(nwt_model_find(model, name));
    }
    for (; count < 500; count++) {
        nwt_sequential_add(model, held[count]);
    }
    for (; count < 600; count++) {
        nwt_sequential_add(model, nwt_dense(ctx, 4, NULL));
    }
    check_names(model);
    for (i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "name='given_%d'", i);
        nwt_sequential_add(model, nwt_dense(ctx, 4, name));
    }
    check_names(model);
    assert_string_equal(nwt_message(ctx), "");
    nwt_context_free(ctx);
}

static void names_of_one_hash_are_found(void **state)
{
    const int64_t four = 4;
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *x = nwt_input(ctx, 1, &four, NULL), *y = x;
    nwt_model *grown = nwt_sequential(ctx, NULL);
    char name[COLLIDING_SIZE];
    int i;

    (void)state;
    for (i = 0; i < 2000; i++) {
        nwt_layer *layer = nwt_dense(ctx, 4, NULL);

        colliding_name(name, i);
        nwt_layer_set_string(layer, "name", name);
        nwt_sequential_add(grown, layer);
        y = nwt_call(layer, y);
    }
    for (i = 0; i < 10; i++) {
        nwt_layer *layer = nwt_dense(ctx, 4, NULL);

        nwt_sequential_add(grown, layer);
        y = nwt_call(layer, y);
    }
    check_names(nwt_model_new(ctx, 1, &x, 1, &y, NULL));
    check_names(grown);
    for (i = 0; i < 1500; i++) {
        nwt_sequential_pop(grown);
    }
    check_names(grown);
    assert_string_equal(nwt_message(ctx), "");
    nwt_context_free(ctx);
}

/* Wrappers of three layers, added and taken off: the counts are those of one made at once. */
static void a_sequential_that_grows_and_shrinks_counts_all(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_sequential(ctx, NULL), *fresh;
    nwt_layer *shared[3], *held[200];
    int count = 0, step, i;

    (void)state;
    for (i = 0; i < 3; i++) {
        shared[i] = nwt_dense(ctx, 4, NULL);
    }
    for (step = 0; step < 400; step++) {
        if (count > 0 && (count == 200 || draw(5) < 2)) {
            nwt_sequential_pop(model);
            count--;
        } else {
            held[count] = nwt_time_distributed(ctx,
                                               draw(2) ? shared[draw(3)] : nwt_dense(ctx, 4, NULL),
                                               count == 0 ? "input_shape=(3, 4)" : NULL);
            nwt_sequential_add(model, held[count++]);
        }
        if (step % 20 == 0 && count > 0) {
            fresh = nwt_sequential(ctx, NULL);
            for (i = 0; i < count; i++) {
                nwt_sequential_add(fresh, held[i]);
            }
            assert_int_equal(nwt_model_params(model), nwt_model_params(fresh));
            assert_int_equal(nwt_model_count(model, NWT_COUNT_LAYERS),
                             nwt_model_count(fresh, NWT_COUNT_LAYERS));
            assert_int_equal(nwt_model_count(model, NWT_COUNT_WEIGHTS),
                             nwt_model_count(fresh, NWT_COUNT_WEIGHTS));
        }
    }
    assert_string_equal(nwt_message(ctx), "");
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_and_uses_in_models_that_share_them),
        cmocka_unit_test(every_layer_is_found_by_its_name),
        cmocka_unit_test(layers_of_a_sequential_are_found_while_they_come_and_go),
        cmocka_unit_test(names_of_one_hash_are_found),
        cmocka_unit_test(a_sequential_that_grows_and_shrinks_counts_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
