"""Accounts and addresses: rules, errors, and what is in the database afterwards."""

import pytest

from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError, NoMiningProgram, StoreError
from pybytomd.ledger.networks.params import MAINNET, SOLONET
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.errors import BadProgramValue
from pybytomd.wallet.accounts.manager import MAX_ACCOUNT_INDEX, AccountManager
from pybytomd.wallet.accounts.signers import BIP32, BIP44, signer_id
from pybytomd.wallet.errors import (
    AccountDerivationUnknown,
    AccountNotFound,
    ArbitraryTooLong,
    BadQuorum,
    DuplicateAccountAlias,
    DuplicateAccountIndex,
    DuplicateXPub,
    NoXPubs,
    TooManyAccounts,
)

M1 = XPub.from_hex(
    "2e195eb7cbfbe55d9097a08732ab328e62f8251ee0a5fc27d2e21e1cd8734cd8"
    "6ca7e88098724c6ac0d2990965296a63d0bb17350563e023a04cf30bea7a306e"
)
M2 = XPub.from_hex(
    "67ca8dd00ce21b4d93269f1b743c82cef3da87060d781bd1b3b569be9e502adf"
    "d1e2302de1e8cc45a2125e1a067f9752f0e88cb96c98325cc0a42e7d485099de"
)
FIRST_ADDRESS = "sm1qs0fur294cnr4uqn0zg4yqj4rguhk6dth77jv60"


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_795_454_096.370_000_1)


@pytest.fixture
def accounts(database: MemoryStore, clock: ManualClock) -> AccountManager:
    return AccountManager(database, SOLONET, clock)


def test_ids_are_those_of_the_reference(accounts: AccountManager) -> None:
    assert signer_id(1_795_454_390_566, 14) == "4B4O2RVJ00A0S"
    assert accounts.create([M1], 1, "a").id == signer_id(1_795_454_096_370, 1) == "4B4NUCAP00A02"
    assert accounts.create([M1], 1, "b").id == signer_id(1_795_454_096_370, 2)


def test_an_account_leaves_its_record_alias_and_index(accounts: AccountManager, database: MemoryStore) -> None:
    account = accounts.create([M1], 1, " Alice ")
    assert dict(database.iterate()) == {
        b"Account:4B4NUCAP00A02": (
            b'{"type":"account","xpubs":["' + str(M1).encode() + b'"],"quorum":1,"key_index":1,"derive_rule":1,'
            b'"id":"4B4NUCAP00A02","alias":"alice"}'
        ),
        b"AccountAlias:alice": b"4B4NUCAP00A02",
        b"AccountIndex:"
        + bytes.fromhex("fb2b82ae1922412afca39104d5627f50e6afda02905c58149fc08a30dcb0ff9e"): bytes([1, *bytes(7)]),
    }
    assert accounts.find(alias="alice") == accounts.find(account.id) == account


def test_the_index_counts_accounts_of_the_same_keys_in_any_order(
    accounts: AccountManager, database: MemoryStore
) -> None:
    made = [accounts.create(keys, 1, str(n)) for n, keys in enumerate(([M1, M2], [M2, M1], [M1]))]
    assert [account.signer.key_index for account in made] == [1, 2, 1]
    key = b"AccountIndex:" + bytes.fromhex("a9d94fedf7b8a4ed6269e85b849f22581a465e48af6b3bcf4ee4f91c1aadabec")
    assert database.get(key) == bytes([2, *bytes(7)])


@pytest.mark.parametrize(
    ("xpubs", "quorum", "error", "code"),
    [
        ([], 1, NoXPubs, "BTM202"),
        ([M1, M1], 1, DuplicateXPub, "BTM203"),
        ([M1], 0, BadQuorum, "BTM200"),
        ([M1], 2, BadQuorum, "BTM200"),
    ],
)
def test_keys_and_quorum_are_checked(
    accounts: AccountManager, database: MemoryStore, xpubs: list[XPub], quorum: int, error: type, code: str
) -> None:
    with pytest.raises(error) as raised:
        accounts.create(xpubs, quorum, "a")
    assert raised.value.code == code
    assert list(database.iterate()) == []


def test_an_alias_is_looked_for_as_given_but_stored_in_lower_case(accounts: AccountManager) -> None:
    first = accounts.create([M1], 1, "alice&")
    with pytest.raises(DuplicateAccountAlias):
        accounts.create([M1], 1, "alice&")
    second = accounts.create([M1], 1, " Alice&")
    assert (second.alias, accounts.find(alias="alice&")) == ("alice&", second)
    assert accounts.list() == [first, second]
    for alias in ("Alice&", " alice&"):
        with pytest.raises(AccountNotFound):
            accounts.find(alias=alias)


def test_an_alias_taken_over_stays_with_its_new_account(
    accounts: AccountManager, database: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    first = accounts.create([M1], 1, "Carol")
    assert caplog.records == []
    second = accounts.create([M1], 1, "CAROL")
    (record,) = caplog.records
    assert (record.__dict__["before"], record.__dict__["account"]) == (first.id, second.id)
    renamed = accounts.rename(first, "caroline")
    assert (accounts.find(alias="caroline"), accounts.find(alias="carol")) == (renamed, second)
    third = accounts.create([M1], 1, "CAROL ")
    accounts.delete(second)
    assert accounts.find(alias="carol") == third
    accounts.delete(third)
    assert database.get(b"AccountAlias:carol") is None


def test_an_empty_alias_can_be_had_once(accounts: AccountManager) -> None:
    accounts.create([M1], 1, "")
    with pytest.raises(DuplicateAccountAlias):
        accounts.create([M1], 1, "")


def test_ids_are_listed_by_prefix(accounts: AccountManager, clock: ManualClock) -> None:
    first = accounts.create([M1], 1, "a")
    clock.advance(100_000_000)
    second = accounts.create([M1], 1, "b")
    assert accounts.list(first.id[:5]) == [first]
    assert accounts.list("") == accounts.list() == [first, second]
    assert accounts.list("nobody") == []


def test_addresses_are_those_of_the_reference(accounts: AccountManager, database: MemoryStore) -> None:
    account = accounts.create([M1], 1, "a")
    made = [
        accounts.create_address(account),
        accounts.create_address(account),
        accounts.create_address(account, True),
    ]
    assert [program.address for program in made] == [
        FIRST_ADDRESS,
        "sm1qg04zac27ueqp2tedj8n8k7qh4mfsdned7w4qav",
        "sm1qeh5f222dzhxmdt4phs0ptuusq56un6nv5tccn2",
    ]
    assert database.get(schema.program_key(made[2].hash)) == (
        b'{"AccountID":"4B4NUCAP00A02","Address":"sm1qeh5f222dzhxmdt4phs0ptuusq56un6nv5tccn2","KeyIndex":1,'
        b'"ControlProgram":"ABTN6JUpTRXNtq6hvB4V85AFNcnqbA==","Change":true}'
    )
    assert database.get(b"ContractIndex4B4NUCAP00A02\x00") == bytes([2, *bytes(7)])
    assert database.get(b"ContractIndex4B4NUCAP00A02\x01") == bytes([1, *bytes(7)])
    assert accounts.local_program(made[0].program) == made[0]
    assert accounts.addresses.at(FIRST_ADDRESS) == made[0]
    assert accounts.local_program(b"\x51") is None
    assert [program.key_index for program in accounts.addresses.of_account(account.id)] == [1, 1, 2]


def test_accounts_of_bip32_have_one_counter(accounts: AccountManager, database: MemoryStore) -> None:
    account = accounts.create([M1], 1, "a", BIP32)
    assert accounts.create_address(account).address == "sm1q8t79kxkzs06f562gt5upa7avh8e68rnkp0zt6l"
    assert accounts.create_address(account, change=True).key_index == 2
    assert database.get(b"ContractIndex4B4NUCAP00A02") == bytes([2, *bytes(7)])


def test_several_keys_make_a_script_in_the_order_given(accounts: AccountManager) -> None:
    addresses = [
        accounts.create_address(accounts.create(keys, 2, str(n))).address
        for n, keys in enumerate(([M1, M2], [M2, M1]))
    ]
    assert addresses[0] == "sm1qz5cz8tf8zvqfgk9c5whajhj753fqzd0cwxj58cdahcq5eg94gfxq7rmrth"
    assert addresses[1] != "sm1qg6k526395tkmudnr09n9yvtcmgflvwsw40uhy83n6lu0zc639v5sflznfe"  # its index is 2


def test_a_negative_quorum_passes_until_a_script_is_made(accounts: AccountManager) -> None:
    assert accounts.create_address(accounts.create([M1], -1, "a")).address == FIRST_ADDRESS
    account = accounts.create([M1, M2], -1, "b")
    with pytest.raises(BadProgramValue, match="negative quorum: bad value"):
        accounts.create_address(account)


def test_a_listing_follows_what_is_made_and_saved(accounts: AccountManager) -> None:
    account = accounts.create([M1], 1, "a")
    assert accounts.addresses.of_account(account.id) == []
    accounts.create_address(account)
    later = [accounts.addresses.derive(account, index) for index in (9, 4)]
    accounts.addresses.save(account, later)
    assert accounts.addresses.count(account, change=False) == 9
    accounts.addresses.save(account, [accounts.addresses.derive(account, 2)])
    assert accounts.addresses.count(account, change=False) == 9
    accounts.addresses.create_up_to(account, change=True, last=3)
    accounts.addresses.create_up_to(account, change=True, last=2)
    listed = accounts.addresses.of_account(account.id)
    assert sorted((program.change, program.key_index) for program in listed) == [
        (False, 1), (False, 2), (False, 4), (False, 9), (True, 1), (True, 2), (True, 3),
    ]  # fmt: skip
    assert [program.key_index for program in listed] == sorted(program.key_index for program in listed)


@pytest.mark.parametrize("rule", [BIP32, BIP44])
def test_the_last_address_can_be_taken_back(accounts: AccountManager, database: MemoryStore, rule: int) -> None:
    account = accounts.create([M1], 1, "a", rule)
    accounts.create_address(account)
    addresses = accounts.addresses
    for _ in range(2):  # the second time the listing is known
        before, listed = dict(database.iterate()), list(addresses.of_account(account.id))
        first, last = (accounts.create_address(account, change=True) for _ in range(2))
        addresses.take_back(account, first)  # there is one after it
        assert addresses.is_local(first.program)
        assert len(addresses.of_account(account.id)) == len(listed) + 2
        addresses.take_back(account, last)
        assert accounts.local_program(last.program) is None
        addresses.take_back(account, first)
        assert (dict(database.iterate()), list(addresses.of_account(account.id))) == (before, listed)


def test_an_address_that_was_seen_on_the_chain_is_not_taken_back(accounts: AccountManager) -> None:
    account = accounts.create([M1], 1, "a")
    program = accounts.create_address(account, change=True)
    assert accounts.local_program(program.program) == program  # as when a block that pays to it is attached
    accounts.addresses.take_back(account, program)
    assert accounts.local_program(program.program) == program
    assert accounts.addresses.count(account, change=True) == 1


def test_renaming_moves_the_alias(accounts: AccountManager, database: MemoryStore) -> None:
    account = accounts.create([M1], 1, "a")
    renamed = accounts.rename(account, " B ", {b"TXS:1": b"x"})
    assert (renamed.alias, accounts.find(account.id), accounts.find(alias="b")) == ("b", renamed, renamed)
    assert database.get(b"AccountAlias:a") is None
    assert database.get(b"TXS:1") == b"x"
    with pytest.raises(DuplicateAccountAlias):
        accounts.rename(renamed, "b")


def test_removing_leaves_only_the_index_and_the_mining_address(
    accounts: AccountManager, database: MemoryStore
) -> None:
    account = accounts.create([M1], 1, "a")
    other = accounts.create([M2], 1, "b")
    accounts.create_address(account, change=True)
    kept = accounts.create_address(other)
    assert accounts.mining.current().account_id == account.id
    database.put(b"ACU:1", b"")
    accounts.delete(account, {b"ACU:1": None})
    assert {key for key, _ in database.iterate() if account.id.encode() in key} == set()
    assert database.get(b"ACU:1") is None
    assert database.get(b"MiningAddress") is not None
    assert [key for key, _ in database.iterate(b"Contract:")] == [schema.program_key(kept.hash)]
    for lookup in ({"account_id": account.id}, {"alias": "a"}):
        with pytest.raises(AccountNotFound):
            accounts.find(**lookup)
    with pytest.raises(AccountNotFound):
        accounts.create_address(account)
    assert accounts.create([M1], 1, "a").signer.key_index == 2


def test_found_accounts_are_stored_once(accounts: AccountManager) -> None:
    candidate = accounts.candidate([M1], 1, "2e195eb7cbfb:3", 3)
    accounts.save(candidate)
    with pytest.raises(DuplicateAccountAlias):
        accounts.save(candidate)
    with pytest.raises(DuplicateAccountIndex):
        accounts.save(candidate.with_alias("other"))
    accounts.save(accounts.candidate([M1], 1, "lower", 2))
    assert accounts.create([M1], 1, "next").signer.key_index == 4


def test_the_last_account_index_is_the_last_without_hardening(
    accounts: AccountManager, database: MemoryStore
) -> None:
    accounts.save(accounts.candidate([M1], 1, "last", MAX_ACCOUNT_INDEX))
    with pytest.raises(TooManyAccounts):
        accounts.create([M1], 1, "one more")


def test_restoring_passes_over_known_accounts_and_is_whole_or_nothing(accounts: AccountManager) -> None:
    known = accounts.create([M1], 1, "a")
    new = accounts.candidate([M2], 1, "b", 1)
    accounts.restore([known, new])
    assert accounts.list() == [known, new]
    with pytest.raises(DuplicateAccountAlias):
        accounts.restore([accounts.candidate([M2], 1, "c", 2), accounts.candidate([M2], 1, "a", 3)])
    assert accounts.list() == [known, new]


def test_records_unknown_or_damaged_are_said_to_be(accounts: AccountManager, database: MemoryStore) -> None:
    account = accounts.create([M1], 1, "a", 7)
    with pytest.raises(AccountDerivationUnknown):
        accounts.create_address(account)
    database.put(b"Account:X", b"{")
    with pytest.raises(StoreError, match="the wallet database is damaged at b'Account:X'"):
        accounts.find("X")


def test_old_records_have_no_rule(accounts: AccountManager, database: MemoryStore) -> None:
    database.put(
        b"Account:X",
        b'{"type":"account","xpubs":["%s"],"quorum":1,"key_index":1,"id":"X","alias":"x"}' % str(M1).encode(),
    )
    assert accounts.find("X").signer.derive_rule == BIP32


def test_rewards_go_to_a_new_address_of_the_first_account(accounts: AccountManager, database: MemoryStore) -> None:
    with pytest.raises(AccountNotFound):
        accounts.mining.current()
    assert accounts.mining.control_program() == b"\x51"
    account = accounts.create([M1], 1, "a")
    accounts.create([M2], 1, "b")
    program = accounts.mining.current()
    assert (program.account_id, program.address) == (account.id, FIRST_ADDRESS)
    assert database.get(b"MiningAddress") == program.to_json() == database.get(schema.program_key(program.hash))
    assert accounts.mining.control_program() == program.program
    assert accounts.addresses.count(account, change=False) == 1


def test_on_a_public_network_nobody_mines_for_anyone(database: MemoryStore, clock: ManualClock) -> None:
    with pytest.raises(NoMiningProgram):
        AccountManager(database, MAINNET, clock).mining.control_program()


def test_rewards_can_be_paid_to_any_address(accounts: AccountManager, database: MemoryStore) -> None:
    program = accounts.mining.pay_to(FIRST_ADDRESS.upper())
    assert accounts.mining.current() == program
    assert database.get(b"MiningAddress") == (
        b'{"AccountID":"","Address":"%s","KeyIndex":0,"ControlProgram":"ABSD08GotcTHXgJvEipASqNHL201dw==",'
        b'"Change":false}' % FIRST_ADDRESS.upper().encode()
    )
    with pytest.raises(DecodeError, match="unknown address type"):
        accounts.mining.pay_to("bm1qs0fur294cnr4uqn0zg4yqj4rguhk6dthl0cd6p")


def test_free_data_of_coinbases_is_limited(accounts: AccountManager, database: MemoryStore) -> None:
    assert accounts.mining.arbitrary() == b""
    accounts.mining.set_arbitrary(bytes(107))
    with pytest.raises(ArbitraryTooLong, match="Arbitrary exceeds limit: 107"):
        accounts.mining.set_arbitrary(bytes(108))
    assert accounts.mining.arbitrary() == bytes(107)
    accounts.mining.set_arbitrary(b"")
    assert database.get(b"CoinbaseArbitrary") == b""
