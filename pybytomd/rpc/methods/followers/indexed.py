"""What the index is asked on either chain, and how it is answered.

Lists come in pages: ``next_cursor`` of one is the ``cursor`` that asks for the next, and empty after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.indexing.errors import BadQuestion
from pybytomd.indexing.queries import addresses, assets, blocks, transactions
from pybytomd.indexing.queries.answers import StatisticsAnswer
from pybytomd.indexing.queries.view import View, program_of
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import IndexOff
from pybytomd.rpc.schema.field_types import HexBytes, Text, Uint, Uint64
from pybytomd.rpc.schema.replies import Rendered
from pybytomd.store.errors import DamagedDatabase

ROWS_AT_ONCE = 100
"""Rows that are read on the event loop, in a millisecond or two; longer pages go to a thread, and so do lists of
what comes and goes: where much has gone a database has to pass over it.
"""
HASH_SIZE = 32


@dataclass(frozen=True, slots=True)
class IndexedAddressRequest:
    """An address, or the control program of one that has none; which page of its balances."""

    address: Text = ""
    control_program: HexBytes = b""
    count: Uint = 0
    cursor: Text = ""


@dataclass(frozen=True, slots=True)
class AddressOutputsRequest:
    """An address or a control program; which page of its unspent outputs, of one asset or all."""

    address: Text = ""
    control_program: HexBytes = b""
    asset_id: HexBytes = b""
    count: Uint = 0
    cursor: Text = ""


@dataclass(frozen=True, slots=True)
class IndexedTransactionRequest:
    """A transaction by its id."""

    tx_id: HexBytes = b""


@dataclass(frozen=True, slots=True)
class IndexedOutputRequest:
    """An output by its id."""

    output_id: HexBytes = b""


@dataclass(frozen=True, slots=True)
class IndexedAssetRequest:
    """An asset by its id."""

    asset_id: HexBytes = b""


@dataclass(frozen=True, slots=True)
class AssetPageRequest:
    """An asset by its id; which page of a list about it."""

    asset_id: HexBytes = b""
    count: Uint = 0
    cursor: Text = ""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list."""

    count: Uint = 0
    cursor: Text = ""


@dataclass(frozen=True, slots=True)
class BlockSummariesRequest:
    """Which page of the blocks: from the newest down, or from a height down, which 0 means the newest."""

    from_height: Uint64 = 0
    count: Uint = 0
    cursor: Text = ""


@dataclass(frozen=True, slots=True)
class StatisticsRequest:
    """Which blocks, by height or by time, and how they are divided.

    With ``interval_seconds`` by time, from ``start_time`` to ``end_time``, both included, else by height, from
    ``first_height`` to ``last_height``, into so many ``points`` of equally many blocks. An end of 0 is that of the
    chain.
    """

    first_height: Uint64 = 0
    last_height: Uint64 = 0
    points: Uint = 0
    interval_seconds: Uint64 = 0
    start_time: Uint64 = 0
    end_time: Uint64 = 0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A height, an id of any kind, an address, or a control program in hex."""

    query: Text = ""


def view_of(api: ApiParts) -> View:
    """A look at the index. Raises IndexOff."""
    if api.index is None:
        raise IndexOff
    return View(api.index.database, api.chain, api.index.forms)


def ask(api: ApiParts, question: Callable[[View], Mapping[str, object]]) -> Rendered:
    """The answer of the index."""
    with distrusting(api):
        return Rendered(gojson.dumps(cast("JsonValue", question(view_of(api)))))


@contextmanager
def distrusting(api: ApiParts) -> Iterator[None]:
    """An index that turns out to be damaged is made anew."""
    try:
        yield
    except DamagedDatabase as error:
        if api.index is not None:
            api.index.distrust(error)
        raise


def id_of(name: str, data: bytes) -> bytes:
    """An id of the right length. Raises BadQuestion."""
    if len(data) != HASH_SIZE:
        raise BadQuestion(f"{name} has 64 hex digits, not {2 * len(data)}")
    return data


def balances(api: ApiParts, request: IndexedAddressRequest) -> Rendered:
    """The balances of an address."""
    program = program_of(request.address, request.control_program, api.address_prefix)
    return ask(api, lambda view: addresses.address_answer(view, program, request.count, request.cursor))


def balances_at_once(api: ApiParts, request: IndexedAddressRequest) -> Rendered | None:
    """As ``balances``, None for a page that is too long for the event loop."""
    return balances(api, request) if request.count <= ROWS_AT_ONCE else None


def history(api: ApiParts, request: IndexedAddressRequest) -> Rendered:
    """The history of an address."""
    program = program_of(request.address, request.control_program, api.address_prefix)
    return ask(api, lambda view: addresses.address_transactions(view, program, request.count, request.cursor))


def history_at_once(api: ApiParts, request: IndexedAddressRequest) -> Rendered | None:
    """As ``history``, None for a page that is too long for the event loop."""
    return history(api, request) if request.count <= ROWS_AT_ONCE else None


def outputs(api: ApiParts, request: AddressOutputsRequest) -> Rendered:
    """The unspent outputs of an address."""
    program = program_of(request.address, request.control_program, api.address_prefix)
    asset_id = id_of("asset_id", request.asset_id) if request.asset_id else b""
    return ask(api, lambda view: addresses.address_outputs(view, program, asset_id, request.count, request.cursor))


def transaction(api: ApiParts, request: IndexedTransactionRequest) -> Rendered:
    """A transaction."""
    tx_id = id_of("tx_id", request.tx_id)
    return ask(api, lambda view: transactions.transaction_answer(view, tx_id))


def transaction_at_once(api: ApiParts, request: IndexedTransactionRequest) -> Rendered | None:
    """As ``transaction``, None for one that is too large for the event loop."""
    tx_id = id_of("tx_id", request.tx_id)
    with distrusting(api):
        is_quick = transactions.is_quick(view_of(api), tx_id)
    return transaction(api, request) if is_quick else None


def holders(api: ApiParts, request: AssetPageRequest) -> Rendered:
    """The holders of an asset."""
    asset_id = id_of("asset_id", request.asset_id)
    return ask(api, lambda view: assets.asset_holders(view, asset_id, request.count, request.cursor))


def transfers(api: ApiParts, request: AssetPageRequest) -> Rendered:
    """What happened to an asset."""
    asset_id = id_of("asset_id", request.asset_id)
    return ask(api, lambda view: assets.asset_transfers(view, asset_id, request.count, request.cursor))


def transfers_at_once(api: ApiParts, request: AssetPageRequest) -> Rendered | None:
    """As ``transfers``, None for a page that is too long for the event loop."""
    return transfers(api, request) if request.count <= ROWS_AT_ONCE else None


def summaries(api: ApiParts, request: BlockSummariesRequest) -> Rendered:
    """Blocks in short."""
    height = request.from_height or None
    return ask(api, lambda view: blocks.block_summaries(view, request.count, request.cursor, height))


def summaries_at_once(api: ApiParts, request: BlockSummariesRequest) -> Rendered | None:
    """As ``summaries``, None for a page that is too long for the event loop."""
    return summaries(api, request) if request.count <= ROWS_AT_ONCE else None


def statistics(view: View, request: StatisticsRequest) -> StatisticsAnswer:
    """Figures by time or by height, as the request says."""
    if request.interval_seconds or request.start_time or request.end_time:
        end = request.end_time or None
        return blocks.statistics_by_time(view, request.start_time, end, request.interval_seconds, request.points)
    return blocks.statistics_by_height(view, request.first_height, request.last_height or None, request.points)
