/* Products with the matrix multiplication of ARM (SMMLA): 2 rows by 2 columns, 8 steps at once; 8 rows by 8 columns stay
 * in registers. Servers since Neoverse V1 and N2, Apple's processors since the M2.
 *
 * A register holds 8 steps of two rows, so both matrices are kept in that order: pairs of rows, 8 steps at a time. */
#include "tensority.h"

#ifdef ARM

#include "arm.h"

#include <string.h>

enum { STEPS = 8, PAIR = 2 * SIZE, PAIRS = 4 };

static size_t place(int row, int column)
{
    return (size_t)(row / 2 * PAIR + column / STEPS * 2 * STEPS + row % 2 * STEPS + column % STEPS);
}

static void pack(const int8_t *matrix, uint8_t *packed)
{
    for (int row = 0; row < SIZE; row++)
        for (int k = 0; k < SIZE; k += STEPS) memcpy(packed + place(row, k), matrix + row * SIZE + k, STEPS);
}

#if defined(ARM_TARGETS) || defined(__ARM_FEATURE_MATMUL_INT8)

#include <arm_neon.h>

/* Sums of 2 rows by 2 columns, and of the 2 columns next to them, to one of the rows in 16 bits, folded. */
#define FOLDED(half, left, right)                                                                                \
    vmovn_s32(vreinterpretq_s32_s64(vtrn##half##q_s64(vreinterpretq_s64_s32(left), vreinterpretq_s64_s32(right))))

I8MM_CODE
static void multiply(Workspace *space, const uint8_t *packed)
{
    const int8_t *b = (const int8_t *)packed;
    for (int column = 0; column < SIZE; column += 2 * PAIRS)
        for (int row = 0; row < SIZE; row += 2 * PAIRS) {
            int32x4_t sum[PAIRS][PAIRS];
            for (int r = 0; r < PAIRS; r++)
                for (int c = 0; c < PAIRS; c++) sum[r][c] = vdupq_n_s32(0);
            for (int k = 0; k < SIZE; k += STEPS) {
                int8x16_t x[PAIRS], y[PAIRS];
                for (int r = 0; r < PAIRS; r++) x[r] = vld1q_s8(space->a + place(row + 2 * r, k));
                for (int c = 0; c < PAIRS; c++) y[c] = vld1q_s8(b + place(column + 2 * c, k));
                for (int r = 0; r < PAIRS; r++)
                    for (int c = 0; c < PAIRS; c++) sum[r][c] = vmmlaq_s32(sum[r][c], x[r], y[c]);
            }
            for (int r = 0; r < PAIRS; r++) {
                int32x4_t *s = sum[r];
                for (int c = 0; c < PAIRS; c++) s[c] = vsraq_n_s32(s[c], s[c], 8);
                int8x8_t first = vmovn_s16(vcombine_s16(FOLDED(1, s[0], s[1]), FOLDED(1, s[2], s[3])));
                int8x8_t second = vmovn_s16(vcombine_s16(FOLDED(2, s[0], s[1]), FOLDED(2, s[2], s[3])));
                vst1q_s8(space->next + place(row + 2 * r, column), vcombine_s8(first, second));
            }
        }
    memcpy(space->a, space->next, MATRIX);
}

static int has_i8mm(void) { return HAS_I8MM(); }

#else

static void multiply(Workspace *space, const uint8_t *packed) { (void)space; (void)packed; }

static int has_i8mm(void) { return 0; }

#endif

const Kernel i8mm_kernel = {"neon-i8mm", MATRIX, place, pack, multiply, has_i8mm};

#endif
