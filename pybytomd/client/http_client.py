"""One request to a node's API, as the reference's client makes it.

Source: rpc-and-cli reference, section 2.1; ``blockchain/rpc/rpc.go``, ``util/util.go``.
"""

from __future__ import annotations

import errno
import gzip
import socket
import ssl
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from http.client import HTTPException, IncompleteRead
from urllib.parse import urlsplit, urlunsplit

from pybytomd.client.errors import AnswerLost, NoAnswer, NotReached, Refused, TurnedAway
from pybytomd.client.place import CACERT_VARIABLE, TOKEN_VARIABLE, URL_VARIABLE, Place
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError, DecodeError

MAX_ANSWER_BYTES = 512 << 20
"""More than any list the node serves; a gzipped answer cannot fill the memory."""
HEADERS: Mapping[str, str] = {
    "User-Agent": "Bytom; process=; buildtag=; blockchainID=",
    "Content-Type": "application/json",
    "Accept-Encoding": "gzip",
    "Blockchain-ID": "",
    "Bytom-Core-ID": "",
    "Request-ID": "",
}

UNAUTHORIZED = 401
NOT_FOUND = "not Found"
"""What a node says, with status 500, of a method that it does not have."""
MAX_REFUSAL_BYTES = 64 << 10
NOBODY_THERE = f"; is the node running (pybytomd node)? {URL_VARIABLE} names another address"
NOT_KNOWN = f"; its certificate is not trusted here: name the file with it by --cacert or {CACERT_VARIABLE}"
HINTS: Mapping[int, str] = {
    400: "; it cannot read the request",
    401: f"; it wants an access token, or another one: put name:secret into {TOKEN_VARIABLE}",
    403: f"; the node is called by another name, see {URL_VARIABLE}, or the access token is not for this",
    500: "; it knows no such request",
}
"""What a person should know of an HTTP status, where the node does not say more."""


class ApiClient:
    """Asks the node at a place, which is looked for with ``find`` when it is first needed.

    ``seconds`` is how long nothing may come from it; the reference's client waits for ever.
    """

    def __init__(self, find: Callable[[], Place] = Place.of, *, seconds: float | None = None) -> None:
        self._find = find
        self._seconds = seconds

    @property
    def url(self) -> str:
        """Where the node answers. Raises ConfigError."""
        return self._find().url

    def call(self, path: str, request: JsonValue = None) -> JsonValue:
        """The data of the answer. Raises NoAnswer or Refused."""
        body = b"" if request is None else gojson.dumps(request) + b"\n"
        answer = _answer(self.post(path, body))
        if answer.get("status") == "fail":
            raise Refused(
                str(answer.get("msg", "")),
                detail=str(answer.get("error_detail") or ""),
                code=str(answer.get("code", "")),
            )
        return answer.get("data")

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer. Raises NoAnswer, in the kinds that ``errors`` lists."""
        try:
            place = self._find()
            context = place.tls()
            target = target_of(place, path)
        except ConfigError as error:
            raise NoAnswer.because(str(error)) from error
        try:
            request = urllib.request.Request(target, body, dict(HEADERS), method="POST")  # noqa: S310 - http, see target_of
            if place.authorization:
                # Whoever a node redirects to is not told it.
                request.add_unredirected_header("Authorization", place.authorization)
            with urllib.request.urlopen(request, timeout=self._seconds, context=context) as response:  # noqa: S310 - likewise
                data: bytes = response.read(MAX_ANSWER_BYTES)
                if response.length:  # with a limit, reading is content with less than was announced
                    raise IncompleteRead(data, response.length)
                zipped = response.headers.get("Content-Encoding") == "gzip"
            return _unzipped(data) if zipped else data
        except urllib.error.HTTPError as error:
            raise turned_away(place, error.code, _refusal(error)) from error
        except (OSError, EOFError, ValueError, HTTPException, zlib.error) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            text = (reason.strerror if isinstance(reason, OSError) else None) or reason
            hint = NOT_KNOWN if isinstance(reason, ssl.SSLCertVerificationError) else NOBODY_THERE
            raise _kind_of(reason).because(f"{place.url}: {text}{hint}") from error


def target_of(place: Place, path: str) -> str:
    """The address of a method of the node. Raises ConfigError for a place that is none for http."""
    scheme, host, _path, query, _fragment = urlsplit(place.url)
    if scheme not in ("http", "https"):
        raise ConfigError(f"{place.url} is no http address; see the environment variable {URL_VARIABLE}")
    return urlunsplit((scheme, host, path, query, ""))


def turned_away(place: Place, status: int, body: bytes) -> TurnedAway:
    """The error for an HTTP status, with what the node says of it, or else a hint."""
    try:
        answer = gojson.loads(body)
    except DecodeError:
        answer = None
    said = answer if isinstance(answer, dict) else {}
    detail, code = (one if isinstance(one, str) else "" for one in (said.get("detail"), said.get("code")))
    hint = "" if detail and status != UNAUTHORIZED and detail != NOT_FOUND else HINTS.get(status, "")
    why = f"{place.url} answers with HTTP status {status}{f': {detail}' if detail else ''}{hint}"
    return TurnedAway(why, status, code, detail)


UNREACHED = frozenset((errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN))


def is_unreached(error: object) -> bool:
    """Whether an error says that there was no connection, so that nothing was sent."""
    if isinstance(error, socket.gaierror | ssl.SSLCertVerificationError):
        return True
    return isinstance(error, OSError) and error.errno in UNREACHED


def _kind_of(reason: object) -> type[NoAnswer]:
    if is_unreached(reason):
        return NotReached
    return AnswerLost if isinstance(reason, OSError | HTTPException) else NoAnswer


def _refusal(error: urllib.error.HTTPError) -> bytes:
    """What a node says of a request that it did not let pass, empty if that cannot be read."""
    try:
        data = error.read(MAX_REFUSAL_BYTES)
        return _unzipped(data) if error.headers.get("Content-Encoding") == "gzip" else data
    except (OSError, EOFError, HTTPException, zlib.error):
        return b""


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    text = unzip.decompress(data, MAX_ANSWER_BYTES)
    if not unzip.eof:
        raise gzip.BadGzipFile("the answer is cut short or too long")
    return text


def _answer(text: bytes) -> dict[str, JsonValue]:
    try:
        answer = gojson.loads(text)
    except DecodeError as error:
        raise NoAnswer.because("the answer is not JSON") from error
    if not isinstance(answer, dict) or not answer.get("status"):
        raise NoAnswer.because("the answer has no status")
    return answer
