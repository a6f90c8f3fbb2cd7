"""Where to find nodes, and where they find us: discovery, seeds, the local network, the router, the address book.

Nothing here is needed to serve a peer that calls; whatever fails is logged and gone without.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self

from pybytomd.clock import Clock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.discovery.address_file import encode_book, load_book, save_book
from pybytomd.p2p.discovery.dns_seeds import resolve_seeds
from pybytomd.p2p.discovery.service import Discovery, DiscoveryError
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.listen import WILDCARD_HOSTS, advertised_address, interface_address
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync.config import SyncConfig
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

SAVE_SECONDS = 60.0
"""How often the address book is written, if it changed."""
LEARN_SECONDS = 1.0
LEARN_COUNT = 16
"""How often, and how many, nodes of the UDP table go into the address book."""


class Neighbourhood:
    """Keeps the address book fed. ``open`` once the switch listens, and use as ``async with``."""

    def __init__(
        self, config: SyncConfig, chain_id: str, database: KeyValueStore, clock: Clock, *, dns_port: int = 0
    ) -> None:
        """``database`` is discover.db; ``dns_port`` is where the nodes listen that names of seeds lead to."""
        self._config = config
        self._chain_id = chain_id
        self._dns_port = dns_port
        self._database = database
        self._clock = clock
        self.book = AddressBook(clock, range_of=config.range_of)
        self.book.set_seeds(config.seeds)
        self._seeds = config.seeds
        self._discovery: Discovery | None = None
        self._tasks = TaskSet("neighbourhood")
        self._services = AsyncExitStack()
        self.advertised: NetAddress | None = None
        """Where we tell others to call us; None before we listen."""

    @property
    def nodes_known(self) -> int:
        """Nodes in the table of discovery."""
        return 0 if self._discovery is None else self._discovery.nodes_known

    @property
    def addresses_known(self) -> int:
        """Addresses that might be called."""
        return len(self.book) + len(self._seeds)

    async def open(self, listening: NetAddress, found_on_lan: Callable[[NetAddress], None]) -> None:
        """Begin, now that we listen. ``found_on_lan`` is told of nodes on the local network."""
        config = self._config
        self.advertised = listening
        if config.address_book is not None:
            load_book(config.address_book, self.book)
            self._tasks.every(SAVE_SECONDS, self._save_book, "save the address book")
        if config.discoverable:
            await self._discover(listening)
        if config.dns_seeds:
            self._tasks.start(self._resolve_seeds(), "resolve seeds")
        if config.lan_discoverable:
            # Imported when it is wanted, as the next one: together they take a tenth of the time of a start.
            from pybytomd.p2p.discovery.mdns import LanDiscovery

            ip = interface_address() if listening.ip in WILDCARD_HOSTS else listening.ip
            lan = LanDiscovery(self._chain_id, NetAddress(ip, listening.port), found_on_lan)
            await self._services.enter_async_context(lan)
        self._tasks.start(self._find_own_address(listening), "find our address")

    async def _discover(self, listening: NetAddress) -> None:
        try:
            discovery = await Discovery.open(
                listening.ip,
                listening.port,
                self._config.identity,
                self._database,
                self._clock,
                self._seeds,
            )
        except DiscoveryError as error:
            logger.warning("no discovery of nodes", extra={"reason": str(error)})
            return
        self._discovery = await self._services.enter_async_context(discovery)
        self._tasks.every(LEARN_SECONDS, self._learn, "learn addresses")

    def _learn(self) -> None:
        if self._discovery is not None:
            self.book.heard_of(self._discovery.candidates(LEARN_COUNT))

    async def _resolve_seeds(self) -> None:
        found = await resolve_seeds(self._config.dns_seeds, self._dns_port)
        self._seeds = (*found, *self._config.seeds)
        self.book.set_seeds(self._seeds)
        if self._discovery is not None:
            self._discovery.set_seeds(self._seeds)

    async def _find_own_address(self, listening: NetAddress) -> None:
        """Have the router pass our port on, or find out which of our addresses answers."""
        is_open = listening.ip in WILDCARD_HOSTS
        mapped = None
        if is_open and not self._config.skip_upnp:
            from pybytomd.p2p.transport.upnp import map_port

            mapped = await map_port(listening.port)
        if is_open:
            self.advertised = await advertised_address(listening, mapped)
        logger.info("advertised address", extra={"address": str(self.advertised)})

    async def _save_book(self) -> None:
        """Write the address book to its file, on a thread, if anything changed."""
        if self._config.address_book is None or not self.book.changed:
            return
        data = encode_book(self.book)
        self.book.changed = False
        if not await asyncio.to_thread(save_book, self._config.address_book, data):
            self.book.changed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()
        await self._services.aclose()
        await self._save_book()
