/* Lines of golden/damage: a file, what stands from an offset on in place of its bytes, in
   hexadecimal, and what is said of that. */
#ifndef NETWEIGHT_TESTS_SUPPORT_DAMAGE_H
#define NETWEIGHT_TESTS_SUPPORT_DAMAGE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct damage {
    char name[80];
    size_t offset;
    unsigned char bytes[8];
    size_t count;
    const char *message;
    size_t length;
} damage;

static inline int32_t hexadecimal(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;

    return found != NULL ? (int32_t)(found - digits) : -1;
}

/* The next line; NULL: it is none. */
static inline const char *damage_read(const char *line, damage *into)
{
    size_t length = strcspn(line, " ");
    char *at;

    if (length == 0 || length >= sizeof into->name) {
        return NULL;
    }
    memcpy(into->name, line, length);
    into->name[length] = '\0';
    into->offset = (size_t)strtoul(line + length, &at, 10);
    at += *at == ' ';
    for (into->count = 0; into->count < sizeof into->bytes && hexadecimal(*at) >= 0; at += 2) {
        into->bytes[into->count++] = (unsigned char)(16 * hexadecimal(at[0]) + hexadecimal(at[1]));
    }
    if (strncmp(at, ": ", 2) != 0) {
        return NULL;
    }
    into->message = at + 2;
    into->length = strcspn(into->message, "\n");
    at += 2 + into->length;
    return at + (*at == '\n');
}

/* 1 if that is what is said; else the difference is shown. */
static inline int32_t damage_is_told(const damage *of, const char *message)
{
    if (strlen(message) == of->length && memcmp(message, of->message, of->length) == 0) {
        return 1;
    }
    fprintf(stderr, "%s, %d:\n  is     %s\n  wanted %.*s\n", of->name, (int)of->offset, message,
            (int)of->length, of->message);
    return 0;
}

#endif
