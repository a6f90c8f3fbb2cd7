"""Catching up on Bytom 2: whom to follow, what to fetch, and what to do with peers that lead nowhere.

A round follows one peer, that with the highest justified block: it names headers at a distance, up to its best
block; all peers that are as far help to fetch the blocks between; each block is judged whole, in order. Whoever
does not answer, or leads nowhere, rests, longer each time, and another is followed. So one that lies costs one
question a round, and what it sends within limits.

A peer that names no headers may have another best block by now than it told. It is asked for single blocks by
height then, as the reference does, going back to where the chains part.

Source: bytom2-network-wallet-api reference, section 2.10; ``netsync/chainmgr/block_keeper.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pybytomd.clock import Clock
from pybytomd.errors import BytomError, ChainError, DecodeError, StoreError, ValidationError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from pybytomd.sync.bytom2.block_locator import locator_heights
from pybytomd.sync.bytom2.download import (
    GAP,
    Round,
    Stretch,
    WrongAnswer,
    first_bodies,
    read_bodies,
    read_headers,
    stretches_of,
)
from pybytomd.sync.bytom2.faults import offence_of_block
from pybytomd.sync.bytom2.messages import Blocks, GetBlock, GetBlocks, GetHeaders
from pybytomd.sync.bytom2.peers import Asked, PeerSet, PeerState
from pybytomd.sync.peers.known import KnownSet
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_SINGLE_BLOCKS = 128
"""Asked of one peer, one after the other, in one round (``maxNumOfBlocksRegularSync``)."""
MAX_SUPPLIERS = 8
"""Peers that are asked for blocks at the same time."""
LEAST_BLOCKS, LEAST_BYTES = 16, 1024 * 1024
"""An answer that leaves something out has so many blocks, or so many bytes, unless its sender is of no use."""
MAX_REMEMBERED = 1024
JUDGED_BLOCKS, JUDGED_BYTES = 16, 128 * 1024
"""Of those that were fetched, given to the chain at once: handing over costs as much as judging an empty block."""


class Silent(Exception):
    """A peer did not answer in time, or is gone."""


class Synchroniser:
    """One task, ``run``. Everything is for the event loop."""

    def __init__(
        self,
        chain: Chain,
        peers: PeerSet,
        clock: Clock,
        on_progress: Callable[[], None],
        *,
        request_timeout: float,
    ) -> None:
        """``on_progress`` is called after each round that brought blocks. ``request_timeout`` is in seconds."""
        self._chain = chain
        self._peers = peers
        self._clock = clock
        self._on_progress = on_progress
        self._timeout = request_timeout
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._workers = 0
        self._votes_asked = KnownSet(MAX_REMEMBERED)
        self.is_working = False
        """Whether a round is under way."""
        self.trouble: str | None = None
        """What the database says, if it is at fault."""
        self.held = ""
        """Why nothing is fetched, if somebody wants it so."""

    def wake(self) -> None:
        """Something changed: look whether there is anything to fetch."""
        self._wake.set()

    async def run(self) -> None:
        """Follow whoever is ahead, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while not self.held and (state := self._leader()) is not None:
                self.is_working = True
                try:
                    await self._follow(state)
                except StoreError as error:
                    logger.exception("a block could not be stored")
                    self.trouble = str(error)
                    break
                finally:
                    self.is_working = False
            for state in self._peers:
                await self._fetch_votes(state)

    # --- whom to follow -----------------------------------------------------------------------------------------

    def _leader(self) -> PeerState | None:
        """The peer to follow: a full node that claims blocks we do not have, and is not resting."""
        best, now = self._chain.best_height, self._clock.monotonic()
        candidates = [
            state
            for state in self._peers
            if state.is_full_node and state.height > best and now >= state.rests_until
            and not self._is_stored(state.best_hash)
        ]  # fmt: skip
        return max(candidates, key=lambda state: state.rank, default=None)

    def _is_stored(self, block_hash: bytes) -> bool:
        return self._chain.has_block(block_hash) and not self._chain.is_orphan(block_hash)

    async def _follow(self, state: PeerState) -> None:
        """One round."""
        before = self._chain.best_hash
        try:
            try:
                stretches = await self._skeleton(state)
            except Silent:
                await self._single_blocks(state)
            else:
                await self._fetch(Round(stretches), stretches[-1].end.height if stretches else 0)
        except WrongAnswer as error:
            self._peers.punish(state.id, ILLEGAL_MESSAGE, str(error))
        except Silent:
            logger.info("a peer does not answer", extra={"peer": state.peer.remote_address})
        if self._chain.best_hash != before:
            state.failures = 0
            self.trouble = None
            self._on_progress()
        else:
            state.was_no_use(self._clock.monotonic())

    # --- questions ----------------------------------------------------------------------------------------------

    async def _skeleton(self, state: PeerState) -> list[Stretch]:
        """What to fetch to get where a peer is. Raises Silent and WrongAnswer."""
        locator = await asyncio.to_thread(self._locator)
        future: asyncio.Future[list[bytes]] = asyncio.get_running_loop().create_future()
        state.headers_asked = future
        best_hash = state.best_hash
        if not state.send(GetHeaders(locator, best_hash, GAP - 1)):
            raise Silent
        try:
            texts = await self._answer(future)
        finally:
            state.headers_asked = None
        try:
            skeleton = await asyncio.to_thread(read_headers, texts)
        except DecodeError as error:
            raise WrongAnswer(f"undecodable headers: {error}") from error
        return stretches_of(skeleton, best_hash, frozenset((*locator, self._chain.params.genesis.hash)))

    def _locator(self) -> tuple[bytes, ...]:
        hashes = (self._chain.hash_at(height) for height in locator_heights(self._chain.best_height))
        return tuple(block_hash for block_hash in hashes if block_hash is not None)

    async def _answer(self, future: asyncio.Future[T]) -> T:
        try:
            async with asyncio.timeout(self._timeout):
                return await future
        except TimeoutError as error:
            raise Silent from error
        except asyncio.CancelledError as error:
            if future.cancelled() and not _is_ending():
                raise Silent from error
            raise

    async def _ask_block(self, state: PeerState, height: int | None, block_hash: bytes) -> Block:
        """One block. Raises Silent and WrongAnswer."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        state.block_asked = Asked(height, block_hash, future)
        if not state.send(GetBlock(height or 0, block_hash)):
            raise Silent
        try:
            text = await self._answer(future)
        finally:
            state.block_asked = None
        try:
            return await asyncio.to_thread(Block.from_hex, text)
        except DecodeError as error:
            raise WrongAnswer(f"undecodable block: {error}") from error

    async def _fetch_stretch(self, state: PeerState, stretch: Stretch) -> None:
        """All blocks of a stretch from one peer. Raises Silent and WrongAnswer."""
        while not stretch.is_whole or not stretch.bodies:
            future: asyncio.Future[Blocks] = asyncio.get_running_loop().create_future()
            asked = (stretch.next_start, future)
            state.blocks_asked.append(asked)
            state.ever_asked_for_blocks = True
            try:
                if not state.send(GetBlocks((stretch.next_start,), stretch.end.hash)):
                    raise Silent
                message = await self._answer(future)
            finally:
                if asked in state.blocks_asked:
                    state.blocks_asked.remove(asked)
            try:
                bodies = await asyncio.to_thread(read_bodies, message.texts)
            except DecodeError as error:
                raise WrongAnswer(f"undecodable blocks: {error}") from error
            stretch.take(bodies, state.id)
            size = sum(len(body.raw) for body in bodies)
            if not stretch.is_whole and len(bodies) < LEAST_BLOCKS and size < LEAST_BYTES:
                raise Silent  # at this rate the others would wait for it for ever

    # --- a round ------------------------------------------------------------------------------------------------

    async def _fetch(self, this_round: Round, top: int) -> None:
        """Fetch the stretches of a round from all who are as far, and feed them to the chain."""
        now = self._clock.monotonic()
        suppliers = [s for s in self._peers if s.is_full_node and s.height >= top and now >= s.rests_until]
        suppliers.sort(key=lambda s: s.rank, reverse=True)
        async with TaskSet("suppliers") as workers:
            for state in suppliers[:MAX_SUPPLIERS]:
                self._workers += 1
                workers.start(self._supply(state, this_round), f"blocks from {state.peer.remote_address}")
            while not this_round.is_over:
                stretch = this_round.take_needed()
                if stretch is not None:
                    self._notify()
                    if not await self._feed(stretch):
                        return
                elif self._workers:
                    await self._changed.wait()
                else:
                    return

    def _notify(self) -> None:
        """Whoever waits for a change of the round looks again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _supply(self, state: PeerState, this_round: Round) -> None:
        """Fetch stretch after stretch from one peer, as long as it delivers.

        Silence is no offence: it may have another branch than the one that is fetched.
        """
        stretch: Stretch | None = None
        try:
            while not this_round.is_over:
                stretch = this_round.next_to_fetch()
                if stretch is None:
                    await self._changed.wait()
                    continue
                await self._fetch_stretch(state, stretch)
                this_round.fetched(stretch)
                stretch = None
                self._notify()
        except Silent:
            state.was_no_use(self._clock.monotonic())
        except WrongAnswer as error:
            state.was_no_use(self._clock.monotonic())
            self._peers.punish(state.id, ILLEGAL_MESSAGE, str(error))
        finally:
            if stretch is not None:
                this_round.give_back(stretch)
            self._workers -= 1
            self._notify()

    async def _feed(self, stretch: Stretch) -> bool:
        """Have the chain judge the blocks of a stretch; whether to go on."""
        new = [body for body in stretch.bodies if not self._is_stored(body.hash)]
        while new:
            several = first_bodies(new, JUDGED_BLOCKS, JUDGED_BYTES)
            try:
                stored, error = await self._chain.run(partial(_judge, self._chain, [b.raw for b in several]))
            except ChainError as closed:
                stored, error = 0, closed
            state = self._peers.get(stretch.sender)
            if state is not None:
                state.peer.served(stored)
            if error is not None:
                self._refused(stretch.sender, several[stored].height, error)
            if stored < len(several):
                return False
            del new[:stored]
        return True

    async def _add(self, block: Block, sender: str) -> bool:
        """Have the chain judge a block; whether it is stored now. Raises StoreError."""
        try:
            is_orphan = await self._chain.add_block(block)
        except StoreError:
            raise
        except (ValidationError, ChainError) as error:
            self._refused(sender, block.height, error)
            return False
        state = self._peers.get(sender)
        if state is not None:
            state.peer.served()
        return not is_orphan

    def _refused(self, sender: str, height: int, error: BytomError) -> None:
        logger.warning("a block is refused", extra={"height": height, "peer": sender, "reason": str(error)})
        state, offence = self._peers.get(sender), offence_of_block(error)
        if state is not None:
            state.was_no_use(self._clock.monotonic())
        if offence is not None:
            self._peers.punish(sender, offence, f"block {height}: {error}")

    # --- single blocks ------------------------------------------------------------------------------------------

    async def _single_blocks(self, state: PeerState) -> None:
        """Ask for block after block by height; back, while they do not fit. Raises Silent and WrongAnswer."""
        height = self._chain.best_height + 1
        for _ in range(MAX_SINGLE_BLOCKS):
            if not self._chain.finalized.height < height <= state.height:
                return
            block = await self._ask_block(state, height, bytes(32))
            if self._is_stored(block.hash):
                return  # it is on no other branch than we are, or on one that was judged to be worse
            known_parent = self._is_stored(block.header.previous_block_hash)
            if not await self._add(block, state.id) and known_parent:
                return
            height = self._chain.best_height + 1 if known_parent else height - 1

    # --- signatures that were missed ----------------------------------------------------------------------------

    async def _fetch_votes(self, state: PeerState) -> None:
        """A peer knows a block to be justified that we have, and do not: it has signatures in that header.

        Validators publish each of them once, and whoever was away then never hears of it again.
        """
        block_hash = state.justified_hash
        if state.justified_height <= self._chain.justified.height or block_hash in self._votes_asked:
            return
        if self.held or not self._is_stored(block_hash):
            return
        self._votes_asked.add(block_hash)
        try:
            block = await self._ask_block(state, None, block_hash)
        except (Silent, WrongAnswer) as error:
            logger.info("no signatures", extra={"peer": state.peer.remote_address, "reason": repr(error)})
            return
        if block.hash != block_hash:
            return
        for verification in await asyncio.to_thread(self._chain.verifications_in, block.header):
            try:
                await self._chain.add_verification(verification)
            except ValidationError as error:
                logger.info("a signature in a header does not count", extra={"reason": str(error)})


def _judge(chain: Chain, raws: Sequence[bytes]) -> tuple[int, BytomError | None]:
    """Have a chain judge serialized blocks, each on top of the one before.

    Returns how many are stored now, and why the next one is not; None if that waits for its parent, or there is
    none. Raises StoreError.
    """
    for count, raw in enumerate(raws):
        try:
            if chain.process_block(Block.from_bytes(raw)):
                return count, None
        except (ValidationError, ChainError, DecodeError) as error:
            return count, error
    return len(raws), None


def _is_ending() -> bool:
    """Whether it is the task that is cancelled, and not only what it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
