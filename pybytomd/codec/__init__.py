"""Encodings: bytes and text that everybody must write and read the same way.

Blocks and transactions: ``reader`` and ``writer``, numbers and byte strings by which ``ledger`` reads its forms.
Messages between peers: ``gowire``. Addresses: ``bech32``. Hashes and keys as text: ``hextext``. Hosts and ports:
``hostport``.

JSON as Go writes and reads it: ``gojson`` is the way in, ``gofields`` reads an object as a Go struct does,
``gosyntax`` and ``gotext`` have Go's words for what is wrong and its idea of letters, ``jsondepth`` refuses what
is nested too deeply before anything parses it. Other habits of Go: ``goduration``, ``gotime``,
``gonumbers``, ``goquote`` and ``gosort``.

All of these are pure functions without state, safe on any thread; what does not parse raises DecodeError. They
know nothing of blocks, files or sockets. Limits are applied while reading, never afterwards: whoever adds a
decoder gives it one.
"""
