"""The records of Bytom 2's core.db, as the reference writes them and damaged."""

from __future__ import annotations

import pytest

from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.bytom2.utxo import COINBASE, NORMAL, VOTE, UtxoEntry
from pybytomd.store.bytom2.records import (
    ChainState,
    checkpoint_from_json,
    checkpoint_to_json,
    decode_utxo,
    encode_utxo,
    hash_from_text,
    hashes_from_json,
    hashes_to_json,
)
from pybytomd.store.bytom2.schema import checkpoint_key, parse_checkpoint_key

HASH, PARENT = b"\xab" * 32, b"\x01" * 32
AB, ONE = HASH.hex(), PARENT.hex()


def test_chain_state() -> None:
    state = ChainState(7, HASH, 4, PARENT)
    text = f'{{"Height":7,"Hash":"{AB}","FinalizedHeight":4,"FinalizedHash":"{ONE}"}}'.encode()
    assert state.to_json() == text
    assert ChainState.from_json(text) == state


def test_checkpoints_have_sorted_tables() -> None:
    checkpoint = Checkpoint(8, HASH, PARENT, 9, Status.JUSTIFIED, {"52": 2, "51": 1}, {}, 0)
    text = (
        f'{{"Height":8,"Hash":"{AB}","ParentHash":"{ONE}","Timestamp":9,"Status":2,'
        '"Rewards":{"51":1,"52":2},"Votes":{}}'
    ).encode()
    assert checkpoint_to_json(checkpoint) == text
    assert checkpoint_from_json(text) == checkpoint


def test_tables_that_were_never_made_stay_none() -> None:
    checkpoint = Checkpoint(0, HASH, PARENT, 9, Status.JUSTIFIED, None, None, 0)
    text = checkpoint_to_json(checkpoint)
    assert text.endswith(b'"Rewards":null,"Votes":null}')
    assert checkpoint_from_json(text) == checkpoint


def test_votes_are_added_up() -> None:
    text = checkpoint_to_json(Checkpoint(8, HASH, PARENT, 9, Status.GROWING, {}, {"aa": 2**64 - 1, "bb": 3}, 2))
    assert checkpoint_from_json(text).total_votes == 2


GOOD = checkpoint_to_json(Checkpoint(8, HASH, PARENT, 9, Status.JUSTIFIED, {}, {"aa": 5}, 5))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"[" * 100_000,
        GOOD[:-1],
        GOOD.replace(b'"Status":2', b'"Status":4'),
        GOOD.replace(b'"Status":2', b'"Status":-1'),
        GOOD.replace(b'"Height":8', b'"Height":"8"'),
        GOOD.replace(b'"aa":5', b'"aa":18446744073709551616'),
        GOOD.replace(b'"aa":5', b'"aa":-5'),
        GOOD.replace(AB.encode(), b"ab"),
        GOOD.replace(AB.encode(), b"zz" * 32),
    ],
)
def test_damaged_checkpoints(text: bytes) -> None:
    with pytest.raises(DecodeError):
        checkpoint_from_json(text)


@pytest.mark.parametrize("text", [b"", b"{}", b'{"Height":1}', b"\xff"])
def test_damaged_chain_state(text: bytes) -> None:
    with pytest.raises(DecodeError):
        ChainState.from_json(text)


def test_hashes_of_a_height() -> None:
    assert hashes_to_json([HASH, PARENT]) == f'["{AB}","{ONE}"]'.encode()
    assert hashes_from_json(f'["{AB}","{ONE}","{AB}"]'.encode()) == (HASH, PARENT)
    for text in (b'["ab"]', b"[1]", b"{}"):
        with pytest.raises(DecodeError):
            hashes_from_json(text)
    assert hash_from_text(AB.encode()) == HASH
    with pytest.raises(DecodeError):
        hash_from_text(b"\xff" * 64)


@pytest.mark.parametrize(
    ("entry", "data"),
    [
        (UtxoEntry(NORMAL, 0, False), ""),
        (UtxoEntry(NORMAL, 28, False), "101c"),
        (UtxoEntry(COINBASE, 6, True), "080110061801"),
        (UtxoEntry(VOTE, 300, False), "080210ac02"),
    ],
)
def test_outputs(entry: UtxoEntry, data: str) -> None:
    assert encode_utxo(entry).hex() == data
    assert decode_utxo(bytes.fromhex(data)) == entry


@pytest.mark.parametrize("data", ["0803", "20", "2001", "08", "10ff"])
def test_damaged_outputs(data: str) -> None:
    with pytest.raises(DecodeError):
        decode_utxo(bytes.fromhex(data))


def test_checkpoint_keys_sort_by_height() -> None:
    key = checkpoint_key(300, HASH)
    assert parse_checkpoint_key(key) == (300, HASH)
    assert checkpoint_key(2, HASH) < key
    with pytest.raises(ValueError, match="has 42 bytes, not 41"):
        parse_checkpoint_key(key[:-1])
