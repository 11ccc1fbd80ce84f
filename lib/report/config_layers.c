/* What a model holds beside its rows: inputs that a Sequential hides, layers at several places. */
#include "report/config.h"
#include "core/builtin.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"

int32_t nwti_is_input(const nwt_layer *layer)
{
    return !layer->kind->is_operation && !layer->kind->unknown && nwti_first_call(layer) != NULL &&
           nwti_first_call(layer)->input_count == 0 && nwti_first_call(layer)->output_count == 1;
}

const nwt_layer *nwti_own_input(const nwt_model *model)
{
    const nwt_layer *first = model->layer_count > 0 ? model->layers[0] : NULL;

    if (model->input_count != 1 ||
        (first != NULL && first->kind->descriptor->flags & NWT_KIND_COUNTS_APART)) {
        return NULL;
    }
    return model->inputs[0]->call->layer;
}

int32_t nwti_shared_layers(nwti_report *report, nwti_map *shared)
{
    const nwti_facts *facts = &report->facts;
    nwti_shared *one;
    int64_t i;
    void **place;

    nwti_map_init(shared, &report->ctx->heap);
    for (i = 0; i < facts->count; i++) {
        if (!facts->items[i].is_repeated) {
            continue;
        }
        place = nwti_map_at(shared, (const char *)&facts->items[i].layer, sizeof(nwt_layer *));
        one = nwti_arena_zeroed(&report->ctx->scratch, sizeof *one);
        if (place == NULL || one == NULL) {
            return nwti_out_of_memory(report->ctx);
        }
        if (*place == NULL) {
            one->id = (int64_t)shared->count;
            *place = one;
        }
    }
    return 0;
}

nwti_shared *nwti_shared_of(const nwti_map *shared, const nwt_layer *layer)
{
    return nwti_map_get(shared, (const char *)&layer, sizeof layer);
}
