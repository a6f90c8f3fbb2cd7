/* What Python sees of scrypt's lanes; scrypt.py explains the use. The work is done without the GIL. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "lanes.h"

#include <string.h>

static PyObject *py_kinds(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    PyObject *names = PyList_New(0);
    for (int i = 0; names != NULL && i < KIND_COUNT; i++) {
        if (!KINDS[i].runs_here()) continue;
        PyObject *name = PyUnicode_FromString(KINDS[i].name);
        if (name == NULL || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static const Kind *find_kind(const char *name)
{
    for (int i = 0; i < KIND_COUNT; i++)
        if (strcmp(KINDS[i].name, name) == 0 && KINDS[i].runs_here()) return &KINDS[i];
    PyErr_Format(PyExc_ValueError, "scrypt of kind %s cannot run on this processor", name);
    return NULL;
}

/* Sizes whose products are sure to fit; what is sensible is for the caller to say. */
static int are_sizes(size_t bytes, size_t n, size_t r, size_t at_once)
{
    const size_t MOST = (size_t)1 << 30;
    return at_once > 0 && at_once <= SLOTS && n > 1 && n <= MOST && (n & (n - 1)) == 0 && r > 0 &&
           r <= MOST / 128 / at_once / n && bytes > 0 && bytes % (128 * r) == 0;
}

static PyObject *py_mix(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *name;
    Py_buffer lanes;
    Py_ssize_t n, r, at_once;
    int done = 0;
    if (!PyArg_ParseTuple(args, "sw*nnn", &name, &lanes, &n, &r, &at_once)) return NULL;
    const Kind *kind = find_kind(name);
    if (kind != NULL && !are_sizes((size_t)lanes.len, (size_t)n, (size_t)r, (size_t)at_once)) {
        PyErr_SetString(PyExc_ValueError, "scrypt's parameters do not fit together");
    } else if (kind != NULL) {
        Py_BEGIN_ALLOW_THREADS
        done = mix_lanes(kind, lanes.buf, (size_t)lanes.len / (128 * (size_t)r), (size_t)n, (size_t)r, (size_t)at_once);
        Py_END_ALLOW_THREADS
        if (!done) PyErr_NoMemory();
    }
    PyBuffer_Release(&lanes);
    if (!done) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef METHODS[] = {
    {"kinds", py_kinds, METH_NOARGS, "kinds() -> list[str]: those this processor can run, the fastest first"},
    {"mix", py_mix, METH_VARARGS, "mix(kind, lanes, n, r, at_once): mix lanes of 128 * r bytes where they stand"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_scrypt", NULL, -1, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__scrypt(void) { return PyModule_Create(&MODULE); }
