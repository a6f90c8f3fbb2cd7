"""Access tokens: how a client shows who it is, what it may do, and until when.

They are kept in accesstoken.db as the reference keeps them. A token with roles or an end is kept as the digest of
its secret, which is shown once, to who made it: in place of the secret, so that programs that know of no roles, an
older version of this one or the reference, let nobody in with it.

Source: rpc-and-cli reference, section 7.1; ``accesstoken/accesstoken.go``.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, field, replace

from pybytomd.clock import Clock
from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.golang.gotime import format_local_moment, parse_moment
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError, RequestError, StoreError
from pybytomd.rpc.roles import EVERY_ROLE, Role, roles_of, with_included
from pybytomd.rpc.schema.replies import OMIT_EMPTY, to_json
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.remedies import remedy_for

SECRET_SIZE = 32
DIGEST = "sha3-256"
MAX_SECONDS = 100 * 366 * 86_400
"""The longest time that a token may be given: as good as for ever, and still a date."""
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


class TokenExpired(RequestError):
    """The secret is the token's, and its time is over."""

    message = "the access token has expired"


class BadExpiry(RequestError):
    """The end of a new token is no time, or not in the future."""

    message = "an access token ends at a time to come, like 2030-01-31T12:00:00Z, or after a number of seconds"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it is shown. ``token`` is ``id:secret``; with roles or an end it is shown only when made.

    ``type`` has the roles of such a token, separated by commas; of others it is any text. ``expires_at`` is empty
    for a token without an end.
    """

    id: str
    token: str = field(metadata=OMIT_EMPTY)
    type: str = field(default="", metadata=OMIT_EMPTY)
    created_at: str = ""
    expires_at: str = field(default="", metadata=OMIT_EMPTY)

    @property
    def secret(self) -> str:
        """What goes with the id: the password, or its digest where that is kept."""
        parts = self.token.split(":")
        return parts[1] if len(parts) > 1 else ""

    @classmethod
    def from_json(cls, data: bytes) -> Token:
        """Decode a stored token. Raises DecodeError."""
        return StoredToken.from_json(data).token


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as it is kept. ``digest`` names the hash that is in place of its secret, if it is a hash.

    Only a token with a digest has roles in its type, and an end.
    """

    token: Token
    digest: str = ""

    @classmethod
    def from_json(cls, data: bytes) -> StoredToken:
        """Decode what is stored. Raises DecodeError."""
        fields = Fields(gojson.loads(data), "Token", go_type="accesstoken.Token")
        token = Token(
            fields.text("id"), fields.text("token"), fields.text("type"), fields.text("created_at"),
            fields.text("expires_at"),
        )  # fmt: skip
        stored = cls(token, fields.text("digest"))
        if stored.digest not in ("", DIGEST):
            raise DecodeError(f"a digest by {stored.digest}, known here is {DIGEST}")
        if stored.is_limited and token.expires_at:
            parse_moment(token.expires_at)
        return stored

    def to_json(self) -> bytes:
        """The value in the database."""
        members = to_json(self.token)
        if self.digest and isinstance(members, dict):
            members["digest"] = self.digest
        return gojson.dumps(members)

    @property
    def is_limited(self) -> bool:
        """Whether it has roles or an end, as tokens of the reference have not."""
        return bool(self.digest)

    @property
    def shown(self) -> Token:
        """What a list shows of it. Quirk: of a token of the reference's kind everything, as the reference does."""
        return replace(self.token, token="") if self.is_limited else self.token

    @property
    def roles(self) -> frozenset[Role]:
        """What it opens."""
        return with_included(roles_of(self.token.type) if self.is_limited else ()) or EVERY_ROLE

    def is_secret(self, secret: str) -> bool:
        """Whether this is its secret, compared in constant time. A token without one has none that is right."""
        given = sha3_256(secret.encode("utf-8", "replace")).hex() if self.is_limited else secret
        known = self.token.secret
        return bool(known) and secrets.compare_digest(known.encode(), given.encode("utf-8", "replace"))

    def is_over(self, now: float) -> bool:
        """Whether its time is over; ``now`` in seconds since 1970."""
        end = self.token.expires_at if self.is_limited else ""
        return bool(end) and parse_moment(end) <= _moment(now)


class CredentialStore:
    """The tokens in accesstoken.db: key is the id, value the JSON of the token.

    Safe to use from several threads. What was made or deleted is on the disk before anybody is told.
    """

    def __init__(self, database: KeyValueStore, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()

    def create(self, token_id: str, kind: str, *, expires_at: str = "", expires_in: int = 0) -> Token:
        """A new token with a random secret.

        ``kind`` lists its roles, or is any other text; ``expires_at`` is a moment, ``expires_in`` a number of
        seconds from now, 0 for no end. Raises BadTokenId, DuplicateTokenId, BadRoles or BadExpiry.
        """
        _check_id(token_id)
        roles = roles_of(kind)
        now = self._clock.now()
        end = _end(now, expires_at, expires_in)
        key = token_id.encode()
        with self._lock:
            if self._database.get(key) is not None:
                raise DuplicateTokenId.because(f"id {quote(token_id)} already in use")
            secret = sha3_256(secrets.token_bytes(SECRET_SIZE)).hex()
            token = Token(token_id, f"{token_id}:{secret}", kind, format_local_moment(now), end)
            stored = StoredToken(token)
            if roles or end:
                token = replace(token, type=",".join(roles) or kind)
                digest = sha3_256(secret.encode()).hex()
                stored = StoredToken(replace(token, token=f"{token_id}:{digest}"), DIGEST)
            self._database.put(key, stored.to_json())
        self._database.sync()
        return token

    def find(self, token_id: str) -> StoredToken | None:
        """The token of an id, None if there is none. Raises StoreError for a damaged one."""
        data = self._database.get(token_id.encode("utf-8", "replace"))
        return None if data is None else _decode(token_id, data)

    def check(self, token_id: str, secret: str, *, any_id: bool = False) -> StoredToken:
        """The token whose secret this is. Raises BadTokenId, UnknownTokenId, InvalidToken or TokenExpired.

        With ``any_id`` an id that no token can have is only one that none has.
        """
        if not any_id:
            _check_id(token_id)
        stored = self.find(token_id)
        if stored is None:
            raise UnknownTokenId.because(f"check id {quote(token_id)} nonexisting")
        if not stored.is_secret(secret):
            raise InvalidToken
        if stored.is_over(self._clock.now()):
            raise TokenExpired
        return stored

    def list(self) -> list[Token]:
        """All tokens, by id, as they are shown."""
        return [_decode(repr(key), data).shown for key, data in self._database.iterate()]

    def delete(self, token_id: str) -> None:
        """Forget a token. Raises BadTokenId or UnknownTokenId."""
        _check_id(token_id)
        if not self.forget(token_id):
            raise UnknownTokenId.because(f"check id {quote(token_id)}")

    def forget(self, token_id: str) -> bool:
        """Forget a token; whether there was one. It may be any text."""
        key = token_id.encode("utf-8", "replace")
        with self._lock:
            if self._database.get(key) is None:
                return False
            self._database.delete(key)
        self._database.sync()  # or it would work again after a power cut
        return True


def _moment(seconds: float) -> int:
    """Nanoseconds since 1970, to the microsecond, as moments are written here."""
    return round(seconds * 1e6) * 1000


def _end(now: float, expires_at: str, expires_in: int) -> str:
    """The end of a new token, empty for none. Raises BadExpiry."""
    if expires_at and expires_in:
        raise BadExpiry.because("both are given")
    if expires_in:
        if not 0 < expires_in <= MAX_SECONDS:
            raise BadExpiry.because(f"{expires_in} seconds")
        return format_local_moment(now + expires_in)
    if not expires_at:
        return ""
    try:
        moment = parse_moment(expires_at)
    except DecodeError as error:
        raise BadExpiry.because(str(error)) from error
    if moment <= _moment(now):
        raise BadExpiry.because(f"{expires_at} is over")
    return expires_at


def _check_id(token_id: str) -> None:
    if _VALID_ID.fullmatch(token_id) is None:
        raise BadTokenId.because(f"invalid id {quote(token_id)}")


def _decode(name: str, data: bytes) -> StoredToken:
    try:
        return StoredToken.from_json(data)
    except DecodeError as error:
        raise StoreError(f"accesstoken.db is damaged at {name}: {error}; {remedy_for('accesstoken')}") from error
