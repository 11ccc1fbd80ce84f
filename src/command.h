/* What the files of the command share. */
#ifndef NETWEIGHT_COMMAND_H
#define NETWEIGHT_COMMAND_H

#include <netweight.h>

/* Exit statuses. */
enum { DONE = 0, FAILED = 1, WRONG_USAGE = 2, NO_FIT = 3 };

/* ---------------------------------------------------------------------- text */

/* Text that grows: a report is whole before any of it is written. */
typedef struct text {
    char *data; /* NUL-terminated once something was added; NULL before */
    size_t length;
    size_t capacity;
    int failed; /* out of memory: what was added since is lost */
} text;

/* An nwt_write; `user` is a text. */
int32_t text_add(void *user, const char *bytes, size_t length);
void text_string(text *to, const char *string);
void text_spaces(text *to, size_t count);
void text_int(text *to, int64_t number);
/* In quotes, as option texts have strings. */
void text_quoted(text *to, const char *string);
void text_free(text *to);

/* ------------------------------------------------------------------ messages */

/* "netweight: WHERE: WHAT" in one line on the standard error, NULL left out; returns FAILED. */
int fail(const char *where, const char *what);
/* The same and a hint at --help; returns WRONG_USAGE. */
int wrong_usage(const char *where, const char *what);
int out_of_memory(void);
/* Writes the text to the standard output, and frees it. DONE or FAILED. */
int print(text *from);

/* The nearest of the words that are offered. */
typedef struct nearest {
    const char *wanted;
    const char *best; /* NULL: none is near */
    size_t distance;
} nearest;
nearest nearest_to(const char *wanted);
void nearest_offer(nearest *to, const char *word);

/* ------------------------------------------------------------------- options */

enum { LARGEST_RANK = 31, MOST_SHAPES = 256 };

typedef struct options {
    int command;          /* COMMAND_... */
    const char *words[2]; /* FILE, LAYER; LAYER with -e; KIND */
    int word_count;
    const char *expression; /* -e */
    const char *format;
    const char *style;
    const char *columns;
    const char *sort;
    const char *work_like;
    const char *optimizer;
    const char *positions;
    const char *completion;
    const char *shapes[MOST_SHAPES];
    int shape_count;
    int64_t line_length; /* 0: not given, as for the other numbers */
    int64_t width;
    int64_t top;
    int64_t batch; /* -1: None */
    int64_t keras;
    int64_t budget;
    int show_trainable;
    int expand_nested;
    int unicode;
    int work;
    int inference;
    int check;
    int plan;
    int views;
    int in_place;
    int help;
    int version;
} options;

/* Bits, so that a row of the options' table can say which it belongs to. */
enum {
    COMMAND_TABLE = 1,
    COMMAND_EXPLAIN = 2,
    COMMAND_KINDS = 4,
    COMMAND_MEMORY = 8,
    COMMAND_DIFF = 16
};

/* DONE, or WRONG_USAGE with the message printed. */
int options_read(options *into, int count, char **arguments);
/* Notes about options that change nothing here. */
void options_note_idle(const options *given, const char *title);

/* -------------------------------------------------------------------- models */

/* A model that is read, its context and how messages call it. */
typedef struct subject {
    nwt_context *ctx;
    nwt_model *model;
    const char *title; /* FILE, or "-e" */
} subject;

/* Reads the model that the options name, with the shapes that they bind. DONE or a status with the
   message printed. subject_free is due in any case. */
int subject_read(subject *into, const options *given);
/* Binds --batch and --input-shape. */
int subject_shape(subject *of, const options *given);
/* Prints the library's message. */
int subject_failed(const subject *of);
/* Prints the notes that reading and reporting left, and those on options. */
void subject_notes(const subject *of, const options *given);
void subject_free(subject *of);

/* ------------------------------------------------------------------ commands */

int command_table(const options *given);
int command_explain(const options *given);
int command_kinds(const options *given);
int command_memory(const options *given);
int command_diff(const options *given);

typedef struct command {
    const char *name;  /* "": the table of a model */
    int bit;           /* COMMAND_... */
    int words;         /* at most, FILE included */
    const char *usage; /* what follows the name: a line for each way */
    const char *about;
    int (*run)(const options *given);
} command;

extern const command commands[];
extern const int command_count;
const command *command_of(int bit);

/* The help of all, or of the command that was given. */
int help(const options *given);
/* A shell's completion of commands and options. */
int completion(const options *given);

#endif
