"""Hashes and signatures exactly as consensus accepts them."""
