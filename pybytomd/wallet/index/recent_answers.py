"""What an index was asked last, with the answers: pages, numbers and sums, until anything in it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple

MAX_ITEMS = 10_000
"""Of all answers together, each counting for one more: one or two megabytes."""

Answer = TypeVar("Answer", int, list[bytes], list[tuple[int, int]], list[tuple[str, bytes, int]])
Question = TypeVarTuple("Question")


class RecentAnswers:
    """Answers by question. To be used under the lock that the index is changed under, and forgotten there.

    So none is of a state before the last change that was acknowledged.
    """

    __slots__ = ("_answers", "_items")

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], Any] = {}
        self._items = 0

    def ask(self, find: Callable[[*Question], Answer], *question: *Question) -> Answer:
        """What was answered to the same question, else what ``find`` answers now. Not to be changed by who asks.

        Where nothing is found it is not kept: such a question may be of any length.
        """
        key = (find, *question)
        if key in self._answers:
            return self._answers[key]  # type: ignore[no-any-return]
        answer = find(*question)
        items = 1 + (len(answer) if isinstance(answer, list) else 0)
        if answer and items <= MAX_ITEMS:
            self._items += items
            if self._items > MAX_ITEMS:
                self.forget()
                self._items = items
            self._answers[key] = answer
        return answer

    def forget(self) -> None:
        """Something changes, or has changed."""
        self._answers.clear()
        self._items = 0
