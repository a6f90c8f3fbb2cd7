"""The figures at ``/metrics``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pybytomd.rpc.pages.metrics import METRICS
from tests.unit.rpc.recorded import Client, make_api, recorded_chain
from tests.unit.rpc.test_methods import Network

LINE = re.compile(r"^(?P<name>[a-z_]+) (?P<value>[0-9.e+-]+)$")


@dataclass
class Miner:
    is_mining: bool = True
    hash_rate: float = 2.5
    blocks_found: int = 4


class WalletAtBlock:
    wallet_height = 2

    def status(self) -> WalletAtBlock:
        return self


async def figures(client: Client) -> dict[str, float]:
    response = await client.send("/metrics", verb="GET")
    assert (response.status, response.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found = {}
    lines = response.body.decode().splitlines()
    for about, kind, line in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        match = LINE.match(line)
        assert match, line
        assert about.startswith(f"# HELP {match['name']} ")
        assert kind in (f"# TYPE {match['name']} gauge", f"# TYPE {match['name']} counter")
        found[match["name"]] = float(match["value"])
    return found


async def test_a_whole_node() -> None:
    chain = recorded_chain(3)
    api = make_api(chain, network=Network(), miner=Miner(), wallet=WalletAtBlock())
    client = Client(api)
    await client.call("net-info")
    found = await figures(client)
    assert set(found) == {metric.name for metric in METRICS}
    assert found == {
        "bytom_block_height": 3,
        "bytom_block_time_seconds": chain.best_header.timestamp,
        "bytom_peer_block_height": 99,
        "bytom_peers": 1,
        "bytom_sync_blocks_per_second": 12.5,
        "bytom_sync_stuck": 0,
        "bytom_pool_transactions": 0,
        "bytom_pool_orphans": 0,
        "bytom_mining": 1,
        "bytom_hashes_per_second": 2.5,
        "bytom_mined_blocks_total": 4,
        "bytom_wallet_height": 2,
        "bytom_api_requests_total": 2,
    }
    assert (await figures(client))["bytom_api_requests_total"] == 3
    chain.close()


async def test_why_the_chain_is_stuck_is_a_label() -> None:
    chain = recorded_chain(0)
    client = Client(make_api(chain, network=Network(stuck='disk "a\\b" full,\nsorry')))
    lines = (await client.send("/metrics", verb="GET")).body.decode().splitlines()
    assert 'bytom_sync_stuck{reason="disk \\"a\\\\b\\" full,\\nsorry"} 1' in lines
    chain.close()


async def test_parts_that_do_not_run_are_left_out() -> None:
    chain = recorded_chain(0)
    found = await figures(Client(make_api(chain)))
    assert {"bytom_peers", "bytom_wallet_height", "bytom_mining"} & set(found) == set()
    assert found["bytom_block_height"] == 0
    chain.close()


async def test_others_need_a_token_and_pages_of_other_sites_are_refused() -> None:
    chain = recorded_chain(0)
    client = Client(make_api(chain))
    assert (await client.send("/metrics", verb="GET", remote="10.0.0.1")).status == 401
    assert (await client.send("/metrics", verb="GET", headers={"Origin": "http://evil.example"})).status == 403
    chain.close()
