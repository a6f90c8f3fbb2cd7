"""Lists in the order that Go's ``sort.Sort`` leaves them in.

That sort is not stable, but it is deterministic: where it puts items of equal keys shows in answers, and decides
what a page of a list holds. It is pattern-defeating quicksort (https://arxiv.org/abs/2106.05123) as of Go
1.19: which pivots are taken and in which order items are exchanged is what counts here. Source: Go's
``sort/zsortinterface.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

LARGEST = 4096
"""Items; more are sorted stably, a hundred times as fast: nobody tells apart the order of so many equal ones."""

INSERTION_LIMIT = 12
NINTHER_LIMIT = 50
PATTERN_LIMIT = 8
MAX_SWAPS = 12
"""Exchanges it takes to order the nine candidates for a pivot when they are in descending order."""
REPAIRS = 5
"""Items out of order that are put in place in a range that looks sorted."""
UINT64 = (1 << 64) - 1


def go_sorted(items: Iterable[T], key: Callable[[T], int]) -> list[T]:
    """The items by key, ascending, those of equal keys as Go leaves them."""
    given = list(items)
    if len(given) <= INSERTION_LIMIT or len(given) > LARGEST:
        return sorted(given, key=key)  # up to the limit Go's sort is stable as well
    sorter = _Sorter([(key(item), item) for item in given])
    sorter.sort(0, len(given), len(given).bit_length())
    return [item for _, item in sorter.pairs]


class _Sorter(Generic[T]):
    """The work on one list of keys and items. Ranges are half open, ``[start, end)``."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[int, T]]) -> None:
        self.pairs = pairs

    def less(self, left: int, right: int) -> bool:
        return self.pairs[left][0] < self.pairs[right][0]

    def swap(self, left: int, right: int) -> None:
        pairs = self.pairs
        pairs[left], pairs[right] = pairs[right], pairs[left]

    def sort(self, start: int, end: int, bad_choices: int) -> None:
        """Sort a range; after ``bad_choices`` pivots that split it badly, by heap."""
        balanced = partitioned = True
        while (length := end - start) > INSERTION_LIMIT:
            if bad_choices == 0:
                self.heap_sort(start, end)
                return
            if not balanced:
                self.break_patterns(start, end)
                bad_choices -= 1
            pivot, swaps = self.choose_pivot(start, end)
            if swaps == MAX_SWAPS:  # it is probably descending
                self.pairs[start:end] = self.pairs[start:end][::-1]
                pivot = (end - 1) - (pivot - start)
                swaps = 0
            if balanced and partitioned and swaps == 0 and self.repair(start, end):
                return
            if start > 0 and not self.less(start - 1, pivot):
                start = self.skip_equal(start, end, pivot)
                continue
            middle, partitioned = self.partition(start, end, pivot)
            left, right = middle - start, end - middle
            balanced = min(left, right) >= length // 8
            if left < right:
                self.sort(start, middle, bad_choices)
                start = middle + 1
            else:
                self.sort(middle + 1, end, bad_choices)
                end = middle
        self.pairs[start:end] = sorted(self.pairs[start:end], key=lambda pair: pair[0])

    def heap_sort(self, start: int, end: int) -> None:
        """Sort a range by a heap with the greatest item on top."""
        size = end - start
        for root in range((size - 1) // 2, -1, -1):
            self.sift_down(root, size, start)
        for last in range(size - 1, -1, -1):
            self.swap(start, start + last)
            self.sift_down(0, last, start)

    def sift_down(self, root: int, size: int, first: int) -> None:
        while (child := 2 * root + 1) < size:
            if child + 1 < size and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child

    def break_patterns(self, start: int, end: int) -> None:
        """Exchange three items in the middle with others, chosen by a generator that begins with the length."""
        length = random = end - start
        if length < PATTERN_LIMIT:
            return
        mask = (1 << length.bit_length()) - 1
        middle = start + length // 4 * 2
        for index in range(middle - 1, middle + 2):
            random ^= random << 13 & UINT64
            random ^= random >> 17
            random ^= random << 5 & UINT64
            other = random & mask
            self.swap(index, start + (other - length if other >= length else other))

    def choose_pivot(self, start: int, end: int) -> tuple[int, int]:
        """The index of a pivot, and how many exchanges it took to order the candidates."""
        length = end - start
        quarter = length // 4
        places, swaps = [start + quarter, start + quarter * 2, start + quarter * 3], 0
        if length < PATTERN_LIMIT:
            return places[1], swaps
        if length >= NINTHER_LIMIT:
            for number, place in enumerate(places):
                places[number], more = self.median(place - 1, place, place + 1)
                swaps += more
        pivot, more = self.median(*places)
        return pivot, swaps + more

    def median(self, first: int, second: int, third: int) -> tuple[int, int]:
        """Which of three indexes is that of the middle item, and the number of exchanges to find out."""
        swaps = 0
        if self.less(second, first):
            first, second, swaps = second, first, swaps + 1
        if self.less(third, second):
            second, swaps = third, swaps + 1
        if self.less(second, first):
            second, swaps = first, swaps + 1
        return second, swaps

    def repair(self, start: int, end: int) -> bool:
        """Put a few items in place in a range that is nearly sorted. Whether it is sorted now."""
        index = start + 1
        for _ in range(REPAIRS):
            while index < end and not self.less(index, index - 1):
                index += 1
            if index == end:
                return True
            if end - start < NINTHER_LIMIT:
                return False
            self.swap(index, index - 1)
            if index - start >= 2:
                place = index - 1
                while place >= 1 and self.less(place, place - 1):
                    self.swap(place, place - 1)
                    place -= 1
            if end - index >= 2:
                place = index + 1
                while place < end and self.less(place, place - 1):
                    self.swap(place, place - 1)
                    place += 1
        return False

    def partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Bring smaller items before the pivot and others behind it. Its place, and whether all were so before."""
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        untouched = True
        while True:
            while low <= high and self.less(low, start):
                low += 1
            while low <= high and not self.less(high, start):
                high -= 1
            if low > high:
                break
            untouched = False
            self.swap(low, high)
            low, high = low + 1, high - 1
        self.swap(high, start)
        return high, untouched

    def skip_equal(self, start: int, end: int, pivot: int) -> int:
        """Bring items equal to the pivot, of which none is smaller, to the front. Where the others begin."""
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        while True:
            while low <= high and not self.less(start, low):
                low += 1
            while low <= high and self.less(start, high):
                high -= 1
            if low > high:
                return low
            self.swap(low, high)
            low, high = low + 1, high - 1
