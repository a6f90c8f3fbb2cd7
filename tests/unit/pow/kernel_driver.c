/* Runs one kernel, for tests that build it for another processor.
 *
 * `driver` lists the kernels that run there. `driver KERNEL matrices` reads 256 matrices and 128 numbers of matrices and
 * writes what `mix` makes of them; `driver KERNEL seed` reads an extended seed in place of the matrices. */
#include "tensority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Kernel *find(const char *name)
{
    for (int i = 0; i < KERNEL_COUNT; i++)
        if (strcmp(KERNELS[i]->name, name) == 0 && KERNELS[i]->runs_here()) return KERNELS[i];
    fprintf(stderr, "kernel %s does not run here\n", name);
    exit(1);
}

static void *aligned(size_t size)
{
    void *memory;
    if (posix_memalign(&memory, ALIGNMENT, size) != 0) exit(1);
    return memory;
}

static void read_all(void *to, size_t size)
{
    if (fread(to, 1, size, stdin) != size) exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        for (int i = 0; i < KERNEL_COUNT; i++)
            if (KERNELS[i]->runs_here()) puts(KERNELS[i]->name);
        return 0;
    }
    const Kernel *kernel = find(argv[1]);
    uint8_t *matrices = aligned(MATRICES), *packed = aligned(SIZE * kernel->packed_size);
    uint8_t seed[SEED_WORDS * sizeof(uint32_t)], sequences[CHAINS * SEQUENCE];
    uint32_t words[RESULT_WORDS];
    Workspace *space = aligned(sizeof *space);
    if (strcmp(argv[2], "seed") == 0) {
        read_all(seed, sizeof seed);
        expand(seed, matrices);
    } else {
        read_all(matrices, MATRICES);
    }
    read_all(sequences, sizeof sequences);
    for (size_t i = 0; i < SIZE; i++)
        kernel->pack((const int8_t *)matrices + i * MATRIX, packed + i * kernel->packed_size);
    mix(kernel, space, packed, sequences, words);
    fwrite(words, 1, sizeof words, stdout);
    free(space);
    free(packed);
    free(matrices);
    return 0;
}
