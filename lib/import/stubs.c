/* Stand-ins: each goes when the real one is there. */
#include "import/import.h"

#include <stdio.h>
#include <stdlib.h>

nwt_model *nwt_model_parse(nwt_context *ctx, const char *text, const char *options)
{
    (void)text;
    (void)options;
    nwti_error(ctx, NWT_UNREADABLE, "constructor text is not read yet");
    return NULL;
}

nwt_model *nwt_read_file(nwt_context *ctx, const char *path, const char *options)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    nwt_model *model = NULL;
    long size;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        bytes = malloc((size_t)size + 1);
        if (bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size) {
            model = nwt_read_memory(ctx, bytes, (size_t)size, options);
        }
    }
    if (file == NULL || bytes == NULL) {
        nwti_error(ctx, NWT_UNREADABLE, "the file can't be read");
    }
    free(bytes);
    if (file != NULL) {
        fclose(file);
    }
    return model;
}
