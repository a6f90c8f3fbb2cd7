/* Expansion of a seed: scrypt's mixing, whose scratchpad is the result. */
#include "tensority.h"

#include <string.h>

enum { ROUNDS = 128, ROWS_PER_ROUND = 1024 };

#define QUARTER(a, b, c, n) a ^= (b + c) << n | (b + c) >> (32 - n)

static void salsa_xor(uint32_t out[16], const uint32_t a[16], const uint32_t b[16])
{
    uint32_t in[16], x[16];
    for (int i = 0; i < 16; i++) x[i] = in[i] = a[i] ^ b[i];
    for (int i = 0; i < 4; i++) {
        QUARTER(x[4], x[0], x[12], 7);   QUARTER(x[8], x[4], x[0], 9);
        QUARTER(x[12], x[8], x[4], 13);  QUARTER(x[0], x[12], x[8], 18);
        QUARTER(x[9], x[5], x[1], 7);    QUARTER(x[13], x[9], x[5], 9);
        QUARTER(x[1], x[13], x[9], 13);  QUARTER(x[5], x[1], x[13], 18);
        QUARTER(x[14], x[10], x[6], 7);  QUARTER(x[2], x[14], x[10], 9);
        QUARTER(x[6], x[2], x[14], 13);  QUARTER(x[10], x[6], x[2], 18);
        QUARTER(x[3], x[15], x[11], 7);  QUARTER(x[7], x[3], x[15], 9);
        QUARTER(x[11], x[7], x[3], 13);  QUARTER(x[15], x[11], x[7], 18);
        QUARTER(x[1], x[0], x[3], 7);    QUARTER(x[2], x[1], x[0], 9);
        QUARTER(x[3], x[2], x[1], 13);   QUARTER(x[0], x[3], x[2], 18);
        QUARTER(x[6], x[5], x[4], 7);    QUARTER(x[7], x[6], x[5], 9);
        QUARTER(x[4], x[7], x[6], 13);   QUARTER(x[5], x[4], x[7], 18);
        QUARTER(x[11], x[10], x[9], 7);  QUARTER(x[8], x[11], x[10], 9);
        QUARTER(x[9], x[8], x[11], 13);  QUARTER(x[10], x[9], x[8], 18);
        QUARTER(x[12], x[15], x[14], 7); QUARTER(x[13], x[12], x[15], 9);
        QUARTER(x[14], x[13], x[12], 13); QUARTER(x[15], x[14], x[13], 18);
    }
    for (int i = 0; i < 16; i++) out[i] = x[i] + in[i];
}

static void stir(uint32_t x[SEED_WORDS])
{
    uint32_t first[16];
    salsa_xor(first, x + 16, x);
    salsa_xor(x + 16, first, x + 16);
    memcpy(x, first, sizeof first);
}

/* Each round fills 1024 rows of 32 words; those at even places come first in the result, then those at odd. */
void expand(const uint8_t *seed, uint8_t *matrices)
{
    uint32_t x[SEED_WORDS], row[SEED_WORDS];
    memcpy(x, seed, sizeof x);
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t *rows = matrices + (size_t)round * ROWS_PER_ROUND * sizeof x;
#define PLACE(i) (rows + ((size_t)((i) & 1) * (ROWS_PER_ROUND / 2) + (i) / 2) * sizeof x)
        for (uint32_t i = 0; i < ROWS_PER_ROUND; i++) {
            memcpy(PLACE(i), x, sizeof x);
            stir(x);
        }
        for (uint32_t i = 0; i < ROWS_PER_ROUND; i++) {
            uint32_t j = x[16] & (ROWS_PER_ROUND - 1);
            memcpy(row, PLACE(j), sizeof row);
            for (int w = 0; w < SEED_WORDS; w++) x[w] ^= row[w];
            stir(x);
        }
#undef PLACE
    }
}
