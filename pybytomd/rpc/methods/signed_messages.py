"""What both chains ask and answer about programs and signed messages.

Source: rpc-and-cli reference, sections 4.2 and 4.8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.codec.golang.gotext import trim
from pybytomd.codec.hextext import decode_hex
from pybytomd.crypto.hashes import ripemd160
from pybytomd.rpc.schema.field_types import HexBytes, RootXPub, Text
from pybytomd.vm.programs.address import Address

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


def verified(
    request: SignedMessageRequest, address_prefix: str, verify: Callable[[bytes, bytes, bytes], bool]
) -> VerifiedReply:
    """Whether the owner of an address of one key signed a message, by the chain's way to verify signatures."""
    signature = decode_hex(request.signature)
    public_key = NO_KEY if request.derived_xpub is None else request.derived_xpub.public_key
    if str(Address(ripemd160(public_key), address_prefix)) != trim(request.address):
        return VerifiedReply(result=False)
    return VerifiedReply(result=verify(public_key, request.message, signature))
