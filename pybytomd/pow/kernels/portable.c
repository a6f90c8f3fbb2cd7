/* Products in plain C. */
#include "tensority.h"

#include <string.h>

static void pack_plain(const int8_t *matrix, uint8_t *packed) { memcpy(packed, matrix, MATRIX); }

static int always(void) { return 1; }

/* Compilers make vector code of the inner loop, on every architecture they know. */
static void multiply_portable(Workspace *space, const uint8_t *packed)
{
    const int8_t *b = (const int8_t *)packed;
    for (int i = 0; i < MATRIX; i++) { space->a16[i] = space->a[i]; space->b16[i] = b[i]; }
    for (int row = 0; row < SIZE; row++) {
        const int16_t *x = space->a16 + row * SIZE;
        for (int column = 0; column < SIZE; column++) {
            const int16_t *y = space->b16 + column * SIZE;
            int32_t sum = 0;
            for (int k = 0; k < SIZE; k++) sum += (int32_t)x[k] * y[k];
            space->a[row * SIZE + column] = fold(sum);
        }
    }
}

const Kernel portable_kernel = {"portable", MATRIX, place_plain, pack_plain, multiply_portable, always};
