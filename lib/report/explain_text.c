/* What the parts of an explanation share: numbers as words, and what its rows hold. */
#include "report/explain.h"
#include "core/error.h"
#include "core/weight.h"
#include "support/utf8.h"

#include <string.h>

/* ------------------------------------------------------------------- writing */

void nwti_explain_put(nwti_text *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");

        nwti_text_add(out, format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        if (format[1] == 's') {
            nwti_text_visible(out, va_arg(arguments, const char *));
        } else if (format[1] == 'd') {
            nwti_text_grouped(out, va_arg(arguments, int64_t));
        } else {
            nwti_text_string(out, "%");
        }
        format += 2;
    }
    va_end(arguments);
}

enum { LINE = 79 };

void nwti_explain_prose(nwti_text *out, const char *first, const char *text)
{
    int64_t indent = (int64_t)strlen(first), column = indent;

    nwti_text_string(out, first);
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        int64_t width = (int64_t)length;

        if (column > indent && column + 1 + width > LINE) {
            nwti_text_string(out, "\n");
            nwti_text_repeat(out, ' ', indent);
            column = indent;
        } else if (column > indent) {
            nwti_text_string(out, " ");
            column++;
        }
        nwti_text_add(out, text, length);
        column += width;
        text += length + (text[length] == ' ');
    }
    nwti_text_string(out, "\n");
}

void nwti_explain_count(nwti_text *out, int64_t count, const char *singular)
{
    nwti_explain_put(out, count == 1 ? "%d %s" : "%d %ss", count, singular);
}

void nwti_explain_bytes(nwti_text *out, int64_t bytes)
{
    nwti_explain_count(out, bytes, "byte");
    nwti_text_rounded(out, bytes);
}

/* --------------------------------------------------------------------- parts */

static int64_t own_params(const nwti_fact *fact)
{
    int64_t params = 0;
    int32_t i;

    for (i = 0; i < fact->weight_count; i++) {
        params += nwti_weight_params(&fact->weights[i]);
    }
    return params;
}

int32_t nwti_explained_begin(nwti_explained *e, nwti_report *report, int64_t first, int64_t end)
{
    nwt_context *ctx = report->ctx;
    size_t count = (size_t)(end - first);
    int64_t serial = ++ctx->serial, i;

    e->report = report;
    e->out = &report->out.text;
    e->rows = report->facts.items;
    e->first = first;
    e->end = end;
    e->before = nwti_arena_array(&ctx->scratch, count + 1, sizeof *e->before);
    e->repeated = nwti_arena_alloc(&ctx->scratch, count);
    if (e->before == NULL || e->repeated == NULL) {
        return nwti_out_of_memory(ctx);
    }
    e->before[0] = 0;
    for (i = 0; i < (int64_t)count; i++) {
        nwt_layer *layer = (nwt_layer *)(size_t)e->rows[first + i].layer;

        e->repeated[i] = layer->mark == serial;
        layer->mark = serial;
        e->before[i + 1] = e->before[i] + (e->repeated[i] ? 0 : own_params(&e->rows[first + i]));
    }
    return 0;
}

int64_t nwti_explained_params(const nwti_explained *e, int64_t index)
{
    return e->before[e->rows[index].end - e->first] - e->before[index - e->first];
}

const char *nwti_explain_unknown(const nwti_fact *fact)
{
    if (!fact->is_built) {
        return "its input shape is not given, so it is not built";
    }
    if (fact->counts.unknown_layers == 0) {
        return NULL;
    }
    if (fact->layer->kind->unknown) {
        return "its class is not known here";
    }
    return fact->layer->kind->has_children
               ? "a layer within it is not known"
               : "the shape of its input is not known, and its weights follow from that";
}

static int32_t some_frozen_within(const nwti_explained *e)
{
    int64_t i;

    for (i = e->first; i < e->end; i++) {
        if (!e->rows[i].trainable) {
            return 1;
        }
    }
    return 0;
}

void nwti_explain_trainable(const nwti_explained *e, const nwt_layer *of, const nwti_counts *counts)
{
    int64_t others = counts->params - counts->trainable;

    nwti_explain_put(e->out, "Trainable: %d", counts->trainable);
    if (!(of->flags & NWTI_TRAINABLE)) {
        nwti_explain_put(e->out, ", for the %s is frozen (trainable=False)",
                         of == e->report->model->layer ? "model" : "layer");
    } else if (counts->trainable == 0 && others > 0 && some_frozen_within(e)) {
        nwti_text_string(e->out, ", for the layers within are frozen (trainable=False)");
    }
    nwti_explain_put(e->out, "; non-trainable: %d.\n", others);
}

static void memory_of(const nwti_explained *e, int64_t *params)
{
    int64_t i;
    int32_t j;

    memset(params, 0, 256 * sizeof *params);
    for (i = e->first; i < e->end; i++) {
        const nwti_fact *fact = &e->rows[i];

        for (j = 0; j < fact->weight_count && !e->repeated[i - e->first]; j++) {
            params[fact->weights[j].dtype] += nwti_weight_params(&fact->weights[j]);
        }
    }
}

void nwti_explain_memory(const nwti_explained *e, const nwti_counts *counts)
{
    int64_t params[256]; /* by dtype */
    int32_t dtype, count = 0;

    memory_of(e, params);
    nwti_text_string(e->out, "\nBytes, apart from the count:\n");
    for (dtype = 0; dtype < 256; dtype++) {
        int64_t size = nwt_dtype_size(dtype);

        if (params[dtype] > 0) {
            count++;
            nwti_text_string(e->out, "  ");
            nwti_explain_count(e->out, params[dtype], "parameter");
            nwti_text_string(e->out, " x ");
            nwti_explain_count(e->out, size, "byte");
            nwti_explain_put(e->out, " (%s) = ",
                             nwt_dtype_name(dtype) != NULL ? nwt_dtype_name(dtype)
                                                           : "of an unknown dtype");
            nwti_explain_bytes(e->out, params[dtype] * size);
            nwti_text_string(e->out, "\n");
        }
    }
    if (count > 1) {
        nwti_text_string(e->out, "  together ");
        nwti_explain_bytes(e->out, counts->bytes);
        nwti_text_string(e->out, "\n");
    }
}

void nwti_explain_none(nwti_text *out)
{
    nwti_explain_prose(out, "  - ",
                       "None in a shape is a size that is not fixed. The first is the "
                       "batch: how many samples go through at once. It changes no count.");
}
