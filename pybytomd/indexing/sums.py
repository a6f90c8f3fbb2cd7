"""What adds up over transactions: balances, the order of holders, counts, what there is of an asset.

Changes are gathered over the blocks of a batch, and applied to the rows once: the same few addresses occur over
and over in nearly every block.
"""

from __future__ import annotations

from pybytomd.indexing import keys
from pybytomd.indexing.effects import Effects
from pybytomd.indexing.records import AssetRow, Holding, pack, unpack_one
from pybytomd.store.kv.batch import Batch


class Sums:
    """Changes of one batch. Blocks are all added, or all taken back."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._holdings: dict[bytes, list[int]] = {}
        """By program key and asset key, one after the other: amount, unspent outputs, received, sent."""
        self._counts: dict[bytes, int] = {}
        self._votes: dict[bytes, int] = {}
        """By program key and key of a validator, one after the other."""
        self._long_programs: dict[bytes, bytes] = {}
        self._assets: dict[bytes, list[int]] = {}
        """By asset key: issued, retired, transactions, holders, height and position where it is first named."""

    def add(self, effects: Effects, sign: int) -> None:
        """Add what a transaction does, or with -1 take it back."""
        holdings, counts = self._holdings, self._counts
        for program, by_asset in effects.flows.items():
            counts[program] = counts.get(program, 0) + sign
            for asset, (received, sent, outputs) in by_asset.items():
                key = program + asset
                sums = holdings.get(key)
                if sums is None:
                    sums = holdings[key] = [0, 0, 0, 0]
                sums[0] += sign * (received - sent)
                sums[1] += sign * outputs
                sums[2] += sign * received
                sums[3] += sign * sent
        for asset, (issued, retired, _) in effects.assets.items():
            row = self._asset(asset, effects.place)
            row[0] += sign * issued
            row[1] += sign * retired
            row[2] += sign
        for key, amount in effects.votes.items():
            self._votes[key] = self._votes.get(key, 0) + sign * amount
        self._long_programs |= effects.long_programs

    def move(self, program: bytes, asset: bytes, amount: int, outputs: int) -> None:
        """Change what a program holds, though nothing was received or sent."""
        sums = self._holdings.setdefault(program + asset, [0, 0, 0, 0])
        sums[0] += amount
        sums[1] += outputs

    def _asset(self, asset: bytes, place: bytes = b"") -> list[int]:
        row = self._assets.get(asset)
        if row is None:
            row = self._assets[asset] = [0, 0, 0, 0, *keys.parse_place(place)]
        return row

    def apply(self) -> None:
        """Put the rows as they are now into the batch. Raises StoreError."""
        for key, change in self._holdings.items():
            self._apply_holding(key, change)
        for program, count in self._counts.items():
            self._apply_count(program, count)
        for asset, change in self._assets.items():
            self._apply_asset(asset, change)
        for key, count in self._votes.items():
            self._apply_votes(key, count)

    def _apply_holding(self, key: bytes, change: list[int]) -> None:
        batch = self._batch
        before = Holding.from_bytes(batch.get(keys.HOLDINGS + key))
        amount = before.amount + change[0]
        after = Holding(amount, before.outputs + change[1], before.received + change[2], before.sent + change[3])
        batch.put(keys.HOLDINGS + key, after.to_bytes())
        if amount == before.amount:
            return
        program = keys.program_key_at(key, 0)
        asset = key[len(program) :]
        if before.amount:
            batch.put(keys.holder_key(asset, before.amount, program), None)
        else:
            self._assets[asset][3] += 1
        if amount:
            batch.put(keys.holder_key(asset, amount, program), b"")
        else:
            self._assets[asset][3] -= 1

    def _apply_count(self, program: bytes, change: int) -> None:
        batch, key = self._batch, keys.COUNTS + program
        data = batch.get(key)
        before = 0 if data is None else unpack_one(data)
        after = before + change
        batch.put(key, pack(after) if after else None)
        if keys.is_digest(program) and (not before or not after):
            batch.put(keys.PROGRAMS + program, self._long_programs[program] if after else None)

    def _apply_votes(self, key: bytes, change: int) -> None:
        data = self._batch.get(keys.VOTES + key)
        after = (0 if data is None else unpack_one(data)) + change
        self._batch.put(keys.VOTES + key, pack(after) if after else None)

    def _apply_asset(self, asset: bytes, change: list[int]) -> None:
        issued, retired, transactions, holders, height, position = change
        key = keys.ASSETS + asset
        data = self._batch.get(key)
        before = AssetRow(height, position) if data is None else AssetRow.from_bytes(data)
        after = AssetRow(
            before.height,
            before.transaction,
            before.issued + issued,
            before.retired + retired,
            before.holders + holders,
            before.transactions + transactions,
        )
        self._batch.put(key, after.to_bytes() if after.transactions else None)
