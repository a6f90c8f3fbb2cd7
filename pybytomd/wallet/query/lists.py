"""Answers to what is asked of the index: transactions, unspent outputs, balances, as JSON text ready to be sent.

The texts are the reference's byte for byte. Source: wallet-and-keys reference, section 6.7; ``api/query.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pybytomd.chain.annotated import JsonObject, Place, Shown, detailed, summary
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import damaged
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.errors import WalletError
from pybytomd.wallet.forms import AnyUtxo, LedgerForms, WalletChain
from pybytomd.wallet.index.transaction_index import Position, TransactionIndex, parse_transaction
from pybytomd.wallet.index.unconfirmed import UnconfirmedTransactions
from pybytomd.wallet.index.utxo_set import Holding, UtxoSet
from pybytomd.wallet.query.answer_cache import Fragments
from pybytomd.wallet.query.holdings import Parts, assets_of, holdings
from pybytomd.wallet.query.names import Names, ShownAssets
from pybytomd.wallet.query.votes import AccountVotes, votes_in
from pybytomd.wallet.spend.coin_selection import UtxoKeeper

HASH_SIZE = 32


class TransactionNotFound(WalletError):
    """There is no such transaction, as far as was looked."""

    message = "account TXID not found"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted: ``count`` items after the first ``start``; everything if both are 0.

    Quirk: a count of 0 after a start is nothing.
    """

    start: int = 0
    count: int = 0

    def bounds(self, total: int) -> tuple[int, int]:
        """From where to where of so many items."""
        if not self.start and not self.count:
            return 0, total
        return min(self.start, total), min(self.start + self.count, total)

    def size(self, total: int) -> int:
        """How many of so many items."""
        low, high = self.bounds(total)
        return high - low


class Queries:
    """Questions to a wallet. Safe to use from several threads. Every method raises StoreError."""

    def __init__(
        self,
        database: KeyValueStore,
        forms: LedgerForms,
        chain: WalletChain,
        accounts: AccountManager,
        assets: AssetRegistry,
        utxos: UtxoSet,
        keeper: UtxoKeeper,
        transactions: TransactionIndex,
        unconfirmed: UnconfirmedTransactions,
        *,
        txindex: bool,
    ) -> None:
        """``txindex`` says whether the places of all transactions of the chain are kept."""
        self._database = database
        self._chain = chain
        self._accounts = accounts
        self._assets = assets
        self._utxos = utxos
        self._keeper = keeper
        self._transactions = transactions
        self._unconfirmed = unconfirmed
        self._txindex = txindex
        self._transaction_texts: Fragments[tuple[int, tuple[tuple[str, Asset | None], ...]]] = Fragments()
        self._output_texts: Fragments[tuple[str, str, bytes, Asset | None]] = Fragments()
        utxos.watch(self._output_texts.forget)
        self._balance_texts: Fragments[tuple[list[Holding], list[str], list[Asset]]] = Fragments()
        self._shown_assets: ShownAssets = {}
        self._of_chain = forms.annotator(chain.params.address_prefix, None)

    # --- transactions ----------------------------------------------------------------------------------------

    def transaction(self, tx_id: str) -> bytes:
        """A transaction by its id in hex: ours, any one if they are indexed, or one that waits for a block.

        Raises TransactionNotFound.
        """
        return self._find(tx_id, detail=True, unconfirmed=True)

    def one_transaction(self, tx_id: str, page: Page, *, detail: bool, unconfirmed: bool) -> bytes:
        """A list of one transaction. Raises TransactionNotFound."""
        text = self._find(tx_id, detail=detail, unconfirmed=unconfirmed)
        return _list([text] if page.size(1) else [])

    def transaction_count(self, account_id: str, *, unconfirmed: bool) -> int:
        """How many transactions ``transactions`` chooses from."""
        waiting = self._unconfirmed.count(account_id) if unconfirmed else 0
        return waiting + self._transactions.count(account_id)

    def transactions(self, account_id: str, page: Page, *, detail: bool, unconfirmed: bool) -> bytes:
        """Transactions, newest first, of one account or all; those that wait for a block before the others."""
        names = self._names()
        waiting = self._unconfirmed.count(account_id) if unconfirmed else 0
        start, end = page.bounds(waiting + self._transactions.count(account_id))
        texts: list[bytes] = []
        if start < waiting:
            found = self._unconfirmed.page(start, min(end, waiting), account_id)
            texts += [_render(value, names.shown(names.assets_of(value)), detail) for value in found]
        for position in self._transactions.page(max(0, start - waiting), max(0, end - waiting), account_id):
            text = self._indexed(position, detail, names)
            if text is not None:
                texts.append(text)
        return _list(texts)

    def _find(self, tx_id: str, *, detail: bool, unconfirmed: bool) -> bytes:
        try:
            return self._confirmed(tx_id, detail)
        except TransactionNotFound:
            if not unconfirmed:
                raise
        value = self._unconfirmed.get(tx_id)
        if value is None:
            raise TransactionNotFound(f"No transaction(tx_id={tx_id}) from txpool")
        names = self._names()
        return _render(value, names.shown(names.assets_of(value)), detail)

    def _confirmed(self, tx_id: str, detail: bool) -> bytes:
        place = self._database.get(schema.transaction_position_key(tx_id))
        text = None if place is None else self._indexed(_parse_position(place), detail, self._names())
        if text is not None:
            return text
        if not self._txindex:
            raise TransactionNotFound
        place = self._database.get(schema.global_position_key(tx_id))
        if place is None:
            raise TransactionNotFound(f"No transaction(tx_id={tx_id}) ")
        value = self._of_anybody(place)
        return gojson.dumps(value if detail else summary(value, {}))

    def _indexed(self, position: Position, detail: bool, names: Names) -> bytes | None:
        """One of our transactions, None if its block was detached just now."""
        key, generation = (position, detail), self._transactions.generation
        found = self._transaction_texts.get(key)
        if found is not None:
            (made_at, used), text = found
            if made_at == generation and names.are_current(used):
                return text
        record_key = schema.transaction_key(*position)
        data = self._database.get(record_key)
        if data is None:
            return None
        value = parse_transaction(record_key, data)
        assets = names.assets_of(value)
        text = _render(value, names.shown(assets), detail)
        self._transaction_texts.put(key, (generation, tuple(assets.items())), text)
        return text

    def _of_anybody(self, place: bytes) -> JsonObject:
        """Quirk: accounts are not named here, nor assets, and the block may have left the main chain."""
        block_hash, position = place[:HASH_SIZE], int.from_bytes(place[HASH_SIZE:], "big")
        try:
            judged = self._chain.judged(block_hash)
            tx, failed = judged.block.transactions[position], judged.fails[position]
        except (BytomError, IndexError) as error:
            raise TransactionNotFound(str(error)) from error
        return self._of_chain.transaction(tx, Place.in_block(judged.block, position, failed))

    def _names(self) -> Names:
        return Names(self._accounts, self._assets, self._shown_assets)

    # --- unspent outputs -------------------------------------------------------------------------------------

    def unspent_count(self, account_id: str, id_prefix: str, *, unconfirmed: bool, contracts: bool) -> int:
        """How many outputs ``unspent_outputs`` chooses from."""
        confirmed = self._utxos.count(account_id, id_prefix, contracts=contracts)
        return confirmed + (len(self._waiting(account_id, contracts)) if unconfirmed else 0)

    def unspent_outputs(
        self, account_id: str, id_prefix: str, page: Page, *, unconfirmed: bool, contracts: bool
    ) -> bytes:
        """Unspent outputs by descending id, of one account or all, or those of contracts.

        ``id_prefix`` is the beginning of their ids in hex. Those of transactions that wait for a block come last.
        Quirk: they are there whatever the prefix.
        """
        utxos, names = self._utxos, self._names()
        confirmed = utxos.count(account_id, id_prefix, contracts=contracts)
        waiting = self._waiting(account_id, contracts) if unconfirmed else []
        start, end = page.bounds(confirmed + len(waiting))
        texts: list[bytes] = []
        for output_id in utxos.page(
            min(start, confirmed), min(end, confirmed), account_id, id_prefix, contracts=contracts
        ):
            text = self._output_text(output_id, names)
            if text is not None:
                texts.append(text)
        texts += [_output(utxo, names) for utxo in waiting[max(0, start - confirmed) : max(0, end - confirmed)]]
        return _list(texts)

    def _waiting(self, account_id: str, contracts: bool) -> list[AnyUtxo]:
        """Outputs of the pool that no block has confirmed meanwhile, the newest first."""
        utxos = self._utxos
        return [
            utxo
            for utxo in reversed(self._keeper.unconfirmed())
            if utxo.is_contract == contracts and account_id in ("", utxo.account_id) and not utxos.is_kept(utxo)
        ]

    def _output_text(self, output_id: bytes, names: Names) -> bytes | None:
        utxos = self._utxos
        found = self._output_texts.get(output_id)
        if found is not None:
            (account_id, alias, asset_id, asset), text = found
            if alias == names.alias(account_id) and asset is names.stored(asset_id):
                return text
        changes = utxos.changes
        utxo = utxos.get(output_id)
        if utxo is None:
            return None  # it was spent just now
        text = _output(utxo, names)
        made_of = (utxo.account_id, names.alias(utxo.account_id), utxo.asset_id, names.stored(utxo.asset_id))
        self._output_texts.put(output_id, made_of, text, still=lambda: utxos.changes == changes)
        return text

    # --- balances --------------------------------------------------------------------------------------------

    def balances(self, account_id: str) -> bytes:
        """What each account holds of each asset, by the ids of both; of one account, or of all.

        What is immature counts, what no block has confirmed does not. Quirk: an asset that nothing is known of
        makes all of it fail. Raises AssetNotFound.
        """
        rows = assets_of(self._utxos.balances(account_id))
        made_of = (
            rows,
            [self._accounts.alias_of(account) for account, _, _ in rows],
            [self._assets.get(asset_id.hex()) for _, asset_id, _ in rows],
        )
        found = self._balance_texts.get(account_id)
        if found is not None and found[0] == made_of:
            return found[1]
        text = gojson.dumps(
            [
                {
                    "account_id": account,
                    "account_alias": alias,
                    "asset_alias": asset.alias,
                    "asset_id": asset_id.hex(),
                    "amount": amount,
                    "asset_definition": _reread(asset),
                }
                for (account, asset_id, amount), alias, asset in zip(*made_of, strict=True)
            ]
        )
        self._balance_texts.put(account_id, made_of, text)
        return text

    def votes(self, account_id: str) -> list[AccountVotes]:
        """Whom accounts vote for, and with how much, of one account or of all."""
        return votes_in(self._utxos.balances(account_id), self._accounts.alias_of)

    def holdings(self, account_id: str) -> list[Parts]:
        """What accounts hold, told apart by whether it can be spent, of one account or of all.

        Goes through all outputs: to be asked for on a thread of its own.
        """
        return holdings(self._utxos, self._chain.best_height, account_id)


def _render(value: JsonObject, assets: Mapping[str, Shown], detail: bool) -> bytes:
    return gojson.dumps(detailed(value, assets) if detail else summary(value, assets))


def _parse_position(place: bytes) -> Position:
    try:
        return schema.parse_transaction_position(place)
    except ValueError as error:
        raise damaged(place, error) from error


def _reread(asset: Asset) -> JsonValue:
    """The definition as read from the database. Quirk: its numbers are floats then."""
    return (
        None
        if asset.definition is None
        else gojson.loads_float64(gojson.dumps(gojson.sort_keys(asset.definition)))
    )


def _list(texts: list[bytes]) -> bytes:
    return b"[" + b",".join(texts) + b"]"


def _output(utxo: AnyUtxo, names: Names) -> bytes:
    """The JSON of an output. Quirk: ``derive_rule`` is 0 whatever that of the account is."""
    asset = names.stored(utxo.asset_id)
    return gojson.dumps(
        {
            "account_alias": names.alias(utxo.account_id),
            "id": utxo.output_id.hex(),
            "asset_id": utxo.asset_id.hex(),
            "asset_alias": "" if asset is None else asset.alias,
            "amount": utxo.amount,
            "account_id": utxo.account_id,
            "address": utxo.address,
            "control_program_index": utxo.control_program_index,
            "program": utxo.control_program.hex(),
            "source_id": utxo.source_id.hex(),
            "source_pos": utxo.source_position,
            "valid_height": utxo.valid_height,
            "change": utxo.change,
            "derive_rule": 0,
        }
    )
