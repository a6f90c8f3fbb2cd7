"""Work for miners outside of the node: get-work, submit-work, submit-block.

One template for all of them, made anew whenever the best block changes and after work was accepted; new
transactions wait for the next one. Where we differ: another mining address or other free data counts at once,
while work handed out before is still taken as it was. Making it also rids the transaction pool of what has become
invalid, so it is made on nodes that nobody mines with, too. Source: chain-and-storage reference, section 10.3;
``mining/miningpool/miningpool.go``.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Self

from pybytomd.chain.events import BestBlockChanged, BlockMined
from pybytomd.clock import Clock
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.mining.errors import EmptyWork, NoWork, OrphanBlock, OrphanWork, StaleWork
from pybytomd.mining.proposer import BlockProposer
from pybytomd.mining.search import Work

if TYPE_CHECKING:
    from pybytomd.chain.chain import Chain

logger = logging.getLogger(__name__)

MAX_EARLIER = 8
"""Templates kept for work that is still being done; a miner asks for new work every few seconds."""


class MiningPool:
    """Hands out work and takes it back. Use as a context manager, or call ``start`` and ``close``.

    The methods may be called from any thread and may take as long as making a template or adding a block does, so
    the event loop calls them in a thread.
    """

    def __init__(self, chain: Chain, proposer: BlockProposer, clock: Clock, events: EventDispatcher) -> None:
        self._chain = chain
        self._proposer = proposer
        self._clock = clock
        self._events = events
        self._lock = threading.Lock()
        self._template: Block | None = None
        self._earlier: dict[bytes, Block] = {}
        """Templates on the same block that were replaced when another address was set, by their merkle roots."""
        self._failure = ""
        self._told_failure = ""
        self._held = ""
        self._is_wanted = False
        """Whether anybody has asked for work: without, nobody cares why there is none."""
        self._changed = threading.Event()
        self._closing = False
        self._tips = events.subscribe(BestBlockChanged, wake=self._changed.set)
        self._thread = threading.Thread(target=self._follow_chain, name="mining-pool", daemon=True)

    def start(self) -> None:
        """Make the first template, and follow the chain from now on."""
        with self._lock:
            self._renew()
        self._thread.start()

    def close(self) -> None:
        """No longer follow the chain."""
        self._events.unsubscribe(self._tips)
        self._closing = True
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_work(self) -> Work:
        """The template's header, its time set to now. Raises NoWork, saying why there is none."""
        if self._held:
            raise NoWork(context=(self._held,))
        self._is_wanted = True
        with self._lock:
            template = self._current()
            if template is None:
                raise NoWork(context=(self._failure,) if self._failure else ())
            timestamp = self._proposer.timestamp_on(template.header.previous_block_hash, self._clock.now())
            header = template.header.replace(timestamp=timestamp)
            self._template = Block(header, template.transactions)
            return self._proposer.work_for(header)

    def hold(self, reason: str) -> None:
        """Hand out no work before ``release``. What is out already is still taken."""
        self._held = reason

    def release(self) -> None:
        """Nothing is in the way any more: hand out work again."""
        self._held = ""

    def submit_work(self, header: BlockHeader | None) -> None:
        """Complete the template with a nonce and a time, and add it to the chain.

        Of the header only these two and the parent's hash matter. Raises EmptyWork, StaleWork, OrphanWork, and
        what the chain raises for the block.
        """
        if header is None:
            raise EmptyWork
        with self._lock:
            template = self._earlier.get(header.transactions_merkle_root) or self._template
            if template is None or header.previous_block_hash != template.header.previous_block_hash:
                raise StaleWork
            completed = template.header.replace(nonce=header.nonce, timestamp=header.timestamp)
            block = Block(completed, template.transactions)
            if template is self._template:
                self._template = (
                    block  # Quirk: what is handed out from now on has this nonce, even if it is refused
                )
            if self._chain.process_block(block):
                raise OrphanWork
            self._events.post(BlockMined(block))
            self._renew()

    def submit_block(self, block: Block | None) -> None:
        """Add a whole block to the chain and announce it, also when it is known already.

        Raises EmptyWork, OrphanBlock, and what the chain raises for the block.
        """
        if block is None:
            raise EmptyWork
        if self._chain.process_block(block):
            raise OrphanBlock
        self._events.post(BlockMined(block))

    def _current(self) -> Block | None:
        """The template, made anew if the chain has grown, before the thread has seen it, or another is paid."""
        template = self._template
        if template is None or template.header.previous_block_hash != self._chain.best_hash:
            self._renew()
        elif not self._proposer.pays_as_set(template):
            self._renew()
            while len(self._earlier) >= MAX_EARLIER:
                del self._earlier[next(iter(self._earlier))]
            self._earlier[template.header.transactions_merkle_root] = template
        return self._template

    def _renew(self) -> None:
        """Make a template, or note why there is none. The reference would go on with the old one, in vain."""
        self._template = None
        self._earlier = {
            root: block
            for root, block in self._earlier.items()
            if block.header.previous_block_hash == self._chain.best_hash
        }
        try:
            self._template = self._proposer.propose()
        except BytomError as error:
            self._failure = str(error)
            if self._is_wanted and self._failure != self._told_failure:
                self._told_failure = self._failure
                logger.warning("no block template", extra={"reason": self._failure})
        else:
            self._failure = self._told_failure = ""

    def _follow_chain(self) -> None:
        while True:
            self._changed.wait()
            if self._closing:
                return
            self._changed.clear()
            self._tips.drain()  # many blocks at once need one template
            with self._lock:
                try:
                    self._current()
                except Exception:
                    logger.exception("no block template")
