"""Contracts that are followed on Bytom 2: that of the recorded chain, and others through a reorganisation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.tracing.bytom2 import bytom2_forms
from pybytomd.tracing.instance import Status
from pybytomd.tracing.service import TraceService
from tests.bytom2_builder import TRUE_PROGRAM, Builder, btm, key, network, open_chain, spend
from tests.unit.wallet import bytom2_recorded

TRACE_ID = "4adb3bc1-58e7-4fa3-b01a-0091e3fde1da"
MADE_BY = "b20853c977fa34554c8c2a58a304ef3de31e05824cb21285f428254a3b22d987"
MADE_IN = "c141b319126575c290babd3910e5710a5ec9bbecafdea391e1562153dff9ac42"

PARAMS = network(validators=4, blocks_per_epoch=4)
LOCK = b"\x52"
REWARD = 4 * 285_388_127
FEE = 10**7


@pytest.fixture
def chain() -> Iterator[Chain]:
    with open_chain(PARAMS) as opened:
        Builder(opened).extend(15)
        yield opened


def service_of(chain: Chain) -> TraceService:
    numbers = iter(range(100))
    return TraceService(MemoryStore(), chain, bytom2_forms(chain), new_id=lambda: f"id{next(numbers)}")


def test_a_recorded_contract_comes_to_where_it_was() -> None:
    """And is stored as bytomd 2.0.7 has stored it, with states."""
    with bytom2_recorded.open_chain() as chain:
        database = MemoryStore()
        service = TraceService(database, chain, bytom2_forms(chain), new_id=lambda: TRACE_ID)
        assert service.create(bytes.fromhex(MADE_BY), bytes.fromhex(MADE_IN)) == [TRACE_ID]
        service.catch_up()
        for key_, expected in bytom2_recorded.records("leveldb_dump", "trace").items():
            assert database.get(key_) == expected


def test_what_is_recorded_is_read_and_written_alike() -> None:
    with bytom2_recorded.open_chain() as chain:
        database = bytom2_recorded.memory(bytom2_recorded.records("leveldb_dump", "trace"))
        (instance,) = TraceService(database, chain, bytom2_forms(chain)).instances()
        assert instance.utxos[0].state_data == (b"\xaa", b"\xbb\xcc")
        assert instance.to_json() == database.get(schema.trace_key(TRACE_ID))


def locked(chain: Chain, *, vote: bytes | None = None) -> Transaction:
    """Some of the first reward goes to a contract that anyone can move, or votes for a key there."""
    reward = chain.block_at(5).transactions[0]
    amount = 3 * 10**8
    return spend(reward, [btm(amount, LOCK, vote=vote), btm(REWARD - amount - FEE)], position=1)


def test_a_contract_moves_and_comes_back_with_the_blocks(chain: Chain) -> None:
    builder = Builder(chain)
    service = service_of(chain)
    made = locked(chain)
    first = builder.block(transactions=[made])
    assert not chain.process_block(first)
    ids = service.create(made.id, first.hash)
    service.catch_up()
    found = {service.get(one).utxos[0].control_program: one for one in ids}
    trace_id = found[LOCK]
    assert service.get(trace_id).status == Status.IN_SYNC

    moved = spend(made, [btm(3 * 10**8 - FEE, LOCK)], position=0)
    assert not chain.process_block(builder.block(transactions=[moved]))
    service.catch_up()
    assert service.get(trace_id).transaction_id == moved.id

    builder.extend(2, first, slots=9)
    assert chain.best_height == first.height + 2
    service.catch_up()
    assert service.get(trace_id).transaction_id == made.id


def test_votes_are_in_no_contract(chain: Chain) -> None:
    service = service_of(chain)
    voting = locked(chain, vote=key(1).xpub.raw)
    block = Builder(chain).block(transactions=[voting])
    assert not chain.process_block(block)
    service.create(voting.id, block.hash)  # of the coins beside it
    assert [one.utxos[0].control_program for one in service.instances()] == [TRUE_PROGRAM]
