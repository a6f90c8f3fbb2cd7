/* What Python sees of Tensority's C code; tensority.py explains the use. All work runs without the GIL. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "tensority.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_KERNELS = 8 };
static const Kernel *usable[MOST_KERNELS]; /* on this processor, the fastest first */
static int usable_count;

static const Kernel *find_kernel(const char *name)
{
    for (int i = 0; i < usable_count; i++)
        if (strcmp(usable[i]->name, name) == 0) return usable[i];
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
    for (int i = 0; names != NULL && i < usable_count; i++) {
        PyObject *name = PyUnicode_FromString(usable[i]->name);
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
        uint32_t words[RESULT_WORDS];
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

PyMODINIT_FUNC PyInit__tensority(void)
{
    usable_count = 0;
    for (int i = 0; i < KERNEL_COUNT && usable_count < MOST_KERNELS; i++)
        if (KERNELS[i]->runs_here()) usable[usable_count++] = KERNELS[i];
    return PyModule_Create(&MODULE);
}
