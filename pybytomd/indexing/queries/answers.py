"""The objects that the index answers with, as they stand in the API.

Amounts are in the smallest unit of their asset, times in Unix seconds, ids and programs in hex.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from pybytomd.codec.json.gojson import Number

Whole = int | Number
"""A number without bound: what does not fit 64 bits is written by its digits."""


class AssetBalance(TypedDict):
    """What an address has of an asset, and has received and sent since the beginning.

    Of the amount, ``immature`` was mined: it cannot be spent yet.
    """

    asset_id: str
    amount: Whole
    immature: Whole
    unspent_outputs: int
    received: Whole
    sent: Whole


class AddressAnswer(TypedDict):
    """An address, or a program that has none, with its balances."""

    address: str
    control_program: str
    height: int
    transactions: int
    balances: list[AssetBalance]
    next_cursor: str


class Moved(TypedDict):
    """What a transaction moved of an asset to an address, and from it."""

    asset_id: str
    received: Whole
    sent: Whole


class PlacedTransaction(TypedDict):
    """Which transaction it is, and where."""

    tx_id: str
    block_height: int
    block_hash: str
    block_time: int
    block_index: int
    confirmations: int


class JudgedTransaction(PlacedTransaction):
    """The same, and whether it failed: such a one moved nothing but BTM."""

    status_fail: bool


class AddressTransaction(JudgedTransaction):
    """A transaction in the history of an address."""

    changes: list[Moved]


class AddressTransactionsAnswer(TypedDict):
    """A page of a history, newest first. ``next_cursor`` asks for the next one; it is empty at the end."""

    height: int
    total: int
    transactions: list[AddressTransaction]
    next_cursor: str


class AddressOutput(TypedDict):
    """An unspent output, with all that spending it takes. It can be spent from block ``valid_height`` on."""

    output_id: str
    asset_id: str
    amount: int
    source_id: str
    source_pos: int
    tx_id: str
    block_height: int
    confirmations: int
    valid_height: int


class AddressOutputsAnswer(TypedDict):
    """A page of unspent outputs, by id. ``next_cursor`` asks for the next one; it is empty at the end."""

    height: int
    control_program: str
    outputs: list[AddressOutput]
    next_cursor: str


class IndexedInput(TypedDict):
    """What a transaction spends."""

    type: str
    asset_id: str
    asset_definition: Mapping[str, object] | None
    amount: int
    issuance_program: NotRequired[str]
    control_program: NotRequired[str]
    address: NotRequired[str]
    spent_output_id: NotRequired[str]
    arbitrary: NotRequired[str]
    input_id: str
    witness_arguments: list[str] | None
    sign_data: str


class IndexedOutput(TypedDict):
    """What a transaction pays; ``spent_by`` is the transaction that spent it, null while none has."""

    type: str
    id: str
    position: int
    asset_id: str
    asset_definition: Mapping[str, object] | None
    amount: int
    control_program: str
    address: NotRequired[str]
    spent_by: str | None


class IndexedTransaction(TypedDict):
    """A transaction of the chain, or one that waits for a block: it has no confirmations and no block."""

    tx_id: str
    block_height: int | None
    block_hash: str | None
    block_time: int | None
    block_index: int | None
    confirmations: int
    status_fail: bool
    version: int
    size: int
    time_range: int
    fee: int
    mux_id: str
    inputs: list[IndexedInput]
    outputs: list[IndexedOutput]


class IndexedOutputAnswer(TypedDict):
    """An output of the chain, spent or not."""

    output_id: str
    status: str
    tx_id: str
    block_height: int
    position: int
    spent_by: str | None
    spent_at: int | None
    output: IndexedOutput


class Found(TypedDict):
    """Something that a text stands for: ``kind`` says what, and ``id`` is what other methods take."""

    kind: str
    id: str
    block_height: int | None


class SearchAnswer(TypedDict):
    """All that a text may stand for."""

    query: str
    found: list[Found]


class AssetAnswer(TypedDict):
    """An asset: what it is hashed from, how much of it there is, and who has it.

    ``issued`` less ``retired`` is what all holders have together. Of BTM what miners were paid counts as issued,
    less the fees in it. ``definition`` is null unless it is a JSON object; ``raw_definition`` is what stands in
    the issuance.
    """

    asset_id: str
    definition: Mapping[str, object] | None
    raw_definition: str | None
    issuance_program: str | None
    vm_version: int | None
    height: int
    issued: Whole
    retired: Whole
    holders: int
    transactions: int
    first_height: int
    first_tx_id: str | None


class AssetsAnswer(TypedDict):
    """A page of the assets of the chain, by id, BTM first."""

    height: int
    assets: list[AssetAnswer]
    next_cursor: str


class AssetHolder(TypedDict):
    """Who has some of an asset; ``address`` is empty for a program that has none."""

    address: str
    control_program: str
    amount: Whole


class AssetHoldersAnswer(TypedDict):
    """A page of the holders of an asset, the largest first."""

    height: int
    total: int
    holders: list[AssetHolder]
    next_cursor: str


class AssetTransfer(JudgedTransaction):
    """What a transaction did with an asset: ``moved`` is what it paid to outputs, change among them."""

    issued: Whole
    retired: Whole
    moved: Whole


class AssetTransfersAnswer(TypedDict):
    """A page of the transactions that name an asset, newest first."""

    height: int
    total: int
    transfers: list[AssetTransfer]
    next_cursor: str


class BlockFigures(TypedDict):
    """What is told in short of a block of either chain."""

    height: int
    hash: str
    timestamp: int
    transactions: int
    size: int
    fees: int
    reward: int


class BlockSummary(BlockFigures):
    """A block in short: ``size`` in bytes, ``fees`` and ``reward`` in neu, fees among the reward."""

    difficulty: str
    miner: str
    miner_program: str


class BlockSummariesAnswer(TypedDict):
    """A page of blocks, newest first."""

    height: int
    blocks: list[BlockSummary]
    next_cursor: str


class StatisticsPoint(TypedDict):
    """The blocks of an interval, the first and the last one included.

    ``difficulty`` is how many hashes one of them takes on average, ``hash_rate`` hashes a second of the network,
    ``block_seconds`` the time from one block to the next; both are null for what took no time.
    """

    first_height: int
    last_height: int
    start_time: int
    end_time: int
    blocks: int
    transactions: int
    size: int
    fees: int
    difficulty: str
    hash_rate: int | None
    block_seconds: Number | None


class StatisticsAnswer(TypedDict):
    """Figures by interval, the oldest first."""

    height: int
    points: list[StatisticsPoint]
