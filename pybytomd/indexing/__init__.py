"""The index of everything: every address, transaction, output and asset of the chain, in a database of its own.

``service`` is the part that runs: it follows the chain in a thread, by a cursor of its own, and makes ``index.db``
anew where that is damaged. What a block does is a pure function, ``effects``; ``indexer`` attaches and detaches
blocks with it, ``sums`` gathers what adds up (balances, holders, counts), and both write into one batch, which
happens whole or not at all. ``keys`` has every table with its key, ``records`` what the values are.

What differs between the ledgers of the two chains are ``forms``, made by ``bytom1`` or ``bytom2``.

``queries`` is what can be asked, with the shapes of the answers; ``errors`` says what cannot be answered.

The index is a function of the blocks of the main chain alone: after any reorganisation, and however often the
process was killed, it has the bytes that it would have if it were built from the beginning, which tests compare.
To add a table, add its key to ``keys`` and its value to ``records``, write it in ``indexer.Indexer`` forwards and
backwards, and raise the version in ``service``.
"""
