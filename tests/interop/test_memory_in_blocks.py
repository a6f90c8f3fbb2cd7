"""Blocks whose programs write over the memory of others: Go nodes find the same transactions failed.

A block carries the root of its verdicts, so that a Go node takes one of ours only when it agrees on all of them.
The blocks are shown to it in each way a block can come: handed in, fetched of us, and mined by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from pybytomd.clock import SystemClock
from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto.hashes import sha3_256
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import IssuanceInput, SpendInput, TxInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.proposer import BlockProposer
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.builders import p2wsh_program
from tests.chain_builder import Coin, coinbase, make_block, mine
from tests.interop.reference_node import (
    REFERENCES,
    ReferenceNode,
    each_reference,
    needs_reference,
    reference_node,
    version_of,
)
from tests.interop.sync_node import (
    PATIENCE,
    OurNode,
    go_mines,
    go_reaches,
    our_nodes,
    recorded_blocks,
    signed_payment,
    unpack_recorded_home,
)
from tests.unit.consensus.appends import APPEND, APPENDED_TO, Build, behind_the_append, rewrite

AMOUNT, FEE = 100_000_000, 20_000_000
"""Of each coin, and what is left of it as a fee; neu."""
ALIASING = assemble("'a' SHA3 DUP 2 LEFT 'x' CAT DROP 2 1 SUBSTR 'x' EQUAL")
"""Appends in place to the beginning of a hash, and looks at it by its other name."""
APPEND_PUSHED = assemble("SWAP CATPUSHDATA DROP TRUE")
SPOILS_TRUE = assemble("1 1 EQUAL 0 LEFT 'x' CAT DROP TRUE")
"""Writes over the first byte of the boolean true, which all programs share."""
COMPARES_TRUE = assemble("1 1 EQUAL 1 EQUAL")
SCRIPTS = (*[APPEND] * 8, APPEND_PUSHED, SPOILS_TRUE, ALIASING, b"\x51", b"\x51")
"""What the coins are locked with, one each."""


@dataclass(frozen=True)
class Case:
    """A transaction, and whether it is failed in its block."""

    transaction: Transaction
    failed: bool


def opened(coin: Coin, script: bytes, *arguments: bytes) -> SpendInput:
    program = coin.output.control_program
    return SpendInput(coin.source_id, BTM_ASSET_ID, coin.amount, coin.position, 1, program, (*arguments, script))


def issuance(program: bytes, *arguments: bytes) -> IssuanceInput:
    asset_id = compute_asset_id(program, 1, b"{}")
    return IssuanceInput(sha3_256(program)[:8], asset_id, 7, b"{}", 1, program, arguments)


def paying_out(spend: SpendInput, *issued: IssuanceInput) -> Transaction:
    outputs = [TxOutput(BTM_ASSET_ID, spend.amount - FEE, b"\x51")]
    outputs += [TxOutput(tx_input.asset_id, tx_input.amount, b"\x51") for tx_input in issued]
    inputs: tuple[TxInput, ...] = (spend, *issued)
    return Transaction(1, 0, inputs, tuple(outputs))


def appending(coin: Coin, *issued: IssuanceInput) -> Build:
    return lambda behind: paying_out(opened(coin, APPEND, behind, APPENDED_TO), *issued)


def asking_for(argument: bytes) -> bytes:
    """A program that wants this argument, and does not hold it."""
    return assemble(f"SHA3 0x{sha3_256(argument).hex()} EQUAL")


def rewritten(coin: Coin, old: bytes, new: bytes, *issued: IssuanceInput) -> Transaction:
    """A transaction that writes over itself: a later input, or an output."""
    build = appending(coin, *issued)
    return rewrite(build, len(behind_the_append(build(b""))), old, new)


def left_as_they_are(coins: Sequence[Coin]) -> list[Case]:
    """Programs that alias memory apart from their transaction's: our miner takes them."""
    return [Case(paying_out(opened(coins[10], ALIASING)), failed=False)]


def with_other_arguments(coins: Sequence[Coin]) -> list[Case]:
    """Programs that write over arguments of their own transaction and of the next; last one that spoils true.

    Go nodes run programs on the bytes that they keep and send on. Arguments are in no hash, so a block with others
    is still the same one.
    """
    wanted = asking_for(b"right")
    to_wrong = rewritten(coins[2], b"\x05right", b"\x05wrong", issuance(wanted, b"right"))
    to_right = rewritten(coins[3], b"\x05wrong", b"\x05right", issuance(wanted, b"wrong"))

    def pair(coin: Coin, victim_coin: Coin, old: bytes, new: bytes) -> list[Case]:
        victim = paying_out(opened(victim_coin, b"\x51"), issuance(wanted, old))
        build = appending(coin)
        size = len(behind_the_append(build(b""))) + len(victim.raw)
        writer = rewrite(build, size, b"\x05" + old, b"\x05" + new, after=victim.raw)
        return [Case(writer, failed=False), Case(victim, failed=new != b"right")]

    program = assemble("3 4 ADD 7 NUMEQUAL")
    return [
        Case(rewritten(coins[1], program, program, issuance(program)), failed=False),
        Case(to_wrong, failed=True),
        Case(to_right, failed=False),
        *pair(coins[6], coins[11], b"right", b"wrong"),
        *pair(coins[7], coins[12], b"wrong", b"right"),
        Case(paying_out(opened(coins[9], SPOILS_TRUE), issuance(COMPARES_TRUE)), failed=True),
    ]


def with_other_programs(coins: Sequence[Coin]) -> list[Case]:
    """Programs that write over programs and outputs of their own transaction.

    A Go node that has judged a block with them keeps another one, and can give it to nobody.
    """
    program, other = assemble("3 4 ADD 7 NUMEQUAL"), assemble("2 5 ADD 7 NUMEQUAL")
    asset_id = compute_asset_id(b"\x51", 1, b"{}")
    output = TxOutput(asset_id, 7, b"\x51").to_bytes()
    changed = TxOutput(asset_id, 7, b"\x52").to_bytes()

    def looking(seen: str) -> list[IssuanceInput]:
        """The second input's program looks whether the output pays to a program."""
        return [issuance(b"\x51"), issuance(assemble(f"1 7 0x{asset_id.hex()} 1 {seen} CHECKOUTPUT"))]

    return [
        Case(rewritten(coins[0], program, other, issuance(program)), failed=True),
        Case(rewritten(coins[4], output, changed, *looking("0x52")), failed=False),
        Case(rewritten(coins[5], output, changed, *looking("0x51")), failed=True),
        Case(paying_out(opened(coins[8], APPEND_PUSHED, b"x", APPENDED_TO)), failed=False),
    ]


async def mined_by_us(ours: OurNode) -> Block:
    """A template of our miner, of everything in our pool, with its proof."""
    proposer = BlockProposer(ours.chain, NoAccount(SOLONET), SystemClock())
    block = proposer.propose()
    return await asyncio.to_thread(mine, block, ours.chain.next_seed(block.header.previous_block_hash))


async def made_by_hand(ours: OurNode, transactions: Sequence[Transaction]) -> Block:
    """A block of transactions that our miner would not put into one, with the verdicts that we come to."""
    height = ours.chain.best_height + 1
    parent = ours.chain.block(ours.chain.best_hash)
    reward = coinbase(height, FEE * len(transactions))
    verdicts = Verifier().verify_block([reward, *transactions], BlockContext(1, height))
    fails = [verdict.failed for verdict in verdicts[1:]]
    block = make_block(parent, transactions, fails=fails, reward=reward)
    return await asyncio.to_thread(mine, block, ours.chain.next_seed(parent.hash))


async def fund(home: Path) -> tuple[Transaction, list[Coin]]:
    """A coin for each script, of the recorded wallet, whose keys only 1.1.1 finds."""
    signers = [binary for binary in REFERENCES if await version_of(binary) == "1.1.1"]
    if not signers:
        pytest.skip("BYTOMD_REFERENCE names no Go bytomd 1.1.1, which signs for the recorded wallet")
    unpack_recorded_home(home)
    programs = [p2wsh_program(sha3_256(script)) for script in SCRIPTS]
    async with reference_node(signers[0], home) as signer:
        funding = Transaction.from_hex(await signed_payment(signer, AMOUNT, programs))
    places: dict[bytes, list[int]] = {}
    for place, output in enumerate(funding.outputs):
        places.setdefault(output.control_program, []).append(place)
    return funding, [Coin.of(funding, places[program].pop()) for program in programs]


async def four_blocks(funding: Transaction, coins: Sequence[Coin], ours: OurNode) -> list[Block]:
    """Coins, then what our miner takes of the cases, then those that it leaves out."""
    await ours.chain.add_transaction(funding)
    blocks = [await mined_by_us(ours)]
    await ours.chain.add_block(blocks[0])
    taken, *others = left_as_they_are(coins), with_other_arguments(coins), with_other_programs(coins)
    for case in (*taken, others[0][0], others[1][0]):
        await ours.chain.add_transaction(case.transaction)
    blocks.append(await mined_by_us(ours))
    await ours.chain.add_block(blocks[1])
    for cases in others:
        blocks.append(await made_by_hand(ours, [case.transaction for case in cases]))
        await ours.chain.add_block(blocks[-1])
    for block, cases in zip(blocks[1:], (taken, *others), strict=True):
        assert [tx.id for tx in block.transactions[1:]] == [case.transaction.id for case in cases]
        assert fails_of_ours(ours, block) == [False, *[case.failed for case in cases]]
    return blocks


def fails_of_ours(ours: OurNode, block: Block) -> list[bool]:
    return [bool(fail) for fail in ours.chain.transaction_status(block.hash).fails]


async def told_by_go(go: ReferenceNode, block: Block) -> tuple[list[str], list[bool]]:
    """The ids and the verdicts of a block's transactions, as a Go node has them."""
    answer = await go.call("get-block", block_hash=block.hash.hex())
    return [tx["id"] for tx in answer["transactions"]], [tx["status_fail"] for tx in answer["transactions"]]


async def go_agrees(go: ReferenceNode, ours: OurNode, blocks: Sequence[Block]) -> None:
    """The same verdicts on all of the four blocks, and the same transactions in all but the last."""
    for block in blocks:
        ids, fails = await told_by_go(go, block)
        assert fails == fails_of_ours(ours, block)
        kept = ids == [tx.id.hex() for tx in block.transactions]
        assert kept is (block is not blocks[-1]), "what our miner leaves out for this reason is whole"


@needs_reference
@each_reference
async def test_blocks_of_ours_handed_to_a_go_node_and_fetched_of_it(binary: Path, tmp_path: Path) -> None:
    if await version_of(binary) == "1.0.5":
        pytest.skip("1.0.5 has no submit-block")
    funding, coins = await fund(tmp_path / "signer")
    unpack_recorded_home(tmp_path / "home")
    ours, reader = OurNode(recorded_blocks()), OurNode(recorded_blocks())
    async with reference_node(binary, tmp_path / "home") as go, our_nodes(ours, reader):
        blocks = await four_blocks(funding, coins, ours)
        for block in blocks[:-1]:
            await go.call("submit-block", raw_block=block.to_hex())
            await go_reaches(go, block.hash)
        await reader.call(go)
        await reader.reaches(blocks[-2].hash)
        assert [fails_of_ours(reader, b) for b in blocks[:-1]] == [fails_of_ours(ours, b) for b in blocks[:-1]]
        await go.call("submit-block", raw_block=blocks[-1].to_hex())
        await go_reaches(go, blocks[-1].hash)
        await go_agrees(go, ours, blocks)
        await reader.call(ours)
        await reader.reaches(blocks[-1].hash)


@needs_reference
@each_reference
async def test_blocks_of_ours_fetched_by_a_go_node(binary: Path, tmp_path: Path) -> None:
    funding, coins = await fund(tmp_path / "signer")
    unpack_recorded_home(tmp_path / "home")
    ours = OurNode(recorded_blocks())
    async with reference_node(binary, tmp_path / "home") as go, our_nodes(ours):
        blocks = await four_blocks(funding, coins, ours)
        await ours.call(go)
        await go_reaches(go, blocks[-1].hash)
        await go_agrees(go, ours, blocks)


@needs_reference
@each_reference
async def test_blocks_that_a_go_node_mines(binary: Path, tmp_path: Path) -> None:
    """Of transactions handed to it, one by one. It mines what its programs have left of them."""
    funding, coins = await fund(tmp_path / "signer")
    unpack_recorded_home(tmp_path / "home")
    ours = OurNode(recorded_blocks())
    async with reference_node(binary, tmp_path / "home") as go, our_nodes(ours):
        await ours.call(go)
        await mined_by_go(go, ours, [funding])
        cases = [*left_as_they_are(coins), *with_other_arguments(coins)[:3]]
        blocks = await mined_by_go(go, ours, [case.transaction for case in cases])
        found: dict[str, bool] = {}
        for block in blocks:
            ids, fails = await told_by_go(go, block)
            assert fails == fails_of_ours(ours, block)
            found.update(zip(ids, fails, strict=True))
        assert [found[case.transaction.id.hex()] for case in cases] == [case.failed for case in cases]


async def mined_by_go(go: ReferenceNode, ours: OurNode, transactions: Sequence[Transaction]) -> list[Block]:
    """Hand transactions to a Go node and have it mine until its pool is empty; the blocks, which we have then.

    It makes a template anew only with each block, so that the first one lacks them.
    """
    for transaction in transactions:
        await go.call("submit-transaction", raw_transaction=transaction.to_hex())
    blocks: list[Block] = []
    async with asyncio.timeout(PATIENCE):
        while (await go.call("list-unconfirmed-transactions"))["total"]:
            block_hash = await go_mines(go)
            await ours.reaches(block_hash)
            blocks.append(ours.chain.block(block_hash))
    return blocks
