"""Facts of stored headers: the short way and the decoder must agree on everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.errors import DecodeError
from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema
from pybytomd.store.header_facts import HeaderFactsReader

numbers = st.integers(min_value=0, max_value=(1 << 63) - 1)
hashes = st.binary(min_size=32, max_size=32)
times = numbers | st.integers(min_value=1 << 28, max_value=(1 << 35) - 1)
headers = st.builds(
    BlockHeader,
    version=st.integers(min_value=0, max_value=300),
    height=numbers,
    previous_block_hash=hashes,
    timestamp=times,
    transactions_merkle_root=hashes,
    transaction_status_hash=hashes,
    nonce=numbers,
    bits=numbers,
)


@given(st.lists(headers, max_size=5))
def test_facts_are_those_of_the_header(several: list[BlockHeader]) -> None:
    reader = HeaderFactsReader()
    for header in several:
        facts = reader.read(schema.header_key(header.height, header.hash), header.to_hex().encode())
        assert facts == (header.hash, header.height, header.previous_block_hash, header.timestamp, header.bits)


@given(headers, st.data())
def test_damage_is_read_as_the_decoder_reads_it(header: BlockHeader, data: st.DataObject) -> None:
    text = bytearray(header.to_hex().encode())
    position = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    text[position : position + 1] = data.draw(st.sampled_from([b"", b"0", b"f", b"8", b"z", b"\xff", b"  "]))
    reader, key = HeaderFactsReader(), schema.header_key(header.height, header.hash)
    reader.read(key, header.to_hex().encode())
    try:
        expected = BlockHeader.from_hex(bytes(text))
    except DecodeError:
        with pytest.raises(DecodeError):
            reader.read(key, bytes(text))
    else:
        facts = reader.read(key, bytes(text))
        assert facts[2:] == (expected.previous_block_hash, expected.timestamp, expected.bits)


def test_numbers_longer_than_needed_and_bytes_left_over() -> None:
    header = BlockHeader(1, 5, b"\x01" * 32, 1_600_000_000, b"\x02" * 32, b"\x03" * 32, 7, 9)
    raw = header.to_bytes()
    key = schema.header_key(5, header.hash)
    for stored in (raw, raw[:-1] + b"\x89\x00", raw + b"\x01", raw + b"\xff"):
        facts = HeaderFactsReader().read(key, stored.hex().encode())
        assert facts == (header.hash, 5, b"\x01" * 32, 1_600_000_000, 9)


def test_key_of_a_wrong_length() -> None:
    with pytest.raises(ValueError, match="43 bytes"):
        HeaderFactsReader().read(b"BH:", b"")
