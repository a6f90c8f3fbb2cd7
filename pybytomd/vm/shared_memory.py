"""Shared memory between stack items, as Go's slices have it.

Quirk: CAT and CATPUSHDATA append in place when there is room behind their first operand, and room there is: behind
the result of LEFT or SUBSTR lies the rest of the original, numbers sit in buffers of eight bytes, grown results
have spare capacity, and arguments lie one after the other in the bytes of the transaction. What is appended shows
in every item that shares the memory. Programs can tell, so consensus includes it (splice.go).

Quirk: the boolean true is one slice of one byte in the whole Go process (``trueBytes`` in ``vm/types.go``). A
program can take it off a comparison, cut it to nothing and append; from then on every true is that byte. Here that
holds to the end of the transaction, and each transaction begins with a whole one, as in a process just started.
What a Go process decides after a transaction has spoilt its true depends on what else it has seen since its start,
so no two need agree; nothing of that is imitated.

Only programs that append are run here, and those that run after true was spoilt; see ``verify``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import cast

from pybytomd.vm.context import Context, SharedBuffer, SharedMemory
from pybytomd.vm.errors import BadValue
from pybytomd.vm.frame import Frame, Sized
from pybytomd.vm.numbers import checked, decode_bool, decode_int, encode_int

SIZE_CLASSES: tuple[int, ...] = (
    0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416,
    448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456,
    4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384,
    18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
)  # fmt: skip
"""Sizes Go's allocator gives out; larger ones are multiples of its page. Source: Go 1.19, sizeclasses.go."""
PAGE_SIZE = 8192
DOUBLING_THRESHOLD = 256
NUMBER_CAPACITY = 8
RIPEMD160_CAPACITY = 24


def allocated_size(size: int) -> int:
    """How much memory Go reserves for ``size`` bytes."""
    if size <= SIZE_CLASSES[-1]:
        return SIZE_CLASSES[bisect_left(SIZE_CLASSES, size)]
    return -(-size // PAGE_SIZE) * PAGE_SIZE


def grown_capacity(capacity: int, needed: int) -> int:
    """The capacity of a slice after growing to ``needed`` bytes. Source: Go 1.19, runtime/slice.go."""
    if needed > 2 * capacity:
        return allocated_size(needed)
    if capacity < DOUBLING_THRESHOLD:
        return allocated_size(2 * capacity)
    while capacity < needed:
        capacity += (capacity + 3 * DOUBLING_THRESHOLD) // 4
    return allocated_size(capacity)


class View:
    """A part of some memory, with room up to ``capacity`` behind it that may belong to others too."""

    __slots__ = ("capacity", "length", "memory", "start")

    def __init__(self, memory: bytearray, start: int, length: int, capacity: int) -> None:
        self.memory = memory
        self.start = start
        self.length = length
        self.capacity = capacity

    @classmethod
    def of(cls, data: bytes, capacity: int = 0) -> View:
        """Memory of its own for ``data``, without room behind it unless ``capacity`` says so."""
        length = len(data)
        if capacity <= length:
            return cls(bytearray(data), 0, length, length)
        memory = bytearray(capacity)
        memory[:length] = data
        return cls(memory, 0, length, capacity)

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[int]:
        return iter(self.memory[self.start : self.start + self.length])

    def __bytes__(self) -> bytes:
        return bytes(self.memory[self.start : self.start + self.length])


class Shared:
    """What all levels of one verification share: items of the context, and the memory around the program."""

    __slots__ = ("items", "memory", "true")

    def __init__(self, memory: SharedMemory) -> None:
        self.items: dict[str, View] = {}
        self.memory = memory
        self.true = View(memory.true, 0, 1, 1)


class AliasingFrame(Frame):
    """A frame whose items are views of shared memory."""

    __slots__ = ("_code", "_shared")

    def __init__(
        self,
        code: View,
        run_limit: int,
        context: Context,
        stack: list[Sized],
        expansion_reserved: bool,
        shared: Shared,
    ) -> None:
        super().__init__(bytes(code), run_limit, context, stack, expansion_reserved)
        self._code = code
        """The memory the program lies in, where it may be written over while it runs."""
        self._shared = shared

    @classmethod
    def outermost(cls, context: Context, run_limit: int) -> tuple[AliasingFrame, list[Sized]]:
        """The frame for a context's program, and its arguments as they lie in memory."""
        arguments: list[Sized]
        if context.shared_buffer is None:
            buffer = SharedBuffer(SharedMemory())
            arguments = [View.of(argument) for argument in context.arguments]
        else:
            buffer = context.shared_buffer()
            arguments = [view_in(buffer.memory.buffer, *span) for span in buffer.argument_spans]
        shared = Shared(buffer.memory)
        if buffer.code_span is None:
            code = View.of(context.code)
        else:
            code = view_in(buffer.memory.buffer, *buffer.code_span)
        # PROGRAM gives the very memory the program is run from, so a program can write over itself.
        shared.items["code"] = code
        return cls(code, run_limit, context, [], context.tx_version == 1, shared), arguments

    def pop_bytes(self) -> bytes:
        """As ``pop``, the bytes of the item."""
        return bytes(cast(View, self.pop()))

    def pop_int(self) -> int:
        """As ``pop``, decoded as a number; the item is gone even when that fails."""
        return decode_int(self.pop_bytes())

    def pop_count(self) -> int:
        """As ``pop_int``, a number that counts or measures. Raises BadValue for one that cannot."""
        number = self.pop_int()
        if number < 0:
            raise BadValue
        return number

    def pop_bool(self) -> bool:
        """As ``pop``, decoded as a boolean."""
        return decode_bool(self.pop_bytes())

    def push_bytes(self, data: bytes) -> None:
        """As ``push``, memory of its own for these bytes."""
        self.push(View.of(data))

    def push_data_now(self, data: bytes) -> None:
        """As ``push_now``, memory of its own for these bytes."""
        self.push_now(View.of(data))

    def push_int(self, number: int) -> None:
        """As ``push``, a number."""
        self.push(self.number_item(number))

    def push_result(self, number: int) -> None:
        """As ``push_int``, what was reckoned. Raises NumberOutOfRange when it is too large or too small."""
        self.push(self.number_item(checked(number)))

    def push_bool(self, value: bool) -> None:
        """As ``push``, a boolean."""
        self.push(self._shared.true if value else View.of(b""))

    def bytes_of(self, item: Sized) -> bytes:
        """The bytes an item has now."""
        return bytes(cast(View, item))

    def item_of(self, data: bytes) -> Sized:
        """Memory of its own for these bytes."""
        return View.of(data)

    def number_item(self, number: int) -> Sized:
        """A number, in a buffer of eight bytes; zero has no buffer."""
        data = encode_int(number)
        return View.of(data, NUMBER_CAPACITY if data else 0)

    def hash160_item(self, digest: bytes) -> Sized:
        """A digest, in memory rounded up by the allocator."""
        return View.of(digest, RIPEMD160_CAPACITY)

    def context_item(self, name: str, data: bytes) -> Sized:
        """The one memory that holds this part of the context."""
        item = self._shared.items.get(name)
        if item is None:
            item = self._shared.items[name] = View.of(data)
        return item

    def slice_item(self, item: Sized, start: int, end: int) -> Sized:
        """A part of an item, with the rest of it as room behind."""
        view = cast(View, item)
        return View(view.memory, view.start + start, end - start, view.capacity - start)

    def append_to_item(self, item: Sized, data: bytes) -> Sized:
        """Append in place where there is room, else to a grown copy."""
        view = cast(View, item)
        length = view.length + len(data)
        shared = self._shared.memory
        if length > view.capacity:
            if view.memory is shared.buffer:
                shared.outgrown = True
            return View.of(bytes(view) + data, grown_capacity(view.capacity, length))
        if data:
            end = view.start + view.length
            if view.memory is shared.buffer:
                shared.written = True
            elif view.memory is shared.true:
                shared.true_written = True
            view.memory[end : end + len(data)] = data
            code = self._code
            if view.memory is code.memory and end < code.start + code.length and end + len(data) > code.start:
                self.program = bytes(code)
        return View(view.memory, view.start, length, view.capacity)

    def child(self, predicate: Sized, run_limit: int, stack: list[Sized]) -> Frame:
        """A frame that runs a predicate, in whose memory its own items may lie."""
        view = cast(View, predicate)
        return AliasingFrame(view, run_limit, self.context, stack, False, self._shared)

    def finish_predicate(self, child: Frame, succeeded: bool) -> None:
        """Take over from a child, which may have written over this frame's program."""
        super().finish_predicate(child, succeeded)
        self.program = bytes(self._code)


def view_in(memory: bytearray, start: int, end: int) -> View:
    """A part of some memory, with all that lies behind it as room."""
    if start == end:  # nothing decodes to no memory at all
        return View.of(b"")
    return View(memory, start, end - start, len(memory) - start)
