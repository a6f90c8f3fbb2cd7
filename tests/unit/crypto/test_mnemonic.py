"""Mnemonic sentences and their word lists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.crypto import mnemonic
from pybytomd.crypto.chainkd import XPrv
from pybytomd.crypto.languages import LANGUAGE_CODES, REGION_CODES, is_language

ABANDON = "abandon " * 11 + "about"


@pytest.mark.parametrize("language", mnemonic.WORD_LISTS)
def test_word_lists_are_those_of_the_reference(language: str) -> None:
    assert len(set(mnemonic.word_list(language))) == 2048


def test_a_word_list_with_another_checksum_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mnemonic.WORD_LISTS, "en", ("english", 0))
    mnemonic.word_list.cache_clear()
    with pytest.raises(mnemonic.MnemonicError, match="not the one of BIP-39"):
        mnemonic.word_list("en")


@settings(max_examples=60)
@given(st.sampled_from(mnemonic.ENTROPY_SIZES).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_entropy_survives_the_sentence(entropy: bytes) -> None:
    for language in mnemonic.WORD_LISTS:
        sentence = mnemonic.sentence_of(entropy, language)
        # The two Chinese lists share words, not meanings: a sentence is read with its own list.
        assert mnemonic.entropy_of(sentence, language) == entropy


def test_new_entropy_makes_twelve_words() -> None:
    assert len(mnemonic.sentence_of(mnemonic.new_entropy()).split(" ")) == 12
    assert mnemonic.new_entropy() != mnemonic.new_entropy()


def test_known_keys() -> None:
    root = XPrv.from_seed(mnemonic.seed_of(ABANDON))
    assert str(root.xpub).startswith("2e195eb7cbfbe55d9097a08732ab328e62f8251ee0a5fc27d2e21e1cd8734cd8")


def test_blanks_are_part_of_the_seed() -> None:
    twelve = "abandon " * 12
    assert mnemonic.is_importable(twelve)  # a wrong checksum does not matter
    assert str(XPrv.from_seed(mnemonic.seed_of(twelve)).xpub).startswith(
        "fa83c8919f58a59aec676dbe6cffde085706d99c"
    )
    assert mnemonic.seed_of(twelve) != mnemonic.seed_of(twelve.strip())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("en", True),
        ("EN", False),
        ("zh_CN", True),
        ("zh-CN", False),
        ("zh_cn", False),
        ("zh_XX", False),
        ("", False),
    ],
)
def test_language_names(name: str, expected: bool) -> None:
    assert is_language(name) is expected


def test_code_tables_are_complete() -> None:
    assert len(LANGUAGE_CODES) == 184
    assert len(REGION_CODES) == 249
