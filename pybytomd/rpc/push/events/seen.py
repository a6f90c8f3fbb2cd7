"""Blocks and transactions as subscriptions look at them: what they look for is worked out once for all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from cachetools import LRUCache

from pybytomd.chain.annotated import JsonObject, Place
from pybytomd.chain.events import AnyBlock, AnyJudgedBlock
from pybytomd.chain.following.block_feed import BlockFeed
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.chain.ports import ServedChain
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.creation import IssuanceInput, SpendingInput
from pybytomd.ledger.entries import is_retirement
from pybytomd.rpc.push.filter_expressions import Item
from pybytomd.rpc.push.ledger_view import ShowsTransactions

CACHE_BYTES = 4 << 20
"""Of the serializations of blocks that are kept for the next subscription; decoded they are ten times as much."""


class SeenTransaction:
    """A transaction and where it is. From any thread: what is worked out twice is the same."""

    def __init__(self, tx: Any, place: Place) -> None:
        self.tx = tx
        self.place = place
        self._shown: dict[ShowsTransactions, JsonObject] = {}

    @classmethod
    def waiting(cls, entry: Waiting[Any]) -> SeenTransaction:
        """One that is in the pool, or was."""
        return cls(entry.transaction, Place(int(entry.added), failed=entry.status_fail))

    @cached_property
    def programs(self) -> frozenset[bytes]:
        """Whom it takes from and pays: the control programs of what it spends and of its outputs."""
        spent = {found.control_program for found in self.tx.inputs if isinstance(found, SpendingInput)}
        return frozenset(spent | {output.control_program for output in self.tx.outputs})

    @cached_property
    def assets(self) -> frozenset[bytes]:
        """The ids of the assets it moves or issues."""
        given = {found.asset_id for found in self.tx.inputs if isinstance(found, SpendingInput | IssuanceInput)}
        return frozenset(given | {output.asset_id or ZERO_HASH for output in self.tx.outputs})

    @cached_property
    def outputs(self) -> Sequence[Item]:
        """Its outputs, for filters."""
        return [
            Item(
                (output.asset_id or ZERO_HASH).hex(),
                output.amount,
                "retire" if is_retirement(output.control_program) else output.kind,
            )
            for output in self.tx.outputs
        ]

    @cached_property
    def inputs(self) -> Sequence[Item]:
        """Its inputs, for filters. A coinbase's has no amount."""
        return [
            Item(found.asset_id.hex(), found.amount, "issue" if isinstance(found, IssuanceInput) else found.kind)
            if isinstance(found, SpendingInput | IssuanceInput)
            else Item(ZERO_HASH.hex(), 0, "coinbase")
            for found in self.tx.inputs
        ]

    def shown(self, annotator: ShowsTransactions) -> JsonObject:
        """Its JSON object. It is for reading only."""
        found = self._shown.get(annotator)
        if found is None:
            found = self._shown[annotator] = annotator.transaction(self.tx, self.place)
        return found


class SeenBlock:
    """A block that was judged, with its transactions."""

    def __init__(self, judged: AnyJudgedBlock) -> None:
        self.judged = judged

    @property
    def block(self) -> AnyBlock:
        """The block."""
        return self.judged.block

    @cached_property
    def transactions(self) -> Sequence[SeenTransaction]:
        """Its transactions, in order."""
        block, fails = self.judged.block, self.judged.fails
        return [
            SeenTransaction(tx, Place.in_block(block, position, failed))
            for position, (tx, failed) in enumerate(zip(block.transactions, fails, strict=True))
        ]

    @cached_property
    def by_id(self) -> Mapping[bytes, SeenTransaction]:
        """Its transactions, by id."""
        return {seen.tx.id: seen for seen in self.transactions}

    @cached_property
    def by_program(self) -> Mapping[bytes, Sequence[int]]:
        """The places of the transactions that take from a control program or pay to it."""
        return _places(seen.programs for seen in self.transactions)

    @cached_property
    def by_asset(self) -> Mapping[bytes, Sequence[int]]:
        """The places of the transactions that move an asset."""
        return _places(seen.assets for seen in self.transactions)


def _places(keys: Iterable[frozenset[bytes]]) -> Mapping[bytes, Sequence[int]]:
    found: dict[bytes, list[int]] = {}
    for place, some in enumerate(keys):
        for key in some:
            found.setdefault(key, []).append(place)
    return found


class SeenBlocks:
    """The blocks that subscriptions come to: the newest from the chain's hand, some kept, others read.

    For any thread.
    """

    def __init__(self, chain: ServedChain, limit: int = CACHE_BYTES) -> None:
        self._feed: BlockFeed[AnyJudgedBlock] = BlockFeed(chain)
        self._lock = threading.Lock()
        self._kept: LRUCache[bytes, SeenBlock] = LRUCache(limit, getsizeof=_size)

    def take(self, block_hash: bytes) -> SeenBlock:
        """A block of any branch. Raises ChainError and StoreError."""
        with self._lock:
            found = self._kept.get(block_hash)
        if found is None:
            found = SeenBlock(self._feed.take(block_hash))
            if _size(found) <= self._kept.maxsize:
                with self._lock:
                    self._kept[block_hash] = found
        return found

    def clear(self) -> None:
        """Keep none: nobody follows."""
        self._feed.clear()
        with self._lock:
            self._kept.clear()

    def close(self) -> None:
        """Take no more."""
        self._feed.close()


def _size(seen: SeenBlock) -> int:
    return max(4096, len(seen.block.to_bytes()))
