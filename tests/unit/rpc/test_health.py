"""Whether a node lives, and whether it is ready."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.rpc.access.check import AccessRules
from pybytomd.rpc.api import Api
from pybytomd.rpc.health import REASONS, Reason, readiness
from pybytomd.rpc.lifecycle import Lifecycle, Phase
from tests.unit.rpc.recorded import Client, make_api, recorded_chain
from tests.unit.rpc.test_methods import Network


@pytest.fixture
def chain() -> Iterator[Chain]:
    opened = recorded_chain(3)
    yield opened
    opened.close()


async def ask(api: Api, path: str, **details: Any) -> tuple[int, Any]:
    response = await Client(api, rules=AccessRules(asks_local=True)).send(path, verb="GET", **details)
    assert ("Cache-Control", "no-store") in response.headers
    return response.status, json.loads(response.body)


@pytest.mark.parametrize("phase", Phase)
async def test_a_node_lives_in_every_phase(chain: Chain, phase: Phase) -> None:
    api = make_api(chain, lifecycle=Lifecycle(phase))
    assert await ask(api, "/health") == (200, {"status": "ok", "phase": phase.value})


async def test_a_node_is_ready_between_its_start_and_its_stop(chain: Chain) -> None:
    lifecycle = Lifecycle()
    api = make_api(chain, lifecycle=lifecycle)
    for phase, status in ((Phase.STARTING, 503), (Phase.RUNNING, 200), (Phase.STOPPING, 503)):
        lifecycle.phase = phase
        found, answer = await ask(api, "/ready")
        assert found == status
        assert answer.get("reason") == (None if status == 200 else phase.value)


@pytest.mark.parametrize(
    ("network", "reason", "detail"),
    [
        (Network(highest_block=3), None, ""),
        (Network(highest_block=5), None, ""),
        (Network(highest_block=6), Reason.SYNCING, ": block 3 of 6"),
        (Network(highest_block=3, stuck="the disk is full"), Reason.STUCK, "the disk is full"),
        (Network(highest_block=99, stuck="no peers"), Reason.STUCK, "no peers"),
        (Network(highest_block=0, peer_count=0), None, ""),
    ],
)
def test_why_a_node_is_not_ready(chain: Chain, network: Network, reason: Reason | None, detail: str) -> None:
    found = readiness(make_api(chain, network=network))
    assert found.reason is reason
    assert found.detail.endswith(detail)


def test_a_public_node_is_not_ready_before_it_has_peers(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "params", MAINNET)
    api = make_api(chain, network=Network(highest_block=0, peer_count=0))
    assert readiness(api).reason is Reason.SYNCING
    assert readiness(make_api(chain)).reason is None, "in vault mode there are none to wait for"


async def test_anybody_may_ask_under_any_name_and_by_head(chain: Chain) -> None:
    client = Client(make_api(chain), rules=AccessRules(asks_local=True))
    for path in ("/health", "/ready"):
        for remote in ("127.0.0.1", "10.1.2.3"):
            for verb in ("GET", "HEAD"):
                response = await client.send(path, verb=verb, remote=remote, headers={"Host": "balancer.example"})
                assert response.status == 200
    assert (await client.send("/ready/", remote="10.1.2.3")).status == 401


async def test_the_state_of_the_node_tells_it_too(chain: Chain) -> None:
    client = Client(make_api(chain, network=Network(highest_block=3, stuck="no peers")))
    status = (await client.call("node-status"))["data"]
    assert status["readiness"] == {"is_ready": False, "reason": "stuck", "detail": "no peers"}
    ready = (await Client(make_api(chain)).call("node-status"))["data"]["readiness"]
    assert ready == {"is_ready": True, "reason": None, "detail": None}


def test_every_reason_is_explained() -> None:
    assert set(REASONS) == set(Reason)
