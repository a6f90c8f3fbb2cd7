"""What the manager of services hears."""

import os
import socket
from pathlib import Path

import pytest

from pybytomd.node.console.service_manager import BEATS, ServiceManager


def listening(address: str) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(address)
    heard.setblocking(False)
    return heard


def test_it_hears_of_the_life_of_the_node(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with listening(address) as heard:
        manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "60000000"})
        assert manager.beat_seconds == 60 / BEATS
        manager.ready()
        assert heard.recv(100) == f"READY=1\nMAINPID={os.getpid()}".encode()
        manager.alive()
        assert heard.recv(100) == b"WATCHDOG=1"
        manager.stopping()
        assert heard.recv(100) == b"STOPPING=1"


@pytest.mark.skipif(not Path("/proc/net/unix").exists(), reason="abstract addresses are of Linux alone")
def test_it_may_have_an_abstract_address() -> None:
    name = f"pybytomd-test-{os.getpid()}"
    with listening(f"\0{name}") as heard:
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).alive()
        assert heard.recv(100) == b"WATCHDOG=1"


def test_where_there_is_none_nothing_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for address in ("", "nonsense", "vsock:2:1234"):
        manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000"})
        manager.ready()
        assert manager.beat_seconds == 0
    assert not caplog.records
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    assert "cannot tell the service manager READY=1" in caplog.text


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({"WATCHDOG_USEC": "3000000"}, 1.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"}, 1.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({"WATCHDOG_USEC": "9" * 40}, 0.0),
        ({}, 0.0),
    ],
)
def test_how_often_it_wants_to_hear(variables: dict[str, str], seconds: float) -> None:
    assert ServiceManager({"NOTIFY_SOCKET": "/run/x", **variables}, process=7).beat_seconds == seconds
