/* A growing text. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

int32_t text_add(void *user, const char *bytes, size_t length)
{
    text *to = user;

    if (!to->failed && length >= to->capacity - to->length) {
        size_t wider = to->capacity < 256 ? 256 : to->capacity;
        char *data;

        while (length >= wider - to->length && wider <= SIZE_MAX / 2) {
            wider *= 2;
        }
        data = length < wider - to->length ? realloc(to->data, wider) : NULL;
        if (data == NULL) {
            to->failed = 1;
        } else {
            to->data = data;
            to->capacity = wider;
        }
    }
    if (to->failed) {
        return 1;
    }
    memcpy(to->data + to->length, bytes, length);
    to->length += length;
    to->data[to->length] = '\0';
    return 0;
}

void text_string(text *to, const char *string)
{
    text_add(to, string, strlen(string));
}

void text_spaces(text *to, size_t count)
{
    while (count-- > 0) {
        text_add(to, " ", 1);
    }
}

void text_int(text *to, int64_t number)
{
    char digits[24];
    size_t first = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--first] = '-';
    }
    text_add(to, digits + first, sizeof digits - first);
}

void text_quoted(text *to, const char *string)
{
    static const char hex[] = "0123456789abcdef";

    text_string(to, "'");
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;
        char escape[] = {'\\', 'x', hex[c >> 4], hex[c & 15]};

        if (c == '\'' || c == '\\') {
            text_add(to, "\\", 1);
        }
        text_add(to, c < 0x20 ? escape : string, c < 0x20 ? sizeof escape : 1);
    }
    text_string(to, "'");
}

void text_free(text *to)
{
    free(to->data);
    memset(to, 0, sizeof *to);
}
