"""Calling: directly, through a SOCKS5 proxy, and where nobody answers. And listening on a port in use."""

from __future__ import annotations

import pytest

from pybytomd.p2p.network_address import NetAddress, parse_list
from pybytomd.p2p.transport.dial import DialError, ProxySettings, dial
from pybytomd.p2p.transport.listen import Listener, ListenError, interface_address, split_listen_address
from tests.unit.p2p.network import LOOPBACK, Node, running
from tests.unit.p2p.proxy import Proxy, proxy_server


@pytest.mark.parametrize("user", [b"", b"alice"])
async def test_a_call_through_a_proxy_has_the_references_bytes(user: bytes) -> None:
    proxy = Proxy(user=user)
    async with proxy_server(proxy) as port:
        settings = ProxySettings(LOOPBACK, port, user.decode(), "secret" if user else "")
        a, b = Node(1, proxy=settings), Node(2)
        async with running(a, b) as (_, address):
            peer = await a.switch.connect(address)
            assert peer.remote_address == str(address)
            await b.recorder.until(lambda: bool(b.recorder.connected))
    request = b"\x05\x01\x00\x03\x09127.0.0.1" + address.port.to_bytes(2, "big")
    assert proxy.transcript[-1] == request
    if user:
        assert proxy.transcript[0] == b"\x05\x02\x00\x02"
        assert proxy.transcript[1] == b"\x01\x05alice\x06secret"
    else:
        assert proxy.transcript[0] == b"\x05\x01\x00"
    assert "secret" not in repr(settings)


async def test_a_proxy_that_refuses() -> None:
    async with proxy_server(Proxy(status=5)) as port:
        with pytest.raises(DialError, match="through the proxy: connection refused by destination host"):
            await dial(NetAddress(LOOPBACK, 1), proxy=ProxySettings(LOOPBACK, port))
    with pytest.raises(DialError):
        await dial(NetAddress(LOOPBACK, 1), proxy=ProxySettings(LOOPBACK, port))


async def test_nobody_answers() -> None:
    with pytest.raises(DialError, match=r"127\.0\.0\.1:1"):
        await dial(NetAddress(LOOPBACK, 1))


async def test_a_port_in_use_is_tried_five_times() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    first = await Listener.open(LOOPBACK, 0, lambda reader, writer: None)
    with pytest.raises(ListenError, match="cannot listen"):
        await Listener.open(LOOPBACK, first.address.port, lambda reader, writer: None, pause)
    assert pauses == [1.0] * 4
    await first.close()


def test_addresses_as_text() -> None:
    assert str(NetAddress.parse("::1".join(("[", "]:7")))) == "[::1]:7"
    assert NetAddress.parse("tcp://1.2.3.4:5") == NetAddress("1.2.3.4", 5)
    assert parse_list("1.2.3.4:5, example.com:1,,1.2.3.4:0,1.2.3.4:99999,1.2.3.4,[::1]:9,::ffff:1.1.1.1:3") == [
        NetAddress("1.2.3.4", 5),
        NetAddress("::1", 9),
        NetAddress("1.1.1.1", 3),
    ]
    assert split_listen_address("tcp://0.0.0.0:46657") == ("0.0.0.0", 46657)
    assert split_listen_address(":46657") == ("", 46657)
    assert split_listen_address("tcp://[::1]:1") == ("::1", 1)
    with pytest.raises(ListenError, match=r"p2p\.laddr"):
        split_listen_address("tcp://nowhere")
    assert interface_address([]) == LOOPBACK
