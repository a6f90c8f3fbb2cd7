"""The chain engine: judges blocks, chooses the best one, and moves the unspent outputs along (reorganisation).

Source: chain-and-storage reference, section 7; ``protocol/block.go``, ``protocol/protocol.go``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future
from typing import Self

from pybytomd.chain.changes import Changes
from pybytomd.chain.errors import (
    BadTransaction,
    BlockHeightNotFound,
    BlockNotFound,
    DustTransaction,
    HeaderHeightNotFound,
    HeaderNotFound,
    ParentNotFound,
    PoolFull,
    StatusNotFound,
)
from pybytomd.chain.events import BestBlockChanged, BlockConnected, BlockDisconnected
from pybytomd.chain.index.block_index import BlockIndex
from pybytomd.chain.index.genesis import load_index
from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.chain.orphans import OrphanBlocks
from pybytomd.chain.pool import TxPool, is_dust
from pybytomd.chain.ports import Proof
from pybytomd.chain.trial import TransactionTrial
from pybytomd.clock import Clock
from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.block import context_of, validate_body
from pybytomd.consensus.errors import BadBlock
from pybytomd.consensus.header import BLOCK_VERSION, ParentBlock, validate_header
from pybytomd.consensus.transaction import TransactionVerdict
from pybytomd.consensus.utxo import apply_block, detach_block
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.pow.rule import ProofRule
from pybytomd.pow.tensority import meets_target
from pybytomd.store.block_store import BlockStore, damaged_core
from pybytomd.store.records.core_records import ChainState

logger = logging.getLogger(__name__)


class Chain:
    """The chain of one network. Open it with ``Chain.open``, and close it.

    Questions may come from any thread at any time; none waits for a change under way, and each sees the chain
    before or after it. Changes are made by whoever asks for them, one at a time.
    """

    def __init__(
        self,
        params: NetParams,
        store: BlockStore,
        clock: Clock,
        events: EventDispatcher,
        index: BlockIndex,
        *,
        threads: int | None = None,
    ) -> None:
        """``index`` must be that of ``store``. See ``open``."""
        self.params = params
        self.store = store
        self.events = events
        self.pool = TxPool(clock, events, unspent=self._is_unspent)
        self._changes = Changes(threads)
        self.verifier = Verifier(self._changes.signature_threads)
        """Judges transactions for the pool and for blocks, and remembers verdicts that hold for both."""
        self._clock = clock
        self._index = index
        self._orphans: OrphanBlocks[Block] = OrphanBlocks(clock)
        self._best = self._stored_header(index.best)

    @classmethod
    def open(
        cls,
        params: NetParams,
        store: BlockStore,
        clock: Clock,
        events: EventDispatcher,
        *,
        threads: int | None = None,
    ) -> Self:
        """The chain in a database; an empty one gets the genesis block.

        ``threads`` check signatures, as many as there are processors unless given. Raises StoreError for a
        database that is damaged or of another network.
        """
        return cls(params, store, clock, events, load_index(params, store), threads=threads)

    def close(self) -> None:
        """Wait for the change under way, refuse those that have not begun, and end the threads."""
        self._changes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- questions: the best block and the main chain -----------------------------------------------------------

    @property
    def best_header(self) -> BlockHeader:
        """The header of the best block."""
        return self._best

    @property
    def best_height(self) -> int:
        """The height of the best block."""
        return self._best.height

    @property
    def best_hash(self) -> bytes:
        """The hash of the best block."""
        return self._best.hash

    def hash_at(self, height: int) -> bytes | None:
        """The hash of a block of the main chain, None above its end."""
        position = self._index.at(height)
        return None if position is None else self._index.hash_of(position)

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        """Whether a block is on the main chain."""
        position = self._index.find(block_hash)
        return position is not None and self._index.is_main(position)

    def header_at(self, height: int) -> BlockHeader:
        """A header of the main chain. Raises HeaderHeightNotFound."""
        position = self._index.at(height)
        if position is None:
            raise HeaderHeightNotFound
        return self._stored_header(position)

    def block_at(self, height: int) -> Block:
        """A block of the main chain. Raises BlockHeightNotFound."""
        position = self._index.at(height)
        if position is None:
            raise BlockHeightNotFound
        return self.block(self._index.hash_of(position))

    # --- questions: any block -----------------------------------------------------------------------------------

    def has_block(self, block_hash: bytes) -> bool:
        """Whether a block is known: on any branch, or as an orphan."""
        return self._index.find(block_hash) is not None or block_hash in self._orphans

    def is_orphan(self, block_hash: bytes) -> bool:
        """Whether a block waits for its parent."""
        return block_hash in self._orphans

    def header(self, block_hash: bytes) -> BlockHeader:
        """A header of any branch. Raises HeaderNotFound."""
        position = self._index.find(block_hash)
        if position is None:
            raise HeaderNotFound
        return self._stored_header(position)

    def block(self, block_hash: bytes) -> Block:
        """A block that is stored, of any branch. Raises BlockNotFound."""
        block = self.store.block(block_hash)
        if block is None:
            raise BlockNotFound.of(block_hash)
        return block

    def block_hex(self, block_hash: bytes) -> bytes | None:
        """The hex text of a block that is stored, of any branch, as peers are sent it; None if there is none."""
        return self.store.block_hex(block_hash)

    def transaction_status(self, block_hash: bytes) -> TransactionStatus:
        """Which transactions of a stored block failed. Raises StatusNotFound."""
        status = self.store.transaction_status(block_hash)
        if status is None:
            raise StatusNotFound
        return status

    def judged(self, block_hash: bytes) -> JudgedBlock:
        """A block of any branch, as it is stored. Raises BlockNotFound, StatusNotFound."""
        block = self.block(block_hash)
        status = TransactionStatus.all_well(len(block.transactions), block.header.transaction_status_hash)
        return JudgedBlock(block, status or self.transaction_status(block_hash))

    def next_bits(self, parent_hash: bytes) -> int:
        """The target of the children of a block, in compact form. Raises ParentNotFound."""
        return self._index.next_bits(self._position(parent_hash))

    def next_seed(self, parent_hash: bytes) -> bytes:
        """The Tensority seed of the children of a block. Raises ParentNotFound."""
        return self._index.next_seed(self._position(parent_hash))

    def median_time(self, parent_hash: bytes) -> int:
        """The time the children of a block must be after, in Unix seconds. Raises ParentNotFound."""
        return self._index.median_time(self._position(parent_hash))

    def work(self, block_hash: bytes) -> int:
        """The sum of the work from genesis up to a block. Raises ParentNotFound."""
        return self._index.work_of(self._position(block_hash))

    def unspent(self, output_id: bytes) -> UtxoEntry | None:
        """What the main chain knows of an output. Spent ones are forgotten, but for those of coinbases."""
        return self.store.utxo(output_id)

    def _is_unspent(self, output_id: bytes) -> bool:
        entry = self.store.utxo(output_id)
        return entry is not None and not entry.spent

    def _position(self, block_hash: bytes) -> int:
        position = self._index.find(block_hash)
        if position is None:
            raise ParentNotFound
        return position

    def _stored_header(self, position: int) -> BlockHeader:
        block_hash = self._index.hash_of(position)
        header = self.store.header(self._index.height_of(position), block_hash)
        if header is None:
            raise damaged_core(f"as header {block_hash.hex()} is missing")
        return header

    # --- changes ------------------------------------------------------------------------------------------------

    def process_block(self, block: Block, proof: Proof = None) -> bool:
        """Judge a block and add it to its branch, or keep it as an orphan: True. A known one is not judged again.

        ``proof`` is the answer of a check of its proof of work made elsewhere. Raises BadBlock when the block
        breaks a rule, ValidationError when it would be the best one but spends what cannot be spent; StoreError.

        Quirk: in the second case it stays where it is, never to be best, and is not refused a second time.
        """
        with self._changes:
            block_hash = block.hash
            known_orphan = block_hash in self._orphans
            if known_orphan or self._index.find(block_hash) is not None:
                logger.debug("block has been processed", extra={"hash": block_hash.hex(), "height": block.height})
                return known_orphan
            if self._index.find(block.header.previous_block_hash) is None:
                self._orphans.add(block)
                return True
            in_hand: dict[int, JudgedBlock] = {}
            position = self._save(block, proof, in_hand)
            self._consider(self._save_descendants(block, position, in_hand), in_hand)
            return False

    def validate_transaction(self, tx: Transaction) -> bool:
        """Judge a transaction and let it into the pool; True if it spends what is not known, and is kept apart.

        One that waits already is welcome again. Raises the rule it breaks, DustTransaction or PoolFull.
        """
        if tx.id in self.pool:
            return False
        if is_dust(tx):
            raise DustTransaction
        verdict = self.verifier.verify(tx, context_of(self._best))
        refusal = _refusal(verdict)
        if refusal is not None:
            raise refusal
        if verdict.failed:
            logger.info("transaction status fail", extra={"tx_id": tx.id.hex(), "err": str(verdict.error)})
        with self._changes:  # no block takes away what it spends between looking and adding
            height = self._best.height
            return self.pool.add(tx, status_fail=verdict.failed, height=height, fee=verdict.gas.btm_value)

    def try_transaction(self, tx: Transaction) -> TransactionTrial:
        """What ``validate_transaction`` would make of a transaction, which is not let in."""
        if is_dust(tx):
            return TransactionTrial(refusal=DustTransaction())
        verdict = self.verifier.verify(tx, context_of(self._best))
        refusal = _refusal(verdict)
        pool = self.pool
        is_waiting = tx.id in pool
        missing = () if is_waiting else pool.missing(tx)
        if refusal is None and not is_waiting and not pool.has_room(tx, is_orphan=bool(missing)):
            refusal = PoolFull()
        return TransactionTrial(
            refusal=refusal,
            gas=verdict.gas,
            failure=verdict.error if refusal is None else None,
            is_waiting=is_waiting,
            missing=missing,
            rivals=pool.rivals(tx),
        )

    async def add_block(self, block: Block, proof: Proof = None) -> bool:
        """``process_block`` on the chain thread, for the event loop."""
        return await self._changes.run(self.process_block, block, proof)

    async def add_transaction(self, tx: Transaction) -> bool:
        """``validate_transaction`` on the chain thread, for the event loop."""
        return await self._changes.run(self.validate_transaction, tx)

    # --- adding blocks ------------------------------------------------------------------------------------------

    def _save(self, block: Block, proof: Proof, in_hand: dict[int, JudgedBlock]) -> int:
        """Judge and store a block whose parent is known; returns its position. Raises BadBlock.

        With what was found it stays ``in_hand``, by its position, until this change of the chain is over.
        """
        parent = self._position(block.header.previous_block_hash)
        try:
            status = self._validate(block, parent, proof)
        except BytomError as error:
            raise BadBlock.because(str(error)) from error
        self.store.save_block(block, status)
        self._orphans.remove(block.hash)
        position = self._index.add(block.header, parent)
        in_hand[position] = JudgedBlock(block, status)
        return position

    def _validate(self, block: Block, parent: int, proof: Proof) -> TransactionStatus:
        header, index = block.header, self._index
        facts = ParentBlock(
            version=BLOCK_VERSION,
            height=index.height_of(parent),
            hash=index.hash_of(parent),
            next_bits=index.next_bits(parent),
            median_time=index.median_time(parent),
        )

        def has_proof() -> bool:
            if self.params.proof is ProofRule.ANY_NONCE:
                return True
            known = _answer(proof)
            return meets_target(header.hash, index.next_seed(parent), header.bits) if known is None else known

        validate_header(header, facts, int(self._clock.now()), has_proof)
        verdicts = self.verifier.verify_block(block.transactions, context_of(header))
        return validate_body(block, verdicts)

    def _save_descendants(self, block: Block, position: int, in_hand: dict[int, JudgedBlock]) -> int:
        """Add the orphans that waited for a block, and those that waited for them; returns the highest of all.

        Of several it is the one that comes first, deep before wide. Bad ones stay orphans until they expire. Of
        three siblings the reference passes over one, and may crash then; no rule of consensus depends on that.
        """
        best = position
        waiting = self._orphans.children_of(block.hash)[::-1]
        while waiting:
            orphan = waiting.pop()
            try:
                position = self._save(orphan, None, in_hand)
            except BadBlock as error:
                logger.warning(
                    "saveSubBlock fail to save block",
                    extra={"hash": orphan.hash.hex(), "height": orphan.height, "err": str(error)},
                )
                continue
            if self._index.height_of(position) > self._index.height_of(best):
                best = position
            waiting += self._orphans.children_of(orphan.hash)[::-1]
        return best

    # --- the best block -----------------------------------------------------------------------------------------

    def _consider(self, position: int, in_hand: Mapping[int, JudgedBlock]) -> None:
        """Make a block the best one if it is: a child of the best, or higher with no less work."""
        index, best = self._index, self._index.best
        if index.parent_of(position) == best or (
            index.height_of(position) > index.height_of(best) and index.work_of(position) >= index.work_of(best)
        ):
            self._move_to(position, in_hand)

    def _move_to(self, position: int, in_hand: Mapping[int, JudgedBlock]) -> None:
        """Take back and add blocks until the main chain ends with this one. When one is bad, nothing changes."""
        attach = self._index.branch(position)
        detach = self._index.above(self._index.parent_of(attach[0]))
        view: dict[bytes, UtxoEntry] = {}
        left = [self._taken_back(view, self._judged(old)) for old in detach]
        joined = [self._applied(view, in_hand.get(new) or self._judged(new)) for new in attach]
        header = joined[-1].block.header
        self.store.save_chain_state(ChainState(header.height, header.hash), view)
        self._index.set_best(position)
        self._best = header
        for judged in left:
            self.events.post(BlockDisconnected(judged.block))
        for judged in joined:
            self.events.post(BlockConnected(judged))
        self._update_pool(left, joined)
        self.events.post(BestBlockChanged(header))

    def _taken_back(self, view: dict[bytes, UtxoEntry], judged: JudgedBlock) -> JudgedBlock:
        block = self._with_outputs(view, judged)
        detach_block(view, block, judged.status.fails)
        logger.debug("detach from mainchain", extra={"height": block.height, "hash": block.hash.hex()})
        return judged

    def _applied(self, view: dict[bytes, UtxoEntry], judged: JudgedBlock) -> JudgedBlock:
        block = self._with_outputs(view, judged)
        apply_block(view, block, judged.status.fails)
        logger.debug("attach from mainchain", extra={"height": block.height, "hash": block.hash.hex()})
        return judged

    def _with_outputs(self, view: dict[bytes, UtxoEntry], judged: JudgedBlock) -> Block:
        """The block, with all that is stored of what it spends in the view."""
        for tx in judged.block.transactions:
            self.store.load_utxos(view, tx.spent_output_ids)
        return judged.block

    def _judged(self, position: int) -> JudgedBlock:
        """A block that was judged by an earlier change, as it is stored."""
        return self.judged(self._index.hash_of(position))

    def _update_pool(self, left: Sequence[JudgedBlock], joined: Sequence[JudgedBlock]) -> None:
        """Transactions that are in a block now leave the pool; those that no longer are come back, if they may."""
        lost = {tx.id: tx for judged in reversed(left) for tx in judged.block.transactions}
        for judged in joined:
            for tx in judged.block.transactions:
                if lost.pop(tx.id, None) is None:
                    self.pool.remove(tx.id)
        for tx in lost.values():
            try:
                self.validate_transaction(tx)
            except BytomError as error:  # a coinbase always fails
                logger.info("restore tx fail", extra={"tx_id": tx.id.hex(), "err": str(error)})


def _refusal(verdict: TransactionVerdict) -> BytomError | None:
    """Why a transaction can be in no block, None for one that can."""
    return None if verdict.gas.gas_valid else verdict.error or BadTransaction()


def _answer(proof: Proof) -> bool | None:
    """The answer, waited for if need be; None if there is none."""
    if not isinstance(proof, Future):
        return proof
    try:
        return proof.result()
    except CancelledError:
        return None
