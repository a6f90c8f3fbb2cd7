"""From a request to an answer: whether it may pass, which method it is for, and what happens when it fails.

A request comes in two steps: its head is *opened*, which says where it leads, and when its body is there the
method is *called*. The order of the steps is the reference's (rpc-and-cli reference, sections 3.1 to 3.3), for it
shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

from pybytomd.errors import BytomError
from pybytomd.rpc import envelope, health
from pybytomd.rpc.access.check import AccessCheck, Aim
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.block_cache import KeptReply
from pybytomd.rpc.errors import BadRequest, InternalError, NoSuchMethod, ServerRefusal, info_of
from pybytomd.rpc.figures.served import Served
from pybytomd.rpc.http_messages import (
    GZIPPED,
    TEXT_TYPE,
    HttpRequest,
    HttpResponse,
    clean_path,
    location_of,
    redirect,
)
from pybytomd.rpc.lifecycle import PROBES
from pybytomd.rpc.methods import MethodTable
from pybytomd.rpc.pages import metrics
from pybytomd.rpc.pages import served as pages
from pybytomd.rpc.push import notifications
from pybytomd.rpc.roles import OWN_ROLES_PATH, OwnRolesReply, Role
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.requests import read_request
from pybytomd.store.kv.memory_release import release_heap

logger = logging.getLogger(__name__)

INLINE_BODY = 16 << 10
"""Bytes of JSON that are read, and worked on, on the event loop; more goes to a thread."""
INLINE_GZIP = 64 << 10
"""Bytes of an answer that are compressed on the event loop."""
MAX_METHODS_AT_ONCE = 64
"""Methods that may wait for threads and peers at the same time. More requests wait for their turn."""
NEVER_KEPT = (("Cache-Control", "no-store"),)
"""For an answer that is of one client."""
WEBSOCKET = object()
"""Where a request leads that may become a WebSocket."""
NO_UPGRADE = HttpResponse(400, b"400 Bad Request.\n", TEXT_TYPE)
"""The answer to one that asks for none, or cannot have it."""

Outcome = HttpResponse | Coroutine[Any, Any, HttpResponse]
"""An answer, or what has to be awaited for it."""


class Dispatcher:
    """Answers requests with the methods of a node, after ``access`` has let them pass.

    Which methods there are depends on whether the node has a wallet. For the event loop only.
    """

    def __init__(self, api: ApiParts, access: AccessCheck, methods: Mapping[str, Method] | None = None) -> None:
        self.api = api
        self._access = access
        self.methods: Mapping[str, Method] = (
            MethodTable(with_wallet=api.has_wallet, kind=api.KIND)
            if methods is None
            else {method.path: method for method in methods.values()}
        )
        self._known: dict[str, Method] = {}
        """Those that were asked for, by their paths: found ten times as fast as in the table."""
        self._durations = _Notes(api.served)
        self._pages = pages.Pages(self.methods)
        self._turns = asyncio.Semaphore(MAX_METHODS_AT_ONCE)
        self._is_closed = False
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="api-bodies")
        """Reads larger bodies one at a time: more would only take turns, and hold more memory."""

    # --- the head --------------------------------------------------------------------------------------------

    def open(self, request: HttpRequest) -> Method | HttpResponse | object:
        """Where a request leads: a method, ``WEBSOCKET``, or at once the answer when there is nothing to call."""
        self.api.served.requests += 1
        if request.verb == "OPTIONS" and (answer := self._access.preflight(request)) is not None:
            return answer
        path = request.path
        if path == "/":
            return redirect(request.verb, 302, "/dashboard/", varies=False)
        method = self._known.get(path) or self.methods.get(path)
        if method is not None:
            self._known[path] = method
        try:
            self._access.check(request, self._aim(path, method), Role.READ if method is None else method.role)
        except ServerRefusal as refusal:
            return self.refuse(refusal, varies=False)
        if method is not None:
            return method
        cleaned = clean_path(path)
        if cleaned != path:
            return redirect(request.verb, 301, location_of(cleaned, request.query), varies=False)
        if path == notifications.PATH and self.api.notifications is not None:
            return WEBSOCKET
        return self._page(request)

    def may_stay(self, request: HttpRequest) -> bool:
        """Whether a request that passed, and became a WebSocket, would pass again: its token may be gone."""
        try:
            self._access.check(request, Aim.READING, Role.READ)
        except ServerRefusal:
            return False
        return True

    def may_remember(self, request: HttpRequest) -> bool:
        """Whether another request with this head, from this machine, leads to the same method."""
        return self._access.is_lasting(request)

    def count(self) -> None:
        """Count a request whose head is remembered."""
        self.api.served.requests += 1

    def _aim(self, path: str, method: Method | None) -> Aim:
        if method is not None:
            return Aim.READING if method.reads else Aim.ACTING
        return Aim.PAGE if pages.is_page(path) or path in PROBES else Aim.READING

    def _page(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if path in pages.FOLDERS:
            return redirect(request.verb, 301, f"{path}/{request.query}", varies=True)
        page = self._pages.find(request)
        if page is not None:
            return page
        if path in PROBES:
            return health.answer(self.api, path)
        if path == metrics.PATH:
            return metrics.render(self.api)
        if path == OWN_ROLES_PATH:
            return HttpResponse(200, envelope.success(OwnRolesReply.of(request.roles)), headers=NEVER_KEPT)
        if not self.api.has_wallet:
            return redirect(request.verb, 301, location_of("/error", request.query), varies=True)
        return self.refuse(NoSuchMethod())

    def refuse(self, refusal: ServerRefusal, *, varies: bool = True) -> HttpResponse:
        """The answer for a request that reached no method, or one that failed as no method should."""
        logger.debug("request refused: %s", refusal, extra={"err": str(refusal)})
        status, body = envelope.refusal(refusal)
        self.api.served.refusals[status] += 1
        return HttpResponse(status, body, varies=varies)

    # --- the method ------------------------------------------------------------------------------------------

    async def answer(self, request: HttpRequest, body: bytes = b"") -> HttpResponse:
        """Open a request and call the method it is for, all in one."""
        opened = self.open(request)
        if isinstance(opened, Method):
            return await _settled(self.call(opened, request, body))
        return await _settled(self.packed(request, opened if isinstance(opened, HttpResponse) else NO_UPGRADE))

    def call(self, method: Method, request: HttpRequest, body: bytes | bytearray) -> Outcome:
        """Let a method answer a request. Nothing is raised but what ends the task."""
        if method.waits:  # on purpose: its duration says nothing of the node
            return self._call(method, request, body)
        began = perf_counter()
        outcome = self._call(method, request, body)
        note = self._durations[method.name]
        if isinstance(outcome, HttpResponse):
            note(perf_counter() - began)
            return outcome
        return self._timed(note, began, outcome)

    async def _timed(
        self, note: Callable[[float], None], began: float, work: Coroutine[Any, Any, HttpResponse]
    ) -> HttpResponse:
        try:
            return await work
        finally:
            note(perf_counter() - began)

    def _call(self, method: Method, request: HttpRequest, body: bytes | bytearray) -> Outcome:
        try:
            arguments: tuple[object, ...] = ()
            if method.request is not None:
                if len(body) > INLINE_BODY:
                    return self._later(method, request, self._read_and_reply(method, body))
                arguments = (_read(method, body),)
            if not method.is_async:
                reply = method.call(self.api, *arguments)
            else:
                reply = None if method.ready is None else method.ready(self.api, *arguments)
                if reply is None:
                    return self._later(method, request, self._reply(method, *arguments))
            if isinstance(reply, KeptReply) and len(reply.data) < INLINE_GZIP:
                return reply.packed if request.accepts_gzip else reply.plain
            response = HttpResponse(200, envelope.success(reply))
        except BytomError as error:
            response = self._failed(method, error)
        except Exception as error:
            logger.exception("request failed", extra={"path": request.path[:200]})
            response = self._broken(method, error)
        return self.packed(request, response)

    def packed(self, request: HttpRequest, response: HttpResponse) -> Outcome:
        """The answer as the client takes it: compressed, if it says so and it is not yet."""
        if isinstance(response, pages.PageToMake):
            return self._made(request, response)
        if not (response.varies and request.accepts_gzip) or GZIPPED in response.headers:
            return response
        if len(response.body) > INLINE_GZIP:
            return asyncio.to_thread(response.compressed)
        return response.compressed()

    async def _made(self, request: HttpRequest, page: pages.PageToMake) -> HttpResponse:
        try:
            made = await asyncio.to_thread(page.make)
        except Exception:
            logger.exception("a page cannot be made", extra={"path": request.path[:200]})
            made = self.refuse(InternalError())
        return await _settled(self.packed(request, made))

    def close(self) -> None:
        """Read no more bodies."""
        self._is_closed = True
        self._reader.shutdown(wait=False, cancel_futures=True)

    async def _later(
        self, method: Method, request: HttpRequest, work: Coroutine[Any, Any, object]
    ) -> HttpResponse:
        try:
            response = HttpResponse(200, envelope.success(await work))
        except BytomError as error:
            response = self._failed(method, error)
        except Exception as error:
            logger.exception("request failed", extra={"path": request.path[:200]})
            response = self._broken(method, error)
        return await _settled(self.packed(request, response))

    async def _read_and_reply(self, method: Method, body: bytes | bytearray) -> object:
        """Read a large body in a thread. Methods that may take long with it go to threads by themselves."""
        argument = await asyncio.get_running_loop().run_in_executor(self._reader, _read, method, body)
        return await self._reply(method, argument) if method.is_async else method.call(self.api, argument)

    async def give_back_memory(self) -> None:
        """Give back what was freed, before another large body is read."""
        if not self._is_closed:
            await asyncio.get_running_loop().run_in_executor(self._reader, release_heap)

    async def _reply(self, method: Method, *arguments: object) -> object:
        if method.waits:
            return await method.call(self.api, *arguments)
        async with self._turns:
            return await method.call(self.api, *arguments)

    def _failed(self, method: Method, error: BytomError) -> HttpResponse:
        self.api.served.errors[method.name, info_of(error).code] += 1
        if isinstance(error, ServerRefusal):
            status, body = envelope.refusal(error)
            return HttpResponse(status, body)
        return HttpResponse(200, envelope.failure(error))

    def _broken(self, method: Method, error: Exception) -> HttpResponse:
        """The answer for what should not happen, and is in the log."""
        return self._failed(method, InternalError(f"{type(error).__name__}: {InternalError.message}"))


class _Notes(dict[str, Callable[[float], None]]):
    """Where each method's duration is noted: found 0.1 us sooner than in ``Served``."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def __missing__(self, name: str) -> Callable[[float], None]:
        note = self[name] = self._served.of(name).note
        return note


async def _settled(outcome: Outcome) -> HttpResponse:
    return outcome if isinstance(outcome, HttpResponse) else await outcome


def _read(method: Method, body: bytes | bytearray) -> object:
    if method.request is None:
        return None
    try:
        if len(body) > INLINE_BODY:
            method.body.check(body)
        return read_request(method.request, body)
    except BytomError as error:
        raise BadRequest.from_error(error) from error
