/* What a compiled model's optimizer holds, against what Keras 3 builds from the same config. */
#include "golden.h"
#include "core/context.h"
#include "core/model.h"
#include "netweight/work.h"

static const nwti_optimizer *read_optimizer(nwt_context *ctx, const char *config)
{
    nwt_model *model = nwt_read_memory(ctx, config, strlen(config), NULL);

    assert_string_equal(nwt_message(ctx), "");
    assert_non_null(model);
    return model->optimizer;
}

static nwti_optimizer of_config(nwt_context *ctx, const char *config)
{
    const nwti_optimizer none = {NULL, 0, 0}, *found = read_optimizer(ctx, config);

    return found != NULL ? *found : none;
}

/* For the model that tests/oracle/optimizers.py builds it for. */
static nwti_optimizer of_text(nwt_context *ctx, const char *text)
{
    nwt_model *model = nwt_model_parse(ctx,
                                       "Sequential([Input((7,), dtype='int32'), Embedding(20, 4), "
                                       "LSTM(3), Dense(2)])",
                                       NULL);
    nwt_memory_info memory = {sizeof memory};
    nwti_optimizer found = {text, 0, 0};
    char options[256];

    snprintf(options, sizeof options, "optimizer=\"%s\"", text);
    assert_true(nwt_model_memory(model, options, &memory));
    found.params = memory.optimizer_params;
    found.bytes = memory.optimizer_bytes;
    return found;
}

static void check_counts(void **state)
{
    size_t length = 0;
    char *list = golden_text("optimizers.txt", &length), *line;
    int count = 0, wrong = 0;

    (void)state;
    assert_non_null(list);
    for (line = strtok(list, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        nwt_context *ctx = nwt_context_new(NULL);
        char *end;
        long long params = strtoll(line, &end, 10), bytes = strtoll(end, &end, 10);
        nwti_optimizer ours = end[1] == '{' ? of_config(ctx, end + 1) : of_text(ctx, end + 1);

        if (ours.params != params || ours.bytes != bytes) {
            print_error("line %d: %s holds %lld in %lld bytes, Keras %lld in %lld\n", count + 1,
                        ours.class_name != NULL ? ours.class_name : "nothing",
                        (long long)ours.params, (long long)ours.bytes, params, bytes);
            wrong++;
        }
        count++;
        nwt_context_free(ctx);
    }
    free(list);
    assert_true(count > 0);
    assert_int_equal(wrong, 0);
}

static int32_t collect(void *user, const char *text, size_t length)
{
    char *all = user;

    strncat(all, text, length);
    return 0;
}

/* Somebody's own optimizer: known by name, its size not, so no table adds it. */
static void check_unknown(void **state)
{
    static const char config[] =
        "{\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {\"layers\": ["
        "{\"module\": \"keras.layers\", \"class_name\": \"InputLayer\", \"config\": "
        "{\"batch_shape\": [null, 4]}}, {\"module\": \"keras.layers\", \"class_name\": "
        "\"Dense\", \"config\": {\"units\": 3}}]}, \"compile_config\": {\"optimizer\": "
        "{\"class_name\": \"Mine\", \"config\": {\"learning_rate\": 0.1}}}}";
    nwt_context *ctx = nwt_context_new(NULL);
    const nwti_optimizer *ours = read_optimizer(ctx, config);
    char table[8192] = "";

    (void)state;
    assert_non_null(ours);
    assert_string_equal(ours->class_name, "Mine");
    assert_int_equal(ours->params, -1);
    assert_int_equal(ours->bytes, -1);
    nwt_report(nwt_read_memory(ctx, config, strlen(config), NULL), "style='keras-3'", collect,
               table);
    assert_non_null(strstr(table, " Total params: 15 (60.00 B)"));
    assert_null(strstr(table, "Optimizer"));
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_counts),
        cmocka_unit_test(check_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
