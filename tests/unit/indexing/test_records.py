"""Keys and values of index.db: what is written is read back, all else is told to be damaged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.indexing import keys
from pybytomd.indexing.errors import DamagedRow
from pybytomd.indexing.records import (
    AssetRow,
    BlockRow,
    Creation,
    Cursor,
    Definition,
    Holding,
    Partial,
    TransactionRow,
    Transfer,
    UnspentRow,
    pack,
    pack_changes,
    split_places,
    unpack_changes,
    unpack_one,
)
from pybytomd.ledger.constants import BTM_ASSET_ID

numbers = st.integers(0, 1 << 90)
heights = st.integers(0, (1 << 32) - 1)
positions = st.integers(0, keys.MAX_POSITION)
ids = st.binary(min_size=32, max_size=32)
program_keys = st.sampled_from(
    [
        b"",
        keys.program_key(b"\x00\x14" + b"a" * 20),
        keys.program_key(b"\x00\x20" + b"b" * 32),
        keys.program_key(b""),
    ]
)

ROWS: dict[type[Any], st.SearchStrategy[Any]] = {
    Cursor: st.builds(Cursor, heights, ids),
    Partial: st.builds(Partial, numbers, ids, numbers),
    BlockRow: st.builds(BlockRow, ids, *[numbers] * 11, program_keys),
    TransactionRow: st.builds(TransactionRow, ids, st.integers(0, 3), numbers, numbers),
    Holding: st.builds(Holding, st.integers(1, 1 << 90), numbers, numbers, numbers),
    UnspentRow: st.builds(UnspentRow, heights, positions, positions, st.booleans(), numbers, ids),
    AssetRow: st.builds(AssetRow, *[numbers] * 6),
    Definition: st.builds(
        Definition, heights, positions, numbers, st.binary(max_size=400), st.binary(max_size=400)
    ),
    Transfer: st.builds(Transfer, numbers, numbers, numbers),
}


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
def test_rows(kind: type[Any]) -> None:
    @given(ROWS[kind])
    def check(row: Any) -> None:
        data = row.to_bytes()
        assert kind.from_bytes(data) == row
        for cut in range(len(data)):
            with pytest.raises(DamagedRow):
                kind.from_bytes(data[:cut])
        with pytest.raises(DamagedRow):
            kind.from_bytes(data + b"\x01\x01\x01")

    check()


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
@given(data=st.binary(max_size=80))
def test_any_bytes(kind: type[Any], data: bytes) -> None:
    try:
        kind.from_bytes(data)
    except DamagedRow as error:
        assert "index.db" in str(error)


@given(st.lists(st.builds(Creation, heights, positions, positions, st.booleans()), min_size=1, max_size=3))
def test_creations(found: list[Creation]) -> None:
    data = b"".join(one.to_bytes() for one in found)
    assert Creation.all_from_bytes(data) == found
    assert split_places(b"".join(keys.place(*one[:2]) for one in found)) == [one[:2] for one in found]
    for wrong in (data[:-1], b""):
        with pytest.raises(DamagedRow):
            Creation.all_from_bytes(wrong)
    with pytest.raises(DamagedRow):
        split_places(b"\x00")


@given(st.dictionaries(st.sampled_from([keys.BTM_KEY, keys.asset_key(b"\x01" * 32)]), st.tuples(numbers, numbers)))
def test_changes(moved: dict[bytes, tuple[int, int]]) -> None:
    data = pack_changes({asset: [*amounts, 7] for asset, amounts in moved.items()})
    assert {one.asset: (one.received, one.sent) for one in unpack_changes(data)} == moved
    if data:
        with pytest.raises(DamagedRow):
            unpack_changes(data[:-1])
        with pytest.raises(DamagedRow):
            unpack_changes(data + b"\x07")


def test_changes_that_are_cut_short_anywhere() -> None:
    data = pack_changes({keys.asset_key(b"\x01" * 32): [300, 0, 7]})
    for end in range(1, len(data)):
        with pytest.raises(DamagedRow):
            unpack_changes(data[:end])


@given(st.lists(numbers, min_size=1, max_size=5))
def test_numbers(found: list[int]) -> None:
    assert unpack_one(pack(found[0])) == found[0]
    with pytest.raises(DamagedRow):
        unpack_one(pack(*found, 1))
    with pytest.raises(DamagedRow):
        unpack_one(b"")
    for number in (-1, -256, -257):
        with pytest.raises(DamagedRow, match="more is taken away than there is"):
            pack(number)


@given(heights, positions, heights, positions)
def test_places_sort_as_they_follow(height: int, position: int, other: int, next_position: int) -> None:
    assert keys.parse_place(keys.place(height, position)) == (height, position)
    here, there = (height, position), (other, next_position)
    assert (keys.place(*here) < keys.place(*there)) == (here < there)


@given(st.lists(st.integers(0, keys.MAX_AMOUNT), min_size=2, max_size=6))
def test_the_largest_holders_sort_first(amounts: list[int]) -> None:
    program, asset = keys.program_key(b"\x51"), keys.asset_key(b"\x05" * 32)
    found = sorted(keys.holder_key(asset, amount, program) for amount in amounts)
    assert [keys.parse_holder_key(key, asset) for key in found] == [
        (amount, program) for amount in sorted(amounts, reverse=True)
    ]


@pytest.mark.parametrize(
    ("program", "is_digest"),
    [
        (b"\x00\x14" + b"a" * 20, False),
        (b"\x00\x20" + b"b" * 32, False),
        (b"\x51\x14" + b"a" * 20, True),  # any version shows the same address; it is another program
        (b"\x00\x14" + b"a" * 21, True),
        (b"\x00\x20" + b"b" * 31, True),
        (b"", True),
        (b"\x6a", True),
    ],
)
def test_programs(program: bytes, is_digest: bool) -> None:
    key = keys.program_key(program)
    assert keys.is_digest(key) is is_digest
    assert keys.program_key_at(b"x" + key + b"y", 1) == key
    if is_digest:
        with pytest.raises(DamagedRow):
            keys.usual_program(key)
    else:
        assert keys.usual_program(key) == program


def test_programs_and_assets_have_keys_of_their_own() -> None:
    programs = [b"\x00\x14" + b"a" * 20, b"\x00\x20" + b"a" * 32, b"\x51\x14" + b"a" * 20, b"", b"\x00"]
    found = [keys.program_key(program) for program in programs]
    assert not [(a, b) for a in found for b in found if a != b and b.startswith(a)]
    assert len(set(found)) == len(found)
    for asset_id in (BTM_ASSET_ID, bytes(32), b"\x01" * 32):
        key = keys.asset_key(asset_id)
        assert keys.asset_id_of(key) == asset_id
        assert keys.asset_key_at(key + b"more", 0) == key
    for wrong in (b"", b"\x02", b"\x01" + b"a" * 31):
        with pytest.raises(DamagedRow):
            keys.asset_key_at(wrong, 0)
        with pytest.raises(DamagedRow):
            keys.program_key_at(wrong, 0)


def test_tables_have_names_of_their_own() -> None:
    tags = {"BTM_KEY", "ASSET_TAG", "KEY_HASH_TAG", "SCRIPT_HASH_TAG", "DIGEST_TAG"}
    tables = {name: value for name, value in vars(keys).items() if isinstance(value, bytes) and len(value) == 1}
    found = [value for name, value in tables.items() if name not in tags]
    assert len(found) == len(set(found)) == 19
    assert not any(b"format".startswith(table) for table in found)
