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
from pybytomd.mining.bytom2.slots import TICKS_PER_SLOT, is_due, slot_time

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

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._thread is not None

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
        best, interval = self._chain.best_header, self._chain.params.casper.block_interval
        slot = slot_time(best.timestamp, int(self._clock.now() * 1000), interval)
        if slot is None or not is_due(best.timestamp, slot, interval) or self._signer.is_quiet:
            return None
        if self._chain.validator(best.hash, slot).key != self._signer.key:
            return None
        block = self._proposer.propose(slot)
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
        self._chain.events.post(BlockProposed(proposed))
        return proposed
