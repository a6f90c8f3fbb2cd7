"""Hashes, signatures, keys and passwords, exactly as consensus and the reference's files have them.

``hashes`` are those of the chain. ``ed25519`` checks signatures: by libraries where they agree with the rule,
which it finds out from ``ed25519_answers``, else by ``ed25519_exact``, the rule in plain integers. ``chainkd``
derives keys from keys. ``mnemonic`` makes keys of words (BIP-39), with ``languages`` for the names of their
languages. ``keystore`` is the text of an encrypted key file, ``scrypt`` the derivation of its key from a password.

That derivation is in C, in ``lanes/``; without a compiler a library does it, more slowly. Everything may be
called from any thread. Nothing here opens a file, and nothing logs: a secret that is not passed on cannot leak. A
change needs known answers from elsewhere than this package.
"""
