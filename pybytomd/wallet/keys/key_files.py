"""The directory of encrypted key files: what is in it, and how files are written.

Names and contents are the reference's. Files are written whole, and are readable by their owner alone. Source:
wallet-and-keys reference, sections 2.3 and 2.4; ``blockchain/pseudohsm/keycache.go``, ``key.go``.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pybytomd.clock import Clock
from pybytomd.codec.hextext import decode_hex
from pybytomd.crypto.chainkd import KEY_SIZE, XPub
from pybytomd.crypto.keystore import KeyFile, KeystoreError
from pybytomd.errors import BytomError, DecodeError
from pybytomd.files import PRIVATE, sync_directory, write_whole

logger = logging.getLogger(__name__)

MAX_FILE_SIZE = 1 << 20
"""Bytes; the reference writes some 700. Larger files are not looked into, and not written."""
DIRECTORY_MODE = 0o700
RELOAD_SECONDS = 2.0
"""How long the contents of the directory are taken to be as they were."""

ANY_KEY = XPub(bytes(KEY_SIZE))
"""What stands for "the only key there is" when none is named."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key by what can be seen without its password."""

    alias: str
    xpub: XPub
    file: Path

    @property
    def file_text(self) -> str:
        """The path as text, whatever bytes are in it."""
        return os.fsencode(self.file).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _FileState:
    """What changes when a file does."""

    inode: int
    size: int
    modified_ns: int


class KeyFiles:
    """The files of a directory, which need not exist yet. Not safe to use from several threads at once.

    A file that is no key file is reported once, as long as it stays as it is, and left out. So are those without
    an extended public key, which the reference lists under that of the file before. A key without alias is not
    listed from the second look on, as in the reference; where we differ it is found by its public key.
    """

    def __init__(self, directory: Path, clock: Clock) -> None:
        self.directory = Path(os.path.abspath(directory))  # noqa: PTH100 # links stay as they are in the paths shown
        self._clock = clock
        self._looked_at: float | None = None
        self._last_named_ns = 0
        self._known: dict[str, tuple[_FileState, KeyInfo | None]] = {}
        self._new: list[KeyInfo] = []
        """What was written since the last look."""

    def keys(self, *, nameless: bool = False) -> list[KeyInfo]:
        """All keys by the path of their files, at most two seconds old; with those that have no alias if asked."""
        now = self._clock.monotonic()
        if self._looked_at is None or now - self._looked_at >= RELOAD_SECONDS:
            self._looked_at = now
            self._reload()
        names = sorted(self._known, key=os.fsencode)
        found = [info for info in (self._known[name][1] for name in names) if info is not None]
        return found if nameless else [info for info in found if info.alias or info in self._new]

    def read(self, info: KeyInfo) -> KeyFile:
        """The file of a key. Raises KeystoreError, or DecodeError for one that does not parse."""
        return KeyFile.from_json(_read(info.file))

    def write(self, name: str, contents: KeyFile) -> KeyInfo:
        """Write a file of the directory, new or in place of the old one. Raises KeystoreError, DecodeError."""
        xpub = labelled_xpub(contents)
        data = contents.to_json()
        if len(data) > MAX_FILE_SIZE:
            raise KeystoreError(f"a key file may have {MAX_FILE_SIZE} bytes: choose a shorter alias")
        path = self.directory / name
        try:
            self.directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            write_whole(path, data, mode=PRIVATE)
        except (OSError, ValueError) as error:
            raise _failed("write", path, error) from error
        info = KeyInfo(contents.alias, xpub, path)
        with contextlib.suppress(OSError):  # gone already: the next look will tell
            self._known[name] = (_state(path.lstat()), info)
            self._new.append(info)
        return info

    def remove(self, info: KeyInfo) -> None:
        """Delete the file of a key. Raises KeystoreError."""
        try:
            info.file.unlink()
            sync_directory(self.directory)
        except OSError as error:
            raise _failed("remove", info.file, error) from error
        self._known.pop(info.file.name, None)

    def new_name(self, key_id: str) -> str:
        """The name of a file made now: the time, then the id of the key. Names sort by when they were made."""
        self._last_named_ns = max(int(self._clock.now() * 1e9), self._last_named_ns + 1)
        seconds, nanoseconds = divmod(self._last_named_ns, 10**9)
        moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H-%M-%S")
        return f"UTC--{moment}.{nanoseconds:09d}Z--{key_id}"

    def _reload(self) -> None:
        known: dict[str, tuple[_FileState, KeyInfo | None]] = {}
        try:
            for name, state in self._listed():
                before = self._known.get(name)
                if before is not None and before[0] == state:
                    known[name] = before
                else:
                    known[name] = (state, self._look_into(self.directory / name))
        except FileNotFoundError:
            logger.debug("there is no key directory yet", extra={"directory": str(self.directory)})
        except OSError as error:
            reason = {"directory": str(self.directory), "reason": str(error)}
            logger.error("cannot list the keys", extra=reason)  # noqa: TRY400 # a matter of the system
        self._known = known
        self._new.clear()

    def _listed(self) -> Iterator[tuple[str, _FileState]]:
        with os.scandir(self.directory) as entries:
            for entry in entries:
                if (
                    entry.name.startswith(".")
                    or entry.name.endswith("~")
                    or not entry.is_file(follow_symlinks=False)
                ):
                    continue
                with contextlib.suppress(FileNotFoundError):  # removed since it was listed
                    yield entry.name, _state(entry.stat(follow_symlinks=False))

    def _look_into(self, path: Path) -> KeyInfo | None:
        try:
            contents = KeyFile.from_json(_read(path))
            xpub = XPub.from_hex(contents.xpub)
        except BytomError as error:
            reason = {"file": str(path), "reason": str(error)}
            logger.error("a file is no key file", extra=reason)  # noqa: TRY400 # a matter of the file
            return None
        if not contents.alias:
            logger.warning("a key has no alias and is not shown", extra={"file": str(path)})
        return KeyInfo(contents.alias, xpub, path)


def labelled_xpub(contents: KeyFile) -> XPub:
    """The public half a file is filed under, filled with zeros if it is short. Raises DecodeError."""
    return XPub(decode_hex(contents.xpub)[:KEY_SIZE].ljust(KEY_SIZE, b"\x00"))


def _state(status: os.stat_result) -> _FileState:
    return _FileState(status.st_ino, status.st_size, status.st_mtime_ns)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        raise _failed("open", path, error) from error
    if len(data) > MAX_FILE_SIZE:
        raise DecodeError(f"{path} is larger than {MAX_FILE_SIZE} bytes")
    return data


def _failed(action: str, path: Path, error: Exception) -> KeystoreError:
    reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
    return KeystoreError(f"{action} {os.fsencode(path).decode('utf-8', 'replace')}: {reason}")
