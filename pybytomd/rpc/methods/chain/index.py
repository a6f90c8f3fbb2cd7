"""What the index of every address, transaction and asset tells: it is there with ``--index.enable``."""

from __future__ import annotations

import asyncio

from pybytomd.indexing.queries import assets, search, transactions
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
from pybytomd.rpc.api import Api, ApiParts
from pybytomd.rpc.methods.followers import indexed
from pybytomd.rpc.methods.followers.indexed import (
    AddressOutputsRequest,
    AssetPageRequest,
    BlockSummariesRequest,
    IndexedAddressRequest,
    IndexedAssetRequest,
    IndexedOutputRequest,
    IndexedTransactionRequest,
    PageRequest,
    SearchRequest,
    StatisticsRequest,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.replies import Rendered


@method("get-address", ready=indexed.balances_at_once, role=Role.READ, in_reference=False, reads=True)
async def get_address(api: Api, request: IndexedAddressRequest) -> AddressAnswer | Rendered:
    """An address or program: how many transactions name it, and what it has of each asset."""
    return await asyncio.to_thread(indexed.balances, api, request)


@method("list-address-transactions", ready=indexed.history_at_once, role=Role.READ, in_reference=False, reads=True)
async def list_address_transactions(
    api: Api, request: IndexedAddressRequest
) -> AddressTransactionsAnswer | Rendered:
    """The transactions that name an address or program, newest first, and what each moved to and from it."""
    return await asyncio.to_thread(indexed.history, api, request)


@method("list-address-outputs", role=Role.READ, in_reference=False, reads=True)
async def list_address_outputs(api: Api, request: AddressOutputsRequest) -> AddressOutputsAnswer | Rendered:
    """The unspent outputs of an address or program, with all that spending them takes."""
    return await asyncio.to_thread(indexed.outputs, api, request)


@method(
    "get-indexed-transaction", ready=indexed.transaction_at_once, role=Role.READ, in_reference=False, reads=True
)
async def get_indexed_transaction(api: Api, request: IndexedTransactionRequest) -> IndexedTransaction | Rendered:
    """Any transaction of the chain or the pool, with its block, confirmations, fee, and who spent its outputs."""
    return await asyncio.to_thread(indexed.transaction, api, request)


@method("get-indexed-output", role=Role.READ, in_reference=False, reads=True)
async def get_indexed_output(api: Api, request: IndexedOutputRequest) -> IndexedOutputAnswer | Rendered:
    """Any output of the chain by its id, and who spent it: unspent, spent, retired, or void if it never was."""
    output_id = indexed.id_of("output_id", request.output_id)
    return await asyncio.to_thread(indexed.ask, api, lambda view: transactions.output_answer(view, output_id))


@method("get-asset-summary", role=Role.READ, in_reference=False, reads=True, kinds=BOTH)
async def get_asset_summary(api: ApiParts, request: IndexedAssetRequest) -> AssetAnswer | Rendered:
    """Any asset of the chain: its definition, how much was issued and retired, how many have it."""
    asset_id = indexed.id_of("asset_id", request.asset_id)
    return await asyncio.to_thread(indexed.ask, api, lambda view: assets.asset_answer(view, asset_id))


@method("list-indexed-assets", role=Role.READ, in_reference=False, reads=True, kinds=BOTH)
async def list_indexed_assets(api: ApiParts, request: PageRequest) -> AssetsAnswer | Rendered:
    """All assets of the chain, by id, BTM first."""
    return await asyncio.to_thread(
        indexed.ask, api, lambda view: assets.assets_answer(view, request.count, request.cursor)
    )


@method("list-asset-holders", role=Role.READ, in_reference=False, reads=True, kinds=BOTH)
async def list_asset_holders(api: ApiParts, request: AssetPageRequest) -> AssetHoldersAnswer | Rendered:
    """Who has an asset, the largest holders first."""
    return await asyncio.to_thread(indexed.holders, api, request)


@method("list-asset-transfers", ready=indexed.transfers_at_once, role=Role.READ, in_reference=False, reads=True)
async def list_asset_transfers(api: Api, request: AssetPageRequest) -> AssetTransfersAnswer | Rendered:
    """What happened to an asset, newest first: issued, retired, moved. For BTM these are all transactions."""
    return await asyncio.to_thread(indexed.transfers, api, request)


@method("list-block-summaries", ready=indexed.summaries_at_once, role=Role.READ, in_reference=False, reads=True)
async def list_block_summaries(api: Api, request: BlockSummariesRequest) -> BlockSummariesAnswer | Rendered:
    """Blocks in short, newest first: time, transactions, size, fees, reward, difficulty, miner."""
    return await asyncio.to_thread(indexed.summaries, api, request)


@method("get-chain-statistics", role=Role.READ, in_reference=False, reads=True)
async def get_chain_statistics(api: Api, request: StatisticsRequest) -> StatisticsAnswer | Rendered:
    """Figures by interval for plots: blocks, transactions, fees, size, difficulty, hash rate, block time."""
    return await asyncio.to_thread(indexed.ask, api, lambda view: indexed.statistics(view, request))


@method("search", role=Role.READ, in_reference=False, reads=True, kinds=BOTH)
def search_index(api: ApiParts, request: SearchRequest) -> SearchAnswer | Rendered:
    """What a text stands for: a height, the id of a block, transaction, output or asset, an address, a program."""
    return indexed.ask(api, lambda view: search.search_answer(view, request.query))
