/*
 * unpack ARCHIVE FOLDER: lays the members of a zip archive out in a folder that is there. A file
 * that stands there already wins: what is new or changed need not be packed to be tested.
 */
#include "support/zip.h"

#include <stdio.h>
#include <stdlib.h>

enum { LARGEST = 64 * 1024 * 1024 };

static int fail(const char *path, const char *what)
{
    fprintf(stderr, "unpack: %s: %s\n", path, what);
    return EXIT_FAILURE;
}

/* The bytes of a file, to be freed; NULL if they can't be read. */
static unsigned char *bytes_of(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = malloc(LARGEST);

    *size = 0;
    if (file != NULL && bytes != NULL) {
        *size = fread(bytes, 1, LARGEST, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

static int is_there(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

static int write_member(const nwti_zip *zip, const nwti_zip_entry *entry, const char *folder,
                        nwti_arena *arena)
{
    nwti_read_error error = {0};
    char path[1024];
    unsigned char *bytes;
    FILE *file;
    int done;

    if (snprintf(path, sizeof path, "%s/%s", folder, entry->name) >= (int)sizeof path) {
        return fail(entry->name, "the name is too long");
    }
    if (is_there(path)) {
        return EXIT_SUCCESS;
    }
    bytes = nwti_zip_read_all(zip, entry, arena, LARGEST, &error);
    if (bytes == NULL) {
        return fail(path, error.what);
    }
    file = fopen(path, "wb");
    done = file != NULL && fwrite(bytes, 1, (size_t)entry->size, file) == (size_t)entry->size;
    if (file != NULL && fclose(file) != 0) {
        done = 0;
    }
    return done ? EXIT_SUCCESS : fail(path, "can't be written");
}

int main(int argc, char **argv)
{
    nwti_heap heap;
    nwti_arena arena, members;
    nwti_read_error error = {0};
    nwti_source source;
    nwti_zip zip;
    unsigned char *bytes;
    size_t size, i;
    int status = EXIT_SUCCESS;

    if (argc != 3) {
        return fail("usage", "unpack ARCHIVE FOLDER");
    }
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    nwti_arena_init(&members, &heap);
    bytes = bytes_of(argv[1], &size);
    source = nwti_source_memory(bytes, size);
    if (bytes == NULL || !nwti_zip_open(&zip, &arena, &source, &error)) {
        status = fail(argv[1], bytes == NULL ? "out of memory" : error.what);
        zip.count = 0;
    }
    for (i = 0; i < zip.count && status == EXIT_SUCCESS; i++) {
        status = write_member(&zip, &zip.entries[i], argv[2], &members);
    }
    nwti_arena_free(&members);
    nwti_arena_free(&arena);
    free(bytes);
    return status;
}
