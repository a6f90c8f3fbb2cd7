"""The methods of the API, one family a file. Every module below is found by itself.

``wallet``: keys, accounts, assets, contracts, what the wallet's index tells, building, signing, backup. ``chain``:
blocks, transactions, mining, tracing, the index of every address. ``programs``: the compiler, programs and
addresses. ``node``: its status, peers, access tokens and feeds. ``bytom2``: those that are others on that chain.
They share ``wallet_access`` (the wallet or the reason why there is none), ``paging``, and what is the same of
methods of both chains: ``block_questions``, ``followers``, ``node_report``, ``peering``, ``generating``,
``submitting``, ``token_requests``, ``signed_messages``, ``building`` and ``wallet_lists``.

A method is a request dataclass, a reply dataclass and a short function that asks other packages; what it decides
itself is only what a client meant. A new family is a new file, and belongs into ``WALLET_ONLY`` if none of it
works without a wallet. ``MethodTable`` is what a node has of all this; a family that stands in ``ON_DEMAND`` is
imported when one of its methods is first asked for.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.schema.registry import METHODS, Method

WALLET_ONLY = frozenset(
    ("accounts", "assets", "backup", "contracts", "holdings", "keys", "reservations", "wallet")
)
"""Modules, by their last name, all of whose methods need a wallet."""

ON_DEMAND: Mapping[str, str] = {
    "chain.blocks": "get-block get-block-count get-block-hash get-block-header get-difficulty get-hash-rate "
    "get-merkle-proof get-raw-block",
    "chain.check": "check-transaction",
    "chain.index": "get-address get-asset-summary get-chain-statistics get-indexed-output get-indexed-transaction "
    "list-address-outputs list-address-transactions list-asset-holders list-asset-transfers list-block-summaries "
    "list-indexed-assets search",
    "chain.mining": "generate get-work get-work-json is-mining set-mining set-mining-threads submit-block "
    "submit-work submit-work-json wait-work",
    "chain.trace": "create-contract-instance get-contract-instance list-contract-instances "
    "remove-contract-instance",
    "chain.transactions": "decode-raw-transaction gas-rate get-unconfirmed-transaction "
    "list-unconfirmed-transactions submit-transaction submit-transactions",
    "chain.watch": "list-watched-addresses unwatch-address watch-address",
    "node.bans": "ban list-bans unban",
    "node.feeds": "create-transaction-feed delete-transaction-feed get-transaction-feed list-transaction-feeds "
    "update-transaction-feed",
    "node.log_levels": "list-log-levels set-log-level",
    "node.log_records": "list-log-records",
    "node.network": "add-peer connect-peer disconnect-peer list-peers net-info",
    "node.settings_in_force": "list-settings",
    "node.status": "node-status",
    "node.webhooks": "create-webhook delete-webhook list-webhooks test-webhook",
    "programs.compile": "compile",
    "programs.programs": "decode-program verify-message",
    "wallet.accounts": "create-account create-account-receiver delete-account get-coinbase-arbitrary "
    "get-mining-address list-accounts list-addresses list-pubkeys set-coinbase-arbitrary set-mining-address "
    "update-account-alias validate-address",
    "wallet.assets": "create-asset get-asset list-assets update-asset-alias",
    "wallet.backup": "backup-wallet restore-wallet",
    "wallet.build": "build-chain-transactions build-transaction estimate-chain-transaction-gas "
    "estimate-transaction-gas sign-transaction sign-transactions",
    "wallet.holdings": "list-holdings",
    "wallet.contracts": "create-contract get-contract list-contracts update-contract-alias",
    "wallet.keys": "check-key-password create-key delete-key list-keys reset-key-password sign-message "
    "update-key-alias",
    "wallet.reservations": "list-reservations release-reservation",
    "wallet.wallet": "get-transaction list-balances list-transactions list-unspent-outputs recovery-wallet "
    "rescan-wallet wallet-info",
}
"""All methods of a module, for those that are imported when one of them is first asked for. Imported at once, they
would take 4 MB and a tenth of the start of every node, and most nodes are asked for few of them.
"""
_MODULES = {name: f"{__name__}.{module}" for module, names in ON_DEMAND.items() for name in names.split()}

BYTOM2 = f"{__name__}.bytom2"
"""Where the methods of Bytom 2 are that are not those of 1.x."""
FOLLOWERS = f"{__name__}.followers"
SHARED = tuple(
    f"{__name__}.{name}"
    for name in (
        "chain.index",
        "chain.watch",
        "node.access_tokens",
        "node.bans",
        "node.life",
        "node.log_levels",
        "node.log_records",
        "node.settings_in_force",
        "node.webhooks",
        "wallet.accounts",
        "wallet.assets",
        "wallet.backup",
        "wallet.contracts",
        "wallet.holdings",
        "wallet.keys",
        "wallet.reservations",
        "wallet.wallet",
    )
)
"""Modules with methods that both have."""


class MethodTable(Mapping[str, Method]):
    """The methods of a node by their paths. To go through them imports them all."""

    def __init__(self, *, with_wallet: bool = True, kind: ChainKind = ChainKind.BYTOM1) -> None:
        self._with_wallet = with_wallet
        self._kind = kind
        modules = set(_modules(kind, with_wallet=with_wallet))
        self._later = {name: module for name, module in _MODULES.items() if module in modules}
        for module in modules.difference(self._later.values()):
            importlib.import_module(module)

    def __getitem__(self, path: str) -> Method:
        name = path[1:]
        if name in self._later:
            importlib.import_module(self._later[name])
        found = METHODS[self._kind][name]
        if found.path != path or (found.needs_wallet and not self._with_wallet):
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        methods = load_methods(with_wallet=self._with_wallet, kind=self._kind)
        return (one.path for one in methods.values() if one.path in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@functools.cache
def load_methods(*, with_wallet: bool = True, kind: ChainKind = ChainKind.BYTOM1) -> Mapping[str, Method]:
    """Every method of a kind of chain by its name, in order of names; imports all modules that have any.

    Without a wallet those are left out that have nothing but methods that need one.
    """
    for module in _modules(kind, with_wallet=with_wallet):
        importlib.import_module(module)
    return dict(sorted(METHODS[kind].items()))


def _modules(kind: ChainKind, *, with_wallet: bool) -> Iterator[str]:
    return (name for name in _all_modules(kind) if with_wallet or name.rpartition(".")[2] not in WALLET_ONLY)


def _all_modules(kind: ChainKind) -> Iterator[str]:
    if kind is ChainKind.BYTOM2:
        package = importlib.import_module(BYTOM2)
        yield from (module.name for module in pkgutil.walk_packages(package.__path__, f"{BYTOM2}."))
        yield from SHARED
        return
    for family in pkgutil.iter_modules(__path__, f"{__name__}."):
        if family.ispkg and family.name not in (BYTOM2, FOLLOWERS):
            package = importlib.import_module(family.name)
            yield from (module.name for module in pkgutil.iter_modules(package.__path__, f"{family.name}."))
