"""Reservations: which outputs are chosen, which error when, and what becomes free again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.constants import BTM_ASSET_ID, NEU_PER_BTM
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.output_records import Utxo
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.spend.coin_selection import (
    Coin,
    ImmatureFunds,
    InsufficientFunds,
    ReservedFunds,
    UtxoKeeper,
    UtxoNotFound,
)

BTM = NEU_PER_BTM
PROGRAM = b"\x00\x14" + bytes(20)
CONTRACT = b"\x52"
GOLD = b"\x77" * 32


def utxo(number: int, amount: int, *, program: bytes = PROGRAM, **fields: object) -> Utxo:
    values: dict[str, object] = {"account_id": "A" if program == PROGRAM else "", "address": "x", **fields}
    output_id = number.to_bytes(32, "big")
    return Utxo(output_id, bytes(32), BTM_ASSET_ID, amount, 0, program, **values)  # type: ignore[arg-type]


class Keeper(UtxoKeeper):
    """A keeper over a wallet of its own."""

    def __init__(self, *utxos: Utxo, height: int = 1000) -> None:
        self.clock = ManualClock()
        self.set = UtxoSet(MemoryStore())
        super().__init__(self.set, lambda: height, self.clock)
        self.confirm(*utxos)

    def confirm(self, *utxos: Utxo) -> None:
        self.set.write({utxo.key: utxo.to_json() for utxo in utxos}, utxos, ())

    def spend(self, *utxos: Utxo) -> None:
        self.set.write(dict.fromkeys(utxo.key for utxo in utxos), (), utxos)

    def take(self, amount: int, *, unconfirmed: bool = False) -> list[int]:
        found = self.reserve("A", BTM_ASSET_ID, amount, self.clock.monotonic() + 60, use_unconfirmed=unconfirmed)
        assert sum(utxo.amount for utxo in found.utxos) == amount + found.change
        return [utxo.amount for utxo in found.utxos]


AMOUNTS = (100, 50, 20, 10, 8, 5, 3, 1)


@pytest.mark.parametrize(
    ("amount", "chosen"),
    [
        (BTM // 5, [1]),
        (3 * BTM // 2, [3]),
        (10 * BTM, [8, 5]),
        (90 * BTM, [50, 20, 10, 8, 5]),
        (120 * BTM, [100, 50]),
        (175 * BTM, [100, 50, 20, 10]),
        (197 * BTM, list(AMOUNTS)),
    ],
)
def test_choice_of_the_reference(amount: int, chosen: list[int]) -> None:
    keeper = Keeper(*(utxo(number, value * BTM) for number, value in enumerate(AMOUNTS)))
    assert keeper.take(amount) == [value * BTM for value in chosen]


def test_equal_outputs_are_taken_in_order_of_ids() -> None:
    keeper = Keeper(utxo(3, 7), utxo(1, 7), utxo(2, 7))
    reservation = keeper.reserve("A", BTM_ASSET_ID, 7, 60)
    assert [u.output_id[-1] for u in reservation.utxos] == [3]  # each is as good as the one before, so the last is
    assert keeper.take(14) == [7, 7]


@pytest.mark.parametrize("unconfirmed", [False, True])
@pytest.mark.parametrize("amount", [1000, 3100, 5900, 8000, 12_000])
def test_only_few_outputs_of_many_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, amount: int, unconfirmed: bool
) -> None:
    """Whatever the amount: of those that each hold their share of it the last ones are found at once."""
    keeper = Keeper(*(utxo(number, 1000 + number) for number in range(2000)))
    keeper.add_unconfirmed([utxo(5000, 2500), utxo(5001, 1001)])
    seen = 0

    def counted(read: Callable[..., Iterator[Coin]]) -> Callable[..., Iterator[Coin]]:
        def some(*arguments: Any, **more: Any) -> Iterator[Coin]:
            nonlocal seen
            for coin in read(*arguments, **more):
                seen += 1
                yield coin

        return some

    for name in ("coins", "sufficient_coins"):
        monkeypatch.setattr(keeper.set, name, counted(getattr(keeper.set, name)))
    assert sum(keeper.take(amount, unconfirmed=unconfirmed)) >= amount
    assert 0 < seen < 60


def test_the_smallest_sufficient_output_that_is_free() -> None:
    keeper = Keeper(utxo(1, 100), utxo(2, 60, valid_height=2000), utxo(3, 50), utxo(4, 49))
    assert keeper.take(50) == [50]
    assert keeper.take(50) == [100]
    assert keeper.take(49) == [49]


def test_an_amount_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Keeper(utxo(1, 5)).take(0)


def test_errors_in_the_order_of_the_reference() -> None:
    keeper = Keeper(utxo(1, 10), utxo(2, 20, valid_height=1001), utxo(3, 40), height=1000)
    assert keeper.take(35) == [40]
    with pytest.raises(InsufficientFunds):
        keeper.take(71)
    with pytest.raises(ImmatureFunds):
        keeper.take(70)
    with pytest.raises(ImmatureFunds):
        keeper.take(51)
    with pytest.raises(ReservedFunds):
        keeper.take(50)
    with pytest.raises(ReservedFunds):
        keeper.take(11)
    assert keeper.take(10) == [10]
    assert [error.code for error in (InsufficientFunds(), ImmatureFunds(), ReservedFunds(), UtxoNotFound())] == [
        "BTM700", "BTM701", "BTM702", "BTM703",
    ]  # fmt: skip


def test_nothing_there_is_insufficient() -> None:
    with pytest.raises(InsufficientFunds):
        Keeper().take(1)
    with pytest.raises(InsufficientFunds):
        Keeper(utxo(1, 10)).reserve("B", BTM_ASSET_ID, 1, 60)
    with pytest.raises(InsufficientFunds):
        Keeper(utxo(1, 10)).reserve("A", GOLD, 1, 60)


def test_the_last_immature_height() -> None:
    with pytest.raises(ImmatureFunds):
        Keeper(utxo(1, 10, valid_height=11), height=10).take(1)
    assert Keeper(utxo(1, 10, valid_height=10), height=10).take(1) == [10]


def test_the_last_immature_height_of_a_particular_output() -> None:
    young, ripe = utxo(1, 10, valid_height=11), utxo(2, 10, valid_height=10)
    keeper = Keeper(young, ripe, height=10)
    with pytest.raises(ImmatureFunds):
        keeper.reserve_particular(young.output_id, 60)
    assert keeper.reserve_particular(ripe.output_id, 60).utxos == (ripe,)


def test_a_cancelled_reservation_is_free() -> None:
    keeper = Keeper(utxo(1, 10))
    reservation = keeper.reserve("A", BTM_ASSET_ID, 4, 60)
    assert (reservation.id, reservation.change) == (1, 6)
    assert keeper.is_reserved(utxo(1, 10).output_id)
    keeper.cancel(reservation.id)
    keeper.cancel(reservation.id)
    assert keeper.reservations == []
    assert keeper.take(10) == [10]


def test_release_frees_whole_reservations() -> None:
    first, second, other = utxo(1, 10), utxo(2, 10), utxo(3, 4)
    keeper = Keeper(first, second, other)
    assert keeper.take(20) == [10, 10]
    assert keeper.take(3) == [4]
    keeper.release([second.output_id, bytes(32)])
    assert not keeper.is_reserved(first.output_id)
    assert keeper.is_reserved(other.output_id)


def test_reservations_end() -> None:
    keeper = Keeper(utxo(1, 10), utxo(2, 5))
    keeper.reserve("A", BTM_ASSET_ID, 10, 60)
    keeper.reserve_particular(utxo(2, 5).output_id, 30)
    keeper.clock.advance(30)
    assert len(keeper.reservations) == 2  # only after its time
    keeper.clock.advance(1)
    assert keeper.take(5) == [5]
    keeper.clock.advance(30)
    assert keeper.take(10) == [10]


def test_a_cancelled_reservation_does_not_end_a_later_one() -> None:
    keeper = Keeper(utxo(1, 10))
    keeper.cancel(keeper.reserve("A", BTM_ASSET_ID, 10, 5).id)
    keeper.reserve("A", BTM_ASSET_ID, 10, 100)
    keeper.clock.advance(50)
    with pytest.raises(ReservedFunds):
        keeper.take(1)


def test_particular_outputs() -> None:
    own, contract, young = utxo(1, 10), utxo(2, 5, program=CONTRACT), utxo(3, 7, valid_height=1001)
    keeper = Keeper(own, contract, young)
    assert keeper.reserve_particular(own.output_id, 60).utxos == (own,)
    assert keeper.reserve_particular(contract.output_id, 60).utxos == (contract,)
    for output_id, error in (
        (own.output_id, ReservedFunds),
        (contract.output_id, ReservedFunds),
        (young.output_id, ImmatureFunds),
        (bytes(32), UtxoNotFound),
    ):
        with pytest.raises(error):
            keeper.reserve_particular(output_id, 60)


def test_unconfirmed_outputs_only_when_asked_for() -> None:
    waiting = utxo(9, 30)
    keeper = Keeper(utxo(1, 10))
    keeper.add_unconfirmed([waiting])
    with pytest.raises(InsufficientFunds):
        keeper.take(11)
    with pytest.raises(UtxoNotFound):
        keeper.reserve_particular(waiting.output_id, 60)
    assert keeper.take(35, unconfirmed=True) == [30, 10]
    with pytest.raises(ReservedFunds):
        keeper.reserve_particular(waiting.output_id, 60, use_unconfirmed=True)
    assert keeper.unconfirmed() == [waiting]


def test_unconfirmed_outputs_that_are_gone() -> None:
    waiting = utxo(9, 30)
    keeper = Keeper()
    keeper.add_unconfirmed([waiting, utxo(8, 1)])
    keeper.remove_unconfirmed([waiting.output_id, bytes(32)])
    with pytest.raises(InsufficientFunds):
        keeper.take(2, unconfirmed=True)
    assert keeper.take(1, unconfirmed=True) == [1]


def test_an_output_known_both_ways_counts_once() -> None:
    both = utxo(1, 10)
    keeper = Keeper(both)
    keeper.add_unconfirmed([both])
    with pytest.raises(InsufficientFunds):
        keeper.take(11, unconfirmed=True)
    assert keeper.take(10, unconfirmed=True) == [10]


def test_an_output_spent_while_it_is_chosen_is_passed_over() -> None:
    """The record is gone first, then the index follows."""
    big, small = utxo(1, 100), utxo(2, 60)
    keeper = Keeper(big, small)
    keeper.set._database.delete(big.key)
    assert keeper.take(50) == [60]
    keeper.cancel(1)
    with pytest.raises(InsufficientFunds):
        keeper.take(61)


def test_spent_outputs_are_not_chosen() -> None:
    keeper = Keeper(utxo(1, 100), utxo(2, 60))
    keeper.spend(utxo(1, 100))
    with pytest.raises(InsufficientFunds):
        keeper.take(61)
