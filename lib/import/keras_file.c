/* Archives of Keras 3 and tf-keras: .keras. */
#include "import/file.h"
#include "core/error.h"
#include "core/note.h"

#include <string.h>

static const char metadata_name[] = "metadata.json";
static const char config_name[] = "config.json";
static const char weights_name[] = "model.weights.h5";
static const char npz_name[] = "model.weights.npz";
static const char assets_name[] = "assets/";

typedef struct keras_file {
    nwt_context *ctx;
    nwti_zip zip;
    nwti_read_error error;
    nwti_accounting accounting;
    const char *version; /* NULL: not stated */
    const nwti_value *config;
} keras_file;

/* ---------------------------------------------------------------- other archives */

typedef struct archive {
    const char *ending; /* of a member's name */
    const char *what;
} archive;

static const archive archives[] = {
    {"data.pkl", "a model of PyTorch's, not a Keras model"},
    {"saved_model.pb", "a zipped SavedModel of TensorFlow: its graph is no Keras config; save the "
                       "model as .keras or .h5"},
    {".npy", "arrays of NumPy's (.npz): weights without names and config"},
    {".keras", "a zip archive around a .keras file; extract it first"},
    {".h5", "a zip archive around an .h5 file; extract it first"},
    {".json", "a zip archive around a .json file; extract it first"},
};

static int32_t ends_with(const nwti_zip_entry *entry, const char *ending)
{
    size_t length = strlen(ending);

    return entry->name_length >= length &&
           memcmp(entry->name + entry->name_length - length, ending, length) == 0;
}

static void refuse(keras_file *keras)
{
    size_t i, j;

    for (i = 0; i < sizeof archives / sizeof *archives; i++) {
        for (j = 0; j < keras->zip.count; j++) {
            if (ends_with(&keras->zip.entries[j], archives[i].ending)) {
                nwti_error(keras->ctx, NWT_STATUS_UNREADABLE, "it is %s", archives[i].what);
                return;
            }
        }
    }
    nwti_error(keras->ctx, NWT_STATUS_UNREADABLE, "a zip archive without %s: it is no .keras file",
               config_name);
}

/* ------------------------------------------------------------------------ members */

/* The JSON of a member; NULL without an error if there is no such member. */
static const nwti_value *read_json(keras_file *keras, const char *name)
{
    const nwti_zip_entry *entry = nwti_zip_find(&keras->zip, name);
    const unsigned char *text;
    char what[32];

    if (entry == NULL) {
        return NULL;
    }
    /* What is stored as it is costs no more than the file is large. */
    if (entry->method != NWTI_ZIP_STORED && entry->size > keras->ctx->max_config) {
        nwti_error(keras->ctx, NWT_STATUS_UNREADABLE,
                   "%s: decompressed, it is %d bytes; the context's max_config allows no more "
                   "than %d",
                   name, entry->size, keras->ctx->max_config);
        return NULL;
    }
    text = nwti_zip_read_all(&keras->zip, entry, &keras->ctx->scratch, entry->size, &keras->error);
    if (text == NULL) {
        return NULL;
    }
    nwti_format(what, sizeof what, "%s: ", name);
    return nwti_file_json(keras->ctx, what, (const char *)text, (size_t)entry->size);
}

static nwt_model *read_config(keras_file *keras)
{
    const nwti_value *metadata, *root = NULL;

    if (nwti_zip_find(&keras->zip, config_name) == NULL) {
        refuse(keras);
        return NULL;
    }
    metadata = read_json(keras, metadata_name);
    keras->version = nwti_value_string(nwti_value_get(metadata, "keras_version"));
    if (keras->error.kind == NWTI_READ_OK && keras->ctx->status == NWT_STATUS_OK) {
        keras->config = read_json(keras, config_name);
    }
    if (keras->config != NULL && keras->config->type != NWTI_DICT) {
        nwti_error(keras->ctx, NWT_STATUS_UNREADABLE, "%s: the config is no object", config_name);
        keras->config = NULL;
    }
    if (keras->config != NULL) {
        root = nwti_file_root(keras->ctx, keras->config, keras->version);
    }
    return root != NULL ? nwti_import_root(keras->ctx, root, 1) : NULL;
}

static void note_damage(keras_file *keras, const nwti_read_error *error)
{
    const char *text = error->kind == NWTI_READ_MEMORY ? NULL : nwti_file_fault(keras->ctx, error);

    if (text != NULL) {
        nwti_note_add(keras->ctx, "%s: its weights could not be compared: %s", weights_name, text);
    } else {
        nwti_out_of_memory(keras->ctx);
    }
}

/* The parts of the weights member, if it lies in the archive as it is. */
static void account_weights(keras_file *keras, const nwti_zip_entry *entry, const nwti_store *store)
{
    nwti_accounting *parts = &keras->accounting;
    int64_t left = parts->left - entry->packed_size;

    if (entry->method == NWTI_ZIP_STORED) {
        nwti_account_add(parts, "weights", store->weights);
        nwti_account_add(parts, "optimizer", store->optimizer);
        nwti_account_add(parts, "other variables", store->other);
        nwti_account_add(parts, "HDF5 structures", parts->left - left);
    } else {
        nwti_account_add(parts, "weights file, deflated", entry->packed_size);
    }
}

static void match(keras_file *keras, nwt_model *model, const nwti_zip_entry *entry,
                  const nwti_source *source)
{
    const nwti_value *compiled = nwti_value_get(keras->config, "compile_config");
    nwti_store store;

    if (nwti_store_open(&store, keras->ctx, source) && nwti_store_read(&store)) {
        nwti_match(&store, model);
        nwti_file_optimizer(&store, model, nwti_value_get(compiled, "optimizer"));
    }
    if (store.error.kind != NWTI_READ_OK) {
        note_damage(keras, &store.error);
        nwti_account_add(&keras->accounting, "weights file, damaged", entry->packed_size);
        nwti_match_end(keras->ctx, model, 0);
    } else {
        account_weights(keras, entry, &store);
    }
    nwti_store_close(&store);
}

static void read_weights(keras_file *keras, nwt_model *model)
{
    const nwti_zip_entry *entry = nwti_zip_find(&keras->zip, weights_name);
    const nwti_zip_entry *npz = nwti_zip_find(&keras->zip, npz_name);
    nwti_read_error error = {0};
    nwti_source source;

    if (entry != NULL &&
        nwti_zip_member_source(&keras->zip, entry, &keras->ctx->scratch, &source, &error)) {
        match(keras, model, entry, &source);
        return;
    }
    if (entry != NULL) {
        note_damage(keras, &error);
        nwti_account_add(&keras->accounting, "weights file, damaged", entry->packed_size);
    } else if (npz != NULL) {
        nwti_note_add(keras->ctx,
                      "its weights are in NumPy's format (%s), which is not read: they "
                      "could not be compared",
                      npz_name);
        nwti_account_add(&keras->accounting, "weights", npz->packed_size);
    } else {
        nwti_note_add(keras->ctx, "the archive holds no %s: there are no weights to compare",
                      weights_name);
    }
    nwti_match_end(keras->ctx, model, 0);
}

/* All members but the weights, which are accounted for by who read them. */
static void account_members(keras_file *keras)
{
    size_t i;

    for (i = 0; i < keras->zip.count; i++) {
        const nwti_zip_entry *entry = &keras->zip.entries[i];
        const char *part = "other members";

        if (strcmp(entry->name, metadata_name) == 0) {
            part = "metadata";
        } else if (strcmp(entry->name, config_name) == 0) {
            part = "config";
        } else if (strncmp(entry->name, assets_name, sizeof assets_name - 1) == 0) {
            part = "assets";
        } else if (strcmp(entry->name, weights_name) == 0 || strcmp(entry->name, npz_name) == 0) {
            continue;
        }
        nwti_account_add(&keras->accounting, part, entry->packed_size);
    }
}

static nwt_model *read_archive(keras_file *keras)
{
    nwt_model *model = read_config(keras);

    if (model == NULL) {
        return NULL;
    }
    read_weights(keras, model);
    account_members(keras);
    return model;
}

nwt_model *nwti_keras_file_read(nwt_context *ctx, const nwti_source *source)
{
    nwti_mark mark = nwti_arena_mark(&ctx->scratch);
    nwt_model *model = NULL;
    keras_file keras;

    memset(&keras, 0, sizeof keras);
    keras.ctx = ctx;
    keras.accounting.left = source->size;
    if (nwti_zip_open(&keras.zip, &ctx->scratch, source, &keras.error)) {
        model = read_archive(&keras);
    }
    if (keras.error.kind != NWTI_READ_OK) {
        nwti_file_failed(ctx, "", &keras.error);
    }
    if (model != NULL && ctx->status == NWT_STATUS_OK) {
        nwti_account_end(&keras.accounting, model, "keras", keras.version, source->size,
                         "zip structures");
    }
    nwti_arena_rewind(&ctx->scratch, mark);
    return ctx->status == NWT_STATUS_OK ? model : NULL;
}
