/* scrypt's mixing of six lanes in step. Included by lanes.c once for each kind of processor, with these defined:
 *
 *   KIND                    a word that sets the functions apart
 *   TARGET                  their attributes
 *   Vector, LANES_A_VECTOR  words of some lanes, 4 of each
 *   TURN(x, places)         the 4 words of each lane moved down, the lowest to the top
 *   LOAD(from, place)       words of as many lanes, each from its own memory
 *   KEEP(to, place, x)
 *
 * A step of Salsa waits for the one before. With six lanes there is always another that can go on, so that all of them
 * take little more time than one would. The 16 words of a Salsa block are kept as four diagonals (DIAGONALS in lanes.c),
 * so that a step works on four words of a lane at once. */
enum { NAMED(VECTORS) = SLOTS / LANES_A_VECTOR };
#define VECTORS NAMED(VECTORS)

/* Four diagonals of a Salsa block of every lane. */
typedef struct {
    Vector rows[VECTORS][4];
} NAMED(Blocks);
#define Blocks NAMED(Blocks)

#define EACH_VECTOR for (int v = 0; v < VECTORS; v++)
#define STEP(to, left, right, places)                                                                            \
    EACH_VECTOR {                                                                                                \
        Vector sum = left[v] + right[v];                                                                         \
        to[v] ^= sum << places | sum >> (32 - places);                                                           \
    }

/* The Salsa20/8 core, added to what went in. */
TARGET static inline void NAMED(salsa)(Blocks *x)
{
    Vector a[VECTORS], b[VECTORS], c[VECTORS], d[VECTORS];
    EACH_VECTOR { a[v] = x->rows[v][0]; b[v] = x->rows[v][1]; c[v] = x->rows[v][2]; d[v] = x->rows[v][3]; }
    for (int round = 0; round < 8; round++) {
        STEP(b, a, d, 7)
        STEP(c, b, a, 9)
        STEP(d, c, b, 13)
        STEP(a, d, c, 18)
        EACH_VECTOR {
            Vector turned = TURN(d[v], 1);
            c[v] = TURN(c[v], 2);
            d[v] = TURN(b[v], 3);
            b[v] = turned;
        }
    }
    EACH_VECTOR { x->rows[v][0] += a[v]; x->rows[v][1] += b[v]; x->rows[v][2] += c[v]; x->rows[v][3] += d[v]; }
}

/* scryptBlockMix: those at even places come first in the result, then those at odd. */
TARGET static inline void NAMED(mix_blocks)(const Blocks *from, Blocks *to, size_t r)
{
    Blocks x = from[2 * r - 1];
    for (size_t i = 0; i < 2 * r; i++) {
        EACH_VECTOR for (int row = 0; row < 4; row++) x.rows[v][row] ^= from[i].rows[v][row];
        NAMED(salsa)(&x);
        to[i / 2 + (i & 1) * r] = x;
    }
}

/* Every row of a lane's 2r blocks, and where its bytes lie in that lane's memory. */
#define EACH_ROW(r)                                                                                              \
    for (size_t i = 0; i < 2 * (r); i++)                                                                         \
        EACH_VECTOR for (size_t row = 0, place = 64 * i; row < 4; row++, place += 16)

/* scryptROMix of all lanes. `mixed` holds 2r blocks of all lanes, `scratch` has room for as much; n is even. */
TARGET static void NAMED(mix)(uint8_t *const memory[SLOTS], void *mixed, void *scratch, size_t n, size_t r)
{
    Blocks *x = mixed, *y = scratch, *swap;
    const uint8_t *chosen[SLOTS];
    uint8_t *kept[SLOTS];
    for (size_t turn = 0; turn < n; turn++) {
        for (int lane = 0; lane < SLOTS; lane++) kept[lane] = memory[lane] + turn * 128 * r;
        EACH_ROW(r) KEEP(kept + v * LANES_A_VECTOR, place, x[i].rows[v][row]);
        NAMED(mix_blocks)(x, y, r);
        swap = x; x = y; y = swap;
    }
    for (size_t turn = 0; turn < n; turn++) {
        for (int lane = 0; lane < SLOTS; lane++) {
            size_t which = x[2 * r - 1].rows[lane / LANES_A_VECTOR][0][lane % LANES_A_VECTOR * 4] & (n - 1);
            chosen[lane] = memory[lane] + which * 128 * r;
        }
        EACH_ROW(r) x[i].rows[v][row] ^= LOAD(chosen + v * LANES_A_VECTOR, place);
        NAMED(mix_blocks)(x, y, r);
        swap = x; x = y; y = swap;
    }
}

#undef VECTORS
#undef Blocks
#undef EACH_VECTOR
#undef STEP
#undef EACH_ROW
#undef KIND
#undef TARGET
