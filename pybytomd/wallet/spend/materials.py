"""The parts of the wallet that actions work with, and how an unspent output becomes an input.

Source: wallet-and-keys reference, section 4.7; ``UtxoToInputs`` in ``account/builder.go``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.networks.params import NetParams
from pybytomd.store.records.output_records import Utxo
from pybytomd.vm.programs.address import decode_address
from pybytomd.wallet.accounts.derivation import multisig_script, public_keys
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.spend.coin_selection import UtxoKeeper
from pybytomd.wallet.spend.witness import (
    ProgramSignatures,
    WitnessComponent,
    account_components,
    key_paths,
)

VM_VERSION = 1
NONCE_SIZE = 8


def _new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_SIZE)


@dataclass(frozen=True, slots=True)
class Materials:
    """The parts of a wallet that transactions are made from. ``nonce`` makes each issuance a different one."""

    accounts: AccountManager
    assets: AssetRegistry
    keeper: UtxoKeeper
    params: NetParams
    nonce: Callable[[], bytes] = _new_nonce


def spend_input(utxo: Utxo) -> SpendInput:
    """The input that spends an output, without arguments."""
    return SpendInput(
        utxo.source_id, utxo.asset_id, utxo.amount, utxo.source_position, VM_VERSION, utxo.control_program
    )


def spend_components(signer: Signer | None, utxo: Utxo, params: NetParams) -> tuple[WitnessComponent, ...]:
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
