"""Branches grown, cut and fed in any order: the chain against a model that does everything the slow way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pybytomd.chain.chain import Chain
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.consensus.errors import ImmatureCoinbase, MissingUtxo, SpentUtxo
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.chain_builder import Coin, btm, extend, make_block, open_chain, spend

SPEND_ERRORS = (ImmatureCoinbase, MissingUtxo, SpentUtxo)
FEE = 10**8


@dataclass
class Node:
    """A block that was made, and whether the chain should have it."""

    block: Block
    parent: Node | None
    is_bad: bool = False
    """Whether it spends what it cannot, on its own branch."""

    @property
    def path(self) -> list[Node]:
        """From the common base on, which is not included, to this block."""
        return [] if self.parent is None else [*self.parent.path, self]

    @property
    def spent(self) -> set[bytes]:
        """Ids of the outputs spent on the way."""
        return {
            output_id for node in self.path for tx in node.block.transactions for output_id in tx.spent_output_ids
        }

    @property
    def can_be_best(self) -> bool:
        """Whether nothing on the way is bad."""
        return not any(node.is_bad for node in self.path)


class ChainMachine(RuleBasedStateMachine):
    """Blocks come in any order, orphans among them; the database is closed and opened again now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)
        self.database = MemoryStore()
        self.chain: Chain = open_chain(self.database)
        extend(self.chain, 104)
        base = self.chain.block_at(104)
        self.coins = [Coin.of(self.chain.block_at(height).transactions[0]) for height in range(1, 5)]
        self.root = Node(base, None)
        self.made = [self.root]
        self.known: dict[bytes, Node] = {base.hash: self.root}
        self.waiting: dict[bytes, Node] = {}
        self.best = self.root

    def teardown(self) -> None:
        self.patch.undo()
        self.chain.close()

    # --- what may happen --------------------------------------------------------------------------------------

    @rule(
        back=st.integers(min_value=0, max_value=6),
        coin=st.none() | st.integers(min_value=0, max_value=3),
        deliveries=st.lists(st.integers(min_value=0, max_value=4), max_size=4),
    )
    def make(self, back: int, coin: int | None, deliveries: list[int]) -> None:
        """Make a block on one of the last ones, and give some of the last ones to the chain, known or not."""
        parent = self.made[-1 - back % len(self.made)]
        transactions: list[Transaction] = []
        is_bad = False
        if coin is not None:
            chosen = self.coins[coin]
            tx = spend([chosen], [btm(chosen.amount - FEE - len(self.made))])
            is_bad = tx.spent_output_ids[0] in parent.spent
            transactions = [tx]
        fees = FEE + len(self.made) if transactions else 0
        self.made.append(Node(make_block(parent.block, transactions, fees=fees), parent, is_bad))
        for delivery in deliveries:
            self.submit(self.made[1:][-1 - delivery % (len(self.made) - 1)])

    @precondition(lambda self: len(self.made) > 1)
    @rule(number=st.integers(min_value=0, max_value=30))
    def submit_any(self, number: int) -> None:
        """Give any block to the chain."""
        self.submit(self.made[1:][number % (len(self.made) - 1)])

    def submit(self, node: Node) -> None:
        """Give a block to the chain, known or not."""
        expected = self.expect(node)
        if expected is None:
            with pytest.raises(SPEND_ERRORS):
                self.chain.process_block(node.block, proof=True)
        else:
            assert self.chain.process_block(node.block, proof=True) is expected

    @rule()
    def open_again(self) -> None:
        """Close and open: orphans are lost, and blocks above the best one."""
        self.chain.close()
        self.chain = open_chain(self.database)
        self.waiting.clear()
        height = self.best.block.height
        self.known = {h: node for h, node in self.known.items() if node.block.height <= height}

    # --- what should come of it -------------------------------------------------------------------------------

    def expect(self, node: Node) -> bool | None:
        """Whether it is an orphan; None if it is refused. Moves the model on."""
        block_hash = node.block.hash
        if block_hash in self.known or block_hash in self.waiting:
            return block_hash in self.waiting
        if node.block.header.previous_block_hash not in self.known:
            self.waiting[block_hash] = node
            return True
        best = self.settle(node)
        assert best.parent is not None
        if best.parent is not self.best and best.block.height <= self.best.block.height:
            return False  # all blocks are worth the same work
        if not best.can_be_best:
            return None
        self.best = best
        return False

    def settle(self, node: Node) -> Node:
        """The block is known now, and so are all that waited for it; the first highest of them."""
        self.known[node.block.hash] = node
        self.waiting.pop(node.block.hash, None)
        best = node
        for child in [other for other in self.waiting.values() if other.parent is node]:
            highest = self.settle(child)
            if highest.block.height > best.block.height:
                best = highest
        return best

    # --- what must always be so -------------------------------------------------------------------------------

    @invariant()
    def best_block_is_the_models(self) -> None:
        assert self.chain.best_hash == self.best.block.hash
        for node in self.best.path:
            assert self.chain.hash_at(node.block.height) == node.block.hash
            assert self.chain.is_in_main_chain(node.block.hash)
        assert self.chain.hash_at(self.best.block.height + 1) is None

    @invariant()
    def blocks_are_known_or_wait(self) -> None:
        for node in self.made:
            block_hash = node.block.hash
            assert self.chain.has_block(block_hash) == (block_hash in self.known or block_hash in self.waiting)
            assert self.chain.is_orphan(block_hash) == (block_hash in self.waiting)

    @invariant()
    def outputs_are_those_of_the_branch(self) -> None:
        spent = self.best.spent
        for coin_height in range(1, 5):
            output_id = self.chain.block_at(coin_height).transactions[0].result_ids[0]
            entry = self.chain.unspent(output_id)
            assert entry is not None
            assert entry.spent == (output_id in spent)
            assert entry.block_height == coin_height
        on_branch = {tx.result_ids[0] for node in self.best.path for tx in node.block.transactions}
        for node in self.made[1:]:
            for tx in node.block.transactions:
                assert (self.chain.unspent(tx.result_ids[0]) is not None) == (tx.result_ids[0] in on_branch)

    @invariant()
    def database_is_sound(self) -> None:
        if len(self.made) % 5 == 0:
            assert DatabaseVerification(BlockStore(self.database), SOLONET).run().problems == []


ChainMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestChain = ChainMachine.TestCase
