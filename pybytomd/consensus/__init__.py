"""The rules of the chain as pure functions: no clock, no I/O, no database.

``transaction`` judges one transaction in the context of a block, with ``gas`` for what it pays and
``transaction_memory`` for the bytes that its programs may overwrite; ``batch`` judges many of them on several
threads. Both stand on ``transactions``, which the other chain shares. ``header`` and ``block`` judge a block
against its parent, ``utxo`` says what a transaction does to the unspent outputs.
``difficulty`` and ``coinbase`` hold the numbers that follow from height and ancestors. ``errors`` lists the ways
in which a rule is broken. ``bytom2`` has the rules of the other chain, as far as they differ.

Read ``header``, ``block``, ``transaction`` in that order: it is the order in which a block is judged. The rules
are those of the reference 1.1.1. Where one looks wrong it is marked ``Quirk:``, and stays. A rule is a function
named after what it demands, which raises a ValidationError; a new one needs recorded vectors from a node of the
reference. Some modules are compiled: ``vm`` says what that means for what is written in them.
"""
