"""The parts of the wallet that actions work with, and what unlocks an unspent output.

Source: wallet-and-keys reference, section 4.7; ``UtxoToInputs`` in ``account/builder.go``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.vm.programs.address import decode_address
from pybytomd.wallet.accounts.derivation import multisig_script, public_keys
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.forms import AnyUtxo, Network
from pybytomd.wallet.spend.coin_selection import UtxoKeeper
from pybytomd.wallet.spend.ledgers.bytom1 import BYTOM1
from pybytomd.wallet.spend.ledgers.forms import SpendingForms
from pybytomd.wallet.spend.witness import (
    ProgramSignatures,
    WitnessComponent,
    account_components,
    key_paths,
)

NONCE_SIZE = 8


def _new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_SIZE)


@dataclass(frozen=True, slots=True)
class Materials:
    """The parts of a wallet that transactions are made from. ``nonce`` makes each issuance a different one.

    ``forms`` are those of the ledger.
    """

    accounts: AccountManager
    assets: AssetRegistry
    keeper: UtxoKeeper
    params: Network
    nonce: Callable[[], bytes] = _new_nonce
    forms: SpendingForms = BYTOM1


def spend_components(signer: Signer | None, utxo: AnyUtxo, params: Network) -> tuple[WitnessComponent, ...]:
    """What unlocks an output of an account; nothing without a signer, for an output of a contract.

    Raises UnknownDerivation, NotOnCurve, BadProgramValue, and DecodeError for an address of another network.
    """
    if signer is None:
        return ()
    path = signer.account_path(utxo.change, utxo.control_program_index)
    if not utxo.address:
        return (ProgramSignatures(signer.quorum, key_paths(signer.xpubs, path)),)
    address = decode_address(utxo.address, params.address_prefix)
    if address.is_key_hash:
        unlock = public_keys(signer, utxo.change, utxo.control_program_index)[0]
    else:
        unlock = multisig_script(signer, utxo.change, utxo.control_program_index)
    return account_components(signer.xpubs, path, signer.quorum, unlock)
