"""The ways a transaction breaks a rule on Bytom 2 alone. The others are those of ``consensus.errors``."""

from __future__ import annotations

from pybytomd.errors import ValidationError


class DoubleSpentInput(ValidationError):
    """Two inputs of a transaction are equal."""

    message = "got the double spend input"
    name = "ErrInputDoubleSend"


class BadVoteKey(ValidationError):
    """A vote whose key has not 64 bytes."""

    message = "invalid public key of vote"
    name = "ErrVotePubKey"


class VoteTooSmall(ValidationError):
    """A vote of less than ``MIN_VOTE_AMOUNT``."""

    message = "invalid vote amount"
    name = "ErrVoteOutputAmount"


class WrongVoteAsset(ValidationError):
    """A vote of something else than BTM."""

    message = "incorrect asset_id while checking vote asset"
    name = "ErrVoteOutputAseet"
