"""The ways a block of Bytom 2 breaks a rule that 1.x does not have. What both have is in ``consensus.errors``."""

from __future__ import annotations

from pybytomd.errors import ValidationError


class WrongBlockSignature(ValidationError):
    """The block is not signed by the validator whose turn it was."""

    message = "fail to verify block header signature"


class LockedVote(ValidationError):
    """A vote is taken back before its lock has ended."""

    message = "Coin is  within the voting lock time"
