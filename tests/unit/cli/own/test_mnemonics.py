"""Words of a key as people type them: every language, every way to write accents, and mistakes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.cli.own.mnemonics import FORMS, LANGUAGES, Words, read_words
from pybytomd.crypto.mnemonic import ENTROPY_SIZES, sentence_of, word_list
from pybytomd.errors import ConfigError

ENTROPY = bytes(range(16))
ENGLISH = sentence_of(ENTROPY)


def test_the_languages_are_those_of_the_reference() -> None:
    assert LANGUAGES == ("en", "zh_CN", "zh_TW", "it", "ja", "ko", "es")


@given(
    st.sampled_from(ENTROPY_SIZES).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
    st.sampled_from(LANGUAGES),
)
def test_every_sentence_is_read_in_its_language(entropy: bytes, language: str) -> None:
    sentence = sentence_of(entropy, language)
    assert read_words(sentence, language) == Words(sentence, language, True)
    found = read_words(sentence)
    assert (found.sentence, found.is_whole) == (sentence, True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_accents_in_any_form_and_blanks_of_any_kind(language: str, form: str) -> None:
    """The key is that of the listed words, whatever the keyboard makes of them."""
    sentence = sentence_of(ENTROPY, language)
    typed = unicodedata.normalize(form, sentence)  # type: ignore[arg-type]
    assert read_words("\n " + typed.replace(" ", "\u3000\t") + " \r\n").sentence == sentence


def test_letters_in_capitals_and_chinese_without_blanks() -> None:
    for language in LANGUAGES:
        assert read_words(sentence_of(ENTROPY, language).upper()).sentence == sentence_of(ENTROPY, language)
    for language in ("zh_CN", "zh_TW"):
        sentence = sentence_of(ENTROPY, language)
        found = read_words(sentence.replace(" ", ""))
        assert (found.sentence, found.is_whole) == (sentence, True)


def test_words_that_do_not_fit_together() -> None:
    words = ENGLISH.split()
    swapped = " ".join([words[1], words[0], *words[2:]])
    assert read_words(swapped) == Words(swapped, "en", False)


@pytest.mark.parametrize(
    ("typed", "language", "text"),
    [
        ("", "", "these are 0 words; a key has 12, 15, 18, 21 or 24"),
        (ENGLISH + " abandon", "", "these are 13 words"),
        (ENGLISH.replace(ENGLISH.split()[4], "secretly"), "", "word 5 is not in the list of the language en"),
        (ENGLISH, "es", "word 1 is not in the list of the language es"),
        (ENGLISH, "de", "--language takes one of en, zh_CN, zh_TW, it, ja, ko, es, not 'de'"),
        (" ".join(word_list("it")[:6] + word_list("ja")[:6]), "", "word 7 is not in the list of the language it"),
        ("\x00 " * 12, "", "word 1 is not in the list"),
    ],
)
def test_what_is_no_sentence(typed: str, language: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_words(typed, language)
    assert text in str(caught.value)
    assert not [word for word in typed.split() if len(word) > 3 and f" {word}" in str(caught.value)]
