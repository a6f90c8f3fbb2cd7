"""Which errors prove by themselves that whoever sent a message is at fault.

The reference takes points for every error. Many of them come of what a node has seen so far, and not of the
message: a source that it does not know yet, votes that it saw in another order, a branch that it gave up, a block
that fails because of another one. A peer is not to pay for that.
"""

from __future__ import annotations

from pybytomd.consensus.bytom2.casper.errors import NotAValidator, VoteForGrowing, VoteForSame, WrongSignature
from pybytomd.consensus.errors import BadBlock, BadTimestamp
from pybytomd.errors import BytomError, DecodeError
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, ILLEGAL_MESSAGE, Offence

PROVEN_BY_SIGNATURE = (WrongSignature, NotAValidator, VoteForSame, VoteForGrowing)


def offence_of_block(error: BytomError) -> Offence | None:
    """What a block costs its sender that was refused; None if it proves nothing.

    One that is too far ahead of our clock may be right and our clock wrong.
    """
    if isinstance(error, BadBlock):
        return CONNECTION_FAULT if BadTimestamp.message in str(error) else ILLEGAL_MESSAGE
    return ILLEGAL_MESSAGE if isinstance(error, DecodeError) else None


def offence_of_verification(error: BytomError) -> Offence | None:
    """What a signature of a validator costs its sender that was refused; None if it proves nothing."""
    return ILLEGAL_MESSAGE if isinstance(error, PROVEN_BY_SIGNATURE) else None
