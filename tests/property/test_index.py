"""Whatever the chain did, the index is as if built from the beginning, and what it says is true."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.clock import ManualClock
from pybytomd.codec.json.gojson import Number
from pybytomd.indexing import service as service_module
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.queries.addresses import address_answer, address_outputs, address_transactions
from pybytomd.indexing.queries.assets import asset_answer, asset_holders, asset_transfers, assets_answer
from pybytomd.indexing.queries.blocks import block_summaries, statistics_by_height
from pybytomd.indexing.queries.transactions import output_answer, transaction_answer
from pybytomd.indexing.queries.view import View
from pybytomd.indexing.service import IndexService
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.property.index_world import ASSETS, DEFINITIONS, PROGRAMS, IndexWorld, Truth, balances_of, make_world

EVENTS = st.one_of(
    st.tuples(st.just("grow"), st.integers(1, 8)),
    st.tuples(st.just("reorganise"), st.integers(1, 12)),
    st.tuples(st.just("step"), st.integers(1, 3)),
    st.tuples(st.just("reorganise meanwhile"), st.integers(1, 12)),
    st.tuples(st.just("restart"), st.just(0)),
)


def open_index(database: KeyValueStore, world: IndexWorld) -> IndexService:
    def never(_: KeyValueStore) -> KeyValueStore:
        raise AssertionError("the index was made anew")

    return IndexService(database, world, ManualClock(), forms=Bytom1Forms(world), begin_anew=never)  # type: ignore[arg-type]


def live(world: IndexWorld, events: list[tuple[str, int]]) -> MemoryStore:
    """An index that has followed all of this."""
    database = MemoryStore()
    index = open_index(database, world)
    for event, number in events:
        match event:
            case "grow":
                world.grow(number)
            case "reorganise":
                world.reorganise(number, number + 1)
            case "step":
                for _ in range(number):
                    index.step()
            case "reorganise meanwhile":
                world.reads_to_reorganisation = number
                index.step()
                world.reads_to_reorganisation = 0
            case "restart":
                index = open_index(database, world)
    index.catch_up()
    assert index.status().lag == 0
    return database


@settings(deadline=None, max_examples=80)
@given(
    seed=st.integers(0, 1 << 32),
    events=st.lists(EVENTS, max_size=25),
    repeats=st.sampled_from([0.0, 0.3]),
    at_once=st.sampled_from([1, 60, 20_000]),
)
def test_any_history_equals_an_index_made_from_the_beginning(
    seed: int, events: list[tuple[str, int]], repeats: float, at_once: int
) -> None:
    usual, service_module.CHANGES_AT_ONCE = service_module.CHANGES_AT_ONCE, at_once
    try:
        world = make_world(seed, repeats)
        database = live(world, events)
        fresh = MemoryStore()
        open_index(fresh, world).catch_up()
    finally:
        service_module.CHANGES_AT_ONCE = usual
    assert dict(database.iterate()) == dict(fresh.iterate())
    check_answers(View(database, world, Bytom1Forms(world)), world)  # type: ignore[arg-type]


def number(value: int | Number) -> int:
    """What a number in an answer is, however it is written."""
    return int(value.text) if isinstance(value, Number) else value


def pages(ask: Any, field: str, count: int) -> list[Any]:
    """All rows of a list, page by page."""
    rows, cursor = [], ""
    while True:
        answer = ask(count, cursor)
        assert len(answer[field]) <= count
        rows += answer[field]
        cursor = answer["next_cursor"]
        if not cursor:
            return rows


def check_answers(view: View, world: IndexWorld) -> None:
    """Compare with the truth."""
    truth, unspent = Truth.of(world), world.main[-1].unspent
    balances = balances_of(unspent)
    for program in PROGRAMS:
        answer = address_answer(view, program, 1000)
        assert answer["transactions"] == len(truth.history.get(program, []))
        held = {bytes.fromhex(row["asset_id"]): row for row in answer["balances"]}
        for asset_id, row in held.items():
            amount, count = balances.get((program, asset_id), (0, 0))
            assert (number(row["amount"]), row["unspent_outputs"]) == (amount, count)
            assert (number(row["received"]), number(row["sent"])) == truth.flows[program, asset_id]
        assert {asset_id for owner, asset_id in truth.flows if owner == program} >= set(held)
        assert {asset_id for owner, asset_id in balances if owner == program} <= set(held)
        check_history(view, world, program, truth)
        check_outputs(view, world, program)
    check_assets(view, world, truth)
    check_blocks(view, world)
    if not world.repeats:
        check_supply(view, world, truth)


def check_history(view: View, world: IndexWorld, program: bytes, truth: Truth) -> None:
    rows = pages(lambda count, cursor: address_transactions(view, program, count, cursor), "transactions", 3)
    assert [(row["block_height"], row["block_index"]) for row in rows] == truth.history.get(program, [])
    for row in rows[:5]:
        node = world.main[row["block_height"]]
        tx = node.block.transactions[row["block_index"]]
        assert (row["tx_id"], row["block_hash"]) == (tx.id.hex(), node.block.hash.hex())
        assert row["status_fail"] is node.fails[row["block_index"]]
        assert row["confirmations"] == len(world.main) - row["block_height"]
        shown = transaction_answer(view, tx.id)
        assert shown["tx_id"] == row["tx_id"]
        assert len(shown["inputs"]) == len(tx.inputs)
        for output in shown["outputs"]:
            if output["type"] == "control" and bytes.fromhex(output["id"]) in world.main[-1].unspent:
                assert output["spent_by"] is None


def check_outputs(view: View, world: IndexWorld, program: bytes) -> None:
    rows = pages(lambda count, cursor: address_outputs(view, program, b"", count, cursor), "outputs", 2)
    expected = {
        output_id: one
        for output_id, one in world.main[-1].unspent.items()
        if one.output.control_program == program
    }
    assert {bytes.fromhex(row["output_id"]) for row in rows} == set(expected)
    assert len(rows) == len(expected)
    for row in rows:
        one = expected[bytes.fromhex(row["output_id"])]
        assert (row["amount"], row["source_pos"]) == (one.output.amount, one.position)
        assert row["source_id"] == one.source_id.hex()
        made = world.main[row["block_height"]].block
        ids = [output_id for tx in made.transactions if tx.id.hex() == row["tx_id"] for output_id in tx.result_ids]
        assert bytes.fromhex(row["output_id"]) in ids
        assert output_answer(view, bytes.fromhex(row["output_id"]))["status"] == "unspent"


def check_assets(view: View, world: IndexWorld, truth: Truth) -> None:
    balances = balances_of(world.main[-1].unspent)
    listed = pages(lambda count, cursor: assets_answer(view, count, cursor), "assets", 2)
    assert {bytes.fromhex(row["asset_id"]) for row in listed} == set(truth.transfers)
    assert len(listed) == len(truth.transfers)
    for row in listed:
        asset_id = bytes.fromhex(row["asset_id"])
        assert row == asset_answer(view, asset_id)
        held = {owner: amount for (owner, held_id), (amount, _) in balances.items() if held_id == asset_id}
        holders = pages(
            lambda count, cursor, asset_id=asset_id: asset_holders(view, asset_id, count, cursor), "holders", 2
        )
        assert {bytes.fromhex(one["control_program"]): number(one["amount"]) for one in holders} == {
            owner: amount for owner, amount in held.items() if amount
        }
        amounts = [number(one["amount"]) for one in holders]
        assert amounts == sorted(amounts, reverse=True)
        assert row["holders"] == len(holders)
        if asset_id != BTM_ASSET_ID:
            assert number(row["issued"]) == truth.issued[asset_id]
            assert row["raw_definition"] == DEFINITIONS[ASSETS.index(asset_id)].hex()
        assert number(row["retired"]) == truth.retired[asset_id]
        moved = pages(
            lambda count, cursor, asset_id=asset_id: asset_transfers(view, asset_id, count, cursor), "transfers", 3
        )
        assert [(one["block_height"], one["block_index"]) for one in moved] == truth.transfers[asset_id]
        assert row["transactions"] == len(moved)
        assert (row["first_height"], row["first_tx_id"]) == (moved[-1]["block_height"], moved[-1]["tx_id"])


def check_supply(view: View, world: IndexWorld, truth: Truth) -> None:
    """All that was issued and not retired is somewhere, unless a coinbase took the place of an equal one."""
    balances = balances_of(world.main[-1].unspent)
    for asset_id in truth.transfers:
        row = asset_answer(view, asset_id)
        held = sum(amount for (_, held_id), (amount, _) in balances.items() if held_id == asset_id)
        assert held == number(row["issued"]) - number(row["retired"])


def check_blocks(view: View, world: IndexWorld) -> None:
    rows = pages(lambda count, cursor: block_summaries(view, count, cursor), "blocks", 3)
    assert [row["hash"] for row in rows] == [node.block.hash.hex() for node in reversed(world.main)]
    for row, node in zip(rows, reversed(world.main), strict=True):
        first = node.block.transactions[0]
        assert row["reward"] == sum(out.amount for out in first.outputs)
        assert row["miner_program"] == first.outputs[0].control_program.hex()
        assert row["fees"] == sum(tx.fee for tx in node.block.transactions[1:])
        assert row["size"] == len(node.block.to_bytes())
    for points in (1, 3, 1000):
        figures = statistics_by_height(view, 0, None, points)["points"]
        assert sum(point["transactions"] for point in figures) == sum(row["transactions"] for row in rows)
        assert sum(point["fees"] for point in figures) == sum(row["fees"] for row in rows)
        assert sum(point["size"] for point in figures) == sum(row["size"] for row in rows)
        assert [point["first_height"] for point in figures[1:]] == [p["last_height"] + 1 for p in figures[:-1]]
