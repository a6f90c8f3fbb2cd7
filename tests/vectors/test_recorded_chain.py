"""``chain_b/``: a chain that a Go node made, taken in block by block and as the database it left behind."""

import gzip
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore

DIRECTORY = Path(__file__).parent / "data" / "chain_b"
RECORDED = 1_800_000_000.0
"""A time after the recording."""


def recorded(name: str) -> Any:
    with gzip.open(DIRECTORY / name) as stream:
        return json.load(stream)


def core_dump(name: str) -> dict[bytes, bytes]:
    """All that the Go node had stored about the chain."""
    return {bytes.fromhex(key): bytes.fromhex(value) for key, value in recorded(name)["databases"]["core"]}


def unpacked(name: str, directory: Path) -> Path:
    with tarfile.open(DIRECTORY / name) as archive:
        archive.extractall(directory, filter="data")
    return next(directory.rglob("core.db"))


def open_chain(database: MemoryStore | LevelDBStore) -> Chain:
    return Chain.open(SOLONET, BlockStore(database), ManualClock(now=RECORDED), EventDispatcher())


@pytest.fixture(scope="module")
def chain_document() -> Any:
    return recorded("chain.json.gz")


@pytest.fixture(scope="module")
def imported(chain_document: Any) -> Iterator[tuple[Chain, MemoryStore]]:
    """The recorded blocks, each judged in full; proofs of work on all processors."""
    database = MemoryStore()
    blocks = [Block.from_hex(text) for text in chain_document["blocks"]]
    seeds = [blocks[max(0, (block.height - 1) // 256 * 256)].hash for block in blocks]
    with open_chain(database) as chain, ProofVerifier() as verifier:
        first_seed = chain.next_seed(blocks[0].hash)
        proofs = [
            verifier.submit(block.hash, seed if block.height > 256 else first_seed, block.header.bits)
            for block, seed in zip(blocks, seeds, strict=True)
        ]
        for block, proof in zip(blocks[1:], proofs[1:], strict=True):
            assert chain.process_block(block, proof) is False
        yield chain, database


def test_imported_chain_ends_at_the_recorded_block(
    chain_document: Any, imported: tuple[Chain, MemoryStore]
) -> None:
    chain, _ = imported
    assert chain.best_hash.hex() == chain_document["best_hash"]
    assert chain.best_height == chain_document["best_height"]
    for height, block_hash in enumerate(chain_document["hashes"]):
        assert chain.header_at(height).hash.hex() == block_hash
        status = chain.transaction_status(bytes.fromhex(block_hash))
        assert list(status.fails) == chain_document["transaction_status"][height]


def test_imported_chain_is_stored_byte_for_byte_as_by_the_reference(imported: tuple[Chain, MemoryStore]) -> None:
    _, database = imported
    assert dict(database.iterate()) == core_dump("leveldb_dump.json.gz")


@pytest.mark.parametrize("name", ["datadir", "datadir_reorg", "datadir_txindex"])
def test_database_of_the_reference_opens(name: str, tmp_path: Path) -> None:
    dump = core_dump(name.replace("datadir", "leveldb_dump") + ".json.gz")
    state = json.loads(dump[b"blockStore"])
    with LevelDBStore(unpacked(f"{name}.tar.gz", tmp_path), create=False) as database:
        assert dict(database.iterate()) == dump
        report = DatabaseVerification(BlockStore(database), SOLONET).run()
        assert report.problems == []
        assert report.headers == sum(key.startswith(b"BH:") for key in dump)
        with open_chain(database) as chain:
            assert (chain.best_height, chain.best_hash.hex()) == (state["Height"], state["Hash"])
            for height in range(chain.best_height + 1):
                block = chain.block_at(height)
                assert block.hash == chain.hash_at(height)
                assert len(chain.transaction_status(block.hash).fails) == len(block.transactions)


def test_reorganised_database_is_what_we_make_of_the_same_blocks(imported: tuple[Chain, MemoryStore]) -> None:
    """Feed the blocks of the reference's database after its reorganisation to ours, in an order that makes one."""
    _, before = imported
    theirs = core_dump("leveldb_dump_reorg.json.gz")
    database = MemoryStore()
    database.write(dict(before.iterate()))
    with open_chain(database) as chain:
        blocks = [Block.from_hex(value) for key, value in theirs.items() if key.startswith(b"B:")]
        best_hash = bytes.fromhex(json.loads(theirs[b"blockStore"])["Hash"])
        by_hash = {block.hash: block for block in blocks}
        main = set()
        block = by_hash[best_hash]
        while block.height:
            main.add(block.hash)
            block = by_hash[block.header.previous_block_hash]
        new = [block for block in blocks if not chain.has_block(block.hash)]
        for block in sorted(new, key=lambda block: (block.hash in main, block.height)):
            assert chain.process_block(block, proof=True) is False
        assert chain.best_hash == best_hash
    assert dict(database.iterate()) == theirs
