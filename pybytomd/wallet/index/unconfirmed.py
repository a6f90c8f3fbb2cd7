"""Transactions of ours that wait to be in a block, from the pool's events.

They are stored, and so are there after a restart when the pool is empty; after a day they are forgotten.
Source: wallet-and-keys reference, section 6.6; ``wallet/unconfirmed.go``. Where we differ: what leaves the pool is
gone from here, too, even if it is no longer seen to be ours; and one that only spends what waits itself is shown.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from pybytomd.chain.annotated import JsonObject, Place, account_ids
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.clock import Clock
from pybytomd.codec.json import gojson
from pybytomd.errors import StoreError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.ownership import kept
from pybytomd.wallet.forms import AnyAnnotator, LedgerForms
from pybytomd.wallet.index.transaction_index import parse_transaction
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.spend.coin_selection import UtxoKeeper

logger = logging.getLogger(__name__)

MAX_AGE_SECONDS = 24 * 3600
CHECK_SECONDS = 30 * 60
"""How often to look for those that are too old."""


class UnconfirmedTransactions:
    """The transactions stored as unconfirmed. Safe to use from several threads."""

    def __init__(
        self,
        database: KeyValueStore,
        forms: LedgerForms,
        annotator: AnyAnnotator,
        accounts: AccountManager,
        utxos: UtxoSet,
        keeper: UtxoKeeper,
        clock: Clock,
    ) -> None:
        self._database = database
        self._forms = forms
        self._annotator = annotator
        self._accounts = accounts
        self._utxos = utxos
        self._keeper = keeper
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, set[str]]] = {}
        self._damaged: set[bytes] = set()
        """The keys of records that do not parse."""
        for key, data in database.iterate(schema.UNCONFIRMED_PREFIX):
            try:
                value = parse_transaction(key, data)
                self._note(key[len(schema.UNCONFIRMED_PREFIX) :].decode("ascii"), value)
            except (StoreError, ValueError) as error:
                self._damaged.add(key)
                logger.warning("an unconfirmed transaction does not parse", extra={"err": str(error)})

    def add(self, entry: Waiting[Any]) -> None:
        """A transaction entered the pool. Raises StoreError."""
        tx = entry.transaction
        tx_id = tx.id.hex()
        # One that comes back from a block which is yet to be detached here may not be seen to be ours otherwise.
        was_ours = self._database.get(schema.transaction_position_key(tx_id)) is not None
        is_sweep = any(map(self._keeper.is_own_unconfirmed, tx.spent_output_ids))
        if was_ours or is_sweep or is_ours(tx, self._accounts, self._utxos):
            value = self._annotator.transaction(tx, Place(int(self._clock.now())))
            self._database.put(schema.unconfirmed_key(tx_id), gojson.dumps(value))
            self._note(tx_id, value)
        self._keeper.add_unconfirmed(kept(self._forms.created(tx, entry.status_fail, 0, False), self._accounts))

    def remove(self, entry: Waiting[Any]) -> None:
        """A transaction left the pool, into a block or for good. Raises StoreError."""
        tx = entry.transaction
        tx_id = tx.id.hex()
        if tx_id in self._known:
            self._database.delete(schema.unconfirmed_key(tx_id))
            self.forget([tx_id])
        self._keeper.remove_unconfirmed(tx.result_ids)

    def is_stored(self, tx_id: str) -> bool:
        """Whether there is a record of a transaction, by its id in hex, even if it does not parse."""
        return tx_id in self._known or schema.unconfirmed_key(tx_id) in self._damaged

    def forget(self, tx_ids: list[str]) -> None:
        """The records of these transactions were removed from the database."""
        with self._lock:
            for tx_id in tx_ids:
                self._known.pop(tx_id, None)
                self._damaged.discard(schema.unconfirmed_key(tx_id))

    def expire(self) -> None:
        """Remove those that have waited for more than a day. Raises StoreError."""
        oldest = self._clock.now() - MAX_AGE_SECONDS
        with self._lock:
            expired = [tx_id for tx_id, (time, _) in self._known.items() if time < oldest]
        if expired:
            self._database.write({schema.unconfirmed_key(tx_id): None for tx_id in expired})
            self.forget(expired)

    def page(self, start: int, end: int, account_id: str = "") -> list[JsonObject]:
        """Transactions ``start`` to ``end``, those that came last first, of one account or all.

        Raises StoreError.
        """
        found = [self.get(tx_id) for tx_id in self._ids(account_id)[start:end]]
        return [value for value in found if value is not None]

    def count(self, account_id: str = "") -> int:
        """How many transactions ``page`` chooses from."""
        return len(self._ids(account_id))

    def get(self, tx_id: str) -> JsonObject | None:
        """The JSON object of a transaction by its id in hex. Raises StoreError."""
        key = schema.unconfirmed_key(tx_id)
        data = self._database.get(key)
        return None if data is None else parse_transaction(key, data)

    def _ids(self, account_id: str) -> list[str]:
        with self._lock:
            chosen = [
                (time, tx_id)
                for tx_id, (time, accounts) in self._known.items()
                if not account_id or account_id in accounts
            ]
        return [tx_id for _, tx_id in sorted(chosen, reverse=True)]

    def _note(self, tx_id: str, value: JsonObject) -> None:
        time = value.get("block_time")
        with self._lock:
            self._known[tx_id] = (time if isinstance(time, int) else 0, account_ids(value))


def is_ours(tx: Any, accounts: AccountManager, utxos: UtxoSet) -> bool:
    """Whether a transaction pays to an account here, or spends an output of one that is confirmed and unspent."""
    for output in tx.outputs:  # as a loop: a generator takes three times as long to begin
        if accounts.local_program(output.control_program) is not None:
            return True
    return any(map(utxos.is_own, tx.spent_output_ids))
