"""Garbage to every method: an answer in one of the two forms, the connection stays, no traceback."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pybytomd.clock import ManualClock
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.schema.requests import fields_of
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.wallet import Wallet
from tests.unit.rpc.recorded import make_api, recorded_chain

METHODS = list(load_methods())
REQUESTS = [method.request for method in load_methods().values() if method.request is not None]
NAMES = sorted({name for request in REQUESTS for name, _ in fields_of(request)})

hexes = st.binary(max_size=80).map(bytes.hex)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | hexes
    | st.sampled_from(["00" * 32, "ff" * 32, "07", "0701", "01" * 64])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
bodies = (
    st.binary(max_size=200)
    | values.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(NAMES), values, max_size=5).map(lambda value: json.dumps(value).encode())
)


class Connection:
    """A server and a client that keeps one connection, for a loop of their own."""

    def __init__(self, keys: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.chain = recorded_chain(2)
        clock, database = ManualClock(), MemoryStore()
        accounts = AccountManager(database, self.chain.params, clock)
        wallet = Wallet(database, self.chain, accounts, AssetRegistry(database), PseudoHSM(keys, clock), clock)
        api = make_api(self.chain, wallet=wallet, feeds=FeedStore(MemoryStore()))
        self.server = self.loop.run_until_complete(self._start(api))
        self.reader, self.writer = self.loop.run_until_complete(asyncio.open_connection(*self.server.address))

    async def _start(self, api: Any) -> ApiServer:
        return await ApiServer(api, port=0).__aenter__()

    async def _ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        length = next(int(line.split(": ")[1]) for line in lines if line.startswith("Content-Length"))
        return int(lines[0].split()[1]), await self.reader.readexactly(length)

    def ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        return self.loop.run_until_complete(asyncio.wait_for(self._ask(path, body), 20))

    def close(self) -> None:
        self.writer.close()
        self.loop.run_until_complete(self.server.__aexit__(None, None, None))
        self.chain.close()
        self.loop.close()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Any:
    running = Connection(tmp_path_factory.mktemp("keystore"))
    yield running
    running.close()


@settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=st.sampled_from(METHODS), body=bodies)
def test_garbage_is_answered_in_form(connection: Connection, name: str, body: bytes) -> None:
    status, text = connection.ask(f"/{name}", body)
    assert text.endswith(b"\n")
    answer = json.loads(text)
    if status == 200:
        assert answer["status"] in ("success", "fail")
        if answer["status"] == "fail":
            assert set(answer) <= {"status", "code", "msg", "error_detail"}
            assert set(answer) >= {"status", "code", "msg"}
    else:
        assert status == 400, text
        assert set(answer) == {"code", "msg", "status", "detail", "temporary"}
    assert b"Traceback" not in text


@pytest.mark.parametrize("name", METHODS)
def test_every_method_answers_the_plainest_bodies(connection: Connection, name: str) -> None:
    for body in (b"", b"{}", b"null", b"[]", b"5", b'"x"', b"{", b"[" * 3000, b"\x00"):
        status, text = connection.ask(f"/{name}", body)
        assert status in (200, 400), (body, text)
        assert json.loads(text)["status"] in ("success", "fail")
