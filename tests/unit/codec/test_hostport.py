"""Hosts and ports as text, and which of them are this machine."""

from __future__ import annotations

import pytest

from pybytomd.codec.hostport import (
    BadHostPort,
    is_ip,
    is_loopback,
    is_this_machine,
    join_host_port,
    parse_ip,
    site_of,
    split_host_port,
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False),
     ("::2", False), ("", False), ("localhost", False), ("fe80::1%lo", False)],
)  # fmt: skip
def test_loopback(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("LocalHost.", True), ("ip6-localhost", True), ("127.0.0.1", True), ("::1", True),
     ("localhost.evil.example", False), ("", False), ("0.0.0.0", False), ("10.0.0.1", False)],
)  # fmt: skip
def test_this_machine(host: str, expected: bool) -> None:
    assert is_this_machine(host) is expected


def test_addresses() -> None:
    assert str(parse_ip("::ffff:10.0.0.1")) == "10.0.0.1"
    assert str(parse_ip("fe80::1%eth0")) == "fe80::1"
    assert is_ip("::1")
    assert not is_ip("localhost")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("127.0.0.1:9888", ("127.0.0.1", 9888)), (":0", ("", 0)), ("[::1]:65535", ("::1", 65535)),
     ("node.example:1", ("node.example", 1))],
)  # fmt: skip
def test_host_and_port(text: str, expected: tuple[str, int]) -> None:
    assert split_host_port(text) == split_host_port(text, default_port=5) == expected
    assert split_host_port(join_host_port(*expected)) == expected


@pytest.mark.parametrize(("text", "host"), [("localhost", "localhost"), ("[::1]", "::1"), ("", "")])
def test_a_port_can_have_a_default(text: str, host: str) -> None:
    assert split_host_port(text, default_port=80) == (host, 80)
    with pytest.raises(BadHostPort):
        split_host_port(text)


@pytest.mark.parametrize(
    "text",
    ["::1:9888", "[::1", "[localhost]:1", "[127.0.0.1]:1", "a:b:1", "a:", "a:x", "a:-1", "a:65536", "a:٣", "a]:1",
     "a: 1", "a:0000001"],
)  # fmt: skip
def test_what_is_no_host_and_port(text: str) -> None:
    with pytest.raises(BadHostPort):
        split_host_port(text)


def test_an_ipv6_address_without_brackets_where_it_is_allowed() -> None:
    assert split_host_port("::1:7", with_bare_ipv6=True) == ("::1", 7)
    for text in ("a:b:7", "[::1:7"):
        with pytest.raises(BadHostPort):
            split_host_port(text, with_bare_ipv6=True)


def test_sites() -> None:
    assert site_of("2001:db8::1") == site_of("2001:db8::ffff:1") == "2001:db8::"
    assert site_of("2001:db8:0:1::1") == "2001:db8:0:1::"
    assert site_of("::ffff:10.0.0.1") == site_of("10.0.0.1") == "10.0.0.1"
    assert site_of("fe80::1%eth0") == "fe80::"
    assert site_of("nonsense") == "nonsense"
