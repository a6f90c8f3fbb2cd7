"""Where the API may listen."""

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.settings.api_address import HostPort, check_exposure


@pytest.mark.parametrize(
    ("text", "host", "port", "exposed"),
    [
        ("127.0.0.1:9888", "127.0.0.1", 9888, False),
        ("127.8.8.8:1", "127.8.8.8", 1, False),
        ("localhost:0", "localhost", 0, False),
        ("[::1]:9888", "::1", 9888, False),
        ("0.0.0.0:9888", "0.0.0.0", 9888, True),
        (":9888", "", 9888, True),
        ("[::]:65535", "::", 65535, True),
        ("192.168.1.2:9888", "192.168.1.2", 9888, True),
        ("example.org:80", "example.org", 80, True),
    ],
)
def test_addresses(text: str, host: str, port: int, exposed: bool) -> None:
    address = HostPort.parse(text, "api_addr")
    assert (address.host, address.port, address.is_exposed) == (host, port, exposed)
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "9888", "127.0.0.1", "127.0.0.1:", "::1:9888", "a:b", "a:-1", "a:٣", "a:65536"]
)
def test_no_addresses(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^api_addr is "):
        HostPort.parse(text, "api_addr")


def test_an_address_is_no_url() -> None:
    with pytest.raises(ConfigError, match="write it without tcp://"):
        HostPort.parse("tcp://127.0.0.1:9888", "LISTEN")


@pytest.mark.parametrize("said", [True, False])
def test_loopback_is_nobody_s_business(said: bool) -> None:
    address = HostPort("127.0.0.1", 9888)
    assert check_exposure(address, auth_disabled=True, said_on_command_line=said) is None


def test_exposed_with_authentication_is_warned_about() -> None:
    warning = check_exposure(HostPort("0.0.0.0", 9888), auth_disabled=False, said_on_command_line=False)
    assert warning is not None
    assert "0.0.0.0:9888" in warning


def test_exposed_without_authentication_must_be_said_on_the_command_line() -> None:
    address = HostPort("0.0.0.0", 9888)
    with pytest.raises(ConfigError, match=r"--auth\.disable"):
        check_exposure(address, auth_disabled=True, said_on_command_line=False)
    assert check_exposure(address, auth_disabled=True, said_on_command_line=True) is not None
