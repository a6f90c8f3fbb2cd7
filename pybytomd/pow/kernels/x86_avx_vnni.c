/* Products with AVX-VNNI: the instruction of AVX-512 VNNI for 8 columns at a time, on processors that have no AVX-512.
 * 6 rows by 16 columns stay in registers. */
#include "quads.h"

#ifdef X86

#include <cpuid.h>
#include <immintrin.h>

/* sum[i] += x * y[i]. Written as instructions for the reason given in x86_avx512.c. */
#define ACCUMULATE_PAIR(sum, x, y)                                                                               \
    __asm__(VNNI " %3, %2, %0\n\t" VNNI " %4, %2, %1"                                                            \
            : "+&x"((sum)[0]), "+&x"((sum)[1]) : "x"(x), "x"((y)[0]), "x"((y)[1]))

/* Assemblers older than these do not know {vex}, which tells the instruction from that of AVX-512. */
#if (defined(__clang__) && __clang_major__ >= 13) || (!defined(__clang__) && __GNUC__ >= 11)
#define VNNI "%{vex%} vpdpbusd" /* the braces are the assembler's, not choices of the compiler */
enum { ASSEMBLED = 1 };
#else
#define VNNI "vpxor" /* never run */
enum { ASSEMBLED = 0 };
#endif

enum { WIDTH = 16, ROWS = 6 };

static void pack(const int8_t *matrix, uint8_t *packed) { pack_corrected_quads(matrix, packed, WIDTH); }

/* 16 sums of a row to bytes: the lowest of each number. */
__attribute__((target("avx2")))
static inline __m128i folded(const __m256i sum[2])
{
    const __m256i lowest = _mm256_set1_epi32(0xff);
    __m256i first = _mm256_and_si256(_mm256_add_epi32(sum[0], _mm256_srli_epi32(sum[0], 8)), lowest);
    __m256i second = _mm256_and_si256(_mm256_add_epi32(sum[1], _mm256_srli_epi32(sum[1], 8)), lowest);
    __m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(first, second), 0xd8);
    return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

__attribute__((target("avx2")))
static void multiply(Workspace *space, const uint8_t *packed)
{
    make_unsigned(space->a);
    for (int column = 0; column < SIZE; column += WIDTH) {
        const uint8_t *quads = packed + CORRECTIONS + column * SIZE;
        const __m256i *start = (const void *)(packed + (size_t)column * sizeof(int32_t));
        for (int next = 0; next < SIZE; next += ROWS) {
            int row = next < SIZE - ROWS ? next : SIZE - ROWS; /* the last rows overlap those before */
            const int8_t *a = space->a + row * SIZE;
            __m256i sum[ROWS][2];
            for (int r = 0; r < ROWS; r++)
                for (int c = 0; c < 2; c++) sum[r][c] = _mm256_loadu_si256(start + c);
            for (int k = 0; k < SIZE; k += 4) {
                __m256i y[2];
                for (int c = 0; c < 2; c++)
                    y[c] = _mm256_loadu_si256((const __m256i *)(quads + k * WIDTH) + c);
                for (int r = 0; r < ROWS; r++) {
                    int32_t quad;
                    memcpy(&quad, a + r * SIZE + k, sizeof quad);
                    __m256i x = _mm256_set1_epi32(quad);
                    ACCUMULATE_PAIR(sum[r], x, y);
                }
            }
            for (int r = 0; r < ROWS; r++)
                _mm_storeu_si128((__m128i *)(space->next + (row + r) * SIZE + column), folded(sum[r]));
        }
    }
    memcpy(space->a, space->next, MATRIX);
}

/* The builtin asks for AVX2 and whether the system keeps its registers, which are those used here. Compilers know no
 * name for AVX-VNNI that all of them understand. */
static int has_avx_vnni(void)
{
    unsigned a, b, c, d;
    const unsigned AVX_VNNI = 1u << 4;
    return ASSEMBLED && __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & AVX_VNNI);
}

const Kernel avx_vnni_kernel = {"avx-vnni", CORRECTIONS + MATRIX, place_plain, pack, multiply, has_avx_vnni};

#endif
