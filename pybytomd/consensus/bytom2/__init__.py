"""The rules of Bytom 2 as pure functions; what both chains have in common is in ``consensus``.

``transaction`` judges one transaction for a block: its balance, its ``gas``, the programs of its inputs, and what
a vote has to be; ``batch`` judges many. The bytes that programs may overwrite are ``transaction_memory``;
``transaction_errors`` are the ways to break a rule that 1.x has not. No transaction is in a block as failed here:
what breaks a rule is out.

The table of registered contracts is looked into, never kept: it is handed in as a function, and a verdict that
asked it holds for that moment only.

``block`` judges header and body (``block_errors``), ``utxo`` and ``contracts`` say what blocks change when they
join the main chain or leave it. ``casper`` elects who may make blocks and when, and says which blocks are final
and where the best chain ends.
"""
