"""Programs and signed messages on Bytom 2."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pybytomd.codec.golang.gotext import trim
from pybytomd.codec.hextext import decode_hex
from pybytomd.crypto.ed25519 import verify_strictly
from pybytomd.crypto.hashes import ripemd160
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, RootXPub, Text
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.bytom2.standard import executed_program
from pybytomd.vm.bytom2.text import listing
from pybytomd.vm.programs.address import Address

KINDS = (ChainKind.BYTOM2,)
NO_KEY = bytes(32)


@dataclass(frozen=True, slots=True)
class ProgramRequest:
    """A program in hex."""

    program: Text = ""


@dataclass(frozen=True, slots=True)
class InstructionsReply:
    """One instruction a line, with its data."""

    instructions: str


@dataclass(frozen=True, slots=True)
class SignedMessageRequest:
    """A message, who is said to have signed it, and the signature in hex."""

    address: Text = ""
    derived_xpub: RootXPub = None
    message: HexBytes = b""
    signature: Text = ""


@dataclass(frozen=True, slots=True)
class VerifiedReply:
    """Whether the owner of the address signed the message."""

    result: bool


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
    signature = decode_hex(request.signature)
    public_key = NO_KEY if request.derived_xpub is None else request.derived_xpub.public_key
    if str(Address(ripemd160(public_key), api.address_prefix)) != trim(request.address):
        return VerifiedReply(result=False)
    return VerifiedReply(result=verify_strictly(public_key, request.message, signature))
