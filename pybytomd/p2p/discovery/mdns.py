"""Finding and announcing nodes on the local network, by mDNS.

The protocol is zeroconf's; names and cycles are the reference's (p2p-and-sync reference, section 7.10;
``p2p/discover/mdns``). Quirk: all nodes announce themselves under the same instance name, so of several nodes a
browser sees one at a time; every ten minutes the name is given back and taken again, and others can be seen.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from zeroconf import Error as ZeroconfError
from zeroconf import IPVersion, ServiceInfo, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from pybytomd.p2p.addresses import NetAddress
from pybytomd.p2p.listen import interface_address
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

INSTANCE = "bytomd"
CYCLE_SECONDS = 600.0
RESOLVE_MILLISECONDS = 3000
HOST_TTL = 120
OTHER_TTL = 3200
MAX_ADDRESSES = 8
"""Addresses taken from one announcement."""


def service_type(chain_id: str) -> str:
    """The name nodes of a network look for. It has no protocol labels, unlike what the standard asks for."""
    return f"bytom{chain_id}LanDiscover.local."


def service_info(chain_id: str, port: int, addresses: Sequence[str], host: str | None = None) -> ServiceInfo:
    """Our announcement."""
    name = service_type(chain_id)
    return ServiceInfo(
        name,
        f"{INSTANCE}.{name}",
        port=port,
        server=f"{host or socket.gethostname().partition('.')[0] or INSTANCE}.local.",
        parsed_addresses=list(addresses),
        host_ttl=HOST_TTL,
        other_ttl=OTHER_TTL,
    )


class LanDiscovery:
    """Announces us and reports other nodes to ``found``. Use as ``async with``; idle without multicast."""

    def __init__(self, chain_id: str, port: int, found: Callable[[NetAddress], None]) -> None:
        """``port`` is where others may call us."""
        self._type = service_type(chain_id)
        self._info = service_info(chain_id, port, [interface_address()])
        self._found = found
        self._tasks = TaskSet("LAN discovery")
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None

    @property
    def is_working(self) -> bool:
        """Whether multicast could be used."""
        return self._zeroconf is not None

    async def __aenter__(self) -> Self:
        try:
            self._zeroconf = AsyncZeroconf(ip_version=IPVersion.V4Only)
        except OSError as error:
            logger.warning("no discovery on the local network", extra={"reason": str(error)})
            return self
        self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, self._type, handlers=[self._on_change])
        self._tasks.start(self._announce(), "announce")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._tasks.close()
        if self._browser is not None:
            await self._browser.async_cancel()
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()

    async def _announce(self) -> None:
        assert self._zeroconf is not None  # noqa: S101 - started only after it was set
        while True:
            try:
                # The name is everybody's: nobody may be kept from taking it, and it may not be changed.
                registered = await self._zeroconf.async_register_service(self._info, cooperating_responders=True)
                await registered
                await asyncio.sleep(CYCLE_SECONDS)
                await (await self._zeroconf.async_unregister_service(self._info))
            except (ZeroconfError, OSError) as error:
                logger.warning("announcing on the local network failed", extra={"reason": str(error)})
                await asyncio.sleep(CYCLE_SECONDS)

    def _on_change(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if state_change is not ServiceStateChange.Removed and self._zeroconf is not None:
            self._tasks.start(self._resolve(zeroconf, service_type, name), f"resolve {name}")

    async def _resolve(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        info = AsyncServiceInfo(service_type, name)
        if await info.async_request(zeroconf, RESOLVE_MILLISECONDS):
            self.report(info)

    def report(self, info: ServiceInfo) -> None:
        """Pass on the IPv4 addresses of an announcement."""
        if info.port:
            for ip in info.parsed_addresses(IPVersion.V4Only)[:MAX_ADDRESSES]:
                self._found(NetAddress(ip, info.port))
