"""Access tokens: how a client on another machine shows who it is.

They are kept in accesstoken.db as the reference keeps them.

Source: rpc-and-cli reference, section 7.1; ``accesstoken/accesstoken.go``.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, field

from pybytomd.clock import Clock
from pybytomd.codec import gojson
from pybytomd.codec.gofields import Fields
from pybytomd.codec.goquote import quote
from pybytomd.codec.gotime import format_local_moment
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError, RequestError, StoreError
from pybytomd.rpc.schema.replies import OMIT_EMPTY, to_json
from pybytomd.store.kv import KeyValueStore
from pybytomd.store.remedies import remedy_for

SECRET_SIZE = 32
_VALID_ID = re.compile(r"[\w-]+", re.ASCII)


class BadTokenId(RequestError):
    """An id is letters, digits, ``_`` and ``-`` of ASCII."""

    message = "invalid id"


class DuplicateTokenId(RequestError):
    """Another token has this id."""

    message = "duplicate access token ID"


class UnknownTokenId(RequestError):
    """No token has this id."""

    message = "nonexisting access token ID"


class InvalidToken(RequestError):
    """The secret is not the token's."""

    message = "invalid token"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it is stored and shown. ``token`` is ``id:secret``."""

    id: str
    token: str
    type: str = field(default="", metadata=OMIT_EMPTY)
    created_at: str = ""

    @property
    def secret(self) -> str:
        """The password that goes with the id."""
        parts = self.token.split(":")
        return parts[1] if len(parts) > 1 else ""

    @classmethod
    def from_json(cls, data: bytes) -> Token:
        """Decode a stored token. Raises DecodeError."""
        fields = Fields(gojson.loads(data), "Token", go_type="accesstoken.Token")
        return cls(fields.text("id"), fields.text("token"), fields.text("type"), fields.text("created_at"))


class CredentialStore:
    """The tokens in accesstoken.db: key is the id, value the JSON of the token, secret included.

    Safe to use from several threads. What was made or deleted is on the disk before anybody is told.
    """

    def __init__(self, database: KeyValueStore, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()

    def create(self, token_id: str, kind: str) -> Token:
        """A new token with a random secret. Raises BadTokenId or DuplicateTokenId."""
        _check_id(token_id)
        key = token_id.encode()
        with self._lock:
            if self._database.get(key) is not None:
                raise DuplicateTokenId.because(f"id {quote(token_id)} already in use")
            secret = sha3_256(secrets.token_bytes(SECRET_SIZE)).hex()
            token = Token(token_id, f"{token_id}:{secret}", kind, format_local_moment(self._clock.now()))
            self._database.put(key, gojson.dumps(to_json(token)))
        self._database.sync()
        return token

    def check(self, token_id: str, secret: str) -> None:
        """Raises BadTokenId, UnknownTokenId or InvalidToken unless the secret is the token's."""
        _check_id(token_id)
        data = self._database.get(token_id.encode())
        if data is None:
            raise UnknownTokenId.because(f"check id {quote(token_id)} nonexisting")
        known = _decode(token_id, data).secret
        if not secrets.compare_digest(known.encode(), secret.encode("utf-8", "replace")):
            raise InvalidToken

    def list(self) -> list[Token]:
        """All tokens, by id."""
        return [_decode(repr(key), data) for key, data in self._database.iterate()]

    def delete(self, token_id: str) -> None:
        """Forget a token. Raises BadTokenId or UnknownTokenId."""
        _check_id(token_id)
        key = token_id.encode()
        with self._lock:
            if self._database.get(key) is None:
                raise UnknownTokenId.because(f"check id {quote(token_id)}")
            self._database.delete(key)
        self._database.sync()  # or it would work again after a power cut


def _check_id(token_id: str) -> None:
    if _VALID_ID.fullmatch(token_id) is None:
        raise BadTokenId.because(f"invalid id {quote(token_id)}")


def _decode(name: str, data: bytes) -> Token:
    try:
        return Token.from_json(data)
    except DecodeError as error:
        raise StoreError(f"accesstoken.db is damaged at {name}: {error}; {remedy_for('accesstoken')}") from error
