"""The data model of Bytom 2: what differs from ``ledger`` stands here beside it, under the same names.

``decoding`` is the grammar of the consensus bytes; ``block``, ``transaction`` and ``inputs`` are the values and
their bytes. ``entries`` has the ids of outputs, which carry state data and votes here. A header is signed by its
producer and holds ``sup_link`` values, the signatures of validators; its hash covers neither. ``utxo`` is what the
database keeps of an output, ``checkpoint`` what it keeps of an epoch. ``genesis``, ``params`` and ``constants``
are the networks and their numbers, ``supply`` what they say of all BTM.

``block``, ``transaction`` and ``inputs`` repeat methods of those of 1.x on purpose. All are compiled, where
an attribute has one type: under a base for both, ids, inputs and headers would be plain objects, asked for their
class at each use.

There is no status of transactions: one whose program fails is in no block.
"""
