"""What the wallet keeps of each block: our transactions and unspent outputs, and those that wait in the pool.

``indexer`` attaches and detaches a block, each in one atomic batch; which outputs are ours is told by
``accounts.ownership``. ``unconfirmed`` follows the pool, ``status`` says how far the index is. One thread writes,
that of ``wallet.wallet``; any may read. To attach and then detach a block leaves the database as it was, which
tests compare.

The records are the reference's, and sorted as it needs them. What a page, a balance or a choice of coins needs is
beside them, in rows of our own (``own_rows``), so that nothing is read at a start and memory does not grow with
the wallet:

* ``transaction_index``: places, height and position, of all our transactions, with the accounts that each names,
  and of those of each account. By id the reference's own ``TID:`` finds them.
* ``utxo_set``: ids of all outputs of accounts, with account, asset, amount and the height from which on each can
  be spent; of those of each account; of those of contracts; outputs by account, asset and amount, the largest
  first, for coin selection; and the sum and number of outputs by account and asset, which is the balance. What is
  immature is told by the height. Reservations and what waits in the pool stay in memory.

**Pages** are asked for by their number and not by where the one before ended. ``ranked_rows`` keeps counters
beside a list by which any rank is found in some hundred steps, ``tally`` the numbers that go up and down. What was
asked for last is in memory until the index changes: ``recent_answers``.

**Where.** In wallet.db below ``IX:``, a beginning that the reference never looks for: it reads its keys and goes
through those of its own beginnings, never through all of them. So rows, records and cursor are written in one
batch: whenever the process is killed, and whatever is reorganised, they fit. The rows are a function of the
records alone; making them anew gives the same bytes.

**Whether they can be relied on.** Another program, the reference, a repair, or a version of ours that knows
nothing of them, may change records and leave the cursor as it is. A database that was sealed (``store.kv.seal``)
shows whether anybody but us has had it open since; then, and where the making of an index was cut short or it is
of another version, it is made anew from the records, with progress. Should a counter ever go below 0, the rows do
not fit the records, and the wallet makes them anew while it runs.

**What is bounded.** In memory are the counters changed last, the pages asked for last, and what was looked up for
the block in hand; who makes an index anew writes some thousand rows at a time.
"""
