"""What a Go node and ours tell over WebSockets of the same blocks and transactions: the same frames."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pybytomd.clock import ManualClock, SystemClock
from pybytomd.ledger.block import Block
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.generate import generate
from pybytomd.mining.proposer import BlockProposer
from tests.functional.node_process import BLOCK_SECONDS
from tests.functional.node_process import node as our_node
from tests.functional.recorded_home import RECORDED, unpacked
from tests.functional.wallet_home import pay, spend
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of
from tests.unit.wallet.recorded import open_chain

pytestmark = [needs_reference, pytest.mark.timeout(600)]

FEE = 10**7
TOPICS = ("notify_raw_blocks", "notify_new_transactions")
ALICE = RECORDED["keys"][0]


def other_branch(length: int) -> list[Block]:
    """Blocks on top of the recorded chain, with their proofs of work."""
    clock = ManualClock(SystemClock().now())
    chain = open_chain(clock=clock)
    proposer = BlockProposer(chain, NoAccount(chain.params), clock)
    blocks = [chain.block(block_hash) for block_hash in generate(chain, proposer, length)]
    chain.close()
    return blocks


class Ear:
    """A client of one node that has subscribed to everything; frames are kept by what they are about."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.frames: dict[str, list[str]] = {"blocks": [], "transactions": [], "answers": []}

    async def until(self, about: str, count: int) -> list[str]:
        """Wait for that many frames about something; all of them."""
        async with asyncio.timeout(BLOCK_SECONDS):
            while len(self.frames[about]) < count:
                text = await self._socket.receive_str()
                kind = json.loads(text)["notification_type"]
                key = {"new_transaction": "transactions", "request_status": "answers"}.get(kind, "blocks")
                self.frames[key].append(text)
        return self.frames[about]

    async def say(self, topic: str) -> str:
        count = len(self.frames["answers"])
        await self._socket.send_str(json.dumps({"topic": topic}))
        return (await self.until("answers", count + 1))[-1]


async def signed(node: Any) -> str:
    """A transaction of the recorded wallet, ready to be handed in."""
    template = await node.call(
        "build-transaction", actions=[spend("alice", 3 * FEE), pay(RECORDED["mining_address"], 2 * FEE)]
    )
    answer = await node.call("sign-transaction", password=ALICE["password"], transaction=template)
    assert answer["sign_complete"]
    return str(answer["transaction"]["raw_transaction"])


@each_reference
async def test_the_same_frames(binary: Path, tmp_path: Path) -> None:
    if await version_of(binary) != "1.1.1":
        pytest.skip("1.0.5 has no WebSockets")
    branch = await asyncio.to_thread(other_branch, 2)
    async with (
        reference_node(binary, unpacked(tmp_path / "theirs")) as theirs,
        our_node(unpacked(tmp_path / "ours")) as ours,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{theirs.api_port}/websocket-subscribe", max_msg_size=0) as one,
        session.ws_connect(f"{ours.url}/websocket-subscribe", max_msg_size=0) as other,
    ):
        ears = Ear(one), Ear(other)
        nodes: tuple[Any, Any] = theirs, ours
        for topic in (*TOPICS, "nothing"):
            said = [await ear.say(topic) for ear in ears]
            assert said[0] == said[1]

        raw = await signed(ours)
        for node in nodes:
            await node.call("submit-transaction", raw_transaction=raw)
        heard = [await ear.until("transactions", 1) for ear in ears]
        assert heard[0] == heard[1]
        assert json.loads(heard[0][0])["data"] == {"transaction": raw, "status_fail": False}

        (block_hash,) = (await ours.call("generate", count=1))["block_hashes"]
        found = (await ours.call("get-raw-block", block_hash=block_hash))["raw_block"]
        assert raw in found
        for block in (found, *(block.to_hex() for block in branch)):
            for node in nodes:
                await node.call("submit-block", raw_block=block)
        heard = [await ear.until("blocks", 4) for ear in ears]
        assert heard[0] == heard[1]
        assert [(json.loads(text)["notification_type"], json.loads(text)["data"]) for text in heard[0]] == [
            ("raw_blocks_connected", found),
            ("raw_blocks_disconnected", found),
            *(("raw_blocks_connected", block.to_hex()) for block in branch),
        ]

        for topic in TOPICS:
            said = [await ear.say(f"stop_{topic}") for ear in ears]
            assert said[0] == said[1]
        assert ears[0].frames == ears[1].frames
