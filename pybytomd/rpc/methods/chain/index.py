"""What the index of every address, transaction and asset tells: it is there with ``--index.enable``.

Lists come in pages: ``next_cursor`` of one is the ``cursor`` that asks for the next, and empty after the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.indexing.errors import BadQuestion
from pybytomd.indexing.queries import addresses, assets, blocks, search, transactions
from pybytomd.indexing.queries.answers import (
    AddressAnswer,
    AddressOutputsAnswer,
    AddressTransactionsAnswer,
    AssetAnswer,
    AssetHoldersAnswer,
    AssetsAnswer,
    AssetTransfersAnswer,
    BlockSummariesAnswer,
    IndexedOutputAnswer,
    IndexedTransaction,
    SearchAnswer,
    StatisticsAnswer,
)
from pybytomd.indexing.queries.view import View, program_of
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import IndexOff
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, Text, Uint, Uint64
from pybytomd.rpc.schema.registry import method
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


def _view(api: Api) -> View:
    """A look at the index. Raises IndexOff."""
    if api.index is None:
        raise IndexOff
    return View(api.index.database, api.chain)


def _ask(api: Api, question: Callable[[View], Mapping[str, object]]) -> Rendered:
    """The answer of the index."""
    with _distrusting(api):
        return Rendered(gojson.dumps(cast("JsonValue", question(_view(api)))))


@contextmanager
def _distrusting(api: Api) -> Iterator[None]:
    """An index that turns out to be damaged is made anew."""
    try:
        yield
    except DamagedDatabase as error:
        if api.index is not None:
            api.index.distrust(error)
        raise


def _id(name: str, data: bytes) -> bytes:
    if len(data) != HASH_SIZE:
        raise BadQuestion(f"{name} has 64 hex digits, not {2 * len(data)}")
    return data


def _balances(api: Api, request: IndexedAddressRequest) -> Rendered:
    program = program_of(request.address, request.control_program, api.address_prefix)
    return _ask(api, lambda view: addresses.address_answer(view, program, request.count, request.cursor))


def _balances_at_once(api: Api, request: IndexedAddressRequest) -> Rendered | None:
    return _balances(api, request) if request.count <= ROWS_AT_ONCE else None


@method("get-address", ready=_balances_at_once, role=Role.READ, in_reference=False, reads=True)
async def get_address(api: Api, request: IndexedAddressRequest) -> AddressAnswer | Rendered:
    """An address or program: how many transactions name it, and what it has of each asset."""
    return await asyncio.to_thread(_balances, api, request)


def _history(api: Api, request: IndexedAddressRequest) -> Rendered:
    program = program_of(request.address, request.control_program, api.address_prefix)
    return _ask(api, lambda view: addresses.address_transactions(view, program, request.count, request.cursor))


def _history_at_once(api: Api, request: IndexedAddressRequest) -> Rendered | None:
    return _history(api, request) if request.count <= ROWS_AT_ONCE else None


@method("list-address-transactions", ready=_history_at_once, role=Role.READ, in_reference=False, reads=True)
async def list_address_transactions(
    api: Api, request: IndexedAddressRequest
) -> AddressTransactionsAnswer | Rendered:
    """The transactions that name an address or program, newest first, and what each moved to and from it."""
    return await asyncio.to_thread(_history, api, request)


def _outputs(api: Api, request: AddressOutputsRequest) -> Rendered:
    program = program_of(request.address, request.control_program, api.address_prefix)
    asset_id = _id("asset_id", request.asset_id) if request.asset_id else b""
    return _ask(
        api, lambda view: addresses.address_outputs(view, program, asset_id, request.count, request.cursor)
    )


@method("list-address-outputs", role=Role.READ, in_reference=False, reads=True)
async def list_address_outputs(api: Api, request: AddressOutputsRequest) -> AddressOutputsAnswer | Rendered:
    """The unspent outputs of an address or program, with all that spending them takes."""
    return await asyncio.to_thread(_outputs, api, request)


def _transaction(api: Api, request: IndexedTransactionRequest) -> Rendered:
    tx_id = _id("tx_id", request.tx_id)
    return _ask(api, lambda view: transactions.transaction_answer(view, tx_id))


def _transaction_at_once(api: Api, request: IndexedTransactionRequest) -> Rendered | None:
    tx_id = _id("tx_id", request.tx_id)
    with _distrusting(api):
        is_quick = transactions.is_quick(_view(api), tx_id)
    return _transaction(api, request) if is_quick else None


@method("get-indexed-transaction", ready=_transaction_at_once, role=Role.READ, in_reference=False, reads=True)
async def get_indexed_transaction(api: Api, request: IndexedTransactionRequest) -> IndexedTransaction | Rendered:
    """Any transaction of the chain or the pool, with its block, confirmations, fee, and who spent its outputs."""
    return await asyncio.to_thread(_transaction, api, request)


@method("get-indexed-output", role=Role.READ, in_reference=False, reads=True)
async def get_indexed_output(api: Api, request: IndexedOutputRequest) -> IndexedOutputAnswer | Rendered:
    """Any output of the chain by its id, and who spent it: unspent, spent, retired, or void if it never was."""
    output_id = _id("output_id", request.output_id)
    return await asyncio.to_thread(_ask, api, lambda view: transactions.output_answer(view, output_id))


@method("get-asset-summary", role=Role.READ, in_reference=False, reads=True)
async def get_asset_summary(api: Api, request: IndexedAssetRequest) -> AssetAnswer | Rendered:
    """Any asset of the chain: its definition, how much was issued and retired, how many have it."""
    asset_id = _id("asset_id", request.asset_id)
    return await asyncio.to_thread(_ask, api, lambda view: assets.asset_answer(view, asset_id))


@method("list-indexed-assets", role=Role.READ, in_reference=False, reads=True)
async def list_indexed_assets(api: Api, request: PageRequest) -> AssetsAnswer | Rendered:
    """All assets of the chain, by id, BTM first."""
    return await asyncio.to_thread(
        _ask, api, lambda view: assets.assets_answer(view, request.count, request.cursor)
    )


def _holders(api: Api, request: AssetPageRequest) -> Rendered:
    asset_id = _id("asset_id", request.asset_id)
    return _ask(api, lambda view: assets.asset_holders(view, asset_id, request.count, request.cursor))


@method("list-asset-holders", role=Role.READ, in_reference=False, reads=True)
async def list_asset_holders(api: Api, request: AssetPageRequest) -> AssetHoldersAnswer | Rendered:
    """Who has an asset, the largest holders first."""
    return await asyncio.to_thread(_holders, api, request)


def _transfers(api: Api, request: AssetPageRequest) -> Rendered:
    asset_id = _id("asset_id", request.asset_id)
    return _ask(api, lambda view: assets.asset_transfers(view, asset_id, request.count, request.cursor))


def _transfers_at_once(api: Api, request: AssetPageRequest) -> Rendered | None:
    return _transfers(api, request) if request.count <= ROWS_AT_ONCE else None


@method("list-asset-transfers", ready=_transfers_at_once, role=Role.READ, in_reference=False, reads=True)
async def list_asset_transfers(api: Api, request: AssetPageRequest) -> AssetTransfersAnswer | Rendered:
    """What happened to an asset, newest first: issued, retired, moved. For BTM these are all transactions."""
    return await asyncio.to_thread(_transfers, api, request)


def _summaries(api: Api, request: BlockSummariesRequest) -> Rendered:
    height = request.from_height or None
    return _ask(api, lambda view: blocks.block_summaries(view, request.count, request.cursor, height))


def _summaries_at_once(api: Api, request: BlockSummariesRequest) -> Rendered | None:
    return _summaries(api, request) if request.count <= ROWS_AT_ONCE else None


@method("list-block-summaries", ready=_summaries_at_once, role=Role.READ, in_reference=False, reads=True)
async def list_block_summaries(api: Api, request: BlockSummariesRequest) -> BlockSummariesAnswer | Rendered:
    """Blocks in short, newest first: time, transactions, size, fees, reward, difficulty, miner."""
    return await asyncio.to_thread(_summaries, api, request)


@method("get-chain-statistics", role=Role.READ, in_reference=False, reads=True)
async def get_chain_statistics(api: Api, request: StatisticsRequest) -> StatisticsAnswer | Rendered:
    """Figures by interval for plots: blocks, transactions, fees, size, difficulty, hash rate, block time."""
    return await asyncio.to_thread(_ask, api, lambda view: _statistics(view, request))


def _statistics(view: View, request: StatisticsRequest) -> StatisticsAnswer:
    if request.interval_seconds or request.start_time or request.end_time:
        end = request.end_time or None
        return blocks.statistics_by_time(view, request.start_time, end, request.interval_seconds, request.points)
    return blocks.statistics_by_height(view, request.first_height, request.last_height or None, request.points)


@method("search", role=Role.READ, in_reference=False, reads=True)
def search_index(api: Api, request: SearchRequest) -> SearchAnswer | Rendered:
    """What a text stands for: a height, the id of a block, transaction, output or asset, an address, a program."""
    return _ask(api, lambda view: search.search_answer(view, request.query))
