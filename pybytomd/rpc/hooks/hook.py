"""A hook: what is told, and to whom. A webhook is told by a POST to its URL, a program by its standard input."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError, RequestError

MAX_NAME, MAX_URL, MIN_SECRET, MAX_SECRET = 64, 2048, 16, 256
"""Letters."""
SECRET_BYTES = 32
_NAME = re.compile(rf"[A-Za-z0-9_.-]{{1,{MAX_NAME}}}")


class BadHook(RequestError):
    """A hook is not as it has to be."""

    message = "this cannot be a hook"


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook. Either ``url`` or ``program`` is set, the arguments of a program from the configuration.

    ``wanted`` is the filter of the topic. ``created`` is in Unix seconds, 0 for a hook of the configuration.
    """

    name: str
    topic: str
    wanted: JsonValue = None
    url: str = ""
    secret: str = field(default="", repr=False)
    program: tuple[str, ...] = ()
    created: int = 0

    @property
    def is_configured(self) -> bool:
        """Whether it is the operator's, who may send anywhere, and not one of the API."""
        return self.created == 0

    def check(self) -> None:
        """Raises BadHook for a name, a URL or a secret that is none."""
        if _NAME.fullmatch(self.name) is None:
            raise BadHook.because(f"name has 1 to {MAX_NAME} of the letters A-Z a-z 0-9 _ . -")
        if bool(self.url) == bool(self.program):
            raise BadHook.because("it has neither url nor program, or both")
        if self.url:
            check_url(self.url)
            if not MIN_SECRET <= len(self.secret) <= MAX_SECRET or not self.secret.isascii():
                raise BadHook.because(f"secret has {MIN_SECRET} to {MAX_SECRET} ASCII letters")

    def to_json(self) -> bytes:
        """The stored form, secret included: it is what deliveries are signed with."""
        value: dict[str, JsonValue] = {
            "name": self.name,
            "topic": self.topic,
            "filter": self.wanted,
            "url": self.url,
            "secret": self.secret,
            "created": self.created,
        }
        return gojson.dumps(value)

    @classmethod
    def from_json(cls, data: bytes) -> Hook:
        """Read the stored form. Raises DecodeError."""
        fields = Fields(gojson.loads(data), "Hook")
        hook = cls(
            name=fields.text("name"),
            topic=fields.text("topic"),
            wanted=fields.value("filter"),
            url=fields.text("url"),
            secret=fields.text("secret"),
            created=fields.integer("created", "int64"),
        )
        try:
            hook.check()
        except BadHook as error:
            raise DecodeError(str(error)) from error
        return hook


def check_url(url: str) -> None:
    """Raises BadHook unless something can be posted there. Who may be posted to is for ``addresses``."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme not in ("http", "https") or not (url.isascii() and url.isprintable()):
        raise BadHook.because(f"url is an address like https://shop.example/paid, not {url[:100]!r}")
    if len(url) > MAX_URL:
        raise BadHook.because(f"url has more than {MAX_URL} letters")
    if parts.username is not None or parts.fragment:
        raise BadHook.because("url has a user name or a fragment; who posts is shown by the signature")


def new_secret() -> str:
    """A secret to sign deliveries with, 64 hex digits."""
    return secrets.token_hex(SECRET_BYTES)
