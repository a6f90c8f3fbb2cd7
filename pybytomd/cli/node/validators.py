"""Several validators of Bytom 2 on this machine: a private network to develop on, ``bytom2-dev``.

Each is a node in a process of its own, with a home, ports and a key of its own, so that one can be stopped or
killed to see what the others do. They end together: each ends when this process does, however it does.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.node.dev_home import NoDevHome, check_dev_home, reset_dev_home
from pybytomd.cli.node.validator_process import REPORT
from pybytomd.clock import SystemClock
from pybytomd.errors import BytomError, ConfigError
from pybytomd.files import write_whole
from pybytomd.ledger.bytom2.constants import MAX_VALIDATORS
from pybytomd.ledger.bytom2.params import DEV
from pybytomd.node.console.output import Console
from pybytomd.node.home.initialise import initialize
from pybytomd.node.home.mark import read_mark
from pybytomd.node.home.validator_key import RECORD_NAME, existing_validator_key
from pybytomd.node.settings.config_file import FILE_NAME, read_config_file
from pybytomd.node.settings.network import KEY_NAME
from pybytomd.tasks import TaskSet, run_unless

DEFAULT_VALIDATORS = 4
"""The least number of which one may fail, and the others still make blocks final."""
ANY_PORT = "127.0.0.1:0"
REMOVED_NAMES = ("data", "keystore", RECORD_NAME)
START_SECONDS = 120.0
STOP_SECONDS = 10.0
"""A node stops in less; one that does not is killed."""
LAST_LINES = 20
TOO_LONG = b"(a line of more than 64 KiB)"


class ValidatorFailed(BytomError):
    """A validator has ended before it was up."""


@dataclass(slots=True)
class ValidatorProcess:
    """A validator: its number from 1 on, its home and key, and its process once it runs."""

    number: int
    home: Path
    key: str
    process: asyncio.subprocess.Process | None = None
    url: str = ""
    address: str = ""
    """Where it takes peers, ``ip:port``."""
    said: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    """The last lines it wrote."""

    async def start(self, api_address: str) -> None:
        """Run it until it is up. Raises ValidatorFailed."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pybytomd.cli.node.validator_process", str(self.home), api_address,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, who stop it then
        )  # fmt: skip
        try:
            async with asyncio.timeout(START_SECONDS):
                while (line := await self.line()) is not None:
                    if line.startswith(REPORT):
                        self.url, self.address = line.removeprefix(REPORT).split()
                        return
        except TimeoutError:
            self.said.append(f"it was not up after {START_SECONDS:.0f} seconds")
        raise ValidatorFailed("\n  ".join([f"validator {self.number} did not start:", *self.said]))

    async def line(self) -> str | None:
        """The next line it writes; None when it has ended. Of one that is too long for memory only that it was."""
        assert self.process is not None  # noqa: S101 - it was started
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            raw = await self.process.stdout.readline()
        except ValueError:  # it is read on: who is not read from stands still when the pipe is full
            raw = TOO_LONG
        if not raw:
            return None
        self.said.append(raw.decode(errors="replace").rstrip("\r\n"))
        return self.said[-1]

    def call(self, other: ValidatorProcess) -> None:
        """Have it connect to another one, and again whenever that is gone."""
        assert self.process is not None  # noqa: S101 - it was started
        assert self.process.stdin is not None  # noqa: S101 - a pipe was asked for
        self.process.stdin.write(f"{other.address}\n".encode())

    async def stop(self) -> None:
        """End it in good order, or kill it if that takes too long."""
        process = self.process
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def run_validators(home: Path | None, count: int, api_address: str, *, reset: bool) -> None:
    """Run so many validators until a signal ends them, in a directory that is removed then without a ``home``.

    ``api_address`` is that of the first one's API, empty for any port. ``reset`` begins the chain anew. Raises
    BytomError.
    """
    if not 1 <= count <= MAX_VALIDATORS:
        raise ConfigError(f"--validators is {count}: a network has 1 to {MAX_VALIDATORS} of them")
    with ExitStack() as stack:
        if home is None:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="pybytomd-dev-")))
        validators = make_homes(home, count, reset=reset)
        asyncio.run(_run(validators, api_address))


def make_homes(directory: Path, count: int, *, reset: bool = False) -> list[ValidatorProcess]:
    """The homes of so many validators, each of which knows the keys of all. Raises ConfigError."""
    homes = [directory / f"validator-{number}" for number in range(1, count + 1)]
    for home in (directory, *homes):
        check_dev_home(home, DEV.option)
    if reset:
        for home in homes:
            reset_dev_home(home, DEV.option, REMOVED_NAMES)
    else:
        _check_count(homes[0], count)
    validators: list[ValidatorProcess] = []
    for number, home in enumerate(homes, 1):
        initialize(home, DEV.option)
        validators.append(ValidatorProcess(number, home, str(existing_validator_key(home / KEY_NAME).xpub)))
    federation = ",".join(validator.key for validator in validators)
    for home in homes:
        _write_federation(home, federation)
    return validators


def _check_count(first: Path, count: int) -> None:
    """Raise NoDevHome where a chain of more or fewer validators has run."""
    keys = str(read_config_file(first).values.get("federation", "")).split(",")
    if read_mark(first) is not None and len(keys) != count:
        raise NoDevHome(
            f"{first.parent} has a chain of {len(keys)} validators: say --validators {len(keys)}, "
            "or begin anew with --reset"
        )


def _write_federation(home: Path, federation: str) -> None:
    """Put the validators into a configuration. Raises ConfigError."""
    path = home / FILE_NAME
    if read_config_file(home).values.get("federation") == federation:
        return
    try:
        lines = [line for line in path.read_text().splitlines() if not line.startswith("federation ")]
        first_section = next((at for at, line in enumerate(lines) if line.startswith("[")), len(lines))
        lines.insert(first_section, f'federation = "{federation}"')
        write_whole(path, ("\n".join(lines) + "\n").encode())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot put the validators into {path}: {error}") from error


async def _run(validators: Sequence[ValidatorProcess], api_address: str) -> None:
    loop, asked, say = asyncio.get_running_loop(), asyncio.Event(), Console(sys.stdout, SystemClock()).plain

    def stop() -> None:
        loop.call_soon_threadsafe(asked.set)

    async with TaskSet("validators") as tasks:
        with until_interrupted(stop):
            try:
                await run_unless(asked, _start_all(validators, api_address))
                if asked.is_set():
                    return
                _tell(validators, say)
                running = [tasks.start(_relay(each, say), f"validator {each.number}") for each in validators]
                await run_unless(asked, asyncio.wait(running))
                say("stopping all of them" if asked.is_set() else "none of them is left")
            finally:
                await asyncio.gather(*(validator.stop() for validator in validators))


async def _start_all(validators: Sequence[ValidatorProcess], api_address: str) -> None:
    """Start all at once, and connect each to all others. Raises ValidatorFailed."""
    addresses = [api_address or ANY_PORT, *[ANY_PORT] * (len(validators) - 1)]
    starts = zip(validators, addresses, strict=True)
    await asyncio.gather(*(validator.start(address) for validator, address in starts))
    for validator in validators:
        for earlier in validators[: validator.number - 1]:
            validator.call(earlier)


def _tell(validators: Sequence[ValidatorProcess], say: Callable[[str], None]) -> None:
    seconds = DEV.casper.block_interval // 1000
    tolerated = (len(validators) - 1) // 3
    say(f"{DEV.option}: a block every {seconds} s, epochs of {DEV.casper.blocks_per_epoch} blocks")
    for validator in validators:
        assert validator.process is not None  # noqa: S101 - it runs
        say("")
        say(f"validator {validator.number}")
        say(f"  API      {validator.url}")
        say(f"  peers    {validator.address}")
        say(f"  process  {validator.process.pid}")
        say(f"  home     {validator.home}")
        say(f"  key      {validator.key}")
    say("")
    say(f"Of these {len(validators)} any {tolerated} may fail, and blocks go on to get final. Ctrl-C ends all.")


async def _relay(validator: ValidatorProcess, say: Callable[[str], None]) -> None:
    """Write what one says, with its number in front, until it ends."""
    while (line := await validator.line()) is not None:
        say(f"{validator.number} | {line}")
    say(f"validator {validator.number} has ended")
