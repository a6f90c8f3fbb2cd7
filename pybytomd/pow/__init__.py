"""Proof of work: ``tensority`` the hash, ``compact`` targets and work, ``verifier`` many proofs on threads.

The costly parts are in ``_tensority.c``, for the processors it knows, or in ``numpy_kernel``, for all others.
"""
