"""What a node of the recorded home is given: payments, blocks on its chain, and branches that overtake it."""

from __future__ import annotations

import asyncio

from pybytomd.clock import ManualClock, SystemClock
from pybytomd.ledger.block import Block
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.generate import generate
from pybytomd.mining.proposer import BlockProposer
from tests.functional.node_process import BLOCK_SECONDS, RunningNode
from tests.functional.recorded_home import RECORDED
from tests.unit.wallet.recorded import open_chain

RECORDED_HEIGHT = 270
ALICE = RECORDED["keys"][0]
FEE = 10**7


async def send(running: RunningNode, *actions: dict[str, object]) -> str:
    """Build, sign and hand in; returns the id."""
    template = await running.call("build-transaction", actions=actions)
    signed = await running.call("sign-transaction", password=ALICE["password"], transaction=template)
    assert signed["sign_complete"]
    raw = signed["transaction"]["raw_transaction"]
    return str((await running.call("submit-transaction", raw_transaction=raw))["tx_id"])


async def mine(running: RunningNode) -> str:
    """Mine a block; returns its hash once the wallet has it too."""
    (block_hash,) = (await running.call("generate", count=1))["block_hashes"]
    async with asyncio.timeout(BLOCK_SECONDS):
        while True:
            info = await running.call("wallet-info")
            if info["wallet_height"] == info["best_block_height"]:
                return str(block_hash)
            await asyncio.sleep(0.05)  # the API has nothing to wait on


async def branch(running: RunningNode, height: int, length: int) -> list[str]:
    """Blocks on top of the node's block of a height, with their proofs of work."""
    clock = ManualClock(SystemClock().now() + length)  # no block is that of a branch of another length
    chain = open_chain(clock=clock)
    for number in range(RECORDED_HEIGHT + 1, height + 1):
        raw = (await running.call("get-raw-block", block_height=number))["raw_block"]
        chain.process_block(Block.from_hex(raw), proof=True)
    proposer = BlockProposer(chain, NoAccount(chain.params), clock)
    hashes = await asyncio.to_thread(generate, chain, proposer, length)
    raws = [chain.block(block_hash).to_hex() for block_hash in hashes]
    chain.close()
    return raws
