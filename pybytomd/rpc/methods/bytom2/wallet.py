"""The methods of the wallet of Bytom 2, and of contracts: they are known, and say that there is no wallet yet."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

NAMES = """
    create-account update-account-alias list-accounts delete-account create-account-receiver list-addresses
    validate-address list-pubkeys get-mining-address set-mining-address
    create-asset update-asset-alias get-asset list-assets
    create-key update-key-alias list-keys delete-key reset-key-password check-key-password sign-message
    build-transaction build-chain-transactions sign-transaction sign-transactions
    get-transaction list-transactions list-balances list-unspent-outputs list-account-votes
    backup-wallet restore-wallet rescan-wallet wallet-info recovery-wallet
    create-contract update-contract-alias get-contract list-contracts
    get-contract-instance create-contract-instance remove-contract-instance
    estimate-transaction-gas estimate-chain-transaction-gas
"""
"""Those of bytomd 2.0.7."""


class NoWalletYet(NotAvailable):
    """This program has a wallet for 1.x alone."""

    message = (
        "there is no wallet for Bytom 2 in this version: blocks, transactions and votes can be asked for, and "
        "signed transactions submitted"
    )


def _missing(name: str) -> Callable[[Bytom2Api], None]:
    def answer(api: Bytom2Api) -> None:  # noqa: ARG001 - every method is given the node's parts
        raise NoWalletYet

    answer.__name__ = name.replace("-", "_")
    answer.__doc__ = "Not there yet: the wallet of Bytom 2."
    return answer


for _name in NAMES.split():
    method(_name, role=Role.WALLET, needs_wallet=True, kinds=(ChainKind.BYTOM2,))(_missing(_name))
