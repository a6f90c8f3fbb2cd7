"""Which transactions a subscription is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from pybytomd.chain.annotated import OwnerOf
from pybytomd.rpc.push.events.seen import SeenBlock, SeenTransaction
from pybytomd.rpc.push.filter_expressions import Expression, asks_for_type, holds


class Selector(Protocol):
    """Picks transactions. From any thread."""

    def is_about(self, seen: SeenTransaction) -> bool:
        """Whether it picks this one."""

    def of_block(self, block: SeenBlock) -> Iterable[SeenTransaction]:
        """Those it picks of a block, in order."""


class Matching:
    """Picks the transactions that a test is true of."""

    def __init__(self, test: Callable[[SeenTransaction], bool]) -> None:
        self._test = test

    def is_about(self, seen: SeenTransaction) -> bool:
        """See ``Selector``."""
        return self._test(seen)

    def of_block(self, block: SeenBlock) -> Iterable[SeenTransaction]:
        """See ``Selector``."""
        return (seen for seen in block.transactions if self._test(seen))


class Touching:
    """Picks the transactions that have one of some keys: control programs, or ids of assets.

    ``index`` is a block's index by these keys, ``keys_of`` gives those of a transaction.
    """

    def __init__(
        self,
        keys: Collection[bytes],
        keys_of: Callable[[SeenTransaction], frozenset[bytes]],
        index: Callable[[SeenBlock], Mapping[bytes, Sequence[int]]],
    ) -> None:
        self._keys = frozenset(keys)
        self._keys_of = keys_of
        self._index = index

    def is_about(self, seen: SeenTransaction) -> bool:
        """See ``Selector``."""
        return not self._keys.isdisjoint(self._keys_of(seen))

    def of_block(self, block: SeenBlock) -> Iterable[SeenTransaction]:
        """See ``Selector``. The shorter of the two is gone through: the keys, or those of the block."""
        index = self._index(block)
        fewer, more = sorted((self._keys, index), key=len)
        places = {place for key in fewer if key in more for place in index[key]}
        return (block.transactions[place] for place in sorted(places))


def every() -> Selector:
    """All transactions."""
    return Matching(lambda _: True)


def of_programs(programs: Collection[bytes]) -> Selector:
    """Those that spend an output of one of these control programs, or pay to one."""
    return Touching(programs, lambda seen: seen.programs, lambda block: block.by_program)


def of_current_programs(programs: Callable[[], frozenset[bytes]]) -> Selector:
    """Those of the control programs that there are when a transaction is looked at."""
    return Matching(lambda seen: not programs().isdisjoint(seen.programs))


def of_asset(asset_id: bytes) -> Selector:
    """Those that move an asset, issue or retire it."""
    return Touching((asset_id,), lambda seen: seen.assets, lambda block: block.by_asset)


def of_owners(owner_of: OwnerOf, account_id: str | None = None) -> Selector:
    """Those of the wallet's accounts, or of one."""

    def is_owned(program: bytes) -> bool:
        owner = owner_of(program)
        return owner is not None and account_id in (None, owner[0])

    return Matching(lambda seen: any(is_owned(program) for program in seen.programs))


def of_filter(expression: Expression | None) -> Selector:
    """Those with an output that a feed's filter is true of, or, if it names ``trans_type``, with such an input."""
    if expression is None:
        return every()
    with_inputs = asks_for_type(expression)

    def test(seen: SeenTransaction) -> bool:
        if any(holds(expression, item) for item in seen.outputs):
            return True
        return with_inputs and any(holds(expression, item) for item in seen.inputs)

    return Matching(test)
