"""Casper: what blocks and signatures of validators do to the tree of checkpoints, and what is stored of it.

All of it happens within a change of the chain: stored things are read and written through its ``CoreBatch``, and
the tree can be taken back until the batch is written.
Source: bytom2-ledger-and-consensus reference, sections 3.8 to 3.10; ``protocol/casper``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cachetools import LRUCache

from pybytomd.chain.bytom2.early_verifications import EarlyVerifications
from pybytomd.chain.bytom2.own_signatures import OwnSignatures
from pybytomd.chain.bytom2.signer import Signer
from pybytomd.consensus.bytom2.casper.checkpoint_tree import CheckpointTree, Node
from pybytomd.consensus.bytom2.casper.epoch import grown, next_epoch
from pybytomd.consensus.bytom2.casper.errors import (
    NotAValidator,
    OutsideOfTree,
    UnknownCheckpoint,
    VerificationError,
    VoteForRoot,
    WrongSourceHeight,
)
from pybytomd.consensus.bytom2.casper.validators import Validator, effective_validators, is_majority, validator_of
from pybytomd.consensus.bytom2.casper.verification import (
    Verification,
    Vote,
    check_alone,
    check_same_height,
    check_span,
)
from pybytomd.errors import BytomError, ValidationError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.sup_link import SupLink, with_signature
from pybytomd.store.bytom2.core_store import CoreBatch, CoreReader, damaged_core

logger = logging.getLogger(__name__)

REMEMBERED_ELECTIONS = 64
"""Validators by checkpoint. Each block needs those of one, and so does each signature."""


@dataclass(slots=True)
class Change:
    """A change of the chain under way: what it stores, and which signatures it made count."""

    batch: CoreBatch
    accepted: list[Verification] = field(default_factory=list)


class Casper:
    """The tree of checkpoints, and the signatures that wait for theirs. For one thread at a time."""

    def __init__(self, tree: CheckpointTree, params: CasperParams, signer: Signer | None = None) -> None:
        """Without a ``signer`` this node signs nothing."""
        self.tree = tree
        self.early = EarlyVerifications()
        self._params = params
        self._signer = signer
        self.own = None if signer is None else OwnSignatures(signer, params)
        """Tells the signer what it has signed elsewhere, or has forgotten."""
        self._elections: LRUCache[bytes, tuple[Validator, ...]] = LRUCache(REMEMBERED_ELECTIONS)

    # --- questions ----------------------------------------------------------------------------------------------

    def validators(self, ended: Checkpoint) -> tuple[Validator, ...]:
        """The validators of the epoch after a checkpoint that has ended, by their order."""
        known = self._elections.get(ended.hash)
        if known is None:
            known = self._elections[ended.hash] = effective_validators(ended, self._params)
        return known

    def checkpoint_before(self, parent_hash: bytes, stored: CoreReader) -> Checkpoint:
        """The checkpoint whose validators may make the children of a stored block. Raises UnknownCheckpoint."""
        node = self.tree.find(parent_hash)
        if node is not None:
            if not node.checkpoint.is_growing:
                return node.checkpoint
            if node.parent is not None:
                return node.parent.checkpoint
        return stored_checkpoint_before(parent_hash, stored, self._params.blocks_per_epoch)

    # --- blocks -------------------------------------------------------------------------------------------------

    def apply_block(self, block: Block, change: Change) -> Block:
        """Let the tree grow by a valid block whose ancestors are stored, and count the signatures it brings.

        Returns the block, with our own signature in its header if this node is a validator and its epoch ends.
        Raises BytomError, as when the block is on a branch that is given up or names a source that is none.
        """
        if self.tree.find(block.hash) is not None:
            return block
        try:
            node = self._grow(block, change.batch)
        except BytomError as error:
            error.within("apply block to checkpoint")
            raise
        if self.own is not None and node.parent is not None:
            self.own.in_stored_block(block.header, node.parent.checkpoint, self._validators_for(node))
        if node.checkpoint.is_growing:
            return block
        if self.own is not None:
            self.own.in_links(block.header, self._validators_for(node), change.batch)
        block = self._sign(node, block, change)
        affected: dict[bytes, Checkpoint] = {}
        for link in block.header.sup_links:
            votes = self._valid_votes(node, link, change.batch)
            affected |= self._count(node, votes, change.batch)
        affected[block.hash] = node.checkpoint
        for checkpoint in affected.values():
            change.batch.put_checkpoint(checkpoint)
        return block

    def _grow(self, block: Block, stored: CoreReader) -> Node:
        """The node that ends with a block, from its parent's or anew from the stored blocks since the checkpoint.

        Raises OutsideOfTree when the branch does not lead back into the tree.
        """
        blocks_per_epoch = self._params.blocks_per_epoch
        path = [block]
        node = self.tree.find(block.header.previous_block_hash)
        while node is None:
            ancestor = stored.block(path[-1].header.previous_block_hash)
            if ancestor is None:
                raise UnknownCheckpoint.no_block(path[-1].header.previous_block_hash)
            if ancestor.height % blocks_per_epoch == 0:
                raise OutsideOfTree
            path.append(ancestor)
            node = self.tree.find(ancestor.header.previous_block_hash)
        starts_epoch = not node.checkpoint.is_growing
        checkpoint = next_epoch(node.checkpoint) if starts_epoch else node.checkpoint
        for each in reversed(path):
            checkpoint = grown(checkpoint, each, blocks_per_epoch)
        if starts_epoch:
            return self.tree.add(node, checkpoint)
        self.tree.set(node, checkpoint)
        return node

    def look_for_own(self, header: BlockHeader, stored: CoreReader) -> None:
        """Tell the signer of what it has signed in a header that is not stored, or comes again with more links."""
        blocks_per_epoch = self._params.blocks_per_epoch
        if self.own is None:
            return
        if stored.header(header.hash) is None:
            self.own.in_other_block(header, stored)
        elif header.height and header.height % blocks_per_epoch == 0 and header.sup_links:
            ended = stored_checkpoint_before(header.previous_block_hash, stored, blocks_per_epoch)
            self.own.in_links(header, self.validators(ended), stored, is_stored=False)

    def check_loaded_signatures(self) -> None:
        """Keep in the tree only those signatures of the headers it was loaded from that their validators made.

        A header keeps what it brought, and nobody has signed that. The reference takes all of it as good after a
        restart, so that junk in a validator's slot keeps its signature out, and counts for the majority.
        """
        for node in self.tree.nodes():
            if node.parent is None or not node.checkpoint.sup_links:
                continue
            links: tuple[SupLink, ...] = ()
            for link in node.checkpoint.sup_links:
                for validator in self._validators_for(node):
                    if self._is_genuine(node.checkpoint, link, validator):
                        links = with_signature(
                            links,
                            link.source_height,
                            link.source_hash,
                            validator.order,
                            link.signatures[validator.order],
                        )
            self.tree.set(node, replace(node.checkpoint, sup_links=links))
        self.tree.settle()

    def _is_genuine(self, target: Checkpoint, link: SupLink, validator: Validator) -> bool:
        signature = link.signatures[validator.order]
        if not signature:
            return False
        vote = Vote(link.source_height, link.source_hash, target.height, target.hash, validator, signature)
        try:
            check_alone(vote, self._params.blocks_per_epoch)
        except VerificationError:
            return False
        return True

    def regrow(self, stored: CoreReader) -> None:
        """Bring back the growing checkpoints that can become the best, after a start.

        They are stored nowhere, so the reference forgets them, and may fall back to a shorter branch then. What is
        needed is the best branch above each leaf of the tree; others come back with the next block on them.
        """
        for leaf in list(self.tree.leaves()):
            tip = _best_branch(leaf.checkpoint, stored, self._params.blocks_per_epoch)
            if tip is not None:
                self._grow(tip, stored)
        self.tree.settle()

    # --- signatures ---------------------------------------------------------------------------------------------

    def _sign(self, target: Node, block: Block, change: Change) -> Block:
        """Add our own signature to a block that ends an epoch, if this node is to sign and may."""
        vote = self._own_vote(target, change.batch)
        if vote is None:
            return block
        change.accepted.append(vote.verification)
        header = block.header
        links = with_signature(
            header.sup_links, vote.source_height, vote.source_hash, vote.validator.order, vote.signature
        )
        return block.with_header(header.with_sup_links(links))

    def _own_vote(self, target: Node, stored: CoreReader) -> Vote | None:
        source = _last_justified_before(target)
        if source is None or self._signer is None or target.parent is None:
            return None
        validator = validator_of(self.validators(target.parent.checkpoint), self._signer.key)
        checkpoint = target.checkpoint
        if validator is None or checkpoint.signed_by(validator.order):
            return None
        signature = self._signer.sign_step(source, checkpoint)
        if signature is None:
            return None
        vote = _vote(source, checkpoint, validator, signature)
        try:
            self._check(vote, stored)
        except VerificationError as error:
            logger.info("myVerification fail on find nest sign", extra={"err": str(error)})
            return None
        return vote

    def _valid_votes(self, target: Node, link: SupLink, stored: CoreReader) -> list[Vote]:
        """The signatures of a header's sup link that count; others are passed over.

        Raises UnknownCheckpoint or WrongSourceHeight when the link itself is none.
        """
        source = stored_checkpoint(link.source_hash, stored)
        if source.height != link.source_height:
            raise WrongSourceHeight
        votes: list[Vote] = []
        for validator in self._validators_for(target):
            signature = link.signatures[validator.order]
            if not signature:
                continue
            vote = _vote(source, target.checkpoint, validator, signature)
            try:
                self._check(vote, stored)
            except VerificationError:
                continue
            votes.append(vote)
        return votes

    def add_verification(self, verification: Verification, change: Change) -> None:
        """Count a signature that came on its own; one for a block that is not in the tree is kept for later.

        Raises UnknownCheckpoint or VerificationError when it must not count.
        """
        if self.own is not None:
            self.own.in_verification(verification, change.batch)
        target = self.tree.find(verification.target_hash)
        if target is None:
            self.early.add(verification)
            return
        self._authenticate(target, verification, change, again=False)

    def add_early_verifications(self, ended_hash: bytes, change: Change) -> None:
        """Count the signatures that came before the block that ended an epoch, now that the next one has begun."""
        target = self.tree.find(ended_hash)
        if target is None or target.parent is None:  # it became the root meanwhile: the reference crashes
            return
        for validator in self._validators_for(target):
            verification = self.early.take(ended_hash, validator.key)
            if verification is None:
                continue
            try:
                self._authenticate(target, verification, change, again=True)
            except ValidationError as error:
                logger.info("auth cached message", extra={"err": str(error), "target": ended_hash.hex()})

    def _authenticate(self, target: Node, verification: Verification, change: Change, *, again: bool) -> None:
        """Check and count a signature. ``again``: one that is known is checked, counted and told of once more."""
        source = stored_checkpoint(verification.source_hash, change.batch)
        if target.parent is None:
            raise VoteForRoot
        validator = validator_of(self._validators_for(target), verification.key)
        if validator is None:
            raise NotAValidator
        if not again and target.checkpoint.signed_by(validator.order, source.hash):
            return
        vote = _vote(source, target.checkpoint, validator, verification.signature)
        self._check(vote, change.batch)
        affected = self._count(target, [vote], change.batch)
        affected[target.checkpoint.hash] = target.checkpoint
        for checkpoint in affected.values():
            change.batch.put_checkpoint(checkpoint)
        change.accepted.append(vote.verification)
        header = change.batch.header(vote.target_hash)
        if header is None:
            raise damaged_core(f"header {vote.target_hash.hex()}", "it is missing")
        links = with_signature(
            header.sup_links, vote.source_height, vote.source_hash, validator.order, vote.signature
        )
        change.batch.put_header(header.with_sup_links(links))

    def _validators_for(self, target: Node) -> tuple[Validator, ...]:
        """Those who may sign a checkpoint: the ones who made its blocks."""
        return () if target.parent is None else self.validators(target.parent.checkpoint)

    def _check(self, vote: Vote, stored: CoreReader) -> None:
        """A vote may count. Raises VerificationError."""
        check_alone(vote, self._params.blocks_per_epoch)
        check_same_height(vote, [(c.hash, c.sup_links) for c in stored.checkpoints_at(vote.target_height)])
        check_span(vote, self.tree.checkpoints())

    def _count(self, target: Node, votes: Iterable[Vote], stored: CoreReader) -> dict[bytes, Checkpoint]:
        """Add valid votes to their target; returns the stored sources that change with it.

        Quirk: a target is justified once, and from a source that need not be justified itself. A later majority
        from its direct parent does not finalize that.
        """
        sources: dict[bytes, Checkpoint] = {}
        validators = len(self._validators_for(target))
        for vote in votes:
            checkpoint = target.checkpoint.with_signature(
                vote.source_height, vote.source_hash, vote.validator.order, vote.signature
            )
            self.tree.set(target, checkpoint)
            link = next(link for link in checkpoint.sup_links if link.source_hash == vote.source_hash)
            if checkpoint.status != Status.UNJUSTIFIED or not is_majority(len(link.signed_slots), validators):
                continue
            source = stored_checkpoint(vote.source_hash, stored)
            if source.status == Status.FINALIZED:
                continue
            self.tree.set(target, checkpoint.with_status(Status.JUSTIFIED))
            if checkpoint.parent_hash == source.hash:
                source = source.with_status(Status.FINALIZED)
                self._finalize(source.hash)
            sources[source.hash] = source
        return sources

    def _finalize(self, block_hash: bytes) -> None:
        node = self.tree.find(block_hash)
        if node is None:
            logger.warning(
                "source checkpoint before the last finalized checkpoint", extra={"hash": block_hash.hex()}
            )
            return
        self.tree.set(node, node.checkpoint.with_status(Status.FINALIZED))
        self.tree.set_root(node)


def stored_checkpoint(block_hash: bytes, stored: CoreReader) -> Checkpoint:
    """The checkpoint of a stored block. Raises UnknownCheckpoint."""
    header = stored.header(block_hash)
    if header is None:
        raise UnknownCheckpoint.no_block(block_hash)
    checkpoint = stored.checkpoint(header.height, block_hash)
    if checkpoint is None:
        raise UnknownCheckpoint.no_checkpoint()
    return checkpoint


def stored_checkpoint_before(parent_hash: bytes, stored: CoreReader, blocks_per_epoch: int) -> Checkpoint:
    """The checkpoint at the end of the epoch before that of the children of a block, found by its ancestors."""
    block_hash = parent_hash
    while True:
        header = stored.header(block_hash)
        if header is None:
            raise UnknownCheckpoint.no_block(block_hash)
        if header.height % blocks_per_epoch == 0:
            return stored_checkpoint(block_hash, stored)
        block_hash = header.previous_block_hash


def _best_branch(ended: Checkpoint, stored: CoreReader, blocks_per_epoch: int) -> Block | None:
    """The highest stored block of the epoch after a checkpoint, of several that with the largest hash."""
    highest: bytes | None = None
    parents = {ended.hash}
    for height in range(ended.height + 1, ended.height + blocks_per_epoch):
        headers = [stored.header(block_hash) for block_hash in stored.hashes_at(height)]
        parents = {header.hash for header in headers if header and header.previous_block_hash in parents}
        if not parents:
            break
        highest = max(parents)
    return None if highest is None else stored.block(highest)


def _last_justified_before(target: Node) -> Checkpoint | None:
    node = target.parent
    while node is not None:
        if node.checkpoint.status == Status.JUSTIFIED:
            return node.checkpoint
        node = node.parent
    return None


def _vote(source: Checkpoint, target: Checkpoint, validator: Validator, signature: bytes) -> Vote:
    return Vote(source.height, source.hash, target.height, target.hash, validator, signature)
