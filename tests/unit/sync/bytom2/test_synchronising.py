"""Nodes of Bytom 2 synchronise over real connections."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from pybytomd.chain.bytom2.events import BlockProposed
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.params import SOLONET, NetParams
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from pybytomd.sync.bytom2.messages import (
    BlockMessage,
    BlockPropose,
    Blocks,
    BlockVerification,
    ChainMessage,
    ConsensusMessage,
    GetBlock,
    GetBlocks,
    GetHeaders,
    Headers,
    Status,
)
from tests.bytom2_builder import Builder, key, network, open_chain, verification
from tests.unit.sync.bytom2.network import Answer, Node, Stranger, eventually, running

LIVE_CHAIN = Path(__file__).parents[3] / "vectors" / "data" / "bytom2_live_chain.json"
PARAMS = network(4, 4)


@cache
def made(length: int) -> tuple[Block, ...]:
    """A chain of our own."""
    chain = open_chain(PARAMS)
    builder = Builder(chain)
    blocks = []
    for _ in range(length):
        blocks.append(builder.block())
        chain.process_block(blocks[-1])
    chain.close()
    return tuple(blocks)


@cache
def recorded() -> tuple[NetParams, tuple[Block, ...]]:
    """The chain of two live nodes of version 2.0.7."""
    (case,) = json.loads(LIVE_CHAIN.read_text())["cases"]
    federation = tuple(bytes.fromhex(text) for text in case["federation_xpubs"])
    params = replace(SOLONET, casper=replace(SOLONET.casper, federation=federation))
    return params, tuple(Block.from_hex(text) for text in case["blocks"][1:])


def status(blocks: Sequence[Block], justified_height: int = 0) -> Status:
    return Status(blocks[-1].height, blocks[-1].hash, justified_height, bytes(32))


async def test_it_has_caught_up_when_it_has_what_most_of_its_peers_have() -> None:
    blocks = made(12)
    ahead, behind = Node(PARAMS, blocks), Node(PARAMS)
    stranger = Stranger(PARAMS)
    async with running(ahead, behind, stranger):
        assert not behind.manager.has_caught_up  # nobody has told how far they are
        await behind.call(ahead)
        await eventually(lambda: behind.manager.has_caught_up)
        assert behind.chain.best_hash == blocks[-1].hash
        await behind.call(stranger)
        stranger.send(Status(10**6, bytes(31) + b"\x01", 0, bytes(32)))
        await eventually(lambda: behind.manager.status().highest_block == 10**6)
        await eventually(lambda: behind.manager.has_caught_up)  # one that lies keeps nobody from it
        behind.manager.disconnect(ahead.manager.status().node_id)
        await eventually(lambda: len(behind.manager.peers()) == 1)
        assert not behind.manager.has_caught_up


async def test_a_recorded_chain_is_served_and_fetched() -> None:
    """With all its votes: what is justified and finalized at one end is at the other."""
    params, blocks = recorded()
    full, empty = Node(params, blocks), Node(params)
    async with running(full, empty):
        await empty.call(full)
        await eventually(lambda: empty.chain.best_hash == blocks[-1].hash)
        assert empty.chain.justified == full.chain.justified
        assert empty.chain.finalized == full.chain.finalized
        assert full.chain.finalized.height > 0
        assert full.score() == empty.score() == 0
        await eventually(lambda: full.manager.peers()[0].height == blocks[-1].height)  # it was told


async def test_a_node_that_calls_is_synchronised_from_as_well() -> None:
    full, empty = Node(PARAMS, made(70)), Node(PARAMS)
    async with running(full, empty):
        await full.call(empty)
        await eventually(lambda: empty.chain.best_hash == made(70)[-1].hash)


async def test_several_peers_share_the_work() -> None:
    blocks = made(200)
    sources, empty = [Node(PARAMS, blocks) for _ in range(2)], Node(PARAMS)
    async with running(*sources, empty):
        empty.manager.hold("not yet")
        for source in sources:
            await empty.call(source)
        await eventually(lambda: [peer.height for peer in empty.manager.peers()] == [200, 200])
        empty.manager.release()
        await eventually(lambda: empty.chain.best_hash == blocks[-1].hash)
        assert [state.ever_asked_for_blocks for state in empty.manager._peers] == [True, True]


async def test_the_longer_branch_is_followed() -> None:
    common = made(30)
    longer, other = Node(PARAMS, common), Node(PARAMS, common[:29])
    builder = Builder(other.chain)
    async with running(longer, other):
        other.chain.process_block(builder.block(slots=2))
        assert other.chain.best_hash != common[-1].hash
        mine = Builder(longer.chain)
        for _ in range(3):
            longer.chain.process_block(mine.block())
        await other.call(longer)
        await eventually(lambda: other.chain.best_hash == longer.chain.best_hash)


async def test_blocks_and_signatures_travel_on() -> None:
    """From one end of a line to the other: what is proposed, and the votes that make it final."""
    signers = [KeySigner(key(number)) for number in range(3)]
    nodes = [Node(PARAMS, signer=signer) for signer in signers]
    async with running(*nodes):
        await nodes[0].call(nodes[1])
        await nodes[1].call(nodes[2])
        builder = Builder(nodes[0].chain)
        for _ in range(9):
            block = builder.block()
            nodes[0].chain.process_block(block)
            nodes[0].chain.events.post(BlockProposed(nodes[0].chain.block(block.hash)))
            await eventually(lambda block=block: nodes[2].chain.best_hash == block.hash)  # type: ignore[misc]
        await eventually(lambda: [node.chain.justified.height for node in nodes] == [8, 8, 8])
        assert [node.chain.finalized.height for node in nodes] == [4, 4, 4]
        assert [node.score() for node in nodes] == [0, 0, 0]


async def test_a_gap_before_an_announced_block_is_fetched() -> None:
    blocks = made(12)
    ahead, behind = Node(PARAMS, blocks[:8]), Node(PARAMS, blocks[:8])
    async with running(ahead, behind):
        await behind.call(ahead)
        await eventually(lambda: len(ahead.manager.peers()) == 1)
        for block in blocks[8:]:
            ahead.chain.process_block(block)
        ahead.chain.events.post(BlockProposed(blocks[-1]))
        await eventually(lambda: behind.chain.best_hash == blocks[-1].hash)


async def test_votes_that_were_missed_are_in_the_headers_of_others() -> None:
    """Both have all blocks; one was away when the validators signed."""
    blocks = made(6)
    knowing, missed = Node(PARAMS, blocks), Node(PARAMS, blocks)
    genesis, target = PARAMS.genesis.header, blocks[3].header
    for number in range(3):
        knowing.chain.process_verification(verification(number, genesis.hash, target.hash))
    assert (knowing.chain.justified.height, missed.chain.justified.height) == (4, 0)
    async with running(knowing, missed):
        await missed.call(knowing)
        await eventually(lambda: missed.chain.justified.height == 4)


# --- peers that play by no rules ---------------------------------------------------------------------------------


def serving(blocks: Sequence[Block], skeleton: Sequence[Block]) -> Answer:
    """Answers of a peer that has blocks, and a skeleton of its own making."""

    def answer(message: ChainMessage | ConsensusMessage) -> list[ChainMessage]:
        if isinstance(message, GetHeaders):
            return [Headers.of(block.header for block in skeleton)]
        if isinstance(message, GetBlocks):
            start = next(i for i, block in enumerate(blocks) if block.hash in message.locator)
            return [Blocks.of(blocks[start : start + 64])]
        return []

    return answer


async def test_a_claim_without_blocks_costs_one_question_and_keeps_nobody_from_the_others() -> None:
    """The reference asks such a peer in every round for ever, and follows no other."""
    blocks = made(70)
    liar, full, empty = Stranger(PARAMS), Node(PARAMS, blocks), Node(PARAMS, request_timeout=0.05)
    async with running(liar, full, empty):
        await empty.call(liar)
        liar.send(Status(1 << 40, b"\xee" * 32, 1 << 40, b"\xee" * 32))
        await eventually(lambda: bool(liar.got_of(GetHeaders)))
        await empty.call(full)
        await eventually(lambda: empty.chain.best_hash == blocks[-1].hash)
        assert len(liar.got_of(GetHeaders)) == 1
        assert liar.got_of(GetBlocks) == []
        assert empty.score() == 0


async def test_a_skeleton_of_other_heights_is_a_fault() -> None:
    blocks = (PARAMS.genesis, *made(70))
    liar, empty = Stranger(PARAMS), Node(PARAMS)
    liar.answer = serving(blocks, (blocks[0], blocks[70]))
    async with running(liar, empty):
        await empty.call(liar)
        liar.send(status(blocks))
        await eventually(lambda: empty.score() == ILLEGAL_MESSAGE.persistent)
        assert empty.chain.best_height == 0
        assert liar.got_of(GetBlocks) == []


async def test_blocks_that_nobody_signed_are_refused_at_the_first() -> None:
    """The skeleton and all links are right; the witness of one is not."""
    good = (PARAMS.genesis, *made(40))
    builder_chain = open_chain(PARAMS)
    for block in good[1:11]:
        builder_chain.process_block(block)
    forged = Builder(builder_chain).block()
    forged = forged.with_header(forged.header.with_witness(bytes(64)))
    builder_chain.close()
    blocks = (*good[:11], forged)
    liar, empty = Stranger(PARAMS), Node(PARAMS)
    liar.answer = serving(blocks, (blocks[0], blocks[-1]))
    async with running(liar, empty):
        await empty.call(liar)
        liar.send(status(blocks))
        await eventually(lambda: empty.score() == ILLEGAL_MESSAGE.persistent)
        assert empty.chain.best_hash == good[10].hash
        assert not empty.chain.has_block(forged.hash)


async def test_another_answer_than_asked_for() -> None:
    blocks = (PARAMS.genesis, *made(40))
    liar, empty = Stranger(PARAMS), Node(PARAMS)

    def answer(message: ChainMessage | ConsensusMessage) -> list[ChainMessage]:
        if isinstance(message, GetHeaders):
            return [Headers.of((blocks[0].header, blocks[40].header))]
        return [Blocks.of((blocks[0], blocks[2]))] if isinstance(message, GetBlocks) else []

    liar.answer = answer
    async with running(liar, empty):
        await empty.call(liar)
        liar.send(status(blocks))
        await eventually(lambda: empty.score() == ILLEGAL_MESSAGE.persistent)
        assert empty.chain.best_height == 0


async def test_a_peer_that_sends_drop_by_drop_holds_up_nobody() -> None:
    """Each of its answers is right, and brings one block."""
    blocks = (PARAMS.genesis, *made(70))
    slow, full, empty = Stranger(PARAMS), Node(PARAMS, made(70)[:65]), Node(PARAMS)

    def answer(message: ChainMessage | ConsensusMessage) -> list[ChainMessage]:
        if isinstance(message, GetHeaders):
            return [Headers.of(blocks[height].header for height in (0, 64, 70))]
        if isinstance(message, GetBlocks):
            start = next(block.height for block in blocks if block.hash in message.locator)
            return [Blocks.of(blocks[start : start + 2])]
        return []

    slow.answer = answer
    async with running(slow, full, empty):
        await empty.call(slow)
        slow.send(status(blocks))
        await eventually(lambda: bool(slow.got_of(GetBlocks)))
        await empty.call(full)
        await eventually(lambda: empty.chain.best_height >= 65)
        assert len(slow.got_of(GetBlocks)) == 1
        assert empty.score() == 0


async def test_without_a_skeleton_blocks_are_asked_for_one_by_one() -> None:
    """A peer that is on another branch by now than it told; it goes back to where the branches part."""
    blocks = (PARAMS.genesis, *made(6))
    stranger, behind = Stranger(PARAMS), Node(PARAMS, made(6)[:2], request_timeout=0.05)

    def answer(message: ChainMessage | ConsensusMessage) -> list[ChainMessage]:
        return [BlockMessage.of(blocks[message.height])] if isinstance(message, GetBlock) else []

    stranger.answer = answer
    async with running(stranger, behind):
        await behind.call(stranger)
        stranger.send(Status(6, b"\x77" * 32, 0, bytes(32)))
        await eventually(lambda: behind.chain.best_hash == blocks[-1].hash)
        assert [message.height for message in stranger.got_of(GetBlock)] == [3, 4, 5, 6]  # type: ignore[union-attr]


async def test_only_what_a_signature_proves_by_itself_is_a_fault() -> None:
    blocks = made(9)
    stranger, node = Stranger(PARAMS), Node(PARAMS, blocks)
    genesis, target = PARAMS.genesis.header, blocks[3].header
    async with running(stranger, node):
        await node.call(stranger)
        early = verification(0, genesis.hash, target.hash)
        unknown_target = BlockVerification(genesis.hash, b"\x11" * 32, key(0).xpub.raw, bytes(64))
        unknown_source = BlockVerification(b"\x11" * 32, target.hash, key(0).xpub.raw, bytes(64))
        for message in (unknown_target, unknown_source, BlockVerification.of(early), BlockVerification.of(early)):
            stranger.send_consensus(message)
        stranger.send_consensus(BlockVerification(genesis.hash, target.hash, key(1).xpub.raw, bytes(64)))
        await eventually(lambda: node.score() == ILLEGAL_MESSAGE.persistent)  # the last one, which nobody signed
        stranger.send_consensus(BlockVerification.of(verification(9, genesis.hash, target.hash)))
        await eventually(lambda: node.score() == 2 * ILLEGAL_MESSAGE.persistent)  # nor is this a validator
        assert stranger.got_of(BlockVerification) == []  # it has told of the one that counts


async def test_type_byte_zero_ends_the_connection_and_blocks_unasked_for_are_a_fault() -> None:
    stranger, node = Stranger(PARAMS), Node(PARAMS)
    async with running(stranger, node):
        await node.call(stranger)
        stranger.send(Blocks(()))
        await eventually(lambda: node.score() == ILLEGAL_MESSAGE.persistent)
        stranger.peers[-1].send(b"\x00")
        await eventually(lambda: node.manager.peers() == ())


async def test_an_announced_block_that_nobody_signed_is_not_passed_on() -> None:
    liar, node, witness = Stranger(PARAMS), Node(PARAMS), Stranger(PARAMS)
    forged = Builder(node.chain).block()
    forged = forged.with_header(forged.header.with_witness(bytes(64)))
    async with running(liar, node, witness):
        await node.call(liar)
        await node.call(witness)
        liar.send_consensus(BlockPropose.of(forged))
        await eventually(lambda: node.score() == ILLEGAL_MESSAGE.persistent)
        assert witness.got_of(BlockPropose) == []
        assert node.chain.best_height == 0
