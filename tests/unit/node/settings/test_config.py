"""Settings: precedence, weak types, what is wrong and where it says so."""

import codecs
import os
from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.config_file import read_config_file
from pybytomd.node.settings.options import BY_KEY, OPTIONS


def load(home: Path, text: str = "", flags: dict[str, str | int | bool] | None = None, **variables: str) -> Config:
    if text:
        (home / "config.toml").write_text(text)
    return Config.load(home, flags or {}, variables)


def test_without_anything_it_is_a_private_node_on_loopback(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert config.params.chain_id == "solonet"
    assert str(config.api_address) == "127.0.0.1:9888"
    assert config.p2p.laddr == "tcp://0.0.0.0:46658"
    assert config.settings.origins == {}
    assert config.db_directory == tmp_path / "data"


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    text = '[p2p]\nmax_num_peers = 1\nlan_discoverable = false\nseeds = "file:1"\n'
    config = load(
        tmp_path, text, {"p2p.max_num_peers": 3}, TM_P2P_MAX_NUM_PEERS="2", TM_P2P_LAN_DISCOVERABLE="true"
    )
    assert config.p2p.max_num_peers == 3
    assert config.p2p.lan_discoverable is True
    assert config.p2p.seeds == "file:1"
    assert config.p2p.dial_timeout == 3
    assert config.settings.origins["p2p.max_num_peers"] == "from the flag --p2p.max_num_peers"
    assert config.settings.origins["p2p.lan_discoverable"] == "from the variable TM_P2P_LAN_DISCOVERABLE"
    assert config.settings.origins["p2p.seeds"] == f"from {tmp_path / 'config.toml'}"


def test_the_spelling_without_underscore_wins(tmp_path: Path) -> None:
    assert load(tmp_path, TM_MONIKER="a", TMMONIKER="b").base.moniker == "b"


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    assert load(tmp_path, 'moniker = "x"', TM_MONIKER="").base.moniker == "x"


def test_the_environment_works_for_settings_without_a_flag(tmp_path: Path) -> None:
    assert load(tmp_path, TM_DB_BACKEND="memdb").base.db_backend == "memdb"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ('[p2p]\nmax_num_peers = "7"', "p2p.max_num_peers", 7),
        ('[p2p]\nmax_num_peers = "0x10"', "p2p.max_num_peers", 16),
        ("[p2p]\nmax_num_peers = 7.9", "p2p.max_num_peers", 7),
        ("[p2p]\nmax_num_peers = true", "p2p.max_num_peers", 1),
        ('mining = "1"', "mining", True),
        ('mining = ""', "mining", False),
        ("mining = 2", "mining", True),
        ("moniker = 42", "moniker", "42"),
        ("moniker = true", "moniker", "1"),
        ("MONIKER = 'x'", "moniker", "x"),
        ("[P2P]\nSeeds = 'a:1'", "p2p.seeds", "a:1"),
        ("wallet.max_tx_fee = 18446744073709551615", "wallet.max_tx_fee", (1 << 64) - 1),
    ],
)
def test_values_are_weakly_typed(tmp_path: Path, text: str, key: str, value: object) -> None:
    assert load(tmp_path, text).settings.values[key] == value


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            '[p2p]\nmax_num_peers = "x"',
            "cannot parse 'p2p.max_num_peers' as int: strconv.ParseInt: parsing \"x\": invalid syntax",
        ),
        ('mining = "yes"', "cannot parse 'mining' as bool: strconv.ParseBool: parsing \"yes\": invalid syntax"),
        (
            "moniker = [1]",
            "'moniker' expected type 'string', got unconvertible type '[]interface {}'",
        ),
        ("p2p.max_num_peers = nan", "'p2p.max_num_peers' expected type 'int', got unconvertible type 'float64'"),
        ("p2p.max_num_peers = inf", "'p2p.max_num_peers' expected type 'int', got unconvertible type 'float64'"),
        ("p2p.max_num_peers = -1", "'p2p.max_num_peers' is -1, allowed is 0 to 10000"),
        ('moniker = "a\\u0000b"', "'moniker' holds a zero character"),
        ("moniker = 2026-01-01", "'moniker' expected type 'string', got unconvertible type 'time.Time'"),
    ],
)
def test_wrong_values_are_named_with_their_origin(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    assert str(raised.value) == f"1 error(s) decoding:\n\n* {complaint} (from {tmp_path / 'config.toml'})"


def test_all_wrong_values_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^2 error\(s\) decoding:"):
        load(tmp_path, 'mining = "maybe"', TM_VAULT_MODE="perhaps")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'chain_id = "solonet"\nmining = = true\n', 2),
        (b'chain_id = "solonet"\n\n\nmining = \xff\xfe\n', 4),
        (b'a = 1\nmoniker = "never closed', 2),
        (b"a = 1\na = 2\n", 2),
        (b"[" * 100_000, 1),
        (b"a = " + b"[" * 100_000, 1),
        (b"\x00", 1),
    ],
)
def test_a_file_that_does_not_parse_stops_the_node_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError) as raised:
        load(tmp_path)
    text = str(raised.value)
    assert text.startswith(f"{path}, line {line}: ")
    assert "pybytomd init" in text
    assert "\n" not in text


def test_a_json_file_comes_first(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"moniker": "json", "p2p": {"max_num_peers": 5}}')
    config = load(tmp_path, 'moniker = "toml"')
    assert config.base.moniker == "json"
    assert config.p2p.max_num_peers == 5


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": NaN', "\xff", "[" * 100_000])
def test_a_json_file_that_does_not_parse(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(ConfigError, match=r"config\.json, line 1: "):
        load(tmp_path)


def test_other_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").touch()
    with pytest.raises(ConfigError, match=r"write the settings as config\.toml"):
        load(tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(ConfigError, match="is larger than"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (codecs.BOM_UTF8 + b'chain_id = "mainnet"', 1, "a byte-order mark stands in front"),
        ('chain_id = "mainnet"'.encode("utf-16"), 1, "this is UTF-16"),
        (b"mining = true\n" + b"a." * 500_000 + b"a = 1", 2, "too many tables inside each other"),
        (b"mining = true\n[" + b'"a" . ' * 100_000 + b"a]", 2, "too many tables inside each other"),
        (b"x = " + b"[" * 5_000, 1, "too many brackets inside each other"),
        (b"mining = true\nx = " + b"7" * 5_000, 2, "a number too long"),
        (b"mining = true\nmoniker = '\xff'", 2, "this is no UTF-8 text"),
    ],
)
def test_what_no_editor_should_write(tmp_path: Path, data: bytes, line: int, what: str) -> None:
    (tmp_path / "config.toml").write_bytes(data)
    with pytest.raises(ConfigError) as raised:
        read_config_file(tmp_path)
    assert str(raised.value).startswith(f"{tmp_path / 'config.toml'}, line {line}: {what}")
    assert "\n" not in str(raised.value)


def test_long_lists_of_peers_are_no_long_keys(tmp_path: Path) -> None:
    seeds = ",".join(["1.2.3.4:46657"] * 500)
    (tmp_path / "config.toml").write_text(f"[p2p]\nseeds = '{seeds}'\nkeep_dial = '{'.'.join(['1'] * 60)}'\n")
    assert read_config_file(tmp_path).values["p2p.seeds"] == seeds


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(ConfigError, match=r"config\.toml is no ordinary file"):
        read_config_file(tmp_path)


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml is no ordinary file"):
        load(tmp_path)


def test_unknown_keys_are_told_with_a_guess(tmp_path: Path) -> None:
    config = load(tmp_path, 'fast_sync = true\nlog_levle = "debug"\nzzz = 1\n[p2p]\naddr_book_strict = true\n')
    assert config.settings.unknown == ("log_levle (did you mean log_level?)", "zzz")


@pytest.mark.parametrize(
    ("chain_id", "network"), [("testnet", "wisdom"), ("wisdom", "wisdom"), ("mainnet", "mainnet")]
)
def test_networks(tmp_path: Path, chain_id: str, network: str) -> None:
    assert load(tmp_path, flags={"chain_id": chain_id}).params.chain_id == network


def test_an_unknown_network(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^chain_id\[foo\] don't exist"):
        load(tmp_path, flags={"chain_id": "foo"})


def test_an_unknown_database(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^Param db_backend \[foo\] is invalid, use leveldb or memdb$"):
        load(tmp_path, 'db_backend = "foo"')


def test_paths_are_relative_to_the_home_unless_absolute(tmp_path: Path) -> None:
    config = load(tmp_path, 'db_dir = "/var/x"\nkeys_dir = "k"\nlog_file = ""\n')
    assert config.db_directory == Path("/var/x")
    assert config.keys_directory == tmp_path / "k"
    assert config.log_directory == tmp_path


def test_listen_and_debug_come_from_the_environment(tmp_path: Path) -> None:
    config = load(tmp_path, LISTEN="127.0.0.1:1", BYTOM_DEBUG="x")
    assert str(config.api_address) == "127.0.0.1:1"
    assert config.debug_fields


def test_what_has_no_effect_says_so(tmp_path: Path) -> None:
    config = load(tmp_path, flags={"prof_laddr": "127.0.0.1:6060", "simd.enable": False})
    assert [key for key, _ in config.settings.without_effect()] == ["prof_laddr"]


FLAGS = """
prof_laddr mining simd.enable auth.disable wallet.disable wallet.rescan wallet.txindex vault_mode web.closed
chain_id log_level log_file p2p.laddr p2p.seeds p2p.node_key p2p.skip_upnp p2p.lan_discoverable p2p.max_num_peers
p2p.handshake_timeout p2p.dial_timeout p2p.proxy_address p2p.proxy_username p2p.proxy_password p2p.keep_dial
ws.max_num_websockets ws.max_num_concurrent_reqs p2p.pex
"""
OURS = {
    "trace.enable",
    "index.enable",
    "auth.local",
    "api.tls_certificate",
    "api.tls_key",
    "api.origins",
    "disk.min_free",
    "p2p.max_upload",
    "hooks.file",
    "log.format",
    "log.to",
    "hooks.private_addresses",
    "federation",
    "private_key_file",
}
OTHERS = "api_addr db_backend db_dir keys_dir moniker node_alias p2p.node_key_file wallet.max_tx_fee"


def test_the_options_of_the_reference_are_all_there() -> None:
    flags, others = FLAGS.split(), OTHERS.split()
    assert {key for key in flags if not BY_KEY[key].flag} == set()
    assert {key for key in others if BY_KEY[key].flag} == set()
    assert set(flags) | set(others) == set(BY_KEY) - OURS


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        (option.key, bound + step, step == 0)
        for option in OPTIONS
        for bound, beyond in ((option.minimum, -1), (option.maximum, 1))
        for step in (0, beyond)
        if bound is not None
    ],
)
def test_the_last_number_that_is_allowed_and_the_first_that_is_not(
    tmp_path: Path, key: str, value: int, allowed: bool
) -> None:
    if allowed:
        assert load(tmp_path, flags={key: value}).settings.values[key] == value
    else:
        with pytest.raises(ConfigError, match=f"'{key}' is {value}, allowed is"):
            load(tmp_path, flags={key: value})
