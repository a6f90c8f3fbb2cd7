"""The same requests to a Go node and to ours, both at the genesis block: the same answers, byte for byte."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from pybytomd.clock import ManualClock, SystemClock
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.rpc.schema.requests import fields_of
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
from tests.functional.hostile_bodies import BODIES, NESTED
from tests.interop.reference_node import ReferenceNode, each_reference, needs_reference, reference_node
from tests.unit.rpc.recorded import NoPrograms, make_api, recorded_chain, recording

pytestmark = [needs_reference, each_reference]

FAMILIES = frozenset({"blocks", "transactions", "programs", "mining", "network", "access_tokens", "feeds"})
OURS_DIFFERS = frozenset(
    {"net-info", "set-mining", "get-work", "get-work-json", "create-access-token", "submit-block"}
)
"""Answers that depend on the node, and the method that ends a Go node that is given ``{}``."""
NEW = frozenset({"get-merkle-proof", "get-raw-block", "submit-transactions"})
CHANGED = frozenset({"verify-message"})
"""Signs the text of the message in 1.0.5, its bytes in hex in 1.1.1."""
DEADLY = frozenset({"submit-work", "submit-work-json"})
"""``{}`` ends 1.0.5."""
NEW_FIELDS = re.compile(r',"witness_arguments":(?:null|\[[^]]*\]),"sign_data":"[0-9a-f]*"')
PLAIN = ("", " ", "{", "{}", "null", "[]", "5", '"x"', "nope", '{"a":1,}', "{'a':1}", '{"a":01}', '{"a":"\\x"}')
VALUES = (
    "5", "-0", "-1", "1.5", "1e3", "18446744073709551615", "18446744073709551616", "true", "null", "[]", "{}",
    '"zz"', '"0"', '"00"', '"é"', "[5]", '["zz"]', '[null,"aa"]', '{"a":5}', '"51"', '"4c"', '"070100"',
    '"07010000"', '"a b"', f'"{"00" * 32}"',
    f'"{"ce4fe9431cd0225b3a811f8f8ec922f2b07a921bb12a8dddae9a85540072c770"}"', f'"{"ab" * 64}"',
    '"asset_id=\'x\'"', '"asset_id = 5"', '"nope"', '"$1 AND (trans_type=\'a\'"', '"amount_lower_limit=0x"',
)  # fmt: skip
ROUTES = (
    ("GET", "/"), ("POST", "/"), ("HEAD", "/"), ("GET", "//gas-rate"), ("GET", "/a/../gas-rate?x=1"),
    ("GET", "/equity?a"), ("GET", "/dashboard"), ("POST", "/gas-rate/"), ("GET", "/nope"),
    ("GET", "/gas%2Drate"), ("OPTIONS", "/gas-rate"), ("PUT", "/gas-rate?x"), ("HEAD", "/gas-rate"),
    ("GET", "/a%2fb//c"), ("GET", "/%2e%2e/gas-rate"), ("GET", "/debug/vars"),
)  # fmt: skip
MESSAGES = (
    "not json", "", "{}", "null", "[]", "5", '{"topic":5}', '{"TOPIC":"nope<"} x', '{"topic":"nope<"}',
    '{"topic":"notify_raw_blocks"}', '{"topic":"notify_new_transactions"}',
    '{"topic":"stop_notify_raw_blocks"}',
)  # fmt: skip


@asynccontextmanager
async def both(binary: Path, home: Path, version: str = "1.1.1") -> AsyncIterator[tuple[ReferenceNode, str, str]]:
    """A Go node and ours, and their URLs."""
    chain = recorded_chain(0, clock=ManualClock())
    clock = SystemClock()
    proposer = BlockProposer(chain, NoAccount(chain.params), clock)
    async with (
        reference_node(binary, home) as reference,
        NotificationManager(chain, chain.events) as notifications,
    ):
        if reference.version != version:
            pytest.skip(f"only {version} answers so")
        api = make_api(
            chain,
            wallet=NoPrograms(),
            feeds=FeedStore(MemoryStore()),
            mining_pool=MiningPool(chain, proposer, clock, chain.events),
            notifications=notifications,
        )
        async with ApiServer(api, port=0) as server:
            host, port = server.address
            yield reference, f"http://127.0.0.1:{reference.api_port}", f"http://{host}:{port}"
    chain.close()


async def ask(session: aiohttp.ClientSession, url: str | URL, body: str | bytes, verb: str = "POST") -> Any:
    """Everything that matters of an answer; None when the connection is dropped."""
    try:
        async with session.request(
            verb,
            url,
            data=body.encode() if isinstance(body, str) else body,
            allow_redirects=False,
            headers={"Accept-Encoding": "identity"},
        ) as response:
            names = ("Content-Type", "Location", "Vary", "X-Frame-Options", "X-Content-Type-Options")
            headers = {name: response.headers.get(name) for name in names}
            return response.status, headers, (await response.read()).decode()
    except aiohttp.ClientConnectionError:
        return None


def bodies_of(name: str) -> list[str]:
    request = load_methods()[name].request
    bodies = list(PLAIN)
    if request is not None:
        for field, _ in fields_of(request):
            bodies += [f'{{"{field}":{value}}}' for value in VALUES]
    return bodies


async def test_answers_to_odd_bodies(binary: Path, tmp_path: Path) -> None:
    names = [m.name for m in load_methods().values() if m.family in FAMILIES and m.in_reference]
    compared = dropped = 0
    async with both(binary, tmp_path) as (reference, theirs, ours), aiohttp.ClientSession() as session:
        for name in names:
            if name in OURS_DIFFERS:
                continue
            for body in bodies_of(name):
                expected, found = await asyncio.gather(
                    ask(session, f"{theirs}/{name}", body), ask(session, f"{ours}/{name}", body)
                )
                if expected is None:  # the reference drops the connection, or it is gone: ask to tell
                    await reference.call("gas-rate")
                    assert json.loads(found[2])["status"] == "fail", (name, body)
                    dropped += 1
                    continue
                assert found == expected, (name, body)
                compared += 1
    assert compared > 600
    assert dropped < 30


async def test_answers_of_the_older_version(binary: Path, tmp_path: Path) -> None:
    """Where the two versions of the reference differ we do as the newer one, and nowhere else."""
    names = {m.name for m in load_methods().values() if m.family in FAMILIES and m.in_reference}
    compared = 0
    async with both(binary, tmp_path, "1.0.5") as (reference, theirs, ours), aiohttp.ClientSession() as session:
        for name in sorted(names - OURS_DIFFERS - DEADLY - CHANGED):
            for body in bodies_of(name):
                expected = await ask(session, f"{theirs}/{name}", body)
                found = await ask(session, f"{ours}/{name}", body)
                if expected is None:
                    await reference.call("gas-rate")
                    continue
                compared += 1
                if name in NEW:
                    assert '"not Found"' in expected[2], name
                else:
                    assert _without_new_fields(found) == expected, (name, body)
    assert compared > 900


def _without_new_fields(answer: Any) -> Any:
    """An answer without what the older version does not tell of a transaction's inputs."""
    status, headers, text = answer
    return status, headers, NEW_FIELDS.sub("", text)


async def test_recorded_transactions_on_another_chain(binary: Path, tmp_path: Path) -> None:
    raws = [
        case["request"]
        for case in recording("rpc_actions")["cases"]
        if case["endpoint"] in ("submit-transaction", "submit-transactions", "estimate-transaction-gas")
        and "raw_transaction" in case["request"]
    ]
    async with both(binary, tmp_path) as (_, theirs, ours), aiohttp.ClientSession() as session:
        for request in raws:
            for name in ("decode-raw-transaction", "submit-transaction"):
                body = json.dumps(request)
                assert await ask(session, f"{ours}/{name}", body) == await ask(session, f"{theirs}/{name}", body)


async def test_routes(binary: Path, tmp_path: Path) -> None:
    async with both(binary, tmp_path) as (_, theirs, ours), aiohttp.ClientSession() as session:
        for verb, path in ROUTES:
            expected = await ask(session, URL(theirs + path, encoded=True), "", verb)
            found = await ask(session, URL(ours + path, encoded=True), "", verb)
            assert found == expected, (verb, path)


async def test_websocket_answers(binary: Path, tmp_path: Path) -> None:
    async with both(binary, tmp_path) as (_, theirs, ours), aiohttp.ClientSession() as session:
        assert await ask(session, f"{ours}/websocket-subscribe", "") == await ask(
            session, f"{theirs}/websocket-subscribe", ""
        )
        async with (
            session.ws_connect(f"{theirs}/websocket-subscribe") as reference,
            session.ws_connect(f"{ours}/websocket-subscribe") as node,
        ):
            for message in MESSAGES:
                await reference.send_str(message)
                await node.send_str(message)
                assert await node.receive_str() == await reference.receive_str(), message


async def test_answers_to_hostile_bodies(binary: Path, tmp_path: Path) -> None:
    names = [m.name for m in load_methods().values() if m.family in FAMILIES and m.in_reference]
    compared = 0
    different: list[str] = []
    async with both(binary, tmp_path) as (reference, theirs, ours), aiohttp.ClientSession() as session:
        for name in sorted(set(names) - OURS_DIFFERS):
            for body in (body for body in BODIES if body != NESTED):
                expected = await ask(session, f"{theirs}/{name}", body)
                found = await ask(session, f"{ours}/{name}", body)
                if expected is None:
                    await reference.call("gas-rate")
                    continue
                compared += 1
                if found != expected:
                    different.append(f"{name} {body[:60]!r}\n  Go   {expected}\n  ours {found}")
    assert not different, f"{len(different)} of {compared} answers differ:\n" + "\n".join(different)
