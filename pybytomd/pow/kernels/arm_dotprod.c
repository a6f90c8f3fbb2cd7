/* Products with the dot product instruction of ARM (SDOT): 4 columns at a time, 4 steps at once; 4 rows by 16 columns
 * stay in registers. Servers since Neoverse N1, Apple's processors, phones since 2018. */
#include "quads.h"

#ifdef ARM

#include "arm.h"

enum { WIDTH = 16, ROWS = 4, REGISTERS = WIDTH / 4 };

static void pack(const int8_t *matrix, uint8_t *packed) { pack_quads(matrix, packed, WIDTH); }

#if defined(ARM_TARGETS) || defined(__ARM_FEATURE_DOTPROD)

#include <arm_neon.h>

/* The 4 steps at `quad` of the 16 that x holds of each row. */
#define ADD_QUAD(quad)                                                                                           \
    do {                                                                                                         \
        int8x16_t y[REGISTERS];                                                                                  \
        for (int c = 0; c < REGISTERS; c++) y[c] = vld1q_s8(quads + (k + 4 * quad) * WIDTH + 16 * c);            \
        for (int r = 0; r < ROWS; r++)                                                                           \
            for (int c = 0; c < REGISTERS; c++) sum[r][c] = vdotq_laneq_s32(sum[r][c], y[c], x[r], quad);        \
    } while (0)

DOTPROD_CODE
static void multiply(Workspace *space, const uint8_t *packed)
{
    for (int column = 0; column < SIZE; column += WIDTH) {
        const int8_t *quads = (const int8_t *)packed + column * SIZE;
        for (int row = 0; row < SIZE; row += ROWS) {
            int32x4_t sum[ROWS][REGISTERS];
            for (int r = 0; r < ROWS; r++)
                for (int c = 0; c < REGISTERS; c++) sum[r][c] = vdupq_n_s32(0);
            for (int k = 0; k < SIZE; k += 16) {
                int8x16_t x[ROWS];
                for (int r = 0; r < ROWS; r++) x[r] = vld1q_s8(space->a + (row + r) * SIZE + k);
                ADD_QUAD(0); ADD_QUAD(1); ADD_QUAD(2); ADD_QUAD(3);
            }
            for (int r = 0; r < ROWS; r++) {
                int16x4_t half[REGISTERS];
                for (int c = 0; c < REGISTERS; c++) half[c] = vmovn_s32(vsraq_n_s32(sum[r][c], sum[r][c], 8));
                int8x8_t first = vmovn_s16(vcombine_s16(half[0], half[1]));
                int8x8_t second = vmovn_s16(vcombine_s16(half[2], half[3]));
                vst1q_s8(space->next + (row + r) * SIZE + column, vcombine_s8(first, second));
            }
        }
    }
    memcpy(space->a, space->next, MATRIX);
}

static int has_dotprod(void) { return HAS_DOTPROD(); }

#else

static void multiply(Workspace *space, const uint8_t *packed) { (void)space; (void)packed; }

static int has_dotprod(void) { return 0; }

#endif

const Kernel dotprod_kernel = {"neon-dotprod", MATRIX, place_plain, pack, multiply, has_dotprod};

#endif
