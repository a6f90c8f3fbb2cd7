"""A worker works while there is work, wakes up for more, and outlives failures."""

import threading

import pytest

from pybytomd import worker as worker_module
from pybytomd.worker import Worker

LONG_ENOUGH = 10.0


def test_it_works_until_there_is_nothing_and_again_when_woken() -> None:
    left, idle = [3], threading.Event()

    def work() -> bool:
        if left[0]:
            left[0] -= 1
            return True
        idle.set()
        return False

    worker = Worker("test worker", work, pytest.fail)
    worker.start()
    assert idle.wait(LONG_ENOUGH)
    assert left == [0]
    left[0] = 2
    idle.clear()
    worker.wake()
    assert idle.wait(LONG_ENOUGH)
    assert left == [0]
    worker.stop()
    assert "test worker" not in {thread.name for thread in threading.enumerate()}


def test_it_tells_each_failure_and_then_that_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "FIRST_RETRY_SECONDS", 0.001)
    monkeypatch.setattr(worker_module, "LAST_RETRY_SECONDS", 0.001)
    failures: list[str] = []
    recovered = threading.Event()

    def work() -> bool:
        if len(failures) < 3:
            raise KeyError(len(failures))
        return False

    worker = Worker("test worker", work, lambda error: failures.append(str(error)), recovered.set)
    worker.start()
    assert recovered.wait(LONG_ENOUGH)
    worker.stop()
    assert failures == ["0", "1", "2"]


def test_a_stop_just_before_the_wake_up_is_cleared_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker("test worker", lambda: False, pytest.fail)

    class StoppedMeanwhile(threading.Event):
        def clear(self) -> None:
            worker._stopping.set()
            self.set()
            super().clear()

    monkeypatch.setattr(worker, "_woken", StoppedMeanwhile())
    worker.start()
    assert worker._thread is not None
    worker._thread.join(LONG_ENOUGH)
    assert not worker._thread.is_alive()
    worker.stop()
