#include "support/syntax.h"

#include <string.h>

enum { PADDING = 8 };

int32_t nwti_syntax_begin(nwti_syntax *syntax, nwti_arena *arena, const char *text, size_t length,
                          size_t depth)
{
    syntax->arena = arena;
    syntax->mark = nwti_arena_mark(arena);
    syntax->values = syntax->first;
    syntax->count = 0;
    syntax->capacity = NWTI_SYNTAX_FIRST;
    syntax->open = 0;
    syntax->depth = depth;
    syntax->what = NULL;
    syntax->at = NULL;
    syntax->text = nwti_arena_alloc(arena,
                                    length < SIZE_MAX - PADDING ? length + PADDING : SIZE_MAX);
    if (syntax->text == NULL) {
        return 0;
    }
    syntax->end = syntax->text + length;
    if (length > 0) {
        memcpy(syntax->text, text, length);
    }
    memset(syntax->end, 0, PADDING);
    return 1;
}

/* Columns count characters. */
static void locate(nwti_syntax_error *error, const char *text)
{
    size_t i;

    error->line = 1;
    error->column = 1;
    for (i = 0; i < error->offset; i++) {
        if (text[i] == '\n') {
            error->line++;
            error->column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            error->column++;
        }
    }
}

const nwti_value *nwti_syntax_end(nwti_syntax *syntax, int32_t ok, const char *text,
                                  nwti_syntax_error *error)
{
    nwti_value *result = ok ? nwti_arena_alloc(syntax->arena, sizeof *result) : NULL;

    if (result != NULL) {
        *result = syntax->values[0];
    } else {
        memset(error, 0, sizeof *error);
        error->what = ok ? NULL : syntax->what;
        if (error->what != NULL) {
            error->offset = (size_t)(syntax->at - syntax->text);
        }
        locate(error, text);
        nwti_arena_rewind(syntax->arena, syntax->mark);
    }
    if (syntax->values != syntax->first) {
        nwti_heap_free(syntax->arena->heap, syntax->values,
                       syntax->capacity * sizeof *syntax->values);
    }
    return result;
}

char *nwti_syntax_fault(nwti_syntax *syntax, const char *at, const char *what)
{
    syntax->at = at;
    syntax->what = what;
    return NULL;
}

int32_t nwti_syntax_grow(nwti_syntax *syntax)
{
    int32_t first = syntax->values == syntax->first;
    size_t capacity = syntax->capacity * 2, old = syntax->capacity * sizeof *syntax->values;
    nwti_value *values;

    if (capacity > SIZE_MAX / 2 / sizeof *values) { /* GCOVR_EXCL_START: memory is less */
        syntax->arena->heap->failed = 1;
        return 0;
    } /* GCOVR_EXCL_STOP */
    values = nwti_heap_resize(syntax->arena->heap, first ? NULL : syntax->values, first ? 0 : old,
                              capacity * sizeof *values);
    if (values == NULL) {
        return 0;
    }
    if (first) {
        memcpy(values, syntax->first, old);
    }
    syntax->values = values;
    syntax->capacity = capacity;
    return 1;
}

int32_t nwti_syntax_open(nwti_syntax *syntax, const char *at, uint8_t type)
{
    nwti_value *value;

    if (syntax->depth == 0) {
        nwti_syntax_fault(syntax, at, "nested deeper than allowed");
        return 0;
    }
    value = nwti_syntax_push(syntax);
    if (value == NULL) {
        return 0;
    }
    nwti_syntax_set(value, type, (int64_t)syntax->open);
    syntax->open = syntax->count;
    syntax->depth--;
    return 1;
}

int32_t nwti_syntax_close(nwti_syntax *syntax, const char *at)
{
    nwti_value *value = nwti_syntax_container(syntax);
    size_t count = syntax->count - syntax->open, length = count, i;
    nwti_value *items;

    if (value->type == NWTI_DICT || value->type == NWTI_CALL) {
        length /= 2; /* a call's name is the odd one */
    }
    if (length > UINT32_MAX) { /* GCOVR_EXCL_START: of 4 GiB */
        nwti_syntax_fault(syntax, at, "more items than allowed");
        return 0;
    } /* GCOVR_EXCL_STOP */
    /* So many stood in memory already. Most are few: a call to copy them would cost more. */
    items = nwti_arena_alloc(syntax->arena, count * sizeof *items);
    if (items == NULL) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        items[i] = value[i + 1];
    }
    syntax->count = syntax->open;
    syntax->open = (size_t)value->as.integer;
    syntax->depth++;
    value->length = (uint32_t)length;
    value->as.items = items;
    return 1;
}

char *nwti_syntax_utf8(char *out, uint32_t character)
{
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    int32_t length, i;

    if (character >= 0xD800 && character <= 0xDFFF) {
        character = 0xFFFD;
    }
    if (character < 0x80) {
        *out = (char)character;
        return out + 1;
    }
    length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    out[0] = (char)(first[length] | character);
    return out + length;
}

int32_t nwti_syntax_hex(const char *text, int32_t count, uint32_t *number)
{
    int32_t i;

    *number = 0;
    for (i = 0; i < count; i++) {
        char c = text[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;

        if (digit == 16) {
            return 0;
        }
        *number = *number << 4 | digit;
    }
    return 1;
}

char *nwti_syntax_unicode(char *text, uint32_t *character)
{
    uint32_t low;

    if (!nwti_syntax_hex(text, 4, character)) {
        return NULL;
    }
    text += 4;
    if (*character >= 0xD800 && *character < 0xDC00 && text[0] == '\\' && text[1] == 'u' &&
        nwti_syntax_hex(text + 2, 4, &low) && low >= 0xDC00 && low < 0xE000) {
        *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
        text += 6;
    }
    return text;
}
