"""What bytomd 2.0.7 built, signed, estimated and took while its chain was recorded, done again byte for byte.

The recorded blocks come at the times that they came at, and so do the requests in between.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.creation import IssuanceInput
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.rpc.bytom2.test_recorded_answers import answer, make_api
from tests.unit.wallet.bytom2_recorded import load, network, open_wallet, records
from tests.unit.wallet.test_bytom2_wallet import without_index

OF_TRANSACTIONS = frozenset(
    {
        "/build-transaction",
        "/build-chain-transactions",
        "/sign-transaction",
        "/sign-transactions",
        "/submit-transaction",
        "/submit-transactions",
        "/estimate-transaction-gas",
        "/estimate-chain-transaction-gas",
        "/list-account-votes",
        "/list-unspent-outputs",
        "/get-transaction",
        "/sign-message",
    }
)
RESTARTS = (1_795_999_100.0, 1_795_999_240.0)
"""When the recording node was started again, after which nothing was reserved any more."""


def nonces_in(text: str) -> Iterator[bytes]:
    """The random numbers of the issuances in an answer."""
    data = json.loads(text).get("data") or []
    for template in data if isinstance(data, list) else [data]:
        for tx_input in Transaction.from_hex(template["raw_transaction"]).inputs:
            if isinstance(tx_input, IssuanceInput):
                yield tx_input.nonce


class Recording:
    """A node that is where the recorded one was at a time."""

    def __init__(self, chain: Chain, clock: ManualClock) -> None:
        self._chain = chain
        self._clock = clock
        self._blocks = [Block.from_hex(raw) for raw in load("chain")["blocks"]][1:]
        self._database = without_index(records("leveldb_dump", "wallet"))
        self._restarts = list(RESTARTS)
        self.nonces: list[bytes] = []
        self._start()

    def at(self, time: float) -> Bytom2Api:
        """Its API then."""
        self._clock.advance(time - self._clock.now())
        while self._blocks and self._blocks[0].header.timestamp <= time * 1000:
            self._chain.process_block(self._blocks.pop(0))
            self._wallet.catch_up()
        if self._restarts and self._restarts[0] < time:
            del self._restarts[0]
            self._start()
        return make_api(self._chain, self._clock, wallet=self._wallet, builder=self._builder)

    def _start(self) -> None:
        nonce = lambda: self.nonces.pop(0)  # noqa: E731 - asked for each time
        self._wallet, self._builder = open_wallet(self._database, self._chain, clock=self._clock, nonce=nonce)


async def test_recorded_actions() -> None:
    actions = [case for case in load("rpc_actions")["cases"] if case["path"] in OF_TRANSACTIONS]
    clock = ManualClock(now=actions[0]["t"])
    compared: Counter[str] = Counter()
    with Chain.open(network(), CoreStore(MemoryStore()), clock, EventDispatcher(), threads=1) as chain:
        node = Recording(chain, clock)
        for case in actions:
            api = node.at(case["t"])
            if case["path"].startswith("/build"):
                node.nonces = list(nonces_in(case["answer"]))
            assert await answer(api, case["path"], case["request"]) == case["answer"], case["request"]
            compared[case["path"]] += 1
    assert compared["/build-transaction"] == 24
    assert compared["/sign-transaction"] == 23
    assert compared["/submit-transaction"] == 22
