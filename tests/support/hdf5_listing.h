/* All of an HDF5 file as text, one line a link or attribute: as oracle/make_hdf5.py lists it. */
#ifndef TESTS_SUPPORT_HDF5_LISTING_H
#define TESTS_SUPPORT_HDF5_LISTING_H

#include "support/hdf5/hdf5.h"
#include "support/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct hdf5_listing {
    nwti_hdf5 *file;
    nwti_arena *arena; /* rewound after each attribute */
    nwti_text *out;
    const char *path; /* of the object whose attributes are listed */
    size_t path_length;
    int64_t stored; /* by all datasets */
} hdf5_listing;

static inline uint32_t fnv(uint32_t hash, const char *bytes, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 0x01000193u;
    }
    return hash;
}

/* Long texts are told by their length and hash. */
static inline void list_hash(nwti_text *out, size_t length, uint32_t hash)
{
    char text[40];

    snprintf(text, sizeof text, "text(%zu,%08" PRIx32 ")", length, hash);
    nwti_text_string(out, text);
}

static inline void list_bytes(nwti_text *out, const char *bytes, size_t length)
{
    size_t i;

    if (length > 200) {
        list_hash(out, length, fnv(0x811c9dc5u, bytes, length));
        return;
    }
    for (i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char text[8];

        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            nwti_text_add(out, (const char *)&c, 1);
        } else {
            snprintf(text, sizeof text, "\\x%02x", (unsigned)c);
            nwti_text_string(out, text);
        }
    }
}

static inline void list_quoted(nwti_text *out, const char *bytes, size_t length)
{
    nwti_text_string(out, length > 200 ? "" : "\"");
    list_bytes(out, bytes, length);
    nwti_text_string(out, length > 200 ? "" : "\"");
}

static inline void list_type(nwti_text *out, const nwti_hdf5_type *type)
{
    nwti_text_string(out, type->kind == NWTI_HDF5_TYPE_ENUM ? " enum:" : " ");
    nwti_text_string(out, type->name);
    if (type->kind == NWTI_HDF5_TYPE_STRING && !type->is_variable) {
        nwti_text_string(out, ":");
        nwti_text_int(out, type->size);
        nwti_text_string(out, ":");
        nwti_text_int(out, type->padding);
    }
    if (type->is_big_endian && type->size > 1) {
        nwti_text_string(out, ">");
    }
}

static inline void list_space(nwti_text *out, const nwti_hdf5_space *space)
{
    int32_t i;

    if (space->is_null) {
        nwti_text_string(out, " null");
        return;
    }
    nwti_text_string(out, " (");
    for (i = 0; i < space->rank; i++) {
        nwti_text_string(out, i > 0 ? "," : "");
        nwti_text_int(out, space->dims[i]);
    }
    nwti_text_string(out, ")");
}

static inline void list_order(nwti_text *out, int64_t order)
{
    if (order >= 0) {
        nwti_text_string(out, " order ");
        nwti_text_int(out, order);
    }
    nwti_text_string(out, "\n");
}

static inline void list_many_strings(hdf5_listing *l, const nwti_hdf5_attribute *a)
{
    uint32_t hash = 0x811c9dc5u;
    size_t total = 0, length;
    int64_t i;

    nwti_text_string(l->out, " ");
    nwti_text_int(l->out, a->space.count);
    nwti_text_string(l->out, " times ");
    for (i = 0; i < a->space.count; i++) {
        nwti_mark mark = nwti_arena_mark(l->arena);
        const char *text = nwti_hdf5_string(l->file, a, i, l->arena, &length);

        if (text == NULL) {
            return;
        }
        hash = i > 0 ? fnv(hash, "\n", 1) : hash;
        hash = fnv(hash, text, length);
        total += length + (i > 0);
        nwti_arena_rewind(l->arena, mark);
    }
    list_hash(l->out, total, hash);
}

static inline void list_value(hdf5_listing *l, const nwti_hdf5_attribute *a, int64_t i)
{
    const char *text;
    size_t length;
    int64_t integer;
    double number;
    uint64_t bits;
    char hex[20];

    text = nwti_hdf5_string(l->file, a, i, l->arena, &length);
    if (text != NULL) {
        nwti_text_string(l->out, " ");
        list_quoted(l->out, text, length);
    } else if (nwti_hdf5_integer(l->file, a, i, &integer)) {
        nwti_text_string(l->out, " ");
        nwti_text_int(l->out, integer);
    } else if (nwti_hdf5_float(l->file, a, i, &number)) {
        memcpy(&bits, &number, sizeof bits);
        snprintf(hex, sizeof hex, " %016" PRIx64, bits);
        nwti_text_string(l->out, hex);
    }
}

static inline int32_t list_attribute(void *user, const nwti_hdf5_attribute *a)
{
    hdf5_listing *l = user;
    int64_t i;

    list_bytes(l->out, l->path, l->path_length);
    nwti_text_string(l->out, " @");
    list_bytes(l->out, a->name, a->name_length);
    list_type(l->out, &a->type);
    list_space(l->out, &a->space);
    if (a->type.kind == NWTI_HDF5_TYPE_STRING && a->space.count > 20) {
        list_many_strings(l, a);
    }
    for (i = 0; a->space.count <= 20 && i < a->space.count; i++) {
        nwti_mark mark = nwti_arena_mark(l->arena);

        list_value(l, a, i);
        nwti_arena_rewind(l->arena, mark);
    }
    list_order(l->out, a->order);
    return 1;
}

static inline void list_dataset(hdf5_listing *l, int64_t object)
{
    static const char *const layouts[] = {"compact", "contiguous", "chunked", "virtual",
                                          "external"};
    nwti_hdf5_dataset dataset;
    int64_t bytes = 0;
    const char *p;

    nwti_text_string(l->out, " dataset");
    if (!nwti_hdf5_dataset_read(l->file, object, &dataset) ||
        !nwti_hdf5_storage(l->file, &dataset, &bytes)) {
        return;
    }
    l->stored += bytes;
    list_type(l->out, &dataset.type);
    list_space(l->out, &dataset.space);
    nwti_text_string(l->out, " ");
    nwti_text_string(l->out, layouts[dataset.layout]);
    nwti_text_string(l->out, " ");
    nwti_text_int(l->out, bytes);
    nwti_text_string(l->out, dataset.filter_count == 0 ? " -" : " ");
    for (p = dataset.filters; *p != '\0'; p++) {
        if (*p != ' ') {
            nwti_text_add(l->out, p, 1);
        }
    }
}

static inline int32_t list_entry(void *user, const nwti_hdf5_entry *entry)
{
    hdf5_listing *l = user;
    const nwti_hdf5_link *link = entry->link;

    if (entry->object >= 0 && !entry->seen) {
        l->path = entry->path;
        l->path_length = entry->path_length;
        nwti_hdf5_attributes(l->file, entry->object, list_attribute, l);
    }
    list_bytes(l->out, entry->path, entry->path_length);
    if (link != NULL && link->kind == NWTI_HDF5_SOFT) {
        nwti_text_string(l->out, " soft ");
        list_bytes(l->out, link->target, strlen(link->target));
    } else if (link != NULL && link->kind == NWTI_HDF5_EXTERNAL) {
        nwti_text_string(l->out, " external ");
        list_bytes(l->out, link->target_file, strlen(link->target_file));
        nwti_text_string(l->out, " ");
        list_bytes(l->out, link->target, strlen(link->target));
    } else if (entry->kind == NWTI_HDF5_GROUP) {
        nwti_text_string(l->out, " group");
    } else if (entry->kind == NWTI_HDF5_DATASET) {
        list_dataset(l, entry->object);
    } else {
        nwti_text_string(l->out, entry->kind == NWTI_HDF5_NAMED_TYPE ? " type" : " other");
    }
    nwti_text_string(l->out, entry->seen ? " seen" : "");
    list_order(l->out, link != NULL ? link->order : -1);
    return 1;
}

static inline int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Cuts a text into its lines, sorted; free() the result. */
static inline char **sorted_lines(char *text, size_t *count)
{
    size_t most = 1;
    char **lines, *p;

    for (p = text; *p != '\0'; p++) {
        most += *p == '\n';
    }
    lines = malloc(most * sizeof *lines);
    if (lines == NULL) {
        abort();
    }
    *count = 0;
    for (p = text; *p != '\0'; p++) {
        lines[(*count)++] = p;
        p += strcspn(p, "\n");
        if (*p == '\0') {
            break;
        }
        *p = '\0';
    }
    qsort(lines, *count, sizeof *lines, compare_lines);
    return lines;
}

/* 1 if all of the file could be listed. */
static inline int32_t list_file(nwti_hdf5 *file, nwti_arena *arena, nwti_text *out, int64_t *stored)
{
    hdf5_listing l = {file, arena, out, NULL, 0, 0};
    int32_t ok = nwti_hdf5_walk(file, nwti_hdf5_root(file), list_entry, &l);

    *stored = l.stored;
    return ok;
}

#endif
