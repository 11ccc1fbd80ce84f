/* A model and the file that holds its weights: compared, whatever the layout. */
#include "import/file.h"
#include "core/optimizer.h"
#include "core/context.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/note.h"

#include <string.h>

/* What Keras calls a layer whose config has no name. */
static int32_t name_by_class(nwt_context *ctx, nwt_layer *layer)
{
    char snake[2 * NWTI_LONGEST_CLASS + 1];
    const char *class_name = nwti_layer_class(layer);

    if (layer->name == NULL && strlen(class_name) <= NWTI_LONGEST_CLASS) {
        layer->name = nwti_copy_string(ctx, snake, nwti_snake_case(snake, class_name));
    }
    return ctx->status;
}

int32_t nwti_match(nwti_store *store, nwt_model *model)
{
    nwti_matching m = {.store = store,
                       .ctx = store->ctx,
                       .serial = ++store->ctx->serial,
                       .version = model->version};
    int32_t status;

    if (model->is_lone && name_by_class(m.ctx, model->layers[0])) {
        return m.ctx->status;
    }
    status = store->layout == NWTI_STORE_KERAS_3 ? nwti_match_keras3(&m, model)
                                                 : nwti_match_legacy(&m, model);
    if (m.differences > NWTI_MOST_DIFFERENCES) {
        nwti_note_add(m.ctx, "%d more layers differ from the weights in the file",
                      m.differences - NWTI_MOST_DIFFERENCES);
    }
    if (m.without_shape > 0) {
        nwti_note_add(m.ctx,
                      "of %d layers the input's shape is not known: their weights are those "
                      "in the file, and count as trainable",
                      m.without_shape);
    }
    return status ? status : nwti_match_end(m.ctx, model, m.is_changed);
}

int32_t nwti_file_optimizer(const nwti_store *store, nwt_model *model, const nwti_value *object)
{
    const nwti_node *group = nwti_store_group(store, "optimizer");
    const char *class_name = nwti_value_string(nwti_value_get(object, "class_name"));
    nwti_optimizer *to;

    if (class_name == NULL) {
        class_name = nwti_value_string(object);
    }
    if (class_name != NULL && strchr(class_name, '>') != NULL) {
        class_name = strchr(class_name, '>') + 1; /* "Custom>Adam" of tf-keras */
    }
    if (class_name == NULL && group != NULL && group->name != NULL) {
        class_name = nwti_copy_string(store->ctx, group->name, strlen(group->name));
    }
    if (store->held.params == 0 && (class_name == NULL || model->optimizer != NULL)) {
        return store->ctx->status;
    }
    to = nwti_new(store->ctx, sizeof *to);
    if (to == NULL) {
        return store->ctx->status;
    }
    *to = (nwti_optimizer){class_name != NULL ? nwti_optimizer_class(class_name) : "optimizer",
                           store->held.params, store->held.bytes};
    model->stored = to;
    return store->ctx->status;
}
