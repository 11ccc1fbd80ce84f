/* Messages, the nearest word, and the standard output. */
#include "command.h"

#include <stdio.h>
#include <string.h>

/* Names come from files: what would act on a terminal, or break the line, becomes an escape. */
static void put(const char *string)
{
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string, next = (unsigned char)string[1];

        if (c == '\n') {
            fputs("\\n", stderr);
        } else if (c < 0x20 || c == 0x7F) {
            fprintf(stderr, "\\x%02x", (unsigned)c);
        } else if (c == 0xC2 && next >= 0x80 && next < 0xA0) {
            fprintf(stderr, "\\x%02x\\x%02x", (unsigned)c, (unsigned)next);
            string++;
        } else {
            fputc(c, stderr);
        }
    }
}

static void message(const char *where, const char *what)
{
    fputs("netweight: ", stderr);
    if (where != NULL) {
        put(where);
        fputs(": ", stderr);
    }
    put(what);
    fputc('\n', stderr);
}

int fail(const char *where, const char *what)
{
    message(where, what);
    return FAILED;
}

int wrong_usage(const char *where, const char *what)
{
    message(where, what);
    fputs("See 'netweight --help'.\n", stderr);
    return WRONG_USAGE;
}

int out_of_memory(void)
{
    return fail(NULL, "out of memory");
}

int print(text *from)
{
    int status = DONE;

    if (from->failed) {
        status = out_of_memory();
    } else if ((from->length > 0 && fwrite(from->data, 1, from->length, stdout) != from->length) ||
               fflush(stdout) != 0) {
        status = fail(NULL, "the output could not be written");
    }
    text_free(from);
    return status;
}

enum { LONGEST = 64 };

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Edit distance, a swap of neighbours counting as one; words longer than LONGEST are far. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;
    size_t length = strlen(a), width = strlen(b), i, j;

    if (length > LONGEST || width > LONGEST) {
        return SIZE_MAX;
    }
    for (j = 0; j <= width; j++) {
        above[j] = j;
    }
    for (i = 1; i <= length; i++) {
        row[0] = i;
        for (j = 1; j <= width; j++) {
            size_t least = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));

            least = above[j] + 1 < least ? above[j] + 1 : least;
            least = row[j - 1] + 1 < least ? row[j - 1] + 1 : least;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < least) {
                least = before[j - 2] + 1;
            }
            row[j] = least;
        }
        spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[width];
}

nearest nearest_to(const char *wanted)
{
    nearest to = {wanted, NULL, strlen(wanted) / 3 + 2};

    return to;
}

void nearest_offer(nearest *to, const char *word)
{
    /* A word that was cut short is nearer than any other. */
    size_t length = strlen(to->wanted);
    size_t far = length > 2 && strncmp(to->wanted, word, length) == 0 ? 0
                                                                      : distance(to->wanted, word);

    if (far < to->distance) {
        to->distance = far;
        to->best = word;
    }
}
