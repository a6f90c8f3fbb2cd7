/* The chains of products, added up and compressed to 64 words. */
#include "tensority.h"

#include <string.h>

void mix(const Kernel *kernel, Workspace *space, const uint8_t *packed, const uint8_t *sequences, uint32_t *out)
{
    uint8_t sums[MATRIX] = {0}, *total = (uint8_t *)space->next; /* which is free when the chains are done */
    for (int chain = 0; chain < CHAINS; chain++) {
        memset(space->a, 0, MATRIX);
        for (int i = 0; i < SIZE; i++) space->a[kernel->place(i, i)] = 1;
        for (int step = 0; step < 2 * SEQUENCE; step++) {
            size_t index = sequences[chain * SEQUENCE + step % SEQUENCE];
            kernel->multiply(space, packed + index * kernel->packed_size);
        }
        for (int i = 0; i < MATRIX; i++) sums[i] += (uint8_t)space->a[i];
    }
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) total[row * SIZE + column] = sums[kernel->place(row, column)];
    enum { WORDS = RESULT_WORDS };
    static const uint32_t FNV_PRIME = 0x01000193;
    uint32_t words[SIZE][WORDS];
    for (int row = 0; row < SIZE; row++)
        for (int i = 0; i < WORDS; i++) {
            const uint8_t *x = total + row * SIZE + i;
            words[row][i] = x[0] | (uint32_t)x[WORDS] << 8 | (uint32_t)x[2 * WORDS] << 16 | (uint32_t)x[3 * WORDS] << 24;
        }
    for (int half = SIZE / 2; half >= 1; half /= 2)
        for (int row = 0; row < half; row++)
            for (int i = 0; i < WORDS; i++) words[row][i] = words[row][i] * FNV_PRIME ^ words[row + half][i];
    memcpy(out, words[0], sizeof words[0]);
}
