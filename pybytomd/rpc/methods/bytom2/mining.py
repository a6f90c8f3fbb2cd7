"""Making blocks of Bytom 2: whether this node does. Source: bytom2-network-wallet-api reference, section 5.3."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
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
