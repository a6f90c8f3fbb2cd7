"""Which network a home is of: Bytom 2 and 1.x are never taken for each other."""

from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.ledger.bytom2.params import OPTIONS
from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES, ChainKind
from pybytomd.node.home.initialise import initialize
from pybytomd.node.home.locations import default_bytom2_home, find_home
from pybytomd.node.home.mark import check_home, mark_home
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.report import shown_settings
from pybytomd.node.settings.value_types import Value

KEY = "386d4a76acce7f7fcda6fdc63f08ef03338d4ff014f822eb86491c6dcb8d33481144cf6da25f993113f082ce6de863ce621db2533a1390684bd941ebf6907984"  # noqa: E501


def loaded(home: Path, chain_id: str = "", **variables: str) -> Config:
    flags: dict[str, Value] = {"chain_id": chain_id} if chain_id else {}
    return Config.load(home, flags, variables)


def written_by_207(home: Path, chain_id: str = "mainnet", key: str = "node_key.txt") -> Path:
    home.mkdir()
    (home / "config.toml").write_text(
        f'fast_sync = true\nchain_id = "{chain_id}"\n'
        + (f'private_key_file = "{key}"\n' if "_" not in key else "")
    )
    (home / key).write_text(KEY)
    return home


def test_some_defaults_are_those_of_207(tmp_path: Path) -> None:
    home = written_by_207(tmp_path / "home")
    assert loaded(home).p2p.max_num_peers == 20
    assert loaded(home, TM_P2P_MAX_NUM_PEERS="50").p2p.max_num_peers == 50
    assert loaded(tmp_path, "bytom2").p2p.max_num_peers == 20
    assert loaded(tmp_path, "mainnet").p2p.max_num_peers == 50
    shown = {row.key: (row.value, row.source) for row in shown_settings(home, {}, {})}
    assert shown["p2p.max_num_peers"] == (20, "default")


def test_the_names_are_those_of_the_networks() -> None:
    assert {name: params.chain_id for name, params in OPTIONS.items()} == BYTOM2_NAMES


@pytest.mark.parametrize(("chain_id", "name"), [("mainnet", "bytom2"), ("wisdom", "bytom2-testnet")])
@pytest.mark.parametrize("key", ["node_key.txt", "mine"])
def test_a_home_of_207_is_known_by_its_key_file(tmp_path: Path, chain_id: str, name: str, key: str) -> None:
    config = loaded(written_by_207(tmp_path / "home", chain_id, key))
    assert (config.network.kind, config.network.name) == (ChainKind.BYTOM2, name)
    assert config.network.chain_id == chain_id
    assert config.validator_key_path == tmp_path / "home" / key
    check_home(config)


@pytest.mark.parametrize("name", BYTOM2_NAMES)
def test_what_init_makes_is_a_home_of_its_network(tmp_path: Path, name: str) -> None:
    initialize(tmp_path, name)
    config = loaded(tmp_path)
    assert config.network.name == name
    assert loaded(tmp_path, name).network == config.network
    with pytest.raises(ConfigError, match="is a home of Bytom 2, on"):
        _ = config.params


@pytest.mark.parametrize("how", ["flag", "variable"])
def test_a_home_of_bytom_2_is_refused_under_a_name_of_1x(tmp_path: Path, how: str) -> None:
    home = written_by_207(tmp_path / "home")
    with pytest.raises(ConfigError) as caught:
        loaded(home, "mainnet") if how == "flag" else loaded(home, TM_CHAIN_ID="mainnet")
    assert f"{home} is a home of Bytom 2, and mainnet is a network of Bytom 1.x" in str(caught.value)
    assert "is called bytom2;" in str(caught.value)


@pytest.mark.parametrize("chain_id", ["mainnet", "testnet", "solonet"])
def test_a_home_of_1x_is_refused_under_a_name_of_bytom_2(tmp_path: Path, chain_id: str) -> None:
    initialize(tmp_path, chain_id)
    assert loaded(tmp_path).network.kind is ChainKind.BYTOM1
    with pytest.raises(ConfigError, match=r"is a home of Bytom 1\.x, and bytom2-solonet is a network of Bytom 2"):
        loaded(tmp_path, "bytom2-solonet")


def test_a_home_that_has_lost_its_key_does_not_become_one_of_1x(tmp_path: Path) -> None:
    home = written_by_207(tmp_path / "home")
    mark_home(loaded(home))
    (home / "node_key.txt").unlink()
    with pytest.raises(
        ConfigError, match=r"is a home of Bytom 2, last run on bytom2, and would now run as one of"
    ):
        check_home(loaded(home))


def test_a_home_of_1x_does_not_become_one_of_bytom_2(tmp_path: Path) -> None:
    initialize(tmp_path, "solonet")
    mark_home(loaded(tmp_path))
    (tmp_path / "node_key.txt").write_text(KEY)
    with pytest.raises(ConfigError, match=r"is a home of Bytom 1\.x, last run on solonet"):
        check_home(loaded(tmp_path))


def test_a_network_that_neither_knows_is_refused(tmp_path: Path) -> None:
    home = written_by_207(tmp_path / "home", "nonesuch")
    with pytest.raises(ConfigError, match=r"chain_id\[nonesuch\] don't exist"):
        loaded(home)


@pytest.mark.parametrize(
    ("platform", "variables", "home"),
    [
        ("linux", {"HOME": "/home/u"}, "/home/u/.bytom2"),
        ("darwin", {"HOME": "/Users/u"}, "/Users/u/Library/Application Support/Bytom2"),
        ("win32", {"APPDATA": "/u/AppData/Roaming"}, "/u/AppData/Roaming/Bytom2"),
        ("win32", {}, ".bytom2"),
    ],
)
def test_the_default_home(platform: str, variables: dict[str, str], home: str) -> None:
    assert default_bytom2_home(variables, platform) == Path(home)


def test_the_default_home_follows_the_network_that_is_named() -> None:
    variables = {"HOME": "/home/u"}
    if default_bytom2_home(variables) != Path("/home/u/.bytom2"):
        pytest.skip("another system")
    assert find_home({}, variables) == Path("/home/u/.bytom")
    assert find_home({"chain_id": "bytom2-solonet"}, variables) == Path("/home/u/.bytom2")
    assert find_home({}, {**variables, "TM_CHAIN_ID": "bytom2"}) == Path("/home/u/.bytom2")
    assert find_home({"chain_id": "mainnet"}, variables) == Path("/home/u/.bytom")
    assert find_home({"chain_id": "bytom2", "home": "/x"}, variables) == Path("/x")
