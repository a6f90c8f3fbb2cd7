"""Keys in files: what is stored, found, refused, and what other programs find there."""

import json
import logging
import re
import stat
from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPrv, XPub
from pybytomd.crypto.keystore import KeyFile, KeystoreError, WrongPassword
from pybytomd.crypto.mnemonic import LanguageIncorrect, seed_of
from pybytomd.errors import DecodeError
from pybytomd.wallet.errors import (
    BadXPubText,
    DuplicateKeyAlias,
    InvalidMnemonic,
    KeyNotLoaded,
    WrongMnemonicLength,
)
from pybytomd.wallet.keys.key_files import ANY_KEY, MAX_FILE_SIZE
from pybytomd.wallet.keys.pseudohsm import PseudoHSM

RECORDED = Path(__file__).parents[3] / "vectors" / "data" / "chain_b"
SENTENCE = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
OTHER = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_795_454_096.370_000_1)


@pytest.fixture
def hsm(tmp_path: Path, clock: ManualClock) -> PseudoHSM:
    return PseudoHSM(tmp_path / "keystore", clock)


def aliases(hsm: PseudoHSM) -> list[str]:
    return [key.alias for key in hsm.list()]


def test_a_new_key_is_a_private_file_named_after_the_moment(hsm: PseudoHSM, tmp_path: Path) -> None:
    info, sentence = hsm.create(" Alice ", "password")
    assert info.alias == "alice"
    assert info.file.parent == tmp_path / "keystore"
    assert re.fullmatch(
        r"UTC--2026-11-23T17-14-56\.\d{9}Z--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        info.file.name,
    )
    assert stat.S_IMODE(info.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(info.file.parent.stat().st_mode) == 0o700
    assert [path.name for path in info.file.parent.iterdir()] == [info.file.name]
    contents = json.loads(info.file.read_bytes())
    assert contents["id"] == info.file.name[-36:]
    assert contents["xpub"] == str(info.xpub) == str(XPrv.from_seed(seed_of(sentence)).xpub)
    assert info.file.read_bytes() == KeyFile.from_json(info.file.read_bytes()).to_json()


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW", "it", "ja", "ko", "es"])
def test_the_words_make_the_same_key_again(hsm: PseudoHSM, language: str) -> None:
    info, sentence = hsm.create("first", "password", language)
    hsm.delete(info.xpub, "password")
    assert hsm.import_mnemonic("second", "password", sentence, language).xpub == info.xpub


def test_keys_are_listed_by_file_and_an_alias_is_taken_once(hsm: PseudoHSM, clock: ManualClock) -> None:
    assert hsm.list() == []
    for alias in ("b", "a", "c"):
        hsm.create(alias, "password")
        clock.advance(1)
    assert aliases(hsm) == ["b", "a", "c"]
    with pytest.raises(DuplicateKeyAlias):
        hsm.create(" A ", "password")
    with pytest.raises(LanguageIncorrect):
        hsm.create("d", "password", "xx")


def test_import_keeps_the_alias_as_given_and_hashes_the_words_as_typed(hsm: PseudoHSM) -> None:
    key = hsm.import_mnemonic(" Alice ", "password", SENTENCE)
    assert key.alias == " Alice "
    assert str(key.xpub).startswith("2e195eb7cbfbe55d9097a08732ab328e62f8251ee0a5fc27d2e21e1cd8734cd8")
    assert hsm.import_mnemonic("Alice", "password", OTHER).alias == "Alice"
    hsm.import_mnemonic("alice", "password", "abandon " * 12)
    with pytest.raises(DuplicateKeyAlias):
        hsm.import_mnemonic("ALICE", "password", OTHER)


def test_a_key_in_two_files_goes_on_to_sign(
    hsm: PseudoHSM, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    first = hsm.import_mnemonic("first", "one", SENTENCE)
    second = hsm.import_mnemonic("second", "two", SENTENCE)
    assert [record.__dict__["others"] for record in caplog.records] == [["first"]]
    assert first.xpub == second.xpub
    for xpub in (first.xpub, ANY_KEY):
        for password in ("one", "two"):
            assert hsm.check_password(xpub, password)
            assert hsm.load(xpub, password).xpub == first.xpub
        assert not hsm.check_password(xpub, "three")
        with pytest.raises(KeyNotLoaded):
            hsm.load(xpub, "three")
    with pytest.raises(KeystoreError, match="multiple keys match keys"):
        hsm.update_alias(first.xpub, "which")
    hsm.reset_password(first.xpub, "two", "three")
    assert [hsm.check_password(first.xpub, text) for text in ("one", "two", "three")] == [True, False, True]
    clock.advance(2)
    hsm.delete(first.xpub, "three")
    assert aliases(hsm) == ["first"]


def test_a_key_in_two_files_of_one_password_is_removed_by_nobody(hsm: PseudoHSM) -> None:
    for alias in ("first", "second"):
        hsm.import_mnemonic(alias, "one", SENTENCE)
    with pytest.raises(KeystoreError, match="multiple keys match keys"):
        hsm.delete(ANY_KEY, "one")
    with pytest.raises(WrongPassword):
        hsm.delete(ANY_KEY, "wrong")
    assert aliases(hsm) == ["first", "second"]
    hsm.reset_password(hsm.list()[0].xpub, "one", "two")
    assert not hsm.check_password(ANY_KEY, "one")
    assert hsm.check_password(ANY_KEY, "two")


def test_a_damaged_file_of_a_key_keeps_none_from_signing(hsm: PseudoHSM) -> None:
    first = hsm.import_mnemonic("first", "one", SENTENCE)
    hsm.import_mnemonic("second", "two", SENTENCE)
    first.file.write_bytes(KeyFile.from_json(first.file.read_bytes()).with_alias("other").to_json())
    assert hsm.check_password(first.xpub, "two")
    assert not hsm.check_password(first.xpub, "one")


def test_import_refuses_in_the_order_of_the_reference(hsm: PseudoHSM) -> None:
    with pytest.raises(WrongMnemonicLength):
        hsm.import_mnemonic("a", "password", SENTENCE + " about")
    with pytest.raises(InvalidMnemonic, match="Invalid menomic"):
        hsm.import_mnemonic("a", "password", SENTENCE.replace("about", "aboot"))
    with pytest.raises(InvalidMnemonic):
        hsm.import_mnemonic("a", "password", SENTENCE, "fr")
    assert hsm.list() == []


def test_an_absent_name_means_the_only_key(hsm: PseudoHSM, clock: ManualClock) -> None:
    with pytest.raises(KeyNotLoaded):
        hsm.find(ANY_KEY)
    info, _ = hsm.create("a", "password")
    assert hsm.find(ANY_KEY) == info
    assert hsm.check_password(ANY_KEY, "password")
    clock.advance(1)
    other, _ = hsm.create("b", "password")
    with pytest.raises(KeystoreError) as raised:
        hsm.find(ANY_KEY)
    assert str(raised.value) == f"multiple keys match keys ({info.file}, {other.file})"
    assert not hsm.check_password(ANY_KEY, "password")


def test_passwords_are_checked_and_changed(hsm: PseudoHSM) -> None:
    info, _ = hsm.create("a", "old")
    before = hsm.load(info.xpub, "old")
    hsm.reset_password(info.xpub, "old", "new")
    assert not hsm.check_password(info.xpub, "old")
    assert hsm.load(info.xpub, "new") == before
    assert stat.S_IMODE(info.file.stat().st_mode) == 0o600
    with pytest.raises(WrongPassword):
        hsm.reset_password(info.xpub, "old", "newer")
    assert not hsm.check_password(XPub(b"\x01" * 64), "new")
    assert KeyFile.from_json(info.file.read_bytes()).id == info.file.name[-36:]


def test_an_alias_is_changed_in_the_file_and_nothing_else(hsm: PseudoHSM) -> None:
    info, _ = hsm.create("a", "password")
    before = KeyFile.from_json(info.file.read_bytes())
    hsm.update_alias(info.xpub, " New ")
    assert KeyFile.from_json(info.file.read_bytes()) == before.with_alias("new")
    assert aliases(hsm) == ["new"]
    assert hsm.check_password(info.xpub, "password")
    with pytest.raises(DuplicateKeyAlias):
        hsm.update_alias(info.xpub, "new")


def test_a_key_without_alias_vanishes_at_the_next_look(hsm: PseudoHSM, clock: ManualClock) -> None:
    info, _ = hsm.create("", "password")
    assert hsm.list() == [info]
    clock.advance(2)
    assert hsm.list() == []
    assert info.file.exists()


def test_a_key_without_alias_signs_and_can_be_named(
    hsm: PseudoHSM, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The reference loses sight of it: what was paid to it could not be spent."""
    named, _ = hsm.create("a", "password")
    info, _ = hsm.create("", "password")
    for _ in range(2):
        clock.advance(2)
        assert hsm.list() == [named]
        assert hsm.load(info.xpub, "password").xpub == info.xpub
        assert hsm.find(ANY_KEY) == named  # the only one that is listed
        assert [key.alias for key in hsm.backup()] == ["a"]
        assert "keys without alias are not in the backup" in caplog.text
    hsm.update_alias(info.xpub, "b")
    clock.advance(2)
    assert aliases(hsm) == ["a", "b"]
    hsm.update_alias(info.xpub, "")
    clock.advance(2)
    assert aliases(hsm) == ["a"]
    assert hsm.check_password(info.xpub, "password")
    hsm.delete(info.xpub, "password")
    assert not info.file.exists()


def test_deleting_asks_for_the_password(hsm: PseudoHSM) -> None:
    info, _ = hsm.create("a", "password")
    with pytest.raises(WrongPassword) as raised:
        hsm.delete(info.xpub, "wrong")
    assert raised.value.code == "BTM802"
    assert info.file.exists()
    hsm.delete(info.xpub, "password")
    assert not info.file.exists()
    assert hsm.list() == []
    with pytest.raises(KeyNotLoaded):
        hsm.delete(info.xpub, "password")


def test_a_signature_is_that_of_the_derived_key(hsm: PseudoHSM) -> None:
    info = hsm.import_mnemonic("a", "pw", SENTENCE)
    path = [bytes.fromhex(text) for text in ("2c000000", "99000000", "01000000", "00000000", "01000000")]
    signature = hsm.sign(info.xpub, path, bytes.fromhex("deadbeef"), "pw")
    assert signature.hex().startswith("828500ef9ec82138ca545b37bf4d106c85674800bbcc45a70d6ecf6132d2eb50")
    with pytest.raises(KeyNotLoaded):
        hsm.sign(info.xpub, path, b"", "wrong")


def test_files_come_and_go_by_hand(hsm: PseudoHSM, clock: ManualClock) -> None:
    info, _ = hsm.create("a", "password")
    hsm.list()
    info.file.rename(info.file.with_name("zz.json"))
    clock.advance(2)
    assert [key.file.name for key in hsm.list()] == ["zz.json"]
    assert hsm.check_password(info.xpub, "password")
    info.file.with_name("zz.json").unlink()
    assert not hsm.check_password(info.xpub, "password")
    clock.advance(2)
    assert hsm.list() == []


def test_what_is_no_key_file_is_reported_once_and_left_out(
    hsm: PseudoHSM, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    info, _ = hsm.create("a", "password")
    folder = info.file.parent
    good = json.loads(info.file.read_bytes())
    for name, data in {
        "broken": b"{",
        "list": b"[]",
        "huge": b" " * (MAX_FILE_SIZE + 1),
        "no-xpub": json.dumps({**good, "xpub": ""}).encode(),
        "no-alias": json.dumps({**good, "alias": ""}).encode(),
        ".hidden": info.file.read_bytes(),
        "backup~": info.file.read_bytes(),
    }.items():
        (folder / name).write_bytes(data)
    (folder / "link").symlink_to(info.file)
    (folder / "folder").mkdir()
    for _ in range(2):
        clock.advance(2)
        assert hsm.list() == [info]
    reported = [
        Path(record.__dict__["file"]).name for record in caplog.records if record.levelno >= logging.WARNING
    ]
    assert sorted(reported) == ["broken", "huge", "list", "no-alias", "no-xpub"]


def test_an_alias_that_does_not_fit_in_a_file_is_refused(hsm: PseudoHSM) -> None:
    with pytest.raises(KeystoreError, match="choose a shorter alias"):
        hsm.create("a" * MAX_FILE_SIZE, "password")
    assert hsm.list() == []


def test_a_file_with_another_alias_than_listed_is_not_used(hsm: PseudoHSM) -> None:
    info, _ = hsm.create("a", "password")
    info.file.write_bytes(KeyFile.from_json(info.file.read_bytes()).with_alias("b").to_json())
    with pytest.raises(KeystoreError, match="key content mismatch: have account 62, want 61"):
        hsm.delete(info.xpub, "password")


def test_an_image_moves_keys_but_known_ones(hsm: PseudoHSM, clock: ManualClock, tmp_path: Path) -> None:
    first, _ = hsm.create("a", "password")
    clock.advance(1)
    second, _ = hsm.create("b", "password")
    image = hsm.backup()
    other = PseudoHSM(tmp_path / "other", clock)
    other.restore(image)
    clock.advance(1)
    other.restore(image)
    assert [(key.alias, key.xpub) for key in other.list()] == [("a", first.xpub), ("b", second.xpub)]
    assert other.backup() == image
    assert other.check_password(first.xpub, "password")


def test_an_image_is_refused_where_it_is_wrong(hsm: PseudoHSM) -> None:
    hsm.create("a", "password")
    (contents,) = hsm.backup()
    recorded = KeyFile.from_json(next((RECORDED / "keystore").iterdir()).read_bytes())
    with pytest.raises(BadXPubText):
        hsm.restore([KeyFile.from_value({**contents.to_value(), "xpub": "zz"})])
    with pytest.raises(DuplicateKeyAlias):
        hsm.restore([recorded.with_alias("a")])
    with pytest.raises(KeystoreError):
        hsm.restore([KeyFile.from_value({**recorded.to_value(), "id": "x" * 300})])
    with pytest.raises(KeystoreError):
        hsm.restore([KeyFile.from_value({**recorded.to_value(), "id": "a\0b"})])
    hsm.restore([KeyFile.from_value({**recorded.to_value(), "id": "../../escaped"})])
    assert {key.file.parent for key in hsm.list()} == {hsm.list()[0].file.parent}
    assert len(hsm.list()) == 2


def test_recorded_keys_open_with_their_passwords(clock: ManualClock) -> None:
    hsm = PseudoHSM(RECORDED / "keystore", clock)
    known = {key["xpub"]: key for key in json.loads((RECORDED / "accounts.json").read_bytes())["keys"]}
    listed = {str(key.xpub): key for key in hsm.list()}
    assert set(known) <= set(listed)
    for xpub, key in known.items():
        assert listed[xpub].alias == key["alias"]
        assert hsm.check_password(XPub.from_hex(xpub), key["password"])
    image = json.loads((RECORDED / "wallet_image.json").read_bytes())["key_images"]["xkeys"]
    image = [key for key in image if key["alias"]]  # one without alias was there for a moment
    ours = [json.loads(gojson.dumps(contents.to_value())) for contents in hsm.backup()]
    assert ours == image


def test_nothing_secret_is_written_to_the_log(hsm: PseudoHSM, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    info, sentence = hsm.create("a", "correct horse")
    hsm.sign(info.xpub, [], b"", "correct horse")
    hsm.check_password(info.xpub, "battery staple")
    hsm.delete(info.xpub, "correct horse")
    written = "\n".join(str(record.__dict__) for record in caplog.records)
    for secret in ("correct horse", "battery staple", sentence, sentence.split()[0] + " " + sentence.split()[1]):
        assert secret not in written


def test_a_label_that_is_not_hex_is_a_decode_error(hsm: PseudoHSM) -> None:
    info, _ = hsm.create("a", "password")
    hsm.list()
    info.file.write_bytes(info.file.read_bytes().replace(str(info.xpub)[:2].encode(), b"zz"))
    with pytest.raises(DecodeError):
        hsm.update_alias(info.xpub, "b")
