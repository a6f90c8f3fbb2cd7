"""Programs and signed messages. Source: rpc-and-cli reference, sections 4.2 and 4.8."""

from __future__ import annotations

import asyncio

from pybytomd.codec.hextext import decode_hex
from pybytomd.crypto import ed25519
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods.signed_messages import (
    InstructionsReply,
    ProgramRequest,
    SignedMessageRequest,
    VerifiedReply,
    verified,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.programs.disassembler import listing
from pybytomd.vm.programs.standard import executed_program

SHORT_PROGRAM = 4096
"""Hex digits of a program that is taken apart on the event loop, in a few milliseconds."""


def _listing(request: ProgramRequest) -> InstructionsReply:
    return InstructionsReply(listing(executed_program(decode_hex(request.program))))


def _listing_at_once(api: Api, request: ProgramRequest) -> InstructionsReply | None:  # noqa: ARG001 - as all methods
    return _listing(request) if len(request.program) <= SHORT_PROGRAM else None


@method("decode-program", role=Role.READ, needs_wallet=True, ready=_listing_at_once, reads=True)
async def decode_program(api: Api, request: ProgramRequest) -> InstructionsReply:  # noqa: ARG001 - as all methods
    """Take a program apart; a standard one as what it runs as."""
    return await asyncio.to_thread(_listing, request)


@method("verify-message", role=Role.READ, reads=True)
def verify_message(api: Api, request: SignedMessageRequest) -> VerifiedReply:
    """Whether the owner of an address of one key signed a message."""
    return verified(request, api.address_prefix, ed25519.verify)
