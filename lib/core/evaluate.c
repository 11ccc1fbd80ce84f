/* One use of a layer: builds its weights at the first, writes its outputs at each. */
#include "core/context.h"
#include "core/note.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/weight.h"
#include "core/counts.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "support/text.h"
#include "core/work.h"

#include <string.h>

/* Sizes of the factors, and behind them the dims where factors are joined. */
static int32_t size_count(const nwti_declared *declared)
{
    return declared->rank != declared->count ? declared->rank + declared->count : declared->count;
}

static void fill_sizes(int64_t *sizes, const nwti_declared *declared)
{
    int32_t i, axis = declared->count - 1;

    for (i = 0; i < declared->count; i++) {
        sizes[i] = declared->axes[i].size;
    }
    for (i = 0; i < declared->count && declared->rank != declared->count; i++) {
        if (declared->axes[i].flags & NWT_AXIS_JOINED && i > 0) {
            sizes[axis] *= declared->axes[i].size;
        } else {
            sizes[++axis] = declared->axes[i].size;
        }
    }
}

/* Copies a declared weight to where it stays. */
static int32_t install(nwt_op *op, nwti_weight *weight, int64_t *sizes,
                       const nwti_declared *declared)
{
    memset(weight, 0, sizeof *weight);
    if (declared->taken != NULL) {
        *weight = *declared->taken;
        weight->is_taken = 1;
        weight->is_lent = 0;
        weight->lends = 0;
        declared->taken->is_lent = 1;
        declared->lender->weights->lends = 1;
        return 0;
    }
    weight->form = nwti_weight_form_of(op->layer->kind, declared->name, declared->count,
                                       declared->axes);
    if (weight->form == NULL) {
        return op->ctx->status;
    }
    fill_sizes(sizes, declared);
    weight->sizes = sizes;
    weight->params = declared->params;
    weight->dtype = (uint8_t)declared->dtype;
    weight->item_size = (uint8_t)nwt_dtype_size(declared->dtype);
    weight->trainable = declared->flags == 0 && op->layer->flags & NWTI_TRAINABLE;
    return 0;
}

/* Puts the declared weights, the newest of which stands first, into the order in which Keras lists
   them: those tracked as trainable, then the others. */
static int32_t install_all(nwt_op *op)
{
    nwt_layer *layer = op->layer;
    const nwti_declared *declared;
    int32_t count = op->declared_count, trainable = 0, others;
    size_t sizes = 0;
    int64_t *place_of_sizes;

    if (count > UINT16_MAX) {
        return NWT_FAIL(op, "it has {} weights; the largest number is {}", count, UINT16_MAX);
    }
    for (declared = op->declared; declared != NULL; declared = declared->next) {
        trainable += !(declared->flags & NWT_WEIGHT_NON_TRAINABLE);
        sizes += (size_t)size_count(declared);
    }
    layer->weights = nwti_new(op->ctx, (size_t)count * sizeof *layer->weights +
                                           sizes * sizeof *place_of_sizes);
    if (layer->weights == NULL) {
        return op->ctx->status;
    }
    place_of_sizes = (int64_t *)(void *)(layer->weights + count);
    others = count;
    for (declared = op->declared; declared != NULL; declared = declared->next) {
        int32_t place = declared->flags & NWT_WEIGHT_NON_TRAINABLE ? --others : --trainable;

        if (install(op, &layer->weights[place], place_of_sizes, declared)) {
            return op->ctx->status;
        }
        place_of_sizes += size_count(declared);
    }
    layer->weight_count = (uint16_t)count;
    if (op->logical_more != 0 && nwti_layer_rare(layer) == NULL) {
        return op->ctx->status;
    }
    if (layer->rare != NULL) {
        layer->rare->logical_more = op->logical_more;
    }
    return 0;
}

/* What Keras notices depends on where the layer stands: called by a user it checks its input, as
   the cell of a wrapper it does not, and a model called on other shapes asks its layers for their
   shapes alone. */
static int32_t other_size(nwt_op *op, const nwti_weight *weight, int32_t factor, int64_t size)
{
    int64_t values[2] = {weight->sizes[factor], size};
    char text[256], title[128];

    if (op->parent == NULL) {
        nwti_format(text, sizeof text,
                    "its %s was built for '%s' of {}, this call has {}: a layer "
                    "that is shared needs the same weights at each call",
                    weight->form->name, weight->form->factors[factor].label);
        return nwt_op_fail(op, text, 2, values);
    }
    nwti_note_add(op->ctx, "%s: its %s was built for '%s' of %d, another call has %d",
                  nwti_layer_title(op->layer, title, sizeof title), weight->form->name,
                  weight->form->factors[factor].label, values[0], values[1]);
    return 0;
}

static const nwti_weight *weight_named(const nwt_layer *layer, const char *name)
{
    int32_t i;

    for (i = 0; i < layer->weight_count; i++) {
        if (strcmp(layer->weights[i].form->name, name) == 0) {
            return &layer->weights[i];
        }
    }
    return NULL;
}

/* A later call must need the weights that are there. */
static int32_t same_weights(nwt_op *op)
{
    const nwti_declared *declared = op->declared;

    for (; declared != NULL; declared = declared->next) {
        const nwti_weight *weight = weight_named(op->layer, declared->name);
        int32_t i;

        for (i = 0; weight != NULL && i < weight->form->factor_count && i < declared->count; i++) {
            if (weight->sizes[i] != declared->axes[i].size && declared->axes[i].size != -1) {
                return other_size(op, weight, i, declared->axes[i].size);
            }
        }
    }
    return 0;
}

static void run(nwt_op *op, int32_t (*callback)(nwt_op *, const void *), const char *what)
{
    if (callback(op, op->layer->self) != 0 && op->state == NWTI_OP_OK) {
        nwt_op_fail(op, what, 0, NULL);
    }
}

/* Declares the weights; builds the layer with them, or compares them with those it has. */
static void build(nwt_op *op)
{
    nwt_layer *layer = op->layer;

    if (layer->kind->descriptor->weights != NULL) {
        op->phase = NWTI_IN_WEIGHTS;
        run(op, layer->kind->descriptor->weights, "its kind could not declare its weights");
        op->phase = NWTI_IN_SHAPE;
    }
    if (op->state == NWTI_OP_UNKNOWN) {
        layer->flags |= layer->flags & NWTI_BUILT ? 0 : NWTI_UNKNOWN_WEIGHTS;
    } else if (op->state == NWTI_OP_OK && layer->flags & NWTI_BUILT) {
        if (!(layer->flags & NWTI_WEIGHTS_FROM_FILE)) {
            same_weights(op);
        }
    } else if (op->state == NWTI_OP_OK) {
        if (layer->kind->descriptor->weights != NULL && install_all(op)) {
            op->state = NWTI_OP_FAILED;
            return;
        }
        layer->flags |= NWTI_BUILT;
        layer->flags &= (uint8_t)~NWTI_UNKNOWN_WEIGHTS;
    }
    if (layer->kind->unknown && !layer->kind->is_operation &&
        !(layer->flags & NWTI_WEIGHTS_FROM_FILE)) {
        layer->flags |= NWTI_UNKNOWN_WEIGHTS;
    }
}

static int32_t some_input_unknown(const nwt_op *op)
{
    int32_t i;

    for (i = 0; i < op->input_count; i++) {
        if (op->inputs[i] != NULL && op->inputs[i]->rank < 0) {
            return 1;
        }
    }
    return 0;
}

static void default_shape(nwt_op *op)
{
    int32_t keeps_dtype = (op->layer->kind->descriptor->flags & NWT_KIND_KEEPS_DTYPE) != 0;
    int32_t rank = nwt_op_rank(op, 0);

    if (op->state == NWTI_OP_OK) {
        nwt_op_output(op, rank, nwt_op_dims(op, 0), keeps_dtype ? nwt_op_dtype(op, 0) : 0);
    }
}

void nwti_op_evaluate(nwt_op *op)
{
    const nwt_kind *descriptor = op->layer->kind->descriptor;

    if (nwti_arguments_check(op)) {
        op->state = NWTI_OP_FAILED;
        return;
    }
    /* Who asks for the work of a model has built it. */
    if (op->run == NULL) {
        build(op);
    }
    if (op->state == NWTI_OP_OK && some_input_unknown(op) && !op->layer->kind->unknown) {
        op->state = NWTI_OP_UNKNOWN;
    }
    if (op->state == NWTI_OP_OK) {
        if (descriptor->shape != NULL) {
            run(op, descriptor->shape, "its kind could not write its outputs");
            if (op->state == NWTI_OP_OK && op->outputs == NULL &&
                !(op->layer->flags & NWTI_IS_MODEL)) {
                nwt_op_fail(op, "its kind writes no output", 0, NULL);
            }
        } else {
            default_shape(op);
        }
    }
    if (op->run != NULL) {
        nwti_run_close(op);
        return;
    }
    if (op->layer->kind->has_children && !(op->layer->flags & NWTI_IS_MODEL) &&
        (op->layer->rare == NULL || op->layer->rare->holders == NULL ||
         op->layer->rare->counts.unknown_layers > 0)) {
        nwti_layer_summarise(op->layer);
    }
}
