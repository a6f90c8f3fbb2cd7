"""Headers first, proofs ahead, bodies from everybody: brings the chain to where the peers are.

``step`` looks at everything and decides; it runs when something happened and a few times a second besides. All
deciding is done by parts without input and output: ``HeaderTree``, ``TrustedPath``, ``HeaderDownload``,
``DownloadWindow``, ``ProofsAhead``. Messages come in through ``on_headers`` and ``on_bodies``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import Clock
from pybytomd.consensus.errors import BadTimestamp
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import MAX_FUTURE_SECONDS
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.sync.bodies.download_window import Candidate, DownloadWindow, Request
from pybytomd.sync.bodies.feeder import BodyFeeder
from pybytomd.sync.errors import EmptyAnswer, ForbiddenFork, UnknownParent
from pybytomd.sync.headers.checkpoint_path import TrustedPath
from pybytomd.sync.headers.download import HeaderDownload, HeaderRequest, go_on_from
from pybytomd.sync.headers.paths import BranchRoute, Route, SegmentRoute, blocks_of
from pybytomd.sync.headers.proofs_ahead import ProofsAhead
from pybytomd.sync.headers.tree import HeaderNode, HeaderTree
from pybytomd.sync.messages import GetBlock, GetBlocks, GetHeaders
from pybytomd.sync.peers.answers_due import BodyQuestion
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.progress import Progress
from pybytomd.sync.state_store import StateStore

logger = logging.getLogger(__name__)

STEP_SECONDS = 0.25
HEADERS_PER_TURN = 128
"""Headers checked, in some 3 ms, before others get their turn."""
STEP_BLOCKS = 32
"""After so many blocks there is a step, to ask for more."""
PAUSE_SECONDS = 0.01
"""Between steps, so that many events make one step."""
REST_SECONDS = 2.0
"""A peer whose headers were bad is left alone for so long."""
BRANCH_REST_SECONDS = 10.0
"""A peer whose bodies are wrong or of another branch is not asked for more of them for so long."""
CLOCK_REST_SECONDS = 60.0
HASTEN_SECONDS = 2.0
"""How long the lowest block is waited for before an idle peer is asked as well."""
PRUNE_SECONDS = 2.0
SAVE_SECONDS = 1.0
"""How often good proofs are stored."""

Body = tuple[bytes, bytes, bytes]
"""Block hash, parent's hash and serialization."""


class Synchroniser:
    """One per node. ``run`` until cancelled."""

    def __init__(
        self,
        chain: ChainWriter,
        peers: PeerSet,
        verifier: ProofVerifier,
        store: StateStore,
        clock: Clock,
        *,
        request_timeout: float,
        stall_timeout: float,
        on_round: Callable[[], None],
    ) -> None:
        """``on_round`` is called when the chain has caught up with what peers have."""
        self._chain = chain
        self._peers = peers
        self._store = store
        self._clock = clock
        self._request_timeout = request_timeout
        self._stall_timeout = stall_timeout
        self._on_round = on_round
        self._genesis_hash = chain.params.genesis.hash
        self._event = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.tree = HeaderTree(chain, clock)
        self.path = TrustedPath(chain, store)
        self.window = DownloadWindow(clock)
        self.headers = HeaderDownload(chain, self.tree, self.path, clock)
        self.proofs = ProofsAhead(verifier, store, self._wake_from_thread)
        self.progress = Progress(clock)
        self.feeder = BodyFeeder(
            chain, self.window, self.tree, self.path, peers, self.progress, self._on_connected, self._on_rejected
        )
        self._branch: list[HeaderNode] = []
        self._route: Route = BranchRoute(self._branch)
        self._branch_version = -1
        self._in_round = False
        self._seen_best = chain.best_hash
        self._saved_at = self._pruned_at = 0.0
        self._connected: list[bytes] = []
        self.from_future: dict[str, float] = {}
        """The peers that sent blocks from the future, and how many seconds ahead they were, until one sends good
        ones: mostly it is our clock that is wrong.
        """
        self.contradicted: int | None = None
        """The height of a checkpoint that a peer seems not to have, until headers of use come."""

    @property
    def is_working(self) -> bool:
        """Whether something is being fetched."""
        return self._in_round

    def hold(self, reason: str) -> None:
        """Ask for nothing more, and put nothing into the chain, before ``release``; ``stuck`` tells the reason."""
        self.feeder.held = reason

    def release(self) -> None:
        """Go on."""
        self.feeder.held = ""
        self.wake()

    def wake(self) -> None:
        """Something happened: have a step soon."""
        self._event.set()
        self.feeder.wake()

    def _wake_from_thread(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.wake)

    async def run(self) -> None:
        """Step for ever. ``feeder.run`` has to run beside it."""
        self._loop = asyncio.get_running_loop()
        while True:
            self.step()
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                async with asyncio.timeout(STEP_SECONDS):
                    await self._event.wait()
            except TimeoutError:
                continue
            finally:
                self._event.clear()

    # --- deciding -----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Give up what takes too long, ask for headers, choose what is wanted, ask for bodies."""
        self._expire()
        if self.feeder.held:
            return
        if self._chain.best_hash != self._seen_best:
            self._seen_best = self._chain.best_hash
            if not self.window or self.window.head is None:
                self.tree.settle()
        self.path.update(self._peers.highest)
        for request in self.headers.plan(self._peers):
            self._ask_headers(request)
        self._prune()
        self._choose()
        self._ask_bodies()
        self._note_round()
        self._save_proofs()
        self.feeder.wake()

    def _prune(self) -> None:
        """Now and then, while no headers are on their way, take out branches that lead nowhere."""
        now = self._clock.monotonic()
        if self.headers or not len(self.tree) or now - self._pruned_at < PRUNE_SECONDS:
            return
        self._pruned_at = now
        self.proofs.drop(self.tree.prune(self._branch[-1].hash if self._branch else None))

    def _expire(self) -> None:
        now = self._clock.monotonic()
        heard = {state.id: now - state.peer.received.idle for state in self._peers}
        for peer_id in self.headers.expire(self._request_timeout, heard):
            unanswered = self.headers.last_late(peer_id).segment
            if unanswered is not None:  # who has another block at the checkpoint does not answer at all
                self.contradicted = unanswered.stop_height
            self._peers.punish(peer_id, ILLEGAL_MESSAGE, "requireHeaders: request timeout")
            self._rest(peer_id, REST_SECONDS)
        for peer_id in self.window.expire(self._request_timeout, heard):
            self._peers.punish(peer_id, ILLEGAL_MESSAGE, "requireBlocks: request timeout")
        for request in self.window.release_stalled(self._stall_timeout, heard):
            logger.info("a peer stalls", extra={"peer": request.peer_id, "blocks": len(request.blocks)})

    def _ask_headers(self, request: HeaderRequest) -> None:
        state = self._peers.get(request.peer_id)
        if state is None or not state.send(GetHeaders(request.locator, request.stop_hash)):
            self.headers.drop_peer(request.peer_id)
            return
        state.due.headers.append(request.locator)

    def _choose(self) -> None:
        """Have the window want the next blocks of the trusted path, or of the best branch of headers."""
        ready = self.path.ready()
        if ready:
            self._want(SegmentRoute(self._chain, ready))
            return
        if self.path.covers(self._chain.best_height + 1):
            return
        self._refresh_branch()
        bad = self.proofs.start(self._branch)
        while bad is not None:
            self._condemn(bad, "invalid difficulty proof of work")
            self._refresh_branch()
            bad = self.proofs.start(self._branch)
        self._want(BranchRoute(self._branch))

    def _refresh_branch(self) -> None:
        """Keep ``_branch`` the path to the best tip, without what is in the chain already."""
        if self._branch_version != self.tree.version:
            self._branch_version = self.tree.version
            tip = self.tree.best_tip()
            useful = tip is not None and (tip.height > self._chain.best_height or self.tree.is_full)
            self._branch = self.tree.path(tip.hash) if tip is not None and useful else []
        connected = 0
        while connected < len(self._branch) and self._branch[connected].hash not in self.tree:
            connected += 1
        del self._branch[:connected]

    def _want(self, route: Route) -> None:
        """Extend the window along a route, or begin anew if it is on another one."""
        self._route = route
        head, last = self.window.head, self.window.last
        if head is None or last is None:
            self.window.extend(blocks_of(route, route.bottom, self.window.room))
        elif route.hash_at(head.height) == head.hash and route.hash_at(last.height) == last.hash:
            self.window.extend(blocks_of(route, last.height + 1, self.window.room))
        else:  # another branch has become the better one, or the one we were on is gone
            self.window.replace(blocks_of(route, route.bottom, self.window.capacity))

    def _ask_bodies(self) -> None:
        now = self._clock.monotonic()
        suppliers = [state for state in self._peers if state.is_full_node and state.bodies_rest_until <= now]
        candidates = [Candidate(state.id, self._reach(state)) for state in suppliers]
        requests = self.window.assign(candidates)
        while (doubled := self.window.hasten(candidates, HASTEN_SECONDS)) is not None:
            requests.append(doubled)
        if not requests:
            self.window.forgive(state.id for state in suppliers)
        for request in requests:
            self._send_request(request)

    def _reach(self, state: PeerState) -> int:
        """Up to which height a peer may have the wanted blocks; what it is not known to lack it may have."""
        tip = self._branch[-1] if self._branch else None
        if tip is not None and tip.source == state.id:
            return tip.height  # whatever it has announced since
        if self._route.hash_at(state.height) == state.best_hash or not self.tree.knows(state.best_hash):
            return state.height
        return 0  # its best block is one of our chain, or of another branch

    def _send_request(self, request: Request) -> None:
        state = self._peers.get(request.peer_id)
        message: GetBlock | GetBlocks
        if len(request.blocks) == 1:
            message = GetBlock(0, request.stop_hash)
        else:
            message = GetBlocks((request.parent_hash,), request.stop_hash)
        if state is None or not state.send(message):
            self.window.drop_peer(request.peer_id)
            return
        state.due.bodies.append(request.question)

    def _note_round(self) -> None:
        busy = bool(self.window) or bool(self.headers) or self.path.covers(self._chain.best_height + 1)
        if busy and not self._in_round:
            self._in_round = True
            self.progress.begin()
        elif not busy and self._in_round:
            self._in_round = False
            self._on_round()

    def _save_proofs(self) -> None:
        now = self._clock.monotonic()
        if now - self._saved_at < SAVE_SECONDS:
            return
        self._saved_at = now
        connected, self._connected = self._connected, []
        try:
            self._store.forget_proofs(connected)
            self.proofs.save(self.tree.__contains__)
        except StoreError as error:  # they only save work after a restart
            logger.warning("proofs cannot be stored", extra={"reason": str(error)})

    # --- what comes in ------------------------------------------------------------------------------------------

    async def on_headers(self, state: PeerState, headers: Sequence[BlockHeader]) -> None:
        """Headers came. Those that answer no question are an offence; however late an answer comes is none."""
        parent_hash = headers[0].previous_block_hash if headers else None
        locator = state.due.take_headers(parent_hash, self._genesis_hash)
        if locator is None:
            self._peers.punish(state.id, ILLEGAL_MESSAGE, "headers nobody asked for")
            return
        request = self.headers.match(state.id, headers)
        try:
            await self._add_headers(state, headers, request)
        except BytomError as error:
            is_answer = go_on_from(headers, locator)
            self._refuse_headers(state, headers, request, error, is_answer=is_answer)
        finally:
            self.headers.answered(state.id, request)
        self.wake()

    def _refuse_headers(
        self,
        state: PeerState,
        headers: Sequence[BlockHeader],
        request: HeaderRequest | None,
        error: BytomError,
        *,
        is_answer: bool,
    ) -> None:
        """Count an offence, unless it is our clock that is wrong or our question that is out of date."""
        ahead = max((header.timestamp for header in headers), default=0) - self._clock.now()
        if isinstance(error, BadTimestamp) and ahead > MAX_FUTURE_SECONDS:
            self.from_future[state.id] = ahead
            self._rest(state.id, CLOCK_REST_SECONDS)
            return
        if isinstance(error, ForbiddenFork):
            segment = request.segment if request is not None else None
            self.contradicted = self.tree.settled_height() if segment is None else segment.stop_height
        self._rest(state.id, REST_SECONDS)
        logger.info("headers are refused", extra={"peer": state.id, "reason": str(error)})
        if isinstance(error, UnknownParent) and is_answer:
            return  # where they go on from was ours when we asked
        self._peers.punish(state.id, ILLEGAL_MESSAGE, f"headers: {error}")

    async def _add_headers(
        self, state: PeerState, headers: Sequence[BlockHeader], request: HeaderRequest | None
    ) -> None:
        if not headers:
            raise EmptyAnswer
        segment = request.segment if request is not None else None
        if segment is None:
            added = 0
            for start in range(0, len(headers), HEADERS_PER_TURN):
                added += len(self.tree.add(headers[start : start + HEADERS_PER_TURN], state.id))
                await asyncio.sleep(0)
            useless = not added and not self.tree.is_full
        else:
            before = segment.height
            segment.add(headers)
            useless = segment.height == before
            if segment.is_complete and not useless:
                self.path.completed(segment)
        if useless:
            self._rest(state.id, REST_SECONDS)
        else:
            self.from_future.clear()
            self.contradicted = None

    def on_block(self, state: PeerState, body: Body) -> None:
        """A block came alone, with the hash of its header."""
        self._on_bodies(state, [body], state.due.take_block(body[0]))

    def on_blocks(self, state: PeerState, bodies: Sequence[Body]) -> None:
        """Blocks came, with the hashes of their headers."""
        parent_hash = bodies[0][1] if bodies else None
        self._on_bodies(state, bodies, state.due.take_blocks(parent_hash, self._genesis_hash))

    def _on_bodies(self, state: PeerState, bodies: Sequence[Body], question: BodyQuestion | None) -> None:
        """What answers no question is an offence and changes nothing else; however late an answer is is none."""
        if question is None:
            self._peers.punish(state.id, ILLEGAL_MESSAGE, "blocks nobody asked for")
            return
        taken = self.window.take(state.id, [(block_hash, body) for block_hash, _, body in bodies], question)
        if taken.is_refusal:  # a node without the block we asked from answers with its own branch
            self._rest_from_bodies(state.id)
        self.wake()

    def on_peer_gone(self, peer_id: str, *, is_banned: bool) -> None:
        """A peer disconnected. Of one that is banned nothing is kept that was not checked."""
        self.headers.drop_peer(peer_id)
        self.window.drop_peer(peer_id, is_banned=is_banned)
        self.from_future.pop(peer_id, None)
        self.wake()

    def _on_connected(self, block_hash: bytes) -> None:
        self._connected.append(block_hash)
        head = self.window.head
        if head is None or head.height % STEP_BLOCKS == 0:
            self._event.set()

    def _on_rejected(self, sender: str, removed: list[HeaderNode]) -> None:
        self.proofs.drop(removed)
        self._rest_from_bodies(sender)
        self._event.set()

    def _condemn(self, node: HeaderNode, reason: str) -> None:
        self.proofs.drop(self.tree.condemn(node.hash))
        logger.warning("a bad header", extra={"height": node.height, "peer": node.source, "reason": reason})
        self._peers.punish(node.source, ILLEGAL_MESSAGE, f"header {node.height}: {reason}")
        self._rest(node.source, REST_SECONDS)

    def _rest_from_bodies(self, peer_id: str) -> None:
        state = self._peers.get(peer_id)
        if state is not None:
            state.bodies_rest_until = self._clock.monotonic() + BRANCH_REST_SECONDS

    def _rest(self, peer_id: str, seconds: float) -> None:
        state = self._peers.get(peer_id)
        if state is not None:
            state.rests_until = self._clock.monotonic() + seconds
