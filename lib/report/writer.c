#include "report/report.h"
#include "core/error.h"

enum { LARGE = 64 * 1024 };

void nwti_writer_begin(nwti_writer *writer, nwt_context *ctx, nwt_write write, void *user)
{
    ctx->heap.failed = 0;
    nwti_text_init(&writer->text, &ctx->heap);
    writer->write = write;
    writer->user = user;
    writer->stopped = 0;
}

static void hand_on(nwti_writer *writer)
{
    if (!writer->stopped && !writer->text.failed && writer->text.length > 0) {
        writer->stopped = writer->write(writer->user, writer->text.data, writer->text.length) != 0;
    }
    if (!writer->text.failed) {
        nwti_text_clear(&writer->text);
    }
}

void nwti_writer_pass(nwti_writer *writer)
{
    if (writer->text.length >= LARGE) {
        hand_on(writer);
    }
}

int32_t nwti_writer_end(nwti_writer *writer, nwt_context *ctx)
{
    if (writer->text.failed || ctx->heap.failed) {
        /* Wherever it was: a report that lacks something must not look whole. */
        return nwti_out_of_memory(ctx);
    }
    hand_on(writer);
    if (writer->stopped) {
        return nwti_error(ctx, NWT_STATUS_STOPPED,
                          "the report was stopped: its text could not be written");
    }
    return 0;
}

void nwti_text_shape(nwti_text *text, int32_t rank, const int64_t *dims)
{
    char buffer[32 * 24];

    nwti_shape_text(buffer, sizeof buffer, rank, dims);
    nwti_text_string(text, buffer);
}

void nwti_text_bytes(nwti_text *text, int64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int64_t whole = bytes, rest = 0;
    int32_t unit = 0;

    while (whole >= 1024 && unit < 6) {
        rest = whole % 1024;
        whole /= 1024;
        unit++;
    }
    nwti_text_int(text, whole);
    if (unit > 0) {
        /* Two decimals, cut: a size is never shown larger than it is. */
        int64_t hundredths = rest * 100 / 1024;

        nwti_text_string(text, hundredths < 10 ? ".0" : ".");
        nwti_text_int(text, hundredths);
    }
    nwti_text_string(text, " ");
    nwti_text_string(text, units[unit]);
}

void nwti_text_rounded(nwti_text *text, int64_t bytes)
{
    if (bytes >= 1024) {
        nwti_text_string(text, " (");
        nwti_text_bytes(text, bytes);
        nwti_text_string(text, ")");
    }
}

void nwti_text_exact_bytes(nwti_text *text, int64_t bytes)
{
    nwti_text_grouped(text, bytes);
    nwti_text_string(text, " bytes");
    nwti_text_rounded(text, bytes);
}

void nwti_text_percent(nwti_text *out, int64_t tenths, int32_t is_some)
{
    if (tenths == 0 && is_some) {
        nwti_text_string(out, "< 0.1%");
    } else {
        nwti_text_int(out, tenths / 10);
        nwti_text_string(out, ".");
        nwti_text_int(out, tenths % 10);
        nwti_text_string(out, "%");
    }
}
