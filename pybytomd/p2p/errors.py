"""What can go wrong between two peers. Every kind is the end of that connection, never of the node.

::

    PeerError
    ├── HandshakeError      the connection was not set up: wrong proof, other network, time-out
    │   ├── ForgedHandshake     the peer sent what no correct node sends
    │   └── IncompatiblePeer    the peer is genuine but not for us: version, network, duplicate, banned
    │       └── ConnectedToSelf we called ourselves
    │           └── CopiedIdentity  or another node that has our key
    └── ProtocolViolation   a set-up connection broke the rules of framing
"""

from __future__ import annotations

from pybytomd.errors import BytomError


class PeerError(BytomError):
    """Base of everything that ends one connection."""


class HandshakeError(PeerError):
    """The connection could not be set up."""


class ForgedHandshake(HandshakeError):
    """Bytes that no correct node introduces itself with: a wrong proof, a bad seal, a broken form."""


class IncompatiblePeer(HandshakeError):
    """A genuine peer we do not want: other version or network, ourselves, a duplicate, banned."""


class ConnectedToSelf(IncompatiblePeer):
    """The node at the other end is this one."""

    message = "Connect self"


class CopiedIdentity(ConnectedToSelf):
    """The node at the other end is another one with our key, as far as can be told from here."""

    message = (
        "Connect self: another node uses the key of this one, so its home directory was copied; "
        "move the node key (node_key.json) of one of them away and start that one again, for a key of its own"
    )


class ProtocolViolation(PeerError):
    """Bytes that no correct peer sends: a bad seal, an oversized frame, an unknown packet."""
