"""The methods of the API, one family a file. Every module below is loaded by ``load_methods``.

``wallet``: keys, accounts, assets, contracts, what the wallet's index tells, building, signing, backup. ``chain``:
blocks, transactions, mining, tracing, the index of every address. ``programs``: the compiler, programs and
addresses. ``node``: its status, peers, access tokens and feeds. ``bytom2``: those that are others on that chain.
They share ``wallet_access`` (the wallet or the reason why there is none), ``paging``, and what is the same of
methods of both chains: ``block_questions``, ``node_report``, ``peering``, ``generating``, ``submitting`` and
``signed_messages``.

A method is a request dataclass, a reply dataclass and a short function that asks other packages; what it decides
itself is only what a client meant. A new family is a new file, and belongs into ``WALLET_ONLY`` if none of it
works without a wallet.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.schema.registry import METHODS, Method

WALLET_ONLY = frozenset(("accounts", "assets", "backup", "contracts", "keys", "reservations", "wallet"))
"""Modules, by their last name, all of whose methods need a wallet."""


BYTOM2 = f"{__name__}.bytom2"
"""Where the methods of Bytom 2 are that are not those of 1.x."""
SHARED = tuple(
    f"{__name__}.{name}" for name in ("node.access_tokens", "node.bans", "node.life", "node.log_levels")
)
"""Modules with methods that both have."""


@functools.cache
def load_methods(*, with_wallet: bool = True, kind: ChainKind = ChainKind.BYTOM1) -> Mapping[str, Method]:
    """Every method of a kind of chain by its name, in order of names; imports all modules that have any.

    A node without wallet leaves out those that have nothing for it, and starts sooner.
    """
    for name in _modules(kind):
        if with_wallet or name.rpartition(".")[2] not in WALLET_ONLY:
            importlib.import_module(name)
    return dict(sorted(METHODS[kind].items()))


def _modules(kind: ChainKind) -> Iterator[str]:
    if kind is ChainKind.BYTOM2:
        package = importlib.import_module(BYTOM2)
        yield from (module.name for module in pkgutil.iter_modules(package.__path__, f"{BYTOM2}."))
        yield from SHARED
        return
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.name.startswith(BYTOM2):
            yield module.name
