"""Pages of lists. Source: rpc-and-cli reference, section 3.7; ``api/page_util.go``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def page(items: Sequence[T], start: int, count: int) -> Sequence[T]:
    """``count`` items from ``start`` on, or what there is of them.

    Quirk: everything, if both are 0, but nothing if only the count is.
    """
    return items if start == count == 0 else items[start : start + count]
