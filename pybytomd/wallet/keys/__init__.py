"""The keys of this node: the directory of encrypted key files, and what signs with them.

``pseudohsm`` makes, imports, lists, renames and removes keys, and signs; ``key_files`` is the directory and how
files in it are written, whole and readable by their owner only. The encryption itself is ``crypto.keystore``.

A private key is taken out of its file for one signature and kept nowhere. Opening a file takes long by design, so
it is done off the event loop. No password, key or mnemonic is logged or put into an error.
"""
