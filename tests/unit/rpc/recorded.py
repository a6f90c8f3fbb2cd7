"""The chain that was recorded from a reference node, and requests to an API over it, in this process."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.rpc.access.check import AccessCheck, AccessRules
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.api import Api
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.http_messages import HttpRequest, HttpResponse
from pybytomd.rpc.schema.registry import Method
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore

DATA = Path(__file__).parents[2] / "vectors" / "data"
CHAIN_B = DATA / "chain_b"


@cache
def recording(name: str) -> Any:
    return json.loads(gzip.decompress((CHAIN_B / f"{name}.json.gz").read_bytes()))


def recorded_chain(height: int | None = None, *, clock: ManualClock | None = None) -> Chain:
    """The recorded chain up to a height, its proofs of work taken for good."""
    document = recording("chain")
    clock = clock or ManualClock(now=2_000_000_000.0)
    chain = Chain.open(SOLONET, BlockStore(MemoryStore()), clock, EventDispatcher(), threads=1)
    for raw in document["blocks"][1 : None if height is None else height + 1]:
        chain.process_block(Block.from_hex(raw), proof=True)
    return chain


class NoPrograms:
    """A wallet that owns nothing."""

    wallet_height = 0
    failure = ""

    def status(self) -> NoPrograms:
        return self

    def local_program(self, program: bytes) -> object | None:
        return None


def make_api(chain: Chain, **parts: Any) -> Api:
    clock = ManualClock()
    return Api(chain=chain, clock=clock, tokens=CredentialStore(MemoryStore(), clock), **parts)


class Client:
    """Sends requests to a dispatcher, without sockets."""

    def __init__(
        self,
        api: Api,
        *,
        auth_disabled: bool = False,
        bound_host: str = "127.0.0.1",
        rules: AccessRules | None = None,
        methods: Mapping[str, Method] | None = None,
    ) -> None:
        rules = replace(rules or AccessRules(), auth_disabled=auth_disabled)
        access = AccessCheck(api.tokens, bound_host, rules)
        self.dispatcher = Dispatcher(api, access, methods)

    async def send(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        verb: str = "POST",
        headers: dict[str, str] | None = None,
        remote: str = "127.0.0.1",
    ) -> HttpResponse:
        data = body.encode() if isinstance(body, str) else body
        named = {name.lower(): value for name, value in (headers or {}).items()}
        return await self.dispatcher.answer(HttpRequest(verb, path, named, remote), data)

    async def call(self, method: str, request: object = None) -> Any:
        """The decoded answer of a method."""
        response = await self.send(f"/{method}", json.dumps(request if request is not None else {}))
        return json.loads(response.body)
