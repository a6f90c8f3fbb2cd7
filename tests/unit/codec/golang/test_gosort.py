"""The order of equal items, as Go 1.19 left them in the same lists."""

import hashlib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.golang.gosort import LARGEST, go_sorted

SORTED_BY_GO = "eb1843cded294001240e8aca85959487c6523ed09a05b9b73534565346590a16"
"""SHA3-256 of the positions that items came from, for all lists of ``lists``, sorted with ``sort.Sort``."""


def lists() -> Iterator[list[int]]:
    """Lists of many lengths, of few and of many different keys: random, sorted, descending, nearly sorted."""
    state = 1
    for length in (0, 1, 12, 13, 20, 49, 50, 51, 100, 333, 1000):
        for kinds in (1, 2, 7, 50, 100_000):
            keys = []
            for _ in range(length):
                state = state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407 & (1 << 64) - 1
                keys.append((state >> 33) % kinds)
            nearly = sorted(keys)
            if length > 2:
                nearly[length // 3], nearly[-1] = nearly[-1], nearly[length // 3]
            yield from (keys, sorted(keys), sorted(keys, reverse=True), nearly)


def positions(keys: list[int]) -> list[int]:
    return [position for position, _ in go_sorted(list(enumerate(keys)), key=lambda pair: pair[1])]


def test_equal_items_are_where_go_leaves_them() -> None:
    text = "\n".join(" ".join(map(str, positions(keys))) for keys in lists())
    assert hashlib.sha3_256(text.encode()).hexdigest() == SORTED_BY_GO


@given(st.lists(st.integers(0, 20), max_size=200))
def test_it_is_a_sort(keys: list[int]) -> None:
    order = positions(keys)
    assert sorted(order) == list(range(len(keys)))
    assert [keys[position] for position in order] == sorted(keys)


def test_long_lists_are_sorted_stably() -> None:
    keys = [number % 7 for number in range(LARGEST + 1)]
    assert positions(keys) == sorted(range(len(keys)), key=keys.__getitem__)
