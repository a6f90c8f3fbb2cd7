"""The wallet: keys, accounts, assets, the index of our transactions, and the building of new ones.

``wallet`` is the part that runs: it follows the chain in a thread of its own, by a cursor in ``wallet.db``, and
tries again after a failure. The shelves, in the order to read them::

    keys        encrypted key files, and signing with them
    accounts    who signs for an account, and the addresses derived for it
    assets      assets defined here or seen on the chain
    index       what the wallet keeps of each block
    query       answers about the index
    spend       transactions: coin selection, building, signing

``backup`` is the image of a wallet, ``recovery`` finds accounts again from keys alone, with ``recovery_state`` for
how far it is, and ``check`` proves the balance against the chain. ``contract_registry`` is an address book of
programs. ``errors`` has the reference's texts and codes.

What is not the same on both chains is given in: ``forms`` says what has to be known of a ledger, ``bytom1`` and
``bytom2`` say it of the two.

Records and keys of ``wallet.db`` are the reference's, byte for byte; beside them are rows of our own, which it
never looks at, for lists that need no scan (see ``index``). Every step on a block is one atomic batch, and what is
acknowledged is on the disk. Methods may be called from any thread. The package knows nothing of peers and HTTP.
"""
