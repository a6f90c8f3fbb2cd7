from dataclasses import replace

import pytest

from pybytomd.clock import ManualClock
from pybytomd.sync.progress import Progress, duration_text
from pybytomd.sync.report.diagnosis import MAX_REMEMBERED, Reasons, Symptoms, diagnose
from pybytomd.sync.report.status import Activity, SyncStatus
from pybytomd.sync.report.version_notice import VersionNotice

WELL = Symptoms(
    peers=3, connected=3, calls_under_way=0, known_addresses=5, without_peers=0.0, foreign_peers=0,
    future_blocks=0, trouble=None, is_behind=False, idle=0.0, requests_under_way=0, proofs_under_way=0,
)  # fmt: skip
ALONE = replace(WELL, peers=0, connected=0, without_peers=60.0)
STATUS = SyncStatus(
    activity=Activity.BLOCKS, listening=True, listen_address="10.0.0.1:46657", node_id="AA", network="solonet",
    version="1.1.1", peer_count=2, current_block=250, highest_block=1000, syncing=True, headers=500, rate=50.0,
    remaining_seconds=15.0, stuck=None, update=0, new_version="1.1.1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("symptoms", "expected"),
    [
        (WELL, None),
        (replace(ALONE, without_peers=2.0), None),
        (ALONE, "none of the known nodes answers"),
        (replace(ALONE, known_addresses=0), "none are known to call"),
        (replace(ALONE, connected=1), "do not tell their best block"),
        (replace(ALONE, foreign_peers=2), "another genesis block"),
        (replace(WELL, future_blocks=2), "clock"),
        (replace(WELL, future_blocks=1, future_by=86_400.0), None),
        (replace(WELL, peers=1, future_blocks=1, future_by=86_400.0), None),
        (
            replace(WELL, peers=1, connected=1, future_blocks=1, future_by=86_400.0),
            "from the future, 24 h 0 min ahead",
        ),
        (replace(WELL, stale_news=1, news_age=86_400.0), None),
        (replace(WELL, stale_news=2, news_age=86_400.0), "24 h 0 min old: is the clock of this machine ahead"),
        (replace(WELL, contradicted=4000), "the block that this program knows at the checkpoint 4000"),
        (replace(WELL, trouble="the database cannot be written: disk full"), "disk full"),
        (replace(WELL, is_behind=True, idle=61.0), "no peer offers the blocks"),
        (replace(WELL, is_behind=True, idle=61.0, requests_under_way=3), "has sent a block for 61 seconds"),
        (replace(WELL, is_behind=True, idle=61.0, proofs_under_way=3), "processor"),
        (replace(WELL, is_behind=True, idle=59.0), None),
    ],
)
def test_diagnosis(symptoms: Symptoms, expected: str | None) -> None:
    reason = diagnose(symptoms)
    assert (reason is None) if expected is None else (expected in (reason or ""))


def test_a_reason_is_news_once_whatever_its_figures() -> None:
    clock = ManualClock()
    reasons = Reasons(clock)
    assert not reasons.is_news(None)
    assert reasons.is_news("no block for 61 seconds")
    for second in range(62, 300):
        clock.advance(1)
        assert not reasons.is_news(f"no block for {second} seconds")
    assert reasons.is_news("disk full")
    assert reasons.is_news(None)


def test_a_reason_that_comes_and_goes_is_news_once_a_minute() -> None:
    clock = ManualClock()
    reasons = Reasons(clock)
    told = 0
    for second in range(600):
        told += reasons.is_news(("no peer offers", None, "processor")[second % 3])
        clock.advance(1)
    assert 20 <= told <= 30
    for number in range(100):
        reasons.is_news("x" * number)
    assert len(reasons._told_at) == MAX_REMEMBERED


def test_progress() -> None:
    clock = ManualClock()
    progress = Progress(clock)
    assert progress.rate == 0
    assert progress.remaining(100) is None
    progress.begin()
    for _ in range(20):
        clock.advance(0.5)
        progress.add(5)
    assert progress.rate == pytest.approx(10)
    assert progress.remaining(100) == pytest.approx(10)
    clock.advance(5)
    assert progress.idle == 5
    assert progress.rate == pytest.approx(100 / 15)
    clock.advance(100)
    assert progress.rate == 0


@pytest.mark.parametrize(
    ("seconds", "text"), [(5.4, "5 s"), (600, "10 min"), (3 * 3600 + 1200, "3 h 20 min"), (52 * 3600, "2 d 4 h")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_the_status_in_words() -> None:
    assert STATUS.describe() == ("fetching blocks: block 250 of 1000 (25.0 %), 50.0 blocks/s, 15 s to go, 2 peers")
    done = replace(
        STATUS, activity=Activity.SYNCED, current_block=1000, peer_count=1, rate=0.0, remaining_seconds=None
    )
    assert done.describe() == "synchronised: block 1000, 1 peer"
    stuck = replace(STATUS, activity=Activity.WAITING, rate=0.0, remaining_seconds=None, stuck="no peers")
    assert stuck.describe().endswith("stuck: no peers")
    assert replace(STATUS, highest_block=0).progress == 0


def test_newer_versions_of_seeds() -> None:
    notice = VersionNotice("1.1.1")
    for version in ("1.1.1", "1.0.5", "nonsense", "1.1.1+12345678"):
        notice.seen(version)
    assert (notice.update, notice.version) == (0, "1.1.1")
    notice.seen("1.2.0")
    assert (notice.update, notice.version) == (1, "1.2.0")
    notice.seen("1.1.9")
    assert notice.version == "1.2.0"
    notice.seen("2.0.0")
    assert (notice.update, notice.version) == (2, "2.0.0")
