"""A network of four validators with epochs of four blocks, and the API of one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.coinbase import NoAccount
from pybytomd.rpc.access.check import AccessCheck, AccessRules
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.http_messages import HttpRequest
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import key

MOMENT = 0.5
"""Seconds after the best block."""


@dataclass
class FreeSigner:
    """Signs for key 0 whatever it is asked to."""

    is_quiet: bool = False

    @property
    def key(self) -> str:
        return key(0).xpub.raw.hex()

    def sign_block(self, header: BlockHeader, *, alone: bool = False) -> bytes:
        return key(0).sign(header.hash)


def api_of(chain: Chain, clock: ManualClock | None = None, **parts: Any) -> Bytom2Api:
    """The API of the node with key 0, a moment after the best block unless there is a clock."""
    clock = clock or ManualClock(now=chain.best_header.timestamp / 1000 + MOMENT)
    receiver = NoAccount(chain.params)
    proposer = BlockProposer(chain, receiver)
    signer = parts.pop("signer", FreeSigner())
    producer = BlockProducer(chain, proposer, signer, clock)
    return Bytom2Api(
        chain=chain,
        clock=clock,
        tokens=CredentialStore(MemoryStore(), clock),
        key=signer.key,
        producer=producer,
        proposer=proposer,
        receiver=receiver,
        start_mining=producer.start,
        **parts,
    )


async def send(api: Bytom2Api, path: str, body: bytes = b"", verb: str = "POST") -> str:
    """The body of an answer."""
    access = AccessCheck(api.tokens, "127.0.0.1", AccessRules())
    request = HttpRequest(verb=verb, target=path, remote="127.0.0.1", headers={"host": "127.0.0.1"})
    return (await Dispatcher(api, access).answer(request, body)).body.decode()


async def ask(api: Bytom2Api, name: str, **request: object) -> Any:
    """The whole answer of a method."""
    return json.loads(await send(api, f"/{name}", json.dumps(request).encode()))


async def call(api: Bytom2Api, name: str, **request: object) -> Any:
    """The data of an answer, which is a success."""
    answer = await ask(api, name, **request)
    assert answer["status"] == "success", answer
    return answer.get("data")
