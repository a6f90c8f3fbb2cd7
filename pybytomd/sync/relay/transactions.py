"""Passing on transactions of the pool: new ones to everybody, and all of them to a new peer.

Each peer has an outbox of ids, emptied by a task of its own as fast as the peer reads. Transactions that have left
the pool meanwhile are not sent, so a slow peer costs some ids of memory and nothing else.

Source: p2p-and-sync reference, sections 6.5 and 6.6; ``netsync/tx_keeper.go``.
"""

from __future__ import annotations

import asyncio
import logging

from pybytomd.chain.errors import DustTransaction
from pybytomd.chain.ports import ChainWriter
from pybytomd.errors import ChainError, DecodeError, StoreError, ValidationError
from pybytomd.ledger.transaction import Transaction
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, ILLEGAL_MESSAGE
from pybytomd.sync.messages import TransactionMessage, encode
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.relay.outboxes import Outbox, Outboxes
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

PACK_BYTES = 102_400
"""After so many bytes to one peer others get their turn."""


class TransactionRelay(Outboxes[PeerState, Transaction]):
    """Sends transactions to peers, and takes those they send."""

    def __init__(self, chain: ChainWriter, peers: PeerSet, tasks: TaskSet) -> None:
        super().__init__(chain.pool, peers, tasks)
        self._chain = chain

    async def _empty(self, outbox: Outbox[PeerState]) -> None:
        state = outbox.state
        sent = 0
        while not state.peer.is_closed and self._outboxes.get(state.peer) is outbox:
            if not outbox.ids:
                outbox.event.clear()
                await outbox.event.wait()
                continue
            entry = self._pool.get(outbox.ids.popleft())
            if entry is None or not state.wants(entry.transaction):
                continue
            data = encode(TransactionMessage.of(entry.transaction))
            if await state.peer.send_patiently(data):
                state.known_transactions.add(entry.transaction.id)
            sent += len(data)
            if sent >= PACK_BYTES:
                sent = 0
                await asyncio.sleep(0)

    async def take(self, state: PeerState, message: TransactionMessage) -> None:
        """A peer sent a transaction: check it and let it into the pool. The pool tells of it then.

        What the pool refuses without the transaction being wrong - dust, a full pool - is no offence. (The
        reference punishes all but dust.)
        """
        try:
            transaction = message.transaction()
        except DecodeError:
            self._peers.punish(state.id, CONNECTION_FAULT, "fail on get txs from message")
            return
        state.known_transactions.add(transaction.id)
        if transaction.id in self._pool:
            return
        try:
            await self._chain.add_transaction(transaction)
        except (DustTransaction, ChainError, StoreError) as error:
            logger.info("a transaction is not taken", extra={"reason": str(error)})
        except ValidationError as error:
            self._peers.punish(state.id, ILLEGAL_MESSAGE, f"fail on validate tx transaction: {error}")
