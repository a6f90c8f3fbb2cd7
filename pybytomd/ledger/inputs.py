"""What a transaction consumes and creates: the four kinds of input, and the output.

Treat them as values. Issuance and coinbase stand in ``creation``, as both chains have them.
"""

from __future__ import annotations

from typing import ClassVar

from pybytomd.codec.wire import writer
from pybytomd.ledger.creation import ASSET_VERSION as ASSET_VERSION
from pybytomd.ledger.creation import CoinbaseInput as CoinbaseInput
from pybytomd.ledger.creation import IssuanceInput as IssuanceInput
from pybytomd.ledger.creation import SpendingInput as SpendingInput
from pybytomd.ledger.value import Value

SPEND_TYPE = 1


class SpendInput(SpendingInput):
    """An output being spent, described in full, and the arguments its program is run with."""

    __match_args__ = (
        "source_id",
        "asset_id",
        "amount",
        "source_position",
        "vm_version",
        "control_program",
        "arguments",
        "spend_commitment_suffix",
        "asset_version",
        "commitment_suffix",
        "witness_suffix",
    )
    __slots__ = __match_args__
    kind: ClassVar[str] = "spend"

    def __init__(
        self,
        source_id: bytes,
        asset_id: bytes,
        amount: int,
        source_position: int,
        vm_version: int,
        control_program: bytes,
        arguments: tuple[bytes, ...] = (),
        spend_commitment_suffix: bytes = b"",
        asset_version: int = ASSET_VERSION,
        commitment_suffix: bytes = b"",
        witness_suffix: bytes = b"",
    ) -> None:
        self.source_id = source_id
        self.asset_id = asset_id
        self.amount = amount
        self.source_position = source_position
        self.vm_version = vm_version
        self.control_program = control_program
        self.arguments = arguments
        self.spend_commitment_suffix = spend_commitment_suffix
        self.asset_version = asset_version
        self.commitment_suffix = commitment_suffix
        self.witness_suffix = witness_suffix

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


class UnknownInput(Value):
    """An input of an asset version we do not know: opaque bytes, kept as suffixes."""

    __match_args__ = ("asset_version", "commitment_suffix", "witness_suffix")
    __slots__ = __match_args__
    kind: ClassVar[str] = "unknown"

    def __init__(
        self,
        asset_version: int,
        commitment_suffix: bytes = b"",
        witness_suffix: bytes = b"",
    ) -> None:
        self.asset_version = asset_version
        self.commitment_suffix = commitment_suffix
        self.witness_suffix = witness_suffix

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


class TxOutput(Value):
    """Units of an asset locked by a program. ``asset_id`` is None for an unknown asset version."""

    kind: ClassVar[str] = "control"
    __match_args__ = (
        "asset_id",
        "amount",
        "control_program",
        "vm_version",
        "asset_version",
        "commitment_suffix",
    )
    __slots__ = __match_args__

    def __init__(
        self,
        asset_id: bytes | None,
        amount: int,
        control_program: bytes,
        vm_version: int = 1,
        asset_version: int = ASSET_VERSION,
        commitment_suffix: bytes = b"",
    ) -> None:
        self.asset_id = asset_id
        self.amount = amount
        self.control_program = control_program
        self.vm_version = vm_version
        self.asset_version = asset_version
        self.commitment_suffix = commitment_suffix

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
