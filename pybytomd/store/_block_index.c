/* The two loops in which a node spends its start: cutting up stored headers, and entering hashes into a table.
 *
 * Both have a plain counterpart in Python that does the same, for machines without a C compiler: see
 * records/header_scan.py and chain/index/hash_table.py. Headers of any but the usual form are left to that one as well.
 *
 * Why a second reader of headers, beside ledger/decoding.py: that one takes 3.0 us a header here, 1.1 compiled by
 * mypyc, and this 0.08. A node on a chain of 800,000 blocks starts 0.9 seconds sooner.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { KEY_PREFIX = 3, HEIGHT = 8, HASH = 32, KEY = KEY_PREFIX + HEIGHT + HASH, ROOTS = 2 * HASH, NUMBER = 9 };

/* Hex text that is read from the front. Once something is wrong, it stays wrong. */
typedef struct {
    const uint8_t *at, *end;
    int wrong;
} Text;

enum { WRONG = 0xff };
static uint8_t digits[256]; /* the value of a hex digit, WRONG for anything else; filled when the module is made */

static unsigned byte(Text *text)
{
    if (text->end - text->at < 2) {
        text->wrong = 1;
        return 0;
    }
    const unsigned high = digits[text->at[0]], low = digits[text->at[1]];
    text->wrong |= (high | low) > 15;
    text->at += 2;
    return (high << 4 | low) & 0xff;
}

/* At most 63 bits: nine bytes of seven. */
static uint64_t number(Text *text)
{
    uint64_t value = 0;
    for (int i = 0; i < NUMBER; i++) {
        unsigned next = byte(text);
        value |= (uint64_t)(next & 0x7f) << 7 * i;
        if (next < 0x80) return value;
    }
    text->wrong = 1;
    return 0;
}

/* The header of a key and its value; 0 if either is not of the usual form. */
static int cut_up(PyObject *item, uint64_t *height, uint8_t *hash, uint8_t *previous, uint64_t *time, uint64_t *bits)
{
    if (!PyTuple_CheckExact(item) || PyTuple_GET_SIZE(item) != 2) return 0;
    PyObject *key = PyTuple_GET_ITEM(item, 0), *value = PyTuple_GET_ITEM(item, 1);
    if (!PyBytes_CheckExact(key) || !PyBytes_CheckExact(value) || PyBytes_GET_SIZE(key) != KEY) return 0;
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(key) + KEY_PREFIX;
    *height = 0;
    for (int i = 0; i < HEIGHT; i++) *height = *height << 8 | at[i];
    memcpy(hash, at + HEIGHT, HASH);

    const uint8_t *start = (const uint8_t *)PyBytes_AS_STRING(value);
    Text text = {start, start + PyBytes_GET_SIZE(value), 0};
    if (byte(&text) != 1) return 0; /* serialization flags */
    number(&text);                  /* version */
    number(&text);                  /* height */
    for (int i = 0; i < HASH; i++) previous[i] = (uint8_t)byte(&text);
    *time = number(&text);
    if (byte(&text) != ROOTS) return 0;
    for (int i = 0; i < ROOTS; i++) byte(&text);
    number(&text); /* nonce */
    *bits = number(&text);
    return !text.wrong && text.at == text.end;
}

static PyObject *py_columns(PyObject *Py_UNUSED(module), PyObject *items)
{
    if (!PyList_CheckExact(items)) return PyErr_Format(PyExc_TypeError, "a list of keys and values is needed");
    const Py_ssize_t count = PyList_GET_SIZE(items);
    const Py_ssize_t sizes[] = {sizeof(uint64_t), HASH, HASH, sizeof(uint64_t), sizeof(uint64_t)};
    PyObject *columns[5] = {NULL}, *result = NULL;
    for (int i = 0; i < 5; i++)
        if ((columns[i] = PyBytes_FromStringAndSize(NULL, count * sizes[i])) == NULL) goto done;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint64_t height, time, bits;
        uint8_t *hash = (uint8_t *)PyBytes_AS_STRING(columns[1]) + i * HASH;
        uint8_t *previous = (uint8_t *)PyBytes_AS_STRING(columns[2]) + i * HASH;
        if (!cut_up(PyList_GET_ITEM(items, i), &height, hash, previous, &time, &bits)) {
            result = Py_NewRef(Py_None);
            goto done;
        }
        memcpy(PyBytes_AS_STRING(columns[0]) + i * sizeof height, &height, sizeof height);
        memcpy(PyBytes_AS_STRING(columns[3]) + i * sizeof time, &time, sizeof time);
        memcpy(PyBytes_AS_STRING(columns[4]) + i * sizeof bits, &bits, sizeof bits);
    }
    result = PyTuple_Pack(5, columns[0], columns[1], columns[2], columns[3], columns[4]);
done:
    for (int i = 0; i < 5; i++) Py_XDECREF(columns[i]);
    return result;
}

/* Open addressing, linear probing; the number of slots is a power of two, and some are free. */
static PyObject *py_enter(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer table, hashes;
    unsigned long position;
    if (!PyArg_ParseTuple(args, "w*y*k", &table, &hashes, &position)) return NULL;
    uint32_t *slots = table.buf;
    const size_t mask = (size_t)table.len / sizeof *slots - 1;
    const uint8_t *hash = hashes.buf, *end = hash + hashes.len / HASH * HASH;
    if ((size_t)table.len < sizeof *slots || (mask & (mask + 1)) || position + (size_t)(end - hash) / HASH > mask) {
        PyErr_SetString(PyExc_ValueError, "the table has not enough slots, or not a power of two");
    } else {
        for (; hash < end; hash += HASH) {
            size_t slot = 0;
            for (int i = 7; i >= 0; i--) slot = slot << 8 | hash[i];
            for (slot &= mask; slots[slot]; slot = (slot + 1) & mask) continue;
            slots[slot] = (uint32_t)++position;
        }
    }
    PyBuffer_Release(&table);
    PyBuffer_Release(&hashes);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef METHODS[] = {
    {"columns", py_columns, METH_O, "columns(items): heights, hashes, parents, times, bits of headers; None if unusual"},
    {"enter", py_enter, METH_VARARGS, "enter(slots, hashes, position): number hashes of 32 bytes from position + 1 on"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_block_index", NULL, -1, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__block_index(void)
{
    memset(digits, WRONG, sizeof digits);
    for (unsigned i = 0; i < 16; i++) digits[(uint8_t)"0123456789abcdef"[i]] = (uint8_t)i;
    return PyModule_Create(&MODULE);
}
