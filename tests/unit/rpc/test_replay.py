"""What a reference node answered over the recorded chain, answered here, byte for byte.

What depends on the moment: in which order the pool lists transactions (ours is that of their arrival), and the
timestamp of work, for which the clock is set to the one of the recording.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.rpc.push.feeds import FeedStore
from tests.unit.rpc.recorded import Client, make_api, recording
from tests.unit.wallet.recorded import INDEX, KEYS_AND_ACCOUNTS, chosen, memory, open_chain, open_wallet, records

FAMILIES = frozenset({"blocks", "transactions", "programs", "mining", "network", "access_tokens", "feeds"})
PAGES = ("/", "/dashboard/", "/equity/")
"""Where the recording client followed redirects to."""
WORK_TIME = 1_795_455_253
SUBMITTED = ("b95553b210d7e125c6a2575b8d598dec0134368f50dfc983fd390b3226ac498e",
             "5b79cddfca2677e8509f7328267bb9a07dd09986d83f9014383039e871f35b6a")  # fmt: skip


@dataclass
class Alone:
    """A node that listens and has no peers."""

    listening: bool = True
    syncing: bool = False
    peer_count: int = 0
    highest_block: int = 0
    rate: float = 0.0
    remaining_seconds: float | None = None
    headers: int = 0
    doing: str = "waiting for peers"
    stuck: str | None = None
    listen_address: str = ""
    update: int = 0
    new_version: str = "1.1.1"

    def status(self) -> Alone:
        return self

    def peers(self) -> list[Any]:
        return []


async def hand_in_pool(client: Client) -> None:
    """What waited for a block at the end of the recording."""
    requests = {
        json.loads(case["response_body"]).get("data", {}).get("tx_id"): case["request"]
        for case in recording("rpc_actions")["cases"]
        if case["endpoint"] == "submit-transaction"
    }
    for tx_id in SUBMITTED:
        assert (await client.call("submit-transaction", requests[tx_id]))["data"] == {"tx_id": tx_id}


def recorded_client(chain: Chain, clock: ManualClock) -> Client:
    wallet = open_wallet(memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX)), chain, clock=clock)
    proposer = BlockProposer(chain, wallet.accounts.mining, clock)
    api = make_api(
        chain,
        wallet=wallet,
        feeds=FeedStore(memory(records("leveldb_dump", "txfeeds"))),
        mining_pool=MiningPool(chain, proposer, clock, EventDispatcher()),
        network=Alone(),
    )
    return Client(api)


async def test_recorded_answers() -> None:
    clock = ManualClock(float(WORK_TIME))
    chain = open_chain(clock=clock)
    client = recorded_client(chain, clock)
    await client.call("get-work")  # a template is made when the best block changes, here before the pool fills
    await hand_in_pool(client)
    families = {path: method.family for path, method in client.dispatcher.methods.items()}
    seen: Counter[str] = Counter()
    for case in recording("rpc_readonly")["cases"]:
        endpoint = case["endpoint"]
        if families.get(endpoint) not in FAMILIES and endpoint != "/nonexistent-endpoint":
            continue
        response = await client.send(endpoint, case["request"] or "", verb=case["method"])
        expected = case["response_body"]
        if expected is None:  # the reference drops the connection
            assert json.loads(response.body)["status"] == "fail"
            continue
        assert (response.status, response.content_type) == (case["http_status"], case["content_type"]), case
        if endpoint == "/list-unconfirmed-transactions":
            theirs = json.loads(expected)["data"]
            assert json.loads(response.body)["data"] == {**theirs, "tx_ids": list(SUBMITTED)}
            assert sorted(theirs["tx_ids"]) == sorted(SUBMITTED)
        else:
            assert response.body.decode() == expected, case
        seen[endpoint] += 1
    chain.close()
    assert seen["/get-block"] == 45
    assert seen["/get-work-json"] == seen["/get-work"] == 1
    assert sum(seen.values()) > 160


async def test_recorded_access_tokens() -> None:
    """Secrets and times are those of the node that answers; everything else is the same."""
    clock = ManualClock()
    chain = open_chain(clock=clock)
    client = recorded_client(chain, clock)
    disabled = Client(client.dispatcher.api, auth_disabled=True)
    replaced: list[tuple[str, str]] = []
    for case in recording("auth")["cases"]:
        method = client.dispatcher.methods.get(case["endpoint"])
        if (method is not None and method.family not in FAMILIES) or case["endpoint"] in (
            "/",
            "/dashboard/",
            "/equity/",
        ):
            continue
        chosen_client = disabled if case["id"] < 11 else client
        body, expected = case["request"] or "", case["response_body"]
        for theirs, ours in replaced:
            body, expected = body.replace(theirs, ours), expected.replace(theirs, ours)
        headers = dict(case["extra_headers"] or {})
        response = await chosen_client.send(case["endpoint"], body, verb=case["method"], headers=headers)
        text = response.body.decode() if "Accept-Encoding" not in headers else expected
        if case["endpoint"] == "/create-access-token" and '"success"' in expected:
            theirs_token, ours_token = json.loads(expected)["data"], json.loads(text)["data"]
            for field in ("token", "created_at"):
                replaced.append((theirs_token[field], ours_token[field]))
                expected = expected.replace(theirs_token[field], ours_token[field])
            replaced.append((theirs_token["token"].split(":")[1], ours_token["token"].split(":")[1]))
        assert (response.status, text[:3000]) == (case["http_status"], expected[:3000]), case
        assert response.content_type == case["response_headers"]["Content-Type"]
        assert response.varies == ("Vary" in case["response_headers"])
    chain.close()
