"""The handlers of messages on Bytom 2: what happens when a peer connects, sends something, or goes.

Nothing is asked before a peer is one of ours: both ends tell their best block unasked. Each message class has one
handler, in the reactor's table. A handler that waits slows down its peer only.
Source: bytom2-network-wallet-api reference, section 2.8; ``netsync/chainmgr/handle.go``,
``netsync/consensusmgr/handle.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from pybytomd.codec.hextext import decode_hex
from pybytomd.errors import ChainError, DecodeError, StoreError, ValidationError
from pybytomd.p2p.errors import ProtocolViolation
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, ILLEGAL_MESSAGE, NUISANCE
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.bytom2 import messages
from pybytomd.sync.bytom2.announced_blocks import BlockFetcher
from pybytomd.sync.bytom2.download import read_body
from pybytomd.sync.bytom2.faults import offence_of_verification
from pybytomd.sync.bytom2.messages import ChainMessage, ConsensusMessage
from pybytomd.sync.bytom2.peers import PeerSet, PeerState
from pybytomd.sync.bytom2.relay import Announcer, TransactionRelay
from pybytomd.sync.bytom2.server import ChainServer
from pybytomd.sync.bytom2.synchroniser import Synchroniser
from pybytomd.sync.errors import FilterTooLarge, PeerGone
from pybytomd.sync.message_grammar import unquote

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

THREAD_BYTES = 128 * 1024
"""Messages from this size on are decoded on a thread."""
Handler = Callable[[PeerState, Any], Awaitable[None]]


class SyncReactor:
    """The switch's reactor for the chain's channel, and ``on_consensus_message`` for the validators'."""

    def __init__(
        self,
        chain: Chain,
        peers: PeerSet,
        server: ChainServer,
        synchroniser: Synchroniser,
        fetcher: BlockFetcher,
        announcer: Announcer,
        transactions: TransactionRelay,
        on_connected: Callable[[Peer], None],
    ) -> None:
        """``on_connected`` is told of every peer, before it has said anything."""
        self._chain = chain
        self._peers = peers
        self._server = server
        self._synchroniser = synchroniser
        self._fetcher = fetcher
        self._announcer = announcer
        self._transactions = transactions
        self._on_connected = on_connected
        self._changed = asyncio.Event()
        self._handlers: Mapping[type[ChainMessage | ConsensusMessage], Handler] = {
            messages.Status: self._on_status,
            messages.Headers: self._on_headers,
            messages.BlockMessage: self._on_block,
            messages.Blocks: self._on_blocks,
            messages.TransactionMessage: transactions.take,
            messages.Transactions: transactions.take_all,
            messages.MineBlock: self._on_mine_block,
            messages.GetBlock: server.get_block,
            messages.GetHeaders: server.get_headers,
            messages.GetBlocks: server.get_blocks,
            messages.GetMerkleBlock: server.get_merkle_block,
            messages.MerkleBlock: self._on_merkle_block,
            messages.FilterLoad: self._on_filter_load,
            messages.FilterAdd: self._on_filter_add,
            messages.FilterClear: self._on_filter_clear,
            messages.BlockPropose: self._on_propose,
            messages.BlockVerification: self._on_verification,
        }
        """What is done with messages of peers."""

    # --- coming and going ---------------------------------------------------------------------------------------

    async def on_peer(self, peer: Peer) -> None:
        """Tell a new peer how far we are, and what waits for a block."""
        self._on_connected(peer)
        state = self._peers.add(peer)
        self._announcer.greet(state, self._server.status())
        self._transactions.greet(state)
        self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def introduction(self, peer: Peer) -> PeerState:
        """Wait until a peer that is connected is one of ours. Raises PeerGone."""
        while (state := self._peers.get(peer.node_id)) is None or state.peer is not peer:
            if peer.is_closed:
                raise PeerGone
            await self._changed.wait()
        return state

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        """Forget a peer."""
        if peer.broke_framing:
            self._peers.punish_peer(peer, CONNECTION_FAULT, reason)
        self._peers.remove(peer)
        self._server.forget(peer)
        self._fetcher.forget(peer)
        self._transactions.forget(peer)
        self._notify()

    # --- messages -----------------------------------------------------------------------------------------------

    async def on_message(self, peer: Peer, data: bytes) -> None:
        """Decode and handle a message about the chain."""
        await self._handle(peer, data, messages.CHAIN_MESSAGES, messages.decode_chain)

    async def on_consensus_message(self, peer: Peer, data: bytes) -> None:
        """Decode and handle a message of validators."""
        await self._handle(peer, data, messages.CONSENSUS_MESSAGES, messages.decode_consensus)

    async def _handle(
        self,
        peer: Peer,
        data: bytes,
        known: Mapping[int, Any],
        decode: Callable[[bytes], ChainMessage | ConsensusMessage],
    ) -> None:
        """Raises ProtocolViolation for type byte 0, which ends a connection in the reference, too."""
        if data[0] == 0:
            raise ProtocolViolation("nil message")
        state = self._peers.get(peer.node_id)
        if state is None or state.peer is not peer:
            return
        try:
            message = decode(data)
            logger.debug("message", extra={"peer": peer.remote_address, "type": type(message).__name__})
            await self._handlers[type(message)](state, message)
        except DecodeError as error:
            offence = CONNECTION_FAULT if data[0] in known else NUISANCE
            self._peers.punish_peer(peer, offence, f"undecodable message: {error}")
        except FilterTooLarge as error:
            self._peers.punish_peer(peer, NUISANCE, str(error))

    async def _on_status(self, state: PeerState, message: messages.Status) -> None:
        state.claims(message)
        self._synchroniser.wake()

    async def _on_headers(self, state: PeerState, message: messages.Headers) -> None:
        """What was asked for; others are late, and of no use."""
        if state.headers_asked is not None and not state.headers_asked.done():
            state.headers_asked.set_result(list(message.texts))

    async def _on_block(self, state: PeerState, message: messages.BlockMessage) -> None:
        asked = state.block_asked
        if asked is None or asked.answer.done():
            return
        body = read_body(decode_hex(message.text))
        if (body.height == asked.height if asked.height is not None else body.hash == asked.block_hash) and (
            not asked.answer.done()
        ):
            asked.answer.set_result(message.text)

    async def _on_blocks(self, state: PeerState, message: messages.Blocks) -> None:
        """What was asked for, as the first block says. Late ones are ignored, but not before any question."""
        if not state.ever_asked_for_blocks:
            self._peers.punish(state.id, ILLEGAL_MESSAGE, "msg from unsolicited peer")
            return
        first = read_body(decode_hex(unquote(message.texts[0]))).hash if message.texts else None
        for start, answer in state.blocks_asked:
            if not answer.done() and (first is None or start == first):
                answer.set_result(message)
                return

    async def _on_mine_block(self, state: PeerState, message: messages.MineBlock) -> None:
        """Nobody sends these on Bytom 2."""

    async def _on_merkle_block(self, state: PeerState, message: messages.MerkleBlock) -> None:  # noqa: ARG002 - as all
        """These are for light wallets; we never ask for one."""
        self._peers.punish(state.id, ILLEGAL_MESSAGE, "merkle blocks nobody asked for")

    async def _on_filter_load(self, state: PeerState, message: messages.FilterLoad) -> None:
        state.load_filter(message.programs)

    async def _on_filter_add(self, state: PeerState, message: messages.FilterAdd) -> None:
        state.add_to_filter(message.program)

    async def _on_filter_clear(self, state: PeerState, message: messages.FilterClear) -> None:  # noqa: ARG002 - as all
        state.programs.clear()

    async def _on_propose(self, state: PeerState, message: messages.BlockPropose) -> None:
        big = len(message.text) > THREAD_BYTES
        block = await asyncio.to_thread(message.block) if big else message.block()
        state.known_blocks.add(block.hash)
        # What it says of its justified block stays: the reference tells that only with a status.
        state.height, state.best_hash = block.height, block.hash
        if not self._fetcher.offer(state, block):
            self._synchroniser.wake()

    async def _on_verification(self, state: PeerState, message: messages.BlockVerification) -> None:
        state.known_signatures.add(message.signature)
        try:
            await self._chain.add_verification(message.verification())
        except (ChainError, StoreError) as error:
            logger.warning("a signature of a validator is not taken", extra={"reason": str(error)})
        except ValidationError as error:
            offence = offence_of_verification(error)
            if offence is not None:
                self._peers.punish(state.id, offence, str(error))
