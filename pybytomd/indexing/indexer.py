"""What a block changes in index.db, forwards and backwards.

Everything is a function of the blocks alone: to attach and then detach a block leaves the same bytes, and after a
reorganisation the index is the one that would be built from the beginning. Nothing is kept to undo blocks with:
an input says all of the output that it spends but where it was made, which ``CREATED`` tells.

**Ids that repeat.** Nothing in the rules keeps two coinbases from being the same, byte for byte, and with them
what spends them. So an id may be in the chain more than once, though hardly ever is. ``REPEATED`` tells from which
height on to reckon with it; before, nothing is read of what is new. The second output of one id takes the place
of the first if that is unspent, as it does for the chain.
"""

from __future__ import annotations

from pybytomd.chain.events import AnyBlock, AnyJudgedBlock
from pybytomd.indexing import keys
from pybytomd.indexing.effects import Consumed, Created, Effects, effects_of
from pybytomd.indexing.errors import DamagedRow
from pybytomd.indexing.forms import IndexForms
from pybytomd.indexing.keys import PLACE_SIZE
from pybytomd.indexing.records import (
    COINBASE,
    CREATION_SIZE,
    EMPTY_CHAIN,
    FAILED,
    BlockRow,
    Creation,
    Cursor,
    Definition,
    Partial,
    TransactionRow,
    Transfer,
    UnspentRow,
    creation_bytes,
    output_kind,
    pack_changes,
    split_places,
)
from pybytomd.indexing.sums import Sums
from pybytomd.ledger.entries import is_retirement
from pybytomd.store.kv.batch import Batch


class Indexer:
    """Attaches blocks to a batch, or detaches some; not both, as what is summed up is written by ``finish``.

    A batch that has ``limit`` changes is full. A large block is taken in, and taken back, in several batches; how
    many of its transactions are in is kept with them. Every method raises StoreError.
    """

    def __init__(self, batch: Batch, limit: int, forms: IndexForms) -> None:
        self._batch = batch
        self._forms = forms
        self._limit = limit
        self._sums = Sums(batch)
        repeated = batch.get(keys.REPEATED)
        self._repeated = None if repeated is None else int.from_bytes(repeated, "big")

    # --- blocks -------------------------------------------------------------------------------------------------

    def attach(self, judged: AnyJudgedBlock, start: int = 0) -> Cursor | Partial:
        """Take in the transactions of the block that follows the last one, from position ``start`` on.

        It ends after the last one, or when the batch is full; where the index is then.
        """
        batch, block = self._batch, judged.block
        for one in effects_of(judged, self._forms, start):
            if self.is_full:
                return self._stop_within(judged, one.position)
            self._attach(one, block.height)
        batch.put(keys.block_key(block.height), self._block_row(judged).to_bytes())
        batch.put(keys.PARTIAL, None)
        cursor = Cursor(block.height, block.hash)
        batch.put(keys.CURSOR, cursor.to_bytes())
        return cursor

    def begin_detach(self, judged: AnyJudgedBlock) -> tuple[Cursor | None, Partial]:
        """Leave the last block, of which all transactions have yet to be taken back; where the index is then."""
        block = judged.block
        self._batch.put(keys.block_key(block.height), None)
        cursor = Cursor(block.height - 1, block.header.previous_block_hash) if block.height else None
        self._batch.put(keys.CURSOR, None if cursor is None else cursor.to_bytes())
        return cursor, self._stop_within(judged, len(block.transactions))

    def detach(self, judged: AnyJudgedBlock, count: int) -> Partial | None:
        """Take back the first ``count`` transactions of a block, from the last one down.

        It ends when none is left, or the batch is full; which are left then.
        """
        block, fails = judged.block, judged.fails
        for position in reversed(range(count)):
            if self.is_full:
                return self._stop_within(judged, position + 1)
            self._detach(
                Effects(block.transactions[position], block.height, position, fails[position], 0, self._forms),
                block.height,
            )
        if self._repeated == block.height:
            self._repeated = None
            self._batch.put(keys.REPEATED, None)
        self._batch.put(keys.PARTIAL, None)
        return None

    @property
    def is_full(self) -> bool:
        """Whether the batch has to be written before more is done, so that it stays small."""
        return len(self._batch) >= self._limit

    def finish(self) -> None:
        """Put what was summed up over the blocks into the batch, which is to be written then."""
        self._sums.apply()

    def _stop_within(self, judged: AnyJudgedBlock, count: int) -> Partial:
        partial = Partial(judged.block.height, judged.block.hash, count)
        self._batch.put(keys.PARTIAL, partial.to_bytes())
        return partial

    def _block_row(self, judged: AnyJudgedBlock) -> BlockRow:
        block, header = judged.block, judged.block.header
        data = self._batch.get(keys.block_key(header.height - 1)) if header.height else None
        before = EMPTY_CHAIN if data is None else BlockRow.from_bytes(data)
        transactions = block.transactions
        fees = sum(tx.fee for tx in transactions[1:])
        size, time = self._forms.size(block), self._forms.seconds(header)
        return BlockRow(
            block_hash=block.hash,
            timestamp=time,
            bits=self._forms.bits(header),
            transactions=len(transactions),
            size=size,
            fees=fees,
            reward=transactions[0].btm_paid if transactions else 0,
            latest_time=max(before.latest_time, time),
            transactions_so_far=before.transactions_so_far + len(transactions),
            size_so_far=before.size_so_far + size,
            fees_so_far=before.fees_so_far + fees,
            work_so_far=before.work_so_far + self._forms.work(header),
            miner=_miner(block),
        )

    # --- transactions -------------------------------------------------------------------------------------------

    def _attach(self, effects: Effects, height: int) -> None:
        put, place, tx = self._batch.put, effects.place, effects.tx
        tx_id = tx.id
        if effects.is_first and self._repeated is None and self._batch.get(keys.PLACES + tx_id) is not None:
            self._repeated = height
            put(keys.REPEATED, height.to_bytes(keys.HEIGHT_SIZE, "big"))
        flags = (FAILED if effects.failed else 0) | (COINBASE if effects.is_first else 0)
        row = TransactionRow(tx_id, flags, effects.offset, len(tx.to_bytes()))
        put(keys.TRANSACTIONS + place, row.to_bytes())
        self._append(keys.PLACES + tx_id, place)
        for spent in effects.consumed:
            self._append(keys.SPENT + spent.output_id, place)
            put(keys.unspent_key(spent.program, spent.asset, spent.output_id), None)
        for made in effects.created:
            self._create(effects, made, height)
        for program, changes in effects.flows.items():
            packed = pack_changes(changes)
            put(keys.HISTORY + program + place, packed)
            if effects.is_first:
                put(keys.reward_key(program, height), packed)
        for asset, moved in effects.assets.items():
            put(keys.TRANSFERS + asset + place, Transfer.of(moved).to_bytes())
        for issuance in effects.issuances:
            key = keys.DEFINITIONS + keys.asset_key(issuance.asset_id)
            if self._batch.get(key) is None:
                definition = Definition(
                    height, effects.position, issuance.vm_version, issuance.issuance_program,
                    issuance.asset_definition,
                )  # fmt: skip
                put(key, definition.to_bytes())
        self._sums.add(effects, 1)

    def _create(self, effects: Effects, made: Created, height: int) -> None:
        place = effects.place
        if made.is_effective:
            key = keys.unspent_key(made.program, made.asset, made.output_id)
            if self._repeated is not None and self._batch.get(key) is not None:
                self._sums.move(made.program, made.asset, -made.amount, -1)  # it takes the other one's place
            row = UnspentRow(
                height, effects.position, made.position,
                output_kind(is_first=effects.is_first, is_vote=made.is_vote), made.amount, effects.tx.mux_id,
            )  # fmt: skip
            self._batch.put(key, row.to_bytes())
        self._append(keys.CREATED + made.output_id, creation_bytes(place, made.position, made.is_effective))

    def _detach(self, effects: Effects, height: int) -> None:
        put, place = self._batch.put, effects.place
        self._sums.add(effects, -1)
        for issuance in effects.issuances:
            key = keys.DEFINITIONS + keys.asset_key(issuance.asset_id)
            data = self._batch.get(key)
            if data is not None and Definition.from_bytes(data)[:2] == (height, effects.position):
                put(key, None)
        for asset in effects.assets:
            put(keys.TRANSFERS + asset + place, None)
        for program in effects.flows:
            put(keys.HISTORY + program + place, None)
            if effects.is_first:
                put(keys.reward_key(program, height), None)
        for made in effects.created:
            self._cut(keys.CREATED + made.output_id, CREATION_SIZE)
            if made.is_effective:
                self._uncreate(made)
        for spent in effects.consumed:
            self._cut(keys.SPENT + spent.output_id, PLACE_SIZE)
            self._unspend(spent)
        put(keys.TRANSACTIONS + place, None)
        self._cut(keys.PLACES + effects.tx.id, PLACE_SIZE)

    def _uncreate(self, made: Created) -> None:
        key = keys.unspent_key(made.program, made.asset, made.output_id)
        earlier = self._living(made.output_id)
        data = self._batch.get(key)
        if earlier is None or data is None:
            self._batch.put(key, None)
            return
        self._sums.move(made.program, made.asset, made.amount, 1)  # the one whose place it took
        self._batch.put(key, UnspentRow.from_bytes(data).made_at(earlier).to_bytes())

    def _unspend(self, spent: Consumed) -> None:
        origin = self._living(spent.output_id)
        if origin is None:
            raise DamagedRow(f"output {spent.output_id.hex()} was spent and is not known")
        kind = output_kind(is_first=origin.transaction == 0, is_vote=spent.is_vote)
        row = UnspentRow(*origin[:3], kind, spent.amount, spent.source_id)
        self._batch.put(keys.unspent_key(spent.program, spent.asset, spent.output_id), row.to_bytes())

    def _living(self, output_id: bytes) -> Creation | None:
        """Where an output that is unspent was made last, None if it is not unspent."""
        made = self._batch.get(keys.CREATED + output_id)
        if made is None:
            return None
        effective = [one for one in Creation.all_from_bytes(made) if one.is_effective]
        spent = self._batch.get(keys.SPENT + output_id)
        if not effective or (spent is not None and split_places(spent)[-1] > effective[-1][:2]):
            return None
        return effective[-1]

    # --- what is known of an id ---------------------------------------------------------------------------------

    def _append(self, key: bytes, item: bytes) -> None:
        """Add to it. There is nothing yet unless ids repeat."""
        if self._repeated is not None:
            item = (self._batch.get(key) or b"") + item
        self._batch.put(key, item)

    def _cut(self, key: bytes, size: int) -> None:
        """Take back what was added last."""
        data = self._batch.get(key) or b""
        self._batch.put(key, data[:-size] or None)


def _miner(block: AnyBlock) -> bytes:
    """The program key that the first output of a block pays to, empty where there is none."""
    outputs = block.transactions[0].outputs if block.transactions else ()
    if not outputs or is_retirement(outputs[0].control_program):
        return b""
    return keys.program_key(outputs[0].control_program)
