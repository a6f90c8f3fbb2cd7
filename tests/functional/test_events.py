"""Events of a node over its WebSocket: nothing is missed when the node is killed, or its chain is reorganised."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from pybytomd.rpc.hooks.delivery import signature
from tests.functional.node_process import STOP_SECONDS, RunningNode, node, run
from tests.unit.rpc.push.worlds import forked_blocks

SECONDS = 60.0


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    made = await run("init", "--chain_id", "solonet", "--home", tmp_path / "home")
    assert made.status == 0, made.text
    return tmp_path / "home"


class Events:
    """A WebSocket with one subscription or several."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def ask(self, **request: object) -> Any:
        await self._socket.send_str(json.dumps(request))
        return await self.next()

    async def next(self) -> Any:
        return await self._socket.receive_json(timeout=SECONDS)

    async def until(self, name: str) -> list[Any]:
        """The events up to the first one of this name."""
        events = [await self.next()]
        while events[-1]["event"] != name:
            events.append(await self.next())
        return events


@asynccontextmanager
async def events(of: RunningNode) -> AsyncIterator[Events]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{of.url}/websocket-subscribe", max_msg_size=0) as socket,
    ):
        yield Events(socket)


class Chain:
    """The chain of a client that applies the events of ``blocks``, in order."""

    def __init__(self) -> None:
        self.hashes: list[str] = []
        self.cursor = ""

    def apply(self, told: list[Any]) -> None:
        for event in told:
            block_hash = event["block_hash"]
            if event["event"] == "block_connected" and block_hash not in self.hashes[-1:]:
                assert event["height"] == len(self.hashes)
                self.hashes.append(block_hash)
            elif event["event"] == "block_disconnected":
                assert self.hashes.pop() == block_hash
            self.cursor = event["cursor"]


async def chain_of(running: RunningNode) -> list[str]:
    height = await running.height()
    return [(await running.call("get-block", block_height=number))["hash"] for number in range(height + 1)]


async def submit(running: RunningNode, *names: str) -> None:
    for name in names:
        await running.call("submit-block", raw_block=forked_blocks()[name].to_hex())


async def test_nothing_is_missed_over_a_kill_and_a_reorganisation(home: Path) -> None:
    common = sorted((name for name in forked_blocks() if name[0] == "G"), key=lambda name: int(name[1:] or 0))
    wanted = {"action": "subscribe", "id": "b", "topic": "blocks", "filter": {"detail": "summary"}}
    mirror = Chain()
    async with node(home, "--wallet.disable") as first:
        async with events(first) as told:
            assert (await told.ask(**wanted, from_height=0))["event"] == "subscribed"
            mirror.apply(await told.until("caught_up"))
            await submit(first, *(name for name in common if forked_blocks()[name].height), "A1", "A2")
            while len(mirror.hashes) < forked_blocks()["A2"].height + 1:
                mirror.apply([await told.next()])
            assert mirror.hashes == await chain_of(first)
        await first.kill()
    async with node(home, "--wallet.disable") as second:
        await submit(second, "B1", "B2", "B3")
        async with events(second) as told:
            assert (await told.ask(**wanted, cursor=mirror.cursor))["event"] == "subscribed"
            missed = await told.until("caught_up")
            assert [event["event"] for event in missed] == [
                "reorganisation",
                "block_disconnected",
                "block_disconnected",
                *["block_connected"] * 3,
                "caught_up",
            ]
            mirror.apply(missed)
            assert mirror.hashes == await chain_of(second)
            assert "Traceback" not in second.text


async def test_an_account_hears_of_its_rewards_with_a_replay_or_without(home: Path) -> None:
    async with node(home) as running, events(running) as told:
        key = await running.call("create-key", alias="alice", password="a long password")
        account = await running.call("create-account", root_xpubs=[key["xpub"]], quorum=1, alias="alice")
        await told.ask(action="subscribe", id="all", topic="wallet_transactions")
        await told.ask(
            action="subscribe", id="hers", topic="account_transactions", filter={"account_alias": "alice"}
        )
        await running.call("generate", count=2)
        heard: dict[str, list[Any]] = {"all": [], "hers": []}
        while min(len(one) for one in heard.values()) < 2:
            event = await told.next()
            assert event["event"] == "transaction_connected"
            heard[event["id"]].append(event)
        assert [event["height"] for event in heard["hers"]] == [1, 2]
        assert [event["data"] for event in heard["all"]] == [event["data"] for event in heard["hers"]]
        output = heard["hers"][0]["data"]["outputs"][0]
        assert (output["account_id"], output["account_alias"]) == (account["id"], "alice")
        tx_id = heard["hers"][0]["data"]["tx_id"]
        await told.ask(
            action="subscribe", id="c", topic="confirmations", filter={"tx_id": tx_id, "confirmations": 2},
            from_height=1,
        )  # fmt: skip
        counted = await told.until("ended")
        assert [event["data"]["confirmations"] for event in counted[:-1]] == [1, 2]
        await running.stop()
        assert running.process.returncode == 0
        assert "Traceback" not in running.text


class Receiver:
    """Takes posts in a process that can be stopped and started again at the same port."""

    def __init__(self) -> None:
        self.port = 0
        self.events: list[Any] = []
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        application = web.Application()
        application.router.add_post("/", self._take)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        timestamp = int(request.headers["X-Bytom-Timestamp"])
        assert request.headers["X-Bytom-Signature"] == f"sha256={signature(SECRET, timestamp, body)}"
        self.events += json.loads(body)["events"]
        self._changed.set()
        return web.Response()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    def chain(self) -> list[str]:
        """What the events say of the chain, those that came twice taken once."""
        mirror = Chain()
        mirror.apply(list({event["sequence"]: event for event in self.events}.values()))
        return mirror.hashes


SECRET = "0123456789abcdef"


async def test_a_webhook_and_a_program_miss_nothing(home: Path, tmp_path: Path) -> None:
    """The receiver is away for a while, the node is killed, and its chain is reorganised."""
    common = sorted((name for name in forked_blocks() if name[0] == "G"), key=lambda name: int(name[1:] or 0))
    log = tmp_path / "told"
    writes = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    program = json.dumps([sys.executable, "-c", writes, str(log)])
    (home / "hooks.toml").write_text(
        f'[[hook]]\nname = "log"\ntopic = "blocks"\nfilter = {{ detail = "summary" }}\nprogram = {program}\n'
    )
    with (home / "config.toml").open("a") as file:
        file.write("\n[hooks]\nprivate_addresses = true\n")
    receiver = Receiver()
    best = forked_blocks()["A2"].height
    async with node(home, "--wallet.disable") as first:
        async with receiver.listening():
            await first.call(
                "create-webhook", name="shop", url=f"http://127.0.0.1:{receiver.port}/", topic="blocks",
                filter={"detail": "summary"}, secret=SECRET, from_height=0,
            )  # fmt: skip
            await receiver.until(lambda: len(receiver.chain()) == 1)
        await submit(first, *(name for name in common if forked_blocks()[name].height), "A1")
        async with receiver.listening():
            await receiver.until(lambda: len(receiver.chain()) == best)
            (shop,) = [hook for hook in await first.call("list-webhooks") if hook["name"] == "shop"]
            assert shop["url"].endswith(f":{receiver.port}/")
        await submit(first, "A2")
        await first.kill()
    async with node(home, "--wallet.disable") as second:
        await submit(second, "B1", "B2", "B3")
        expected = await chain_of(second)
        async with receiver.listening():
            await receiver.until(lambda: receiver.chain() == expected)
        mirror = Chain()
        mirror.hashes = expected[:1]  # it began with the next block
        async with asyncio.timeout(SECONDS):
            while mirror.hashes != expected:
                told = [json.loads(line) for line in log.read_text().splitlines()]
                mirror.hashes = expected[:1]
                mirror.apply(list({event["sequence"]: event for event in told}.values()))
                await asyncio.sleep(0.05)
        assert "Traceback" not in first.text + second.text


async def test_a_watched_address_is_kept_over_a_kill(home: Path) -> None:
    async with node(home) as first:
        key = await first.call("create-key", alias="cold", password="a long password")
        await first.call("create-account", root_xpubs=[key["xpub"]], quorum=1, alias="cold")
        await first.call("generate", count=3)
        address = (await first.call("get-mining-address"))["mining_address"]
        await first.call("watch-address", address=address, label="cold", from_height=0)
        await first.kill()
    async with node(home, "--wallet.disable") as second:
        async with events(second) as told:
            assert (await told.ask(action="subscribe", id="w", topic="watched_transactions"))[
                "event"
            ] == "subscribed"
        async with asyncio.timeout(SECONDS):
            listed = await second.call("list-watched-addresses")
            while listed["addresses"][0]["is_behind"]:
                await asyncio.sleep(0.05)
                listed = await second.call("list-watched-addresses")
        (one,) = listed["addresses"]
        assert (one["address"], one["label"], one["height"]) == (address, "cold", 3)
        reward = (await second.call("get-block-header", block_height=1))["reward"]
        rewards = 3 * reward
        assert one["balances"] == [{"asset_id": "ff" * 32, "amount": rewards, "immature": rewards}]


async def test_a_node_that_stops_keeps_nobody_waiting_and_a_miner_is_told_of_new_work(home: Path) -> None:
    async with node(home) as running:
        work = await running.call("wait-work")
        waiting = asyncio.ensure_future(running.call("wait-work", work_id=work["work_id"], seconds=60))
        await running.call("generate", count=1)
        other = await waiting
        assert other["work_id"] != work["work_id"]
        waiting = asyncio.ensure_future(running.call("wait-work", work_id=other["work_id"], seconds=60))
        assert (await running.call("node-status"))["mining"] is not None, "others are answered meanwhile"
        seconds = await running.stop()
        assert (await waiting)["work_id"] == other["work_id"]
        assert running.process.returncode == 0
        assert seconds < STOP_SECONDS
