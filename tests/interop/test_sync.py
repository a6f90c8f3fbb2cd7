"""Blocks, branches and transactions travel between us and Go nodes of both versions, also in a ring of five."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from pybytomd.ledger.transaction import Transaction
from tests.interop.reference_node import REFERENCES, ReferenceNode, each_reference, needs_reference, reference_node
from tests.interop.sync_node import (
    LOOK_SECONDS,
    PATIENCE,
    OurNode,
    eventually,
    go_mines,
    go_reaches,
    our_nodes,
    recorded_blocks,
    signed_payment,
    unpack_recorded_home,
)

SHARED_BLOCKS = 6
"""How many blocks a Go node fetches in these tests: it takes seconds for the proof of each."""

needs_both = pytest.mark.skipif(len(REFERENCES) < 2, reason="BYTOMD_REFERENCE does not name two Go nodes")


@needs_reference
@each_reference
async def test_an_empty_go_node_calls_us_and_syncs(binary: Path, tmp_path: Path) -> None:
    blocks = recorded_blocks()[: SHARED_BLOCKS + 1]
    ours = OurNode(blocks)
    async with reference_node(binary, tmp_path) as go, our_nodes(ours):
        started = time.perf_counter()
        address = ours.manager.listen_address
        assert address is not None
        listed = await go.call("connect-peer", ip=address.ip, port=address.port)
        assert listed["height"] == SHARED_BLOCKS
        await go_reaches(go, blocks[-1].hash)
        print(f"{SHARED_BLOCKS} blocks by {go.version} in {time.perf_counter() - started:.1f} s")
        await mined_on_both_sides(ours, go)


async def mined_on_both_sides(ours: OurNode, go: ReferenceNode) -> None:
    """New blocks reach the other side at once, in both directions."""
    block = await ours.mine()
    await go_reaches(go, block.hash)
    theirs = await go_mines(go)
    await ours.reaches(theirs)


async def mined_in_turn(*nodes: OurNode | ReferenceNode) -> bytes:
    """Each of the nodes adds a block, once it has those of the others before it; the last one, which all have."""
    for miner in nodes:
        best = await go_mines(miner) if isinstance(miner, ReferenceNode) else (await miner.mine()).hash
        await all_reach(best, *nodes)
    return best


async def all_reach(block_hash: bytes, *nodes: OurNode | ReferenceNode) -> None:
    for node in nodes:
        if isinstance(node, ReferenceNode):
            await go_reaches(node, block_hash)
        else:
            await node.reaches(block_hash)


@needs_both
async def test_five_mixed_nodes_in_a_ring(tmp_path: Path) -> None:
    """Each mines a block in turn, and each is given a transaction: all have the same chain and the same pool."""
    first_home, second_home = tmp_path / "first", tmp_path / "second"
    for home in (first_home, second_home):
        unpack_recorded_home(home)
    a, b, c = (OurNode(recorded_blocks()) for _ in range(3))
    async with (
        reference_node(REFERENCES[0], first_home) as go,
        reference_node(REFERENCES[1], second_home) as other,
        our_nodes(a, b, c),
    ):
        for ours, neighbours in ((a, (go, other)), (b, (other, c)), (c, (go,))):
            for neighbour in neighbours:
                await ours.call(neighbour)
        ring: tuple[OurNode | ReferenceNode, ...] = (a, go, b, other, c)
        await mined_in_turn(*ring)
        payments = [await signed_payment(go, 5 + number) for number in range(len(ring))]
        ids = {Transaction.from_hex(payment).id.hex() for payment in payments}
        for node, payment in zip(ring, payments, strict=True):
            if isinstance(node, ReferenceNode):
                await node.call("submit-transaction", raw_transaction=payment)
            else:
                await node.chain.add_transaction(Transaction.from_hex(payment))
        await eventually(
            lambda: all({e.transaction.id.hex() for e in n.chain.pool.entries()} == ids for n in (a, b, c))
        )
        for node in (go, other):
            await go_knows(node, *ids)


async def go_pool(go: ReferenceNode) -> set[str]:
    return set((await go.call("list-unconfirmed-transactions"))["tx_ids"])


async def go_knows(go: ReferenceNode, *tx_ids: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while await go_pool(go) != set(tx_ids):  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_SECONDS)


@needs_reference
async def test_transactions_submitted_anywhere_reach_every_pool(tmp_path: Path) -> None:
    binary = REFERENCES[0]
    unpack_recorded_home(tmp_path)
    near, far = OurNode(recorded_blocks()), OurNode(recorded_blocks())
    async with reference_node(binary, tmp_path) as go, our_nodes(near, far):
        early, late = await signed_payment(go, 5), await signed_payment(go, 6)
        first = (await go.call("submit-transaction", raw_transaction=early))["tx_id"]
        await near.call(go)  # the pool is sent to a new peer
        await far.call(near)
        await eventually(lambda: bytes.fromhex(first) in far.chain.pool)
        transaction = Transaction.from_hex(late)
        await far.chain.add_transaction(transaction)
        await go_knows(go, first, transaction.id.hex())
        entries = far.chain.pool.entries()
        block = await far.mine([entry.transaction for entry in entries], sum(entry.fee for entry in entries))
        await go_reaches(go, block.hash)
        await near.reaches(block.hash)
        await go_knows(go)
        assert len(near.chain.pool) == 0


@needs_reference
@each_reference
async def test_two_halves_agree_on_the_heavier_branch(binary: Path, tmp_path: Path) -> None:
    """Both have mined apart; the Go node has the longer branch first, then we have."""
    blocks = recorded_blocks()[:4]
    ours, later = OurNode(blocks), OurNode(blocks)
    async with reference_node(binary, tmp_path) as go, our_nodes(ours, later):
        for _ in range(4):
            best = await go_mines(go)
        await ours.call(go)
        await ours.reaches(best)
        for _ in range(2):
            block = await later.mine()
        await later.call(go)
        await go_reaches(go, block.hash)
        await ours.reaches(block.hash)


@needs_both
async def test_two_mixed_halves_agree_on_the_heavier_branch(tmp_path: Path) -> None:
    """Two nodes here, three there; each half mines on its own, then one of ours calls one of ours."""
    a, b, c = OurNode(), OurNode(), OurNode()
    async with (
        reference_node(REFERENCES[0], tmp_path / "first") as go,
        reference_node(REFERENCES[1], tmp_path / "second") as other,
        our_nodes(a, b, c),
    ):
        await a.call(go)
        await b.call(other)
        await b.call(c)
        light = await mined_in_turn(go, a)
        heavy = await mined_in_turn(other, b, c)
        assert light != heavy
        await a.call(c)
        await all_reach(heavy, go, a, other, b, c)
