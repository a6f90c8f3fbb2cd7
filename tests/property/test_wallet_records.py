"""Records of keys, accounts and assets: what is written is read back, and foreign bytes raise one class."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import BytomError, DecodeError
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import ID_EPOCH_MS, Signer, signer_id
from pybytomd.wallet.assets.asset_records import Asset, check_depth, serialize_definition
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.backup import WalletImage
from pybytomd.wallet.errors import DefinitionTooDeep
from tests.unit.wallet.accounts.test_manager import M1, M2

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
uint64s = st.integers(0, (1 << 64) - 1)
xpubs = st.binary(min_size=64, max_size=64).map(XPub)
signers = st.builds(
    Signer,
    kind=texts,
    xpubs=st.lists(xpubs, max_size=3).map(tuple),
    quorum=st.integers(-(1 << 63), (1 << 63) - 1),
    key_index=uint64s,
    derive_rule=st.integers(0, 255),
)
numbers = st.one_of(
    st.integers(-(1 << 53), 1 << 53).map(lambda n: gojson.Number.from_float(float(n))),
    st.floats(allow_nan=False, allow_infinity=False).map(gojson.Number.from_float),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | texts | numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
definitions = st.dictionaries(texts, json_values, max_size=5)
assets = st.builds(
    Asset,
    id=st.binary(min_size=32, max_size=32),
    alias=texts,
    signer=st.none() | signers.filter(lambda signer: signer.kind != ""),
    vm_version=uint64s,
    issuance_program=st.binary(max_size=80),
    raw_definition=st.binary(max_size=80),
    definition=st.none() | definitions,
)
programs = st.builds(
    ControlProgram,
    account_id=texts,
    address=texts,
    key_index=uint64s,
    program=st.binary(max_size=40),
    change=st.booleans(),
)
accounts = st.builds(Account, signer=signers, id=texts, alias=texts)


@given(st.one_of(accounts, programs, assets))
def test_records_are_read_as_they_were_written(record: Account | ControlProgram | Asset) -> None:
    written = record.to_json()
    assert type(record).from_json(written).to_json() == written
    if not isinstance(record, Asset):
        assert type(record).from_json(written) == record


@given(st.sampled_from([Account, ControlProgram, Asset]), st.binary(max_size=60) | json_values.map(gojson.dumps))
def test_foreign_records_raise_one_class(kind: type, data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        kind.from_json(data)


@given(json_values)
def test_foreign_images_raise_one_class(value: object) -> None:
    with contextlib.suppress(DecodeError):
        WalletImage.from_value(value)


@given(st.lists(st.tuples(accounts, uint64s), max_size=3).map(tuple), st.lists(assets, max_size=3).map(tuple))
def test_images_are_read_as_they_were_written(slices: Any, listed: Any) -> None:
    written = gojson.dumps(WalletImage(slices, listed).to_value())
    assert gojson.dumps(WalletImage.from_value(gojson.loads(written)).to_value()) == written


@given(definitions)
def test_a_definition_is_json_whatever_is_in_it(definition: dict[str, Any]) -> None:
    raw = serialize_definition(definition)
    assert gojson.dumps(gojson.loads(raw)) == gojson.dumps(gojson.sort_keys(definition))


@given(st.integers(0, 400))
def test_depth_is_what_json_can_write(depth: int) -> None:
    value: object = None
    for _ in range(depth):
        value = [value]
    try:
        check_depth(value)
    except DefinitionTooDeep:
        assert depth >= 200
    else:
        gojson.dumps({"definition": value})


@given(st.integers(ID_EPOCH_MS, ID_EPOCH_MS + (1 << 40) - 1), uint64s, st.integers(1, 1 << 30), uint64s)
def test_ids_sort_by_time(now: int, sequence: int, later: int, other: int) -> None:
    if now + later < ID_EPOCH_MS + (1 << 40):
        assert signer_id(now, sequence) < signer_id(now + later, other)
    assert len(signer_id(now, sequence)) == 13


commands = st.lists(
    st.tuples(
        st.sampled_from(["create", "receive", "change", "rename", "delete", "mine"]),
        st.integers(0, 3),
        st.sampled_from(["a", "b", " A ", "", "c"]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(commands)
def test_whatever_is_done_the_memory_and_the_database_agree(steps: list[tuple[str, int, str]]) -> None:
    database, clock = MemoryStore(), ManualClock(1_600_000_000)
    manager = AccountManager(database, SOLONET, clock)
    for action, number, alias in steps:
        clock.advance(0.5)
        listed = manager.list()
        account = listed[number % len(listed)] if listed else None
        with contextlib.suppress(BytomError):
            if action == "create":
                manager.create([M1] if number % 2 else [M1, M2], 1, alias)
            elif account is None:
                continue
            elif action in ("receive", "change"):
                manager.create_address(account, action == "change")
            elif action == "rename":
                manager.rename(account, alias)
            elif action == "delete":
                manager.delete(account)
            else:
                manager.mining.current()
    again = AccountManager(database, SOLONET, clock)
    assert again.list() == manager.list()
    ids = {account.id for account in again.list()}
    for account in again.list():
        assert manager.find(account.id) == account
        made = manager.addresses.of_account(account.id)
        assert list(made) == list(again.addresses.of_account(account.id))
        for change in (False, True):
            branch = [program.key_index for program in made if program.change == change]
            assert sorted(branch) == list(range(1, again.addresses.count(account, change) + 1))
    for _, value in database.iterate(b"Contract:"):
        assert ControlProgram.from_json(value).account_id in ids
    for key, _ in database.iterate(b"ContractIndex"):
        assert key[len(b"ContractIndex") :][:13].decode() in ids


@settings(max_examples=40, deadline=None)
@given(definitions)
def test_an_asset_keeps_its_id_and_raw_bytes_when_renamed(definition: dict[str, Any]) -> None:
    registry = AssetRegistry(MemoryStore())
    asset = registry.define([M1], 1, "first", definition)
    registry.rename(asset.id.hex(), "second")
    renamed = registry.find_alias("SECOND")
    assert (renamed.id, renamed.raw_definition) == (asset.id, asset.raw_definition)
    assert renamed.signer == asset.signer
