/*
 * A reader of Python-like literals and constructor calls:
 *   Dense(10, activation='relu', shape=(None, 3), x=[1, 2.5e-3], init=keras.initializers.Zeros())
 * Strings with ' or ", prefixes r, b, u and triple quotes; True, False, None; numbers with _, hex,
 * sign, 1e-6; tuples (also one-item `(3,)` and a parenthesised value), lists, dicts; calls and
 * dotted names; `float('inf')`-like calls stay CALLs; comments (#) and newlines are white space;
 * trailing commas. Strings side by side are one; numbers may be divided (1./255); a dict's keys are
 * strings or numbers.
 * No recursion: an explicit stack.
 */
#ifndef NWTI_SUPPORT_LITERAL_H
#define NWTI_SUPPORT_LITERAL_H

#include "support/json.h"

/* One whole value: "Dense(10)". */
const nwti_value *nwti_literal_read(nwti_arena *arena, const char *text, size_t length,
                                    size_t depth, nwti_syntax_error *error);
/* The inside of a call, "10, activation='relu'", as a CALL whose name is "". Empty: no pairs. */
const nwti_value *nwti_literal_read_arguments(nwti_arena *arena, const char *text, size_t length,
                                              size_t depth, nwti_syntax_error *error);

#endif
