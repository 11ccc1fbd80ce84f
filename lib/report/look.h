/* How HTML and SVG look: colours and styles, as data. */
#ifndef NWTI_REPORT_LOOK_H
#define NWTI_REPORT_LOOK_H

#include "report/report.h"

/* The rules of a page; colours are its custom properties. */
void nwti_look_page(nwti_text *out);
/* The rules of a drawing alone, for programs that know no custom properties too. */
void nwti_look_drawing(nwti_text *out);

#endif
