/* A model from constructor text, whose options say whose text it is. */
#include "import/expression.h"
#include "core/error.h"
#include "core/option.h"

#include <string.h>

typedef struct parse_options {
    int64_t keras;
} parse_options;

static const nwt_option parse_rows[] = {
    NWT_OPTION_INT(parse_options, keras, "3", 1, 3, "whose positions, defaults and names"),
    NWT_OPTION_END};

static int32_t read_options(nwt_context *ctx, const char *options, nwti_version *version)
{
    static const nwti_settings settings = {"nwt_model_parse", parse_rows, sizeof(parse_options)};
    static const nwti_version versions[] = {NWTI_VERSION_1, NWTI_VERSION_2, NWTI_VERSION_3};
    parse_options read;

    if (nwti_settings_read(ctx, &settings, options, &read, NULL)) {
        return ctx->status;
    }
    *version = versions[read.keras - 1];
    return 0;
}

nwt_model *nwt_model_parse(nwt_context *ctx, const char *text, const char *options)
{
    nwti_expression e;
    int32_t outer;

    if (ctx == NULL) {
        return NULL;
    }
    if (text == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_model_parse: the text is NULL");
        return NULL;
    }
    memset(&e, 0, sizeof e);
    e.ctx = ctx;
    e.import.ctx = ctx;
    e.import.is_stated = 1;
    if (read_options(ctx, options, &e.import.version)) {
        return NULL;
    }
    nwti_map_init(&e.variables, &ctx->heap);
    outer = nwti_count_begin(ctx);
    if (nwti_expression_run(&e, text)) {
        e.model = NULL;
    }
    nwti_count_end(ctx, outer);
    nwti_map_free(&e.variables);
    return e.model;
}
