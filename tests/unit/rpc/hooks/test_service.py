"""Webhooks over the API and hooks of the configuration: made, listed, removed, and there after a restart."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.errors import ConfigError, StoreError
from pybytomd.rpc.hooks import records as records_module
from pybytomd.rpc.hooks.hook import Hook
from pybytomd.rpc.hooks.hooks_file import read_hooks_file
from pybytomd.rpc.hooks.records import HookRecords, Progress
from pybytomd.rpc.hooks.service import HookService
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.rpc.hooks.receivers import SECRET, Pauses, Receiver, kinds, until
from tests.unit.rpc.push.worlds import hub_of, recorded_block
from tests.unit.rpc.recorded import Client, make_api, recorded_chain

URL = "https://shop.example/paid"


class Running:
    """A node's hooks, as the API reaches them."""

    def __init__(self, chain: Chain, database: MemoryStore, *configured: Hook) -> None:
        self.chain = chain
        self.database = database
        self.configured = configured
        self.webhooks, self.programs = Receiver(), Receiver()
        self.client: Client

    async def call(self, method: str, **request: object) -> Any:
        return await self.client.call(method, request)

    async def data(self, method: str, **request: object) -> Any:
        answer = await self.call(method, **request)
        assert answer["status"] == "success", answer
        return answer.get("data")

    @asynccontextmanager
    async def node(self) -> AsyncIterator[None]:
        clock = ManualClock(now=1_700_000_000.0)
        async with (
            hub_of(self.chain) as hub,
            HookService(
                hub, HookRecords(self.database), clock, configured=self.configured, webhooks=self.webhooks,
                programs=self.programs, sleep=Pauses(clock),
            ) as hooks,
        ):  # fmt: skip
            self.client = Client(make_api(self.chain, events=hub, hooks=hooks))
            yield


@pytest.fixture
def chain() -> Any:
    found = recorded_chain(4)
    yield found
    found.close()


async def test_a_webhook_is_made_listed_told_and_removed(chain: Chain) -> None:
    running = Running(chain, MemoryStore())
    async with running.node():
        made = await running.data(
            "create-webhook", name="shop", url=URL, topic="blocks", filter={"detail": "summary"}
        )
        assert {**made, "secret": ""} == {
            "name": "shop", "url": URL, "topic": "blocks", "filter": {"detail": "summary"}, "secret": ""
        }  # fmt: skip
        assert len(made["secret"]) == 64
        assert kinds(await running.webhooks.has_taken(1)) == [("caught_up", 4)]
        await chain.add_block(recorded_block(5), True)
        assert kinds(await running.webhooks.has_taken(2))[1:] == [("block_connected", 5)]
        assert running.webhooks.tries[0].hook.secret == made["secret"]
        (listed,) = await running.data("list-webhooks")
        assert made["secret"] not in json.dumps(listed)
        assert (listed["name"], listed["url"], listed["is_configured"]) == ("shop", URL, False)
        assert listed["created_at"] == 1_528_945_000
        await running.data("test-webhook", name="shop")
        assert running.webhooks.taken[-1]["event"] == "test"
        await running.data("delete-webhook", name="shop")
        assert await running.data("list-webhooks") == []
        await chain.add_block(recorded_block(6), True)
    assert len(running.webhooks.tries) == 3
    assert [key for key, _ in running.database.iterate(b"H:")] == []
    assert [key for key, _ in running.database.iterate(b"P:")] == []


async def test_a_webhook_goes_on_after_a_restart(chain: Chain) -> None:
    running = Running(chain, MemoryStore())
    async with running.node():
        await running.data("create-webhook", name="shop", url=URL, topic="blocks", secret=SECRET, from_height=3)
        await running.webhooks.has_taken(3)
        await until(lambda: b'"sequence":3' in (running.database.get(b"P:shop") or b""))
    await chain.add_block(recorded_block(5), True)
    async with running.node():
        events = await running.webhooks.has_taken(5)
    assert kinds(events)[:4] == [
        ("block_connected", 3), ("block_connected", 4), ("caught_up", 4), ("block_connected", 5)
    ]  # fmt: skip


async def test_a_program_of_the_configuration_is_told_and_not_removed_over_the_api(chain: Chain) -> None:
    hook = Hook("paid", "blocks", {"detail": "summary"}, program=("/usr/local/bin/paid", "-v"))
    running = Running(chain, MemoryStore(), hook)
    async with running.node():
        (listed,) = await running.data("list-webhooks")
        assert (listed["program"], listed["is_configured"]) == ("/usr/local/bin/paid", True)
        assert "url" not in listed
        assert (
            "no hook 'paid' that was made over the API"
            in (await running.call("delete-webhook", name="paid"))["error_detail"]
        )
        taken = await running.call("create-webhook", name="paid", url=URL, topic="blocks")
        assert "there is a hook paid already" in taken["error_detail"]
        await until(lambda: running.database.get(b"P:paid") is not None)
        await chain.add_block(recorded_block(5), True)
        assert kinds(await running.programs.has_taken(1)) == [("block_connected", 5)]
    assert running.webhooks.tries == []


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"name": ""}, "name has 1 to 64"),
        ({"name": "a b"}, "name has 1 to 64"),
        ({"name": "x" * 65}, "name has 1 to 64"),
        ({"url": ""}, "neither url nor program"),
        ({"url": "ftp://x.example"}, "url is an address like"),
        ({"url": "https://"}, "url is an address like"),
        ({"url": "https://x.example:99999"}, "url is an address like"),
        ({"url": "https://me:secret@x.example"}, "url has a user name"),
        ({"url": "https://x.example/" + "x" * 2048}, "more than 2048 letters"),
        ({"url": "https://x.example/\n"}, "url is an address like"),
        ({"url": "http://127.0.0.1:8000"}, "127.0.0.1 is not on the public internet; set hooks.private_addresses"),
        ({"secret": "short"}, "secret has 16 to 256"),
        ({"topic": "nope"}, "there is no topic 'nope'"),
        ({"topic": "new_work"}, "over a WebSocket only"),
        ({"filter": {"x": 1}}, "the filter of blocks takes detail"),
        ({"from_height": 9}, "from_height is from 0 to 5"),
    ],
)
async def test_what_is_no_webhook(chain: Chain, request_: dict[str, object], reason: str) -> None:
    running = Running(chain, MemoryStore())
    async with running.node():
        answer = await running.call("create-webhook", **{"name": "a", "url": URL, "topic": "blocks", **request_})
        assert reason in answer["error_detail"]
        assert await running.data("list-webhooks") == []
        assert "there is no hook 'b'" in (await running.call("test-webhook", name="b"))["error_detail"]


async def test_there_is_a_limit(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_module, "MAX_HOOKS", 1)
    running = Running(chain, MemoryStore())
    async with running.node():
        await running.data("create-webhook", name="a", url=URL, topic="blocks")
        answer = await running.call("create-webhook", name="b", url=URL, topic="blocks")
        assert "hooks already" in answer["error_detail"]


def test_what_was_removed_is_not_noted_any_more() -> None:
    """A delivery may be under way when its webhook is removed."""
    database = MemoryStore()
    records = HookRecords(database)
    records.add(Hook("a", "blocks", url=URL, secret=SECRET, created=1), Progress("-1-" + "00" * 32))
    records.save("a", Progress("1-" + "00" * 32, 5))
    assert records.progress("a") == Progress("1-" + "00" * 32, 5)
    records.remove("a")
    records.save("a", Progress("2-" + "00" * 32, 6))
    assert records.progress("a") is None


@pytest.mark.parametrize("data", [b"{", b"[]", b"{}", b'{"name":"a","topic":"blocks","url":5}'])
async def test_a_damaged_record_is_told(chain: Chain, data: bytes) -> None:
    database = MemoryStore()
    database.put(schema.hook_key("a"), data)
    with pytest.raises(StoreError, match="the hooks database is damaged"):
        HookRecords(database).hooks()
    database.put(schema.hook_progress_key("a"), b"5")
    with pytest.raises(StoreError, match="the hooks database is damaged"):
        HookRecords(database).progress("a")


async def test_a_node_without_hooks_says_so(chain: Chain) -> None:
    client = Client(make_api(chain))
    assert (await client.call("list-webhooks"))["error_detail"] == "this node has no webhooks"


# --- the file ----------------------------------------------------------------------------------------------------

GOOD = """
[[hook]]
name = "payments"
topic = "address_transactions"
filter = { control_program = "51", pending = false }
program = ["/usr/local/bin/paid", "--verbose"]

[[hook]]
name = "blocks"
topic = "blocks"
url = "http://127.0.0.1:8000/block"
secret = "at least sixteen letters"
"""


def test_hooks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "hooks.toml"
    assert read_hooks_file(path) == []
    path.write_text(GOOD)
    first, second = read_hooks_file(path)
    assert first.program == ("/usr/local/bin/paid", "--verbose")
    assert first.wanted == {"control_program": "51", "pending": False}
    assert (second.url, second.secret) == ("http://127.0.0.1:8000/block", "at least sixteen letters")
    assert first.is_configured
    assert second.is_configured
    assert "sixteen" not in repr(second)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[hook]", "is not TOML"),
        ("\xff", "is not TOML"),
        ("a = " + "9" * 5000, "is not TOML"),
        ("hooks = 1", "nothing in it but tables that begin with [[hook]]"),
        ("hook = 1", "nothing in it but tables that begin with [[hook]]"),
        ("hook = [1]", "hook 1 is no table"),
        ("[[hook]]\nname = 5", "hook 1: name is a text"),
        ("[[hook]]\nnme = 'a'", "hook 1: there is no nme; a hook has filter, name, program, secret, topic, url"),
        ("[[hook]]\nname = 'a'\nprogram = 'x'", "hook 1: program is a list of texts"),
        ("[[hook]]\nname = 'a'\ntopic = 'blocks'", "hook 1: it has neither url nor program, or both"),
        ("[[hook]]\nname = 'a'\ntopic = 'nope'\nprogram = ['x']", "hook 1: there is no topic 'nope'"),
        (
            "[[hook]]\nname = 'a'\ntopic = 'blocks'\nprogram = ['x']\nfilter = {x = 1}",
            "the filter of blocks takes",
        ),
        ("[[hook]]\nname = 'a'\ntopic = 'blocks'\nprogram = ['x']\nfilter = {detail = 1.5}", "has a float"),
        ("[[hook]]\nname = 'a'\ntopic = 'blocks'\nprogram = ['x']\n" * 2, "two hooks have the same name"),
        ("[[hook]]\n" * 65, "there are more than 64 hooks"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "hooks.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as raised:
        read_hooks_file(path)
    assert str(path) in str(raised.value)
    assert reason in str(raised.value)
