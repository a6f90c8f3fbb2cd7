"""The guard of the disk: when it stops what writes, and lets it go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybytomd.node.disk_guard import MEGABYTE, SIZES_EVERY, DiskGuard, database_sizes

TOTAL = 10_000 * MEGABYTE
RESERVE = 200 * MEGABYTE


class Part:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def hold(self, reason: str) -> None:
        self.calls.append(reason)

    def release(self) -> None:
        self.calls.append("release")


class World:
    def __init__(self, directory: Path, *, total: int = TOTAL, reserve: int = RESERVE) -> None:
        self.free = total
        self.total = total
        self.error: OSError | None = None
        self.lines: list[str] = []
        self.parts = (Part(), Part())
        self.guard = DiskGuard(directory, reserve, self.parts, self.lines.append, measure=self.measure)

    def measure(self, _: Path) -> tuple[int, int]:
        if self.error is not None:
            raise self.error
        return self.total, self.free

    async def at(self, megabytes: float) -> list[str]:
        """What the parts were told of when so much is free."""
        before = len(self.parts[0].calls)
        self.free = int(megabytes * MEGABYTE)
        await self.guard.look()
        assert self.parts[0].calls == self.parts[1].calls
        return self.parts[0].calls[before:]


async def test_little_room_stops_and_room_lets_go_on(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert await world.at(1000) == []
    assert await world.at(200) == []
    [reason] = await world.at(199.9)
    assert reason == (f"the disk of {tmp_path} is nearly full: 199.9 MB are free, and 200.0 MB are to stay so")
    report = world.guard.report
    assert report is not None
    assert (report.free, report.total, report.low) == (199_900_000, TOTAL, reason)
    assert await world.at(10) == []
    assert await world.at(249.9) == [], "it does not stop and go"
    assert "249.9 MB" in world.guard.report.low  # type: ignore[union-attr]
    assert await world.at(250) == ["release"]
    assert world.guard.report.low == ""  # type: ignore[union-attr]
    assert await world.at(0) != []
    assert world.lines == [
        f"{reason}; syncing and mining stop until there is room",
        "there is room on the disk again: syncing and mining go on",
        f"{world.guard.report.low}; syncing and mining stop until there is room",  # type: ignore[union-attr]
    ]


async def test_of_a_small_disk_less_is_kept(tmp_path: Path) -> None:
    world = World(tmp_path, total=24 * MEGABYTE)
    assert await world.at(1.2) == []
    assert len(await world.at(1.19)) == 1
    assert await world.at(1.5) == ["release"]


async def test_the_guard_can_be_told_to_look_only(tmp_path: Path) -> None:
    world = World(tmp_path, reserve=0)
    assert await world.at(0) == []
    assert world.guard.report is not None


async def test_a_disk_that_cannot_be_asked_is_not_full(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.error = OSError(5, "Input/output error")
    assert await world.at(0) == []
    assert world.guard.report is None
    world.error = None
    assert len(await world.at(0)) == 1
    world.error = OSError(5, "Input/output error")
    assert await world.at(1000) == [], "what was seen last counts"


async def test_sizes_of_databases(tmp_path: Path) -> None:
    assert database_sizes(tmp_path / "none") == {}
    for name in ("core.db", "wallet.db", "notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.ldb").write_bytes(bytes(1000))
    (tmp_path / "core.db" / "lost").mkdir()
    (tmp_path / "core.db" / "lost" / "2.ldb").write_bytes(bytes(50))
    assert database_sizes(tmp_path) == {"core": 1050, "wallet": 1000}
    world = World(tmp_path)
    await world.at(1000)
    (tmp_path / "wallet.db" / "1.ldb").write_bytes(bytes(5))
    for _ in range(SIZES_EVERY - 1):
        await world.at(1000)
        assert world.guard.report is not None
        assert world.guard.report.databases["wallet"] == 1000
    await world.at(1000)
    assert world.guard.report.databases["wallet"] == 5


def test_what_the_machine_says(tmp_path: Path) -> None:
    from pybytomd.node.disk_guard import measured

    total, free = measured(tmp_path)
    assert 0 <= free <= total
    with pytest.raises(OSError, match="none"):
        measured(tmp_path / "none")
