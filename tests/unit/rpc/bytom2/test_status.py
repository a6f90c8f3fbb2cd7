"""How a node of Bytom 2 says that it is: in one answer, to monitors, about bans, and blocks on demand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
from pybytomd.vm.programs.address import Address
from tests.bytom2_builder import Builder, key, network, open_chain
from tests.unit.rpc.bytom2.world import FreeSigner, api_of, ask, call, send
from tests.unit.rpc.test_bans import NODE_ID, Peers

PARAMS = network(validators=4, blocks_per_epoch=4)
ALONE = network(validators=1, blocks_per_epoch=4)
KEY = key(0).xpub.raw.hex()


@pytest.fixture
def chain() -> Chain:
    return open_chain(PARAMS)


async def test_all_parts_are_told(chain: Chain) -> None:
    builder = Builder(chain)
    blocks = builder.extend(6)
    builder.justify(PARAMS.genesis, blocks[3], [0, 1, 2])
    api = api_of(chain, network=Peers())
    found = await call(api, "node-status")
    assert list(found) == [
        "network", "versions", "sync", "listen_address", "peers", "pool", "wallet", "index", "consensus",
        "producing", "disk", "readiness",
    ]  # fmt: skip
    assert found["network"] == "bytom2-solonet"
    assert found["versions"]["reference"] == "2.0.7"
    assert found["sync"]["height"] == 6
    assert found["sync"]["block_hash"] == blocks[5].hash.hex()
    assert found["sync"]["block_time"] == blocks[5].header.timestamp // 1000
    assert found["peers"][0]["peer_id"] == "ab" * 32
    assert found["consensus"] == {
        "justified_height": 4, "finalized_height": 0, "epoch": 2, "validators": 4, "votes": 0
    }  # fmt: skip
    assert found["producing"] == {
        "xpub": KEY, "is_validator": True, "is_producing": False, "is_quiet": False, "blocks_made": 0
    }  # fmt: skip
    quiet = await call(api_of(chain, signer=FreeSigner(is_quiet=True)), "node-status")
    assert quiet["producing"]["is_quiet"] is True


async def figures(api: object) -> dict[str, float]:
    lines = (await send(api, "/metrics", verb="GET")).splitlines()  # type: ignore[arg-type]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] != "#")}


async def test_figures_for_monitors(chain: Chain) -> None:
    builder = Builder(chain)
    with ReorganisationCounter(chain.events) as counter:
        blocks = builder.extend(5)
        rivals = builder.extend(6, PARAMS.genesis, slots=9)
        builder.justify(PARAMS.genesis, rivals[3], [0, 1, 2])
        api = api_of(chain, reorganisations=counter)
        found = await figures(api)
        assert chain.best_hash == rivals[5].hash != blocks[4].hash
    assert found["bytom_block_height"] == 6
    assert found["bytom_block_time_seconds"] == rivals[5].header.timestamp / 1000
    assert found["bytom_block_age_seconds"] == 0.5
    assert found["bytom_justified_height"] == 4
    assert found["bytom_finalized_height"] == 0
    assert (found["bytom_epoch"], found["bytom_validators"], found["bytom_validator"]) == (2, 4, 1)
    assert (found["bytom_producing"], found["bytom_produced_blocks_total"], found["bytom_votes_neu"]) == (0, 0, 0)
    assert (found["bytom_reorganisations_total"], found["bytom_reorganisation_depth_max"]) == (1, 5)
    assert "bytom_mining" not in found
    assert "bytom_hashes_per_second" not in found


async def test_who_the_validators_are_is_remembered_for_the_epoch(chain: Chain) -> None:
    builder = Builder(chain)
    api = api_of(chain)
    for height in range(1, 10):
        builder.extend(1)
        assert api.elections.validators(chain) == chain.validators(chain.best_hash)
        assert api.finality().epoch == height // 4 + 1
    remembered = api.elections._last
    chain.validators = None  # type: ignore[method-assign,assignment]
    assert remembered is not None
    assert api.elections.validators(chain) is remembered[1]


async def test_bans_name_nodes_as_this_network_does(chain: Chain) -> None:
    network_side = Peers()
    api = api_of(chain, network=network_side)
    network_side.now = api.clock.now()
    made = await call(api, "ban", peer_id=NODE_ID.lower(), seconds=60)
    assert (made["peer_id"], made["seconds_left"]) == (NODE_ID.lower(), 60)
    assert network_side.banned == {NODE_ID: network_side.now + 60}
    assert await call(api, "list-bans") == [made]
    await call(api, "unban", peer_id=NODE_ID.lower())
    assert await call(api, "list-bans") == []
    added = await call(api, "add-peer", address="node.example:46657", keep=True)
    assert added["peer_id"] == "ab" * 32
    assert network_side.added == [("node.example", 46657, True)]


async def test_a_vault_has_no_bans(chain: Chain) -> None:
    answer = await ask(api_of(chain), "ban", address="10.0.0.1")
    assert answer["error_detail"] == "this node has no network: it runs in vault mode"


async def test_blocks_on_demand_go_ahead_of_the_clock_as_far_as_they_may() -> None:
    with open_chain(
        ALONE, clock=(clock := ManualClock(now=ALONE.genesis.header.timestamp / 1000 + 60.5))
    ) as chain:
        api = api_of(chain, clock)
        made = (await call(api, "generate", count=9))["block_hashes"]
        times = [chain.block_at(height).header.timestamp for height in range(1, len(made) + 1)]
        assert [chain.hash_at(height) for height in range(1, len(made) + 1)] == [
            bytes.fromhex(one) for one in made
        ]
        interval, now = ALONE.casper.block_interval, int(clock.now() * 1000)
        assert all(time % interval == 0 for time in times)
        assert times == list(range(times[0], times[0] + len(times) * interval, interval))
        assert now - interval < times[0] <= now
        assert now + ALONE.casper.max_time_ahead - interval < times[-1] <= now + ALONE.casper.max_time_ahead
        refused = await ask(api, "generate")
        assert refused["error_detail"].startswith("no block can be made yet: the last one is as far ahead")
        clock.advance(interval / 1000)
        assert len((await call(api, "generate", count=3))["block_hashes"]) == 1
        assert api.finality().produced == len(made) + 1


async def test_blocks_on_demand_are_paid_to_an_address_and_made_in_ones_own_turns() -> None:
    clock = ManualClock(now=PARAMS.genesis.header.timestamp / 1000 + 60.5)
    address = Address(b"\x07" * 20, PARAMS.address_prefix)
    with open_chain(PARAMS, clock=clock) as chain:
        api = api_of(chain, clock)
        of_other = await ask(api, "generate", address=str(Address(b"\x07" * 20, "bn")))
        assert "unknown address type" in json.dumps(of_other)
        made = (await call(api, "generate", count=4, address=str(address)))["block_hashes"]
        assert 1 <= len(made) <= 2  # so many of the next five turns are its own
        for height in range(1, len(made) + 1):
            block = chain.block_at(height)
            assert chain.validator(block.header.previous_block_hash, block.header.timestamp).key == KEY
            assert block.transactions[0].outputs[0].control_program == address.control_program


async def test_no_blocks_on_demand_on_a_public_network(chain: Chain) -> None:
    public = replace(PARAMS, is_private=False)
    with open_chain(PARAMS) as private:
        private.params = public
        answer = await ask(api_of(private), "generate")
    assert answer["error_detail"] == "blocks are generated on demand on solonet and dev only"
    assert "from 1 to 1000" in (await ask(api_of(chain), "generate", count=0))["error_detail"]
