"""The node: every long-lived part is made here, started in order, and stopped in the reverse order.

What is of one kind of chain alone is made by its ``family``, which is chosen here.
"""

from __future__ import annotations

import errno
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from pybytomd import REFERENCE_VERSION
from pybytomd.clock import Clock
from pybytomd.errors import ConfigError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.mining.errors import MinedOnDemand
from pybytomd.node.api_access import access_rules, server_certificate
from pybytomd.node.console.log_levels import LogLevels
from pybytomd.node.console.log_tail import LogTail
from pybytomd.node.console.output import Console
from pybytomd.node.console.service_manager import ServiceManager
from pybytomd.node.disk_guard import LOOK_SECONDS as LOOK_AT_DISK_SECONDS
from pybytomd.node.disk_guard import MEGABYTE, DiskGuard, Stoppable
from pybytomd.node.home import cookie
from pybytomd.node.home.databases import MEMORY, Databases
from pybytomd.node.peer_network import check_peer_network
from pybytomd.node.settings.api_address import HostPort, check_exposure
from pybytomd.node.settings.config import Config
from pybytomd.node.stopping import StopRequested, StopSignal
from pybytomd.node.surroundings import Family, Surroundings
from pybytomd.pow.tensority import kernel
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.lifecycle import Lifecycle, Phase
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

WhenUp = Callable[[ApiParts, str, Callable[[str], None]], Awaitable[None]]
"""Given the parts of the node, the address of the API, and what writes a line on the console."""


class Node:
    """A node with one configuration. Run it once."""

    def __init__(
        self,
        config: Config,
        console: Console,
        clock: Clock,
        *,
        open_page: Callable[[str], None] | None = None,
        manager: ServiceManager | None = None,
        when_up: WhenUp | None = None,
        log_levels: LogLevels | None = None,
        log_tail: LogTail | None = None,
    ) -> None:
        """``open_page`` shows a web page to whoever started the node, None if nobody is to be bothered.

        ``manager`` is told when the node is up and that it lives, if there is one. ``when_up`` is what else is to
        be done once everything runs. ``log_levels`` are those that the API may change, ``log_tail`` what it
        shows of the log, if anything.
        """
        self._log_levels = log_levels
        self._log_tail = log_tail
        self._when_up = when_up
        self._manager = manager
        self._open_page = open_page
        self._config = config
        self._console = console
        self._clock = clock
        self._lifecycle = Lifecycle()

    async def run_forever(self, stop: StopSignal) -> None:
        """Start everything, run until asked to stop, stop everything. Raises BytomError when it cannot start."""
        try:
            async with AsyncExitStack() as stack:
                around = await self._start(stack, stop)
                self._lifecycle.phase = Phase.RUNNING
                await self._tell_manager(stack, around)
                await stop.wait()
                self._lifecycle.phase = Phase.STOPPING
                if self._manager is not None:
                    self._manager.stopping()
        except StopRequested:
            logger.info("stopped while starting")
        self._console.say("stopped")

    async def _tell_manager(self, stack: AsyncExitStack, around: Surroundings) -> None:
        manager = self._manager
        if manager is None:
            return
        manager.ready()
        if manager.beat_seconds:
            tasks = await stack.enter_async_context(TaskSet("watchdog", around.part_failed))
            tasks.every(manager.beat_seconds, manager.alive, "beat")

    async def _start(self, stack: AsyncExitStack, stop: StopSignal) -> Surroundings:
        """Make the parts, those that others need first, then start the services."""
        config = self._config
        databases = stack.enter_context(Databases(config.db_directory, config.base.db_backend))
        around = Surroundings(
            config, self._console, self._clock, self._lifecycle, databases, EventDispatcher(), stop,
            self._log_levels,
            log_tail=self._log_tail,
        )  # fmt: skip
        family = FAMILIES[config.network.kind](around)
        await family.make(stack)
        guard = await self._add_disk_guard(stack, around, family.stoppable())
        stop.check()
        api = await family.api(stack, guard)
        url = await self._start_api(stack, api)
        stop.check()
        await family.start_mining(stack)
        stop.check()
        await family.start_network(stack)
        self._show_page()
        if self._when_up is not None:
            await self._when_up(api, url, self._console.plain)
        gc.freeze()  # what there is now stays to the end
        gc.enable()
        logger.info("start node complete", extra={"version": REFERENCE_VERSION, "network": config.network.name})
        return around

    async def _start_api(self, stack: AsyncExitStack, api: ApiParts) -> str:
        """Serve the API; returns its address."""
        config = self._config
        address = config.api_address
        secret = cookie.new_secret()
        server = ApiServer(
            api,
            host=address.host,
            port=address.port,
            rules=access_rules(config, secret),
            certificate=server_certificate(config),
        )
        try:
            await stack.enter_async_context(server)
        except OSError as error:
            raise ConfigError(_cannot_listen(address, error)) from error
        warning = check_exposure(
            address,
            auth_disabled=config.auth.disable,
            said_on_command_line=True,
            is_encrypted=bool(config.api.tls_certificate),
        )
        if warning is not None:
            logger.warning(warning)
        self._leave_cookie(stack, secret, server)
        scheme = server.url.partition(":")[0]
        self._console.say(f"API at {scheme}://{HostPort(*server.address)}")
        return server.url

    def _leave_cookie(self, stack: AsyncExitStack, secret: str, server: ApiServer) -> None:
        """Let programs of the same user find the API, until it stops."""
        home, certificate = self._config.home, self._config.api.tls_certificate
        left = cookie.Cookie(secret, server.url, str(home / certificate) if certificate else "")
        try:
            left.write(home)
        except OSError as error:
            logger.warning("cannot write %s: %s", home / cookie.COOKIE_NAME, error.strerror)
        stack.callback(left.remove, home)

    def _show_page(self) -> None:
        """Quirk: the port is that of ``api_addr``, whatever LISTEN says, so with LISTEN no page is opened."""
        if self._open_page is not None and not self._config.web.closed and not self._config.listen:
            scheme = "https" if self._config.api.tls_certificate else "http"
            self._open_page(f"{scheme}://127.0.0.1:{self._config.api_address.port}")

    async def _add_disk_guard(
        self, stack: AsyncExitStack, around: Surroundings, parts: Sequence[Stoppable]
    ) -> DiskGuard | None:
        """None for databases that are on no disk. It has looked once before anything begins to write."""
        config = self._config
        if config.base.db_backend == MEMORY:
            return None
        guard = DiskGuard(config.db_directory, config.disk.min_free * MEGABYTE, parts, self._console.say)
        await guard.look()
        tasks = await stack.enter_async_context(TaskSet("disk", around.part_failed))
        tasks.every(LOOK_AT_DISK_SECONDS, guard.look, "guard")
        return guard


def _bytom1(around: Surroundings) -> Family:
    from pybytomd.node.family.bytom1 import Bytom1

    return Bytom1(around)


def _bytom2(around: Surroundings) -> Family:
    from pybytomd.node.family.bytom2 import Bytom2

    return Bytom2(around)


FAMILIES: Mapping[ChainKind, Callable[[Surroundings], Family]] = {
    ChainKind.BYTOM1: _bytom1,
    ChainKind.BYTOM2: _bytom2,
}
"""Imported when they are chosen: a node loads nothing of the other kind."""


def check_start(config: Config) -> None:
    """Raise ConfigError or ListenError for settings that cannot work, together or on this machine.

    Nothing is opened yet: what is said here is said at once, and nothing of the home directory has changed.
    """
    try:
        kernel()
    except ValueError as error:
        raise ConfigError(str(error)) from error
    check_exposure(
        config.api_address,
        auth_disabled=config.auth.disable,
        said_on_command_line=config.settings.is_flag("auth.disable"),
    )
    access_rules(config, "")
    server_certificate(config)
    check_peer_network(config)
    if config.base.mining and config.network.is_made_on_demand:
        raise ConfigError(f"{MinedOnDemand.message}; leave out --mining")
    if config.base.mining and config.wallet.disable and not config.network.is_private:
        raise ConfigError(
            "mining without a wallet: there would be no account to pay the reward to; "
            "leave out --mining or --wallet.disable"
        )


def _cannot_listen(address: HostPort, error: OSError) -> str:
    """The reference's text, and what to do."""
    reasons = {errno.EADDRINUSE: "address already in use", errno.EACCES: "permission denied"}
    reason = reasons.get(error.errno or 0) or error.strerror or str(error)
    return (
        f"Failed to register tcp port: listen tcp {address}: bind: {reason}; "
        "choose another port with api_addr in config.toml or with the variable LISTEN"
    )
