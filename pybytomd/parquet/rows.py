"""The rows of a block for each table: values in the order of the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.pow.compact import work
from pybytomd.vm.programs.address import address_of_program

Value = int | str | bool | None
Row = tuple[Value, ...]
MILLISECONDS = 1000


class BlockRows(NamedTuple):
    """The rows of a block, by table."""

    blocks: list[Row]
    transactions: list[Row]
    inputs: list[Row]
    outputs: list[Row]


def rows_of(judged: JudgedBlock, prefix: str) -> BlockRows:
    """All rows of a block. ``prefix`` is that of the network's addresses."""
    block, header = judged.block, judged.block.header
    time = header.timestamp * MILLISECONDS
    transactions: list[Row] = []
    inputs: list[Row] = []
    outputs: list[Row] = []
    fees = 0
    for position, (tx, failed) in enumerate(zip(block.transactions, judged.status.fails, strict=True)):
        fee = 0 if position == 0 else tx.fee
        fees += fee
        place = (header.height, position)
        transactions.append(_transaction(tx, place, time, fee, failed))
        inputs += _inputs(tx, place, time, failed, prefix)
        outputs += _outputs(tx, place, time, failed, prefix)
    return BlockRows([_block(judged, time, fees)], transactions, inputs, outputs)


def _block(judged: JudgedBlock, time: int, fees: int) -> Row:
    block, header = judged.block, judged.block.header
    return (
        header.height,
        header.hash.hex(),
        header.previous_block_hash.hex(),
        time,
        header.version,
        header.nonce,
        header.bits,
        str(work(header.bits)),
        header.transactions_merkle_root.hex(),
        header.transaction_status_hash.hex(),
        len(block.transactions),
        len(block.to_bytes()),
        fees,
        block.transactions[0].btm_paid if block.transactions else 0,
    )


def _transaction(tx: Transaction, place: tuple[int, int], time: int, fee: int, failed: bool) -> Row:
    return (
        *place,
        tx.id.hex(),
        time,
        tx.version,
        tx.time_range,
        tx.serialized_size,
        fee,
        failed,
        place[1] == 0,
        len(tx.inputs),
        len(tx.outputs),
        tx.mux_id.hex(),
    )


def _inputs(tx: Transaction, place: tuple[int, int], time: int, failed: bool, prefix: str) -> Iterator[Row]:
    tx_id = tx.id.hex()
    for position, one in enumerate(tx.inputs):
        kind = ""
        asset_id: bytes | None = None
        amount: int | None = None
        spent = program = address = issuance = definition = arbitrary = None
        if isinstance(one, SpendInput):
            kind, asset_id, amount = "spend", one.asset_id, one.amount
            spent = (tx.ids.prevout_ids[position] or ZERO_HASH).hex()
            program = one.control_program.hex()
            address = address_of_program(one.control_program, prefix) or None
        elif isinstance(one, IssuanceInput):
            kind, asset_id, amount = "issue", one.asset_id, one.amount
            issuance, definition = one.issuance_program.hex(), one.asset_definition.hex()
        elif isinstance(one, CoinbaseInput):
            kind, arbitrary = "coinbase", one.arbitrary.hex()
        is_effective = not failed or asset_id == BTM_ASSET_ID
        asset = None if asset_id is None else asset_id.hex()
        yield (
            *place, position, tx_id, time, kind, asset, amount, spent, program, address, issuance, definition,
            arbitrary, is_effective,
        )  # fmt: skip


def _outputs(tx: Transaction, place: tuple[int, int], time: int, failed: bool, prefix: str) -> Iterator[Row]:
    tx_id = tx.id.hex()
    for position, (output, output_id) in enumerate(zip(tx.outputs, tx.result_ids, strict=True)):
        program = output.control_program
        asset_id = output.asset_id or ZERO_HASH
        yield (
            *place,
            position,
            tx_id,
            time,
            output_id.hex(),
            "retire" if is_retirement(program) else "control",
            asset_id.hex(),
            output.amount,
            program.hex(),
            address_of_program(program, prefix) or None,
            not failed or asset_id == BTM_ASSET_ID,
        )
