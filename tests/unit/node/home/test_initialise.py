"""Where the home is, what init makes, the node key and the lock."""

import fcntl
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.home.initialise import initialize
from pybytomd.node.home.locations import account_home, default_home, find_home
from pybytomd.node.home.lock import DirectoryInUse, DirectoryLock
from pybytomd.node.home.node_key import NodeKey, load_or_create, read_key, readable_by_others

SOLONET_TEMPLATE = """\
# This is a TOML config file.
# For more information, see https://github.com/toml-lang/toml
fast_sync = true
db_backend = "leveldb"
api_addr = "127.0.0.1:9888"
node_alias = ""
chain_id = "solonet"
[p2p]
laddr = "tcp://0.0.0.0:46658"
seeds = ""
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_writes_config_key_and_data(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    made = initialize(home, "solonet")
    assert made.written == (home / "config.toml", home / "node_key.json", home / "data")
    assert (home / "config.toml").read_text() == SOLONET_TEMPLATE
    assert mode(home) == mode(home / "data") == 0o700
    assert mode(home / "node_key.json") == 0o600
    key = json.loads((home / "node_key.json").read_text())
    assert set(key) == {"private_key", "public_key", "node_id"}
    assert key["private_key"][64:] == key["public_key"] == key["node_id"].lower()
    found = read_key(home / "node_key.json")
    assert found is not None
    assert made.identity == found.node_id


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    initialize(tmp_path, "mainnet")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    made = initialize(tmp_path, "solonet")
    assert made.written == ()
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    ("chain_id", "written", "port"),
    [
        ("mainnet", "mainnet", 46657),
        ("testnet", "wisdom", 46656),
        ("wisdom", "wisdom", 46656),
        ("", "solonet", 46658),
    ],
)
def test_networks(tmp_path: Path, chain_id: str, written: str, port: int) -> None:
    initialize(tmp_path, chain_id)
    text = (tmp_path / "config.toml").read_text()
    assert f'chain_id = "{written}"' in text
    assert f'laddr = "tcp://0.0.0.0:{port}"' in text


def test_an_unknown_network_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^chain_id\[foo\] don't exist"):
        initialize(tmp_path / "home", "foo")
    assert not (tmp_path / "home").exists()


def test_the_key_of_the_reference_is_kept(tmp_path: Path) -> None:
    key = NodeKey.generate()
    (tmp_path / "nodekey").write_text(key.private.hex())
    made = initialize(tmp_path, "solonet")
    assert made.identity == key.node_id
    assert not (tmp_path / "node_key.json").exists()
    assert load_or_create(tmp_path, tmp_path / "nodekey") == key


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot .*: Not a directory"):
        initialize(tmp_path / "file", "solonet")


def test_the_key_is_made_once(tmp_path: Path) -> None:
    key = load_or_create(tmp_path, tmp_path / "nodekey")
    assert mode(tmp_path / "node_key.json") == 0o600
    assert load_or_create(tmp_path, tmp_path / "nodekey") == key


def test_a_chosen_file_gets_the_reference_s_form(tmp_path: Path) -> None:
    key = load_or_create(tmp_path, tmp_path / "mykey")
    assert (tmp_path / "mykey").read_text() == key.private.hex()


def test_a_given_key_comes_first(tmp_path: Path) -> None:
    key = NodeKey.generate()
    assert load_or_create(tmp_path, tmp_path / "nodekey", key.private.hex()) == key
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("zz", "Failed to create sync manager: encoding/hex: invalid byte: U\\+007A 'z'"),
        ("aabb", "Failed to create sync manager: a node key has 128 hex digits"),
        ("00" * 64, "Failed to create sync manager: the two halves"),
    ],
)
def test_a_given_key_that_is_none(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load_or_create(tmp_path, tmp_path / "nodekey", text)


@pytest.mark.parametrize(
    "text", ["", "abc", "{}", "{", '{"private_key": 7}', '{"private_key": "00"}', "[" * 4000, "é"]
)
def test_a_damaged_key_file_is_not_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "node_key.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"node_key\.json is damaged"):
        load_or_create(tmp_path, tmp_path / "nodekey")
    assert path.read_text() == text


def test_a_key_hides_itself() -> None:
    key = NodeKey.generate()
    assert key.private.hex() not in repr(key)
    assert str(key.private) not in repr(key)


def test_a_key_others_can_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "nodekey"
    path.touch(0o600)
    assert not readable_by_others(path)
    path.chmod(0o644)
    assert readable_by_others(path)


@pytest.mark.parametrize(
    ("platform", "variables", "home"),
    [
        ("linux", {"HOME": "/h"}, "/h/.bytom"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Bytom"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/Bytom2"),
        ("win32", {}, ".bytom"),
        ("linux", {"HOME": ""}, f"{account_home()}/.bytom"),
    ],
)
def test_default_homes(platform: str, variables: dict[str, str], home: str) -> None:
    assert default_home(variables, platform) == Path(home)


def test_the_home_of_a_newer_reference_on_macos_is_used(tmp_path: Path) -> None:
    existing = tmp_path / "Library" / "Application Support" / "Bytom"
    existing.mkdir(parents=True)
    assert default_home({"HOME": str(tmp_path)}, "darwin") == existing


def test_home_beats_root_and_flags_beat_the_environment() -> None:
    assert find_home({"home": "/a", "root": "/b"}, {"TM_HOME": "/c"}) == Path("/a")
    assert find_home({"root": "/b"}, {"TM_HOME": "/c"}) == Path("/c")
    assert find_home({"root": "/b"}, {}) == Path("/b")
    assert find_home({}, {"TMHOME": "/d", "TM_HOME": "/c"}) == Path("/d")
    assert find_home({}, {"HOME": "/h"}) == Path("/h/.bytom")


def test_the_user_s_home_is_put_in_place() -> None:
    assert find_home({"home": "~/x"}, {}) == Path(account_home()) / "x"
    assert find_home({"home": "$HOME/x/y"}, {}) == Path(account_home()) / "x" / "y"
    assert find_home({"home": "x"}, {}) == Path.cwd() / "x"


def test_the_second_holder_is_told_who_has_the_lock(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path):
        with pytest.raises(DirectoryInUse) as raised:
            DirectoryLock(tmp_path)
        text = str(raised.value)
        assert text.startswith("datadir already used by another process")
        assert str(tmp_path) in text
        assert str(os.getpid()) in text
    with DirectoryLock(tmp_path):
        pass


def test_the_lock_is_the_one_go_takes(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path), (tmp_path / "LOCK").open("r+b") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_holder_that_writes_no_pid(tmp_path: Path) -> None:
    with (tmp_path / "LOCK").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DirectoryInUse, match="in use by another node;"):
            DirectoryLock(tmp_path)


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from pybytomd.node.home.lock import DirectoryLock\n"
        "lock = DirectoryLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(DirectoryInUse, match=f"process {process.pid}"):
        DirectoryLock(tmp_path)
    process.kill()
    process.communicate()
    with DirectoryLock(tmp_path):
        pass


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot use the data directory .*: Not a directory"):
        DirectoryLock(tmp_path / "file")
