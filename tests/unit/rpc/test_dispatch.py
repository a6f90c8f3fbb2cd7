"""From a request to an answer, without sockets."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass
from typing import Any

import pytest

from pybytomd.rpc.dispatch import INLINE_BODY, INLINE_GZIP, MAX_METHODS_AT_ONCE
from pybytomd.rpc.http_messages import clean_path
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text
from pybytomd.rpc.schema.registry import Method, method
from tests.unit.rpc.recorded import Client, NoPrograms, make_api, recorded_chain


@dataclass(frozen=True)
class EchoRequest:
    text: Text = ""


def make_method(call: Any, *, request: Any = None, is_async: bool = False, ready: Any = None) -> Method:
    return Method("test", call, request, str, is_async, False, ready, "", "tests", True)


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(make_api(recorded_chain(3), wallet=NoPrograms()))


def with_method(client: Client, added: Method) -> Client:
    return Client(client.dispatcher.api, methods={"test": added})


async def test_any_verb_works(client: Client) -> None:
    for verb in ("GET", "POST", "PUT", "OPTIONS", "HEAD", "FOO"):
        response = await client.send("/get-block-count", verb=verb)
        assert (response.status, response.body) == (200, b'{"status":"success","data":{"block_count":3}}\n')


async def test_a_body_that_is_not_wanted_is_not_read(client: Client) -> None:
    assert (await client.send("/get-block-count", "not json")).status == 200
    assert (await client.send("/get-block", "not json")).status == 400
    assert (await client.send("/get-block", "")).status == 400


async def test_the_query_is_ignored(client: Client) -> None:
    assert (await client.send("/get-block-count?x=1")).status == 200


async def test_a_trailing_slash_is_another_path(client: Client) -> None:
    response = await client.send("/get-block-count/")
    assert (response.status, json.loads(response.body)["detail"]) == (500, "not Found")


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/", 302, "/dashboard/"),
        ("//net-info", 301, "/net-info"),
        ("/a/../net-info?x=1", 301, "/net-info?x=1"),
        ("/dashboard", 301, "/dashboard/"),
        ("/equity?a", 301, "/equity/?a"),
    ],
)
async def test_redirects(client: Client, path: str, status: int, location: str) -> None:
    response = await client.send(path, verb="GET")
    assert (response.status, dict(response.headers)["Location"]) == (status, location)
    assert location.encode() in response.body
    assert (await client.send(path, verb="POST")).body == b""


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [("", "/"), ("/", "/"), ("//", "/"), ("/a//b", "/a/b"), ("/a/./b/", "/a/b/"), ("/../a", "/a"), ("a", "/a")],
)
def test_clean_paths(path: str, cleaned: str) -> None:
    assert clean_path(path) == cleaned


async def test_without_wallet_everything_unknown_leads_to_the_error() -> None:
    client = Client(make_api(recorded_chain(0)))
    response = await client.send("/list-accounts?x=1", verb="GET")
    assert (response.status, dict(response.headers)["Location"]) == (301, "/error?x=1")
    response = await client.send("/error")
    assert json.loads(response.body) == {
        "status": "fail",
        "code": "BTM000",
        "msg": "Bytom API Error",
        "error_detail": "wallet not found, please check that the wallet is open",
    }


async def test_a_wrong_token_is_refused_before_anything_else(client: Client) -> None:
    response = await client.send("/nope", remote="10.0.0.1")
    assert (response.status, json.loads(response.body)["detail"]) == (401, "no token")
    assert not response.varies


async def test_pages_of_other_sites_are_refused(client: Client) -> None:
    for path, status in (("/rescan-wallet", 403), ("/get-block-count", 403), ("/dashboard/", 200), ("/docs", 200)):
        response = await client.send(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status == status


async def test_gzip_when_the_request_says_so(client: Client) -> None:
    response = await client.send("/gas-rate", headers={"Accept-Encoding": "br, gzip;q=0"})
    assert dict(response.headers)["Content-Encoding"] == "gzip"
    assert zlib.decompress(response.body, 31) == b'{"status":"success","data":{"gas_rate":200}}\n'
    response = await client.send("/nope", headers={"Accept-Encoding": "gzip"})
    assert b"not Found" in zlib.decompress(response.body, 31)


async def test_large_bodies_and_answers_go_through_threads(client: Client) -> None:
    async def echo(api: object, request: EchoRequest) -> str:
        return request.text

    copy = with_method(client, make_method(echo, request=EchoRequest, is_async=True))
    text = "x" * (INLINE_BODY + INLINE_GZIP)
    response = await copy.send("/test", json.dumps({"text": text}), headers={"Accept-Encoding": "gzip"})
    assert json.loads(zlib.decompress(response.body, 31))["data"] == text


async def test_what_fails_unexpectedly_is_logged_and_has_no_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(api: object) -> str:
        raise ZeroDivisionError("secret")

    response = await with_method(client, make_method(fail)).send("/test")
    answer = json.loads(response.body)
    assert (response.status, answer["code"], answer["status"]) == (500, "BTM000", "fail")
    assert "secret" not in response.body.decode()
    assert "ZeroDivisionError" in caplog.text


async def test_a_ready_answer_is_preferred(client: Client) -> None:
    async def slow(api: object, request: EchoRequest) -> str:
        return "slow"

    def ready(api: object, request: EchoRequest) -> str | None:
        return "fast" if request.text else None

    copy = with_method(client, make_method(slow, request=EchoRequest, is_async=True, ready=ready))
    assert b"fast" in (await copy.send("/test", '{"text":"x"}')).body
    assert b"slow" in (await copy.send("/test", "{}")).body


async def test_only_so_many_methods_wait_at_once(client: Client) -> None:
    running = most = 0
    go_on = asyncio.Event()

    async def wait(api: object) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await go_on.wait()
        running -= 1
        return ""

    copy = with_method(client, make_method(wait, is_async=True))
    async with asyncio.TaskGroup() as group:
        for _ in range(2 * MAX_METHODS_AT_ONCE):
            group.create_task(copy.send("/test"))
        for _ in range(10):
            await asyncio.sleep(0)
        go_on.set()
    assert most == MAX_METHODS_AT_ONCE


def test_every_method_says_what_it_does() -> None:
    methods = load_methods()
    assert list(methods) == sorted(methods)
    for name, found in methods.items():
        assert found.summary.endswith("."), name
        assert found.name == name


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="two API methods"):
        method("get-block-count", role=Role.READ)(lambda api: None)
