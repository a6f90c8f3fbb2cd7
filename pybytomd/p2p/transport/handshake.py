"""Setting up one connection: secret handshake, then node infos, over any pair of asyncio streams.

The order matters to Go peers: their proof has a frame of its own, and each primitive of the node info too
(p2p-and-sync reference, sections 2.6, 2.7 and 3).
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pybytomd.codec.wire.gowire import WireReader
from pybytomd.errors import DecodeError
from pybytomd.p2p.errors import ConnectedToSelf, ForgedHandshake, HandshakeError
from pybytomd.p2p.identity import Identity
from pybytomd.p2p.transport.node_info import MAX_NODE_INFO_SIZE, NodeInfo, NodeInfoReader
from pybytomd.p2p.transport.secret_connection import (
    AUTH_MESSAGE_SIZE,
    EPHEMERAL_KEY_SIZE,
    FRAME_SIZE,
    EphemeralKey,
    SealedStream,
    SecretHandshake,
)

logger = logging.getLogger(__name__)

CLOSE_PATIENCE = 1.0
"""Seconds the last bytes get to leave before the line is cut."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a finished handshake leaves: the cipher, who the peer is, and bytes that came after its node info."""

    stream: SealedStream
    node_info: NodeInfo
    leftover: bytes


class Secrets(Protocol):
    """A handshake in the form of its network, once both ephemeral keys are known."""

    @property
    def stream(self) -> SealedStream:
        """The cipher for everything that follows."""

    def auth_message(self) -> bytes:
        """Our proof, to be sent in one frame of its own."""

    def check_auth_message(self, message: bytes) -> bytes:
        """The key the peer proved to own. Raises ForgedHandshake when it did not."""


@dataclass(frozen=True, slots=True)
class HandshakeForm:
    """In which the handshakes of the two networks differ."""

    secrets: Callable[[EphemeralKey, bytes, Identity], Secrets]
    auth_message_size: int
    read_node_info: Callable[[WireReader], NodeInfo]
    rounds: int
    """How often each end tells its node info; the last one counts."""
    first_call_stays: bool
    """Whether nodes of the reference refuse another connection of a node that is connected."""


BYTOM1 = HandshakeForm(SecretHandshake, AUTH_MESSAGE_SIZE, NodeInfo.read, rounds=1, first_call_stays=False)


async def introduce(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    identity: Identity,
    own_info: NodeInfo,
    form: HandshakeForm = BYTOM1,
) -> Introduction:
    """Do both ends' steps of the handshake; the caller limits the time and checks who the peer is.

    Raises HandshakeError, and OSError when the line breaks.
    """
    try:
        stream, leftover, proven_key = await _exchange_secrets(reader, writer, identity, form)
        for primitive in itertools.chain.from_iterable(own_info.primitives() for _ in range(form.rounds)):
            writer.write(stream.seal(primitive))
        for _ in range(form.rounds):
            node_info, leftover = await _read_node_info(reader, stream, leftover, form)
    except asyncio.IncompleteReadError as error:
        raise HandshakeError("the peer closed the connection during the handshake") from error
    if node_info.public_key != proven_key:
        # The reference lets a peer claim any key; every genuine node claims the one it proved.
        raise ForgedHandshake("the peer claims another key than it proved to own")
    if proven_key == identity.public_key:
        raise ConnectedToSelf
    node_info.require_compatible(own_info)
    return Introduction(stream, node_info, leftover)


async def _exchange_secrets(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, identity: Identity, form: HandshakeForm
) -> tuple[SealedStream, bytes, bytes]:
    """The cipher, plain bytes that came after the peer's proof, and the key the peer proved to own."""
    ephemeral = EphemeralKey.generate()
    writer.write(ephemeral.public)
    remote_public = await reader.readexactly(EPHEMERAL_KEY_SIZE)
    if remote_public == ephemeral.public:
        raise ForgedHandshake("the peer sends back what it gets")
    handshake = form.secrets(ephemeral, remote_public, identity)
    writer.write(handshake.stream.seal(handshake.auth_message()))
    plain = b""
    while len(plain) < form.auth_message_size:
        plain += handshake.stream.feed(await reader.readexactly(FRAME_SIZE))
    proven_key = handshake.check_auth_message(plain[: form.auth_message_size])
    return handshake.stream, plain[form.auth_message_size :], proven_key


async def _read_node_info(
    reader: asyncio.StreamReader, stream: SealedStream, plain: bytes, form: HandshakeForm
) -> tuple[NodeInfo, bytes]:
    """The peer's node info and the plain bytes after it.

    Frames that carry nothing count as well: a peer may not keep us busy by sending them.
    """
    collector = NodeInfoReader(form.read_node_info)
    for _ in range(MAX_NODE_INFO_SIZE):
        if plain:
            try:
                found = collector.feed(plain)
            except DecodeError as error:
                raise ForgedHandshake(f"bad node info: {error}") from error
            if found is not None:
                return found
        plain = stream.feed(await reader.readexactly(FRAME_SIZE))
    raise ForgedHandshake("the peer's node info does not end")


async def close_stream(writer: asyncio.StreamWriter) -> None:
    """Close a connection: what is with the socket already gets a moment to leave, then the line is cut."""
    writer.close()
    try:
        async with asyncio.timeout(CLOSE_PATIENCE):
            await writer.wait_closed()
    except TimeoutError:
        writer.transport.abort()
    except OSError as error:
        logger.debug("the line was broken already", extra={"reason": str(error)})
