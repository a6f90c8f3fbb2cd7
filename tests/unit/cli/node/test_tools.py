"""The progress line, Ctrl-C, and the miner's way to its node."""

import errno
import io
import json
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.node.miner import HttpWorkSource, Refused, run_miner
from pybytomd.cli.node.progress import LOG_SECONDS, TERMINAL_SECONDS, ProgressLine
from pybytomd.clock import ManualClock
from pybytomd.errors import ConfigError
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.mining.remote import SourceAway


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_is_one_line() -> None:
    out, clock = Terminal(), ManualClock()
    with ProgressLine("importing", 400, out=out, clock=clock) as line:
        for _ in range(100):
            clock.advance(TERMINAL_SECONDS)
            line.step()
    text = out.getvalue()
    assert text.count("\n") == 1
    assert "100 of 400 (25 %), 10.0 a second, 0:30 left" in text.rsplit("\r", 1)[1]
    assert text.rsplit("\r", 1)[1].startswith("importing [#####   ")


def test_progress_in_a_file_is_a_line_now_and_then() -> None:
    out, clock = io.StringIO(), ManualClock()
    with ProgressLine("importing", 1000, out=out, clock=clock) as line:
        for _ in range(1000):
            clock.advance(0.1)
            line.step()
    assert len(out.getvalue().splitlines()) == 1 + 100 / LOG_SECONDS
    assert "1000 of 1000 (100 %)" in out.getvalue().splitlines()[-1]


def test_long_times_have_hours() -> None:
    clock = ManualClock()
    line = ProgressLine("x", 100_000, out=io.StringIO(), clock=clock)
    clock.advance(1)
    line.step()
    second = clock.monotonic()
    assert line.describe(second).endswith("27:46:39 left")


@pytest.mark.parametrize("label", ["verifying", "x" * 200])
@pytest.mark.parametrize("seconds", [0.001, 1.0, 1_000_000.0])
def test_the_line_fits_a_terminal_of_80_columns(label: str, seconds: float) -> None:
    out, clock = Terminal(), ManualClock()
    with ProgressLine(label, 999_999_999, out=out, clock=clock) as line:
        for _ in range(100):
            clock.advance(seconds)
            line.step()
    lines = [text.rstrip("\n").removesuffix("\x1b[K") for text in out.getvalue().split("\r")]
    assert max(map(len, lines)) < 80
    assert label != "verifying" or "100 of 999999999 (0 %)" in lines[-1]


def test_the_bar_gives_way_to_the_text() -> None:
    out, clock = Terminal(), ManualClock()
    label = "verifying every proof of work"
    with ProgressLine(label, 9_999_999, out=out, clock=clock) as line:
        for _ in range(20):
            clock.advance(1)
            line.step()
    assert out.getvalue().rsplit("\r", 1)[1] == f"{label} 20 of 9999999 (0 %), 1.0 a second, 115 days left\x1b[K\n"


class ClosedTerminal(Terminal):
    def write(self, _text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_work_goes_on_without_its_terminal() -> None:
    out, clock = ClosedTerminal(), ManualClock()
    with ProgressLine("importing", 10, out=out, clock=clock) as line:
        for _ in range(10):
            clock.advance(TERMINAL_SECONDS)
            line.step()


def test_nothing_to_do_is_no_division_by_zero() -> None:
    with ProgressLine("x", 0, out=io.StringIO(), clock=ManualClock()):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_work_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    told: list[int] = []
    with until_interrupted(lambda: told.append(1)) as go_on:
        assert go_on()
        signal.raise_signal(number)  # into this thread, at once
        assert not go_on()
        assert signal.getsignal(number) == before
    assert told == [1]
    assert signal.getsignal(number) == before


class FakeNode(BaseHTTPRequestHandler):
    answers: dict[str, object] = {}  # noqa: RUF012 - set by each test
    asked: list[tuple[str, object, str | None]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, json.loads(body), self.headers.get("Authorization")))
        answer = self.answers.get(self.path)
        if isinstance(answer, int):
            self.send_error(answer)
            return
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), FakeNode)
    FakeNode.answers, FakeNode.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def success(data: object) -> dict[str, object]:
    return {"status": "success", "data": data}


def test_work_comes_and_goes(url: str) -> None:
    header = SOLONET.genesis.header
    FakeNode.answers = {
        "/get-work": success({"block_header": header.to_hex(), "seed": "11" * 32}),
        "/submit-work": success(True),
        "/get-block-header": success({"reward": 41_250_000_000}),
    }
    source = HttpWorkSource(f"{url}/", "miner:secret")
    work = source.get_work()
    assert (work.header, work.seed) == (header, b"\x11" * 32)
    source.submit_work(work.header)
    assert source.reward(7) == 41_250_000_000
    assert FakeNode.asked[1][1] == {"block_header": header.to_hex()}
    assert {credentials for _, _, credentials in FakeNode.asked} == {"Basic bWluZXI6c2VjcmV0"}


def test_a_refusal_is_told_in_the_node_s_words(url: str) -> None:
    FakeNode.answers = {"/submit-work": {"status": "fail", "msg": "x", "error_detail": "pending block changed"}}
    with pytest.raises(Refused, match="pending block changed"):
        HttpWorkSource(url).submit_work(SOLONET.genesis.header)


@pytest.mark.parametrize(
    "answer",
    [
        success(None),
        success({"block_header": "zz", "seed": ""}),
        success({"block_header": 7, "seed": 8}),
        success([]),
        b"not json",
        b"[" * 100_000,
        500,
    ],
)
def test_nonsense_is_no_work(url: str, answer: object) -> None:
    FakeNode.answers = {"/get-work": answer}
    with pytest.raises(SourceAway):
        HttpWorkSource(url).get_work()


def test_a_missing_token_is_named(url: str) -> None:
    FakeNode.answers = {"/get-work": 401}
    with pytest.raises(SourceAway, match="BYTOM_ACCESS_TOKEN"):
        HttpWorkSource(url).get_work()


def test_nobody_there() -> None:
    with pytest.raises(SourceAway, match="Unable to connect to the bytomd"):
        HttpWorkSource("http://127.0.0.1:1").get_work()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:9888",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://a\nb",
        "http://a:x",
        "http://a:99999",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ConfigError, match="BYTOM_URL"):
        HttpWorkSource(address)


def test_threads_are_counted_from_one() -> None:
    with pytest.raises(ConfigError, match="--threads is 0"):
        run_miner(0, {})


def test_work_is_waited_for_where_the_node_can_tell(url: str) -> None:
    header = SOLONET.genesis.header
    FakeNode.answers = {
        "/wait-work": success({"work_id": "a", "block_header": header.to_hex(), "seed": "11" * 32})
    }
    source = HttpWorkSource(url)
    work = source.wait_work("known", 25.0)
    assert work is not None
    assert work.header == header
    assert FakeNode.asked[0][1] == {"work_id": "known", "seconds": 25}
    for status in (404, 500):
        FakeNode.answers = {"/wait-work": status}
        assert source.wait_work("known", 25.0) is None, "a node of the reference"
    FakeNode.answers = {"/wait-work": 401}
    with pytest.raises(SourceAway, match="BYTOM_ACCESS_TOKEN"):
        source.wait_work("known", 25.0)
