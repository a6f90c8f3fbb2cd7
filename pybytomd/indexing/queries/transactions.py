"""Any transaction by its id, and any output by its own: where it is, what it did, who spent it."""

from __future__ import annotations

from typing import Any, cast

from pybytomd.chain.annotated import JsonObject
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError, StoreError
from pybytomd.indexing import keys
from pybytomd.indexing.errors import DamagedRow, of_chain
from pybytomd.indexing.keys import ID_SIZE, PLACE_SIZE, asset_key, parse_place, place
from pybytomd.indexing.queries.answers import IndexedOutput, IndexedOutputAnswer, IndexedTransaction
from pybytomd.indexing.queries.view import View
from pybytomd.indexing.records import CREATION_SIZE, BlockRow, Creation, Definition, TransactionRow
from pybytomd.ledger.constants import BTM_ASSET_ID

MAX_INLINE_BLOCK, MAX_INLINE_TRANSACTION = 256 << 10, 8 << 10
"""Bytes of a transaction that is read and shown in a few milliseconds, and of the block it is taken out of."""


def transaction_answer(view: View, tx_id: bytes) -> IndexedTransaction:
    """A transaction of the chain or of the pool. Raises NotIndexed, StoreError."""
    at = last_place(view, tx_id)
    if at is None:
        entry = view.chain.pool.get(tx_id)
        if entry is None:
            raise view.missing(f"transaction {tx_id.hex()}")
        return _waiting(view, entry)
    return _confirmed(view, at)


def last_place(view: View, tx_id: bytes) -> bytes | None:
    """Where a transaction is in the chain; the last place of one that is in it more than once."""
    places = view.get(keys.PLACES + tx_id)
    return None if places is None else places[-PLACE_SIZE:]


def is_quick(view: View, tx_id: bytes) -> bool:
    """Whether ``transaction_answer`` takes no longer than a few milliseconds. Raises StoreError."""
    at = last_place(view, tx_id)
    if at is None:
        return tx_id not in view.chain.pool
    row, block = view.transaction(at), view.block(parse_place(at)[0])
    is_small = row is not None and row.size <= MAX_INLINE_TRANSACTION
    return is_small and block is not None and block.size <= MAX_INLINE_BLOCK


def _confirmed(view: View, at: bytes) -> IndexedTransaction:
    row, block = view.transaction(at), view.block(parse_place(at)[0])
    if row is None or block is None:
        raise view.missing("this transaction any more: the chain was reorganised just now")
    tx = read_transaction(view, block, row)
    height, position = parse_place(at)
    shown = _shown(view, tx, row.failed, fee=0 if row.is_coinbase else tx.fee)
    return {
        **shown,
        "block_height": height,
        "block_hash": block.block_hash.hex(),
        "block_time": block.timestamp,
        "block_index": position,
        "confirmations": view.confirmations(height),
    }


def read_transaction(view: View, block: BlockRow, row: TransactionRow) -> Any:
    """A transaction out of the stored text of its block, of which the rest is not decoded.

    Raises StoreError, and DamagedRow when it is not where the index says.
    """
    text = of_chain(lambda block_hash: view.forms.text(block_hash, row.offset, row.size), block.block_hash)
    if text is None:
        raise StoreError(f"block {block.block_hash.hex()} is not in the chain any more")
    try:
        tx = view.forms.transaction(text)
    except DecodeError as error:
        raise DamagedRow(f"transaction {row.tx_id.hex()} is not where it should be in its block") from error
    if tx.id != row.tx_id:
        raise DamagedRow(f"transaction {row.tx_id.hex()} is not where it should be in its block")
    return tx


def _waiting(view: View, entry: Waiting[Any]) -> IndexedTransaction:
    return _shown(view, entry.transaction, entry.status_fail, fee=entry.transaction.fee)


def _shown(view: View, tx: Any, failed: bool, *, fee: int) -> IndexedTransaction:
    definitions = _Definitions(view)
    inputs = [definitions.added_to(one) for one in view.forms.inputs(tx)]
    outputs = [
        {**definitions.added_to(one), "spent_by": _spender(view, output_id)}
        for one, output_id in zip(view.forms.outputs(tx), tx.result_ids, strict=True)
    ]
    answer = {
        "tx_id": tx.id.hex(),
        "block_height": None,
        "block_hash": None,
        "block_time": None,
        "block_index": None,
        "confirmations": 0,
        **view.forms.status(failed),
        "version": tx.version,
        "size": tx.serialized_size,
        "time_range": tx.time_range,
        "fee": fee,
        "mux_id": tx.mux_id.hex(),
        "inputs": inputs,
        "outputs": outputs,
    }
    return cast("IndexedTransaction", answer)


class _Definitions:
    """The definitions of the assets of one transaction, each read once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, JsonValue] = {}

    def added_to(self, item: JsonObject) -> JsonObject:
        """An input or output with the definition of its asset, null if that is no JSON object."""
        asset_id = str(item["asset_id"])
        if asset_id not in self._known:
            self._known[asset_id] = definition_of(self._view, bytes.fromhex(asset_id))
        return {**item, "asset_definition": self._known[asset_id]}


def definition_of(view: View, asset_id: bytes) -> dict[str, JsonValue] | None:
    """The definition of an asset that was issued, None if it is no JSON object. Raises StoreError."""
    data = view.get(keys.DEFINITIONS + asset_key(asset_id))
    return None if data is None else as_object(Definition.from_bytes(data).raw)


def as_object(raw: bytes) -> dict[str, JsonValue] | None:
    """What an issuer wrote, if it is a JSON object: anybody may write anything."""
    try:
        value = gojson.loads(raw)
    except DecodeError:
        return None
    return value if isinstance(value, dict) else None


def _spender(view: View, output_id: bytes) -> str | None:
    """The id of the transaction that spent an output last, None if it is not spent."""
    spent = view.get(keys.SPENT + output_id)
    if spent is None:
        return None
    made = view.get(keys.CREATED + output_id)
    at = spent[-PLACE_SIZE:]
    if made is not None and made[-CREATION_SIZE:][:PLACE_SIZE] > at:
        return None  # an output of the same id came later
    row = view.transaction(at)
    return None if row is None else row.tx_id.hex()


def output_answer(view: View, output_id: bytes) -> IndexedOutputAnswer:
    """An output of the chain by its id: unspent, spent, retired, or of a failed transaction and never there.

    Raises NotIndexed, StoreError.
    """
    made = view.get(keys.CREATED + output_id)
    if made is None:
        raise view.missing(f"output {output_id.hex()}")
    origin = Creation.all_from_bytes(made)[-1]
    answer = _confirmed(view, place(origin.height, origin.transaction))
    output = answer["outputs"][origin.position]
    spender = output["spent_by"]
    spent_at = None
    if spender is not None:
        spent_at = parse_place((view.get(keys.SPENT + output_id) or bytes(ID_SIZE))[-PLACE_SIZE:])[0]
    if origin.is_effective:
        status = "unspent" if spender is None else "spent"
    else:
        failed = _failed(view, origin)
        status = "retired" if output["type"] == "retire" and not _is_void(failed, output) else "void"
    return {
        "output_id": output_id.hex(),
        "status": status,
        "tx_id": answer["tx_id"],
        "block_height": origin.height,
        "position": origin.position,
        "spent_by": spender,
        "spent_at": spent_at,
        "output": output,
    }


def _failed(view: View, origin: Creation) -> bool:
    row = view.transaction(place(origin.height, origin.transaction))
    return row is not None and row.failed


def _is_void(failed: bool, output: IndexedOutput) -> bool:
    """Whether a failed transaction did not move an output."""
    return failed and output["asset_id"] != BTM_ASSET_ID.hex()
