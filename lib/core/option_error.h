/* Errors of option values. Each returns the status of the context, unless it says otherwise. */
#ifndef NWTI_CORE_OPTION_ERROR_H
#define NWTI_CORE_OPTION_ERROR_H

#include "core/function.h"
#include "core/option.h"

int32_t nwti_option_wrong_type(const nwti_assignment *to, const nwt_option *row, const char *wanted,
                               const nwti_value *value);
/* 1, or 0 with the error set. */
int32_t nwti_option_in_range(const nwti_assignment *to, const nwt_option *row, int64_t number);
int32_t nwti_option_out_of_range(const nwti_assignment *to, const nwt_option *row, double number);
int32_t nwti_option_unknown_function(const nwti_assignment *to, const nwt_option *row,
                                     nwti_name_family names, const char *name);
int32_t nwti_option_wrong_choice(const nwti_assignment *to, const nwt_option *row,
                                 const char *value);

#endif
