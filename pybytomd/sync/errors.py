"""What peers do wrong while we synchronise with them."""

from __future__ import annotations

from pybytomd.errors import BytomError


class SyncError(BytomError):
    """Base of what goes wrong between us and one peer; the node goes on."""


class UnknownParent(SyncError):
    """A header whose parent we do not know: the peer has another chain than it told, or left something out."""

    message = "fail to append list due to order dismatch"


class ForbiddenFork(SyncError):
    """A branch that leaves our chain below a checkpoint both of us must have."""

    message = "peer is not in the checkpoint branch"


class CondemnedBlock(SyncError):
    """A header that was found bad before, or whose block was."""

    message = "the block was found invalid before"


class EmptyAnswer(SyncError):
    """A list of headers without any: who has none does not answer."""

    message = "requireHeaders return empty list"


class FilterTooLarge(SyncError):
    """A light wallet wants to hear of more, or longer, control programs than are kept for it.

    The reference ignores them and writes a line for each.
    """

    message = "the filter is greater than limit"


class PeerGone(SyncError):
    """The peer disconnected before it was known well enough."""

    message = "the peer is disconnected again"


class GreetingTimeout(SyncError):
    """A new peer did not tell its best block in time, or one of another genesis block."""

    message = "Protocol handshake timeout"


class UnknownPeer(SyncError):
    """No such peer is connected."""

    message = "peerId not exist"
