"""The primitives of blocks and transactions, and addresses: round trips, and decoders against their contract."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec import bech32
from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.records.core_records import ChainState, decode_utxo, encode_utxo
from pybytomd.vm.programs.address import Address, address_of_program, decode_address


@given(st.integers(0, (1 << 64) - 1))
def test_numbers(number: int) -> None:
    reader = Reader(writer.uvarint(number))
    assert reader.uint64() == number
    assert reader.minimal
    assert reader.remaining == 0


@given(st.integers(0, (1 << 64) - 1))
def test_limits_of_numbers(number: int) -> None:
    encoded = writer.uvarint(number)
    for bits, read, write in ((31, Reader.uint31, writer.uint31), (63, Reader.uint63, writer.uint63)):
        if number >> bits:
            with pytest.raises(DecodeError):
                read(Reader(encoded))
            with pytest.raises(DecodeError):
                write(number)
        else:
            assert read(Reader(encoded)) == number
            assert write(number) == encoded


@given(st.integers(0, (1 << 62) - 1), st.integers(1, 3))
def test_numbers_written_longer_are_noted(number: int, more: int) -> None:
    short = writer.uvarint(number)
    if len(short) + more > 10:
        return
    long = short[:-1] + bytes((short[-1] | 0x80,)) + b"\x80" * (more - 1) + b"\x00"
    reader = Reader(long)
    assert reader.uint64() == number
    assert not reader.minimal


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_strings(items: list[bytes]) -> None:
    assert Reader(writer.string_list(items)).string_list() == tuple(items)


@given(st.binary(max_size=60), st.binary(max_size=10))
def test_extensible_strings_keep_what_is_not_read(content: bytes, after: bytes) -> None:
    reader = Reader(writer.string(content) + after)
    outer = reader.enter()
    assert reader.remaining == len(content)
    first = reader.fixed(min(3, len(content)))
    assert first + reader.leave(outer) == content
    assert reader.fixed(len(after)) == after


@given(st.binary(max_size=30))
def test_nothing_is_read_past_the_end(data: bytes) -> None:
    for read in (
        Reader.byte,
        Reader.uint31,
        Reader.uint63,
        Reader.uint64,
        Reader.string,
        Reader.string_list,
        Reader.enter,
    ):
        reader = Reader(data)
        with suppress(DecodeError):
            read(reader)
            assert reader.position <= len(data)


@given(
    st.sampled_from(["bm", "tm", "sm"]),
    st.one_of(st.binary(min_size=20, max_size=20), st.binary(min_size=32, max_size=32)),
)
def test_addresses(prefix: str, data: bytes) -> None:
    address = Address(data, prefix)
    assert decode_address(str(address), prefix) == address
    assert address_of_program(address.control_program, prefix) == str(address)
    other = {"bm": "tm", "tm": "sm", "sm": "bm"}[prefix]
    with pytest.raises(DecodeError):
        decode_address(str(address), other)


@given(st.text(max_size=100))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for candidate in (text, "bm1" + text):
        with suppress(DecodeError):
            decode_address(candidate, "bm")
        with suppress(DecodeError):
            bech32.decode(candidate)


@given(st.lists(st.booleans(), max_size=50), st.integers(0, 1 << 40))
def test_statuses(fails: list[bool], version: int) -> None:
    status = TransactionStatus(tuple(fails), version)
    assert TransactionStatus.from_protobuf(status.to_protobuf()) == status


@given(st.booleans(), st.integers(0, (1 << 63) - 1), st.booleans())
def test_unspent_outputs(is_coinbase: bool, height: int, spent: bool) -> None:
    entry = UtxoEntry(is_coinbase, height, spent)
    assert decode_utxo(encode_utxo(entry)) == entry


@given(st.integers(0, 1 << 62), st.binary(min_size=32, max_size=32))
def test_the_best_block(height: int, block_hash: bytes) -> None:
    state = ChainState(height, block_hash)
    assert ChainState.from_json(state.to_json()) == state


@given(st.binary(max_size=60))
def test_any_record_is_decoded_or_refused(data: bytes) -> None:
    for decode in (TransactionStatus.from_protobuf, decode_utxo, ChainState.from_json):
        with suppress(DecodeError):
            decode(data)
