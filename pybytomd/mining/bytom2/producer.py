"""Makes a block whenever it is this validator's turn.

Source: bytom2-ledger-and-consensus reference, section 5.2; ``proposal/blockproposer/blockproposer.go``.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Protocol

from pybytomd.chain.bytom2.events import BlockProposed
from pybytomd.clock import Clock
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.bytom2.slots import TICKS_PER_SLOT, is_due, next_slot, slot_time

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)


class BlockSigner(Protocol):
    """A validator's key, and whoever watches over what is signed with it."""

    @property
    def key(self) -> str:
        """Hex text of its extended public key."""

    @property
    def is_quiet(self) -> bool:
        """Whether it signs nothing now, whatever it is asked."""

    def sign_block(self, header: BlockHeader, *, alone: bool = False) -> bytes | None:
        """The witness of a block; None if it must not be given. ``alone``: there is no other validator."""


class BlockProducer:
    """A thread that looks four times in a slot whether a block is due, and this validator is to make it."""

    def __init__(self, chain: Chain, proposer: BlockProposer, signer: BlockSigner, clock: Clock) -> None:
        self._chain = chain
        self._proposer = proposer
        self._signer = signer
        self._clock = clock
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._making = threading.Lock()
        self.produced = 0
        """Blocks made since the start."""

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._thread is not None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is signed for now, whosever turn it is."""
        return self._signer.is_quiet

    def start(self) -> None:
        """Begin; nothing happens if it has."""
        with self._lock:
            if self._thread is None:
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="proposer", daemon=True)
                self._thread.start()
                logger.info("block proposer started")

    def stop(self) -> None:
        """Finish the block in hand and end; nothing happens if it has not begun."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._stopping.set()
            if thread is not None:
                thread.join()
                logger.info("block proposer stopped")

    def _run(self) -> None:
        pause = self._chain.params.casper.block_interval / TICKS_PER_SLOT / 1000
        while not self._stopping.wait(pause):
            try:
                self.tick()
            except BytomError as error:
                logger.warning("proposer fail on ProcessBlock", extra={"err": str(error)})
            except Exception:
                logger.exception("proposer failed")

    def tick(self) -> Block | None:
        """Make a block if one is due now and this validator is to make it; add it to the chain, and tell of it.

        Raises BytomError when that fails.
        """
        with self._making:
            best, interval = self._chain.best_header, self._chain.params.casper.block_interval
            slot = slot_time(best.timestamp, self._now(), interval)
            if slot is None or not is_due(best.timestamp, slot, interval) or not self._is_ours(best, slot):
                return None
            return self._make(best, slot, self._proposer)

    def make_early(self, proposer: BlockProposer | None = None) -> Block | None:
        """Make the next block of this validator without waiting for its slot; None if no block may be so early.

        It is of the first slot of this validator after the best block, as far ahead of the clock as the network
        allows. Another ``proposer`` pays somebody else. Raises BytomError when that fails.
        """
        with self._making:
            best, params = self._chain.best_header, self._chain.params.casper
            slot = next_slot(best.timestamp, self._now(), params.block_interval)
            for _ in self._chain.validators(best.hash):  # each has one turn in so many slots
                if slot > self._now() + params.max_time_ahead:
                    return None
                if self._is_ours(best, slot):
                    return self._make(best, slot, proposer or self._proposer)
                slot += params.block_interval
            return None

    def _now(self) -> int:
        return int(self._clock.now() * 1000)

    def _is_ours(self, best: BlockHeader, slot: int) -> bool:
        return not self._signer.is_quiet and self._chain.validator(best.hash, slot).key == self._signer.key

    def _make(self, best: BlockHeader, slot: int, proposer: BlockProposer) -> Block | None:
        block = proposer.propose(slot)
        if block.header.previous_block_hash != best.hash:
            return None  # whose turn it is on the new best block is for the next look to say
        alone = self._chain.params.is_private and len(self._chain.validators(best.hash)) == 1
        witness = self._signer.sign_block(block.header, alone=alone)
        if witness is None:
            return None
        signed = block.with_header(block.header.with_witness(witness))
        self._chain.process_block(signed)
        proposed = self._chain.block(signed.hash)  # with our own signature in its header, if it ends an epoch
        logger.info(
            "proposer processed block",
            extra={"height": proposed.height, "hash": proposed.hash.hex(), "tx": len(proposed.transactions)},
        )
        self.produced += 1
        self._chain.events.post(BlockProposed(proposed))
        return proposed
