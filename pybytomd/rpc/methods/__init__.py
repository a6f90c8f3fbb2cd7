"""The methods of the API, one family a file. Every module here is loaded by ``schema.registry.load_methods``.

About the wallet: ``keys``, ``accounts``, ``assets``, ``contracts``, ``wallet`` (what its index tells) and
``backup``. Transactions: ``build`` (making and signing), ``transactions`` (submitting, the pool), ``programs`` and
``compile``. The chain: ``blocks`` and ``trace``. The node: ``mining``, ``network``, ``status``, ``access_tokens``
and ``feeds``.

A method is a request dataclass, a reply dataclass and a short function that asks other packages; what it decides
itself is only what a client meant. A new family is a new file, and belongs into ``WALLET_ONLY`` if none of it
works without a wallet.
"""

WALLET_ONLY = frozenset(("accounts", "assets", "backup", "contracts", "keys", "wallet"))
"""Modules all of whose methods need a wallet."""
