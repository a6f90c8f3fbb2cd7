"""A home whose configuration was lost is refused, not run as another network's; versions of its mark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.home.initialise import initialize
from pybytomd.node.home.mark import MARK_NAME, HomeMark, check_home, mark_home, read_mark
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.value_types import Value


def loaded(home: Path, flags: Mapping[str, Value] | None = None, **variables: str) -> Config:
    return Config.load(home, flags or {}, variables)


def ran(home: Path, chain_id: str = "mainnet") -> Path:
    """A home where a node has run."""
    initialize(home, chain_id)
    mark_home(loaded(home))
    (home / "data" / "core.db").mkdir()
    (home / "data" / "core.db" / "CURRENT").touch()
    return home


@pytest.mark.parametrize("contents", [None, b"", b" \n\r\n"])
@pytest.mark.parametrize("marked", [True, False])
def test_a_lost_configuration_is_refused_by_name(tmp_path: Path, contents: bytes | None, marked: bool) -> None:
    home = ran(tmp_path / "home")
    if not marked:  # as an earlier version, or the reference, leaves it
        (home / MARK_NAME).unlink()
    config = home / "config.toml"
    config.unlink()
    if contents is not None:
        config.write_bytes(contents)
    with pytest.raises(ConfigError) as caught:
        check_home(loaded(home))
    text = str(caught.value)
    assert f"{config} is {'missing' if contents is None else 'empty'}" in text
    assert "would now run as solonet" in text
    assert f"pybytomd init --chain_id {'mainnet' if marked else 'NETWORK'} --home {home}" in text


def test_a_database_that_was_lost_with_it_is_no_reason_to_begin_anew(tmp_path: Path) -> None:
    home = ran(tmp_path)
    (home / "config.toml").unlink()
    (home / "data").rename(home / "elsewhere")
    with pytest.raises(ConfigError, match="is missing"):
        check_home(loaded(home))


def test_a_configuration_that_is_there_is_enough(tmp_path: Path) -> None:
    home = ran(tmp_path)
    check_home(loaded(home))
    (home / "config.toml").rename(home / "kept")
    (home / "config.json").write_text('{"chain_id": "mainnet"}')
    check_home(loaded(home))


def test_whoever_says_the_network_may_go_without(tmp_path: Path) -> None:
    home = ran(tmp_path)
    (home / "config.toml").unlink()
    check_home(loaded(home, {"chain_id": "mainnet"}))
    check_home(loaded(home, TM_CHAIN_ID="mainnet"))


def test_where_there_never_was_one_none_is_missed(tmp_path: Path) -> None:
    check_home(loaded(tmp_path))
    mark_home(loaded(tmp_path))
    assert read_mark(tmp_path) == HomeMark("solonet", is_configured=False)
    check_home(loaded(tmp_path))
    mark_home(loaded(tmp_path, {"chain_id": "mainnet"}))
    with pytest.raises(ConfigError, match="run a node before on mainnet, and would now run as solonet"):
        check_home(loaded(tmp_path))


def test_an_empty_configuration_of_a_new_home_is_none(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    check_home(loaded(tmp_path))


def test_a_mark_of_a_later_version_is_refused_by_name(tmp_path: Path) -> None:
    home = ran(tmp_path)
    text = json.dumps({"format": 2, "kind": "something else"})
    (home / MARK_NAME).write_text(text)
    with pytest.raises(ConfigError, match=r"home\.json was written by a later .*format is 2, known here is 1"):
        check_home(loaded(home))
    assert (home / MARK_NAME).read_text() == text


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"format": 1}', "\x00" * 90, "[" * 4096])
def test_a_damaged_mark_is_written_anew(tmp_path: Path, text: str) -> None:
    home = ran(tmp_path)
    (home / MARK_NAME).write_text(text)
    check_home(loaded(home))
    mark_home(loaded(home))
    assert read_mark(home) == HomeMark("mainnet", is_configured=True)
