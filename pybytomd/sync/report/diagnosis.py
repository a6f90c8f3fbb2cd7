"""Why the node does not get on, in words for its operator."""

from __future__ import annotations

from dataclasses import dataclass

NO_PEERS_SECONDS = 10.0
SLOW_SECONDS = 60.0
FUTURE_PEERS = 2
"""So many answers in a row with blocks from the future mean that our clock is wrong, not theirs."""


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
    trouble: str | None
    """What the database or the chain says."""
    is_behind: bool
    idle: float
    """Since the last block came in."""
    requests_under_way: int
    proofs_under_way: int


def diagnose(symptoms: Symptoms) -> str | None:
    """The most likely reason for not getting on, None when all is well."""
    if symptoms.trouble is not None:
        return symptoms.trouble
    if symptoms.future_blocks >= FUTURE_PEERS:
        return "peers send blocks from the future: is the clock of this machine right?"
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
