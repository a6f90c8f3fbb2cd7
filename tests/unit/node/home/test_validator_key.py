"""The key of a node of Bytom 2."""

import stat
from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.home.initialise import initialize
from pybytomd.node.home.validator_key import existing_validator_key, make_validator_key, read_validator_key

PRIVATE = "386d4a76acce7f7fcda6fdc63f08ef03338d4ff014f822eb86491c6dcb8d33481144cf6da25f993113f082ce6de863ce621db2533a1390684bd941ebf6907984"  # noqa: E501
PUBLIC = "722b3f5861cd1462eebd46fcb8ee9c2270a3e5d564b786d99f15df2c8c6b0b801144cf6da25f993113f082ce6de863ce621db2533a1390684bd941ebf6907984"  # noqa: E501


@pytest.mark.parametrize("text", [PRIVATE, PRIVATE.upper(), f"{PRIVATE}\n", f"{PRIVATE} and more"])
def test_what_207_reads_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "node_key.txt"
    path.write_text(text)
    assert str(existing_validator_key(path).xpub) == PUBLIC


@pytest.mark.parametrize("data", [b"", PRIVATE[:-1].encode(), b"x" * 128, b"\xff" * 128, b" " + PRIVATE.encode()])
def test_what_it_does_not_read_is_refused_and_stays(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "node_key.txt"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"node_key\.txt is damaged"):
        read_validator_key(path)
    with pytest.raises(ConfigError, match=r"node_key\.txt is damaged"):
        initialize(tmp_path, "bytom2")
    assert path.read_bytes() == data


def test_a_missing_one_is_not_made_by_who_needs_it(tmp_path: Path) -> None:
    path = tmp_path / "node_key.txt"
    assert read_validator_key(path) is None
    with pytest.raises(ConfigError, match=r"node_key\.txt is missing"):
        existing_validator_key(path)
    assert not path.exists()


def test_a_new_one_is_only_for_its_owner_and_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "node_key.txt"
    key = make_validator_key(path)
    assert path.read_text() == key.raw.hex()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_validator_key(path) == key
    with pytest.raises(ConfigError, match="cannot write the node key"):
        make_validator_key(path)
    assert path.read_text() == key.raw.hex()


def test_init_keeps_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "node_key.txt").write_text(PRIVATE)
    made = initialize(tmp_path, "bytom2-solonet")
    assert made.written == (tmp_path / "config.toml", tmp_path / "data")
    assert made.identity == PUBLIC
    assert (tmp_path / "node_key.txt").read_text() == PRIVATE
