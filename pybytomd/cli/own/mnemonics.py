"""The words of a key as somebody types them (mnemonic, seed phrase, BIP-39), in any language there is a list of.

A key is made of the very bytes of its words, so they are brought into the form that they have in their list:
accents are typed in several ways, and blanks differ, too. No word is ever shown in an error.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from pybytomd.crypto.mnemonic import (
    SENTENCE_LENGTHS,
    WORD_LISTS,
    MnemonicError,
    entropy_of,
    word_list,
)
from pybytomd.errors import ConfigError

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
LANGUAGES = tuple(WORD_LISTS)
"""By the names that the API has for them, English first."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, in the form that its language lists it, and whether its last word fits the others (checksum)."""

    sentence: str
    language: str
    is_whole: bool


def read_words(typed: str, language: str = "") -> Words:
    """What was typed, in a language or in whichever has all of the words. Raises ConfigError."""
    if language and language not in LANGUAGES:
        raise ConfigError(f"--language takes one of {', '.join(LANGUAGES)}, not {language!r}")
    words = typed.split()
    if len(words) == 1 and not typed.isascii():
        words = list(words[0])  # Chinese words are single letters, and written without blanks
    if len(words) not in SENTENCE_LENGTHS:
        lengths = ", ".join(map(str, SENTENCE_LENGTHS[:-1]))
        raise ConfigError(f"these are {len(words)} words; a key has {lengths} or {SENTENCE_LENGTHS[-1]}")
    candidates = (language,) if language else LANGUAGES
    found = [(name, _listed(words, name)) for name in candidates]
    whole = [Words(" ".join(listed), name, True) for name, listed in found if len(listed) == len(words)]
    if not whole:
        name, listed = max(found, key=lambda one: len(one[1]))
        raise ConfigError(
            f"word {len(listed) + 1} is not in the list of the language {name}; the words are as they were shown, "
            "in the same order" + ("" if language else f"; known languages are {', '.join(LANGUAGES)}")
        )
    # Some lists share words: the language in which the last word fits the others is meant.
    fitting = next((one for one in whole if _fits(one)), None)
    return fitting or Words(whole[0].sentence, whole[0].language, is_whole=False)


def _listed(words: list[str], language: str) -> list[str]:
    """The words as a language lists them, up to the first that it does not."""
    known = frozenset(word_list(language))
    listed: list[str] = []
    for word in words:
        lower = word.lower()
        forms = (lower, *(unicodedata.normalize(form, lower) for form in FORMS))
        found = next((form for form in forms if form in known), None)
        if found is None:
            break
        listed.append(found)
    return listed


def _fits(words: Words) -> bool:
    try:
        entropy_of(words.sentence, words.language)
    except MnemonicError:
        return False
    return True
