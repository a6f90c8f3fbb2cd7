"""Answers to what is asked of the index: transactions, unspent outputs, balances, as JSON text ready to be sent.

The texts are the reference's byte for byte. Source: wallet-and-keys reference, section 6.7; ``api/query.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd.codec import gojson
from pybytomd.codec.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.store import schema
from pybytomd.wallet.annotate import Annotator, JsonObject, Place, asset_ids, summary, with_assets
from pybytomd.wallet.asset_records import Asset
from pybytomd.wallet.errors import WalletError
from pybytomd.wallet.fragments import Fragments
from pybytomd.wallet.transactions import Position, parse_transaction
from pybytomd.wallet.utxo_set import Coin, Holding
from pybytomd.wallet.utxos import Utxo

if TYPE_CHECKING:
    from pybytomd.wallet.wallet import Wallet

HASH_SIZE = 32
ZERO_ID = ZERO_HASH.hex()
EMPTY_LIST = b"[]"


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

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet
        self._transaction_texts: Fragments[tuple[int, tuple[tuple[str, Asset | None], ...]]] = Fragments()
        self._output_texts: Fragments[tuple[Coin, str, Asset | None]] = Fragments()
        self._balance_texts: Fragments[tuple[list[Holding], list[str], list[Asset]]] = Fragments()
        self._of_chain = Annotator(wallet.chain.params.address_prefix)

    # --- transactions ----------------------------------------------------------------------------------------

    def transaction(self, tx_id: str) -> bytes:
        """A transaction by its id in hex: ours, any one if they are indexed, or one that waits for a block.

        Raises TransactionNotFound.
        """
        try:
            return gojson.dumps(self._confirmed(tx_id))
        except TransactionNotFound:
            return gojson.dumps(self._unconfirmed(tx_id))

    def one_transaction(self, tx_id: str, page: Page, *, detail: bool, unconfirmed: bool) -> bytes:
        """A list of one transaction. Raises TransactionNotFound."""
        try:
            value = self._confirmed(tx_id)
        except TransactionNotFound:
            if not unconfirmed:
                raise
            value = self._unconfirmed(tx_id)
        return _list([gojson.dumps(value if detail else summary(value))] if page.size(1) else [])

    def transaction_count(self, account_id: str, *, unconfirmed: bool) -> int:
        """How many transactions ``transactions`` chooses from."""
        waiting = self._wallet.unconfirmed.count(account_id) if unconfirmed else 0
        return waiting + self._wallet.transactions.count(account_id)

    def transactions(self, account_id: str, page: Page, *, detail: bool, unconfirmed: bool) -> bytes:
        """Transactions, newest first, of one account or all; those that wait for a block before the others."""
        wallet, known = self._wallet, _Described(self._wallet)
        waiting = wallet.unconfirmed.count(account_id) if unconfirmed else 0
        start, end = page.bounds(waiting + wallet.transactions.count(account_id))
        texts: list[bytes] = []
        if start < waiting:
            found = wallet.unconfirmed.page(start, min(end, waiting), account_id)
            texts += [_render(with_assets(value, known.assets_of(value)), detail) for value in found]
        generation = wallet.transactions.generation
        for position in wallet.transactions.page(max(0, start - waiting), max(0, end - waiting), account_id):
            text = self._transaction_text(position, detail, generation, known)
            if text is not None:
                texts.append(text)
        return _list(texts)

    def _transaction_text(
        self, position: Position, detail: bool, generation: int, known: _Described
    ) -> bytes | None:
        key = (position, detail)
        found = self._transaction_texts.get(key)
        if found is not None:
            (made_at, used), text = found
            if made_at == generation and known.are_current(used):
                return text
        record_key = schema.transaction_key(*position)
        data = self._wallet.database.get(record_key)
        if data is None:
            return None  # its block was detached just now
        value = parse_transaction(record_key, data)
        assets = known.assets_of(value)
        text = _render(with_assets(value, assets), detail)
        self._transaction_texts.put(key, (generation, tuple(assets.items())), text)
        return text

    def _confirmed(self, tx_id: str) -> JsonObject:
        position = self._wallet.database.get(schema.transaction_position_key(tx_id))
        if position is not None:
            key = schema.TRANSACTION_PREFIX + position
            data = self._wallet.database.get(key)
            if data is not None:
                return self._described(parse_transaction(key, data))
        if not self._wallet.txindex:
            raise TransactionNotFound
        place = self._wallet.database.get(schema.global_position_key(tx_id))
        if place is None:
            raise TransactionNotFound(f"No transaction(tx_id={tx_id}) ")
        return self._of_anybody(place)

    def _of_anybody(self, place: bytes) -> JsonObject:
        """Quirk: accounts are not named here, nor assets, and the block may have left the main chain."""
        block_hash, position = place[:HASH_SIZE], int.from_bytes(place[HASH_SIZE:], "big")
        chain = self._wallet.chain
        try:
            block, fails = chain.block(block_hash), chain.transaction_status(block_hash).fails
        except BytomError as error:
            raise TransactionNotFound(str(error)) from error
        return self._of_chain.transaction(
            block.transactions[position], Place.in_block(block, position, fails[position])
        )

    def _unconfirmed(self, tx_id: str) -> JsonObject:
        value = self._wallet.unconfirmed.get(tx_id)
        if value is None:
            raise TransactionNotFound(f"No transaction(tx_id={tx_id}) from txpool")
        return self._described(value)

    def _described(self, value: JsonObject) -> JsonObject:
        return with_assets(value, _Described(self._wallet).assets_of(value))

    # --- unspent outputs -------------------------------------------------------------------------------------

    def unspent_count(self, account_id: str, id_prefix: str, *, unconfirmed: bool, contracts: bool) -> int:
        """How many outputs ``unspent_outputs`` chooses from."""
        confirmed = self._wallet.utxos.count(account_id, id_prefix, contracts=contracts)
        return confirmed + (len(self._waiting(account_id, contracts)) if unconfirmed else 0)

    def unspent_outputs(
        self, account_id: str, id_prefix: str, page: Page, *, unconfirmed: bool, contracts: bool
    ) -> bytes:
        """Unspent outputs by descending id, of one account or all, or those of contracts.

        ``id_prefix`` is the beginning of their ids in hex. Those of transactions that wait for a block come last.
        Quirk: they are there whatever the prefix.
        """
        utxos, known = self._wallet.utxos, _Described(self._wallet)
        confirmed = utxos.count(account_id, id_prefix, contracts=contracts)
        waiting = self._waiting(account_id, contracts) if unconfirmed else []
        start, end = page.bounds(confirmed + len(waiting))
        texts: list[bytes] = []
        for output_id in utxos.page(
            min(start, confirmed), min(end, confirmed), account_id, id_prefix, contracts=contracts
        ):
            text = self._output_text(output_id, known)
            if text is not None:
                texts.append(text)
        texts += [_output(utxo, known) for utxo in waiting[max(0, start - confirmed) : max(0, end - confirmed)]]
        return _list(texts)

    def _waiting(self, account_id: str, contracts: bool) -> list[Utxo]:
        """Outputs of the pool that no block has confirmed meanwhile, the newest first."""
        utxos = self._wallet.utxos
        return [
            utxo
            for utxo in reversed(self._wallet.keeper.unconfirmed())
            if utxo.is_contract == contracts and account_id in ("", utxo.account_id) and not utxos.is_kept(utxo)
        ]

    def _output_text(self, output_id: bytes, known: _Described) -> bytes | None:
        utxos = self._wallet.utxos
        coin = utxos.coin(output_id)
        found = self._output_texts.get(output_id)
        if found is not None and coin is not None:
            (made_of, alias, asset), text = found
            if made_of is coin and alias == known.alias(coin.account_id) and asset is known.asset(coin.asset_id):
                return text
        utxo = utxos.get(output_id)
        if utxo is None:
            return None  # it was spent just now
        text = _output(utxo, known)
        if coin is not None:
            self._output_texts.put(
                output_id, (coin, known.alias(utxo.account_id), known.asset(utxo.asset_id)), text
            )
        return text

    # --- balances --------------------------------------------------------------------------------------------

    def balances(self, account_id: str) -> bytes:
        """What each account holds of each asset, by the ids of both; of one account, or of all.

        What is immature counts, what no block has confirmed does not. Quirk: an asset that nothing is known of
        makes all of it fail. Raises AssetNotFound.
        """
        wallet = self._wallet
        rows = wallet.utxos.balances(account_id)
        made_of = (
            rows,
            [wallet.accounts.alias_of(account) for account, _, _ in rows],
            [wallet.assets.get(asset_id.hex()) for _, asset_id, _ in rows],
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


class _Described:
    """Names of accounts and assets, looked up once an answer."""

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet
        self._aliases: dict[str, str] = {}
        self._assets: dict[str, Asset | None] = {ZERO_ID: None}
        self._known: dict[bytes, Asset | None] = {}

    def alias(self, account_id: str) -> str:
        if account_id not in self._aliases:
            self._aliases[account_id] = self._wallet.accounts.alias_of(account_id) if account_id else ""
        return self._aliases[account_id]

    def asset(self, asset_id: bytes) -> Asset | None:
        """The asset if it is stored. Quirk: one that was only seen on the chain is not named beside outputs."""
        if asset_id not in self._known:
            self._known[asset_id] = self._wallet.assets.find(asset_id)
        return self._known[asset_id]

    def described(self, asset_id: str) -> Asset | None:
        """The asset to show in a transaction, by its id in hex."""
        if asset_id not in self._assets:
            try:
                self._assets[asset_id] = self._wallet.assets.described(bytes.fromhex(asset_id))
            except ValueError:
                self._assets[asset_id] = None  # the record was not written by a wallet
        return self._assets[asset_id]

    def assets_of(self, value: JsonObject) -> dict[str, Asset | None]:
        return {asset_id: self.described(asset_id) for asset_id in asset_ids(value)}

    def are_current(self, used: Iterable[tuple[str, Asset | None]]) -> bool:
        return all(self.described(asset_id) is asset for asset_id, asset in used)


def _render(value: JsonObject, detail: bool) -> bytes:
    return gojson.dumps(value if detail else summary(value))


def _reread(asset: Asset) -> JsonValue:
    """The definition as read from the database. Quirk: its numbers are floats then."""
    return (
        None
        if asset.definition is None
        else gojson.loads_float64(gojson.dumps(gojson.sort_keys(asset.definition)))
    )


def _list(texts: list[bytes]) -> bytes:
    return b"[" + b",".join(texts) + b"]"


def _output(utxo: Utxo, known: _Described) -> bytes:
    """The JSON of an output. Quirk: ``derive_rule`` is 0 whatever that of the account is."""
    asset = known.asset(utxo.asset_id)
    return gojson.dumps(
        {
            "account_alias": known.alias(utxo.account_id),
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
