"""What a transaction consumes and creates: the four kinds of input, and the output.

The classes are slotted but not frozen: freezing costs a microsecond an object, on the path of every transaction.
Treat them as values all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pybytomd.codec import writer
from pybytomd.codec.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.asset import compute_asset_id

ISSUANCE_TYPE, SPEND_TYPE, COINBASE_TYPE = 0, 1, 2
ASSET_VERSION = 1
"""The only asset version whose contents are understood; others are kept as opaque bytes."""


@dataclass(slots=True)
class IssuanceInput:
    """New units of an asset. ``arguments`` are what the issuance program is run with."""

    kind: ClassVar[str] = "issuance"
    nonce: bytes
    asset_id: bytes
    amount: int
    asset_definition: bytes
    vm_version: int
    issuance_program: bytes
    arguments: tuple[bytes, ...] = ()
    asset_version: int = ASSET_VERSION
    commitment_suffix: bytes = b""
    witness_suffix: bytes = b""

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


@dataclass(slots=True)
class SpendInput:
    """An output being spent, described in full, and the arguments its program is run with."""

    kind: ClassVar[str] = "spend"
    source_id: bytes
    asset_id: bytes
    amount: int
    source_position: int
    vm_version: int
    control_program: bytes
    arguments: tuple[bytes, ...] = ()
    spend_commitment_suffix: bytes = b""
    asset_version: int = ASSET_VERSION
    commitment_suffix: bytes = b""
    witness_suffix: bytes = b""

    def commitment(self) -> bytes:
        """The part that is committed to by the transaction id.

        Quirk: the suffix is written twice (spend_commitment.go writes it, then the extensible string does).
        """
        content = b"".join(
            (
                self.source_id,
                self.asset_id,
                writer.uint63(self.amount),
                writer.uint63(self.source_position),
                writer.uint63(self.vm_version),
                writer.string(self.control_program),
                self.spend_commitment_suffix,
                self.spend_commitment_suffix,
            )
        )
        return b"\x01" + writer.string(content)

    def witness(self) -> bytes:
        """The part that is not committed to."""
        return writer.string_list(self.arguments)


@dataclass(slots=True)
class CoinbaseInput:
    """The block's reward. ``arbitrary`` is free data, by custom led by the height."""

    kind: ClassVar[str] = "coinbase"
    arbitrary: bytes
    asset_version: int = ASSET_VERSION
    commitment_suffix: bytes = b""
    witness_suffix: bytes = b""

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


@dataclass(slots=True)
class UnknownInput:
    """An input of an asset version we do not know: opaque bytes, kept as suffixes."""

    kind: ClassVar[str] = "unknown"
    asset_version: int
    commitment_suffix: bytes = b""
    witness_suffix: bytes = b""

    @property
    def arguments(self) -> tuple[bytes, ...]:
        """None that are known."""
        return ()

    def commitment(self) -> bytes:
        """Nothing but the suffix."""
        return b""

    def witness(self) -> bytes:
        """Nothing but the suffix."""
        return b""


TxInput = IssuanceInput | SpendInput | CoinbaseInput | UnknownInput


@dataclass(slots=True)
class TxOutput:
    """Units of an asset locked by a program. ``asset_id`` is None for an unknown asset version."""

    asset_id: bytes | None
    amount: int
    control_program: bytes
    vm_version: int = 1
    asset_version: int = ASSET_VERSION
    commitment_suffix: bytes = b""

    def to_bytes(self) -> bytes:
        """The serialization. Quirk: the suffix is written twice, the witness as empty."""
        content = b""
        if self.asset_id is not None:
            content = b"".join(
                (
                    self.asset_id,
                    writer.uint63(self.amount),
                    writer.uint63(self.vm_version),
                    writer.string(self.control_program),
                )
            )
        commitment = writer.string(content + self.commitment_suffix * 2)
        return writer.uint63(self.asset_version) + commitment + b"\x00"


def input_to_bytes(tx_input: TxInput) -> bytes:
    """The serialization of an input."""
    return b"".join(
        (
            writer.uint63(tx_input.asset_version),
            writer.string(tx_input.commitment() + tx_input.commitment_suffix),
            writer.string(tx_input.witness() + tx_input.witness_suffix),
        )
    )


def read_input(reader: Reader) -> TxInput:
    """The next input. Raises DecodeError."""
    asset_version = reader.uint63()
    outer = reader.enter()
    if asset_version != ASSET_VERSION:
        commitment_suffix = reader.leave(outer)
        return UnknownInput(asset_version, commitment_suffix, reader.leave(reader.enter()))
    try:
        kind = reader.byte()
    except DecodeError as error:
        raise error.within("reading input commitment type") from None
    if kind == SPEND_TYPE:
        return _read_spend(reader, outer)
    if kind == ISSUANCE_TYPE:
        return _read_issuance(reader, outer)
    if kind == COINBASE_TYPE:
        arbitrary = reader.string()
        commitment_suffix = reader.leave(outer)
        return CoinbaseInput(arbitrary, asset_version, commitment_suffix, reader.leave(reader.enter()))
    raise DecodeError(f"unsupported input type {kind}")


def _read_spend(reader: Reader, outer: int) -> SpendInput:
    commitment_end = reader.enter()
    step = "reading source id"
    try:
        source_id = reader.fixed(32)
        step = "reading asset+amount"
        asset_id = reader.fixed(32)
        amount = reader.uint63()
        step = "reading source position"
        source_position = reader.uint63()
        step = "reading VM version"
        vm_version = reader.uint63()
        if vm_version == 1:
            step = "reading control program"
            control_program = reader.string()
    except DecodeError as error:
        raise error.within(step) from None
    if vm_version != 1:
        raise DecodeError(f"unrecognized VM version {vm_version} for asset version 1")
    spend_suffix = reader.leave(commitment_end)
    if spend_suffix:
        reader.minimal = False
    commitment_suffix = reader.leave(outer)
    outer = reader.enter()
    arguments = reader.string_list()
    witness_suffix = reader.leave(outer)
    return SpendInput(
        source_id,
        asset_id,
        amount,
        source_position,
        vm_version,
        control_program,
        arguments,
        spend_suffix,
        ASSET_VERSION,
        commitment_suffix,
        witness_suffix,
    )


def _read_issuance(reader: Reader, outer: int) -> IssuanceInput:
    nonce = reader.string()
    asset_id = reader.fixed(32)
    amount = reader.uint63()
    commitment_suffix = reader.leave(outer)
    outer = reader.enter()
    definition = reader.string()
    vm_version = reader.uint63()
    program = reader.string()
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


def read_output(reader: Reader) -> TxOutput:
    """The next output. Raises DecodeError."""
    step: tuple[str, ...] = ("reading asset version",)
    asset_id: bytes | None = None
    amount = vm_version = 0
    program = b""
    try:
        asset_version = reader.uint63()
        step = ("reading output commitment",)
        outer = reader.enter()
        if asset_version == ASSET_VERSION:
            step = ("reading output commitment", "reading asset+amount")
            asset_id = reader.fixed(32)
            amount = reader.uint63()
            step = ("reading output commitment", "reading VM version")
            vm_version = reader.uint63()
            if vm_version == 1:
                step = ("reading output commitment", "reading control program")
                program = reader.string()
    except DecodeError as error:
        error.context = step + error.context
        raise
    if asset_id is not None and vm_version != 1:
        reason = f"unrecognized VM version {vm_version} for asset version 1"
        raise DecodeError(reason, context=("reading output commitment",))
    suffix = reader.leave(outer)
    try:
        witness = reader.string()
    except DecodeError as error:
        raise error.within("reading output witness") from None
    if witness or suffix:
        reader.minimal = False
    return TxOutput(asset_id, amount, program, vm_version, asset_version, suffix)
