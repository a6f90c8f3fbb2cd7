/* The two costly parts of Tensority: expanding a seed into 256 matrices, and the chain of matrix products.
 *
 * Source: chain-and-storage reference, section 6. tensority.py does the hashing around them and keeps the matrices.
 *
 * A product takes two 256x256 matrices of signed bytes, the running one A and a seed matrix B, to A * transpose(B),
 * so every element is a dot product of two rows. Sums stay below 2^23, exact in 32 bits. Each sum is folded to a
 * byte, its lowest byte plus its second lowest, and becomes an element of the next A.
 *
 * All kernels give the same bits; each has a file. Which of them the processor can run is asked at run time; the
 * compiler needs no option for any of them.
 */
#ifndef TENSORITY_H
#define TENSORITY_H

#include <stddef.h>
#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are read as they lie in memory; without this extension NumPy does the work"
#endif

#if defined(__GNUC__) || defined(__clang__)
#if defined(__x86_64__)
#define X86 1
#elif defined(__aarch64__)
#define ARM 1
#endif
#define HIDDEN __attribute__((visibility("hidden"))) /* nothing but the module itself is seen from outside */
#else
#define HIDDEN
#endif

enum {
    SIZE = 256,                  /* rows and columns of a matrix, and number of matrices */
    MATRIX = SIZE * SIZE,        /* bytes */
    MATRICES = SIZE * MATRIX,
    CHAINS = 4,                  /* independent chains of products, added up at the end */
    SEQUENCE = 32,               /* matrices of a chain, gone through twice */
    SEED_WORDS = 32,             /* of the state that the expansion stirs: two Salsa blocks */
    RESULT_WORDS = SIZE / 4,     /* what a hash is made of */
    ALIGNMENT = 64,              /* of the workspace: no register's worth of a matrix lies in two cache lines */
};

/* The running matrix is kept in `a`, in an order of the kernel's; a product puts the next one in its place. */
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
    int (*runs_here)(void);      /* asked once */
} Kernel;

/* Those that were compiled, the fastest first. */
HIDDEN extern const Kernel *const KERNELS[];
HIDDEN extern const int KERNEL_COUNT;

HIDDEN extern const Kernel portable_kernel;
HIDDEN extern const Kernel amx_kernel, avx512_kernel, avx_vnni_kernel, avx2_kernel; /* of x86-64 */
HIDDEN extern const Kernel i8mm_kernel, dotprod_kernel;                             /* of ARM, 64 bits */

/* All matrices of a seed of SEED_WORDS words. */
HIDDEN void expand(const uint8_t *seed, uint8_t *matrices);

/* Multiply along the chains, add them up and compress the sum to RESULT_WORDS words. */
HIDDEN void mix(const Kernel *kernel, Workspace *space, const uint8_t *packed, const uint8_t *sequences, uint32_t *out);

static inline int8_t fold(int32_t sum)
{
    return (int8_t)(uint8_t)((uint32_t)sum + ((uint32_t)sum >> 8));
}

static inline size_t place_plain(int row, int column) { return (size_t)(row * SIZE + column); }

#endif
