"""What a subscription says of each block and transaction: the events of a topic, without their envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from pybytomd.chain.annotated import JsonObject
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.rpc.push.events.seen import SeenBlock, SeenTransaction
from pybytomd.rpc.push.events.selectors import Selector

BLOCK_CONNECTED, BLOCK_DISCONNECTED = "block_connected", "block_disconnected"
CONNECTED, DISCONNECTED = "transaction_connected", "transaction_disconnected"
ADDED, DROPPED = "transaction_added", "transaction_dropped"
CONFIRMATION = "confirmation"

ShowBlock = Callable[[SeenBlock], JsonValue]
ShowTransaction = Callable[[SeenTransaction], JsonObject]


class Told(NamedTuple):
    """An event: what happened, and what is told of it."""

    event: str
    data: JsonValue


class Teller(Protocol):
    """Makes the events of one subscription, in order. Used by one thread at a time.

    ``state`` is what has to be kept beside a position to go on from there, empty for nothing.
    """

    state: str

    @property
    def is_over(self) -> bool:
        """Whether there will be nothing more to tell."""

    def connected(self, block: SeenBlock, best_height: int) -> Iterable[Told]:
        """A block joined the main chain, which is so high."""

    def disconnected(self, block: SeenBlock) -> Iterable[Told]:
        """A block left the main chain."""

    def is_about(self, seen: SeenTransaction) -> bool:
        """Whether a transaction of the pool is told of."""

    def added(self, seen: SeenTransaction) -> Told:
        """A transaction entered the pool."""

    def dropped(self, seen: SeenTransaction) -> Told:
        """It left the pool, and is in no block."""


class BlockTeller:
    """Tells of blocks. ``full`` shows one that joined, ``short`` one that left."""

    def __init__(self, full: ShowBlock, short: ShowBlock) -> None:
        self.state = ""
        self._full = full
        self._short = short

    @property
    def is_over(self) -> bool:
        """See ``Teller``."""
        return False

    def connected(self, block: SeenBlock, best_height: int) -> Iterable[Told]:  # noqa: ARG002 - see ``Teller``
        """See ``Teller``."""
        yield Told(BLOCK_CONNECTED, self._full(block))

    def disconnected(self, block: SeenBlock) -> Iterable[Told]:
        """See ``Teller``."""
        yield Told(BLOCK_DISCONNECTED, self._short(block))

    def is_about(self, seen: SeenTransaction) -> bool:  # noqa: ARG002 - see ``Teller``
        """See ``Teller``."""
        return False

    def added(self, seen: SeenTransaction) -> Told:
        """See ``Teller``. Never asked."""
        raise RuntimeError(f"blocks do not tell of {seen.tx.id.hex()}")

    dropped = added


class TransactionTeller:
    """Tells of the transactions that a selector picks, with those of the pool if they are wanted, too."""

    def __init__(self, selector: Selector, show: ShowTransaction, *, with_pool: bool) -> None:
        self.state = ""
        self._selector = selector
        self._show = show
        self._with_pool = with_pool

    @property
    def is_over(self) -> bool:
        """See ``Teller``."""
        return False

    def connected(self, block: SeenBlock, best_height: int) -> Iterable[Told]:
        """See ``Teller``."""
        confirmations = max(1, best_height - block.block.height + 1)
        for seen in self._selector.of_block(block):
            yield Told(CONNECTED, {**self._show(seen), "confirmations": confirmations})

    def disconnected(self, block: SeenBlock) -> Iterable[Told]:
        """See ``Teller``. The last transaction goes first."""
        for seen in reversed(list(self._selector.of_block(block))):
            yield Told(DISCONNECTED, self._unconfirmed(seen))

    def is_about(self, seen: SeenTransaction) -> bool:
        """See ``Teller``."""
        return self._with_pool and self._selector.is_about(seen)

    def added(self, seen: SeenTransaction) -> Told:
        """See ``Teller``."""
        return Told(ADDED, self._unconfirmed(seen))

    def dropped(self, seen: SeenTransaction) -> Told:
        """See ``Teller``."""
        return Told(DROPPED, self._unconfirmed(seen))

    def _unconfirmed(self, seen: SeenTransaction) -> JsonObject:
        return {**self._show(seen), "confirmations": 0}


class ConfirmationTeller:
    """Counts the confirmations of one transaction up to those that are required, and says when it loses its block.

    ``state`` is the height of its block, empty while it is in none.
    """

    def __init__(self, tx_id: bytes, required: int, state: str = "") -> None:
        self.state = state
        self.tx_id = tx_id
        self._required = required
        self._counted = 0

    @property
    def is_over(self) -> bool:
        """See ``Teller``."""
        return self._counted >= self._required

    def connected(self, block: SeenBlock, best_height: int) -> Iterator[Told]:  # noqa: ARG002 - it counts
        """See ``Teller``."""
        height = block.block.height
        if not self.state and self.tx_id in block.by_id:
            self.state = str(height)
        if not self.state:
            return
        self._counted = height - int(self.state) + 1
        yield Told(
            CONFIRMATION,
            {
                "tx_id": self.tx_id.hex(),
                "confirmations": self._counted,
                "required": self._required,
                "is_final": self.is_over,
                "block_height": int(self.state),
            },
        )

    def disconnected(self, block: SeenBlock) -> Iterator[Told]:
        """See ``Teller``."""
        if self.state != str(block.block.height):
            self._counted = max(0, self._counted - 1)
            return
        self.state, self._counted = "", 0
        yield Told(DISCONNECTED, {"tx_id": self.tx_id.hex(), "confirmations": 0})

    def is_about(self, seen: SeenTransaction) -> bool:
        """See ``Teller``."""
        return bool(seen.tx.id == self.tx_id)

    def added(self, seen: SeenTransaction) -> Told:
        """See ``Teller``."""
        return Told(ADDED, {"tx_id": seen.tx.id.hex(), "confirmations": 0})

    def dropped(self, seen: SeenTransaction) -> Told:
        """See ``Teller``."""
        return Told(DROPPED, {"tx_id": seen.tx.id.hex(), "confirmations": 0})
