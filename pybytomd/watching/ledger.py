"""What a block changes of watched addresses, forth and back, to be written in one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pybytomd.chain.events import AnyJudgedBlock
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.creation import SpendingInput
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes
from pybytomd.watching.forms import OutputForms
from pybytomd.watching.records import OutputRecord, Watched, output_bytes, output_key, read_output


class Ledger:
    """The changes of some blocks to some addresses, whose balances change at once. Raises StoreError."""

    def __init__(self, database: KeyValueStore, watched: Mapping[bytes, Watched], forms: OutputForms) -> None:
        self._database = database
        self._watched = watched
        self._forms = forms
        self.changes: Changes = {}

    def attach(self, judged: AnyJudgedBlock) -> None:
        """A block joined the main chain."""
        height = judged.block.height
        for position, (tx, failed) in enumerate(zip(judged.block.transactions, judged.fails, strict=True)):
            self._spend(tx, failed, height)
            for made in self._forms.made(tx, failed):
                owner = self._watched.get(made.program)
                if owner is not None:
                    record = OutputRecord(made.purse, made.amount, height)
                    self._put(owner, output_key(owner.program, made.output_id), record)
                    owner.add(record.asset_id, record.amount)
                    if position == 0:
                        owner.reward(height, record.amount, self._forms.maturity)

    def detach(self, judged: AnyJudgedBlock) -> None:
        """A block left the main chain. What it spent comes back if it was known before."""
        height = judged.block.height
        judged_transactions = list(zip(judged.block.transactions, judged.fails, strict=True))
        for tx, failed in reversed(judged_transactions):
            for made in self._forms.made(tx, failed):
                owner = self._watched.get(made.program)
                if owner is None:
                    continue
                key = output_key(owner.program, made.output_id)
                record = self._get(key)
                owner.rewards.pop(height, None)
                if record is not None:
                    self._put(owner, key, None)
                    if record.spent_at is None:
                        owner.add(record.asset_id, -record.amount)
            self._spend(tx, failed, height, is_undone=True)

    def _spend(self, tx: Any, failed: bool, height: int, *, is_undone: bool = False) -> None:
        for output_id, program in _spent(tx, failed):
            owner = self._watched.get(program)
            if owner is None:
                continue
            key = output_key(owner.program, output_id)
            record = self._get(key)
            if record is None or record.spent_at != (height if is_undone else None):
                continue  # it was there before the address was watched
            spent_at = None if is_undone else height
            self._put(owner, key, OutputRecord(record.asset_id, record.amount, record.height, spent_at))
            owner.add(record.asset_id, record.amount if is_undone else -record.amount)

    def _get(self, key: bytes) -> OutputRecord | None:
        data = self.changes[key] if key in self.changes else self._database.get(key)
        return None if data is None else read_output(key, data)

    def _put(self, owner: Watched, key: bytes, record: OutputRecord | None) -> None:
        self.changes[key] = None if record is None else output_bytes(record)
        self.changes[owner.key] = b""  # it is written when all is added up, see ``finish``

    def finish(self) -> Changes:
        """All changes, the addresses that have others among them."""
        for owner in self._watched.values():
            if owner.key in self.changes:
                self.changes[owner.key] = owner.to_json()
        return self.changes


def _spent(tx: Any, failed: bool) -> Iterator[tuple[bytes, bytes]]:
    """The outputs that a transaction spends, each once, with their programs; if it ``failed`` those of BTM."""
    ids = tx.ids
    for tx_input, output_id, entry in zip(tx.inputs, ids.prevout_ids, ids.input_ids, strict=True):
        if not isinstance(tx_input, SpendingInput) or (failed and tx_input.asset_id != BTM_ASSET_ID):
            continue
        if entry != ZERO_HASH:  # else an equal input follows
            yield output_id, tx_input.control_program
