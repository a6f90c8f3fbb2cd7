"""The recorded chain, its databases and its transcripts, for tests of the wallet."""

from __future__ import annotations

import functools
import gzip
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.wallet import Wallet

FOLDER = Path(__file__).parents[2] / "vectors" / "data" / "chain_b"
RECORDED_AT = 1_795_460_000.0
"""After the last recorded block."""

KEYS_AND_ACCOUNTS = (
    b"Account", b"ContractIndex", b"Contract:", b"MiningAddress", b"Asset:", b"AssetAlias:", b"AssetIndex",
)  # fmt: skip
"""What a wallet has before anything is indexed."""
INDEX = (b"TXS:", b"TID:", b"GTID:", b"ACU:", b"SCU:", b"walletInfo", b"EXA:")


@functools.cache
def load(name: str) -> Any:
    return json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))


@functools.cache
def records(dump: str, database: str = "wallet") -> dict[bytes, bytes]:
    return {bytes.fromhex(k): bytes.fromhex(v) for k, v in load(dump)["databases"][database]}


@functools.cache
def blocks() -> tuple[Block, ...]:
    return tuple(map(Block.from_hex, load("chain")["blocks"]))


def chosen(source: dict[bytes, bytes], prefixes: tuple[bytes, ...]) -> dict[bytes, bytes]:
    return {key: value for key, value in source.items() if key.startswith(prefixes)}


def stored(database: MemoryStore, prefixes: tuple[bytes, ...]) -> dict[bytes, bytes]:
    return chosen(dict(database.iterate()), prefixes)


def of_the_reference(database: KeyValueStore) -> dict[bytes, bytes]:
    """Everything but what is ours alone."""
    own = (schema.OWN_INDEX_PREFIX, schema.SEAL)
    return {key: value for key, value in database.iterate() if not key.startswith(own)}


def rows_of_our_own(database: KeyValueStore) -> dict[bytes, bytes]:
    return dict(database.iterate(schema.OWN_INDEX_PREFIX))


def memory(source: dict[bytes, bytes]) -> MemoryStore:
    database = MemoryStore()
    database.write(source)
    return database


def open_chain(core: dict[bytes, bytes] | None = None, clock: ManualClock | None = None) -> Chain:
    """The recorded chain, or that of another core.db."""
    source = records("leveldb_dump", "core") if core is None else core
    return Chain.open(
        SOLONET, BlockStore(memory(source)), clock or ManualClock(RECORDED_AT), EventDispatcher(), threads=1
    )


def open_wallet(
    database: KeyValueStore, chain: Chain, *, txindex: bool = False, clock: ManualClock | None = None
) -> Wallet:
    clock = clock or ManualClock(RECORDED_AT)
    accounts, hsm = AccountManager(database, SOLONET, clock), PseudoHSM(FOLDER / "keystore", clock)
    together = database.together if isinstance(database, WriteBehind) else nullcontext
    return Wallet(
        database, chain, accounts, AssetRegistry(database), hsm, clock, txindex=txindex, together=together
    )


def unconfirmed_records() -> dict[str, dict[str, Any]]:
    """The transactions that waited for a block when the recording ended, oldest first."""
    found = chosen(records("leveldb_dump"), (b"UTXS:",)).values()
    return {value["tx_id"]: value for value in sorted(map(json.loads, found), key=lambda v: v["block_time"])}


def submitted() -> dict[str, Transaction]:
    """The transactions handed in during the recording, by id."""
    found = {}
    for case in load("rpc_actions")["cases"]:
        if case["endpoint"] == "submit-transaction":
            tx = Transaction.from_hex(case["request"]["raw_transaction"])
            found[tx.id.hex()] = tx
    return found
