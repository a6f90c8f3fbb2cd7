"""Transactions and blocks: bytes to fields and back, and the two decoders of headers and transactions agree."""

from __future__ import annotations

from contextlib import suppress
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger import block as block_module
from pybytomd.ledger import transaction
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.usual import read_usual, read_usual_header
from tests.property.transactions import blocks, damaged, headers, transactions, usual_transactions

raw_transactions = st.one_of(transactions, usual_transactions).map(lambda tx: tx.raw)


def header_carefully(raw: bytes) -> BlockHeader:
    """Decode without the short cut for headers of the usual form."""
    with patch.object(block_module, "read_usual_header", return_value=None):
        return BlockHeader.from_bytes(raw)


def carefully(raw: bytes) -> Transaction:
    """Decode without the short cut for transactions of the usual form."""
    with patch.object(transaction, "read_usual", return_value=None):
        return Transaction.from_bytes(raw)


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


@given(usual_transactions)
def test_the_short_cut_takes_what_it_is_for(tx: Transaction) -> None:
    parts = (*tx.inputs, *tx.outputs)
    short = all(len(getattr(part, "control_program", b"")) < 22 for part in parts)
    found = read_usual(tx.raw, 0)
    assert found is not None or not short
    if found is not None:
        assert found == (tx.version, tx.time_range, tx.inputs, tx.outputs, len(tx.raw))


@given(st.one_of(raw_transactions, damaged(raw_transactions)))
def test_both_decoders_say_the_same(raw: bytes) -> None:
    try:
        expected = carefully(raw)
    except DecodeError as error:
        with pytest.raises(DecodeError) as raised:
            Transaction.from_bytes(raw)
        assert str(raised.value) == str(error)
        return
    decoded = Transaction.from_bytes(raw)
    assert decoded.inputs == expected.inputs
    assert decoded.outputs == expected.outputs
    assert (decoded.version, decoded.time_range) == (expected.version, expected.time_range)
    assert decoded.to_bytes() == expected.to_bytes()
    assert decoded.ids.transaction_id == expected.ids.transaction_id


@given(usual_transactions, st.binary(max_size=5), st.binary(max_size=5))
def test_both_decoders_stop_at_the_same_place(tx: Transaction, before: bytes, after: bytes) -> None:
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


@given(st.one_of(headers.map(BlockHeader.to_bytes), damaged(headers.map(BlockHeader.to_bytes))))
def test_both_decoders_of_headers_say_the_same(raw: bytes) -> None:
    try:
        expected = header_carefully(raw)
    except DecodeError as error:
        with pytest.raises(DecodeError) as raised:
            BlockHeader.from_bytes(raw)
        assert str(raised.value) == str(error)
        return
    assert BlockHeader.from_bytes(raw) == expected


@given(headers)
def test_the_short_cut_for_headers_takes_what_it_is_for(header: BlockHeader) -> None:
    raw = header.to_bytes()
    found = read_usual_header(raw, 1)
    assert (found is not None) == (header.version == 1)
    if found is not None:
        assert (BlockHeader(*found[:-1]), found[-1]) == (header, len(raw))


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
