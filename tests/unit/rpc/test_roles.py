"""Tokens with roles and an end."""

from __future__ import annotations

import base64
import json

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.golang.gotime import parse_moment
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import RequestError, StoreError
from pybytomd.rpc.access.auth import Authenticator
from pybytomd.rpc.access.tokens import MAX_SECONDS, CredentialStore
from pybytomd.rpc.errors import NotAuthenticated, RoleMissing
from pybytomd.rpc.http_messages import HttpRequest
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.roles import EVERY_ROLE, ROLES, BadRoles, Role, roles_of, with_included
from pybytomd.rpc.schema.registry import method
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.rpc.recorded import Client, NoPrograms, make_api, recorded_chain

REMOTE = "10.1.2.3"
LOCAL = {"/backup-wallet", "/restore-wallet", "/list-access-tokens"}
NOW = 1_795_000_000.25


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(token.encode()).decode()


def _asking(path: str, authorization: str) -> HttpRequest:
    return HttpRequest("POST", path, {"authorization": authorization}, REMOTE)


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def tokens(database: MemoryStore, clock: ManualClock) -> CredentialStore:
    return CredentialStore(database, clock)


def test_what_roles_include() -> None:
    assert with_included([Role.READ]) == {Role.READ}
    assert with_included([Role.WALLET]) == {Role.WALLET, Role.READ}
    assert with_included([Role.SPEND]) == {Role.SPEND, Role.WALLET, Role.READ}
    assert with_included([Role.MINING]) == {Role.MINING, Role.READ}
    assert with_included([Role.ADMIN]) == EVERY_ROLE == set(Role) == set(ROLES)
    assert with_included([]) == frozenset()


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("read", (Role.READ,)),
        ("read, mining,read", (Role.READ, Role.MINING)),
        ("", ()),
        ("client", ()),
        ("network", ()),
        ("client,network", ()),
        ("whatever it is", ()),
        ("x" * 100_000, ()),
        ("é\x00", ()),
    ],
)
def test_roles_in_a_type(text: str, roles: tuple[Role, ...]) -> None:
    assert roles_of(text) == roles


@pytest.mark.parametrize(
    "text",
    ["raed", "read,", "read,client", "Read", "readonly", "miner", "Admin", "read;mining", "read," * 100 + "read"],
)
def test_a_mistake_never_opens_everything(text: str) -> None:
    with pytest.raises(BadRoles, match="the roles of a token are read, wallet, spend, mining, admin"):
        roles_of(text)


def test_a_limited_token_is_kept_as_a_digest_and_shown_once(
    tokens: CredentialStore, database: MemoryStore
) -> None:
    made = tokens.create("shop", "wallet, read", expires_in=60)
    stored = database.get(b"shop") or b""
    assert made.token == f"shop:{made.secret}"
    assert made.type == "wallet,read"
    assert made.secret.encode() not in stored
    assert json.loads(stored) == {
        "id": "shop",
        "token": f"shop:{sha3_256(made.secret.encode()).hex()}",
        "type": "wallet,read",
        "created_at": made.created_at,
        "expires_at": made.expires_at,
        "digest": "sha3-256",
    }
    [listed] = tokens.list()
    assert (listed.id, listed.token, listed.type, listed.expires_at) == ("shop", "", made.type, made.expires_at)
    digest = json.loads(stored)["token"].partition(":")[2]
    for wrong in ("", digest, "00"):
        with pytest.raises(RequestError, match=r"^invalid token$"):
            tokens.check("shop", wrong)
    assert tokens.check("shop", made.secret).roles == {Role.WALLET, Role.READ}


def test_tokens_of_the_reference_open_everything_whatever_their_type(
    tokens: CredentialStore, database: MemoryStore
) -> None:
    database.put(b"old", b'{"id":"old","token":"old:5ec7e7","type":"read","created_at":"2019-01-01T00:00:00Z"}')
    assert tokens.check("old", "5ec7e7").roles == EVERY_ROLE
    made = tokens.create("new", "client")
    assert tokens.check("new", made.secret).roles == EVERY_ROLE
    assert [one.token for one in tokens.list()] == [made.token, "old:5ec7e7"]


def test_a_token_ends(tokens: CredentialStore, clock: ManualClock) -> None:
    made = tokens.create("a", "", expires_in=60)
    assert parse_moment(made.expires_at) == int((NOW + 60) * 100) * 10**7
    dated = tokens.create("b", "read", expires_at="2026-11-18T13:27:45+01:00")
    assert dated.expires_at == "2026-11-18T13:27:45+01:00"
    assert tokens.check("a", made.secret).roles == EVERY_ROLE
    clock.advance(59.99)
    tokens.check("a", made.secret)
    clock.advance(0.01)
    with pytest.raises(RequestError, match="the access token has expired"):
        tokens.check("a", made.secret)
    with pytest.raises(RequestError, match="invalid token"):
        tokens.check("a", "00")
    tokens.check("b", dated.secret)
    with pytest.raises(RequestError, match="duplicate"):
        tokens.create("a", "")
    tokens.delete("a")
    tokens.create("a", "")


@pytest.mark.parametrize(
    ("expires_at", "expires_in", "text"),
    [
        ("tomorrow", 0, "'tomorrow' is not a time"),
        ("2026-11-01T00:00:00Z", 0, "2026-11-01T00:00:00Z is over"),
        ("2030-01-31T12:00:00Z", 5, "both are given"),
        ("9999-12-31T23:59:60Z", 0, "is not a time"),
        ("", MAX_SECONDS + 1, "seconds"),
        ("", (1 << 64) - 1, "seconds"),
    ],
)
def test_ends_that_are_none(
    tokens: CredentialStore, database: MemoryStore, expires_at: str, expires_in: int, text: str
) -> None:
    with pytest.raises(RequestError, match=text):
        tokens.create("a", "", expires_at=expires_at, expires_in=expires_in)
    assert database.get(b"a") is None


@pytest.mark.parametrize(
    "stored",
    [
        b'{"id":"x","token":"x:00","digest":"md5"}',
        b'{"id":"x","token":"x:00","digest":"sha3-256","expires_at":"soon"}',
        b'{"id":"x","token":"x:00","digest":1}',
    ],
)
def test_a_damaged_token_lets_nobody_in(tokens: CredentialStore, database: MemoryStore, stored: bytes) -> None:
    database.put(b"x", stored)
    with pytest.raises(StoreError, match=r"accesstoken\.db is damaged"):
        tokens.check("x", "00")


def test_a_damaged_list_of_roles_opens_nothing(tokens: CredentialStore, database: MemoryStore) -> None:
    made = tokens.create("x", "read")
    database.put(b"x", (database.get(b"x") or b"").replace(b'"read"', b'"raed"'))
    with pytest.raises(NotAuthenticated):
        Authenticator(tokens).check("/get-block", REMOTE, basic(made.token))


def test_who_is_trusted_is_held_to_the_roles_of_the_token_that_is_shown(
    tokens: CredentialStore, clock: ManualClock
) -> None:
    limited, plain = tokens.create("a", "read", expires_in=60), tokens.create("b", "")
    for authenticator, remote in ((Authenticator(tokens), "::1"), (Authenticator(tokens, disabled=True), REMOTE)):
        assert authenticator.check("/x", remote, basic(limited.token)).roles == {Role.READ}
        for other in (None, "", "Bearer x", basic(plain.token), basic("b:00"), basic("nobody:00")):
            assert authenticator.check("/x", remote, other).roles == EVERY_ROLE
        with pytest.raises(NotAuthenticated, match="invalid token"):
            authenticator.check("/x", remote, basic("a:00"))
    clock.advance(60)
    for remote in ("127.0.0.1", REMOTE):
        with pytest.raises(NotAuthenticated, match="the access token has expired"):
            Authenticator(tokens).check("/x", remote, basic(limited.token))


async def test_every_method_takes_its_role() -> None:
    """Each with each single role, from elsewhere: it is opened exactly to those that include the method's."""
    chain = recorded_chain(0)
    api = make_api(chain, wallet=NoPrograms())
    client = Client(api)
    holders = {role: basic(api.tokens.create(role, role).token) for role in Role}
    for one in load_methods().values():
        for role, authorization in holders.items():
            opened = client.dispatcher.open(_asking(one.path, authorization))
            if one.role in with_included([role]) and one.path not in LOCAL:
                assert opened is one
            else:
                status, detail = opened.status, json.loads(opened.body)["detail"]  # type: ignore[attr-defined]
                assert status == (401 if one.path in LOCAL else 403)
                assert one.path in LOCAL or f"takes the role {one.role}; the access token {role} has " in detail
    for role, authorization in holders.items():
        response = client.dispatcher.open(_asking("/metrics", authorization))
        assert response.status == 200, role  # type: ignore[attr-defined]
    chain.close()


async def test_a_refusal_says_which_role_is_missing() -> None:
    chain = recorded_chain(0)
    client = Client(make_api(chain))
    token = (await client.call("create-access-token", {"id": "rig", "type": "mining"}))["data"]["token"]
    response = await client.send(
        "/create-access-token", '{"id":"y"}', headers={"Authorization": basic(token)}, remote=REMOTE
    )
    assert response.status == 403
    assert json.loads(response.body) == {
        "code": "BTM861",
        "msg": "The access token does not have the role that this takes",
        "status": "fail",
        "detail": "/create-access-token takes the role admin; the access token rig has read, mining",
        "temporary": False,
    }
    assert [one["id"] for one in (await client.call("list-access-tokens"))["data"]] == ["rig"]
    chain.close()


def test_pages_take_no_role(tokens: CredentialStore) -> None:
    nothing = Authenticator(tokens).check("/x", "127.0.0.1", None)
    nothing.check(Role.ADMIN, "/x")
    with pytest.raises(RoleMissing, match=r"^/x takes the role spend; the access token a has read, wallet$"):
        Authenticator(tokens).check("/x", "::1", basic(tokens.create("a", "wallet").token)).check(Role.SPEND, "/x")


def test_a_method_without_a_role_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="role"):
        method("no-role")(lambda api: None)  # type: ignore[call-arg]
