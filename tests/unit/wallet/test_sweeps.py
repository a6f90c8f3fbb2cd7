"""A payment and the transaction that sends all of it on, waiting together and in one block: both are ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.query.lists import Page
from pybytomd.wallet.wallet import Wallet
from tests.chain_builder import Coin, btm, make_block, make_branch, mature_coins, open_chain, spend
from tests.unit.wallet.recorded import open_wallet
from tests.unit.wallet.spend.small_wallet import ALICE

FEE = 10**7
FOREIGN = b"\x00\x14" + b"\x07" * 20


@dataclass
class Sweep:
    """A chain where somebody pays ``alice`` and she passes it on whole."""

    chain: Chain = field(default_factory=open_chain)

    def __post_init__(self) -> None:
        (self.coin,) = mature_coins(self.chain)
        self.database = MemoryStore()
        self.wallet = open_wallet(self.database, self.chain)
        self.alice: Account = self.wallet.accounts.create([ALICE.xpub], 1, "alice")
        self.wallet.catch_up()
        program = self.wallet.accounts.create_address(self.alice)
        self.amount = self.coin.amount - FEE
        self.payment = spend([self.coin], [btm(self.amount, program.program)])
        source = SpendInput(self.payment.mux_id, btm(1).asset_id or b"", self.amount, 0, 1, program.program)
        path = self.alice.signer.account_path(False, program.key_index)
        self.sweep = _signed(source, btm(self.amount - FEE, FOREIGN), path)

    def ids(self, wallet: Wallet, account_id: str = "", *, unconfirmed: bool = False) -> list[str]:
        """What is listed, newest first."""
        page = wallet.queries.transactions(account_id, Page(), detail=False, unconfirmed=unconfirmed)
        return [tx["tx_id"] for tx in json.loads(page)]

    @property
    def both(self) -> list[str]:
        return [self.sweep.id.hex(), self.payment.id.hex()]


def _signed(source: SpendInput, output: TxOutput, path: list[bytes]) -> Transaction:
    key = ALICE.derive(path)
    unsigned = Transaction(1, 0, (source,), (output,))
    source.arguments = (key.sign(unsigned.signature_hash(0)), key.xpub.public_key)
    return Transaction(1, 0, (source,), (output,))


@pytest.fixture
def world() -> Sweep:
    return Sweep()


def test_both_are_listed_from_one_block(world: Sweep) -> None:
    tip = world.chain.block(world.chain.best_hash)
    block = make_block(tip, [world.payment, world.sweep], fees=2 * FEE)
    world.chain.process_block(block, proof=True)
    world.wallet.catch_up()
    assert world.ids(world.wallet) == world.ids(world.wallet, world.alice.id) == world.both
    assert world.wallet.utxos.balances() == []
    record = json.loads(world.database.get(schema.transaction_key(block.height, 2)) or b"")
    assert record["inputs"][0]["account_alias"] == "alice"
    assert list(record) == list(json.loads(world.database.get(schema.transaction_key(block.height, 1)) or b""))
    reopened = open_wallet(world.database, world.chain)
    assert world.ids(reopened, world.alice.id) == world.both


def test_both_are_taken_back_with_their_block(world: Sweep) -> None:
    tip = world.chain.block(world.chain.best_hash)
    world.chain.process_block(make_block(tip, [world.payment, world.sweep], fees=2 * FEE), proof=True)
    world.wallet.catch_up()
    for block in make_branch(tip, 2):
        world.chain.process_block(block, proof=True)
    world.wallet.catch_up()
    assert world.ids(world.wallet) == []
    assert not [key for key, _ in world.database.iterate() if key.startswith((b"TXS:", b"TID:"))]


def test_a_stranger_in_the_same_block_is_not_listed(world: Sweep) -> None:
    tip = world.chain.block(world.chain.best_hash)
    onwards = spend([Coin.of(open_to_all := spend([world.coin], [btm(world.amount)]))], [btm(world.amount - FEE)])
    world.chain.process_block(make_block(tip, [open_to_all, onwards], fees=2 * FEE), proof=True)
    world.wallet.catch_up()
    assert world.ids(world.wallet) == []


def test_both_are_listed_while_they_wait_and_when_they_are_in_a_block(world: Sweep) -> None:
    for tx in (world.payment, world.sweep):
        world.chain.validate_transaction(tx)
    world.wallet.follow_arrivals()
    assert sorted(world.ids(world.wallet, world.alice.id, unconfirmed=True)) == sorted(world.both)
    tip = world.chain.block(world.chain.best_hash)
    world.chain.process_block(make_block(tip, [world.payment, world.sweep], fees=2 * FEE), proof=True)
    assert len(world.chain.pool) == 0
    world.wallet.catch_up()
    assert world.ids(world.wallet, unconfirmed=True) == world.both
    assert world.wallet.unconfirmed.count() == 0
    assert not dict(world.database.iterate(schema.UNCONFIRMED_PREFIX))


def test_a_sweep_whose_payment_is_in_a_block_already(world: Sweep) -> None:
    for tx in (world.payment, world.sweep):
        world.chain.validate_transaction(tx)
    world.wallet.follow_arrivals()
    tip = world.chain.block(world.chain.best_hash)
    world.chain.process_block(make_block(tip, [world.payment], fees=FEE), proof=True)
    world.wallet.catch_up()
    assert world.ids(world.wallet, unconfirmed=True) == world.both
    world.chain.pool.remove(world.sweep.id)
    world.wallet.catch_up()
    assert world.ids(world.wallet, unconfirmed=True) == [world.payment.id.hex()]


def test_what_waited_is_known_at_every_moment_until_it_is_in_a_block(world: Sweep) -> None:
    world.chain.validate_transaction(world.payment)
    world.wallet.follow_arrivals()
    tip = world.chain.block(world.chain.best_hash)
    world.chain.process_block(make_block(tip, [world.payment], fees=FEE), proof=True)
    tx_id, write = world.payment.id.hex(), world.database.write
    places = (schema.unconfirmed_key(tx_id), schema.transaction_position_key(tx_id))
    known: list[bool] = []

    def watched(changes: Mapping[bytes, bytes | None]) -> None:
        write(changes)
        known.append(any(world.database.get(key) is not None for key in places))

    world.database.write = watched  # type: ignore[method-assign]
    world.wallet.catch_up()
    assert known
    assert all(known)
