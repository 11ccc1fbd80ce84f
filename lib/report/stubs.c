#include "report/report.h"

int32_t nwti_report_explain(nwti_report *report) { return nwti_report_json(report); }
