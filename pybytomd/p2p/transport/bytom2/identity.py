"""The node's key on Bytom 2: an extended key, of which peers see the first half."""

from __future__ import annotations

from pybytomd.crypto.chainkd import XPrv


class ChainkdIdentity:
    """The key in ``node_key.txt``. Its chain code never travels: peers know an ed25519 key like any other."""

    __slots__ = ("_private_key", "_public_key")

    def __init__(self, private_key: XPrv) -> None:
        self._private_key = private_key
        self._public_key = private_key.xpub.public_key

    @property
    def public_key(self) -> bytes:
        """32 bytes, by which others know the node."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        return self._private_key.sign(message)
