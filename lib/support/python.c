#include "support/python.h"
#include "support/number.h"

#include <string.h>

void nwti_python_int(nwti_text *text, int64_t value, int64_t none)
{
    if (value == none) {
        nwti_text_string(text, "None");
    } else {
        nwti_text_int(text, value);
    }
}

void nwti_python_ints(nwti_text *text, const int64_t *items, int64_t count, int64_t none)
{
    int64_t i;

    nwti_text_string(text, "(");
    for (i = 0; i < count; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        nwti_python_int(text, items[i], none);
    }
    nwti_text_string(text, count == 1 ? ",)" : ")");
}

void nwti_python_pairs(nwti_text *text, const int64_t *items, int64_t count, int64_t none)
{
    int64_t i;

    nwti_text_string(text, count > 1 ? "(" : "");
    for (i = 0; i < count; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        nwti_python_ints(text, items + 2 * i, 2, none);
    }
    nwti_text_string(text, count > 1 ? ")" : "");
}

/* What stands for a character within quotes; the buffer has room for it and a NUL. */
static void escape(char *buffer, char c)
{
    static const char marked[] = "\\'\n\r\t", marks[] = "\\'nrt";
    static const char digits[] = "0123456789abcdef";
    const char *found = c != '\0' ? strchr(marked, c) : NULL;
    unsigned char byte = (unsigned char)c;
    size_t length = 0;

    if (found != NULL) {
        buffer[length++] = '\\';
        c = marks[found - marked];
    } else if (byte < ' ' || byte == 0x7F) {
        buffer[length++] = '\\';
        buffer[length++] = 'x';
        buffer[length++] = digits[byte >> 4];
        c = digits[byte & 15];
    }
    buffer[length++] = c;
    buffer[length] = '\0';
}

void nwti_python_string(nwti_text *text, const char *string)
{
    char piece[8];

    if (string == NULL) {
        nwti_text_string(text, "None");
        return;
    }
    nwti_text_string(text, "'");
    for (; *string != '\0'; string++) {
        escape(piece, *string);
        nwti_text_string(text, piece);
    }
    nwti_text_string(text, "'");
}

void nwti_python_float(nwti_text *text, double number)
{
    char buffer[32];

    if (number != number) {
        nwti_text_string(text, "float('nan')");
    } else if (number - number != 0) {
        nwti_text_string(text, number > 0 ? "float('inf')" : "float('-inf')");
    } else {
        nwti_text_add(text, buffer, nwti_format_double(buffer, number));
    }
}
