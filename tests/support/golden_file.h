/* Golden files, and sources that count and fail, for the tests of readers. */
#ifndef TESTS_SUPPORT_GOLDEN_FILE_H
#define TESTS_SUPPORT_GOLDEN_FILE_H

#include "support/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of a file below the repository's root, NUL-terminated; ends the test without it. */
static inline unsigned char *read_golden(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = NULL;
    long length;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0) {
        fprintf(stderr, "cannot open %s\n", path);
        abort();
    }
    rewind(file);
    bytes = malloc((size_t)length + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)length, file) != (size_t)length) {
        fprintf(stderr, "cannot read %s\n", path);
        abort();
    }
    fclose(file);
    bytes[length] = '\0';
    *size = (size_t)length;
    return bytes;
}

/* Calls that succeed before one fails, and all after it; -1: none fails. */
typedef struct countdown {
    int64_t left;
} countdown;

static inline int32_t counts_down(countdown *count)
{
    if (count->left == 0) {
        return 0;
    }
    count->left -= count->left > 0;
    return 1;
}

/* A source over another one that counts what is read, and fails as a countdown says. */
typedef struct watched_source {
    nwti_source inner;
    countdown count;
    int64_t calls;
    int64_t bytes;
} watched_source;

static inline int32_t read_watched(void *user, int64_t offset, void *buffer, size_t size)
{
    watched_source *watched = user;

    watched->calls++;
    watched->bytes += (int64_t)size;
    return !counts_down(&watched->count) ||
           !nwti_source_read(&watched->inner, offset, buffer, size, NULL);
}

static inline nwti_source watch(watched_source *watched, nwti_source inner)
{
    nwti_source source = {read_watched, NULL, inner.size, NULL};

    watched->inner = inner;
    watched->count.left = -1;
    watched->calls = 0;
    watched->bytes = 0;
    source.user = watched;
    return source;
}

#endif
