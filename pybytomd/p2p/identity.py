"""Who a node is among others: a public key, and signatures that prove it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pybytomd.crypto import ed25519


class Identity(Protocol):
    """The key of a node. Which kind it is depends on the network; signatures are ed25519's on all of them."""

    @property
    def public_key(self) -> bytes:
        """32 bytes, by which others know the node."""

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Ed25519Identity:
    """An ed25519 key, as nodes of 1.x have. ``private_key`` is seed and public key, 64 bytes."""

    private_key: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """32 bytes, by which others know the node."""
        return self.private_key[32:]

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        return ed25519.sign(self.private_key, message)
