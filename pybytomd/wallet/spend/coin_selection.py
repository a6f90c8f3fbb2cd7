"""Coin selection: which unspent outputs a transaction gets, and their reservation until it expires.

Reservations are kept in memory. Handing a transaction in does not end them: its outputs are gone from the wallet
once it is in a block, and are free again after a while if it never gets there.
Source: wallet-and-keys reference, section 4.6; ``account/utxo_keeper.go``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, merge
from itertools import count, islice
from operator import attrgetter
from typing import Protocol

from pybytomd.clock import Clock
from pybytomd.wallet.errors import WalletError
from pybytomd.wallet.forms import AnyUtxo

DESIRED_INPUTS = 5
"""Up to so many small outputs are preferred to a large one, to merge what is left of payments."""
AFTER_ALL_IDS = b"\xff" * 64


class ReservationError(WalletError):
    """Outputs cannot be had for spending."""


class InsufficientFunds(ReservationError):
    """The account has less than is wanted, counting everything."""

    message = "reservation found insufficient funds"
    name = "ErrInsufficient"
    code = "BTM700"


class ImmatureFunds(ReservationError):
    """It would be enough with rewards that cannot be spent yet."""

    message = "reservation found immature funds"
    name = "ErrImmature"
    code = "BTM701"


class ReservedFunds(ReservationError):
    """It would be enough with outputs that are reserved for other transactions."""

    message = "reservation found outputs already reserved"
    name = "ErrReserved"
    code = "BTM702"


class UtxoNotFound(ReservationError):
    """There is no such output among those of accounts and contracts."""

    message = "can't find utxo with given hash"
    name = "ErrMatchUTXO"
    code = "BTM703"


class Coin(Protocol):
    """What must be known of an output to choose it. A record of one has it as well."""

    @property
    def output_id(self) -> bytes:
        """Its id."""

    @property
    def amount(self) -> int:
        """Units of its asset."""

    @property
    def valid_height(self) -> int:
        """The height from which on it can be spent."""


class Outputs(Protocol):
    """The confirmed unspent outputs of the wallet: ``UtxoSet``."""

    def coins(self, account_id: str, purse: bytes, after: tuple[int, bytes] | None = None) -> Iterator[Coin]:
        """Those of an account in a purse, the largest first: all, or what comes after an amount and id."""

    def sufficient_coins(self, account_id: str, purse: bytes, amount: int) -> Iterator[Coin]:
        """Those of them that hold an amount alone, in the opposite order."""

    def get(self, output_id: bytes) -> AnyUtxo | None:
        """The record of one, of an account or a contract."""

    def is_kept(self, utxo: AnyUtxo) -> bool:
        """Whether there is a record of an output."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Outputs that are spoken for, in the order they are to be spent in, and how much is left over.

    ``expiry`` is in seconds of ``Clock.monotonic``.
    """

    id: int
    utxos: tuple[AnyUtxo, ...]
    change: int
    expiry: float


class UtxoKeeper:
    """Chooses outputs to spend and sees to it that none is chosen twice. Safe to use from several threads.

    ``height`` is that of the best block of the chain, not of the wallet.
    """

    def __init__(self, outputs: Outputs, height: Callable[[], int], clock: Clock) -> None:
        self._outputs = outputs
        self._height = height
        self._clock = clock
        self._lock = threading.RLock()
        self._ids = count(1)
        self._unconfirmed: dict[bytes, AnyUtxo] = {}
        self._unconfirmed_of: dict[tuple[str, bytes], dict[bytes, AnyUtxo]] = {}
        self._reserved: dict[bytes, int] = {}
        self._reservations: dict[int, Reservation] = {}
        self._expiries: list[tuple[float, int]] = []

    def reserve(
        self, account_id: str, purse: bytes, amount: int, expiry: float, *, use_unconfirmed: bool = False
    ) -> Reservation:
        """Choose outputs of an account that hold an amount above 0: of one purse (see ``AnyUtxo``).

        Raises InsufficientFunds, ImmatureFunds, ReservedFunds, in this order, and ValueError for an amount of 0.
        """
        if amount <= 0:
            raise ValueError("an amount to reserve is above 0")
        with self._lock:
            self.expire()
            free = _Free(self._reserved, self._height())
            while True:
                waiting = self._waiting(account_id, purse) if use_unconfirmed else []
                candidates = _Candidates(self._outputs, account_id, purse, waiting, free)
                chosen, total = choose(candidates, amount)
                if total < amount:
                    raise _shortage(total, free, amount)
                utxos = [self._record(coin.output_id) for coin in chosen]
                found = tuple(utxo for utxo in utxos if utxo is not None)
                if len(found) == len(chosen):
                    return self._keep(found, total - amount, expiry)
                # A block that spends one of them is being taken in right now: choose among the others.
                free.spent.update(coin.output_id for coin, utxo in zip(chosen, utxos, strict=True) if utxo is None)

    def reserve_particular(self, output_id: bytes, expiry: float, *, use_unconfirmed: bool = False) -> Reservation:
        """Reserve one output, of an account or of a contract.

        Raises ReservedFunds, UtxoNotFound, ImmatureFunds.
        """
        with self._lock:
            self.expire()
            if output_id in self._reserved:
                raise ReservedFunds
            utxo = self._unconfirmed.get(output_id) if use_unconfirmed else None
            if utxo is None:
                utxo = self._outputs.get(output_id)
            if utxo is None:
                raise UtxoNotFound
            if utxo.valid_height > self._height():
                raise ImmatureFunds
            return self._keep((utxo,), 0, expiry)

    def cancel(self, reservation_id: int) -> None:
        """Set the outputs of a reservation free. Nothing happens if there is no such reservation."""
        with self._lock:
            reservation = self._reservations.pop(reservation_id, None)
            if reservation is not None:
                for utxo in reservation.utxos:
                    self._reserved.pop(utxo.output_id, None)

    def release(self, output_ids: Iterable[bytes]) -> None:
        """Cancel the reservations that any of these outputs are in, for a transaction that is given up."""
        with self._lock:
            for reservation_id in {self._reserved[i] for i in output_ids if i in self._reserved}:
                self.cancel(reservation_id)

    def expire(self) -> None:
        """Cancel all reservations whose time is over. Every reservation does this first."""
        now = self._clock.monotonic()
        with self._lock:
            while self._expiries and self._expiries[0][0] < now:
                self.cancel(heappop(self._expiries)[1])

    def is_reserved(self, output_id: bytes) -> bool:
        """Whether an output is spoken for."""
        with self._lock:
            self.expire()
            return output_id in self._reserved

    @property
    def reservations(self) -> list[Reservation]:
        """All reservations, the oldest first."""
        with self._lock:
            self.expire()
            return list(self._reservations.values())

    def add_unconfirmed(self, utxos: Iterable[AnyUtxo]) -> None:
        """Take in outputs of accounts and contracts that a transaction in the pool makes."""
        with self._lock:
            for utxo in utxos:
                self._unconfirmed[utxo.output_id] = utxo
                self._unconfirmed_of.setdefault((utxo.account_id, utxo.purse), {})[utxo.output_id] = utxo

    def remove_unconfirmed(self, output_ids: Iterable[bytes]) -> None:
        """Forget outputs of a transaction that left the pool. Unknown ones are passed over."""
        with self._lock:
            for output_id in output_ids:
                utxo = self._unconfirmed.pop(output_id, None)
                if utxo is not None:
                    holding = (utxo.account_id, utxo.purse)
                    del self._unconfirmed_of[holding][output_id]
                    if not self._unconfirmed_of[holding]:
                        del self._unconfirmed_of[holding]

    def is_own_unconfirmed(self, output_id: bytes) -> bool:
        """Whether an output is of an account here and made by a transaction in the pool."""
        utxo = self._unconfirmed.get(output_id)
        return utxo is not None and bool(utxo.account_id)

    def unconfirmed(self) -> list[AnyUtxo]:
        """All unconfirmed outputs, in the order they came in."""
        with self._lock:
            return list(self._unconfirmed.values())

    def _waiting(self, account_id: str, purse: bytes) -> list[AnyUtxo]:
        """Outputs that no block has confirmed, the largest first."""
        waiting = self._unconfirmed_of.get((account_id, purse), {}).values()
        return sorted((utxo for utxo in waiting if not self._outputs.is_kept(utxo)), key=_largest_first)

    def _record(self, output_id: bytes) -> AnyUtxo | None:
        return self._outputs.get(output_id) or self._unconfirmed.get(output_id)

    def _keep(self, utxos: tuple[AnyUtxo, ...], change: int, expiry: float) -> Reservation:
        reservation = Reservation(next(self._ids), utxos, change, expiry)
        self._reservations[reservation.id] = reservation
        self._reserved.update((utxo.output_id, reservation.id) for utxo in utxos)
        heappush(self._expiries, (expiry, reservation.id))
        return reservation


class _Free:
    """Tells which candidates are free, and sums up the others that it was asked about."""

    def __init__(self, reserved_ids: Mapping[bytes, int], height: int) -> None:
        self._reserved_ids = reserved_ids
        self._height = height
        self.spent: set[bytes] = set()
        self.reserved = 0
        self.immature = 0

    def has(self, coin: Coin) -> bool:
        """Whether an output is mature, and neither reserved nor spent."""
        output_id = coin.output_id
        is_mature = coin.valid_height <= self._height
        return is_mature and output_id not in self._reserved_ids and output_id not in self.spent

    def among(self, coins: Iterable[Coin]) -> Iterator[Coin]:
        """Those of some outputs that are free. The sums are of the others."""
        self.reserved = self.immature = 0
        for coin in coins:
            if self.has(coin):
                yield coin
            elif coin.valid_height > self._height:
                self.immature += coin.amount
            elif coin.output_id in self._reserved_ids:
                self.reserved += coin.amount


class Candidates(Protocol):
    """Free outputs in the order in which they are chosen from: ``_Candidates``."""

    def all(self) -> Iterator[Coin]:
        """All of them, the largest first."""

    def last(self, count: int, at_least: int) -> tuple[list[Coin], Iterator[Coin]] | None:
        """The last so many that hold an amount, each alone, in this order, and what follows them.

        None if there are not so many.
        """


class _Candidates:
    """Outputs of an account in a purse, the largest first; confirmed ones before others of their size."""

    def __init__(
        self, outputs: Outputs, account_id: str, purse: bytes, waiting: Sequence[AnyUtxo], free: _Free
    ) -> None:
        """``waiting`` are those that no block has confirmed, in this order."""
        self._outputs = outputs
        self._of = (account_id, purse)
        self._waiting = waiting
        self._free = free

    def all(self) -> Iterator[Coin]:
        """See ``Candidates``."""
        return self._free.among(self._merged(self._outputs.coins(*self._of), self._waiting))

    def last(self, count: int, at_least: int) -> tuple[list[Coin], Iterator[Coin]] | None:
        """See ``Candidates``."""
        waiting = [coin for coin in self._waiting if coin.amount >= at_least]
        backwards: Iterator[Coin] = self._outputs.sufficient_coins(*self._of, at_least)
        if waiting:
            backwards = _once(merge(reversed(waiting), backwards, key=attrgetter("amount")))
        found = list(islice(filter(self._free.has, backwards), count))
        if len(found) < count:
            return None
        found.reverse()
        return found, filter(self._free.has, self._after(found[-1], waiting))

    def _after(self, coin: Coin, before: Sequence[AnyUtxo]) -> Iterator[Coin]:
        """What follows an output, which is one of those ``before`` or confirmed."""
        places = [place for place, one in enumerate(before) if one.output_id == coin.output_id]
        passed = places[0] + 1 if places else sum(one.amount > coin.amount for one in before)
        last_id = AFTER_ALL_IDS if places else coin.output_id
        confirmed = self._outputs.coins(*self._of, after=(coin.amount, last_id))
        return self._merged(confirmed, self._waiting[passed:])

    def _merged(self, confirmed: Iterator[Coin], waiting: Sequence[AnyUtxo]) -> Iterator[Coin]:
        return _once(merge(confirmed, waiting, key=_largest_first)) if waiting else confirmed


def choose(candidates: Candidates, amount: int) -> tuple[list[Coin], int]:
    """Of free outputs those to spend for an amount, in this order, and their sum.

    The largest are taken until they suffice. Then the first of them is replaced by several smaller ones, as long
    as that suffices too and they are not many more than ``DESIRED_INPUTS`` together. If all do not suffice, all
    are chosen. The amount is above 0.

    So few outputs that each hold their share of the amount would be replaced by the next ones again and again,
    one by one, up to the last ones that do: of 100,000 small outputs that takes half a second, so they are looked
    for from there.
    """
    chosen, coins = candidates.last(1, amount) or ([], candidates.all())
    total = sum(coin.amount for coin in chosen)
    looked_for = len(chosen)
    while (coin := next(coins, None)) is not None:
        if total < amount:
            chosen.append(coin)
            total += coin.amount
        else:
            replacement: list[Coin] = []
            smaller_total = total - chosen[0].amount
            following: Coin | None = coin
            while following is not None and len(replacement) <= DESIRED_INPUTS - len(chosen):
                replacement.append(following)
                smaller_total += following.amount
                if smaller_total >= amount:
                    break
                following = next(coins, None)
            if smaller_total < amount:
                break
            chosen = chosen[1:] + replacement
            total = smaller_total
        size, share = len(chosen), -(-amount // len(chosen))
        if total >= amount and looked_for < size <= DESIRED_INPUTS and chosen[-1].amount >= share:
            chosen, coins = candidates.last(size, share) or (chosen, coins)
            total = sum(coin.amount for coin in chosen)
            looked_for = size
    return chosen, total


def _largest_first(coin: Coin) -> int:
    return -coin.amount


def _once(coins: Iterable[Coin]) -> Iterator[Coin]:
    """Each output once: while a block is being taken in one can be known as confirmed and as waiting."""
    seen: set[bytes] = set()
    for coin in coins:
        if coin.output_id not in seen:
            seen.add(coin.output_id)
            yield coin


def _shortage(total: int, free: _Free, amount: int) -> ReservationError:
    if total + free.reserved + free.immature < amount:
        return InsufficientFunds()
    if total + free.reserved < amount:
        return ImmatureFunds()
    return ReservedFunds()
