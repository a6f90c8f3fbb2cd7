"""The rules of the chain as pure functions: no clock, no I/O, no database.

``transaction`` judges one transaction in the context of a block, ``batch`` many of them on several threads,
``header`` and ``block`` a block against its parent, ``utxo`` what a transaction does to the unspent outputs.
``difficulty`` and ``coinbase`` hold the numbers that follow from height and ancestors. The rules are those of the
reference 1.1.1.
"""
