/* Which style is asked for, and what the layouts share. */
#include "report/style.h"
#include "core/error.h"

#include <string.h>

typedef struct style {
    const char *name;
    int32_t (*write)(nwti_report *report);
} style;

static const style styles[] = {
    {"keras-1.0", nwti_style_line}, {"keras-1", nwti_style_line},    {"keras-2.0", nwti_style_line},
    {"keras-2.7", nwti_style_line}, {"keras-2.13", nwti_style_line}, {"keras-3", nwti_style_box},
};

void nwti_style_shape(nwti_text *text, int32_t rank, const int64_t *dims, const char *single)
{
    int32_t i;

    if (rank < 0) {
        nwti_text_string(text, "?");
        return;
    }
    nwti_text_string(text, "(");
    for (i = 0; i < rank; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        if (dims[i] < 0) {
            nwti_text_string(text, "None");
        } else {
            nwti_text_int(text, dims[i]);
        }
    }
    nwti_text_string(text, rank == 1 ? single : ")");
}

/* The number is a float in Keras: exact up to 2^53, and rounded to even when written. After PB it
   divides once more. */
void nwti_style_bytes(nwti_text *text, int64_t bytes, const char *unit)
{
    static const char *const units[] = {NULL, "KB", "MB", "GB", "TB", "PB", "PB"};
    uint64_t number = (uint64_t)(double)bytes, rest, hundredths;
    uint64_t one = 1;
    int32_t i = 0;

    for (; i < 6 && number / one >= 1024; i++) {
        one *= 1024;
    }
    if (i == 6) {
        number /= 1024;
        one /= 1024;
    }
    rest = number % one * 100;
    hundredths = rest / one;
    rest %= one;
    hundredths += rest > one / 2 || (2 * rest == one && hundredths % 2 != 0);
    nwti_text_int(text, (int64_t)(number / one + hundredths / 100));
    nwti_text_string(text, hundredths % 100 < 10 ? ".0" : ".");
    nwti_text_int(text, (int64_t)(hundredths % 100));
    nwti_text_string(text, " ");
    nwti_text_string(text, i == 0 ? unit : units[i]);
}

int32_t nwti_report_style(nwti_report *report)
{
    size_t count = sizeof styles / sizeof *styles, i;
    nwti_nearest nearest;
    char near[160];

    nwti_nearest_begin(&nearest, report->options.style);
    for (i = 0; i < count; i++) {
        if (strcmp(styles[i].name, report->options.style) == 0) {
            return styles[i].write(report);
        }
        nwti_nearest_offer(&nearest, styles[i].name);
    }
    return nwti_error(report->ctx, NWT_STATUS_INVALID, "report: there is no style '%s'%s",
                      report->options.style, nwti_nearest_text(&nearest, near, sizeof near));
}
