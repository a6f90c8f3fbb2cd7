"""What the wallet keeps of each block: our transactions and unspent outputs, and those that wait in the pool.

``indexer`` attaches and detaches a block, each in one atomic batch; which outputs are ours is told by
``accounts.ownership``.
``transaction_index`` and ``utxo_set`` answer from memory over what the database holds, so that no page needs a
scan. ``unconfirmed`` follows the pool, ``status`` says how far the index is.

One thread writes, that of ``wallet.wallet``; any may read. To attach and then detach a block leaves the database
as it was, which tests compare.
"""
