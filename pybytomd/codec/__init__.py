"""Encodings: bytes and text that everybody must write and read the same way.

``wire`` has the bytes of blocks, transactions and messages between peers, ``json`` is JSON as Go writes and reads
it, ``golang`` are other habits of Go. Addresses: ``bech32``. Hashes and keys as text: ``hextext``. Hosts and
ports: ``hostport``.

All of these are pure functions without state, safe on any thread; what does not parse raises DecodeError. They
know nothing of blocks, files or sockets. Limits are applied while reading, never afterwards: whoever adds a
decoder gives it one.
"""
