/* scrypt's lanes: their memory, and the kinds of processors. What takes the time is in mixing.h. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* for madvise */
#endif
#include "lanes.h"

#include <string.h>
#include <sys/mman.h>

#define JOINED(name, kind) name##_##kind
#define JOINED_AS_DEFINED(name, kind) JOINED(name, kind)
#define NAMED(name) JOINED_AS_DEFINED(name, KIND)

/* Which words of a Salsa block a row holds. */
static const int DIAGONALS[4][4] = {{0, 5, 10, 15}, {4, 9, 14, 3}, {8, 13, 2, 7}, {12, 1, 6, 11}};

/* Any processor: SSE2 and NEON are in all with 64 bits. */
typedef uint32_t Words __attribute__((vector_size(16)));

#define KIND plain
#define TARGET
#define Vector Words
#define LANES_A_VECTOR 1
#ifdef __clang__
#define TURN(x, n) __builtin_shufflevector(x, x, (n) % 4, (1 + (n)) % 4, (2 + (n)) % 4, (3 + (n)) % 4)
#else
#define TURN(x, n) __builtin_shuffle(x, (Words){(n) % 4, (1 + (n)) % 4, (2 + (n)) % 4, (3 + (n)) % 4})
#endif
#define LOAD(from, place) (*(const Words *)((from)[0] + (place)))
#define KEEP(to, place, x) (*(Words *)((to)[0] + (place)) = (x))
#include "mixing.h"

static int always(void) { return 1; }

#ifdef __x86_64__

#include <immintrin.h>

#undef Vector
#undef LANES_A_VECTOR
#undef TURN
#undef LOAD
#undef KEEP

typedef uint32_t Pairs __attribute__((vector_size(32)));

#define Vector Pairs
#define LANES_A_VECTOR 2
#define TURN(x, n)                                                                                               \
    ((Pairs)_mm256_shuffle_epi32((__m256i)(x), (n) % 4 | (1 + (n)) % 4 << 2 | (2 + (n)) % 4 << 4 | (3 + (n)) % 4 << 6))
#define HALF(from, place) _mm_load_si128((const __m128i *)((from) + (place)))
#define LOAD(from, place)                                                                                        \
    ((Pairs)_mm256_inserti128_si256(_mm256_castsi128_si256(HALF((from)[0], place)), HALF((from)[1], place), 1))
#define KEEP(to, place, x)                                                                                       \
    do {                                                                                                         \
        _mm_store_si128((__m128i *)((to)[0] + (place)), _mm256_castsi256_si128((__m256i)(x)));                   \
        _mm_store_si128((__m128i *)((to)[1] + (place)), _mm256_extracti128_si256((__m256i)(x), 1));              \
    } while (0)

#define KIND avx2
#define TARGET __attribute__((target("avx2")))
#include "mixing.h"

/* The same with twice the registers, and rotation in one instruction. */
#define KIND avx512
#define TARGET __attribute__((target("avx512f,avx512vl")))
#include "mixing.h"

static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }

static int has_avx512(void) { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"); }

#endif

const Kind KINDS[] = {
#ifdef __x86_64__
    {"avx512", 2, mix_avx512, has_avx512},
    {"avx2", 2, mix_avx2, has_avx2},
#endif
    {"plain", 1, mix_plain, always},
};
const int KIND_COUNT = sizeof KINDS / sizeof KINDS[0];

/* Memory of its own, not of the heap, so that nothing of it stays with the process or reaches a core dump. */
static uint8_t *get_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (memory == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    madvise(memory, size, MADV_HUGEPAGE); /* places are chosen at random: large pages are found sooner */
#endif
#ifdef MADV_DONTDUMP
    madvise(memory, size, MADV_DONTDUMP);
#endif
    return memory;
}

static void wipe_and_release(uint8_t *memory, size_t size)
{
    memset(memory, 0, size);
    __asm__ volatile("" ::"r"(memory) : "memory"); /* compilers may not leave out what nobody reads */
    munmap(memory, size);
}

/* The word of a lane among the blocks of all lanes. */
static uint32_t *word_of(const Kind *kind, uint32_t *mixed, size_t block, size_t lane, int row, int i)
{
    const size_t together = (size_t)kind->lanes_a_vector, vector = lane / together, part = lane % together;
    return mixed + block * SLOTS * 16 + (vector * 4 + (size_t)row) * 4 * together + part * 4 + (size_t)i;
}

/* Copy a lane into its slot, or back. */
static void move(const Kind *kind, uint8_t *lane, uint32_t *mixed, size_t slot, size_t r, int back)
{
    for (size_t block = 0; block < 2 * r; block++)
        for (int row = 0; row < 4; row++)
            for (int i = 0; i < 4; i++) {
                uint8_t *plain = lane + 64 * block + 4 * DIAGONALS[row][i];
                uint32_t *word = word_of(kind, mixed, block, slot, row, i);
                if (back) memcpy(plain, word, sizeof *word);
                else memcpy(word, plain, sizeof *word);
            }
}

int mix_lanes(const Kind *kind, uint8_t *lanes, size_t count, size_t n, size_t r, size_t at_once)
{
    const size_t lane_size = 128 * r, lane_memory = lane_size * n, mixed_size = SLOTS * lane_size;
    const size_t size = at_once * lane_memory + 2 * mixed_size;
    uint8_t *memory = get_memory(size);
    if (memory == NULL) return 0;
    uint8_t *mixed = memory + at_once * lane_memory, *slots[SLOTS];
    for (size_t first = 0; first < count; first += at_once) {
        const size_t taken = count - first < at_once ? count - first : at_once;
        /* Slots without a lane of their own do what the last one does, in the same memory. */
        for (size_t slot = 0; slot < SLOTS; slot++) {
            const size_t lane = slot < taken ? slot : taken - 1;
            slots[slot] = memory + lane * lane_memory;
            move(kind, lanes + (first + lane) * lane_size, (uint32_t *)mixed, slot, r, 0);
        }
        kind->mix(slots, mixed, mixed + mixed_size, n, r);
        for (size_t slot = 0; slot < taken; slot++)
            move(kind, lanes + (first + slot) * lane_size, (uint32_t *)mixed, slot, r, 1);
    }
    wipe_and_release(memory, size);
    return 1;
}
