"""The methods of the API, one family a file. Every module below is loaded by ``load_methods``.

``wallet``: keys, accounts, assets, contracts, what the wallet's index tells, building, signing, backup. ``chain``:
blocks, transactions, mining, tracing, the index of every address. ``programs``: the compiler, programs and
addresses. ``node``: its status, peers, access tokens and feeds. They share ``wallet_access`` (the wallet or the
reason why there is none) and ``paging``.

A method is a request dataclass, a reply dataclass and a short function that asks other packages; what it decides
itself is only what a client meant. A new family is a new file, and belongs into ``WALLET_ONLY`` if none of it
works without a wallet.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from pybytomd.rpc.schema.registry import METHODS, Method

WALLET_ONLY = frozenset(("accounts", "assets", "backup", "contracts", "keys", "wallet"))
"""Modules, by their last name, all of whose methods need a wallet."""


@functools.cache
def load_methods(*, with_wallet: bool = True) -> Mapping[str, Method]:
    """Every method by its name, in order of names; imports all modules below this package.

    A node without wallet leaves out those that have nothing for it, and starts sooner.
    """
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if with_wallet or module.ispkg or module.name.rpartition(".")[2] not in WALLET_ONLY:
            importlib.import_module(module.name)
    return dict(sorted(METHODS.items()))
