"""The chain engine of Bytom 2: judges blocks and signatures, and moves the main chain to the best block.

All that a block or a signature changes - blocks, checkpoints, signatures in headers, outputs, contracts, the main
chain - is written as one batch, and the tree of checkpoints is taken back when that fails. Source:
bytom2-ledger-and-consensus reference, sections 3.8 to 3.12; ``protocol/block.go``, ``protocol/protocol.go``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self, TypeVar

from pybytomd.chain.bytom2.casper import Casper, Change, stored_checkpoint, stored_checkpoint_before
from pybytomd.chain.bytom2.events import (
    BestBlockChanged,
    BlockConnected,
    BlockDisconnected,
    CheckpointFinalized,
    JudgedBlock,
    VerificationAccepted,
)
from pybytomd.chain.bytom2.opening import load_tree, open_state
from pybytomd.chain.bytom2.pool import TxPool, check_admission, check_black_list
from pybytomd.chain.bytom2.reorganisation import Move, move_main_chain, stored_header
from pybytomd.chain.bytom2.signer import Signer
from pybytomd.chain.changes import Changes
from pybytomd.chain.errors import (
    BlockHeightNotFound,
    BlockNotFound,
    HeaderHeightNotFound,
    HeaderNotFound,
)
from pybytomd.chain.orphans import OrphanBlocks
from pybytomd.clock import Clock
from pybytomd.consensus.bytom2.batch import Verifier
from pybytomd.consensus.bytom2.block import check_body, check_header, context_of
from pybytomd.consensus.bytom2.casper.validators import Validator, effective_validators, elected, producer
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.consensus.errors import BadBlock
from pybytomd.errors import BytomError, StoreError, ValidationError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.ledger.bytom2.sup_link import merged, within
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.bytom2.utxo import UtxoEntry
from pybytomd.store.bytom2.core_store import CoreBatch, CoreStore

T = TypeVar("T")

logger = logging.getLogger(__name__)

MAX_LINK_BYTES = 64 << 10
"""Of the sup links of a block that are looked at and kept. No signature covers them, so whoever passes a block on
may add any number, of any size, and each signature is to be checked. All that validators can sign of one
checkpoint has room: ten signatures from each of ninety sources."""


class Chain:
    """The chain of one network. Open it with ``Chain.open``, and close it.

    Questions may come from any thread at any time; none waits for a change under way, and each sees the chain
    before or after it. Changes are made by whoever asks for them, one at a time.
    """

    def __init__(
        self,
        params: NetParams,
        store: CoreStore,
        clock: Clock,
        events: EventDispatcher,
        casper: Casper,
        best: BlockHeader,
        *,
        threads: int | None = None,
    ) -> None:
        """``casper`` and ``best`` must be those of ``store``. See ``open``."""
        self.params = params
        self.store = store
        self.events = events
        self.pool = TxPool(clock, events, unspent=self._is_unspent)
        self._changes = Changes(threads)
        self.verifier = Verifier(self._changes.signature_threads)
        """Judges transactions for the pool and for blocks."""
        self._clock = clock
        self._casper = casper
        self._orphans: OrphanBlocks[Block] = OrphanBlocks(clock)
        self._best = best
        self._finalized = casper.tree.root.checkpoint
        self._justified = casper.tree.last_justified()
        self._at_best = self._found_at(best)

    @classmethod
    def open(
        cls,
        params: NetParams,
        store: CoreStore,
        clock: Clock,
        events: EventDispatcher,
        *,
        signer: Signer | None = None,
        threads: int | None = None,
    ) -> Self:
        """The chain in a database; an empty one gets the genesis block.

        ``signer`` signs checkpoints if this node is a validator. ``threads`` check signatures, as many as there
        are processors unless given. Raises StoreError for a database that is damaged or of another network.
        """
        state, best = open_state(params, store)
        casper = Casper(load_tree(store, state), params.casper, signer)
        casper.check_loaded_signatures()
        casper.regrow(store)
        if casper.own is not None:
            casper.own.learn(store, state.finalized_height)
        return cls(params, store, clock, events, casper, best, threads=threads)

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
        best = self._best
        if not 0 <= height <= best.height:
            return None
        return best.hash if height == best.height else self.store.main_chain_hash(height)

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        """Whether a block is on the main chain."""
        header = self.store.header(block_hash)
        return header is not None and self.hash_at(header.height) == block_hash

    def header_at(self, height: int) -> BlockHeader:
        """A header of the main chain. Raises HeaderHeightNotFound."""
        block_hash = self.hash_at(height)
        if block_hash is None:
            raise HeaderHeightNotFound
        return self.header(block_hash)

    def block_at(self, height: int) -> Block:
        """A block of the main chain. Raises BlockHeightNotFound."""
        block_hash = self.hash_at(height)
        if block_hash is None:
            raise BlockHeightNotFound
        return self.block(block_hash)

    # --- questions: any block -----------------------------------------------------------------------------------

    def has_block(self, block_hash: bytes) -> bool:
        """Whether a block is known: on any branch, or as an orphan."""
        return self.store.header(block_hash) is not None or block_hash in self._orphans

    def is_orphan(self, block_hash: bytes) -> bool:
        """Whether a block waits for its parent."""
        return block_hash in self._orphans

    def header(self, block_hash: bytes) -> BlockHeader:
        """A header of any branch, with the signatures collected for it. Raises HeaderNotFound."""
        header = self.store.header(block_hash)
        if header is None:
            raise HeaderNotFound
        return header

    def block(self, block_hash: bytes) -> Block:
        """A block that is stored, of any branch. Raises BlockNotFound."""
        block = self.store.block(block_hash)
        if block is None:
            raise BlockNotFound.of(block_hash)
        return block

    def judged(self, block_hash: bytes) -> JudgedBlock:
        """A block of any branch, as one that was judged. Raises BlockNotFound."""
        return JudgedBlock(self.block(block_hash))

    def block_hex(self, block_hash: bytes) -> bytes | None:
        """The hex text of a block that is stored, of any branch, as peers are sent it; None if there is none."""
        return self.store.block_hex(block_hash)

    def unspent(self, output_id: bytes) -> UtxoEntry | None:
        """What the main chain knows of an output. Spent ones are forgotten, but for those of coinbases."""
        return self.store.utxo(output_id)

    def _is_unspent(self, output_id: bytes) -> bool:
        entry = self.store.utxo(output_id)
        return entry is not None and not entry.spent

    def contract(self, contract_hash: bytes) -> bytes | None:
        """The program of a contract that is registered on the main chain, by its hash."""
        return self.store.contract(contract_hash)

    # --- questions: checkpoints and validators ------------------------------------------------------------------

    @property
    def finalized(self) -> Checkpoint:
        """The last finalized checkpoint, that of the genesis block at first. No block up to it can change."""
        return self._finalized

    @property
    def justified(self) -> Checkpoint:
        """The last justified checkpoint, that of the genesis block at first."""
        return self._justified

    @property
    def at_best(self) -> Checkpoint | None:
        """What stands in the tree at the best block: votes and rewards up to it, also within an epoch.

        None if nothing does, as after a block that could not be the best one.
        """
        return self._at_best

    def _found_at(self, best: BlockHeader) -> Checkpoint | None:
        node = self._casper.tree.find(best.hash)
        return None if node is None else node.checkpoint

    def checkpoint(self, block_hash: bytes) -> Checkpoint:
        """The checkpoint that a stored block has ended. Raises UnknownCheckpoint."""
        return stored_checkpoint(block_hash, self.store)

    def checkpoint_before(self, parent_hash: bytes) -> Checkpoint:
        """That at the end of the epoch before the one of a block's children. Raises UnknownCheckpoint."""
        header, blocks_per_epoch = self.store.header(parent_hash), self.params.casper.blocks_per_epoch
        if header is not None and self.hash_at(header.height) == parent_hash:
            ended = self.hash_at(header.height // blocks_per_epoch * blocks_per_epoch)
            if ended is not None and self.hash_at(header.height) == parent_hash:  # no reorganisation in between
                return stored_checkpoint(ended, self.store)
        return stored_checkpoint_before(parent_hash, self.store, blocks_per_epoch)

    def validators(self, parent_hash: bytes) -> tuple[Validator, ...]:
        """Who may make the children of a stored block, by their order. Raises UnknownCheckpoint."""
        return effective_validators(self.checkpoint_before(parent_hash), self.params.casper)

    def validator(self, parent_hash: bytes, timestamp: int) -> Validator:
        """Whose turn it is to make a child of a block, at a time in ms. Raises UnknownCheckpoint."""
        checkpoint = self.checkpoint_before(parent_hash)
        validators = effective_validators(checkpoint, self.params.casper)
        return producer(validators, checkpoint, timestamp, self.params.casper)

    def verifications_in(self, header: BlockHeader) -> list[Verification]:
        """The signatures in a header of a stored block that ends an epoch, as their validators published them.

        A validator publishes each but once. Whoever missed it can have it from the headers of others in this way:
        a known block that comes again does not count them. Nobody has verified them yet.
        """
        if header.height % self.params.casper.blocks_per_epoch:
            return []
        validators = self.validators(header.previous_block_hash)
        return [
            Verification(link.source_hash, header.hash, validator.key, link.signatures[validator.order])
            for link in header.sup_links
            for validator in validators
            if link.signatures[validator.order]
        ]

    def elected(self, block_hash: bytes) -> list[tuple[str, int]]:
        """The keys with enough votes in the epoch before a stored block's, most votes first, with their votes."""
        header = self.header(block_hash)
        return elected(self.checkpoint_before(header.previous_block_hash), self.params.casper)

    # --- changes ------------------------------------------------------------------------------------------------

    def process_block(self, block: Block) -> bool:
        """Judge a block and add it to its branch, or keep it as an orphan: True. Known ones are not judged again.

        Raises BadBlock when the block breaks a rule of its own, and another ValidationError when it is on a branch
        that is given up, names a source that is none, or when the branch that would be the best one now spends
        what cannot be spent; StoreError, and nothing has changed then.

        Quirk: in the last case the block is stored, and the block at fault need not be this one. As long as that
        branch is the best in the tree of checkpoints the main chain stays where it is, with every further block.
        """
        with self._changes:
            block_hash = block.hash
            known_orphan = block_hash in self._orphans
            is_known = known_orphan or self.store.header(block_hash) is not None
            if is_known and self._best.height >= block.height:
                logger.debug("block has been processed", extra={"hash": block_hash.hex(), "height": block.height})
                self._casper.look_for_own(block.header, self.store)
                return known_orphan
            if self.store.header(block.header.previous_block_hash) is None:
                self._casper.look_for_own(block.header, self.store)
                self._orphans.add(block)
                return True
            change = Change(CoreBatch(self.store))
            with self._taken_back_on_error():
                try:
                    saved = [self._save(block, change)]
                except ValidationError:
                    self._casper.look_for_own(block.header, self.store)
                    self._tell_of(change.accepted)  # our own signature is out in the reference, and does no harm
                    raise
                self._save_descendants(block, change, saved)
                refusal = self._write(change, saved)
            if refusal is not None:
                raise refusal
            return False

    def process_verification(self, verification: Verification) -> ValidationError | None:
        """Count the signature of a validator, or keep it for later when its target is not known.

        Raises UnknownCheckpoint or VerificationError when it must not count; StoreError, and nothing has changed
        then. Returns why the main chain cannot follow what it changes, when it cannot: the signature counts, and
        that is not its sender's fault, whom the reference blames.
        """
        with self._changes:
            before = self._casper.tree.best().hash
            change = Change(CoreBatch(self.store))
            with self._taken_back_on_error():
                self._casper.add_verification(verification, change)
                refusal = self._write(change, (), reconsider=self._casper.tree.best().hash != before)
            if refusal is not None:
                logger.warning("the main chain cannot follow a verification", extra={"err": str(refusal)})
            return refusal

    def validate_transaction(self, tx: Transaction) -> bool:
        """Judge a transaction and let it into the pool; True if it spends what is not known, and is kept apart.

        One that waits already is welcome again. It is judged for a block as high as the best one, and neither
        maturity nor what else waits is looked at. Raises the rule it breaks, DustTransaction, BlackListedOutput or
        PoolFull.
        """
        if tx.id in self.pool:
            return False
        check_admission(tx)
        verdict = self.verifier.verify(tx, context_of(self._best), self.store.contract)
        if verdict.error is not None:
            raise verdict.error
        check_black_list(tx)
        with self._changes:  # no block takes away what it spends between looking and adding
            return self.pool.add(tx, status_fail=False, height=self._best.height, fee=verdict.gas.btm_value)

    async def add_transaction(self, tx: Transaction) -> bool:
        """``validate_transaction`` on the chain thread, for the event loop."""
        return await self._changes.run(self.validate_transaction, tx)

    async def add_block(self, block: Block) -> bool:
        """``process_block`` on the chain thread, for the event loop."""
        return await self._changes.run(self.process_block, block)

    async def run(self, work: Callable[[], T]) -> T:
        """Several things on the chain thread, for the event loop."""
        return await self._changes.run(work)

    async def add_verification(self, verification: Verification) -> ValidationError | None:
        """``process_verification`` on the chain thread, for the event loop."""
        return await self._changes.run(self.process_verification, verification)

    @contextmanager
    def _taken_back_on_error(self) -> Iterator[None]:
        """If what is done inside fails, the tree of checkpoints is what it was before."""
        try:
            yield
        except BaseException:
            self._casper.tree.take_back(0)
            raise

    # --- adding blocks ------------------------------------------------------------------------------------------

    def _save(self, block: Block, change: Change) -> Block:
        """Judge a block whose parent is stored, and store it. Returns it, maybe with our own signature.

        Raises BadBlock, or what Casper has against it.
        """
        links = within(block.header.sup_links, MAX_LINK_BYTES)
        if len(links) < len(block.header.sup_links):
            block = block.with_header(block.header.with_sup_links(links))
        header, batch = block.header, change.batch
        checkpoint = self._casper.checkpoint_before(header.previous_block_hash, batch)
        try:
            self._validate(block, checkpoint, batch)
        except StoreError:
            raise
        except BytomError as error:
            raise BadBlock.because(str(error)) from error
        block = self._casper.apply_block(block, change)
        before = batch.header(block.hash)
        if before is not None:  # a known block above the best: it may not take away signatures collected for it
            block = block.with_header(header.with_sup_links(merged(before.sup_links, block.header.sup_links)))
        batch.put_block(block)
        if block.height % self.params.casper.blocks_per_epoch == 1:
            self._casper.add_early_verifications(header.previous_block_hash, change)
        return block

    def _validate(self, block: Block, checkpoint: Checkpoint, batch: CoreBatch) -> None:
        header, params = block.header, self.params.casper
        parent = stored_header(header.previous_block_hash, batch)
        now = int(self._clock.now() * 1000)
        check_header(header, parent, checkpoint, self._casper.validators(checkpoint), now, params)
        # Quirk: contracts are those of the main chain as it is stored now, whatever branch the block is on.
        verdicts = self.verifier.verify_block(block.transactions, context_of(header), self.store.contract)
        check_body(block, verdicts, checkpoint.rewards, params)

    def _save_descendants(self, block: Block, change: Change, saved: list[Block]) -> None:
        """Add the orphans that waited for a block, and those that waited for them, deep before wide.

        Bad ones stay orphans until they expire.
        """
        waiting = self._orphans.children_of(block.hash)[::-1]
        while waiting:
            orphan = waiting.pop()
            mark = self._casper.tree.mark()
            try:
                saved.append(self._save(orphan, change))
            except ValidationError as error:
                self._casper.tree.take_back(mark)
                logger.warning(
                    "saveSubBlock fail to save block",
                    extra={"hash": orphan.hash.hex(), "height": orphan.height, "err": str(error)},
                )
                continue
            waiting += self._orphans.children_of(orphan.hash)[::-1]

    # --- the best block -----------------------------------------------------------------------------------------

    def _write(self, change: Change, saved: Sequence[Block], *, reconsider: bool = True) -> ValidationError | None:
        """Write a change, with the main chain moved to the best block if it can be, and tell of it.

        Returns why the main chain could not be moved. Raises StoreError, and nothing was written.
        """
        tree, batch = self._casper.tree, change.batch
        root, best_hash = tree.root.checkpoint, tree.best().hash
        move: Move | None = None
        refusal: ValidationError | None = None
        if reconsider and best_hash != self._best.hash:
            try:
                move = move_main_chain(self._best, best_hash, root, batch, self.params.casper)
            except ValidationError as error:
                refusal = error
        batch.write()
        tree.settle()
        for block in saved:
            self._orphans.remove(block.hash)
        finalized_before, self._finalized = self._finalized, root
        self._justified = tree.last_justified()
        if move is not None:
            self._best = move.best
        self._at_best = self._found_at(self._best)
        if move is not None:
            self._tell_of_move(move)
        self._tell_of(change.accepted)
        if root.hash != finalized_before.hash:
            self.events.post(CheckpointFinalized(root.height, root.hash))
        return refusal

    def _tell_of_move(self, move: Move) -> None:
        for block in move.detached:
            self.events.post(BlockDisconnected(block))
        for block in move.attached:
            self.events.post(BlockConnected(JudgedBlock(block)))
        self._update_pool(move)
        self.events.post(BestBlockChanged(move.best))

    def _update_pool(self, move: Move) -> None:
        """Transactions that are in a block now leave the pool; those that no longer are come back, if they may.

        The first of each block is its producer's own.
        """
        lost = {tx.id: tx for block in reversed(move.detached) for tx in block.transactions[1:]}
        for block in move.attached:
            for tx in block.transactions[1:]:
                if lost.pop(tx.id, None) is None:
                    self.pool.remove(tx.id)
        for tx in lost.values():
            try:
                self.validate_transaction(tx)
            except BytomError as error:
                logger.info("restore tx fail", extra={"tx_id": tx.id.hex(), "err": str(error)})

    def _tell_of(self, accepted: Sequence[Verification]) -> None:
        for verification in accepted:
            self.events.post(VerificationAccepted(verification))
