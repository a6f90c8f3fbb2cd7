"""What a block changes in wallet.db, forwards and backwards, each in one atomic step.

Source: wallet-and-keys reference, sections 6.2 to 6.5; ``wallet/indexer.go``, ``wallet/utxo.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pybytomd.chain.annotated import Place, account_ids
from pybytomd.chain.events import AnyBlock
from pybytomd.chain.mempool.pool_entry import AnyTransaction
from pybytomd.codec.json import gojson
from pybytomd.ledger.creation import IssuanceInput
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.ownership import kept
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.forms import AnyAnnotator, AnyUtxo, LedgerForms
from pybytomd.wallet.index.status import Cursor
from pybytomd.wallet.index.transaction_index import Position, TransactionIndex, parse_transaction
from pybytomd.wallet.index.unconfirmed import UnconfirmedTransactions, is_ours
from pybytomd.wallet.index.utxo_set import UtxoSet

POSITION_SIZE = 8


class Indexer:
    """Attaches and detaches blocks. To be used from one thread at a time.

    With ``txindex`` it also keeps the place of every transaction, anybody's. Every method raises StoreError.
    """

    def __init__(
        self,
        database: KeyValueStore,
        forms: LedgerForms,
        annotator: AnyAnnotator,
        accounts: AccountManager,
        assets: AssetRegistry,
        utxos: UtxoSet,
        transactions: TransactionIndex,
        unconfirmed: UnconfirmedTransactions,
        *,
        txindex: bool = False,
    ) -> None:
        self._database = database
        self._forms = forms
        self._annotator = annotator
        self._accounts = accounts
        self._assets = assets
        self._utxos = utxos
        self._transactions = transactions
        self._unconfirmed = unconfirmed
        self._txindex = txindex

    def attach(self, block: AnyBlock, fails: Sequence[bool], cursor: Cursor) -> Cursor:
        """Take a block in; the cursor after it, which is stored in the same step.

        A transaction counts as ours if it pays to an account here, or spends an output that is ours. Where we
        differ: so does one that only spends what an earlier transaction of the same block pays us, which the
        reference never lists. Its record is like any other, and the reference reads it.
        """
        changes: Changes = {}
        added: dict[Position, set[str]] = {}
        confirmed: list[str] = []
        outputs = _OutputChanges(self._utxos)
        header, forms = block.header, self._forms
        for position, (tx, failed) in enumerate(zip(block.transactions, fails, strict=True)):
            spends_new = outputs.are_spent_by(tx)
            outputs.remove(forms.consumed(tx, failed))
            outputs.add(kept(forms.created(tx, failed, header.height, position == 0), self._accounts))
            for tx_input in tx.inputs:
                if isinstance(tx_input, IssuanceInput):
                    self._assets.note_issued(tx_input.asset_id, tx_input.asset_definition)
            if not (spends_new or is_ours(tx, self._accounts, self._utxos)):
                continue
            value = self._annotator.transaction(tx, Place.in_block(block, position, failed))
            tx_id = tx.id.hex()
            changes[schema.transaction_key(header.height, position)] = gojson.dumps(value)
            changes[schema.transaction_position_key(tx_id)] = schema.transaction_position(header.height, position)
            added[header.height, position] = account_ids(value)
            if self._unconfirmed.is_stored(tx_id):
                changes[schema.unconfirmed_key(tx_id)] = None
                confirmed.append(tx_id)
        if self._txindex:
            for position, tx in enumerate(block.transactions):
                place = header.hash + position.to_bytes(POSITION_SIZE, "big")
                changes[schema.global_position_key(tx.id.hex())] = place
        moved = cursor.attached(header)
        with self._transactions.following(changes, added, ()):
            self._write(changes, outputs, moved)
        self._unconfirmed.forget(confirmed)
        return moved

    def detach(self, block: AnyBlock, fails: Sequence[bool], cursor: Cursor) -> Cursor:
        """Take the best block back; the cursor after it.

        Quirk: a coinbase's output that comes back unspent is no longer known to be immature.
        """
        changes: Changes = {}
        removed: list[Position] = []
        for key, data in self._database.iterate(schema.transactions_at(cursor.best_height)):
            changes[key] = None
            tx_id = str(parse_transaction(key, data).get("tx_id", ""))
            changes[schema.transaction_position_key(tx_id)] = None
            removed.append(schema.parse_transaction_position(key[len(schema.TRANSACTION_PREFIX) :]))
        outputs = _OutputChanges(self._utxos)
        for tx, failed in zip(reversed(block.transactions), reversed(fails), strict=True):
            outputs.remove(self._forms.created(tx, False, 0, False))
            outputs.add(kept(self._forms.consumed(tx, failed), self._accounts))
        moved = cursor.detached(block.header)
        with self._transactions.following(changes, {}, removed):
            self._write(changes, outputs, moved)
        return moved

    def _write(self, changes: Changes, outputs: _OutputChanges, cursor: Cursor) -> None:
        added, removed = outputs.added_and_removed()
        for utxo in removed:
            changes[utxo.key] = None
        for utxo in added:
            changes[utxo.key] = utxo.to_json()
        changes[schema.WALLET_STATUS] = cursor.to_json()
        self._utxos.write(changes, added, removed)


class _OutputChanges:
    """Outputs added and removed by a block. The last change of each counts."""

    def __init__(self, utxos: UtxoSet) -> None:
        self._utxos = utxos
        self._last: dict[bytes, tuple[AnyUtxo, bool]] = {}

    def are_spent_by(self, tx: AnyTransaction) -> bool:
        """Whether a transaction spends an output of an account that an earlier one of the block has made."""
        if not self._last:
            return False
        found = map(self._last.get, tx.spent_output_ids)
        return any(made is not None and made[1] and made[0].account_id for made in found)

    def add(self, utxos: Sequence[AnyUtxo]) -> None:
        for utxo in utxos:
            self._last[utxo.output_id] = (utxo, True)

    def remove(self, utxos: Iterable[AnyUtxo]) -> None:
        """Those that nobody keeps are passed over: most of what is spent on the chain is not ours."""
        for utxo in utxos:
            if utxo.output_id in self._last or self._utxos.is_kept(utxo):
                self._last[utxo.output_id] = (utxo, False)

    def added_and_removed(self) -> tuple[list[AnyUtxo], list[AnyUtxo]]:
        added: list[AnyUtxo] = []
        removed: list[AnyUtxo] = []
        for utxo, stays in self._last.values():
            (added if stays else removed).append(utxo)
        return added, removed
