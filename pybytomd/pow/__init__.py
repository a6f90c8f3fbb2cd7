"""Proof of work: Tensority, compact difficulty bits, work."""
