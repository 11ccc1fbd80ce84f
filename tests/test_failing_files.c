/* Files of every era while each allocation fails: what is compared with weights, taken from them,
   or listed, is so whole or not at all. */
#include "support/fail_each.h"

static char *bytes;
static size_t size;

static void read_bytes(nwt_context *ctx)
{
    nwt_model *model = nwt_read_memory(ctx, bytes, size, NULL);

    assert_int_equal(model == NULL, nwt_status(ctx) != NWT_STATUS_OK);
}

static void files_survive_each_failure(void **state)
{
    static const char *const paths[] = {
        "files/keras-1.2.2/mnist.h5",
        "files/keras-1.2.2/nested.h5",
        "files/keras-2.2.4/mnist.weights-legacy.h5",
        "files/keras-2.12/attention.h5",
        "files/keras-2.12/block.h5",
        "files/keras-2.12/nested.weights.h5",
        "files/keras-2.12/nested.weights-legacy.h5",
        "files/keras-2.12/owner.weights-legacy.h5",
        "files/keras-2.12/wrapped.h5",
        "files/keras-3.15/attention.keras",
        "files/keras-3.15/compiled.keras",
        "files/keras-3.15/custom.h5",
        "files/keras-3.15/custom.keras",
        "files/keras-3.15/custom.weights.h5",
        "files/keras-3.15/damaged.keras",
        "files/keras-3.15/owner.h5",
        "files/keras-3.15/quantised.keras",
        "files/keras-3.15/split.h5",
        "files/keras-3.15/subclass.h5",
        "files/keras-3.15/subclass.keras",
        "files/keras-3.15/subclass.weights.h5",
        "files/keras-3.15/wrapped.h5",
        "files/keras-3.15/wrapped.keras",
        "files/odd/fewer.h5",
        "files/odd/inner.h5",
        "files/odd/listing.weights.h5",
        "files/odd/lone_twice.h5",
        "files/odd/many.keras",
        "files/odd/more.keras",
        "files/odd/npz.keras",
        "files/odd/optimizer.keras",
        "files/odd/pair.h5",
        "files/odd/renamed.h5",
        "files/odd/renamed.keras",
        "files/odd/unknown.h5",
        "files/odd/unknown.keras",
        "models/keras-2.6/graph_nodes.json",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        bytes = golden_text(paths[i], &size);
        assert_non_null(bytes);
        fail_each(read_bytes, 1);
        fail_each(read_bytes, 0);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_survive_each_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
