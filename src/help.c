/* The help: of all commands, or of one. */
#include "option_rows.h"

#include <string.h>

/* A line for each way to call it. */
static void add_usage(text *to, const command *of, const char *title)
{
    const char *line = of->usage;

    while (line != NULL) {
        size_t length = strcspn(line, "\n");

        text_string(to, title);
        text_string(to, "netweight ");
        text_string(to, of->name);
        text_string(to, of->name[0] != '\0' ? " " : "");
        text_string(to, of->bit == COMMAND_KINDS ? "" : "[options] ");
        text_add(to, line, length);
        text_string(to, "\n");
        line = line[length] == '\n' ? line + length + 1 : NULL;
        title = "       ";
    }
}

static void add_option(text *to, const row *of)
{
    enum { INDENT = 24 };
    const char *line = of->help;
    size_t start = to->length;
    char letter[] = {'-', of->letter, '\0'};

    text_string(to, "  ");
    text_string(to, of->letter ? letter : "    ");
    text_string(to, of->letter && of->name != NULL ? ", " : "");
    text_string(to, of->name != NULL ? "--" : "");
    text_string(to, of->name != NULL ? of->name : "");
    if (of->argument != NULL) {
        text_string(to, " ");
        text_string(to, of->argument);
    }
    while (line != NULL) {
        size_t length = strcspn(line, "\n");

        text_spaces(to, to->length - start < INDENT ? INDENT - (to->length - start) : 2);
        text_add(to, line, length);
        text_string(to, "\n");
        start = to->length;
        line = line[length] == '\n' ? line + length + 1 : NULL;
    }
}

int help(const options *given)
{
    const command *only = given->command > COMMAND_TABLE ? command_of(given->command) : NULL;
    text out = {0};
    int i;

    for (i = 0; i < command_count; i++) {
        if (only == NULL || only == &commands[i]) {
            add_usage(&out, &commands[i], i == 0 || only != NULL ? "usage: " : "       ");
        }
    }
    text_string(&out, "\n");
    text_string(&out, only != NULL ? only->about : commands[0].about);
    if (only == NULL) {
        text_string(&out,
                    "\nexplain tells where each number comes from, memory what running or\n"
                    "training it holds, diff how two models differ, kinds what layers there are\n"
                    "and what options they take.\n");
    }
    text_string(&out, "\n");
    for (i = 0; i < option_row_count; i++) {
        if (only == NULL || option_rows[i].commands & only->bit) {
            add_option(&out, &option_rows[i]);
        }
    }
    return print(&out);
}
