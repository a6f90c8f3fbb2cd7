"""Two nodes call each other at once: whatever each of them sees first, one connection stays, the same for both."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.errors import IncompatiblePeer
from pybytomd.p2p.peers.connected_peers import CROSSING_SECONDS, DUPLICATE
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.handshake import BYTOM1
from tests.unit.p2p.network import Node, eventually, running

FIRST_STAYS = replace(BYTOM1, first_call_stays=True)


def is_own_call(peer: Peer) -> bool:
    return peer.origin.dialed is not None


def not_before(node: Node, later: Callable[[Peer], bool]) -> None:
    """Have a node finish the handshakes of some peers only after that of another one."""
    board, taken = node.switch._board, asyncio.Event()
    take = board.take

    async def take_in_order(peer: Peer) -> None:
        if later(peer):
            await taken.wait()
        await take(peer)
        taken.set()

    board.take = take_in_order  # type: ignore[method-assign]


def refuses_what_comes_later(node: Node) -> None:
    """As nodes of the reference do on Bytom 2."""
    node.switch._board._are_crossing = lambda *_: False  # type: ignore[method-assign]


async def call_each_other(a: Node, b: Node) -> "asyncio.Future[list[object]]":
    addresses = [node.switch.listen_address for node in (b, a)]
    assert all(addresses)
    return asyncio.gather(
        *(node.switch.connect(address) for node, address in zip((a, b), addresses, strict=True) if address),
        return_exceptions=True,
    )


async def talks(a: Node, b: Node) -> None:
    """The one connection is there for both, and carries messages."""
    await eventually(lambda: len(a.switch.peers) == len(b.switch.peers) == 1)
    await eventually(lambda: is_own_call(a.switch.peers[0]) != is_own_call(b.switch.peers[0]))
    a.switch.peers[0].send(b"still there")
    await b.recorder.until(lambda: b.recorder.messages[-1:] == [b"still there"])


@pytest.mark.parametrize(("ours", "theirs"), [(1, 2), (2, 1)])
async def test_the_other_end_keeps_what_came_first_there_and_we_follow(ours: int, theirs: int) -> None:
    a, other = Node(ours, form=FIRST_STAYS), Node(theirs, form=FIRST_STAYS)
    refuses_what_comes_later(other)
    not_before(a, is_own_call)  # its call comes first here
    not_before(other, is_own_call)  # and ours there
    async with running(a, other):
        mine, refused = await (await call_each_other(a, other))
        assert isinstance(mine, Peer)
        assert not isinstance(refused, Peer) or refused.is_closed
        await talks(a, other)
        assert is_own_call(a.switch.peers[0])
        assert [peer for peer, _ in a.recorder.gone] == [a.recorder.connected[0]]


@pytest.mark.parametrize("lower_sees_its_own_first", [True, False])
async def test_two_of_ours_wait_and_keep_the_same(lower_sees_its_own_first: bool) -> None:
    nodes = [Node(number, clock=ManualClock(), form=FIRST_STAYS) for number in (1, 2)]
    lower, higher = sorted(nodes, key=lambda node: node.switch.node_id)
    for node in (lower, higher):  # each serves another one at first
        not_before(node, lambda peer: is_own_call(peer) != lower_sees_its_own_first)
    async with running(lower, higher):
        calls = await call_each_other(lower, higher)
        await eventually(lambda: all(len(node.switch._board._crossing) == 1 for node in nodes))
        assert [len(node.switch.peers) for node in nodes] == [1, 1]
        for node in nodes:
            assert isinstance(node.clock, ManualClock)
            node.clock.advance(CROSSING_SECONDS)
            node.switch.tick()
        await calls
        await talks(lower, higher)
        assert is_own_call(lower.switch.peers[0])


async def test_what_the_other_end_talks_over_stays() -> None:
    """Not the one that the keys would choose."""
    nodes = [Node(number, clock=ManualClock(), form=FIRST_STAYS) for number in (1, 2)]
    lower, higher = sorted(nodes, key=lambda node: node.switch.node_id)
    for node, later in ((lower, is_own_call), (higher, lambda peer: not is_own_call(peer))):
        not_before(node, later)  # both serve the call of the higher one
    async with running(lower, higher):
        calls = await call_each_other(lower, higher)
        await eventually(lambda: all(len(node.switch._board._crossing) == 1 for node in nodes))
        for one, other in ((lower, higher), (higher, lower)):
            one.switch.peers[0].send(b"hello")
            await other.recorder.until(lambda other=other: other.recorder.messages == [b"hello"])  # type: ignore[misc]
        for node in nodes:
            assert isinstance(node.clock, ManualClock)
            node.clock.advance(CROSSING_SECONDS)
            node.switch.tick()
        results = await calls
        assert [str(error) for error in results if isinstance(error, IncompatiblePeer)] == [DUPLICATE]
        await talks(lower, higher)
        assert not is_own_call(lower.switch.peers[0])


async def test_nothing_comes_in_by_waiting_after_a_ban() -> None:
    a, other = (Node(number, clock=ManualClock(), form=FIRST_STAYS) for number in (1, 2))
    not_before(a, is_own_call)
    async with running(a, other):
        calls = await call_each_other(a, other)
        await eventually(lambda: len(a.switch._board._crossing) == 1)
        a.switch.peers[0].ban("a test")
        results = await calls
        assert isinstance(results[0], IncompatiblePeer), results
        await eventually(lambda: not other.switch.peers)
        assert not a.switch.peers
