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

/* ---- products. The running matrix is kept in `a`; a kernel puts the next one in its place. ---- */

typedef struct {
    int8_t a[MATRIX];
    int8_t next[MATRIX];
    int16_t a16[MATRIX];         /* operands widened, where the kernel multiplies 16-bit numbers */
    int16_t b16[MATRIX];
} Workspace;

typedef struct {
    const char *name;
    size_t packed_size;          /* bytes of a seed matrix in the form the kernel likes best */
    void (*pack)(const int8_t *matrix, uint8_t *packed);
    void (*multiply)(Workspace *space, const uint8_t *packed);
    int (*runs_here)(void);
} Kernel;

static inline int8_t fold(int32_t sum)
{
    return (int8_t)(uint8_t)((uint32_t)sum + ((uint32_t)sum >> 8));
}

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

/* AVX2 multiplies 16-bit numbers and adds neighbours: 8 columns at a time, 2 steps of the dot product at once.
 * 4 rows by 16 columns stay in registers. Packed: for each 16 columns and then each 2 steps, those bytes of B, so that
 * what the inner loop reads lies together; they are widened once for all rows, and stay in the first-level cache. */
enum { STRIP = 16 };

static void pack_avx2(const int8_t *matrix, uint8_t *packed)
{
    for (int column = 0; column < SIZE; column++)
        for (int k = 0; k < SIZE; k += 2)
            memcpy(packed + (column / STRIP) * STRIP * SIZE + k * STRIP + 2 * (column % STRIP),
                   matrix + column * SIZE + k, 2);
}

__attribute__((target("avx2")))
static inline __m256i folded_avx2(__m256i sum)
{
    return _mm256_and_si256(_mm256_add_epi32(sum, _mm256_srli_epi32(sum, 8)), _mm256_set1_epi32(0xff));
}

/* sum += x. Written as an instruction because gcc copies all sums around with the intrinsic. */
#define ADD(sum, x) __asm__("vpaddd %1, %0, %0" : "+x"(sum) : "x"(x))

__attribute__((target("avx2")))
static void multiply_avx2(Workspace *space, const uint8_t *packed)
{
    int16_t *a16 = space->a16, *strip = space->b16;
    for (int i = 0; i < MATRIX; i++) a16[i] = space->a[i];
    for (int column = 0; column < SIZE; column += STRIP) {
        for (int i = 0; i < STRIP * SIZE; i += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(packed + column * SIZE + i));
            _mm256_storeu_si256((__m256i *)(strip + i), _mm256_cvtepi8_epi16(bytes));
        }
        for (int row = 0; row < SIZE; row += 4) {
            __m256i sum[4][2];
            for (int r = 0; r < 4; r++) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
            for (int k = 0; k < SIZE; k += 2) {
                const __m256i *pairs = (const __m256i *)(strip + k * STRIP);
                __m256i low = _mm256_loadu_si256(pairs), high = _mm256_loadu_si256(pairs + 1);
                for (int r = 0; r < 4; r++) {
                    int32_t pair;
                    memcpy(&pair, a16 + (row + r) * SIZE + k, sizeof pair);
                    __m256i x = _mm256_set1_epi32(pair);
                    ADD(sum[r][0], _mm256_madd_epi16(x, low));
                    ADD(sum[r][1], _mm256_madd_epi16(x, high));
                }
            }
            for (int r = 0; r < 4; r++) { /* packing works on halves of registers, the permutation sorts them */
                __m256i words = _mm256_packus_epi32(folded_avx2(sum[r][0]), folded_avx2(sum[r][1]));
                words = _mm256_permute4x64_epi64(words, 0xd8);
                __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
                _mm_storeu_si128((__m128i *)(space->next + (row + r) * SIZE + column), bytes);
            }
        }
    }
    memcpy(space->a, space->next, MATRIX);
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
    {"avx512-vnni", CORRECTIONS + MATRIX, pack_vnni, multiply_vnni, has_vnni},
    {"avx2", MATRIX, pack_avx2, multiply_avx2, has_avx2},
#endif
    {"portable", MATRIX, pack_plain, multiply_portable, always},
};
enum { KERNEL_COUNT = sizeof KERNELS / sizeof KERNELS[0] };

/* ---- the chains, added up and compressed to 64 words ---- */

static void mix(const Kernel *kernel, Workspace *space, const uint8_t *packed, const uint8_t *sequences, uint32_t *out)
{
    uint8_t total[MATRIX] = {0};
    for (int chain = 0; chain < CHAINS; chain++) {
        memset(space->a, 0, MATRIX);
        for (int i = 0; i < SIZE; i++) space->a[i * SIZE + i] = 1;
        for (int step = 0; step < 2 * SEQUENCE; step++) {
            size_t index = sequences[chain * SEQUENCE + step % SEQUENCE];
            kernel->multiply(space, packed + index * kernel->packed_size);
        }
        for (int i = 0; i < MATRIX; i++) total[i] += (uint8_t)space->a[i];
    }
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
        Py_BEGIN_ALLOW_THREADS
        space = malloc(sizeof *space);
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
