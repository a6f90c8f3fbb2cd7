"""A net of validators in one thread: real engines, a clock turned by hand, and messages that take their time.

Everything that happens follows from the number of a schedule: whose messages are late or lost, who is cut off from
whom and for how long, who is killed and starts again from its database, and what a two-faced validator does.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise

from pybytomd.chain.bytom2.events import VerificationAccepted
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.clock import ManualClock
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.errors import StoreError, ValidationError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, key, network, open_chain, verification

VALIDATORS = 4
BLOCKS_PER_EPOCH = 4
TWO_FACED = 3
"""The validator that makes two blocks in a slot and signs whatever it sees, in schedules that have one."""

Message = Block | Verification


class FailingStore(MemoryStore):
    """A database that may be told to fail, with the next write done or not."""

    fails = ""

    def write(self, changes: object) -> None:
        """See ``MemoryStore``."""
        fails, self.fails = self.fails, ""
        if fails != "before":
            super().write(changes)  # type: ignore[arg-type]
        if fails:
            raise StoreError("killed")


@dataclass
class Validator:
    """One node: its database, which outlives it, and its engine, which does not."""

    number: int
    params: NetParams
    clock: ManualClock
    database: FailingStore = field(default_factory=FailingStore)
    finalized: list[Checkpoint] = field(default_factory=list)
    """All that it ever called finalized, in order."""

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Open the chain in the database, as a new process would."""
        events = EventDispatcher()
        self.accepted = events.subscribe(VerificationAccepted)
        signer = KeySigner(key(self.number))
        self.chain = open_chain(self.params, self.database, clock=self.clock, events=events, signer=signer)
        self.builder = Builder(self.chain, keys=VALIDATORS)
        self.note_finality()

    def restart(self) -> None:
        """End and begin again."""
        self.chain.close()
        self.start()

    def take(self, message: Message) -> None:
        """A message from a peer. One that breaks a rule is refused; a failing database ends the process."""
        try:
            if isinstance(message, Block):
                self.chain.process_block(message)
            else:
                self.chain.process_verification(message)
        except ValidationError:
            pass
        except StoreError:
            self.restart()
        self.note_finality()

    def note_finality(self) -> None:
        """Remember what is finalized, when it changes. It must lie on the chain of what was before."""
        now = self.chain.finalized
        if not self.finalized or now.hash != self.finalized[-1].hash:
            self.finalized.append(now)

    def is_ancestor(self, ancestor: Checkpoint, block_hash: bytes) -> bool:
        """Whether a block is on the chain that ends with another one."""
        header = self.chain.header(block_hash)
        while header.height > ancestor.height:
            header = self.chain.header(header.previous_block_hash)
        return header.hash == ancestor.hash


class Net:
    """The validators and what is on its way between them."""

    def __init__(self, seed: int, *, two_faced: bool) -> None:
        self.chance = random.Random(seed)
        self.params = network(VALIDATORS, BLOCKS_PER_EPOCH)
        self.interval = self.params.casper.block_interval
        self.clock = ManualClock(now=self.params.genesis.header.timestamp / 1000)
        self.nodes = [Validator(number, self.params, self.clock) for number in range(VALIDATORS)]
        self.two_faced = two_faced
        self.slot = 0
        self._order = count()
        self._mail: list[tuple[int, int, int, Message]] = []
        """When, a number that keeps the order, to whom, and what."""
        self._parts: list[set[int]] = [set(range(VALIDATORS))]
        self._silent: set[int] = set()
        self._mute: set[int] = set()
        self._slow: set[int] = set()
        self._is_calm = False
        self._known: list[set[Verification]] = [set() for _ in range(VALIDATORS)]

    def silence(self, mute: set[int], *, slow: set[int]) -> None:
        """Have nodes say nothing, or be told everything late, for good."""
        self._mute, self._slow = mute, slow

    # --- the schedule -------------------------------------------------------------------------------------------

    def run(self, slots: int, *, calm: bool = False) -> None:
        """Let so many slots pass; when it is ``calm`` nothing goes wrong but what a two-faced one does."""
        self._is_calm = calm
        for _ in range(slots):
            self.slot += 1
            self.clock.advance(self.interval / 1000)
            if calm:
                self._parts, self._silent = [set(range(VALIDATORS))], set()
            else:
                self._disturb()
            self._deliver()
            for node in self._awake():
                self._propose(node)
            self._deliver()
            for node in self._awake():
                self._catch_up(node)

    def _disturb(self) -> None:
        """Change what is wrong, now and then."""
        chance = self.chance
        if chance.random() < 0.15:
            numbers = list(range(VALIDATORS))
            chance.shuffle(numbers)
            cut = chance.randrange(VALIDATORS)
            self._parts = [part for part in (set(numbers[:cut]), set(numbers[cut:])) if part]
        if chance.random() < 0.1:
            self._silent = set(chance.sample(range(VALIDATORS), chance.randrange(2)))
        if chance.random() < 0.08:
            chance.choice(self.nodes).restart()
        if chance.random() < 0.08:
            chance.choice(self.nodes).database.fails = chance.choice(("before", "after"))

    def _awake(self) -> Iterator[Validator]:
        order = [node for node in self.nodes if node.number not in self._silent | self._mute]
        self.chance.shuffle(order)
        return iter(order)

    # --- messages -----------------------------------------------------------------------------------------------

    def send(self, sender: int, message: Message, to: set[int] | None = None) -> None:
        """Send to all others, or to these. Each gets it at another time, twice, or not at all."""
        for number in range(VALIDATORS) if to is None else to:
            reaches = any({sender, number} <= part for part in self._parts)
            if sender in self._mute:
                continue
            is_lost = self.chance.random() < 0.05 and not self._is_calm
            if number == sender or not reaches or is_lost:
                continue
            for _ in range(2 if self.chance.random() < 0.1 else 1):
                late = self.chance.choice((0, 0, 0, 1) if self._is_calm else (0, 0, 0, 0, 1, 2, 5))
                late += 2 * (number in self._slow)
                heapq.heappush(self._mail, (self.slot + late, next(self._order), number, message))

    def _deliver(self) -> None:
        """Hand over what is due, and what is sent because of it at once."""
        while self._mail and self._mail[0][0] <= self.slot:
            _, _, number, message = heapq.heappop(self._mail)
            node = self.nodes[number]
            node.take(message)
            self._pass_on(node)

    def _pass_on(self, node: Validator) -> None:
        """Tell the others of the signatures that count now."""
        for event in node.accepted.drain():
            if event.verification not in self._known[node.number]:
                self._known[node.number].add(event.verification)
                self.send(node.number, event.verification)

    def _catch_up(self, node: Validator) -> None:
        """Fetch from a peer what this one lacks of its main chain, and of the signatures it has collected."""
        others = [
            n
            for n in self.nodes
            if n is not node
            and n.number not in self._mute
            and any({n.number, node.number} <= p for p in self._parts)
        ]
        if not others or self.chance.random() < 0.5:
            return
        peer = self.chance.choice(others).chain
        missing: list[Block] = []
        header = peer.best_header
        while not node.chain.has_block(header.hash) or node.chain.is_orphan(header.hash):
            missing.append(Block.from_hex(peer.block_hex(header.hash) or b""))
            header = peer.header(header.previous_block_hash)
        for block in reversed(missing):
            node.take(block)
            self._pass_on(node)
        finalized = node.chain.finalized.height
        for height in range(finalized + BLOCKS_PER_EPOCH, peer.best_height + 1, BLOCKS_PER_EPOCH):
            header = peer.header_at(height)
            if node.chain.has_block(header.hash) and not node.chain.is_orphan(header.hash):
                for each in node.chain.verifications_in(header):
                    node.take(each)
                self._pass_on(node)

    # --- validators ---------------------------------------------------------------------------------------------

    def _propose(self, node: Validator) -> None:
        """Make a block if it is this validator's turn on its own best chain."""
        best = node.chain.best_header
        timestamp = self.params.genesis.header.timestamp + self.slot * self.interval
        slots = (timestamp - best.timestamp) // self.interval
        own_key = key(node.number).xpub.raw.hex()
        if slots < 1 or node.chain.validator(best.hash, timestamp).key != own_key:
            return
        block = node.builder.block(slots=slots, extra=b"%d of %d" % (self.slot, node.number))
        if self.two_faced and node.number == TWO_FACED:
            self._deceive(node, block, slots)
            return
        node.take(block)
        self._pass_on(node)
        if node.chain.has_block(block.hash):
            self.send(node.number, Block.from_hex(node.chain.block_hex(block.hash) or b""))

    def _deceive(self, node: Validator, block: Block, slots: int) -> None:
        """Make a second block for the slot, on this parent or an older one, and tell each half of one of them.

        Sign both, and anything else that ends an epoch, from whatever source.
        """
        parent = node.chain.header(block.header.previous_block_hash)
        twin = node.builder.block(parent, slots=slots, extra=b"%d, the other face" % self.slot)
        half = set(self.chance.sample(range(VALIDATORS - 1), (VALIDATORS - 1) // 2))
        rest = set(range(VALIDATORS - 1)) - half
        for each, to in ((block, half), (twin, rest)):
            node.take(each)
            self.send(node.number, each, to)
        ends = [
            header.hash
            for height in range(0, node.chain.best_height + 2, BLOCKS_PER_EPOCH)
            for header in [node.chain.header(h) for h in node.chain.store.hashes_at(height)]
        ]
        for target in ends[-6:]:
            self.send(node.number, verification(TWO_FACED, self.chance.choice(ends), target))

    # --- what must hold -----------------------------------------------------------------------------------------

    def check(self) -> None:
        """Nothing finalized was undone, and all that is finalized lies on one chain."""
        honest = [node for node in self.nodes if not (self.two_faced and node.number == TWO_FACED)]
        ever = sorted({(c.height, c.hash) for node in honest for c in node.finalized})
        assert len({height for height, _ in ever}) == len(ever), "two finalized blocks at one height"
        for node in honest:
            own = node.finalized
            assert [c.height for c in own] == sorted({c.height for c in own}), "finality went back"
            assert all(node.is_ancestor(old, new.hash) for old, new in pairwise(own))
            assert node.is_ancestor(own[-1], node.chain.best_hash), "the best chain leaves the finalized block"
            for other in honest:
                low, high = sorted((own[-1], other.finalized[-1]), key=lambda c: c.height)
                holder = node if high is own[-1] else other
                assert holder.is_ancestor(low, high.hash), "two finalized branches"

    def close(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.chain.close()
