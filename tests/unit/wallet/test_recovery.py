"""Finding accounts and addresses of the recorded wallet again, from its root keys and the chain alone."""

from __future__ import annotations

import json

import pytest

from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError
from pybytomd.store import schema
from pybytomd.store.memory_db import MemoryStore
from pybytomd.wallet.accounts.account_records import ControlProgram
from pybytomd.wallet.errors import DuplicateXPub, NoXPubs
from pybytomd.wallet.recovery import RecoveryBusy
from pybytomd.wallet.recovery_state import Branch, RecoveryState, format_time, parse_time
from pybytomd.wallet.wallet import Wallet
from tests.unit.wallet.recorded import RECORDED_AT, chosen, load, memory, open_chain, open_wallet, records


def accounts() -> dict[str, dict[str, object]]:
    """The recorded accounts by alias."""
    found = chosen(records("leveldb_dump"), (b"Account:",)).values()
    return {value["alias"]: value for value in map(json.loads, found)}


def xpubs_of(alias: str) -> list[XPub]:
    return [XPub.from_hex(text) for text in accounts()[alias]["xpubs"]]  # type: ignore[union-attr]


def balances_of(account_id: str, wallet: Wallet) -> dict[bytes, int]:
    return {asset_id: amount for _, asset_id, amount in wallet.utxos.balances(account_id)}


def recorded_balances(alias: str) -> dict[bytes, int]:
    wallet = open_wallet(memory(records("leveldb_dump")), open_chain())
    return balances_of(str(accounts()[alias]["id"]), wallet)


def test_an_account_and_its_addresses_are_found() -> None:
    database = MemoryStore()
    wallet = open_wallet(database, open_chain())
    wallet.catch_up()
    wallet.recover(xpubs_of("alice"))
    assert wallet.status().is_recovering
    assert wallet.status().is_rescanning
    wallet.catch_up()
    found = wallet.accounts.list()
    assert [account.signer.key_index for account in found] == [1]  # the second account was never paid
    assert found[0].alias == f"{xpubs_of('alice')[0].raw[:6].hex()}:1"
    assert balances_of(found[0].id, wallet) == recorded_balances("alice")
    status = wallet.status()
    assert status.accounts_found == len(found)
    assert status.addresses_found > 1
    # Every address up to the last one in use is there, with its counter.
    for change in (False, True):
        programs = [p for p in wallet.accounts.addresses.of_account(found[0].id) if p.change == change]
        assert [p.key_index for p in programs] == list(range(1, len(programs) + 1))
        assert wallet.accounts.addresses.count(found[0], change) == len(programs)


def test_several_keys_need_their_order_and_all_signatures() -> None:
    alias = next(name for name, value in accounts().items() if len(value["xpubs"]) > 1)  # type: ignore[arg-type]
    wallet = open_wallet(MemoryStore(), open_chain())
    wallet.catch_up()
    wallet.recover(xpubs_of(alias))  # a quorum of 2 of 3: not found, as in the reference
    wallet.catch_up()
    assert wallet.accounts.list() == []


def test_only_one_at_a_time_until_a_younger_block() -> None:
    clock = ManualClock(RECORDED_AT)
    wallet = open_wallet(MemoryStore(), open_chain(), clock=clock)
    wallet.recover(xpubs_of("alice"))
    wallet.catch_up()
    with pytest.raises(RecoveryBusy, match="another recovery in progress"):
        wallet.recover(xpubs_of("bob"))
    assert wallet.database.get(schema.RECOVERY_STATUS) is not None


def test_a_block_after_the_start_ends_it() -> None:
    clock = ManualClock(open_chain().header_at(200).timestamp)
    wallet = open_wallet(MemoryStore(), open_chain(), clock=clock)
    wallet.recover(xpubs_of("alice"))
    wallet.catch_up()
    assert not wallet.status().is_recovering
    assert wallet.database.get(schema.RECOVERY_STATUS) is None
    assert wallet.accounts.list()


def test_bad_keys_leave_nothing_behind() -> None:
    wallet = open_wallet(MemoryStore(), open_chain())
    with pytest.raises(NoXPubs):
        wallet.recover([])
    with pytest.raises(DuplicateXPub):
        wallet.recover(xpubs_of("alice") * 2)
    assert not wallet.recovery.is_active
    assert wallet.database.get(schema.RECOVERY_STATUS) is None
    wallet.recover(xpubs_of("alice"))
    wallet.catch_up()
    assert wallet.accounts.list()


def test_it_goes_on_after_a_restart() -> None:
    database = MemoryStore()
    first = open_wallet(database, open_chain())
    first.catch_up()
    first.recover(xpubs_of("alice"))
    for _ in range(100):
        first.step()
    half = first.cursor.work_height
    second = open_wallet(database, open_chain())
    assert second.cursor.work_height == half == 100
    assert second.status().is_recovering
    second.catch_up()
    assert balances_of(second.accounts.list()[0].id, second) == recorded_balances("alice")


def test_addresses_of_known_accounts_are_found() -> None:
    """What restore-wallet needs: the accounts are there, their addresses are not."""
    source = chosen(records("leveldb_dump"), (b"Account:", b"AccountAlias:"))
    database = memory(source)
    wallet = open_wallet(database, open_chain())
    wallet.catch_up()
    assert wallet.utxos.balances() == []
    wallet.find_addresses()
    wallet.catch_up()
    recorded = open_wallet(memory(records("leveldb_dump")), open_chain())
    assert wallet.utxos.balances() == recorded.utxos.balances()
    theirs = {ControlProgram.from_json(v) for v in chosen(records("leveldb_dump"), (b"Contract:",)).values()}
    ours = {ControlProgram.from_json(v) for v in chosen(dict(database.iterate()), (b"Contract:",)).values()}
    assert ours <= theirs


def test_accounts_that_exist_stop_the_search() -> None:
    """Quirk of the reference: the first account found exists already, so nothing more is found."""
    database = memory(records("leveldb_dump"))
    wallet = open_wallet(database, open_chain())
    wallet.recover(xpubs_of("alice"))
    wallet.catch_up()
    assert not wallet.status().is_recovering
    assert {account.alias for account in wallet.accounts.list()} == set(accounts())


def test_record_is_that_of_the_reference() -> None:
    account = next(iter(chosen(records("leveldb_dump"), (b"Account:",)).values())).decode()
    text = (
        '{"XPubs":null,"StartTime":"2026-11-23T17:19:26.497406502Z","XPubsStatus":null,"AccountsStatus":'
        '{"4B4O0503G0A02":{"ExternalBranch":{"RecoveryWindow":128,"Horizon":130,"NextUnfound":2},'
        '"InternalBranch":{"RecoveryWindow":128,"Horizon":132,"NextUnfound":4},"Account":' + account + "}}}"
    )
    state = RecoveryState.from_json(text.encode())
    assert state.to_json() == text.encode()
    found = text.replace('"XPubs":null', '"XPubs":["' + str(xpubs_of("alice")[0]) + '"]')
    found = found.replace('"XPubsStatus":null', '"XPubsStatus":{"RecoveryWindow":6,"Horizon":7,"NextUnfound":1}')
    assert RecoveryState.from_json(found.encode()).to_json() == found.encode()


@pytest.mark.parametrize("record", [b"{", b"[]", b'{"StartTime":"now"}', b'{"StartTime":"2026-02-30T00:00:00Z"}'])
def test_damaged_record_is_dropped(record: bytes) -> None:
    with pytest.raises(DecodeError):
        RecoveryState.from_json(record)
    database = memory({schema.RECOVERY_STATUS: record})
    wallet = open_wallet(database, open_chain())
    assert not wallet.recovery.is_active
    assert database.get(schema.RECOVERY_STATUS) is None


def test_branch_keeps_a_whole_window() -> None:
    branch = Branch(128)
    assert list(branch.extend()) == list(range(1, 129))
    assert list(branch.extend()) == []
    branch.found(3)
    assert list(branch.extend()) == [129, 130, 131]
    branch.found(1)
    assert branch == Branch(128, horizon=132, next_unfound=4)


def test_times() -> None:
    assert format_time(parse_time("2026-11-23T17:19:26.497406502Z")) == "2026-11-23T17:19:26.497406502Z"
    assert format_time(parse_time("2026-11-23T18:19:26.5+01:00")) == "2026-11-23T17:19:26.5Z"
    assert format_time(1_000_000_000) == "1970-01-01T00:00:01Z"


def test_recording_has_a_multi_signature_account() -> None:
    assert any(len(value["xpubs"]) == 3 for value in accounts().values())  # type: ignore[arg-type]
    assert load("chain")["best_height"] == 270
