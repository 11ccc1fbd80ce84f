/* The options: one table for reading them, for what goes together, the help and the completions. */
#include "option_rows.h"

#include <stddef.h>

static const char *const formats[] = {"text", "json", "csv",    "markdown",    "html",
                                      "svg",  "dot",  "config", "constructor", NULL};
static const char *const styles[] = {"keras-1.0",  "keras-1", "keras-2.0", "keras-2.7",
                                     "keras-2.13", "keras-3", NULL};
static const char *const likes[] = {"calflops", "fvcore", "keras-flops", "ptflops",
                                    "thop",     "torch",  "torchinfo",   NULL};
static const char *const sorts[] = {"params", NULL};

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

enum {
    SHAPED = COMMAND_TABLE | COMMAND_EXPLAIN | COMMAND_MEMORY | COMMAND_DIFF,
    MODELS = COMMAND_TABLE | COMMAND_EXPLAIN | COMMAND_MEMORY,
    REPORTS = COMMAND_TABLE | COMMAND_MEMORY | COMMAND_DIFF,
    EVERY = COMMAND_TABLE | COMMAND_EXPLAIN | COMMAND_MEMORY | COMMAND_DIFF | COMMAND_KINDS
};

#define PLACE(member) offsetof(options, member)

const row option_rows[] = {
    {NULL, "TEXT", "the model as constructor text, in place of FILE", NULL, PLACE(expression), 0,
     MODELS, TEXT, ALWAYS, 'e'},
    {"format", "FORMAT",
     "text (the default), json, csv, markdown, html, svg, dot,\n"
     "config or constructor",
     formats, PLACE(format), 0, REPORTS, CHOICE, ALWAYS, 'f'},
    {"style", "STYLE",
     "the table of a version of Keras, to the byte: keras-1.0,\n"
     "keras-1, keras-2.0, keras-2.7, keras-2.13 or keras-3",
     styles, PLACE(style), 0, COMMAND_TABLE | COMMAND_EXPLAIN, CHOICE, ALWAYS, 0},
    {"line-length", "N", "the width of that table", NULL, PLACE(line_length), 1000000,
     COMMAND_TABLE, NUMBER, IN_STYLE, 0},
    {"positions", "LIST", "where its columns end: 0.33,0.55,0.67,1", NULL, PLACE(positions), 0,
     COMMAND_TABLE, TEXT, IN_STYLE, 0},
    {"width", "N",
     "the width of the terminal that keras-3 believes in\n"
     "(default: $COLUMNS, else 80)",
     NULL, PLACE(width), 1000000, COMMAND_TABLE, NUMBER, ALWAYS, 0},
    {"show-trainable", NULL, "show what is trainable", NULL, PLACE(show_trainable), 0,
     COMMAND_TABLE, FLAG, ALWAYS, 0},
    {"expand-nested", NULL, "show the layers within models and wrappers", NULL,
     PLACE(expand_nested), 0, COMMAND_TABLE, FLAG, ALWAYS, 0},
    {"columns", "LIST",
     "the columns, in their order: name, class, input, output,\n"
     "kernel, activation, params, trainable, bytes, dtype,\n"
     "connected, share, macs, flops, activation_bytes, like,\n"
     "lanes (who feeds whom, drawn)",
     NULL, PLACE(columns), 0, COMMAND_TABLE, TEXT, IN_OWN_TABLE, 0},
    {"work", NULL, "show MACs, FLOPs and bytes of activations", NULL, PLACE(work), 0, COMMAND_TABLE,
     FLAG, ALWAYS, 0},
    {"work-like", "NAME",
     "the same, and the work as another project counts it:\n"
     "calflops, fvcore, keras-flops, ptflops, thop, torch or\n"
     "torchinfo",
     likes, PLACE(work_like), 0, COMMAND_TABLE, CHOICE, ALWAYS, 0},
    {"sort", "KEY", "params: the largest layers first", sorts, PLACE(sort), 0, COMMAND_TABLE,
     CHOICE, IN_OWN_TABLE, 0},
    {"top", "N", "only the first N rows", NULL, PLACE(top), INT64_MAX, COMMAND_TABLE, NUMBER,
     IN_OWN_TABLE, 0},
    {"unicode", NULL, "draw with more than ASCII", NULL, PLACE(unicode), 0, COMMAND_TABLE, FLAG,
     IN_OWN_TABLE, 0},
    {"batch", "N", "the first axis of every input", NULL, PLACE(batch), INT64_MAX, SHAPED, BATCH,
     ALWAYS, 0},
    {"input-shape", "DIMS",
     "another input shape, without the batch: 28,28,1 or\n"
     "NAME=28,28,1 for each of several inputs",
     NULL, PLACE(shapes), 0, MODELS, LIST, ALWAYS, 0},
    {"keras", "N",
     "with -e: whose argument positions, defaults and names are\n"
     "meant, those of Keras 1, 2 or 3 (default 3, or by --style)",
     NULL, PLACE(keras), 3, MODELS, NUMBER, IN_EXPRESSION, 0},
    {"optimizer", "TEXT",
     "memory: what it is trained with, adam or\n"
     "'Adam(amsgrad=True)' (default: as it was compiled, or Adam)",
     NULL, PLACE(optimizer), 0, COMMAND_MEMORY, TEXT, ALWAYS, 0},
    {"inference", NULL, "memory: run, not trained", NULL, PLACE(inference), 0, COMMAND_MEMORY, FLAG,
     ALWAYS, 0},
    {"budget", "SIZE",
     "memory: the largest batch that fits in SIZE bytes, KiB,\n"
     "MiB or GiB: 512MiB",
     NULL, PLACE(budget), 0, COMMAND_MEMORY, SIZE, ALWAYS, 0},
    {"check", NULL, "memory: exit with 3 if the batch does not fit the budget", NULL, PLACE(check),
     0, COMMAND_MEMORY, FLAG, ALWAYS, 0},
    {"plan", NULL, "memory: list the tensors, where they lie and how long", NULL, PLACE(plan), 0,
     COMMAND_MEMORY, FLAG, ALWAYS, 0},
    {"views", NULL, "memory: let Flatten and the like share their input's storage", NULL,
     PLACE(views), 0, COMMAND_MEMORY, FLAG, ALWAYS, 0},
    {"in-place", NULL, "memory: let elementwise work take an input's storage", NULL,
     PLACE(in_place), 0, COMMAND_MEMORY, FLAG, ALWAYS, 0},
    {"completion", "SHELL",
     "print the completion of options for a shell: bash, zsh or\n"
     "fish",
     shells, PLACE(completion), 0, EVERY, CHOICE, ALWAYS, 0},
    {"help", NULL, "this text; after a command, its own", NULL, PLACE(help), 0, EVERY, FLAG, ALWAYS,
     'h'},
    {"version", NULL, "the version", NULL, PLACE(version), 0, EVERY, FLAG, ALWAYS, 0},
};

const int option_row_count = sizeof option_rows / sizeof option_rows[0];
