"""What a validator's key has signed, on the disk before anybody sees it (slashing protection).

No two blocks of one height are allowed, and no two votes that contradict each other.

bytomd 2.0.7 has nothing of the kind: what it signed it knows from its chain, and after a restored backup it does
not. Nobody is punished on this chain, but two blocks for one slot split the others, and votes that contradict each
other can make two branches final.
"""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from pybytomd.errors import StoreError
from pybytomd.files import PRIVATE, write_whole

KEPT = 512
"""Blocks and votes that are remembered one by one. What is below is refused altogether."""


class _Record(msgspec.Struct):
    """The file: heights with hashes in hex, and the heights below which nothing is signed any more."""

    key: str
    blocks: dict[int, str] = {}
    """By height."""
    votes: dict[int, tuple[int, str]] = {}
    """Height of the source and hash of the target, by the height of the target."""
    block_floor: int = 0
    source_floor: int = 0
    target_floor: int = 0


class SigningRecord:
    """The record of one key, in a file of its own. Safe to use from several threads."""

    def __init__(self, path: Path, key: str) -> None:
        """Read the file, if there is one. ``key`` is hex text of the extended public key. Raises StoreError."""
        self._path = path
        self._lock = threading.Lock()
        self._record = _Record(key)
        try:
            self._record = msgspec.json.decode(path.read_bytes(), type=_Record)
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(
                f"what was signed by this validator cannot be read: {path}: {error}; to sign without it may "
                "contradict what was signed before: restore it, or move it away when all that was is final"
            ) from error
        if self._record.key != key:
            raise StoreError(f"{path} is the record of another key than this validator's; move it away")

    def allow_block(self, height: int, block_hash: bytes) -> bool:
        """Whether a block may be signed; when it may, that is on the disk. Raises StoreError."""
        with self._lock:
            record, text = self._record, block_hash.hex()
            if height <= record.block_floor or record.blocks.get(height, text) != text:
                return False
            self._keep(_with_block(record, height, text))
            return True

    def allow_vote(self, source_height: int, target_height: int, target_hash: bytes) -> bool:
        """Whether a step to a checkpoint may be signed; when it may, that is on the disk. Raises StoreError.

        Not if another one to this height was, or one that surrounds this one or lies within it.
        """
        with self._lock:
            record, vote = self._record, (source_height, target_hash.hex())
            if target_height <= record.target_floor or source_height < record.source_floor:
                return False
            if record.votes.get(target_height, vote) != vote:
                return False
            for target, (source, _) in record.votes.items():
                if (source < source_height and target_height < target) or (
                    source_height < source and target < target_height
                ):
                    return False
            self._keep(_with_vote(record, target_height, vote))
            return True

    def _keep(self, record: _Record) -> None:
        if record == self._record:
            return
        try:
            write_whole(self._path, msgspec.json.encode(record), mode=PRIVATE)
        except OSError as error:
            raise StoreError(f"nothing is signed, as it cannot be recorded: {self._path}: {error}") from error
        self._record = record


def _with_block(record: _Record, height: int, text: str) -> _Record:
    blocks = {**record.blocks, height: text}
    floor = record.block_floor
    while len(blocks) > KEPT:
        floor = min(blocks)
        del blocks[floor]
    return msgspec.structs.replace(record, blocks=blocks, block_floor=floor)


def _with_vote(record: _Record, target_height: int, vote: tuple[int, str]) -> _Record:
    votes = {**record.votes, target_height: vote}
    source_floor, target_floor = record.source_floor, record.target_floor
    while len(votes) > KEPT:
        target_floor = min(votes)
        source_floor = max(source_floor, votes.pop(target_floor)[0])
    return msgspec.structs.replace(record, votes=votes, source_floor=source_floor, target_floor=target_floor)
