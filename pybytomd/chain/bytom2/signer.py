"""Who signs blocks and checkpoints for this node, if it is a validator."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import Clock
from pybytomd.consensus.bytom2.casper.verification import signed_message
from pybytomd.crypto.chainkd import XPrv
from pybytomd.errors import StoreError
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint

logger = logging.getLogger(__name__)


class Signer(Protocol):
    """A validator's key, and whoever watches over what is signed with it."""

    @property
    def key(self) -> str:
        """Hex text of its extended public key."""

    def sign_step(self, source: Checkpoint, target: Checkpoint) -> bytes | None:
        """The signature for the step from one checkpoint to another; None if it must not be given."""

    def saw_block(self, height: int, block_hash: bytes, *, stored: bool) -> bool:
        """A block with a signature of this key was seen. False if it contradicts another one.

        ``stored``: it is found in the database again, after whatever happens.
        """

    def saw_vote(self, source_height: int, target_height: int, target_hash: bytes, *, stored: bool) -> bool:
        """A step signed by this key was seen. False if it contradicts another one."""

    def saw_unknown_vote(self) -> None:
        """A step to a block that is not known is signed by this key."""


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs whatever it is asked to. It remembers nothing: what is asked is for the chain to know."""

    private_key: XPrv

    @property
    def key(self) -> str:
        """Hex text of its extended public key."""
        return self.private_key.xpub.raw.hex()

    def sign_step(self, source: Checkpoint, target: Checkpoint) -> bytes | None:
        """The signature. Heights are no part of what is signed."""
        return self.private_key.sign(signed_message(source.hash, target.hash))

    def saw_block(self, height: int, block_hash: bytes, *, stored: bool) -> bool:  # noqa: ARG002 - see ``Signer``
        """Forgotten at once."""
        return True

    def saw_vote(self, source_height: int, target_height: int, target_hash: bytes, *, stored: bool) -> bool:  # noqa: ARG002 - see ``Signer``
        """Forgotten at once."""
        return True

    def saw_unknown_vote(self) -> None:
        """Forgotten at once."""


FRESH_SECONDS = 120.0
"""Whoever signed something so lately was only restarted. A backup is older."""
UNKNOWN_VOTE_SECONDS = 60.0
"""How long nothing is signed after a signature of ours for a block was seen that is not known here: time to fetch
it. Nobody but this key can cause it."""


class GuardedSigner:
    """Signs nothing that contradicts what this key has signed before, here or, as far as it is seen, elsewhere.

    A backup of the home that is restored brings an older record back, or none. So where there are others, it is no
    more than a witness after a start, until this node has caught up with them (``caught_up``), and for another
    ``quiet_seconds`` unless the record is fresh. What this key signs elsewhere, or has signed since the backup,
    comes in with the blocks and signatures of others, and binds it: ``OwnSignatures`` tells of it.
    """

    def __init__(
        self,
        private_key: XPrv,
        record: SigningRecord,
        clock: Clock,
        *,
        quiet_seconds: float = 0.0,
        after_peers: bool = False,
    ) -> None:
        """``after_peers``: sign nothing before ``caught_up`` is called, and begin to count the seconds there."""
        self._signer = KeySigner(private_key)
        self._key = self._signer.key
        self._record = record
        self._clock = clock
        age = clock.now() - record.signed_at
        self._quiet_seconds = 0.0 if 0 <= age <= FRESH_SECONDS else quiet_seconds
        self._waits_for_peers = after_peers
        self._quiet_until = clock.monotonic() + self._quiet_seconds

    @property
    def key(self) -> str:
        """Hex text of its extended public key."""
        return self._key

    @property
    def is_quiet(self) -> bool:
        """Whether it signs nothing now, whatever it is asked."""
        return self._waits_for_peers or self._clock.monotonic() < self._quiet_until

    def caught_up(self) -> None:
        """This node has all that its peers have; told more than once, the first time counts."""
        if self._waits_for_peers:
            self._be_quiet_for(self._quiet_seconds)
            self._waits_for_peers = False

    def sign_step(self, source: Checkpoint, target: Checkpoint) -> bytes | None:
        """The signature for the step from one checkpoint to another; None if it must not be given."""
        if self.is_quiet:
            return None
        try:
            allowed = self._record.allow_vote(source.height, target.height, target.hash, now=self._clock.now())
        except StoreError as error:
            logger.error("a checkpoint is not signed", extra={"height": target.height, "err": str(error)})  # noqa: TRY400
            return None
        if not allowed:
            logger.warning("a step that contradicts it was signed", extra={"height": target.height})
            return None
        return self._signer.sign_step(source, target)

    def sign_block(self, header: BlockHeader, *, alone: bool = False) -> bytes | None:
        """The witness of a block; None if it must not be given.

        ``alone``: there is no other validator, so if another block of this height was signed and lost, by a crash
        before it was stored or with a database older than the record, nobody else ever makes one: without it the
        chain would stand still for ever.
        """
        if self.is_quiet:
            return None
        try:
            allowed = self._record.allow_block(header.height, header.hash, now=self._clock.now(), again=alone)
        except StoreError as error:
            logger.error("a block is not signed", extra={"height": header.height, "err": str(error)})  # noqa: TRY400
            return None
        if not allowed:
            logger.warning("another block of this height was signed", extra={"height": header.height})
            return None
        return self._signer.private_key.sign(header.hash)

    def saw_block(self, height: int, block_hash: bytes, *, stored: bool) -> bool:
        """See ``Signer``: no other one of this height is signed from now on."""
        try:
            agrees = self._record.note_block(height, block_hash, durable=not stored)
        except StoreError as error:
            logger.error("a block of ours was seen", extra={"height": height, "err": str(error)})  # noqa: TRY400
            return True
        if not agrees:
            logger.error(
                "this validator's key has signed two blocks of one height: does another node run with it?",
                extra={"height": height, "hash": block_hash.hex()},
            )
        return agrees

    def saw_vote(self, source_height: int, target_height: int, target_hash: bytes, *, stored: bool) -> bool:
        """See ``Signer``: no step that contradicts it is signed from now on."""
        try:
            agrees = self._record.note_vote(source_height, target_height, target_hash, durable=not stored)
        except StoreError as error:
            logger.error("a signature of ours was seen", extra={"height": target_height, "err": str(error)})  # noqa: TRY400
            return True
        if not agrees:
            logger.error(
                "this validator's key has signed two steps to one height: does another node run with it?",
                extra={"height": target_height, "hash": target_hash.hex()},
            )
        return agrees

    def saw_unknown_vote(self) -> None:
        """See ``Signer``: nothing is signed until there was time to fetch the block."""
        logger.warning("this validator's key has signed a block that is not known here; nothing is signed for now")
        self._be_quiet_for(UNKNOWN_VOTE_SECONDS)

    def _be_quiet_for(self, seconds: float) -> None:
        self._quiet_until = max(self._quiet_until, self._clock.monotonic() + seconds)
