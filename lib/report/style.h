/* Keras's own tables: what a style is, and what its two layouts share. */
#ifndef NWTI_REPORT_STYLE_H
#define NWTI_REPORT_STYLE_H

#include "report/report.h"

enum {
    NWTI_STYLE_COLUMNS = 5, /* at most: name, shape, params, connections, trainable */
    NWTI_STYLE_POSITIONS = 8
};

/* "(None, 28)"; "?" for an unknown rank. `single` ends the text of a shape of one dim. */
void nwti_style_shape(nwti_text *text, int32_t rank, const int64_t *dims, const char *single);
/* "1.03 KB" as Python writes it; `unit` is that of less than 1024. */
void nwti_style_bytes(nwti_text *text, int64_t bytes, const char *unit);

enum {
    NWTI_STYLE_TENSORFLOW = 1, /* as tf.keras from its 2.0 on */
    NWTI_STYLE_UNMERGED = 2    /* what merges equal shapes shows those of its inputs */
};

/* The output shapes of a layer, before Keras 3. `scratch` is overwritten. */
void nwti_style_shapes(nwti_text *text, nwti_text *scratch, const nwti_fact *fact, int32_t rules);

enum { NWTI_LEFT, NWTI_RIGHT, NWTI_CENTRE, NWTI_PLAIN };

/* Appends the text in lines of `width` columns: wrapped at spaces, longer words cut, padded as
   `align` says. PLAIN: not padded, longer words folded. `scratch` is overwritten. */
void nwti_style_wrap(nwti_text *out, nwti_text *scratch, const nwti_text *text, int64_t width,
                     int32_t align);

/* The lines of Keras 1 and 2, whose eras it knows, and the box of Keras 3. */
int32_t nwti_style_line(nwti_report *report);
int32_t nwti_style_box(nwti_report *report);

#endif
