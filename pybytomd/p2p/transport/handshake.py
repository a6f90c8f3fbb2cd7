"""Setting up one connection: secret handshake, then node infos, over any pair of asyncio streams.

The order matters to Go peers: their proof has a frame of its own, and each primitive of the node info too
(p2p-and-sync reference, sections 2.6, 2.7 and 3).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from pybytomd.errors import DecodeError
from pybytomd.p2p.errors import ConnectedToSelf, ForgedHandshake, HandshakeError
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


async def introduce(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, node_key: bytes, own_info: NodeInfo
) -> Introduction:
    """Do both ends' steps of the handshake; the caller limits the time and checks who the peer is.

    ``node_key`` is seed and public key, 64 bytes. Raises HandshakeError, and OSError when the line breaks.
    """
    try:
        stream, plain, proven_key = await _exchange_secrets(reader, writer, node_key)
        for primitive in own_info.primitives():
            writer.write(stream.seal(primitive))
        node_info, leftover = await _read_node_info(reader, stream, plain)
    except asyncio.IncompleteReadError as error:
        raise HandshakeError("the peer closed the connection during the handshake") from error
    if node_info.public_key != proven_key:
        # The reference lets a peer claim any key; every genuine node claims the one it proved.
        raise ForgedHandshake("the peer claims another key than it proved to own")
    if proven_key == node_key[32:]:
        raise ConnectedToSelf
    node_info.require_compatible(own_info)
    return Introduction(stream, node_info, leftover)


async def _exchange_secrets(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, node_key: bytes
) -> tuple[SealedStream, bytes, bytes]:
    """The cipher, plain bytes that came after the peer's proof, and the key the peer proved to own."""
    ephemeral = EphemeralKey.generate()
    writer.write(ephemeral.public)
    remote_public = await reader.readexactly(EPHEMERAL_KEY_SIZE)
    if remote_public == ephemeral.public:
        raise ForgedHandshake("the peer sends back what it gets")
    handshake = SecretHandshake(ephemeral, remote_public, node_key)
    writer.write(handshake.stream.seal(handshake.auth_message()))
    plain = b""
    while len(plain) < AUTH_MESSAGE_SIZE:
        plain += handshake.stream.feed(await reader.readexactly(FRAME_SIZE))
    proven_key = handshake.check_auth_message(plain[:AUTH_MESSAGE_SIZE])
    return handshake.stream, plain[AUTH_MESSAGE_SIZE:], proven_key


async def _read_node_info(
    reader: asyncio.StreamReader, stream: SealedStream, plain: bytes
) -> tuple[NodeInfo, bytes]:
    """The peer's node info and the plain bytes after it.

    Frames that carry nothing count as well: a peer may not keep us busy by sending them.
    """
    collector = NodeInfoReader()
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
