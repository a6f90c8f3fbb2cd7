"""Verdicts on many transactions of either chain: found on several threads, remembered (script execution cache)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from hashlib import blake2b
from itertools import chain
from threading import Lock
from typing import Generic, TypeVar

from cachetools import FIFOCache

Transaction = TypeVar("Transaction")
Verdict = TypeVar("Verdict")

REMEMBERED_TRANSACTIONS = 20_000
"""Verdicts kept: twice what the pool holds. Each takes some 450 bytes, and stands by a digest of the transaction's
bytes: these themselves would take as much again, after the transaction is long gone."""
CHUNK = 32
"""Transactions a thread takes at a time: 2 ms of work, which is long against handing it over."""


class RememberedVerdicts(Generic[Verdict]):
    """The verdicts that were found last, by the bytes of the transaction. Safe to use from several threads."""

    def __init__(self, limit: int = REMEMBERED_TRANSACTIONS) -> None:
        self._verdicts: FIFOCache[bytes, Verdict] = FIFOCache(limit)
        self._lock = Lock()

    def keep(self, raw: bytes, verdict: Verdict) -> None:
        """Remember what was found of a transaction."""
        with self._lock:
            self._verdicts[_digest(raw)] = verdict

    def find(self, raw: bytes) -> Verdict | None:
        """What was found of a transaction, None if it is not remembered."""
        if not self._verdicts:  # as while blocks are fetched: nothing to look for
            return None
        try:  # not ``get``, which looks twice: another thread may let go of it in between
            return self._verdicts[_digest(raw)]
        except KeyError:
            return None


def judge_all(
    judge: Callable[[Transaction, bool], Verdict], transactions: Sequence[Transaction], executor: Executor | None
) -> list[Verdict]:
    """What ``judge`` finds of each, in order. It is told whether a transaction is the first of all.

    Signatures are checked with the GIL released, so threads of ``executor`` help; without one there are none.
    """

    def judge_chunk(start: int) -> list[Verdict]:
        chunk = transactions[start : start + CHUNK]
        return [judge(tx, start + position == 0) for position, tx in enumerate(chunk)]

    starts = range(0, len(transactions), CHUNK)
    run = map if executor is None or len(starts) < 2 else executor.map
    return list(chain.from_iterable(run(judge_chunk, starts)))


def _digest(raw: bytes) -> bytes:
    """Stands for all bytes of a transaction, arguments too, which its id leaves out. Half a microsecond."""
    return blake2b(raw, digest_size=32).digest()
