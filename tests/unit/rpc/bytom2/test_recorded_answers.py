"""What bytomd 2.0.7 answered over its recorded chain, answered here, byte for byte."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.coinbase import NoAccount
from pybytomd.rpc.access.check import AccessCheck, AccessRules
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.http_messages import HttpRequest
from pybytomd.rpc.methods import load_methods
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.tracing.bytom2 import bytom2_forms
from pybytomd.tracing.service import TraceService
from pybytomd.wallet.wallet import Wallet
from tests.unit.wallet import bytom2_recorded
from tests.unit.wallet.bytom2_recorded import FOLDER as DIRECTORY

RECORDED = 1_795_999_838.0
"""When the transactions were handed in that wait for a block."""

NETWORK = frozenset({"net-info", "connect-peer"})
"""The recorded node listens, and has dialled."""


def recorded(name: str) -> Any:
    with gzip.open(DIRECTORY / name) as stream:
        return json.load(stream)


CASES = recorded("rpc_readonly.json.gz")["cases"]
METHODS = load_methods(kind=ChainKind.BYTOM2)


def make_api(chain: Chain, clock: ManualClock, **parts: Any) -> Bytom2Api:
    key = XPrv.from_hex((DIRECTORY / "node_key.txt").read_text())
    receiver = NoAccount(chain.params)
    proposer = BlockProposer(chain, receiver)
    producer = BlockProducer(chain, proposer, _NoSigner(), clock)
    return Bytom2Api(
        chain=chain,
        clock=clock,
        tokens=CredentialStore(MemoryStore(), clock),
        key=str(key.xpub),
        producer=producer,
        proposer=proposer,
        receiver=receiver,
        start_mining=producer.start,
        **parts,
    )


class _NoSigner:
    key = ""
    is_quiet = True

    def sign_block(self, header: object) -> bytes | None:
        raise AssertionError("nothing is to be signed")


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    with bytom2_recorded.open_chain(clock=ManualClock(now=RECORDED)) as opened:
        yield opened


def with_wallet(chain: Chain, dump: str = "leveldb_dump", *, txindex: bool = False) -> tuple[Bytom2Api, Wallet]:
    """The API of a node with the recorded wallet."""
    clock = ManualClock(now=RECORDED)
    database = bytom2_recorded.memory(bytom2_recorded.records(dump, "wallet"))
    recorded_wallet = bytom2_recorded.open_wallet(database, chain, txindex=txindex, clock=clock)
    wallet, builder = recorded_wallet
    wallet.catch_up()
    return make_api(chain, clock, wallet=wallet, builder=builder, trace=recorded_trace(chain, dump)), wallet


def recorded_trace(chain: Chain, dump: str = "leveldb_dump") -> TraceService:
    """What follows contracts, over the recorded database."""
    database = bytom2_recorded.memory(bytom2_recorded.records(dump, "trace"))
    return TraceService(database, chain, bytom2_forms(chain))


async def submit_waiting(api: Bytom2Api) -> None:
    """Hand in the transactions that waited for a block when the questions were asked."""
    waiting = {
        json.loads(c["answer"]).get("data", {}).get("tx_id"): c
        for c in recorded("rpc_actions.json.gz")["cases"]
        if c["path"] == "/submit-transaction"
    }
    listed = next(c for c in CASES if c["path"] == "/list-unconfirmed-transactions")
    for tx_id in sorted(json.loads(listed["answer"])["data"]["tx_ids"], key=list(waiting).index):
        found = await answer(api, "/submit-transaction", waiting[tx_id]["request"])
        assert json.loads(found)["data"]["tx_id"] == tx_id


async def answer(api: Bytom2Api, path: str, body: str) -> str:
    access = AccessCheck(api.tokens, "127.0.0.1", AccessRules())
    request = HttpRequest(verb="POST", target=path, remote="127.0.0.1", headers={"host": "127.0.0.1"})
    return (await Dispatcher(api, access).answer(request, body.encode())).body.decode()


def outputs(text: str) -> list[list[tuple[str, Any]]]:
    """Unspent outputs by id, with their fields in order."""
    return sorted(list(one.items()) for one in json.loads(text)["data"])


async def test_recorded_answers(chain: Chain) -> None:
    api, wallet = with_wallet(chain)
    await submit_waiting(api)
    wallet.catch_up()
    compared: Counter[str] = Counter()
    for case in CASES:
        name = case["path"].lstrip("/")
        if name in NETWORK:
            continue
        found, expected = await answer(api, case["path"], case["request"]), case["answer"]
        found = found.replace(str(DIRECTORY), "/DATADIR")
        if name == "list-unconfirmed-transactions":  # the reference lists them in any order
            assert set(json.loads(found)["data"]["tx_ids"]) == set(json.loads(expected)["data"]["tx_ids"])
        elif name == "list-unspent-outputs" and json.loads(case["request"]).get("unconfirmed"):
            assert outputs(found) == outputs(expected)  # as are those that no block has confirmed
        else:
            assert found == expected, (case["path"], case["request"])
        compared[name] += 1
    assert compared["get-block"] == 33
    assert compared["get-vote-result"] == 16
    assert compared["list-account-votes"] == 8
    assert compared["get-transaction"] == 18
    assert compared["get-contract-instance"] == 3
    assert compared["create-contract-instance"] == 3
    assert sum(compared.values()) > 220


async def test_net_info_tells_what_there_is(chain: Chain) -> None:
    api = make_api(chain, ManualClock(now=RECORDED))
    expected = next(case["answer"] for case in CASES if case["path"] == "/net-info")
    assert await answer(api, "/net-info", "{}") == expected.replace('"listening":true', '"listening":false')


async def test_recorded_answers_of_a_wallet_that_indexes_all_transactions() -> None:
    with bytom2_recorded.open_chain("leveldb_dump_txindex", ManualClock(now=RECORDED)) as chain:
        api, wallet = with_wallet(chain, "leveldb_dump_txindex", txindex=True)
        await submit_waiting(api)
        wallet.catch_up()
        cases = recorded("rpc_txindex.json.gz")["cases"]
        assert len(cases) == 27
        for case in cases:
            assert await answer(api, case["path"], case["request"]) == case["answer"], case["request"]


async def test_without_a_wallet_they_lead_elsewhere(chain: Chain) -> None:
    api = make_api(chain, ManualClock())
    assert await answer(api, "/list-accounts", "{}") == ""  # where to is in the head
    assert "/list-accounts" not in Dispatcher(api, AccessCheck(api.tokens, "", AccessRules())).methods


async def test_tokens_by_any_text(chain: Chain) -> None:
    """A secret is random, and when it was made is another time: those of the recording are replaced."""
    api = make_api(chain, ManualClock(now=RECORDED))
    compared: Counter[str] = Counter()
    ours: dict[str, str] = {}
    for case in recorded("rpc_actions.json.gz")["cases"]:
        name = case["path"].lstrip("/")
        if not name.endswith(("access-token", "access-tokens")):
            continue
        found = await answer(api, case["path"], _replaced(case["request"], ours))
        if name == "create-access-token" and '"data"' in case["answer"]:
            theirs, mine = (json.loads(each)["data"] for each in (case["answer"], found))
            ours |= {theirs["created_at"]: mine["created_at"], theirs["token"]: mine["token"]}
            ours |= {theirs["token"].partition(":")[2]: mine["token"].partition(":")[2]}
        assert found == _replaced(case["answer"], ours), (case["path"], case["request"])
        compared[name] += 1
    assert compared == {
        "create-access-token": 4,
        "list-access-tokens": 1,
        "check-access-token": 3,
        "delete-access-token": 3,
    }


def _replaced(text: str, words: dict[str, str]) -> str:
    for word, other in words.items():
        text = text.replace(word, other)
    return text


async def test_what_a_transaction_is_refused_for_is_said_twice(chain: Chain) -> None:
    cases = [c for c in recorded("rpc_actions.json.gz")["cases"] if c["path"] == "/submit-transaction"]
    refused = [c for c in cases if "is dust" in c["answer"] or "checking result" in c["answer"]]
    assert refused
    api = make_api(chain, ManualClock(now=RECORDED))
    for case in refused:
        assert await answer(api, "/submit-transaction", case["request"]) == case["answer"]


def test_every_method_of_the_reference_is_there() -> None:
    """Their names are those of ``api/api.go``, but for the WebSocket, which is no method."""
    paths = {case["path"].lstrip("/") for case in CASES if "not Found" not in case["answer"]}
    assert paths <= set(METHODS)
    removed = {case["path"].lstrip("/") for case in CASES if "not Found" in case["answer"]}
    assert not removed & set(METHODS)
