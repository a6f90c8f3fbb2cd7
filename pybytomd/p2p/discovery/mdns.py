"""Finding and announcing nodes on the local network, by mDNS.

Packets, sockets and announcing are zeroconf's. Browsing is ours, because zeroconf's browser expects names of
another form than the reference's. Quirk: all nodes announce themselves under one instance name; the browser here
takes every announcement for a node of its own, the reference's sees one of them, and others only after the name
was given back, which happens every ten minutes.

Source: p2p-and-sync reference, section 7.10; ``p2p/discover/mdns``.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Self

# These four are public, but zeroconf does not list them for type checkers.
from zeroconf import (  # type: ignore[attr-defined]
    DNSAddress,
    DNSOutgoing,
    DNSQuestion,
    DNSService,
    IPVersion,
    RecordUpdate,
    RecordUpdateListener,
    ServiceInfo,
    Zeroconf,
)
from zeroconf import Error as ZeroconfError
from zeroconf.asyncio import AsyncZeroconf

from pybytomd.p2p.network_address import NetAddress
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

INSTANCE = "bytomd"
CYCLE_SECONDS = 600.0
QUESTION_SECONDS = (1.0, 4.0, 15.0, 60.0)
"""Pauses between questions for other nodes; the last one goes on for ever."""
TYPE_PTR, CLASS_IN, FLAGS_QUERY = 12, 1, 0
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


class _Browser(RecordUpdateListener):
    """Notices every announcement of a node: its service record and the addresses of the host it names."""

    def __init__(self, zeroconf: Zeroconf, instance: str, found: Callable[[NetAddress], None]) -> None:
        super().__init__()
        self._zeroconf = zeroconf
        self._instance = instance.lower()
        self._found = found
        self._announced: list[DNSService] = []

    def async_update_records(self, zc: Zeroconf, now: float, records: list[RecordUpdate]) -> None:  # noqa: ARG002 - theirs
        """New records are about to enter the cache."""
        for update in records:
            record = update.new
            if isinstance(record, DNSService) and record.name.lower() == self._instance:
                self._announced.append(record)

    def async_update_records_complete(self) -> None:
        """They are in the cache, so the addresses of a message are known together with its service record."""
        announced, self._announced = self._announced, []
        for record in announced:
            hosts = self._zeroconf.cache.entries_with_name(record.server)
            packed = [host.address for host in hosts if isinstance(host, DNSAddress) and len(host.address) == 4]
            for ip in packed[:MAX_ADDRESSES]:
                if record.ttl and record.port:
                    self._found(NetAddress(socket.inet_ntoa(ip), record.port))


class LanDiscovery:
    """Announces us and reports other nodes to ``found``. Use as ``async with``; idle without multicast."""

    def __init__(self, chain_id: str, own: NetAddress, found: Callable[[NetAddress], None]) -> None:
        """``own`` is where others may call us."""
        self._type = service_type(chain_id)
        self._own = own
        self._info = service_info(chain_id, own.port, [own.ip])
        self._found = found
        self._tasks = TaskSet("LAN discovery")
        self._zeroconf: AsyncZeroconf | None = None

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
        await self._zeroconf.zeroconf.async_wait_for_start()
        question = DNSQuestion(self._type, TYPE_PTR, CLASS_IN)
        browser = _Browser(self._zeroconf.zeroconf, self._info.name, self.report)
        self._zeroconf.zeroconf.async_add_listener(browser, question)
        self._tasks.start(self._ask(self._zeroconf, question), "ask")
        self._tasks.start(self._announce(self._zeroconf), "announce")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()

    async def _ask(self, zeroconf: AsyncZeroconf, question: DNSQuestion) -> None:
        for pause in chain(QUESTION_SECONDS, repeat(QUESTION_SECONDS[-1])):
            packet = DNSOutgoing(FLAGS_QUERY)
            packet.add_question(question)
            zeroconf.zeroconf.async_send(packet)
            await asyncio.sleep(pause)

    async def _announce(self, zeroconf: AsyncZeroconf) -> None:
        while True:
            try:
                # The name is everybody's: nobody may be kept from taking it. And it is not of the standard's form.
                registering = zeroconf.async_register_service(
                    self._info, cooperating_responders=True, strict=False
                )
                await (await registering)
                await asyncio.sleep(CYCLE_SECONDS)
                await (await zeroconf.async_unregister_service(self._info))
            except (ZeroconfError, OSError) as error:
                logger.warning("announcing on the local network failed", extra={"reason": str(error)})
                await asyncio.sleep(CYCLE_SECONDS)

    def report(self, address: NetAddress) -> None:
        """Pass on an address that was announced, unless it is our own."""
        if address != self._own:
            self._found(address)
