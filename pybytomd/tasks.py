"""Background tasks, started and supervised in one place.

A raw ``asyncio.create_task`` may be collected while it runs and loses its exception until somebody asks for it. A
``TaskSet`` keeps each task, names it, logs how it failed, and on leaving cancels what still runs and waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")


class TaskSet:
    """The tasks of one component. Use as ``async with``, or call ``close`` at the end.

    ``on_failure`` is called with the task's name and its exception, after it was logged.
    """

    def __init__(self, owner: str, on_failure: Callable[[str, BaseException], None] | None = None) -> None:
        self._owner = owner
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    def start(self, work: Coroutine[Any, Any, object], name: str) -> asyncio.Task[Any]:
        """Run ``work`` in the background. Raises RuntimeError when the set is closing."""
        if self._closing:
            work.close()
            raise RuntimeError(f"{self._owner} is closing: {name} is not started")
        task = asyncio.get_running_loop().create_task(work, name=f"{self._owner}: {name}")
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def every(self, seconds: float, work: Callable[[], Awaitable[None] | None], name: str) -> asyncio.Task[Any]:
        """Call ``work`` again and again, ``seconds`` after it last ended; a failure is logged, then it goes on."""
        return self.start(self._repeat(seconds, work, name), name)

    async def _repeat(self, seconds: float, work: Callable[[], Awaitable[None] | None], name: str) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                result = work()
                if result is not None:
                    await result
            except Exception as error:
                logger.exception("periodic task failed", extra={"task": f"{self._owner}: {name}"})
                self._report(name, error)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            logger.error("task failed", exc_info=error, extra={"task": task.get_name()})
            self._report(task.get_name(), error)

    def _report(self, name: str, error: BaseException) -> None:
        if self._on_failure is not None:
            self._on_failure(name, error)

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def running(self) -> frozenset[asyncio.Task[Any]]:
        """The tasks that have not ended."""
        return frozenset(self._tasks)

    async def close(self) -> None:
        """Cancel every task and wait until all have ended. No new ones start afterwards."""
        self._closing = True
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def until_first_ends(*works: Coroutine[Any, Any, object]) -> BaseException | None:
    """Run ``works`` at once until one of them ends, cancel the others; how it failed, or None."""
    tasks = [asyncio.get_running_loop().create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done() and (error := task.exception()) is not None:
                return error
        return None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``, or None when ``stop`` is set before it ends. Raises what ``work`` raises."""
    results: list[T] = []

    async def collect() -> None:
        results.append(await work)

    error = await until_first_ends(collect(), stop.wait())
    if error is not None:
        raise error
    return results[0] if results else None
