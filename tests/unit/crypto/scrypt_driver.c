/* Runs scrypt's lanes, for tests that build them for another processor: `driver KIND N R AT_ONCE COUNT` reads as many
 * lanes and writes them mixed. lanes.c is compiled with -Dmunmap=wiped_munmap, and fails if it gives back what it used. */
#include "lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int wiped_munmap(void *memory, size_t size);

int wiped_munmap(void *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((const unsigned char *)memory)[i] != 0) exit(3);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 6) return 1;
    const size_t n = (size_t)atol(argv[2]), r = (size_t)atol(argv[3]), at_once = (size_t)atol(argv[4]);
    const size_t count = (size_t)atol(argv[5]), size = 128 * r * count;
    uint8_t *lanes = malloc(size);
    for (int i = 0; i < KIND_COUNT; i++) {
        if (strcmp(KINDS[i].name, argv[1]) != 0 || !KINDS[i].runs_here()) continue;
        if (lanes == NULL || fread(lanes, 1, size, stdin) != size) return 1;
        if (!mix_lanes(&KINDS[i], lanes, count, n, r, at_once)) return 1;
        fwrite(lanes, 1, size, stdout);
        free(lanes);
        return 0;
    }
    return 2;
}
