"""A running node follows a contract: over blocks, through kill -9, and when blocks are replaced."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pybytomd.crypto.hashes import sha3_256
from pybytomd.tracing.instance import Status
from tests.functional.node_process import BLOCK_SECONDS, RunningNode, node
from tests.functional.recorded_chain import ALICE, FEE, RECORDED_HEIGHT, branch, mine, send
from tests.functional.recorded_home import unpacked
from tests.functional.wallet_home import pay, spend

LOCK = "02abcd87"
"""A program that only ``abcd`` opens."""
KEY: dict[str, object] = {"arguments": [{"type": "data", "raw_data": {"value": "abcd"}}]}


async def until(running: RunningNode, trace_id: str, status: Status, outputs: list[str]) -> Any:
    """Wait until an instance is so; returns it."""
    async with asyncio.timeout(BLOCK_SECONDS):
        while True:
            found = await running.call("get-contract-instance", trace_id=trace_id)
            if (found["status"], [utxo["hash"] for utxo in found["utxos"] or ()]) == (status, outputs):
                return found
            await asyncio.sleep(0.05)  # the API has nothing to wait on


async def locked_outputs(running: RunningNode, tx_id: str, block_hash: str) -> list[str]:
    block = await running.call("get-block", block_hash=block_hash)
    (tx,) = [tx for tx in block["transactions"] if tx["id"] == tx_id]
    return [output["id"] for output in tx["outputs"] if output["control_program"] == LOCK]


async def test_the_life_of_a_contract(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    async with node(home) as running:
        registered = await running.call("create-contract", alias=" lock ", contract=LOCK)
        assert (registered["alias"], registered["id"]) == ("lock", sha3_256(bytes.fromhex(LOCK)).hex())
        assert (await running.ask("create-contract", {"alias": "x", "contract": LOCK}))["code"] == "BTM302"
        await running.call("update-contract-alias", id=registered["id"], alias="two")
        silver = {"alias": "ore", "root_xpubs": [ALICE["xpub"]], "quorum": 1}
        ore = (await running.call("create-asset", **silver))["id"]
        locked = {"type": "control_program", "control_program": LOCK, "asset_id": ore, "amount": 5}
        issue = {"type": "issue", "asset_id": ore, "amount": 5}
        created = await send(running, issue, spend("alice", FEE), locked)
        created_in = await mine(running)
        (trace_id,) = await running.call("create-contract-instance", tx_hash=created, block_hash=created_in)
        first = await locked_outputs(running, created, created_in)
        found = await until(running, trace_id, Status.IN_SYNC, first)
        assert (found["tx_hash"], found["utxos"][0]["amount"]) == (created, 5)

        unlock = {"type": "spend_account_unspent_output", "output_id": first[0], **KEY}
        moved = await send(running, unlock, spend("alice", FEE), locked)
        second = await locked_outputs(running, moved, await mine(running))
        assert (await until(running, trace_id, Status.IN_SYNC, second))["tx_hash"] == moved
        await running.kill()

    async with node(home) as running:
        assert (await until(running, trace_id, Status.IN_SYNC, second))["tx_hash"] == moved
        assert [one["trace_id"] for one in await running.call("list-contract-instances")] == [trace_id]
        (kept,) = await running.call("list-contracts")
        assert kept == {**registered, "alias": "two"} == await running.call("get-contract", id=registered["id"])

        for raw in await branch(running, RECORDED_HEIGHT + 1, 2):
            await running.call("submit-block", raw_block=raw)
        assert (await until(running, trace_id, Status.IN_SYNC, first))["tx_hash"] == created
        await running.kill()

    async with node(home) as running:
        await until(running, trace_id, Status.IN_SYNC, first)
        address = (await running.call("create-account-receiver", account_alias="alice"))["address"]
        await send(running, unlock, spend("alice", FEE), pay(address, 5, ore))
        await mine(running)
        await until(running, trace_id, Status.ENDED, first)
        for raw in await branch(running, RECORDED_HEIGHT, 5):
            await running.call("submit-block", raw_block=raw)
        await until(running, trace_id, Status.OFF_CHAIN, [])

        await running.call("remove-contract-instance", trace_id=trace_id)
        assert await running.call("list-contract-instances") == []
        await running.stop()
        assert "Traceback" not in running.text
    async with node(home) as running:
        assert await running.call("list-contract-instances") == []
        answer = await running.ask("get-contract-instance", {"trace_id": trace_id})
        assert answer["error_detail"].startswith("contract instance not found")
