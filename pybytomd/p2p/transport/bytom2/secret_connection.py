"""The proof of identity on Bytom 2: two byte strings with their lengths, 100 bytes together.

All else of the secret connection is as on 1.x.
"""

from __future__ import annotations

from pybytomd.codec.wire.gowire import WireReader, encode_bytes
from pybytomd.crypto import ed25519
from pybytomd.errors import DecodeError
from pybytomd.p2p.errors import ForgedHandshake
from pybytomd.p2p.transport.secret_connection import KeyAgreement

AUTH_MESSAGE_SIZE = 100
PROVEN_WRONG = "Challenge verification failed"


class SecretHandshake(KeyAgreement):
    """One end of the handshake, once both ephemeral keys are known."""

    __slots__ = ()

    def auth_message(self) -> bytes:
        """Our public key and our signature of the challenge, 100 bytes."""
        return encode_auth_message(self.identity.public_key, self.identity.sign(self.challenge))

    def check_auth_message(self, message: bytes) -> bytes:
        """The public key the peer proved to own. Raises ForgedHandshake when it did not.

        A key or signature of another size than theirs is refused here; the reference dies of such a key.
        """
        if len(message) != AUTH_MESSAGE_SIZE:
            raise ForgedHandshake(f"the peer's proof has {len(message)} bytes, not {AUTH_MESSAGE_SIZE}")
        reader = WireReader(message, AUTH_MESSAGE_SIZE)
        try:
            public_key, signature = reader.byte_string(), reader.byte_string()
        except DecodeError as error:
            raise ForgedHandshake(f"the peer's proof cannot be read: {error.root}") from error
        if len(public_key) != ed25519.PUBLIC_KEY_SIZE or len(signature) != ed25519.SIGNATURE_SIZE:
            raise ForgedHandshake(
                f"{PROVEN_WRONG}: a key of {len(public_key)} bytes and a signature of {len(signature)}"
            )
        if not ed25519.verify_strictly(public_key, self.challenge, signature):
            raise ForgedHandshake(PROVEN_WRONG)
        return public_key


def encode_auth_message(public_key: bytes, signature: bytes) -> bytes:
    """The proof: key and signature, each after its length."""
    return encode_bytes(public_key) + encode_bytes(signature)
