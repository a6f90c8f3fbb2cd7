import ipaddress

import pytest

from pybytomd.errors import DecodeError
from pybytomd.p2p.discovery.packets import NodeRecord
from pybytomd.p2p.discovery.relay import checked_address


def record(ip: str, udp: int = 46657, tcp: int = 46657) -> NodeRecord:
    return NodeRecord(ipaddress.ip_address(ip).packed, udp, tcp, bytes(32))


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("8.8.8.8", "9.9.9.9"),
        ("127.0.0.1", "127.0.0.2"),
        ("127.0.0.1", "10.0.0.1"),
        ("10.0.0.1", "192.168.0.1"),
        ("8.8.8.8", "2a00::1"),
    ],
)
def test_believed(sender: str, told: str) -> None:
    assert checked_address(sender, record(told)) == told


@pytest.mark.parametrize(
    ("sender", "told", "reason"),
    [
        ("8.8.8.8", record("127.0.0.1"), "loopback"),
        ("10.0.0.1", record("127.0.0.1"), "loopback"),
        ("8.8.8.8", record("10.0.0.1"), "LAN"),
        ("8.8.8.8", record("::ffff:10.0.0.1"), "LAN"),
        ("8.8.8.8", record("0.0.0.0"), "zero"),
        ("127.0.0.1", record("224.0.0.1"), "special"),
        ("127.0.0.1", record("203.0.113.7"), "special"),
        ("127.0.0.1", record("2001:db8::1"), "special"),
        ("8.8.8.8", record("9.9.9.9", udp=1024), "low port"),
        ("8.8.8.8", record("9.9.9.9", tcp=0), "TCP port"),
        ("8.8.8.8", NodeRecord(b"abc", 46657, 46657, bytes(32)), "4 or 16"),
    ],
)
def test_not_believed(sender: str, told: NodeRecord, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        checked_address(sender, told)
