#include "report/html.h"
#include "report/markup.h"

void nwti_page_link(nwti_page *page, int64_t index)
{
    nwti_text *out = &page->report->out.text;

    nwti_text_string(out, "<a href=\"#r");
    nwti_text_int(out, index);
    nwti_text_string(out, "\">");
    nwti_markup_name(out, page->report->facts.items[index].name);
    nwti_text_string(out, "</a>");
}
