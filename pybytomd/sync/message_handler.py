"""The handlers of messages: what happens when a peer connects, sends something, or goes.

Each message class has one handler, in the reactor's table. A handler that waits slows down its peer only.
Source: p2p-and-sync reference, sections 5.2 and 5.3; ``netsync/handle.go``, ``protocol_reactor.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pybytomd.clock import Clock
from pybytomd.codec.hextext import decode_hex
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, ILLEGAL_MESSAGE, NUISANCE
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync import messages
from pybytomd.sync.bodies.announced_blocks import BlockFetcher
from pybytomd.sync.errors import FilterTooLarge, GreetingTimeout, PeerGone
from pybytomd.sync.messages import AnyMessage, StatusRequest, StatusResponse, encode
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.relay.server import ChainServer
from pybytomd.sync.relay.transactions import TransactionRelay
from pybytomd.sync.service_probe import ServiceProbe
from pybytomd.sync.synchroniser import Body, Synchroniser

logger = logging.getLogger(__name__)

THREAD_BYTES = 128 * 1024
"""Messages from this size on are decoded on a thread."""
Handler = Callable[[PeerState, Any], Awaitable[None]]


class SyncReactor:
    """The switch's reactor."""

    def __init__(
        self,
        peers: PeerSet,
        server: ChainServer,
        synchroniser: Synchroniser,
        fetcher: BlockFetcher,
        transactions: TransactionRelay,
        probe: ServiceProbe,
        clock: Clock,
        greeting_timeout: float,
        on_connected: Callable[[Peer], None],
    ) -> None:
        """``on_connected`` is told of every peer whose handshake is done, before it has said anything."""
        self._peers = peers
        self._server = server
        self._synchroniser = synchroniser
        self._fetcher = fetcher
        self._transactions = transactions
        self._probe = probe
        self._clock = clock
        self._greeting_timeout = greeting_timeout
        self._on_connected = on_connected
        self._waiting: dict[Peer, tuple[float, asyncio.Future[PeerState]]] = {}
        self.foreign_peers = 0
        """Peers in a row that turned out to be of another chain."""
        self._handlers: Mapping[type[AnyMessage], Handler] = {
            messages.Headers: self._on_headers,
            messages.BlockMessage: self._on_block,
            messages.Blocks: self._on_blocks,
            messages.MineBlock: self._on_mine_block,
            messages.TransactionMessage: transactions.take,
            messages.GetBlock: server.get_block,
            messages.GetHeaders: server.get_headers,
            messages.GetBlocks: server.get_blocks,
            messages.GetMerkleBlock: server.get_merkle_block,
            messages.MerkleBlock: self._on_merkle_block,
            messages.FilterLoad: self._on_filter_load,
            messages.FilterAdd: self._on_filter_add,
            messages.FilterClear: self._on_filter_clear,
        }
        """What is done with messages of peers that introduced themselves."""

    # --- coming and going ---------------------------------------------------------------------------------------

    async def on_peer(self, peer: Peer) -> None:
        """Ask a new peer for its best block."""
        self._on_connected(peer)
        self._expect(peer)
        peer.send(encode(StatusRequest()))

    def _expect(self, peer: Peer) -> asyncio.Future[PeerState]:
        if peer not in self._waiting:
            deadline = self._clock.monotonic() + self._greeting_timeout
            self._waiting[peer] = (deadline, asyncio.get_running_loop().create_future())
        return self._waiting[peer][1]

    async def introduction(self, peer: Peer) -> PeerState:
        """Wait until a peer has told its best block. Raises GreetingTimeout and PeerGone."""
        state = self._peers.get(peer.node_id)
        if state is not None:
            return state
        if peer.is_closed:
            raise PeerGone
        return await asyncio.shield(self._expect(peer))

    def tick(self) -> None:
        """Close the connections to peers that did not introduce themselves in time; probe those that did.

        Not while blocks are fetched: they tell who serves, and the block of a probe would stand before them.
        """
        if not self._synchroniser.is_working:
            for state in self._peers:
                self._probe.ask(state)
        now = self._clock.monotonic()
        for peer in [peer for peer, (deadline, _) in self._waiting.items() if now > deadline]:
            peer.close(GreetingTimeout.message)
            self._blame_caller(peer, "it did not tell its best block in time")
            self._give_up(peer, GreetingTimeout())

    def _blame_caller(self, peer: Peer, reason: str) -> None:
        """A call came to nothing, which now and then is nobody's fault. Whom we called owes us nothing."""
        if peer.called_us:
            self._peers.punish_peer(peer, NUISANCE, reason)

    def _give_up(self, peer: Peer, error: Exception) -> None:
        _, waiting = self._waiting.pop(peer, (0.0, None))
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)
            waiting.exception()  # mostly nobody waits for it

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        """Forget a peer."""
        if peer.hung_up and peer in self._waiting:
            self._blame_caller(peer, "it hung up without telling its best block")
        self._give_up(peer, GreetingTimeout() if reason == GreetingTimeout.message else PeerGone())
        if peer.broke_framing:
            self._peers.punish_peer(peer, CONNECTION_FAULT, reason)
        if self._peers.remove(peer) is not None:
            self._synchroniser.on_peer_gone(peer.node_id, is_banned=peer.is_banned)
        self._server.forget(peer)
        self._fetcher.forget(peer)
        self._transactions.forget(peer)

    # --- messages -----------------------------------------------------------------------------------------------

    async def on_message(self, peer: Peer, data: bytes) -> None:
        """Decode and handle a message.

        The reference ignores what does not decode; here it counts as a fault of the line, or as a nuisance if it
        is of a type that later versions may have. Nothing is logged of a message but by way of what it costs, so
        that who fills the log is banned for it.
        """
        try:
            message = messages.decode(data)
        except DecodeError as error:
            is_known = data[:1] and data[0] in messages.MESSAGES
            offence = CONNECTION_FAULT if is_known else NUISANCE
            self._peers.punish_peer(peer, offence, f"undecodable message: {error}")
            return
        logger.debug("message", extra={"peer": peer.remote_address, "type": type(message).__name__})
        if isinstance(message, StatusRequest):
            await peer.send_patiently(encode(self._server.status()))
            return
        if isinstance(message, StatusResponse):
            self._take_status(peer, message)
            return
        state = self._peers.get(peer.node_id)
        if state is None or state.peer is not peer:
            return  # messages may overtake the answer to our question for its best block
        try:
            await self._handlers[type(message)](state, message)
        except DecodeError as error:
            self._peers.punish(state.id, CONNECTION_FAULT, f"undecodable {type(message).__name__}: {error}")
        except FilterTooLarge as error:
            self._peers.punish(state.id, NUISANCE, str(error))

    def _take_status(self, peer: Peer, status: StatusResponse) -> None:
        """The peer told its best block; the first time this makes it one of ours.

        Quirk: of a peer that is known already the genesis hash is not looked at.
        """
        state = self._peers.get(peer.node_id)
        if state is not None and state.peer is peer:
            state.claims(status.height, status.block_hash)
            self._synchroniser.wake()
            return
        if status.genesis_hash != self._server.status().genesis_hash:
            self.foreign_peers += 1
            peer.close(f"different genesis block {status.genesis_hash.hex()}")
            self._blame_caller(peer, "it is of another chain")
            return
        self.foreign_peers = 0
        state = PeerState(peer, status.height, status.block_hash)
        self._peers.add(state)
        self._transactions.greet(state)
        _, waiting = self._waiting.pop(peer, (0.0, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(state)
        self._synchroniser.wake()

    async def _on_headers(self, state: PeerState, message: messages.Headers) -> None:
        headers = await asyncio.to_thread(message.headers) if len(message.texts) > 64 else message.headers()
        await self._synchroniser.on_headers(state, headers)

    async def _on_block(self, state: PeerState, message: messages.BlockMessage) -> None:
        (body,) = await _read_bodies([message.text], are_json=False)
        block_hash, _, raw = body
        if block_hash == state.probe and state.due.take_block(block_hash):
            await self._probe.take(state, raw)
        elif self._is_parent_only(state, block_hash) and state.due.take_block(block_hash):
            self._fetcher.offer(state, await _read_block(message))
        else:
            self._synchroniser.on_block(state, body)

    def _is_parent_only(self, state: PeerState, block_hash: bytes) -> bool:
        """Whether a block was asked for as the parent of an announced one, and for nothing else."""
        wanted = self._synchroniser.window.is_asked(state.id, block_hash)
        return self._fetcher.is_parent_asked(block_hash) and not wanted

    async def _on_blocks(self, state: PeerState, message: messages.Blocks) -> None:
        self._synchroniser.on_blocks(state, await _read_bodies(message.texts, are_json=True))

    async def _on_mine_block(self, state: PeerState, message: messages.MineBlock) -> None:
        block = await _read_block(message)
        state.known_blocks.add(block.hash)
        self._fetcher.offer(state, block)
        state.claims(block.height, block.hash)
        self._synchroniser.wake()

    async def _on_merkle_block(self, state: PeerState, message: messages.MerkleBlock) -> None:  # noqa: ARG002 - as all
        """These are for light wallets; we never ask for one."""
        self._peers.punish(state.id, ILLEGAL_MESSAGE, "merkle blocks nobody asked for")

    async def _on_filter_load(self, state: PeerState, message: messages.FilterLoad) -> None:
        state.load_filter(message.programs)

    async def _on_filter_add(self, state: PeerState, message: messages.FilterAdd) -> None:
        state.add_to_filter(message.program)

    async def _on_filter_clear(self, state: PeerState, message: messages.FilterClear) -> None:  # noqa: ARG002 - as all
        state.programs.clear()


async def _read_bodies(texts: Sequence[bytes], *, are_json: bool) -> list[Body]:
    if sum(map(len, texts)) > THREAD_BYTES:
        return await asyncio.to_thread(read_bodies, texts, are_json=are_json)
    return read_bodies(texts, are_json=are_json)


def read_bodies(texts: Sequence[bytes], *, are_json: bool) -> list[Body]:
    """The hash, the parent's hash and the serialization of blocks; transactions are not looked at.

    The texts are hex, or JSON strings of hex. Raises DecodeError.
    """
    bodies: list[Body] = []
    for text in texts:
        raw = decode_hex(messages.unquote(text) if are_json else text)
        header = BlockHeader.from_bytes(raw)
        bodies.append((header.hash, header.previous_block_hash, raw))
    return bodies


async def _read_block(message: messages.BlockMessage | messages.MineBlock) -> Block:
    if len(message.text) > THREAD_BYTES:
        return await asyncio.to_thread(message.block)
    return message.block()
