"""HTTP as clients see it, over real sockets."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from pybytomd.dashboard.files import files
from pybytomd.rpc.http_messages import HttpRequest
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.transport.raw_client import COUNT, Raw, get, post


async def test_headers(server: ApiServer) -> None:
    status, headers, body = await (await Raw.to(server)).ask(get("/get-block-count"))
    assert (status, body) == (200, COUNT)
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers.pop("Date"))
    assert headers == {
        "Content-Type": "application/json; charset=utf-8",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Xss-Protection": "1",
        "Content-Length": str(len(COUNT)),
    }


async def test_a_connection_is_used_again(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for _ in range(5):
        assert (await raw.ask(get("/get-block-count")))[2] == COUNT
        assert (await raw.ask(post("/get-block", b'{"block_height":1}')))[0] == 200
        assert (await raw.ask(post("/get-block", b"{")))[0] == 400
        assert (await raw.ask(get("/nope")))[0] == 500
        assert (await raw.ask(get("/get-block-count", "Connection: keep-alive")))[2] == COUNT


async def test_answers_are_the_same_with_any_headers(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for request in (
        get("/get-block-count"),
        get("/get-block-hash?x", "Accept-Encoding: gzip"),
        post("/get-difficulty", b'{"block_height":2}'),
        post("/get-difficulty", b'{"block_height":200}'),
        post("/check-access-token", b'{"id":"a b"}'),
    ):
        long_way = await raw.ask(request.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n", 1))
        first, again = await raw.ask(request), await raw.ask(request)
        assert long_way == first == again


async def test_answers_change_with_what_they_are_about(server: ApiServer) -> None:
    raw = await Raw.to(server)
    request = post("/create-access-token", b'{"id":"x"}')
    answers = [(await raw.ask(request))[2] for _ in range(3)]
    assert b"success" in answers[0]
    assert b"already in use" in answers[1]
    listed = [(await raw.ask(get("/list-access-tokens")))[2] for _ in range(2)]
    assert listed[0] == listed[1]
    await raw.ask(post("/create-access-token", b'{"id":"y"}'))
    assert (await raw.ask(get("/list-access-tokens")))[2] != listed[0]


async def test_requests_in_pieces_and_several_at_once(server: ApiServer) -> None:
    raw = await Raw.to(server)
    request = post("/get-difficulty", b'{"block_height":2}')
    await raw.ask(request)
    for cut in (5, 30, len(request) - 3):
        raw.send(request[:cut])
        await raw.writer.drain()
        await asyncio.sleep(0)
        assert (await raw.ask(request[cut:]))[0] == 200
    raw = await Raw.to(server)
    raw.send(request * 5 + get("/get-block-count"))
    assert [(await raw.answer())[0] for _ in range(5)] == [200] * 5
    assert (await raw.answer())[2] == COUNT


async def test_head_has_no_body(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(get("/get-block-count").replace(b"GET", b"HEAD", 1))
    status, headers, _ = await raw.answer(has_body=False)
    assert (status, headers["Content-Length"]) == (200, str(len(COUNT)))
    assert (await raw.ask(get("/get-block-count")))[2] == COUNT


async def test_old_http_and_closing(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(b"GET /get-block-count HTTP/1.0\r\n\r\n")
    assert (await raw.answer())[2] == COUNT
    assert await raw.reader.read() == b""
    raw = await Raw.to(server)
    _, headers, _ = await raw.ask(get("/get-block-count", "Connection: close"))
    assert headers["Connection"] == "close"
    assert await raw.reader.read() == b""


@pytest.mark.parametrize(
    "garbage",
    [b"garbage\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\nbad\r\n\r\n"],
)
async def test_what_is_no_http_is_refused_in_one_line(server: ApiServer, garbage: bytes) -> None:
    raw = await Raw.to(server)
    raw.send(garbage + b"\r\n")
    raw.writer.write_eof()
    data = await raw.reader.read()
    assert data == b"" or data.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert b"Traceback" not in data
    assert (await (await Raw.to(server)).ask(get("/get-block-count")))[2] == COUNT


async def test_a_port_in_use_is_an_error(server: ApiServer) -> None:
    with pytest.raises(OSError, match="in use"):
        async with ApiServer(server._api, port=server.address[1]):
            pass


async def test_pages(server: ApiServer) -> None:
    raw = await Raw.to(server)
    status, headers, body = await raw.ask(get("/dashboard/any/where"))
    assert (status, headers["X-Frame-Options"]) == (200, "SAMEORIGIN")
    assert b"pybytomd" in body
    status, headers, body = await raw.ask(get("/docs"))
    assert headers["Content-Type"].startswith("text/html")
    assert b"get-block-count" in body
    assert not re.search(rb'(?:src|href)="(?:https?:)?//', body)
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    for path in ("/docs/docs.js", "/docs/docs.css"):
        status, headers, body = await raw.ask(get(path))
        assert (status, bool(body)) == (200, True)
        assert headers["Content-Type"].startswith(("text/javascript", "text/css"))
    for path in ("/docs/", "/docs/nothing", "/docs/../served.py"):
        assert (await raw.ask(get(path)))[0] in (301, 500)
    for path in ("/docs", "/openapi.json"):  # rendered once
        first, again = await raw.ask(get(path)), await raw.ask(get(path))
        assert first[0::2] == again[0::2]
        request = HttpRequest("GET", path, {"host": "localhost"}, "127.0.0.1")
        assert server.dispatcher.open(request) is server.dispatcher.open(request)
    document = json.loads((await raw.ask(get("/openapi.json")))[2])
    assert document["openapi"] == "3.1.0"
    assert "/get-block" in document["paths"]


async def test_files_of_the_dashboard(server: ApiServer) -> None:
    raw = await Raw.to(server)
    status, headers, body = await raw.ask(get("/dashboard/app.js"))
    assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["Cache-Control"] == "no-cache"
    raw.send(get("/dashboard/app.js", f"If-None-Match: {headers['ETag']}"))
    head = await raw.reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 304 ")
    assert f"Content-Length: {len(body)}\r\n".encode() in head
    _, headers, packed = await raw.ask(get("/dashboard/app.js", "Accept-Encoding: gzip"))
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert packed == files()["app.js"].packed  # made once, not for each request
    assert (await raw.ask(get("/equity/")))[2] == (await raw.ask(get("/dashboard/")))[2]
    for path in ("/dashboard/..%2f__init__.py", "/dashboard/core", "/dashboard//app.js"):
        assert b"import " not in (await raw.ask(get(path)))[2]


async def test_requests_are_counted(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for _ in range(3):
        await raw.ask(get("/get-block-count"))
    await raw.ask(post("/list-transaction-feeds", b"x" * 5000))
    status, headers, body = await raw.ask(get("/metrics"))
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b"\nbytom_api_requests_total 5\n" in body


async def test_any_verb_and_any_client_comes_to_the_same_method(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for headers in ((), ("Connection: keep-alive",), ("User-Agent: x", "Accept: */*", "X-Own: 1")):
        for _ in range(3):
            assert (await raw.ask(get("/get-block-count", *headers)))[2] == COUNT


async def test_after_an_offer_of_another_protocol_it_is_http_as_before(server: ApiServer) -> None:
    raw = await Raw.to(server)
    offer = get("/get-block-count", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: x")
    raw.send(offer + get("/get-block-hash") + offer)
    assert (await raw.answer())[2] == COUNT
    assert b"block_hash" in (await raw.answer())[2]
    assert (await raw.answer())[2] == COUNT
