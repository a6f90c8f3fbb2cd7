"""How a client asks: what the generated methods stand on, and when a request is sent again.

A request is sent again only where that can do no harm: when the node was not reached at all, and for methods that
change nothing also when the connection was lost. A payment whose answer was lost is the caller's to look after.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pybytomd.client.errors import AnswerLost, NoAnswer, NotReached
from pybytomd.client.reading import read_answer, request_body

A = TypeVar("A")
B = TypeVar("B")

DEFAULT_SECONDS = 120.0
"""Nothing from the node for so long is no answer. Merging many outputs may take some seconds."""
DEFAULT_RETRIES = 2
FIRST_PAUSE = 0.1
"""Seconds before a request is sent again; each pause is twice as long as the one before."""


_pause, _async_pause = time.sleep, asyncio.sleep


def pauses(attempts: int) -> Iterator[float]:
    """Seconds to wait before each attempt but the first."""
    return (FIRST_PAUSE * 2**number for number in range(attempts))


def may_repeat(error: NoAnswer, *, harmless: bool) -> bool:
    """Whether a request may be sent again after an error."""
    return isinstance(error, NotReached) or (harmless and isinstance(error, AnswerLost))


def given(arguments: Mapping[str, object]) -> dict[str, object]:
    """The arguments that were given; what is None was not, as the node reads it, too."""
    return {name: value for name, value in arguments.items() if value is not None}


class Asking(ABC):
    """Asks and waits for the answer."""

    _retries: int

    @abstractmethod
    def _send(self, method: str, body: bytes) -> bytes:
        """The answer. Raises NoAnswer."""

    def _ask(
        self, method: str, arguments: Mapping[str, object] | None, shape: type[A], other: type[B] | None = None,
        *, harmless: bool = False,
    ) -> A | B:  # fmt: skip
        body = request_body(None if arguments is None else given(arguments))
        left = pauses(self._retries)
        while True:
            try:
                answer = self._send(method, body)
            except NoAnswer as error:
                pause = next(left, None)
                if pause is None or not may_repeat(error, harmless=harmless):
                    raise
                _pause(pause)
                continue
            found: A | B = read_answer(answer, *_both(shape, other))
            return found


class AsyncAsking(ABC):
    """Asks, and lets others work until the answer is there."""

    _retries: int

    @abstractmethod
    async def _send(self, method: str, body: bytes) -> bytes:
        """The answer. Raises NoAnswer."""

    async def _ask(
        self, method: str, arguments: Mapping[str, object] | None, shape: type[A], other: type[B] | None = None,
        *, harmless: bool = False,
    ) -> A | B:  # fmt: skip
        body = request_body(None if arguments is None else given(arguments))
        left = pauses(self._retries)
        while True:
            try:
                answer = await self._send(method, body)
            except NoAnswer as error:
                pause = next(left, None)
                if pause is None or not may_repeat(error, harmless=harmless):
                    raise
                await _async_pause(pause)
                continue
            found: A | B = read_answer(answer, *_both(shape, other))
            return found


def _both(shape: type[Any], other: type[Any] | None) -> tuple[type[Any], ...]:
    return (shape,) if other is None else (shape, other)
