"""core.db of Bytom 2, with the keys and values of bytomd 2.0.7: either node opens what the other has written.

``schema`` has every key, ``records`` the values that are not serialized blocks: the best block, checkpoints as
JSON, lists of hashes, unspent outputs. ``core_store`` reads them all, from the disk or through a change under way,
and writes such a change as one batch. ``output_records`` are the unspent outputs in wallet.db.

A block is stored in two halves, for its header changes: it collects the signatures of validators for the
checkpoint that the block is, and none of them is covered by the hash.
"""
