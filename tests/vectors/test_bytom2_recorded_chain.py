"""``bytom2_chain_b/`` and a recorded home: chains of bytomd 2.0.7, as blocks and as its databases."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.verification import DatabaseVerification
from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPrv
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.vectors.families.bytom2_live_chain import RECORDED, network_of, status_of, take_in

DATA = Path(__file__).parent / "data"
DIRECTORY = DATA / "bytom2_chain_b"


def recorded(name: str) -> Any:
    with gzip.open(DIRECTORY / name) as stream:
        return json.load(stream)


def core_dump(name: str) -> dict[bytes, bytes]:
    """All that the node had stored about the chain."""
    return {bytes.fromhex(key): bytes.fromhex(value) for key, value in recorded(name)["core.db"]}


def unpacked(archive: Path, directory: Path) -> Path:
    with tarfile.open(archive) as tar:
        tar.extractall(directory, filter="data")
    return next(directory.rglob("core.db"))


def open_chain(params: NetParams, database: KeyValueStore) -> Chain:
    return Chain.open(params, CoreStore(database), ManualClock(now=RECORDED), EventDispatcher(), threads=1)


def federation_of(node_key: Path) -> str:
    return XPrv.from_hex(node_key.read_text()).xpub.raw.hex()


@pytest.fixture(scope="module")
def params() -> NetParams:
    return network_of("solonet", [federation_of(DIRECTORY / "node_key.txt")])


@pytest.fixture(scope="module")
def chain_document() -> Any:
    return recorded("chain.json.gz")


@pytest.fixture(scope="module")
def imported(chain_document: Any, params: NetParams) -> dict[bytes, bytes]:
    """What is stored of the recorded blocks, each judged in full."""
    database = MemoryStore()
    with open_chain(params, database) as chain:
        take_in(chain, chain_document["blocks"], chain_document["hashes"], chain_document["validators"])
        assert status_of(chain) == chain_document["chain_status"]
    return dict(database.iterate())


def test_imported_chain_is_stored_byte_for_byte_as_by_the_reference(imported: dict[bytes, bytes]) -> None:
    assert imported == core_dump("leveldb_dump.json.gz")


def check_stored_chain(chain: Chain) -> None:
    """Everything the database says is there, in every form in which it is asked for."""
    for height in range(chain.best_height + 1):
        block = chain.block_at(height)
        assert block.hash == chain.hash_at(height)
        assert Block.from_hex(chain.block_hex(block.hash) or b"") == block
        assert chain.is_in_main_chain(block.hash)


@pytest.mark.parametrize("name", ["datadir", "datadir_reorg", "datadir_txindex"])
def test_database_of_the_reference_opens(name: str, tmp_path: Path, params: NetParams) -> None:
    dump = core_dump(name.replace("datadir", "leveldb_dump") + ".json.gz")
    state = json.loads(dump[b"blockStore"])
    with LevelDBStore(unpacked(DIRECTORY / f"{name}.tar.gz", tmp_path), create=False) as database:
        assert dict(database.iterate()) == dump
        assert DatabaseVerification(CoreStore(database), params).run().problems == []
        with open_chain(params, database) as chain:
            assert (chain.best_height, chain.best_hash.hex()) == (state["Height"], state["Hash"])
            assert (chain.finalized.height, chain.justified.height) == (100, 200)
            check_stored_chain(chain)
        assert dict(database.iterate()) == dump


def test_reorganised_database_is_what_we_make_of_the_same_blocks(
    imported: dict[bytes, bytes], params: NetParams
) -> None:
    """First the branch that lost, then the one that won, as the node of the recording met them."""
    theirs = core_dump("leveldb_dump_reorg.json.gz")
    recording = recorded("reorg_wallet.json.gz")
    database = MemoryStore()
    database.write(dict(imported))
    with open_chain(params, database) as chain:
        for text in [*recording["branch_a"], *recording["branch_b"]]:
            block = Block.from_hex(text)
            if not chain.has_block(block.hash):
                assert not chain.process_block(block)
        assert chain.best_hash.hex() == json.loads(theirs[b"blockStore"])["Hash"]
    end = schema.main_chain_key(chain.best_height)
    stale = {key for key in theirs if key.startswith(schema.MAIN_CHAIN_PREFIX) and key > end}
    assert dict(database.iterate()) == {key: value for key, value in theirs.items() if key not in stale}


def test_recorded_home_opens_and_goes_on(tmp_path: Path) -> None:
    core = unpacked(DATA / "bytom2_home_solonet.tar.gz", tmp_path)
    home = next(tmp_path.rglob("node_key.txt"))
    own_key = federation_of(home)
    with (
        LevelDBStore(core, create=False) as database,
        open_chain(network_of("solonet", [own_key]), database) as chain,
    ):
        assert chain.best_height == 247
        assert chain.best_hash.hex() == "6cdc3d0597466000a477a3a0ca2b2c5bd4a85e6ff6cdce9bc4d2696704b33903"
        assert (chain.finalized.height, chain.justified.height) == (100, 200)
        check_stored_chain(chain)
        assert [chain.checkpoint(chain.hash_at(height) or b"").height for height in (0, 100, 200)] == [0, 100, 200]
        with pytest.raises(BytomError, match="unexpected end of JSON input"):
            chain.checkpoint(chain.best_hash)
        next_slot = chain.best_header.timestamp + chain.params.casper.block_interval
        assert chain.validator(chain.best_hash, next_slot).key == own_key
