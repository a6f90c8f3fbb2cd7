from __future__ import annotations

import json

import pytest

from pybytomd.codec.json import gojson
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.output_records import Utxo
from pybytomd.wallet.index import utxo_set
from pybytomd.wallet.index.utxo_set import BY_SIZE, UINT64, UtxoSet
from pybytomd.wallet.query.answer_cache import MAX_PIECE_BYTES, Fragments
from tests.unit.wallet.recorded import chosen, records

OWN_PROGRAM, CONTRACT_PROGRAM = b"\x00\x14" + bytes(20), b"\x52\x93"


def utxo(number: int, account: str = "a", amount: int = 5, program: bytes = OWN_PROGRAM) -> Utxo:
    return Utxo(number.to_bytes(32, "big"), bytes(32), BTM_ASSET_ID, amount, 0, program, account)


def filled(*utxos: Utxo) -> UtxoSet:
    found = UtxoSet(MemoryStore())
    found.write({u.key: u.to_json() for u in utxos}, utxos, [])
    return found


def test_recorded_records_read_and_write_the_same() -> None:
    recorded = chosen(records("leveldb_dump"), (b"ACU:", b"SCU:"))
    assert len(recorded) == 304
    for key, data in recorded.items():
        parsed = Utxo.from_json(data)
        assert parsed.to_json() == data
        assert parsed.key == key


def test_a_record_in_another_order_and_case_is_read() -> None:
    data = next(iter(chosen(records("leveldb_dump"), (b"ACU:",)).values()))
    mixed = {name.lower(): value for name, value in reversed(json.loads(data).items())}
    assert Utxo.from_json(json.dumps(mixed).encode()) == Utxo.from_json(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [("Amount", -1), ("Amount", 1 << 64), ("Amount", "1"), ("Amount", 1.5), ("OutputID", "0g"), ("OutputID", 1),
     ("ControlProgram", "!"), ("Change", 1), ("AccountID", 5)],
)  # fmt: skip
def test_a_damaged_record_is_refused(field: str, value: object) -> None:
    data = json.loads(next(iter(chosen(records("leveldb_dump"), (b"ACU:",)).values())))
    with pytest.raises(DecodeError):
        Utxo.from_json(json.dumps({**data, field: value}).encode())


@pytest.mark.parametrize("text", ["", "a", '"', "\\", "<b>&", "\u2028\u2029", "\b\f\n\x00\x7f", "\xe9\U0001f600"])
@pytest.mark.parametrize("change", [False, True])
def test_a_record_is_the_json_of_its_fields(text: str, change: bool) -> None:
    record = utxo(1, text, UINT64)._replace(address=text, control_program_index=7, valid_height=9, change=change)
    fields = json.loads(record.to_json())
    assert gojson.dumps(fields) == record.to_json()
    assert fields["AccountID"] == fields["Address"] == text
    assert Utxo.from_json(record.to_json()) == record


def test_an_empty_program_is_null() -> None:
    assert b'"ControlProgram":null' in utxo(1, program=b"").to_json()
    assert Utxo.from_json(utxo(1, program=b"").to_json()).control_program == b""


def test_pages_go_from_the_highest_id_down() -> None:
    found = filled(*(utxo(n, "ab"[n % 2]) for n in range(10)))
    numbers = [[int.from_bytes(i, "big") for i in page] for page in (
        found.page(0, 3), found.page(8, 99), found.page(1, 3, "a"), found.page(0, 99, "none"), found.page(5, 5),
    )]  # fmt: skip
    assert numbers == [[9, 8, 7], [1, 0], [6, 4], [], []]


@pytest.mark.parametrize(
    ("prefix", "count"),
    [("", 4), ("0", 3), ("00", 3), ("f", 1), ("00" * 31, 2), ("00" * 31 + "0", 1), ("00" * 31 + "ff", 1),
     ("F", 0), ("zz", 0), ("00" * 33, 0), ("\U0001f600", 0)],
)  # fmt: skip
def test_ids_are_found_by_their_beginning(prefix: str, count: int) -> None:
    found = filled(utxo(1), utxo(255), utxo(1 << 100), utxo(255 << 248))
    assert found.count("", prefix) == len(found.page(0, 99, "", prefix)) == count


def test_contracts_are_apart_and_of_no_account() -> None:
    found = filled(utxo(1), utxo(2, "", program=CONTRACT_PROGRAM))
    assert len(found.page(0, 9)) == len(found.page(0, 9, contracts=True)) == 1
    assert found.page(0, 9, "a", contracts=True) == []
    assert found.balances() == [("a", BTM_ASSET_ID, 5)]
    contract = found.get((2).to_bytes(32, "big"))
    assert contract is not None
    assert contract.is_contract
    assert found.is_kept(contract)
    assert not found.is_own(contract.output_id)


def test_the_order_by_amount_is_rid_of_what_was_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    found = filled(*map(utxo, range(8)))
    asked: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(MemoryStore, "compact", lambda _, start, stop: asked.append((start, stop)))
    monkeypatch.setattr(utxo_set, "REMOVED_TO_COMPACT", 3)
    for number in range(8):
        found.write({utxo(number).key: None}, [], [utxo(number)])
        found.compact()
    assert asked == 2 * [(BY_SIZE, BY_SIZE + b"\xff" * 64)]


def test_removed_outputs_leave_every_index() -> None:
    first, second = utxo(1), utxo(2, "b", program=CONTRACT_PROGRAM)
    found = filled(first, second)
    found.write({first.key: None, second.key: None}, [], [first, second])
    assert found.balances() == []
    assert found.page(0, 9) == found.page(0, 9, contracts=True) == []
    assert list(found.coins("a", BTM_ASSET_ID)) == []
    found.write({}, [], [first])  # nobody keeps it: nothing happens


def test_an_output_written_again_counts_once() -> None:
    found = filled(utxo(1, amount=5))
    before = found.coin(utxo(1).output_id)
    found.write({utxo(1).key: utxo(1, amount=7).to_json()}, [utxo(1, amount=7)], [])
    assert found.balances() == [("a", BTM_ASSET_ID, 7)]
    assert found.coin(utxo(1).output_id) is not before


def test_an_output_written_again_takes_over_what_changed() -> None:
    found = filled(utxo(1), utxo(2))
    mature, moved = utxo(1)._replace(valid_height=9), utxo(2, "b")
    found.write({u.key: u.to_json() for u in (mature, moved)}, [mature, moved], [])
    coins = [found.coin(u.output_id) for u in (mature, moved)]
    assert [coin and (coin.account_id, coin.valid_height) for coin in coins] == [("a", 9), ("b", 0)]
    assert [len(found.page(0, 9, account)) for account in ("", "a", "b")] == [2, 1, 1]
    assert [coin.output_id for coin in found.coins("a", BTM_ASSET_ID)] == [mature.output_id]
    assert found.balances() == [("a", BTM_ASSET_ID, 5), ("b", BTM_ASSET_ID, 5)]


def test_sums_wrap_around_as_in_the_reference() -> None:
    assert filled(utxo(1, amount=UINT64), utxo(2, amount=3)).balances() == [("a", BTM_ASSET_ID, 2)]


def test_fragments_forget_the_least_recently_used() -> None:
    kept: Fragments[int] = Fragments(limit=10)
    kept.put("a", 1, b"1234")
    kept.put("b", 2, b"5678")
    assert kept.get("a") == (1, b"1234")
    kept.put("c", 3, b"9012")
    assert kept.get("b") is None
    kept.put("a", 4, b"12")
    assert kept.get("a") == (4, b"12")
    assert kept.get("c") == (3, b"9012")
    kept.put("d", 5, bytes(MAX_PIECE_BYTES + 1))
    assert kept.get("d") is None
