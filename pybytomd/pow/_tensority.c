/* The two costly parts of Tensority: expanding a seed into 256 matrices, and the chain of matrix products.
 *
 * Source: chain-and-storage reference, section 6. tensority.py does the hashing around them and keeps the matrices.
 *
 * A product takes two 256x256 matrices of signed bytes, the running one A and a seed matrix B, to A * transpose(B),
 * so every element is a dot product of two rows. Sums stay below 2^23, exact in 32 bits. Each sum is folded to a
 * byte, its lowest byte plus its second lowest, and becomes an element of the next A.
 *
 * Three kernels give the same bits. Which of them the processor can run is asked at run time; the compiler needs no
 * option for any of them. All work runs without the GIL.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are read as they lie in memory; without this extension NumPy does the work"
#endif

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
#define X86 1
#include <immintrin.h>
#endif

enum {
    SIZE = 256,                  /* rows and columns of a matrix, and number of matrices */
    MATRIX = SIZE * SIZE,        /* bytes */
    MATRICES = SIZE * MATRIX,
    CHAINS = 4,                  /* independent chains of products, added up at the end */
    SEQUENCE = 32,               /* matrices of a chain, gone through twice */
    SEED_WORDS = 32,             /* of the state that the expansion stirs: two Salsa blocks */
    ROUNDS = 128,
    ROWS_PER_ROUND = 1024,
    ALIGNMENT = 64,              /* of the workspace: no register's worth of a matrix lies in two cache lines */
};

/* ---- expansion of a seed: scrypt's mixing, whose scratchpad is the result ---- */

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
static void expand(const uint8_t *seed, uint8_t *matrices)
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

/* ---- products. The running matrix is kept in `a`, in an order of the kernel's; it puts the next one in its place. ---- */

typedef struct {
    int8_t a[MATRIX];
    int8_t next[MATRIX];         /* for kernels that need all of `a` until the end */
    int16_t a16[MATRIX];         /* operands widened, for the kernel that multiplies 16-bit numbers */
    int16_t b16[MATRIX];
} Workspace;

typedef struct {
    const char *name;
    size_t packed_size;          /* bytes of a seed matrix in the form the kernel likes best */
    size_t (*place)(int row, int column); /* of an element of the running matrix */
    void (*pack)(const int8_t *matrix, uint8_t *packed);
    void (*multiply)(Workspace *space, const uint8_t *packed);
    int (*runs_here)(void);
} Kernel;

static inline int8_t fold(int32_t sum)
{
    return (int8_t)(uint8_t)((uint32_t)sum + ((uint32_t)sum >> 8));
}

static size_t place_plain(int row, int column) { return row * SIZE + column; }

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

#ifdef X86

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

/* VNNI multiplies an unsigned byte with a signed one and adds four neighbours: 16 columns at a time, 4 steps at once.
 * The running matrix is taken as unsigned, 128 too much, so 128 times the sum of B's row is taken off beforehand.
 * 4 rows by 64 columns stay in registers. Packed: those 256 corrections; then, for each 64 columns and each 4 steps,
 * those bytes of B, so that what the inner loop reads lies together (half the time of plain columns). */
enum { CORRECTIONS = SIZE * sizeof(int32_t) };

static void pack_vnni(const int8_t *matrix, uint8_t *packed)
{
    for (int column = 0; column < SIZE; column++) {
        int32_t sum = 0;
        for (int k = 0; k < SIZE; k++) sum += matrix[column * SIZE + k];
        sum *= -128;
        memcpy(packed + column * sizeof sum, &sum, sizeof sum);
        for (int k = 0; k < SIZE; k += 4)
            memcpy(packed + CORRECTIONS + (column / 64) * 64 * SIZE + k * 64 + 4 * (column % 64),
                   matrix + column * SIZE + k, 4);
    }
}

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

VNNI_CODE
static void multiply_vnni(Workspace *space, const uint8_t *packed)
{
    const uint8_t *b = packed + CORRECTIONS;
    const __m512i offset = _mm512_set1_epi8((char)0x80);
    for (int i = 0; i < MATRIX; i += 64) {
        __m512i x = _mm512_loadu_si512(space->a + i);
        _mm512_storeu_si512(space->a + i, _mm512_xor_si512(x, offset));
    }
    for (int column = 0; column < SIZE; column += 64) {
        __m512i start[4];
        for (int c = 0; c < 4; c++) start[c] = _mm512_loadu_si512(packed + (column + 16 * c) * sizeof(int32_t));
        for (int row = 0; row < SIZE; row += 4) {
            __m512i sum[4][4];
            for (int r = 0; r < 4; r++)
                for (int c = 0; c < 4; c++) sum[r][c] = start[c];
            const int8_t *a = space->a + row * SIZE;
            for (int k = 0; k < SIZE; k += 4) {
                const uint8_t *quads = b + column * SIZE + k * 64;
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

#endif /* X86 */

static const Kernel KERNELS[] = {
#ifdef X86
    {"avx512-vnni", CORRECTIONS + MATRIX, place_plain, pack_vnni, multiply_vnni, has_vnni},
    {"avx2", sizeof(PackedAvx2), place_avx2, pack_avx2, multiply_avx2, has_avx2},
#endif
    {"portable", MATRIX, place_plain, pack_plain, multiply_portable, always},
};
enum { KERNEL_COUNT = sizeof KERNELS / sizeof KERNELS[0] };

/* ---- the chains, added up and compressed to 64 words ---- */

static void mix(const Kernel *kernel, Workspace *space, const uint8_t *packed, const uint8_t *sequences, uint32_t *out)
{
    uint8_t sums[MATRIX] = {0}, *total = (uint8_t *)space->next; /* which is free when the chains are done */
    for (int chain = 0; chain < CHAINS; chain++) {
        memset(space->a, 0, MATRIX);
        for (int i = 0; i < SIZE; i++) space->a[kernel->place(i, i)] = 1;
        for (int step = 0; step < 2 * SEQUENCE; step++) {
            size_t index = sequences[chain * SEQUENCE + step % SEQUENCE];
            kernel->multiply(space, packed + index * kernel->packed_size);
        }
        for (int i = 0; i < MATRIX; i++) sums[i] += (uint8_t)space->a[i];
    }
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) total[row * SIZE + column] = sums[kernel->place(row, column)];
    enum { WORDS = SIZE / 4 };
    static const uint32_t FNV_PRIME = 0x01000193;
    uint32_t words[SIZE][WORDS];
    for (int row = 0; row < SIZE; row++)
        for (int i = 0; i < WORDS; i++) {
            const uint8_t *x = total + row * SIZE + i;
            words[row][i] = x[0] | (uint32_t)x[WORDS] << 8 | (uint32_t)x[2 * WORDS] << 16 | (uint32_t)x[3 * WORDS] << 24;
        }
    for (int half = SIZE / 2; half >= 1; half /= 2)
        for (int row = 0; row < half; row++)
            for (int i = 0; i < WORDS; i++) words[row][i] = words[row][i] * FNV_PRIME ^ words[row + half][i];
    memcpy(out, words[0], sizeof words[0]);
}

/* ---- what Python sees; tensority.py explains the use ---- */

static const Kernel *find_kernel(const char *name)
{
    for (int i = 0; i < KERNEL_COUNT; i++)
        if (strcmp(KERNELS[i].name, name) == 0 && KERNELS[i].runs_here()) return &KERNELS[i];
    PyErr_Format(PyExc_ValueError, "kernel %s cannot run on this processor", name);
    return NULL;
}

static int has_size(const Py_buffer *buffer, size_t size, const char *what)
{
    if ((size_t)buffer->len == size) return 1;
    PyErr_Format(PyExc_ValueError, "%s must have %zu bytes, not %zd", what, size, buffer->len);
    return 0;
}

static PyObject *py_kernels(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    PyObject *names = PyList_New(0);
    for (int i = 0; names != NULL && i < KERNEL_COUNT; i++) {
        if (!KERNELS[i].runs_here()) continue;
        PyObject *name = PyUnicode_FromString(KERNELS[i].name);
        if (name == NULL || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyObject *py_expand(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer seed;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "y*", &seed)) return NULL;
    if (has_size(&seed, SEED_WORDS * sizeof(uint32_t), "the extended seed") &&
        (result = PyBytes_FromStringAndSize(NULL, MATRICES)) != NULL) {
        uint8_t *to = (uint8_t *)PyBytes_AS_STRING(result);
        Py_BEGIN_ALLOW_THREADS
        expand(seed.buf, to);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&seed);
    return result;
}

static PyObject *py_pack(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *name;
    Py_buffer matrices;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "sy*", &name, &matrices)) return NULL;
    const Kernel *kernel = find_kernel(name);
    if (kernel != NULL && has_size(&matrices, MATRICES, "the matrices") &&
        (result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(SIZE * kernel->packed_size))) != NULL) {
        const int8_t *from = matrices.buf;
        uint8_t *to = (uint8_t *)PyBytes_AS_STRING(result);
        Py_BEGIN_ALLOW_THREADS
        for (size_t i = 0; i < SIZE; i++) kernel->pack(from + i * MATRIX, to + i * kernel->packed_size);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&matrices);
    return result;
}

static PyObject *py_mix(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *name;
    Py_buffer packed, sequences;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "sy*y*", &name, &packed, &sequences)) return NULL;
    const Kernel *kernel = find_kernel(name);
    if (kernel != NULL && has_size(&packed, SIZE * kernel->packed_size, "the packed matrices") &&
        has_size(&sequences, CHAINS * SEQUENCE, "the sequences")) {
        uint32_t words[SIZE / 4];
        Workspace *space;
        void *memory;
        Py_BEGIN_ALLOW_THREADS
        if (posix_memalign(&memory, ALIGNMENT, sizeof *space) != 0) memory = NULL;
        space = memory;
        if (space != NULL) mix(kernel, space, packed.buf, sequences.buf, words);
        free(space);
        Py_END_ALLOW_THREADS
        result = space == NULL ? PyErr_NoMemory() : PyBytes_FromStringAndSize((const char *)words, sizeof words);
    }
    PyBuffer_Release(&packed);
    PyBuffer_Release(&sequences);
    return result;
}

static PyMethodDef METHODS[] = {
    {"kernels", py_kernels, METH_NOARGS, "kernels() -> list[str]: those this processor can run, the fastest first"},
    {"expand", py_expand, METH_VARARGS, "expand(extended_seed) -> bytes: the 256 matrices of a seed of 128 bytes"},
    {"pack", py_pack, METH_VARARGS, "pack(kernel, matrices) -> bytes: the matrices as the kernel wants them"},
    {"mix", py_mix, METH_VARARGS, "mix(kernel, packed, sequences) -> bytes: the 256 bytes that are hashed last"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_tensority", NULL, -1, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__tensority(void) { return PyModule_Create(&MODULE); }
