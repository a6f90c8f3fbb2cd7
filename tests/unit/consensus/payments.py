"""Small signed transactions to judge."""

from __future__ import annotations

from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.builders import p2wpkh_program

PRIVATE_KEY = ed25519.private_key_from_seed(sha3_256(b"payer"))
PROGRAM = p2wpkh_program(ripemd160(PRIVATE_KEY[32:]))
AMOUNT, FEE = 10**9, 10**7


def spend_of(
    number: int, *, asset_id: bytes = BTM_ASSET_ID, program: bytes = PROGRAM, amount: int = AMOUNT
) -> SpendInput:
    """An unsigned input, another for each number."""
    return SpendInput(sha3_256(number.to_bytes(8, "little")), asset_id, amount, 0, 1, program)


def signed(tx: Transaction) -> Transaction:
    """With signatures for all inputs."""
    for position, tx_input in enumerate(tx.inputs):
        if isinstance(tx_input, SpendInput):
            signature = ed25519.sign(PRIVATE_KEY, tx.signature_hash(position))
            tx_input.arguments = (signature, PRIVATE_KEY[32:])
    return Transaction.from_bytes(Transaction(tx.version, tx.time_range, tx.inputs, tx.outputs).raw)


def payment(number: int, *, version: int = 1, time_range: int = 0) -> Transaction:
    """One input, one output, valid."""
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM),)
    return signed(Transaction(version, time_range, (spend_of(number),), outputs))
