"""A program that uses the typed client as others may, for type checkers; what is marked as wrong is wrong."""

from __future__ import annotations

from typing import assert_type

from pybytomd.client import AsyncClient, Client, Event, Refused
from pybytomd.client.types import (
    Block,
    ControlAddress,
    SpendAccount,
    Template,
    TransactionSummary,
    WalletTransaction,
)


def pay(node: Client, address: str, amount: int) -> str:
    """Pay somebody; the id of the transaction."""
    template = node.build_transaction(
        actions=[
            SpendAccount(account_alias="alice", asset_alias="BTM", amount=amount),
            ControlAddress(asset_alias="BTM", amount=amount, address=address),
        ]
    )
    assert_type(template, Template)
    signed = node.sign_transaction(password="secret", transaction=template)
    node.submit_transaction(raw_transaction=signed.transaction.raw_transaction)  # type: ignore[arg-type] # may be None
    return node.submit_transaction(raw_transaction=signed.transaction.raw_transaction or "").tx_id


def wrong(node: Client) -> None:
    """What a type checker has to complain of."""
    node.get_block(block_height="7")  # type: ignore[arg-type]
    node.get_block(height=7)  # type: ignore[call-arg]
    node.create_key(alias="alice")  # type: ignore[call-arg]
    node.get_blocks()  # type: ignore[attr-defined]
    node.get_block(block_height=7).hsah  # type: ignore[attr-defined] # noqa: B018
    ControlAddress(asset_alias="BTM", amount=1.5, address="sm1")  # type: ignore[arg-type]


def right(node: Client) -> None:
    """What it knows of answers."""
    assert_type(node.get_block(block_height=7), Block)
    assert_type(node.get_block(block_hash="00").transactions[0].outputs[0].amount, int)
    assert_type(node.list_transactions(), list[WalletTransaction] | list[TransactionSummary])
    assert_type(node.get_block_count().block_count, int)
    assert_type(next(node.events("blocks")), Event)
    try:
        node.rescan_wallet()
    except Refused as error:
        assert_type(error.code, str)


async def both(node: AsyncClient) -> None:
    """The same for coroutines."""
    assert_type(await node.get_block(block_height=7), Block)
    await node.get_block(block_height="7")  # type: ignore[arg-type]
    async for event in node.events("blocks", from_height=0):
        assert_type(event, Event)
