"""The transaction pool (mempool) of either chain: what all pools do, and what one holds.

``mempool`` keeps transactions that wait for a block, and those that wait for what they spend; how much of either
is bounded. ``pool_entry`` is such a transaction with what was found when it came. What a pool takes depends on the
chain: see ``chain.pool`` for 1.x and ``chain.bytom2`` for the other.

A pool judges nothing: the engine does, and hands in what it found. It is changed by the chain's thread, and may be
read from any.
"""
