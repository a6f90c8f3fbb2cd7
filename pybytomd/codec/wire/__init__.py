"""The two binary encodings: of what consensus hashes, and of what peers say to one another.

``reader`` and ``writer`` have the primitives of blocks and transactions, numbers and byte strings, from which
``ledger.decoding`` and the forms of ``ledger`` are made; both are compiled with the virtual machine, and what that
means for their source is told in ``vm``. ``gowire`` is the go-wire encoding of messages, handshakes and discovery
packets.

Bytes come from strangers: a length is held against what is there before anything is allocated, and what does not
parse raises DecodeError.
"""
