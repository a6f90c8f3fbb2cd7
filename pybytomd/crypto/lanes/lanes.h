/* scrypt's lanes, several at once. Source: RFC 7914; key files have six lanes (wallet-and-keys reference, section 2.3). */
#ifndef LANES_H
#define LANES_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__GNUC__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "needs vectors of the compiler, and words as they lie in memory; without this extension libsodium does the work"
#endif

enum { SLOTS = 6 }; /* lanes that are worked on in step */

typedef struct {
    const char *name;
    int lanes_a_vector;
    void (*mix)(uint8_t *const memory[SLOTS], void *mixed, void *scratch, size_t n, size_t r);
    int (*runs_here)(void);
} Kind;

/* For the processors that were compiled for, the fastest first. */
__attribute__((visibility("hidden"))) extern const Kind KINDS[];
__attribute__((visibility("hidden"))) extern const int KIND_COUNT;

/* Mix `count` lanes of 128 r bytes in place, at most `at_once` (1 to SLOTS) together: each of those takes 128 r n bytes
 * of memory meanwhile, which is wiped and given back. 0 if there is no such memory. */
__attribute__((visibility("hidden")))
int mix_lanes(const Kind *kind, uint8_t *lanes, size_t count, size_t n, size_t r, size_t at_once);

#endif
