"""Assets: rules, errors, and what is in the database afterwards."""

import pytest

from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import BytomError, DecodeError, StoreError
from pybytomd.rpc.methods.wallet_lists import AssetReply
from pybytomd.rpc.schema.replies import to_json
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.programs.builders import height_limit
from pybytomd.wallet.assets.asset_records import BTM, MAX_DEFINITION_DEPTH, Asset
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.errors import (
    AssetNotFound,
    BadQuorum,
    DefinitionTooDeep,
    DuplicateAsset,
    DuplicateAssetAlias,
    InternalAsset,
    NoAssetAlias,
    NoXPubs,
)
from tests.unit.wallet.accounts.test_manager import M1, M2

OTHER_ID = bytes(range(32))


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def assets(database: MemoryStore) -> AssetRegistry:
    return AssetRegistry(database)


def definition(text: str) -> object:
    return gojson.loads(text)


def shown(asset: Asset) -> bytes:
    return gojson.dumps(to_json(AssetReply.of(asset, height_limit)))


def test_ids_are_those_of_the_reference(assets: AssetRegistry, database: MemoryStore) -> None:
    assert (
        assets.define([M1], 1, "a").id.hex() == "418703d682009376f9af2617de2ec0996e7add24b151b33ab72fbe8268935c3a"
    )
    odd = assets.define([M1, M2], 2, "b", definition('{"a":"<&>","z":[],"b":[1.0,null,true]}'), limit_height=100)
    assert odd.id.hex() == "e96c193a256ce11f2390c1e989eb63fa2383b703c9f7eabab560a158db6fbf9b"
    third = assets.define([M1], 1, "c", {}, limit_height=16)
    assert third.id.hex() == "5a0ed5cd0452c4b91f7558ecd1f5b5ed1bb536305051fc9398e9022af014050e"
    free = assets.define([], 0, "d", definition('{"a":1}'), issuance_program=b"\x51")
    assert free.id.hex() == "43fb40589925487958e6a8baf5094004817c8ac816f79c6e80ed4b484826539d"
    assert database.get(b"AssetIndex") == bytes([3, *bytes(7)])
    assert database.get(b"AssetAlias:D") == free.id.hex().encode()


@pytest.mark.parametrize(
    ("alias", "xpubs", "quorum", "error"),
    [
        (" \t", [M1], 1, NoAssetAlias),
        (" btm ", [], 1, InternalAsset),
        ("a", [], 1, NoXPubs),
    ],
)
def test_what_is_missing_is_told_before_an_index_is_used(
    assets: AssetRegistry, database: MemoryStore, alias: str, xpubs: list[XPub], quorum: int, error: type
) -> None:
    with pytest.raises(error):
        assets.define(xpubs, quorum, alias)
    assert list(database.iterate()) == []


def test_later_failures_use_up_an_index(assets: AssetRegistry, database: MemoryStore) -> None:
    with pytest.raises(BadQuorum):
        assets.define([M1], 2, "a")
    with pytest.raises(BytomError, match="negative blockHeight: bad value"):
        assets.define([M1], 1, "a", limit_height=-1)
    assert assets.define([M1], 1, "a").signer.key_index == 3
    with pytest.raises(DuplicateAssetAlias):
        assets.define([M1], 1, " A")
    assets.define([], 0, "program", issuance_program=b"\x51")
    with pytest.raises(DuplicateAsset):
        assets.define([], 0, "again", issuance_program=b"\x51")


def test_a_definition_has_a_limited_depth(assets: AssetRegistry) -> None:
    nested: object = 1
    for _ in range(MAX_DEFINITION_DEPTH - 1):
        nested = {"a": nested}
    assert assets.define([M1], 1, "deep", nested).definition_text is not None
    with pytest.raises(DefinitionTooDeep):
        assets.define([M1], 1, "deeper", {"a": nested})


def test_numbers_become_floats_when_read_back_but_raw_bytes_stay(
    assets: AssetRegistry, database: MemoryStore
) -> None:
    asset = assets.define([M1], 1, "a", definition('{"n":12345678901234567890123,"z":1.0}'))
    stored = database.get(schema.asset_key(asset.id))
    assert b'"definition":{"n":12345678901234567890123,"z":1.0}' in stored
    assert (
        gojson.dumps(assets.get(asset.id.hex()).to_value()["definition"]) == b'{"n":1.2345678901234568e+22,"z":1}'
    )
    assets.rename(asset.id.hex(), "b")
    renamed = database.get(schema.asset_key(asset.id))
    assert b'"definition":{"n":1.2345678901234568e+22,"z":1}' in renamed
    assert assets.get(asset.id.hex()).raw_definition == asset.raw_definition
    assert b'"z":1.0' in shown(assets.get(asset.id.hex()))


def test_btm_is_there_without_being_stored(assets: AssetRegistry) -> None:
    assert assets.find(BTM.id) == assets.find_alias("BTM") == assets.get("ff" * 32) == BTM
    assert assets.list() == []
    raw = b"""{
  "decimals": 8,
  "description": "Bytom Official Issue",
  "name": "BTM",
  "symbol": "BTM"
}"""
    assert shown(BTM) == (
        b'{"type":"internal","xpubs":null,"quorum":0,"key_index":0,"derive_rule":0,"id":"%s","alias":"BTM",'
        b'"vm_version":1,"issue_program":"","raw_definition_byte":"%s","definition":{"decimals":8,'
        b'"description":"Bytom Official Issue","name":"BTM","symbol":"BTM"},"limit_height":0}'
        % (b"ff" * 32, raw.hex().encode())
    )


def test_an_asset_seen_on_the_chain_is_stored_when_shown(assets: AssetRegistry, database: MemoryStore) -> None:
    assets.note_issued(OTHER_ID, b'{"name": "X", "n": 1.50}')
    assets.note_issued(OTHER_ID, b'{"name": "Y"}')
    assert assets.find(OTHER_ID) is None
    seen = assets.get(OTHER_ID.hex())
    assert shown(seen) == (
        b'{"type":"","xpubs":null,"quorum":0,"key_index":0,"derive_rule":0,"id":"%s","alias":"%s","vm_version":0,'
        b'"issue_program":"","raw_definition_byte":"","definition":{},"limit_height":0}'
        % (OTHER_ID.hex().encode(), OTHER_ID.hex().encode())
    )
    assert assets.list() == []
    found = assets.described(OTHER_ID)
    assert (found.alias, found.definition_text) == (OTHER_ID.hex(), b'{"name": "X", "n": 1.50}')
    assert database.get(schema.asset_key(OTHER_ID)) == (
        b'{"type":"external","xpubs":null,"quorum":0,"key_index":0,"derive_rule":0,"id":"%s","alias":"%s",'
        b'"vm_version":0,"issue_program":"","raw_definition_byte":"%s","definition":{"n":1.5,"name":"X"}}'
        % (OTHER_ID.hex().encode(), OTHER_ID.hex().encode(), b'{"name": "X", "n": 1.50}'.hex().encode())
    )
    assert [asset.id for asset in assets.list()] == [OTHER_ID]
    assets.rename(OTHER_ID.hex(), "mine")
    assert assets.find_alias("MINE").id == OTHER_ID


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"a":1e999}', b"{} {}", b"[" * 100_000])
def test_a_definition_not_in_json_is_not_kept(assets: AssetRegistry, database: MemoryStore, raw: bytes) -> None:
    assets.note_issued(OTHER_ID, raw)
    assert list(database.iterate()) == []
    assert assets.described(OTHER_ID) is None


def test_a_definition_that_is_no_object_is_an_error_to_get_and_nothing_to_show(assets: AssetRegistry) -> None:
    for asset_id, raw, kind in ((OTHER_ID, b'"text"', "string"), (bytes(32), b"5", "number")):
        assets.note_issued(asset_id, raw)
        with pytest.raises(DecodeError) as raised:
            assets.get(asset_id.hex())
        assert (
            str(raised.value) == f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        )
        assert assets.described(asset_id) is None


def test_a_definition_too_deep_to_write_is_shown_but_not_stored(assets: AssetRegistry) -> None:
    deep = b'{"a":' * 300 + b"1" + b"}" * 300
    assets.note_issued(OTHER_ID, deep)
    assert assets.described(OTHER_ID).definition_text == deep
    assert assets.list() == []


def test_unknown_assets_are_told_with_what_was_asked(assets: AssetRegistry) -> None:
    with pytest.raises(AssetNotFound) as raised:
        assets.get("00" * 32)
    assert str(raised.value) == f"no such asset, assetID: {'00' * 32}: fail to find asset"
    with pytest.raises(AssetNotFound, match="no such asset, alias: X: fail to find asset"):
        assets.find_alias("X")
    with pytest.raises(DecodeError, match="bad length hash string 2"):
        assets.get("00")


def test_renaming_is_refused_in_the_order_of_the_reference(assets: AssetRegistry, database: MemoryStore) -> None:
    asset = assets.define([M1], 1, "a")
    for asset_id, alias, error in (
        ("ff" * 32, "x", InternalAsset),
        (asset.id.hex(), " btm", InternalAsset),
        ("00" * 32, "x", NoAssetAlias),
        ("zz", "x", NoAssetAlias),
        (asset.id.hex(), " ", NoAssetAlias),
        (asset.id.hex(), "a", DuplicateAssetAlias),
    ):
        with pytest.raises(error):
            assets.rename(asset_id, alias)
    assets.rename(asset.id.hex(), " b ")
    assert assets.find_alias("B").id == asset.id
    assert database.get(b"AssetAlias:A") is None


def test_restoring_raises_the_counter(assets: AssetRegistry, database: MemoryStore) -> None:
    known = assets.define([M1], 1, "a")
    other = AssetRegistry(MemoryStore())
    for alias in ("x", "y", "z"):
        new = other.define([M1], 1, alias, {"alias": alias})
    assets.restore([known, new])
    assert {asset.id for asset in assets.list()} == {known.id, new.id}
    assert database.get(b"AssetIndex") == bytes([3, *bytes(7)])
    assets.restore([])
    assert database.get(b"AssetIndex") == bytes([4, *bytes(7)])
    with pytest.raises(DuplicateAssetAlias):
        assets.restore([Asset(OTHER_ID, "new"), Asset(bytes(32), "A")])
    assert len(assets.list()) == 2


def test_aliases_restored_by_old_versions_are_read(assets: AssetRegistry, database: MemoryStore) -> None:
    asset = assets.define([M1], 1, "a")
    database.put(b"AssetAlias:A", asset.id)
    assert assets.find_alias("A").id == asset.id
    database.put(b"AssetAlias:A", b"nonsense")
    with pytest.raises(StoreError, match="damaged"):
        assets.find_alias("A")
