"""Which outputs of a block are ours, and whose.

Source: wallet-and-keys reference, section 6.5; ``account/utxo_keeper.go``, ``wallet/utxo.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pybytomd.wallet.accounts.account_records import ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.forms import AnyUtxo

Utxo = TypeVar("Utxo", bound=AnyUtxo)


def owned_by(utxo: Utxo, owner: ControlProgram) -> Utxo:
    """An output as one of the account that ``owner`` belongs to."""
    return utxo.owned_by(owner.account_id, owner.address, owner.key_index, owner.change)


def kept(utxos: Iterable[Utxo], accounts: AccountManager) -> list[Utxo]:
    """Those that wallet.db keeps: outputs of accounts, with their owners filled in, and all of contracts."""
    result = []
    for utxo in utxos:
        if utxo.is_contract:
            result.append(utxo)
            continue
        owner = accounts.local_program(utxo.control_program)
        if owner is not None:
            result.append(owned_by(utxo, owner))
    return result
