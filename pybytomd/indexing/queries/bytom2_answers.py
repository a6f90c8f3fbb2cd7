"""The objects that the index of Bytom 2 answers with, where they are others than those of 1.x.

There is no proof of work, and what fails is in no block; there are votes, and who made a block.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from pybytomd.codec.json.gojson import Number
from pybytomd.indexing.queries import answers
from pybytomd.indexing.queries.answers import BlockFigures, Moved, PlacedTransaction, Whole


class AddressVotes(TypedDict):
    """How many neu of an address vote for a key. They are among its balance of BTM."""

    xpub: str
    amount: Whole


class AddressAnswer(answers.AddressAnswer):
    """An address, or a program that has none, with its balances and votes."""

    votes: list[AddressVotes]


class AddressTransaction(PlacedTransaction):
    """A transaction in the history of an address."""

    changes: list[Moved]


class AddressTransactionsAnswer(TypedDict):
    """A page of a history, newest first. ``next_cursor`` asks for the next one; it is empty at the end."""

    height: int
    total: int
    transactions: list[AddressTransaction]
    next_cursor: str


class AddressOutput(answers.AddressOutput):
    """An unspent output, with all that spending it takes. It can be spent from block ``valid_height`` on.

    A vote has to be taken back: a veto is what spends it.
    """

    is_vote: bool


class AddressOutputsAnswer(TypedDict):
    """A page of unspent outputs, by id. ``next_cursor`` asks for the next one; it is empty at the end."""

    height: int
    control_program: str
    outputs: list[AddressOutput]
    next_cursor: str


class IndexedInput(answers.IndexedInput):
    """What a transaction spends; ``vote`` is whose vote is taken back."""

    vote: NotRequired[str]


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
    vote: NotRequired[str]
    state_data: NotRequired[list[str]]
    spent_by: str | None


class IndexedTransaction(TypedDict):
    """A transaction of the chain, or one that waits for a block: it has no confirmations and no block."""

    tx_id: str
    block_height: int | None
    block_hash: str | None
    block_time: int | None
    block_index: int | None
    confirmations: int
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


class AssetTransfer(PlacedTransaction):
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


class BlockSummary(BlockFigures):
    """A block in short: ``size`` in bytes, signatures left out, ``fees`` and ``reward`` in neu.

    ``reward`` is what it pays out, in the first block of an epoch all that the epoch before has earned.
    """

    validator: str
    producer: str
    producer_program: str


class BlockSummariesAnswer(TypedDict):
    """A page of blocks, newest first."""

    height: int
    blocks: list[BlockSummary]
    next_cursor: str


class StatisticsPoint(TypedDict):
    """The blocks of an interval, the first and the last one included.

    ``block_seconds`` is the time from one block to the next, null for what took no time.
    """

    first_height: int
    last_height: int
    start_time: int
    end_time: int
    blocks: int
    transactions: int
    size: int
    fees: int
    block_seconds: Number | None


class StatisticsAnswer(TypedDict):
    """Figures by interval, the oldest first."""

    height: int
    points: list[StatisticsPoint]
