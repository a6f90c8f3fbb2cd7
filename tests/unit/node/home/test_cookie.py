"""The cookie in a home, and what a client makes of it."""

from __future__ import annotations

import base64
import ssl
import stat
from pathlib import Path

import pytest

from pybytomd.cli.client.http_client import CACERT_VARIABLE, TOKEN_VARIABLE, URL_VARIABLE, Place
from pybytomd.errors import ConfigError
from pybytomd.node.home.cookie import COOKIE_NAME, Cookie, new_secret, read_cookie
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
