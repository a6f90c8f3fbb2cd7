"""The methods of the API, one family a file. Every module here is loaded by ``registry.load_methods``."""

WALLET_ONLY = frozenset(("accounts", "assets", "backup", "contracts", "keys", "wallet"))
"""Modules all of whose methods need a wallet."""
