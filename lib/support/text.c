#include "support/text.h"

#include <string.h>

void nwti_text_init(nwti_text *text, nwti_heap *heap)
{
    memset(text, 0, sizeof *text);
    text->heap = heap;
}

void nwti_text_begin_fixed(nwti_text *text, char *buffer, size_t size)
{
    memset(text, 0, sizeof *text);
    text->data = buffer;
    text->capacity = size;
}

/* Room for `extra` bytes and a NUL. */
static int32_t reserve(nwti_text *text, size_t extra)
{
    size_t capacity = text->capacity < 256 ? 256 : text->capacity;
    char *data;

    if (text->failed) {
        return 0;
    }
    if (extra < text->capacity - text->length) {
        return 1;
    }
    while (capacity - text->length <= extra) {
        if (capacity > SIZE_MAX / 2) {
            text->heap->failed = 1;
            text->failed = 1;
            return 0;
        }
        capacity *= 2;
    }
    data = nwti_heap_resize(text->heap, text->data, text->capacity, capacity);
    if (data == NULL) {
        text->failed = 1;
        return 0;
    }
    text->data = data;
    text->capacity = capacity;
    return 1;
}

/* What fits; the length counts on. */
static void add_fixed(nwti_text *text, const char *bytes, size_t length)
{
    if (text->length < text->capacity) {
        size_t room = text->capacity - text->length;

        memcpy(text->data + text->length, bytes, length < room ? length : room);
    }
    text->length += length;
}

void nwti_text_add(nwti_text *text, const char *bytes, size_t length)
{
    if (text->heap == NULL) {
        add_fixed(text, bytes, length);
    } else if (reserve(text, length)) {
        memcpy(text->data + text->length, bytes, length);
        text->length += length;
        text->data[text->length] = '\0';
    }
}

void nwti_text_string(nwti_text *text, const char *string)
{
    nwti_text_add(text, string, strlen(string));
}

void nwti_text_repeat(nwti_text *text, char c, int64_t count)
{
    while (text->heap == NULL && count > 0) {
        add_fixed(text, &c, 1);
        count--;
    }
    if (count > 0 && reserve(text, (uint64_t)count < SIZE_MAX ? (size_t)count : SIZE_MAX)) {
        memset(text->data + text->length, c, (size_t)count);
        text->length += (size_t)count;
        text->data[text->length] = '\0';
    }
}

size_t nwti_format_int(char *buffer, int64_t number)
{
    char digits[20];
    size_t count = 0, length = 0;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0) {
        buffer[length++] = '-';
    }
    while (count > 0) {
        buffer[length++] = digits[--count];
    }
    return length;
}

void nwti_text_int(nwti_text *text, int64_t number)
{
    char digits[21];

    nwti_text_add(text, digits, nwti_format_int(digits, number));
}

void nwti_text_grouped(nwti_text *text, int64_t number)
{
    char digits[21];
    size_t length = nwti_format_int(digits, number), i = 0;

    if (digits[0] == '-') {
        nwti_text_add(text, digits, 1);
        i = 1;
    }
    while (i < length) {
        size_t group = (length - i - 1) % 3 + 1;

        nwti_text_add(text, digits + i, group);
        i += group;
        if (i < length) {
            nwti_text_add(text, ",", 1);
        }
    }
}

void nwti_text_clear(nwti_text *text)
{
    text->length = 0;
    if (text->data != NULL) {
        text->data[0] = '\0';
    }
}

void nwti_text_free(nwti_text *text)
{
    nwti_heap_free(text->heap, text->data, text->capacity);
    nwti_text_init(text, text->heap);
}

/* Never leaves half a UTF-8 character before the NUL. */
size_t nwti_text_end_fixed(nwti_text *text)
{
    size_t end = text->length;

    if (text->capacity == 0) {
        return text->length;
    }
    if (end >= text->capacity) {
        end = text->capacity - 1;
        while (end > 0 && ((unsigned char)text->data[end] & 0xC0) == 0x80) {
            end--;
        }
    }
    text->data[end] = '\0';
    return text->length;
}

size_t nwti_format_list(char *buffer, size_t size, const char *format, va_list arguments)
{
    nwti_text out;
    char digits[21];
    const char *string;

    nwti_text_begin_fixed(&out, buffer, size);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");

        add_fixed(&out, format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        switch (format[1]) {
        case 's':
            string = va_arg(arguments, const char *);
            add_fixed(&out, string, strlen(string));
            break;
        case 'd':
            add_fixed(&out, digits, nwti_format_int(digits, va_arg(arguments, int64_t)));
            break;
        case 'z':
            add_fixed(&out, digits, nwti_format_int(digits, (int64_t)va_arg(arguments, size_t)));
            break;
        default:
            add_fixed(&out, "%", 1);
            break;
        }
        format += 2;
    }
    return nwti_text_end_fixed(&out);
}

size_t nwti_format(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = nwti_format_list(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int32_t nwti_distance(const char *a, const char *b, int32_t limit)
{
    enum { LONGEST = 63 };
    size_t m = strlen(a), n = strlen(b), i, j;
    int32_t row[LONGEST + 1];

    if (m > LONGEST || n > LONGEST) {
        return limit + 1;
    }
    for (j = 0; j <= n; j++) {
        row[j] = (int32_t)j;
    }
    for (i = 1; i <= m; i++) {
        int32_t diagonal = row[0];

        row[0] = (int32_t)i;
        for (j = 1; j <= n; j++) {
            int32_t best = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));

            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    return row[n] <= limit ? row[n] : limit + 1;
}
