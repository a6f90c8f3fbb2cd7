"""Stopping, the console, progress of synchronising, the network's settings, the page in the browser."""

import asyncio
import io
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import ConfigError
from pybytomd.node.browser import is_desktop
from pybytomd.node.console.output import Console
from pybytomd.node.console.sync_watch import LINE_SECONDS, SyncWatch
from pybytomd.node.home.node_key import NodeKey
from pybytomd.node.node import check_start
from pybytomd.node.peer_network import sync_config
from pybytomd.node.settings.config import Config
from pybytomd.node.stopping import HANGUP, HURRY_SECONDS, STOP_SECONDS, Deadline, StopRequested, StopSignal
from pybytomd.p2p.transport.listen import ListenError
from pybytomd.sync.report.status import Activity, SyncStatus


class RecordedDeadline(Deadline):
    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.set_to: list[float] = []

    def set(self, seconds: float) -> None:
        self.set_to.append(seconds)


async def test_the_first_signal_stops_and_the_second_hurries() -> None:
    out = io.StringIO()
    deadline = RecordedDeadline()
    clock = ManualClock()
    stop = StopSignal(Console(out, clock), deadline, clock)
    stop.check()
    waiting = asyncio.ensure_future(stop.wait())
    stop.ask("interrupt")
    await waiting
    stop.ask("terminated")
    assert deadline.set_to == [STOP_SECONDS]
    clock.advance(1)
    stop.ask("interrupt")
    assert deadline.set_to == [STOP_SECONDS, HURRY_SECONDS]
    assert out.getvalue().splitlines()[0] == "captured interrupt, exiting..."
    with pytest.raises(StopRequested):
        stop.check()


async def test_a_terminal_that_closes_stops_and_never_hurries() -> None:
    deadline, clock = RecordedDeadline(), ManualClock()
    stop = StopSignal(Console(io.StringIO(), clock), deadline, clock)
    stop.ask(HANGUP)
    assert stop.is_asked
    clock.advance(1)
    stop.ask(HANGUP)
    assert deadline.set_to == [STOP_SECONDS]


def test_a_closed_terminal_is_no_reason_to_stop() -> None:
    out = io.StringIO()
    out.close()
    Console(out, ManualClock()).say("nobody hears this")


STATUS = SyncStatus(
    activity=Activity.WAITING, listening=True, listen_address="", node_id="", network="mainnet", version="1.1.1",
    peer_count=0, current_block=10, highest_block=10, syncing=False, headers=0, rate=0.0, remaining_seconds=None,
    stuck=None, update=0, new_version="",
)  # fmt: skip


class Watched:
    def __init__(self, *, may_be_alone: bool = False) -> None:
        self.lines: list[str] = []
        self.clock = ManualClock()
        self.status = STATUS
        self.watch = SyncWatch(lambda: self.status, self.clock, self.lines.append, may_be_alone=may_be_alone)

    def tell(self, **changes: object) -> int:
        """Look once; how many lines there are now."""
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]
        self.watch.tell()
        return len(self.lines)


def test_fetching_is_told_of_now_and_then_and_its_end_at_once() -> None:
    watched = Watched()
    assert watched.tell() == 1
    assert watched.tell() == 1
    assert watched.tell(activity=Activity.BLOCKS, highest_block=1000, rate=50.0) == 2
    assert watched.watch.is_busy
    assert watched.tell(current_block=100) == 2
    watched.clock.advance(LINE_SECONDS)
    assert watched.tell(current_block=500) == 3
    assert "block 500 of 1000 (50.0 %)" in watched.lines[-1]
    assert watched.tell(activity=Activity.SYNCED, current_block=1000) == 4
    assert not watched.watch.is_busy
    assert "synchronised: block 1000" in watched.lines[-1]


def test_being_stuck_is_told_at_once() -> None:
    watched = Watched()
    watched.tell(activity=Activity.BLOCKS)
    assert watched.tell(stuck="the disk is full") == 2
    assert "stuck: the disk is full" in watched.lines[-1]
    assert watched.tell(stuck=None) == 3


def test_being_stuck_for_a_growing_time_is_told_once() -> None:
    watched = Watched()
    told = watched.tell(activity=Activity.SYNCED)
    for second in range(61, 200):
        watched.clock.advance(0.01)
        assert watched.tell(stuck=f"no peer has sent a block for {second} seconds") == told + 1


def test_a_private_node_may_be_alone() -> None:
    watched = Watched(may_be_alone=True)
    assert watched.tell() == 0
    assert watched.tell(activity=Activity.BLOCKS, peer_count=1) == 1


def config(home: Path, **flags: str | int | bool) -> Config:
    return Config.load(home, {name.replace("__", "."): value for name, value in flags.items()}, {})


def test_the_network_s_settings(tmp_path: Path) -> None:
    made = sync_config(
        config(
            tmp_path,
            p2p__laddr="tcp://127.0.0.1:7",
            p2p__seeds="1.2.3.4:5, bad, 6.7.8.9:10",
            p2p__keep_dial="9.9.9.9:9",
            p2p__max_num_peers=7,
            p2p__proxy_address="127.0.0.1:1086",
            p2p__proxy_username="me",
            p2p__proxy_password="secret",
        ),
        NodeKey.generate(),
    )
    assert made.listen_address == "tcp://127.0.0.1:7"
    assert [str(seed) for seed in made.seeds] == ["1.2.3.4:5", "6.7.8.9:10"]
    assert [str(address) for address in made.keep_dial] == ["9.9.9.9:9"]
    assert made.max_peers == 7
    assert made.proxy is not None
    assert (made.proxy.host, made.proxy.port, made.proxy.username) == ("127.0.0.1", 1086, "me")
    assert "secret" not in repr(made)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:0", ":1086", "a:b"])
def test_a_proxy_that_is_none(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"p2p\.proxy_address"):
        sync_config(config(tmp_path, p2p__proxy_address=address), NodeKey.generate())


@pytest.mark.parametrize("address", ["me:secret@127.0.0.1:1086", "socks5://me:secret@127.0.0.1:1086"])
def test_a_password_in_the_address_of_a_proxy_is_not_shown(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"the password into p2p\.proxy_password") as refused:
        sync_config(config(tmp_path, p2p__proxy_address=address), NodeKey.generate())
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("laddr", "nonsense", r"p2p\.laddr 'nonsense' is not of the form tcp://host:port"),
        ("laddr", "tcp://127.0.0.1:99999", r"p2p\.laddr"),
        ("laddr", "tcp://192.0.2.1:46658", r"p2p\.laddr .* cannot be listened on"),
        ("laddr", "tcp://no..name:46658", r"p2p\.laddr .* names no place of this machine"),
        ("node_key", "xyz", r"in p2p\.node_key"),
        ("node_key", "00" * 64, "the two halves of the node key do not belong together"),
        ("node_key_file", "node_key.json", r"node_key\.json is damaged"),
        ("proxy_address", "nowhere", r"p2p\.proxy_address"),
    ],
)
def test_what_peers_need_is_looked_at_before_the_start(
    tmp_path: Path, key: str, value: str, complaint: str
) -> None:
    check_start(config(tmp_path, p2p__laddr="tcp://127.0.0.1:0"))
    assert not any(tmp_path.iterdir())
    if key == "node_key_file":
        (tmp_path / value).write_text("{}")
    with pytest.raises((ConfigError, ListenError), match=complaint):
        check_start(config(tmp_path, **{f"p2p__{key}": value}))


def test_a_port_in_use_is_not_looked_at_before_the_start(tmp_path: Path) -> None:
    """A node that restarts waits for itself to let go of it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        check_start(config(tmp_path, p2p__laddr=f"tcp://127.0.0.1:{taken.getsockname()[1]}"))


def test_a_node_without_peers_needs_no_address(tmp_path: Path) -> None:
    check_start(config(tmp_path, vault_mode=True, p2p__laddr="nonsense"))


def test_a_chain_without_proof_of_work_is_not_mined(tmp_path: Path) -> None:
    free = "tcp://127.0.0.1:0"
    check_start(config(tmp_path, chain_id="dev", p2p__laddr=free))
    check_start(config(tmp_path, chain_id="solonet", p2p__laddr=free, mining=True))
    with pytest.raises(ConfigError, match="pybytomcli generate 10; leave out --mining"):
        check_start(config(tmp_path, chain_id="dev", p2p__laddr=free, mining=True))
    assert not any(tmp_path.iterdir())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_browser_is_for_people_at_a_desktop() -> None:
    assert is_desktop(Terminal(), {"DISPLAY": ":0"}, "linux")
    assert is_desktop(Terminal(), {}, "darwin")
    assert not is_desktop(Terminal(), {}, "linux")
    assert not is_desktop(io.StringIO(), {"DISPLAY": ":0"}, "linux")
