#include "support/source.h"

#include "support/text.h"

#include <string.h>

int32_t nwti_read_fail(nwti_read_error *error, int32_t kind, int64_t offset, const char *format,
                       ...)
{
    va_list arguments;

    if (error == NULL || error->kind != NWTI_READ_OK) {
        return 0;
    }
    error->kind = kind;
    error->offset = offset;
    va_start(arguments, format);
    nwti_format_list(error->what, sizeof error->what, format, arguments);
    va_end(arguments);
    return 0;
}

int32_t nwti_read_out_of_memory(nwti_read_error *error)
{
    return nwti_read_fail(error, NWTI_READ_MEMORY, -1, "out of memory");
}

nwti_label nwti_label_of(const char *name, size_t length)
{
    nwti_label label;
    size_t most = sizeof label.text - 4, i;

    for (i = 0; i < length && i < most; i++) {
        label.text[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
    }
    memcpy(label.text + i, length > most ? "..." : "", length > most ? 4 : 1);
    return label;
}

int32_t nwti_source_has(const nwti_source *source, int64_t offset, int64_t size)
{
    return offset >= 0 && size >= 0 && offset <= source->size && size <= source->size - offset;
}

int32_t nwti_source_read(const nwti_source *source, int64_t offset, void *buffer, size_t size,
                         nwti_read_error *error)
{
    if (!nwti_source_has(source, offset, (int64_t)size)) {
        return nwti_read_fail(error, NWTI_READ_BROKEN, offset,
                              "%z bytes are expected at offset %d, but the data has only %d bytes",
                              size, offset, source->size);
    }
    if (size != 0 && source->read(source->user, offset, buffer, size) != 0) {
        const char *why = source->why != NULL ? *source->why : NULL;

        return nwti_read_fail(error, why != NULL ? NWTI_READ_BROKEN : NWTI_READ_FAILED, offset,
                              "%z bytes at offset %d could not be read%s%s", size, offset,
                              why != NULL ? ": " : "", why != NULL ? why : "");
    }
    return 1;
}

static int32_t read_memory(void *user, int64_t offset, void *buffer, size_t size)
{
    memcpy(buffer, (const unsigned char *)user + offset, size);
    return 0;
}

nwti_source nwti_source_memory(const void *bytes, size_t size)
{
    nwti_source source = {read_memory, (void *)bytes, (int64_t)size, NULL};

    return source;
}

static int32_t read_window(void *user, int64_t offset, void *buffer, size_t size)
{
    nwti_window *window = user;

    return window->parent.read(window->parent.user, window->start + offset, buffer, size);
}

int32_t nwti_source_window(nwti_window *window, const nwti_source *parent, int64_t start,
                           int64_t size, nwti_source *out)
{
    if (!nwti_source_has(parent, start, size)) {
        return 0;
    }
    window->parent = *parent;
    window->start = start;
    out->read = read_window;
    out->user = window;
    out->size = size;
    out->why = parent->why;
    return 1;
}
