"""Answers about the index: pages of transactions, unspent outputs and balances.

``lists`` makes the answers, as JSON text ready to be sent, the reference's byte for byte. What a transaction
looks like is told by ``chain.annotated``; ``names`` looks each name up once for
an answer. ``holdings`` tells apart what can be spent, ``votes`` is whom accounts vote for on Bytom 2.
``answer_cache`` keeps pieces of answers, so that a page is put together and not made anew.

Everything only reads, from any thread. An answer shows one state of the wallet. What is cached says by which
changes it is forgotten: a new name, another height.
"""
