/* Reads any bytes as a model file, and reports on it, within a memory limit. */
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

static int32_t ignore(void *user, const char *text, size_t length)
{
    (void)text;
    *(size_t *)user += length;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"format='json'", "format='text'", "format='explain'"};
    nwt_context_options options = {sizeof options, NULL, NULL, (size_t)64 << 20, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    size_t written = 0, i;
    nwt_model *model;

    require(ctx != NULL);
    model = nwt_read_memory(ctx, data, size, NULL);
    require((model != NULL) == (nwt_status(ctx) == NWT_STATUS_OK));
    require(model != NULL || nwt_message(ctx)[0] != '\0');
    for (i = 0; model != NULL && i < sizeof formats / sizeof *formats; i++) {
        int32_t status = nwt_report(model, formats[i], ignore, &written);

        require(status == NWT_STATUS_OK ? written > 0 : status == NWT_STATUS_OUT_OF_MEMORY);
        nwt_context_clear_error(ctx);
    }
    nwt_context_free(ctx);
    return 0;
}
