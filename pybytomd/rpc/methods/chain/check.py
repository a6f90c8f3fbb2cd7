"""What would become of a transaction: a dry run of submit-transaction. Not in the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.errors import BytomError
from pybytomd.ledger.constants import NEU_PER_GAS
from pybytomd.ledger.transaction import Transaction
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import info_of
from pybytomd.rpc.methods.chain.transactions import TransactionRequest
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.body_limits import TRANSACTION_BODY
from pybytomd.rpc.schema.registry import method
from pybytomd.wallet.spend.errors import FeeTooHigh, NoGasInput, OrphanTransaction
from pybytomd.wallet.spend.ledgers.bytom1 import transaction_fee


@dataclass(frozen=True, slots=True)
class CheckedTransactionReply:
    """What submit-transaction would answer now, and what the transaction uses and pays.

    With ``is_accepted`` the pool would take it; else ``code`` and ``reason`` say why not, as an error would.
    ``status_fail`` means that it would be in a block all the same, pay its fee, and move nothing but BTM, for the
    reason in ``failure``. ``fee`` is what it pays and ``least_fee`` what its gas costs, in neu; ``gas_used`` is
    for running its programs and storing its ``size`` bytes. ``is_waiting`` says that it is in the pool already;
    ``missing_outputs`` are spent by it and known to nobody here, ``rivals`` wait and spend the same.
    """

    tx_id: bytes
    is_accepted: bool
    code: str
    reason: str
    status_fail: bool
    failure: str
    size: int
    gas_used: int
    fee: int
    least_fee: int
    is_waiting: bool
    missing_outputs: Sequence[bytes]
    rivals: Sequence[bytes]


def _check(api: Api, tx: Transaction) -> CheckedTransactionReply:
    trial = api.chain.try_transaction(tx)
    refusal = _refusal(api, tx) or trial.refusal or (OrphanTransaction() if trial.missing else None)
    gas_used = trial.gas.gas_used if trial.gas is not None and trial.gas.gas_valid else 0
    return CheckedTransactionReply(
        tx_id=tx.id,
        is_accepted=refusal is None,
        code="" if refusal is None else info_of(refusal).code,
        reason="" if refusal is None else str(refusal),
        status_fail=trial.failure is not None,
        failure="" if trial.failure is None else str(trial.failure),
        size=tx.serialized_size,
        gas_used=gas_used,
        fee=transaction_fee(tx),
        least_fee=gas_used * NEU_PER_GAS,
        is_waiting=trial.is_waiting,
        missing_outputs=trial.missing,
        rivals=trial.rivals,
    )


def _refusal(api: Api, tx: Transaction) -> BytomError | None:
    """Why submit-transaction does not even ask the pool."""
    if transaction_fee(tx) > api.max_transaction_fee:
        return FeeTooHigh()
    return None if tx.gas_input_ids else NoGasInput()


@method("check-transaction", role=Role.READ, in_reference=False, reads=True, body=TRANSACTION_BODY)
async def check_transaction(api: Api, request: TransactionRequest) -> CheckedTransactionReply:
    """Whether a signed transaction would be taken, what it would pay, and else why not. Nothing is handed in."""
    return await asyncio.to_thread(_check, api, request.transaction)
