/* Names that all have one quick hash (support/hash.c). Where the highest bit of eight bytes
   changes, two bits of their hash do, and where these change in the next eight, it is as it was. */
#ifndef NETWEIGHT_TESTS_COLLIDING_H
#define NETWEIGHT_TESTS_COLLIDING_H

#include <string.h>

enum { COLLIDING_BITS = 14, COLLIDING_SIZE = 16 * COLLIDING_BITS + 1 };

static inline void colliding_name(char *name, int number)
{
    int i;

    memset(name, 'a', COLLIDING_SIZE - 1);
    name[COLLIDING_SIZE - 1] = '\0';
    for (i = 0; i < COLLIDING_BITS; i++) {
        if (number >> i & 1) {
            name[16 * i + 7] = (char)(name[16 * i + 7] ^ 0x80);
            name[16 * i + 12] ^= 0x04;
            name[16 * i + 15] = (char)(name[16 * i + 15] ^ 0x80);
        }
    }
}

#endif
