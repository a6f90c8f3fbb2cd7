"""How deliveries reach their receivers: posts over real sockets, programs in real processes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pybytomd.clock import ManualClock
from pybytomd.rpc.hooks.addresses import is_literal, is_public
from pybytomd.rpc.hooks.delivery import Delivery, NotDelivered
from pybytomd.rpc.hooks.hook import Hook
from pybytomd.rpc.hooks.program import ProgramCarrier
from pybytomd.rpc.hooks.webhook import PublicResolver, WebhookCarrier
from tests.unit.rpc.hooks.receivers import SECRET, webhook

EVENTS: list[Any] = [{"sequence": 7, "event": "block_connected"}, {"sequence": 8, "event": "caught_up"}]


class Site:
    def __init__(self) -> None:
        self.url = ""
        self.status = 204
        self.waits = False
        self.got: list[tuple[dict[str, str], bytes]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        if self.waits:
            await asyncio.Event().wait()
        headers = {"Location": "http://127.0.0.1:1/"} if self.status == 302 else {}
        return web.Response(status=self.status, headers=headers)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    application = web.Application()
    application.router.add_post("/paid", found.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}/paid"
    yield found
    await runner.cleanup()


@pytest.fixture
async def carrier() -> AsyncIterator[WebhookCarrier]:
    found = WebhookCarrier(ManualClock(now=1_700_000_000.5), anywhere=True)
    yield found
    await found.close()


async def test_a_post_is_signed(site: Site, carrier: WebhookCarrier) -> None:
    await carrier.carry(Delivery(webhook(url=site.url), 7, EVENTS))
    ((headers, body),) = site.got
    assert json.loads(body) == {"hook": "shop", "delivery": 7, "events": EVENTS}
    assert headers["Content-Type"] == "application/json"
    assert (headers["X-Bytom-Hook"], headers["X-Bytom-Delivery"]) == ("shop", "7")
    assert headers["X-Bytom-Timestamp"] == "1700000000"
    expected = hmac.new(SECRET.encode(), b"1700000000." + body, hashlib.sha256).hexdigest()
    assert headers["X-Bytom-Signature"] == f"sha256={expected}"
    assert SECRET not in str(headers)


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_what_is_no_success_is_not_delivered(site: Site, carrier: WebhookCarrier, status: int) -> None:
    site.status = status
    with pytest.raises(NotDelivered, match=rf"http://127.0.0.1:\d+ answered {status}"):
        await carrier.carry(Delivery(webhook(url=site.url), 1, EVENTS))
    assert len(site.got) == 1, "redirections are not followed"


async def test_nobody_there(carrier: WebhookCarrier) -> None:
    with pytest.raises(NotDelivered, match=r"http://127.0.0.1:1: "):
        await carrier.carry(Delivery(webhook(url="http://127.0.0.1:1/"), 1, EVENTS))


async def test_nobody_who_answers(site: Site) -> None:
    carrier = WebhookCarrier(ManualClock(), anywhere=True, seconds=0.2)
    site.waits = True
    with pytest.raises(NotDelivered, match=r"http://127.0.0.1:\d+ did not answer in time"):
        await carrier.carry(Delivery(webhook(url=site.url), 1, EVENTS))
    await carrier.close()


async def test_a_webhook_of_the_api_posts_to_the_public_internet_alone(site: Site) -> None:
    carrier = WebhookCarrier(ManualClock())
    local_name = site.url.replace("127.0.0.1", "localhost")
    port = site.url.rpartition(":")[2]
    odd = [f"http://{host}:{port}" for host in ("2130706433", "127.1", "0177.0.0.1", "0x7f000001", "127.0.0.1.")]
    for url in (site.url, local_name, "http://[::1]:1/", "http://169.254.169.254/latest", *odd):
        with pytest.raises(NotDelivered, match="not on the public internet; set hooks"):
            await carrier.carry(Delivery(webhook(url=url), 1, EVENTS))
    assert site.got == []
    configured = webhook(url=site.url, created=0)
    await carrier.carry(Delivery(configured, 1, EVENTS))
    assert len(site.got) == 1, "one of the configuration may post anywhere"
    await carrier.close()


async def test_names_resolve_to_public_addresses_only() -> None:
    resolver = PublicResolver()
    with pytest.raises(OSError, match="localhost is not on the public internet"):
        await resolver.resolve("localhost", 80)
    await resolver.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff0e::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("localhost", False),
        ("", False),
        ("127.1", False),
        ("::127.0.0.1", False),
        ("fec0::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_literal_is_told_from_a_name() -> None:
    assert is_literal("127.0.0.1")
    assert is_literal("::1")
    assert is_literal("2130706433")
    assert is_literal("127.1")
    assert not is_literal("127.0.0.1.example")
    assert not is_literal("localhost")


# --- programs ----------------------------------------------------------------------------------------------------


def program(tmp_path: Path, text: str) -> Hook:
    script = tmp_path / "hook.py"
    script.write_text(text)
    return Hook("script", "blocks", program=(sys.executable, str(script), str(tmp_path / "out")))


async def test_a_program_reads_an_event_a_line(tmp_path: Path) -> None:
    hook = program(tmp_path, "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())")
    await ProgramCarrier().carry(Delivery(hook, 7, EVENTS))
    assert [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()] == EVENTS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import sys; sys.exit('no room')", "ended with status 1: no room"),
        ("import os; os._exit(3)", "ended with status 3$"),
        ("import sys; sys.stderr.write('x' * 1_000_000); sys.exit(2)", "ended with status 2: x{200}$"),
        ("import time; time.sleep(600)", "did not end in 1 seconds and was killed"),
    ],
)
async def test_a_program_that_fails_is_told_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(NotDelivered, match=reason):
        await ProgramCarrier(seconds=1.0 if "sleep" in text else 60.0).carry(
            Delivery(program(tmp_path, text), 1, EVENTS)
        )


async def test_a_program_need_not_read_all_of_it(tmp_path: Path) -> None:
    many = [{"sequence": number, "text": "x" * 1000} for number in range(1000)]
    await ProgramCarrier().carry(Delivery(program(tmp_path, "pass"), 1, many))


async def test_a_program_that_is_not_there() -> None:
    with pytest.raises(NotDelivered, match="/does/not/exist cannot be started"):
        await ProgramCarrier().carry(Delivery(Hook("x", "blocks", program=("/does/not/exist",)), 1, EVENTS))
