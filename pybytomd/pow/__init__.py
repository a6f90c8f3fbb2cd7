"""Proof of work: ``tensority`` the hash, ``compact`` targets and work, ``verifier`` many proofs on threads.

The costly parts are in C, in ``kernels/``, a file for each kind of processor, or in ``numpy_kernel`` where no
compiler built them.
"""
