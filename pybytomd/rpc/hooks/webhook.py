"""Posts deliveries to URLs. aiohttp is slow to import, so this module is, when there is the first webhook."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from pybytomd import __version__
from pybytomd.clock import Clock
from pybytomd.rpc.hooks.addresses import HINT, is_public, refusal_of
from pybytomd.rpc.hooks.delivery import DELIVERY, HOOK, SIGNATURE, TIMESTAMP, Delivery, NotDelivered, signature

POST_SECONDS = 30.0
"""For a receiver to answer. It should take what it is told, and work with it afterwards."""
MAX_STATUS = 300


class PublicResolver(AbstractResolver):
    """Resolves names to addresses of the public internet alone."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises OSError."""
        found = await self._resolver.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise OSError(errno.EACCES, f"{host} is not on the public internet; {HINT}")
        return public

    async def close(self) -> None:
        """Nothing is open."""
        await self._resolver.close()


class WebhookCarrier:
    """Posts deliveries. ``anywhere`` lets webhooks of the API post to private addresses; those of the operator
    may.

    Close it at the end.
    """

    def __init__(self, clock: Clock, *, anywhere: bool = False, seconds: float = POST_SECONDS) -> None:
        self._clock = clock
        self._anywhere = anywhere
        timeout = aiohttp.ClientTimeout(total=seconds)
        self._free = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        self._guarded = aiohttp.ClientSession(
            timeout=timeout,
            connector=aiohttp.TCPConnector(resolver=PublicResolver()),
            cookie_jar=aiohttp.DummyCookieJar(),  # what one receiver sets is no other's business
        )

    async def close(self) -> None:
        """End all connections."""
        await self._free.close()
        await self._guarded.close()

    async def carry(self, delivery: Delivery) -> None:
        """See ``Carrier``."""
        hook = delivery.hook
        is_free = self._anywhere or hook.is_configured
        if not is_free and (refusal := refusal_of(hook.url)):
            raise NotDelivered(refusal)
        session = self._free if is_free else self._guarded
        body = delivery.body()
        try:
            async with session.post(
                hook.url, data=body, headers=self._headers(delivery, body), allow_redirects=False
            ) as response:
                status, reason = response.status, response.reason
        except TimeoutError as error:
            raise NotDelivered(f"{_place(hook.url)} did not answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotDelivered(f"{_place(hook.url)}: {error}") from error
        if not 200 <= status < MAX_STATUS:
            raise NotDelivered(f"{_place(hook.url)} answered {status} {(reason or '')[:100]}".rstrip())

    def _headers(self, delivery: Delivery, body: bytes) -> Mapping[str, str]:
        timestamp = int(self._clock.now())
        return {
            "Content-Type": "application/json",
            "User-Agent": f"pybytomd/{__version__}",
            HOOK: delivery.hook.name,
            DELIVERY: str(delivery.id),
            TIMESTAMP: str(timestamp),
            SIGNATURE: f"sha256={signature(delivery.hook.secret, timestamp, body)}",
        }


def _place(url: str) -> str:
    """The part of a URL that is no secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
