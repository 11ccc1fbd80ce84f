/* Models from memory, files and sources. */
#include "import/import.h"

#include <string.h>

nwt_model *nwt_read_memory(nwt_context *ctx, const void *bytes, size_t size, const char *options)
{
    nwti_syntax_error error;
    const nwti_value *root;

    (void)options;
    if (ctx == NULL) {
        return NULL;
    }
    if (bytes == NULL && size > 0) {
        nwti_error(ctx, NWT_INVALID, "nwt_read_memory: the bytes are NULL");
        return NULL;
    }
    root = nwti_json_read(&ctx->arena, bytes, size, nwti_json_depth(ctx), &error);
    if (root == NULL) {
        if (error.what == NULL) {
            nwti_out_of_memory(ctx);
        } else {
            nwti_error(ctx, NWT_UNREADABLE, "line %z, column %z: %s", error.line, error.column,
                       error.what);
        }
        return NULL;
    }
    return nwti_import_root(ctx, root);
}
