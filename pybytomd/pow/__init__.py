"""Proof of work: the hash, the targets it must meet, and the checking of many.

``tensority`` is the hash, ``compact`` the targets and the work they stand for, ``verifier`` checks many proofs on
threads, ahead of whoever asks; ``rule`` tells whether a network wants any.

The costly parts are in C, in ``kernels/``, a file for each kind of processor, or in ``numpy_kernel`` where no
compiler built them. The fastest that the processor can run is chosen when it is first needed; all give the same
bits, which tests compare. A new kernel is one more file there with a row in ``kernels.c``. Kernels release the
GIL. The package knows nothing of blocks: it hashes bytes.
"""
