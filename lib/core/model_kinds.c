/* The kinds of models. */
#include "core/context.h"
#include "core/op.h"
#include "core/model.h"
#include "core/builtin.h"

#include <string.h>

static const nwt_option model_arguments[] = {
    {"inputs", NULL, "one tensor for each input", NULL, 0, NWT_MAX_RANK, NWT_TYPE_TENSORS, 0, 0, 0},
    NWT_OPTION_END};

static const nwt_option functional_options[] = {
    NWT_OPTION_LAYERS(nwti_model_self, layers, NULL, NWT_FLAG_HIDDEN, "the layers it holds"),
    NWT_OPTION_END};

static const nwt_option sequential_options[] = {
    {"layers", "None", "the layers, in their order", NULL, 0, 0, NWT_TYPE_LAYERS, NWT_FLAG_TEMPLATE,
     (int32_t)offsetof(nwti_model_self, given), 1},
    {"added", NULL, "the layers it holds", NULL, 0, 0, NWT_TYPE_LAYERS, NWT_FLAG_HIDDEN,
     (int32_t)offsetof(nwti_model_self, layers), 1},
    NWT_OPTION_END};

static nwt_model *begin(nwt_op *op, int32_t is_sequential)
{
    nwt_model *model = nwti_model_begin(op->layer, is_sequential);

    if (model != NULL) {
        model->copy = nwti_model_copy;
    }
    return model;
}

static int32_t functional_make(nwt_op *op, void *self)
{
    (void)self;
    return begin(op, 0) != NULL ? 0 : op->ctx->status;
}

static int32_t sequential_make(nwt_op *op, void *self)
{
    nwti_model_self *model_self = self;
    nwt_model *model = begin(op, 1);
    int64_t i;

    for (i = 0; model != NULL && i < model_self->given.count; i++) {
        if (nwt_sequential_add(model, model_self->given.items[i])) {
            model = NULL;
        }
    }
    memset(&model_self->given, 0, sizeof model_self->given);
    if (model == NULL) {
        op->state = NWTI_OP_FAILED;
    }
    return op->ctx->status;
}

/* Keras 1 and 2 called any graph a Model. */
static const nwt_past functional_past[] = {NWT_PAST_CLASS("Model", 0, 0),
                                           NWT_PAST_NAME(NULL, "model", 0, 30000), NWT_PAST_END};

KIND(functional, "Functional", .about = "holds a graph of layers", .past = functional_past,
     .options = functional_options, .arguments = model_arguments,
     .self_size = sizeof(nwti_model_self), .arguments_size = sizeof(nwt_range),
     .make = functional_make, .shape = nwti_model_shape, .work = NWT_WORK_STATED);

KIND(sequential, "Sequential", .about = "holds a chain of layers", .options = sequential_options,
     .arguments = model_arguments, .self_size = sizeof(nwti_model_self),
     .arguments_size = sizeof(nwt_range), .make = sequential_make, .shape = nwti_model_shape,
     .work = NWT_WORK_STATED);
