"""What a validator's key has signed, on the disk before anybody sees it (slashing protection).

No two blocks of one height are allowed, and no two votes that contradict each other.

bytomd 2.0.7 has nothing of the kind: what it signed it knows from its chain, and after a restored backup it does
not. Nobody is punished on this chain, but two blocks for one slot split the others, and votes that contradict each
other can make two branches final.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
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
    others: list[tuple[int, int]] = []
    """Votes that were seen elsewhere, and contradict the one of their height: heights of source and target."""
    block_floor: int = 0
    source_floor: int = 0
    target_floor: int = 0
    signed_at: float = 0.0
    """When something was signed here last, in seconds since 1970."""


class SigningRecord:
    """The record of one key, in a file of its own. Safe to use from several threads."""

    def __init__(self, path: Path, key: str) -> None:
        """Read the file, if there is one. ``key`` is hex text of the extended public key. Raises StoreError."""
        self._path = path
        self._lock = threading.Lock()
        self._record = self._written = _Record(key)
        try:
            self._record = self._written = msgspec.json.decode(path.read_bytes(), type=_Record)
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(
                f"what was signed by this validator cannot be read: {path}: {error}; to sign without it may "
                "contradict what was signed before: restore it, or move it away when all that was is final"
            ) from error
        if self._record.key != key:
            raise StoreError(f"{path} is the record of another key than this validator's; move it away")

    @property
    def signed_at(self) -> float:
        """When something was signed here last, in seconds since 1970; 0.0 if nothing was."""
        return self._record.signed_at

    # --- what is to be signed -----------------------------------------------------------------------------------

    def allow_block(self, height: int, block_hash: bytes, *, now: float = 0.0, again: bool = False) -> bool:
        """Whether a block may be signed; when it may, that is on the disk. Raises StoreError.

        ``now`` is in seconds since 1970. With ``again`` it may also be another one of its height.
        """
        with self._lock:
            record, text = self._record, block_hash.hex()
            if not again and (height <= record.block_floor or record.blocks.get(height, text) != text):
                return False
            self._keep(_with_block(record, height, text), now)
            return True

    def allow_vote(self, source_height: int, target_height: int, target_hash: bytes, *, now: float = 0.0) -> bool:
        """Whether a step to a checkpoint may be signed; when it may, that is on the disk. Raises StoreError.

        Not if another one to this height was, or one that surrounds this one or lies within it. ``now`` is in
        seconds since 1970.
        """
        with self._lock:
            record, vote = self._record, (source_height, target_hash.hex())
            if target_height <= record.target_floor or source_height < record.source_floor:
                return False
            if record.votes.get(target_height, vote) != vote:
                return False
            for source, target in _steps(record):
                if (source < source_height and target_height < target) or (
                    source_height < source and target < target_height
                ):
                    return False
            self._keep(_with_vote(record, target_height, vote), now)
            return True

    def _keep(self, record: _Record, now: float) -> None:
        if record == self._written:
            return
        record = msgspec.structs.replace(record, signed_at=now)
        try:
            self._write(record)
        except OSError as error:
            raise StoreError(f"nothing is signed, as it cannot be recorded: {self._path}: {error}") from error
        self._record = record

    def _write(self, record: _Record) -> None:
        write_whole(self._path, msgspec.json.encode(record), mode=PRIVATE)
        self._written = record

    # --- what was signed already --------------------------------------------------------------------------------

    def note_block(self, height: int, block_hash: bytes, *, durable: bool) -> bool:
        """A block with a signature of this key was seen. False if another of its height was signed, or seen.

        Only if it is to be ``durable`` this is on the disk: what the chain stores is found there again. Otherwise
        it gets there with what is signed next. Raises StoreError, and it is known all the same.
        """
        with self._lock:
            record, text = self._record, block_hash.hex()
            if height <= record.block_floor:
                return True
            if record.blocks.get(height, text) != text:
                return False
            self._note(_with_block(record, height, text), durable=durable)
            return True

    def note_vote(self, source_height: int, target_height: int, target_hash: bytes, *, durable: bool) -> bool:
        """As ``note_block`` for a step to a checkpoint, which may contradict what is recorded; False then.

        Both bind this key from now on.
        """
        with self._lock:
            record, vote = self._record, (source_height, target_hash.hex())
            if target_height <= record.target_floor:
                return True
            known = record.votes.get(target_height, vote)
            if known == vote:
                self._note(_with_vote(record, target_height, vote), durable=durable)
                return True
            step = (source_height, target_height)
            if known[0] != source_height and step not in record.others:
                others = [*record.others, step][-KEPT:]
                self._note(msgspec.structs.replace(record, others=others), durable=durable)
            return False

    def _note(self, record: _Record, *, durable: bool) -> None:
        self._record = record
        if not durable or record == self._written:
            return
        try:
            self._write(record)
        except OSError as error:
            raise StoreError(f"what was signed elsewhere cannot be recorded: {self._path}: {error}") from error


def _steps(record: _Record) -> Iterator[tuple[int, int]]:
    """All votes, by the heights of source and target."""
    for target, (source, _) in record.votes.items():
        yield source, target
    yield from record.others


def _with_block(record: _Record, height: int, text: str) -> _Record:
    if record.blocks.get(height) == text:
        return record
    blocks = {**record.blocks, height: text}
    floor = record.block_floor
    while len(blocks) > KEPT:
        lowest = min(blocks)
        del blocks[lowest]
        floor = max(floor, lowest)
    return msgspec.structs.replace(record, blocks=blocks, block_floor=floor)


def _with_vote(record: _Record, target_height: int, vote: tuple[int, str]) -> _Record:
    if record.votes.get(target_height) == vote:
        return record
    votes = {**record.votes, target_height: vote}
    source_floor, target_floor = record.source_floor, record.target_floor
    while len(votes) > KEPT:
        target_floor = min(votes)
        source_floor = max(source_floor, votes.pop(target_floor)[0])
    return msgspec.structs.replace(record, votes=votes, source_floor=source_floor, target_floor=target_floor)
