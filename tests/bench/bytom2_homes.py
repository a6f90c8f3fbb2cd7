"""Homes of private networks of Bytom 2 for nodes to measure: ours, and bytomd 2.0.7."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.core_store import CoreBatch, CoreStore
from pybytomd.store.bytom2.records import ChainState
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.bench.nodes import OURS, Node, running
from tests.bytom2_builder import Builder, coinbase, key, network, open_chain
from tests.unit.rpc.recorded import DATA

RECORDED_HOME = DATA / "bytom2_home_solonet.tar.gz"
EPOCH = 100
OURS_CHAIN, THEIR_CHAIN = "bytom2-solonet", "solonet"
CONFIGURATION = """\
chain_id = "solonet"
federation = "{federation}"
[p2p]
laddr = "tcp://127.0.0.1:0"
"""


def reference() -> Path | None:
    """The Go node of 2.x that ``BYTOM2_REFERENCE`` names."""
    text = os.environ.get("BYTOM2_REFERENCE")
    return Path(text) if text else None


def recorded_home(directory: Path) -> Path:
    """The home of a node of 2.0.7 with the recorded chain in it."""
    with tarfile.open(RECORDED_HOME) as archive:
        archive.extractall(directory, filter="data")
    return next(directory.rglob("node_key.txt")).parent


def key_of(home: Path) -> XPrv:
    """The key of a node."""
    return XPrv.from_hex((home / "node_key.txt").read_text())


def empty_home(directory: Path, node_key: XPrv, first_validator: XPrv) -> Path:
    """A home without blocks. 2.0.7 takes its own key for that of the first validator, whatever is configured."""
    (directory / "config.toml").write_text(CONFIGURATION.format(federation=first_validator.xpub))
    (directory / "node_key.txt").write_text(node_key.raw.hex())
    (directory / "node_key.txt").chmod(0o600)
    return directory


def core_of(home: Path) -> Path:
    """Where the blocks are."""
    return home / "data" / "core.db"


def make_blocks(home: Path, count: int) -> None:
    """Put nearly empty blocks of key 0 into a home, of which nearly all are final."""
    params = network(validators=1, blocks_per_epoch=EPOCH)
    with LevelDBStore(core_of(home)) as database, open_chain(params, database, signer=KeySigner(key(0))) as chain:
        Builder(chain).extend(count)


def make_headers(home: Path, count: int) -> None:
    """Put a main chain of headers alone into a home, but for its first block and its last, which ends an epoch."""
    params = network(validators=1, blocks_per_epoch=EPOCH)
    with LevelDBStore(core_of(home)) as database:
        with open_chain(params, database):
            pass  # stores the genesis block
        store = CoreStore(database)
        last, changes = params.genesis.header, {}
        for header, records in _headers(params.genesis.header, count):
            last = header
            changes.update(records)
            if len(changes) > 10_000:
                database.write(changes)
                changes = {}
        database.write(changes)
        batch = CoreBatch(store)
        ended = [header_at(store, count - EPOCH), last]
        for checkpoint, status in zip(ended, (Status.FINALIZED, Status.JUSTIFIED), strict=True):
            previous = header_at(store, checkpoint.height - EPOCH).hash
            batch.put_checkpoint(
                Checkpoint(checkpoint.height, checkpoint.hash, previous, checkpoint.timestamp, status, {}, {}, 0)
            )
        batch.move_to(ChainState(count, last.hash, ended[0].height, ended[0].hash), [last], [], {}, {})
        batch.write()


def header_at(store: CoreStore, height: int) -> BlockHeader:
    """A header of the main chain."""
    block_hash = store.main_chain_hash(height)
    header = None if block_hash is None else store.header(block_hash)
    assert header is not None
    return header


def _headers(parent: BlockHeader, count: int) -> Iterator[tuple[BlockHeader, dict[bytes, bytes | None]]]:
    """Headers above one, with their records. Only the last one has transactions."""
    witness = b"\x5a" * 64
    for height in range(1, count + 1):
        root = parent.transactions_merkle_root
        parent = BlockHeader(1, height, parent.hash, parent.timestamp + 6000, root, witness, ())
        text = parent.hash.hex()
        records: dict[bytes, bytes | None] = {
            schema.header_key(parent.hash): parent.to_hex().encode(),
            schema.hashes_key(height): f'["{text}"]'.encode(),
            schema.main_chain_key(height): text.encode(),
        }
        if height == count:
            body = Block(parent, (coinbase(height),)).transactions_to_bytes()
            records[schema.transactions_key(parent.hash)] = body.hex().encode()
        yield parent, records


def ours(home: Path, *options: str) -> AbstractContextManager[Node]:
    """A node of ours that runs in a home."""
    return running(OURS, home, "--wallet.disable", *options, chain_id=OURS_CHAIN)


def theirs(binary: Path, home: Path, *options: str) -> AbstractContextManager[Node]:
    """A node of 2.0.7 that runs in a home."""
    return running(binary, home, "--wallet.disable", *options, chain_id=THEIR_CHAIN)
