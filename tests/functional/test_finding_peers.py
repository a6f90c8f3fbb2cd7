"""Nodes find each other: through a seed and the UDP table, through the address book, and not when banned."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybytomd.errors import BytomError
from pybytomd.p2p.peers.ban_store import BANS_KEY, decode_bans
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from tests.chain_builder import GENESIS
from tests.functional.fake_peer import FakePeer, fake_peers
from tests.functional.sync_network import SyncNode, eventually, running


async def test_a_seed_leads_to_everybody() -> None:
    first = SyncNode(discoverable=True, target_outbound=4)
    async with running(first):
        others = [SyncNode(discoverable=True, target_outbound=4, seeds=(first.address,)) for _ in range(2)]
        async with running(*others):
            await eventually(lambda: all(len(node.manager.peers()) == 2 for node in (first, *others)))


async def test_who_answered_is_called_again_after_a_restart(tmp_path: Path) -> None:
    book = tmp_path / "addrbook.json"
    known = SyncNode()
    async with running(known):
        before = SyncNode(address_book=book)
        async with running(before):
            await before.connect(known)
        after = SyncNode(address_book=book, target_outbound=4)
        async with running(after):
            await eventually(lambda: len(after.manager.peers()) == 1)


async def test_who_was_sent_away_is_not_called_again_without_being_told_to(tmp_path: Path) -> None:
    known, node = SyncNode(), SyncNode(address_book=tmp_path / "addrbook.json", target_outbound=4)
    async with running(known, node):
        info = await node.manager.connect(str(known.address))
        node.manager.disconnect(info.peer_id)
        await eventually(lambda: not node.manager.peers())
        for _ in range(3):
            node.manager._switch.tick()
        assert node.manager._switch.calls_under_way == 0
        await node.connect(known)


async def test_bans_are_kept() -> None:
    node, liar = SyncNode(), FakePeer(1, [GENESIS])
    async with running(node), fake_peers(liar):
        await liar.listen("127.0.3.1")
        info = await node.manager.connect(str(liar.switch.listen_address))
        for _ in range(6):
            node.manager._peers.punish(info.peer_id, ILLEGAL_MESSAGE, "a test")
        await liar.until(lambda: bool(liar.gone))
        assert set(decode_bans(node.blacklist.get(BANS_KEY))) == {"127.0.3.1"}
        again = SyncNode(blacklist=node.blacklist)
        async with running(again):
            with pytest.raises(BytomError, match="connect banned peer"):
                await again.manager.connect(str(liar.switch.listen_address))


async def test_what_can_go_wrong_with_a_call() -> None:
    node, other = SyncNode(), SyncNode()
    async with running(node):
        async with running(other):
            gone = other.address
            await node.connect(other)
            with pytest.raises(BytomError, match="Duplicate peer"):
                await node.connect(other)
            with pytest.raises(BytomError, match="Connect self"):
                await node.connect(node)
        with pytest.raises(
            BytomError, match=r"Error dial peer: dial tcp 127.0.0.1:\d+: connect: connection refused"
        ):
            await node.manager.connect(str(gone))
        with pytest.raises(BytomError, match="literal IP"):
            await node.manager.connect("localhost:1")
