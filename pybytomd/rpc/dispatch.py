"""From a request to an answer: who may ask, which method it is for, and what happens when it fails.

The order of the steps is the reference's (rpc-and-cli reference, sections 3.1 to 3.3), for it shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from pybytomd.errors import BytomError
from pybytomd.rpc import envelope
from pybytomd.rpc.api import Api
from pybytomd.rpc.auth import Authenticator
from pybytomd.rpc.errors import BadRequest, InternalError, NoSuchMethod, ServerRefusal
from pybytomd.rpc.http import HttpRequest, HttpResponse, clean_path, location_of, redirect
from pybytomd.rpc.origin import OriginPolicy
from pybytomd.rpc.pages import metrics
from pybytomd.rpc.pages import served as pages
from pybytomd.rpc.schema.registry import Method, load_methods
from pybytomd.rpc.schema.requests import read_request

logger = logging.getLogger(__name__)

INLINE_BODY = 64 << 10
"""Bytes of JSON that are read, and of an answer that are compressed, on the event loop; more goes to a thread."""
MAX_METHODS_AT_ONCE = 64
"""Methods that may wait for threads and peers at the same time. More requests wait for their turn."""

NO_REPLY = object()
"""Stands for a reply that is still to come; None is a reply."""


class Dispatcher:
    """Answers requests with the methods of a node.

    Which of them there are depends on whether the node has a wallet.
    """

    def __init__(
        self,
        api: Api,
        authenticator: Authenticator,
        origins: OriginPolicy,
        methods: Mapping[str, Method] | None = None,
    ) -> None:
        self.api = api
        self._authenticator = authenticator
        self._origins = origins
        if methods is None:
            methods = load_methods(with_wallet=api.wallet is not None)
        self.methods: Mapping[str, Method] = {
            method.path: method for method in methods.values() if api.wallet is not None or not method.needs_wallet
        }
        self._turns = asyncio.Semaphore(MAX_METHODS_AT_ONCE)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request. Raises nothing but what ends the task."""
        self.api.served.requests += 1
        stopped = self.admit(request)
        if stopped is not None:
            return stopped
        try:
            response = await self._route(request)
        except ServerRefusal as refusal:
            response = self.refuse(refusal)
        except Exception as error:
            logger.exception("request failed", extra={"path": request.path[:200]})
            response = self.refuse(InternalError(f"{type(error).__name__}: {InternalError.message}"))
        if response.varies and request.accepts_gzip:
            if len(response.body) > INLINE_BODY:
                return await asyncio.to_thread(response.compressed)
            return response.compressed()
        return response

    def admit(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a request that may not pass, None for one that may."""
        try:
            return self.gate(request)
        except ServerRefusal as refusal:
            return self.refuse(refusal, varies=False)

    def gate(self, request: HttpRequest) -> HttpResponse | None:
        """What is answered before anything looks at where the request goes; None when it may pass.

        Raises ServerRefusal for those that may not ask.
        """
        path = request.path
        if path == "/":
            return redirect(request.verb, 302, "/dashboard/", varies=False)
        self._authenticator.check(path, request.remote, request.headers.get("Authorization"))
        cleaned = clean_path(path)
        if cleaned != path:
            return redirect(request.verb, 301, location_of(cleaned, request.query), varies=False)
        if not pages.is_page(path):
            self._origins.check(request.headers)
        return None

    def refuse(self, refusal: ServerRefusal, *, varies: bool = True) -> HttpResponse:
        """The answer for a request that reached no method, or one that failed as no method should."""
        logger.debug("request refused: %s", refusal, extra={"err": str(refusal)})
        status, body = envelope.refusal(refusal)
        return HttpResponse(status, body, varies=varies)

    async def _route(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if path in pages.FOLDERS:
            return redirect(request.verb, 301, f"{path}/{request.query}", varies=True)
        page = pages.find(path, self.methods)
        if page is not None:
            return page
        if path == metrics.PATH:
            return metrics.render(self.api)
        method = self.methods.get(path)
        if method is None:
            if self.api.wallet is None:
                return redirect(request.verb, 301, location_of("/error", request.query), varies=True)
            raise NoSuchMethod
        return await self.call(method, request)

    async def call(self, method: Method, request: HttpRequest) -> HttpResponse:
        """Read the request's body if the method wants it, and let the method answer. Raises ServerRefusal."""
        arguments: list[object] = [self.api]
        if method.request is not None:
            arguments.append(await _read(method.request, await request.body()))
        try:
            if not method.is_async:
                reply = method.call(*arguments)
            else:
                reply = method.ready(*arguments) if method.ready is not None else None
                if reply is None:
                    async with self._turns:
                        reply = await method.call(*arguments)
            return HttpResponse(200, envelope.success(reply))
        except ServerRefusal:
            raise
        except BytomError as error:
            return HttpResponse(200, envelope.failure(error))

    def reply_now(self, method: Method, argument: object) -> object:
        """The reply of a method that answers at once, ``NO_REPLY`` if this one cannot or should not now.

        Raises BytomError when the method fails.
        """
        try:
            if method.is_async:
                reply = None if method.ready is None else method.ready(self.api, argument)
                return NO_REPLY if reply is None else reply
            return method.call(self.api) if method.request is None else method.call(self.api, argument)
        except BytomError:
            raise
        except Exception:
            logger.exception("method failed at once", extra={"path": method.path})
            return NO_REPLY


async def _read(request: type[object], body: bytes) -> object:
    try:
        if len(body) > INLINE_BODY:
            return await asyncio.to_thread(read_request, request, body)
        return read_request(request, body)
    except BytomError as error:
        raise BadRequest.from_error(error) from error
