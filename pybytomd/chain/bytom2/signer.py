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
        ...

    def sign_step(self, source: Checkpoint, target: Checkpoint) -> bytes | None:
        """The signature for the step from one checkpoint to another; None if it must not be given."""
        ...


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


class GuardedSigner:
    """Signs nothing that contradicts what this key has signed before, here or, as far as it is seen, elsewhere.

    A backup of the home that is restored brings an older record back. So after a start it is ``quiet_seconds``
    long no more than a witness: what this key signs elsewhere, or has signed since the backup, comes in with the
    blocks and signatures of others, and is recorded (``saw_block``, ``saw_vote``).
    """

    def __init__(
        self, private_key: XPrv, record: SigningRecord, clock: Clock, *, quiet_seconds: float = 0.0
    ) -> None:
        self._signer = KeySigner(private_key)
        self._key = self._signer.key
        self._record = record
        self._clock = clock
        self._quiet_until = clock.monotonic() + quiet_seconds

    @property
    def key(self) -> str:
        """Hex text of its extended public key."""
        return self._key

    def sign_step(self, source: Checkpoint, target: Checkpoint) -> bytes | None:
        """The signature for the step from one checkpoint to another; None if it must not be given."""
        if self._is_quiet() or not self.saw_vote(source.height, target.height, target.hash):
            return None
        return self._signer.sign_step(source, target)

    def sign_block(self, header: BlockHeader) -> bytes | None:
        """The witness of a block; None if it must not be given."""
        if self._is_quiet() or not self.saw_block(header.height, header.hash):
            return None
        return self._signer.private_key.sign(header.hash)

    def saw_block(self, height: int, block_hash: bytes) -> bool:
        """A block is signed by this key, or is to be. False if another of its height was before."""
        try:
            allowed = self._record.allow_block(height, block_hash)
        except StoreError as error:
            logger.error("a block is not signed", extra={"height": height, "err": str(error)})  # noqa: TRY400
            return False
        if not allowed:
            logger.warning("another block of this height was signed", extra={"height": height})
        return allowed

    def saw_vote(self, source_height: int, target_height: int, target_hash: bytes) -> bool:
        """A step is signed by this key, or is to be. False if it contradicts one that was before."""
        try:
            allowed = self._record.allow_vote(source_height, target_height, target_hash)
        except StoreError as error:
            logger.error("a checkpoint is not signed", extra={"height": target_height, "err": str(error)})  # noqa: TRY400
            return False
        if not allowed:
            logger.warning("a step that contradicts it was signed", extra={"height": target_height})
        return allowed

    def _is_quiet(self) -> bool:
        return self._clock.monotonic() < self._quiet_until
