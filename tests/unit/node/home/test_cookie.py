"""The cookie in a home, and what a client makes of it."""

from __future__ import annotations

import base64
import os
import ssl
import stat
import sys
from pathlib import Path

import pytest

from pybytomd.client.place import CACERT_VARIABLE, TOKEN_VARIABLE, URL_VARIABLE, Place
from pybytomd.errors import ConfigError
from pybytomd.node.home.cookie import COOKIE_NAME, Cookie, new_secret, read_cookie
from pybytomd.node.home.locations import default_bytom2_home, default_home
from pybytomd.node.home.lock import DirectoryLock
from tests.certificates import write_certificate

URL = "http://127.0.0.1:19888"


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (URL_VARIABLE, TOKEN_VARIABLE, CACERT_VARIABLE, "TM_ROOT", "TMHOME", "TMROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TM_HOME", str(tmp_path))
    return tmp_path


def test_a_cookie_is_for_its_user_alone_and_goes_with_the_node(home: Path) -> None:
    cookie = Cookie(new_secret(), URL, "/c.pem")
    cookie.write(home)
    assert stat.S_IMODE((home / COOKIE_NAME).stat().st_mode) == 0o600
    assert read_cookie(home) == cookie
    later = Cookie(new_secret(), URL)
    later.write(home)
    cookie.remove(home)
    assert read_cookie(home) == later
    later.remove(home)
    assert list(home.iterdir()) == []
    assert cookie.secret not in repr(cookie)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"x:y\nurl\n\n", b"__cookie__:\nurl\n\n", b"__cookie__:x", b"\n" * 9]
)
def test_what_is_no_cookie(home: Path, data: bytes) -> None:
    assert read_cookie(home) is None
    (home / COOKIE_NAME).write_bytes(data)
    assert read_cookie(home) is None
    assert Place.of() == Place("http://127.0.0.1:9888")


def test_a_client_of_the_same_user_finds_the_node(home: Path) -> None:
    cookie = Cookie("5ec7e7", URL)
    cookie.write(home)
    here = Place(URL, basic("__cookie__:5ec7e7"))
    assert Place.of() == here
    assert Place.of(URL) == here
    assert Place.of("http://localhost:19888") == here
    assert Place.of(token="a:b") == Place(URL, basic("a:b"))
    assert Place.of("http://a:b@127.0.0.1:19888") == Place(URL, basic("a:b"))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9888", "https://127.0.0.1:19888", "http://127.0.0.2:19888", "http://[::1]:19888",
     "http://node.example:19888", "http://127.0.0.1.evil.example:19888", "http://127.0.0.1"],
)  # fmt: skip
def test_nobody_else_is_shown_the_cookie(home: Path, url: str) -> None:
    Cookie("5ec7e7", URL).write(home)
    assert Place.of(url) == Place(url)


def test_a_home_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = home / "other"
    other.mkdir()
    monkeypatch.setenv(URL_VARIABLE, "http://node.example")
    with pytest.raises(ConfigError, match="no node of this user runs in"):
        Place.of(home=str(other))
    Cookie("5ec7e7", URL).write(other)
    assert Place.of(home=str(other)) == Place(URL, basic("__cookie__:5ec7e7"))
    assert Place.of() == Place("http://node.example")
    assert Place.of("http://node.example", home=str(other)) == Place("http://node.example")


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The default homes of both kinds of chain, of a user who has said nothing."""
    for name in (URL_VARIABLE, TOKEN_VARIABLE, CACERT_VARIABLE, "TM_HOME", "TM_ROOT", "TMHOME", "TMROOT",
                 "TM_CHAIN_ID", "TMCHAIN_ID"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    first, second = default_home(os.environ), default_bytom2_home(os.environ)
    for one in (first, second):
        one.mkdir(parents=True)
    return first, second


OTHER_URL = "http://127.0.0.1:19889"


def test_a_node_of_bytom_2_is_found_in_its_home(homes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    Cookie("of2", URL).write(homes[1])
    there = Place(URL, basic("__cookie__:of2"))
    assert Place.of() == Place.of(URL) == there
    assert Place.of(OTHER_URL) == Place(OTHER_URL)
    with pytest.raises(ConfigError, match="no node of this user runs in"):
        Place.of(home=str(homes[0]))
    for name, text in (("TM_HOME", str(homes[0])), ("TM_CHAIN_ID", "mainnet")):
        with monkeypatch.context() as told:
            told.setenv(name, text)
            assert Place.of() == Place("http://127.0.0.1:9888")
    monkeypatch.setenv("TM_CHAIN_ID", "bytom2")
    assert Place.of() == there


@pytest.mark.skipif(sys.platform == "win32", reason="both kinds of chain have one default home there")
def test_of_two_homes_that_counts_in_which_a_node_runs(homes: tuple[Path, Path]) -> None:
    places = []
    for home, url in zip(homes, (URL, OTHER_URL), strict=True):
        Cookie(home.name, url).write(home)
        places.append(Place(url, basic(f"__cookie__:{home.name}")))
    assert Place.of() == places[0], "if none runs"
    with DirectoryLock(homes[1]):
        assert Place.of() == places[1]
        assert Place.of(URL) == places[0]
        with DirectoryLock(homes[0]):
            assert Place.of() == places[0]
            assert Place.of(OTHER_URL) == places[1]
    Cookie("new", URL).write(homes[1])  # the address of a node that was killed is another's by now
    with DirectoryLock(homes[1]):
        assert Place.of() == Place.of(URL) == Place(URL, basic("__cookie__:new"))
    with DirectoryLock(homes[0]), DirectoryLock(homes[1]):
        pass  # to have looked is in nobody's way


def test_the_certificate_of_the_cookie_is_pinned(home: Path) -> None:
    certificate, key = write_certificate(home)
    Cookie("5ec7e7", "https://127.0.0.1:19888", str(certificate)).write(home)
    pinned = Place.of().tls()
    assert pinned is not None
    assert (pinned.verify_mode, pinned.check_hostname) == (ssl.CERT_REQUIRED, False)
    chosen = Place.of("https://node.example", cacert=str(certificate)).tls()
    assert chosen is not None
    assert chosen.check_hostname
    assert Place.of("https://node.example").tls() is None
    assert Place.of("http://node.example", cacert=str(certificate)).tls() is None
    for wrong in (key, home / "none"):
        with pytest.raises(ConfigError, match="holds no certificates"):
            Place.of("https://node.example", cacert=str(wrong)).tls()
