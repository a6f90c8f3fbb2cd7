"""The form of Bytom 2's handshake."""

from __future__ import annotations

from pybytomd.p2p.transport.bytom2.node_info import ROUNDS, NodeInfo
from pybytomd.p2p.transport.bytom2.secret_connection import AUTH_MESSAGE_SIZE, SecretHandshake
from pybytomd.p2p.transport.handshake import HandshakeForm

BYTOM2 = HandshakeForm(SecretHandshake, AUTH_MESSAGE_SIZE, NodeInfo.read, ROUNDS, first_call_stays=True)
