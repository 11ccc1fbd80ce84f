#include "support/utf8.h"

size_t nwti_utf8_read(const char *text, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] < 0x80   ? 1
                    : bytes[0] < 0xC0 ? 0
                    : bytes[0] < 0xE0 ? 2
                    : bytes[0] < 0xF0 ? 3
                    : bytes[0] < 0xF8 ? 4
                                      : 0;
    size_t i;

    *code = length < 2 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    for (i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | (bytes[i] & 0x3Fu);
    }
    if (length > 1 &&
        (*code < smallest[length] || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))) {
        return 0;
    }
    return length;
}

static void add_escape(nwti_text *text, char letter, int32_t digits, uint32_t code)
{
    static const char hex[] = "0123456789abcdef";
    char buffer[2 + 4] = {'\\'};
    int32_t i;

    buffer[1] = letter;
    for (i = 0; i < digits; i++) {
        buffer[2 + i] = hex[code >> 4 * (digits - 1 - i) & 15];
    }
    nwti_text_add(text, buffer, 2 + (size_t)digits);
}

static int32_t turns_lines(uint32_t code)
{
    return code == 0x2028 || code == 0x2029 || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F;
}

void nwti_text_visible(nwti_text *text, const char *string)
{
    while (*string != '\0') {
        uint32_t code;
        size_t length = nwti_utf8_read(string, &code);

        if (code == '\n' || code == '\t' || code == '\r') {
            add_escape(text, code == '\n' ? 'n' : code == '\t' ? 't' : 'r', 0, 0);
        } else if (length == 0) {
            add_escape(text, 'x', 2, (unsigned char)*string);
        } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            add_escape(text, 'x', 2, code);
        } else if (turns_lines(code)) {
            add_escape(text, 'u', 4, code);
        } else {
            nwti_text_add(text, string, length);
        }
        string += length > 0 ? length : 1;
    }
}
