"""Mnemonics: BIP-39 sentences that a key is made from.

Quirk: the seed is made from the sentence exactly as typed, without the Unicode and blank normalisation that BIP-39
demands, and an imported sentence need not have a right checksum. Sentences are joined with an ASCII space in every
language. Source: wallet-and-keys reference, section 2.1; ``wallet/mnemonic``.

The word lists come from the ``mnemonic`` package and are checked against the reference's by checksum.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from functools import lru_cache

from mnemonic import Mnemonic as WordList

from pybytomd.codec.golang.gotext import words
from pybytomd.crypto.hashes import sha256
from pybytomd.crypto.languages import is_language
from pybytomd.errors import BytomError

DEFAULT_LANGUAGE = "en"
NEW_ENTROPY_SIZE = 16
"""Bytes of entropy of a new key: a sentence of twelve words."""

BITS_PER_WORD = 11
ENTROPY_BYTES_PER_CHECKSUM_BIT = 4
ENTROPY_SIZES = (16, 20, 24, 28, 32)
SENTENCE_LENGTHS = (12, 15, 18, 21, 24)

SEED_ROUNDS = 2048
SEED_SIZE = 64

WORD_LISTS = {
    "en": ("english", 0xC1DBD296),
    "zh_CN": ("chinese_simplified", 0xE3721BBF),
    "zh_TW": ("chinese_traditional", 0x3C20B443),
    "it": ("italian", 0x2FC7D07E),
    "ja": ("japanese", 0x0ACC1419),
    "ko": ("korean", 0x4EF461EB),
    "es": ("spanish", 0x266E4F3D),
}
"""The languages: name of the list in the package, and CRC-32 of its words, each followed by a newline."""


class MnemonicError(BytomError):
    """A sentence, its language or its entropy that no key can be made from."""


class LanguageIncorrect(MnemonicError):
    """A language that is not named by codes of ISO 639-1 and ISO 3166-1."""

    message = "Language Type Incorrect"
    name = "ErrLanguageTypeIncorrect"


class LanguageUnsupported(MnemonicError):
    """A language without word list."""

    message = "Language Type Unsupported"
    name = "ErrLanguageTypeUnsupported"


class WrongEntropySize(MnemonicError):
    """Entropy of other than 16, 20, 24, 28 or 32 bytes."""

    message = "Entropy length must be [128, 256] and a multiple of 32"
    name = "ErrEntropyLengthInvalid"


@lru_cache(maxsize=len(WORD_LISTS))
def word_list(language: str) -> tuple[str, ...]:
    """The 2048 words of a language. Raises LanguageIncorrect or LanguageUnsupported."""
    if not is_language(language):
        raise LanguageIncorrect
    if language not in WORD_LISTS:
        raise LanguageUnsupported
    name, checksum = WORD_LISTS[language]
    listed = tuple(WordList(name).wordlist)
    if zlib.crc32("".join(word + "\n" for word in listed).encode()) != checksum:
        raise MnemonicError(f"the installed word list {name} is not the one of BIP-39")
    return listed


@lru_cache(maxsize=len(WORD_LISTS))
def _word_numbers(language: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(word_list(language))}


def _checksum(entropy: bytes) -> tuple[int, int]:
    """Value and number of the checksum bits of some entropy."""
    bits = len(entropy) // ENTROPY_BYTES_PER_CHECKSUM_BIT
    return sha256(entropy)[0] >> (8 - bits), bits


def new_entropy() -> bytes:
    """Entropy for a new key, from the system's random source."""
    return secrets.token_bytes(NEW_ENTROPY_SIZE)


def sentence_of(entropy: bytes, language: str = DEFAULT_LANGUAGE) -> str:
    """The sentence that stands for some entropy. Raises MnemonicError."""
    listed = word_list(language)
    if len(entropy) not in ENTROPY_SIZES:
        raise WrongEntropySize
    checksum, bits = _checksum(entropy)
    number = int.from_bytes(entropy, "big") << bits | checksum
    last = len(entropy) * 8 + bits - BITS_PER_WORD
    return " ".join(listed[number >> shift & 0x7FF] for shift in range(last, -1, -BITS_PER_WORD))


def entropy_of(sentence: str, language: str = DEFAULT_LANGUAGE) -> bytes:
    """The entropy a sentence stands for. Raises MnemonicError, also for a wrong checksum."""
    split = words(sentence)
    if len(split) not in SENTENCE_LENGTHS:
        raise MnemonicError("Invalid mnemonic")
    numbers = _word_numbers(language)
    total = 0
    for word in split:
        if word not in numbers:
            raise MnemonicError(f"word `{word}` not found in reverse map")
        total = total << BITS_PER_WORD | numbers[word]
    size = len(split) // 3 * 4
    bits = size // ENTROPY_BYTES_PER_CHECKSUM_BIT
    entropy = (total >> bits).to_bytes(size, "big")
    if _checksum(entropy)[0] != total & ((1 << bits) - 1):
        raise MnemonicError("mnemonic's entropy doesn't match its checksum")
    return entropy


def is_importable(sentence: str, language: str = DEFAULT_LANGUAGE) -> bool:
    """Whether a key may be imported from a sentence: known language, right number of words, all of them listed.

    Quirk: the checksum is not looked at.
    """
    split = words(sentence)
    if len(split) not in SENTENCE_LENGTHS:
        return False
    try:
        numbers = _word_numbers(language)
    except MnemonicError:
        return False
    return all(word in numbers for word in split)


def seed_of(sentence: str) -> bytes:
    """The 64-byte seed of a sentence, hashed exactly as it is typed, with the empty passphrase."""
    return hashlib.pbkdf2_hmac("sha512", sentence.encode(), b"mnemonic", SEED_ROUNDS, SEED_SIZE)
