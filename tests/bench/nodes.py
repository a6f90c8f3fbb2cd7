"""Nodes to measure: ours and the Go one, each a process of its own on loopback."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybytomd.chain.chain import Chain
from pybytomd.clock import SystemClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.bench.registry import PartSkipped

START_SECONDS = 120.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.1
RECORDED_HOME = Path(__file__).parents[1] / "vectors" / "data" / "chain_b" / "datadir.tar.gz"
OURS = Path(sys.executable).with_name("pybytomd")


@dataclass(frozen=True)
class Node:
    """A running node."""

    process: subprocess.Popen[bytes]
    api_port: int
    p2p_port: int
    start_seconds: float
    """From the start of the process to the first answer over the API."""

    def call(self, method: str, **arguments: object) -> Any:
        """The data of an API answer, or its error as text. Raises OSError when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=60)
        try:
            connection.request("POST", f"/{method}", json.dumps(arguments))
            answer = json.loads(connection.getresponse().read())
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"no sensible answer to {method}") from error
        finally:
            connection.close()
        return answer.get("data", answer.get("error_detail", answer.get("msg")))

    def height(self) -> int:
        return int(self.call("get-block-count")["block_count"])

    def memory(self) -> float | None:
        """Resident memory in MiB, where /proc tells."""
        return self._status_mebibytes("VmRSS:")

    def peak_memory(self) -> float | None:
        """The most resident memory there was so far, in MiB, where /proc tells."""
        return self._status_mebibytes("VmHWM:")

    def processor_seconds(self) -> float | None:
        """What the process has used of all processors so far, where /proc tells."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return None
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _status_mebibytes(self, field: str) -> float | None:
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return None
        rows = [row for row in status.read_text().splitlines() if row.startswith(field)]
        return int(rows[0].split()[1]) / 1024

    def wait_for_height(self, height: int, patience: float = 600.0) -> None:
        """Ask now and then, seldom enough not to slow it down. Raises RuntimeError when it takes too long."""
        end = time.perf_counter() + patience
        while self.height() < height:
            if time.perf_counter() > end:
                raise RuntimeError(f"the node has not reached height {height} in {patience:.0f} seconds")
            time.sleep(LOOK_SECONDS)


def free_port() -> int:
    """A port that nobody has, nor gets by chance: from below those that the system gives to who connects."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise PartSkipped("no port is free")


def recorded_home(directory: Path) -> Path:
    """A home directory with the recorded chain in it, as the Go node left it."""
    with tarfile.open(RECORDED_HOME) as archive:
        archive.extractall(directory, filter="data")
    return directory


def home_with(directory: Path, blocks: Iterable[Block]) -> Path:
    """A home directory with a private chain of these blocks, given from the first above genesis on.

    Proofs of work are not looked at.
    """
    with LevelDBStore(directory / "data" / "core.db") as database:
        chain = Chain.open(SOLONET, BlockStore(database), SystemClock(), EventDispatcher())
        for block in blocks:
            chain.process_block(block, proof=True)
        chain.close()
    return directory


@contextmanager
def running(binary: Path, home: Path, *options: str, chain_id: str = "solonet") -> Iterator[Node]:
    """Run a node until the block ends. Raises PartSkipped when it does not start."""
    if not binary.exists():
        raise PartSkipped(f"{binary} is not installed")
    if not (home / "config.toml").exists():
        subprocess.run(
            [binary, "init", "--chain_id", "solonet", "--home", home], check=False, capture_output=True, timeout=60
        )
    api_port, p2p_port = free_port(), free_port()
    console = home / "console.log"
    with console.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [
                binary, "node", "--home", home, "--chain_id", chain_id, "--web.closed", "--auth.disable",
                "--p2p.skip_upnp", "--p2p.lan_discoverable=false", "--p2p.laddr", f"tcp://127.0.0.1:{p2p_port}",
                *options,
            ],
            env={**os.environ, "LISTEN": f"127.0.0.1:{api_port}"},
            stdout=output,
            stderr=output,
        )  # fmt: skip
        try:
            seconds = _until_it_answers(process, api_port, started, console)
            yield Node(process, api_port, p2p_port, seconds)
        finally:
            _stop(process)


def _until_it_answers(process: subprocess.Popen[bytes], api_port: int, started: float, console: Path) -> float:
    node = Node(process, api_port, 0, 0.0)
    while time.perf_counter() - started < START_SECONDS:
        if process.poll() is not None:
            last = console.read_text(errors="replace").strip().splitlines()[-1:]
            raise PartSkipped(f"{Path(process.args[0]).name} ended: {' '.join(last)}")  # type: ignore[index, arg-type]
        try:
            node.height()
        except (OSError, TypeError, KeyError):
            time.sleep(0.01)
        else:
            return time.perf_counter() - started
    raise PartSkipped(f"a node did not answer within {START_SECONDS:.0f} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
