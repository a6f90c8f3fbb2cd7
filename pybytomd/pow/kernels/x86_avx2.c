/* Products with AVX2: bytes by bytes in 16-bit sums. */
#include "tensority.h"

#ifdef X86

#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

/* AVX2 multiplies an unsigned byte with a signed one and adds neighbours in 16 bits, which is all that folding needs of
 * a sum; but it clips what exceeds them. Nothing does if the unsigned bytes are the absolute values of B: the extremes
 * are 2 * 128 * -128 and 2 * 128 * 127. A must then be negated where B is negative. For 4 steps of the dot product there
 * are 16 ways to negate; all are made beforehand, for many rows of B, whose packed form tells which to take. Inverted
 * bits stand for the negative, and are 1 too little: the absolute values of B's negative elements are added for that.
 *
 * The running matrix is kept in blocks of 32 rows, a block as 4 bytes of each of its rows at a time, so that a register
 * holds 8 rows and 4 steps. 2 rows of B by 32 of A stay in registers. */
enum {
    BLOCK = 32,                  /* rows */
    REGISTERS = BLOCK / 8,       /* of a block, for 4 steps or a row of B */
    QUAD_BYTES = BLOCK * 4,
    BLOCK_BYTES = BLOCK * SIZE,
    CHUNK = 32,                  /* steps at once: what is made of A for them, 16 KiB, stays in the first-level cache */
    CHUNKS = SIZE / CHUNK,
    QUADS = CHUNK / 4,
    PATTERNS = 16,
    CHOICE_UNIT = 8,             /* processors multiply a choice by that when they address memory */
};

typedef struct {
    uint8_t absolute[CHUNK];
    uint8_t choice[QUADS];       /* where the negated form of A lies, in units of 8 bytes */
} PackedRow;

typedef struct {
    PackedRow rows[CHUNKS][SIZE];
    uint32_t corrections[SIZE];
} PackedAvx2;

static size_t place_avx2(int row, int column)
{
    return row / BLOCK * BLOCK_BYTES + column / 4 * QUAD_BYTES + row % BLOCK * 4 + column % 4;
}

__attribute__((target("avx2")))
static void pack_avx2(const int8_t *matrix, uint8_t *packed)
{
    PackedAvx2 *b = (void *)packed;
    for (int row = 0; row < SIZE; row++) {
        uint32_t correction = 0;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            const int8_t *from = matrix + row * SIZE + chunk * CHUNK;
            PackedRow *to = &b->rows[chunk][row];
            for (int k = 0; k < CHUNK; k++) {
                to->absolute[k] = (uint8_t)abs(from[k]);
                correction += from[k] < 0 ? -from[k] : 0;
            }
            for (int quad = 0; quad < QUADS; quad++) {
                uint32_t four;
                memcpy(&four, from + 4 * quad, sizeof four);
                uint32_t pattern = (four >> 7 & 0x01010101) * 0x10204080 >> 28; /* the four top bits side by side */
                to->choice[quad] = (uint8_t)(pattern * QUAD_BYTES / CHOICE_UNIT);
            }
        }
        b->corrections[row] = correction;
    }
}

/* A chunk of a block, negated in all ways: bit i of a pattern stands for step i of the 4. */
__attribute__((target("avx2")))
static void negate_avx2(const int8_t *a, __m256i negated[QUADS][PATTERNS][REGISTERS])
{
    for (int quad = 0; quad < QUADS; quad++)
        for (uint32_t pattern = 0; pattern < PATTERNS; pattern++) {
            uint32_t bytes = (pattern & 1) * 0xff | (pattern >> 1 & 1) * 0xff00 | (pattern >> 2 & 1) * 0xff0000 |
                             (pattern >> 3 & 1) * 0xff000000;
            __m256i inverted = _mm256_set1_epi32((int)bytes);
            for (int i = 0; i < REGISTERS; i++) {
                __m256i x = _mm256_load_si256((const __m256i *)(a + quad * QUAD_BYTES) + i);
                negated[quad][pattern][i] = _mm256_xor_si256(x, inverted);
            }
        }
}

/* sum += y * x. Written as instructions, and as macros, because gcc copies sums around with anything else,
 * loops included. */
#define MULTIPLY_ADD(sum, y, x)                                                                                  \
    do {                                                                                                         \
        __m256i product;                                                                                         \
        __asm__("vpmaddubsw %3, %2, %1\n\tvpaddw %1, %0, %0"                                                     \
                : "+x"(sum), "=&x"(product) : "x"(y), "m"(x));                                                   \
    } while (0)

/* Step `quad` of the four that `fours` holds of row `r`, for all registers of sums. */
#define ADD_QUAD(r, quad)                                                                                        \
    do {                                                                                                         \
        size_t choice = rows[row + r].choice[4 * part + quad];                                                   \
        const __m256i *x = (const void *)((const char *)negated[4 * part + quad] + choice * CHOICE_UNIT);        \
        __m256i y = _mm256_shuffle_epi32(fours[r], 0x55 * quad);                                                 \
        MULTIPLY_ADD(sum[r][0], y, x[0]); MULTIPLY_ADD(sum[r][1], y, x[1]);                                      \
        MULTIPLY_ADD(sum[r][2], y, x[2]); MULTIPLY_ADD(sum[r][3], y, x[3]);                                      \
    } while (0)

/* Two rows of sums to one register of folded bytes, in the even places. A sum is in two parts, the words of 32 bits. */
__attribute__((target("avx2")))
static inline __m256i folded_avx2(__m256i first, __m256i second)
{
    __m256i one = _mm256_blend_epi16(first, second, 0xaa);
    __m256i other = _mm256_blend_epi16(_mm256_srli_epi32(first, 16), _mm256_slli_epi32(second, 16), 0xaa);
    __m256i sums = _mm256_add_epi16(one, other);
    return _mm256_add_epi16(sums, _mm256_srli_epi16(sums, 8));
}

__attribute__((target("avx2")))
static void multiply_avx2(Workspace *space, const uint8_t *packed)
{
    const PackedAvx2 *b = (const void *)packed;
    __m256i negated[QUADS][PATTERNS][REGISTERS], sums[SIZE][REGISTERS];
    for (int8_t *block = space->a; block < space->a + MATRIX; block += BLOCK_BYTES) {
        for (int row = 0; row < SIZE; row++)
            for (int i = 0; i < REGISTERS; i++) sums[row][i] = _mm256_set1_epi32((int)b->corrections[row]);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            const PackedRow *rows = b->rows[chunk];
            negate_avx2(block + chunk * QUADS * QUAD_BYTES, negated);
            for (int row = 0; row < SIZE; row += 2) {
                __m256i sum[2][REGISTERS];
                memcpy(sum, sums[row], sizeof sum);
                for (int part = 0; part < QUADS / 4; part++) {
                    __m256i fours[2];
                    for (int r = 0; r < 2; r++)
                        fours[r] = _mm256_broadcastsi128_si256(
                            _mm_loadu_si128((const __m128i *)rows[row + r].absolute + part));
                    ADD_QUAD(0, 0); ADD_QUAD(1, 0); ADD_QUAD(0, 1); ADD_QUAD(1, 1);
                    ADD_QUAD(0, 2); ADD_QUAD(1, 2); ADD_QUAD(0, 3); ADD_QUAD(1, 3);
                }
                memcpy(sums[row], sum, sizeof sum);
            }
        }
        for (int row = 0; row < SIZE; row += 4)
            for (int i = 0; i < REGISTERS; i++) {
                __m256i even = folded_avx2(sums[row][i], sums[row + 2][i]);
                __m256i odd = folded_avx2(sums[row + 1][i], sums[row + 3][i]);
                __m256i bytes = _mm256_or_si256(_mm256_and_si256(even, _mm256_set1_epi16(0xff)),
                                                _mm256_slli_epi16(odd, 8));
                _mm256_store_si256((__m256i *)(block + row / 4 * QUAD_BYTES) + i, bytes);
            }
    }
}

static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }

const Kernel avx2_kernel = {"avx2", sizeof(PackedAvx2), place_avx2, pack_avx2, multiply_avx2, has_avx2};

#endif
