"""The key a node proves its identity with among peers: 64 bytes, the ed25519 seed and the public key.

Source: rpc-and-cli reference, section 1.3 (``p2p.node_key``); ``config/config.go``. The reference keeps 128 hex
digits in ``nodekey``; we write ``node_key.json``, and use a ``nodekey`` that is there as it is.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from nacl.bindings import crypto_sign_keypair, crypto_sign_seed_keypair

from pybytomd.codec.hextext import decode_hex
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.files import PRIVATE, write_whole

JSON_NAME = "node_key.json"
REFERENCE_NAME = "nodekey"
KEY_SIZE = 64
SEED_SIZE = 32
MAX_FILE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class NodeKey:
    """A node's key. ``private`` is what the switch takes."""

    private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self.private[SEED_SIZE:]

    @property
    def node_id(self) -> str:
        """The public key as peers show it: 64 upper-case hex digits."""
        return self.public.hex().upper()

    @classmethod
    def generate(cls) -> NodeKey:
        """A new key."""
        return cls(crypto_sign_keypair()[1])

    @classmethod
    def from_hex(cls, text: str) -> NodeKey:
        """The key of 128 hex digits. Raises DecodeError."""
        private = decode_hex(text)
        if len(private) != KEY_SIZE:
            raise DecodeError(f"a node key has {KEY_SIZE * 2} hex digits, not {len(text)}")
        if crypto_sign_seed_keypair(private[:SEED_SIZE])[1] != private:
            raise DecodeError("the two halves of the node key do not belong together")
        return cls(private)

    def to_json(self) -> str:
        """The text of ``node_key.json``."""
        members = {"private_key": self.private.hex(), "public_key": self.public.hex(), "node_id": self.node_id}
        return json.dumps(members, indent=2) + "\n"


def find_key_file(home: Path, configured: Path) -> Path:
    """The file to use: the one configured if it was chosen or exists, else ``node_key.json``."""
    if configured != home / REFERENCE_NAME:
        return configured
    own = home / JSON_NAME
    return configured if configured.exists() and not own.exists() else own


def load_or_create(home: Path, configured: Path, given: str = "") -> NodeKey:
    """The node's key: ``given`` as hex, or that of the file, which is written if there is none.

    Raises ConfigError, which names the file.
    """
    key = find_key(home, configured, given)
    if key is None:
        key = NodeKey.generate()
        write_key(find_key_file(home, configured), key)
    return key


def find_key(home: Path, configured: Path, given: str = "") -> NodeKey | None:
    """The key that ``load_or_create`` finds, None where it would make one. Raises ConfigError."""
    if not given:
        return read_key(find_key_file(home, configured))
    try:
        return NodeKey.from_hex(given)
    except DecodeError as error:
        raise ConfigError(f"Failed to create sync manager: {error} (in p2p.node_key)") from error


def read_key(path: Path) -> NodeKey | None:
    """The key in a file of either form, None if there is no file. Raises ConfigError."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"cannot read the node key {path}: {error.strerror}") from error
    try:
        return NodeKey.from_hex(_private_key_text(data))
    except (DecodeError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise ConfigError(
            f"the node key {path} is damaged: {error}; restore it, or move it away to get a new identity"
        ) from error


def write_key(path: Path, key: NodeKey) -> None:
    """Write a new file that only its owner may read; JSON if it is called so. Raises ConfigError."""
    text = key.to_json() if path.suffix == ".json" else key.private.hex()
    try:
        write_whole(path, text.encode("ascii"), mode=PRIVATE, new=True)
    except OSError as error:
        raise ConfigError(f"cannot write the node key {path}: {error.strerror}") from error


def readable_by_others(path: Path) -> bool:
    """Whether others than the owner may read the file."""
    try:
        return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


def _private_key_text(data: bytes) -> str:
    if data.lstrip().startswith(b"{"):
        text = json.loads(data)["private_key"]
        if not isinstance(text, str):
            raise DecodeError("private_key is no text")
        return text
    return data[: KEY_SIZE * 2].decode("ascii")
