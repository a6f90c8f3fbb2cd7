"""Web pages of other sites that are let in, and this machine when it is asked for credentials, too."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest

from pybytomd.errors import DecodeError
from pybytomd.rpc.access.check import AccessRules
from pybytomd.rpc.api import Api
from pybytomd.rpc.cors import AllowedOrigins, parse_origins
from pybytomd.rpc.methods import load_methods
from tests.unit.rpc.recorded import Client, make_api, recorded_chain

PAGE = "https://wallet.example"
OWN = "127.0.0.1:9888"
REMOTE = "10.1.2.3"


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(token.encode()).decode()


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", set()),
        (" https://Wallet.example , http://localhost:3000/ ,", {PAGE, "http://localhost:3000"}),
        ("https://a.example:443,http://b.example:80,https://c.example:80",
         {"https://a.example", "http://b.example", "https://c.example:80"}),
        ("http://[::1]:3000", {"http://[::1]:3000"}),
    ],
)  # fmt: skip
def test_lists_of_origins(text: str, origins: set[str]) -> None:
    assert parse_origins(text) == origins


@pytest.mark.parametrize(
    "text",
    ["*", "https://*.example", "wallet.example", "null", "file:///x", "https://", "https://a.example/path",
     "https://a.example?x", "https://u:p@a.example", "https://a.example:x", "https://[::1", "ftp://a.example"],
)  # fmt: skip
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(DecodeError, match="is no origin"):
        parse_origins(text)


def test_only_whole_origins_of_other_sites_count() -> None:
    allowed = AllowedOrigins({PAGE})
    assert allowed.of({"origin": PAGE, "host": OWN}) == PAGE
    for origin in ("", "null", "*", "http://wallet.example", PAGE + ".evil.example", PAGE + ":444", "x" + PAGE):
        assert allowed.of({"origin": origin, "host": OWN}) == ""
    assert allowed.of({"origin": PAGE, "host": "Wallet.example"}) == "", "our own page, behind a proxy"
    assert allowed.of({"host": OWN}) == ""
    assert not AllowedOrigins()


@pytest.fixture
def api() -> Iterator[Api]:
    chain = recorded_chain(0)
    yield make_api(chain)
    chain.close()


@pytest.fixture
def client(api: Api) -> Client:
    return Client(api, rules=AccessRules(origins=frozenset({PAGE})))


async def test_a_page_that_is_let_in_needs_a_token_wherever_it_asks_from(client: Client) -> None:
    token = (await client.call("create-access-token", {"id": "page", "type": "read"}))["data"]["token"]
    from_page = {"Host": OWN, "Origin": PAGE, "Sec-Fetch-Site": "cross-site", "User-Agent": "Mozilla/5.0"}
    for remote in ("127.0.0.1", "::1", REMOTE):
        refused = await client.send("/get-block-count", headers=from_page, remote=remote)
        assert (refused.status, json.loads(refused.body)["detail"]) == (401, "no token")
        with_token = {**from_page, "Authorization": basic(token)}
        assert (await client.send("/get-block-count", headers=with_token, remote=remote)).status == 200
        wrong = {**from_page, "Authorization": basic("page:00")}
        assert (await client.send("/get-block-count", headers=wrong, remote=remote)).status == 401
        assert (await client.send("/create-access-token", "{}", headers=with_token, remote=remote)).status == 403
        evil = {**with_token, "Origin": "https://evil.example"}
        assert (await client.send("/get-block-count", headers=evil, remote=remote)).status == 403
    without_origin = {**from_page, "Referer": PAGE + "/", "Authorization": basic(token)}
    del without_origin["Origin"]
    assert (await client.send("/get-block-count", headers=without_origin)).status == 403


async def test_authentication_that_is_off_trusts_no_page(api: Api) -> None:
    rules = AccessRules(origins=frozenset({PAGE}))
    client = Client(api, auth_disabled=True, rules=rules)
    for remote in ("127.0.0.1", REMOTE):
        assert (await client.send("/get-block-count", headers={"Host": OWN}, remote=remote)).status == 200
        headers = {"Host": OWN, "Origin": PAGE}
        assert (await client.send("/get-block-count", headers=headers, remote=remote)).status == 401


async def test_a_browser_asks_first(client: Client) -> None:
    asking = {"Host": OWN, "Origin": PAGE, "Access-Control-Request-Method": "POST",
              "Access-Control-Request-Headers": "authorization,content-type"}  # fmt: skip
    for path in ("/get-block-count", "/create-access-token", "/nothing", "/"):
        for remote in ("127.0.0.1", REMOTE):
            answer = await client.send(path, verb="OPTIONS", headers=asking, remote=remote)
            assert (answer.status, answer.body) == (200, b"")
            assert dict(answer.headers) == {
                "Access-Control-Allow-Origin": PAGE,
                "Vary": "Origin",
                "Access-Control-Allow-Methods": "GET, HEAD, POST",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "600",
            }
    private = {**asking, "Access-Control-Request-Private-Network": "true"}
    answer = await client.send("/get-block-count", verb="OPTIONS", headers=private)
    assert ("Access-Control-Allow-Private-Network", "true") in answer.headers
    evil = {**asking, "Origin": "https://evil.example"}
    answer = await client.send("/get-block-count", verb="OPTIONS", headers=evil)
    assert (answer.status, answer.headers) == (403, ())
    assert await client.send("/list-access-tokens")


async def test_what_is_no_question_of_a_browser_is_answered_as_ever(client: Client) -> None:
    assert (await client.send("/get-block-count", verb="OPTIONS")).body.startswith(b'{"status":"success"')


COOKIE = "5ec7e7" * 10


async def test_this_machine_is_asked_too_and_the_cookie_opens_everything(api: Api) -> None:
    client = Client(api, rules=AccessRules(asks_local=True, cookie=COOKIE))
    read = api.tokens.create("monitor", "read").token
    plain = api.tokens.create("plain", "").token
    for one in load_methods(with_wallet=False).values():
        if one.needs_wallet:
            continue
        for headers in ({}, {"Host": OWN}, {"Authorization": basic("__cookie__:")}, {"Authorization": basic(":")}):
            assert (await client.send(one.path, "{", headers=headers)).status == 401, one.name
        for token in (f"__cookie__:{COOKIE}", plain):
            opened = await client.send(one.path, "{", headers={"Authorization": basic(token)})
            assert opened.status in (200, 400), one.name
        opened = await client.send(one.path, "{", headers={"Authorization": basic(read)})
        assert opened.status in ((200, 400) if one.role == "read" else (403,)), one.name
    for path in ("/metrics", "/openapi.json", "/websocket-subscribe", "/docsearch", "/nothing"):
        assert (await client.send(path, verb="GET")).status == 401, path
    for path in ("/dashboard/", "/docs", "/docs/docs.js"):
        assert (await client.send(path, verb="GET")).status == 200, path
    wrong = basic(f"__cookie__:{COOKIE[:-1]}")
    assert (await client.send("/get-block-count", headers={"Authorization": wrong})).status == 401
    named = {"Host": "evil.example", "Authorization": basic(f"__cookie__:{COOKIE}")}
    assert (await client.send("/get-block-count", headers=named)).status == 200


async def test_without_a_cookie_its_name_opens_nothing(api: Api) -> None:
    client = Client(api, rules=AccessRules(asks_local=True))
    for secret in ("", "x"):
        headers = {"Authorization": basic(f"__cookie__:{secret}")}
        assert (await client.send("/get-block-count", headers=headers)).status == 401
