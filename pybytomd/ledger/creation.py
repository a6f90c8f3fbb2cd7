"""Inputs that both chains have: issuance and coinbase, which bring new units into being; and what spending takes.

Treat them as values. Source: chain-and-storage reference, section 2; ``protocol/bc/types``.
"""

from __future__ import annotations

from typing import ClassVar

from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.value import Value

ISSUANCE_TYPE, COINBASE_TYPE = 0, 2
ASSET_VERSION = 1
"""The only asset version whose contents are understood."""


class SpendingInput(Value):
    """An output being spent, described in full, and the arguments its program is run with."""

    __slots__ = ()
    source_id: bytes
    asset_id: bytes
    amount: int
    source_position: int
    vm_version: int
    control_program: bytes
    arguments: tuple[bytes, ...]
    kind: ClassVar[str]


class IssuanceInput(Value):
    """New units of an asset. ``arguments`` are what the issuance program is run with."""

    __match_args__ = (
        "nonce",
        "asset_id",
        "amount",
        "asset_definition",
        "vm_version",
        "issuance_program",
        "arguments",
        "asset_version",
        "commitment_suffix",
        "witness_suffix",
    )
    __slots__ = __match_args__
    kind: ClassVar[str] = "issuance"

    def __init__(
        self,
        nonce: bytes,
        asset_id: bytes,
        amount: int,
        asset_definition: bytes,
        vm_version: int,
        issuance_program: bytes,
        arguments: tuple[bytes, ...] = (),
        asset_version: int = ASSET_VERSION,
        commitment_suffix: bytes = b"",
        witness_suffix: bytes = b"",
    ) -> None:
        self.nonce = nonce
        self.asset_id = asset_id
        self.amount = amount
        self.asset_definition = asset_definition
        self.vm_version = vm_version
        self.issuance_program = issuance_program
        self.arguments = arguments
        self.asset_version = asset_version
        self.commitment_suffix = commitment_suffix
        self.witness_suffix = witness_suffix

    def commitment(self) -> bytes:
        """The part that is committed to by the transaction id. Quirk: the asset id is computed anew."""
        asset_id = compute_asset_id(self.issuance_program, self.vm_version, self.asset_definition)
        return b"\x00" + writer.string(self.nonce) + asset_id + writer.uint63(self.amount)

    def witness(self) -> bytes:
        """The part that is not committed to."""
        return b"".join(
            (
                writer.string(self.asset_definition),
                writer.uint63(self.vm_version),
                writer.string(self.issuance_program),
                writer.string_list(self.arguments),
            )
        )


class CoinbaseInput(Value):
    """The block's reward. ``arbitrary`` is free data, by custom led by the height."""

    __match_args__ = ("arbitrary", "asset_version", "commitment_suffix", "witness_suffix")
    __slots__ = __match_args__
    kind: ClassVar[str] = "coinbase"

    def __init__(
        self,
        arbitrary: bytes,
        asset_version: int = ASSET_VERSION,
        commitment_suffix: bytes = b"",
        witness_suffix: bytes = b"",
    ) -> None:
        self.arbitrary = arbitrary
        self.asset_version = asset_version
        self.commitment_suffix = commitment_suffix
        self.witness_suffix = witness_suffix

    @property
    def arguments(self) -> tuple[bytes, ...]:
        """A coinbase runs no program."""
        return ()

    def commitment(self) -> bytes:
        """The part that is committed to by the transaction id."""
        return b"\x02" + writer.string(self.arbitrary)

    def witness(self) -> bytes:
        """A coinbase has no witness."""
        return b""


def read_issuance(reader: Reader, outer: int) -> IssuanceInput:
    """An issuance, from behind its type byte; ``outer`` is where its commitment leaves to. Raises DecodeError."""
    nonce = reader.string()
    asset_id = reader.fixed(32)
    amount = reader.uint63()
    commitment_suffix = reader.leave(outer)
    outer = reader.enter()
    definition = reader.string()
    vm_version = reader.uint63()
    program = reader.noted_string()
    if compute_asset_id(program, vm_version, definition) != asset_id:
        raise DecodeError("asset ID does not match other issuance parameters")
    arguments = reader.string_list()
    return IssuanceInput(
        nonce,
        asset_id,
        amount,
        definition,
        vm_version,
        program,
        arguments,
        ASSET_VERSION,
        commitment_suffix,
        reader.leave(outer),
    )


def read_coinbase(reader: Reader, outer: int) -> CoinbaseInput:
    """A coinbase, from behind its type byte; ``outer`` is where its commitment leaves to. Raises DecodeError."""
    arbitrary = reader.string()
    commitment_suffix = reader.leave(outer)
    return CoinbaseInput(arbitrary, ASSET_VERSION, commitment_suffix, reader.leave(reader.enter()))
