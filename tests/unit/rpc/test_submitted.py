"""What was submitted is known to the wallet when the answer comes, though its thread has not got to it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pybytomd.chain.chain import Chain
from pybytomd.errors import StoreError
from pybytomd.ledger.block import Block
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.wallet import Wallet
from tests.unit.rpc.recorded import Client, make_api, recorded_chain, recording
from tests.unit.wallet.recorded import KEYS_AND_ACCOUNTS, chosen, open_wallet, records


class FullStore(MemoryStore):
    """Cannot be written to while ``is_full``."""

    is_full = False

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        if self.is_full:
            raise StoreError("the disk is full")
        super().write(changes)

    def put(self, key: bytes, value: bytes) -> None:
        self.write({key: value})


def wallet_before_a_payment() -> tuple[Chain, FullStore, Wallet, Transaction]:
    """A wallet that has caught up, whose thread does not run, and a payment of its own for the next block."""
    blocks = [Block.from_hex(raw) for raw in recording("chain")["blocks"]]
    height, spend = next((block.height, tx) for block in blocks for tx in block.transactions[1:])
    chain, database = recorded_chain(height - 1), FullStore()
    database.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    wallet = open_wallet(database, chain)
    wallet.catch_up()
    return chain, database, wallet, spend


async def listed(client: Client, tx: Transaction) -> list[str]:
    answer = await client.call("list-transactions", {"id": tx.id.hex(), "unconfirmed": True})
    return [found["tx_id"] for found in answer["data"]] if answer["status"] == "success" else []


async def test_it_is_listed_at_once() -> None:
    chain, _, wallet, spend = wallet_before_a_payment()
    client = Client(make_api(chain, wallet=wallet))
    for _ in range(2):
        answer = await client.call("submit-transaction", {"raw_transaction": spend.to_hex()})
        assert answer["data"] == {"tx_id": spend.id.hex()}
        assert await listed(client, spend) == [spend.id.hex()]
    found = await client.call("get-transaction", {"tx_id": spend.id.hex()})
    assert found["data"]["block_height"] == 0
    outputs = await client.call("list-unspent-outputs", {"unconfirmed": True})
    assert spend.result_ids[0].hex() in json.dumps(outputs)


async def test_all_of_several_are_listed_at_once() -> None:
    chain, _, wallet, spend = wallet_before_a_payment()
    client = Client(make_api(chain, wallet=wallet))
    answer = await client.call("submit-transactions", {"raw_transactions": [spend.to_hex()]})
    assert answer["data"] == {"tx_id": [spend.id.hex()]}
    assert await listed(client, spend) == [spend.id.hex()]


async def test_a_wallet_that_cannot_store_it_refuses_nothing_and_makes_up_for_it() -> None:
    chain, database, wallet, spend = wallet_before_a_payment()
    client = Client(make_api(chain, wallet=wallet))
    database.is_full = True
    answer = await client.call("submit-transaction", {"raw_transaction": spend.to_hex()})
    assert answer["status"] == "success"
    assert await listed(client, spend) == []
    database.is_full = False
    wallet.step()
    assert await listed(client, spend) == [spend.id.hex()]


async def test_a_departure_that_could_not_be_stored_is_made_up_for() -> None:
    chain, database, wallet, spend = wallet_before_a_payment()
    client = Client(make_api(chain, wallet=wallet))
    await client.call("submit-transaction", {"raw_transaction": spend.to_hex()})
    chain.pool.remove(spend.id)
    database.is_full = True
    try:
        wallet.step()
    except StoreError:
        database.is_full = False
    assert not database.is_full
    wallet.step()
    assert await listed(client, spend) == []
    assert wallet.keeper.unconfirmed() == []
