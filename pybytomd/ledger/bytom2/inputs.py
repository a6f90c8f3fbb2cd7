"""What a transaction consumes and creates besides what ``ledger.creation`` has: spends, vetoes and outputs.

Both kinds of output, and what spends them, carry state data, which the program finds on its alternative stack.
Treat them as values. Source: bytom2-ledger-and-consensus reference, section 1.1; ``protocol/bc/types``.
"""

from __future__ import annotations

from typing import ClassVar

from pybytomd.codec.wire import writer
from pybytomd.ledger.creation import ASSET_VERSION, CoinbaseInput, IssuanceInput, SpendingInput
from pybytomd.ledger.value import Value

SPEND_TYPE, VETO_TYPE = 1, 3
ORIGINAL_OUTPUT_TYPE, VOTE_OUTPUT_TYPE = 0, 1


class SpentOutput(SpendingInput):
    """What spends and vetoes have in common: an output, described in full, and the arguments for its program."""

    __match_args__ = (
        "source_id",
        "asset_id",
        "amount",
        "source_position",
        "vm_version",
        "control_program",
        "state_data",
        "arguments",
        "spend_commitment_suffix",
        "asset_version",
        "commitment_suffix",
        "witness_suffix",
    )
    __slots__ = __match_args__

    def __init__(
        self,
        source_id: bytes,
        asset_id: bytes,
        amount: int,
        source_position: int,
        vm_version: int,
        control_program: bytes,
        state_data: tuple[bytes, ...] = (),
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
        self.state_data = state_data
        self.arguments = arguments
        self.spend_commitment_suffix = spend_commitment_suffix
        self.asset_version = asset_version
        self.commitment_suffix = commitment_suffix
        self.witness_suffix = witness_suffix

    def spend_commitment(self) -> bytes:
        """The description of the output, an extensible string.

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
                writer.string_list(self.state_data),
                self.spend_commitment_suffix,
                self.spend_commitment_suffix,
            )
        )
        return writer.string(content)

    def witness(self) -> bytes:
        """The part that is not committed to by the transaction id."""
        return writer.string_list(self.arguments)


class SpendInput(SpentOutput):
    """An original output being spent."""

    __slots__ = ()
    kind: ClassVar[str] = "spend"

    def commitment(self) -> bytes:
        """The part that is committed to by the transaction id."""
        return b"\x01" + self.spend_commitment()


class VetoInput(SpentOutput):
    """A vote output being spent, which takes the vote back. ``vote`` is the key it was cast for, as bytes."""

    __match_args__ = (
        "source_id",
        "asset_id",
        "amount",
        "source_position",
        "vm_version",
        "control_program",
        "vote",
        "state_data",
        "arguments",
        "spend_commitment_suffix",
        "asset_version",
        "commitment_suffix",
        "witness_suffix",
    )
    __slots__ = ("vote",)
    kind: ClassVar[str] = "veto"

    def __init__(
        self,
        source_id: bytes,
        asset_id: bytes,
        amount: int,
        source_position: int,
        vm_version: int,
        control_program: bytes,
        vote: bytes,
        state_data: tuple[bytes, ...] = (),
        arguments: tuple[bytes, ...] = (),
        spend_commitment_suffix: bytes = b"",
        asset_version: int = ASSET_VERSION,
        commitment_suffix: bytes = b"",
        witness_suffix: bytes = b"",
    ) -> None:
        super().__init__(
            source_id,
            asset_id,
            amount,
            source_position,
            vm_version,
            control_program,
            state_data,
            arguments,
            spend_commitment_suffix,
            asset_version,
            commitment_suffix,
            witness_suffix,
        )
        self.vote = vote

    def commitment(self) -> bytes:
        """The part that is committed to by the transaction id."""
        return b"\x03" + self.spend_commitment() + writer.string(self.vote)


TxInput = IssuanceInput | SpendInput | CoinbaseInput | VetoInput


class TxOutput(Value):
    """Units of an asset locked by a program. With a ``vote``, the key of a validator, it is a vote output."""

    __match_args__ = (
        "asset_id",
        "amount",
        "control_program",
        "vote",
        "state_data",
        "vm_version",
        "commitment_suffix",
    )
    __slots__ = __match_args__

    def __init__(
        self,
        asset_id: bytes,
        amount: int,
        control_program: bytes,
        vote: bytes | None = None,
        state_data: tuple[bytes, ...] = (),
        vm_version: int = 1,
        commitment_suffix: bytes = b"",
    ) -> None:
        self.asset_id = asset_id
        self.amount = amount
        self.control_program = control_program
        self.vote = vote
        """None for an original output. A vote may be empty, and still is one."""
        self.state_data = state_data
        self.vm_version = vm_version
        self.commitment_suffix = commitment_suffix

    @property
    def is_vote(self) -> bool:
        """Whether its type is that of a vote, which is all that the count of votes looks at."""
        return self.vote is not None

    @property
    def kind(self) -> str:
        """What it is called where it is shown."""
        return "control" if self.vote is None else "vote"

    def to_bytes(self) -> bytes:
        """The serialization; the suffix is written once, the witness as empty."""
        vote = self.vote
        content = b"".join(
            (
                b"" if vote is None else writer.string(vote),
                self.asset_id,
                writer.uint63(self.amount),
                writer.uint63(self.vm_version),
                writer.string(self.control_program),
                writer.string_list(self.state_data),
                self.commitment_suffix,
            )
        )
        return (b"\x01\x00" if vote is None else b"\x01\x01") + writer.string(content) + b"\x00"


def input_to_bytes(tx_input: TxInput) -> bytes:
    """The serialization of an input."""
    return b"".join(
        (
            writer.uint63(tx_input.asset_version),
            writer.string(tx_input.commitment() + tx_input.commitment_suffix),
            writer.string(tx_input.witness() + tx_input.witness_suffix),
        )
    )
