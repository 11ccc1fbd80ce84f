/* The optimizer of a compiled model, as its config states it. */
#include "import/import.h"
#include "core/optimizer.h"

int32_t nwti_import_optimizer(nwt_model *model, const nwti_value *object, int32_t with_slots)
{
    nwti_optimizer *to;

    if (nwti_value_string(nwti_value_get(object, "class_name")) == NULL || !model->built) {
        return 0;
    }
    to = nwti_new(model->layer->kind->ctx, sizeof *to);
    if (to == NULL) {
        return model->layer->kind->ctx->status;
    }
    *to = nwti_optimizer_of(object, with_slots ? model->layer : NULL);
    model->optimizer = to;
    model->compiled_with = object;
    return 0;
}
