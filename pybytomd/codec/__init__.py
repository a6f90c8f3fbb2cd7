"""Byte-level encodings: varints, reader and writer, bech32, reference-exact JSON."""
