"""The certificate of the API, and requests over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.rpc.transport.limits import Connection, ConnectionTable
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.rpc.transport.tls import ServerCertificate
from pybytomd.rpc.transport.tls_door import TlsDoor
from pybytomd.tasks import TaskSet
from tests.certificates import write_certificate
from tests.unit.rpc.recorded import make_api, recorded_chain

REQUEST = b"POST /get-block-count HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ApiServer]:
    chain = recorded_chain(0)
    certificate = ServerCertificate(*write_certificate(tmp_path))
    async with ApiServer(make_api(chain), port=0, certificate=certificate) as running:
        yield running
    chain.close()


async def answer(server: ApiServer, trusted: Path) -> bytes:
    host, port = server.address
    context = ssl.create_default_context(cafile=trusted)
    reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname="node.example")
    writer.write(REQUEST)
    data = await reader.read()
    writer.close()
    return data


async def test_the_api_speaks_tls_and_nothing_else(server: ApiServer, tmp_path: Path) -> None:
    assert server.url == f"https://127.0.0.1:{server.address[1]}"
    assert (await answer(server, tmp_path / "certificate.pem")).endswith(b'"block_count":0}}\n')
    reader, writer = await asyncio.open_connection(*server.address)
    writer.write(REQUEST)
    assert b"HTTP" not in await reader.read()
    writer.close()


async def test_many_requests_on_one_connection_and_a_body_in_pieces(server: ApiServer, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
    reader, writer = await asyncio.open_connection(*server.address, ssl=context, server_hostname="node.example")
    for _ in range(3):
        writer.write(b"POST /get-block HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 18\r\n\r\n")
        await writer.drain()
        writer.write(b'{"block_hei')
        await writer.drain()
        writer.write(b'ght":0}')
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert (await reader.readexactly(length)).startswith(b'{"status":"success"')
    writer.close()


async def test_who_says_nothing_is_counted_and_makes_room(tmp_path: Path) -> None:
    """Connections without a handshake crowd nobody out, and none of them is left over."""
    chain = recorded_chain(0)
    certificate = ServerCertificate(*write_certificate(tmp_path))
    table = ConnectionTable(4)
    async with ApiServer(make_api(chain), port=0, certificate=certificate, connections=table) as server:
        silent = [await asyncio.open_connection(*server.address) for _ in range(12)]
        assert sum([not await reader.read() for reader, _ in silent[:8]]) == 8
        assert len(table) == 4, "those that came last wait for their handshake"
        for _ in range(3):
            assert (await answer(server, tmp_path / "certificate.pem")).startswith(b"HTTP/1.1 200")
            assert len(table) <= 4
        for _, writer in silent:
            writer.close()
    assert len(table) == 0
    chain.close()


class Keeper:
    """Counts connections."""

    def __init__(self) -> None:
        self.tasks = TaskSet("test")
        self.inside: list[object] = []

    def opened(self, connection: Connection, remote: str, file: int) -> None:
        self.inside.append(connection)

    def ended(self, connection: Connection) -> None:
        if connection in self.inside:
            self.inside.remove(connection)


class Nobody(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        raise AssertionError("no handshake, and let in")


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"\xff" * 5000])
async def test_a_handshake_that_leads_nowhere_ends(tmp_path: Path, sent: bytes) -> None:
    context = ServerCertificate(*write_certificate(tmp_path)).context
    keeper = Keeper()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: TlsDoor(keeper, context, Nobody, seconds=0.2), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(sent)
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()
    await asyncio.wait(keeper.tasks.running or [asyncio.ensure_future(asyncio.sleep(0))])
    assert keeper.inside == []
    server.close()
    await keeper.tasks.close()


async def test_a_new_certificate_is_taken_and_a_bad_one_is_not(tmp_path: Path) -> None:
    chain = recorded_chain(0)
    certificate = ServerCertificate(*write_certificate(tmp_path))
    async with ApiServer(make_api(chain), port=0, certificate=certificate) as server:
        old = tmp_path / "old.pem"
        old.write_bytes((tmp_path / "certificate.pem").read_bytes())
        write_certificate(tmp_path)
        certificate.read_again()
        assert (await answer(server, tmp_path / "certificate.pem")).startswith(b"HTTP/1.1 200")
        with pytest.raises(ssl.SSLCertVerificationError):
            await answer(server, old)
        kept = tmp_path / "kept.pem"
        kept.write_bytes((tmp_path / "certificate.pem").read_bytes())
        (tmp_path / "certificate.pem").write_bytes(old.read_bytes())  # its key is another one
        certificate.read_again()
        assert (await answer(server, kept)).startswith(b"HTTP/1.1 200")
        (tmp_path / "key.pem").unlink()
        certificate.read_again()
        assert (await answer(server, kept)).startswith(b"HTTP/1.1 200")
    chain.close()


def test_files_that_are_of_no_use(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    with pytest.raises(ConfigError, match=r"cannot read .*none\.pem for TLS: No such file"):
        ServerCertificate(certificate, tmp_path / "none.pem")
    (tmp_path / "empty.pem").touch()
    for pair in ((key, certificate), (certificate, tmp_path / "empty.pem"), (tmp_path / "empty.pem", key)):
        with pytest.raises(ConfigError, match="are no certificate with its key"):
            ServerCertificate(*pair)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ConfigError, match="are no certificate with its key"):
        ServerCertificate(certificate, write_certificate(other)[1])
    with pytest.raises(ConfigError, match="without a password"):
        ServerCertificate(*write_certificate(tmp_path, password=b"secret"))
