"""Files written whole: the old one or the new one, never a part, whenever the writing is cut short."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pybytomd.files import write_whole, writing_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_are_those_asked_for_or_those_that_were(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"", mode=0o600)
    assert mode(path) == 0o600
    path.chmod(0o640)
    write_whole(path, b"")
    assert mode(path) == 0o640
    write_whole(path, b"", mode=0o600)
    assert mode(path) == 0o600
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert mode(tmp_path / "new") == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_whole(path, b"new", new=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_replaces_none_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "file"
    write_whole(path, b"first", new=True)
    with pytest.raises(FileExistsError):
        write_whole(path, b"second", new=True)
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_error_leaves_what_there_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", fail) if call == "fsync" else (Path, "replace", fail)))
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_raises_in_between_leaves_what_there_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(KeyError), writing_whole(path) as file:
        file.write(b"half")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_contents_are_on_the_disk_before_the_name_and_the_name_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("directory" if is_directory else f"{os.fstat(descriptor).st_size} bytes")
        fsync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        done.append("renamed")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_whole(tmp_path / "file", b"12345")
    assert done == ["5 bytes", "renamed", "directory"]


KILLED = """
import os, sys
from pathlib import Path
from pybytomd.node.home import initialise as home

def die(*_, **__):
    os.kill(os.getpid(), 9)

setattr({target}, die)
home.initialize(Path(sys.argv[1]), "solonet")
"""


@pytest.mark.parametrize("target", ["os, 'fsync'", "os, 'link'", "home, 'write_whole'"])
def test_an_init_that_is_killed_leaves_nothing_in_the_way_of_the_next(tmp_path: Path, target: str) -> None:
    home = tmp_path / "home"
    script = KILLED.format(target=target)
    assert subprocess.run([sys.executable, "-c", script, home], check=False, timeout=60).returncode == -9
    assert not (home / "config.toml").exists()
    after = (
        "import sys; from pathlib import Path; from pybytomd.node.home.initialise import initialize as i;"
        "print(*[p.name for p in i(Path(sys.argv[1]), 'solonet').written])"
    )
    done = subprocess.run(
        [sys.executable, "-c", after, home], check=True, timeout=60, capture_output=True, text=True
    )
    assert "config.toml" in done.stdout
    assert (home / "node_key.json").stat().st_size > 0
