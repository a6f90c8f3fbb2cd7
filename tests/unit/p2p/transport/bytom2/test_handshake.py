"""Two ends of Bytom 2 introduce themselves over a real line; and what becomes of others who call."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from pybytomd.codec.wire.gowire import encode_bytes
from pybytomd.crypto import ed25519
from pybytomd.crypto.chainkd import XPrv
from pybytomd.p2p.errors import ConnectedToSelf, ForgedHandshake, HandshakeError, IncompatiblePeer
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.transport.bytom2.handshake import BYTOM2
from pybytomd.p2p.transport.bytom2.identity import ChainkdIdentity
from pybytomd.p2p.transport.bytom2.node_info import NodeInfo, major_version
from pybytomd.p2p.transport.bytom2.secret_connection import SecretHandshake
from pybytomd.p2p.transport.handshake import BYTOM1, Introduction, introduce
from pybytomd.p2p.transport.secret_connection import EphemeralKey

PATIENCE = 20.0
OURS, THEIRS = (ChainkdIdentity(XPrv.from_seed(bytes((number,)))) for number in (1, 2))
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def info(identity: ChainkdIdentity) -> NodeInfo:
    return NodeInfo(identity.public_key, "test", "solonet", "127.0.0.1:1", "2.0.7", ("7",))


async def called_by(other_end: Callable[[Streams], Awaitable[object]]) -> Introduction:
    """What we make of somebody who calls."""
    answered: asyncio.Future[Introduction] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answered.set_result(await introduce(reader, writer, OURS, info(OURS), BYTOM2))
        except HandshakeError as error:
            answered.set_exception(error)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        try:
            await other_end((reader, writer))
            return await answered
        finally:
            writer.close()


def calling(identity: ChainkdIdentity, told: NodeInfo) -> Callable[[Streams], Awaitable[object]]:
    async def call(streams: Streams) -> None:
        with suppress(HandshakeError):  # the other end has said what is wrong
            await introduce(*streams, identity, told, BYTOM2)

    return call


async def secrets(streams: Streams) -> SecretHandshake:
    """The first half of a handshake, by hand."""
    reader, writer = streams
    key = EphemeralKey.generate()
    writer.write(key.public)
    return SecretHandshake(key, await reader.readexactly(32), THEIRS)


async def test_two_ends_know_each_other() -> None:
    found = await called_by(calling(THEIRS, info(THEIRS)))
    assert found.node_info == info(THEIRS)
    assert found.leftover == b""
    assert type(found.node_info) is NodeInfo


async def test_what_is_told_the_second_time_counts() -> None:
    async def twice(streams: Streams) -> None:
        handshake = await secrets(streams)
        told = info(THEIRS).encode() + replace(info(THEIRS), moniker="second").encode()
        streams[1].write(handshake.stream.seal(handshake.auth_message() + told + b"more"))
        await streams[1].drain()
        await streams[0].read()

    found = await called_by(twice)
    assert found.node_info.moniker == "second"
    assert found.leftover == b"more"


async def test_once_is_not_enough() -> None:
    async def once(streams: Streams) -> None:
        handshake = await secrets(streams)
        streams[1].write(handshake.stream.seal(handshake.auth_message() + info(THEIRS).encode()))
        streams[1].write_eof()

    with pytest.raises(HandshakeError, match="closed the connection during the handshake"):
        await called_by(once)


@pytest.mark.parametrize("key_size", [0, 31, 33])
async def test_a_key_of_another_size_is_a_wrong_proof(key_size: int) -> None:
    """The reference dies of it."""

    async def deadly(streams: Streams) -> None:
        handshake = await secrets(streams)
        message = encode_bytes(bytes(key_size)) + encode_bytes(bytes(96 - key_size))
        streams[1].write(handshake.stream.seal(message.ljust(100, b"\x00")))
        await streams[0].read()

    with pytest.raises(ForgedHandshake, match=f"Challenge verification failed: a key of {key_size} bytes"):
        await called_by(deadly)


async def test_a_signature_of_something_else_is_a_wrong_proof() -> None:
    async def forging(streams: Streams) -> None:
        handshake = await secrets(streams)
        message = encode_bytes(THEIRS.public_key) + encode_bytes(THEIRS.sign(b"something else"))
        streams[1].write(handshake.stream.seal(message))
        await streams[0].read()

    with pytest.raises(ForgedHandshake, match=r"Challenge verification failed$"):
        await called_by(forging)


async def test_a_key_that_was_not_proven() -> None:
    with pytest.raises(ForgedHandshake, match="another key"):
        await called_by(calling(THEIRS, info(OURS)))


async def test_ourselves() -> None:
    with pytest.raises(ConnectedToSelf):
        await called_by(calling(OURS, info(OURS)))


async def test_another_network_and_another_major_version() -> None:
    with pytest.raises(IncompatiblePeer, match="Peer network: mainnet, node network: solonet"):
        await called_by(calling(THEIRS, replace(info(THEIRS), network="mainnet")))
    with pytest.raises(IncompatiblePeer, match=r"Peer version: 1\.1\.1, node version: 2\.0\.7"):
        await called_by(calling(THEIRS, replace(info(THEIRS), version="1.1.1")))


async def test_a_node_of_1x_is_refused() -> None:
    """It finds our proof wrong, and its own is too short."""
    key = ed25519.private_key_from_seed(bytes(32))

    async def old(streams: Streams) -> None:
        with suppress(HandshakeError):
            await introduce(*streams, Ed25519Identity(key), replace(info(OURS), public_key=key[32:]), BYTOM1)
        streams[1].write_eof()

    with pytest.raises(HandshakeError, match="closed the connection during the handshake"):
        await called_by(old)


def test_a_version_takes_no_time() -> None:
    """Long ones that are none, and numbers that no computer counts."""
    for text in ("1-" + "a" * 9000 + "!", "1" + ".1" * 4500 + "!", "1" + "-" * 9000 + "+"):
        with pytest.raises(IncompatiblePeer, match="Malformed version"):
            major_version(text)
    with pytest.raises(IncompatiblePeer, match="value out of range"):
        major_version("9" * 9000)
    assert major_version("v2" + ".0" * 1000 + "-rc1+x") == 2
