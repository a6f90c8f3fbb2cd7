"""Every message that a correct node does not send costs its sender, and so does a call that comes to nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pybytomd.clock import ManualClock
from pybytomd.crypto import ed25519
from pybytomd.ledger.block import Block
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.peers.bans import BAN_THRESHOLD, CONNECTION_FAULT, ILLEGAL_MESSAGE, NUISANCE, Offence
from pybytomd.p2p.transport.secret_connection import EphemeralKey, SecretHandshake
from pybytomd.sync import messages
from pybytomd.sync.messages import MESSAGES, AnyMessage
from tests.chain_builder import GENESIS, make_block, make_branch
from tests.functional.fake_peer import FakePeer, fake_peers
from tests.functional.sync_network import SyncNode, eventually, running

BLOCKS = [GENESIS, *make_branch(GENESIS, 5)]
LOOPBACK = "127.0.0.1"


@pytest.fixture(autouse=True)
def every_proof_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)


@asynccontextmanager
async def conversation() -> AsyncIterator[tuple[SyncNode, FakePeer]]:
    """A node whose clock stands still, and a peer that has introduced itself."""
    node, peer = SyncNode(blocks=BLOCKS, clock=ManualClock(BLOCKS[-1].header.timestamp)), FakePeer(1, BLOCKS)
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 1)
        yield node, peer


def score(node: SyncNode) -> int:
    found = node.manager._switch._bans._scores.get(LOOPBACK)
    return 0 if found is None else found.value(int(node.manager._clock.now()))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged about peers."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("pybytomd.p2p.", "pybytomd.sync.message_handler"))
    ]


def spoilt(block: Block) -> bytes:
    return block.to_hex().encode()[:-2]


BROKEN: dict[type[AnyMessage], tuple[bytes, Offence]] = {
    messages.GetBlock: (b"\x10\x00", CONNECTION_FAULT),
    messages.BlockMessage: (messages.encode(messages.BlockMessage(b"zz")), CONNECTION_FAULT),
    messages.GetHeaders: (b"\x12\x02\xff\xff\xff", CONNECTION_FAULT),
    messages.Headers: (messages.encode(messages.Headers((b'"\\ud800"',))), CONNECTION_FAULT),
    messages.GetBlocks: (b"\x14\x02\xff\xff\xff", CONNECTION_FAULT),
    messages.Blocks: (messages.encode(messages.Blocks((b'"\\ud800"',))), CONNECTION_FAULT),
    messages.StatusResponse: (b"\x21\x00", CONNECTION_FAULT),
    messages.TransactionMessage: (messages.encode(messages.TransactionMessage(b"07")), CONNECTION_FAULT),
    messages.MineBlock: (messages.encode(messages.MineBlock(spoilt(BLOCKS[1]))), CONNECTION_FAULT),
    messages.FilterLoad: (b"\x50\x01\x05\x01", CONNECTION_FAULT),
    messages.FilterAdd: (b"\x51\x01\x05\x01", CONNECTION_FAULT),
    messages.GetMerkleBlock: (b"\x60\x00", CONNECTION_FAULT),
    messages.MerkleBlock: (b"\x61\x01", CONNECTION_FAULT),
}
"""A message of each type that does not decode, or whose contents do not; those without contents are left out."""

WRONG: dict[str, tuple[bytes, Offence]] = {
    "an unknown type": (b"\x70" + b"x" * 100, NUISANCE),
    "a longer program than is kept": (messages.encode(messages.FilterAdd(b"x" * 51)), NUISANCE),
    "more programs than are kept": (
        messages.encode(messages.FilterLoad(tuple(b"%d" % n for n in range(2000)))), NUISANCE,
    ),
    "headers nobody asked for": (
        messages.encode(messages.Headers.of([BLOCKS[1].header])), ILLEGAL_MESSAGE,
    ),
    "blocks nobody asked for": (messages.encode(messages.Blocks.of([BLOCKS[1]])), ILLEGAL_MESSAGE),
    "a block nobody asked for": (messages.encode(messages.BlockMessage.of(BLOCKS[1])), ILLEGAL_MESSAGE),
    "a merkle block nobody asked for": (
        messages.encode(messages.MerkleBlock(b"", (), (), (), (), b"")), ILLEGAL_MESSAGE,
    ),
    "a bad block": (messages.encode(messages.MineBlock.of(make_block(BLOCKS[0], timestamp=1))), ILLEGAL_MESSAGE),
    "too large a message": (b"\x20" + bytes(messages.MAX_SMALL_MESSAGE_SIZE), CONNECTION_FAULT),
}  # fmt: skip


def test_every_message_with_contents_is_tried() -> None:
    assert set(BROKEN) == set(MESSAGES.values()) - {messages.StatusRequest, messages.FilterClear}
    assert not set(MESSAGES) & {WRONG["an unknown type"][0][0]}


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
async def test_what_does_not_decode_costs(kind: type[AnyMessage]) -> None:
    said, offence = BROKEN[kind]
    async with conversation() as (node, peer):
        assert said[0] == kind.KIND
        peer.say(said)
        await eventually(lambda: score(node) == offence.persistent + offence.transient)


@pytest.mark.parametrize("name", WRONG)
async def test_what_breaks_the_rules_costs(name: str) -> None:
    said, offence = WRONG[name]
    async with conversation() as (node, peer):
        peer.say(said)
        await eventually(lambda: score(node) == offence.persistent + offence.transient)


@pytest.mark.parametrize(
    "name", ["an unknown type", "a longer program than is kept", "more programs than are kept"]
)
async def test_what_fills_the_log_leads_to_a_ban(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pybytomd")
    async with conversation() as (node, peer):
        caplog.clear()
        for _ in range(200):
            peer.say(WRONG[name][0])
        await peer.until(lambda: bool(peer.gone))
        assert node.manager._switch._bans.is_banned(LOOPBACK, node.manager._clock.now())
        await eventually(lambda: not node.manager.peers())
        warned = [r for r in caplog.records if r.levelno == logging.WARNING and r.getMessage() == "offence"]
        assert len(warned) == 1
        lines = BAN_THRESHOLD // NUISANCE.transient + 1
        assert lines <= len(said(caplog)) <= lines + 3  # the offences, and the end of two connections' ends


async def test_callers_of_another_chain_and_callers_that_leave_at_once_are_banned_after_a_while() -> None:
    foreign = [make_block(GENESIS, timestamp=GENESIS.header.timestamp + 7)]
    node = SyncNode(blocks=BLOCKS, clock=ManualClock(BLOCKS[-1].header.timestamp))
    async with running(node):
        before = 0
        for number in range(1, 5):
            peer = FakePeer(number, foreign)
            if number % 2:
                peer.answers[messages.StatusRequest] = lambda _: []
            async with fake_peers(peer):
                await peer.connect(node.address)
                await eventually(lambda peer=peer: peer.peer is not None)
                if not number % 2:
                    await peer.until(lambda peer=peer: bool(peer.gone))
            await eventually(lambda before=before: score(node) == before + NUISANCE.transient)
            before = score(node)


async def forge_handshake(node: SyncNode) -> None:
    """Prove to own another key than the one that signed."""
    reader, writer = await asyncio.open_connection(node.address.ip, node.address.port)
    key = EphemeralKey.generate()
    writer.write(key.public)
    theirs = await reader.readexactly(32)
    handshake = SecretHandshake(key, theirs, Ed25519Identity(ed25519.private_key_from_seed(bytes(32))))
    message = handshake.auth_message()
    writer.write(handshake.stream.seal(message[:-1] + bytes((message[-1] ^ 1,))))
    await reader.read()
    writer.close()


async def test_forged_handshakes_lead_to_a_ban_and_few_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pybytomd")
    node = SyncNode(clock=ManualClock(BLOCKS[-1].header.timestamp))
    async with running(node):
        caplog.clear()
        for _ in range(6):
            await forge_handshake(node)
        await eventually(lambda: node.manager._switch._bans.is_banned(LOOPBACK, node.manager._clock.now()))
        assert said(caplog) == ["offence"] * 5 + ["peer banned"]
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await forge_handshake(node)
        assert len(said(caplog)) == 6


async def test_a_caller_that_says_nothing_is_no_offender() -> None:
    """Whoever looks whether the port is open, as our own node does with the address it tells others."""
    node = SyncNode()
    async with running(node):
        for _ in range(30):
            _, writer = await asyncio.open_connection(node.address.ip, node.address.port)
            writer.close()
            await writer.wait_closed()
        await eventually(lambda: len(node.manager._switch._room) == 0)
        assert score(node) == 0
