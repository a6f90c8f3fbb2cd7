"""Tokens, authentication, and requests of web pages."""

from __future__ import annotations

import base64
import json

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.golang.gotime import format_local_moment
from pybytomd.errors import RequestError, StoreError
from pybytomd.rpc.access.auth import Authenticator, Grant, basic_credentials, is_open_page
from pybytomd.rpc.access.check import AccessCheck, AccessRules, Aim
from pybytomd.rpc.access.origin import HostPolicy, is_by_browser
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.errors import ForeignOrigin, MustBePosted, NotAuthenticated, ServerRefusal
from pybytomd.rpc.http_messages import HttpRequest
from pybytomd.store.kv.memory_db import MemoryStore

REMOTE = "10.1.2.3"


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(token.encode()).decode()


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def tokens(database: MemoryStore) -> CredentialStore:
    return CredentialStore(database, ManualClock(1_795_000_000.25))


def test_a_token_is_stored_as_it_is_shown(tokens: CredentialStore, database: MemoryStore) -> None:
    token = tokens.create("tok-1_a", "client")
    stored = json.loads(database.get(b"tok-1_a") or b"")
    assert list(stored) == ["id", "token", "type", "created_at"]
    assert stored["token"] == token.token == f"tok-1_a:{token.secret}"
    assert len(bytes.fromhex(token.secret)) == 32
    assert tokens.list() == [token]


def test_a_token_without_type(tokens: CredentialStore, database: MemoryStore) -> None:
    tokens.create("a", "")
    assert b'"type"' not in (database.get(b"a") or b"")


def test_secrets_differ(tokens: CredentialStore) -> None:
    assert tokens.create("a", "").secret != tokens.create("b", "").secret


def test_tokens_come_in_the_order_of_their_ids(tokens: CredentialStore) -> None:
    for name in ("b", "a", "C"):
        tokens.create(name, "")
    assert [token.id for token in tokens.list()] == ["C", "a", "b"]


@pytest.mark.parametrize("token_id", ["", "a b", "é", "a\n", "a:b", "x\x00"])
def test_bad_ids(tokens: CredentialStore, token_id: str) -> None:
    for act in (tokens.delete, lambda i: tokens.create(i, ""), lambda i: tokens.check(i, "")):
        with pytest.raises(RequestError, match=r"invalid id$"):
            act(token_id)


def test_errors_of_tokens(tokens: CredentialStore) -> None:
    tokens.create("x", "")
    with pytest.raises(RequestError) as raised:
        tokens.create("x", "")
    assert str(raised.value) == 'id "x" already in use: duplicate access token ID'
    with pytest.raises(RequestError) as raised:
        tokens.delete("nope")
    assert str(raised.value) == 'check id "nope": nonexisting access token ID'
    with pytest.raises(RequestError) as raised:
        tokens.check("nope", "")
    assert str(raised.value) == 'check id "nope" nonexisting: nonexisting access token ID'
    with pytest.raises(RequestError) as raised:
        tokens.check("x", "00")
    assert str(raised.value) == "invalid token"


def test_a_damaged_database_is_an_error(tokens: CredentialStore, database: MemoryStore) -> None:
    database.put(b"x", b"{")
    with pytest.raises(StoreError):
        tokens.list()
    with pytest.raises(StoreError):
        tokens.check("x", "")


def test_a_stored_token_without_secret_lets_nobody_in(tokens: CredentialStore, database: MemoryStore) -> None:
    database.put(b"x", b'{"id":"x","token":"x"}')
    for secret in ("00", "", "x"):
        with pytest.raises(RequestError):
            tokens.check("x", secret)


@pytest.mark.parametrize(
    ("seconds", "ending"), [(1_795_000_000.25, ".25"), (1_795_000_000.0, ""), (1_795_000_000.000001, ".000001")]
)
def test_times_have_no_zeros_at_the_end(monkeypatch: pytest.MonkeyPatch, seconds: float, ending: str) -> None:
    assert format_local_moment(seconds).startswith("2026-11-1")
    assert format_local_moment(seconds)[19:].rstrip("Z").split("+")[0].split("-")[0] == ending


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("Bearer x", None),
        ("Basic ###", None),
        ("Basic " + base64.b64encode(b"no colon").decode(), None),
        (basic("a:b"), ("a", "b")),
        ("bAsIc " + basic("a:b:c")[6:], ("a", "b:c")),
        (basic(":"), ("", "")),
    ],
)
def test_credentials(header: str | None, expected: tuple[str, str] | None) -> None:
    assert basic_credentials(header) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/dashboard", True), ("/dashboard/", True), ("/equity/x", True), ("/dashboardx", False), ("/", False)],
)
def test_open_pages(path: str, expected: bool) -> None:
    assert is_open_page(path) is expected


def test_a_deleted_token_stops_working_at_once(tokens: CredentialStore) -> None:
    token = tokens.create("x", "")
    authenticator = Authenticator(tokens)
    authenticator.check("/get-block", REMOTE, basic(token.token))
    tokens.delete("x")
    with pytest.raises(NotAuthenticated, match="invalid token"):
        authenticator.check("/get-block", REMOTE, basic(token.token))


def test_some_methods_are_for_this_machine_only(tokens: CredentialStore) -> None:
    token = tokens.create("x", "")
    for disabled in (False, True):
        authenticator = Authenticator(tokens, disabled=disabled)
        for path in ("/backup-wallet", "/restore-wallet", "/list-access-tokens"):
            with pytest.raises(NotAuthenticated, match="only local"):
                authenticator.check(path, REMOTE, basic(token.token))
            authenticator.check(path, "127.0.0.1", None)


def test_without_authentication_everybody_may_ask(tokens: CredentialStore) -> None:
    Authenticator(tokens, disabled=True).check("/get-block", REMOTE, None)
    with pytest.raises(NotAuthenticated, match="no token"):
        Authenticator(tokens).check("/get-block", REMOTE, None)


OWN = "127.0.0.1:9888"


class Door:
    """The whole check, for a node bound to an address."""

    def __init__(self, tokens: CredentialStore, bound: str = "127.0.0.1", *, auth_disabled: bool = False) -> None:
        self._check = AccessCheck(tokens, bound, AccessRules(auth_disabled=auth_disabled))

    def ask(
        self,
        headers: dict[str, str],
        *,
        verb: str = "POST",
        path: str = "/get-block",
        aim: Aim = Aim.READING,
        remote: str = "127.0.0.1",
    ) -> None:
        named = {name.lower(): value for name, value in headers.items()}
        self._check.check(HttpRequest(verb, path, named, remote), aim)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": OWN},
        {"Host": "localhost:9888"},
        {"Host": "LOCALHOST"},
        {"Host": "localhost.:9888"},
        {"Host": "[::1]:9888"},
        {"Host": OWN, "Origin": f"http://{OWN}"},
        {"Host": OWN, "Referer": f"http://{OWN}/dashboard/"},
        {"Host": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Host": OWN, "Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0", "", "::", "10.0.0.7"])
def test_requests_of_our_pages_and_of_programs_pass(
    tokens: CredentialStore, headers: dict[str, str], bound: str
) -> None:
    Door(tokens, bound).ask(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": OWN, "Origin": "https://evil.example"},
        {"Host": OWN, "Origin": "null"},
        {"Host": OWN, "Origin": "http://127.0.0.1:3000"},
        {"Host": OWN, "Origin": ""},
        {"Host": OWN, "Origin": "http://[::1"},
        {"Host": OWN, "Referer": "http://evil.example/page"},
        {"Host": OWN, "Sec-Fetch-Site": "cross-site"},
        {"Host": OWN, "Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "evil.example:9888", "Origin": "http://evil.example:9888"},
        {"Host": "localhost.evil.example"},
        {"Host": "127.0.0.1.evil.example:9888"},
        {"Host": "localhost:9888, evil.example"},
        {"Host": "[::1"},
        {"Host": "\xff\xfe"},
    ],
)
@pytest.mark.parametrize("bound", ["127.0.0.1", "localhost", "0.0.0.0", "", "::", "10.0.0.7"])
def test_requests_of_foreign_pages_are_refused(
    tokens: CredentialStore, headers: dict[str, str], bound: str
) -> None:
    """Whatever the node is bound to: names can be made to lead here (DNS rebinding)."""
    with pytest.raises(ForeignOrigin):
        Door(tokens, bound).ask(headers)


def test_a_name_needs_a_token(tokens: CredentialStore) -> None:
    """With credentials any name is good, from this machine, too; without them no other machine gets so far."""
    token = tokens.create("x", "").token
    named = {"Host": "node.example:9888"}
    for remote in ("127.0.0.1", REMOTE):
        Door(tokens, "0.0.0.0").ask({**named, "Authorization": basic(token)}, remote=remote)
        with pytest.raises(ServerRefusal):
            Door(tokens, "0.0.0.0").ask({**named, "Authorization": basic("x:00")}, remote=remote)
    with pytest.raises(ForeignOrigin):
        Door(tokens, "0.0.0.0", auth_disabled=True).ask(named, remote=REMOTE)
    with pytest.raises(ForeignOrigin):
        Door(tokens, "0.0.0.0").ask({**named, "Authorization": basic(token), "Origin": "http://evil.example"})


def test_an_exposed_node_answers_to_its_addresses(tokens: CredentialStore) -> None:
    """Which of them are its own it need not know: nobody can make a literal address lead elsewhere."""
    for bound in ("0.0.0.0", "192.168.1.5"):
        Door(tokens, bound, auth_disabled=True).ask({"Host": "192.168.1.5:9888"}, remote=REMOTE)
    with pytest.raises(ForeignOrigin):
        Door(tokens, "127.0.0.1").ask({"Host": "192.168.1.5:9888"})


def test_a_node_answers_to_the_name_it_is_bound_to_and_to_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Shed")
    policy = HostPolicy("node.example")
    assert policy.knows("Node.Example:9888")
    assert policy.knows("shed")
    assert not policy.knows("example")


def test_pages_are_open_to_all_names_that_are_not_trusted(tokens: CredentialStore) -> None:
    Door(tokens, "0.0.0.0").ask({"Host": "node.example"}, path="/dashboard/", aim=Aim.PAGE, remote=REMOTE)
    Door(tokens).ask({"Host": OWN, "Sec-Fetch-Site": "cross-site"}, path="/docs", aim=Aim.PAGE)
    with pytest.raises(ForeignOrigin):
        Door(tokens).ask({"Host": "evil.example"}, path="/docs", aim=Aim.PAGE)


BROWSERS = (
    {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"},
    {"Referer": f"http://{OWN}/"},
    {"Cookie": "a=b"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Mode": "no-cors"},
    {"Origin": f"http://{OWN}"},
)


@pytest.mark.parametrize("headers", BROWSERS)
def test_a_browser_changes_nothing_but_by_post(tokens: CredentialStore, headers: dict[str, str]) -> None:
    door, headers = Door(tokens), {"Host": OWN, **headers}
    assert is_by_browser({name.lower(): value for name, value in headers.items()})
    for verb in ("GET", "HEAD", "PUT", "OPTIONS"):
        with pytest.raises(MustBePosted):
            door.ask(headers, verb=verb, aim=Aim.ACTING)
        door.ask(headers, verb=verb)
    door.ask(headers, aim=Aim.ACTING)


@pytest.mark.parametrize("agent", ["curl/8.5.0", "Go-http-client/1.1", "python-requests/2.32", ""])
def test_programs_use_any_verb(tokens: CredentialStore, agent: str) -> None:
    Door(tokens).ask({"Host": OWN, "User-Agent": agent}, verb="GET", aim=Aim.ACTING)


def test_why_a_request_passes(tokens: CredentialStore) -> None:
    token = tokens.create("x", "").token
    closed, opened = Authenticator(tokens), Authenticator(tokens, disabled=True)
    assert closed.check("/get-block", "127.0.0.1", None).grant is Grant.TRUST
    assert opened.check("/get-block", REMOTE, None).grant is Grant.TRUST
    assert closed.check("/get-block", REMOTE, basic(token)).grant is Grant.TOKEN
    assert closed.check("/dashboard/", REMOTE, None).grant is Grant.OPEN_PAGE


BY_BYTOMCLI = {
    "host": "127.0.0.1:9888",
    "user-agent": "Bytom; process=; buildtag=; blockchainID=",
    "content-length": "3",
    "blockchain-id": "",
    "bytom-core-id": "",
    "content-type": "application/json",
    "request-id": "",
    "accept-encoding": "gzip",
}


@pytest.mark.parametrize(
    ("fields", "lasts"),
    [
        ({}, True),
        ({"request-id": "17"}, False),
        ({"authorization": ""}, True),
        ({"authorization": "Basic eDp5"}, False),
        ({"cookie": "a=b"}, False),
        ({"sec-fetch-mode": "cors"}, True),
    ],
)
def test_heads_of_usual_clients_last_unless_they_tell_something(
    tokens: CredentialStore, fields: dict[str, str], lasts: bool
) -> None:
    access = AccessCheck(tokens, "127.0.0.1")
    head = {**BY_BYTOMCLI, **fields}
    assert access.is_lasting(HttpRequest("POST", "/get-block-count", head, "127.0.0.1")) is lasts
    assert not access.is_lasting(HttpRequest("POST", "/get-block-count", head, REMOTE))
