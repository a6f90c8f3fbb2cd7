"""Choosing outputs: the same as the reference's way of putting it, and nothing reserved after a failure."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.clock import ManualClock
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.output_records import Utxo
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.spend.coin_selection import ReservationError, UtxoKeeper

HEIGHT = 100
CONFIRMED = 500
"""The number of the first output that is in a block."""
PROGRAM = b"\x00\x14" + bytes(20)


def reference_choice(amounts: list[int], wanted: int) -> list[int]:
    """Indexes into ``amounts``, which are sorted: section 4.6 of the reference, as it stands."""
    picked: list[int] = []
    total = i = 0
    while i < len(amounts):
        if total < wanted:
            picked.append(i)
            total += amounts[i]
            i += 1
            continue
        replacement: list[int] = []
        smaller, done = total - amounts[picked[0]], False
        while i < len(amounts) and len(replacement) <= 5 - len(picked):
            replacement.append(i)
            smaller += amounts[i]
            if smaller >= wanted:
                picked, total, done = picked[1:] + replacement, smaller, True
                break
            i += 1
        if not done:
            break
        i += 1
    return picked


def keeper_of(coins: list[tuple[int, bool]], waiting: Sequence[int] = ()) -> UtxoKeeper:
    """Numbers below ``CONFIRMED`` are those that wait for a block."""
    outputs = UtxoSet(MemoryStore())
    utxos = [
        Utxo(
            number.to_bytes(32, "big"),
            bytes(32),
            BTM_ASSET_ID,
            amount,
            0,
            PROGRAM,
            account_id="A",
            valid_height=HEIGHT + 1 if immature else 0,
        )
        for number, (amount, immature) in (
            *enumerate(coins, CONFIRMED),
            *enumerate((one, False) for one in waiting),
        )
    ]
    confirmed = utxos[: len(coins)]
    outputs.write({utxo.key: utxo.to_json() for utxo in confirmed}, confirmed, ())
    keeper = UtxoKeeper(outputs, lambda: HEIGHT, ManualClock())
    keeper.add_unconfirmed(utxos[len(coins) :])
    keeper.add_unconfirmed(confirmed[:2])  # a block that has them is being taken in just now
    return keeper


coins = st.lists(
    st.tuples(st.integers(1, 60) | st.integers(8, 14), st.booleans() | st.just(False) | st.just(False)),
    max_size=60,
)
waiting = st.lists(st.integers(1, 60) | st.integers(8, 14), max_size=5)


@given(coins, waiting, st.lists(st.integers(1, 200) | st.integers(10, 60), min_size=1, max_size=6), st.booleans())
@settings(max_examples=500, deadline=None)
def test_like_the_reference(
    confirmed: list[tuple[int, bool]], waiting: list[int], wanted: list[int], use_unconfirmed: bool
) -> None:
    keeper = keeper_of(confirmed, waiting)
    coins = dict(enumerate(confirmed, CONFIRMED))
    if use_unconfirmed:
        coins |= enumerate((amount, False) for amount in waiting)
    reserved: set[int] = set()
    for amount in wanted:
        ordered = sorted(coins, key=lambda number: (-coins[number][0], number < CONFIRMED, number))
        mature = [number for number in ordered if not coins[number][1]]
        free = [number for number in mature if number not in reserved]
        expected = [free[index] for index in reference_choice([coins[number][0] for number in free], amount)]
        got = sum(coins[number][0] for number in expected)
        held = sum(coins[number][0] for number in mature if number in reserved)
        young = sum(amount for amount, immature in coins.values() if immature)
        before = keeper.reservations
        try:
            found = keeper.reserve("A", BTM_ASSET_ID, amount, 60, use_unconfirmed=use_unconfirmed)
        except ReservationError as error:
            code = "BTM700" if got + held + young < amount else "BTM701" if got + held < amount else "BTM702"
            assert got < amount
            assert error.code == code
            assert keeper.reservations == before
            continue
        numbers = [int.from_bytes(utxo.output_id, "big") for utxo in found.utxos]
        assert numbers == expected
        assert found.change == got - amount >= 0
        assert reserved.isdisjoint(numbers)
        reserved.update(numbers)


@given(coins, st.lists(st.tuples(st.integers(1, 100), st.integers(0, 5)), max_size=20))
@settings(max_examples=100, deadline=None)
def test_everything_cancelled_is_free_again(coins: list[tuple[int, bool]], steps: list[tuple[int, int]]) -> None:
    keeper = keeper_of(coins)
    for amount, cancelled in steps:
        with contextlib.suppress(ReservationError):
            keeper.reserve("A", BTM_ASSET_ID, amount, 60)
        keeper.cancel(cancelled)
        held = [utxo.output_id for reservation in keeper.reservations for utxo in reservation.utxos]
        assert len(held) == len(set(held))
        assert all(map(keeper.is_reserved, held))
    for reservation in keeper.reservations:
        keeper.cancel(reservation.id)
    mature = sum(amount for amount, immature in coins if not immature)
    if mature:
        assert sum(utxo.amount for utxo in keeper.reserve("A", BTM_ASSET_ID, mature, 60).utxos) == mature
