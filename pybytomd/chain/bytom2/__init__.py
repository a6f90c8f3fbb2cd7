"""The chain engine of Bytom 2: blocks of validators, checkpoints, finality, and the best chain that follows.

``chain.Chain`` is what the rest of the node sees; questions from any thread, changes one at a time. ``casper`` is
what blocks and signatures do to the tree of checkpoints, ``reorganisation`` moves the main chain to where that
tree says it ends, ``opening`` begins both with what a database holds. All that one change stores is one batch: a
block, checkpoints, signatures, outputs, contracts and the main chain never drift apart, whenever the process is
killed.

``annotated`` shows transactions. ``pool`` is the mempool, which takes less than blocks may hold. Signatures that
come before their checkpoint wait among the ``early_verifications``. A ``signer`` signs for this node by what its
``signing_record`` allows, if it is a validator, and learns through ``own_signatures`` what its key has signed
elsewhere; ``verification`` looks through a whole database; ``events`` tell the others what happened.
"""
