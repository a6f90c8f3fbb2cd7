"""Settings as they are shown and judged: values, where they come from, lines of what is wrong."""

from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.key_lines import lines_of_keys
from pybytomd.node.settings.options import OPTIONS
from pybytomd.node.settings.report import HIDDEN, Fault, Shown, faults_of, shown_settings

SECRET = "ab" * 64


def write(home: Path, text: str, name: str = "config.toml") -> Path:
    (home / name).write_text(text)
    return home / name


def test_each_value_has_its_source(tmp_path: Path) -> None:
    file = write(tmp_path, 'moniker = "m"\nmining = true\n\n[p2p]\nmax_num_peers = 7\n')
    rows = shown_settings(
        tmp_path, {"mining": False, "home": "x"}, {"TM_P2P_MAX_NUM_PEERS": "8", "TM_P2P_NODE_KEY": SECRET}
    )
    assert [row.key for row in rows] == [option.key for option in OPTIONS]
    by_key = {row.key: row for row in rows}
    assert by_key["moniker"] == Shown("moniker", "m", "file", f"{file}, line 1")
    assert by_key["mining"] == Shown("mining", False, "flag", "--mining")
    assert by_key["p2p.max_num_peers"] == Shown("p2p.max_num_peers", 8, "environment", "TM_P2P_MAX_NUM_PEERS")
    assert by_key["p2p.dial_timeout"] == Shown("p2p.dial_timeout", 3, "default", "")


def test_secrets_are_hidden_and_empty_ones_are_seen_to_be(tmp_path: Path) -> None:
    write(tmp_path, f'[p2p]\nnode_key = "{SECRET}"\n')
    by_key = {row.key: row.value for row in shown_settings(tmp_path, {}, {})}
    assert by_key["p2p.node_key"] == HIDDEN
    assert by_key["p2p.proxy_password"] == ""


@pytest.mark.parametrize("address", ["http://user:pass@127.0.0.1:9", "user:pass@127.0.0.1:9", "@"])
def test_a_proxy_with_a_password_in_its_address_is_hidden(tmp_path: Path, address: str) -> None:
    write(tmp_path, f'[p2p]\nproxy_address = "{address}"\n')
    by_key = {row.key: row.value for row in shown_settings(tmp_path, {}, {})}
    assert by_key["p2p.proxy_address"] == HIDDEN
    write(tmp_path, '[p2p]\nproxy_address = "127.0.0.1:9"\n')
    by_key = {row.key: row.value for row in shown_settings(tmp_path, {}, {})}
    assert by_key["p2p.proxy_address"] == "127.0.0.1:9"


def test_faults_have_their_line_and_the_nearest_name(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'minning = true\n[p2p]\n# handshake_timeout = 1\nhandshake_timeout = "soon"\n'
        '"max_num_pers" = 3\ndial_timeout = 0\n[simd]\nenable = true\n',
    )
    faults = faults_of(tmp_path, {}, {"TM_WALET_DISABLE": "1", "TM_WS_MAX_NUM_WEBSOCKETS": "many"})
    assert [str(fault) for fault in faults if fault.is_error] == [
        (
            f"{file}, line 4: cannot parse 'p2p.handshake_timeout' as int: strconv.ParseInt: "
            'parsing "soon": invalid syntax'
        ),
        f"{file}, line 6: 'p2p.dial_timeout' is 0, allowed is 1 to 3600",
        (
            "environment TM_WS_MAX_NUM_WEBSOCKETS: cannot parse 'ws.max_num_websockets' as int: strconv.ParseInt: "
            'parsing "many": invalid syntax'
        ),
        f"{file}, line 1: unknown setting minning (did you mean mining?)",
        f"{file}, line 5: unknown setting p2p.max_num_pers (did you mean p2p.max_num_peers?)",
        "environment: unknown setting TM_WALET_DISABLE (did you mean TM_WALLET_DISABLE?)",
    ]
    (note,) = (fault for fault in faults if not fault.is_error)
    assert str(note).startswith(f"{file}, line 8: simd.enable has no effect: ")
    with pytest.raises(ConfigError, match="config check tells where"):
        shown_settings(tmp_path, {}, {"TM_WS_MAX_NUM_WEBSOCKETS": "many"})


def test_a_file_that_does_not_parse_is_the_one_fault(tmp_path: Path) -> None:
    file = write(tmp_path, "mining = true\nmoniker = \n")
    (fault,) = faults_of(tmp_path, {}, {})
    assert fault.is_error
    assert fault.text.startswith(f"{file}, line 2: ")


def test_what_cannot_work_together_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, 'db_backend = "leveldb"\n')

    def further(config: Config) -> None:
        raise ConfigError(f"{config.base.db_backend} is busy")

    assert faults_of(tmp_path, {}, {}) == []
    assert faults_of(tmp_path, {}, {}, further) == [Fault("", "leveldb is busy")]
    (unknown,) = faults_of(tmp_path, {"db_backend": "paper"}, {})
    assert unknown.text == "Param db_backend [paper] is invalid, use leveldb or memdb"


def test_a_home_without_a_file_has_defaults(tmp_path: Path) -> None:
    (note,) = faults_of(tmp_path, {}, {})
    assert (note.is_error, note.text) == (False, f"there is no config.toml in {tmp_path}: defaults count")


def test_lines_of_odd_notations(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'moniker = """\nmining = true\n[web]\n"""\np2p . "Seeds" = "x"\n\n[ wallet ] # mine\ndisable=true\n',
    )
    assert lines_of_keys(file) == {"moniker": 1, "p2p.seeds": 5, "wallet.disable": 8}
    json = write(
        tmp_path, '{\n"Mining": true,\n"p2p": {\n"pex": 1},\n"a": {"enable": 1},\n"b": {"enable": 2}}', "c.json"
    )
    assert lines_of_keys(json) == {"mining": 2, "p2p": 3, "pex": 4, "a": 5, "b": 6}
    assert lines_of_keys(tmp_path / "missing") == {}


def test_a_setting_of_a_json_file_is_found_by_its_last_name(tmp_path: Path) -> None:
    file = write(tmp_path, '{"p2p":\n{"pex": true}}', "config.json")
    by_key = {row.key: row for row in shown_settings(tmp_path, {}, {})}
    assert by_key["p2p.pex"].place == f"{file}, line 2"


def test_the_variable_listen_is_where_the_address_comes_from(tmp_path: Path) -> None:
    rows = shown_settings(tmp_path, {}, {"LISTEN": "127.0.0.1:0", "TM_API_ADDR": "127.0.0.1:1"})
    (row,) = [row for row in rows if row.key == "api_addr"]
    assert row == Shown("api_addr", "127.0.0.1:0", "environment", "LISTEN")
