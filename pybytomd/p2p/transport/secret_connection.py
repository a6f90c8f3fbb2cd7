"""The encrypted, authenticated byte stream between two peers, without any input or output.

Both ends do the same steps (p2p-and-sync reference, section 2.6):

1. each sends a fresh X25519 public key, 32 raw bytes;
2. from the shared secret and the two keys both derive the cipher key, a nonce for each direction and a challenge;
3. inside the cipher each sends its ed25519 identity and a signature of the challenge, as one 98-byte message.

``KeyAgreement`` is steps 1 and 2 as values, ``SecretHandshake`` step 3 in the form of 1.x; ``SealedStream`` turns
bytes into frames and back afterwards.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import CryptoError

from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160
from pybytomd.p2p.errors import ForgedHandshake, ProtocolViolation
from pybytomd.p2p.identity import Identity

EPHEMERAL_KEY_SIZE = 32
CHUNK_SIZE = 1024
"""Most payload bytes in one frame."""
PLAIN_FRAME_SIZE = 2 + CHUNK_SIZE
SEAL_SIZE = 16
FRAME_SIZE = SEAL_SIZE + PLAIN_FRAME_SIZE
"""Every frame on the wire has this size, however little it carries."""
AUTH_MESSAGE_SIZE = 98
NONCE_MODULUS = 1 << 192
ED25519_TYPE = 1
"""go-wire's type byte for an ed25519 key or signature."""


@dataclass(frozen=True, slots=True)
class EphemeralKey:
    """An X25519 key pair used for one connection."""

    secret: bytes
    public: bytes

    @classmethod
    def generate(cls) -> EphemeralKey:
        """A fresh pair from the operating system's randomness."""
        public, secret = bindings.crypto_box_keypair()
        return cls(secret, public)


class SealedStream:
    """Seals outgoing bytes into frames and opens incoming frames into a plain stream of bytes.

    Frame boundaries carry no meaning for us as a reader: what is left of a frame stays in the stream.
    """

    __slots__ = ("_buffer", "_key", "_receive_nonce", "_send_nonce")

    def __init__(self, key: bytes, send_nonce: int, receive_nonce: int) -> None:
        self._key = key
        self._send_nonce = send_nonce
        self._receive_nonce = receive_nonce
        self._buffer = bytearray()

    @property
    def send_nonce(self) -> bytes:
        """The nonce of the next frame we send, 24 bytes."""
        return self._send_nonce.to_bytes(24, "big")

    @property
    def receive_nonce(self) -> bytes:
        """The nonce of the next frame we expect, 24 bytes."""
        return self._receive_nonce.to_bytes(24, "big")

    def seal(self, data: bytes) -> bytes:
        """``data`` as one or more frames; nothing for no data."""
        frames = []
        for start in range(0, len(data), CHUNK_SIZE):
            chunk = data[start : start + CHUNK_SIZE]
            plain = len(chunk).to_bytes(2, "big") + chunk.ljust(CHUNK_SIZE, b"\x00")
            frames.append(bindings.crypto_secretbox(plain, self.send_nonce, self._key))
            self._send_nonce = (self._send_nonce + 2) % NONCE_MODULUS
        return b"".join(frames)

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the wire, return the plain bytes of all frames completed by them.

        Raises ``ProtocolViolation`` for a frame that was not sealed with this connection's key.
        """
        buffer = self._buffer
        buffer += data
        plain = []
        start = 0
        while len(buffer) - start >= FRAME_SIZE:
            plain.append(self._open(bytes(buffer[start : start + FRAME_SIZE])))
            start += FRAME_SIZE
        del buffer[:start]
        return b"".join(plain)

    def _open(self, frame: bytes) -> bytes:
        try:
            plain: bytes = bindings.crypto_secretbox_open(frame, self.receive_nonce, self._key)
        except CryptoError as error:
            raise ProtocolViolation("Failed to decrypt SecretConnection") from error
        self._receive_nonce = (self._receive_nonce + 2) % NONCE_MODULUS
        length = int.from_bytes(plain[:2], "big")
        if length > CHUNK_SIZE:
            raise ProtocolViolation("chunkLength is greater than dataMaxSize")
        return plain[2 : 2 + length]


class KeyAgreement:
    """What both ends know once they have each other's ephemeral key.

    ``stream`` is the cipher for everything that follows, ``challenge`` what each signs with its ``identity``.
    """

    __slots__ = ("challenge", "identity", "stream")

    def __init__(self, local: EphemeralKey, remote_public: bytes, identity: Identity) -> None:
        """Raises ForgedHandshake for an unusable key of the peer."""
        try:
            shared_key = bindings.crypto_box_beforenm(remote_public, local.secret)
        except CryptoError as error:
            raise ForgedHandshake("the peer's ephemeral key is not usable") from error
        low, high = sorted((local.public, remote_public))
        base_nonce = int.from_bytes(ripemd160(low + high) + bytes(4), "big")
        nonces = (base_nonce, base_nonce ^ 1)
        receive_nonce, send_nonce = nonces if local.public == low else nonces[::-1]
        self.stream = SealedStream(shared_key, send_nonce, receive_nonce)
        self.challenge = hashlib.sha256(low + high).digest()
        self.identity = identity


class SecretHandshake(KeyAgreement):
    """One end of the handshake, once both ephemeral keys are known.

    ``auth_message`` is our proof, to be sent through the cipher in one frame of its own; ``check_auth_message``
    takes the peer's and returns its identity key.
    """

    __slots__ = ()

    def auth_message(self) -> bytes:
        """Our public key and our signature of the challenge, 98 bytes."""
        return encode_auth_message(self.identity.public_key, self.identity.sign(self.challenge))

    def check_auth_message(self, message: bytes) -> bytes:
        """The public key the peer proved to own. Raises ForgedHandshake when it did not."""
        if len(message) != AUTH_MESSAGE_SIZE:
            raise ForgedHandshake(f"the peer's proof has {len(message)} bytes, not {AUTH_MESSAGE_SIZE}")
        if message[0] == 0:
            raise ForgedHandshake("peer sent a nil public key")
        public_key, signature = message[1:33], message[34:]
        if message[0] != ED25519_TYPE or message[33] != ED25519_TYPE:
            raise ForgedHandshake("the peer's proof is not of type ed25519")
        if not ed25519.verify(public_key, self.challenge, signature):
            raise ForgedHandshake("Challenge verification failed")
        return public_key


def encode_auth_message(public_key: bytes, signature: bytes) -> bytes:
    """The 98-byte proof: type byte, key, type byte, signature."""
    return bytes((ED25519_TYPE,)) + public_key + bytes((ED25519_TYPE,)) + signature
