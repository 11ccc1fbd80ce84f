/* The table of the options. */
#ifndef NETWEIGHT_OPTION_ROWS_H
#define NETWEIGHT_OPTION_ROWS_H

#include "command.h"

enum { FLAG, NUMBER, BATCH, SIZE, CHOICE, TEXT, LIST };

/* Where an option has an effect; elsewhere a note says that it has none. */
enum { ALWAYS, IN_STYLE, IN_OWN_TABLE, IN_EXPRESSION };

typedef struct row {
    const char *name;
    const char *argument; /* how the help calls it; NULL: none */
    const char *help;
    const char *const *choices;
    size_t place; /* in options */
    int64_t maximum;
    int commands;
    int type;
    int when;
    char letter; /* 0: none */
} row;

extern const row option_rows[];
extern const int option_row_count;

#endif
