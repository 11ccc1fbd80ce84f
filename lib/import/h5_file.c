/* HDF5 files: .h5 of Keras 1, 2 and 3, and files of weights alone. */
#include "import/file.h"
#include "core/error.h"

#include <string.h>

typedef struct h5_file {
    nwti_store store;
    const char *version; /* keras_version; NULL: not stated */
    size_t config_length;
    size_t training_length;
} h5_file;

static const char training[] = "training_config";

static void account(const h5_file *h5, nwt_model *model, const char *kind)
{
    int64_t size = h5->store.source.size;
    nwti_accounting accounting = {.left = size};

    nwti_account_add(&accounting, "weights", h5->store.weights);
    nwti_account_add(&accounting, "optimizer", h5->store.optimizer);
    nwti_account_add(&accounting, "other variables", h5->store.other);
    nwti_account_add(&accounting, "config", (int64_t)h5->config_length);
    nwti_account_add(&accounting, "training config", (int64_t)h5->training_length);
    nwti_account_end(&accounting, model, kind, h5->version, size, "HDF5 structures");
}

/* ------------------------------------------------------------------ whole models */

static const nwti_value *read_config(h5_file *h5, const char *text)
{
    nwt_context *ctx = h5->store.ctx;
    const nwti_value *config = nwti_file_json(ctx, "model_config: ", text, h5->config_length);
    const nwti_node *weights = nwti_store_group(&h5->store, "model_weights");

    h5->version = nwti_store_string(&h5->store, nwti_hdf5_root(h5->store.file), "keras_version",
                                    NULL);
    if (h5->version == NULL && weights != NULL) {
        h5->version = nwti_store_string(&h5->store, weights->object, "keras_version", NULL);
    }
    return config != NULL ? nwti_file_root(ctx, config, h5->version) : NULL;
}

/* What the optimizer is called, and what the file holds of it. */
static void read_optimizer(h5_file *h5, nwt_model *model)
{
    const char *text = nwti_store_string(&h5->store, nwti_hdf5_root(h5->store.file), training,
                                         &h5->training_length);
    const nwti_value *root, *optimizer;

    if (text == NULL) {
        return;
    }
    root = nwti_file_json(h5->store.ctx, "training_config: ", text, h5->training_length);
    optimizer = nwti_value_get(root, "optimizer_config");
    if (h5->store.ctx->status == NWT_STATUS_OK && model->version >= 30000) {
        nwti_import_optimizer(model, optimizer, 0);
    }
    nwti_file_optimizer(&h5->store, model, optimizer);
}

static nwt_model *read_model(h5_file *h5, const char *text)
{
    nwt_context *ctx = h5->store.ctx;
    const nwti_value *root;
    nwt_model *model;

    h5->store.layout = NWTI_STORE_LEGACY;
    root = nwti_store_read(&h5->store) ? read_config(h5, text) : NULL;
    model = root != NULL && h5->store.error.kind == NWTI_READ_OK ? nwti_import_root(ctx, root, 1)
                                                                 : NULL;
    if (model == NULL) {
        return NULL;
    }
    nwti_match(&h5->store, model);
    if (ctx->status == NWT_STATUS_OK && h5->store.error.kind == NWTI_READ_OK) {
        read_optimizer(h5, model);
        account(h5, model, "h5");
    }
    return model;
}

/* ----------------------------------------------------------------- weights alone */

static int32_t holds_objects(const nwti_store *store)
{
    const nwti_node *group = store->root;

    while (group != NULL && !group->is_object) {
        group = nwti_node_next(group, store->root);
    }
    return group != NULL;
}

static nwt_model *read_weights(h5_file *h5)
{
    int64_t root = nwti_hdf5_root(h5->store.file);
    nwti_hdf5_attribute attribute;
    nwt_model *model;

    h5->store.layout = nwti_hdf5_attribute_find(h5->store.file, root, "layer_names", &attribute) ||
                               nwti_hdf5_attribute_find(h5->store.file, root, "layer_names0",
                                                        &attribute)
                           ? NWTI_STORE_LEGACY
                           : NWTI_STORE_KERAS_3;
    if (nwti_hdf5_attribute_find(h5->store.file, root, "nb_layers", &attribute)) {
        nwti_error(h5->store.ctx, NWT_STATUS_UNREADABLE,
                   "weights of a Keras before 1.0, which are not "
                   "read");
        return NULL;
    }
    if (!nwti_store_read(&h5->store)) {
        return NULL;
    }
    if (h5->store.layout == NWTI_STORE_KERAS_3 && !holds_objects(&h5->store)) {
        nwti_error(h5->store.ctx, NWT_STATUS_UNREADABLE,
                   "an HDF5 file, but not Keras's: it has neither "
                   "a model_config nor layer_names nor groups of variables");
        return NULL;
    }
    h5->version = nwti_store_string(&h5->store, root, "keras_version", NULL);
    model = nwti_list_weights(&h5->store);
    if (model != NULL) {
        account(h5, model, "weights.h5");
    }
    return model;
}

nwt_model *nwti_h5_file_read(nwt_context *ctx, const nwti_source *source)
{
    nwt_model *model = NULL;
    const char *text;
    h5_file h5;

    memset(&h5, 0, sizeof h5);
    if (nwti_store_open(&h5.store, ctx, source)) {
        text = nwti_store_string(&h5.store, nwti_hdf5_root(h5.store.file), "model_config",
                                 &h5.config_length);
        if (h5.store.error.kind == NWTI_READ_OK) {
            model = text != NULL ? read_model(&h5, text) : read_weights(&h5);
        }
    }
    if (h5.store.error.kind != NWTI_READ_OK) {
        nwti_file_failed(ctx, "", &h5.store.error);
    }
    nwti_store_close(&h5.store);
    return ctx->status == NWT_STATUS_OK ? model : NULL;
}
