"""The key of a node of Bytom 2: an extended private key that signs connections, blocks and checkpoints.

It is kept as 128 hex digits in ``node_key.txt``, as bytomd 2.0.7 keeps it: without the key a validator is another
one, and whoever has it can sign in its place.
Source: bytom2-network-wallet-api reference, sections 1.1 and 1.4; ``config/config.go``.
"""

from __future__ import annotations

from pathlib import Path

from pybytomd.crypto.chainkd import XPrv
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.files import PRIVATE, write_whole

KEY_DIGITS = 128
"""What comes after them in the file does not count."""
RECORD_NAME = "signed.json"
"""What the key of a home has signed, so that it never contradicts itself. It belongs to the key."""


def read_validator_key(path: Path) -> XPrv | None:
    """The key in a file, in hex of either case; None if there is no file. Raises ConfigError, which names it."""
    try:
        with path.open("rb") as stream:
            data = stream.read(KEY_DIGITS)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"cannot read the node key {path}: {error.strerror}") from error
    try:
        return XPrv.from_hex(data.decode("ascii"))
    except (DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the node key {path} is damaged: it must begin with {KEY_DIGITS} hex digits; restore it from a "
            "backup, or make another home with pybytomd init"
        ) from error


def existing_validator_key(path: Path) -> XPrv:
    """As ``read_validator_key``, but there must be one. Raises ConfigError.

    A node makes none: it would run as somebody else, and on a private network nobody would follow it.
    """
    key = read_validator_key(path)
    if key is None:
        raise ConfigError(
            f"the node key {path} is missing; restore it from a backup, or make another home with pybytomd init"
        )
    return key


def make_validator_key(path: Path) -> XPrv:
    """Write a new key into a new file that only its owner may read. Raises ConfigError."""
    key = XPrv.generate()
    try:
        write_whole(path, key.raw.hex().encode("ascii"), mode=PRIVATE, new=True)
    except OSError as error:
        raise ConfigError(f"cannot write the node key {path}: {error.strerror}") from error
    return key
