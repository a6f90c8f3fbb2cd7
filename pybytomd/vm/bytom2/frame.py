"""Frames of Bytom 2: numbers are wide, signatures strict, and an alt stack knows whether it was ever used."""

from __future__ import annotations

from typing import Final, cast

from pybytomd.crypto import ed25519
from pybytomd.vm.bytom2.numbers import MAX_COUNT, checked_number, decode_number, encode_number
from pybytomd.vm.context import Context
from pybytomd.vm.errors import BadValue, DataStackUnderflow
from pybytomd.vm.frame import ITEM_COST, Frame, Sized
from pybytomd.vm.shared_memory import AliasingFrame, Shared, View

UNUSED: Final[list[Sized]] = []
"""The alt stack of a frame until something is put on it. Always empty: TOALTSTACK takes a new one.

Quirk: CHECKOUTPUT tells a stack that was never used from one that is empty again (``vmcontext.go``).
"""


def is_signed_strictly(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is one of this message by this key, of any length, with S below the group order."""
    return len(public_key) == ed25519.PUBLIC_KEY_SIZE and ed25519.verify_strictly(public_key, message, signature)


class WideFrame(Frame):
    """A frame whose numbers have up to 255 bits and no sign."""

    __slots__ = ()

    def __init__(
        self, program: bytes, run_limit: int, context: Context, stack: list[Sized], expansion_reserved: bool
    ) -> None:
        super().__init__(program, run_limit, context, stack, expansion_reserved)
        self.alt_stack = UNUSED

    def pop_int(self) -> int:
        """As ``pop``, decoded as a number; the item is gone even when that fails."""
        if not self.stack:
            raise DataStackUnderflow
        item: bytes = self.stack.pop()  # type: ignore[assignment]  # here items are byte strings
        self.deferred_cost -= ITEM_COST + len(item)
        return decode_number(item)

    def pop_int_now(self) -> int:
        """As ``pop_now``, decoded as a number."""
        return decode_number(self.bytes_of(self.pop_now()))

    def pop_count(self) -> int:
        """As ``pop_int``, a number that counts or measures. Raises BadValue from 2^63 on."""
        if not self.stack:
            raise DataStackUnderflow
        item: bytes = self.stack.pop()  # type: ignore[assignment]
        self.deferred_cost -= ITEM_COST + len(item)
        number = decode_number(item)
        if number > MAX_COUNT:
            raise BadValue
        return number

    def push_int(self, number: int) -> None:
        """As ``push``, a number."""
        item = encode_number(number)
        self.deferred_cost += ITEM_COST + len(item)
        self.stack.append(item)

    def push_result(self, number: int) -> None:
        """As ``push_int``, what was reckoned. Raises NumberOutOfRange when it is negative or too large."""
        item = encode_number(checked_number(number))
        self.deferred_cost += ITEM_COST + len(item)
        self.stack.append(item)

    def number_item(self, number: int) -> Sized:
        """What goes on the stack for a number, in its shortest form."""
        return encode_number(number)

    def is_signed(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is one of this message by this key, which may be of any length."""
        return is_signed_strictly(public_key, message, signature)

    def child(self, predicate: Sized, run_limit: int, stack: list[Sized]) -> Frame:
        """A frame that runs a predicate. Quirk: expansion opcodes are never reserved in it (``control.go``)."""
        return WideFrame(self.bytes_of(predicate), run_limit, self.context, stack, expansion_reserved=False)


class WideAliasingFrame(AliasingFrame):
    """The same with items that are views of shared memory. A number has no room behind it here."""

    __slots__ = ()

    def __init__(
        self,
        code: View,
        run_limit: int,
        context: Context,
        stack: list[Sized],
        expansion_reserved: bool,
        shared: Shared,
    ) -> None:
        super().__init__(code, run_limit, context, stack, expansion_reserved, shared)
        self.alt_stack = UNUSED

    def pop_int(self) -> int:
        """As ``pop``, decoded as a number; the item is gone even when that fails."""
        return decode_number(self.pop_bytes())

    def pop_int_now(self) -> int:
        """As ``pop_now``, decoded as a number."""
        return decode_number(self.bytes_of(self.pop_now()))

    def pop_count(self) -> int:
        """As ``pop_int``, a number that counts or measures. Raises BadValue from 2^63 on."""
        number = self.pop_int()
        if number > MAX_COUNT:
            raise BadValue
        return number

    def push_result(self, number: int) -> None:
        """As ``push_int``, what was reckoned. Raises NumberOutOfRange when it is negative or too large."""
        self.push(self.number_item(checked_number(number)))

    def number_item(self, number: int) -> Sized:
        """A number, in memory of its own."""
        return View.of(encode_number(number))

    def is_signed(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is one of this message by this key, which may be of any length."""
        return is_signed_strictly(public_key, message, signature)

    def child(self, predicate: Sized, run_limit: int, stack: list[Sized]) -> Frame:
        """A frame that runs a predicate, in whose memory its own items may lie."""
        return WideAliasingFrame(cast(View, predicate), run_limit, self.context, stack, False, self._shared)
