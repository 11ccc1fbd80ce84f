/* Models from memory, from files, and from sources that their caller reads. */
#include "import/file.h"
#include "core/context.h"
#include "core/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static nwt_model *read_text(nwt_context *ctx, const char *text, size_t size)
{
    const nwti_value *root = nwti_file_json(ctx, "", text, size);

    if (nwti_value_get(root, "weight_map") != NULL) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE,
                   "it is the list of files that weights were split into, "
                   "not a config; each of them can be read");
        return NULL;
    }
    return root != NULL ? nwti_import_root(ctx, root, 0) : NULL;
}

/* A JSON text is read whole: within the memory limit, if there is one. */
static nwt_model *read_json(nwt_context *ctx, const nwti_source *source)
{
    size_t size = (size_t)source->size;
    char *text = (uint64_t)source->size < SIZE_MAX ? nwti_heap_resize(&ctx->heap, NULL, 0, size)
                                                   : NULL;
    nwt_model *model = NULL;
    nwti_read_error error = {0};

    if (text == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    if (nwti_source_read(source, 0, text, size, &error)) {
        model = read_text(ctx, text, size);
    } else {
        nwti_file_failed(ctx, "", &error);
    }
    nwti_heap_free(&ctx->heap, text, size);
    return model;
}

static nwt_model *read_any(nwt_context *ctx, const nwti_source *source, const char *text)
{
    nwti_read_error error = {0};
    int64_t signature;

    if (source->size == 0) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE, "it is empty");
        return NULL;
    }
    signature = nwti_hdf5_signature(source, &error);
    if (error.kind != NWTI_READ_OK) {
        nwti_file_failed(ctx, "", &error);
        return NULL;
    }
    if (signature < 0 && text != NULL && (text[0] == '{' || text[0] == '[')) {
        return read_text(ctx, text, (size_t)source->size);
    }
    /* A zip may hold an HDF5 file at 512, 1024 ...; an HDF5 file from 0 on is no zip. */
    if (signature != 0 && nwti_zip_is(source)) {
        return nwti_keras_file_read(ctx, source);
    }
    if (signature >= 0) {
        return nwti_h5_file_read(ctx, source);
    }
    return nwti_file_refuse(ctx, source) == 0 ? read_json(ctx, source) : NULL;
}

static nwt_model *read_whole(nwt_context *ctx, const nwti_source *source, const char *text)
{
    int32_t outer = nwti_count_begin(ctx);
    nwt_model *model = read_any(ctx, source, text);

    nwti_count_end(ctx, outer);
    return model;
}

/* 1 if options are what they can be: nothing. */
static int32_t no_options(nwt_context *ctx, const char *options)
{
    if (options != NULL && options[strspn(options, " \t\n")] != '\0') {
        nwti_error(ctx, NWT_STATUS_INVALID, "reading a model takes no options, not '%s'", options);
        return 0;
    }
    return 1;
}

nwt_model *nwt_read_memory(nwt_context *ctx, const void *bytes, size_t size, const char *options)
{
    nwti_source source;

    if (ctx == NULL || !no_options(ctx, options)) {
        return NULL;
    }
    if ((bytes == NULL && size > 0) || size > PTRDIFF_MAX) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_read_memory: the bytes are NULL, or too many");
        return NULL;
    }
    source = nwti_source_memory(bytes, size);
    return read_whole(ctx, &source, bytes);
}

nwt_model *nwt_read(nwt_context *ctx, const nwt_source *source, const char *options)
{
    nwti_source from;

    if (ctx == NULL || !no_options(ctx, options)) {
        return NULL;
    }
    if (source == NULL || source->size < sizeof *source || source->read == NULL ||
        source->length < 0) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "nwt_read: the source is NULL, or its size, function or "
                   "length are not set");
        return NULL;
    }
    from = (nwti_source){source->read, source->user, source->length, NULL};
    return read_whole(ctx, &from, NULL);
}

/* ---------------------------------------------------------------------- files */

typedef struct path_source {
    FILE *file;
    int64_t at; /* where the file stands; -1: not known */
} path_source;

static int32_t read_path(void *user, int64_t offset, void *buffer, size_t size)
{
    path_source *path = user;
    int32_t done;

    if (path->at != offset && fseek(path->file, (long)offset, SEEK_SET)) {
        return 1;
    }
    done = fread(buffer, 1, size, path->file) == size;
    path->at = done ? offset + (int64_t)size : -1;
    return !done;
}

/* The size, proved by reading the last byte: of a folder, some platforms tell one that is not true.
   -1: it can't be told, as of a pipe. */
static int64_t size_of(FILE *file)
{
    long size;

    if (fseek(file, 0, SEEK_END) != 0) {
        return -1;
    }
    size = ftell(file);
    if (size <= 0 || fseek(file, size - 1, SEEK_SET) != 0 || fgetc(file) == EOF) {
        return -1;
    }
    return size;
}

static int32_t is_there(const char *folder, const char *name)
{
    char path[1024];
    FILE *file;

    if (nwti_format(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
        return 0;
    }
    file = fopen(path, "rb");
    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

/* What can't be read may be a folder, which C knows only by what is in it. */
static void explain_failure(nwt_context *ctx, const char *path, int number)
{
    if (is_there(path, "saved_model.pb")) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE,
                   "a SavedModel folder of TensorFlow: its graph is no Keras "
                   "config; save the model as .keras or .h5");
    } else if (is_there(path, "config.json")) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE, "a folder; the model's config is its config.json");
    } else if (is_there(path, "model.json")) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE, "a folder; the model's config is its model.json");
    } else {
        nwti_error(ctx, NWT_STATUS_UNREADABLE, "can't be read%s%s", number != 0 ? ": " : "",
                   number != 0 ? strerror(number) : "");
    }
}

/* What has no size, as a pipe, is read to its end. */
static nwt_model *read_stream(nwt_context *ctx, const char *path, FILE *file)
{
    nwt_model *model = NULL;
    char piece[4096];
    nwti_text all;
    size_t got;

    nwti_text_init(&all, &ctx->heap);
    clearerr(file);
    fseek(file, 0, SEEK_SET);
    errno = 0;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0 && !all.failed) {
        nwti_text_add(&all, piece, got);
    }
    if (all.failed) {
        nwti_out_of_memory(ctx);
    } else if (ferror(file)) {
        explain_failure(ctx, path, errno);
    } else {
        model = nwt_read_memory(ctx, all.length > 0 ? all.data : "", all.length, NULL);
    }
    nwti_text_free(&all);
    return model;
}

static nwt_model *read_at(nwt_context *ctx, const char *path)
{
    path_source from = {NULL, -1};
    nwti_source source = {read_path, &from, 0, NULL};
    nwt_model *model;

    errno = 0;
    from.file = fopen(path, "rb");
    if (from.file == NULL) {
        explain_failure(ctx, path, errno);
        return NULL;
    }
    source.size = size_of(from.file);
    model = source.size > 0 ? read_whole(ctx, &source, NULL) : read_stream(ctx, path, from.file);
    fclose(from.file);
    return model;
}

nwt_model *nwt_read_file(nwt_context *ctx, const char *path, const char *options)
{
    int32_t before;
    nwt_model *model;

    if (ctx == NULL || !no_options(ctx, options)) {
        return NULL;
    }
    if (path == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_read_file: the path is NULL");
        return NULL;
    }
    before = ctx->status;
    model = read_at(ctx, path);
    if (before == NWT_STATUS_OK && ctx->status != NWT_STATUS_OK) {
        nwti_error_in(ctx, path);
    }
    return model;
}
