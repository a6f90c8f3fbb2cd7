"""Methods where the recording has nothing to compare with: mining, peers, odd blocks."""

from __future__ import annotations

import os
import threading
import zlib
from dataclasses import dataclass, field

import pytest

from pybytomd import __version__
from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.codec.golang.goduration import format_duration
from pybytomd.errors import BytomError, RequestError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.mining.coinbase import NoAccount, RewardReceiver
from pybytomd.mining.cpu_miner import CPUMiner
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.rpc.block_cache import BlockCache, KeptReply
from pybytomd.rpc.http_messages import HttpResponse
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from tests.unit.mining.fake_chain import FakeChain
from tests.unit.rpc.recorded import Client, NoPrograms, make_api, recorded_chain, recording


@dataclass
class Miner:
    is_mining: bool = False
    threads: int = 2
    hash_rate: float = 2.5
    blocks_found: int = 4

    def start(self) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.is_mining = True

    def stop(self) -> None:
        self.is_mining = False


async def test_mining_is_switched_on_and_off() -> None:
    client = Client(make_api(recorded_chain(0), miner=Miner()))
    assert await client.call("is-mining") == {"status": "success", "data": {"is_mining": False}}
    assert await client.call("set-mining", {"is_mining": True}) == {"status": "success", "data": ""}
    assert (await client.call("is-mining"))["data"] == {"is_mining": True}
    assert (await client.call("net-info"))["data"]["mining"] is True
    await client.call("set-mining", {"is_mining": False})
    assert (await client.call("is-mining"))["data"] == {"is_mining": False}


async def test_the_miner_is_given_as_many_threads_as_there_are_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    miner = Miner()
    client = Client(make_api(FakeChain(), miner=miner))
    assert (await client.call("set-mining-threads", {"threads": 4}))["data"] == {"threads": 4}
    assert miner.threads == 4
    for threads in (0, 5):
        answer = await client.call("set-mining-threads", {"threads": threads})
        assert answer["error_detail"] == "there are 4: threads must be from 1 to the number of processors"
    assert miner.threads == 4
    answer = await Client(make_api(FakeChain())).call("set-mining-threads", {"threads": 1})
    assert answer["error_detail"] == "this node has no miner"


@pytest.mark.parametrize(
    "receiver", [NoAccount(MAINNET), AccountManager(MemoryStore(), MAINNET, ManualClock()).mining]
)
async def test_mining_without_an_address(receiver: RewardReceiver) -> None:
    chain, clock = FakeChain(MAINNET), ManualClock()
    miner = CPUMiner(chain, BlockProposer(chain, receiver, clock), clock, EventDispatcher())  # type: ignore[arg-type]
    client = Client(make_api(recorded_chain(0), miner=miner))
    answer = await client.call("set-mining", {"is_mining": True})
    assert answer["error_detail"] == "Mining address does not exist"
    assert (await client.call("is-mining"))["data"] == {"is_mining": False}


async def test_a_node_without_miner_says_so() -> None:
    client = Client(make_api(recorded_chain(0)))
    assert (await client.call("is-mining"))["data"] == {"is_mining": False}
    for name in ("set-mining", "get-work", "get-work-json", "submit-work", "submit-work-json", "generate"):
        answer = await client.call(name, {})
        assert (answer["status"], answer["code"]) == ("fail", "BTM000"), name


def mining_client(chain: Chain) -> Client:
    clock = ManualClock(2_000_000_000.0)
    proposer = BlockProposer(chain, NoAccount(chain.params), clock)
    pool = MiningPool(chain, proposer, clock, chain.events)
    return Client(make_api(chain, mining_pool=pool, proposer=proposer))


async def test_work_is_handed_out_in_two_forms() -> None:
    client = mining_client(recorded_chain(2))
    raw = (await client.call("get-work"))["data"]
    fields = (await client.call("get-work-json"))["data"]
    assert list(fields) == ["block_header", "seed"]
    header = BlockHeader.from_hex(raw["block_header"])
    assert fields["seed"] == raw["seed"]
    assert fields["block_header"]["height"] == header.height == 3
    commitment = fields["block_header"]["block_commitment"]
    assert commitment["transaction_merkle_root"] == header.transactions_merkle_root.hex()


async def test_submitted_work_is_judged() -> None:
    client = mining_client(recorded_chain(2))
    work = (await client.call("get-work-json"))["data"]
    assert (await client.call("submit-work"))["error_detail"] == "can't submit empty block"
    assert (await client.call("submit-work-json"))["error_detail"] == "can't submit empty block"
    stale = {**work["block_header"], "previous_block_hash": "00" * 32}
    answer = await client.call("submit-work-json", {"block_header": stale})
    assert answer["error_detail"] == "pending mining block has been changed"
    missing = {name: value for name, value in work["block_header"].items() if name != "block_commitment"}
    answer = await client.call("submit-work-json", {"block_header": missing})
    assert answer["error_detail"] == "block_commitment is missing"
    answer = await client.call("submit-work-json", work)
    assert answer["error_detail"].startswith("invalid difficulty proof of work")


async def test_blocks_are_submitted_whole() -> None:
    client = mining_client(recorded_chain(2))
    blocks = recording("chain")["blocks"]
    for _ in range(2):  # known already is fine too
        assert await client.call("submit-block", {"raw_block": blocks[3]}) == {"status": "success", "data": True}
    assert (await client.call("submit-block", {"raw_block": blocks[5]}))[
        "error_detail"
    ] == "block submitted is orphan"
    assert (await client.call("submit-block", {}))["error_detail"] == "raw_block is missing"
    assert (await client.call("get-block-count"))["data"] == {"block_count": 3}


async def test_generated_blocks() -> None:
    client = mining_client(recorded_chain(2))
    answer = await client.call("generate", {"count": 1})
    assert answer["data"]["block_hashes"] == [(await client.call("get-block-hash"))["data"]["block_hash"]]
    for count in (0, 1001):
        assert "count must be" in (await client.call("generate", {"count": count}))["error_detail"]


async def test_generated_blocks_are_paid_to_an_address() -> None:
    client = mining_client(recorded_chain(2))
    address = "sm1qs0fur294cnr4uqn0zg4yqj4rguhk6dth77jv60"
    (block_hash,) = (await client.call("generate", {"address": address}))["data"]["block_hashes"]
    block = (await client.call("get-block", {"block_hash": block_hash}))["data"]
    assert block["transactions"][0]["outputs"][0]["address"] == address
    for wrong in ("nowhere", "bm" + address[2:]):
        answer = await client.call("generate", {"address": wrong})
        assert answer["status"] == "fail"
    assert (await client.call("get-block-count"))["data"] == {"block_count": 3}


@dataclass
class Peer:
    peer_id: str = "AB" * 32
    remote_addr: str = "127.0.0.1:46657"
    height: int = 7
    moniker: str = "anonymous"
    version: str = "1.1.1"
    is_outbound: bool = True
    round_trip: float | None = 0.0421234
    ping: float = -0.2
    duration: float = 3723.5
    total_sent: int = 1
    total_received: int = 2
    average_sent_rate: int = 3
    average_received_rate: int = 4
    current_sent_rate: int = 5
    current_received_rate: int = 6


@dataclass
class Network:
    listening: bool = True
    syncing: bool = True
    peer_count: int = 1
    highest_block: int = 99
    rate: float = 12.5
    remaining_seconds: float | None = 7.25
    headers: int = 40
    doing: str = "fetching blocks"
    stuck: str | None = None
    listen_address: str = "10.0.0.1:46657"
    update: int = 1
    new_version: str = "1.2.0"
    called: list[str] = field(default_factory=list)
    bytes_sent: int = 1000
    bytes_received: int = 2000
    bans_in_force: int = 2
    bans_made: int = 5

    def status(self) -> Network:
        return self

    def peers(self) -> list[Peer]:
        return [Peer()]

    def figures(self) -> Network:
        return self

    async def connect(self, address: str) -> Peer:
        self.called.append(address)
        if address.endswith(":1"):
            raise BytomError("connection refused", context=("Error dial peer",))
        return Peer()

    def disconnect(self, peer_id: str) -> None:
        if peer_id != "AB" * 32:
            raise RequestError("peerId not exist")


PEER = {
    "peer_id": "AB" * 32, "remote_addr": "127.0.0.1:46657", "height": 7, "ping": "200ms", "duration": "1h2m3.5s",
    "total_sent": 1, "total_received": 2, "average_sent_rate": 3, "average_received_rate": 4,
    "current_sent_rate": 5, "current_received_rate": 6,
}  # fmt: skip


async def test_the_state_of_the_node() -> None:
    chain = recorded_chain(3)
    network = Network(stuck="no peer has sent a block for 61 seconds")
    status = (await Client(make_api(chain, network=network)).call("node-status"))["data"]
    assert status == {
        "network": "solonet",
        "versions": {"program": __version__, "reference": "1.1.1", "newest": "1.2.0"},
        "sync": {
            "height": 3, "highest": 99, "block_hash": chain.best_hash.hex(),
            "block_time": chain.best_header.timestamp, "headers_ahead": 40, "activity": "fetching blocks",
            "is_behind": True, "blocks_per_second": 12.5, "seconds_left": 7.25,
            "stuck": "no peer has sent a block for 61 seconds",
        },
        "listen_address": "10.0.0.1:46657",
        "peers": [
            {"peer_id": "AB" * 32, "address": "127.0.0.1:46657", "version": "1.1.1", "height": 7,
             "is_outbound": True, "connected_for": 3723.5, "round_trip": 0.042, "bytes_sent": 1,
             "bytes_received": 2},
        ],
        "pool": {"transactions": 0, "orphans": 0}, "wallet": None, "index": None,
        "mining": None, "disk": None,
        "readiness": {"is_ready": False, "reason": "stuck", "detail": "no peer has sent a block for 61 seconds"},
    }  # fmt: skip
    chain.close()


@dataclass
class Wallet:
    wallet_height: int = 2
    is_rescanning: bool = True
    is_recovering: bool = False
    failure: str = ""

    def status(self) -> Wallet:
        return self


async def test_the_state_of_a_node_without_peers() -> None:
    chain = recorded_chain(0)
    api = make_api(chain, wallet=Wallet(), miner=Miner(is_mining=True))
    status = (await Client(api).call("node-status"))["data"]
    assert status["sync"]["activity"] == "no network"
    assert (status["sync"]["highest"], status["sync"]["is_behind"], status["sync"]["seconds_left"]) == (
        0,
        False,
        None,
    )
    assert status["peers"] == []
    assert status["wallet"] == {"height": 2, "is_rescanning": True, "is_recovering": False, "failure": None}
    assert status["mining"] == {
        "is_mining": True, "threads": 2, "processors": os.cpu_count(), "hashes_per_second": 2.5, "blocks_found": 4
    }  # fmt: skip
    chain.close()


async def test_peers() -> None:
    network = Network()
    client = Client(make_api(recorded_chain(0), network=network))
    info = (await client.call("net-info"))["data"]
    assert info == {
        "listening": True, "syncing": True, "mining": False, "peer_count": 1, "current_block": 0,
        "highest_block": 99, "network_id": "solonet",
        "version_info": {"version": "1.1.1", "update": 1, "new_version": "1.2.0"},
    }  # fmt: skip
    assert (await client.call("list-peers"))["data"] == [PEER]
    assert (await client.call("connect-peer", {"ip": "127.0.0.1", "port": 46657}))["data"] == PEER
    assert (await client.call("connect-peer", {"ip": "::1", "port": 2}))["data"] == PEER
    assert network.called == ["127.0.0.1:46657", "[::1]:2"]
    answer = await client.call("connect-peer", {"ip": "127.0.0.1", "port": 1})
    assert answer["error_detail"] == "can not connect to the address: Error dial peer: connection refused"
    assert (await client.call("connect-peer", {"ip": "localhost"}))["error_detail"] == "invalid ip address"
    assert await client.call("disconnect-peer", {"peer_id": "AB" * 32}) == {"status": "success"}
    assert (await client.call("disconnect-peer", {"peer_id": "x"}))["error_detail"] == "peerId not exist"


async def test_a_node_that_keeps_to_itself() -> None:
    client = Client(make_api(recorded_chain(0)))
    assert (await client.call("net-info"))["data"]["listening"] is False
    assert (await client.call("list-peers"))["data"] == []
    answer = await client.call("connect-peer", {"ip": "127.0.0.1", "port": 1})
    assert answer["error_detail"] == "can not connect to the address: can't dial peer in vault mode"
    assert (await client.call("disconnect-peer", {}))["error_detail"] == "peerId not exist"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.2, "200ms"), (1e-6, "1µs"), (5e-9, "5ns"), (1.5, "1.5s"), (60, "1m0s"), (3723.5, "1h2m3.5s"),
     (3600, "1h0m0s"), (0.0015, "1.5ms"), (90061, "25h1m1s")],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


async def test_missing_transactions_are_an_error() -> None:
    client = Client(make_api(recorded_chain(0), wallet=NoPrograms()))
    for name in ("decode-raw-transaction", "submit-transaction"):
        assert (await client.call(name, {}))["error_detail"] == "raw_transaction is missing"
    answer = await client.call("submit-transactions", {"raw_transactions": [None]})
    assert answer["error_detail"] == "raw_transactions is missing"
    assert (await client.call("submit-transactions", {}))["data"] == {"tx_id": []}


async def test_submitting() -> None:
    blocks = [Block.from_hex(raw) for raw in recording("chain")["blocks"]]
    height, spend = next((b.height, tx) for b in blocks for tx in b.transactions[1:])
    client = Client(make_api(recorded_chain(height - 1)))
    request = {"raw_transaction": spend.to_hex()}
    for _ in range(2):
        assert (await client.call("submit-transaction", request))["data"] == {"tx_id": spend.id.hex()}
    assert (await client.call("list-unconfirmed-transactions"))["data"] == {"total": 1, "tx_ids": [spend.id.hex()]}
    found = (await client.call("get-unconfirmed-transaction", {"tx_id": spend.id.hex()}))["data"]
    assert found["id"] == spend.id.hex()
    assert found["mux_id"] == spend.mux_id.hex()
    early = Client(make_api(recorded_chain(0)))
    assert (await early.call("submit-transaction", request))["code"] == "BTM712"
    stingy = Client(make_api(recorded_chain(height - 1), max_transaction_fee=0))
    assert (await stingy.call("submit-transaction", request))["code"] == "BTM713"
    coinbase = {"raw_transaction": blocks[1].transactions[0].to_hex()}
    answer = await client.call("submit-transaction", coinbase)
    assert answer["error_detail"] == "tx rejected: transaction is dust tx: transaction is dust tx"
    no_gas = {"raw_transaction": "070100000" + "0"}
    assert (await client.call("submit-transaction", no_gas))["code"] == "BTM714"


async def test_a_block_is_rendered_once() -> None:
    client = Client(make_api(recorded_chain(1)))
    first = await client.send("/get-block", '{"block_height":1}')
    api = client.dispatcher.api
    key = b"get-block" + api.chain.best_hash
    assert api.blocks.get(key) is not None
    api.blocks.put(key, KeptReply(b'"kept"'))
    assert b'"kept"' in (await client.send("/get-block", '{"block_height":1}')).body
    by_hash = await client.send("/get-block", f'{{"block_hash":"{api.chain.best_hash.hex()}"}}')
    assert b'"kept"' in by_hash.body
    assert first.body != by_hash.body
    missing = await client.call("get-block", {"block_height": 2})
    assert missing["error_detail"] == "can't find block in given height"


def test_the_cache_of_blocks_is_bounded() -> None:
    """A reply counts three times: its answers, plain and compressed, may be kept with it."""
    cache = BlockCache(limit=30)
    first = KeptReply(b"12345")
    cache.put(b"a", first)
    cache.put(b"b", KeptReply(b"12345"))
    assert cache.get(b"a") is first
    cache.put(b"c", KeptReply(b"1"))
    assert cache.get(b"b") is None
    assert cache.get(b"a") is first
    cache.put(b"d", KeptReply(b"x" * 11))
    assert cache.get(b"d") is None
    second = KeptReply(b"1")
    cache.put(b"a", second)
    cache.put(b"e", KeptReply(b"12345678"))
    assert cache.get(b"a") is second


async def test_the_compressed_form_of_a_block_is_kept_with_it() -> None:
    client = Client(make_api(recorded_chain(1)))
    plain = await client.send("/get-block", '{"block_height":1}')
    packed = [
        await client.send("/get-block", '{"block_height":1}', headers={"Accept-Encoding": "gzip"})
        for _ in range(2)
    ]
    assert zlib.decompress(packed[0].body, 31) == plain.body
    assert packed[0] is packed[1]


async def test_the_count_of_blocks_is_made_once_for_a_height() -> None:
    client = Client(make_api(recorded_chain(1)))
    block = Block.from_hex(recording("chain")["blocks"][2])
    chain = client.dispatcher.api.chain

    async def ask(**headers: str) -> HttpResponse:
        return await client.send("/get-block-count", headers=headers)

    zipped = {"Accept-Encoding": "gzip"}
    plain, packed = await ask(), await ask(**zipped)
    assert plain.body == b'{"status":"success","data":{"block_count":1}}\n'
    assert zlib.decompress(packed.body, 31) == plain.body
    assert (await ask(), await ask(**zipped)) == (plain, packed)
    assert await ask() is plain
    assert await ask(**zipped) is packed
    chain.process_block(block, proof=True)
    assert (await ask()).body == plain.body.replace(b"1", b"2")
    assert zlib.decompress((await ask(**zipped)).body, 31) == (await ask()).body
