"""Mining: switched on and off, and work for miners outside of the node.

Source: rpc-and-cli reference, section 4.9; ``api/miner.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from pybytomd.errors import NoMiningProgram, RequestError
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.mining.generate import generate as generate_blocks
from pybytomd.mining.search import Work, processors
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import MissingField, NotAvailable
from pybytomd.rpc.methods.generating import (
    GenerateReply,
    GenerateRequest,
    check_generation,
    receiver_of,
    while_wanted,
)
from pybytomd.rpc.push.events.work import wait_for_work
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.body_limits import BLOCK_BODY
from pybytomd.rpc.schema.field_types import Flag, Hash, RawBlock, RawHeader, Text, Uint64
from pybytomd.rpc.schema.registry import method

T = TypeVar("T")

MAX_WAIT_SECONDS = 60
"""Of a request for new work; between node and miner there may be who ends connections that are silent."""


class NoMiningAddress(RequestError):
    """There is nobody to pay the reward to."""

    message = "Mining address does not exist"


class BadThreads(RequestError):
    """More threads than processors only take turns."""

    message = "threads must be from 1 to the number of processors"


class WaitTooLong(RequestError):
    """The node would hold the connection open for too long."""

    message = f"seconds must be from 0 to {MAX_WAIT_SECONDS}"


@dataclass(frozen=True, slots=True)
class IsMiningReply:
    """Whether the node mines."""

    is_mining: bool


@dataclass(frozen=True, slots=True)
class SetMiningRequest:
    """Whether the node is to mine."""

    is_mining: Flag = False


@dataclass(frozen=True, slots=True)
class MiningThreadsReply:
    """How many threads the miner of the node searches with."""

    threads: int


@dataclass(frozen=True, slots=True)
class SetMiningThreadsRequest:
    """How many ``threads`` the miner of the node is to search with."""

    threads: Uint64 = 0


@dataclass(frozen=True, slots=True)
class WorkReply:
    """A serialized header whose nonce is wanted, and the seed of its proof of work."""

    block_header: BlockHeader
    seed: bytes


@dataclass(frozen=True, slots=True)
class CommitmentFields:
    """What a header says of the transactions of its block."""

    GO_NAME: ClassVar[str] = "types.BlockCommitment"
    transaction_merkle_root: Hash = ZERO_HASH
    transaction_status_hash: Hash = ZERO_HASH


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """A header, field by field."""

    GO_NAME: ClassVar[str] = "api.BlockHeaderJSON"
    version: Uint64 = 0
    height: Uint64 = 0
    previous_block_hash: Hash = ZERO_HASH
    timestamp: Uint64 = 0
    nonce: Uint64 = 0
    bits: Uint64 = 0
    block_commitment: CommitmentFields | None = None


@dataclass(frozen=True, slots=True)
class WorkFieldsReply:
    """A header whose nonce is wanted, and the seed of its proof of work."""

    block_header: HeaderFields
    seed: bytes


@dataclass(frozen=True, slots=True)
class SubmitWorkRequest:
    """A serialized header with its nonce."""

    GO_NAME: ClassVar[str] = "api.SubmitWorkReq"
    block_header: RawHeader = None


@dataclass(frozen=True, slots=True)
class SubmitWorkFieldsRequest:
    """A header with its nonce, field by field."""

    GO_NAME: ClassVar[str] = "api.SubmitWorkJSONReq"
    block_header: HeaderFields | None = None


@dataclass(frozen=True, slots=True)
class SubmitBlockRequest:
    """A serialized block."""

    GO_NAME: ClassVar[str] = "api.SubmitBlockReq"
    raw_block: RawBlock = None


@dataclass(frozen=True, slots=True)
class WaitWorkRequest:
    """The ``work_id`` of the work that a miner has, empty for none, and how many seconds to wait for other."""

    work_id: Text = ""
    seconds: Uint64 = 25


@dataclass(frozen=True, slots=True)
class WaitedWorkReply:
    """Work as get-work gives it. Its id stays the same while there is the same to do."""

    work_id: str
    block_header: BlockHeader
    seed: bytes


def _part(part: T | None, what: str) -> T:
    if part is None:
        raise NotAvailable(f"this node has no {what}")
    return part


@method("is-mining", role=Role.READ, reads=True)
def is_mining(api: Api) -> IsMiningReply:
    """Whether the node mines."""
    return IsMiningReply(api.miner is not None and api.miner.is_mining)


@method("set-mining", role=Role.MINING)
async def set_mining(api: Api, request: SetMiningRequest) -> str:
    """Begin or stop mining. Quirk: a request that does not say which stops it."""
    miner = _part(api.miner, "miner")
    if not request.is_mining:
        await asyncio.to_thread(miner.stop)
        return ""
    try:
        await asyncio.to_thread(miner.start)
    except NoMiningProgram as error:
        raise NoMiningAddress from error
    return ""


@method("set-mining-threads", role=Role.MINING, in_reference=False)
def set_mining_threads(api: Api, request: SetMiningThreadsRequest) -> MiningThreadsReply:
    """Have the miner of the node search with so many threads, whether it mines now or not, until the node ends."""
    miner = _part(api.miner, "miner")
    if not 1 <= request.threads <= processors():
        raise BadThreads.because(f"there are {processors()}")
    miner.threads = request.threads
    return MiningThreadsReply(miner.threads)


async def _get_work(api: Api) -> Work:
    return await asyncio.to_thread(_part(api.mining_pool, "mining pool").get_work)


@method("get-work", role=Role.MINING, reads=True)
async def get_work(api: Api) -> WorkReply:
    """Work for a miner: a serialized header whose nonce is wanted."""
    work = await _get_work(api)
    return WorkReply(work.header, work.seed)


@method("get-work-json", role=Role.MINING, reads=True)
async def get_work_json(api: Api) -> WorkFieldsReply:
    """Work for a miner: a header whose nonce is wanted."""
    work = await _get_work(api)
    header = work.header
    commitment = CommitmentFields(header.transactions_merkle_root, header.transaction_status_hash)
    fields = HeaderFields(
        version=header.version,
        height=header.height,
        previous_block_hash=header.previous_block_hash,
        timestamp=header.timestamp,
        nonce=header.nonce,
        bits=header.bits,
        block_commitment=commitment,
    )
    return WorkFieldsReply(fields, work.seed)


@method("wait-work", role=Role.MINING, in_reference=False, reads=True, waits=True)
async def wait_work(api: Api, request: WaitWorkRequest) -> WaitedWorkReply:
    """Work for a miner as soon as there is other work than it has: on a new block, or for another address."""
    if not 0 <= request.seconds <= MAX_WAIT_SECONDS:
        raise WaitTooLong
    hub, pool = _part(api.events, "events"), _part(api.mining_pool, "mining pool")
    work = await wait_for_work(hub, pool.get_work, request.work_id, request.seconds)
    return WaitedWorkReply(work.id, work.header, work.seed)


async def _submit_work(api: Api, header: BlockHeader | None) -> bool:
    await asyncio.to_thread(_part(api.mining_pool, "mining pool").submit_work, header)
    return True


@method("submit-work", role=Role.MINING)
async def submit_work(api: Api, request: SubmitWorkRequest) -> bool:
    """Hand in a header whose nonce was found; only nonce and timestamp count."""
    return await _submit_work(api, request.block_header)


@method("submit-work-json", role=Role.MINING)
async def submit_work_json(api: Api, request: SubmitWorkFieldsRequest) -> bool:
    """Hand in a header whose nonce was found; only nonce and timestamp count."""
    fields = request.block_header
    if fields is None:
        return await _submit_work(api, None)
    if fields.block_commitment is None:
        raise MissingField.named("block_commitment")
    header = BlockHeader(
        fields.version,
        fields.height,
        fields.previous_block_hash,
        fields.timestamp,
        fields.block_commitment.transaction_merkle_root,
        fields.block_commitment.transaction_status_hash,
        fields.nonce,
        fields.bits,
    )
    return await _submit_work(api, header)


@method("submit-block", role=Role.MINING, body=BLOCK_BODY)
async def submit_block(api: Api, request: SubmitBlockRequest) -> bool:
    """Hand in a whole block; one that is known already is fine too."""
    if request.raw_block is None:
        raise MissingField.named("raw_block")
    await asyncio.to_thread(_part(api.mining_pool, "mining pool").submit_block, request.raw_block)
    return True


@method("generate", role=Role.MINING, in_reference=False)
async def generate(api: Api, request: GenerateRequest) -> GenerateReply:
    """Mine blocks now, on solonet and dev only."""
    check_generation(api, request)
    proposer = _part(api.proposer, "miner")
    if request.address:
        proposer = proposer.paying(receiver_of(request.address, api.address_prefix))

    def mine(go_on: Callable[[], bool]) -> list[bytes]:
        return generate_blocks(api.chain, proposer, request.count, go_on=go_on)

    return GenerateReply(await while_wanted(mine))
