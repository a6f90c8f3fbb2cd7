"""What is not the same on both chains when a transaction is built.

``forms`` says what has to be known of a ledger: how an input is made that spends an output, how outputs,
transactions and templates are made, what one pays, and how arguments for contracts are written. ``bytom1`` says it
of 1.x, ``bytom2`` of the other chain, with the actions that are only there. Builders, coin selection and signing
are given one of these objects, and hand on what it makes without a look inside. What they read of a transaction
themselves stands in ``spend.template``.
"""
