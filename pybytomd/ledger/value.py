"""What records of a block and of its validation have in common: they are equal by their fields.

Dataclasses say the same in fewer lines, and are what to use elsewhere. But mypyc does not compile them to anything
fast: a record of eleven fields takes 600 ns to make as a dataclass, and 30 as a compiled class of this kind.
"""

from __future__ import annotations

from typing import ClassVar, Self


class Value:
    """A record: equal to another of its class by its fields, which ``__match_args__`` names in their order."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in self.__match_args__
        )

    def __hash__(self) -> int:
        return hash(tuple([getattr(self, name) for name in self.__match_args__]))

    def replace(self, **changes: object) -> Self:
        """A copy with other values in some fields."""
        return type(self)(*[changes.get(name, getattr(self, name)) for name in self.__match_args__])

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({fields})"
