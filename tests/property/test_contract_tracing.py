"""Contracts that are followed through random histories are where a walk over the whole chain finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.block import Block
from pybytomd.ledger.inputs import IssuanceInput, SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.tracing import service as service_module
from pybytomd.tracing.bytom1 import BYTOM1
from pybytomd.tracing.instance import Status
from pybytomd.tracing.service import TraceService
from pybytomd.vm.programs.builders import retire_program
from tests.chain_builder import Coin, btm, make_block, make_branch, mature_coins, open_chain

ISSUANCE_PROGRAM = b"\x51"
GOLD = compute_asset_id(ISSUANCE_PROGRAM, 1, b"")
CONTRACTS = (b"\x52", b"\x53")
PROGRAMS = (*CONTRACTS, *CONTRACTS, retire_program())
UNITS, FEE, GAS_COINS = 100, 10**7, 40
CREATED_BACK = 12
"""How many blocks back an instance is made from."""


@cache
def base() -> tuple[dict[bytes, bytes], list[Coin]]:
    """A chain with coins that pay for gas."""
    database = MemoryStore()
    coins = mature_coins(open_chain(database), GAS_COINS)
    return dict(database.iterate()), coins


@dataclass(frozen=True)
class Tracked:
    """An instance: what it was made from, and its program."""

    trace_id: str
    transaction_id: bytes
    block_hash: bytes
    program: bytes


@dataclass(frozen=True)
class Found:
    """Where a contract is."""

    status: Status
    outputs: tuple[bytes, ...]
    transaction_id: bytes | None
    ended_height: int


class World:
    """A chain on which contracts are made, moved, merged, split and ended, and the service that follows some."""

    def __init__(self) -> None:
        records, coins = base()
        database = MemoryStore()
        database.write(dict(records))
        self.chain = open_chain(database)
        self.coins = list(coins)
        self.start = self.chain.best_height
        self.database = MemoryStore()
        self.count = 0
        self.service = self.open()
        self.tracked: list[Tracked] = []

    def open(self) -> TraceService:
        return TraceService(self.database, self.chain, BYTOM1, new_id=self.number)

    def number(self) -> str:
        self.count += 1
        return f"id{self.count:04}"

    def blocks(self) -> list[Block]:
        return [self.chain.block_at(height) for height in range(self.start + 1, self.chain.best_height + 1)]

    def unspent(self, waiting: Sequence[Transaction] = ()) -> list[Coin]:
        """The outputs contracts are in, by the chain and by transactions that are to follow."""
        coins: dict[bytes, Coin] = {}
        for tx in [tx for block in self.blocks() for tx in block.transactions] + list(waiting):
            for spent in tx.ids.prevout_ids:
                if spent is not None:
                    coins.pop(spent, None)
            for position, output in enumerate(tx.outputs):
                if output.control_program in CONTRACTS:
                    coins[tx.result_ids[position]] = Coin.of(tx, position)
        return list(coins.values())

    def transaction(self, coins: Sequence[Coin], programs: Sequence[bytes]) -> Transaction:
        """From outputs of contracts, or newly issued, to programs."""
        gas = self.coins.pop()
        paid = (gas.source_id, gas.output.asset_id or b"", gas.amount, gas.position, 1)
        inputs = [SpendInput(c.source_id, GOLD, c.amount, c.position, 1, c.output.control_program) for c in coins]
        total = sum(coin.amount for coin in coins) or UNITS
        nonce = self.number().encode()
        source = inputs or [IssuanceInput(nonce, GOLD, total, b"", 1, ISSUANCE_PROGRAM)]
        amounts = [total - len(programs) + 1, *[1] * (len(programs) - 1)]
        outputs = [TxOutput(GOLD, amount, program) for amount, program in zip(amounts, programs, strict=True)]
        gas_input = SpendInput(*paid, gas.output.control_program)
        return Transaction(1, 0, (*source, gas_input), (*outputs, btm(gas.amount - FEE)))

    def mine(self, parent: Block, txs: Sequence[Transaction]) -> Block:
        block = make_block(parent, txs, fees=FEE * len(txs))
        assert not self.chain.process_block(block, proof=True)
        return block

    def reorganise(self, depth: int, *, keep: bool) -> None:
        """Replace the last blocks by others; what was in them comes back in the first of those, or does not."""
        best = self.chain.best_height
        fork = self.chain.block_at(max(best - depth, self.start))
        gone = [self.chain.block_at(height) for height in range(fork.height + 1, best + 1)]
        txs = [tx for block in gone for tx in block.transactions[1:]] if keep else []
        first = self.mine(fork, txs)
        for block in make_branch(first, best - fork.height):
            assert not self.chain.process_block(block, proof=True)

    def recomputed(self, tracked: Tracked) -> Found:
        """Where a contract is by the chain alone."""
        chain = self.chain
        found: Found | None = None
        for height in range(chain.header(tracked.block_hash).height, chain.best_height + 1):
            for tx in chain.block_at(height).transactions:
                spent = tuple(
                    tx.ids.prevout_ids[index] or b""
                    for index, one in enumerate(tx.inputs)
                    if isinstance(one, SpendInput) and one.control_program == tracked.program
                )
                made = tuple(
                    output_id
                    for output_id, output in zip(tx.result_ids, tx.outputs, strict=True)
                    if output.control_program == tracked.program
                )
                if found is None and tx.id == tracked.transaction_id:
                    found = Found(Status.IN_SYNC, made, tx.id, 0) if made else Found(Status.ENDED, spent, tx.id, 0)
                elif found and found.status == Status.IN_SYNC and set(found.outputs) & set(spent):
                    found = (
                        Found(Status.IN_SYNC, made, tx.id, 0)
                        if made
                        else Found(Status.ENDED, spent, tx.id, height)
                    )
        assert found is not None
        return found

    def began_with(self, tracked: Tracked) -> bool:
        """Whether the contract began with the transaction, rather than being moved by it."""
        txs = self.chain.block(tracked.block_hash).transactions
        tx = next(tx for tx in txs if tx.id == tracked.transaction_id)
        return not any(isinstance(one, SpendInput) and one.control_program == tracked.program for one in tx.inputs)

    def check(self) -> None:
        self.service.catch_up()
        for tracked in list(self.tracked):
            instance = self.service.get(tracked.trace_id)
            if self.chain.is_in_main_chain(tracked.block_hash):
                outputs = tuple(utxo.output_id for utxo in instance.utxos)
                said = Found(instance.status, outputs, instance.transaction_id, instance.ended_height)
                assert said == self.recomputed(tracked)
            else:
                if self.began_with(tracked):
                    assert instance.status == Status.OFF_CHAIN
                self.tracked.remove(tracked)  # it is not said what becomes of it from here on


class History:
    """Draws what happens, and makes it happen."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.world = World()
        self.steps = (
            self.block, self.block, self.block, self.create, self.create, self.reorganise, self.reorganise,
            self.world.check, self.world.check, self.step, self.restart, self.remove,
        )  # fmt: skip

    def run(self) -> None:
        self.block()
        self.create()
        for number in self.data.draw(st.lists(st.integers(0, len(self.steps) - 1), min_size=6, max_size=14)):
            self.steps[number]()
        self.world.check()

    def step(self) -> None:
        self.world.service.step()

    def block(self) -> None:
        txs: list[Transaction] = []
        for _ in range(self.data.draw(st.integers(1, 3))):
            if len(self.world.coins) > 0:
                coins = self.world.unspent(txs)
                indices = (
                    st.lists(st.integers(0, len(coins) - 1), max_size=3, unique=True) if coins else st.just([])
                )
                chosen = [coins[index] for index in self.data.draw(indices)]
                programs = self.data.draw(st.lists(st.sampled_from(PROGRAMS), min_size=1, max_size=3))
                total = sum(coin.amount for coin in chosen) or UNITS
                txs.append(self.world.transaction(chosen, programs[: max(1, min(total, 3))]))
        self.world.mine(self.world.chain.block(self.world.chain.best_hash), txs)

    def reorganise(self) -> None:
        self.world.reorganise(self.data.draw(st.integers(1, 4)), keep=self.data.draw(st.booleans()))

    def create(self) -> None:
        choices = [
            (tx, block)
            for block in self.world.blocks()[-CREATED_BACK:]
            for tx in block.transactions[1:]
            if set(CONTRACTS) & {out.control_program for out in tx.outputs}
            or any(isinstance(one, SpendInput) and one.control_program in CONTRACTS for one in tx.inputs)
        ]
        if not choices:
            return
        tx, block = choices[self.data.draw(st.integers(0, len(choices) - 1))]
        for trace_id in self.world.service.create(tx.id, block.hash):
            program = self.world.service.get(trace_id).utxos[0].control_program
            self.world.tracked.append(Tracked(trace_id, tx.id, block.hash, program))

    def remove(self) -> None:
        if self.world.tracked:
            tracked = self.data.draw(st.sampled_from(self.world.tracked))
            self.world.tracked.remove(tracked)
            self.world.service.remove(tracked.trace_id)

    def restart(self) -> None:
        self.world.service = self.world.open()


@settings(max_examples=100)
@given(st.data())
def test_contracts_are_where_the_chain_says(data: st.DataObject) -> None:
    with patch.object(service_module, "BLOCKS_AT_ONCE", 2):
        History(data).run()
