"""Outputs that are kept for transactions that were built and are not in a block yet. Not in the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.errors import RequestError
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import wallet_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Uint64
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.wallet.spend.coin_selection import Reservation

MILLISECONDS = 1000
"""In a second."""


class NoSuchReservation(RequestError):
    """Its time is over, or it was released."""

    message = "there is no such reservation"


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A reservation by its number."""

    id: Uint64 = 0


@dataclass(frozen=True, slots=True)
class ReservedOutput:
    """An output that no other transaction is built of. ``account_id`` is empty for one of a contract."""

    id: bytes
    account_id: str
    asset_id: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class ReservationReply:
    """Outputs kept for a transaction, ``milliseconds`` more. What is over of them, ``change``, goes back."""

    id: int
    milliseconds: int
    change: int
    outputs: Sequence[ReservedOutput]


def _reply(reservation: Reservation, now: float) -> ReservationReply:
    return ReservationReply(
        id=reservation.id,
        milliseconds=max(int((reservation.expiry - now) * MILLISECONDS), 0),
        change=reservation.change,
        outputs=[
            ReservedOutput(utxo.output_id, utxo.account_id, utxo.asset_id, utxo.amount)
            for utxo in reservation.utxos
        ],
    )


@method("list-reservations", role=Role.WALLET, needs_wallet=True, in_reference=False, reads=True, kinds=BOTH)
async def list_reservations(api: ApiParts) -> Sequence[ReservationReply]:
    """What is kept for transactions that were built, the oldest first."""
    keeper, now = wallet_of(api).keeper, api.clock.monotonic()
    return await asyncio.to_thread(lambda: [_reply(one, now) for one in keeper.reservations])


@method("release-reservation", role=Role.SPEND, needs_wallet=True, in_reference=False, kinds=BOTH)
def release_reservation(api: ApiParts, request: ReservationRequest) -> ReservationReply:
    """Let other transactions spend what is kept for one that is given up; what was kept is told.

    The transaction that it was kept for can still be signed and handed in, until another has spent the same.
    """
    keeper, now = wallet_of(api).keeper, api.clock.monotonic()
    for reservation in keeper.reservations:
        if reservation.id == request.id:
            keeper.cancel(reservation.id)
            return _reply(reservation, now)
    raise NoSuchReservation.because(str(request.id))
