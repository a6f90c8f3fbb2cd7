from __future__ import annotations

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import StoreError
from pybytomd.ledger.block import Block
from pybytomd.ledger.merkle import Proof
from pybytomd.ledger.status import TransactionStatus
from pybytomd.p2p.transport.node_info import Service
from pybytomd.sync import messages
from pybytomd.sync.relay.server import ChainServer, merkle_block
from tests.chain_builder import (
    GENESIS,
    TRUE_PROGRAM,
    Coin,
    btm,
    extend,
    make_block,
    make_branch,
    open_chain,
    spend,
)
from tests.merkle_proofs import validate_status_proof, validate_transaction_proof
from tests.unit.sync.stubs import StubPeer, state_of

STRANGER = b"\x00\x14" + bytes(20)


class Setup:
    def __init__(self, length: int = 150) -> None:
        self.chain = open_chain()
        self.blocks = [GENESIS, *extend(self.chain, length)]
        self.server = ChainServer(self.chain, ManualClock())
        self.stub = StubPeer("a")
        self.state = state_of(self.stub, GENESIS)

    def answer(self) -> messages.AnyMessage | None:
        return self.stub.sent.pop() if self.stub.sent else None


async def test_single_blocks() -> None:
    setup = Setup(5)
    side = make_branch(setup.blocks[2], 1)[0]
    setup.chain.process_block(side, proof=True)
    for request, expected in (
        (messages.GetBlock(3), setup.blocks[3]),
        (messages.GetBlock(0, setup.blocks[4].hash), setup.blocks[4]),
        (messages.GetBlock(3, setup.blocks[4].hash), setup.blocks[3]),
        (messages.GetBlock(0, side.hash), side),
        (messages.GetBlock(0, GENESIS.hash), GENESIS),
    ):
        await setup.server.get_block(setup.state, request)
        assert setup.answer() == messages.BlockMessage.of(expected)
        assert expected.hash in setup.state.known_blocks
    for request in (messages.GetBlock(6), messages.GetBlock(0), messages.GetBlock((1 << 64) - 1)):
        await setup.server.get_block(setup.state, request)
        assert setup.answer() is None
    setup.chain.close()


async def test_headers_and_blocks_after_a_locator() -> None:
    setup = Setup()
    best = setup.blocks[-1].hash
    await setup.server.get_headers(setup.state, messages.GetHeaders((setup.blocks[100].hash,), best))
    assert setup.answer() == messages.Headers.of(block.header for block in setup.blocks[101:])
    await setup.server.get_blocks(setup.state, messages.GetBlocks((GENESIS.hash,), best))
    assert setup.answer() == messages.Blocks.of(setup.blocks[1:129])
    assert setup.blocks[128].hash in setup.state.known_blocks
    assert setup.blocks[129].hash not in setup.state.known_blocks
    for stop in (bytes(32), GENESIS.hash):
        await setup.server.get_headers(setup.state, messages.GetHeaders((GENESIS.hash,), stop))
        await setup.server.get_blocks(setup.state, messages.GetBlocks((GENESIS.hash,), stop))
        assert setup.answer() is None
    setup.chain.close()


async def test_an_answer_ends_before_it_gets_too_large(monkeypatch: object) -> None:
    setup = Setup(10)
    size = len(setup.blocks[1].to_hex())
    monkeypatch.setattr("pybytomd.sync.relay.answers.MAX_BLOCKS_TEXT", 3 * size + 20)  # type: ignore[attr-defined]
    await setup.server.get_blocks(setup.state, messages.GetBlocks((GENESIS.hash,), setup.blocks[-1].hash))
    assert setup.answer() == messages.Blocks.of(setup.blocks[1:4])
    monkeypatch.setattr("pybytomd.sync.relay.answers.MAX_BLOCKS_TEXT", 10)  # type: ignore[attr-defined]
    await setup.server.get_blocks(setup.state, messages.GetBlocks((GENESIS.hash,), setup.blocks[-1].hash))
    assert setup.answer() == messages.Blocks(())
    setup.chain.close()


def test_merkle_blocks_prove_what_concerns_the_filter() -> None:
    coins = [Coin.of(block.transactions[0]) for block in make_branch(GENESIS, 4)]
    programs = [STRANGER, b"\x52", STRANGER, b"\x53"]
    transactions = [spend([coin], [btm(5, program)]) for coin, program in zip(coins, programs, strict=True)]
    block = make_block(GENESIS, transactions, fails=[False, True, True, False])
    status = TransactionStatus.of([False, False, True, True, False])
    state = state_of(StubPeer("light", Service.SPV), GENESIS)
    for programs_wanted, related in (([b"\x52", b"\x53"], [2, 4]), ([TRUE_PROGRAM], [0, 1, 2, 3, 4]), ([], [])):
        state.load_filter(programs_wanted)
        message = merkle_block(block, status, state)
        assert messages.decode(messages.encode(message)) == message
        ids = [block.transactions[index].id for index in related]
        assert [messages.TransactionMessage(t).transaction().id for t in message.transaction_texts] == ids
        fails = [status.fails[index] for index in related]
        assert message.statuses == tuple(b'{"status_fail":true}' if fail else b"{}" for fail in fails)
        proof = Proof(message.transaction_hashes, tuple(message.flags))
        assert validate_transaction_proof(proof, ids, block.header.transactions_merkle_root)
        assert validate_status_proof(
            message.status_hashes, message.flags, fails, block.header.transaction_status_hash
        )
    assert message.flags == b"\x00"


async def test_merkle_blocks_on_request() -> None:
    setup = Setup(3)
    for request in (messages.GetMerkleBlock(2), messages.GetMerkleBlock(0, setup.blocks[2].hash)):
        await setup.server.get_merkle_block(setup.state, request)
        answer = setup.answer()
        assert isinstance(answer, messages.MerkleBlock)
        assert answer.header_text == setup.blocks[2].header.to_hex().encode()
        assert answer.transaction_hashes == (setup.blocks[2].header.transactions_merkle_root,)
    for request in (messages.GetMerkleBlock(4), messages.GetMerkleBlock(0, bytes(32))):
        await setup.server.get_merkle_block(setup.state, request)
        assert setup.answer() is None
    setup.chain.close()


async def test_a_block_that_cannot_be_read_is_logged_and_not_answered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    setup = Setup(3)

    def broken(_: bytes) -> Block:
        raise StoreError("the disk is broken")

    monkeypatch.setattr(setup.chain, "block", broken)
    await setup.server.get_merkle_block(setup.state, messages.GetMerkleBlock(2))
    assert setup.answer() is None
    assert [record.reason for record in caplog.records] == ["the disk is broken"]  # type: ignore[attr-defined]
    setup.chain.close()


def test_status() -> None:
    setup = Setup(3)
    assert setup.server.status() == messages.StatusResponse(3, setup.blocks[3].hash, GENESIS.hash)
    setup.chain.close()
