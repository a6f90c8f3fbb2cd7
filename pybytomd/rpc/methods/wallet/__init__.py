"""Methods of the wallet: keys, accounts, assets, contracts, balances, and the making of transactions.

``keys`` makes, lists and uses keys, ``accounts`` has accounts and their addresses, ``assets`` the assets,
``contracts`` the registry of contracts. ``wallet`` tells what the index knows: transactions, outputs, balances,
``holdings`` which of them can be spent. ``build`` makes and signs transactions, ``reservations`` has what is kept
for them, ``backup`` writes and reads the image of a wallet.

Only what ``build`` estimates works without a wallet: the other modules are named in ``WALLET_ONLY``, and a node
without one does not load them. A password goes no further than ``wallet.keys`` and is in no log and no answer.
"""
