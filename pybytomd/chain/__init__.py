"""The chain engine: which blocks there are, which of them is the best, and what can be spent in its chain.

``chain`` is the engine, and the place to begin: ``process_block`` judges a block, writes it, and moves the best
chain if need be (a reorganisation). It stands on ``index`` (what is known of every block on every branch, and how
a chain begins), ``orphans`` (blocks that came before their parents) and ``changes`` (one at a time, and their
threads). ``pool`` is the mempool, made of what ``mempool`` has for both chains; a ``trial`` says what would
become of a transaction. ``events`` says what the engine tells, ``errors`` what it refuses. A block and what was
found of it go as one ``judged_block`` to those who follow; ``following`` is how they do.

``ports`` is what others import: the questions (``ChainReader``) and the changes (``ChainWriter``). Whoever needs
something new from a chain adds it there and to ``Chain``.

``annotated`` shows transactions as people read them: types, addresses and, by what a wallet tells it, owners.

``bytom2`` is the engine of the other chain, whose blocks validators make; what both have is used by both.

For tools there are ``archive`` (the files of ``chain export``, and ``db rollback``) and ``verification``
(``db verify``, with a ``verification_report``).

Threads: one thread of the chain's own changes it; whoever is on the event loop awaits that. Signatures are checked
on others. Questions may come from any thread, and never wait for a change under way. The package knows nothing of
peers, wallets and the API: they learn from events.
"""
