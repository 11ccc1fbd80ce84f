/* What kind of file a source is, from its content, and the kinds that are refused by name. */
#include "import/file.h"
#include "core/error.h"

#include <string.h>

enum { FIRST = 512 }; /* bytes that are looked at */

int32_t nwti_file_failed(nwt_context *ctx, const char *what, const nwti_read_error *error)
{
    const char *text = error->kind == NWTI_READ_MEMORY ? NULL : nwti_file_fault(ctx, error);

    return text != NULL ? nwti_error(ctx, NWT_STATUS_UNREADABLE, "%s%s", what, text)
                        : nwti_out_of_memory(ctx);
}

const char *nwti_file_fault(nwt_context *ctx, const nwti_read_error *error)
{
    char text[400], offset[32];
    int32_t is_stated;

    nwti_format(offset, sizeof offset, "%d", error->offset);
    is_stated = error->offset < 0 || strstr(error->what, offset) != NULL;
    nwti_format(text, sizeof text, is_stated ? "%s%s%s" : "%s%s%s (offset %s)",
                error->member != NULL ? error->member : "", error->member != NULL ? ": " : "",
                error->what, offset);
    return nwti_copy_string(ctx, text, strlen(text));
}

/* ------------------------------------------------------------------ what it is */

typedef struct signature {
    const char *bytes;
    uint16_t length;
    uint16_t offset;
    const char *what;
} signature;

#define NO_CONFIG "; it holds no Keras config: "
#define DECOMPRESS "; decompress it first"

static const signature signatures[] = {
    {"TFL3", 4, 4, "a TFLite model" NO_CONFIG "give the Keras model that it was converted from"},
    {"\x1f\x8b", 2, 0, "compressed by gzip" DECOMPRESS},
    {"BZh", 3, 0, "compressed by bzip2" DECOMPRESS},
    {"\xfd"
     "7zXZ",
     5, 0, "compressed by xz" DECOMPRESS},
    {"\x28\xb5\x2f\xfd", 4, 0, "compressed by zstd" DECOMPRESS},
    {"7z\xbc\xaf", 4, 0, "a 7z archive; extract the model first"},
    {"Rar!", 4, 0, "a RAR archive; extract the model first"},
    {"ustar", 5, 257, "a tar archive; extract the model first"},
    {"\x93NUMPY", 6, 0, "an array of NumPy's (.npy), not a model"},
    {"GGUF", 4, 0, "a GGUF model, not one of Keras's"},
    {"%PDF", 4, 0, "a PDF document, not a model"},
    {"\x89PNG", 4, 0, "a PNG image, not a model"},
    {"version https://git-lfs", 23, 0,
     "a pointer of Git LFS: the model itself was not downloaded; `git lfs pull` does it"},
    {"\xff\xfe", 2, 0, "text in UTF-16, as redirection in PowerShell writes it; save it as UTF-8"},
    {"\xfe\xff", 2, 0, "text in UTF-16; save it as UTF-8"},
    {"<", 1, 0, "HTML or XML, not a model: perhaps a page was downloaded instead of the file"},
};

static const signature *find_signature(const unsigned char *first, size_t size)
{
    size_t i;

    for (i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const signature *one = &signatures[i];

        if (size >= (size_t)one->offset + one->length &&
            memcmp(first + one->offset, one->bytes, one->length) == 0) {
            return one;
        }
    }
    return NULL;
}

/* A length of eight bytes, and JSON of that length behind it. */
static int32_t is_safetensors(const unsigned char *first, size_t size, int64_t length)
{
    uint64_t header = size > 9 ? nwti_le64(first) : 0;

    return header >= 2 && header <= (uint64_t)length - 8 && first[8] == '{';
}

/* Protocol 2 to 5, and what a pickle of PyTorch goes on with: a number of 10 bytes. */
static int32_t is_pickle(const unsigned char *first, size_t size)
{
    return size > 2 && first[0] == 0x80 && first[1] >= 2 && first[1] <= 5;
}

/* Protocol buffers: SavedModel has schema version 1 and then a graph; ONNX has a version and then
   its producer, domain, number or graph. */
static const char *protobuf(const unsigned char *first, size_t size)
{
    size_t i = 3;

    if (size < 8 || first[0] != 0x08 || first[1] == 0 || first[1] > 31) {
        return NULL;
    }
    if (first[1] == 1 && first[2] == 0x12) {
        while (i < size - 2 && i < 12 && first[i] & 0x80) {
            i++;
        }
        if (first[i + 1] == 0x0a) {
            return "a SavedModel of TensorFlow: its graph is no Keras config; save the model as "
                   ".keras or .h5";
        }
    }
    return memchr("\x12\x1a\x22\x28\x32\x3a\x42", first[2], 7) != NULL
               ? "an ONNX model" NO_CONFIG "give the Keras model that it was converted from"
               : NULL;
}

/* "class_name: Sequential" or "backend: tensorflow" on a line of its own. */
static int32_t is_yaml(const unsigned char *first, size_t size)
{
    static const char *const starts[] = {
        "class_name:", "backend:", "config:", "keras_version:", "!!python/", "- class_name:"};
    size_t i;

    for (i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = strlen(starts[i]);

        if (size > length && memcmp(first, starts[i], length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* What a config begins with; a string is one that was encoded twice. */
static int32_t begins_json(const unsigned char *first, size_t size)
{
    return first[0] == '{' || first[0] == '[' || first[0] == '"' ||
           (size > 3 && memcmp(first, "\xef\xbb\xbf", 3) == 0);
}

static size_t skip_space(const unsigned char *first, size_t size)
{
    size_t i = 0;

    while (i < size &&
           (first[i] == ' ' || first[i] == '\t' || first[i] == '\n' || first[i] == '\r')) {
        i++;
    }
    return i;
}

static int32_t refused(nwt_context *ctx, const char *what)
{
    return nwti_error(ctx, NWT_STATUS_UNREADABLE, "it is %s", what);
}

int32_t nwti_file_refuse(nwt_context *ctx, const nwti_source *source)
{
    size_t size = source->size < FIRST ? (size_t)source->size : FIRST, space;
    unsigned char first[FIRST];
    const signature *known;
    const char *message;
    nwti_read_error error = {0};

    if (!nwti_source_read(source, 0, first, size, &error)) {
        return nwti_file_failed(ctx, "", &error);
    }
    known = find_signature(first, size);
    message = known != NULL ? known->what : protobuf(first, size);
    if (message != NULL) {
        return refused(ctx, message);
    }
    if (is_safetensors(first, size, source->size)) {
        return refused(ctx, "a file of safetensors: it holds weights, but neither a Keras config "
                            "nor Keras's weights");
    }
    if (is_pickle(first, size)) {
        return refused(ctx, "a Python pickle, as older files of PyTorch are, not a Keras model");
    }
    space = skip_space(first, size);
    if (space == size) {
        return size == FIRST ? 0 : nwti_error(ctx, NWT_STATUS_UNREADABLE, "it is empty");
    }
    if (is_yaml(first + space, size - space)) {
        return refused(ctx, "a config in YAML, as to_yaml() of Keras 1 and 2 wrote it; write it "
                            "as JSON: model_from_yaml(text).to_json()");
    }
    return begins_json(first + space, size - space)
               ? 0
               : refused(ctx, "neither a Keras config in JSON nor a .keras or .h5 file");
}

/* ----------------------------------------------------------------------- JSON */

const nwti_value *nwti_file_json(nwt_context *ctx, const char *what, const char *text,
                                 size_t length)
{
    nwti_syntax_error error;
    const nwti_value *root = nwti_json_read(&ctx->arena, text, length, nwti_json_depth(ctx),
                                            &error);

    if (root == NULL && error.what == NULL) {
        nwti_out_of_memory(ctx);
    } else if (root == NULL) {
        nwti_error(ctx, NWT_STATUS_UNREADABLE, "%sline %z, column %z: %s", what, error.line,
                   error.column, error.what);
    }
    return root;
}

const nwti_value *nwti_file_root(nwt_context *ctx, const nwti_value *config, const char *version)
{
    nwti_value *root = nwti_new_array(ctx, 5, sizeof *root);

    if (root == NULL) {
        return NULL;
    }
    memset(root, 0, 5 * sizeof *root);
    root[0] = (nwti_value){NWTI_DICT, 0, version != NULL ? 2 : 1, {.items = root + 1}};
    root[1] = (nwti_value){NWTI_STRING, 0, 12, {.string = "model_config"}};
    root[2] = *config;
    root[3] = (nwti_value){NWTI_STRING, 0, 13, {.string = "keras_version"}};
    if (version != NULL) {
        root[4] = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(version), {.string = version}};
    }
    return root;
}
