#include "support/json.h"
#include "support/number.h"
#include "support/utf8.h"

static void escape(nwti_text *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    char code[7] = "\\u00";

    code[4] = digits[c >> 4];
    code[5] = digits[c & 15];
    nwti_text_add(out, code, 6);
}

void nwti_json_write_string(nwti_text *out, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    uint32_t code;

    nwti_text_string(out, "\"");
    while (bytes < end) {
        size_t size = nwti_utf8_read(bytes, &code);

        if (size == 0) {
            nwti_text_string(out, "\\ufffd");
        } else if (code == '"' || code == '\\') {
            nwti_text_string(out, "\\");
            nwti_text_add(out, bytes, 1);
        } else if (code < 0x20 || code == 0x7F) {
            escape(out, (unsigned char)code);
        } else {
            nwti_text_add(out, bytes, size);
        }
        bytes += size > 0 ? size : 1;
    }
    nwti_text_string(out, "\"");
}

void nwti_json_write_number(nwti_text *out, double number)
{
    char buffer[32];

    if (number != number) {
        nwti_text_string(out, "NaN");
    } else if (number - number != 0) {
        nwti_text_string(out, number > 0 ? "Infinity" : "-Infinity");
    } else {
        nwti_text_add(out, buffer, nwti_format_double(buffer, number));
    }
}
