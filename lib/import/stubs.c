/* Stand-ins: each goes when the real one is there. */
#include "import/import.h"

nwt_model *nwt_model_parse(nwt_context *ctx, const char *text, const char *options)
{
    (void)text;
    (void)options;
    nwti_error(ctx, NWT_UNREADABLE, "constructor text is not read yet");
    return NULL;
}
