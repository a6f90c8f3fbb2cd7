/* The AVX-512 instructions of pybytomd/pow/kernels in portable C, to run its kernels on any x86 processor.
 *
 * Included before each file. Written from the definitions in Intel's manual, element by element. Every access to memory
 * is one of the kernel's own bytes, so that the address sanitizer sees those out of bounds. */
#define EMULATED_AVX512
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

typedef union {
    uint8_t u8[64];
    int8_t s8[64];
    uint32_t u32[16];
} Wide;

static inline Wide wide_load(const void *from)
{
    Wide result;
    memcpy(&result, from, sizeof result);
    return result;
}

static inline void wide_store(void *to, Wide x) { memcpy(to, &x, sizeof x); }

static inline Wide wide_set1_epi8(char byte)
{
    Wide result;
    memset(&result, byte, sizeof result);
    return result;
}

static inline Wide wide_set1_epi32(int32_t number)
{
    Wide result;
    for (int i = 0; i < 16; i++) result.u32[i] = (uint32_t)number;
    return result;
}

static inline Wide wide_xor(Wide x, Wide y)
{
    for (int i = 0; i < 16; i++) x.u32[i] ^= y.u32[i];
    return x;
}

static inline Wide wide_add_epi32(Wide x, Wide y)
{
    for (int i = 0; i < 16; i++) x.u32[i] += y.u32[i];
    return x;
}

static inline Wide wide_srli_epi32(Wide x, unsigned places)
{
    for (int i = 0; i < 16; i++) x.u32[i] = places < 32 ? x.u32[i] >> places : 0;
    return x;
}

/* The lowest byte of each number. */
static inline __m128i wide_cvtepi32_epi8(Wide x)
{
    uint8_t bytes[16];
    __m128i result;
    for (int i = 0; i < 16; i++) bytes[i] = (uint8_t)x.u32[i];
    memcpy(&result, bytes, sizeof result);
    return result;
}

/* vpdpbusd: unsigned bytes of x by signed ones of y, four neighbours added to each number, modulo 2**32. */
static inline Wide wide_dpbusd(Wide sum, Wide x, Wide y)
{
    for (int i = 0; i < 16; i++)
        for (int j = 4 * i; j < 4 * i + 4; j++) sum.u32[i] += (uint32_t)((int32_t)x.u8[j] * (int32_t)y.s8[j]);
    return sum;
}

#define __m512i Wide
#define _mm512_loadu_si512 wide_load
#define _mm512_storeu_si512 wide_store
#define _mm512_set1_epi8 wide_set1_epi8
#define _mm512_set1_epi32 wide_set1_epi32
#define _mm512_xor_si512 wide_xor
#define _mm512_add_epi32 wide_add_epi32
#define _mm512_srli_epi32 wide_srli_epi32
#define _mm512_cvtepi32_epi8 wide_cvtepi32_epi8

/* In C, as the kernel has instructions here: sums[i] += x * y[i]. */
#define ACCUMULATE(sums, x, y)                                                                                   \
    do {                                                                                                         \
        for (int i_ = 0; i_ < 4; i_++) (sums)[i_] = wide_dpbusd((sums)[i_], x, (y)[i_]);                         \
    } while (0)
#define VNNI_CODE

static inline int has_vnni(void) { return 1; }
