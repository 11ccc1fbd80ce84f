/* The kinds of classes and operations that nobody registered. */

#include "core/context.h"
#include "core/kind.h"
#include "core/layer.h"
#include <string.h>

static int32_t unknown_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output_unknown(op);
}

static const nwt_kind unknown_kinds[] = {
    {sizeof(nwt_kind), "Unknown", .about = "is of a class that is not known",
     .shape = unknown_shape},
    {sizeof(nwt_kind), "ops.Unknown", .about = "is an operation that is not known",
     .shape = unknown_shape},
};

nwt_layer *nwti_layer_unknown(nwt_context *ctx, const char *class_name, int32_t is_operation)
{
    nwti_kind **kind = &ctx->unknown[is_operation != 0];
    nwt_layer *layer;
    nwti_rare *rare;

    if (*kind == NULL) {
        *kind = nwti_kind_make(ctx, &unknown_kinds[is_operation != 0]);
        if (*kind == NULL) {
            return NULL;
        }
        (*kind)->unknown = 1;
    }
    layer = nwti_layer_begin(*kind);
    rare = layer != NULL ? nwti_layer_rare(layer) : NULL;
    if (rare == NULL) {
        return NULL;
    }
    if (class_name != NULL) {
        rare->class_name = nwti_copy_string(ctx, class_name, strlen(class_name));
    }
    return rare->class_name != NULL || class_name == NULL ? layer : NULL;
}
