"""The miner in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import BytomError
from pybytomd.ledger.block import BlockHeader
from pybytomd.mining import remote
from pybytomd.mining.remote import REFRESH_SECONDS, RemoteMiner, SourceAway
from pybytomd.mining.search import NonceSearch, Work
from tests.unit.mining.fake_chain import BITS, SEED, Proofs


class Source:
    """A node that gives the same work until a nonce is submitted."""

    def __init__(self) -> None:
        self.height = 5
        self.submitted: list[BlockHeader] = []
        self.work_error: BytomError | None = None
        self.submit_error: BytomError | None = None
        self.news: list[Callable[[], Work]] = []
        """What it tells of by itself, before it says that it cannot."""
        self.asked: list[str] = []

    def get_work(self) -> Work:
        if self.work_error is not None:
            raise self.work_error
        return Work(BlockHeader(1, self.height, bytes(32), 0, bytes(32), bytes(32), 0, BITS), SEED)

    def wait_work(self, known: str, seconds: float) -> Work | None:
        self.asked.append(known)
        return self.news.pop(0)() if self.news else None

    def submit_work(self, header: BlockHeader) -> None:
        if self.submit_error is not None:
            raise self.submit_error
        self.submitted.append(header)
        self.height += 1

    def reward(self, height: int) -> int:
        return height * 100


class Trial:
    def __init__(self, proofs: Proofs) -> None:
        self.clock = ManualClock()
        self.source = Source()
        self.lines: list[str] = []
        self.search = NonceSearch(1)
        self.proofs = proofs
        self.miner = RemoteMiner(self.source, self.search, self.clock, self.lines.append)

    def time_passes_after(self, monkeypatch: pytest.MonkeyPatch, hashes: int) -> None:
        count = self.miner.meter.count

        def counted(number: int = 1) -> None:
            count(number)
            if self.miner.meter.total % hashes == 0:
                self.clock.advance(REFRESH_SECONDS)

        monkeypatch.setattr(self.miner.meter, "count", counted)


@pytest.fixture
def trial(proofs: Proofs) -> Iterator[Trial]:
    trial = Trial(proofs)
    yield trial
    trial.search.close()


def test_a_block_is_found_and_submitted(trial: Trial) -> None:
    trial.proofs.found.set()
    assert trial.miner.mine_once()
    (header,) = trial.source.submitted
    assert trial.lines == [
        "Mining at height: 5",
        "Start from nonce: 0",
        f"Mining succeed! Proof hash: {header.hash.hex()}",
        "Reward: 500",
    ]


def test_goes_on_where_it_stopped_until_the_height_changes(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.time_passes_after(monkeypatch, 4)
    assert trial.miner.mine_once()
    assert trial.lines[-1] == "Stop at nonce: 3"
    assert trial.miner.mine_once()
    assert trial.lines[3:] == ["Mining at height: 5", "Start from nonce: 4", "Stop at nonce: 7"]
    trial.source.height = 6
    assert trial.miner.mine_once()
    assert trial.lines[7] == "Start from nonce: 0"


def test_a_node_that_is_away_is_complained_about_once(trial: Trial) -> None:
    trial.source.work_error = SourceAway("no answer")
    assert not trial.miner.mine_once()
    assert not trial.miner.mine_once()
    assert trial.lines == ["no answer; trying again every 5 seconds"]
    trial.source.work_error = None
    trial.source.submit_error = SourceAway("no answer")
    trial.proofs.found.set()
    assert not trial.miner.mine_once()
    assert trial.lines[-1] == "no answer; trying again every 5 seconds"


def test_a_refused_block_is_told(trial: Trial) -> None:
    trial.proofs.found.set()
    trial.source.submit_error = BytomError("pending mining block has been changed")
    assert trial.miner.mine_once()
    assert trial.lines[-1] == "The node refused the block: pending mining block has been changed"


def test_the_rate_is_told_every_minute(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.time_passes_after(monkeypatch, 10)
    while not trial.lines or not trial.lines[-1].startswith("Hash rate"):
        trial.miner.mine_once()
    assert trial.lines[-1] == "Hash rate: 2.0 a second on 1 threads"
    minute = trial.clock.monotonic()
    assert minute == 60.0


def test_runs_until_stopped(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "RETRY_SECONDS", 0.001)
    trial.source.work_error = SourceAway("no answer")
    tries = []

    def get_work() -> Work:
        tries.append(1)
        if len(tries) == 3:
            trial.miner.stop()
        raise SourceAway("no answer")

    monkeypatch.setattr(trial.source, "get_work", get_work)
    trial.miner.run()
    assert len(tries) == 3


def test_stops_while_searching(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    count = trial.miner.meter.count

    def counted(number: int = 1) -> None:
        count(number)
        if trial.miner.meter.total == 3:
            trial.miner.stop()

    monkeypatch.setattr(trial.miner.meter, "count", counted)
    trial.miner.run()
    assert trial.lines[-1] == "Stop at nonce: 2"


def test_other_work_that_is_told_ends_the_search(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trial.source.get_work()
    second = Work(BlockHeader(1, 6, b"\x01" * 32, 0, bytes(32), bytes(32), 0, BITS), SEED)
    trial.source.news = [lambda: second]
    count = trial.miner.meter.count

    def counted(number: int = 1) -> None:
        count(number)
        if trial.miner.meter.total == 2:
            trial.miner.watch()

    monkeypatch.setattr(trial.miner.meter, "count", counted)
    assert trial.miner.mine_once()
    assert trial.lines == ["Mining at height: 5", "Start from nonce: 0", "Stop at nonce: 1"]
    assert trial.source.asked == [first.id, second.id], "each time for other work than is known"
    monkeypatch.setattr(trial.miner.meter, "count", count)
    trial.proofs.found.set()
    trial.source.work_error = SourceAway("it need not be asked for what it has told")
    assert trial.miner.mine_once()
    assert [header.previous_block_hash for header in trial.source.submitted] == [second.header.previous_block_hash]


def test_a_node_that_tells_is_asked_seldom(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.time_passes_after(monkeypatch, 1)
    assert trial.miner.mine_once()
    assert trial.lines[-1] == "Stop at nonce: 0"
    trial.source.news = [trial.source.get_work]  # the same work, when the waiting is over
    trial.miner.watch()
    assert trial.miner.mine_once()
    assert "Stop at nonce: 12" in trial.lines


def test_a_node_that_fails_to_tell_is_asked_as_before(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "RETRY_SECONDS", 0.0)
    trial.time_passes_after(monkeypatch, 1)

    def away() -> Work:
        raise SourceAway("no answer")

    assert trial.miner.mine_once()
    trial.source.news = [trial.source.get_work, away]
    trial.miner.watch()
    assert len(trial.source.asked) == 3
    assert trial.miner.mine_once()
    assert trial.lines[-1] == "Stop at nonce: 1"
