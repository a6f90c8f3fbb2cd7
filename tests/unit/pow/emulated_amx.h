/* The AMX instructions of pybytomd/pow/kernels/x86_amx.c in portable C, to run its kernel on any x86 processor.
 *
 * Included before each file, after emulated_avx512.h. Written from the definitions in Intel's manual: a tile has the
 * shape that was configured, what lies beyond is zero, and instructions on tiles that do not fit together fail. */
#define EMULATED_AMX
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TILES_ = 8, TILE_ROWS_ = 16, TILE_BYTES_ = 64 };

typedef struct {
    int rows, bytes;
    union {
        int8_t s8[TILE_ROWS_][TILE_BYTES_];
        int32_t s32[TILE_ROWS_][TILE_BYTES_ / 4];
    } data;
} Tile;

static __thread Tile tiles_[TILES_];
static __thread int configured_;

static inline void tile_demand(int condition)
{
    if (!condition) abort(); /* where the processor raises #UD or #GP */
}

/* LDTILECFG: all tiles become zero. */
static inline void tile_configure(const void *config)
{
    const uint8_t *bytes = config;
    tile_demand(bytes[0] == 1);
    for (int i = 1; i < 16; i++) tile_demand(bytes[i] == 0);
    memset(tiles_, 0, sizeof tiles_);
    for (int tile = 0; tile < 16; tile++) {
        int row_bytes = bytes[16 + 2 * tile] | bytes[17 + 2 * tile] << 8, rows = bytes[48 + tile];
        if (tile >= TILES_) {
            tile_demand(row_bytes == 0 && rows == 0);
            continue;
        }
        tile_demand(row_bytes <= TILE_BYTES_ && rows <= TILE_ROWS_ && (row_bytes == 0) == (rows == 0));
        tiles_[tile].rows = rows;
        tiles_[tile].bytes = row_bytes;
    }
    configured_ = 1;
}

static inline Tile *tile_at(int tile)
{
    tile_demand(configured_ && tiles_[tile].rows > 0);
    return &tiles_[tile];
}

static inline void tile_zero(int tile) { memset(&tile_at(tile)->data, 0, sizeof tiles_[tile].data); }

static inline void tile_load(int tile, const void *from, size_t stride)
{
    Tile *to = tile_at(tile);
    memset(&to->data, 0, sizeof to->data);
    for (int row = 0; row < to->rows; row++)
        memcpy(to->data.s8[row], (const char *)from + (size_t)row * stride, (size_t)to->bytes);
}

static inline void tile_store(int tile, void *to, size_t stride)
{
    const Tile *from = tile_at(tile);
    for (int row = 0; row < from->rows; row++)
        memcpy((char *)to + (size_t)row * stride, from->data.s8[row], (size_t)from->bytes);
}

/* TDPBSSD: four neighbouring signed bytes of x by those of y, added to each number of the sum. */
static inline void tile_accumulate(int sum_tile, int x_tile, int y_tile)
{
    Tile *sum = tile_at(sum_tile);
    const Tile *x = tile_at(x_tile), *y = tile_at(y_tile);
    tile_demand(sum != x && sum != y && x != y);
    tile_demand(sum->rows == x->rows && sum->bytes == y->bytes && x->bytes == 4 * y->rows);
    for (int row = 0; row < sum->rows; row++)
        for (int k = 0; k < y->rows; k++)
            for (int column = 0; column < sum->bytes / 4; column++)
                for (int i = 0; i < 4; i++)
                    sum->data.s32[row][column] += x->data.s8[row][4 * k + i] * y->data.s8[k][4 * column + i];
}

static inline void tile_release(void) { configured_ = 0; }

#define TILE_CODE
#define TILE_CONFIGURE(config) tile_configure(config)
#define TILE_ZERO(tile) tile_zero(tile)
#define TILE_LOAD(tile, from, stride) tile_load(tile, from, stride)
#define TILE_STORE(tile, to, stride) tile_store(tile, to, stride)
#define TILE_ACCUMULATE(sum, x, y) tile_accumulate(sum, x, y)
#define TILE_RELEASE() tile_release()

static inline int has_amx(void) { return 1; }
