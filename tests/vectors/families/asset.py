"""``asset.json``: definitions, issuance programs and ids of assets, and their records."""

from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.rpc.methods.wallet.assets import AssetReply
from pybytomd.rpc.schema.replies import to_json
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.programs.builders import height_limit
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.assets.registry import AssetRegistry
from tests.vectors.registry import Case, family


def define(case: Case, database: MemoryStore) -> Asset:
    database.put(schema.ASSET_INDEX, (case["key_index"] - 1).to_bytes(8, "little"))
    return AssetRegistry(database).define(
        [XPub.from_hex(text) for text in case["xpubs"]],
        case["quorum"],
        case["alias_given"],
        gojson.loads_float64(case["definition_json"]),
        limit_height=case["limit_height"],
        issuance_program=bytes.fromhex(case["issuance_program_given"]),
    )


@family("asset")
def check_asset(case: Case, _document: Case) -> None:
    if case.get("op") == "asset_id":
        raw = bytes.fromhex(case["raw_definition_hex"])
        found = compute_asset_id(bytes.fromhex(case["issuance_program"]), case["vm_version"], raw)
        assert found.hex() == case["asset_id"]
        return
    database = MemoryStore()
    try:
        asset = define(case, database)
    except BytomError as error:
        assert (str(error), error.root) == (case["error"], case["error_root"])
        return
    assert case["error"] is None
    assert (asset.id.hex(), asset.alias, asset.vm_version) == (case["asset_id"], case["alias"], case["vm_version"])
    assert asset.raw_definition.decode() == case["raw_definition"]
    assert asset.issuance_program.hex() == case["issuance_program"]
    if "path" in case:
        assert asset.signer is not None
        assert [selector.hex() for selector in asset.signer.asset_path()] == case["path"]
    stored = database.get(schema.asset_key(asset.id))
    assert stored == case["stored_json"].encode()
    assert gojson.dumps(to_json(AssetReply.of(asset, height_limit))).decode() == case["annotated_json"]
    again = Asset.from_json(stored)
    assert again == asset
    assert again.to_json() == stored
