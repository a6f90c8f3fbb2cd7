"""Contracts that are followed, over the API."""

from __future__ import annotations

from typing import Any

from tests.unit.rpc.recorded import Client, make_api
from tests.unit.tracing.test_service import LOCK, Network


async def test_an_instance_from_beginning_to_end() -> None:
    network = Network()
    client = Client(make_api(network.chain, trace=network.service))
    made = network.issue(LOCK)
    block = network.mine(made)
    request = {"tx_hash": made.id.hex(), "block_hash": block.hash.hex()}
    (trace_id,) = (await client.call("create-contract-instance", request))["data"]
    network.service.catch_up()
    instance: dict[str, Any] = (await client.call("get-contract-instance", {"trace_id": trace_id}))["data"]
    assert (instance["status"], instance["tx_hash"], instance["unconfirmed"]) == (2, made.id.hex(), None)
    assert [utxo["program"] for utxo in instance["utxos"]] == ["Ug=="]
    listed = (await client.call("list-contract-instances"))["data"]
    assert listed == [{"trace_id": trace_id, **instance}]
    for _ in range(2):
        assert await client.call("remove-contract-instance", {"trace_id": trace_id}) == {"status": "success"}
    answer = await client.call("get-contract-instance", {"trace_id": trace_id})
    assert (answer["code"], answer["error_detail"]) == ("BTM000", "contract instance not found")
    answer = await client.call("create-contract-instance", {"tx_hash": "00", "block_hash": "00"})
    assert answer["error_detail"].startswith("There are no block with given hash")


async def test_a_node_that_follows_none() -> None:
    client = Client(make_api(Network(1).chain))
    for method in ("create-contract-instance", "get-contract-instance", "list-contract-instances"):
        assert "TM_TRACE_ENABLE" in (await client.call(method))["error_detail"]
