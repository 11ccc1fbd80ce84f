/* Values as text, for tests: a list of lists of "a" and 1.5 is [["a", 1.5]]. */
#ifndef TESTS_SUPPORT_SHOW_H
#define TESTS_SUPPORT_SHOW_H

#include <cmocka.h>

#include "support/number.h"
#include "support/text.h"

/* Recursive: for small trees only. Bytes below 0x20, quotes and backslashes are shown as <hex>. */
static void show(nwti_text *out, const nwti_value *value)
{
    static const char *const opens[] = {
        [NWTI_LIST] = "[", [NWTI_TUPLE] = "(", [NWTI_DICT] = "{", [NWTI_CALL] = "("};
    static const char *const closes[] = {
        [NWTI_LIST] = "]", [NWTI_TUPLE] = ")", [NWTI_DICT] = "}", [NWTI_CALL] = ")"};
    char buffer[32];
    const nwti_value *items = value->as.items;
    uint32_t i;

    switch (value->type) {
    case NWTI_NONE:
        nwti_text_string(out, "None");
        return;
    case NWTI_BOOL:
        nwti_text_string(out, value->as.integer ? "True" : "False");
        return;
    case NWTI_INT:
        nwti_text_int(out, value->as.integer);
        return;
    case NWTI_FLOAT:
        nwti_text_add(out, buffer, nwti_format_double(buffer, value->as.number));
        return;
    case NWTI_STRING:
        assert_int_equal(value->as.string[value->length], '\0');
        nwti_text_string(out, "\"");
        for (i = 0; i < value->length; i++) {
            unsigned char c = (unsigned char)value->as.string[i];

            if (c < 0x20 || c == '"' || c == '\\') {
                buffer[0] = '<';
                buffer[1] = "0123456789ABCDEF"[c >> 4];
                buffer[2] = "0123456789ABCDEF"[c & 15];
                buffer[3] = '>';
                nwti_text_add(out, buffer, 4);
            } else {
                nwti_text_add(out, (const char *)&c, 1);
            }
        }
        nwti_text_string(out, "\"");
        return;
    case NWTI_CALL:
        assert_int_equal(strlen(items->as.string), items->length);
        nwti_text_string(out, items->as.string);
        if (value->flags == NWTI_VALUE_BARE) {
            assert_int_equal(value->length, 0);
            return;
        }
        items++;
        break;
    default:
        break;
    }
    assert_int_equal(value->flags, 0);
    nwti_text_string(out, opens[value->type]);
    for (i = 0; i < value->length; i++) {
        const nwti_value *item = items + i;

        nwti_text_string(out, i > 0 ? ", " : "");
        if (value->type == NWTI_DICT || value->type == NWTI_CALL) {
            item = items + 2 * i;
            if (value->type == NWTI_DICT) {
                show(out, item);
                nwti_text_string(out, ": ");
            } else if (item->type != NWTI_NONE) {
                nwti_text_string(out, item->as.string);
                nwti_text_string(out, "=");
            }
            item++;
        }
        show(out, item);
    }
    nwti_text_string(out, closes[value->type]);
}

#endif
