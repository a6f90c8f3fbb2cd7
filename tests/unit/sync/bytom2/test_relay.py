"""What peers are told unasked, and what light clients are answered."""

from __future__ import annotations

import pytest

from pybytomd.clock import SystemClock
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, ILLEGAL_MESSAGE
from pybytomd.sync.bytom2.manager import _switch_config
from pybytomd.sync.bytom2.messages import (
    FilterLoad,
    GetBlock,
    GetBlocks,
    GetHeaders,
    GetMerkleBlock,
    Headers,
    MerkleBlock,
    Status,
    TransactionMessage,
    Transactions,
)
from tests.bytom2_builder import TRUE_PROGRAM, Builder, btm, coinbase, network, spend
from tests.unit.sync.bytom2.network import Node, Stranger, config, eventually, running

PARAMS = network()


def transaction(number: int, amount: int = 5) -> Transaction:
    """Of an output that nobody has."""
    return spend(coinbase(number, [btm(10 + number)]), [btm(amount)], position=1)


def test_more_peers_of_the_local_network_than_on_1x() -> None:
    """``maxNumLANPeers`` of 2.0.7."""
    assert _switch_config(config(), SystemClock()).max_lan_peers == 15


async def test_what_a_new_peer_is_told() -> None:
    node, stranger = Node(PARAMS), Stranger(PARAMS)
    blocks = Builder(node.chain).extend(5)
    async with running(node, stranger):
        await node.call(stranger)
        await eventually(lambda: bool(stranger.got))
        justified = node.chain.justified
        assert stranger.got == [Status(5, blocks[-1].hash, justified.height, justified.hash)]


async def test_answers() -> None:
    node, stranger = Node(PARAMS), Stranger(PARAMS)
    blocks = [PARAMS.genesis, *Builder(node.chain).extend(9)]
    async with running(node, stranger):
        await node.call(stranger)
        stranger.send(GetHeaders((), blocks[9].hash, 3))
        await eventually(lambda: bool(stranger.got_of(Headers)))
        (headers,) = stranger.got_of(Headers)
        assert headers == Headers.of(blocks[height].header for height in (0, 4, 8, 9))
        stranger.send(GetBlock(0, b"\x01" * 32))  # neither of these is answered
        stranger.send(GetBlocks((), b"\x01" * 32))
        stranger.send(FilterLoad((TRUE_PROGRAM,)))
        stranger.send(GetMerkleBlock(3))
        await eventually(lambda: bool(stranger.got_of(MerkleBlock)))
        (proof,) = stranger.got_of(MerkleBlock)
        assert isinstance(proof, MerkleBlock)
        assert proof.header_text == blocks[3].header.to_hex().encode()
        assert proof.transaction_texts == (blocks[3].transactions[0].to_hex().encode(),)
        assert len(stranger.got) == 3
        assert node.score() == 0


async def test_transactions_of_peers() -> None:
    """Dust is no offence, what is no transaction is one, and what breaks a rule another."""
    node, stranger = Node(PARAMS), Stranger(PARAMS)
    async with running(node, stranger):
        await node.call(stranger)
        stranger.send(TransactionMessage.of(transaction(1, amount=0)))
        stranger.send(Transactions.of([transaction(2, amount=0)]))
        stranger.send(TransactionMessage(b"zz"))
        await eventually(lambda: node.score() == CONNECTION_FAULT.transient)
        stranger.send(Transactions.of([transaction(3, amount=1 << 40), transaction(4, amount=1 << 40)]))
        await eventually(lambda: node.score() == CONNECTION_FAULT.transient + ILLEGAL_MESSAGE.persistent)


async def test_transactions_travel_on_but_for_those_that_would_cost_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer hears of each that comes; one that comes later gets what waits in one message."""
    node, early, late = Node(PARAMS), Stranger(PARAMS), Stranger(PARAMS)
    Builder(node.chain).extend(3)
    monkeypatch.setattr(node.chain.pool, "_unspent", lambda _: True)
    good, dust = [transaction(number) for number in (1, 2)], transaction(3, amount=0)
    expired = Transaction(1, 2, transaction(4).inputs, transaction(4).outputs)
    async with running(node, early, late):
        await node.call(early)
        await eventually(lambda: bool(early.got_of(Status)))
        for tx in (good[0], dust, expired, good[1]):
            node.chain.pool.add(tx, status_fail=False, height=3, fee=5)
        await eventually(lambda: len(early.got_of(TransactionMessage)) == 2)
        assert early.got_of(TransactionMessage) == [TransactionMessage.of(tx) for tx in good]
        await node.call(late)
        await eventually(lambda: bool(late.got_of(Transactions)))
        assert late.got_of(Transactions) == [Transactions.of(good)]
