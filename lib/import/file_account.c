/* What the bytes of a model's file are: parts that add up to all of them. */
#include "import/file.h"

#include <string.h>

void nwti_account_add(nwti_accounting *accounting, const char *name, int64_t bytes)
{
    int32_t i = 0;

    /* Structures that overlap in a damaged file can't take more than there is. */
    bytes = bytes < accounting->left ? bytes : accounting->left;
    if (bytes <= 0) {
        return;
    }
    while (i < accounting->count && strcmp(accounting->parts[i].name, name) != 0) {
        i++;
    }
    if (i == accounting->count) {
        accounting->parts[accounting->count++] = (nwti_file_part){name, 0};
    }
    accounting->parts[i].bytes += bytes;
    accounting->left -= bytes;
}

int32_t nwti_account_end(nwti_accounting *accounting, nwt_model *model, const char *kind,
                         const char *version, int64_t bytes, const char *rest)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_file_account *account = nwti_new(ctx, sizeof *account);
    nwti_file_part *parts;

    nwti_account_add(accounting, rest, accounting->left);
    parts = nwti_new_array(ctx, (size_t)accounting->count, sizeof *parts);
    if (account == NULL || parts == NULL) {
        return ctx->status;
    }
    memcpy(parts, accounting->parts, (size_t)accounting->count * sizeof *parts);
    *account = (nwti_file_account){kind, NULL, bytes, parts, accounting->count};
    if (version != NULL) {
        account->keras_version = nwti_copy_string(ctx, version, strlen(version));
    }
    model->file = account;
    return ctx->status;
}
