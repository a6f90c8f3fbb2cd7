"""The parts of the wallet that methods work with, and the account a request means."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import WalletClosed
from pybytomd.rpc.schema.field_types import Text
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.wallet import Wallet


def wallet_of(api: ApiParts) -> Wallet:
    """The node's wallet. Raises WalletClosed."""
    if api.wallet is None:
        raise WalletClosed
    return api.wallet


def keys_of(api: ApiParts) -> PseudoHSM:
    """The node's keys. Raises WalletClosed."""
    return wallet_of(api).hsm


def builder_of(api: ApiParts) -> TransactionBuilder:
    """What builds transactions of the wallet. Raises WalletClosed."""
    if api.builder is None:
        raise WalletClosed
    return api.builder


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """An account by its alias, exactly as stored, or by its id."""

    account_id: Text = ""
    account_alias: Text = ""


def account_of(api: ApiParts, request: AccountRequest) -> Account:
    """The account a request means; the alias counts if both are given. Raises AccountNotFound, WalletClosed."""
    return wallet_of(api).accounts.find(request.account_id, request.account_alias)
