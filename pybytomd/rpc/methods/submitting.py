"""What both chains say of transactions outside of blocks, and how one is handed in.

Source: rpc-and-cli reference, sections 4.4 and 4.8; ``blockchain/txbuilder/finalize.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pybytomd.chain.mempool.pool_entry import AnyTransaction, Tx
from pybytomd.errors import BytomError, StoreError
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import MissingField
from pybytomd.rpc.schema.field_types import HexBytes
from pybytomd.wallet.spend.errors import OrphanTransaction

logger = logging.getLogger(__name__)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SubmittedReply:
    """The id of a transaction that was taken."""

    tx_id: bytes


@dataclass(frozen=True, slots=True)
class AllSubmittedReply:
    """The ids of transactions that were taken. Quirk: the name is singular."""

    tx_id: list[bytes]


@dataclass(frozen=True, slots=True)
class PoolReply:
    """The ids of the transactions that wait for a block."""

    total: int
    tx_ids: list[bytes]


@dataclass(frozen=True, slots=True)
class UnconfirmedRequest:
    """The id of a transaction."""

    tx_id: HexBytes = b""


@dataclass(frozen=True, slots=True)
class GasRateReply:
    """Neu a unit of gas costs."""

    gas_rate: int


def given(value: T | None, name: str) -> T:
    """The value of a field. Raises MissingField when there is none."""
    if value is None:
        raise MissingField.named(name)
    return value


async def add_to_pool(add_transaction: Callable[[Tx], Awaitable[bool]], tx: Tx) -> None:
    """Hand a transaction in to the pool of a chain. Raises BytomError if it is refused.

    Quirk: the reason is given twice.
    """
    try:
        is_orphan = await add_transaction(tx)
    except BytomError as error:
        raise error.within(f"tx rejected: {error}")  # noqa: B904 - the same error, with more to say
    if is_orphan:
        raise OrphanTransaction


async def tell_wallet(api: ApiParts) -> None:
    """Have the wallet know of what was handed in before the answer is sent, as the next question may be about it.

    A wallet that cannot store it refuses nothing: the transaction is on its way, and the wallet tries again.
    """
    if api.wallet is None:
        return
    try:
        await asyncio.to_thread(api.wallet.follow_arrivals)
    except StoreError as error:
        logger.warning("the wallet could not store a submitted transaction yet", extra={"err": str(error)})


async def submit_all(
    submit: Callable[[Tx], Awaitable[None]], transactions: tuple[Tx | None, ...]
) -> AllSubmittedReply:
    """Hand in transactions, one after another. The first that is refused ends it; those before it stay."""
    ids = []
    for transaction in transactions:
        tx = given(transaction, "raw_transactions")
        await submit(tx)
        ids.append(tx.id)
    return AllSubmittedReply(ids)


def note_submitted(tx: AnyTransaction) -> None:
    """Log that a transaction was taken."""
    logger.info("submit single tx", extra={"tx_id": tx.id.hex()})
