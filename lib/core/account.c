/* What callbacks state of their work, into the account of their run. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/work.h"
#include "core/account.h"
#include "core/axes.h"
#include "support/checked.h"

#include <string.h>

int64_t nwti_elements(int32_t rank, const int64_t *dims)
{
    int64_t size = 1;
    int32_t i;

    for (i = 0; i < rank; i++) {
        if (dims[i] < 0) {
            return -1;
        }
    }
    for (i = 0; i < rank; i++) {
        if (!nwti_multiply(size, dims[i], &size)) {
            return -1;
        }
    }
    return rank >= 0 ? size : -1;
}

static void lose(nwti_account *account, int32_t part)
{
    account->too_large = 1;
    account->unknown_flops = 1;
    account->unknown_macs |= part == NWTI_MACS || part == NWTI_MACS_VALID;
}

static void add_part(nwti_account *account, int32_t part, int64_t each, int64_t count)
{
    int64_t sum;

    if (!nwti_multiply(each, count, &sum) ||
        !nwti_add(account->parts[part], sum, &account->parts[part])) {
        lose(account, part);
    }
}

void nwti_account_sum(nwti_account *to, const nwti_account *from, int64_t times)
{
    int32_t i;

    to->unknown_macs |= from->unknown_macs;
    to->unknown_flops |= from->unknown_flops;
    to->too_large |= from->too_large;
    for (i = 0; i < NWTI_PARTS; i++) {
        if (times >= 0) {
            add_part(to, i, from->parts[i], times);
        } else if (from->parts[i] != 0) {
            to->unknown_macs |= i == NWTI_MACS;
            to->unknown_flops = 1;
        }
    }
}

/* ---------------------------------------------------------- what callbacks call */

/* Of no plain type: how large it is, is not known. */
static void not_known(nwt_op *op, int32_t macs)
{
    op->run->account.unknown_flops = 1;
    op->run->account.unknown_macs |= (uint8_t)macs;
    op->run->unknown |= (uint8_t)(NWTI_UNKNOWN_FLOPS | (macs ? NWTI_UNKNOWN_MACS : 0));
}

static void keep_product(nwt_op *op, int32_t count, const nwt_axis *axes, int64_t macs)
{
    nwti_arena *arena = &op->ctx->works;
    nwti_product *product = nwti_arena_alloc(arena, sizeof *product + (size_t)count * sizeof *axes);
    int32_t i;

    if (product == NULL) {
        nwti_out_of_memory(op->ctx);
        return;
    }
    product->next = NULL;
    product->macs = macs;
    product->count = count;
    for (i = 0; i < count; i++) {
        product->axes[i] = axes[i];
        if (op->layer->kind->copies_text) {
            product->axes[i].label = nwti_arena_string(arena, axes[i].label, strlen(axes[i].label));
            if (product->axes[i].label == NULL) {
                nwti_out_of_memory(op->ctx);
                return;
            }
        }
    }
    if (op->run->last_product != NULL) {
        op->run->last_product->next = product;
    } else {
        op->run->products = product;
    }
    op->run->last_product = product;
}

/* A product of no factor is 1, as the multiplication of two numbers. */
static int64_t product_of(int32_t count, const nwt_axis *axes, int32_t *is_large)
{
    int64_t product = 1;
    int32_t i;

    *is_large = 0;
    for (i = 0; i < count; i++) {
        if (axes[i].size < 0) {
            return -1;
        }
    }
    for (i = 0; i < count && !*is_large; i++) {
        *is_large = !nwti_multiply(product, axes[i].size, &product);
    }
    return *is_large ? -1 : product;
}

int32_t nwti_op_products(nwt_op *op, int32_t count, const nwt_axis *axes, int64_t valid)
{
    nwti_account *account;
    int64_t macs;
    int32_t is_large, i;

    if (!nwti_op_is_live(op) || op->run == NULL) {
        return nwti_op_status(op);
    }
    if (count < 0 || count > NWT_MAX_RANK || (count > 0 && axes == NULL)) {
        return NWT_FAIL(op, "its kind states a product of {} factors; at most {} are allowed",
                        count, NWT_MAX_RANK);
    }
    for (i = 0; i < count; i++) {
        if (axes[i].label == NULL) {
            return NWT_FAIL(op, "its kind states a product whose factor {} has no label", i);
        }
    }
    account = &op->run->account;
    macs = product_of(count, axes, &is_large);
    keep_product(op, count, axes, macs);
    if (is_large) {
        lose(account, NWTI_MACS);
        op->run->unknown |= NWTI_UNKNOWN_FLOPS | NWTI_UNKNOWN_MACS;
    } else if (macs < 0) {
        not_known(op, 1);
    } else {
        add_part(account, NWTI_MACS, macs, 1);
        add_part(account, NWTI_MACS_VALID, valid >= 0 ? valid : macs, 1);
        add_part(account, NWTI_FLOPS, macs, 2);
    }
    return 0;
}

int32_t nwt_op_macs(nwt_op *op, int32_t count, const nwt_axis *axes)
{
    nwt_axis room[NWT_MAX_RANK];

    if (nwti_op_is_live(op) && axes != NULL && count > 0 && count <= NWT_MAX_RANK) {
        axes = nwti_op_axes(op, count, axes, room);
    }
    return nwti_op_products(op, count, axes, -1);
}

void nwti_rows_macs(nwt_op *op, int32_t rank, const int64_t *dims, int32_t count,
                    const nwt_axis *axes)
{
    nwt_axis all[NWT_MAX_RANK];
    int32_t i;

    if (op->run == NULL || rank < 0 || rank + count > NWT_MAX_RANK) {
        if (op->run != NULL && rank >= 0) {
            not_known(op, 1);
        }
        return;
    }
    for (i = 0; i < rank; i++) {
        all[i] = (nwt_axis){i == 0      ? "samples"
                            : rank == 2 ? "steps"
                                        : nwti_axis_label(i, rank + 1),
                            dims[i]};
    }
    memcpy(all + rank, axes, (size_t)count * sizeof *axes);
    nwt_op_macs(op, rank + count, all);
}

int32_t nwt_op_flops(nwt_op *op, int64_t each, int32_t rank, const int64_t *dims)
{
    int64_t elements;

    if (!nwti_op_is_live(op) || op->run == NULL || each == 0) {
        return nwti_op_status(op);
    }
    elements = rank > 0 && dims == NULL ? -1 : nwti_elements(rank, dims);
    if (elements < 0 || each < 0) {
        not_known(op, 0);
    } else {
        add_part(&op->run->account, NWTI_FLOPS, each, elements);
    }
    return 0;
}

void nwti_op_part(nwt_op *op, int32_t part, int64_t count)
{
    if (op->run != NULL && op->state == NWTI_OP_OK && count >= 0) {
        add_part(&op->run->account, part, 1, count);
    }
}

void nwti_op_keep(nwt_op *op, int64_t each, int32_t rank, const int64_t *dims)
{
    int64_t elements = op->run != NULL ? nwti_elements(rank, dims) : -1;

    if (elements >= 0 && op->state == NWTI_OP_OK &&
        nwti_multiply(elements, each * nwt_dtype_size(op->layer->compute_dtype), &elements)) {
        add_part(&op->run->account, NWTI_KEPT, 1, elements);
    }
}

void nwti_op_uncounted(nwt_op *op)
{
    if (op->run != NULL) {
        not_known(op, 0);
    }
}

int32_t nwti_op_is_accounted(const nwt_op *op)
{
    return op->run != NULL;
}

int32_t nwt_op_repeat(nwt_op *child, const char *label, int64_t times)
{
    if (child != NULL && child->run != NULL && child->parent != NULL) {
        child->run->repeated = label;
        child->run->times = times;
        if (label != NULL && child->parent->layer->kind->copies_text) {
            child->run->repeated = nwti_arena_string(&child->ctx->works, label, strlen(label));
            if (child->run->repeated == NULL) {
                nwti_op_out_of_memory(child);
            }
        }
    }
    return nwti_op_status(child);
}

/* ------------------------------------------------------------------------ runs */

void nwti_run_begin(nwt_op *op)
{
    nwti_work *work = op->parent->work;
    nwti_run *run;

    if (work == NULL) {
        return;
    }
    run = nwti_arena_zeroed(&op->ctx->works, sizeof *run);
    if (run == NULL) {
        nwti_out_of_memory(op->ctx);
        op->state = NWTI_OP_FAILED;
        return;
    }
    run->layer = op->layer;
    run->times = 1;
    run->around = op->parent->layer->flags & NWTI_IS_MODEL ? NULL : op->parent->run;
    *work->current->runs_end = run;
    work->current->runs_end = &run->next;
    op->work = work;
    op->run = run;
}

/* Elements of all outputs, or of all inputs; -1: not known. */
static int64_t elements_of(const nwt_op *op, int32_t inputs)
{
    const nwt_tensor *output = op->outputs;
    int64_t sum = 0, size;
    int32_t i;

    if (inputs) {
        for (i = 0; i < op->input_count && sum >= 0; i++) {
            size = op->inputs[i] != NULL ? nwti_elements(op->inputs[i]->rank, op->inputs[i]->dims)
                                         : 0;
            sum = size >= 0 && nwti_add(sum, size, &sum) ? sum : -1;
        }
        return sum;
    }
    for (; output != NULL && sum >= 0; output = output->next) {
        size = nwti_elements(output->rank, output->dims);
        sum = size >= 0 && nwti_add(sum, size, &sum) ? sum : -1;
    }
    return sum;
}

static void count_elements(nwt_op *op, int32_t inputs)
{
    int64_t elements = op->state == NWTI_OP_OK ? elements_of(op, inputs) : -1;

    if (elements < 0) {
        not_known(op, 0);
    } else {
        add_part(&op->run->account, NWTI_FLOPS, op->layer->kind->descriptor->flops, elements);
    }
}

/* Of a layer whose work is not known in full, nothing is counted; a model's known layers are. */
static void drop_unknown(nwti_run *run)
{
    nwti_account *account = &run->account;

    if (run->layer->flags & NWTI_IS_MODEL) {
        return;
    }
    if (account->unknown_macs) {
        memset(account->parts, 0, sizeof account->parts);
    } else if (account->unknown_flops) {
        account->parts[NWTI_FLOPS] = 0;
    }
}

void nwti_run_close(nwt_op *op)
{
    enum { WHAT = 0xFF };
    int32_t failed = op->state != NWTI_OP_OK;

    switch (op->layer->kind->descriptor->work & WHAT) {
    case NWT_WORK_STATED:
        if (failed && !op->run->account.unknown_macs) {
            not_known(op, 1);
        }
        break;
    case NWT_WORK_FLOPS:
        if (failed) {
            not_known(op, 0);
        }
        break;
    case NWT_WORK_ELEMENTWISE:
    case NWT_WORK_REDUCTION:
        count_elements(op, (op->layer->kind->descriptor->work & WHAT) == NWT_WORK_REDUCTION);
        break;
    case NWT_WORK_MOVES:
    case NWT_WORK_VIEW:
        break;
    case NWT_WORK_UNCOUNTED:
        not_known(op, 0);
        break;
    default:
        not_known(op, 1);
    }
    drop_unknown(op->run);
}

void nwti_run_join(nwt_op *child)
{
    nwt_op *parent = child->parent;
    nwti_account *account = &parent->run->account;
    int32_t unknown = account->unknown_flops, unknown_macs = account->unknown_macs;

    nwti_account_sum(account, &child->run->account, child->run->times);
    /* How often it runs is what is not known: that is the parent's to know. */
    if (!unknown && account->unknown_flops && !child->run->account.unknown_flops) {
        parent->run->unknown |= NWTI_UNKNOWN_FLOPS;
    }
    if (!unknown_macs && account->unknown_macs && !child->run->account.unknown_macs) {
        parent->run->unknown |= NWTI_UNKNOWN_MACS;
    }
}
