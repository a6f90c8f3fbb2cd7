"""Finding accounts and addresses of the recorded wallet again, from its root keys and the chain alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.golang.gotime import format_moment, parse_moment
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError, StoreError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.account_records import ControlProgram
from pybytomd.wallet.errors import DuplicateXPub, NoXPubs
from pybytomd.wallet.recovery import RecoveryBusy
from pybytomd.wallet.recovery_state import Branch, RecoveryState
from pybytomd.wallet.wallet import Wallet
from tests.chain_builder import btm, make_block, mature_coins, spend
from tests.chain_builder import open_chain as open_empty_chain
from tests.unit.wallet.accounts.test_manager import M1
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


def test_a_block_after_the_start_ends_it_but_none_that_was_there() -> None:
    """Where we differ: blocks that are ahead of the clock, as generated ones are, are looked through, too."""
    chain = open_chain()
    wallet = open_wallet(MemoryStore(), chain, clock=ManualClock(chain.header_at(1).timestamp))
    wallet.recover(xpubs_of("alice"))
    wallet.catch_up()
    assert wallet.status().is_recovering
    wallet.recovery.examine(chain.params.genesis, chain.best_header.timestamp)
    assert wallet.status().is_recovering
    wallet.recovery.examine(chain.params.genesis, chain.best_header.timestamp + 1)
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


def addresses_of(wallet: Wallet, account_id: str) -> set[str]:
    return {program.address for program in wallet.accounts.addresses.of_account(account_id)}


def test_accounts_that_exist_do_not_stop_the_search() -> None:
    """The reference gives up at the first account found that is here. Ours looks for its addresses as well."""
    source = chosen(records("leveldb_dump"), (b"Account:", b"AccountAlias:", b"AccountIndex:"))
    wallet = open_wallet(memory(source), open_chain())
    wallet.catch_up()
    assert wallet.utxos.balances() == []
    alice = wallet.accounts.find(alias="alice")
    wallet.recover(alice.xpubs)
    wallet.catch_up()
    assert wallet.status().is_recovering
    assert wallet.status().failure == ""
    assert {account.alias for account in wallet.accounts.list()} == set(accounts())
    assert balances_of(alice.id, wallet) == recorded_balances("alice")
    assert addresses_of(wallet, alice.id)


def test_one_of_several_accounts_of_a_key_is_here_already() -> None:
    """Of two that were paid, the first is here under another alias and the second one is found."""
    world = open_wallet(MemoryStore(), chain := open_empty_chain())
    first, second = (world.accounts.create([M1], 1, alias) for alias in ("one", "two"))
    programs = [world.accounts.create_address(account).program for account in (first, second)]
    (coin,) = mature_coins(chain)
    half = coin.amount // 2 - 10**7
    paid = spend([coin], [btm(half, program) for program in programs])
    tip = chain.block(chain.best_hash)
    chain.process_block(make_block(tip, [paid], fees=coin.amount - 2 * half), proof=True)
    wallet = open_wallet(MemoryStore(), chain, clock=ManualClock(tip.header.timestamp + 10**6))
    own = wallet.accounts.create([M1], 1, "mine")
    wallet.recover([M1])
    wallet.catch_up()
    (other,) = (account for account in wallet.accounts.list() if account.id != own.id)
    assert (own.signer.key_index, other.signer.key_index) == (1, 2)
    assert [balances_of(account.id, wallet)[BTM_ASSET_ID] for account in (own, other)] == [half, half]
    assert (wallet.status().accounts_found, wallet.status().addresses_found) == (1, 2)


def test_an_account_made_while_it_is_looked_for_counts() -> None:
    wallet = open_wallet(MemoryStore(), open_chain())
    wallet.catch_up()
    wallet.recover(xpubs_of("alice"))
    made = wallet.accounts.create(xpubs_of("alice"), 1, "meanwhile")
    wallet.catch_up()
    assert wallet.accounts.list() == [made]
    assert wallet.status().failure == ""
    assert balances_of(made.id, wallet) == recorded_balances("alice")


def test_a_taken_alias_does_not_stop_the_search() -> None:
    wallet = open_wallet(MemoryStore(), open_chain())
    wallet.catch_up()
    alias = f"{xpubs_of('alice')[0].raw[:6].hex()}:1"
    for taken in (alias, f"{alias}-2"):
        wallet.accounts.create(xpubs_of("bob"), 1, taken)
    wallet.recover(xpubs_of("alice"))
    wallet.catch_up()
    found = wallet.accounts.find(alias=f"{alias}-3")
    assert balances_of(found.id, wallet) == recorded_balances("alice")
    assert wallet.status().failure == ""


class FullOnce(MemoryStore):
    """Refuses one write of a key that begins with ``prefix``."""

    prefix = b"-"

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        if any(key.startswith(self.prefix) for key in changes):
            self.prefix = b"-"
            raise StoreError("the disk is full")
        super().write(changes)

    def put(self, key: bytes, value: bytes) -> None:
        self.write({key: value})


@pytest.mark.parametrize("prefix", [b"Account:", b"Contract:", schema.RECOVERY_STATUS])
def test_a_full_disk_ends_no_search(prefix: bytes) -> None:
    database = FullOnce()
    wallet = open_wallet(database, open_chain())
    wallet.catch_up()
    wallet.recover(xpubs_of("alice"))
    database.prefix = prefix
    with pytest.raises(StoreError):
        wallet.catch_up()
    wallet.catch_up()
    (found,) = wallet.accounts.list()
    assert balances_of(found.id, wallet) == recorded_balances("alice")
    assert wallet.status().is_recovering


def test_what_ends_a_search_early_is_told() -> None:
    wallet = open_wallet(MemoryStore(), open_chain())
    wallet.catch_up()
    wallet.recover(xpubs_of("alice"))
    state = wallet.recovery._state
    assert state is not None
    state.accounts.clear()
    wallet.catch_up()
    assert not wallet.status().is_recovering
    assert wallet.status().failure == "the search for accounts and addresses ended early: invalid account id"
    wallet.recover(xpubs_of("alice"))
    assert wallet.status().failure == ""


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
    assert format_moment(parse_moment("2026-11-23T17:19:26.497406502Z")) == "2026-11-23T17:19:26.497406502Z"
    assert format_moment(parse_moment("2026-11-23T18:19:26.5+01:00")) == "2026-11-23T17:19:26.5Z"
    assert format_moment(1_000_000_000) == "1970-01-01T00:00:01Z"


def test_recording_has_a_multi_signature_account() -> None:
    assert any(len(value["xpubs"]) == 3 for value in accounts().values())  # type: ignore[arg-type]
    assert load("chain")["best_height"] == 270
