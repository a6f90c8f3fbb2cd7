"""From names to addresses."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport import names
from pybytomd.p2p.transport.dial import DialError
from pybytomd.p2p.transport.names import MAX_ADDRESSES, resolved


def answering(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    async def getaddrinfo(*_: object, **__: object) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 5)) for ip in answer]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)


async def test_a_literal_address_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, AssertionError("asked"))
    assert await resolved("10.0.0.5", 5, may_ask=False) == [NetAddress("10.0.0.5", 5)]
    assert await resolved("::ffff:10.0.0.5", 5) == [NetAddress("10.0.0.5", 5)]


async def test_a_name_may_have_several_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["10.0.0.1", "10.0.0.1", "2001:db8::1"])
    assert await resolved("node.example", 5) == [NetAddress("10.0.0.1", 5), NetAddress("2001:db8::1", 5)]
    answering(monkeypatch, [f"10.0.0.{number}" for number in range(100)])
    assert len(await resolved("node.example", 5)) == MAX_ADDRESSES


@pytest.mark.parametrize(
    "error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")]
)
async def test_a_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    answering(monkeypatch, error)
    with pytest.raises(DialError, match=r"^node\.example is not known: "):
        await resolved("node.example", 5)


async def test_a_resolver_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def getaddrinfo(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(names, "LOOKUP_SECONDS", 0.0)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
    with pytest.raises(DialError, match=r"^node\.example is not known: no answer$"):
        await resolved("node.example", 5)


async def test_names_are_nobodys_business_behind_a_proxy() -> None:
    with pytest.raises(DialError, match="none is looked up while peers are called through a proxy"):
        await resolved("node.example", 5, may_ask=False)
