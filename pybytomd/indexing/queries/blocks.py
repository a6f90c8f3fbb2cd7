"""Blocks in short, and figures over intervals of them, for lists and plots.

Sums are kept with each block over the chain up to it, so an interval takes two rows however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from pybytomd.codec.json.gojson import Number
from pybytomd.indexing import keys
from pybytomd.indexing.errors import BadQuestion, of_chain
from pybytomd.indexing.keys import HEIGHT_SIZE
from pybytomd.indexing.queries.answers import BlockSummariesAnswer, BlockSummary, StatisticsAnswer, StatisticsPoint
from pybytomd.indexing.queries.view import Pages, View
from pybytomd.indexing.records import EMPTY_CHAIN, BlockRow

DEFAULT_POINTS, MAX_POINTS = 100, 1000
MAX_TIME = (1 << 63) - 1


def block_summaries(
    view: View, count: int = 0, cursor: str = "", from_height: int | None = None
) -> BlockSummariesAnswer:
    """A page of blocks from the newest, or ``from_height``, down. Raises BadQuestion, StoreError."""
    pages: Pages[BlockSummary] = Pages(count, cursor, HEIGHT_SIZE)
    after = pages.after
    if not after and from_height is not None and from_height < view.height:
        after = (from_height + 1).to_bytes(HEIGHT_SIZE, "big")
    for key, value in view.rows(keys.BLOCKS, after, reverse=True):
        if pages.is_full:
            pages.end_before_end()
            break
        pages.add(key, _summary(view, int.from_bytes(key, "big"), BlockRow.from_bytes(value)))
    return {"height": view.height, "blocks": pages.rows, "next_cursor": pages.next_cursor}


def _summary(view: View, height: int, row: BlockRow) -> BlockSummary:
    program = view.program(row.miner) if row.miner else b""
    answer = {
        "height": height,
        "hash": row.block_hash.hex(),
        "timestamp": row.timestamp,
        "transactions": row.transactions,
        "size": row.size,
        "fees": row.fees,
        "reward": row.reward,
        **of_chain(lambda block_hash: view.forms.block_figures(block_hash, row.bits, program), row.block_hash),
    }
    return cast("BlockSummary", answer)


def statistics_by_height(view: View, first: int, last: int | None, points: int = 0) -> StatisticsAnswer:
    """Figures of the blocks from ``first`` to ``last``, of equal numbers of blocks each.

    Raises BadQuestion, StoreError.
    """
    last = view.height if last is None else min(last, view.height)
    count = _points(points)
    if first > last >= 0:
        raise BadQuestion(f"there are no blocks from {first} to {last}; the index ends at {view.height}")
    blocks = last - first + 1
    count = min(count, blocks)
    edges = [first + blocks * number // count for number in range(count + 1)] if count > 0 else []
    return _answer(view, edges)


def statistics_by_time(view: View, start: int, end: int | None, seconds: int, points: int = 0) -> StatisticsAnswer:
    """Figures of the blocks of each span of so many seconds, beginning at ``start``; spans without blocks are left
    out. The times are the latest up to each block, so that they do not go back. Raises BadQuestion, StoreError.
    """
    count = points or MAX_POINTS
    _points(count)
    last = view.block(view.height)
    end = min(MAX_TIME if end is None else end, 0 if last is None else last.latest_time)
    if seconds <= 0:
        raise BadQuestion("interval_seconds is above 0")
    if start > end:
        return {"height": view.height, "points": []}
    if (end - start) // seconds >= count:
        raise BadQuestion(
            f"there would be {(end - start) // seconds + 1} points, and there are {count} at most: "
            "take a longer interval_seconds, or less time"
        )
    edges = [_first_not_before(view, moment) for moment in range(start, end + 1, seconds)]
    edges.append(_first_not_before(view, end + 1))
    return _answer(view, edges)


def _points(points: int) -> int:
    if points > MAX_POINTS:
        raise BadQuestion(f"points is {points}, and there are {MAX_POINTS} at most")
    return points or DEFAULT_POINTS


def _first_not_before(view: View, moment: int) -> int:
    """The height of the first block by which a moment has come; one above the last block if there is none."""
    low, high = 0, view.height + 1
    while low < high:
        middle = (low + high) // 2
        row = view.block(middle)
        if row is not None and row.latest_time < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _answer(view: View, edges: list[int]) -> StatisticsAnswer:
    return {"height": view.height, "points": list(_figures(view, edges))}


def _figures(view: View, edges: list[int]) -> Iterator[StatisticsPoint]:
    """The figures between edges: each interval begins at one and ends before the next."""
    for first, following in pairwise(edges):
        before = EMPTY_CHAIN if first == 0 else view.block(first - 1)
        begin, end = view.block(first), view.block(following - 1) if following else None
        if first < following and before is not None and begin is not None and end is not None:
            yield _point(view, first, following - 1, before, begin, end)


def _point(view: View, first: int, last: int, before: BlockRow, begin: BlockRow, end: BlockRow) -> StatisticsPoint:
    blocks = last - first + 1
    hashes = end.work_so_far - before.work_so_far
    since = before.timestamp if first else begin.timestamp
    passed = end.timestamp - since
    steps = blocks if first else blocks - 1  # nothing was waited for before the first block
    answer = {
        "first_height": first,
        "last_height": last,
        "start_time": begin.timestamp,
        "end_time": end.timestamp,
        "blocks": blocks,
        "transactions": end.transactions_so_far - before.transactions_so_far,
        "size": end.size_so_far - before.size_so_far,
        "fees": end.fees_so_far - before.fees_so_far,
        **view.forms.interval_figures(hashes, blocks, passed),
        "block_seconds": Number.from_float(round(passed / steps, 3)) if passed > 0 and steps else None,
    }
    return cast("StatisticsPoint", answer)
