"""The stack model: depths, sharing, and what is not there."""

from __future__ import annotations

import pytest

from pybytomd.equity.code.stack import NAMELESS, Stack
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import Budget


def names(stack: Stack) -> list[str]:
    """From top to bottom."""
    found = []
    cell = stack.top
    while cell is not None:
        found.append(cell.name)
        cell = cell.below
    return found


def make(text: str) -> Stack:
    return Stack(text, Budget())


def test_the_deepest_of_a_name_is_found() -> None:
    stack = make("abac")
    assert [stack.depth_of(name) for name in "abcd"] == [3, 2, 0, None]


@pytest.mark.parametrize(("depth", "expected"), [(0, "cba"), (1, "bca"), (2, "acb")])
def test_roll(depth: int, expected: str) -> None:
    stack = make("abc")
    stack.roll(depth)
    assert names(stack) == list(expected)


def test_pick_drop_and_take() -> None:
    stack = make("ab")
    stack.pick(1)
    assert names(stack) == ["a", "b", "a"]
    assert stack.take() == "a"
    stack.drop(5)
    assert names(stack) == []
    assert stack.take() == NAMELESS
    stack.pick(3)
    assert names(stack) == [NAMELESS]


def test_renaming_is_seen_by_a_kept_stack_unless_the_cell_is_another() -> None:
    stack = make("ab")
    kept = stack.top
    stack.rename("c")
    stack.top = kept
    assert names(stack) == ["c", "a"]
    stack.pick(0)
    stack.rename("d")
    stack.top = kept
    assert names(stack) == ["c", "a"]


def test_looking_costs() -> None:
    stack = Stack("abcd", Budget(7))
    stack.depth_of("a")
    with pytest.raises(CompileError, match="the source is too complex"):
        stack.depth_of("a")
