"""Runs a node in this process: configuration, lock, logging, event loop, signals."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pybytomd.clock import Clock, SystemClock
from pybytomd.errors import BytomError, ConfigError
from pybytomd.node.browser import is_desktop, open_page
from pybytomd.node.console.log_levels import LEVELS
from pybytomd.node.console.logs import Logging
from pybytomd.node.console.output import Console
from pybytomd.node.console.service_manager import ServiceManager
from pybytomd.node.heap import bound_heap
from pybytomd.node.home.lock import DirectoryLock
from pybytomd.node.home.mark import check_home, is_new_home
from pybytomd.node.node import Node, WhenUp, check_start
from pybytomd.node.open_files import raise_limit
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.sources import Environment
from pybytomd.node.settings.value_types import Value
from pybytomd.node.stopping import Deadline, StopSignal, has_terminal

logger = logging.getLogger(__name__)

HOME_MODE = 0o700


class NodeFailed(BytomError):
    """A defect in the node has ended it. The text is one line, the log has the stack."""


def run_node(
    home: Path,
    flags: Mapping[str, Value],
    variables: Mapping[str, str],
    confirm: Callable[[str], bool] | None = None,
    when_up: WhenUp | None = None,
) -> None:
    """Run the node of a home directory until a signal ends it. Raises BytomError when it cannot start.

    ``flags`` are those of the command line, ``variables`` is the environment. ``confirm`` asks a person, None if
    there is none. ``when_up`` is what else is to be done once everything runs.
    """
    bound_heap()
    clock = SystemClock()
    config = Config.load(home, flags, variables)
    is_streamed, is_filed = config.log.to != "files", config.log.to != "stdout"
    console = Console(sys.stderr if is_streamed else sys.stdout, clock)
    check_start(config)
    is_new = is_new_home(config)
    if is_new:
        _check_new_home(config, confirm)
    _make_home(home)
    check_home(config)
    with (
        DirectoryLock(home),
        Logging(
            config.log_directory if is_filed else None,
            config.base.log_level,
            console.say,
            debug=config.debug_fields,
            is_json=config.log.format == "json",
            out=sys.stdout.buffer if is_streamed else None,
        ) as logs,
    ):
        if is_filed:
            console.plain(f"all logs are output in the {config.log_directory} directory")
        console.say(f"data directory {home}, process {os.getpid()}")
        if is_new:
            console.say(f"there was no node at {home}: a new one is made, for {config.network.name}")
        _tell_about_settings(config, Environment(variables))
        raise_limit()
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                page = open_page if is_desktop(sys.stdout, variables) else None
                manager = ServiceManager(variables)
                node = Node(
                    config, console, clock,
                    open_page=page, manager=manager, when_up=when_up, log_levels=logs.levels, log_tail=logs.tail,
                )  # fmt: skip
                runner.run(_serve(node, console, clock, logs.flush))
        except BytomError as error:
            logger.critical("failed to start node", extra={"err": str(error)})
            raise
        except Exception as error:
            logger.critical("node failed", exc_info=error)
            where = config.log_directory if is_filed else "the log"
            raise NodeFailed(
                f"the node failed: {type(error).__name__}: {error}; {where} tells more, "
                "and the developers would like to hear of it"
            ) from error


async def _serve(node: Node, console: Console, clock: Clock, flush: Callable[[], None]) -> None:
    def give_up() -> None:
        console.say("stopping took too long; the rest is left as it is, the databases are whole")
        flush()
        os._exit(0)

    def begin_anew() -> None:
        """Log files are opened for each record: those that were moved away are made anew with the next one."""
        logger.info("hangup: the log goes on in the files that are there now")

    stop = StopSignal(console, Deadline(give_up), clock, on_hangup=None if has_terminal() else begin_anew)
    stop.listen()
    await node.run_forever(stop)


def _tell_about_settings(config: Config, environment: Environment) -> None:
    settings = config.settings
    for key, reason in settings.without_effect():
        logger.warning("%s has no effect: %s", key, reason)
    for key in settings.unknown:
        logger.warning("unknown setting in %s: %s", settings.file, key)
    for name in environment.unknown():
        logger.warning("unknown setting in the environment: %s", name)
    level = config.base.log_level
    if level and level.lower() not in LEVELS:
        logger.warning("log_level %s is unknown: info is taken; known are %s", level, ", ".join(LEVELS))


def _check_new_home(config: Config, confirm: Callable[[str], bool] | None) -> None:
    """Ask before a node is made where ``init`` has not been: the directory may be mistyped. Raises ConfigError."""
    network = config.network.name
    question = f"There is no node at {config.home}. Make a new one there, for {network}?"
    if confirm is not None and not confirm(question):
        raise ConfigError(
            f"nothing was made at {config.home}; name the directory of a node with --home, "
            f"or make one with pybytomd init --chain_id {network} --home {config.home}"
        )


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=HOME_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make the data directory {home}: {error.strerror}") from error


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of uvloop where it is installed: about twice the requests a second."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
