"""The data model: transactions, blocks, entries and their ids, merkle trees, networks.

``decoding`` is the one grammar of the consensus bytes. ``block`` and ``transaction`` make values of what it reads,
and bytes of values; ``inputs`` are the kinds of input and the output, ``creation`` has those inputs that bring new
units, ``asset`` ids of assets. ``entries`` are the
parts that a transaction is cut into to be hashed, which is where its id comes from. ``merkle`` has the trees over
transactions and over ``status``, which says what became of each; ``utxo`` is what the database keeps of an output.
``value`` is what such records have in common.

``networks`` has what makes one network differ from another; ``constants`` are the numbers that all share.

``bytom2`` has the forms of the other chain, as far as they differ; it shares ``asset``, ``creation``, ``entries``,
``merkle``, ``value`` and ``constants``.

Values never change, so they may be handed from thread to thread. Bytes are kept beside what was read from them,
and never written anew. The package knows no rule: a transaction that decodes may still be nonsense. Most modules
are compiled; ``vm`` says what that means for what is written in them.
"""
