"""A frame: one level of execution, with its gas and its two stacks, and the steps that instructions are made of.

Gas is exact to the instruction also where a program fails, because CHECKPREDICATE gives back what a failed child
has left. So every instruction is a fixed order of small steps (charge, pop, push), and a step that fails leaves
the earlier ones done. Source: vm-and-validation reference, sections 1.1 to 1.8; ``protocol/vm/vm.go``.
"""

from __future__ import annotations

from typing import Final, Protocol

from pybytomd.crypto import ed25519
from pybytomd.vm.context import Context
from pybytomd.vm.errors import AltStackUnderflow, BadValue, DataStackUnderflow, RunLimitExceeded
from pybytomd.vm.numbers import FALSE, TRUE, checked, decode_bool, decode_int, encode_int

ITEM_COST: Final = 8
"""Gas an item on a stack costs beside its length; given back when it is taken off."""


class SharedMemoryNeeded(Exception):  # not an error of the program
    """The program appends to an item: it has to be run again on an ``AliasingFrame``."""


class Sized(Protocol):
    """An item as the stacks hold it: byte strings, or views of shared memory (see ``shared_memory``)."""

    def __len__(self) -> int:
        """Length in bytes."""


class Frame:
    """One level of execution. What CHECKPREDICATE starts, its child, is a frame of its own."""

    __slots__ = (
        "alt_stack",
        "context",
        "data",
        "deferred_cost",
        "expansion_reserved",
        "next_position",
        "position",
        "program",
        "run_limit",
        "stack",
    )

    def __init__(
        self, program: bytes, run_limit: int, context: Context, stack: list[Sized], expansion_reserved: bool
    ) -> None:
        self.program = program
        self.run_limit = run_limit
        self.context = context
        self.stack = stack
        self.alt_stack: list[Sized] = []
        self.expansion_reserved = expansion_reserved
        self.position = 0
        self.next_position = 0
        self.deferred_cost = 0
        self.data = b""

    # -- gas and stacks, the steps instructions are made of --

    def charge(self, cost: int) -> None:
        """Take gas, or give it back for a negative cost. When it is not enough, all of it is gone."""
        if cost > self.run_limit:
            self.run_limit = 0
            raise RunLimitExceeded
        self.run_limit -= cost

    def push(self, item: Sized) -> None:
        """Put an item on the stack, paid for when the instruction ends."""
        self.deferred_cost += ITEM_COST + len(item)
        self.stack.append(item)

    def push_now(self, item: Sized) -> None:
        """Put an item on the stack, paid for at once."""
        self.charge(ITEM_COST + len(item))
        self.stack.append(item)

    def pop(self) -> Sized:
        """Take the top item off, refunded when the instruction ends."""
        if not self.stack:
            raise DataStackUnderflow
        item = self.stack.pop()
        self.deferred_cost -= ITEM_COST + len(item)
        return item

    def pop_now(self) -> Sized:
        """Take the top item off, refunded at once."""
        if not self.stack:
            raise DataStackUnderflow
        item = self.stack.pop()
        self.run_limit += ITEM_COST + len(item)
        return item

    def top(self) -> Sized:
        """The top item, left where it is."""
        if not self.stack:
            raise DataStackUnderflow
        return self.stack[-1]

    def require(self, count: int) -> None:
        """Raise DataStackUnderflow unless the stack holds ``count`` items."""
        if len(self.stack) < count:
            raise DataStackUnderflow

    def pop_alt(self) -> Sized:
        """Take the top item off the alt stack."""
        if not self.alt_stack:
            raise AltStackUnderflow
        return self.alt_stack.pop()

    # The next nine are written out, one call each: a third of the time of a program that reckons.

    def pop_bytes(self) -> bytes:
        """As ``pop``, the bytes of the item."""
        if not self.stack:
            raise DataStackUnderflow
        item: bytes = self.stack.pop()  # type: ignore[assignment]  # here items are byte strings
        self.deferred_cost -= ITEM_COST + len(item)
        return item

    def pop_int(self) -> int:
        """As ``pop``, decoded as a number; the item is gone even when that fails."""
        if not self.stack:
            raise DataStackUnderflow
        item: bytes = self.stack.pop()  # type: ignore[assignment]
        self.deferred_cost -= ITEM_COST + len(item)
        return decode_int(item)

    def pop_count(self) -> int:
        """As ``pop_int``, a number that counts or measures. Raises BadValue for one that cannot."""
        if not self.stack:
            raise DataStackUnderflow
        item: bytes = self.stack.pop()  # type: ignore[assignment]
        self.deferred_cost -= ITEM_COST + len(item)
        number = decode_int(item)
        if number < 0:
            raise BadValue
        return number

    def pop_int_now(self) -> int:
        """As ``pop_now``, decoded as a number."""
        return decode_int(self.bytes_of(self.pop_now()))

    def pop_bool(self) -> bool:
        """As ``pop``, decoded as a boolean."""
        if not self.stack:
            raise DataStackUnderflow
        item: bytes = self.stack.pop()  # type: ignore[assignment]
        self.deferred_cost -= ITEM_COST + len(item)
        return decode_bool(item)

    def push_bytes(self, data: bytes) -> None:
        """As ``push``, a fresh byte string."""
        self.deferred_cost += ITEM_COST + len(data)
        self.stack.append(data)

    def push_data_now(self, data: bytes) -> None:
        """As ``push_now``, a fresh byte string."""
        cost = ITEM_COST + len(data)
        if cost > self.run_limit:
            self.run_limit = 0
            raise RunLimitExceeded
        self.run_limit -= cost
        self.stack.append(data)

    def push_int(self, number: int) -> None:
        """As ``push``, a number."""
        item = encode_int(number)
        self.deferred_cost += ITEM_COST + len(item)
        self.stack.append(item)

    def push_result(self, number: int) -> None:
        """As ``push_int``, what was reckoned. Raises NumberOutOfRange when it is too large or too small."""
        item = encode_int(checked(number))
        self.deferred_cost += ITEM_COST + len(item)
        self.stack.append(item)

    def push_bool(self, value: bool) -> None:
        """As ``push``, a boolean."""
        item = TRUE if value else FALSE
        self.deferred_cost += ITEM_COST + len(item)
        self.stack.append(item)

    # -- what signatures are; the frames of ``bytom2`` have another answer, and other numbers --

    def is_signed(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is one of this message by this key, which may be of any length."""
        return len(public_key) == ed25519.PUBLIC_KEY_SIZE and ed25519.verify(public_key, message, signature)

    # -- what items are; ``AliasingFrame`` has another answer --

    def bytes_of(self, item: Sized) -> bytes:
        """The bytes of an item."""
        return item  # type: ignore[return-value]  # here items are byte strings

    def item_of(self, data: bytes) -> Sized:
        """An item of its own for these bytes."""
        return data

    def number_item(self, number: int) -> Sized:
        """What goes on the stack for a number, in its shortest form."""
        return encode_int(number)

    def hash160_item(self, digest: bytes) -> Sized:
        """An item for a RIPEMD-160 digest."""
        return digest

    def context_item(self, name: str, data: bytes) -> Sized:  # noqa: ARG002 - for the aliasing frame
        """An item for something that belongs to the context; ``name`` tells which."""
        return data

    def slice_item(self, item: Sized, start: int, end: int) -> Sized:
        """A part of an item."""
        return self.bytes_of(item)[start:end]

    def append_to_item(self, item: Sized, data: bytes) -> Sized:  # noqa: ARG002 - for the aliasing frame
        """An item and more bytes after it: whether in place is more than this frame knows."""
        raise SharedMemoryNeeded

    def child(self, predicate: Sized, run_limit: int, stack: list[Sized]) -> Frame:
        """A frame that runs a predicate. Quirk: expansion opcodes are never reserved in it."""
        return Frame(self.bytes_of(predicate), run_limit, self.context, stack, expansion_reserved=False)

    # -- how it ends --

    def has_true_result(self) -> bool:
        """Whether the top of the stack is true."""
        return bool(self.stack) and decode_bool(self.bytes_of(self.stack[-1]))

    def leftover_gas(self) -> int:
        """What a parent gets back: the gas left and the cost of everything left on the stacks."""
        items = (*self.stack, *self.alt_stack)
        return self.run_limit + sum(len(item) for item in items) + ITEM_COST * len(items)

    def finish_instruction(self) -> None:
        """Settle the deferred cost and go to the next instruction."""
        self.charge(self.deferred_cost)
        self.position = self.next_position

    def finish_predicate(self, child: Frame, succeeded: bool) -> None:
        """Take over from a child that has ended: its gas comes back, its verdict is pushed."""
        self.deferred_cost -= child.leftover_gas()
        self.push_bool(succeeded and child.has_true_result())
        self.finish_instruction()
