"""Requests for blocks, headers and merkle blocks are answered as Go nodes answer them, to the byte, or not at all.

Go nodes ask for headers, and for many blocks at once, only below checkpoints. On a private chain, which has none,
they fetch one block after the other.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pybytomd.ledger.block import Block
from pybytomd.p2p.network_address import NetAddress
from pybytomd.sync.headers.block_locator import locator_heights
from pybytomd.sync.messages import (
    AnyMessage,
    BlockMessage,
    Blocks,
    FilterAdd,
    FilterClear,
    FilterLoad,
    GetBlock,
    GetBlocks,
    GetHeaders,
    GetMerkleBlock,
    Headers,
    MerkleBlock,
    encode,
)
from tests.interop.greeter import Greeter, our_switch
from tests.interop.reference_node import each_reference, needs_reference, reference_node
from tests.interop.sync_node import LOOPBACK, OurNode, our_nodes, recorded_blocks, unpack_recorded_home

PATIENCE = 60.0
UNKNOWN = bytes(31) + b"\x07"
END = GetBlock(1)
"""Asked after everything else: where its answer comes, the answer to what was asked before is complete."""


def questions(blocks: Sequence[Block]) -> list[AnyMessage]:
    """Requests for blocks and headers: within the chain, at its ends, and about what is not there."""
    top = len(blocks) - 1
    hashes = [block.hash for block in blocks]

    def locator(height: int) -> tuple[bytes, ...]:
        return tuple(hashes[known] for known in locator_heights(height))

    asked: list[AnyMessage] = [GetBlock(2), GetBlock(top), GetBlock(top + 1)]
    asked += [GetBlock(0, block_hash) for block_hash in (hashes[0], hashes[7], hashes[top], UNKNOWN)]
    for kind in (GetHeaders, GetBlocks):
        for known, stop in (
            (locator(0), hashes[top]),
            (locator(0), hashes[1]),
            (locator(0), hashes[129]),
            (locator(100), hashes[200]),
            (locator(top - 1), hashes[top]),
            (locator(top), hashes[top]),
            ((hashes[17],), hashes[60]),
            ((UNKNOWN, hashes[3], hashes[9]), hashes[20]),
            ((UNKNOWN,), hashes[5]),
            ((), hashes[5]),
            (locator(5), UNKNOWN),
        ):
            asked.append(kind(known, stop))
    return asked


def wallet_questions(blocks: Sequence[Block]) -> list[AnyMessage]:
    """What a light wallet says: filters of programs that the chain pays, and requests for blocks."""
    with_payments = [block for block in blocks if len(block.transactions) > 1]
    programs = [output.control_program for tx in with_payments[0].transactions for output in tx.outputs]
    more = [output.control_program for tx in with_payments[-1].transactions for output in tx.outputs]
    some = [*with_payments[:6], *with_payments[-6:], blocks[0], blocks[1]]
    by_height: list[AnyMessage] = [GetMerkleBlock(block.height) for block in some if block.height]
    by_hash: list[AnyMessage] = [GetMerkleBlock(0, block.hash) for block in (*some, blocks[0])]
    return [
        *by_height,
        FilterLoad(tuple(programs)),
        *by_hash,
        *(FilterAdd(program) for program in more),
        *by_height,
        GetMerkleBlock(len(blocks)),
        GetMerkleBlock(0, UNKNOWN),
        FilterClear(),
        *by_height[:2],
    ]


async def answers(address: NetAddress, asked: Sequence[AnyMessage]) -> list[list[AnyMessage]]:
    """What comes for each request."""
    greeter = Greeter()
    found: list[list[AnyMessage]] = []
    end = BlockMessage.of(recorded_blocks()[END.height])
    async with our_switch(greeter) as switch, asyncio.timeout(PATIENCE):
        peer = await switch.connect(address)
        await greeter.arrived.get()  # its best block
        for question in asked:
            assert peer.send(encode(question))
            assert peer.send(encode(END))
            came: list[AnyMessage] = []
            while (message := await greeter.arrived.get()) != end:
                came.append(message)
            found.append(came)
        assert not peer.is_closed
    return found


@needs_reference
@each_reference
async def test_the_same_answers(binary: Path, tmp_path: Path) -> None:
    blocks = recorded_blocks()
    asked = [*questions(blocks), *wallet_questions(blocks)]
    unpack_recorded_home(tmp_path)
    ours = OurNode(blocks)
    async with our_nodes(ours), reference_node(binary, tmp_path, "--wallet.disable") as go:
        address = ours.manager.listen_address
        assert address is not None
        given = await answers(address, asked)
        expected = await answers(NetAddress(LOOPBACK, go.p2p_port), asked)
    kinds = Counter(type(message) for came in expected for message in came)
    assert kinds[Headers] > 5
    assert kinds[Blocks] > 5
    assert any(
        message.transaction_texts for came in expected for message in came if isinstance(message, MerkleBlock)
    )
    for question, ours_says, go_says in zip(asked, given, expected, strict=True):
        assert ours_says == go_says, question
