"""Programs and signed messages on Bytom 2.

Source: bytom2-network-wallet-api reference, section 5.1.
"""

from __future__ import annotations

import asyncio

from pybytomd.codec.hextext import decode_hex
from pybytomd.crypto.ed25519 import verify_strictly
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.signed_messages import (
    InstructionsReply,
    ProgramRequest,
    SignedMessageRequest,
    VerifiedReply,
    verified,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.bytom2.standard import executed_program
from pybytomd.vm.bytom2.text import listing

KINDS = (ChainKind.BYTOM2,)


def _no_contract(_: bytes) -> bytes | None:
    """The call of a contract is shown as it is written."""
    return None


@method("decode-program", role=Role.READ, needs_wallet=True, reads=True, kinds=KINDS)
async def decode_program(api: Bytom2Api, request: ProgramRequest) -> InstructionsReply:  # noqa: ARG001 - as all methods
    """Take a program apart; a standard one as what it runs as."""

    def reply() -> InstructionsReply:
        return InstructionsReply(listing(executed_program(decode_hex(request.program), _no_contract)))

    return await asyncio.to_thread(reply)


@method("verify-message", role=Role.READ, reads=True, kinds=KINDS)
def verify_message(api: Bytom2Api, request: SignedMessageRequest) -> VerifiedReply:
    """Whether the owner of an address of one key signed a message."""
    return verified(request, api.address_prefix, verify_strictly)
