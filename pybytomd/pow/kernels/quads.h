/* Packing for processors that add up four neighbouring products at once.
 *
 * For each group of `width` columns and each 4 steps of the dot product, those bytes of B lie together, so that what the
 * inner loop reads is one run of memory (half the time of plain columns). */
#ifndef QUADS_H
#define QUADS_H

#include "tensority.h"

#include <string.h>

static inline void pack_quads(const int8_t *matrix, uint8_t *packed, int width)
{
    for (int column = 0; column < SIZE; column++)
        for (int k = 0; k < SIZE; k += 4)
            memcpy(packed + column / width * width * SIZE + k * width + 4 * (column % width),
                   matrix + column * SIZE + k, 4);
}

enum { CORRECTIONS = SIZE * sizeof(int32_t) };

/* For those that multiply an unsigned byte with a signed one. The running matrix is taken as unsigned, 128 too much, so
 * 128 times the sum of B's row is taken off beforehand: a number for each column stands before the quads. */
static inline void pack_corrected_quads(const int8_t *matrix, uint8_t *packed, int width)
{
    for (int column = 0; column < SIZE; column++) {
        int32_t sum = 0;
        for (int k = 0; k < SIZE; k++) sum += matrix[column * SIZE + k];
        sum *= -128;
        memcpy(packed + (size_t)column * sizeof sum, &sum, sizeof sum);
    }
    pack_quads(matrix, packed + CORRECTIONS, width);
}

/* The running matrix as such unsigned bytes. */
static inline void make_unsigned(int8_t *a)
{
    for (int i = 0; i < MATRIX; i++) a[i] = (int8_t)(a[i] ^ -128);
}

#endif
