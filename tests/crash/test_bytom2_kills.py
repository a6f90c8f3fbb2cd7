"""Bytom 2's engine is stopped at every write: what it finds afterwards is always a chain to go on with.

Each write is made to fail as on a full disk, and the process is killed just before and just after each. Then all
messages come again, as peers send them, and the end is what it is without any of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.errors import StoreError, ValidationError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Status
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.bytom2.contracts import register_program
from tests.bytom2_builder import Builder, btm, key, network, open_chain, spend

PARAMS = network(validators=4, blocks_per_epoch=4)
Message = Block | Verification


@dataclass
class FailingStore(MemoryStore):
    """Counts writes, and raises StoreError at one of them: instead of it, or when it is done."""

    failing: int = -1
    after: bool = False
    writes: int = 0
    failed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        super().__init__()

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """See ``MemoryStore``."""
        fails = self.writes == self.failing
        self.writes += 1
        if not fails or self.after:
            super().write(changes)
        if fails:
            self.failed = True
            raise StoreError("no space left on device")


def script() -> list[Message]:
    """Blocks and signatures with all that an engine can meet, in an order in which some come too early."""
    with open_chain(PARAMS) as chain:
        builder = Builder(chain)
        genesis = PARAMS.genesis
        trunk = builder.extend(12)
        reward = chain.block_at(5).transactions[0]  # pays the first epoch
        registration = spend(reward, [btm(10**8, register_program(b"\x51")), btm(3 * 10**8)], position=1)
        vote = spend(registration, [btm(2 * 10**8, vote=key(2).xpub.raw)], position=1)
        left = builder.extend(2, trunk[9])
        right = [builder.block(slots=3, transactions=[]), *()]
        assert not chain.process_block(right[0])
        right += builder.extend(2)
        with_votes = builder.block(transactions=[registration, vote])
        assert not chain.process_block(with_votes)
        end = builder.extend(5)
        other = builder.extend(3, right[-1], slots=7)  # without the votes; signed later, so it becomes the best
        signed = [builder.sign(number, genesis, trunk[3]) for number in (0, 1, 3)]
        signed += [builder.sign(number, trunk[3], trunk[7]) for number in (1, 2, 3)]
        early = [builder.sign(number, trunk[7], trunk[11]) for number in (0, 2)]
        late = [builder.sign(3, trunk[7], trunk[11]), builder.sign(0, trunk[7], end[0])]
        return [
            *trunk[:4],
            *early,
            *signed[:2],
            *trunk[4:8],
            signed[2],
            trunk[9],
            trunk[8],
            *signed[3:],
            *trunk[10:],
            *left,
            *reversed(right),
            with_votes,
            end[0],
            *late,
            *other,
            *end[1:],
        ]


def feed(chain: Chain, messages: list[Message]) -> None:
    for message in messages:
        try:
            if isinstance(message, Block):
                chain.process_block(message)
            else:
                chain.process_verification(message)
        except ValidationError:
            continue


def run(messages: list[Message], store: FailingStore, *, killed: bool) -> None:
    """Give all messages to an engine; after a failure to the same one again, or to a new one."""
    chain = None
    while chain is None:
        try:
            chain = open_chain(PARAMS, store)
            feed(chain, messages)
        except StoreError:
            if killed and chain is not None:
                chain.close()
                chain = None
            elif chain is not None:
                feed(chain, messages)
    chain.close()


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return script()


@pytest.fixture(scope="module")
def undisturbed(messages: list[Message]) -> FailingStore:
    store = FailingStore()
    run(messages, store, killed=False)
    run(messages, store, killed=False)  # all of them come twice below, too
    return store


def test_the_script_meets_what_it_is_for(messages: list[Message], undisturbed: FailingStore) -> None:
    with open_chain(PARAMS, undisturbed) as chain:
        assert chain.finalized.height > 0
        assert chain.justified.status == Status.JUSTIFIED
    kinds = {bytes(key_[:1]) for key_, _ in undisturbed.iterate()}
    assert kinds == {b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x07", b"\x08", b"b"}


@pytest.mark.parametrize("way", ["full disk", "killed before", "killed after"])
def test_no_write_may_fail_and_leave_something_behind(
    messages: list[Message], undisturbed: FailingStore, way: str
) -> None:
    number = 0
    while True:
        store = FailingStore(failing=number, after=way == "killed after")
        run(messages, store, killed=way != "full disk")
        if not store.failed:
            break
        assert dict(store.iterate()) == dict(undisturbed.iterate()), f"write {number}"
        number += 1
    assert number > 30
