"""Peers that lie: the node ends at the right block all the same, bans them, and holds no more than it may."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Sequence

import pytest

from pybytomd.ledger.block import Block
from pybytomd.ledger.inputs import TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.p2p.peers.ban_store import BANS_KEY, decode_bans
from pybytomd.sync import messages
from pybytomd.sync.bodies.download_window import MAX_WINDOW_BYTES
from pybytomd.sync.messages import AnyMessage
from pybytomd.sync.report.status import Activity
from tests.chain_builder import GENESIS, make_block, make_branch
from tests.functional.fake_peer import FakePeer, fake_peers
from tests.functional.sync_network import SyncNode, eventually, running

BLOCKS = [GENESIS, *make_branch(GENESIS, 300)]
FORGED = [*BLOCKS[:101], *make_branch(BLOCKS[100], 250)]
"""A longer chain, whose own blocks have no proof of work."""

Liar = Callable[[int], FakePeer]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proofs, and hardly any pause before a peer that was no use is asked again."""
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)
    for name in ("REST_SECONDS", "BRANCH_REST_SECONDS"):
        monkeypatch.setattr(f"pybytomd.sync.synchroniser.{name}", 0.05)


def bad_proofs(number: int) -> FakePeer:
    return FakePeer(number, FORGED)


def wrong_headers(number: int) -> FakePeer:
    liar = FakePeer(number, FORGED)
    easy = [make_block(BLOCKS[200], bits=BLOCKS[200].header.bits + 1).header]
    liar.answers[messages.GetHeaders] = lambda _: [messages.Headers.of(easy)]
    return liar


def unconnected_headers(number: int) -> FakePeer:
    liar = FakePeer(number, FORGED)
    liar.answers[messages.GetHeaders] = lambda _: [messages.Headers.of(b.header for b in FORGED[300:200:-1])]
    return liar


def empty_headers(number: int) -> FakePeer:
    liar = FakePeer(number, FORGED)
    liar.answers[messages.GetHeaders] = lambda _: [messages.Headers(())]
    return liar


def silence(number: int) -> FakePeer:
    liar = FakePeer(number, FORGED)
    liar.claim = (1_000_000, bytes(32))
    liar.answers[messages.GetHeaders] = lambda _: []
    return liar


def withheld_bodies(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)
    liar.answers[messages.GetBlocks] = liar.answers[messages.GetBlock] = lambda _: []
    return liar


def spoilt(block: Block) -> Block:
    """The same header over other transactions."""
    coinbase = block.transactions[0]
    output = coinbase.outputs[0]
    dearer = TxOutput(output.asset_id, output.amount + 1, output.control_program)
    return Block(block.header, [Transaction(1, 0, coinbase.inputs, (dearer,))])


def wrong_bodies(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)

    def lie(message: AnyMessage) -> Iterable[AnyMessage]:
        for answer in liar.honest_answer(message):
            if isinstance(answer, messages.Blocks):
                yield messages.Blocks.of(spoilt(block) for block in answer.blocks())
            elif isinstance(answer, messages.BlockMessage):
                yield messages.BlockMessage.of(spoilt(answer.block()))

    liar.answers[messages.GetBlocks] = liar.answers[messages.GetBlock] = lie
    return liar


def unrequested_megabytes(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)
    header = make_block(BLOCKS[300]).header.to_hex().encode()
    megabytes = messages.encode(messages.Blocks((b'"%b"' % (b"03" + header[2:] + b"00" * 2_000_000),)))
    liar.answers[messages.StatusRequest] = lambda m: [*liar.honest_answer(m), *[megabytes] * 6]
    return liar


def bad_announcements(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)
    said = [messages.MineBlock.of(make_block(BLOCKS[0], timestamp=1 + n)) for n in range(8)]
    liar.answers[messages.StatusRequest] = lambda m: [*liar.honest_answer(m), *said]
    return liar


def bad_transactions(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)
    said = [messages.TransactionMessage(b"07%02d" % n) for n in range(8)]
    liar.answers[messages.StatusRequest] = lambda m: [*liar.honest_answer(m), *said]
    return liar


def garbage_messages(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)
    said = [bytes((kind,)) + b"\xff" * 9 for kind in (0x10, 0x12, 0x13, 0x14, 0x15, 0x30, 0x40, 0x51, 0x61)]
    liar.answers[messages.StatusRequest] = lambda m: [*liar.honest_answer(m), *said]
    return liar


def garbage_frames(number: int) -> FakePeer:
    liar = FakePeer(number, BLOCKS)

    def lie(message: AnyMessage) -> Iterable[AnyMessage]:
        liar.say_on_the_line(b"\xee" * 5000)
        return []

    liar.answers[messages.StatusRequest] = lie
    return liar


LIARS: list[Liar] = [
    bad_proofs, wrong_headers, unconnected_headers, empty_headers, silence, wrong_bodies,
    unrequested_megabytes, bad_announcements, bad_transactions, garbage_messages, garbage_frames,
]  # fmt: skip


def banned(node: SyncNode) -> set[str]:
    return set(decode_bans(node.blacklist.get(BANS_KEY)))


async def outlive(*liars: FakePeer, harmless: Sequence[FakePeer] = (), honest_peers: int = 1) -> None:
    """Synchronise with honest peers and liars at the same time, until the last liar is banned.

    The ``harmless`` ones are liars that the others may make superfluous before they have earned a ban.
    """
    honest = [FakePeer(100 + number, BLOCKS) for number in range(honest_peers)]
    async with fake_peers(*liars, *harmless, *honest):
        guilty = {f"127.0.1.{n}": peer for n, peer in enumerate(liars, 1)}
        others = {f"127.0.2.{n}": peer for n, peer in enumerate([*harmless, *honest], 1)}
        addresses = [await peer.listen(ip) for ip, peer in (guilty | others).items()]
        node = SyncNode(keep_dial=tuple(addresses), request_timeout=0.5, stall_timeout=0.1)
        node.verifier.bad = {block.hash for block in FORGED[101:]}
        async with running(node):
            await node.reaches(BLOCKS[-1].hash)
            await eventually(lambda: set(guilty) <= banned(node))
            assert not banned(node) & {ip for ip, peer in others.items() if peer in honest}
            assert node.manager._synchroniser.window.held_bytes <= MAX_WINDOW_BYTES
            block = make_block(BLOCKS[-1])
            honest[0].say(messages.MineBlock.of(block))
            await node.reaches(block.hash)
            await eventually(lambda: node.manager.status().activity is Activity.SYNCED)


@pytest.mark.parametrize("liar", LIARS, ids=lambda make: make.__name__)
async def test_a_liar_is_banned_and_the_chain_is_right(liar: Liar) -> None:
    await outlive(liar(1))


async def test_a_peer_that_withholds_bodies_is_banned_while_nobody_else_has_them() -> None:
    liar, honest = withheld_bodies(1), FakePeer(2, BLOCKS)
    async with fake_peers(liar, honest):
        lying = await liar.listen("127.0.1.1")
        node = SyncNode(keep_dial=(lying,), request_timeout=0.3, stall_timeout=0.1)
        async with running(node):
            await eventually(lambda: "127.0.1.1" in banned(node))
            assert node.chain.best_height == 0
            await eventually(lambda: node.manager.status().activity is Activity.WAITING)
            await node.manager.connect(str(await honest.listen("127.0.2.1")))
            await node.reaches(BLOCKS[-1].hash)


async def test_nothing_that_a_banned_peer_has_sent_stays() -> None:
    """Its bodies wait for the lowest block, which it withholds; then it is banned for something else."""
    liar, honest = FakePeer(1, BLOCKS), FakePeer(2, BLOCKS)

    def all_but_the_lowest(message: AnyMessage) -> Iterable[AnyMessage]:
        answers = list(liar.honest_answer(message))
        return [a for a in answers if not isinstance(a, messages.Blocks) or a.blocks()[0].height > 1]

    liar.answers[messages.GetBlocks] = all_but_the_lowest
    liar.answers[messages.GetBlock] = lambda _: []
    async with fake_peers(liar, honest):
        node = SyncNode(keep_dial=(await liar.listen("127.0.1.1"),))
        window = node.manager._synchroniser.window
        async with running(node):
            await eventually(lambda: window.held_bytes > 0)
            liar.say(*[bytes((messages.GetBlock.KIND,))] * 6)
            await eventually(lambda: "127.0.1.1" in banned(node) and not node.manager.peers())
            assert window.held_bytes == 0
            await node.manager.connect(str(await honest.listen("127.0.2.1")))
            await node.reaches(BLOCKS[-1].hash)


async def test_half_of_the_peers_lie_all_at_once() -> None:
    tracemalloc.start()
    liars = [make(number) for number, make in enumerate(LIARS, 1)]
    await outlive(*liars, harmless=[withheld_bodies(50)], honest_peers=len(LIARS) + 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"peak of {peak / 1e6:.0f} MB with {2 * len(LIARS) + 2} peers, both ends of all connections")
    assert peak < 256 * 1024 * 1024
