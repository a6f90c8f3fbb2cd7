/* Products with AMX: a tile of 16 rows by 64 steps times one of 64 steps by 16 columns is one instruction, on servers
 * since Sapphire Rapids. 32 rows by 32 columns stay in tiles. */
#include "quads.h"

#ifdef X86

#include <immintrin.h>

enum {
    TILE = 16,                   /* rows of a tile, and numbers in a row */
    STEPS = 64,                  /* bytes in a row of a tile */
    BLOCK = 2 * TILE,            /* rows and columns of the running matrix at once */
};

/* What LDTILECFG reads. */
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} TileConfig;

#ifndef EMULATED_AMX /* tests define it, and these, to run the kernel on processors without such instructions */
#if defined(__linux__) && ((defined(__clang__) && __clang_major__ >= 12) || (!defined(__clang__) && __GNUC__ >= 11))

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TILE_CODE __attribute__((target("amx-tile,amx-int8,avx512f,avx512bw,avx512vl")))
#define TILE_CONFIGURE(config) _tile_loadconfig(config)
#define TILE_ZERO(tile) _tile_zero(tile)
#define TILE_LOAD(tile, from, stride) _tile_loadd(tile, from, stride)
#define TILE_STORE(tile, to, stride) _tile_stored(tile, to, stride)
#define TILE_ACCUMULATE(sum, x, y) _tile_dpbssd(sum, x, y)
#define TILE_RELEASE() _tile_release()

/* The tiles take room that Linux keeps for a process only when asked to. It refuses where a signal could then overrun
 * its stack. */
static int permitted(void)
{
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

__attribute__((target("xsave")))
static int system_keeps_tiles(void)
{
    unsigned a, b, c, d;
    const unsigned OSXSAVE = 1u << 27, TILES = 1u << 17 | 1u << 18; /* of XCR0: their shape, and what is in them */
    return __get_cpuid(1, &a, &b, &c, &d) && (c & OSXSAVE) && (_xgetbv(0) & TILES) == TILES;
}

static int has_amx(void)
{
    unsigned a, b, c, d;
    const unsigned AMX = 1u << 24 | 1u << 25; /* AMX-TILE, AMX-INT8 */
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & AMX) == AMX &&
           system_keeps_tiles() && permitted();
}

#else /* never run */

#define TILE_CODE __attribute__((target("avx512f,avx512bw,avx512vl")))
#define TILE_CONFIGURE(config) (void)(config)
#define TILE_ZERO(tile) (void)0
#define TILE_LOAD(tile, from, stride) (void)(from)
#define TILE_STORE(tile, to, stride) (void)(to)
#define TILE_ACCUMULATE(sum, x, y) (void)0
#define TILE_RELEASE() (void)0

static int has_amx(void) { return 0; }

#endif
#endif

/* Compilers do not know all that the instructions above read and write: what is at `place`, and the matrices. */
#define MEMORY_IS_SETTLED(place) __asm__ volatile("" ::"r"(place) : "memory")

static void pack(const int8_t *matrix, uint8_t *packed) { pack_quads(matrix, packed, TILE); }

/* Tiles 0 to 3 hold the sums of a block, 4 and 5 rows of A, 6 and 7 columns of B. */
TILE_CODE
static void multiply(Workspace *space, const uint8_t *packed)
{
    TileConfig config = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        config.rows[tile] = TILE;
        config.row_bytes[tile] = STEPS;
    }
    int32_t sums[4][TILE][TILE] __attribute__((aligned(ALIGNMENT)));
    MEMORY_IS_SETTLED(&config);
    TILE_CONFIGURE(&config);
    for (int column = 0; column < SIZE; column += BLOCK)
        for (int row = 0; row < SIZE; row += BLOCK) {
            TILE_ZERO(0); TILE_ZERO(1); TILE_ZERO(2); TILE_ZERO(3);
            for (int k = 0; k < SIZE; k += STEPS) {
                const int8_t *a = space->a + row * SIZE + k;
                const uint8_t *b = packed + column * SIZE + k * TILE;
                TILE_LOAD(4, a, SIZE);
                TILE_LOAD(5, a + TILE * SIZE, SIZE);
                TILE_LOAD(6, b, STEPS);
                TILE_LOAD(7, b + TILE * SIZE, STEPS);
                TILE_ACCUMULATE(0, 4, 6); TILE_ACCUMULATE(1, 4, 7);
                TILE_ACCUMULATE(2, 5, 6); TILE_ACCUMULATE(3, 5, 7);
            }
            TILE_STORE(0, sums[0], STEPS); TILE_STORE(1, sums[1], STEPS);
            TILE_STORE(2, sums[2], STEPS); TILE_STORE(3, sums[3], STEPS);
            MEMORY_IS_SETTLED(sums);
            for (int tile = 0; tile < 4; tile++)
                for (int r = 0; r < TILE; r++) {
                    __m512i sum = _mm512_loadu_si512(sums[tile][r]);
                    __m512i folded = _mm512_add_epi32(sum, _mm512_srli_epi32(sum, 8));
                    int8_t *to = space->next + (row + tile / 2 * TILE + r) * SIZE + column + tile % 2 * TILE;
                    _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8(folded));
                }
        }
    TILE_RELEASE();
    memcpy(space->a, space->next, MATRIX);
}

const Kernel amx_kernel = {"amx-int8", MATRIX, place_plain, pack, multiply, has_amx};

#endif
