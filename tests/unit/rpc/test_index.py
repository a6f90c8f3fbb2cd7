"""The methods of the index over the recorded chain: as documented, and agreeing with those about blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.clock import ManualClock
from pybytomd.indexing import keys
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.service import IndexService
from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.api_schemas import check_answer, check_request
from tests.unit.rpc.recorded import Client, make_api, recorded_chain

BTM = "ff" * 32
METHODS = (
    "get-address", "list-address-transactions", "list-address-outputs", "get-indexed-transaction",
    "get-indexed-output", "get-asset-summary", "list-indexed-assets", "list-asset-holders", "list-asset-transfers",
    "list-block-summaries", "get-chain-statistics", "search",
)  # fmt: skip
HEIGHT = 270


class Indexed:
    """A client of a node that has an index of the recorded chain."""

    def __init__(self) -> None:
        self.chain = recorded_chain()
        self.index = IndexService(
            MemoryStore(),
            self.chain,
            ManualClock(),
            forms=Bytom1Forms(self.chain),
            begin_anew=lambda _: MemoryStore(),
        )
        self.index.catch_up()
        self.client = Client(make_api(self.chain, index=self.index))

    async def ask(self, method: str, **request: object) -> Any:
        """The whole answer, which is as documented."""
        if request:
            check_request(method, request)
        answer = await self.client.call(method, request)
        check_answer(method, answer)
        return answer

    async def call(self, method: str, **request: object) -> Any:
        answer = await self.ask(method, **request)
        assert answer["status"] == "success", answer
        return answer["data"]

    async def pages(self, method: str, field: str, count: int, **request: object) -> list[Any]:
        rows: list[Any] = []
        cursor = ""
        while True:
            data = await self.call(method, count=count, cursor=cursor, **request)
            assert len(data[field]) <= count
            rows += data[field]
            cursor = data["next_cursor"]
            if not cursor:
                return rows


@pytest.fixture(scope="module")
def indexed() -> Iterator[Indexed]:
    opened = Indexed()
    yield opened
    opened.chain.close()


def transactions(indexed: Indexed) -> list[tuple[int, int, Any, bool]]:
    """Height, position, transaction and failure of all of the chain."""
    found = []
    for height in range(HEIGHT + 1):
        block = indexed.chain.block_at(height)
        fails = indexed.chain.transaction_status(block.hash).fails
        found += [
            (height, n, tx, fail) for n, (tx, fail) in enumerate(zip(block.transactions, fails, strict=True))
        ]
    return found


async def test_every_transaction_is_found_as_its_block_shows_it(indexed: Indexed) -> None:
    for height, position, tx, failed in transactions(indexed)[::7]:
        data = await indexed.call("get-indexed-transaction", tx_id=tx.id.hex())
        assert (data["block_height"], data["block_index"]) == (height, position)
        assert data["confirmations"] == HEIGHT - height + 1
        assert data["status_fail"] is failed
        block = (await indexed.client.call("get-block", {"block_height": height}))["data"]
        shown = block["transactions"][position]
        assert (data["mux_id"], data["size"], data["version"]) == (
            shown["mux_id"],
            shown["size"],
            shown["version"],
        )
        strip = ("asset_definition", "spent_by")
        for side in ("inputs", "outputs"):
            ours = [{name: v for name, v in one.items() if name not in strip} for one in data[side]]
            theirs = [{name: v for name, v in one.items() if name not in strip} for one in shown[side]]
            assert ours == theirs


async def test_outputs_know_who_spent_them(indexed: Indexed) -> None:
    spent = {}
    for height, _, tx, failed in transactions(indexed):
        for output_id in () if failed else tx.spent_output_ids:
            spent[output_id] = (tx.id.hex(), height)
    seen = set()
    for _, _, tx, _ in transactions(indexed)[::5]:
        for output_id, output in zip(tx.result_ids, tx.outputs, strict=True):
            data = await indexed.call("get-indexed-output", output_id=output_id.hex())
            seen.add(data["status"])
            assert data["tx_id"] == tx.id.hex()
            assert data["output"]["amount"] == output.amount
            expected = spent.get(output_id)
            if expected is not None:
                assert (data["status"], data["spent_by"], data["spent_at"]) == ("spent", *expected)
            else:
                assert (data["spent_by"], data["spent_at"]) == (None, None)
    assert {"spent", "unspent"} <= seen


async def test_balances_and_outputs_are_those_of_the_chain(indexed: Indexed) -> None:
    held: dict[tuple[str, str], int] = {}
    for output_id, entry in indexed.chain.store.utxos():
        if not entry.spent:
            data = await indexed.call("get-indexed-output", output_id=output_id.hex())
            assert data["status"] == "unspent"
            output = data["output"]
            key = (output["control_program"], output["asset_id"])
            held[key] = held.get(key, 0) + output["amount"]
    are_mixed = False
    for program in {program for program, _ in held}:
        data = await indexed.call("get-address", control_program=program, count=1000)
        found = {row["asset_id"]: row["amount"] for row in data["balances"] if row["amount"]}
        assert found == {asset: amount for (owner, asset), amount in held.items() if owner == program and amount}
        rows = await indexed.pages("list-address-outputs", "outputs", 7, control_program=program)
        assert sum(row["amount"] for row in rows) == sum(v for (owner, _), v in held.items() if owner == program)
        waiting = sum(row["amount"] for row in rows if row["valid_height"] > indexed.chain.best_height)
        assert sum(row["immature"] for row in data["balances"]) == waiting
        are_mixed |= 0 < waiting < found.get(BTM, 0)
        of_btm = await indexed.pages("list-address-outputs", "outputs", 3, control_program=program, asset_id=BTM)
        assert of_btm == [row for row in rows if row["asset_id"] == BTM]
    assert are_mixed, "rewards that are mature beside some that are not"
    for asset in {asset for _, asset in held}:
        rows = await indexed.pages("list-asset-holders", "holders", 5, asset_id=asset)
        assert {row["control_program"]: row["amount"] for row in rows} == {
            owner: amount for (owner, of), amount in held.items() if of == asset and amount
        }
        summary = await indexed.call("get-asset-summary", asset_id=asset)
        assert summary["issued"] - summary["retired"] == sum(row["amount"] for row in rows)
        assert summary["holders"] == len(rows)


async def test_an_address_and_its_program_are_the_same(indexed: Indexed) -> None:
    tx = next(tx for _, _, tx, _ in transactions(indexed) if len(tx.outputs[0].control_program) == 22)
    program = tx.outputs[0].control_program.hex()
    by_program = await indexed.call("get-address", control_program=program)
    address = by_program["address"]
    assert await indexed.call("get-address", address=address) == by_program
    rows = await indexed.pages("list-address-transactions", "transactions", 4, address=address)
    assert len(rows) == by_program["transactions"]
    assert tx.id.hex() in {row["tx_id"] for row in rows}
    places = [(row["block_height"], row["block_index"]) for row in rows]
    assert places == sorted(places, reverse=True)
    received = sum(change["received"] for row in rows for change in row["changes"] if change["asset_id"] == BTM)
    assert received == next(row["received"] for row in by_program["balances"] if row["asset_id"] == BTM)


async def test_assets_with_their_definitions(indexed: Indexed) -> None:
    rows = await indexed.pages("list-indexed-assets", "assets", 2)
    assert rows[0]["asset_id"] == BTM
    assert len(rows) > 2
    for row in rows:
        assert row == await indexed.call("get-asset-summary", asset_id=row["asset_id"])
        moved = await indexed.pages("list-asset-transfers", "transfers", 50, asset_id=row["asset_id"])
        assert len(moved) == row["transactions"]
        if row["asset_id"] != BTM:
            assert sum(one["issued"] for one in moved) == row["issued"]
            assert row["issuance_program"]
        assert sum(one["retired"] for one in moved) == row["retired"]


async def test_blocks_in_short(indexed: Indexed) -> None:
    rows = await indexed.pages("list-block-summaries", "blocks", 100)
    assert [row["height"] for row in rows] == list(range(HEIGHT, -1, -1))
    for row in rows[::40]:
        block = (await indexed.client.call("get-block", {"block_height": row["height"]}))["data"]
        assert (row["hash"], row["timestamp"], 2 * row["size"]) == (
            block["hash"],
            block["timestamp"],
            block["size"],
        )
        assert row["difficulty"] == block["difficulty"]
        assert row["transactions"] == len(block["transactions"])
    page = await indexed.call("list-block-summaries", from_height=100, count=2)
    assert [row["height"] for row in page["blocks"]] == [100, 99]


async def test_statistics(indexed: Indexed) -> None:
    rows = await indexed.pages("list-block-summaries", "blocks", 100)
    for points in (1, 7, 0):
        figures = (await indexed.call("get-chain-statistics", points=points))["points"]
        assert sum(point["blocks"] for point in figures) == HEIGHT + 1
        assert sum(point["transactions"] for point in figures) == sum(row["transactions"] for row in rows)
        assert sum(point["fees"] for point in figures) == sum(row["fees"] for row in rows)
    part = (await indexed.call("get-chain-statistics", first_height=10, last_height=19, points=1))["points"]
    by_height = {row["height"]: row for row in rows}
    passed = by_height[19]["timestamp"] - by_height[9]["timestamp"]
    hashes = sum(int(by_height[height]["difficulty"]) for height in range(10, 20))
    assert [(p["first_height"], p["last_height"]) for p in part] == [(10, 19)]
    assert (part[0]["difficulty"], part[0]["hash_rate"]) == (str(hashes // 10), hashes // passed)
    assert part[0]["block_seconds"] == round(passed / 10, 3)


async def test_statistics_by_time(indexed: Indexed) -> None:
    rows = (await indexed.pages("list-block-summaries", "blocks", 100))[::-1]
    start, end = rows[1]["timestamp"], rows[-1]["timestamp"]
    seconds = (end - start) // 5
    figures = (
        await indexed.call("get-chain-statistics", start_time=start, end_time=end, interval_seconds=seconds)
    )["points"]
    assert (figures[0]["first_height"], figures[-1]["last_height"]) == (1, HEIGHT)
    assert sum(point["blocks"] for point in figures) == HEIGHT
    latest, spans = 0, dict[int, set[int]]()
    for row in rows[1:]:
        latest = max(latest, row["timestamp"])
        (point,) = [p for p in figures if p["first_height"] <= row["height"] <= p["last_height"]]
        spans.setdefault(point["first_height"], set()).add((latest - start) // seconds)
    assert all(len(found) == 1 for found in spans.values())
    assert len(spans) == len(figures) > 2
    nothing = await indexed.call("get-chain-statistics", start_time=end + 10, interval_seconds=5)
    assert nothing["points"] == []


async def test_what_a_text_stands_for(indexed: Indexed) -> None:
    _, _, tx, _ = transactions(indexed)[-1]
    block = indexed.chain.block_at(100)
    asset = (await indexed.pages("list-indexed-assets", "assets", 10))[1]["asset_id"]
    program = tx.outputs[0].control_program.hex()
    address = (await indexed.call("get-address", control_program=program))["address"]
    expected = {
        "100": {"kind": "block", "id": block.hash.hex(), "block_height": 100},
        block.hash.hex(): {"kind": "block", "id": block.hash.hex(), "block_height": 100},
        tx.id.hex(): {"kind": "transaction", "id": tx.id.hex(), "block_height": HEIGHT},
        tx.result_ids[0].hex(): {"kind": "output", "id": tx.result_ids[0].hex(), "block_height": HEIGHT},
        address: {"kind": "address", "id": address, "block_height": None},
        program: {"kind": "address", "id": address, "block_height": None},
    }
    for text, found in expected.items():
        assert (await indexed.call("search", query=f" {text} "))["found"] == [found], text
    (kind,) = [one["kind"] for one in (await indexed.call("search", query=asset))["found"]]
    assert kind == "asset"
    for text in ("271", "00" * 32, "sm1qqqqqq", "x", "0" * 30, "é"):
        assert (await indexed.call("search", query=text))["found"] == []


@pytest.mark.parametrize(
    ("method", "request_", "code", "text"),
    [
        ("get-address", {}, "BTM952", "give either address or control_program"),
        ("get-address", {"address": "bm1qxxx", "control_program": "51"}, "BTM952", "give either"),
        ("get-address", {"address": "nothing"}, "BTM952", "'nothing' is no address of this network (sm1...)"),
        ("list-address-transactions", {"control_program": "51", "count": 1001}, "BTM952", "1000 rows at most"),
        ("list-address-transactions", {"control_program": "51", "cursor": "zz"}, "BTM952", "next_cursor"),
        ("list-address-transactions", {"control_program": "51", "cursor": "00"}, "BTM952", "next_cursor"),
        ("list-address-outputs", {"control_program": "51", "asset_id": "00"}, "BTM952", "asset_id has 64 hex"),
        ("get-indexed-transaction", {"tx_id": "00" * 32}, "BTM951", "the index has no transaction 0000"),
        ("get-indexed-transaction", {}, "BTM952", "tx_id has 64 hex digits, not 0"),
        ("get-indexed-output", {"output_id": "00" * 32}, "BTM951", "the index has no output"),
        ("get-asset-summary", {"asset_id": "11" * 32}, "BTM951", "the index has no asset"),
        ("list-asset-holders", {"asset_id": "11" * 32}, "BTM951", "the index has no asset"),
        ("list-asset-transfers", {"asset_id": "11"}, "BTM952", "asset_id has 64 hex digits, not 2"),
        ("get-chain-statistics", {"points": 1001}, "BTM952", "1000 at most"),
        ("get-chain-statistics", {"first_height": 300}, "BTM952", "the index ends at 270"),
        ("get-chain-statistics", {"start_time": 1}, "BTM952", "interval_seconds is above 0"),
        ("get-chain-statistics", {"interval_seconds": 1}, "BTM952", "a longer interval_seconds"),
        ("search", {"query": " "}, "BTM952", "query is empty"),
        ("search", {"query": "a" * 4097}, "BTM952", "longer than 4096"),
    ],
)
async def test_what_cannot_be_answered(
    indexed: Indexed, method: str, request_: dict[str, Any], code: str, text: str
) -> None:
    answer = await indexed.ask(method, **request_)
    assert answer["code"] == code
    assert text in answer["error_detail"]


@pytest.mark.parametrize("method", METHODS)
async def test_without_an_index_it_is_said_how_to_have_one(method: str) -> None:
    chain = recorded_chain(0)
    request = {
        "get-address": {"control_program": "51"}, "list-address-transactions": {"control_program": "51"},
        "list-address-outputs": {"control_program": "51"}, "get-indexed-transaction": {"tx_id": "00" * 32},
        "get-indexed-output": {"output_id": "00" * 32}, "search": {"query": "0"},
    }.get(method, {"asset_id": BTM} if "asset" in method and method != "list-indexed-assets" else {})  # fmt: skip
    answer = await Client(make_api(chain)).call(method, request)
    assert answer["code"] == "BTM950"
    assert "--index.enable" in answer["error_detail"]
    status = (await Client(make_api(chain)).call("node-status"))["data"]
    assert status["index"] is None


async def test_how_far_it_is(indexed: Indexed) -> None:
    status = await indexed.call("node-status")
    assert (status["index"]["height"], status["index"]["lag"], status["index"]["failure"]) == (HEIGHT, 0, None)
    page = (await indexed.client.send("/metrics")).body.decode()
    assert f"bytom_index_height {HEIGHT}\n" in page
    assert "bytom_index_blocks_behind 0\n" in page


async def test_a_transaction_that_waits_has_no_confirmations(indexed: Indexed) -> None:
    tx = transactions(indexed)[-1][2]
    empty = IndexService(
        MemoryStore(),
        indexed.chain,
        ManualClock(),
        forms=Bytom1Forms(indexed.chain),
        begin_anew=lambda _: MemoryStore(),
    )
    client = Client(make_api(indexed.chain, index=empty))
    indexed.chain.pool.add(tx, status_fail=False, height=HEIGHT, fee=5)
    try:
        data = (await client.call("get-indexed-transaction", {"tx_id": tx.id.hex()}))["data"]
        found = (await client.call("search", {"query": tx.id.hex()}))["data"]["found"]
    finally:
        indexed.chain.pool.remove(tx.id)
    assert (data["confirmations"], data["block_hash"], data["block_height"]) == (0, None, None)
    assert found == [{"kind": "transaction", "id": tx.id.hex(), "block_height": None}]
    answer = await client.call("get-indexed-transaction", {"tx_id": "00" * 32})
    assert "it is 271 blocks behind the chain, so try again later" in answer["error_detail"]


async def test_a_damaged_chain_is_told_of_and_the_index_stays(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: bytes) -> None:
        raise DamagedDatabase("core.db is damaged")

    tx = transactions(indexed)[5][2]
    block_hash = indexed.chain.hash_at(5)
    assert block_hash is not None
    monkeypatch.setattr(indexed.chain, "block_hex", damaged)
    monkeypatch.setattr(indexed.chain, "header", damaged)
    for method, request in (
        ("get-indexed-transaction", {"tx_id": tx.id.hex()}), ("search", {"query": block_hash.hex()}),
    ):  # fmt: skip
        answer = await indexed.ask(method, **request)
        assert (answer["code"], answer["error_detail"]) == ("BTM000", "core.db is damaged")
    database = indexed.index.database
    indexed.index.catch_up()
    assert indexed.index.database is database


async def test_a_damaged_row_is_told_of_and_leads_to_a_new_index(indexed: Indexed) -> None:
    anew: list[KeyValueStore] = []
    index = IndexService(
        MemoryStore(),
        indexed.chain,
        ManualClock(),
        forms=Bytom1Forms(indexed.chain),
        begin_anew=lambda old: anew.append(old) or MemoryStore(),
    )
    index.catch_up()
    index.database.put(keys.COUNTS + keys.program_key(b"\x51"), b"")
    client = Client(make_api(indexed.chain, index=index))
    answer = await client.call("get-address", {"control_program": "51"})
    assert "index.db is damaged: 0 numbers in 0 bytes, not 1; it is made from the chain" in answer["error_detail"]
    index.catch_up()
    assert len(anew) == 1
    assert (await client.call("get-address", {"control_program": "51"}))["status"] == "success"
