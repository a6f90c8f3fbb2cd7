"""Transactions and blocks: bytes to fields and back, and the two decoders of headers and transactions agree."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction
from tests.property.transactions import blocks, damaged, headers, transactions, usual_transactions

raw_transactions = st.one_of(transactions, usual_transactions).map(lambda tx: tx.raw)


def without_doubled_suffixes(tx: Transaction) -> bool:
    return not any(getattr(part, "spend_commitment_suffix", b"") for part in tx.inputs) and not any(
        output.commitment_suffix for output in tx.outputs
    )


@given(transactions)
def test_transactions_come_back_as_they_were(tx: Transaction) -> None:
    again = Transaction.from_bytes(tx.raw)
    assert (again.version, again.time_range) == (tx.version, tx.time_range)
    assert again.raw == tx.raw
    if without_doubled_suffixes(tx):  # the reference writes these twice
        assert again.inputs == tx.inputs
        assert again.outputs == tx.outputs
        assert again.to_bytes() == tx.raw
        assert again.id == tx.id


@given(damaged(raw_transactions))
def test_a_damaged_transaction_is_decoded_or_refused(raw: bytes) -> None:
    try:
        tx = Transaction.from_bytes(raw)
    except DecodeError:
        return
    assert tx.raw == raw
    assert len(tx.id) == 32
    assert Transaction.from_bytes(tx.to_bytes()).id == tx.id


@given(usual_transactions, st.binary(max_size=5), st.binary(max_size=5))
def test_the_decoder_stops_behind_the_transaction(tx: Transaction, before: bytes, after: bytes) -> None:
    reader = Reader(before + tx.raw + after)
    reader.position = len(before)
    assert Transaction.read(reader).raw == tx.raw
    assert reader.position == len(before) + len(tx.raw)
    assert reader.minimal


@given(blocks)
def test_blocks_come_back_as_they_were(block: Block) -> None:
    again = Block.from_bytes(block.to_bytes())
    assert again.header == block.header
    assert [tx.raw for tx in again.transactions] == [tx.raw for tx in block.transactions]
    assert again.hash == block.hash
    if all(map(without_doubled_suffixes, block.transactions)):
        assert again == block


@given(headers)
def test_headers_come_back_as_they_were(header: BlockHeader) -> None:
    again = BlockHeader.from_hex(header.to_hex())
    assert again == header
    assert again.hash == header.hash
    assert again.to_bytes() == header.to_bytes()


@given(damaged(headers.map(BlockHeader.to_bytes)))
def test_a_damaged_header_is_decoded_or_refused(raw: bytes) -> None:
    try:
        header = BlockHeader.from_bytes(raw)
    except DecodeError:
        return
    assert len(header.hash) == 32
    assert BlockHeader.from_bytes(header.to_bytes()) == header


@given(damaged(blocks.map(Block.to_bytes)))
def test_a_damaged_block_is_decoded_or_refused(raw: bytes) -> None:
    try:
        block = Block.from_bytes(raw)
    except DecodeError:
        return
    assert len(block.hash) == 32
    block.to_bytes()


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    for decode in (Transaction.from_bytes, Block.from_bytes, BlockHeader.from_bytes):
        with suppress(DecodeError):
            decode(raw)


@given(st.text(max_size=80))
def test_any_text_is_decoded_or_refused(text: str) -> None:
    for decode in (Transaction.from_hex, Block.from_hex, BlockHeader.from_hex):
        with suppress(DecodeError):
            decode(text)
