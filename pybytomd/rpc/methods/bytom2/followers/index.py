"""What the index of every address, transaction and asset tells in other shapes on Bytom 2 than on 1.x.

What has the same shape on both is in ``chain.index``. What tells of votes is never answered on the event loop: an
address may vote for any number of keys, and for who made a block all keys are read that its epoch voted for, three
milliseconds for a thousand.
"""

from __future__ import annotations

import asyncio

from pybytomd.indexing.queries import transactions
from pybytomd.indexing.queries.bytom2_answers import (
    AddressAnswer,
    AddressOutputsAnswer,
    AddressTransactionsAnswer,
    AssetTransfersAnswer,
    BlockSummariesAnswer,
    IndexedOutputAnswer,
    IndexedTransaction,
    StatisticsAnswer,
)
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.followers import indexed
from pybytomd.rpc.methods.followers.indexed import (
    AddressOutputsRequest,
    AssetPageRequest,
    BlockSummariesRequest,
    IndexedAddressRequest,
    IndexedOutputRequest,
    IndexedTransactionRequest,
    StatisticsRequest,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.replies import Rendered

KINDS = (ChainKind.BYTOM2,)


@method("get-address", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def get_address(api: Bytom2Api, request: IndexedAddressRequest) -> AddressAnswer | Rendered:
    """An address or program: how many transactions name it, and what it has of each asset."""
    return await asyncio.to_thread(indexed.balances, api, request)


@method(
    "list-address-transactions",
    ready=indexed.history_at_once,
    role=Role.READ,
    in_reference=False,
    reads=True,
    kinds=KINDS,
)
async def list_address_transactions(
    api: Bytom2Api, request: IndexedAddressRequest
) -> AddressTransactionsAnswer | Rendered:
    """The transactions that name an address or program, newest first, and what each moved to and from it."""
    return await asyncio.to_thread(indexed.history, api, request)


@method("list-address-outputs", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_address_outputs(api: Bytom2Api, request: AddressOutputsRequest) -> AddressOutputsAnswer | Rendered:
    """The unspent outputs of an address or program, with all that spending them takes."""
    return await asyncio.to_thread(indexed.outputs, api, request)


@method(
    "get-indexed-transaction",
    ready=indexed.transaction_at_once,
    role=Role.READ,
    in_reference=False,
    reads=True,
    kinds=KINDS,
)
async def get_indexed_transaction(
    api: Bytom2Api, request: IndexedTransactionRequest
) -> IndexedTransaction | Rendered:
    """Any transaction of the chain or the pool, with its block, confirmations, fee, and who spent its outputs."""
    return await asyncio.to_thread(indexed.transaction, api, request)


@method("get-indexed-output", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def get_indexed_output(api: Bytom2Api, request: IndexedOutputRequest) -> IndexedOutputAnswer | Rendered:
    """Any output of the chain by its id, and who spent it: unspent, spent, retired, or void if it never was."""
    output_id = indexed.id_of("output_id", request.output_id)
    return await asyncio.to_thread(indexed.ask, api, lambda view: transactions.output_answer(view, output_id))


@method(
    "list-asset-transfers",
    ready=indexed.transfers_at_once,
    role=Role.READ,
    in_reference=False,
    reads=True,
    kinds=KINDS,
)
async def list_asset_transfers(api: Bytom2Api, request: AssetPageRequest) -> AssetTransfersAnswer | Rendered:
    """What happened to an asset, newest first: issued, retired, moved. For BTM these are all transactions."""
    return await asyncio.to_thread(indexed.transfers, api, request)


@method("list-block-summaries", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_block_summaries(api: Bytom2Api, request: BlockSummariesRequest) -> BlockSummariesAnswer | Rendered:
    """Blocks in short, newest first: time, transactions, size, fees, reward, validator."""
    return await asyncio.to_thread(indexed.summaries, api, request)


@method("get-chain-statistics", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def get_chain_statistics(api: Bytom2Api, request: StatisticsRequest) -> StatisticsAnswer | Rendered:
    """Figures by interval for plots: blocks, transactions, fees, size, block time."""
    return await asyncio.to_thread(indexed.ask, api, lambda view: indexed.statistics(view, request))
