"""Contracts followed over blocks, through reorganisations, and up from old blocks."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from pybytomd.chain.archive.rollback import roll_back
from pybytomd.chain.chain import Chain
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.block import Block
from pybytomd.ledger.inputs import IssuanceInput, SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.tracing import service as service_module
from pybytomd.tracing.bytom1 import BYTOM1, FINAL_DEPTH
from pybytomd.tracing.instance import Instance, Status
from pybytomd.tracing.service import TraceService
from pybytomd.vm.programs.builders import retire_program
from tests.chain_builder import Coin, btm, extend, make_block, make_branch, mature_coins, open_chain

ISSUANCE_PROGRAM = b"\x51"
GOLD = compute_asset_id(ISSUANCE_PROGRAM, 1, b"")
LOCK, OTHER_LOCK = b"\x52", b"\x53"
FEE = 10_000_000


class Network:
    """A chain with coins to pay for gas, and contracts that anyone can move."""

    def __init__(self, coins: int = 8) -> None:
        self.core = MemoryStore()
        self.chain = open_chain(self.core)
        self.coins = mature_coins(self.chain, coins)
        self.database = MemoryStore()
        self.numbers = iter(range(10**6))
        self.service = self.open()

    def open(self) -> TraceService:
        return TraceService(self.database, self.chain, BYTOM1, new_id=lambda: f"id{next(self.numbers)}")

    def roll_back(self, height: int) -> None:
        """As if the node were stopped for it, and started again."""
        roll_back(self.chain, height)
        self.chain.close()
        self.chain = open_chain(self.core)
        self.service = self.open()

    def pay(self) -> tuple[SpendInput, TxOutput]:
        """An input that pays for gas, and where the rest of it goes."""
        coin = self.coins.pop()
        source = (coin.source_id, coin.output.asset_id or b"", coin.amount, coin.position, 1)
        return SpendInput(*source, coin.output.control_program), btm(coin.amount - FEE)

    def issue(self, *programs: bytes) -> Transaction:
        """One unit to each of some programs."""
        gas, rest = self.pay()
        nonce = next(self.numbers).to_bytes(8, "big")
        issuance = IssuanceInput(nonce, GOLD, len(programs), b"", 1, ISSUANCE_PROGRAM)
        outputs = [TxOutput(GOLD, 1, program) for program in programs]
        return Transaction(1, 0, (issuance, gas), (*outputs, rest))

    def move(self, coins: Sequence[Coin], *programs: bytes) -> Transaction:
        """Units from some outputs to programs."""
        gas, rest = self.pay()
        inputs = [SpendInput(c.source_id, GOLD, c.amount, c.position, 1, c.output.control_program) for c in coins]
        amount = sum(coin.amount for coin in coins) // len(programs)
        outputs = [TxOutput(GOLD, amount, program) for program in programs]
        return Transaction(1, 0, (*inputs, gas), (*outputs, rest))

    def mine(self, *txs: Transaction) -> Block:
        block = make_block(self.chain.block(self.chain.best_hash), txs, fees=FEE * len(txs))
        assert not self.chain.process_block(block, proof=True)
        return block

    def follow(self, tx: Transaction, block: Block) -> str:
        (trace_id,) = self.service.create(tx.id, block.hash)
        return trace_id

    def state(self, trace_id: str) -> tuple[Status, list[bytes]]:
        self.service.catch_up()
        instance = self.service.get(trace_id)
        return instance.status, [utxo.output_id for utxo in instance.utxos]


@pytest.fixture
def network() -> Network:
    return Network()


def reorganise(chain: Chain, fork: Block, length: int) -> None:
    for block in make_branch(fork, length):
        assert not chain.process_block(block, proof=True)


def test_a_contract_is_followed_until_it_ends(network: Network) -> None:
    made = network.issue(LOCK)
    block = network.mine(made)
    trace_id = network.follow(made, block)
    assert network.service.get(trace_id).status == Status.LAGGING
    assert network.state(trace_id) == (Status.IN_SYNC, [made.result_ids[0]])
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    assert network.state(trace_id) == (Status.IN_SYNC, [moved.result_ids[0]])
    assert network.service.get(trace_id).transaction_id == moved.id
    ended = network.move([Coin.of(moved)], retire_program())
    end = network.mine(ended)
    assert network.state(trace_id) == (Status.ENDED, [moved.result_ids[0]])
    assert network.service.get(trace_id).ended_height == end.height


def test_an_old_contract_is_followed_up(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "BLOCKS_AT_ONCE", 3)
    made = network.issue(LOCK)
    block = network.mine(made)
    extend(network.chain, 4)
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    extend(network.chain, 4)
    gone = network.issue(OTHER_LOCK)
    gone_block = network.mine(gone)
    network.mine(network.move([Coin.of(gone)], retire_program()))
    first, second = network.follow(made, block), network.follow(gone, gone_block)
    assert network.state(first) == (Status.IN_SYNC, [moved.result_ids[0]])
    assert network.state(second)[0] == Status.ENDED


def test_two_moves_in_one_block(network: Network) -> None:
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    network.service.catch_up()
    once = network.move([Coin.of(made)], LOCK)
    twice = network.move([Coin.of(once)], LOCK)
    network.mine(once, twice)
    assert network.state(trace_id) == (Status.IN_SYNC, [twice.result_ids[0]])


def test_several_instances_in_one_output_all_move(network: Network) -> None:
    made = network.issue(LOCK)
    block = network.mine(made)
    ids = [network.follow(made, block) for _ in range(3)]
    network.service.catch_up()
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    assert [network.state(trace_id) for trace_id in ids] == [(Status.IN_SYNC, [moved.result_ids[0]])] * 3


def test_what_comes_after_it_in_the_same_block_counts(network: Network) -> None:
    made = network.issue(LOCK)
    moved = network.move([Coin.of(made)], LOCK)
    trace_id = network.follow(made, network.mine(made, moved))
    assert network.state(trace_id) == (Status.IN_SYNC, [moved.result_ids[0]])


def test_contracts_that_are_merged_move_both_and_part_again(network: Network) -> None:
    one, other = network.issue(LOCK), network.issue(LOCK)
    block = network.mine(one, other)
    ids = [network.follow(one, block), network.follow(other, block)]
    network.service.catch_up()
    merged = network.move([Coin.of(one), Coin.of(other)], LOCK)
    network.mine(merged)
    assert [network.state(trace_id) for trace_id in ids] == [(Status.IN_SYNC, [merged.result_ids[0]])] * 2
    reorganise(network.chain, block, 2)
    assert network.state(ids[0]) == (Status.IN_SYNC, [one.result_ids[0]])
    assert network.state(ids[1]) == (Status.IN_SYNC, [other.result_ids[0]])


def test_outputs_left_behind_come_back_with_the_undone_block(network: Network) -> None:
    made = network.issue(LOCK, LOCK)
    block = network.mine(made)
    trace_id = network.follow(made, block)
    network.service.catch_up()
    moved = network.move([Coin.of(made, 1)], LOCK)
    network.mine(moved)
    assert network.state(trace_id) == (Status.IN_SYNC, [moved.result_ids[0]])
    network.service = network.open()
    reorganise(network.chain, block, 2)
    assert network.state(trace_id) == (Status.IN_SYNC, list(made.result_ids[:2]))


def test_blocks_that_are_final_leave_no_records(network: Network) -> None:
    made = network.issue(LOCK)
    network.follow(made, network.mine(made))
    network.service.catch_up()
    network.mine(network.move([Coin.of(made)], LOCK))
    network.service.catch_up()
    assert list(network.database.iterate(schema.TRACE_JOURNAL_PREFIX)) != []
    extend(network.chain, FINAL_DEPTH)
    network.service.catch_up()
    assert list(network.database.iterate(schema.TRACE_JOURNAL_PREFIX)) == []


def test_one_that_began_and_ended_in_a_block_is_undone_after_a_restart(network: Network) -> None:
    fork = network.chain.block(network.chain.best_hash)
    made = network.issue(LOCK)
    ended = network.move([Coin.of(made)], retire_program())
    trace_id = network.follow(made, network.mine(made, ended))
    assert network.service.get(trace_id).status == Status.ENDED
    network.service = network.open()
    assert network.state(trace_id)[0] == Status.ENDED
    reorganise(network.chain, fork, 2)
    assert network.state(trace_id)[0] == Status.OFF_CHAIN


def test_an_instance_for_each_program(network: Network) -> None:
    made = network.issue(LOCK, OTHER_LOCK, LOCK)
    block = network.mine(made)
    first, second = network.service.create(made.id, block.hash)
    assert network.state(first) == (Status.IN_SYNC, [made.result_ids[0], made.result_ids[2]])
    assert network.state(second) == (Status.IN_SYNC, [made.result_ids[1]])


def test_one_that_is_over_when_it_is_made(network: Network) -> None:
    made = network.issue(LOCK)
    network.mine(made)
    ended = network.move([Coin.of(made)], retire_program())
    trace_id = network.follow(ended, network.mine(ended))
    assert network.state(trace_id) == (Status.ENDED, [made.result_ids[0]])
    assert network.service.get(trace_id).ended_height == 0


def test_undone_blocks_take_it_back(network: Network) -> None:
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    network.service.catch_up()
    fork = network.chain.block(network.chain.best_hash)
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    network.mine(network.move([Coin.of(moved)], retire_program()))
    assert network.state(trace_id)[0] == Status.ENDED
    reorganise(network.chain, fork, 3)
    assert network.state(trace_id) == (Status.IN_SYNC, [made.result_ids[0]])
    assert network.service.get(trace_id).transaction_id == made.id


def test_an_undone_creation_is_off_chain(network: Network) -> None:
    fork = network.chain.block(network.chain.best_hash)
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    network.service.catch_up()
    reorganise(network.chain, fork, 2)
    assert network.state(trace_id) == (Status.OFF_CHAIN, [])
    extend(network.chain, 2)
    assert network.state(trace_id) == (Status.OFF_CHAIN, [])


def test_one_made_from_a_side_branch_is_off_chain(network: Network) -> None:
    fork = network.chain.block(network.chain.best_hash)
    made = network.issue(LOCK)
    block = network.mine(made)
    reorganise(network.chain, fork, 2)
    assert network.state(network.follow(made, block))[0] == Status.OFF_CHAIN


def test_a_reorganisation_while_it_lags(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "BLOCKS_AT_ONCE", 2)
    made = network.issue(LOCK)
    block = network.mine(made)
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    extend(network.chain, 8)
    trace_id = network.follow(made, block)
    while network.service._lagging[trace_id].scanned_height == block.height:
        network.service.step()
    reorganise(network.chain, block, 12)
    assert network.state(trace_id) == (Status.IN_SYNC, [made.result_ids[0]])


def test_it_goes_on_after_a_restart(network: Network) -> None:
    made = network.issue(LOCK)
    block = network.mine(made)
    followed = network.follow(made, block)
    network.service.catch_up()
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    lagging = network.follow(made, block)
    network.service = network.open()
    assert network.state(followed) == (Status.IN_SYNC, [moved.result_ids[0]])
    assert network.state(lagging) == (Status.IN_SYNC, [moved.result_ids[0]])


def test_an_end_can_be_undone_after_a_restart(network: Network) -> None:
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    network.service.catch_up()
    fork = network.chain.block(network.chain.best_hash)
    network.mine(network.move([Coin.of(made)], retire_program()))
    network.service.catch_up()
    network.service = network.open()
    reorganise(network.chain, fork, 2)
    assert network.state(trace_id) == (Status.IN_SYNC, [made.result_ids[0]])


def test_ended_contracts_are_forgotten_when_they_are_final(network: Network) -> None:
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    network.service.catch_up()
    network.mine(network.move([Coin.of(made)], retire_program()))
    network.service.catch_up()
    extend(network.chain, FINAL_DEPTH - 1)
    network.service.catch_up()
    assert network.service._followed.get(trace_id) is not None
    extend(network.chain, 1)
    network.service.catch_up()
    assert network.service._followed.get(trace_id) is None
    assert network.state(trace_id)[0] == Status.ENDED


def test_a_rollback_is_followed_by_what_is_stored(network: Network) -> None:
    fork = network.chain.best_height
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    network.service.catch_up()
    moved = network.move([Coin.of(made)], LOCK)
    network.mine(moved)
    ended = network.move([Coin.of(moved)], retire_program())
    network.mine(ended)
    network.service.catch_up()
    extend(network.chain, FINAL_DEPTH)
    assert network.state(trace_id) == (Status.ENDED, [moved.result_ids[0]])
    for height, status, outputs in (
        (fork + 2, Status.IN_SYNC, [moved.result_ids[0]]),
        (fork + 1, Status.IN_SYNC, [made.result_ids[0]]),
        (fork, Status.OFF_CHAIN, []),
    ):
        network.roll_back(height)
        assert network.state(trace_id) == (status, outputs)


def test_removing(network: Network) -> None:
    made = network.issue(LOCK)
    block = network.mine(made)
    followed = network.follow(made, block)
    network.service.catch_up()
    lagging = network.follow(made, block)
    for trace_id in (followed, lagging, "unknown"):
        network.service.remove(trace_id)
    network.mine(network.move([Coin.of(made)], retire_program()))
    network.service.catch_up()
    assert network.service.instances() == []
    with pytest.raises(BytomError, match="contract instance not found"):
        network.service.get(followed)


def test_what_is_refused(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    made = network.issue(LOCK)
    block = network.mine(made)
    coinbase = block.transactions[0]
    monkeypatch.setattr(service_module, "MAX_LAGGING", 1)
    network.follow(made, block)
    for tx_id, block_hash, message in (
        (made.id, bytes(32), "There are no block with given hash"),
        (made.id, block.header.previous_block_hash, "given tx hash and block hash is mismatch"),
        (coinbase.id, block.hash, "input of tx not include utxo contract"),
        (made.id, block.hash, "instance queue is overflow"),
    ):
        with pytest.raises(BytomError, match=message):
            network.service.create(tx_id, block_hash)
    monkeypatch.setattr(service_module, "MAX_BLOCKS_BEHIND", 2)
    extend(network.chain, 3)
    with pytest.raises(BytomError, match="given tx exceed the max num of blocks ahead"):
        network.service.create(made.id, block.hash)
    assert len(network.service.instances()) == 1


def test_stored_forms(network: Network) -> None:
    made = network.issue(LOCK)
    block = network.mine(made)
    trace_id = network.follow(made, block)
    data = network.database.get(schema.trace_key(trace_id))
    assert (
        data
        == (
            f'{{"trace_id":"{trace_id}","utxos":[{{"hash":"{made.result_ids[0].hex()}","asset_id":"{GOLD.hex()}",'
            f'"amount":1,"program":"Ug==","source_id":"{made.mux_id.hex()}","source_pos":0,"state_data":null}}],'
            f'"tx_hash":"{made.id.hex()}","status":1,"ended_height":0,"scanned_hash":"{block.hash.hex()}",'
            f'"scanned_height":{block.height},"Unconfirmed":null}}'
        ).encode()
    )
    assert Instance.from_json(data).to_json() == data
    network.service.catch_up()
    status = network.database.get(b"\x03:")
    assert status == f'{{"block_height":{block.height},"block_hash":"{block.hash.hex()}"}}'.encode()
    reply = network.service.get(trace_id).to_reply()
    assert (list(reply), reply["status"]) == (["utxos", "tx_hash", "status", "unconfirmed"], 2)


def test_another_chain_is_followed_from_its_best_block(network: Network) -> None:
    other = open_chain()
    service = TraceService(network.database, other, BYTOM1)
    service.catch_up()
    assert network.database.get(b"\x03:") == (
        f'{{"block_height":0,"block_hash":"{other.best_hash.hex()}"}}'.encode()
    )


def test_the_thread_follows_and_stops(network: Network) -> None:
    made = network.issue(LOCK)
    caught_up = threading.Event()
    save = network.service._save

    def watched(instances: object, also: object = None) -> None:
        save(instances, also)  # type: ignore[arg-type]
        if any(one.status == Status.IN_SYNC for one in network.service.instances()):
            caught_up.set()

    network.service._save = watched  # type: ignore[method-assign]
    with network.service:
        block = network.mine(made)
        network.follow(made, block)
        assert caught_up.wait(30)


def test_without_contracts_blocks_are_not_read(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        network.mine()
    with monkeypatch.context() as patched:
        patched.setattr(network.chain, "block", None)
        assert not network.service.step()
    made = network.issue(LOCK)
    trace_id = network.follow(made, network.mine(made))
    assert network.state(trace_id) == (Status.IN_SYNC, [made.result_ids[0]])
