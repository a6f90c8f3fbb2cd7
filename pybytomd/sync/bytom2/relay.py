"""Telling peers of Bytom 2 what is new: blocks, signatures of validators, transactions, and how far we are.

Source: bytom2-network-wallet-api reference, section 2.9; ``netsync/consensusmgr/broadcast_msg.go``,
``netsync/chainmgr/tx_keeper.go``.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from pybytomd.chain.bytom2.pool import check_admission, check_black_list
from pybytomd.chain.errors import BlackListedOutput, DustTransaction
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.errors import ChainError, DecodeError, StoreError, ValidationError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, ILLEGAL_MESSAGE
from pybytomd.sync.bytom2.messages import (
    MAX_TRANSACTIONS,
    BlockPropose,
    BlockVerification,
    Status,
    TransactionMessage,
    Transactions,
    encode,
)
from pybytomd.sync.bytom2.peers import PeerSet, PeerState
from pybytomd.sync.relay.outboxes import Outbox, Outboxes
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

PACK_BYTES = 102_400
"""Bytes of transactions, at most, in the messages that a new peer gets; more of them make another message."""


class Announcer:
    """Sends what everybody is to hear of. A peer whose queue is full misses it."""

    def __init__(self, peers: PeerSet) -> None:
        self._peers = peers

    def block(self, block: Block) -> None:
        """Send a new block to all who do not know it, light clients too."""
        message = BlockPropose.of(block)
        for state in self._peers:
            if block.hash not in state.known_blocks and state.send(message):
                state.known_blocks.add(block.hash)
                state.told_height = block.height

    def verification(self, verification: Verification) -> None:
        """Send a signature that counts to all who do not know it."""
        message = BlockVerification.of(verification)
        for state in self._peers:
            if verification.signature not in state.known_signatures and state.send(message):
                state.known_signatures.add(verification.signature)

    def status(self, status: Status) -> None:
        """Tell those how far we are who think that we are less far."""
        for state in self._peers:
            if state.told_height < status.height:
                self.greet(state, status)

    def greet(self, state: PeerState, status: Status) -> None:
        """Tell one peer how far we are."""
        if state.send(status):
            state.told_height = status.height


class TransactionRelay(Outboxes[PeerState, Transaction]):
    """Sends transactions to peers, and takes those they send."""

    def __init__(self, chain: Chain, peers: PeerSet, tasks: TaskSet) -> None:
        super().__init__(chain.pool, peers, tasks)
        self._chain = chain

    async def _empty(self, outbox: Outbox[PeerState]) -> None:
        """The first lot, what is in the pool when the peer comes, goes in packs."""
        await self._send_packs(outbox)
        state = outbox.state
        while not state.peer.is_closed and self._outboxes.get(state.peer) is outbox:
            if not outbox.ids:
                outbox.event.clear()
                await outbox.event.wait()
                continue
            transaction = self._wanted(outbox)
            if transaction is not None:
                data = encode(TransactionMessage.of(transaction))
                if await state.peer.send_patiently(data):
                    state.known_transactions.add(transaction.id)

    async def _send_packs(self, outbox: Outbox[PeerState]) -> None:
        state = outbox.state
        while outbox.ids:
            pack: list[Transaction] = []
            size = 0
            while outbox.ids and size < PACK_BYTES and len(pack) < MAX_TRANSACTIONS:
                transaction = self._wanted(outbox)
                if transaction is not None:
                    pack.append(transaction)
                    size += 2 * transaction.serialized_size
            if pack and not await state.peer.send_patiently(encode(Transactions.of(pack))):
                return
            for transaction in pack:
                state.known_transactions.add(transaction.id)

    def _wanted(self, outbox: Outbox[PeerState]) -> Transaction | None:
        """The next transaction, if it still waits and the peer is to have it.

        The reference takes points for dust among those that a new peer sends, and for what has expired.
        """
        entry = self._pool.get(outbox.ids.popleft())
        if entry is None or not outbox.state.wants(entry.transaction):
            return None
        transaction = entry.transaction
        try:
            check_admission(transaction)
            check_black_list(transaction)
        except (DustTransaction, BlackListedOutput):
            return None
        return None if self._has_expired(transaction) else transaction

    def _has_expired(self, transaction: Transaction) -> bool:
        return 0 < transaction.time_range < self._chain.best_height

    async def take(self, state: PeerState, message: TransactionMessage) -> None:
        """A peer sent a transaction."""
        try:
            transaction = message.transaction()
        except DecodeError:
            self._peers.punish(state.id, CONNECTION_FAULT, "fail on get tx from message")
            return
        await self._take(state, transaction)

    async def take_all(self, state: PeerState, message: Transactions) -> None:
        """A peer sent what is in its pool. The first that is wrong ends it."""
        try:
            transactions = await asyncio.to_thread(message.transactions)
        except DecodeError:
            self._peers.punish(state.id, CONNECTION_FAULT, "fail on get txs from message")
            return
        for transaction in transactions:
            if not await self._take(state, transaction):
                return

    async def _take(self, state: PeerState, transaction: Transaction) -> bool:
        """Check it and let it into the pool, which tells of it then; whether the peer may go on.

        What the pool refuses without the transaction being wrong - dust, a full pool - is no offence.
        """
        state.known_transactions.add(transaction.id)
        if transaction.id in self._pool or self._has_expired(transaction):
            return True  # whether it has expired depends on who is how far
        try:
            await self._chain.add_transaction(transaction)
        except (DustTransaction, BlackListedOutput, ChainError, StoreError) as error:
            logger.info("a transaction is not taken", extra={"reason": str(error)})
        except ValidationError as error:
            self._peers.punish(state.id, ILLEGAL_MESSAGE, f"fail on validate tx transaction: {error}")
            return False
        return True
