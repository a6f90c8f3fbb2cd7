"""The wallet on Bytom 2: it makes of the recorded chain what 2.0.7 has recorded, and follows a reorganisation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.ledger.bytom2.block import Block
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.check import check_wallet
from pybytomd.wallet.query.holdings import holdings
from pybytomd.wallet.wallet import INDEX_PREFIXES, Wallet
from tests.unit.wallet.bytom2_recorded import load, memory, open_chain, open_wallet, records

LATER = (*INDEX_PREFIXES, schema.WALLET_STATUS, b"GTID:", b"UTXS:", b"EXA:")
"""What the index makes by itself of the blocks."""


def chosen(source: Mapping[bytes, bytes] | Iterable[tuple[bytes, bytes]], *prefixes: bytes) -> dict[bytes, Any]:
    """The records under some keys, read."""
    return {key: json.loads(value) for key, value in dict(source).items() if key.startswith(prefixes)}


def without_index(dump: dict[bytes, bytes]) -> MemoryStore:
    """A recorded database as it was before any block was indexed: accounts, addresses, assets."""
    return memory({key: value for key, value in dump.items() if not key.startswith(LATER)})


def test_the_recorded_database_is_made_from_the_recorded_blocks() -> None:
    dump = records("leveldb_dump", "wallet")
    with open_chain() as chain:
        database = without_index(dump)
        wallet, _ = open_wallet(database, chain)
        wallet.catch_up()
        ours = dict(database.iterate())
        for prefix in (schema.OWN_OUTPUT_PREFIX, schema.TRANSACTION_PREFIX, schema.TRANSACTION_POSITION_PREFIX):
            expected = {key: value for key, value in dump.items() if key.startswith(prefix)}
            assert expected
            assert {key: value for key, value in ours.items() if key.startswith(prefix)} == expected
        assert ours[schema.WALLET_STATUS] == dump[schema.WALLET_STATUS]
        assert ours.keys() >= {key for key in dump if key.startswith(b"EXA:")}


def test_the_recorded_balance_is_what_the_chain_proves() -> None:
    with open_chain() as chain:
        wallet, _ = open_wallet(memory(records("leveldb_dump", "wallet")), chain)
        report = check_wallet(wallet)
        assert report.is_sound, report.lines()
        assert report.height == chain.best_height
        assert report.outputs == 19


def process(chain: Chain, blocks: list[str]) -> None:
    for raw in blocks:
        chain.process_block(Block.from_hex(raw))


def state_of(wallet: Wallet) -> tuple[object, ...]:
    return (
        wallet.cursor,
        dict(wallet.database.iterate(schema.OWN_OUTPUT_PREFIX)),
        dict(wallet.database.iterate(schema.TRANSACTION_PREFIX)),
        wallet.utxos.balances(),
    )


def test_a_reorganisation_leaves_what_a_fresh_wallet_finds() -> None:
    """Where we differ: no vote of the branch that was left stays behind."""
    document = load("reorg_wallet")
    with open_chain() as chain:
        wallet, _ = open_wallet(without_index(records("leveldb_dump", "wallet")), chain)
        wallet.catch_up()
        before = state_of(wallet)
        process(chain, document["branch_a"])
        wallet.catch_up()
        on_a = wallet.queries.votes("")
        process(chain, document["branch_b"])
        wallet.catch_up()
        assert chain.is_in_main_chain(wallet.cursor.best_hash)
        fresh, _ = open_wallet(without_index(records("leveldb_dump", "wallet")), chain)
        fresh.catch_up()
        assert wallet.queries.votes("") == fresh.queries.votes("")
        assert wallet.queries.votes("") != on_a
        assert wallet.utxos.balances() == fresh.utxos.balances()
        assert state_of(wallet) != before


def test_what_is_held_is_told_apart() -> None:
    with open_chain() as chain:
        wallet, _ = open_wallet(memory(records("leveldb_dump", "wallet")), chain)
        found = wallet.queries.holdings("")
        assert [(parts.account_id, parts.asset_id) for parts in found] == sorted(
            (parts.account_id, parts.asset_id) for parts in found
        )
        balances = json.loads(wallet.queries.balances(""))
        assert [parts.total for parts in found] == [row["amount"] for row in balances]
        assert all(parts.total == parts.spendable + parts.maturing + parts.voted for parts in found)
        votes = {row.account_id: row.total_vote_number for row in wallet.queries.votes("")}
        assert {parts.account_id: parts.voted for parts in found if parts.voted} == votes
        utxos = chosen(wallet.database.iterate(schema.OWN_OUTPUT_PREFIX), b"").values()
        for height in {utxo["ValidHeight"] for utxo in utxos if utxo["ValidHeight"]}:
            at = holdings(wallet.utxos, height - 1)
            young = [utxo for utxo in utxos if utxo["ValidHeight"] >= height]
            assert sum(parts.maturing + parts.locked for parts in at) == sum(utxo["Amount"] for utxo in young)
            assert sum(parts.locked for parts in at) == sum(utxo["Amount"] for utxo in young if utxo["Vote"])
            assert [parts.total for parts in at] == [parts.total for parts in found]
        assert any(parts.locked for parts in holdings(wallet.utxos, 1))
        assert any(parts.maturing for parts in holdings(wallet.utxos, 1))
