"""A dry run of submit-transaction agrees with it, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.mempool import mempool
from pybytomd.ledger.transaction import Transaction
from tests.unit.rpc.push.worlds import first_payment
from tests.unit.rpc.recorded import Client, make_api, recorded_chain


@pytest.fixture
def chain() -> Any:
    height, _ = first_payment()
    found = recorded_chain(height - 1)
    yield found
    found.close()


def payment() -> Transaction:
    return first_payment()[1]


async def checked(chain: Chain, raw: str, **parts: Any) -> Any:
    answer = await Client(make_api(chain, **parts)).call("check-transaction", {"raw_transaction": raw})
    assert answer["status"] == "success", answer
    return answer["data"]


async def submitted(chain: Chain, raw: str, **parts: Any) -> Any:
    return await Client(make_api(chain, **parts)).call("submit-transaction", {"raw_transaction": raw})


async def test_one_that_is_good_is_not_handed_in(chain: Chain) -> None:
    tx = payment()
    data = await checked(chain, tx.to_hex())
    assert len(chain.pool) == 0
    assert data["is_accepted"]
    assert (data["tx_id"], data["code"], data["reason"], data["status_fail"]) == (tx.id.hex(), "", "", False)
    assert (data["size"], data["is_waiting"]) == (tx.serialized_size, False)
    assert data["missing_outputs"] == data["rivals"] == []
    assert 0 < data["least_fee"] == 200 * data["gas_used"] <= data["fee"]
    assert (await submitted(chain, tx.to_hex()))["status"] == "success"
    again = await checked(chain, tx.to_hex())
    assert again == {**data, "is_waiting": True}


async def test_what_it_would_pay_is_what_the_pool_notes(chain: Chain) -> None:
    tx = payment()
    data = await checked(chain, tx.to_hex())
    await submitted(chain, tx.to_hex())
    (entry,) = chain.pool.entries()
    assert (data["fee"], data["status_fail"]) == (entry.fee, entry.status_fail)


async def test_one_with_a_bad_signature_says_why(chain: Chain) -> None:
    raw = payment().to_hex()
    argument = payment().inputs[0].arguments[0].hex()
    assert argument in raw
    bad = raw.replace(argument, "00" * (len(argument) // 2))
    data = await checked(chain, bad)
    refused = await submitted(chain, bad)
    assert (data["is_accepted"], data["gas_used"], data["least_fee"]) == (False, 0, 0)
    assert data["code"] == refused["code"]
    assert data["reason"] in refused["error_detail"]


async def test_one_that_spends_what_nobody_knows_is_refused_as_an_orphan(chain: Chain) -> None:
    tx = payment()
    unknown = recorded_chain(0)
    data = await checked(unknown, tx.to_hex())
    assert data["code"] == "BTM712"
    assert data["missing_outputs"] == [output_id.hex() for output_id in tx.spent_output_ids]
    assert unknown.pool.orphan_count == 0
    assert (await submitted(unknown, tx.to_hex()))["code"] == "BTM712"
    unknown.close()


async def test_a_fee_that_is_too_high_and_no_gas_at_all(chain: Chain) -> None:
    tx = payment()
    data = await checked(chain, tx.to_hex(), max_transaction_fee=1)
    assert (data["is_accepted"], data["code"]) == (False, "BTM713")
    coinbase = chain.block_at(1).transactions[0]
    data, refused = await checked(chain, coinbase.to_hex()), await submitted(chain, coinbase.to_hex())
    assert (data["is_accepted"], data["code"]) == (False, refused["code"])
    assert data["reason"] in refused["error_detail"]


async def test_a_full_pool(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mempool, "MAX_TRANSACTIONS", 0)
    data = await checked(chain, payment().to_hex())
    refused = await submitted(chain, payment().to_hex())
    assert not data["is_accepted"]
    assert data["reason"] in refused["error_detail"]


async def test_rivals_are_named(chain: Chain) -> None:
    """The same transaction, but good for a while longer: another id, and the same outputs spent."""
    tx = payment()
    other = Transaction(tx.version, tx.time_range + 10**6, tx.inputs, tx.outputs)
    assert other.id != tx.id
    await submitted(chain, tx.to_hex())
    data = await checked(chain, other.to_hex())
    assert data["rivals"] == [tx.id.hex()]


async def test_without_a_transaction(chain: Chain) -> None:
    answer = await Client(make_api(chain)).call("check-transaction")
    assert answer["error_detail"] == "raw_transaction is missing"
