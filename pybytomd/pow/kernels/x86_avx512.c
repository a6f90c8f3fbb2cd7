/* Products with AVX-512 VNNI: 16 columns at a time, 4 steps at once; 4 rows by 64 columns stay in registers. */
#include "quads.h"

#ifdef X86

#include <immintrin.h>

#ifndef EMULATED_AVX512 /* tests define it, and these, to run the kernel on processors without such instructions */

/* sums[i] += x * y[i]. Written as instructions because compilers copy sums around with intrinsics, and gcc still does
 * with one instruction at a time. This way the loop is bound by vpdpbusd alone. */
#define ACCUMULATE(sums, x, y)                                                                                   \
    __asm__("vpdpbusd %5, %4, %0\n\tvpdpbusd %6, %4, %1\n\tvpdpbusd %7, %4, %2\n\tvpdpbusd %8, %4, %3"            \
            : "+&v"((sums)[0]), "+&v"((sums)[1]), "+&v"((sums)[2]), "+&v"((sums)[3])                             \
            : "v"(x), "v"((y)[0]), "v"((y)[1]), "v"((y)[2]), "v"((y)[3]))
#define VNNI_CODE __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* The builtin asks for the instructions and whether the system keeps the wide registers (OSXSAVE and XCR0). */
static int has_vnni(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}
#endif

enum { WIDTH = 64 };

static void pack(const int8_t *matrix, uint8_t *packed) { pack_corrected_quads(matrix, packed, WIDTH); }

VNNI_CODE
static void multiply(Workspace *space, const uint8_t *packed)
{
    const uint8_t *b = packed + CORRECTIONS;
    make_unsigned(space->a);
    for (int column = 0; column < SIZE; column += WIDTH) {
        __m512i start[4];
        for (int c = 0; c < 4; c++) start[c] = _mm512_loadu_si512(packed + (column + 16 * c) * sizeof(int32_t));
        for (int row = 0; row < SIZE; row += 4) {
            __m512i sum[4][4];
            for (int r = 0; r < 4; r++)
                for (int c = 0; c < 4; c++) sum[r][c] = start[c];
            const int8_t *a = space->a + row * SIZE;
            for (int k = 0; k < SIZE; k += 4) {
                const uint8_t *quads = b + column * SIZE + k * WIDTH;
                __m512i y[4];
                for (int c = 0; c < 4; c++) y[c] = _mm512_loadu_si512(quads + 64 * c);
                for (int r = 0; r < 4; r++) {
                    int32_t quad;
                    memcpy(&quad, a + r * SIZE + k, sizeof quad);
                    __m512i x = _mm512_set1_epi32(quad);
                    ACCUMULATE(sum[r], x, y);
                }
            }
            for (int r = 0; r < 4; r++)
                for (int c = 0; c < 4; c++) {
                    __m512i folded = _mm512_add_epi32(sum[r][c], _mm512_srli_epi32(sum[r][c], 8));
                    int8_t *to = space->next + (row + r) * SIZE + column + 16 * c;
                    _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8(folded));
                }
        }
    }
    memcpy(space->a, space->next, MATRIX);
}

const Kernel avx512_kernel = {"avx512-vnni", CORRECTIONS + MATRIX, place_plain, pack, multiply, has_vnni};

#endif
