/* Reading golden files: facts as JSON, made by Keras itself (tests/oracle). */
#ifndef NETWEIGHT_TESTS_GOLDEN_H
#define NETWEIGHT_TESTS_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netweight.h"
#include "support/json.h"

#ifndef GOLDEN
#define GOLDEN "tests/golden"
#endif

/* The whole file, to be freed; NULL if there is none. */
static inline char *golden_text(const char *path, size_t *length)
{
    char full[512];
    FILE *file;
    char *text;
    long size;

    snprintf(full, sizeof full, "%s/%s", GOLDEN, path);
    file = fopen(full, "rb");
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = malloc((size_t)size + 1);
    *length = fread(text, 1, (size_t)size, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

/* The tree of a JSON file in the arena; fails the test if it can't be read. */
static inline const nwti_value *golden_json(nwti_arena *arena, const char *path)
{
    nwti_syntax_error error;
    const nwti_value *value;
    size_t length = 0;
    char *text = golden_text(path, &length);

    if (text == NULL) {
        fail_msg("%s is missing", path);
    }
    value = nwti_json_read(arena, text, length, 1000, &error);
    if (value == NULL) {
        fail_msg("%s: line %zu: %s", path, error.line, error.what);
    }
    free(text);
    return value;
}

/* Dims of a list of integers and nulls; the rank, or -1 for null. */
static inline int32_t golden_dims(const nwti_value *list, int64_t *dims)
{
    uint32_t i;

    if (list == NULL || list->type != NWTI_LIST) {
        return -1;
    }
    for (i = 0; i < list->length; i++) {
        dims[i] = list->as.items[i].type == NWTI_INT ? list->as.items[i].as.integer : -1;
    }
    return (int32_t)list->length;
}

static inline int32_t golden_dtype(const nwti_value *value)
{
    int32_t dtype;

    for (dtype = 1; nwt_dtype_name(dtype) != NULL; dtype++) {
        if (nwti_value_is(value, nwt_dtype_name(dtype))) {
            return dtype;
        }
    }
    return 0;
}

static inline int64_t golden_int(const nwti_value *dict, const char *key)
{
    const nwti_value *value = nwti_value_get(dict, key);

    return value != NULL && (value->type == NWTI_INT || value->type == NWTI_BOOL)
               ? value->as.integer
               : -1;
}

#endif
