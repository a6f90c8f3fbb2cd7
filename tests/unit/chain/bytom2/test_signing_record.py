"""What a validator's key must not sign, also after a crash and after a restored backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybytomd import files
from pybytomd.chain.bytom2 import signing_record as module
from pybytomd.chain.bytom2.signer import FRESH_SECONDS, GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import ManualClock
from pybytomd.errors import StoreError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.constants import ZERO_HASH
from tests.bytom2_builder import Builder, key, network, open_chain, verification

KEY = key(1).xpub.raw.hex()
ONE, TWO = b"\x01" * 32, b"\x02" * 32
HEADER = BlockHeader(1, 1, ONE, 5, TWO)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signed.json"


def signer(path: Path, clock: ManualClock | None = None, quiet_seconds: float = 0.0) -> GuardedSigner:
    return GuardedSigner(key(1), SigningRecord(path, KEY), clock or ManualClock(), quiet_seconds=quiet_seconds)


def test_one_block_of_each_height_also_after_a_restart(path: Path) -> None:
    record = SigningRecord(path, KEY)
    assert record.allow_block(5, ONE)
    assert record.allow_block(3, ONE)
    again = SigningRecord(path, KEY)
    for one in (record, again):
        assert one.allow_block(5, ONE)
        assert not one.allow_block(5, TWO)
        assert one.allow_block(3, ONE)
    assert again.allow_block(4, TWO)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("source", "target", "block_hash", "is_allowed"),
    [
        (8, 16, ONE, True),  # once more
        (8, 16, TWO, False),  # another of its height
        (4, 16, ONE, False),  # the same one from elsewhere
        (12, 20, TWO, True),
        (16, 20, TWO, True),
        (4, 20, TWO, False),  # around it
        (9, 12, TWO, False),  # within it
        (8, 12, TWO, True),
        (4, 8, TWO, True),
        (0, 12, TWO, True),
    ],
)
def test_no_votes_that_contradict_each_other(
    path: Path, source: int, target: int, block_hash: bytes, is_allowed: bool
) -> None:
    assert SigningRecord(path, KEY).allow_vote(8, 16, ONE)
    assert SigningRecord(path, KEY).allow_vote(source, target, block_hash) is is_allowed


def test_old_ones_are_forgotten_and_refused_altogether(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    record = SigningRecord(path, KEY)
    for number in range(1, 6):
        assert record.allow_block(number, ONE)
        assert record.allow_vote(4 * number, 4 * number + 4, ONE)
    again = SigningRecord(path, KEY)
    assert not again.allow_block(2, ONE)
    assert again.allow_block(3, ONE)
    assert not again.allow_vote(4, 8, ONE)
    assert not again.allow_vote(8, 12, ONE)
    assert again.allow_vote(12, 16, ONE)
    assert not again.allow_vote(4, 40, ONE)
    assert path.stat().st_size < 2_000


def test_what_cannot_be_recorded_is_not_signed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = signer(path)

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_whole", full)
        with pytest.raises(StoreError, match=r"nothing is signed, as it cannot be recorded.*No space left"):
            SigningRecord(path, KEY).allow_block(5, ONE)
        assert one.sign_block(HEADER) is None
    assert not path.exists()
    assert files.PRIVATE == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b'{"key": 5}', b'{"key":"x","blocks":{"a":"b"}}'])
def test_a_damaged_record_is_named(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match="may contradict what was signed before: restore it"):
        SigningRecord(path, KEY)


def test_a_record_of_another_key_is_refused(path: Path) -> None:
    SigningRecord(path, "other").allow_block(5, ONE)
    with pytest.raises(StoreError, match="record of another key"):
        SigningRecord(path, KEY)


def checkpoint(height: int, block_hash: bytes) -> Checkpoint:
    return Checkpoint(height, block_hash, ZERO_HASH, 0, Status.UNJUSTIFIED, {}, {}, 0)


def test_after_a_start_it_only_watches_for_a_while(path: Path) -> None:
    clock = ManualClock()
    one = signer(path, clock, quiet_seconds=60)
    assert one.key == KEY
    assert one.sign_step(checkpoint(0, ZERO_HASH), checkpoint(4, ONE)) is None
    assert one.sign_block(HEADER) is None
    assert one.saw_vote(0, 4, TWO, stored=False)  # signed before the backup was restored, says a peer
    assert one.saw_block(9, ONE, stored=False)
    clock.advance(60)
    assert one.sign_step(checkpoint(0, ZERO_HASH), checkpoint(4, ONE)) is None
    assert one.sign_step(checkpoint(0, ZERO_HASH), checkpoint(4, TWO)) == verification(1, ZERO_HASH, TWO).signature
    assert not one.saw_block(9, TWO, stored=False)


def test_a_chain_asks_it_before_it_signs(path: Path) -> None:
    params = network(validators=4, blocks_per_epoch=4)
    SigningRecord(path, KEY).allow_vote(0, 4, ONE)
    with open_chain(params, events=EventDispatcher(), signer=signer(path)) as chain:
        blocks = Builder(chain).extend(8)
        assert chain.header(blocks[3].hash).sup_links == ()
        assert chain.header(blocks[7].hash).sup_links[0].signed_slots == [1]


def test_it_waits_for_its_peers_and_then_as_long_as_it_is_to(path: Path) -> None:
    clock = ManualClock()
    one = GuardedSigner(key(1), SigningRecord(path, KEY), clock, quiet_seconds=600, after_peers=True)
    clock.advance(10_000)
    assert one.is_quiet
    one.caught_up()
    clock.advance(599)
    one.caught_up()
    assert one.is_quiet
    assert one.sign_block(HEADER) is None
    clock.advance(1)
    assert not one.is_quiet
    assert one.sign_block(HEADER) is not None


@pytest.mark.parametrize(
    ("age", "is_quiet"), [(0, False), (FRESH_SECONDS, False), (FRESH_SECONDS + 1, True), (-5, True)]
)
def test_one_that_was_only_restarted_waits_for_its_peers_alone(path: Path, age: float, is_quiet: bool) -> None:
    """A record from the future is of no use: the clock was wrong then, or is now."""
    clock = ManualClock()
    assert signer(path, clock).sign_block(HEADER) is not None
    clock.advance(age)
    one = GuardedSigner(key(1), SigningRecord(path, KEY), clock, quiet_seconds=600, after_peers=True)
    assert one.is_quiet
    one.caught_up()
    assert one.is_quiet is is_quiet


def test_what_was_seen_binds_also_when_it_cannot_be_recorded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = signer(path)

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_whole", full)
        assert one.saw_block(1, ONE, stored=False)
        assert one.saw_vote(0, 4, ONE, stored=False)
    assert one.sign_block(HEADER) is None
    assert one.sign_step(checkpoint(0, ZERO_HASH), checkpoint(4, TWO)) is None


def test_what_was_seen_is_written_at_once_or_with_what_is_signed_next(path: Path) -> None:
    record = SigningRecord(path, KEY)
    assert record.note_block(5, ONE, durable=False)
    assert record.note_vote(4, 8, ONE, durable=False)
    assert not path.exists()
    assert record.allow_block(6, ONE, now=7.0)
    again = SigningRecord(path, KEY)
    assert again.signed_at == 7.0
    assert not again.allow_block(5, TWO)
    assert not again.allow_vote(4, 8, TWO)
    assert again.note_block(7, ONE, durable=True)
    assert SigningRecord(path, KEY).signed_at == 7.0  # seen is not signed
    assert not SigningRecord(path, KEY).allow_block(7, TWO)


def test_steps_that_contradict_each_other_both_bind(path: Path) -> None:
    """Two nodes ran with the key, or 2.0.7 did after a restored backup."""
    record = SigningRecord(path, KEY)
    assert record.allow_vote(8, 16, ONE)
    assert not record.note_vote(4, 16, ONE, durable=True)
    assert not record.note_vote(8, 16, TWO, durable=True)
    assert record.note_block(3, ONE, durable=True)
    assert not record.note_block(3, TWO, durable=True)
    again = SigningRecord(path, KEY)
    assert not again.allow_vote(5, 12, ONE)  # within the one that was seen
    assert not again.allow_vote(4, 20, ONE)  # around the one that was signed
    assert again.allow_vote(4, 12, ONE)


def test_old_things_that_are_seen_change_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    record = SigningRecord(path, KEY)
    for number in range(1, 5):
        assert record.note_block(number, ONE, durable=False)
        assert record.note_vote(4 * number, 4 * number + 4, ONE, durable=False)
    assert record.note_block(1, TWO, durable=False)
    assert record.note_vote(0, 8, TWO, durable=False)
    assert not record.allow_block(1, TWO)
    assert record.allow_block(1, TWO, again=True)  # alone
    assert not record.allow_block(2, ONE)  # and no height comes back by that
    assert not record.allow_vote(0, 8, TWO)
