"""The ways a checkpoint or a signature of a validator breaks a rule of Bytom 2.

Source: bytom2-ledger-and-consensus reference, sections 3.8 to 3.10; ``protocol/casper``.
"""

from __future__ import annotations

from pybytomd.errors import ValidationError


class NotItsNextBlock(ValidationError):
    """A checkpoint is to grow by a block that does not follow its last one."""

    message = "invalid block for increase checkpoint"
    name = "errIncreaseCheckpoint"


class OutsideOfTree(ValidationError):
    """A block on a branch that leaves the main chain before the last finalized checkpoint."""

    message = "checkpointNodeByHash fail on previous round checkpoint"


class WrongSourceHeight(ValidationError):
    """A sup link in a header says another height of its source than it has."""

    message = "suplink has incorrect source height"


class UnknownCheckpoint(ValidationError):
    """A source that is no block, or a block that ends no epoch. The text is that of the look-up that failed."""

    @classmethod
    def no_block(cls, block_hash: bytes) -> UnknownCheckpoint:
        """There is no such block."""
        return cls(f"There are no blockHeader with given hash {block_hash.hex()}")

    @classmethod
    def no_checkpoint(cls) -> UnknownCheckpoint:
        """There is such a block, but it is no checkpoint."""
        return cls("unexpected end of JSON input")


class VerificationError(ValidationError):
    """A signature of a validator that must not count."""


class NotAValidator(VerificationError):
    """The key is none of those elected for the epoch that the target ends."""

    message = "pub key is not in validators of target checkpoint"
    name = "errPubKeyIsNotValidator"


class VoteForGrowing(VerificationError):
    """Source or target does not end an epoch."""

    message = "validator publish vote to growing checkpoint"
    name = "errVoteToGrowingCheckpoint"


class VoteForSame(VerificationError):
    """The source is not below the target."""

    message = "source height and target height in verification is equals"
    name = "errVoteToSameCheckpoint"


class WrongSignature(VerificationError):
    """The signature is not one of this key for this step."""

    message = "signature of verification message is invalid"
    name = "errVerifySignature"


class SecondVoteForHeight(VerificationError):
    """The validator has signed for another block of the target's height."""

    message = "validator publish two distinct votes for the same target height"
    name = "errSameHeightInVerification"


class VoteWithinSpan(VerificationError):
    """The validator has signed a step that surrounds this one, or lies within it."""

    message = "validator publish vote within the span of its other votes"
    name = "errSpanHeightInVerification"


class VoteForRoot(VerificationError):
    """A signature for the last finalized checkpoint, which needs none. The reference crashes on it."""

    message = "the target of the verification is finalized"
