"""From the bytes of a connection to requests, by ``httptools`` (the parser of Node.js), within limits.

A request goes on as an ``Exchange``. Its head is opened (``Dispatcher.open``) before its body is read, so that
nobody sends us a body who may not ask.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

import httptools

from pybytomd.codec.hostport import is_loopback
from pybytomd.rpc.dispatch import NO_UPGRADE, WEBSOCKET, Dispatcher
from pybytomd.rpc.errors import BodyTooLarge, IncompleteBody
from pybytomd.rpc.http_messages import TEXT_TYPE, HttpRequest, HttpResponse
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.transport.limits import BodyRoom

logger = logging.getLogger(__name__)

MAX_HEAD = 64 << 10
"""Bytes of a request's head. The reference allows a million."""
SMALL_BODY = 64 << 10
"""Bytes of a body that needs no room kept for it, and of one that is thrown away before the answer, not after."""
KEPT_HEADS, KEPT_HEAD = 256, 1024
"""How many heads are remembered, and how long they may be, in bytes."""
VERSIONS = frozenset({"1.0", "1.1"})
END_OF_HEAD = b"\r\n\r\n"


@dataclass(slots=True, eq=False)
class Exchange:
    """A request on its way to its answer. ``response`` is there when no method is to be called."""

    request: HttpRequest
    version: str
    method: Method | None = None
    response: HttpResponse | None = None
    keep_alive: bool = False
    body: bytes | bytearray = b""
    received: int = 0
    """Bytes of the body, kept or not."""

    @property
    def wants_body(self) -> bool:
        """Whether anything reads the body."""
        return self.response is None and self.method is not None and self.method.request is not None

    @property
    def most(self) -> int:
        """The longest body that is read before the answer."""
        return self.method.body.size if self.wants_body and self.method is not None else SMALL_BODY


@dataclass(slots=True, frozen=True)
class KnownHead:
    """What the bytes of a head mean, which are followed by ``length`` bytes of a body."""

    request: HttpRequest
    version: str
    method: Method
    keep_alive: bool
    length: int


class KnownHeads:
    """Heads of requests that passed, by their bytes: clients send the same ones again and again.

    There are only such that ``AccessCheck.is_lasting`` lets be remembered, without secrets. Saves half of the time
    that a request takes.
    """

    def __init__(self) -> None:
        self._heads: dict[bytes, KnownHead] = {}
        self.get = self._heads.get

    def learn(self, head: bytes, known: KnownHead) -> None:
        """Remember a head."""
        if len(self._heads) >= KEPT_HEADS:
            self._heads.clear()
        if len(head) <= KEPT_HEAD:
            self._heads[head] = known


class Taker(Protocol):
    """A connection, as its reader sees it."""

    @property
    def is_free(self) -> bool:
        """Whether every request that was taken is answered."""

    def take(self, exchange: Exchange) -> None:
        """A request is there, or is to be answered without the rest of it."""

    def invite(self) -> None:
        """Tell the client that its body may come."""

    def hand_over(self, data: bytes, request: HttpRequest) -> None:
        """The connection goes on as the WebSocket that a request asked for, beginning with these bytes."""

    def put_off(self) -> None:
        """The client has its time from now on."""

    def resume(self) -> None:
        """There is room for the body that waited."""


class RequestReader:
    """Reads the requests of one connection. The parser calls the methods whose names begin with ``on_``."""

    __slots__ = (
        "_current",
        "_dispatcher",
        "_fields",
        "_head",
        "_head_size",
        "_heads",
        "_held",
        "_hosts",
        "_is_between",
        "_is_local",
        "_parser",
        "_remote",
        "_room",
        "_taker",
        "_url",
        "is_deaf",
        "wants_room",
    )

    def __init__(
        self, taker: Taker, remote: str, dispatcher: Dispatcher, heads: KnownHeads, room: BodyRoom
    ) -> None:
        """``remote`` is the client's address."""
        self._taker = taker
        self._remote = remote
        self._is_local = is_loopback(remote)
        self._dispatcher = dispatcher
        self._heads = heads
        self._room = room
        self._parser = httptools.HttpRequestParser(self)
        self.is_deaf = False
        """Whether what the client sends is thrown away."""
        self.wants_room = False
        """Whether a body waits for room."""
        self._current: Exchange | None = None
        """The request whose head is there, and whose body is not."""
        self._is_between = True
        """Whether the next byte begins a request."""
        self._head = b""
        """The head that the bytes being parsed begin with."""
        self._held = b""
        """A known head whose body is still to come."""
        self._begin_head()

    def _begin_head(self) -> None:
        self._url = b""
        self._fields: dict[str, str] = {}
        self._hosts = self._head_size = 0

    # --- what the connection asks ----------------------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Read what has come."""
        if self._held:
            data, self._held = self._held + data, b""
        if self._is_between and not self.is_deaf and self._is_local and self._read_known(data):
            return
        while data and not self.is_deaf:
            data = self._parse(data)

    def give_up(self) -> bool:
        """The time for a request is up. Whether there is an answer to what has come of it."""
        if self._held:
            held, self._held = self._held, b""
            self._parse(held)
        if self._current is None:
            return False
        self._current.response = self._dispatcher.refuse(IncompleteBody())
        self._settle(self._current)
        return True

    def leave(self) -> None:
        """The connection is at its end."""
        self.is_deaf = True
        if self._current is not None:
            self._room.leave(self._current)
        self._held = self._head = b""
        self._begin_head()

    # --- heads that are known --------------------------------------------------------------------------------

    def _read_known(self, data: bytes) -> bool:
        """Take a request whose head came before, if these bytes are all of it, or a head with its body to come."""
        end = data.find(END_OF_HEAD) + len(END_OF_HEAD)
        self._head = data[:end]
        known = self._heads.get(self._head)
        if known is None:
            return False
        rest = known.length + end - len(data)
        if rest == 0:
            self._dispatcher.count()
            body = data[end:] if known.length else b""
            self._taker.take(Exchange(known.request, known.version, known.method, None, known.keep_alive, body))
        elif rest == known.length <= SMALL_BODY:
            self._held = data
            self._taker.put_off()
        else:
            return False
        return True

    def _learn(self, request: HttpRequest, method: Method) -> None:
        """Remember the head at hand, if it is written as heads usually are, so that its end is beyond doubt."""
        head, self._head = self._head, b""
        is_usual = head[:1].isalpha() and head.count(b"\r\n") == head.count(b"\n") == len(self._fields) + 2
        if is_usual and self._dispatcher.may_remember(request):
            length, keep_alive = int(self._fields.get("content-length", 0)), self._parser.should_keep_alive()
            known = KnownHead(request, self._parser.get_http_version(), method, keep_alive, length)
            self._heads.learn(head, known)

    # --- the parser ------------------------------------------------------------------------------------------

    def _parse(self, data: bytes) -> bytes:
        """Feed the parser; what is left over when it stops behind a request for another protocol."""
        fields = self._fields
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._upgraded(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            logger.error("request failed outside of its method", exc_info=error)  # noqa: TRY400 - the same
            self._settle(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        except httptools.HttpParserError:
            self._settle(status=HTTPStatus.BAD_REQUEST)
        self._head = b""
        if self._current is None and self._fields is fields:  # else the bytes ended a request, with its body
            self._head_size += len(data)
            if self._head_size > MAX_HEAD:
                self._settle(status=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return b""

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_between = False
        self._taker.put_off()

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head, or one behind a body in chunks, which counts for nothing."""
        if self._current is not None:
            return
        self._head_size += len(name) + len(value)
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "host":
            self._hosts += 1
        known = self._fields.get(key)
        self._fields[key] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        """The head is there: who asks for what, and how long the body will be."""
        if self.is_deaf:
            return
        version = self._parser.get_http_version()
        verb, target = self._parser.get_method().decode("latin-1"), self._url.decode("latin-1")
        if not target.startswith("/"):
            target = self._local_target(target)
        request = HttpRequest(verb, target, self._fields, self._remote)
        exchange = self._current = Exchange(request, version)
        fault = self._fault(target, version)
        if fault is not None:
            self._settle(exchange, status=fault)
            return
        opened = self._dispatcher.open(request)
        if isinstance(opened, Method):
            exchange.method = opened
            self._learn(request, opened)
        elif isinstance(opened, HttpResponse):
            exchange.response = opened
        elif opened is not WEBSOCKET or not self._parser.should_upgrade() or not self._taker.is_free:
            exchange.response = NO_UPGRADE
        if "content-length" in self._fields or "transfer-encoding" in self._fields:
            self._expect_body(exchange)

    def on_body(self, data: bytes) -> None:
        """A piece of a body."""
        exchange = self._current
        if exchange is None or self.is_deaf:
            return
        before = exchange.received
        exchange.received += len(data)
        if exchange.received > exchange.most:
            self._too_long(exchange)
        elif exchange.wants_body and not before:
            exchange.body = data
        elif exchange.wants_body:
            if before <= SMALL_BODY < exchange.received and "content-length" not in self._fields:
                self._ask_room(exchange, exchange.most)
            exchange.body = bytearray(exchange.body) if isinstance(exchange.body, bytes) else exchange.body
            exchange.body += data

    def on_message_complete(self) -> None:
        """The request is there."""
        exchange = self._current
        if exchange is not None and exchange.method is None and exchange.response is None and not self.is_deaf:
            return  # for a WebSocket; the parser stops here
        self._current = None
        self._begin_head()  # what it held may be secret
        self._is_between = True
        if exchange is not None and not self.is_deaf:
            exchange.keep_alive = self._parser.should_keep_alive()
            self._taker.take(exchange)

    def _upgraded(self, rest: bytes) -> bytes:
        """Only WebSocket is another protocol that is spoken here; those who offer others go on as they were."""
        exchange, self._current = self._current, None
        self._head = b""
        if exchange is None or self.is_deaf:
            self._parser = httptools.HttpRequestParser(self)
            return rest
        request = exchange.request
        lines = [f"{request.verb} {request.target} HTTP/{exchange.version}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        self._taker.hand_over("\r\n".join([*lines, "", ""]).encode("latin-1") + rest, request)
        return b""

    # --- heads, bodies and what is wrong with them -----------------------------------------------------------

    def _local_target(self, target: str) -> str:
        """Path and query of a target that names the host, as proxies are sent; empty if it is another host."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return ""
        if parts.scheme != "http" or parts.netloc.lower() != self._fields.get("host", "").lower():
            return ""
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _fault(self, target: str, version: str) -> HTTPStatus | None:
        """What is wrong with a head. A client of HTTP/1.1 names the host it means, once; 1.0 knows no hosts."""
        if version not in VERSIONS:
            return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
        if self._head_size > MAX_HEAD:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if self._hosts > 1 or not target or (version != "1.0" and not self._fields.get("host")):
            return HTTPStatus.BAD_REQUEST
        return None

    def _expect_body(self, exchange: Exchange) -> None:
        length = int(self._fields.get("content-length", 0))
        if length > exchange.most:
            self._too_long(exchange)
        elif exchange.response is not None and self._asks_first():
            self._settle(exchange)
        elif length <= SMALL_BODY or self._ask_room(exchange, length):
            self._invite()

    def _ask_room(self, exchange: Exchange, size: int) -> bool:
        self.wants_room = not self._room.ask(exchange, size, self._room_is_given)
        return not self.wants_room

    def _room_is_given(self) -> None:
        self.wants_room = False
        self._taker.put_off()
        self._invite()
        self._taker.resume()

    def _asks_first(self) -> bool:
        return self._fields.get("expect", "").lower() == "100-continue"

    def _invite(self) -> None:
        if self._current is not None and not self._current.received and self._asks_first() and self._taker.is_free:
            self._taker.invite()

    def _too_long(self, exchange: Exchange) -> None:
        """Do without the rest of a body: answer at once what needs none, refuse what does."""
        if exchange.wants_body:
            exchange.response = self._dispatcher.refuse(BodyTooLarge())
        self._settle(exchange)

    def _settle(self, exchange: Exchange | None = None, *, status: HTTPStatus | None = None) -> None:
        """Have a request answered before it is complete, and take no other. With ``status``, what is none."""
        if self.is_deaf:
            return
        if exchange is None:
            exchange = self._current or Exchange(HttpRequest("POST", "", {}, self._remote), "1.1")
        if status is not None:
            text = f"{status.value} {status.phrase}".encode()
            exchange.response = HttpResponse(status, text, TEXT_TYPE, varies=False)
        self._room.leave(exchange)
        self._current = None
        self.is_deaf = True
        self.wants_room = False
        exchange.body = b""
        exchange.keep_alive = False
        self._taker.take(exchange)
