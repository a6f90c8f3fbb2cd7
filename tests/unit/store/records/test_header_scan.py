"""Many stored headers at once: cut up or decoded, what is found must be the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.errors import DecodeError
from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema
from pybytomd.store.records import header_scan as module
from pybytomd.store.records.header_scan import BATCH, header_batches

numbers = st.integers(min_value=0, max_value=(1 << 63) - 1)
hashes = st.binary(min_size=32, max_size=32)
usual_times = st.integers(min_value=1 << 28, max_value=(1 << 35) - 1)
headers = st.builds(
    BlockHeader,
    version=st.sampled_from([1, 1, 1, 1, 0, 2, 300]),
    height=st.integers(min_value=100, max_value=140) | numbers,
    previous_block_hash=hashes,
    timestamp=usual_times | numbers,
    transactions_merkle_root=hashes,
    transaction_status_hash=hashes,
    nonce=st.integers(min_value=0, max_value=300) | numbers,
    bits=st.sampled_from([2161727821137910632, 2305843009214532812]) | numbers,
)
Found = tuple[int, bytes, bytes, int, int]


def found_in(items: list[tuple[bytes, bytes]]) -> list[Found]:
    return [
        row
        for batch in header_batches(items)
        for row in zip(
            batch.heights,
            cut(batch.hashes),
            cut(batch.previous_block_hashes),
            batch.timestamps,
            batch.bits,
            strict=True,
        )
    ]


def cut(joined: bytes) -> list[bytes]:
    return [joined[start : start + 32] for start in range(0, len(joined), 32)]


def facts(header: BlockHeader) -> Found:
    return (header.height, header.hash, header.previous_block_hash, header.timestamp, header.bits)


def stored(several: list[BlockHeader]) -> list[tuple[bytes, bytes]]:
    return [(schema.header_key(h.height, h.hash), h.to_hex().encode()) for h in several]


@given(st.lists(headers, max_size=12), st.booleans())
def test_all_headers_are_found(several: list[BlockHeader], is_compiled: bool) -> None:
    several.sort(key=lambda header: header.height)
    with pytest.MonkeyPatch.context() as patch:
        if not is_compiled:
            patch.setattr(module, "columns", None)
        assert found_in(stored(several)) == [facts(header) for header in several]


@given(st.lists(headers, min_size=1, max_size=4), st.data())
def test_damage_is_what_the_decoder_says(several: list[BlockHeader], data: st.DataObject) -> None:
    several.sort(key=lambda header: header.height)
    items = stored(several)
    number = data.draw(st.integers(min_value=0, max_value=len(items) - 1))
    text = bytearray(items[number][1])
    position = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    text[position : position + 1] = data.draw(st.sampled_from([b"", b"0", b"f", b"8", b"z", b"\xff", b" ", b"00"]))
    items[number] = (items[number][0], bytes(text))
    try:
        expected = BlockHeader.from_hex(bytes(text))
    except DecodeError:
        with pytest.raises(DecodeError):
            found_in(items)
    else:
        row = found_in(items)[number]
        assert row[2:] == (expected.previous_block_hash, expected.timestamp, expected.bits)


@pytest.mark.skipif(module.columns is None, reason="there was no C compiler")
def test_usual_headers_are_not_decoded_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    several = [
        BlockHeader(
            1, height, b"\x01" * 32, 1_600_000_000 + height, b"\x02" * 32, b"\x03" * 32, 7**height, 9 << 56
        )
        for height in range(1, 22)
    ]
    monkeypatch.setattr(module, "_decoded", lambda chunk: pytest.fail(f"decoded {chunk}"))
    assert found_in(stored(several)) == [facts(header) for header in several]


def test_more_than_a_batch_and_across_a_longer_height() -> None:
    several = [
        BlockHeader(1, height, b"\x01" * 32, 1_600_000_000, b"\x02" * 32, b"\x03" * 32, height, 9 << 56)
        for height in range(16_384 - BATCH, 16_384 + BATCH + 3)
    ]
    items = stored(several)
    assert [len(batch) for batch in header_batches(items)] == [BATCH, BATCH, 3]
    assert found_in(items) == [facts(header) for header in several]
    assert list(header_batches([])) == []


def test_key_of_a_wrong_length() -> None:
    with pytest.raises(ValueError, match="43 bytes"):
        found_in([(b"BH:", b"")])
