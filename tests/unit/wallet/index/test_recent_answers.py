from __future__ import annotations

from pybytomd.wallet.index import recent_answers
from pybytomd.wallet.index.recent_answers import RecentAnswers


class Index:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def page(self, size: int) -> list[bytes]:
        self.asked += 1
        return [bytes(32)] * size

    def count(self, size: int) -> int:
        self.asked += 1
        return 2 * size


def test_the_same_question_is_answered_once_until_something_changes() -> None:
    index, recent = Index(), RecentAnswers()
    for _ in range(3):
        assert recent.ask(index.page, 2) == [bytes(32)] * 2
        assert recent.ask(index.count, 2) == 4
        assert recent.ask(index.page, 1) == [bytes(32)]
    assert index.asked == 3
    recent.forget()
    recent.ask(index.page, 2)
    assert index.asked == 4


def test_nothing_is_kept_of_what_finds_nothing_or_is_too_long() -> None:
    index, recent = Index(), RecentAnswers()
    for size in (0, recent_answers.MAX_ITEMS):
        for _ in range(2):
            assert len(recent.ask(index.page, size)) == size
    assert index.asked == 4


def test_all_that_is_kept_has_a_limit() -> None:
    index, recent = Index(), RecentAnswers()
    size = recent_answers.MAX_ITEMS // 2 - 1
    recent.ask(index.page, size)
    recent.ask(index.count, 1)
    recent.ask(index.page, size)
    assert index.asked == 2
    recent.ask(index.page, size - 1)  # fits
    recent.ask(index.page, size)
    assert index.asked == 3
    recent.ask(index.page, size - 2)  # does not, and is the only one that is left
    recent.ask(index.page, size - 2)
    assert index.asked == 4
    recent.ask(index.page, size)
    assert index.asked == 5
