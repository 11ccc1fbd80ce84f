/* Reads any bytes as the text of a model, by every Keras, within a memory limit. */
#include "replay.h"
#include "netweight.h"

#include <stdlib.h>
#include <string.h>

static void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const eras[] = {"keras=1", "keras=2", "keras=3"};
    nwt_context_options options = {sizeof options, NULL, NULL, (size_t)64 << 20, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    char *text = malloc(size + 1);
    size_t i;

    require(ctx != NULL && text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    for (i = 0; i < sizeof eras / sizeof *eras; i++) {
        nwt_model *model = nwt_model_parse(ctx, text, eras[i]);

        require((model != NULL) == (nwt_status(ctx) == NWT_STATUS_OK));
        require(model != NULL || nwt_message(ctx)[0] != '\0');
        nwt_context_reset(ctx);
    }
    nwt_context_free(ctx);
    free(text);
    return 0;
}
