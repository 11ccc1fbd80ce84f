/* With -DFUZZ_REPLAY a fuzz target is a program that runs the inputs named on its command line. */
#ifndef TESTS_FUZZ_REPLAY_H
#define TESTS_FUZZ_REPLAY_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef FUZZ_REPLAY
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        uint8_t *bytes = NULL;
        size_t size = 0, got;

        if (file == NULL) {
            fprintf(stderr, "cannot open %s\n", argv[i]);
            return 1;
        }
        do {
            uint8_t *larger = realloc(bytes, size + 65536);

            if (larger == NULL) {
                free(bytes);
                fclose(file);
                return 1;
            }
            bytes = larger;
            got = fread(bytes + size, 1, 65536, file);
            size += got;
        } while (got > 0);
        fclose(file);
        bytes = realloc(bytes, size > 0 ? size : 1); /* so that reading beyond it is seen */
        LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
    }
    return 0;
}
#endif

#endif
