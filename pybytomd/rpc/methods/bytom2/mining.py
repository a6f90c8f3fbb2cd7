"""Making blocks of Bytom 2: whether this node does, and some at once.

Source: bytom2-network-wallet-api reference, section 5.3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.mining.bytom2.generate import generate as generate_blocks
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.generating import (
    GenerateReply,
    GenerateRequest,
    check_generation,
    receiver_of,
    while_wanted,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Flag
from pybytomd.rpc.schema.registry import method

KINDS = (ChainKind.BYTOM2,)


@dataclass(frozen=True, slots=True)
class IsMiningReply:
    """Whether the node makes a block whenever it is its turn."""

    is_mining: bool


@dataclass(frozen=True, slots=True)
class SetMiningRequest:
    """Whether to make blocks."""

    is_mining: Flag = False


@method("is-mining", role=Role.READ, reads=True, kinds=KINDS)
def is_mining(api: Bytom2Api) -> IsMiningReply:
    """Whether the node makes blocks when it is its turn."""
    return IsMiningReply(api.producer.is_running)


@method("set-mining", role=Role.MINING, kinds=KINDS)
async def set_mining(api: Bytom2Api, request: SetMiningRequest) -> str:
    """Begin or stop to make blocks."""
    await asyncio.to_thread(api.start_mining if request.is_mining else api.producer.stop)
    return ""


@method("generate", role=Role.MINING, in_reference=False, kinds=KINDS)
async def generate(api: Bytom2Api, request: GenerateRequest) -> GenerateReply:
    """Make blocks now, on a private network only, as far ahead of the clock as it allows."""
    check_generation(api, request)
    proposer = api.proposer
    if request.address:
        proposer = proposer.paying(receiver_of(request.address, api.address_prefix))

    def make(go_on: Callable[[], bool]) -> list[bytes]:
        return generate_blocks(api.chain, api.producer, request.count, proposer=proposer, go_on=go_on)

    return GenerateReply(await while_wanted(make))
