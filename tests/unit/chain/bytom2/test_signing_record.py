"""What a validator's key must not sign, also after a crash and after a restored backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybytomd import files
from pybytomd.chain.bytom2 import signing_record as module
from pybytomd.chain.bytom2.signer import GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import ManualClock
from pybytomd.errors import StoreError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.constants import ZERO_HASH
from tests.bytom2_builder import Builder, key, network, open_chain, verification

KEY = key(1).xpub.raw.hex()
ONE, TWO = b"\x01" * 32, b"\x02" * 32


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
        assert one.sign_block(network().genesis.header) is None
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
    assert one.sign_block(network().genesis.header) is None
    one.saw_vote(0, 4, TWO)  # signed before the backup was restored, says a peer
    one.saw_block(9, ONE)
    clock.advance(60)
    assert one.sign_step(checkpoint(0, ZERO_HASH), checkpoint(4, ONE)) is None
    assert one.sign_step(checkpoint(0, ZERO_HASH), checkpoint(4, TWO)) == verification(1, ZERO_HASH, TWO).signature
    assert not one.saw_block(9, TWO)


def test_a_chain_asks_it_before_it_signs(path: Path) -> None:
    params = network(validators=4, blocks_per_epoch=4)
    SigningRecord(path, KEY).allow_vote(0, 4, ONE)
    with open_chain(params, events=EventDispatcher(), signer=signer(path)) as chain:
        blocks = Builder(chain).extend(8)
        assert chain.header(blocks[3].hash).sup_links == ()
        assert chain.header(blocks[7].hash).sup_links[0].signed_slots == [1]
