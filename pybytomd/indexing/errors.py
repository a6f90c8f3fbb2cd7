"""What the index cannot answer, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar

from pybytomd.errors import RequestError, StoreError
from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.remedies import remedy_for

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def of_chain(read: Callable[[Asked], Answer], asked: Asked) -> Answer:
    """What the chain answers. Where core.db is damaged, the index has nothing wrong. Raises StoreError."""
    try:
        return read(asked)
    except DamagedDatabase as error:
        raise StoreError(str(error)) from error


class DamagedRow(DamagedDatabase):
    """A row of index.db is not as it is written. The index is made anew then."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"index.db is damaged: {reason}; {remedy_for('index')}")
        self.reason = f"index.db is damaged: {reason}"


class NotIndexed(RequestError):
    """The index knows nothing of what was asked for."""

    code = "BTM951"

    @classmethod
    def of(cls, what: str, behind: int) -> Self:
        """``what`` was looked for by an index that is so many blocks behind the chain."""
        hint = f"; it is {behind} blocks behind the chain, so try again later" if behind else ""
        return cls(f"the index has no {what}{hint}")


class BadQuestion(RequestError):
    """A question that cannot be understood: which part of it, and what it should be."""

    code = "BTM952"
