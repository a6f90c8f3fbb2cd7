"""The figures at ``/metrics``."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.events import BestBlockChanged, BlockDisconnected
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.service import IndexService
from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
from pybytomd.rpc.figures.served import BOUNDS, MethodFigures
from pybytomd.rpc.figures.storage_report import StorageReport
from pybytomd.rpc.hooks.records import HookRecords
from pybytomd.rpc.hooks.runner import HookRunner
from pybytomd.rpc.hooks.service import HookService
from pybytomd.rpc.pages import exposition, process_figures
from pybytomd.rpc.pages.metrics import METRICS
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.watching.bytom1 import BYTOM1
from pybytomd.watching.service import WatchService
from tests.unit.rpc.hooks.receivers import Receiver, webhook
from tests.unit.rpc.push.worlds import hub_of
from tests.unit.rpc.recorded import Client, make_api, recorded_chain
from tests.unit.rpc.test_methods import Network

TEXT = r'"(?:[^"\\\n]|\\[\\"n])*"'
LINE = re.compile(rf"^(?P<name>[a-z_]+)(?:\{{(?P<labels>[a-z]+={TEXT}(?:,[a-z]+={TEXT})*)\}})? (?P<value>\S+)$")
OF_VALIDATORS = {
    f"bytom_{name}"
    for name in (
        "justified_height",
        "finalized_height",
        "epoch",
        "validators",
        "votes_neu",
        "validator",
        "producing",
        "produced_blocks_total",
    )
}
"""What a chain of proof of work has none of."""
DATABASES = {"core": 1000, "wallet": 20}


@dataclass
class Miner:
    is_mining: bool = True
    hash_rate: float = 2.5
    blocks_found: int = 4


class WalletAtBlock:
    wallet_height = 2
    failure = ""

    def status(self) -> WalletAtBlock:
        return self


@dataclass
class Disk:
    report: StorageReport | None = field(default_factory=lambda: StorageReport(500, 9000, DATABASES))


@pytest.fixture
def chain() -> Iterator[Chain]:
    opened = recorded_chain(3)
    yield opened
    opened.close()


def parsed(page: str) -> dict[str, float]:
    """Values by name and labels, as they are written. Every sample stands below the heading of its metric."""
    found: dict[str, float] = {}
    name = kind = ""
    for line in page.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            name = line.split()[2]
            assert len(line.split()) > 3
        elif line.startswith("# TYPE "):
            assert line.split()[2] == name
            kind = line.split()[3]
            assert kind in ("gauge", "counter", "histogram")
        else:
            match = LINE.match(line)
            assert match, line
            allowed = [name] if kind != "histogram" else [f"{name}_bucket", f"{name}_sum", f"{name}_count"]
            assert match["name"] in allowed, line
            key = f"{match['name']}{{{match['labels']}}}" if match["labels"] else match["name"]
            assert key not in found
            found[key] = float(match["value"])
    return found


async def figures(client: Client) -> dict[str, float]:
    response = await client.send("/metrics", verb="GET")
    assert (response.status, response.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return parsed(response.body.decode())


def of_node(found: dict[str, float]) -> dict[str, float]:
    """Without what depends on the machine and on how long things took."""
    return {
        name: value
        for name, value in found.items()
        if not name.startswith(("process_", "bytom_api_request_duration", "bytom_build_info"))
    }


async def test_a_whole_node(chain: Chain) -> None:
    with ReorganisationCounter(chain.events) as counter:
        parts: dict[str, object] = {
            "miner": Miner(),
            "wallet": WalletAtBlock(),
            "storage": Disk(),
            "reorganisations": counter,
        }
        index = IndexService(
            MemoryStore(), chain, ManualClock(), forms=Bytom1Forms(chain), begin_anew=lambda _: MemoryStore()
        )
        hub = hub_of(chain)
        hooks = HookService(hub, HookRecords(MemoryStore()), ManualClock())
        runners = [
            HookRunner(webhook(name), hub, hooks._records, Receiver(), ManualClock(), asyncio.sleep)
            for name in "ab"
        ]
        hooks._runners = {runner.hook.name: runner for runner in runners}
        runners[0].health.failures = 2
        hub.add(runners[0])
        parts |= {"events": hub, "hooks": hooks, "watch": WatchService(MemoryStore(), chain, BYTOM1)}
        api = make_api(chain, network=Network(), index=index, **parts)
        client = Client(replace(api, clock=ManualClock(chain.best_header.timestamp + 75.5)))
        await client.call("net-info")
        found = await figures(client)
    names = {re.sub(r"(_bucket|_sum|_count)?(\{.*)?$", "", name) for name in found}
    may_be_absent = {"bytom_api_errors_total", "bytom_api_refusals_total"} | OF_VALIDATORS
    assert {metric.name for metric in METRICS} - names == may_be_absent
    assert of_node(found) == {
        "bytom_block_height": 3,
        "bytom_block_time_seconds": chain.best_header.timestamp,
        "bytom_block_age_seconds": 75.5,
        "bytom_peer_block_height": 99,
        "bytom_reorganisations_total": 0,
        "bytom_reorganised_blocks_total": 0,
        "bytom_reorganisation_depth_max": 0,
        'bytom_ready{reason="syncing"}': 0,
        "bytom_peers": 1,
        'bytom_peers_by_direction{direction="outbound"}': 1,
        'bytom_peers_by_direction{direction="inbound"}': 0,
        'bytom_peer_bytes_total{direction="sent"}': 1000,
        'bytom_peer_bytes_total{direction="received"}': 2000,
        "bytom_bans": 2,
        "bytom_bans_total": 5,
        "bytom_sync_blocks_per_second": 12.5,
        "bytom_sync_stuck": 0,
        "bytom_pool_transactions": 0,
        "bytom_pool_orphans": 0,
        "bytom_mining": 1,
        "bytom_hashes_per_second": 2.5,
        "bytom_mined_blocks_total": 4,
        "bytom_wallet_height": 2,
        "bytom_wallet_blocks_behind": 1,
        "bytom_wallet_failing": 0,
        "bytom_disk_free_bytes": 500,
        "bytom_disk_size_bytes": 9000,
        "bytom_disk_low": 0,
        'bytom_database_size_bytes{database="core"}': 1000,
        'bytom_database_size_bytes{database="wallet"}': 20,
        "bytom_index_height": -1,
        "bytom_index_failing": 0,
        "bytom_index_blocks_behind": 4,
        "bytom_event_followers": 1,
        "bytom_hooks": 2,
        "bytom_hooks_failing": 1,
        "bytom_watch_failing": 0,
        "bytom_api_requests_total": 2,
    }
    assert (await figures(client))["bytom_api_requests_total"] == 3


async def test_why_the_chain_is_stuck_is_a_label(chain: Chain) -> None:
    client = Client(make_api(chain, network=Network(stuck='disk "a\\b" full,\nsorry')))
    lines = (await client.send("/metrics", verb="GET")).body.decode().splitlines()
    assert 'bytom_sync_stuck{reason="disk \\"a\\\\b\\" full,\\nsorry"} 1' in lines
    assert 'bytom_ready{reason="stuck"} 0' in lines


async def test_a_disk_that_is_nearly_full(chain: Chain) -> None:
    disk = Disk(StorageReport(5, 100, {}, "the disk is nearly full"))
    found = await figures(Client(make_api(chain, storage=disk)))
    assert found["bytom_disk_low"] == 1
    assert found['bytom_ready{reason="disk_full"}'] == 0
    assert "bytom_disk_free_bytes" not in await figures(Client(make_api(chain, storage=Disk(None))))


async def test_parts_that_do_not_run_are_left_out(chain: Chain) -> None:
    found = await figures(Client(make_api(chain)))
    missing = {"bytom_peers", "bytom_wallet_height", "bytom_mining", "bytom_bans", "bytom_disk_free_bytes"}
    assert missing & set(found) == set()
    assert (found["bytom_block_height"], found["bytom_ready"]) == (3, 1)


async def test_others_need_a_token_and_pages_of_other_sites_are_refused(chain: Chain) -> None:
    client = Client(make_api(chain))
    assert (await client.send("/metrics", verb="GET", remote="10.0.0.1")).status == 401
    assert (await client.send("/metrics", verb="GET", headers={"Origin": "http://evil.example"})).status == 403
    found = await figures(client)
    assert found['bytom_api_refusals_total{status="401"}'] == 1
    assert found['bytom_api_refusals_total{status="403"}'] == 1


async def test_methods_are_counted_with_their_failures(chain: Chain) -> None:
    client = Client(make_api(chain, network=Network()))
    for body in ("{}", "[", '{"block_height":10000}'):
        await client.send("/get-block-header", body)
    await client.call("connect-peer", {"ip": "10.0.0.1", "port": 1})
    await client.call("connect-peer", {"ip": "10.0.0.1", "port": 2})
    found = await figures(client)
    name = "bytom_api_request_duration_seconds"
    assert found[f'{name}_count{{method="get-block-header"}}'] == 3
    assert found[f'{name}_bucket{{method="get-block-header",le="+Inf"}}'] == 3
    assert found[f'{name}_count{{method="connect-peer"}}'] == 2
    assert found[f'{name}_sum{{method="connect-peer"}}'] > 0
    assert found['bytom_api_errors_total{method="get-block-header",code="BTM002"}'] == 1
    assert found['bytom_api_errors_total{method="get-block-header",code="BTM000"}'] == 1
    assert found['bytom_api_errors_total{method="connect-peer",code="BTM000"}'] == 1
    assert not any("bytom_api_refusals_total" in name for name in found)


async def test_who_waits_on_purpose_is_no_slow_method(chain: Chain) -> None:
    client = Client(make_api(chain))
    await client.call("wait-work")
    await client.call("get-block-count")
    found = await figures(client)
    shown = {name for name in found if name.startswith("bytom_api_request_duration_seconds_count")}
    assert shown == {'bytom_api_request_duration_seconds_count{method="get-block-count"}'}
    assert found['bytom_api_errors_total{method="wait-work",code="BTM000"}'] == 1
    assert found["bytom_api_requests_total"] == 3


def test_classes_of_durations() -> None:
    taken = MethodFigures()
    for seconds in (0.0, BOUNDS[0], BOUNDS[0] + 1e-9, 0.9, 5.0, 6.0, 1e9):
        taken.note(seconds)
    assert taken.classes == [2, 1, 0, 0, 0, 1, 1, 2]
    assert taken.calls == 7
    lines = exposition.histogram("x", {"method": "m"}, BOUNDS, taken.classes, 1.5)
    shown = {line.split(" ")[0]: float(line.split(" ")[1]) for line in lines}
    assert shown['x_bucket{method="m",le="0.001"}'] == 2
    assert shown['x_bucket{method="m",le="5.0"}'] == 5
    assert shown['x_bucket{method="m",le="+Inf"}'] == shown['x_count{method="m"}'] == 7
    assert shown['x_sum{method="m"}'] == 1.5


def test_reorganisations_are_counted(chain: Chain) -> None:
    events = EventDispatcher()
    block, header = chain.block(chain.best_hash), chain.best_header

    def reorganise(depth: int) -> None:
        for _ in range(depth):
            events.post(BlockDisconnected(block))
        events.post(BestBlockChanged(header))

    with ReorganisationCounter(events) as counter:
        for depth in (0, 3, 0, 1):
            reorganise(depth)
        assert (counter.reorganisations, counter.blocks, counter.deepest) == (2, 4, 3)
    reorganise(9)
    assert counter.blocks == 4


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="other systems tell less")  # noqa: PTH110
def test_what_the_process_takes() -> None:
    before, files = process_figures.cpu_seconds(), process_figures.open_files()
    assert files is not None
    with open(os.devnull):  # noqa: PTH123
        assert process_figures.open_files() == files + 1
    assert sum(i * i for i in range(300_000))
    assert process_figures.cpu_seconds() > before
    resident, most = process_figures.resident_bytes(), process_figures.most_files()
    assert resident is not None
    assert 10 << 20 < resident < 10 << 30
    assert most is None or most > files
    assert 1.7e9 < (process_figures.started_at() or 0) < 4e9


async def test_the_figures_do_not_hold_secrets_of_the_network(chain: Chain) -> None:
    text = (await Client(make_api(chain, network=Network())).send("/metrics", verb="GET")).body.decode()
    assert "10.0.0.1" not in text, "addresses of peers would be one series each"
