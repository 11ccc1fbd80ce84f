#include "report/report.h"
#include "support/json.h"

#include <string.h>

void nwti_json_string(nwti_text *out, const char *value)
{
    if (value == NULL) {
        nwti_text_string(out, "null");
    } else {
        nwti_json_write_string(out, value, strlen(value));
    }
}
