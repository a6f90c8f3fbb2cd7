"""Why the node does not get on, in words for its operator."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cachetools import FIFOCache

from pybytomd.clock import Clock
from pybytomd.sync.progress import duration_text

NO_PEERS_SECONDS = 10.0
SLOW_SECONDS = 60.0
FUTURE_PEERS = 2
"""So many peers, or all there are, with blocks from the future mean that our clock is wrong, not theirs."""
STALE_NEWS = 2
"""So many blocks in a row that were old when they were announced as new mean that our clock is ahead."""
REPEAT_SECONDS = 60.0
"""A reason that comes and goes is told of once in this time."""
MAX_REMEMBERED = 32

_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Symptoms:
    """What can be seen from inside. Times in seconds."""

    peers: int
    connected: int
    """Connections, with those that have not introduced themselves."""
    calls_under_way: int
    known_addresses: int
    without_peers: float
    """How long there has been no peer; 0 with peers."""
    foreign_peers: int
    future_blocks: int
    """Peers, one after the other, whose blocks are from the future."""
    trouble: str | None
    """What the database or the chain says."""
    is_behind: bool
    idle: float
    """Since the last block came in."""
    requests_under_way: int
    proofs_under_way: int
    future_by: float = 0.0
    """How far ahead the last of their blocks was."""
    stale_news: int = 0
    """Blocks, one after the other, that were old when they were announced."""
    news_age: float = 0.0
    """How old the last of them was."""
    contradicted: int | None = None
    """The height of a checkpoint at which peers have another block, or of which they tell nothing."""


def diagnose(symptoms: Symptoms) -> str | None:
    """The most likely reason for not getting on, None when all is well."""
    if symptoms.trouble is not None:
        return symptoms.trouble
    if 0 < min(FUTURE_PEERS, max(symptoms.peers, symptoms.connected)) <= symptoms.future_blocks:
        return (
            f"peers send blocks from the future, {duration_text(symptoms.future_by)} ahead: "
            "is the clock of this machine right?"
        )
    if symptoms.stale_news >= STALE_NEWS:
        return (
            f"blocks that peers have just found are {duration_text(symptoms.news_age)} old: "
            "is the clock of this machine ahead?"
        )
    if symptoms.contradicted is not None:
        return (
            f"peers do not have the block that this program knows at the checkpoint {symptoms.contradicted}: "
            "are they of this network, or is there a newer version?"
        )
    if symptoms.peers == 0:
        return _why_alone(symptoms)
    if symptoms.is_behind and symptoms.idle > SLOW_SECONDS:
        if symptoms.proofs_under_way:
            return "checking proofs of work takes all of the processor"
        if symptoms.requests_under_way:
            return f"no peer has sent a block for {symptoms.idle:.0f} seconds"
        return "no peer offers the blocks that follow on our chain"
    return None


def _why_alone(symptoms: Symptoms) -> str | None:
    if symptoms.without_peers < NO_PEERS_SECONDS:
        return None
    if symptoms.foreign_peers:
        return "the nodes that answer have another genesis block: is this the right network?"
    if symptoms.connected:
        return "the connected nodes do not tell their best block"
    if symptoms.known_addresses or symptoms.calls_under_way:
        return "none of the known nodes answers: is there a connection to the network?"
    return "no peers: none are known to call, and nobody calls"


class Reasons:
    """Says when a reason is news: it is another one than the last, whatever its figures, or one that is gone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: str | None = None
        self._told_at: FIFOCache[str | None, float] = FIFOCache(MAX_REMEMBERED)

    def is_news(self, reason: str | None) -> bool:
        """Whether to tell of it now. One that comes and goes is told of once a minute."""
        kind = None if reason is None else _FIGURES.sub("", reason)
        now = self._clock.monotonic()
        if kind == self._told or now - self._told_at.get(kind, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return False
        self._told = kind
        self._told_at[kind] = now
        return True
