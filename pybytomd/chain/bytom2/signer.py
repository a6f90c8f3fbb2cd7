"""Who signs checkpoints for this node, if it is a validator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pybytomd.consensus.bytom2.casper.verification import signed_message
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.bytom2.checkpoint import Checkpoint


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
