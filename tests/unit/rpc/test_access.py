"""Tokens, authentication, and requests of web pages."""

from __future__ import annotations

import base64
import json

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import RequestError, StoreError
from pybytomd.rpc.auth import Authenticator, basic_credentials, is_loopback, is_open_page
from pybytomd.rpc.errors import ForeignOrigin, NotAuthenticated
from pybytomd.rpc.origin import OriginPolicy
from pybytomd.rpc.tokens import CredentialStore, rfc3339
from pybytomd.store.memory_db import MemoryStore

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
    with pytest.raises(RequestError):
        tokens.check("x", "00")


@pytest.mark.parametrize(
    ("seconds", "ending"), [(1_795_000_000.25, ".25"), (1_795_000_000.0, ""), (1_795_000_000.000001, ".000001")]
)
def test_times_have_no_zeros_at_the_end(monkeypatch: pytest.MonkeyPatch, seconds: float, ending: str) -> None:
    assert rfc3339(seconds).startswith("2026-11-1")
    assert rfc3339(seconds)[19:].rstrip("Z").split("+")[0].split("-")[0] == ending


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False),
     ("::2", False), ("", False), ("localhost", False), ("fe80::1%lo", False)],
)  # fmt: skip
def test_loopback(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


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


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": OWN},
        {"Host": "localhost:9888"},
        {"Host": "[::1]:9888"},
        {"Host": OWN, "Origin": f"http://{OWN}"},
        {"Host": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Host": OWN, "Sec-Fetch-Site": "none"},
    ],
)
def test_requests_of_our_pages_and_of_programs_pass(headers: dict[str, str]) -> None:
    OriginPolicy("127.0.0.1").check(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": OWN, "Origin": "https://evil.example"},
        {"Host": OWN, "Origin": "null"},
        {"Host": OWN, "Origin": "http://127.0.0.1:3000"},
        {"Host": OWN, "Origin": ""},
        {"Host": OWN, "Sec-Fetch-Site": "cross-site"},
        {"Host": OWN, "Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "evil.example:9888", "Origin": "http://evil.example:9888"},
        {"Host": "[::1"},
    ],
)
def test_requests_of_foreign_pages_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ForeignOrigin):
        OriginPolicy("127.0.0.1").check(headers)


def test_an_exposed_node_may_have_any_name() -> None:
    policy = OriginPolicy("0.0.0.0")
    policy.check({"Host": "node.example:9888"})
    policy.check({"Host": "node.example:9888", "Origin": "http://node.example:9888"})
    with pytest.raises(ForeignOrigin):
        policy.check({"Host": "node.example:9888", "Origin": "http://evil.example"})
