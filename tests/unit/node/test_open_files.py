"""The limit of open files is raised at the start."""

from __future__ import annotations

import resource

import pytest

from pybytomd.node import open_files
from pybytomd.node.open_files import ENOUGH, raise_limit

INFINITE = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "expected"),
    [
        (1024, 4096, (4096, 4096)),
        (1024, 1 << 20, (ENOUGH, 1 << 20)),
        (1024, INFINITE, (ENOUGH, INFINITE)),
        (4096, 4096, None),
        (INFINITE, INFINITE, None),
        (ENOUGH + 1, INFINITE, None),
    ],
)
def test_the_limit(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, expected: tuple[int, int] | None
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: given.append(limits))
    raise_limit()
    assert given == ([] if expected is None else [expected])


def test_a_system_that_allows_less_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int, limits: tuple[int, int]) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, INFINITE))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    raise_limit()


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files.sys, "platform", "win32")
    raise_limit()
