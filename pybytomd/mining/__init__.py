"""Making blocks: the template, the search for a nonce, and work for miners elsewhere.

``proposer`` makes the template: which transactions come in, what the header says, and by ``coinbase`` who is paid.
``search`` tries nonces, in threads that ``priority`` makes give way to others; ``hash_meter`` counts how fast.
``cpu_miner`` does it in the node, ``generate`` a number of blocks at once on a private network, ``remote`` from a
process elsewhere, which gets its work from ``pool`` over the API. (The transaction pool is another,
``chain.pool``.) ``errors`` says what can go wrong.

On Bytom 2 nothing is searched: what it takes to make a block there is in ``bytom2``.

Miners run in threads of their own; the kernel that hashes releases the GIL. A finished block goes to the chain as
any other, and is checked as any other. The package knows nothing of HTTP and of the wallet: whom to pay it is
told.
"""
