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
